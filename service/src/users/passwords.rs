//! How a person signs in, for who looks after them: a link to a new password, the end of a lock,
//! where they are signed in and the end of that.

use access::actions::{EndSession, SendReset, SignOutUser, UnlockUser, ViewSignIn};
use access::{Instant, UserId};
use domain::passwords::SignInFacts;
use domain::sessions::SignInView;
use domain::{AppError, Done, EndedWhy, Toast};
use serde_json::json;

use super::view::head;
use super::{count_mail, load, open};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::outbox;
use crate::passwords;
use crate::sessions;
use crate::time::when;
use crate::tries;
use crate::tx::{Change, Guarded, Object, Sessions, Tx, Users, Writes};
use crate::visitor::Staff;

/// How a person signs in, what became of the last mails to them, and their sessions.
///
/// # Errors
/// Not found for who may not see them.
pub async fn view_sign_in(kh: &Keyholder, staff: &Staff, id: &str) -> Result<SignInView, Failure> {
    kh.meets::<ViewSignIn>(staff).await?;
    let (person, facts) = load::<ViewSignIn>(kh, staff, id).await?;
    kh.sees::<ViewSignIn>(staff, &person).await?;
    let now = kh.now();
    let mut conn = kh.reader().acquire().await?;
    let at = |at: i64| (at > 0).then(|| when(Instant(at), now, &staff.business.time_zone));
    let counts = tries::counts(&mut conn, person.id).await?;
    let mails = outbox::last_to(&mut conn, staff, person.id, now).await?;
    let (sessions, one_at_a_time) =
        sessions::of_person(kh, staff, &mut conn, person.id, true).await?;
    let sign_in = SignInFacts {
        password_set: facts
            .has_password
            .then(|| at(counts.password_set))
            .flatten(),
        password_disabled: counts.failures >= tries::MOST_IN_A_ROW,
        factor_disabled: counts.factor_failures >= tries::MOST_IN_A_ROW,
        last_sign_in: at(facts.last_sign_in),
        last_device: sessions::last_device(&mut conn, person.id).await?,
        wrong_tries: u32::try_from(counts.failures + counts.factor_failures).unwrap_or(0),
        locked_until: (facts.locked_until > now.0)
            .then(|| at(facts.locked_until))
            .flatten(),
    };
    drop(conn);
    Ok(SignInView {
        user: head(kh, staff, &person, facts).await?,
        facts: sign_in,
        mails,
        sessions,
        one_at_a_time,
        one_store: staff.one_store(),
    })
}

/// Signs a person out everywhere.
///
/// # Errors
/// The rule that stands against it.
pub async fn sign_out(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Done, Failure> {
    let (mut tx, person, facts) = open::<SignOutUser>(kh, staff, id).await?;
    let (change, sessions) = end_sessions(&mut tx, person.id, &facts.name).await?;
    if sessions > 0 {
        tx.commit(change).await?;
    }
    Ok(Done::say(Toast::SignedOut {
        name: facts.name,
        sessions,
    }))
}

/// Ends all sessions of one person: what the log says of it, and how many there were.
pub(super) async fn end_sessions<A>(
    tx: &mut Tx<A>,
    person: UserId,
    name: &str,
) -> Result<(Change, u32), Failure>
where
    A: Guarded + Writes<Sessions>,
{
    let (whose, why) = ((person, name), EndedWhy::ByAdmin);
    let sessions = sessions::end_of_person::<_, EndSession>(tx, whose, None, why).await?;
    let change =
        Change::of(Object::user(person, name)).after(&json!({ "sessions_ended": sessions }));
    Ok((change, sessions))
}

/// Mails a person a link to a new password: the same mail that they would ask for themselves
/// (product §5). Whoever sends it learns no link and chooses no password (req. 27).
///
/// # Errors
/// The rule that stands against it; a person who can't sign in anyway; too many.
pub async fn send_reset(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Done, Failure> {
    let (mut tx, person, facts) = open::<SendReset>(kh, staff, id).await?;
    if !person.standing.works(tx.now()) || !facts.has_password {
        return Err(AppError::Conflict.into());
    }
    count_mail(&mut tx, staff, "reset", person.id).await?;
    passwords::send(kh, &mut tx, person.id, Some(staff.caller.person.id)).await?;
    tx.commit(Change::of(Object::user(person.id, &facts.name)))
        .await?;
    Ok(Done::say(Toast::ResetSent { name: facts.name }))
}

/// Ends a person's lock before its time.
///
/// # Errors
/// The rule that stands against it; a person who is not locked.
pub async fn unlock(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Done, Failure> {
    let (mut tx, person, facts) = open::<UnlockUser>(kh, staff, id).await?;
    let now = tx.now();
    if !tries::unlock(&mut tx.write::<Users>(), person.id, now).await? {
        return Err(AppError::Conflict.into());
    }
    tx.commit(
        Change::of(Object::user(person.id, &facts.name))
            .before(&json!({ "locked_until": facts.locked_until }))
            .after(&json!({ "locked_until": 0 })),
    )
    .await?;
    Ok(Done::say(Toast::Unlocked { name: facts.name }))
}
