//! Another secret key: what was sealed opens, the log is whole, and who holds the key before
//! changes nothing.

use std::path::PathBuf;
use std::sync::Arc;

use domain::second_factor::SecondStep;
use service::audit::Verdict;
use service::crypto::SecretKey;
use service::hashing::HashParams;
use service::random::SeededRandomness;
use service::testing::{Enrolled, Fixture, PASSWORD, PUBLIC_URL};
use service::{
    Config, Keyholder, OpenError, Parts, Visitor, audit, profile, rotation, second_factor,
    sessions, users,
};

use crate::support::{
    KEY_SEED, MINUTE, Snapshot, error, node, number, tables, text, try_sign_in, write,
};

on_both! {
    r66_after_a_new_key_passwords_phones_sessions_and_links_are_good,
    r59_the_log_is_whole_over_every_key_and_no_key_of_it_can_be_moved,
    r36_a_node_with_the_key_before_changes_nothing_and_loses_no_mail,
    r36_what_did_not_open_before_opens_no_more_than_that,
    a_key_that_waits_is_taken_and_not_made_anew,
    whoever_has_the_database_open_is_noticed,
    r36_every_sealed_column_is_known,
}

/// Where the fixture's new key goes.
fn file(fixture: &Fixture) -> PathBuf {
    fixture.kh.config().data_dir.join("secret.key")
}

/// The installation with a key.
async fn with(fixture: &Fixture, key: SecretKey) -> Result<Keyholder, OpenError> {
    let config = Config {
        database_url: fixture.database_url.clone(),
        data_dir: fixture.kh.config().data_dir.clone(),
        public_url: PUBLIC_URL.to_owned(),
        mail_from: "keyholder@shop.example".to_owned(),
    };
    let parts = Parts {
        clock: Arc::clone(&fixture.clock) as _,
        rng: Arc::new(SeededRandomness::new(98)),
        mailer: Arc::clone(&fixture.mails) as _,
        hashing: HashParams::cheap(),
    };
    Keyholder::open(config, key, parts).await
}

/// The installation with the key in the file.
async fn anew(fixture: &Fixture) -> Keyholder {
    let key = SecretKey::load(&file(fixture)).expect("a key");
    with(fixture, key).await.expect("it opens")
}

async fn passes(fixture: &Fixture, kh: &Keyholder, enrolled: &Enrolled) -> bool {
    fixture.clock.advance(MINUTE);
    let browser = try_sign_in(kh, fixture, "ada@shop.example", PASSWORD)
        .await
        .expect("half-way");
    let resolve = async || {
        let found = sessions::resolve(kh, browser.id(), fixture.client()).await;
        found.expect("answers")
    };
    let step = SecondStep {
        code: enrolled.phone.code(kh.now()),
        ..SecondStep::default()
    };
    let passed = second_factor::pass(kh, &resolve().await, &browser, step).await;
    passed.is_ok() && matches!(resolve().await, Visitor::Staff(_))
}

async fn r66_after_a_new_key_passwords_phones_sessions_and_links_are_good(fixture: Fixture) {
    let browser = fixture.found().await;
    let enrolled = fixture.enrol(&browser).await;
    let ada = fixture.staff(&browser).await;
    let form = fixture
        .invitation(&ada, "Dana", &["Crew"], &["Downtown"])
        .await;
    users::invite(&fixture.kh, &ada, form)
        .await
        .expect("invites");
    let rotated = rotation::rotate(&fixture.kh, &file(&fixture))
        .await
        .expect("replaces");
    assert!(
        rotated.resealed >= 3,
        "a phone, fresh codes, mails: {rotated:?}"
    );
    assert_eq!(rotated.left, 0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file(&fixture)
            .metadata()
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let old = SecretKey::generate(&SeededRandomness::new(KEY_SEED));
    let refused = with(&fixture, old).await;
    assert!(matches!(refused, Err(OpenError::WrongKey)), "{refused:?}");

    let kh = anew(&fixture).await;
    let visitor = sessions::resolve(&kh, browser.id(), fixture.client()).await;
    assert!(matches!(visitor, Ok(Visitor::Staff(_))), "{visitor:?}");
    service::outbox::run_due(&kh).await.expect("works off");
    let sent = fixture.mails.sent();
    let links = sent.iter().filter_map(|mail| mail.link.as_deref());
    let mut tokens = links.filter_map(|link| link.rsplit_once("/accept-invite/"));
    let (_, token) = tokens.next_back().expect("the invitation");
    service::invites::view(&kh, token).await.expect("opens");
    assert!(passes(&fixture, &kh, &enrolled).await);
    let why = "SELECT reason FROM audit WHERE action = 'key.rotate'";
    assert_eq!(text(&kh, why).await, "rotate_command");
}

async fn r59_the_log_is_whole_over_every_key_and_no_key_of_it_can_be_moved(fixture: Fixture) {
    let browser = fixture.found().await;
    let mut kh = fixture.kh.clone();
    for _ in 0..3 {
        rotation::rotate(&kh, &file(&fixture))
            .await
            .expect("replaces");
        kh = anew(&fixture).await;
        let visitor = sessions::resolve(&kh, browser.id(), fixture.client()).await;
        let Ok(Visitor::Staff(ada)) = visitor else {
            panic!("{visitor:?}")
        };
        profile::set_theme(&kh, &ada, "dark").await.expect("writes");
    }
    let whole = Verdict::Whole {
        entries: number(&kh, "SELECT seq FROM audit_head").await,
    };
    assert_eq!(audit::verify(&kh).await.expect("answers"), whole);
    assert_eq!(number(&kh, "SELECT COUNT(*) FROM audit_keys").await, 3);
    // Somebody with the database and an old key could only say that it counts for longer.
    let first = number(&kh, "SELECT MIN(last_seq) FROM audit_keys").await;
    for (spoil, mend) in [
        (
            format!("UPDATE audit_keys SET last_seq = {first} + 1 WHERE last_seq = {first}"),
            format!("UPDATE audit_keys SET last_seq = {first} WHERE last_seq = {first} + 1"),
        ),
        (
            format!("UPDATE audit_keys SET last_seq = -{first} WHERE last_seq = {first}"),
            format!("UPDATE audit_keys SET last_seq = {first} WHERE last_seq = -{first}"),
        ),
    ] {
        assert_eq!(write(&kh, &spoil).await, 1);
        let verdict = audit::verify(&kh).await.expect("answers");
        assert_eq!(verdict, Verdict::Broken { seq: 1 }, "{spoil}");
        assert_eq!(write(&kh, &mend).await, 1);
    }
    assert_eq!(audit::verify(&kh).await.expect("answers"), whole);
}

async fn r36_a_node_with_the_key_before_changes_nothing_and_loses_no_mail(fixture: Fixture) {
    let browser = fixture.found().await;
    let ada = fixture.staff(&browser).await;
    let form = fixture
        .invitation(&ada, "Dana", &["Crew"], &["Downtown"])
        .await;
    users::invite(&fixture.kh, &ada, form)
        .await
        .expect("invites");
    rotation::rotate(&fixture.kh, &file(&fixture))
        .await
        .expect("replaces");
    let before = Snapshot::of(&fixture.kh).await;
    let answer = profile::set_theme(&fixture.kh, &ada, "dark").await;
    assert!(matches!(error(answer), domain::AppError::Internal { .. }));
    assert!(before.changes(&Snapshot::of(&fixture.kh).await).is_empty());
    let again = rotation::rotate(&fixture.kh, &file(&fixture)).await;
    assert!(
        matches!(again, Err(rotation::RotateError::Overtaken)),
        "{again:?}"
    );
    // The mail waits for a node that can open it, once the lease is over.
    service::outbox::run_due(&fixture.kh)
        .await
        .expect_err("it can't be opened here");
    fixture.clock.advance(MINUTE * 3);
    let kh = anew(&fixture).await;
    assert_eq!(service::outbox::run_due(&kh).await.expect("works off"), 1);
    assert!(fixture.mails.sent().iter().any(|mail| mail.link.is_some()));
}

async fn r36_what_did_not_open_before_opens_no_more_than_that(fixture: Fixture) {
    let browser = fixture.found().await;
    let enrolled = fixture.enrol(&browser).await;
    write(
        &fixture.kh,
        "UPDATE two_factor SET secret_sealed = fresh_codes_sealed",
    )
    .await;
    let rotated = rotation::rotate(&fixture.kh, &file(&fixture))
        .await
        .expect("replaces");
    assert_eq!(rotated.left, 1, "{rotated:?}");
    let kh = anew(&fixture).await;
    assert!(!passes(&fixture, &kh, &enrolled).await, "it fails closed");
}

async fn a_key_that_waits_is_taken_and_not_made_anew(fixture: Fixture) {
    fixture.found().await;
    let file = file(&fixture);
    // Cut short before the database was changed: the key before holds.
    let waiting = rotation::pending_file(&file);
    let rng = SeededRandomness::new(5);
    SecretKey::load_or_create(&waiting, &rng).expect("made");
    let made = std::fs::read(&waiting).expect("readable");
    let rng = Arc::new(SeededRandomness::new(6));
    node(&fixture, KEY_SEED, rng, HashParams::cheap())
        .await
        .expect("opens as before");
    // Cut short before the files changed places: the key that waits holds.
    rotation::switch(&fixture.kh, &file)
        .await
        .expect("replaces");
    let key = rotation::pending(&file).expect("readable").expect("waits");
    with(&fixture, key).await.expect("opens");
    rotation::put_in_place(&file).expect("renames");
    assert_eq!(std::fs::read(&file).expect("readable"), made);
    assert!(rotation::pending(&file).expect("readable").is_none());
}

async fn whoever_has_the_database_open_is_noticed(fixture: Fixture) {
    let file = match fixture.kh.db().dialect() {
        service::db::Dialect::Sqlite => Some(fixture.kh.config().data_dir.join("keyholder.db")),
        service::db::Dialect::Postgres => None,
    };
    let in_use = async || {
        let asked = service::db::is_in_use(&fixture.database_url, file.as_deref()).await;
        asked.expect("answers")
    };
    assert!(in_use().await);
    fixture.kh.close().await;
    // PostgreSQL takes a moment to see a connection off.
    for _ in 0..100 {
        if !in_use().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it is closed");
}

/// Whoever rotates the key must know all of them.
async fn r36_every_sealed_column_is_known(fixture: Fixture) {
    let found: Vec<String> = tables(&fixture.kh)
        .await
        .into_iter()
        .flat_map(|(table, columns)| {
            let sealed = columns
                .into_iter()
                .filter(|column| column.ends_with("_sealed"));
            sealed
                .map(move |column| format!("{table}.{column}"))
                .collect::<Vec<_>>()
        })
        .collect();
    let known: Vec<String> = service::crypto::SEALED
        .iter()
        .map(|one| format!("{}.{}", one.table, one.column))
        .collect();
    assert_eq!(found, known);
}
