//! Looking into the database behind a world, and breaking it.

use std::time::Duration;

use access::UserId;
use service::clock::Clock as _;
use sqlx::AssertSqlSafe;

use crate::world::World;

impl World {
    /// Counts up with each change of a person.
    pub(crate) async fn revision(&self, person: UserId) -> i64 {
        sqlx::query_scalar("SELECT revision FROM users WHERE id = $1")
            .bind(person.to_string())
            .fetch_one(self.kh.writer())
            .await
            .expect("it answers")
    }

    /// Waits until *last seen*, which is written beside the requests, is the clock's time.
    pub(crate) async fn settle(&self) {
        let now = self.clock.now().0;
        for _ in 0..200 {
            let seen: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(seen), 0) FROM sessions")
                .fetch_one(self.kh.writer())
                .await
                .expect("it answers");
            if seen >= now {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("last seen was not written");
    }

    /// Entries of the audit log.
    pub(crate) async fn audit_count(&self) -> i64 {
        sqlx::query_scalar("SELECT seq FROM audit_head")
            .fetch_one(self.kh.writer())
            .await
            .expect("it answers")
    }

    /// The address in the newest audit entry.
    pub(crate) async fn last_audit_ip(&self) -> String {
        sqlx::query_scalar("SELECT ip FROM audit ORDER BY seq DESC LIMIT 1")
            .fetch_one(self.kh.writer())
            .await
            .expect("it answers")
    }

    /// What the newest audit entry says came of it.
    pub(crate) async fn last_audit_result(&self) -> String {
        sqlx::query_scalar("SELECT result FROM audit ORDER BY seq DESC LIMIT 1")
            .fetch_one(self.kh.writer())
            .await
            .expect("it answers")
    }

    /// Makes every further statement about people fail.
    pub(crate) async fn break_database(&self) {
        sqlx::query("ALTER TABLE users RENAME TO gone")
            .execute(self.kh.writer())
            .await
            .expect("it can be broken");
    }

    /// What the installation holds, but for the audit log and counters: what a refusal must leave
    /// as it was.
    pub(crate) async fn contents(&self) -> String {
        self.dump(&[
            "audit",
            "audit_head",
            "failed_tries",
            "refusals",
            "limits",
            "locks",
        ])
        .await
    }

    /// All that the installation holds.
    pub(crate) async fn everything(&self) -> String {
        self.dump(&[]).await
    }

    async fn dump(&self, without: &[&str]) -> String {
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'users_search%' \
             AND name NOT LIKE 'audit_search%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\' ORDER BY name",
        )
        .fetch_all(self.kh.writer())
        .await
        .expect("it answers");
        let mut out = String::new();
        for table in tables
            .iter()
            .filter(|table| !without.contains(&table.as_str()))
        {
            let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
                .bind(table)
                .fetch_all(self.kh.writer())
                .await
                .expect("it answers");
            let row = columns.iter().map(|column| format!("quote({column})"));
            let row = row.collect::<Vec<_>>().join(" || ' ' || ");
            let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(format!(
                "SELECT {row} FROM {table} ORDER BY 1"
            )))
            .fetch_all(self.kh.writer())
            .await
            .expect("it answers");
            out.extend([table.as_str(), "\n", &rows.join("\n"), "\n"]);
        }
        out
    }
}
