//! One's own sessions, on the profile (product §7): no permission is needed to see and end them.

use access::actions::{EndOwnOthers, EndOwnSession, OwnSession, ViewOwnSessions};
use access::{Action, Denied};
use domain::sessions::OwnSessionsView;
use domain::{AppError, Done, EndedWhy, Toast};
use serde_json::json;

use super::end::{change, end_of_person, named};
use super::facts::of_person;
use super::{end_sql, sql};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::tx::{Change, Object, Sessions, Tx};
use crate::visitor::Staff;

/// Where somebody is signed in themselves.
///
/// # Errors
/// When the database does not answer.
pub async fn own(kh: &Keyholder, staff: &Staff) -> Result<OwnSessionsView, Failure> {
    kh.sees::<ViewOwnSessions>(staff, &()).await?;
    let mut conn = kh.reader().acquire().await?;
    let me = staff.caller.person.id;
    let (sessions, one_at_a_time) = of_person(kh, staff, &mut conn, me, false).await?;
    let mut sessions: Vec<_> = sessions.into_iter().map(|one| one.facts).collect();
    sessions.sort_by_key(|one| !one.current);
    Ok(OwnSessionsView {
        sessions,
        one_at_a_time,
        one_store: staff.one_store(),
    })
}

/// Ends an own session on another device.
///
/// # Errors
/// Not found for one that is not there or somebody else's (req. 46); [`AppError::Conflict`] when it
/// is over already.
pub async fn end_own(kh: &Keyholder, staff: &Staff, session: &str) -> Result<Done, Failure> {
    kh.meets::<EndOwnSession>(staff).await?;
    let Some((session, person)) = named(kh, session).await? else {
        let name = EndOwnSession::OPERATION.name;
        return Err(kh.refuse(staff, name, Denied::Hidden).await);
    };
    let target = OwnSession { session, person };
    let grant = kh.may::<EndOwnSession>(staff, &target).await?;
    let (mut tx, ..) = Tx::begin(kh, staff, grant, target).await?;
    let now = tx.now();
    let write = &mut tx.write::<Sessions>();
    sql::hold(write, person).await?;
    let ended = end_sql::end_one(write, session, EndedWhy::ByYourself, now).await?;
    let ended = ended.ok_or(AppError::Conflict)?;
    tx.commit(change(person, &staff.me.name, &ended)).await?;
    Ok(Done::say(Toast::SessionsEnded { sessions: 1 }))
}

/// Ends all own sessions but the one that asks.
///
/// # Errors
/// When the database does not answer.
pub async fn end_own_others(kh: &Keyholder, staff: &Staff) -> Result<Done, Failure> {
    let grant = kh.may::<EndOwnOthers>(staff, &()).await?;
    let (mut tx, caller, ()) = Tx::begin(kh, staff, grant, ()).await?;
    let me = (caller.person.id, staff.me.name.as_str());
    let this = Some(caller.session);
    let sessions =
        end_of_person::<_, EndOwnSession>(&mut tx, me, this, EndedWhy::ByYourself).await?;
    if sessions > 0 {
        tx.commit(
            Change::of(Object::user(me.0, me.1)).after(&json!({ "sessions_ended": sessions })),
        )
        .await?;
    }
    Ok(Done::say(Toast::SessionsEnded { sessions }))
}
