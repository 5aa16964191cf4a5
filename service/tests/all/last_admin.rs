//! One Super Admin always remains, and a right lost meanwhile is lost: the check and the write are
//! one transaction under one lock (product §2.4).

use access::actions::DeactivateUser;
use access::{Rule, UserId};
use domain::{AppError, EndedWhy};
use service::testing::Fixture;
use service::tx::Tx;
use service::{Keyholder, Staff, Visitor, users};

use crate::support::{
    Snapshot, access_form, allow_many_sessions, at_once, entries_after, error, id_of, newest_entry,
    number, set_access, write,
};

on_both! {
    the_last_super_admin_can_be_neither_deactivated_nor_demoted,
    r60_two_mutual_demotions_at_the_same_moment_leave_one_super_admin,
    r60_two_mutual_deactivations_at_the_same_moment_leave_one_super_admin,
    a_right_lost_between_asking_and_writing_is_lost,
    a_session_ended_between_asking_and_writing_writes_nothing,
    a_target_raised_between_asking_and_writing_is_out_of_reach,
}

const WORKING: &str = "SELECT COUNT(*) FROM users u JOIN memberships m ON m.user_id = u.id \
    JOIN permission_groups g ON g.id = m.group_id \
    WHERE g.super_admin = 1 AND u.state = 'active' AND u.ends_at = 0";

async fn the_last_super_admin_can_be_neither_deactivated_nor_demoted(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let suki = fixture
        .join(&ada, "Suki", &["Super Admin"], &["Downtown"])
        .await;
    fixture
        .invite(&ada, "Ina", &["Super Admin"], &["Downtown"])
        .await;
    // Suki leaves in a year, and Ina has not accepted: neither counts.
    let end = fixture.kh.now().0 + 365 * 24 * 60 * 60_000;
    write(
        &fixture.kh,
        &format!("UPDATE users SET ends_at = {end} WHERE first_name = 'Suki'"),
    )
    .await;
    let suki = fixture.staff(&suki).await;
    let (kh, id) = (&fixture.kh, id_of(&fixture, "Ada").await);
    let before = Snapshot::but_for_refusals(kh).await;
    let newest = newest_entry(kh).await;
    let last = AppError::Refused(Rule::LastSuperAdmin);
    assert_eq!(error(users::deactivate(kh, &suki, &id).await), last);
    let form = access_form(&fixture, &suki, "Ada", &["Admin"], &["Downtown"]).await;
    assert_eq!(error(users::set_access(kh, &suki, form).await), last);
    assert_eq!(
        before.changes(&Snapshot::but_for_refusals(kh).await),
        [] as [&str; 0]
    );
    let refused: Vec<_> = entries_after(kh, newest)
        .await
        .into_iter()
        .map(|entry| (entry.action, entry.result, entry.reason))
        .collect();
    let refusal = |action: &str| {
        (
            action.to_owned(),
            "refused".to_owned(),
            "last_super_admin".to_owned(),
        )
    };
    assert_eq!(
        refused,
        [refusal("user.deactivate"), refusal("user.set_access")]
    );
    // With another who counts, it goes through.
    write(kh, "UPDATE users SET ends_at = 0 WHERE first_name = 'Suki'").await;
    users::deactivate(kh, &suki, &id)
        .await
        .expect("Suki remains");
}

/// How often two meet; `make soak` asks for more.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by the environment, as where PostgreSQL is"
)]
fn rounds() -> u32 {
    std::env::var("KEYHOLDER_TEST_ROUNDS").map_or(10, |n| n.parse().expect("a number"))
}

/// Two Super Admins, on two nodes.
struct Two {
    fixture: Fixture,
    nodes: [Keyholder; 2],
    ids: [String; 2],
}

async fn two(fixture: Fixture) -> Two {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    allow_many_sessions(&fixture).await;
    fixture
        .join(&ada, "Suki", &["Super Admin"], &["Downtown"])
        .await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let ids = [id_of(&fixture, "Ada").await, id_of(&fixture, "Suki").await];
    Two {
        fixture,
        nodes,
        ids,
    }
}

impl Two {
    /// Both as they were, and signed in.
    async fn restored(&self) -> [std::sync::Arc<Staff>; 2] {
        let kh = &self.fixture.kh;
        let group = "SELECT id FROM permission_groups WHERE super_admin = 1";
        write(kh, "UPDATE users SET state = 'active'").await;
        write(kh, "DELETE FROM memberships").await;
        write(
            kh,
            &format!(
                "INSERT INTO memberships (user_id, group_id, store_id) \
                      SELECT id, ({group}), '' FROM users"
            ),
        )
        .await;
        let staff = async |n: usize| {
            let person: UserId = self.ids[n].parse().expect("an id");
            let browser = self.fixture.session_for(person).await;
            self.fixture.staff(&browser).await
        };
        [staff(0).await, staff(1).await]
    }

    /// One of two was quicker; the other was refused, for whatever they had become by then.
    async fn one_won(&self, answers: &[Result<(), AppError>]) {
        assert_eq!(
            answers.iter().filter(|answer| answer.is_ok()).count(),
            1,
            "{answers:?}"
        );
        let lost = answers.iter().find_map(|answer| answer.as_ref().err());
        assert!(
            matches!(
                lost,
                Some(
                    AppError::SignedOut { .. } | AppError::Forbidden { .. } | AppError::Refused(_)
                )
            ),
            "{lost:?}"
        );
        assert_eq!(number(&self.fixture.kh, WORKING).await, 1);
    }
}

async fn r60_two_mutual_demotions_at_the_same_moment_leave_one_super_admin(fixture: Fixture) {
    let two = two(fixture).await;
    for _ in 0..rounds() {
        let staff = two.restored().await;
        let mut acts = Vec::new();
        for (n, name) in [(0, "Suki"), (1, "Ada")] {
            let form = access_form(&two.fixture, &staff[n], name, &["Crew"], &["Downtown"]).await;
            let (kh, by) = (two.nodes[n].clone(), staff[n].clone());
            acts.push(async move {
                users::set_access(&kh, &by, form)
                    .await
                    .map(drop)
                    .map_err(AppError::from)
            });
        }
        two.one_won(&at_once(acts).await).await;
    }
}

async fn r60_two_mutual_deactivations_at_the_same_moment_leave_one_super_admin(fixture: Fixture) {
    let two = two(fixture).await;
    for _ in 0..rounds() {
        let staff = two.restored().await;
        let acts = [0, 1].map(|n: usize| {
            let (kh, by) = (two.nodes[n].clone(), staff[n].clone());
            let id = two.ids[1 - n].clone();
            async move {
                users::deactivate(&kh, &by, &id)
                    .await
                    .map(drop)
                    .map_err(AppError::from)
            }
        });
        two.one_won(&at_once(acts).await).await;
    }
}

async fn a_right_lost_between_asking_and_writing_is_lost(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let mia = fixture.join(&ada, "Mia", &["Admin"], &["Downtown"]).await;
    let mia = fixture.staff(&mia).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let person = fixture.staff(&dana).await.caller.person.clone();
    let kh = &fixture.kh;
    let grant = kh
        .may::<DeactivateUser>(&mia, &person)
        .await
        .expect("she may");
    set_access(&fixture, &ada, "Mia", &["Crew"], &["Downtown"]).await;
    let (before, newest) = (Snapshot::but_for_refusals(kh).await, newest_entry(kh).await);
    let answer = Tx::begin(kh, &mia, grant, person).await.map(drop);
    assert!(matches!(error(answer), AppError::Forbidden { .. }));
    assert_eq!(
        before.changes(&Snapshot::but_for_refusals(kh).await),
        [] as [&str; 0]
    );
    let entries = entries_after(kh, newest).await;
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!(
        (entries[0].action.as_str(), entries[0].reason.as_str()),
        ("user.deactivate", "forbidden: settings.users")
    );
}

async fn a_session_ended_between_asking_and_writing_writes_nothing(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let person = fixture.staff(&dana).await.caller.person.clone();
    let kh = &fixture.kh;
    let grant = kh
        .may::<DeactivateUser>(&ada, &person)
        .await
        .expect("she may");
    fixture.sign_in("Ada").await;
    let Visitor::Nobody {
        ended: Some(EndedWhy::Elsewhere),
    } = fixture.visitor(&owner).await
    else {
        panic!("the newer session ended this one");
    };
    let before = Snapshot::of(kh).await;
    let answer = Tx::begin(kh, &ada, grant, person).await.map(drop);
    assert!(matches!(error(answer), AppError::SignedOut { .. }));
    assert_eq!(Snapshot::of(kh).await, before);
}

async fn a_target_raised_between_asking_and_writing_is_out_of_reach(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let mia = fixture
        .join(&ada, "Mia", &["Admin"], &["Downtown", "Airport"])
        .await;
    let mia = fixture.staff(&mia).await;
    let dana = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let person = fixture.staff(&dana).await.caller.person.clone();
    let kh = &fixture.kh;
    let grant = kh
        .may::<DeactivateUser>(&mia, &person)
        .await
        .expect("she may");
    set_access(&fixture, &ada, "Dana", &["Super Admin"], &["Downtown"]).await;
    let answer = Tx::begin(kh, &mia, grant, person).await.map(drop);
    assert_eq!(error(answer), AppError::Refused(Rule::AboveYou));
}
