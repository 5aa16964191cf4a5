//! No password, token or session id stands in the database, in a view or in the log.

use domain::Flash;
use domain::audit::AuditQuery;
use domain::users::UserListQuery;
use service::crypto::hash_token;
use service::testing::{Fixture, PASSWORD};
use service::{audit, flash, invites, setup, shell, tries, users};

use crate::log::Log;
use crate::support::{Snapshot, home, id_of, try_accept, try_sign_in};

on_both! {
    r21_no_token_stands_in_the_database_in_clear,
    r27_no_admin_is_shown_a_password_or_a_link,
}

async fn r21_no_token_stands_in_the_database_in_clear(fixture: Fixture) {
    let link = setup::link(&fixture.kh)
        .await
        .expect("answers")
        .expect("an empty database");
    let mut tokens = vec![link.rsplit('/').next().unwrap_or_default().to_owned()];
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let waiting = async |tokens: &[String]| {
        let stored = Snapshot::of(&fixture.kh).await;
        for token in tokens {
            assert!(
                token.len() >= 22,
                "128 bits in base64 are 22 characters: {token}"
            );
            assert_eq!(stored.tables_with(token), [] as [&str; 0]);
        }
        stored
    };
    // Queued, sent, resent, accepted: at no time.
    let form = fixture
        .invitation(&ada, "Dana", &["Crew"], &["Downtown"])
        .await;
    users::invite(&fixture.kh, &ada, form)
        .await
        .expect("invites");
    let queued = waiting(&tokens).await;
    tokens.push(fixture.last_link().await);
    assert_eq!(
        queued.tables_with(&tokens[1]),
        [] as [&str; 0],
        "while its mail waited"
    );
    let stored = waiting(&tokens).await;
    assert_eq!(stored.tables_with(&hash_token(&tokens[1])), ["invites"]);
    users::resend_invite(&fixture.kh, &ada, &id_of(&fixture, "Dana").await)
        .await
        .expect("resends");
    tokens.push(fixture.last_link().await);
    waiting(&tokens).await;
    let dana = try_accept(&fixture, &tokens[2]).await.expect("accepts");
    tokens.push(dana.id().expect("an id").to_string());
    tokens.push(
        flash::put(&fixture.kh, &Flash::default())
            .await
            .expect("kept"),
    );
    waiting(&tokens).await;
}

async fn r27_no_admin_is_shown_a_password_or_a_link(fixture: Fixture) {
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let kh = &fixture.kh;
    let form = fixture
        .invitation(&ada, "Dana", &["Crew"], &["Downtown"])
        .await;
    let mut shown = String::new();
    let mut note = |json: String| shown.push_str(&json);
    let invited = users::invite(kh, &ada, form).await.expect("invites");
    note(format!("{invited:?}"));
    let first = fixture.last_link().await;
    let id = id_of(&fixture, "Dana").await;
    let resent = users::resend_invite(kh, &ada, &id).await.expect("resends");
    note(format!("{resent:?}"));
    let token = fixture.last_link().await;
    note(json(&users::view(kh, &ada, &id).await.expect("page")));
    note(json(
        &users::list(kh, &ada, UserListQuery::default())
            .await
            .expect("list"),
    ));
    note(json(&users::new(kh, &ada).await.expect("form")));
    note(json(&home(kh, &ada).await.expect("home")));
    note(json(&shell::view(kh, &ada).await.expect("shell")));
    note(json(&invites::view(kh, &token).await.expect("link")));
    try_accept(&fixture, &token).await.expect("accepts");
    note(json(&users::view(kh, &ada, &id).await.expect("page")));
    for secret in [
        first.as_str(),
        &token,
        &hash_token(&token),
        PASSWORD,
        "$argon2",
        "accept-invite",
    ] {
        assert!(!shown.contains(secret), "{secret} is shown");
    }
}

/// What leaves the server.
fn json(view: &impl serde::Serialize) -> String {
    serde_json::to_string(view).expect("a view serialises")
}

// One thread, so that the log of what is spawned is kept too.

#[tokio::test]
async fn r58_no_secret_reaches_sqlite_or_the_log() {
    no_secret_is_written(Fixture::sqlite().await).await;
}

#[tokio::test]
async fn r58_no_secret_reaches_postgres_or_the_log() {
    let fixture = Fixture::postgres().await;
    let database = fixture.database_url.clone();
    no_secret_is_written(fixture).await;
    Fixture::forget(&database).await;
}

async fn no_secret_is_written(fixture: Fixture) {
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    let owner = fixture.found().await;
    let ada = fixture.staff(&owner).await;
    let token = fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
    let dana = try_accept(&fixture, &token).await.expect("accepts");
    let cookie = dana.id().expect("an id").to_string();
    let wrong = "a canary sings at night";
    for _ in 0..6 {
        try_sign_in(&fixture.kh, &fixture, "dana@shop.example", wrong)
            .await
            .expect_err("wrong");
        try_sign_in(&fixture.kh, &fixture, "canary@nowhere.example", wrong)
            .await
            .expect_err("wrong");
    }
    tries::notes::write_down(&fixture.kh).await.expect("writes");
    // The entries themselves, the page that shows them with their values, the file, the search.
    let query = AuditQuery::default();
    let mut audited = json(
        &audit::list(&fixture.kh, &ada, query.clone())
            .await
            .expect("list"),
    );
    let mut file = audit::export(&fixture.kh, &ada, query).await.expect("file");
    while let Some(piece) = file.pieces.next().await.expect("it goes on") {
        audited.push_str(&String::from_utf8(piece).expect("UTF-8"));
    }
    assert!(audited.contains("session.fail"), "{audited}");
    drop(guard);
    let logged = log.text();
    assert!(
        logged.contains("a sign-in was refused"),
        "the log was kept: {logged}"
    );
    let stored = Snapshot::of(&fixture.kh).await;
    for secret in [
        PASSWORD,
        wrong,
        token.as_str(),
        cookie.as_str(),
        "canary@nowhere.example",
    ] {
        assert_eq!(stored.tables_with(secret), [] as [&str; 0], "{secret}");
        assert!(!audited.contains(secret), "{secret}");
        let query = AuditQuery {
            q: secret.to_owned(),
            ..AuditQuery::default()
        };
        let found = audit::list(&fixture.kh, &ada, query).await.expect("list");
        assert!(found.entries.rows.is_empty(), "{secret} is found");
        let ours = logged
            .lines()
            .filter(|line| line.contains(secret))
            .collect::<Vec<_>>();
        assert_eq!(ours, [] as [&str; 0], "{secret}");
    }
}
