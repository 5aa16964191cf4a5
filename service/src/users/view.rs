//! A person's page, and what the form of a new one offers.

use access::actions::{AccessChange, NewUser, SetAccess, ViewUser};
use access::guards::may_act_on;
use access::{
    ADMIN, Action, Caller, Denied, FactorDemand, Instant, Membership, Person, Reach, Rule,
    Standing, StoreId, UserId, evaluate,
};
use domain::second_factor::FactorView;
use domain::shell::StoreChoice;
use domain::users::{
    GroupChoice, InviteState, MailState, MembershipView, NewUserView, Status, UserView,
};

use sqlx::AnyConnection;

use super::load;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::outbox;
use crate::people::{self, Group};
use crate::second_factor;
use crate::sessions;
use crate::time::when;
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
    })
}

/// Stores in which the caller may manage people, among the active ones.
fn users_stores(staff: &Staff) -> Vec<StoreId> {
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
fn store_choices(staff: &Staff, ids: &[StoreId]) -> Vec<StoreChoice> {
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

/// All groups, each with whether the caller may give it to somebody who works in these stores:
/// asked of the same rule that decides when it is given.
fn group_choices(caller: &Caller, groups: &[Group], stores: &[StoreId]) -> Vec<GroupChoice> {
    let somebody = |memberships| Person {
        id: UserId::nil(),
        standing: Standing {
            accepted: false,
            active: true,
            ends_at: None,
        },
        memberships,
        overrides: Vec::new(),
        stores: stores.to_vec(),
    };
    groups
        .iter()
        .map(|group| {
            let change = AccessChange {
                before: somebody(Vec::new()),
                after: somebody(vec![group.membership(Reach::AllTheirStores)]),
            };
            GroupChoice {
                id: group.id,
                name: group.name.clone(),
                summary: group.summary.clone(),
                built_in: group.built_in.clone(),
                may_grant: SetAccess::decide(caller, &change).is_ok(),
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
    let now = kh.now();
    let zone = &staff.business.time_zone;
    let mut conn = kh.reader().acquire().await?;
    let groups = people::groups(&mut conn).await?;
    let own = users_stores(staff);
    let locked_because = match may_act_on(&staff.caller, &person) {
        Ok(()) => None,
        Err(Denied::Rule(rule)) => Some(rule),
        Err(_) => Some(Rule::NotTheirStore),
    };
    let invite = match &facts.invite {
        Some(invite) if facts.state == "invited" => Some(InviteState {
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
    let memberships = person
        .memberships
        .iter()
        .map(|membership| MembershipView {
            group: membership.group,
            name: membership.name.clone(),
            reach: membership.reach,
            store: match membership.reach {
                Reach::AllTheirStores => None,
                Reach::Store(store) => staff.store_name(store).map(str::to_owned),
            },
        })
        .collect();
    // Stores of theirs that the caller may not give are shown too, so that saving keeps them.
    let mut offered = own.clone();
    offered.extend(
        person
            .stores
            .iter()
            .copied()
            .filter(|store| !own.contains(store)),
    );
    Ok(UserView {
        id: person.id,
        sessions: sessions::live_count(&mut conn, person.id).await?,
        status: status(&facts.state, facts.ends_at, facts.locked_until, now),
        invite,
        factor: factor(kh, staff, &mut conn, &person, &groups).await?,
        last_sign_in: (facts.last_sign_in > 0)
            .then(|| when(Instant(facts.last_sign_in), now, zone)),
        created: when(Instant(facts.created), now, zone),
        created_by: facts.created_by,
        memberships,
        store_choices: store_choices(staff, &offered),
        group_choices: group_choices(&staff.caller, &groups, &own),
        stores: person.stores,
        locked_because,
        name: facts.name,
        details: facts.details,
        email: facts.email,
        revision: facts.revision,
    })
}

/// How a person's second factor stands.
async fn factor(
    kh: &Keyholder,
    staff: &Staff,
    conn: &mut AnyConnection,
    person: &Person,
    groups: &[Group],
) -> Result<FactorView, Failure> {
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
        "invited" => Status::Invited,
        "active" if ends_at != 0 && ends_at <= now.0 => Status::Deactivated,
        "active" if locked_until > now.0 => Status::Locked,
        "active" => Status::Active,
        _ => Status::Deactivated,
    }
}
