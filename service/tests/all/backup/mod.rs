//! Copies of a SQLite database: what they keep, what they leave out, which are put back.

mod documented;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::second_factor::SecondStep;
use service::audit::Verdict;
use service::backup::{self, BackupError, Restored};
use service::crypto::{SecretKey, hash_token};
use service::db::sqlite_url;
use service::hashing::HashParams;
use service::random::SeededRandomness;
use service::testing::{Enrolled, Fixture, PASSWORD, PUBLIC_URL};
use service::{
    Config, Keyholder, Parts, Visitor, audit, flash, invites, passwords, profile, second_factor,
    sessions, users,
};
use tower_sessions::Session;

use crate::support::{
    KEY_SEED, MINUTE, error, id_of, names_in, number, tables, text, try_sign_in, write as write_row,
};

/// A folder for copies, gone at the end.
struct Shelf(PathBuf);

impl Shelf {
    fn beside(fixture: &Fixture) -> Self {
        let data = fixture.kh.config().data_dir.clone();
        let shelf = data.join("shelf");
        std::fs::create_dir(&shelf).expect("a folder");
        Self(shelf)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Names of what is in it.
    fn names(&self) -> Vec<String> {
        names_in(&self.0)
    }
}

fn config(fixture: &Fixture, file: &Path) -> Config {
    Config {
        database_url: sqlite_url(file),
        data_dir: fixture.kh.config().data_dir.clone(),
        public_url: PUBLIC_URL.to_owned(),
        mail_from: "keyholder@shop.example".to_owned(),
    }
}

fn parts(fixture: &Fixture) -> Parts {
    Parts {
        clock: Arc::clone(&fixture.clock) as _,
        rng: Arc::new(SeededRandomness::new(99)),
        mailer: Arc::clone(&fixture.mails) as _,
        hashing: HashParams::cheap(),
    }
}

fn key(seed: u64) -> SecretKey {
    SecretKey::generate(&SeededRandomness::new(seed))
}

async fn restore(fixture: &Fixture, from: &Path, to: &Path) -> Result<Restored, BackupError> {
    let (config, parts) = (config(fixture, to), parts(fixture));
    backup::restore(from, to, false, config, key(KEY_SEED), parts).await
}

async fn replace(fixture: &Fixture, from: &Path, to: &Path) -> Result<Restored, BackupError> {
    let (config, parts) = (config(fixture, to), parts(fixture));
    backup::restore(from, to, true, config, key(KEY_SEED), parts).await
}

async fn open(fixture: &Fixture, file: &Path) -> Keyholder {
    Keyholder::open(config(fixture, file), key(KEY_SEED), parts(fixture))
        .await
        .expect("it opens")
}

/// A business with whatever could be handed out: sessions, and links in mails.
struct HandedOut {
    /// The owner's complete session.
    browser: Session,
    /// One that waits for the second step.
    half: Session,
    /// The owner's second factor.
    enrolled: Enrolled,
    /// The secret of a link.
    link: String,
}

impl HandedOut {
    async fn by(fixture: &Fixture) -> Self {
        let browser = fixture.found().await;
        let enrolled = fixture.enrol(&browser).await;
        let ada = fixture.staff(&browser).await;
        let link = fixture.invite(&ada, "Dana", &["Crew"], &["Downtown"]).await;
        // One link is with its receiver already, another waits for a mail server.
        let form = fixture
            .invitation(&ada, "Ben", &["Crew"], &["Downtown"])
            .await;
        users::invite(&fixture.kh, &ada, form)
            .await
            .expect("invites");
        let half = try_sign_in(&fixture.kh, fixture, "ada@shop.example", PASSWORD)
            .await
            .expect("half-way");
        Self {
            browser,
            half,
            enrolled,
            link,
        }
    }

    /// That the original goes on as it was.
    async fn goes_on(&self, fixture: &Fixture) {
        let visitor = fixture.visitor(&self.browser).await;
        assert!(matches!(visitor, Visitor::Staff(_)));
        invites::view(&fixture.kh, &self.link)
            .await
            .expect("the link is good");
    }
}

/// That a copy lets people in by what they know and have, and by nothing that was handed out before
/// it was made.
async fn revives_nothing(fixture: &Fixture, copy: &Keyholder, handed_out: &HandedOut) {
    for session in [&handed_out.browser, &handed_out.half] {
        let visitor = sessions::resolve(copy, session.id(), fixture.client())
            .await
            .expect("answers");
        assert!(
            matches!(visitor, Visitor::Nobody { ended: None }),
            "{visitor:?}"
        );
    }
    invites::view(copy, &handed_out.link)
        .await
        .expect_err("the link is dead");
    let before = fixture.mails.sent().len();
    service::outbox::run_due(copy).await.expect("works off");
    let mails = fixture.mails.sent();
    assert!(
        mails[before..].iter().all(|mail| mail.link.is_none()),
        "no link goes out twice"
    );
    let state = "SELECT state FROM outbox WHERE kind = 'invite' AND body_sealed IS NULL AND state = 'queued'";
    assert!(crate::support::texts(copy, state).await.is_empty());

    // The password, the phone and the recovery codes are good.
    fixture.clock.advance(MINUTE);
    for step in [
        SecondStep {
            code: handed_out.enrolled.phone.code(fixture.kh.now()),
            ..SecondStep::default()
        },
        SecondStep {
            recovery: Some(handed_out.enrolled.codes[0].clone()),
            ..SecondStep::default()
        },
    ] {
        let browser = try_sign_in(copy, fixture, "ada@shop.example", PASSWORD)
            .await
            .expect("half");
        let resolve = async || {
            let found = sessions::resolve(copy, browser.id(), fixture.client()).await;
            found.expect("answers")
        };
        second_factor::pass(copy, &resolve().await, &browser, step)
            .await
            .expect("passes");
        assert!(matches!(resolve().await, Visitor::Staff(_)));
    }
    // Who looks after people sends links anew.
    let visitor = try_sign_in(copy, fixture, "ada@shop.example", PASSWORD).await;
    visitor.expect("half-way");
    let verdict = audit::verify(copy).await.expect("answers");
    assert!(matches!(verdict, Verdict::Whole { .. }), "{verdict:?}");
}

#[tokio::test]
async fn r62_a_restored_copy_keeps_sign_ins_second_factors_and_the_log_and_revives_nothing() {
    let fixture = Fixture::sqlite().await;
    let shelf = Shelf::beside(&fixture);
    let kh = &fixture.kh;
    let handed_out = HandedOut::by(&fixture).await;
    let flash = flash::put(kh, &domain::Flash::default())
        .await
        .expect("kept");
    let cookie = handed_out.browser.id().expect("a session").to_string();
    let ada_id = id_of(&fixture, "Ada").await;

    let file = shelf.file("copy");
    backup::write(kh, &file).await.expect("writes");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = file.metadata().expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert_eq!(shelf.names(), ["copy"], "and nothing beside it");
    let bytes = std::fs::read(&file).expect("readable");
    let half_cookie = handed_out.half.id().expect("a session").to_string();
    for secret in [&handed_out.link, &cookie, &half_cookie, &flash] {
        let hash = hash_token(secret);
        let found = bytes
            .windows(hash.len())
            .any(|piece| piece == hash.as_bytes());
        assert!(!found, "not even in what SQLite has set free");
    }

    let restored_file = shelf.file("restored.db");
    let restored = restore(&fixture, &file, &restored_file)
        .await
        .expect("restores");
    assert_eq!(restored.kept, None);
    let copy = open(&fixture, &restored_file).await;
    assert!(flash::take(&copy, &flash).await.expect("answers").is_none());
    revives_nothing(&fixture, &copy, &handed_out).await;
    let why = "SELECT reason FROM audit WHERE action = 'backup.restore'";
    assert_eq!(text(&copy, why).await, "restore_command");
    assert_eq!(id_of(&fixture, "Ada").await, ada_id);
    handed_out.goes_on(&fixture).await;
}

#[tokio::test]
async fn r62_a_plain_copy_of_the_file_revives_nothing_either() {
    let fixture = Fixture::sqlite().await;
    let shelf = Shelf::beside(&fixture);
    let browser = fixture.found().await;
    let forgot = domain::passwords::ForgotPassword {
        email: "ada@shop.example".to_owned(),
    };
    passwords::forgot(&fixture.kh, &fixture.client(), forgot)
        .await
        .expect("answers");
    fixture.kh.settled().await;
    let link = fixture.last_link().await;
    passwords::reset_view(&fixture.kh, &link)
        .await
        .expect("good");
    let plain = shelf.file("plain");
    let statement = format!("VACUUM INTO '{}'", plain.display());
    write_row(&fixture.kh, &statement).await;
    let to = shelf.file("restored.db");
    restore(&fixture, &plain, &to).await.expect("restores");
    let copy = open(&fixture, &to).await;
    let visitor = sessions::resolve(&copy, browser.id(), fixture.client())
        .await
        .expect("answers");
    assert!(matches!(visitor, Visitor::Nobody { .. }), "{visitor:?}");
    error(passwords::reset_view(&copy, &link).await);
    for table in [
        "sessions",
        "password_resets",
        "flashes",
        "limits",
        "two_factor_pending",
    ] {
        let rows = number(&copy, &format!("SELECT COUNT(*) FROM {table}")).await;
        assert_eq!(rows, 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_whole_whenever_it_is_made_while_others_write() {
    let fixture = Arc::new(Fixture::sqlite().await);
    let shelf = Shelf::beside(&fixture);
    let browser = fixture.found().await;
    let stop = Arc::new(AtomicBool::new(false));
    let ada = fixture.staff(&browser).await;
    let writer = tokio::spawn({
        let (fixture, stop) = (Arc::clone(&fixture), Arc::clone(&stop));
        async move {
            let mut written = 0;
            while !stop.load(Ordering::Relaxed) {
                let theme = if written % 2 == 0 { "dark" } else { "light" };
                profile::set_theme(&fixture.kh, &ada, theme)
                    .await
                    .expect("writes");
                written += 1;
            }
            written
        }
    });
    let mut entries = Vec::new();
    for n in 0..5 {
        let file = shelf.file(&format!("copy{n}"));
        backup::write(&fixture.kh, &file).await.expect("writes");
        let to = shelf.file(&format!("restored{n}.db"));
        let restored = restore(&fixture, &file, &to)
            .await
            .expect("the chain is whole");
        entries.push(restored.entries);
    }
    stop.store(true, Ordering::Relaxed);
    assert!(writer.await.expect("writes") > 5);
    assert!(
        entries.is_sorted() && entries[0] < entries[4],
        "{entries:?}"
    );
}

#[tokio::test]
async fn a_copy_overwrites_nothing_and_no_database_is_replaced_unasked() {
    let fixture = Fixture::sqlite().await;
    let shelf = Shelf::beside(&fixture);
    fixture.found().await;
    let file = shelf.file("copy");
    std::fs::write(&file, "something else").expect("writes");
    let there = backup::write(&fixture.kh, &file).await;
    assert!(matches!(there, Err(BackupError::IsThere(_))), "{there:?}");
    assert_eq!(std::fs::read(&file).expect("readable"), b"something else");
    let nowhere = backup::write(&fixture.kh, &shelf.file("no/such/folder")).await;
    assert!(
        matches!(nowhere, Err(BackupError::File { .. })),
        "{nowhere:?}"
    );
    assert_eq!(shelf.names(), ["copy"]);

    let copy = shelf.file("good");
    backup::write(&fixture.kh, &copy).await.expect("writes");
    let ours = fixture.kh.config().data_dir.join("keyholder.db");
    let refused = restore(&fixture, &copy, &ours).await;
    assert!(
        matches!(refused, Err(BackupError::NotEmpty(_))),
        "{refused:?}"
    );
    let held = replace(&fixture, &copy, &ours).await;
    assert!(matches!(held, Err(BackupError::InUse(_))), "{held:?}");
    let verdict = audit::verify(&fixture.kh).await.expect("answers");
    assert!(
        matches!(verdict, Verdict::Whole { .. }),
        "untouched: {verdict:?}"
    );

    // Once it is closed it makes room, and stays to hand.
    write_row(&fixture.kh, "UPDATE business SET name = 'Later'").await;
    fixture.kh.close().await;
    let restored = replace(&fixture, &copy, &ours).await.expect("restores");
    let kept = restored.kept.expect("the older one");
    let name = async |file: &Path| {
        let kh = open(&fixture, file).await;
        let name = text(&kh, "SELECT name FROM business").await;
        kh.close().await;
        name
    };
    assert_eq!(name(&ours).await, "Ada's Hire");
    assert_eq!(name(&kept).await, "Later");
}

#[tokio::test]
async fn what_is_no_good_copy_is_refused_and_leaves_nothing_behind() {
    let fixture = Fixture::sqlite().await;
    let shelf = Shelf::beside(&fixture);
    fixture.found().await;
    let good = shelf.file("good");
    backup::write(&fixture.kh, &good).await.expect("writes");
    let bytes = std::fs::read(&good).expect("readable");
    let to = shelf.file("restored.db");

    let missing = restore(&fixture, &shelf.file("missing"), &to).await;
    assert!(
        matches!(missing, Err(BackupError::File { .. })),
        "{missing:?}"
    );
    let text_file = shelf.file("text");
    std::fs::write(
        &text_file,
        "no database at all, but some longer text ".repeat(40),
    )
    .expect("writes");
    let text_file = restore(&fixture, &text_file, &to).await;
    assert!(
        matches!(text_file, Err(BackupError::NotOurs(_))),
        "{text_file:?}"
    );
    let cut = shelf.file("cut");
    std::fs::write(&cut, &bytes[..bytes.len() / 2]).expect("writes");
    let cut = restore(&fixture, &cut, &to).await;
    assert!(
        matches!(cut, Err(BackupError::Damaged(_) | BackupError::NotOurs(_))),
        "{cut:?}"
    );

    let (config, parts) = (config(&fixture, &to), parts(&fixture));
    let other = backup::restore(&good, &to, false, config, key(8), parts).await;
    assert!(
        matches!(other, Err(BackupError::Open(service::OpenError::WrongKey))),
        "{other:?}"
    );

    let changed = async |name: &str, statements: &[&str]| {
        let file = shelf.file(name);
        std::fs::write(&file, &bytes).expect("writes");
        let pool = sqlx::AnyPool::connect(&sqlite_url(&file))
            .await
            .expect("opens");
        for statement in statements {
            sqlx::query(sqlx::AssertSqlSafe((*statement).to_owned()))
                .execute(&pool)
                .await
                .expect("runs");
        }
        pool.close().await;
        restore(&fixture, &file, &to).await
    };
    let broken = [
        "DROP TRIGGER audit_is_never_changed",
        "UPDATE audit SET reason = 'better' WHERE seq = 2",
    ];
    let broken = changed("broken", &broken).await;
    assert!(
        matches!(broken, Err(BackupError::Broken { seq: 2, .. })),
        "{broken:?}"
    );
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
        VALUES (9999, 'later', 1, x'00', 0)";
    let newer = changed("newer", &[newer]).await;
    assert!(matches!(newer, Err(BackupError::Open(_))), "{newer:?}");
    assert_eq!(
        shelf.names(),
        ["broken", "cut", "good", "newer", "text"],
        "no drafts, no database"
    );
}

/// Whatever is found by the hash of a secret opens something, and must not be in a copy. A new
/// table falls under the rule by the name of its column.
#[tokio::test]
async fn every_column_that_holds_the_hash_of_a_secret_is_known() {
    let fixture = Fixture::sqlite().await;
    for (table, columns) in tables(&fixture.kh).await {
        for column in columns {
            let left_out = column == "id_hash" || column == "token_hash";
            let kept = table == "recovery_codes";
            let suspect = ["hash", "token", "secret"]
                .iter()
                .any(|word| column.contains(word))
                && !column.ends_with("_sealed");
            assert!(!suspect || left_out || kept, "{table}.{column}");
        }
    }
}

#[tokio::test]
async fn postgres_has_its_own_tools() {
    let fixture = Fixture::postgres().await;
    let database = fixture.database_url.clone();
    let file = fixture.kh.config().data_dir.join("copy");
    let refused = backup::write(&fixture.kh, &file).await;
    assert!(matches!(refused, Err(BackupError::Postgres)), "{refused:?}");
    assert!(!file.exists());
    drop(fixture);
    Fixture::forget(&database).await;
}
