//! Ending sessions of others: one, everybody's, and all of a person's ([`end_of_person`]).
//!
//! Each session that ends gets an entry of its own, under the name that opens nothing, so that
//! each person's history is whole.

use access::actions::{EndOtherSessions, EndSession, SessionOf};
use access::{Action, Caller, Denied, Permission, SessionRef, UserId, Visible};
use domain::page::Count;
use domain::{AppError, Done, EndedWhy, Toast};
use serde_json::json;
use sqlx::AnyConnection;

use super::list::count;
use super::list_sql::{self, Open, Other};
use super::{end_sql, sql};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people;
use crate::tx::{Change, Guarded, Object, Sessions, Tx, Writes};
use crate::visitor::Staff;

/// Sessions that one transaction ends at the most: others wait for it.
const AT_ONCE: usize = 500;

/// A session by the name as it came in, and whose it is; nothing for one that is nobody's.
pub(super) async fn named(
    kh: &Keyholder,
    session: &str,
) -> Result<Option<(SessionRef, UserId)>, Failure> {
    let Ok(session) = session.parse() else {
        return Ok(None);
    };
    let mut conn = kh.reader().acquire().await?;
    let owner = sql::owner(&mut conn, session).await?;
    Ok(owner.map(|owner| (session, owner.person)))
}

/// The entry of a session that ended.
pub(super) fn change(person: UserId, name: &str, ended: &end_sql::Ended) -> Change {
    Change::of(Object::user(person, name)).before(&json!({
        "session": ended.session,
        "device": ended.device,
        "ip": ended.ip,
    }))
}

/// What the device is told.
fn why(staff: &Staff, person: UserId) -> EndedWhy {
    if person == staff.caller.person.id {
        EndedWhy::ByYourself
    } else {
        EndedWhy::ByAdmin
    }
}

/// Ends one session of somebody, or an own one on another device.
///
/// # Errors
/// Not found for a session that is not there, or of somebody who is not theirs to know; the rule
/// that stands against it; [`AppError::Conflict`] when it is over already.
pub async fn end(kh: &Keyholder, staff: &Staff, session: &str) -> Result<Done, Failure> {
    kh.meets::<EndSession>(staff).await?;
    let mut target = None;
    if let Some((session, person)) = named(kh, session).await? {
        let mut conn = kh.reader().acquire().await?;
        let person = people::load(&mut conn, person).await?;
        target = person.map(|person| SessionOf { session, person });
    }
    let Some(target) = target else {
        let name = EndSession::OPERATION.name;
        return Err(kh.refuse(staff, name, Denied::Hidden).await);
    };
    let grant = kh.may::<EndSession>(staff, &target).await?;
    let (mut tx, _, SessionOf { session, person }) = Tx::begin(kh, staff, grant, target).await?;
    let now = tx.now();
    let owner = sql::owner(tx.read(), session).await?;
    let name = owner.ok_or(AppError::NotFound)?.name;
    let write = &mut tx.write::<Sessions>();
    sql::hold(write, person.id).await?;
    let ended = end_sql::end_one(write, session, why(staff, person.id), now).await?;
    let ended = ended.ok_or(AppError::Conflict)?;
    tx.commit(change(person.id, &name, &ended)).await?;
    Ok(Done::say(Toast::SignedOut { name, sessions: 1 }))
}

/// Ends every session but the own one, as far as the one who asks may: everybody's whom they may
/// act on, and their own on other devices. A few hundred at a time, so that nobody waits long for
/// the lock; each time it is asked anew whether they may.
///
/// # Errors
/// When they may not see people anywhere.
pub async fn end_others(kh: &Keyholder, staff: &Staff) -> Result<Done, Failure> {
    let begun = kh.now();
    let mut after = (UserId::nil(), SessionRef::nil());
    let mut all = 0;
    loop {
        let grant = kh.may::<EndOtherSessions>(staff, &()).await?;
        let (mut tx, caller, ()) = Tx::begin(kh, staff, grant, ()).await?;
        let now = tx.now();
        let visible = caller.visible(Permission::SettingsUsers, None)?;
        let others = list_sql::others(tx.read(), &visible, None, begun, after, AT_ONCE).await?;
        let is_last = others.len() < AT_ONCE;
        if let Some(last) = others.last() {
            after = (last.person, last.session);
        }
        let (mut ended, mut held) = (0_u32, UserId::nil());
        for other in may_end(tx.read(), &caller, others).await? {
            let write = &mut tx.write::<Sessions>();
            if held != other.person {
                sql::hold(write, other.person).await?;
                held = other.person;
            }
            let why = why(staff, other.person);
            if let Some(gone) = end_sql::end_one(write, other.session, why, now).await? {
                tx.also::<EndSession>(&change(other.person, &other.name, &gone));
                ended += 1;
            }
        }
        if ended > 0 {
            all += ended;
            tx.commit(
                Change::of(Object::business(&staff.business.name))
                    .after(&json!({ "sessions_ended": ended })),
            )
            .await?;
        }
        if is_last {
            return Ok(Done::say(Toast::SessionsEnded { sessions: all }));
        }
    }
}

/// How many of the sessions that the list shows [`end_others`] would end; counting stops where that
/// of the list does.
pub(super) async fn count_others(
    conn: &mut AnyConnection,
    staff: &Staff,
    visible: &Visible,
    open: Open,
) -> Result<Count, Failure> {
    let mut after = (UserId::nil(), SessionRef::nil());
    let mut all = 0;
    loop {
        let listed = Some(open);
        let others = list_sql::others(conn, visible, listed, open.now, after, AT_ONCE).await?;
        let is_last = others.len() < AT_ONCE;
        if let Some(last) = others.last() {
            after = (last.person, last.session);
        }
        all += may_end(conn, &staff.caller, others).await?.len();
        if is_last || all > list_sql::COUNTED as usize {
            return Ok(count(all));
        }
    }
}

/// Those of some sessions that somebody may end.
async fn may_end(
    conn: &mut AnyConnection,
    caller: &Caller,
    mut sessions: Vec<Other>,
) -> Result<Vec<Other>, Failure> {
    let mut ids: Vec<UserId> = sessions.iter().map(|one| one.person).collect();
    ids.dedup();
    let people = people::several(conn, &ids).await?;
    sessions.retain(|one| {
        let person = people.iter().find(|person| person.id == one.person);
        person.is_some_and(|person| {
            let session = SessionOf {
                session: one.session,
                person: person.clone(),
            };
            EndSession::decide(caller, &session).is_ok()
        })
    });
    Ok(sessions)
}

/// Ends all sessions of a person but perhaps one, each with its entry under the operation `E`, and
/// says how many there were.
pub(crate) async fn end_of_person<A, E>(
    tx: &mut Tx<A>,
    (person, name): (UserId, &str),
    but: Option<SessionRef>,
    why: EndedWhy,
) -> Result<u32, Failure>
where
    A: Guarded + Writes<Sessions>,
    E: Action,
{
    let now = tx.now();
    let write = &mut tx.write::<Sessions>();
    sql::hold(write, person).await?;
    let ended = end_sql::end_each(write, person, but, why, now).await?;
    for one in &ended {
        tx.also::<E>(&change(person, name, one));
    }
    Ok(u32::try_from(ended.len()).unwrap_or(u32::MAX))
}
