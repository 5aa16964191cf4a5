//! A shop with people of every reach, and what every door about a person answers.

use std::sync::Arc;

use access::Rule;
use domain::AppError;
use domain::users::{SetAccess, UserDetails, UserListQuery};
use service::testing::Fixture;
use service::{Staff, users};

use crate::support::{Snapshot, access_form, entries_after, error, id_of, newest_entry};

/// Who works where.
pub(crate) struct Shop {
    pub(crate) fixture: Fixture,
    /// The owner.
    pub(crate) ada: Arc<Staff>,
    /// Admin for Downtown, where she works.
    pub(crate) mia: Arc<Staff>,
    /// Admin for everything, not Super Admin.
    pub(crate) al: Arc<Staff>,
}

/// Dee works downtown, Art at the airport, Bo in both; Ivo is invited downtown, all of them Crew.
pub(crate) async fn shop(fixture: Fixture) -> Shop {
    let (ada, mia) = owner_and_mia(&fixture).await;
    let both = ["Downtown", "Airport"];
    let al = fixture.join(&ada, "Al", &["Admin"], &both).await;
    fixture.join(&ada, "Dee", &["Crew"], &["Downtown"]).await;
    fixture.join(&ada, "Art", &["Crew"], &["Airport"]).await;
    fixture.join(&ada, "Bo", &["Crew"], &both).await;
    fixture.invite(&ada, "Ivo", &["Crew"], &["Downtown"]).await;
    let al = fixture.staff(&al).await;
    Shop {
        fixture,
        ada,
        mia,
        al,
    }
}

/// The owner, and Mia, Admin for Downtown, where she works.
pub(crate) async fn owner_and_mia(fixture: &Fixture) -> (Arc<Staff>, Arc<Staff>) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let mia = fixture
        .join(&ada, "Mia", &["Admin@Downtown"], &["Downtown"])
        .await;
    let mia = fixture.staff(&mia).await;
    (ada, mia)
}

impl Shop {
    pub(crate) async fn id(&self, first_name: &str) -> String {
        id_of(&self.fixture, first_name).await
    }

    /// What every door about a person answers, as a name and an error; none of them may open.
    pub(crate) async fn doors(&self, by: &Staff, id: &str) -> Vec<(&'static str, AppError)> {
        let kh = &self.fixture.kh;
        let revision = 1;
        let form = self
            .fixture
            .invitation(by, "x", &["Crew"], &["Downtown"])
            .await;
        let access = SetAccess {
            user: id.to_owned(),
            memberships: form.groups,
            stores: form.stores,
            revision,
            ..SetAccess::default()
        };
        vec![
            (
                "update",
                error(users::update(kh, by, id, revision, details("New")).await),
            ),
            (
                "check_access",
                error(users::check_access(kh, by, access.clone()).await),
            ),
            (
                "preview_access",
                error(users::preview_access(kh, by, access.clone()).await),
            ),
            ("set_access", error(users::set_access(kh, by, access).await)),
            (
                "set_last_day",
                error(users::set_last_day(kh, by, id, "2026-12-31").await),
            ),
            (
                "resend_invite",
                error(users::resend_invite(kh, by, id).await),
            ),
            (
                "withdraw_invite",
                error(users::withdraw_invite(kh, by, id).await),
            ),
            ("deactivate", error(users::deactivate(kh, by, id).await)),
            ("reactivate", error(users::reactivate(kh, by, id).await)),
            ("sign_out", error(users::sign_out(kh, by, id).await)),
        ]
    }

    /// Does what must be refused, and sees that nothing but an audit entry came of it.
    pub(crate) async fn refused<T: std::fmt::Debug>(
        &self,
        what: &str,
        act: impl Future<Output = Result<T, service::Failure>>,
    ) -> AppError {
        let kh = &self.fixture.kh;
        // A minute later, so that every refusal has an entry of its own.
        self.fixture
            .clock
            .advance(std::time::Duration::from_mins(1));
        let (before, newest) = (Snapshot::but_for_refusals(kh).await, newest_entry(kh).await);
        let answer = error(act.await);
        let after = Snapshot::but_for_refusals(kh).await;
        assert_eq!(before.changes(&after), [] as [&str; 0], "{what}");
        let entries = entries_after(kh, newest).await;
        assert_eq!(entries.len(), 1, "{what}: {entries:?}");
        assert_eq!(entries[0].result, "refused", "{what}");
        answer
    }

    pub(crate) async fn invite(&self, by: &Staff, groups: &[&str], stores: &[&str]) -> AppError {
        let form = self.fixture.invitation(by, "Eve", groups, stores).await;
        self.refused(
            &format!("{groups:?} in {stores:?}"),
            users::invite(&self.fixture.kh, by, form),
        )
        .await
    }

    pub(crate) async fn give(
        &self,
        by: &Staff,
        to: &str,
        groups: &[&str],
        stores: &[&str],
    ) -> AppError {
        let form = access_form(&self.fixture, by, to, groups, stores).await;
        let what = format!("{groups:?} in {stores:?} to {to}");
        self.refused(&what, users::set_access(&self.fixture.kh, by, form))
            .await
    }
}

pub(crate) fn details(first_name: &str) -> UserDetails {
    UserDetails {
        first_name: first_name.to_owned(),
        last_name: "Tester".to_owned(),
        ..UserDetails::default()
    }
}

pub(crate) fn rule(rule: Rule) -> AppError {
    AppError::Refused(rule)
}

/// First names of the people whom somebody sees.
pub(crate) async fn names(fixture: &Fixture, by: &Staff) -> Vec<String> {
    let list = users::list(&fixture.kh, by, UserListQuery::default())
        .await
        .expect("lists");
    let mut names: Vec<String> = list
        .page
        .rows
        .into_iter()
        .map(|row| row.name.split(' ').next().unwrap_or_default().to_owned())
        .collect();
    names.sort();
    names
}
