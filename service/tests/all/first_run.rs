//! The first run: one link, one set-up, one key (product §11).

use std::sync::Arc;

use domain::sign_in::CreateBusiness;
use domain::{AppError, ProblemCode};
use service::hashing::HashParams;
use service::random::SeededRandomness;
use service::testing::{Fixture, PASSWORD, PUBLIC_URL};
use service::{Keyholder, OpenError, setup};

use crate::support::{
    KEY_SEED, Snapshot, at_once, browser_at, entries_after, error, node, number, text, try_sign_in,
};

on_both! {
    r9_the_setup_link_works_once,
    r9_of_several_set_ups_at_once_exactly_one_wins,
    r9_a_wrong_setup_link_opens_nothing,
    r9_before_the_set_up_there_is_no_account_and_no_door,
    r4_a_familiar_password_sets_nothing_up,
    every_node_and_restart_prints_the_same_setup_link,
    whoever_explores_the_sample_becomes_its_owner,
    a_wrong_secret_key_opens_nothing_and_changes_nothing,
}

async fn token(kh: &Keyholder) -> String {
    let link = setup::link(kh)
        .await
        .expect("answers")
        .expect("nothing is set up yet");
    link.strip_prefix(PUBLIC_URL)
        .and_then(|path| path.strip_prefix("/setup/"))
        .expect("the link leads to the set-up page")
        .to_owned()
}

fn form(token: &str) -> CreateBusiness {
    CreateBusiness {
        token: token.to_owned(),
        sample: false,
        business: "Ben's Hire".to_owned(),
        store: "Bath".to_owned(),
        first_name: "Ben".to_owned(),
        last_name: "Owner".to_owned(),
        email: "ben@shop.example".to_owned(),
        password: PASSWORD.to_owned(),
    }
}

async fn create(
    kh: Keyholder,
    client: service::Client,
    form: CreateBusiness,
) -> Result<(), AppError> {
    setup::create(&kh, &client, &browser_at(&kh), form).await?;
    Ok(())
}

async fn r9_the_setup_link_works_once(fixture: Fixture) {
    let token = token(&fixture.kh).await;
    setup::view(&fixture.kh, &token)
        .await
        .expect("the link is good");
    setup::view(&fixture.kh, &token)
        .await
        .expect("looking uses nothing up");
    fixture.found().await;
    let before = Snapshot::of(&fixture.kh).await;
    assert_eq!(setup::link(&fixture.kh).await.expect("answers"), None);
    assert_eq!(
        error(setup::view(&fixture.kh, &token).await),
        AppError::NotFound
    );
    let again = create(fixture.kh.clone(), fixture.client(), form(&token)).await;
    assert_eq!(again, Err(AppError::NotFound));
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
}

async fn r9_of_several_set_ups_at_once_exactly_one_wins(fixture: Fixture) {
    let token = token(&fixture.kh).await;
    let nodes = [fixture.kh.clone(), fixture.second_node().await];
    let tries = (0..6).map(|n| {
        let mut form = form(&token);
        form.email = format!("owner{n}@shop.example");
        create(nodes[n % 2].clone(), fixture.client(), form)
    });
    let answers = at_once(tries).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    assert!(
        lost.iter().all(|answer| *answer == Err(AppError::NotFound)),
        "{lost:?}"
    );
    for table in ["business", "stores", "users", "sessions"] {
        let rows = number(&fixture.kh, &format!("SELECT COUNT(*) FROM {table}")).await;
        assert_eq!(rows, 1, "{table}");
    }
    let set_ups = entries_after(&fixture.kh, 0).await;
    assert_eq!(
        set_ups
            .iter()
            .filter(|entry| entry.action == "business.create")
            .count(),
        1
    );
}

async fn r9_a_wrong_setup_link_opens_nothing(fixture: Fixture) {
    let good = token(&fixture.kh).await;
    let before = Snapshot::of(&fixture.kh).await;
    for wrong in [
        "",
        "x",
        &good[1..],
        &good.to_lowercase(),
        &format!("{good}x"),
    ] {
        assert_eq!(
            error(setup::view(&fixture.kh, wrong).await),
            AppError::NotFound,
            "{wrong}"
        );
        let answer = create(fixture.kh.clone(), fixture.client(), form(wrong)).await;
        assert_eq!(answer, Err(AppError::NotFound), "{wrong}");
    }
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
}

async fn r9_before_the_set_up_there_is_no_account_and_no_door(fixture: Fixture) {
    assert_eq!(number(&fixture.kh, "SELECT COUNT(*) FROM users").await, 0);
    let nobody = service::Visitor::Nobody { ended: None };
    let door = service::sign_in::door(&fixture.kh, &nobody).await;
    assert_eq!(error(door), AppError::NotFound);
    for (email, password) in [
        ("admin@shop.example", "admin"),
        ("ada@shop.example", PASSWORD),
    ] {
        let answer = try_sign_in(&fixture.kh, &fixture, email, password).await;
        assert_eq!(answer.err(), Some(AppError::SignInFailed));
    }
}

async fn r4_a_familiar_password_sets_nothing_up(fixture: Fixture) {
    let token = token(&fixture.kh).await;
    let before = Snapshot::of(&fixture.kh).await;
    for (password, problem) in [
        ("too short", ProblemCode::PasswordShort { min: 15 }),
        ("passwordpassword", ProblemCode::PasswordCommon),
        ("Ben's Hire Ben's Hire", ProblemCode::PasswordFamiliar),
        ("bath bath bath bath", ProblemCode::PasswordFamiliar),
    ] {
        let form = CreateBusiness {
            password: password.to_owned(),
            ..form(&token)
        };
        let Err(AppError::Invalid(problems)) =
            create(fixture.kh.clone(), fixture.client(), form).await
        else {
            panic!("{password} was taken");
        };
        assert_eq!(problems.of("password"), Some(&problem), "{password}");
    }
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
}

async fn every_node_and_restart_prints_the_same_setup_link(fixture: Fixture) {
    let second = fixture.second_node().await;
    assert_eq!(token(&fixture.kh).await, token(&second).await);
    assert!(token(&fixture.kh).await.len() >= 43, "256 bits in base64");
}

async fn whoever_explores_the_sample_becomes_its_owner(fixture: Fixture) {
    let form = CreateBusiness {
        sample: true,
        ..form(&token(&fixture.kh).await)
    };
    let browser = fixture.browser();
    setup::create(&fixture.kh, &fixture.client(), &browser, form)
        .await
        .expect("sets up");
    let ben = fixture.staff(&browser).await;
    assert!(ben.caller.effective.is_super_admin());
    assert_eq!(ben.business.name, "Marlow & Finch");
    assert_eq!(ben.stores.len(), 4);
    assert_eq!(number(&fixture.kh, "SELECT COUNT(*) FROM users").await, 31);
    let by_ben = text(&fixture.kh, "SELECT DISTINCT sender_id FROM invites").await;
    assert_eq!(
        by_ben,
        ben.caller.person.id.to_string(),
        "so that invitations can be resent"
    );
}

async fn a_wrong_secret_key_opens_nothing_and_changes_nothing(fixture: Fixture) {
    fixture.found().await;
    let before = Snapshot::of(&fixture.kh).await;
    let open = |seed| {
        let rng = Arc::new(SeededRandomness::new(3));
        node(&fixture, seed, rng, HashParams::cheap())
    };
    let wrong = open(KEY_SEED + 1).await;
    assert!(matches!(wrong, Err(OpenError::WrongKey)), "{wrong:?}");
    assert!(!wrong.expect_err("it was refused").to_string().is_empty());
    assert_eq!(Snapshot::of(&fixture.kh).await, before);
    open(KEY_SEED).await.expect("the right key opens");
}
