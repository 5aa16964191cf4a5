//! What is done to several people at once: to all of them or to nobody, each decided, written and
//! entered in the log as if it were done to them alone (ADR 13).

use std::collections::BTreeSet;

use access::actions::{DeactivateMany, DeactivateUser, SignOutMany, SignOutUser};
use access::guards::{last_super_admin_remains, may_act_on};
use access::{Action, Denied, Instant, Person, Rule, UserId};
use domain::users::{MANY_MAX, ManyAct, ManyQuestion, Ticked, Unfit, UserListQuery};
use domain::{AppError, Done, Toast};
use serde_json::json;
use sqlx::AnyConnection;

use super::passwords::end_sessions;
use super::{end_access, keep_a_super_admin, many_sql, sql};
use crate::audit::Subject;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people;
use crate::tx::{Change, Guarded, Object, Tx};
use crate::visitor::Staff;

/// Ends the access of several people: every session at once, and no sign-in from then on.
///
/// # Errors
/// The rule that stands against one of them; then nobody is deactivated.
pub async fn deactivate_many(
    kh: &Keyholder,
    staff: &Staff,
    ids: &[String],
) -> Result<Done, Failure> {
    let (mut tx, people) = open::<DeactivateMany>(kh, staff, ids).await?;
    let mut ended = 0;
    for person in &people {
        let facts = facts(&mut tx, person.id).await?;
        let (change, sessions) = end_access(&mut tx, person.id, &facts).await?;
        tx.also::<DeactivateUser>(&change.in_store(person.store()));
        ended += sessions;
    }
    let tx = keep_a_super_admin(kh, staff, tx).await?;
    let people = u32::try_from(people.len()).unwrap_or(u32::MAX);
    tx.commit(of_all(staff, people, ended)).await?;
    Ok(Done::say(Toast::DeactivatedMany {
        people,
        sessions: ended,
    }))
}

/// Signs several people out everywhere.
///
/// # Errors
/// The rule that stands against one of them; then nobody is signed out.
pub async fn sign_out_many(kh: &Keyholder, staff: &Staff, ids: &[String]) -> Result<Done, Failure> {
    let (mut tx, all) = open::<SignOutMany>(kh, staff, ids).await?;
    let (mut people, mut ended) = (0, 0);
    for person in &all {
        let name = facts(&mut tx, person.id).await?.name;
        let (change, sessions) = end_sessions(&mut tx, person.id, &name).await?;
        if sessions > 0 {
            tx.also::<SignOutUser>(&change.in_store(person.store()));
            people += 1;
            ended += sessions;
        }
    }
    if people > 0 {
        tx.commit(of_all(staff, people, ended)).await?;
    }
    Ok(Done::say(Toast::SignedOutMany { people }))
}

/// What the log says of all of them together.
fn of_all(staff: &Staff, people: u32, sessions: u32) -> Change {
    Change::of(Object::business(&staff.business.name))
        .after(&json!({ "people": people, "sessions_ended": sessions }))
}

/// Asks about each of several people, opens, and asks again under the lock.
async fn open<A>(
    kh: &Keyholder,
    staff: &Staff,
    ids: &[String],
) -> Result<(Tx<A>, Vec<Person>), Failure>
where
    A: Action<Target = Vec<Person>> + Guarded,
{
    kh.meets::<A>(staff).await?;
    // The page offers neither.
    if ids.is_empty() || ids.len() > MANY_MAX {
        return Err(AppError::BadRequest.into());
    }
    let known: Result<BTreeSet<UserId>, _> = ids.iter().map(|id| id.parse()).collect();
    let ids: Vec<UserId> = known.map_or_else(|_| Vec::new(), |ids| ids.into_iter().collect());
    let people = people::several(&mut *kh.reader().acquire().await?, &ids).await?;
    // One that is nobody's is refused, and recorded, like one that is not theirs to know.
    if people.is_empty() || people.len() < ids.len() {
        return Err(kh.refuse(staff, A::OPERATION.name, Denied::Hidden).await);
    }
    let grant = kh.may::<A>(staff, &people).await?;
    let (tx, _, people) = Tx::begin(kh, staff, grant, people).await?;
    Ok((tx, people))
}

/// A person's facts, read under the lock.
async fn facts<A: Action>(tx: &mut Tx<A>, person: UserId) -> Result<sql::Facts, Failure> {
    let facts = sql::facts(tx.read(), person).await?;
    Ok(facts.ok_or(AppError::NotFound)?)
}

/// What is asked before something is done to those who were ticked: to whom it can be done, and to
/// whom not and why. Whom the one who asks may not know is left out.
pub(super) async fn question(
    conn: &mut AnyConnection,
    staff: &Staff,
    query: &UserListQuery,
    now: Instant,
) -> Result<Option<ManyQuestion>, Failure> {
    let Some(act) = ManyAct::from_key(&query.bulk) else {
        return Ok(None);
    };
    let mut ids = Vec::new();
    for id in query
        .users
        .iter()
        .filter_map(|id| id.parse::<UserId>().ok())
    {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.is_empty() || ids.len() > MANY_MAX {
        return Ok(None);
    }
    let ticked = people::several(conn, &ids).await?;
    let mut facts = many_sql::facts(conn, &ids, now).await?;
    let last = if act == ManyAct::Deactivate {
        last_of(conn, staff, &ticked).await?
    } else {
        None
    };
    let (mut people, mut others) = (Vec::new(), Vec::new());
    // In the order in which they were ticked, which is that of the list.
    for id in ids {
        let person = ticked.iter().find(|person| person.id == id);
        let (Some(person), Some(facts)) = (person, facts.remove(&id)) else {
            continue;
        };
        let nothing_to_do = match act {
            ManyAct::Deactivate => facts.state == "deactivated",
            ManyAct::SignOut => facts.sessions == 0,
        };
        let name = facts.name;
        match may_act_on(&staff.caller, person) {
            Ok(()) if nothing_to_do => others.push(Unfit {
                name,
                because: None,
            }),
            Ok(()) if last.is_some() && person.is_super_admin() => others.push(Unfit {
                name,
                because: last.clone(),
            }),
            Ok(()) => people.push(Ticked {
                id,
                name,
                sessions: facts.sessions,
            }),
            Err(Denied::Rule(rule)) => others.push(Unfit {
                name,
                because: Some(rule),
            }),
            Err(_) => {}
        }
    }
    let nobody = people.is_empty() && others.is_empty();
    Ok((!nobody).then_some(ManyQuestion { people, others }))
}

/// The rule that no Super Admin would remain, if those of the ticked who can be deactivated were.
async fn last_of(
    conn: &mut AnyConnection,
    staff: &Staff,
    ticked: &[Person],
) -> Result<Option<Rule>, Failure> {
    let goes =
        |person: &Person| person.is_super_admin() && may_act_on(&staff.caller, person).is_ok();
    let going: Vec<UserId> = ticked
        .iter()
        .filter(|&person| goes(person))
        .map(|person| person.id)
        .collect();
    if going.is_empty() {
        return Ok(None);
    }
    let ids = sql::super_admins(conn).await?;
    let admins = people::several(conn, &ids).await?;
    let left = admins.iter().filter(|admin| !going.contains(&admin.id));
    Ok(match last_super_admin_remains(left) {
        Err(Denied::Rule(rule)) => Some(rule),
        _ => None,
    })
}
