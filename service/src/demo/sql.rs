//! Statements of the sample business: single rows, and a crowd in batches.

use access::{GroupId, Instant, Permission, StoreId, UserId};
use domain::users::UserDetails;
use sqlx::AssertSqlSafe;

use crate::db::statement::values;
use crate::failure::Failure;
use crate::tx::{Access, Invites, Users, Write};
use crate::users::sql::Names;

/// Writes when somebody signed in last.
pub(super) async fn signed_in_at(
    write: &mut Write<'_, Users>,
    person: UserId,
    at: Instant,
) -> Result<(), Failure> {
    sqlx::query("UPDATE users SET last_sign_in = $2 WHERE id = $1")
        .bind(person.to_string())
        .bind(at.0)
        .execute(write.conn())
        .await?;
    Ok(())
}

/// An override of the sample.
pub(super) struct NewOverride {
    pub person: UserId,
    pub author: UserId,
    pub permission: Permission,
    pub effect: &'static str,
    pub reason: &'static str,
    pub at: Instant,
    pub until: Option<Instant>,
}

pub(super) async fn add_override(
    write: &mut Write<'_, Access>,
    new: &NewOverride,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO overrides (user_id, permission, effect, author_id, reason, created, until_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.person.to_string())
    .bind(new.permission.key())
    .bind(new.effect)
    .bind(new.author.to_string())
    .bind(new.reason)
    .bind(new.at.0)
    .bind(new.until.map_or(0, |until| until.0))
    .execute(write.conn())
    .await?;
    Ok(())
}

pub(super) async fn add_invite(
    write: &mut Write<'_, Invites>,
    id: &str,
    person: UserId,
    sender: UserId,
    token_hash: &str,
    sent: Instant,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO invites (id, user_id, token_hash, sender_id, created, expires) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id)
    .bind(person.to_string())
    .bind(token_hash)
    .bind(sender.to_string())
    .bind(sent.0)
    .bind(sent.0 + domain::invites::INVITE_DAYS * 24 * 60 * 60_000)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Somebody of the crowd.
pub(super) struct OfCrowd {
    pub id: UserId,
    pub details: UserDetails,
    pub email: String,
    pub last_sign_in: Instant,
    pub group: GroupId,
    pub group_sort: &'static str,
    pub store: StoreId,
    pub store_sort: String,
}

/// What every account of the crowd has alike, behind its own fifteen values.
const REST: &str = ", '', '', 'system', 'active', '', '', 0, 1, 0, 0, 0, 0, 0, 1";

pub(super) async fn add_accounts(
    write: &mut Write<'_, Users>,
    crowd: &[OfCrowd],
    phc: &str,
    now: Instant,
) -> Result<(), Failure> {
    let statement = format!(
        "INSERT INTO users (id, first_name, last_name, name, email, last_sign_in, created, \
           password, email_fold, name_sort, groups_sort, stores_sort, \
           search, display_name, phone, theme, state, default_store, last_store, ends_at, \
           password_alone, two_factor, failed, pending, pending_until, locked_until, revision) \
         VALUES {}",
        values(crowd.len(), 13, REST)
    );
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for person in crowd {
        let names = Names::of(&person.details, &person.email);
        query = query
            .bind(person.id.to_string())
            .bind(names.first)
            .bind(names.last)
            .bind(names.shown)
            .bind(&person.email)
            .bind(person.last_sign_in.0)
            .bind(now.0)
            .bind(phc)
            .bind(&person.email)
            .bind(names.sort)
            .bind(person.group_sort)
            .bind(&person.store_sort)
            .bind(names.search);
    }
    query.execute(write.conn()).await?;
    Ok(())
}

pub(super) async fn add_access(
    write: &mut Write<'_, Access>,
    crowd: &[OfCrowd],
) -> Result<(), Failure> {
    let statement = format!(
        "INSERT INTO memberships (user_id, group_id, store_id) VALUES {}",
        values(crowd.len(), 3, "")
    );
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for person in crowd {
        query = query
            .bind(person.id.to_string())
            .bind(person.group.to_string())
            .bind("");
    }
    query.execute(write.conn()).await?;
    let statement = format!(
        "INSERT INTO user_stores (user_id, store_id) VALUES {}",
        values(crowd.len(), 2, "")
    );
    let mut query = sqlx::query(AssertSqlSafe(statement));
    for person in crowd {
        query = query
            .bind(person.id.to_string())
            .bind(person.store.to_string());
    }
    query.execute(write.conn()).await?;
    Ok(())
}
