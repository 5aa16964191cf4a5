//! Statements about people who manage people. Their limits stand in the text: SQLite plans a
//! statement anew each time that one is bound to it, and every refusal asks.

use access::{Instant, Permission, Person, UserId};
use sqlx::{AnyConnection, Row};

use super::Group;
use super::brief_sql::{COLUMNS, read};
use crate::db::statement::{Bind, Statement, marks, text};
use crate::failure::Failure;

/// How many are looked at of those who manage people by a group.
const BY_GROUP: i64 = 12;
/// How many are looked at of Super Admins, and of those who manage people by an override.
const OTHERS: i64 = 4;

/// Somebody who might help.
pub(super) struct Helper {
    pub person: Person,
    pub name: String,
    pub email: String,
    pub name_sort: String,
}

/// Some who manage people where the asker works, some Super Admins, and some who manage people by
/// an override. Each part is read in the order of its index and stops early, so that it costs the
/// same among a hundred thousand.
pub(super) async fn likely(
    conn: &mut AnyConnection,
    groups: &[Group],
    asker: UserId,
    now: Instant,
) -> Result<Vec<Helper>, Failure> {
    let ids = |super_admin: bool| -> Vec<Bind> {
        let giving = groups.iter().filter(|group| {
            group.super_admin == super_admin
                && (super_admin || group.permissions.contains(Permission::SettingsUsers))
        });
        giving.map(|group| text(&group.id.to_string())).collect()
    };
    let (managing, admins) = (ids(false), ids(true));
    let asker = asker.to_string();
    let mut statement = Statement::default();
    statement.push(
        &format!("SELECT {COLUMNS}, u.name, u.email, u.name_sort FROM ("),
        [],
    );
    if !managing.is_empty() {
        let part = format!(
            "SELECT * FROM (SELECT m.user_id FROM memberships m CROSS JOIN users a \
               WHERE m.group_id IN ({}) AND m.user_id <> ? \
               AND a.id = m.user_id AND a.state = 'active' \
               AND EXISTS (SELECT 1 FROM user_stores mine CROSS JOIN user_stores theirs \
                 WHERE mine.user_id = ? AND theirs.user_id = m.user_id \
                 AND theirs.store_id = mine.store_id \
                 AND (m.store_id = '' OR m.store_id = mine.store_id)) LIMIT {BY_GROUP}) AS managing \
             UNION ",
            marks(managing.len())
        );
        let rest = [text(&asker), text(&asker)];
        statement.push(&part, managing.into_iter().chain(rest));
    }
    let part = format!(
        "SELECT * FROM (SELECT m.user_id FROM memberships m CROSS JOIN users a \
           WHERE m.group_id IN ({}) AND a.id = m.user_id AND a.state = 'active' \
           LIMIT {OTHERS}) AS admins \
         UNION SELECT * FROM (SELECT o.user_id FROM overrides o CROSS JOIN users a \
           WHERE o.permission = ? AND o.effect = 'allow' \
           AND a.id = o.user_id AND a.state = 'active' LIMIT {OTHERS}) AS allowed",
        marks(admins.len())
    );
    let override_of = text(Permission::SettingsUsers.key());
    statement.push(&part, admins.into_iter().chain([override_of]));
    statement.push(
        ") AS c CROSS JOIN users u WHERE u.id = c.user_id \
           AND u.ends_at NOT BETWEEN 1 AND ?",
        [Bind::Number(now.0)],
    );
    statement
        .query()
        .fetch_all(conn)
        .await?
        .iter()
        .map(|row| {
            Ok(Helper {
                person: read(row, groups)?,
                name: row.try_get("name")?,
                email: row.try_get("email")?,
                name_sort: row.try_get("name_sort")?,
            })
        })
        .collect()
}
