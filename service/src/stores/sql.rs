//! Statements about stores.

use access::{Instant, StoreId, StoreStanding, UserId};
use domain::page::Count;
use domain::stores::{StoreForm, StoreRow};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::db::flag;
use crate::db::fold::fold;
use crate::failure::Failure;
use crate::people::sql::id;
use crate::tx::{Stores, Write};

/// Counting the people of a store stops here, so that a list of stores stays fast.
const MANY: i64 = 1_000;

/// All stores by name, with how many people work in each. Super Admins work in all of them,
/// whether it is written down for them or not.
pub(super) async fn rows(conn: &mut AnyConnection) -> Result<Vec<StoreRow>, Failure> {
    sqlx::query(
        "SELECT s.id, s.name, s.code, s.address, s.time_zone, s.active, \
           (SELECT COUNT(*) FROM (SELECT 1 AS one FROM user_stores us CROSS JOIN users u \
             WHERE us.store_id = s.id AND u.id = us.user_id AND u.state <> 'deactivated' \
             LIMIT $1) AS capped) AS people, \
           (SELECT COUNT(*) FROM permission_groups g CROSS JOIN memberships m CROSS JOIN users u \
             WHERE g.super_admin = 1 AND m.group_id = g.id AND u.id = m.user_id \
             AND u.state <> 'deactivated' AND NOT EXISTS (SELECT 1 FROM user_stores us \
               WHERE us.user_id = u.id AND us.store_id = s.id)) AS admins \
         FROM stores s ORDER BY s.name_fold",
    )
    .bind(MANY + 1)
    .fetch_all(conn)
    .await?
    .iter()
    .map(|row| {
        Ok(StoreRow {
            id: id(row, "id")?,
            name: row.try_get("name")?,
            code: row.try_get("code")?,
            address: row.try_get("address")?,
            time_zone: row.try_get("time_zone")?,
            active: flag(row, "active")?,
            people: people(row.try_get("people")?, row.try_get("admins")?),
        })
    })
    .collect()
}

fn people(counted: i64, admins: i64) -> Count {
    let n = counted.min(MANY) + admins;
    Count {
        n: u32::try_from(n).unwrap_or(u32::MAX),
        more: counted > MANY,
    }
}

/// What can be changed of a store, and its revision.
pub(super) async fn form(
    conn: &mut AnyConnection,
    store: StoreId,
) -> Result<Option<(StoreForm, i64)>, Failure> {
    let row = sqlx::query(
        "SELECT name, code, address, phone, email, time_zone, revision FROM stores WHERE id = $1",
    )
    .bind(store.to_string())
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| read_form(&row)).transpose()?)
}

fn read_form(row: &AnyRow) -> Result<(StoreForm, i64), sqlx::Error> {
    let form = StoreForm {
        name: row.try_get("name")?,
        code: row.try_get("code")?,
        address: row.try_get("address")?,
        phone: row.try_get("phone")?,
        email: row.try_get("email")?,
        time_zone: row.try_get("time_zone")?,
    };
    Ok((form, row.try_get("revision")?))
}

/// Id, folded name and code of every store.
pub(super) async fn names(
    conn: &mut AnyConnection,
) -> Result<Vec<(StoreId, String, String)>, Failure> {
    sqlx::query("SELECT id, name_fold, code FROM stores")
        .fetch_all(conn)
        .await?
        .iter()
        .map(|row| {
            Ok((
                id(row, "id")?,
                row.try_get("name_fold")?,
                row.try_get("code")?,
            ))
        })
        .collect()
}

pub(crate) async fn insert(
    write: &mut Write<'_, Stores>,
    store: StoreId,
    form: &StoreForm,
    by: Option<UserId>,
    now: Instant,
) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO stores (id, name, name_fold, code, address, phone, email, time_zone, active, \
           created, created_by, revision) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, 1)",
    )
    .bind(store.to_string())
    .bind(form.name.trim())
    .bind(fold(&form.name))
    .bind(form.code.trim())
    .bind(form.address.trim())
    .bind(form.phone.trim())
    .bind(form.email.trim())
    .bind(form.time_zone.trim())
    .bind(now.0)
    .bind(by.map(|id| id.to_string()))
    .execute(write.conn())
    .await?;
    Ok(())
}

/// Writes a store of the given revision; `false` when somebody was quicker.
pub(super) async fn update(
    write: &mut Write<'_, Stores>,
    store: StoreId,
    revision: i64,
    form: &StoreForm,
) -> Result<bool, Failure> {
    let done = sqlx::query(
        "UPDATE stores SET name = $3, name_fold = $4, code = $5, address = $6, phone = $7, \
           email = $8, time_zone = $9, revision = revision + 1 WHERE id = $1 AND revision = $2",
    )
    .bind(store.to_string())
    .bind(revision)
    .bind(form.name.trim())
    .bind(fold(&form.name))
    .bind(form.code.trim())
    .bind(form.address.trim())
    .bind(form.phone.trim())
    .bind(form.email.trim())
    .bind(form.time_zone.trim())
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Opens or closes a store; a form that was made before no longer fits.
pub(super) async fn set_active(
    write: &mut Write<'_, Stores>,
    store: StoreId,
    active: bool,
) -> Result<(), Failure> {
    sqlx::query("UPDATE stores SET active = $2, revision = revision + 1 WHERE id = $1")
        .bind(store.to_string())
        .bind(i64::from(active))
        .execute(write.conn())
        .await?;
    Ok(())
}

/// A store as the rules see it.
pub(crate) async fn standing(
    conn: &mut AnyConnection,
    store: StoreId,
) -> Result<Option<StoreStanding>, Failure> {
    let row = sqlx::query(
        "SELECT s.active, CASE WHEN EXISTS (SELECT 1 FROM stores o \
           WHERE o.active = 1 AND o.id <> s.id) THEN 1 ELSE 0 END AS another \
         FROM stores s WHERE s.id = $1",
    )
    .bind(store.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(StoreStanding {
            store,
            active: flag(&row, "active")?,
            another_is_active: flag(&row, "another")?,
        })
    })
    .transpose()
}
