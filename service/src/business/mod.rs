//! Settings → Business: the name and time zone, and what bills need (product §2.1).

mod sql;

use access::Action as _;
use access::actions::{UpdateBilling, UpdateBusiness, ViewBusiness};
use domain::business::{BillingForm, BusinessForm, BusinessView};
use domain::{AppError, Done, ProblemCode, Problems, Toast, currency};

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::stores;
use crate::time::{is_zone, zones};
use crate::tx::{Change, Object, Settings, Tx};
use crate::visitor::Staff;

/// The page.
///
/// # Errors
/// When they may not see it.
pub async fn view(kh: &Keyholder, staff: &Staff) -> Result<BusinessView, Failure> {
    kh.sees::<ViewBusiness>(staff, &()).await?;
    let kept = sql::kept(&mut *kh.reader().acquire().await?).await?;
    let may_edit = staff.caller.meets(UpdateBusiness::OPERATION.needs).is_ok();
    let may_bill = staff.caller.meets(UpdateBilling::OPERATION.needs).is_ok();
    let codes = || currency::all().into_iter().map(|one| one.code.to_owned());
    Ok(BusinessView {
        zones: if may_edit {
            zones(stores::zones_here(staff))
        } else {
            Vec::new()
        },
        currencies: if may_bill {
            codes().collect()
        } else {
            Vec::new()
        },
        form: kept.form,
        revision: kept.revision,
        may_edit,
        billing: kept.billing.form(),
        billing_revision: kept.billing_revision,
        may_bill,
    })
}

/// Saves name and time zone. Both hold from everybody's next request on, and in mails written from
/// then on.
///
/// # Errors
/// What is to be put right, or that somebody changed the same meanwhile.
pub async fn update(
    kh: &Keyholder,
    staff: &Staff,
    revision: i64,
    form: BusinessForm,
) -> Result<Done, Failure> {
    let grant = kh.may::<UpdateBusiness>(staff, &()).await?;
    let mut problems = form.check().err().unwrap_or_else(Problems::none);
    if !is_zone(form.time_zone.trim()) {
        problems.add("time_zone", ProblemCode::TimeZone);
    }
    problems.into_result()?;
    let form = BusinessForm {
        name: form.name.trim().to_owned(),
        time_zone: form.time_zone.trim().to_owned(),
    };
    let (mut tx, _, ()) = Tx::begin(kh, staff, grant, ()).await?;
    let before = sql::kept(tx.read()).await?.form;
    if !sql::update(&mut tx.write::<Settings>(), &form, revision).await? {
        return Err(AppError::Conflict.into());
    }
    tx.commit(
        Change::of(Object::business(&form.name))
            .before(&before)
            .after(&form),
    )
    .await?;
    Ok(Done::say(Toast::BusinessSaved))
}

/// Saves the billing part.
///
/// # Errors
/// What is to be put right, or that somebody changed the same meanwhile.
pub async fn update_billing(
    kh: &Keyholder,
    staff: &Staff,
    revision: i64,
    form: BillingForm,
) -> Result<Done, Failure> {
    let grant = kh.may::<UpdateBilling>(staff, &()).await?;
    let billing = form.check()?;
    let (mut tx, _, ()) = Tx::begin(kh, staff, grant, ()).await?;
    let before = sql::kept(tx.read()).await?;
    if !sql::update_billing(&mut tx.write::<Settings>(), &billing, revision).await? {
        return Err(AppError::Conflict.into());
    }
    // As they are typed: whoever reads the log thinks in percent.
    tx.commit(
        Change::of(Object::business(&before.form.name))
            .before(&before.billing.form())
            .after(&billing.form()),
    )
    .await?;
    Ok(Done::say(Toast::BillingSaved))
}
