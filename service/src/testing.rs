//! What tests and benches build the real thing from: a real database, a fixed clock, seeded
//! randomness, cheap hashing, a mailbox in memory. Nothing here is a mock of the service itself.

#![expect(
    clippy::missing_panics_doc,
    reason = "everything here panics where a test should fail"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use access::{Instant, UserId};
use domain::invites::AcceptInvite;
use domain::sign_in::{CreateBusiness, SignIn};
use domain::stores::StoreForm;
use domain::users::InviteUser;
use tower_sessions::Session;

use crate::clock::FixedClock;
use crate::crypto::SecretKey;
use crate::db::sqlite_url;
use crate::hashing::HashParams;
use crate::keyholder::{Config, Keyholder, Parts};
use crate::mail::MemoryMailer;
use crate::random::SeededRandomness;
use crate::second_factor;
use crate::sessions::{self, Store};
use crate::visitor::{Client, Staff, Visitor};

/// Friday 20 November 2026, 09:41 UTC: the moment at which the fixed clock stands.
pub const NOW: Instant = Instant(1_795_167_660_000);
/// Password of everybody that a fixture makes.
pub const PASSWORD: &str = "copper otter lighthouse nine";
/// A picture: a PNG of one red pixel.
pub const PNG: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\
    \x0cIDATx\x9cc8\xc1\xc0\0\0\x02\\\0\xc9C\xc8\x12F\0\0\0\0IEND\xaeB`\x82";
/// Origin of the links.
pub const PUBLIC_URL: &str = "http://127.0.0.1:3000";
/// The environment variable that names a PostgreSQL server for tests.
pub const POSTGRES: &str = "KEYHOLDER_TEST_POSTGRES";

static COUNTER: AtomicU64 = AtomicU64::new(0);

/// An installation on a database of its own.
pub struct Fixture {
    /// The installation.
    pub kh: Keyholder,
    /// Its clock.
    pub clock: Arc<FixedClock>,
    /// Every mail it sent.
    pub mails: Arc<MemoryMailer>,
    /// URL of its database.
    pub database_url: String,
    dir: PathBuf,
}

impl Drop for Fixture {
    fn drop(&mut self) {
        // A folder left behind in the temporary folder harms nobody.
        drop(std::fs::remove_dir_all(&self.dir));
    }
}

/// What somebody has who set up a second factor: a phone, and codes in a drawer.
pub struct Enrolled {
    /// Makes the codes of the app.
    pub phone: Phone,
    /// The recovery codes.
    pub codes: Vec<String>,
}

/// An authenticator app.
pub struct Phone(totp_rs::Totp);

impl Phone {
    /// An app with the key that was shown to be typed.
    #[must_use]
    pub fn with(typed: &str) -> Self {
        let secret =
            totp_rs::Secret::try_from_base32(typed.replace(' ', "")).expect("the key is base32");
        let totp = totp_rs::Builder::new().with_secret(secret).build();
        Self(totp.expect("the key is long enough"))
    }

    /// The code that it shows at a moment.
    #[must_use]
    pub fn code(&self, at: Instant) -> String {
        let seconds = u64::try_from(at.0 / 1000).expect("after 1970");
        self.0.generate(seconds).to_string()
    }
}

/// A folder that no other fixture has, of this process or another.
fn own_dir() -> PathBuf {
    let n = COUNTER.fetch_add(1, Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("keyholder-test-{}-{n}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("the temporary folder can be written");
    dir
}

/// Gives the installation its parts.
async fn open(database_url: &str, dir: &Path) -> (Keyholder, Arc<FixedClock>, Arc<MemoryMailer>) {
    let clock = Arc::new(FixedClock::at(NOW));
    let mails = Arc::new(MemoryMailer::default());
    let rng = Arc::new(SeededRandomness::new(7));
    let config = Config {
        database_url: database_url.to_owned(),
        data_dir: dir.to_owned(),
        public_url: PUBLIC_URL.to_owned(),
        mail_from: "Keyholder <keyholder@shop.example>".to_owned(),
    };
    let key = SecretKey::generate(rng.as_ref());
    let parts = Parts {
        clock: Arc::clone(&clock) as _,
        rng,
        mailer: Arc::clone(&mails) as _,
        hashing: HashParams::cheap(),
    };
    let kh = Keyholder::open(config, key, parts)
        .await
        .expect("a fresh database opens");
    (kh, clock, mails)
}

impl Fixture {
    /// On a SQLite file of its own.
    pub async fn sqlite() -> Self {
        let dir = own_dir();
        Self::on(sqlite_url(&dir.join("keyholder.db")), dir).await
    }

    /// In a database of its own on the server that [`POSTGRES`] names.
    ///
    /// # Panics
    /// When there is no such server; `scripts/test` starts one.
    pub async fn postgres() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "tests have no configuration of their own"
        )]
        let server = std::env::var(POSTGRES)
            .unwrap_or_else(|_| panic!("{POSTGRES} names no server; run this through `make test`"));
        let dir = own_dir();
        let n = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("keyholder_{}_{n}", std::process::id());
        sqlx::any::install_default_drivers();
        let admin = sqlx::AnyPool::connect(&server)
            .await
            .expect("the test server answers");
        for statement in [
            format!("DROP DATABASE IF EXISTS {name}"),
            format!("CREATE DATABASE {name}"),
        ] {
            sqlx::query(sqlx::AssertSqlSafe(statement))
                .execute(&admin)
                .await
                .expect("the test server makes databases");
        }
        admin.close().await;
        let (base, options) = server
            .split_once('?')
            .map_or((server.as_str(), None), |(b, o)| (b, Some(o)));
        let base = base.rsplit_once('/').map_or(base, |(base, _)| base);
        let options = options
            .map(|options| format!("?{options}"))
            .unwrap_or_default();
        Self::on(format!("{base}/{name}{options}"), dir).await
    }

    /// Drops a database that [`Self::postgres`] made, once its fixture is gone.
    ///
    /// # Panics
    /// When the server is gone too.
    pub async fn forget(database_url: &str) {
        let (server, rest) = database_url
            .rsplit_once('/')
            .expect("a fixture's URL ends in a name");
        let (name, options) = rest
            .split_once('?')
            .map_or((rest, String::new()), |(name, options)| {
                (name, format!("?{options}"))
            });
        let admin = sqlx::AnyPool::connect(&format!("{server}/postgres{options}"))
            .await
            .expect("the test server answers");
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "DROP DATABASE {name} WITH (FORCE)"
        )))
        .execute(&admin)
        .await
        .expect("the database was there");
        admin.close().await;
    }

    async fn on(database_url: String, dir: PathBuf) -> Self {
        let (kh, clock, mails) = open(&database_url, &dir).await;
        Self {
            kh,
            clock,
            mails,
            database_url,
            dir,
        }
    }

    /// A second node on the same database, with the same key and clock.
    pub async fn second_node(&self) -> Keyholder {
        let config = Config {
            database_url: self.database_url.clone(),
            data_dir: self.dir.clone(),
            public_url: PUBLIC_URL.to_owned(),
            mail_from: self.kh.config().mail_from.clone(),
        };
        let rng = Arc::new(SeededRandomness::new(7));
        let key = SecretKey::generate(rng.as_ref());
        let parts = Parts {
            clock: Arc::clone(&self.clock) as _,
            rng: Arc::new(SeededRandomness::new(8)),
            mailer: Arc::clone(&self.mails) as _,
            hashing: HashParams::cheap(),
        };
        Keyholder::open(config, key, parts)
            .await
            .expect("the database opens a second time")
    }

    /// These people as the access rules see them.
    pub async fn people(&self, ids: &[UserId]) -> Vec<access::Person> {
        let mut conn = self.kh.reader().acquire().await.expect("answers");
        crate::people::several(&mut conn, ids)
            .await
            .expect("answers")
    }

    /// A browser that has no cookie yet.
    #[must_use]
    pub fn browser(&self) -> Session {
        Session::new(None, Arc::new(Store::new(self.kh.clone())), None)
    }

    /// Where test requests come from.
    #[must_use]
    pub fn client(&self) -> Client {
        Client {
            ip: "203.0.113.7".to_owned(),
            user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
                .to_owned(),
            request_id: "test".to_owned(),
        }
    }

    /// Who is behind a browser at this moment.
    pub async fn visitor(&self, browser: &Session) -> Visitor {
        sessions::resolve(&self.kh, browser.id(), self.client())
            .await
            .expect("the database answers")
    }

    /// The signed-in person behind a browser.
    pub async fn staff(&self, browser: &Session) -> Arc<Staff> {
        match self.visitor(browser).await {
            Visitor::Staff(staff) => staff,
            other => panic!("nobody is signed in: {other:?}"),
        }
    }

    /// Sets up *Ada's Hire* with the stores Downtown and Airport, and answers its owner's browser.
    pub async fn found(&self) -> Session {
        let browser = self.browser();
        let link = crate::setup::link(&self.kh)
            .await
            .expect("answers")
            .expect("an empty database");
        let form = CreateBusiness {
            token: link.rsplit('/').next().unwrap_or_default().to_owned(),
            sample: false,
            business: "Ada's Hire".to_owned(),
            store: "Downtown".to_owned(),
            first_name: "Ada".to_owned(),
            last_name: "Owner".to_owned(),
            email: "ada@shop.example".to_owned(),
            password: PASSWORD.to_owned(),
        };
        crate::setup::create(&self.kh, &self.client(), &browser, form)
            .await
            .expect("sets up");
        self.add_store(&*self.staff(&browser).await, "Airport", "AIR")
            .await;
        browser
    }

    /// Adds a store.
    pub async fn add_store(&self, by: &Staff, name: &str, code: &str) {
        let form = StoreForm {
            name: name.to_owned(),
            code: code.to_owned(),
            time_zone: "UTC".to_owned(),
            ..StoreForm::default()
        };
        crate::stores::create(&self.kh, by, form)
            .await
            .expect("adds a store");
    }

    /// The form that invites somebody into groups and stores, by their names; a group may be
    /// written `Sales@Airport`.
    pub async fn invitation(
        &self,
        by: &Staff,
        first_name: &str,
        groups: &[&str],
        stores: &[&str],
    ) -> InviteUser {
        let known = {
            let mut conn = self.kh.reader().acquire().await.expect("answers");
            crate::people::groups(&mut conn).await.expect("answers")
        };
        let store = |name: &str| {
            by.stores
                .iter()
                .find(|store| store.name == name)
                .map_or_else(|| panic!("no store {name}"), |store| store.id.to_string())
        };
        let group = |word: &&str| {
            let (name, at) = word
                .split_once('@')
                .map_or((*word, None), |(n, at)| (n, Some(at)));
            let group = known
                .iter()
                .find(|group| group.name == name)
                .unwrap_or_else(|| panic!("no group {name}"));
            at.map_or_else(
                || group.id.to_string(),
                |at| format!("{}@{}", group.id, store(at)),
            )
        };
        InviteUser {
            first_name: first_name.to_owned(),
            last_name: "Tester".to_owned(),
            email: format!("{}@shop.example", first_name.to_lowercase()),
            groups: groups.iter().map(group).collect(),
            stores: stores.iter().map(|name| store(name)).collect(),
            ..InviteUser::default()
        }
    }

    /// Invites somebody and answers the secret of the link that was mailed.
    pub async fn invite(
        &self,
        by: &Staff,
        first_name: &str,
        groups: &[&str],
        stores: &[&str],
    ) -> String {
        let form = self.invitation(by, first_name, groups, stores).await;
        crate::users::invite(&self.kh, by, form)
            .await
            .expect("invites");
        self.last_link().await
    }

    /// The secret of the newest link to set a password with; notices may go out beside it.
    pub async fn last_link(&self) -> String {
        crate::outbox::run_due(&self.kh)
            .await
            .expect("the outbox is worked off");
        let links = self.mails.sent().into_iter().filter_map(|mail| mail.link);
        let mut secrets = links.filter_map(|link| {
            let path = link.strip_prefix(PUBLIC_URL)?;
            let secret = path
                .strip_prefix("/accept-invite/")
                .or_else(|| path.strip_prefix("/reset-password/"))?;
            Some(secret.to_owned())
        });
        secrets.next_back().expect("a link was sent")
    }

    /// Invites somebody who accepts at once; answers their browser.
    pub async fn join(
        &self,
        by: &Staff,
        first_name: &str,
        groups: &[&str],
        stores: &[&str],
    ) -> Session {
        let token = self.invite(by, first_name, groups, stores).await;
        let browser = self.browser();
        let form = AcceptInvite {
            token,
            password: PASSWORD.to_owned(),
            again: PASSWORD.to_owned(),
        };
        crate::invites::accept(&self.kh, &self.client(), &browser, form)
            .await
            .expect("accepts");
        browser
    }

    /// Signs somebody in by their first name.
    pub async fn sign_in(&self, first_name: &str) -> Session {
        let browser = self.browser();
        let form = SignIn {
            email: format!("{}@shop.example", first_name.to_lowercase()),
            password: PASSWORD.to_owned(),
            next: String::new(),
        };
        crate::sign_in::sign_in(&self.kh, &self.client(), &browser, form)
            .await
            .expect("signs in");
        browser
    }

    /// The key that is shown to whoever is behind a browser, after they asked for one.
    pub async fn key(&self, browser: &Session) -> String {
        let visitor = self.visitor(browser).await;
        second_factor::begin(&self.kh, &visitor)
            .await
            .expect("draws a key");
        let view = second_factor::view(&self.kh, &visitor)
            .await
            .expect("shows it");
        view.key.expect("a key waits").typed
    }

    /// Sets up a second factor for whoever is behind a browser.
    pub async fn enrol(&self, browser: &Session) -> Enrolled {
        let phone = Phone::with(&self.key(browser).await);
        let visitor = self.visitor(browser).await;
        let code = phone.code(self.kh.now());
        second_factor::confirm(&self.kh, &visitor, browser, &code)
            .await
            .expect("confirms the key");
        let visitor = self.visitor(browser).await;
        let view = second_factor::view(&self.kh, &visitor)
            .await
            .expect("shows the codes");
        Enrolled {
            phone,
            codes: view.codes,
        }
    }

    /// Begins a complete session for a person without asking for anything.
    pub async fn session_for(&self, person: UserId) -> Session {
        let browser = self.browser();
        crate::sign_in::open_with_factor(&self.client(), &browser, person, None)
            .await
            .expect("begins");
        browser
    }
}
