//! Passwords as they are stored and compared (product §5).

use std::sync::Arc;

use domain::AppError;
use service::hashing::HashParams;
use service::random::SeededRandomness;
use service::testing::{Fixture, PASSWORD};

use crate::support::{KEY_SEED, fact, node, try_sign_in};

on_both! {
    r2_a_password_is_one_however_its_accents_are_composed,
    r2_a_password_is_never_cut,
    r7_a_hash_is_made_anew_when_the_parameters_rise,
}

async fn r2_a_password_is_one_however_its_accents_are_composed(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let token = fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let (composed, decomposed) = (
        "caf\u{e9} in the old harbour",
        "cafe\u{301} in the old harbour",
    );
    let form = domain::invites::AcceptInvite {
        token,
        password: decomposed.to_owned(),
        again: decomposed.to_owned(),
    };
    service::invites::accept(&fixture.kh, &fixture.client(), &fixture.browser(), form)
        .await
        .expect("accepts");
    for password in [composed, decomposed] {
        try_sign_in(&fixture.kh, &fixture, "dana@shop.example", password)
            .await
            .expect("signs in");
    }
    let plain = try_sign_in(
        &fixture.kh,
        &fixture,
        "dana@shop.example",
        "cafe in the old harbour",
    );
    assert_eq!(plain.await.err(), Some(AppError::SignInFailed));
}

async fn r2_a_password_is_never_cut(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let long = |end: &str| format!("{}{end}", "otter lamp ".repeat(93));
    let token = fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let form = domain::invites::AcceptInvite {
        token,
        password: long("x"),
        again: long("x"),
    };
    assert_eq!(form.password.len(), 1_024);
    service::invites::accept(&fixture.kh, &fixture.client(), &fixture.browser(), form)
        .await
        .expect("accepts");
    try_sign_in(&fixture.kh, &fixture, "dana@shop.example", &long("x"))
        .await
        .expect("signs in");
    for other in [long("y"), long("xx"), "x".repeat(1_000_000)] {
        let answer = try_sign_in(&fixture.kh, &fixture, "dana@shop.example", &other).await;
        assert_eq!(answer.err(), Some(AppError::SignInFailed));
    }
}

async fn r7_a_hash_is_made_anew_when_the_parameters_rise(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    fixture.join(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let old = fact(&fixture, "Dana", "password").await;
    assert!(old.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{old}");
    let stronger = HashParams::new(32, 2, 1).expect("parameters");
    let rng = Arc::new(SeededRandomness::new(5));
    let kh = node(&fixture, KEY_SEED, rng, stronger)
        .await
        .expect("opens");
    let wrong = try_sign_in(&kh, &fixture, "dana@shop.example", "wrong").await;
    assert_eq!(wrong.err(), Some(AppError::SignInFailed));
    assert_eq!(fact(&fixture, "Dana", "password").await, old);
    try_sign_in(&kh, &fixture, "dana@shop.example", PASSWORD)
        .await
        .expect("signs in");
    let new = fact(&fixture, "Dana", "password").await;
    assert!(new.starts_with("$argon2id$v=19$m=32,t=2,p=1$"), "{new}");
    // A node with the old parameters reads it, and does not make it weaker again.
    try_sign_in(&fixture.kh, &fixture, "dana@shop.example", PASSWORD)
        .await
        .expect("signs in");
    assert_eq!(fact(&fixture, "Dana", "password").await, new);
}
