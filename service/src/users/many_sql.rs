//! The statement about those who were ticked in the list.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use access::{Instant, UserId};
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::failure::Failure;
use crate::people::sql::{AT_ONCE, filled, id, places};

/// Name and state of people, and how many sessions of theirs are open by what is written and by the
/// clock.
static FACTS: LazyLock<String> = LazyLock::new(|| {
    let (ids, now) = (places(AT_ONCE), AT_ONCE + 1);
    format!(
        "SELECT u.id, u.name, u.state, (SELECT COUNT(*) FROM sessions s CROSS JOIN business b \
           WHERE s.user_id = u.id AND s.ended = 0 AND s.seen > ${now} - b.idle_minutes * 60000 \
             AND s.started > ${now} - b.absolute_minutes * 60000) AS sessions \
         FROM users u WHERE u.id IN ({ids})"
    )
});

/// What the question before an act tells of somebody.
pub(super) struct Facts {
    pub name: String,
    pub state: String,
    pub sessions: u32,
}

/// Facts of people by their ids; ids of nobody are left out.
pub(super) async fn facts(
    conn: &mut AnyConnection,
    ids: &[UserId],
    now: Instant,
) -> Result<BTreeMap<UserId, Facts>, Failure> {
    let mut found = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let mut query = sqlx::query(AssertSqlSafe(FACTS.as_str()));
        for id in filled(some) {
            query = query.bind(id.to_string());
        }
        for row in query.bind(now.0).fetch_all(&mut *conn).await? {
            let facts = Facts {
                name: row.try_get("name")?,
                state: row.try_get("state")?,
                sessions: u32::try_from(row.try_get::<i64, _>("sessions")?).unwrap_or(u32::MAX),
            };
            found.insert(id(&row, "id")?, facts);
        }
    }
    Ok(found)
}
