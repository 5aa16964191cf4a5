//! Whether the database answers, for `/readyz`.

use crate::db;
use crate::failure::Failure;
use crate::keyholder::Keyholder;

/// Asks the database; the schema was brought up to date before this process took requests.
///
/// # Errors
/// When it does not answer.
pub async fn ready(kh: &Keyholder) -> Result<(), Failure> {
    db::in_time(async { Ok(db::sql::ping(&mut *kh.reader().acquire().await?).await?) }).await
}
