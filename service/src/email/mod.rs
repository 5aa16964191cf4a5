//! Changing a sign-in address (product §3): asked for by the person or by who looks after them,
//! confirmed by the link that is mailed to the new address. Until then nothing changes; the old
//! address is told both times.

mod ask;
mod confirm;
pub(crate) mod sql;

use access::{Instant, UserId};
use domain::email::EmailChange;
use domain::mail::MailState;
use sqlx::AnyConnection;

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::outbox;
use crate::time::when;
use crate::visitor::Staff;

pub use ask::{change, change_own, withdraw, withdraw_own};
pub use confirm::{confirm, view};
pub(crate) use sql::{is_open, withdraw as void};

/// A person's change of address that waits, as whoever looks may be told it.
pub(crate) async fn waiting(
    conn: &mut AnyConnection,
    staff: &Staff,
    person: UserId,
    now: Instant,
) -> Result<Option<EmailChange>, Failure> {
    let Some(found) = sql::waiting(conn, person, now).await? else {
        return Ok(None);
    };
    let zone = &staff.business.time_zone;
    let mail = outbox::state_of(conn, &found.id).await?;
    Ok(Some(EmailChange {
        by: (found.asked_by != staff.caller.person.id).then_some(found.asked_by_name),
        asked: when(found.created, now, zone),
        ends: when(found.expires, now, zone),
        mail: mail.unwrap_or(MailState::Sent),
        email: found.email,
    }))
}

/// Forgets links that are over.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(kh: &Keyholder) -> Result<(), Failure> {
    sql::forget(kh.writer(), kh.now()).await
}
