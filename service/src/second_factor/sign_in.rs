//! The second step of signing in (product §5): a code or a recovery code, counted by the same five
//! tries as the password.

use access::Due;
use access::actions::PassSecondFactor;
use domain::form::ProblemCode;
use domain::second_factor::SecondStep;
use domain::sign_in::own_path;
use domain::{AppError, Done, EndedWhy};
use serde_json::json;
use tower_sessions::Session;
use tracing::Instrument as _;

use super::proof::{Proof, Typed, prove};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::mail::FactorNews;
use crate::notices::{self, Notice};
use crate::sessions;
use crate::sign_in;
use crate::tries::{Slot, Tried};
use crate::tx::{Change, Object, Sessions, TwoFactor, Tx};
use crate::visitor::{Half, Visitor};

/// Completes a sign-in: the half session ends, and a complete one begins under a new id.
///
/// Wrong, used before, locked, switched off: one answer. The try takes its slot before anything is
/// compared (req. 14, 15).
///
/// # Errors
/// A code that is not right, or that was used. [`AppError::Due`] when something else is due,
/// [`AppError::Conflict`] when nothing is.
pub async fn pass(
    kh: &Keyholder,
    visitor: &Visitor,
    session: &Session,
    form: SecondStep,
) -> Result<Done, Failure> {
    let next = own_path(&form.next).unwrap_or("/").to_owned();
    let half = match visitor {
        Visitor::Half(half) if half.due == Due::SecondFactor => Half::clone(half),
        Visitor::Half(half) => return Err(AppError::Due(half.due).into()),
        // Done already, in another tab; the page of the form leads on.
        Visitor::Staff(_) => return Err(AppError::Conflict.into()),
        Visitor::Nobody { ended } => return Err(AppError::SignedOut { ended: *ended }.into()),
    };
    form.check()?;
    let place = kh.sign_in_place().ok_or(AppError::Busy)?;
    // Read while the session lives, since a new one takes its place.
    session.load().await.map_err(sessions::answer)?;
    let (client, person, set) = (half.client.clone(), half.person, half.password_set);
    let work = check(kh.clone(), half, form);
    // On its own, so that who hangs up leaves no slot taken and no wrong try uncounted.
    let work = async move {
        let _place = place;
        work.await
    };
    // In the request's span, so that what is logged meanwhile carries its id.
    tokio::spawn(work.in_current_span())
        .await
        .map_err(|error| Failure::Internal(Box::new(error)))??;
    sign_in::open_with_factor(&client, session, person, Some(set)).await?;
    Ok(Done::quiet().reload(next))
}

/// Compares what was typed, uses it up, and counts the try.
async fn check(kh: Keyholder, half: Half, form: SecondStep) -> Result<(), Failure> {
    let (kh, half) = (&kh, &half);
    let (typed, wrong) = match &form.recovery {
        None => {
            let wrong = Failure::field("code", ProblemCode::CodeWrong);
            (Typed::Code(&form.code), wrong)
        }
        Some(recovery) => {
            let wrong = Failure::field("recovery", ProblemCode::RecoveryWrong);
            (Typed::Recovery(recovery), wrong)
        }
    };
    let key = half.person.to_string();
    let slot = Slot::take(kh, &half.client, Tried::Code, Some(half.person), &key).await?;
    match try_it(kh, half, &slot, typed).await {
        Ok(true) => slot.give_back(kh).await,
        Ok(false) => {
            slot.count_wrong(kh, &half.client).await?;
            tracing::info!(
                request_id = half.client.request_id,
                user = %half.person,
                "a second step was refused"
            );
            Err(wrong)
        }
        Err(failure) => {
            slot.give_back(kh).await?;
            Err(failure)
        }
    }
}

/// Whether it was right, and not used before. If so it is used up, and the half session with it.
async fn try_it(
    kh: &Keyholder,
    half: &Half,
    slot: &Slot,
    typed: Typed<'_>,
) -> Result<bool, Failure> {
    let Some(proof) = prove(kh, half.person, typed, slot.is_real()).await? else {
        return Ok(false);
    };
    let grant = access::system::grant::<PassSecondFactor>("password_checked");
    let (client, name) = (half.client.clone(), &half.name);
    let mut tx = Tx::own(kh, grant, client, half.person, name, Some(half.session)).await?;
    let now = tx.now();
    let write = &mut tx.write::<TwoFactor>();
    if !proof.use_up(write, half.person, now).await? {
        return Ok(false);
    }
    let write = &mut tx.write::<Sessions>();
    if !sessions::end(write, half.session, EndedWhy::NextStage, now).await? {
        return Err(AppError::SignedOut { ended: None }.into());
    }
    let left = proof.codes_left();
    if let Proof::Code { .. } = proof {
        let notice = Notice::Factor {
            news: FactorNews::CodeUsed { left },
            client: &half.client,
        };
        notices::tell(kh, &mut tx, half.person, &notice, None).await?;
    }
    tx.commit(
        Change::of(Object::user(half.person, &half.name))
            .after(&json!({ "by": proof.kind(), "codes_left": left })),
    )
    .await?;
    Ok(true)
}
