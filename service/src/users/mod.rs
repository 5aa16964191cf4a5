//! People: invite, edit, give groups and stores, deactivate.

mod access;
mod access_sql;
mod activity;
mod export;
mod grid;
mod last_day;
mod list;
mod list_sql;
mod many;
mod many_sql;
mod passwords;
mod preview;
pub(crate) mod sql;
mod view;
mod wanted;

use std::time::Duration;

use ::access::actions::{
    self, DeactivateUser, ReactivateUser, ResendInvite, UpdateUser, WithdrawInvite,
};
use ::access::guards::{last_super_admin_remains, may_see_person};
use ::access::{Action, Caller, Denied, Person, Reach, Standing, UserId};
use domain::done::{Undo, UndoBy};
use domain::users::{InviteUser, UserDetails};
use domain::{AppError, Done, EndedWhy, ProblemCode, Toast};
use serde_json::json;
use sqlx::AnyConnection;

use crate::audit::Subject;
use crate::failure::Failure;
use crate::invites;
use crate::keyholder::Keyholder;
use crate::limits::{self, Limit};
use crate::people;
use crate::sessions;
use crate::time::day_before;
use crate::tx::{
    Access, Change, EmailChanges, Guarded, Invites, Limits, Object, Resets, Sessions, Tx, Users,
    Writes,
};
use crate::visitor::Staff;

pub use self::access::{check_access, preview_access, set_access, view_access};
pub use activity::activity;
pub use export::export;
pub use last_day::{set_last_day, sweep};
pub use list::list;
pub(crate) use list_sql::{contains as name_contains, found_by};
pub use many::{deactivate_many, sign_out_many};
pub use passwords::{send_reset, sign_out, unlock, view_sign_in};
pub use view::{new, view};
pub(crate) use wanted::overrides_of;

/// Links that are mailed to one person because somebody pressed a button (req. 19). Who pressed it
/// is told.
const MAILS_TO_ONE_PERSON: Limit = Limit {
    times: 5,
    within: Duration::from_mins(15),
};

/// The same from one place, whoever they go to (product §5).
const MAILS_FROM_ONE_PLACE: Limit = Limit {
    times: 60,
    within: Duration::from_mins(15),
};

/// Counts a link that somebody mails to a person.
///
/// # Errors
/// [`AppError::TooMany`] for this person, or from this place.
async fn count_mail<A>(
    tx: &mut Tx<A>,
    staff: &Staff,
    what: &str,
    person: UserId,
) -> Result<(), Failure>
where
    A: Guarded + Writes<Limits>,
{
    limits::ask_within(tx, &format!("{what}:{person}"), MAILS_TO_ONE_PERSON).await?;
    let place = format!("mails:{}", limits::place(&staff.client.ip));
    limits::ask_within(tx, &place, MAILS_FROM_ONE_PLACE).await
}

/// A person by the id as it came in. One that is nobody's is refused, and recorded, like one that
/// is not theirs to know.
async fn known<A: Action>(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Person, Failure> {
    if let Ok(id) = id.parse() {
        let mut conn = kh.reader().acquire().await?;
        if let Some(person) = people::load(&mut conn, id).await? {
            return Ok(person);
        }
    }
    Err(kh.refuse(staff, A::OPERATION.name, Denied::Hidden).await)
}

/// A person with their facts.
async fn load<A: Action>(
    kh: &Keyholder,
    staff: &Staff,
    id: &str,
) -> Result<(Person, sql::Facts), Failure> {
    let person = known::<A>(kh, staff, id).await?;
    let mut conn = kh.reader().acquire().await?;
    let facts = sql::facts(&mut conn, person.id)
        .await?
        .ok_or(AppError::NotFound)?;
    Ok((person, facts))
}

/// Asks, opens, and reads the person's facts again under the lock: how every change of one person
/// begins.
pub(crate) async fn open<A>(
    kh: &Keyholder,
    staff: &Staff,
    id: &str,
) -> Result<(Tx<A>, Person, sql::Facts), Failure>
where
    A: Action<Target = Person> + Guarded,
{
    kh.meets::<A>(staff).await?;
    let person = known::<A>(kh, staff, id).await?;
    let grant = kh.may::<A>(staff, &person).await?;
    let (mut tx, _, person) = Tx::begin(kh, staff, grant, person).await?;
    let facts = sql::facts(tx.read(), person.id)
        .await?
        .ok_or(AppError::NotFound)?;
    Ok((tx, person, facts))
}

/// Invites somebody: the account, its groups and stores, the link and its mail, all or nothing.
///
/// # Errors
/// What is to be put right in the form, or the rule that stands against it.
pub async fn invite(kh: &Keyholder, staff: &Staff, form: InviteUser) -> Result<Done, Failure> {
    kh.meets::<actions::InviteUser>(staff).await?;
    let person = {
        let mut conn = kh.reader().acquire().await?;
        let mut problems = form.check(staff.one_store()).err().unwrap_or_default();
        if problems.of("email").is_none()
            && let Some(code) = address_problem(&mut conn, &staff.caller, &form.email).await?
        {
            problems.add("email", code);
        }
        problems.into_result()?;
        let groups = people::groups(&mut conn).await?;
        let mut person = Person {
            id: kh.new_user_id(),
            standing: Standing {
                accepted: false,
                active: true,
                ends_at: None,
            },
            memberships: wanted::pick_groups(&groups, &form.memberships(staff.one_store()))?,
            overrides: Vec::new(),
            stores: wanted::pick_stores(staff, &form.stores)?,
        };
        person.overrides = wanted::by_levels(staff, &person, &form.level, &form.reason, kh.now())?;
        person
    };
    let details = UserDetails {
        first_name: form.first_name.clone(),
        last_name: form.last_name.clone(),
        ..UserDetails::default()
    };
    let name = sql::shown_name(&details);
    let grant = kh.may::<actions::InviteUser>(staff, &person).await?;
    let (mut tx, caller, person) = Tx::begin(kh, staff, grant, person).await?;
    // Asked again under the lock: somebody else may have been invited there meanwhile.
    if let Some(code) = address_problem(tx.read(), &caller, &form.email).await? {
        return Err(Failure::field("email", code));
    }
    let now = tx.now();
    let account = sql::New {
        id: person.id,
        details: &details,
        email: &form.email,
        state: "invited",
        password: None,
        created_by: Some(caller.person.id),
        now,
    };
    sql::insert(&mut tx.write::<Users>(), &account).await?;
    let write = &mut tx.write::<Access>();
    sql::set_access(write, person.id, &person.memberships, &person.stores).await?;
    sql::set_overrides(write, person.id, &[], &person.overrides).await?;
    invites::send(kh, &mut tx, staff, person.id).await?;
    tx.commit(invited(staff, &name, &form.email, &person).because(form.reason.trim()))
        .await?;
    Ok(Done::say(Toast::Invited { name }).go("/settings/users"))
}

/// What the audit log says of an invitation, of one person or of many: it belongs to their store,
/// where they have but one.
pub(crate) fn invited(staff: &Staff, name: &str, email: &str, person: &Person) -> Change {
    let after = json!({
        "name": name,
        "email": email.trim(),
        "groups": groups_of(staff, person),
        "stores": stores_of(staff, person),
        "overrides": wanted::overrides_of(staff, person),
    });
    Change::of(Object::user(person.id, name))
        .after(&after)
        .in_store(person.store())
}

/// What stands against an address: that somebody has it, by name only where the caller may know
/// them.
pub(crate) async fn address_problem(
    conn: &mut AnyConnection,
    caller: &Caller,
    email: &str,
) -> Result<Option<ProblemCode>, Failure> {
    let Some(holder) = sql::holder_of(conn, email).await? else {
        return Ok(None);
    };
    let person = people::load(conn, holder.id).await?;
    let visible = person.filter(|person| may_see_person(caller, person).is_ok());
    Ok(Some(match visible {
        Some(Person { standing, .. }) => ProblemCode::EmailTaken {
            user: holder.id,
            name: holder.name,
            deactivated: !standing.active || standing.last_day_is_over(caller.now),
        },
        None => ProblemCode::AddressUnusable,
    }))
}

/// Groups in one line, for the audit log and for the invited themselves.
pub(crate) fn groups_of(staff: &Staff, person: &Person) -> String {
    people::groups_line(person.memberships.iter().map(|membership| {
        let store = match membership.reach {
            Reach::AllTheirStores => None,
            Reach::Store(store) => Some(staff.store_name(store).unwrap_or("another store")),
        };
        (membership.name.as_str(), store)
    }))
}

/// Stores in one line, for the audit log.
fn stores_of(staff: &Staff, person: &Person) -> String {
    let names: Vec<&str> = staff
        .stores
        .iter()
        .filter(|store| person.stores.contains(&store.id))
        .map(|store| store.name.as_str())
        .collect();
    names.join(", ")
}

/// Saves names and phone.
///
/// # Errors
/// What is to be put right, or that somebody changed the same meanwhile.
pub async fn update(
    kh: &Keyholder,
    staff: &Staff,
    id: &str,
    revision: i64,
    details: UserDetails,
) -> Result<Done, Failure> {
    details.check()?;
    let (mut tx, person, facts) = open::<UpdateUser>(kh, staff, id).await?;
    let write = &mut tx.write::<Users>();
    if !sql::update(write, person.id, &facts.email, &details, revision).await? {
        return Err(AppError::Conflict.into());
    }
    let name = sql::shown_name(&details);
    tx.commit(
        Change::of(Object::user(person.id, &name))
            .before(&facts.details)
            .after(&details),
    )
    .await?;
    Ok(Done::say(Toast::DetailsSaved { name }))
}

/// Refuses a change after which no Super Admin would be left; asked under the lock, after the
/// write, so that the count sees it.
async fn keep_a_super_admin<A: Guarded>(
    kh: &Keyholder,
    staff: &Staff,
    mut tx: Tx<A>,
) -> Result<Tx<A>, Failure> {
    let ids = sql::super_admins(tx.read()).await?;
    let admins = people::several(tx.read(), &ids).await?;
    match last_super_admin_remains(&admins) {
        Ok(()) => Ok(tx),
        Err(denied) => {
            // Undone before the refusal is recorded, which is a transaction of its own.
            drop(tx);
            Err(kh.refuse(staff, A::OPERATION.name, denied).await)
        }
    }
}

/// Sends the invitation again; the older link is dead from then on.
///
/// # Errors
/// The rule that stands against it.
pub async fn resend_invite(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Done, Failure> {
    let (mut tx, person, facts) = open::<ResendInvite>(kh, staff, id).await?;
    if facts.state != "invited" || person.standing.last_day_is_over(tx.now()) {
        return Err(AppError::Conflict.into());
    }
    count_mail(&mut tx, staff, "resend", person.id).await?;
    invites::send(kh, &mut tx, staff, person.id).await?;
    tx.commit(Change::of(Object::user(person.id, &facts.name)))
        .await?;
    Ok(Done::say(Toast::InviteResent { name: facts.name }))
}

/// Withdraws an invitation that nobody has accepted; the account is deactivated.
///
/// # Errors
/// The rule that stands against it.
pub async fn withdraw_invite(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Done, Failure> {
    let (mut tx, person, facts) = open::<WithdrawInvite>(kh, staff, id).await?;
    if facts.state != "invited" {
        return Err(AppError::Conflict.into());
    }
    invites::withdraw(&mut tx.write::<Invites>(), person.id).await?;
    sql::set_state(&mut tx.write::<Users>(), person.id, "deactivated").await?;
    tx.commit(
        Change::of(Object::user(person.id, &facts.name))
            .before(&json!({ "state": facts.state }))
            .after(&json!({ "state": "deactivated" })),
    )
    .await?;
    Ok(Done::say(Toast::InviteWithdrawn { name: facts.name }))
}

/// Ends somebody's access: every session at once, and no sign-in from then on.
///
/// # Errors
/// The rule that stands against it.
pub async fn deactivate(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Done, Failure> {
    let (mut tx, person, facts) = open::<DeactivateUser>(kh, staff, id).await?;
    let (change, sessions) = end_access(&mut tx, person.id, &facts).await?;
    // Who has no password yet would get another mail, and whose last day is over would lose that.
    let comes_back = facts.has_password
        && person.standing.works(tx.now())
        && ReactivateUser::decide(&staff.caller, &person).is_ok();
    keep_a_super_admin(kh, staff, tx)
        .await?
        .commit(change)
        .await?;
    let undo = comes_back.then(|| Undo::of(UndoBy::ReactivateUser, id));
    Ok(Done::say(Toast::Deactivated {
        name: facts.name,
        sessions,
    })
    .undo(undo))
}

/// Ends one person's access: what the log says of it, and how many sessions that ended.
async fn end_access<A>(
    tx: &mut Tx<A>,
    person: UserId,
    facts: &sql::Facts,
) -> Result<(Change, u32), Failure>
where
    A: Writes<Users> + Writes<Invites> + Writes<Resets> + Writes<EmailChanges> + Writes<Sessions>,
{
    if facts.state == "deactivated" {
        return Err(AppError::Conflict.into());
    }
    let now = tx.now();
    sql::set_state(&mut tx.write::<Users>(), person, "deactivated").await?;
    invites::withdraw(&mut tx.write::<Invites>(), person).await?;
    crate::passwords::withdraw(&mut tx.write::<Resets>(), person).await?;
    crate::email::void(&mut tx.write::<EmailChanges>(), person).await?;
    let write = &mut tx.write::<Sessions>();
    let sessions = sessions::end_all(write, person, EndedWhy::Deactivated, now).await?;
    let change = Change::of(Object::user(person, &facts.name))
        .before(&json!({ "state": facts.state }))
        .after(&json!({ "state": "deactivated", "sessions_ended": sessions }));
    Ok((change, sessions))
}

/// Gives somebody their access back; who never accepted is invited anew.
///
/// # Errors
/// The rule that stands against it.
pub async fn reactivate(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Done, Failure> {
    let (mut tx, person, facts) = open::<ReactivateUser>(kh, staff, id).await?;
    let now = tx.now();
    if facts.state != "deactivated" && !person.standing.last_day_is_over(now) {
        return Err(AppError::Conflict.into());
    }
    let state = if facts.has_password {
        "active"
    } else {
        "invited"
    };
    sql::set_state(&mut tx.write::<Users>(), person.id, state).await?;
    let (mut was, mut is) = (json!({ "state": facts.state }), json!({ "state": state }));
    if let Some(end) = person.standing.ends_at
        && person.standing.last_day_is_over(now)
    {
        sql::set_last_day(&mut tx.write::<Users>(), person.id, None).await?;
        was["last_day"] = json!(day_before(end, now, &staff.business.time_zone).iso);
        is["last_day"] = json!(null);
    }
    // What the clock has ended, and nobody has written down yet, does not wake with them.
    let write = &mut tx.write::<Sessions>();
    sessions::end_all(write, person.id, EndedWhy::Deactivated, now).await?;
    if !facts.has_password {
        invites::send(kh, &mut tx, staff, person.id).await?;
    }
    tx.commit(
        Change::of(Object::user(person.id, &facts.name))
            .before(&was)
            .after(&is),
    )
    .await?;
    Ok(Done::say(if facts.has_password {
        Toast::Reactivated { name: facts.name }
    } else {
        Toast::InviteResent { name: facts.name }
    }))
}
