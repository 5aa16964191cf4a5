//! How often something may be asked for in a while (req. 15, 19), counted in the database, so that
//! all nodes count together.

mod sql;

use std::time::Duration;

use domain::AppError;

use crate::failure::Failure;
use crate::keyholder::Keyholder;

/// So many times in so long, counted from the first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// How often.
    pub times: i64,
    /// In how long.
    pub within: Duration,
}

impl Limit {
    fn ms(self) -> i64 {
        i64::try_from(self.within.as_millis()).unwrap_or(i64::MAX)
    }
}

/// Counts one more in a bucket, in one statement, and says whether it is still within the limit:
/// the seconds until the bucket is empty again when it is not.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn take(
    kh: &Keyholder,
    bucket: &str,
    limit: Limit,
) -> Result<Result<(), u32>, Failure> {
    let now = kh.now();
    let (hits, ends) = sql::count(kh.writer(), bucket, now, limit.ms()).await?;
    if hits <= limit.times {
        return Ok(Ok(()));
    }
    let wait = u64::try_from(ends.0 - now.0).unwrap_or(0).div_ceil(1_000);
    Ok(Err(u32::try_from(wait).unwrap_or(u32::MAX)))
}

/// Like [`take`], with the refusal as the answer.
///
/// # Errors
/// [`AppError::TooMany`] past the limit.
pub(crate) async fn ask(kh: &Keyholder, bucket: &str, limit: Limit) -> Result<(), Failure> {
    take(kh, bucket, limit)
        .await?
        .map_err(|retry_after| AppError::TooMany { retry_after }.into())
}

/// Takes one back that was counted before it was known to be right.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn give_back(kh: &Keyholder, bucket: &str) -> Result<(), Failure> {
    sql::give_back(kh.writer(), bucket).await
}

/// Empties a bucket.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn forget(kh: &Keyholder, bucket: &str) -> Result<(), Failure> {
    sql::forget(kh.writer(), bucket).await
}
