//! Statements about pictures.

use access::UserId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sqlx::{AnyConnection, Row};

use super::picture::{Picture, kind};
use crate::failure::Failure;
use crate::tx::{Avatars, Users, Write};

/// Writes a picture in place of an older one; answers its version.
pub(super) async fn put(
    write: &mut Write<'_, Avatars>,
    person: UserId,
    picture: &Picture,
) -> Result<i64, Failure> {
    Ok(sqlx::query_scalar(
        "INSERT INTO avatars (user_id, version, kind, content) VALUES ($1, 1, $2, $3) \
         ON CONFLICT (user_id) DO UPDATE SET version = avatars.version + 1, kind = $2, \
           content = $3 RETURNING version",
    )
    .bind(person.to_string())
    .bind(picture.kind)
    .bind(STANDARD.encode(&picture.content))
    .fetch_one(write.conn())
    .await?)
}

/// Forgets a picture, but not its version.
pub(super) async fn clear(write: &mut Write<'_, Avatars>, person: UserId) -> Result<(), Failure> {
    sqlx::query("UPDATE avatars SET content = '' WHERE user_id = $1")
        .bind(person.to_string())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Writes which version shows; 0 for none.
pub(super) async fn show(
    write: &mut Write<'_, Users>,
    person: UserId,
    version: i64,
) -> Result<(), Failure> {
    sqlx::query("UPDATE users SET avatar = $2 WHERE id = $1")
        .bind(person.to_string())
        .bind(version)
        .execute(write.conn())
        .await?;
    Ok(())
}

/// Which version shows.
pub(super) async fn shown(
    conn: &mut AnyConnection,
    person: UserId,
) -> Result<Option<i64>, Failure> {
    let version: i64 = sqlx::query_scalar("SELECT avatar FROM users WHERE id = $1")
        .bind(person.to_string())
        .fetch_one(conn)
        .await?;
    Ok((version > 0).then_some(version))
}

/// A person's picture of this version, if it is the one that shows.
pub(super) async fn picture(
    conn: &mut AnyConnection,
    person: UserId,
    version: i64,
) -> Result<Option<Picture>, Failure> {
    let row = sqlx::query(
        "SELECT a.kind, a.content FROM avatars a JOIN users u ON u.id = a.user_id \
         WHERE a.user_id = $1 AND a.version = $2 AND u.avatar = $2",
    )
    .bind(person.to_string())
    .bind(version)
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let kind = kind(row.try_get("kind")?).ok_or_else(|| Failure::inconsistent("avatars.kind"))?;
    let content = STANDARD
        .decode(row.try_get::<&str, _>("content")?)
        .map_err(|_| Failure::inconsistent("avatars.content"))?;
    Ok(Some(Picture { kind, content }))
}
