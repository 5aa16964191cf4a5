//! Statements of Settings → Business.

use domain::business::{Billing, BusinessForm};
use sqlx::{AnyConnection, Row};

use crate::failure::Failure;
use crate::tx::{Settings, Write};

/// What is kept of it.
pub(super) struct Kept {
    pub form: BusinessForm,
    pub revision: i64,
    pub billing: Billing,
    pub billing_revision: i64,
}

pub(super) async fn kept(conn: &mut AnyConnection) -> Result<Kept, Failure> {
    let row = sqlx::query(
        "SELECT name, time_zone, currency, tax_rate, payment_days, legal_name, legal_address, \
           company_number, tax_number, name_revision, billing_revision FROM business WHERE id = 1",
    )
    .fetch_one(conn)
    .await?;
    Ok(Kept {
        form: BusinessForm {
            name: row.try_get("name")?,
            time_zone: row.try_get("time_zone")?,
        },
        revision: row.try_get("name_revision")?,
        billing: Billing {
            currency: row.try_get("currency")?,
            tax_rate: row.try_get("tax_rate")?,
            payment_days: row.try_get("payment_days")?,
            legal_name: row.try_get("legal_name")?,
            legal_address: row.try_get("legal_address")?,
            company_number: row.try_get("company_number")?,
            tax_number: row.try_get("tax_number")?,
        },
        billing_revision: row.try_get("billing_revision")?,
    })
}

/// Writes name and time zone of the given revision; `false` when somebody was quicker.
pub(super) async fn update(
    write: &mut Write<'_, Settings>,
    form: &BusinessForm,
    revision: i64,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE business SET name = $1, time_zone = $2, name_revision = name_revision + 1 \
         WHERE id = 1 AND name_revision = $3",
    )
    .bind(&form.name)
    .bind(&form.time_zone)
    .bind(revision)
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes the billing part of the given revision; `false` when somebody was quicker.
pub(super) async fn update_billing(
    write: &mut Write<'_, Settings>,
    billing: &Billing,
    revision: i64,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE business SET currency = $1, tax_rate = $2, payment_days = $3, legal_name = $4, \
           legal_address = $5, company_number = $6, tax_number = $7, \
           billing_revision = billing_revision + 1 WHERE id = 1 AND billing_revision = $8",
    )
    .bind(&billing.currency)
    .bind(billing.tax_rate)
    .bind(billing.payment_days)
    .bind(&billing.legal_name)
    .bind(&billing.legal_address)
    .bind(&billing.company_number)
    .bind(&billing.tax_number)
    .bind(revision)
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
