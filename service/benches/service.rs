//! What the use cases cost with 1,000 people and with 100,000: a caller resolved, pages of the list
//! of people, a refusal, a change. On SQLite, and on PostgreSQL where `KEYHOLDER_TEST_POSTGRES`
//! names a server. Wall-clock time of one request after another; the budgets of a whole page, in
//! CPU time of the server, are held by `end2end/load.js`.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use access::UserId;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use domain::users::{Status, UserListQuery};
use service::testing::{Fixture, POSTGRES};
use service::{Staff, demo, profile, sessions, users};
use sqlx::{AssertSqlSafe, Row};
use tokio::runtime::Runtime;
use tower_sessions::Session;

/// An installation with a crowd, and two of its people.
struct Office {
    fixture: Fixture,
    admin: (Session, Arc<Staff>),
    crew: Arc<Staff>,
    middle: String,
}

async fn text(fixture: &Fixture, sql: String) -> String {
    sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(fixture.kh.writer())
        .await
        .expect("one text")
}

async fn signed_in(fixture: &Fixture, first_name: &str) -> (Session, Arc<Staff>) {
    let sql = format!("SELECT id FROM users WHERE email = '{first_name}@marlowfinch.example'");
    let person: UserId = text(fixture, sql).await.parse().expect("an id");
    let browser = fixture.session_for(person).await;
    let staff = fixture.staff(&browser).await;
    (browser, staff)
}

/// The cursor of the page in the middle of the list.
async fn middle(fixture: &Fixture, people: u32) -> String {
    let sql = format!(
        "SELECT name_sort, id FROM users WHERE state <> 'deactivated' \
         ORDER BY name_sort, id LIMIT 1 OFFSET {}",
        people / 2
    );
    let row = sqlx::query(AssertSqlSafe(sql))
        .fetch_one(fixture.kh.writer())
        .await
        .expect("a row");
    let cursor = serde_json::json!({
        "b": false,
        "k": row.get::<String, _>(0),
        "i": row.get::<String, _>(1),
        "f": people / 2 + 2,
    });
    URL_SAFE_NO_PAD.encode(cursor.to_string())
}

impl Office {
    async fn open(fixture: Fixture, people: u32) -> Self {
        demo::fill(&fixture.kh, people)
            .await
            .expect("the sample is made");
        let admin = signed_in(&fixture, "theo").await;
        let (_, crew) = signed_in(&fixture, "daniel").await;
        let middle = middle(&fixture, people).await;
        Self {
            fixture,
            admin,
            crew,
            middle,
        }
    }

    async fn list(&self, query: UserListQuery) {
        let list = users::list(&self.fixture.kh, &self.admin.1, query)
            .await
            .expect("lists");
        black_box(list);
    }

    /// The queries to measure, by what they are.
    async fn queries(&self) -> Vec<(&'static str, UserListQuery)> {
        let none = UserListQuery::default;
        let search = |q: &str| UserListQuery {
            q: q.to_owned(),
            ..none()
        };
        let group = async |key: &str| UserListQuery {
            group: text(
                &self.fixture,
                format!("SELECT id FROM permission_groups WHERE built_in = '{key}'"),
            )
            .await,
            ..none()
        };
        let store = UserListQuery {
            store: self.admin.1.stores[0].id.to_string(),
            ..none()
        };
        let status = |status: Status| UserListQuery {
            status: status.key().to_owned(),
            ..none()
        };
        let middle = UserListQuery {
            page: self.middle.clone(),
            ..none()
        };
        vec![
            ("list, first page", none()),
            ("list, middle page", middle),
            ("list, search with few matches", search("okafor")),
            ("list, search with many matches", search("marlowfinch")),
            ("list, search with two letters", search("ma")),
            ("list, a rare group", group("operations").await),
            ("list, a frequent group", group("sales").await),
            ("list, a store", store),
            ("list, who is invited", status(Status::Invited)),
            ("list, who is locked", status(Status::Locked)),
        ]
    }

    fn measure(&self, runtime: &Runtime, group: &mut BenchmarkGroup<'_, WallTime>) {
        let kh = &self.fixture.kh;
        group.bench_function("resolve a caller", |bench| {
            bench.iter(|| {
                let (id, client) = (self.admin.0.id(), self.fixture.client());
                black_box(
                    runtime
                        .block_on(sessions::resolve(kh, id, client))
                        .expect("resolves"),
                )
            });
        });
        for (name, query) in runtime.block_on(self.queries()) {
            group.bench_function(name, |bench| {
                bench.iter(|| runtime.block_on(self.list(query.clone())));
            });
        }
        group.bench_function("a refusal, its entry written", |bench| {
            bench.iter(|| {
                let refused = users::list(kh, &self.crew, UserListQuery::default());
                assert!(runtime.block_on(refused).is_err());
            });
        });
        let mut themes = ["dark", "light"].into_iter().cycle();
        group.bench_function("one change", |bench| {
            bench.iter(|| {
                let theme = themes.next().unwrap_or("system");
                runtime
                    .block_on(profile::set_theme(kh, &self.admin.1, theme))
                    .expect("the change is made");
            });
        });
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark is told about its server like a test"
)]
fn has_postgres() -> bool {
    std::env::var(POSTGRES).is_ok()
}

fn service(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    for people in [1_000, 100_000] {
        let mut group = criterion.benchmark_group(format!("SQLite, {people} people"));
        let office =
            runtime.block_on(async { Office::open(Fixture::sqlite().await, people).await });
        office.measure(&runtime, &mut group);
        group.finish();
        if has_postgres() {
            let mut group = criterion.benchmark_group(format!("PostgreSQL, {people} people"));
            let office =
                runtime.block_on(async { Office::open(Fixture::postgres().await, people).await });
            office.measure(&runtime, &mut group);
            group.finish();
            let database = office.fixture.database_url.clone();
            drop(office);
            runtime.block_on(Fixture::forget(&database));
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = service
}
criterion_main!(benches);
