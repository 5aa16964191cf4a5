//! One type for each operation, with the decision that belongs to it.
//!
//! A decision asks for the target what the operation's declared need cannot: the person's stores,
//! what they hold, whether it is the caller. The guards of product §2.4 are in [`crate::guards`].

use crate::guards::{
    GroupChange, GroupDeletion, exists, may_act_on, may_change_email, may_change_group, may_choose,
    may_close, may_delete_group, may_give_all, may_grant, may_import, may_invite, may_see_person,
    may_see_picture, may_set_last_day,
};
use crate::lookup::may_ask;
use crate::{
    Action, Caller, Denied, FactorDemand, Instant, Kind, Needs, Operation, Permission, Person,
    Question, Rule, SessionRef, StoreId, StoreStanding, UserId,
};

pub(crate) mod sealed {
    /// Keeps [`crate::Action`] to this crate.
    pub trait Action {}
}

/// Whether a line says `Sensitive`.
macro_rules! is_sensitive {
    () => {
        false
    };
    (Sensitive) => {
        true
    };
}

/// An action for each line: its name, kind, `Sensitive` if it is ([`Operation::sensitive`]),
/// address, need, target, and the decision.
macro_rules! actions {
    ($(
        $(#[$doc:meta])*
        $action:ident = $name:literal, $kind:ident $($mark:ident)? $path:literal, $needs:expr,
            $target:ty => $decide:expr;
    )+) => {
        /// Every action, also those that only the system takes: whatever can stand in the audit
        /// log is one of these, or a file of [`crate::OPERATIONS`].
        pub const ALL: &[Operation] = &[$($action::OPERATION),+];
        $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $action {}

        impl sealed::Action for $action {}

        impl Action for $action {
            const OPERATION: Operation = Operation {
                name: $name,
                path: $path,
                kind: Kind::$kind,
                needs: $needs,
                sensitive: is_sensitive!($($mark)?),
            };

            type Target = $target;

            fn decide(caller: &Caller, target: &$target) -> Result<(), Denied> {
                let decide: fn(&Caller, &$target) -> Result<(), Denied> = $decide;
                decide(caller, target)
            }
        }
        )+
    };
}

const USERS: Needs = Needs::Permission(Permission::SettingsUsers);
const GROUPS: Needs = Needs::Permission(Permission::SettingsGroups);
/// To see the groups: who may change them sees them, too.
const SEES_GROUPS: Needs = Needs::AnyOf(&[Permission::SettingsUsers, Permission::SettingsGroups]);

actions! {
    /// First run: whether the setup link is still good.
    ViewSetup = "setup.view", Read "/api/setup/view", Needs::Anyone, () => enough;
    /// First run: sets the business up, with its first store and its owner (product §11).
    CreateBusiness = "business.create", Change "/api/business/create", Needs::Anyone, () => system_only;
    /// Email and password, and what follows from them: a new session (product §5).
    SignIn = "session.sign_in", Change "/api/sign-in", Needs::Anyone, () => system_only;
    /// What the door says: the business's name, and why the last session here ended.
    ViewDoor = "session.door", Read "/api/sign-in/door", Needs::Anyone, () => enough;
    /// Whether an invitation's link is still good, and for whom it is.
    ViewInvite = "invite.view", Read "/api/invites/view", Needs::Anyone, () => enough;
    /// Accepts an invitation: sets the password and signs in (product §3). Whether the sender
    /// still may is [`crate::guards::may_still_invite`].
    AcceptInvite = "invite.accept", Change "/api/invites/accept", Needs::Anyone, () => system_only;
    /// How strong a password is, and why (product §5).
    CheckPassword = "password.check", Read "/api/passwords/check", Needs::Anyone, () => enough;
    /// Asks for a link to a new password. Whether there is such an account, nobody is told.
    ForgotPassword = "password.forgot", Change "/api/passwords/forgot", Needs::Anyone, ()
        => system_only;
    /// Whether a link to a new password is still good, and how long the password must be.
    ViewReset = "password.view_reset", Read "/api/passwords/view-reset", Needs::Anyone, ()
        => enough;
    /// Sets a new password by the link: ends every session and a lock, and signs nobody in
    /// (product §5).
    ResetPassword = "password.reset", Change "/api/passwords/reset", Needs::Anyone, ()
        => system_only;
    /// What the page says that asks for a password long enough for use alone.
    ViewChoice = "password.view_choice", Read "/api/passwords/view-choice", Needs::Half, ()
        => enough;
    /// Sets a password that is long enough for use alone, where the one that just passed is not
    /// (product §5).
    ChoosePassword = "password.choose", Change "/api/passwords/choose", Needs::Half, ()
        => system_only;
    /// Ends the own session; also one whose second factor is still due.
    SignOut = "session.sign_out", Change "/api/sign-out", Needs::Half, () => enough;

    /// The second step of signing in: a code, or a recovery code (product §5).
    PassSecondFactor = "session.pass_second_factor", Change "/api/sign-in/second-factor",
        Needs::Half, () => system_only;
    /// The page of one's own second factor: set it up, save recovery codes, turn it off.
    ViewTwoFactor = "two_factor.view", Read "/api/two-factor/view", Needs::Half, () => enough;
    /// Draws a key, which opens nothing before it is confirmed (req. 33).
    BeginTwoFactor = "two_factor.begin", Change Sensitive "/api/two-factor/begin", Needs::Half, ()
        => system_only;
    /// Confirms the key by a code: from then on a second factor is set up.
    ConfirmTwoFactor = "two_factor.confirm", Change "/api/two-factor/confirm", Needs::Half, ()
        => system_only;
    /// Puts the recovery codes away: they are not shown again.
    FinishTwoFactor = "two_factor.finish", Change "/api/two-factor/finish", Needs::Staff, ()
        => enough;
    /// Makes new recovery codes; the older ones are void.
    RenewCodes = "two_factor.renew_codes", Change "/api/two-factor/renew-codes", Needs::Staff, ()
        => enough;
    /// Turns the own second factor off, unless the policy asks for it.
    TurnOffTwoFactor = "two_factor.turn_off", Change "/api/two-factor/turn-off", Needs::Staff,
        OwnFactor => |caller, own| {
            if own.demand.asks(&caller.effective) {
                return Err(Rule::TwoFactorRequired.into());
            }
            Ok(())
        };
    /// Fresh recovery codes as a file.
    DownloadCodes = "two_factor.codes", File "/profile/two-factor/recovery-codes.txt",
        Needs::Staff, () => enough;
    /// How the own second factor stands, for the profile.
    ViewOwnFactor = "profile.two_factor", Read "/api/profile/two-factor", Needs::Staff, ()
        => enough;

    /// What stands around every page: sidebar, store picker, account.
    ViewShell = "shell.view", Read "/api/shell", Needs::Staff, () => enough;
    /// Light, dark or the system's.
    SetTheme = "profile.set_theme", Change "/api/profile/set-theme", Needs::Staff, () => enough;
    /// One's own details, and what the form of them offers (product §3, *My profile*).
    ViewProfile = "profile.view", Read "/api/profile/view", Needs::Staff, () => enough;
    /// Changes one's own names, phone, theme and default store; the target is that store, none for
    /// all of them or for whichever was chosen last.
    UpdateProfile = "profile.update", Change "/api/profile/update", Needs::Staff,
        Option<StoreStanding> => |caller, chosen| may_choose(caller, *chosen);
    /// Asks for another address for oneself; it holds once it is confirmed from there.
    ChangeOwnEmail = "profile.change_email", Change "/api/profile/change-email", Needs::Staff, ()
        => enough;
    /// Takes back what was asked for one's own address, by whomever.
    WithdrawOwnEmail = "profile.withdraw_email", Change "/api/profile/withdraw-email",
        Needs::Staff, () => enough;
    /// What the page says that the link to a new address leads to.
    ViewConfirmEmail = "email.view_confirm", Read "/api/emails/view-confirm", Needs::Anyone, ()
        => enough;
    /// Makes the new address the one that signs in (product §3). Whether who asked for it still may
    /// is [`crate::guards::may_still_change_email`].
    ConfirmEmail = "email.confirm", Change "/api/emails/confirm", Needs::Anyone, () => system_only;
    /// Sends a picture of oneself.
    SetOwnAvatar = "profile.set_avatar", Upload "/api/profile/set-avatar", Needs::Staff, ()
        => enough;
    /// Takes one's own picture away.
    RemoveOwnAvatar = "profile.remove_avatar", Change "/api/profile/remove-avatar", Needs::Staff,
        () => enough;
    /// A person's picture: for who sees them, and where their name stands in the log.
    ViewAvatar = "avatar.view", File "/avatars/{id}/{version}", Needs::Staff, Person
        => may_see_picture;
    /// What the page says that changes the own password.
    ViewPassword = "password.view", Read "/api/passwords/view", Needs::Staff, () => enough;
    /// Changes the own password; the current one is asked for (product §5).
    ChangePassword = "password.change", Change "/api/passwords/change", Needs::Staff, () => enough;
    /// Chooses one of the own stores, or all of them with `None` (product §4).
    SwitchStore = "store.switch", Change "/api/stores/switch", Needs::Group, Option<StoreStanding>
        => |caller, chosen| may_choose(caller, *chosen);
    /// What needs me today.
    ViewHome = "home.view", Read "/api/home", Needs::Group, () => enough;

    /// The customers; read with a [`crate::Visible`].
    ListCustomers = "customer.list", Read "/api/customers/list",
        Needs::Permission(Permission::CustomersView), () => enough;
    /// The quotes; read with a [`crate::Visible`].
    ListQuotes = "quote.list", Read "/api/quotes/list",
        Needs::Permission(Permission::QuotesView), () => enough;
    /// The jobs; read with a [`crate::Visible`].
    ListJobs = "job.list", Read "/api/jobs/list",
        Needs::Permission(Permission::JobsView), () => enough;
    /// The invoices; read with a [`crate::Visible`].
    ListInvoices = "invoice.list", Read "/api/invoices/list",
        Needs::Permission(Permission::InvoicesView), () => enough;
    /// The assets; read with a [`crate::Visible`].
    ListInventory = "inventory.list", Read "/api/inventory/list",
        Needs::Permission(Permission::InventoryView), () => enough;

    /// The people; read with a [`crate::Visible`] of `settings.users`.
    ListUsers = "user.list", Read "/api/users/list", USERS, () => enough;
    /// The people as a file, with the filters of the list; read with a [`crate::Visible`].
    ExportUsers = "user.export", File "/exports/users.csv", USERS, () => enough;
    /// What the form of a new user offers: groups and stores.
    NewUser = "user.new", Read "/api/users/new", USERS, () => enough;
    /// Invites somebody; the target is the person as they will be (product §3).
    InviteUser = "user.invite", Change "/api/users/invite", USERS, Person => may_invite;
    /// A person's page.
    ViewUser = "user.view", Read "/api/users/view", USERS, Person => may_see_person;
    /// Names and phone. One's own too, since the profile offers the same (product §3); nothing
    /// about rights or the way to sign in passes through here.
    UpdateUser = "user.update", Change "/api/users/update", USERS, Person => |caller, person| {
        match may_act_on(caller, person) {
            Err(Denied::Rule(Rule::SelfChange)) => Ok(()),
            answer => answer,
        }
    };
    /// Sends a picture of somebody.
    SetAvatar = "user.set_avatar", Upload "/api/users/set-avatar", USERS, Person
        => UpdateUser::decide;
    /// Takes somebody's picture away.
    RemoveAvatar = "user.remove_avatar", Change "/api/users/remove-avatar", USERS, Person
        => UpdateUser::decide;
    /// Asks for another address for somebody; it holds once it is confirmed from there.
    ChangeEmail = "user.change_email", Change Sensitive "/api/users/change-email", USERS, Person
        => may_change_email;
    /// Takes back what was asked for somebody's address, by whomever.
    WithdrawEmail = "user.withdraw_email", Change "/api/users/withdraw-email", USERS, Person
        => may_act_on;
    /// A person's groups, stores and overrides, and where each of their permissions comes from.
    ViewAccess = "user.access", Read "/api/users/access", USERS, Person => may_see_person;
    /// Checks a change of somebody's access that is not saved yet, before it is asked about.
    CheckAccess = "user.check_access", Read "/api/users/check-access", USERS, AccessChange
        => SetAccess::decide;
    /// What a change of somebody's access would give and take; asked by whoever may make it.
    PreviewAccess = "user.preview_access", Read "/api/users/preview-access", USERS, AccessChange
        => SetAccess::decide;
    /// A person's groups, overrides and stores.
    SetAccess = "user.set_access", Change Sensitive "/api/users/set-access", USERS, AccessChange
        => |caller, change| may_grant(caller, Some(&change.before), &change.after);
    /// Sends the invitation again; the sender must still be able to give all of it (product §3).
    ResendInvite = "user.resend_invite", Change "/api/users/resend-invite", USERS, Person
        => may_give_all;
    /// Withdraws an invitation that is not accepted yet.
    WithdrawInvite = "user.withdraw_invite", Change "/api/users/withdraw-invite", USERS, Person
        => may_act_on;
    /// Ends somebody's access (product §3). That a Super Admin remains is
    /// [`crate::guards::last_super_admin_remains`], under the lock of the write.
    DeactivateUser = "user.deactivate", Change "/api/users/deactivate", USERS, Person => may_act_on;
    /// The same of several people, of all or of nobody (ADR 13).
    DeactivateMany = "user.deactivate_many", Change "/api/users/deactivate-many", USERS, Vec<Person>
        => |caller, people| people.iter().try_for_each(|person| may_act_on(caller, person));
    /// Gives it back: the whole of it, so the whole of it must be held (product §2.4).
    ReactivateUser = "user.reactivate", Change "/api/users/reactivate", USERS, Person => may_give_all;
    /// Sets somebody's last day, or clears it (product §3). That a Super Admin without one remains
    /// is [`crate::guards::last_super_admin_remains`], under the lock of the write.
    SetLastDay = "user.set_last_day", Change "/api/users/set-last-day", USERS, LastDayChange
        => may_set_last_day;
    /// How a person signs in: when their password was set, wrong tries, the last link to a new one,
    /// and where they are signed in.
    ViewSignIn = "user.view_sign_in", Read "/api/users/view-sign-in", USERS, Person
        => may_see_person;
    /// Mails a person a link to a new password, which nobody else sees (product §3, §5).
    SendReset = "user.send_reset", Change "/api/users/send-reset", USERS, Person => may_act_on;
    /// Ends a person's lock before its time (product §3).
    UnlockUser = "user.unlock", Change "/api/users/unlock", USERS, Person => may_act_on;
    /// Takes somebody's second factor away, after their identity was verified (product §6).
    ResetTwoFactor = "user.reset_two_factor", Change Sensitive "/api/users/reset-two-factor", USERS, Person
        => may_act_on;

    /// Everybody's open sessions; read with a [`crate::Visible`] of `settings.users` (product §7).
    ListSessions = "session.list", Read "/api/sessions/list", USERS, () => enough;
    /// Ends a session of somebody, or an own one on another device.
    EndSession = "session.end", Change "/api/sessions/end", USERS, SessionOf
        => |caller, one| {
            if one.session == caller.session {
                return Err(Rule::ThisSession.into());
            }
            match may_act_on(caller, &one.person) {
                Err(Denied::Rule(Rule::SelfChange)) => Ok(()),
                answer => answer,
            }
        };
    /// Ends every session but the own one, as far as [`EndSession`] lets the caller.
    EndOtherSessions = "session.end_others", Change "/api/sessions/end-others", USERS, ()
        => enough;
    /// Signs a person out everywhere (product §3).
    SignOutUser = "user.sign_out", Change "/api/users/sign-out", USERS, Person => may_act_on;
    /// The same of several people, of all or of nobody (ADR 13).
    SignOutMany = "user.sign_out_many", Change "/api/users/sign-out-many", USERS, Vec<Person>
        => |caller, people| people.iter().try_for_each(|person| may_act_on(caller, person));
    /// The own sessions.
    ViewOwnSessions = "profile.sessions", Read "/api/profile/sessions", Needs::Staff, () => enough;
    /// Ends an own session on another device; somebody else's looks like none (req. 46).
    EndOwnSession = "profile.end_session", Change "/api/profile/end-session", Needs::Staff,
        OwnSession => |caller, own| {
            made_it(caller, &own.person)?;
            if own.session == caller.session {
                return Err(Rule::ThisSession.into());
            }
            Ok(())
        };
    /// Ends all own sessions but the one that asks.
    EndOwnOthers = "profile.end_other_sessions", Change "/api/profile/end-other-sessions",
        Needs::Staff, () => enough;

    /// The permission groups, with how many people are in each.
    ListGroups = "group.list", Read "/api/groups/list", SEES_GROUPS, () => enough;
    /// A group's page.
    ViewGroup = "group.view", Read "/api/groups/view", SEES_GROUPS, () => enough;
    /// What the form of a new group offers: the permissions that its maker holds.
    NewGroup = "group.new", Read "/api/groups/new", GROUPS, () => enough;
    /// Checks what was typed into a group's editor, before it asks (product §2.5, *Preview*).
    CheckGroup = "group.check", Read "/api/groups/check", GROUPS, GroupChange => changes_group;
    /// Who gains and who loses what by a change of a group.
    PreviewGroup = "group.preview", Read "/api/groups/preview", GROUPS, GroupChange
        => changes_group;
    /// Makes a group.
    CreateGroup = "group.create", Change Sensitive "/api/groups/create", GROUPS, GroupChange
        => changes_group;
    /// Changes a group, for everybody in it; also back to what a built-in one gave at first.
    UpdateGroup = "group.update", Change Sensitive "/api/groups/update", GROUPS, GroupChange
        => changes_group;
    /// Makes a group that gives what another gives.
    DuplicateGroup = "group.duplicate", Change Sensitive "/api/groups/duplicate", GROUPS, GroupChange
        => changes_group;
    /// Deletes a group; its members go to another.
    DeleteGroup = "group.delete", Change Sensitive "/api/groups/delete", GROUPS, GroupDeletion
        => |caller, deletion| may_delete_group(caller, &deletion.group, &deletion.moves());

    /// Who holds a permission, and why (product §2.5).
    ViewWhoCan = "who_can.view", Read "/api/who-can/view", USERS, Question => may_ask;
    /// The same as a file.
    ExportWhoCan = "who_can.export", File "/exports/who-can.csv", USERS, Question => may_ask;
    /// What everybody may do in each store, as a file; read with a [`crate::Visible`].
    ExportAccess = "access.export", File "/exports/access.csv", USERS, () => enough;
    /// Reads a file of people and checks each of them, and invites nobody yet: the dry run of an
    /// import (product §3).
    CheckImport = "import.check", Upload "/api/imports/check", USERS, () => enough;
    /// A dry run of one's own and what became of it; the target is who made it.
    ViewImport = "import.view", Read "/api/imports/view", USERS, UserId => made_it;
    /// Its lines as a file, with what is to be put right.
    ExportImport = "import.export", File "/exports/import.csv", USERS, UserId => made_it;
    /// Invites everybody of a dry run of one's own, all or nobody.
    ApplyImport = "import.apply", Change Sensitive "/api/imports/apply", USERS, Import => |caller, import| {
        made_it(caller, &import.by)?;
        // Each of them, not the first alone (req. 55).
        import.people.iter().try_for_each(|person| may_import(caller, person))
    };

    /// A person's trail in the audit log: what they did, and what was done to them (product §3).
    ViewActivity = "user.activity", Read "/api/users/activity",
        Needs::Permission(Permission::SettingsAudit), Person => may_see_person;
    /// Settings → Security.
    ViewSecurity = "security.view", Read "/api/security/view",
        Needs::Permission(Permission::SettingsView), () => enough;
    /// Changes what the business asks of everybody's sign-in.
    UpdateSecurity = "security.update", Change Sensitive "/api/security/update",
        Needs::Permission(Permission::SettingsEdit), () => enough;

    /// Settings → Business: the name, and what bills need.
    ViewBusiness = "business.view", Read "/api/business/view",
        Needs::Permission(Permission::SettingsView), () => enough;
    /// Changes the business's name and time zone.
    UpdateBusiness = "business.update", Change "/api/business/update",
        Needs::Permission(Permission::SettingsEdit), () => enough;
    /// Changes its billing part: currency, tax rate, payment days, legal details (product §2.1).
    UpdateBilling = "business.update_billing", Change "/api/business/update-billing",
        Needs::Permission(Permission::SettingsBilling), () => enough;

    /// The stores.
    ListStores = "store.list", Read "/api/stores/list",
        Needs::Permission(Permission::SettingsView), () => enough;
    /// A store's page.
    ViewStore = "store.view", Read "/api/stores/view",
        Needs::Permission(Permission::SettingsView), StoreId
        => |caller, store| exists(caller, *store);
    /// What the form of a new store offers.
    NewStore = "store.new", Read "/api/stores/new",
        Needs::Permission(Permission::SettingsEdit), () => enough;
    /// Makes a store; who makes it has it (product §2.4, "the one exception").
    CreateStore = "store.create", Change "/api/stores/create",
        Needs::Permission(Permission::SettingsEdit), () => enough;
    /// Changes a store.
    UpdateStore = "store.update", Change "/api/stores/update",
        Needs::Permission(Permission::SettingsEdit), StoreId
        => |caller, store| exists(caller, *store);
    /// Closes a store: it is offered nowhere, its people and records stay (product §4).
    DeactivateStore = "store.deactivate", Change "/api/stores/deactivate",
        Needs::Permission(Permission::SettingsEdit), StoreStanding => may_close;
    /// Opens a closed store again.
    ReactivateStore = "store.reactivate", Change "/api/stores/reactivate",
        Needs::Permission(Permission::SettingsEdit), StoreStanding
        => |caller, store| exists(caller, store.store);

    /// The audit log; read with a [`crate::Visible`] of `settings.audit` (product §8).
    ListAudit = "audit.list", Read "/api/audit/list",
        Needs::Permission(Permission::SettingsAudit), () => enough;
    /// The same as a file.
    ExportAudit = "audit.export", File "/exports/audit.csv",
        Needs::Permission(Permission::SettingsAudit), () => enough;

    /// Writes the audit entry of a refusal (product §8).
    RecordRefusal = "refusal.record", System "", Needs::System, () => system_only;
    /// Writes down that the clock has ended a session (product §7).
    ExpireSession = "session.expire", System "", Needs::System, () => system_only;
    /// Writes down that the clock has ended somebody's access (product §3, Last day).
    EndAccess = "user.last_day_over", System "", Needs::System, () => system_only;
    /// Writes down that somebody tried to sign in to an account and was refused (product §8).
    FailSignIn = "session.fail", System "", Needs::System, () => system_only;
    /// Locks an account after too many wrong tries (product §5).
    LockAccount = "user.lock", System "", Needs::System, () => system_only;
    /// Fills an empty database with the sample business (product §11).
    FillSample = "sample.fill", System "", Needs::System, () => system_only;

    /// By command, for a business whose owners are all lost: makes somebody Super Admin, or invites
    /// them as one (product §11).
    CreateOwner = "rescue.create_owner", System "", Needs::System, () => system_only;
    /// By command: takes the second factor of somebody who lost it away (product §11).
    RescueTwoFactor = "rescue.reset_two_factor", System "", Needs::System, () => system_only;
    /// By command: ends somebody's lock (product §11).
    RescueUnlock = "rescue.unlock", System "", Needs::System, () => system_only;
    /// By command: mails somebody a link to a new password (product §11).
    RescueReset = "rescue.send_reset", System "", Needs::System, () => system_only;
    /// By command: a backup took the place of the database (product §11).
    RestoreBackup = "backup.restore", System "", Needs::System, () => system_only;
    /// By command: another secret key took the place of the one before (req. 36, 66).
    RotateKey = "key.rotate", System "", Needs::System, () => system_only;
}

/// A person's access as it is and as it will be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessChange {
    /// As it is, read under the lock of the change.
    pub before: Person,
    /// As it will be.
    pub after: Person,
}

/// Everybody whom an import invites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Who made its dry run.
    pub by: UserId,
    /// The people as they will be.
    pub people: Vec<Person>,
}

/// A person, and when their access is to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastDayChange {
    /// As they are, read under the lock of the change.
    pub person: Person,
    /// The instant their last day is over; `None` clears it.
    pub ends_at: Option<Instant>,
}

/// One's own second factor, and what the business asks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnFactor {
    /// Whose.
    pub person: UserId,
    /// What is asked, read under the lock of the change.
    pub demand: FactorDemand,
}

/// A session of somebody, for who looks after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionOf {
    /// Which.
    pub session: SessionRef,
    /// Whose.
    pub person: Person,
}

/// A session that should be the caller's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnSession {
    /// Which.
    pub session: SessionRef,
    /// Whose it is.
    pub person: UserId,
}

/// The declared need is all that is asked.
#[expect(clippy::unnecessary_wraps, reason = "it stands where decisions stand")]
fn enough<T>(_: &Caller, _: &T) -> Result<(), Denied> {
    Ok(())
}

/// A group is turned into another, or made where none was.
fn changes_group(caller: &Caller, change: &GroupChange) -> Result<(), Denied> {
    may_change_group(caller, &change.before, &change.after, &change.members)
}

/// No person is given this; only [`crate::system::grant`] makes it.
fn system_only<T>(_: &Caller, _: &T) -> Result<(), Denied> {
    Err(Denied::Hidden)
}

/// It is the caller's own; somebody else's looks like none.
fn made_it(caller: &Caller, by: &UserId) -> Result<(), Denied> {
    if caller.person.id == *by {
        Ok(())
    } else {
        Err(Denied::Hidden)
    }
}

#[cfg(test)]
mod tests;
