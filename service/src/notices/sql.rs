//! Statements about whom a notice goes to.

use access::UserId;
use sqlx::{AnyConnection, Row};

use crate::failure::Failure;

/// Whom a mail goes to, and in whose name.
pub(super) struct To {
    pub business: String,
    pub time_zone: String,
    pub first_name: String,
    pub name: String,
    pub email: String,
}

pub(super) async fn addressee(conn: &mut AnyConnection, person: UserId) -> Result<To, Failure> {
    let row = sqlx::query(
        "SELECT b.name AS business, b.time_zone, u.first_name, u.name, u.email \
         FROM users u CROSS JOIN business b WHERE u.id = $1",
    )
    .bind(person.to_string())
    .fetch_one(conn)
    .await?;
    Ok(To {
        business: row.try_get("business")?,
        time_zone: row.try_get("time_zone")?,
        first_name: row.try_get("first_name")?,
        name: row.try_get("name")?,
        email: row.try_get("email")?,
    })
}
