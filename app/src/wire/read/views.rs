//! The views and errors of `domain`, member by member, as serde writes them.

use access::{
    ByGroups, Due, GroupId, Level, Module, Nothing, Permission, PermissionSet, Reach, Rule,
    SessionRef, StoreId, TwoFactorPolicy, UserId,
};
use domain::audit::{
    ActivityView, AuditChange, AuditDetail, AuditEntries, AuditQuery, AuditRow, AuditValue,
    AuditView, ChainCheck, Outcome, Whom,
};
use domain::avatars::PictureProblem;
use domain::business::{BillingForm, BusinessForm, BusinessView};
use domain::done::{Flash, Notice, Undo, UndoBy};
use domain::email::{ConfirmEmailView, EmailChange};
use domain::error::{AppError, Contact, EndedWhy};
use domain::form::{Problem, ProblemCode, Problems};
use domain::groups::{GroupListView, GroupRow, GroupView, NewGroupView, OtherGroup};
use domain::home::{ExpiredInvite, HomeView, LatestChange, LockedOut, NoFactor, SignedIn, Today};
use domain::invites::InviteView;
use domain::mail::{MailFacts, MailKind, MailState, MailTrouble};
use domain::modules::ModuleView;
use domain::page::{Count, Page};
use domain::passwords::{PasswordView, ResetView, SignInFacts};
use domain::preview::{Anyway, Felt, GroupPreview, Held, How, Line, PersonPreview};
use domain::profile::ProfileView;
use domain::second_factor::{FactorFacts, FactorView, KeyView, TwoFactorView};
use domain::security::{Enrolment, SecurityView};
use domain::sessions::{
    DeviceKind, OwnSessionsView, PersonSession, SessionFacts, SessionListQuery, SessionListView,
    SessionRow, SignInView,
};
use domain::shell::{Me, SettingsPage, ShellView, StoreChoice, Theme};
use domain::sign_in::{DoorView, PasswordStrength};
use domain::stores::{NewStoreView, StoreForm, StoreListView, StorePerson, StoreRow, StoreView};
use domain::users::{
    AccessPreview, AccessView, CellState, CellView, GroupChoice, GroupName, GroupSays, InviteState,
    ManyQuestion, MembershipView, NewUserView, OverrideChoice, OverrideView, RowView, Status,
    StoresLine, Ticked, Unfit, UserDetails, UserListQuery, UserListView, UserRow, UserView, Works,
};
use domain::when::{Day, OnDay, When};
use domain::who_can::{Because, Exception, Giving, WhoCanRow, WhoCanView};

use super::{Json, Read, member};
use crate::wire::Done;

/// Objects: a member for each field. A field left out does not compile.
macro_rules! objects {
    ($($view:ident { $($field:ident),+ $(,)? })+) => {$(
        impl Read for $view {
            fn read<J: Json>(json: &J) -> Option<Self> {
                Some(Self { $($field: member(json, stringify!($field))?),+ })
            }
        }
    )+};
}

/// Words: what a key stands for.
macro_rules! words {
    ($($word:ty),+) => {$(
        impl Read for $word {
            fn read<J: Json>(json: &J) -> Option<Self> {
                Self::from_key(&json.text()?)
            }
        }
    )+};
}

/// Identifiers, as text.
macro_rules! ids {
    ($($id:ty),+) => {$(
        impl Read for $id {
            fn read<J: Json>(json: &J) -> Option<Self> {
                json.text()?.parse().ok()
            }
        }
    )+};
}

mod imports;

ids!(UserId, StoreId, GroupId, SessionRef);
words!(
    Due,
    Module,
    Permission,
    Status,
    Level,
    CellState,
    OverrideChoice,
    MailKind,
    MailTrouble,
    Theme,
    TwoFactorPolicy,
    PictureProblem,
    EndedWhy,
    DeviceKind,
    Outcome,
    UndoBy
);

objects! {
    AccessPreview { name, felt, asks_reason, later }
    AccessView {
        person, memberships, stores, other_stores, store_choices, group_choices, store, places,
        rows, cells, nothing, super_admin, where_they_work, overrides, clearable,
    }
    CellView {
        permission, state, only_in, groups, exception, by_view_all, by_groups, may_change,
    }
    GroupSays { name, store, includes, gives }
    OnDay { day, iso }
    OverrideView { choice, author, reason, made, until, ended }
    RowView { module, level, by_store }
    Works { theirs, not_theirs }
    Anyway { name, permissions, added, how }
    ActivityView { user, entries, one_store }
    AuditChange { field, before, after }
    AuditDetail { row, changes, device, mac }
    AuditEntries { rows, older, reached, open }
    AuditQuery { q, date, from, to, person, action, store, object, result, before, entry }
    AuditRow {
        seq, when, who, who_id, action, outcome, object_kind, object_id, object, store, ip, reason,
    }
    AuditView { entries, stores, whom, object, short, check, query }
    ChainCheck { when, broken }
    Contact { id, name, email }
    Count { n, more }
    Done { toast, go, reload, keep }
    DoorView { business, ended }
    Felt { permissions, people, first, more }
    ExpiredInvite { user, name, expired }
    Enrolment { people, missing }
    FactorFacts { since, codes_left }
    FactorView { on, required, policy }
    Flash { form, fields, error, toast }
    GroupListView { rows, may_edit }
    GroupRow { id, name, summary, built_in, locked, permissions, people }
    GroupView {
        id, name, summary, built_in, locked, permissions, held, may_edit, people,
        may_list_people, in_use, others, revision,
    }
    NewGroupView { held }
    OtherGroup { id, name }
    GroupPreview { added, removed, gains, loses, anyway, anyway_more, clearable }
    Held { permission, places }
    Line { name, places }
    PersonPreview { gains, loses, anyway }
    GroupChoice { id, name, summary, built_in, may_grant }
    GroupName { id, name }
    HomeView {
        first_name, today, may_invite, modules, locked, expired_invites, waiting_invites, no_factor,
        may_add_store, alone, signed_in, changes,
    }
    LatestChange { who, said, when }
    LockedOut { user, name, tries, at, ip, until, may_unlock }
    NoFactor { people, policy }
    Notice { text, undo }
    SignedIn { store, people }
    Today { hour, weekday, date, store, one_store }
    InviteState { sent, expires, expired, mail }
    InviteView { business, first_name, email, inviter, groups, stores }
    KeyView { typed, size, path }
    Me { id, name, avatar, groups }
    MembershipView { group, name, reach, store }
    ModuleView { module, store, may_create }
    NewUserView { groups, stores, levels }
    PasswordStrength { score, problem }
    PasswordView { email, min, others }
    ConfirmEmailView { business, email }
    EmailChange { email, by, asked, ends, mail }
    ProfileView {
        id, name, avatar, groups, reach, details, email, email_change, password_set, theme,
        default_store, stores, revision,
    }
    BusinessView {
        form, revision, may_edit, zones, billing, billing_revision, may_bill, currencies,
    }
    BusinessForm { name, time_zone }
    BillingForm {
        currency, tax_rate, payment_days, legal_name, legal_address, company_number, tax_number,
    }
    MailFacts { kind, written, state }
    ResetView { business, email, min }
    SignInFacts {
        password_set, password_disabled, factor_disabled, last_sign_in, last_device, wrong_tries,
        locked_until,
    }
    SessionListQuery { q, store, device, page, others }
    SessionListView { page, stores, query, others }
    SessionRow { person, name, of_person, facts, locked_because }
    SessionFacts {
        session, device, kind, ip, started, seen, minutes, store, current, complete,
    }
    PersonSession { facts, ended }
    SignInView { user, facts, mails, sessions, one_at_a_time, one_store }
    OwnSessionsView { sessions, one_at_a_time, one_store }
    SecurityView {
        policy, everyone, admins, admins_in, one_session, idle_minutes, absolute_hours, may_edit,
        may_list, revision,
    }
    ShellView { business, me, stores, chosen, modules, settings, theme }
    StoreChoice { id, name, code }
    StoreForm { name, code, address, phone, email, time_zone }
    StoreListView { rows, may_edit }
    StoreRow { id, name, code, address, time_zone, active, people }
    NewStoreView { time_zone, zones }
    StorePerson { id, name, groups }
    StoreView {
        id, form, active, another_is_active, may_edit, zones, people, first_people, among_others,
        revision,
    }
    TwoFactorView { business, name, factor, key, codes }
    UserDetails { first_name, last_name, display_name, phone }
    UserListQuery { q, group, store, status, two_factor, deactivated, sort, page, bulk, users }
    UserListView { page, groups, stores, query, question }
    UserRow {
        id, name, avatar, email, groups, stores, two_factor, last_sign_in, status, invite_expired, me,
        may_act,
    }
    ManyQuestion { people, others }
    Ticked { id, name, sessions }
    Undo { by, id, day }
    Unfit { name, because }
    UserView {
        id, name, avatar, details, email, email_change, status, invite, factor, last_sign_in, created, created_by,
        sessions, groups, last_day, locked_because, may_see_activity, revision,
    }
    When { day, time, iso }
    Exception { by, until }
    Giving { group, store }
    WhoCanRow { id, name, locked, because, groups, stores }
    WhoCanView { permission, store, stores, page, invited, gone }
}

impl<T: Read> Read for Page<T> {
    fn read<J: Json>(json: &J) -> Option<Self> {
        Some(Self {
            rows: member(json, "rows")?,
            first: member(json, "first")?,
            total: member(json, "total")?,
            previous: member(json, "previous")?,
            next: member(json, "next")?,
        })
    }
}

impl Read for SettingsPage {
    fn read<J: Json>(json: &J) -> Option<Self> {
        match json.text()?.as_str() {
            "users" => Some(Self::Users),
            "groups" => Some(Self::Groups),
            "who_can" => Some(Self::WhoCan),
            "stores" => Some(Self::Stores),
            "audit" => Some(Self::Audit),
            "security" => Some(Self::Security),
            "sessions" => Some(Self::Sessions),
            "business" => Some(Self::Business),
            _ => None,
        }
    }
}

impl Read for AuditValue {
    fn read<J: Json>(json: &J) -> Option<Self> {
        if let Some(text) = json.member("text") {
            return Some(Self::Text(text.text()?));
        }
        if let Some(flag) = json.member("flag") {
            return Some(Self::Flag(flag.truth()?));
        }
        Some(Self::At(member(json, "at")?))
    }
}

impl Read for Whom {
    fn read<J: Json>(json: &J) -> Option<Self> {
        if let Some(these) = json.member("these") {
            return Some(Self::These(Vec::read(&these)?));
        }
        match json.text()?.as_str() {
            "anybody" => Some(Self::Anybody),
            "nobody" => Some(Self::Nobody),
            "too_many" => Some(Self::TooMany),
            _ => None,
        }
    }
}

impl Read for PermissionSet {
    fn read<J: Json>(json: &J) -> Option<Self> {
        json.items()?.iter().map(Permission::read).collect()
    }
}

impl Read for Day {
    fn read<J: Json>(json: &J) -> Option<Self> {
        if let Some(date) = json.member("date") {
            let date = date.items()?;
            let (year, month, day) = (date.first()?, date.get(1)?, date.get(2)?);
            return Some(Self::Date(
                i16::read(year)?,
                i8::read(month)?,
                i8::read(day)?,
            ));
        }
        match json.text()?.as_str() {
            "today" => Some(Self::Today),
            "yesterday" => Some(Self::Yesterday),
            "tomorrow" => Some(Self::Tomorrow),
            _ => None,
        }
    }
}

impl Read for StoresLine {
    fn read<J: Json>(json: &J) -> Option<Self> {
        match json.member("all") {
            Some(n) => Some(Self::All(u32::read(&n)?)),
            None => Some(Self::These(member(json, "these")?)),
        }
    }
}

impl Read for How {
    fn read<J: Json>(json: &J) -> Option<Self> {
        let how: String = member(json, "how")?;
        Some(match how.as_str() {
            "groups" => Self::Groups(member(json, "groups")?),
            "override" => Self::Override,
            "needless_override" => Self::NeedlessOverride,
            "super_admin" => Self::SuperAdmin,
            "denied" => Self::Denied,
            _ => return None,
        })
    }
}

impl Read for Because {
    fn read<J: Json>(json: &J) -> Option<Self> {
        if let Some(groups) = json.member("groups") {
            return Vec::read(&groups).map(Self::Groups);
        }
        match json.member("override") {
            Some(exception) => Exception::read(&exception).map(Self::Override),
            None => (json.text()? == "super_admin").then_some(Self::SuperAdmin),
        }
    }
}

impl Read for Nothing {
    fn read<J: Json>(json: &J) -> Option<Self> {
        Some(match json.text()?.as_str() {
            "inactive" => Self::Inactive,
            "last_day_over" => Self::LastDayOver,
            "not_accepted" => Self::NotAccepted,
            "no_group" => Self::NoGroup,
            _ => return None,
        })
    }
}

impl Read for ByGroups {
    fn read<J: Json>(json: &J) -> Option<Self> {
        Some(match json.text()?.as_str() {
            "everywhere" => Self::Everywhere,
            "in_some" => Self::InSome,
            "nowhere" => Self::Nowhere,
            _ => return None,
        })
    }
}

impl Read for Reach {
    fn read<J: Json>(json: &J) -> Option<Self> {
        match json.member("store") {
            Some(store) => Some(Self::Store(StoreId::read(&store)?)),
            None => (json.text()? == "all_their_stores").then_some(Self::AllTheirStores),
        }
    }
}

impl Read for MailState {
    fn read<J: Json>(json: &J) -> Option<Self> {
        let state: String = member(json, "state")?;
        Some(match state.as_str() {
            "queued" => Self::Queued,
            "sent" => Self::Sent,
            "retrying" => Self::Retrying {
                trouble: member(json, "trouble")?,
                said: member(json, "said")?,
            },
            "failed" => Self::Failed {
                trouble: member(json, "trouble")?,
                said: member(json, "said")?,
            },
            _ => return None,
        })
    }
}

impl Read for Problems {
    fn read<J: Json>(json: &J) -> Option<Self> {
        Vec::read(json).map(Self)
    }
}

impl Read for Problem {
    fn read<J: Json>(json: &J) -> Option<Self> {
        Some(Self {
            field: member(json, "field")?,
            code: ProblemCode::read(json)?,
        })
    }
}

impl Read for ProblemCode {
    fn read<J: Json>(json: &J) -> Option<Self> {
        let problem: String = member(json, "problem")?;
        Some(match problem.as_str() {
            "required" => Self::Required,
            "too_long" => Self::TooLong {
                max: member(json, "max")?,
            },
            "unprintable" => Self::Unprintable,
            "email" => Self::Email,
            "email_taken" => Self::EmailTaken {
                user: member(json, "user")?,
                name: member(json, "name")?,
                deactivated: member(json, "deactivated")?,
            },
            "same_email" => Self::SameEmail,
            "address_unusable" => Self::AddressUnusable,
            "not_ticked" => Self::NotTicked,
            "pick_one" => Self::PickOne,
            "code_wrong" => Self::CodeWrong,
            "recovery_wrong" => Self::RecoveryWrong,
            "pick_group" => Self::PickGroup,
            "pick_store" => Self::PickStore,
            "not_offered" => Self::NotOffered,
            "store_not_ticked" => Self::StoreNotTicked,
            "password_short" => Self::PasswordShort {
                min: member(json, "min")?,
            },
            "password_long" => Self::PasswordLong,
            "password_common" => Self::PasswordCommon,
            "password_familiar" => Self::PasswordFamiliar,
            "passwords_differ" => Self::PasswordsDiffer,
            "password_wrong" => Self::PasswordWrong,
            "password_disabled" => Self::PasswordDisabled,
            "group_taken" => Self::GroupTaken,
            "store_taken" => Self::StoreTaken,
            "store_code" => Self::StoreCode,
            "whole" => Self::Whole {
                min: member(json, "min")?,
                max: member(json, "max")?,
            },
            "idle_too_long" => Self::IdleTooLong,
            "time_zone" => Self::TimeZone,
            "file" => Self::File {
                why: member(json, "why")?,
            },
            "picture" => Self::Picture {
                why: member(json, "why")?,
            },
            "percent" => Self::Percent,
            "days" => Self::Days {
                max: member(json, "max")?,
            },
            "day" => Self::Day,
            "day_over" => Self::DayOver,
            _ => return None,
        })
    }
}

impl Read for Rule {
    fn read<J: Json>(json: &J) -> Option<Self> {
        if let Some(beyond) = json.member("beyond_you") {
            return Some(Self::BeyondYou {
                permissions: member(&beyond, "permissions")?,
            });
        }
        Some(match json.text()?.as_str() {
            "self_change" => Self::SelfChange,
            "above_you" => Self::AboveYou,
            "needs_super_admin" => Self::NeedsSuperAdmin,
            "super_admin_reach" => Self::SuperAdminReach,
            "last_super_admin" => Self::LastSuperAdmin,
            "last_store" => Self::LastStore,
            "group_locked" => Self::GroupLocked,
            "group_built_in" => Self::GroupBuiltIn,
            "needs_group" => Self::NeedsGroup,
            "two_factor_required" => Self::TwoFactorRequired,
            "not_their_store" => Self::NotTheirStore,
            "not_by_import" => Self::NotByImport,
            "this_session" => Self::ThisSession,
            _ => return None,
        })
    }
}

impl Read for AppError {
    fn read<J: Json>(json: &J) -> Option<Self> {
        let code: String = member(json, "code")?;
        let with = || json.member("with");
        Some(match code.as_str() {
            "bad_request" => Self::BadRequest,
            "signed_out" => Self::SignedOut {
                ended: member(&with()?, "ended")?,
            },
            "due" => Self::Due(Due::read(&with()?)?),
            "password_again" => Self::PasswordAgain,
            "forbidden" => {
                let with = with()?;
                Self::Forbidden {
                    missing: member(&with, "missing")?,
                    ask: member(&with, "ask")?,
                }
            }
            "no_group" => Self::NoGroup,
            "refused" => Self::Refused(Rule::read(&with()?)?),
            "not_found" => Self::NotFound,
            "link_over" => Self::LinkOver,
            "conflict" => Self::Conflict,
            "invalid" => Self::Invalid(Problems::read(&with()?)?),
            "sign_in_failed" => Self::SignInFailed,
            "too_many" => Self::TooMany {
                retry_after: member(&with()?, "retry_after")?,
            },
            "busy" => Self::Busy,
            "offline" => Self::Offline,
            "internal" => Self::Internal {
                incident: member(&with()?, "incident")?,
            },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests;
