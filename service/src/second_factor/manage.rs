//! Renewing recovery codes and turning the second factor off: both ask for the password and a
//! code again (product §6; req. 38).

use access::Action;
use access::actions::{OwnFactor, RenewCodes, TurnOffTwoFactor};
use domain::form::ProblemCode;
use domain::second_factor::ProveAgain;
use domain::{AppError, Done, Toast};
use serde_json::json;

use super::codes::Set;
use super::enrolment::PAGE;
use super::proof::{Proof, Typed, prove};
use super::sql;
use crate::audit;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::limits;
use crate::mail::FactorNews;
use crate::notices::{self, Notice};
use crate::tries::{self, IN_A_SESSION, Tried};
use crate::tx::{Change, Object, TwoFactor, Tx, Users};
use crate::visitor::Staff;

/// Makes a new set of recovery codes; the older one is void from then on (req. 35).
///
/// # Errors
/// A password or code that is not right, [`AppError::Conflict`] when no second factor is set up.
pub async fn renew_codes(kh: &Keyholder, staff: &Staff, form: ProveAgain) -> Result<Done, Failure> {
    let grant = kh.may::<RenewCodes>(staff, &()).await?;
    let proof = again::<RenewCodes>(kh, staff, &form).await?;
    let set = Set::draw(kh).await?;
    let (mut tx, caller, ()) = Tx::begin(kh, staff, grant, ()).await?;
    let (person, now) = (caller.person.id, tx.now());
    let write = &mut tx.write::<TwoFactor>();
    if !proof.use_up(write, person, now).await? {
        return Err(Failure::field("code", ProblemCode::CodeWrong));
    }
    set.write(kh, write, person, now).await?;
    let notice = Notice::Factor {
        news: FactorNews::CodesRenewed,
        client: &staff.client,
    };
    notices::tell(kh, &mut tx, person, &notice, None).await?;
    tx.commit(Change::of(Object::user(person, &staff.me.name)))
        .await?;
    Ok(Done::quiet().go(PAGE))
}

/// Turns one's own second factor off, unless the policy asks for it.
///
/// # Errors
/// A password or code that is not right; [`access::Rule::TwoFactorRequired`];
/// [`AppError::Conflict`] when none is set up.
pub async fn turn_off(kh: &Keyholder, staff: &Staff, form: ProveAgain) -> Result<Done, Failure> {
    let own = OwnFactor {
        person: staff.caller.person.id,
        demand: staff.demand,
    };
    let grant = kh.may::<TurnOffTwoFactor>(staff, &own).await?;
    let proof = again::<TurnOffTwoFactor>(kh, staff, &form).await?;
    let (mut tx, caller, _) = Tx::begin(kh, staff, grant, own).await?;
    let (person, now) = (caller.person.id, tx.now());
    if !sql::mark(&mut tx.write::<Users>(), person, false).await? {
        return Err(AppError::Conflict.into());
    }
    let write = &mut tx.write::<TwoFactor>();
    if !proof.use_up(write, person, now).await? {
        return Err(Failure::field("code", ProblemCode::CodeWrong));
    }
    sql::remove(write, person).await?;
    let notice = Notice::Factor {
        news: FactorNews::Off,
        client: &staff.client,
    };
    notices::tell(kh, &mut tx, person, &notice, None).await?;
    tx.commit(
        Change::of(Object::user(person, &staff.me.name))
            .before(&json!({ "two_factor": true }))
            .after(&json!({ "two_factor": false })),
    )
    .await?;
    Ok(Done::say(Toast::TwoFactorOff).go("/profile"))
}

/// Password and code, compared again; both are counted in the session, so that a lock by a stranger
/// leaves its owner be (product §5). A right one sets the session's count back. The code is not used
/// up yet.
async fn again<A: Action>(
    kh: &Keyholder,
    staff: &Staff,
    form: &ProveAgain,
) -> Result<Proof, Failure> {
    if !staff.me.two_factor {
        return Err(AppError::Conflict.into());
    }
    form.check()?;
    tries::own_password::<A>(kh, staff, "password", &form.password).await?;
    let bucket = format!("own-code:{}", staff.caller.session);
    limits::ask(kh, &bucket, IN_A_SESSION).await?;
    let typed = Typed::either(&form.code);
    match prove(kh, staff.caller.person.id, typed, true).await {
        Ok(Some(proof)) => {
            limits::forget(kh, &bucket).await?;
            Ok(proof)
        }
        Ok(None) => {
            tries::count_in_a_row(kh, staff, Tried::Code).await?;
            let why = "wrong_code".to_owned();
            audit::record_refused(kh, staff, A::OPERATION.name, why).await?;
            Err(Failure::field("code", ProblemCode::CodeWrong))
        }
        Err(failure) => {
            limits::give_back(kh.writer(), &bucket).await?;
            Err(failure)
        }
    }
}
