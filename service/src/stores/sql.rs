//! Statements about stores.

use access::{Instant, StoreId, UserId};
use domain::stores::{StoreForm, StoreRow};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use crate::db::flag;
use crate::db::fold::fold;
use crate::failure::Failure;
use crate::people::sql::id;
use crate::tx::{Stores, Write};

/// All stores by name, with how many people work in each.
pub(super) async fn rows(conn: &mut AnyConnection) -> Result<Vec<StoreRow>, Failure> {
    sqlx::query(
        "SELECT s.id, s.name, s.code, s.address, s.time_zone, s.active, \
           (SELECT COUNT(*) FROM user_stores us JOIN users u ON u.id = us.user_id \
             WHERE us.store_id = s.id AND u.state <> 'deactivated') AS people \
         FROM stores s ORDER BY s.name_fold",
    )
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
            people: u32::try_from(row.try_get::<i64, _>("people")?).unwrap_or(u32::MAX),
        })
    })
    .collect()
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

/// Writes a store of the given revision; `false` when somebody was quicker. The people who work
/// there are sorted by its new name from then on.
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
    sqlx::query(
        "UPDATE users SET stores_sort = COALESCE((SELECT string_agg(st.name_fold, ', ' \
             ORDER BY st.name_fold) FROM user_stores us JOIN stores st ON st.id = us.store_id \
             WHERE us.user_id = users.id), '') \
         WHERE id IN (SELECT user_id FROM user_stores WHERE store_id = $1)",
    )
    .bind(store.to_string())
    .execute(write.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
