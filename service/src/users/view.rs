//! A person's page, and what the form of a new one offers.

use access::actions::{AccessChange, NewUser, SetAccess, ViewUser};
use access::guards::may_act_on;
use access::{
    ADMIN, Action, Caller, Denied, FactorDemand, Instant, Level, Membership, Module, Permission,
    PermissionSet, Person, Reach, Rule, Standing, StoreId, UserId, evaluate, preset,
};
use domain::mail::MailState;
use domain::second_factor::FactorView;
use domain::shell::StoreChoice;
use domain::users::{GroupChoice, InviteState, NewUserView, Status, UserView};
use sqlx::AnyConnection;

use super::{activity, load, sql};
use crate::email;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::outbox;
use crate::people::{self, Group};
use crate::second_factor;
use crate::sessions;
use crate::time::{day_before, when};
use crate::visitor::{Staff, StoreFact};

/// What the form of a new user offers: all groups, those beyond the caller disabled, and the
/// stores they may put people in.
///
/// # Errors
/// When they may not invite.
pub async fn new(kh: &Keyholder, staff: &Staff) -> Result<NewUserView, Failure> {
    kh.sees::<NewUser>(staff, &()).await?;
    let groups = people::groups(&mut *kh.reader().acquire().await?).await?;
    let own = users_stores(staff);
    Ok(NewUserView {
        groups: group_choices(&staff.caller, &groups, &own),
        stores: store_choices(staff, &own),
        levels: levels(&staff.caller, &own),
    })
}

/// The levels of each module that the caller may give to somebody who works in these stores, or
/// take from them: they hold all that is in it.
fn levels(caller: &Caller, stores: &[StoreId]) -> Vec<(Module, Vec<Level>)> {
    let held: PermissionSet = Permission::ALL
        .into_iter()
        .filter(|&permission| caller.effective.everywhere(permission, stores))
        .collect();
    Module::ALL
        .into_iter()
        .map(|module| {
            let offered = Level::ALL.into_iter().filter(|&level| {
                let least = preset(module, level.max(Level::Read));
                least.is_subset(held)
            });
            (module, offered.collect())
        })
        .collect()
}

/// Stores in which the caller may manage people, among the active ones.
pub(super) fn users_stores(staff: &Staff) -> Vec<StoreId> {
    let held = staff
        .caller
        .effective
        .stores_with(access::Permission::SettingsUsers);
    staff
        .stores
        .iter()
        .filter(|store| store.active && held.contains(&store.id))
        .map(|store| store.id)
        .collect()
}

/// Stores to pick from; none where there is but one.
pub(super) fn store_choices(staff: &Staff, ids: &[StoreId]) -> Vec<StoreChoice> {
    if staff.one_store() {
        return Vec::new();
    }
    staff
        .stores
        .iter()
        .filter(|store| ids.contains(&store.id))
        .map(StoreFact::choice)
        .collect()
}

/// All groups, each with whether the caller may give it in one of these stores at the least: asked of
/// the same rule that decides when it is given.
pub(super) fn group_choices(
    caller: &Caller,
    groups: &[Group],
    stores: &[StoreId],
) -> Vec<GroupChoice> {
    let somebody = |store: StoreId, memberships| Person {
        id: UserId::nil(),
        standing: Standing {
            accepted: false,
            active: true,
            ends_at: None,
        },
        memberships,
        overrides: Vec::new(),
        stores: vec![store],
    };
    groups
        .iter()
        .map(|group| {
            let may_grant = |store: &StoreId| {
                let change = AccessChange {
                    before: somebody(*store, Vec::new()),
                    after: somebody(*store, vec![group.membership(Reach::AllTheirStores)]),
                };
                SetAccess::decide(caller, &change).is_ok()
            };
            GroupChoice {
                id: group.id,
                name: group.name.clone(),
                summary: group.summary.clone(),
                built_in: group.built_in.clone(),
                may_grant: stores.iter().any(may_grant),
            }
        })
        .collect()
}

/// A person's page.
///
/// # Errors
/// Not found for who may not see them.
pub async fn view(kh: &Keyholder, staff: &Staff, id: &str) -> Result<UserView, Failure> {
    kh.meets::<ViewUser>(staff).await?;
    let (person, facts) = load::<ViewUser>(kh, staff, id).await?;
    kh.sees::<ViewUser>(staff, &person).await?;
    head(kh, staff, &person, facts).await
}

/// The facts of a person for somebody who may see them: what stands on every tab of their page.
pub(super) async fn head(
    kh: &Keyholder,
    staff: &Staff,
    person: &Person,
    facts: sql::Facts,
) -> Result<UserView, Failure> {
    let now = kh.now();
    let zone = &staff.business.time_zone;
    let mut conn = kh.reader().acquire().await?;
    let locked_because = match may_act_on(&staff.caller, person) {
        Ok(()) => None,
        Err(Denied::Rule(rule)) => Some(rule),
        Err(_) => Some(Rule::NotTheirStore),
    };
    let email_change = email::waiting(&mut conn, staff, person.id, now).await?;
    let status = status(&facts.state, facts.ends_at, facts.locked_until, now);
    let invite = match &facts.invite {
        Some(invite) if status == Status::Invited => Some(InviteState {
            sent: when(Instant(invite.created), now, zone),
            expires: when(Instant(invite.expires), now, zone),
            expired: invite.expires <= now.0,
            // Invitations of the sample business never had a mail.
            mail: outbox::state_of(&mut conn, &invite.id)
                .await?
                .unwrap_or(MailState::Sent),
        }),
        _ => None,
    };
    // What the clock has ended is not open, whether that is written down already or not.
    let sessions = if status == Status::Deactivated {
        0
    } else {
        sessions::live_count(&mut conn, person.id, now).await?
    };
    Ok(UserView {
        id: person.id,
        sessions,
        status,
        invite,
        factor: factor(kh, staff, &mut conn, person).await?,
        groups: group_names(person),
        last_sign_in: (facts.last_sign_in > 0)
            .then(|| when(Instant(facts.last_sign_in), now, zone)),
        created: when(Instant(facts.created), now, zone),
        created_by: facts.created_by,
        last_day: (facts.ends_at != 0).then(|| day_before(Instant(facts.ends_at), now, zone)),
        locked_because,
        may_see_activity: activity::may_open(staff),
        name: facts.name,
        avatar: facts.avatar,
        details: facts.details,
        email: facts.email,
        email_change,
        revision: facts.revision,
    })
}

/// The groups that a person is in, each once and without where: not every store is everybody's to
/// know.
fn group_names(person: &Person) -> String {
    let mut names: Vec<&str> = Vec::new();
    for membership in &person.memberships {
        if !names.contains(&membership.name.as_str()) {
            names.push(&membership.name);
        }
    }
    names.join(", ")
}

/// How a person's second factor stands.
async fn factor(
    kh: &Keyholder,
    staff: &Staff,
    conn: &mut AnyConnection,
    person: &Person,
) -> Result<FactorView, Failure> {
    let groups = people::groups(conn).await?;
    let of_admins = |membership: &Membership| {
        let mut groups = groups.iter().filter(|group| group.id == membership.group);
        groups.any(|group| group.built_in.as_deref() == Some(ADMIN))
    };
    let demand = FactorDemand {
        in_admin: person.memberships.iter().any(of_admins),
        ..staff.demand
    };
    let held = evaluate(person, &staff.caller.all_stores, kh.now());
    let zone = &staff.business.time_zone;
    second_factor::factor_view(kh, conn, person.id, demand, &held, zone).await
}

/// Where a person stands at this moment; the clock decides, nothing has to have run.
pub(super) fn status(state: &str, ends_at: i64, locked_until: i64, now: Instant) -> Status {
    match state {
        _ if ends_at != 0 && ends_at <= now.0 => Status::Deactivated,
        "invited" => Status::Invited,
        "active" if locked_until > now.0 => Status::Locked,
        "active" => Status::Active,
        _ => Status::Deactivated,
    }
}
