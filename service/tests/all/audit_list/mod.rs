//! The list of the audit log: what its filters find, against a naive look at every entry; and how
//! far it looks.

mod filters;
mod reading;
mod search;

use std::sync::Arc;
use std::time::Duration;

use domain::audit::{AuditQuery, AuditView};
use domain::users::UserDetails;
use service::testing::Fixture;
use service::{Staff, audit, profile, stores, users};

use crate::support::{allow_many_sessions, error, id_of, write};

const DAY: Duration = Duration::from_hours(24);

/// A business in which things happened for a fortnight.
struct Book {
    fixture: Fixture,
    ada: Arc<Staff>,
}

async fn book(fixture: Fixture) -> Book {
    let owner = fixture.found().await;
    allow_many_sessions(&fixture).await;
    write(
        &fixture.kh,
        "UPDATE business SET idle_minutes = 90000, absolute_minutes = 90000",
    )
    .await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    fixture
        .join(&ada, "Mia", &["Admin@Airport"], &["Airport"])
        .await;
    for round in 0..14 {
        fixture.clock.advance(DAY);
        let dana = fixture.sign_in("Dana").await;
        let dana = fixture.staff(&dana).await;
        let mia = fixture.sign_in("Mia").await;
        let mia = fixture.staff(&mia).await;
        for theme in ["dark", "light"] {
            profile::set_theme(kh, &dana, theme).await.expect("a theme");
        }
        let airport = ada.stores[0].id.to_string();
        stores::switch(kh, &ada, &airport).await.expect("switches");
        error(users::list(kh, &dana, domain::users::UserListQuery::default()).await);
        error(users::deactivate(kh, &mia, &id_of(&fixture, "Mia").await).await);
        let details = UserDetails {
            first_name: "Dana".to_owned(),
            last_name: "Tester".to_owned(),
            display_name: String::new(),
            phone: format!("01632 960 {round:03}"),
        };
        let id = id_of(&fixture, "Dana").await;
        let view = users::view(kh, &ada, &id).await.expect("page");
        users::update(kh, &ada, &id, view.revision, details)
            .await
            .expect("saves");
    }
    Book { fixture, ada }
}

impl Book {
    async fn ask(&self, query: &AuditQuery) -> AuditView {
        let kh = &self.fixture.kh;
        let asked = audit::list(kh, &self.ada, query.clone()).await;
        asked.unwrap_or_else(|failure| panic!("{query:?}: {failure:?}"))
    }

    /// Numbers of all entries that a query finds, page by page.
    async fn all(&self, query: &AuditQuery) -> Vec<i64> {
        let mut query = query.clone();
        let mut found = Vec::new();
        loop {
            let view = self.ask(&query).await;
            found.extend(view.entries.rows.iter().map(|row| row.seq));
            let Some(older) = view.entries.older else {
                return found;
            };
            query.before = older.to_string();
        }
    }
}
