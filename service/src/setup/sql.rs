//! Statements of founding a business.

use access::{GroupId, Instant, PermissionSet};
use sqlx::{AnyConnection, Row};

use crate::db::fold::fold;
use crate::failure::Failure;
use crate::tx::{Founding, Write};
use crate::visitor::Business;

/// Whether there is a business.
pub(crate) async fn is_founded(conn: &mut AnyConnection) -> Result<bool, Failure> {
    let row = sqlx::query("SELECT 1 AS one FROM business WHERE id = 1")
        .fetch_optional(conn)
        .await?;
    Ok(row.is_some())
}

/// The business, once there is one.
pub(crate) async fn the_business(conn: &mut AnyConnection) -> Result<Option<Business>, Failure> {
    sqlx::query("SELECT name, time_zone FROM business WHERE id = 1")
        .fetch_optional(conn)
        .await?
        .map(|row| {
            Ok(Business {
                name: row.try_get("name")?,
                time_zone: row.try_get("time_zone")?,
            })
        })
        .transpose()
}

/// The business with the limits that product §7 names as defaults.
pub(crate) async fn business(
    write: &mut Write<'_, Founding>,
    name: &str,
    zone: &str,
    now: Instant,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO business (id, name, time_zone, require_two_factor, one_session, \
           idle_minutes, absolute_minutes, created, revision) \
         VALUES (1, $1, $2, 'off', 1, 60, 720, $3, 1)",
    )
    .bind(name)
    .bind(zone)
    .bind(now.0)
    .execute(write.conn())
    .await?;
    Ok(())
}

/// A group to make.
pub(crate) struct Group<'a> {
    pub id: GroupId,
    pub built_in: Option<&'a str>,
    pub name: &'a str,
    pub summary: &'a str,
    pub permissions: PermissionSet,
    pub super_admin: bool,
}

pub(crate) async fn group(
    write: &mut Write<'_, Founding>,
    group: &Group<'_>,
    now: Instant,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO permission_groups (id, built_in, name, name_fold, summary, permissions, \
           super_admin, created, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
    )
    .bind(group.id.to_string())
    .bind(group.built_in)
    .bind(group.name)
    .bind(fold(group.name))
    .bind(group.summary)
    .bind(group.permissions.to_keys())
    .bind(i64::from(group.super_admin))
    .bind(now.0)
    .execute(write.conn())
    .await?;
    Ok(())
}
