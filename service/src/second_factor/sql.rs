//! Statements about second factors and recovery codes.

use access::{ADMIN, FactorDemand, Instant, SessionRef, UserId};
use sqlx::{AnyConnection, AnyPool, Row};

use crate::db::flag;
use crate::failure::Failure;
use crate::hashing::Setting;
use crate::sessions::policy;
use crate::tries::MOST_IN_A_ROW;
use crate::tx::{TwoFactor, Users, Write};

/// A second factor that is set up.
pub(super) struct Factor {
    pub secret_sealed: String,
    pub last_step: i64,
    pub since: Instant,
    pub setting: Setting,
    pub codes_left: u32,
    /// Fresh codes, sealed, and until when they can be looked at.
    pub fresh: Option<(String, Instant)>,
    /// A hundred codes in a row were wrong, and none is right any more (req. 16).
    pub off: bool,
}

pub(super) async fn factor(
    conn: &mut AnyConnection,
    person: UserId,
) -> Result<Option<Factor>, Failure> {
    sqlx::query(
        "SELECT secret_sealed, last_step, since, codes_setting, \
           COALESCE(fresh_codes_sealed, '') AS fresh_codes_sealed, fresh_until, u.factor_failures, \
           (SELECT COUNT(*) FROM recovery_codes c WHERE c.user_id = $1 AND c.used = 0) AS codes_left \
         FROM two_factor JOIN users u ON u.id = user_id WHERE user_id = $1",
    )
    .bind(person.to_string())
    .fetch_optional(conn)
    .await?
    .map(|row| {
        let fresh: String = row.try_get("fresh_codes_sealed")?;
        let until = Instant(row.try_get("fresh_until")?);
        Ok(Factor {
            secret_sealed: row.try_get("secret_sealed")?,
            last_step: row.try_get("last_step")?,
            since: Instant(row.try_get("since")?),
            setting: Setting::from(row.try_get::<String, _>("codes_setting")?),
            codes_left: u32::try_from(row.try_get::<i64, _>("codes_left")?).unwrap_or(u32::MAX),
            fresh: (!fresh.is_empty()).then_some((fresh, until)),
            off: row.try_get::<i64, _>("factor_failures")? >= MOST_IN_A_ROW,
        })
    })
    .transpose()
}

/// What the business asks of a person's second factor.
pub(crate) async fn demand(
    conn: &mut AnyConnection,
    person: UserId,
) -> Result<FactorDemand, Failure> {
    let row = sqlx::query(
        "SELECT b.require_two_factor, CASE WHEN EXISTS (SELECT 1 FROM memberships m \
           JOIN permission_groups g ON g.id = m.group_id \
           WHERE m.user_id = $1 AND g.built_in = $2) THEN 1 ELSE 0 END AS in_admin \
         FROM business b",
    )
    .bind(person.to_string())
    .bind(ADMIN)
    .fetch_one(conn)
    .await?;
    Ok(FactorDemand {
        policy: policy(&row, "require_two_factor")?,
        in_admin: flag(&row, "in_admin")?,
    })
}

/// The key that waits for its first code in a session.
pub(super) async fn pending(
    conn: &mut AnyConnection,
    session: SessionRef,
    person: UserId,
    now: Instant,
) -> Result<Option<String>, Failure> {
    Ok(sqlx::query_scalar(
        "SELECT secret_sealed FROM two_factor_pending \
         WHERE session_ref = $1 AND user_id = $2 AND expires > $3",
    )
    .bind(session.to_string())
    .bind(person.to_string())
    .bind(now.0)
    .fetch_optional(conn)
    .await?)
}

/// A key to keep until it is confirmed.
pub(super) struct Pending<'a> {
    pub session: SessionRef,
    pub person: UserId,
    pub secret_sealed: &'a str,
    pub now: Instant,
    pub expires: Instant,
}

/// Keeps a key for a session; `false` when one waits there already.
pub(super) async fn keep_pending(
    write: &mut Write<'_, TwoFactor>,
    new: &Pending<'_>,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "INSERT INTO two_factor_pending (session_ref, user_id, secret_sealed, expires) \
         VALUES ($1, $2, $3, $4) ON CONFLICT (session_ref) DO UPDATE \
         SET user_id = $2, secret_sealed = $3, expires = $4 \
         WHERE two_factor_pending.expires <= $5",
    )
    .bind(new.session.to_string())
    .bind(new.person.to_string())
    .bind(new.secret_sealed)
    .bind(new.expires.0)
    .bind(new.now.0)
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Marks on the person whether a second factor is set up; `false` when it stands so already, also
/// for the second of two at the same moment. Wrong codes of the one before no longer count.
pub(super) async fn mark(
    write: &mut Write<'_, Users>,
    person: UserId,
    on: bool,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE users SET two_factor = $2, factor_failures = 0 WHERE id = $1 AND two_factor <> $2",
    )
    .bind(person.to_string())
    .bind(i64::from(on))
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A code or recovery code was right: the wrong ones before it no longer count. `false` when the
/// hundredth of them came first (req. 16).
pub(super) async fn forgive(
    write: &mut Write<'_, TwoFactor>,
    person: UserId,
) -> Result<bool, Failure> {
    let done =
        sqlx::query("UPDATE users SET factor_failures = 0 WHERE id = $1 AND factor_failures < $2")
            .bind(person.to_string())
            .bind(MOST_IN_A_ROW)
            .execute(write.conn())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes a confirmed key; `step` is the one whose code confirmed it.
pub(super) async fn insert(
    write: &mut Write<'_, TwoFactor>,
    person: UserId,
    secret_sealed: &str,
    step: i64,
    now: Instant,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO two_factor (user_id, secret_sealed, last_step, since, codes_setting, \
           fresh_codes_sealed, fresh_until) VALUES ($1, $2, $3, $4, '', NULL, 0)",
    )
    .bind(person.to_string())
    .bind(secret_sealed)
    .bind(step)
    .bind(now.0)
    .execute(write.conn())
    .await?;
    sqlx::query("DELETE FROM two_factor_pending WHERE user_id = $1")
        .bind(person.to_string())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Takes key, recovery codes and whatever waits away.
pub(super) async fn remove(
    write: &mut Write<'_, TwoFactor>,
    person: UserId,
) -> Result<(), Failure> {
    for statement in [
        "DELETE FROM recovery_codes WHERE user_id = $1",
        "DELETE FROM two_factor WHERE user_id = $1",
        "DELETE FROM two_factor_pending WHERE user_id = $1",
    ] {
        sqlx::query(statement)
            .bind(person.to_string())
            .execute(write.conn())
            .await?;
    }
    Ok(())
}

/// Writes a set of recovery codes in the place of the older one.
pub(super) async fn replace_codes(
    write: &mut Write<'_, TwoFactor>,
    person: UserId,
    setting: &Setting,
    hashes: &[String],
) -> Result<(), Failure> {
    let user = person.to_string();
    sqlx::query("DELETE FROM recovery_codes WHERE user_id = $1")
        .bind(&user)
        .execute(write.conn())
        .await?;
    for hash in hashes {
        sqlx::query("INSERT INTO recovery_codes (user_id, hash, used) VALUES ($1, $2, 0)")
            .bind(&user)
            .bind(hash)
            .execute(write.conn())
            .await?;
    }
    sqlx::query("UPDATE two_factor SET codes_setting = $2 WHERE user_id = $1")
        .bind(&user)
        .bind(setting.as_str())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Keeps fresh codes to be looked at for a while.
pub(super) async fn show_codes(
    write: &mut Write<'_, TwoFactor>,
    person: UserId,
    sealed: &str,
    until: Instant,
) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE two_factor SET fresh_codes_sealed = $2, fresh_until = $3 WHERE user_id = $1",
    )
    .bind(person.to_string())
    .bind(sealed)
    .bind(until.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Forgets fresh codes; `false` when there are none.
pub(super) async fn put_away(
    write: &mut Write<'_, TwoFactor>,
    person: UserId,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE two_factor SET fresh_codes_sealed = NULL, fresh_until = 0 \
         WHERE user_id = $1 AND fresh_codes_sealed IS NOT NULL",
    )
    .bind(person.to_string())
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Accepts a time step; `false` when it, or a later one, was accepted before (req. 32).
pub(super) async fn use_step(
    write: &mut Write<'_, TwoFactor>,
    person: UserId,
    step: i64,
) -> Result<bool, Failure> {
    let done =
        sqlx::query("UPDATE two_factor SET last_step = $2 WHERE user_id = $1 AND last_step < $2")
            .bind(person.to_string())
            .bind(step)
            .execute(write.conn())
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a recovery code is this person's and still of use.
pub(super) async fn has_code(
    conn: &mut AnyConnection,
    person: UserId,
    hash: &str,
) -> Result<bool, Failure> {
    let found: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1 AND hash = $2 AND used = 0",
    )
    .bind(person.to_string())
    .bind(hash)
    .fetch_one(conn)
    .await?;
    Ok(found > 0)
}

/// Uses a recovery code of this person up; `false` when it is none of theirs or was used before
/// (req. 35).
pub(super) async fn use_code(
    write: &mut Write<'_, TwoFactor>,
    person: UserId,
    hash: &str,
    now: Instant,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE recovery_codes SET used = $3 WHERE user_id = $1 AND hash = $2 AND used = 0",
    )
    .bind(person.to_string())
    .bind(hash)
    .bind(now.0)
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets keys that nobody confirmed in time, and fresh codes that nobody put away.
pub(super) async fn sweep(pool: &AnyPool, now: Instant) -> Result<(), Failure> {
    for statement in [
        "DELETE FROM two_factor_pending WHERE expires <= $1",
        "UPDATE two_factor SET fresh_codes_sealed = NULL, fresh_until = 0 \
         WHERE fresh_until > 0 AND fresh_until <= $1",
    ] {
        sqlx::query(statement).bind(now.0).execute(pool).await?;
    }
    Ok(())
}
