//! The last day: access ends by the clock at the midnight after it, in the business's time zone.
//! No job has to run for that; a sweep writes it down afterwards (product §3).

use access::actions::{EndAccess, LastDayChange, SetLastDay};
use access::{Action as _, Grant, Instant, Person, Standing};
use domain::done::{Undo, UndoBy};
use domain::{AppError, Done, EndedWhy, Toast};
use serde_json::json;

use super::wanted::day_to_come;
use super::{keep_a_super_admin, known, sql};
use crate::email;
use crate::failure::Failure;
use crate::invites;
use crate::keyholder::Keyholder;
use crate::passwords;
use crate::sessions;
use crate::time::day_before;
use crate::tx::{Change, EmailChanges, Invites, Object, Resets, Sessions, Tx, Users};
use crate::visitor::{Client, Staff};

/// Sets somebody's last day, `2026-12-31`; empty clears it.
///
/// # Errors
/// What is to be put right, or the rule that stands against it.
pub async fn set_last_day(
    kh: &Keyholder,
    staff: &Staff,
    id: &str,
    day: &str,
) -> Result<Done, Failure> {
    kh.meets::<SetLastDay>(staff).await?;
    let person = known::<SetLastDay>(kh, staff, id).await?;
    let zone = &staff.business.time_zone;
    let ends_at = if day.is_empty() {
        None
    } else {
        let end = day_to_come(day, zone, kh.now());
        Some(end.map_err(|problem| Failure::field("day", problem))?)
    };
    let change = LastDayChange { person, ends_at };
    let grant = kh.may::<SetLastDay>(staff, &change).await?;
    let (mut tx, _, change) = Tx::begin(kh, staff, grant, change).await?;
    let (person, now) = (&change.person, tx.now());
    let facts = sql::facts(tx.read(), person.id)
        .await?
        .ok_or(AppError::NotFound)?;
    if facts.state == "deactivated" {
        return Err(AppError::Conflict.into());
    }
    if person.standing.last_day_is_over(now) {
        // What the clock has ended does not wake with the person.
        let write = &mut tx.write::<Sessions>();
        sessions::end_all(write, person.id, EndedWhy::Deactivated, now).await?;
    }
    sql::set_last_day(&mut tx.write::<Users>(), person.id, ends_at).await?;
    let tx = keep_a_super_admin(kh, staff, tx).await?;
    let told = |end: Option<Instant>| end.map(|end| day_before(end, now, zone));
    let shape = |end| json!({ "last_day": told(end).map(|day| day.iso) });
    tx.commit(
        Change::of(Object::user(person.id, &facts.name))
            .before(&shape(person.standing.ends_at))
            .after(&shape(ends_at)),
    )
    .await?;
    let undo = may_go_back(staff, person, ends_at, now).then(|| {
        let before = told(person.standing.ends_at);
        Undo {
            by: UndoBy::SetLastDay,
            id: id.to_owned(),
            day: Some(before.map(|day| day.iso).unwrap_or_default()),
        }
    });
    let name = facts.name;
    let said = Done::say(match told(ends_at) {
        Some(day) => Toast::LastDaySet { name, day: day.day },
        None => Toast::LastDayCleared { name },
    });
    Ok(said.undo(undo).go(format!("/settings/users/{id}")))
}

/// Whether the last day that somebody had `before` is another now, and may be set again.
fn may_go_back(staff: &Staff, before: &Person, ends_at: Option<Instant>, now: Instant) -> bool {
    let standing = Standing {
        ends_at,
        ..before.standing
    };
    let back = LastDayChange {
        person: Person {
            standing,
            ..before.clone()
        },
        ends_at: before.standing.ends_at,
    };
    ends_at != back.ends_at
        && !before.standing.last_day_is_over(now)
        && SetLastDay::decide(&staff.caller, &back).is_ok()
}

/// Writes down whose last day is over. Run now and then; nothing waits for it, since every request
/// looks at the clock itself.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(kh: &Keyholder) -> Result<(), Failure> {
    let over = sql::last_day_over(&mut *kh.reader().acquire().await?, kh.now()).await?;
    for person in over {
        let grant: Grant<EndAccess> = access::system::grant("last_day_over");
        let mut tx = Tx::system(kh, grant, Client::system()).await?;
        let now = tx.now();
        let facts = sql::facts(tx.read(), person)
            .await?
            .ok_or_else(|| Failure::inconsistent("users.id"))?;
        let state = facts.state.as_str();
        // Another node was quicker, or somebody gave them another day.
        if state == "deactivated" || facts.ends_at == 0 || facts.ends_at > now.0 {
            continue;
        }
        sql::set_state(&mut tx.write::<Users>(), person, "deactivated").await?;
        invites::withdraw(&mut tx.write::<Invites>(), person).await?;
        passwords::withdraw(&mut tx.write::<Resets>(), person).await?;
        email::void(&mut tx.write::<EmailChanges>(), person).await?;
        let write = &mut tx.write::<Sessions>();
        let ended = sessions::end_all(write, person, EndedWhy::Deactivated, now).await?;
        tx.commit(
            Change::of(Object::user(person, &facts.name))
                .before(&json!({ "state": state }))
                .after(&json!({ "state": "deactivated", "sessions_ended": ended })),
        )
        .await?;
    }
    Ok(())
}
