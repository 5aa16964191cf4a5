//! Whether the database answers, for `/readyz`.

use crate::failure::Failure;
use crate::keyholder::Keyholder;

/// Asks the database; the schema was brought up to date before this process took requests.
///
/// # Errors
/// When it does not answer.
pub async fn ready(kh: &Keyholder) -> Result<(), Failure> {
    let _: i64 = sqlx::query_scalar("SELECT seq FROM audit_head WHERE id = 1")
        .fetch_one(kh.reader())
        .await?;
    Ok(())
}
