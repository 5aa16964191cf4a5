//! Pictures of people: who may set and see them (product §3; what becomes of files, its own module
//! tests).

use access::{Permission, Rule};
use domain::avatars::PictureProblem;
use domain::users::UserListQuery;
use domain::{AppError, ProblemCode, Problems};
use service::avatars::{self, Sent};
use service::testing::{Fixture, PNG};
use service::{profile, shell, users};

use crate::support::{Snapshot, allow_many_sessions, error, id_of};

on_both! {
    a_picture_shows_wherever_the_person_does_and_each_has_its_own_address,
    r53_a_picture_of_somebody_unknown_is_not_there,
    r56_nobody_changes_the_picture_of_those_above,
    what_is_no_picture_is_told_beside_the_field_and_changes_nothing,
}

const fn sent(content: &[u8]) -> Sent<'_> {
    Sent {
        fit: "crop",
        name: "me.png",
        content,
    }
}

async fn a_picture_shows_wherever_the_person_does_and_each_has_its_own_address(fixture: Fixture) {
    let owner = fixture.found().await;
    allow_many_sessions(&fixture).await;
    let ada = fixture.staff(&owner).await;
    let browser = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let dana = fixture.staff(&browser).await;
    let (kh, id) = (&fixture.kh, id_of(&fixture, "Dana").await);
    avatars::set_own(kh, &dana, sent(PNG)).await.expect("taken");
    let dana = fixture.staff(&browser).await;
    let shown = shell::view(kh, &dana).await.expect("shows").me.avatar;
    let own = profile::view(kh, &dana).await.expect("shows").avatar;
    let page = users::view(kh, &ada, &id).await.expect("shows").avatar;
    let query = UserListQuery {
        q: "dana".to_owned(),
        ..UserListQuery::default()
    };
    let list = users::list(kh, &ada, query).await.expect("lists");
    assert_eq!([shown, own, page, list.page.rows[0].avatar], [1; 4]);
    let first = avatars::file(kh, &ada, &id, "1").await.expect("there");
    assert_eq!(first.kind, "image/jpeg");
    assert_ne!(first.content, PNG, "never as it was sent");

    let whole = Sent {
        fit: "whole",
        ..sent(PNG)
    };
    avatars::set(kh, &ada, &id, whole).await.expect("taken");
    avatars::file(kh, &dana, &id, "2").await.expect("hers");
    for over in ["1", "0", "3", "-1", "x", ""] {
        let answer = avatars::file(kh, &ada, &id, over).await;
        assert_eq!(error(answer), AppError::NotFound, "{over}");
    }
    avatars::remove_own(kh, &dana).await.expect("gone");
    let answer = avatars::file(kh, &dana, &id, "2").await;
    assert_eq!(error(answer), AppError::NotFound);
    let again = avatars::remove(kh, &ada, &id).await;
    assert_eq!(error(again), AppError::Conflict);
    avatars::set_own(kh, &dana, sent(PNG)).await.expect("taken");
    let next = users::view(kh, &ada, &id).await.expect("shows").avatar;
    assert_eq!(next, 3, "an address is never used twice");
}

async fn r53_a_picture_of_somebody_unknown_is_not_there(fixture: Fixture) {
    let owner = fixture.found().await;
    allow_many_sessions(&fixture).await;
    let ada = fixture.staff(&owner).await;
    let both = ["Downtown", "Airport"];
    let kh = &fixture.kh;
    avatars::set_own(kh, &ada, sent(PNG)).await.expect("taken");
    let id = id_of(&fixture, "Ada").await;
    let browser = fixture.join(&ada, "Dana", &["Crew"], &both).await;
    let dana = fixture.staff(&browser).await;
    for (id, version) in [
        (id.as_str(), "1"),
        (id.as_str(), "2"),
        ("00000000-0000-7000-8000-000000000000", "1"),
        ("x", "1"),
    ] {
        let answer = avatars::file(kh, &dana, id, version).await;
        assert_eq!(error(answer), AppError::NotFound, "{id} {version}");
    }
    let browser = fixture.join(&ada, "Al", &["Admin"], &both).await;
    let al = fixture.staff(&browser).await;
    avatars::file(kh, &al, &id, "1").await.expect("he sees her");
}

async fn r56_nobody_changes_the_picture_of_those_above(fixture: Fixture) {
    let owner = fixture.found().await;
    allow_many_sessions(&fixture).await;
    let ada = fixture.staff(&owner).await;
    let both = ["Downtown", "Airport"];
    let browser = fixture.join(&ada, "Al", &["Admin"], &both).await;
    let al = fixture.staff(&browser).await;
    let (kh, id) = (&fixture.kh, id_of(&fixture, "Ada").await);
    let above = AppError::Refused(Rule::AboveYou);
    let set = avatars::set(kh, &al, &id, sent(PNG)).await;
    assert_eq!(error(set), above);
    let removed = avatars::remove(kh, &al, &id).await;
    assert_eq!(error(removed), above);
    let browser = fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let dana = fixture.staff(&browser).await;
    let answer = error(avatars::set(kh, &dana, &id, sent(PNG)).await);
    assert!(
        matches!(answer, AppError::Forbidden { missing, .. } if missing == Permission::SettingsUsers)
    );
}

async fn what_is_no_picture_is_told_beside_the_field_and_changes_nothing(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let before = Snapshot::of(kh).await;
    for (content, why) in [
        (&b""[..], PictureProblem::Missing),
        (b"GIF89a", PictureProblem::Kind),
        (&PNG[..PNG.len() / 2], PictureProblem::Broken),
    ] {
        let answer = error(avatars::set_own(kh, &ada, sent(content)).await);
        let problem = Problems::one("file", ProblemCode::Picture { why });
        assert_eq!(answer, AppError::Invalid(problem));
    }
    let odd = Sent {
        fit: "stretch",
        ..sent(PNG)
    };
    let answer = avatars::set_own(kh, &ada, odd).await;
    assert_eq!(error(answer), AppError::BadRequest);
    assert_eq!(Snapshot::of(kh).await, before);
}
