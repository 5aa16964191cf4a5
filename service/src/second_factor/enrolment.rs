//! Setting a second factor up: a key that the server draws, and a code that confirms it.

use access::Instant;
use access::actions::{BeginTwoFactor, ConfirmTwoFactor, FinishTwoFactor};
use domain::form::ProblemCode;
use domain::sign_in::own_path;
use domain::{AppError, Done, EndedWhy, Toast};
use serde_json::json;
use tower_sessions::Session;

use super::codes::Set;
use super::totp::Key;
use super::{CONFIRMED, Own, PENDING, codes, seal, sql, unseal};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::mail::FactorNews;
use crate::notices::{self, Notice};
use crate::sessions;
use crate::sign_in;
use crate::tx::{Change, Object, Sessions, TwoFactor, Tx, Users};
use crate::visitor::{Staff, Visitor};

/// How long a key waits for its first code.
const PENDING_MS: i64 = 60 * 60_000;
/// The page of the second factor.
pub(super) const PAGE: &str = "/profile/two-factor";

/// Draws a key for this session, or keeps the one that waits in it. It opens nothing, and nobody is
/// asked for it, before it is confirmed (req. 33).
///
/// # Errors
/// [`AppError::Conflict`] when a second factor is set up already, [`AppError::Due`] when something
/// else is due, [`AppError::PasswordAgain`].
pub async fn begin(kh: &Keyholder, visitor: &Visitor) -> Result<Done, Failure> {
    let own = Own::of(visitor)?;
    let key = Key::draw(kh.rng());
    let mut tx = own.open::<BeginTwoFactor>(kh).await?;
    let now = tx.now();
    let pending = sql::Pending {
        session: own.session,
        person: own.person,
        secret_sealed: &seal(kh, PENDING, own.person, &key),
        now,
        expires: Instant(now.0 + PENDING_MS),
    };
    if sql::keep_pending(&mut tx.write::<TwoFactor>(), &pending).await? {
        tx.commit(Change::of(Object::user(own.person, &own.name)))
            .await?;
    }
    Ok(Done::quiet())
}

/// Confirms the waiting key by a code, which counts as used. From then on the second factor is
/// demanded: the session goes on under a new id, complete, and the person's others end (req. 34,
/// 39).
///
/// # Errors
/// A code that is not the key's, [`AppError::Conflict`] when no key waits in this session.
pub async fn confirm(
    kh: &Keyholder,
    visitor: &Visitor,
    session: &Session,
    code: &str,
) -> Result<Done, Failure> {
    let own = Own::of(visitor)?;
    if code.trim().is_empty() {
        return Err(Failure::field("code", ProblemCode::Required));
    }
    let now = kh.now();
    let sealed = {
        let mut conn = kh.reader().acquire().await?;
        sql::pending(&mut conn, own.session, own.person, now).await?
    };
    let sealed = sealed.ok_or(AppError::Conflict)?;
    let key = unseal(kh, PENDING, own.person, &sealed).ok_or(AppError::Conflict)?;
    let step = key
        .step_of(code, now)
        .ok_or_else(|| Failure::field("code", ProblemCode::CodeWrong))?;
    let set = Set::draw(kh).await?;
    // Read while the session lives, since a new one takes its place.
    session.load().await.map_err(sessions::answer)?;
    let mut tx = own.open::<ConfirmTwoFactor>(kh).await?;
    let now = tx.now();
    // The person's row first, as everywhere: of two at once, the second finds it done.
    if !sql::mark(&mut tx.write::<Users>(), own.person, true).await? {
        return Err(AppError::Conflict.into());
    }
    if sql::pending(tx.read(), own.session, own.person, now).await? != Some(sealed) {
        return Err(AppError::Conflict.into());
    }
    let secret = seal(kh, CONFIRMED, own.person, &key);
    let write = &mut tx.write::<TwoFactor>();
    sql::insert(write, own.person, &secret, step, now).await?;
    set.write(kh, write, own.person, now).await?;
    let write = &mut tx.write::<Sessions>();
    if !sessions::end(write, own.session, EndedWhy::NextStage, now).await? {
        return Err(AppError::SignedOut { ended: None }.into());
    }
    // Opened by the password alone: whoever else sits there is not let by, nor shown the fresh
    // codes.
    let (but, why) = (own.session, EndedWhy::TwoFactorOn);
    let ended = sessions::end_others(write, own.person, but, why, now).await?;
    let notice = Notice::Factor {
        news: FactorNews::On,
        client: &own.client,
    };
    notices::tell(kh, &mut tx, own.person, &notice, None).await?;
    tx.commit(
        Change::of(Object::user(own.person, &own.name))
            .before(&json!({ "two_factor": false }))
            .after(&json!({ "two_factor": true, "sessions_ended": ended })),
    )
    .await?;
    let (client, set) = (&own.client, own.password_set);
    let signs_in = own.caller.is_none();
    sign_in::go_on(client, session, own.person, set, own.proved, signs_in).await?;
    // The page again, whole, with the way on in its address.
    Ok(Done {
        reload: true,
        ..Done::quiet()
    })
}

/// Puts the fresh recovery codes away, once they are `saved`: nobody is shown them again. Where they
/// came with the key it leads to `next`, if that is a path of this site.
///
/// # Errors
/// That they are not saved yet, [`AppError::Conflict`] when there are none to put away.
pub async fn finish(
    kh: &Keyholder,
    staff: &Staff,
    saved: &str,
    next: &str,
) -> Result<Done, Failure> {
    let grant = kh.may::<FinishTwoFactor>(staff, &()).await?;
    if saved.is_empty() {
        return Err(Failure::field("saved", ProblemCode::NotTicked));
    }
    let (mut tx, caller, ()) = Tx::begin(kh, staff, grant, ()).await?;
    let person = caller.person.id;
    let factor = sql::factor(tx.read(), person).await?;
    if !sql::put_away(&mut tx.write::<TwoFactor>(), person).await? {
        return Err(AppError::Conflict.into());
    }
    tx.commit(Change::of(Object::user(person, &staff.me.name)))
        .await?;
    // Those that came with the key, or others in their place.
    let first = factor.is_some_and(|factor| {
        let until = codes::shown_until(factor.since);
        factor.fresh.is_some_and(|(_, fresh)| fresh == until)
    });
    Ok(if first {
        Done::say(Toast::TwoFactorOn).reload(own_path(next).unwrap_or("/"))
    } else {
        Done::say(Toast::CodesSaved).go("/profile")
    })
}
