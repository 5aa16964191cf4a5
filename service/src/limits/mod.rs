//! How often something may be asked for in a while (req. 15, 19), counted in the database, so that
//! all nodes count together.

mod sql;

use std::net::IpAddr;
use std::time::Duration;

use access::Instant;
use domain::AppError;
use sqlx::{AnyConnection, AnyExecutor};

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::tx::{Guarded, Limits, Tx, Writes};

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
    let mut conn = kh.writer().acquire().await?;
    count(&mut conn, kh.now(), bucket, limit).await
}

/// Like [`take`], on the connection of a transaction.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn count(
    conn: &mut AnyConnection,
    now: Instant,
    bucket: &str,
    limit: Limit,
) -> Result<Result<(), u32>, Failure> {
    let (hits, ends) = sql::count(conn, bucket, now, limit.ms()).await?;
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

/// Like [`ask`], within a change: what is refused for another reason is not counted.
///
/// # Errors
/// [`AppError::TooMany`] past the limit.
pub(crate) async fn ask_within<A>(tx: &mut Tx<A>, bucket: &str, limit: Limit) -> Result<(), Failure>
where
    A: Guarded + Writes<Limits>,
{
    let now = tx.now();
    count(tx.write::<Limits>().conn(), now, bucket, limit)
        .await?
        .map_err(|retry_after| AppError::TooMany { retry_after }.into())
}

/// Takes one back that was counted before it was known to be right.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn give_back<'e>(on: impl AnyExecutor<'e>, bucket: &str) -> Result<(), Failure> {
    sql::give_back(on, bucket).await
}

/// Counts the time of a bucket anew, from the last that was wrong.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn begin_anew(kh: &Keyholder, bucket: &str, limit: Limit) -> Result<(), Failure> {
    sql::set_end(kh.writer(), bucket, Instant(kh.now().0 + limit.ms())).await
}

/// Empties a bucket.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn forget(kh: &Keyholder, bucket: &str) -> Result<(), Failure> {
    sql::forget(kh.writer(), bucket).await
}

/// The place that a request comes from, as limits count it: the address, of IPv6 the network of 64
/// bits, which is what one customer of a provider gets at the least.
#[must_use]
pub(crate) fn place(ip: &str) -> String {
    match ip.parse() {
        Ok(IpAddr::V6(address)) => {
            let network = address.to_bits() >> 64 << 64;
            format!("{}/64", std::net::Ipv6Addr::from_bits(network))
        }
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => ip.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_is_an_address_or_a_network_of_64_bits() {
        assert_eq!(place("203.0.113.7"), "203.0.113.7");
        assert_eq!(place("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(place("2001:db8:1:2:ffff::1"), place("2001:db8:1:2::9"));
        assert_ne!(place("2001:db8:1:3::9"), place("2001:db8:1:2::9"));
        assert_eq!(place(""), "");
    }
}
