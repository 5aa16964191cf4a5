//! Server functions of Settings → Business.

#![expect(
    clippy::too_many_arguments,
    reason = "the arguments of a server function are the fields of its form"
)]

#[cfg(feature = "ssr")]
use crate::doors;
use crate::wire::{Done, StrictUrl};
use domain::AppError;
use domain::business::BusinessView;
#[cfg(feature = "ssr")]
use domain::business::{BillingForm, BusinessForm};
use leptos::prelude::*;

/// The business's name, and what bills need.
#[server(name = ViewBusiness, prefix = "/api", endpoint = "business/view", input = StrictUrl)]
pub async fn view_business() -> Result<BusinessView, AppError> {
    let (kh, staff) = doors::staff()?;
    Ok(service::business::view(&kh, &staff).await?)
}

/// Changes name and time zone.
#[server(name = UpdateBusiness, prefix = "/api", endpoint = "business/update", input = StrictUrl)]
pub async fn update_business(
    /// The revision that the form was made from.
    revision: i64,
    /// Name.
    name: String,
    /// IANA time zone.
    time_zone: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = BusinessForm { name, time_zone };
    doors::told(service::business::update(&kh, &staff, revision, form).await)
}

/// Changes the billing part.
#[server(
    name = UpdateBilling,
    prefix = "/api",
    endpoint = "business/update-billing",
    input = StrictUrl
)]
pub async fn update_billing(
    /// The revision that the form was made from.
    revision: i64,
    /// Code of a currency.
    currency: String,
    /// Percent.
    tax_rate: String,
    /// Days to pay.
    payment_days: String,
    /// Name on bills, or empty.
    legal_name: String,
    /// Address on bills, or empty.
    legal_address: String,
    /// Number in the register of companies, or empty.
    company_number: String,
    /// Number for the tax on sales, or empty.
    tax_number: String,
) -> Result<Done, AppError> {
    let (kh, staff) = doors::staff()?;
    let form = BillingForm {
        currency,
        tax_rate,
        payment_days,
        legal_name,
        legal_address,
        company_number,
        tax_number,
    };
    doors::told(service::business::update_billing(&kh, &staff, revision, form).await)
}
