//! A whole installation behind the real router: a database of its own, a fixed clock, seeded
//! randomness, cheap hashing, a mailbox in memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use access::{GroupId, StoreId, UserId};
use axum::Router;
use domain::users::SetAccess;
use server::net::Proxies;
use server::public_url::PublicUrl;
use server::router::router;
use server::shared::Shared;
use server::site::Site;
use service::clock::FixedClock;
use service::crypto::SecretKey;
use service::db::sqlite_url;
use service::hashing::HashParams;
use service::mail::MemoryMailer;
use service::random::SeededRandomness;
use service::sessions::{OPEN, OpenSession};
use service::testing::{Fixture, NOW, PUBLIC_URL};
use service::{Config, Keyholder, Parts, Staff};
use sqlx::AssertSqlSafe;
use tower_sessions::Session;

use crate::browser::Browser;

pub(crate) use service::testing::PASSWORD;

/// Where people open the site; links in mails lead to the fixture's own address.
pub(crate) const ORIGIN_OF_SITE: &str = "https://keys.example.test";
/// Begins every link in a mail.
pub(crate) const ORIGIN_OF_LINKS: &str = PUBLIC_URL;
/// An id that nobody and nothing has.
pub(crate) const NOBODY: &str = "01900000-0000-7000-8000-000000000000";
/// The proxy that is trusted.
pub(crate) const PROXY: [u8; 4] = [10, 0, 0, 1];
/// Seed of the key, which a copy of the database is opened with too.
const KEY_SEED: u64 = 7;

static COUNTER: AtomicU64 = AtomicU64::new(100);

/// A folder that goes with its test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let n = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("http-{}-{n}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone_already = std::fs::remove_dir_all(&self.0);
    }
}

/// A closed database to copy.
pub(crate) struct Template {
    folder: Folder,
    facts: Facts,
}

/// What is known about a world without asking its database.
#[derive(Clone, Copy)]
struct Facts {
    stores: [StoreId; 3],
    crew_group: GroupId,
    crew: UserId,
    owner: UserId,
}

/// An installation: the business *Ada's Hire* with three stores, its owner, and somebody of its
/// crew who works in the first store.
pub(crate) struct World {
    pub(crate) kh: Keyholder,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) router: Router,
    pub(crate) shared: Arc<Shared>,
    pub(crate) stores: [StoreId; 3],
    pub(crate) crew_group: GroupId,
    pub(crate) crew: UserId,
    pub(crate) owner: UserId,
    pub(crate) owner_email: String,
    mails: Arc<MemoryMailer>,
    fixture: Option<Fixture>,
    folder: Folder,
}

impl World {
    /// Reached over https.
    pub(crate) async fn new() -> Self {
        Self::at(ORIGIN_OF_SITE).await
    }

    /// Reached over plain http on this machine.
    pub(crate) async fn on_loopback() -> Self {
        Self::at("http://127.0.0.1:3000").await
    }

    async fn at(public_url: &str) -> Self {
        let fixture = Fixture::sqlite().await;
        let owner = fixture.found().await;
        fixture
            .add_store(&*fixture.staff(&owner).await, "Harbour", "HAR")
            .await;
        let by = fixture.staff(&owner).await;
        let crew = fixture.join(&by, "Crew", &["Crew"], &["Downtown"]).await;
        let store = |name: &str| {
            let found = by.stores.iter().find(|store| store.name == name);
            found.expect("the fixture makes it").id
        };
        let facts = Facts {
            stores: [store("Downtown"), store("Airport"), store("Harbour")],
            crew_group: one(
                &fixture.kh,
                "SELECT id FROM permission_groups WHERE built_in = $1",
                "crew",
            )
            .await
            .parse()
            .expect("an id"),
            crew: fixture.staff(&crew).await.caller.person.id,
            owner: by.caller.person.id,
        };
        let (kh, clock, mails) = (
            fixture.kh.clone(),
            Arc::clone(&fixture.clock),
            Arc::clone(&fixture.mails),
        );
        Self::around(
            kh,
            clock,
            mails,
            facts,
            public_url,
            Folder::new(),
            Some(fixture),
        )
    }

    fn around(
        kh: Keyholder,
        clock: Arc<FixedClock>,
        mails: Arc<MemoryMailer>,
        facts: Facts,
        public_url: &str,
        folder: Folder,
        fixture: Option<Fixture>,
    ) -> Self {
        let site = Site::open(site_files(&folder.0)).expect("the site's files");
        let public_url = PublicUrl::parse(public_url).expect("an address of ours");
        let proxies = Proxies::parse("10.0.0.1").expect("a proxy");
        let shared = Shared::new(kh.clone(), public_url, proxies);
        Self {
            router: router(&shared, &site),
            shared,
            kh,
            clock,
            mails,
            stores: facts.stores,
            crew_group: facts.crew_group,
            crew: facts.crew,
            owner: facts.owner,
            owner_email: "ada@shop.example".to_owned(),
            fixture,
            folder,
        }
    }

    /// Closes it, so that it can be copied.
    pub(crate) async fn into_template(self) -> Template {
        let Self {
            kh,
            folder,
            fixture,
            stores,
            crew_group,
            crew,
            owner,
            ..
        } = self;
        let url = fixture.as_ref().map(|fixture| fixture.database_url.clone());
        let url = url.expect("only a world of its own becomes a template");
        kh.close().await;
        let file = url
            .trim_start_matches("sqlite://")
            .split('?')
            .next()
            .unwrap_or_default();
        std::fs::copy(file, folder.0.join("template.db")).expect("the database is copied");
        Template {
            folder,
            facts: Facts {
                stores,
                crew_group,
                crew,
                owner,
            },
        }
    }

    /// A copy, with everybody in it.
    pub(crate) async fn copy(template: &Template) -> Self {
        let folder = Folder::new();
        let file = folder.0.join("keyholder.db");
        std::fs::copy(template.folder.0.join("template.db"), &file)
            .expect("the database is copied");
        let clock = Arc::new(FixedClock::at(NOW));
        let mails = Arc::new(MemoryMailer::default());
        let config = Config {
            database_url: sqlite_url(&file),
            data_dir: folder.0.clone(),
            public_url: PUBLIC_URL.to_owned(),
            mail_from: "Keyholder <keyholder@shop.example>".to_owned(),
        };
        let key = SecretKey::generate(&SeededRandomness::new(KEY_SEED));
        let parts = Parts {
            clock: Arc::clone(&clock) as _,
            // Another seed than the template's, whose ids are taken.
            rng: Arc::new(SeededRandomness::new(
                COUNTER.fetch_add(1, Ordering::Relaxed),
            )),
            mailer: Arc::clone(&mails) as _,
            hashing: HashParams::cheap(),
        };
        let kh = Keyholder::open(config, key, parts)
            .await
            .expect("the copy opens");
        Self::around(
            kh,
            clock,
            mails,
            template.facts,
            ORIGIN_OF_SITE,
            folder,
            None,
        )
    }

    /// A browser without a cookie.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.router)
    }

    /// The owner's browser.
    pub(crate) async fn owner(&self) -> Browser {
        self.signed_in(&self.owner).await
    }

    /// A browser in which somebody is signed in.
    pub(crate) async fn signed_in(&self, person: &UserId) -> Browser {
        self.session(*person, true).await
    }

    /// A browser in which the password has passed and the second factor is still due, which is set
    /// up for who has none.
    pub(crate) async fn half_signed_in(&self, person: &UserId) -> Browser {
        self.enrolled(*person).await;
        self.session(*person, false).await
    }

    async fn session(&self, person: UserId, factor_shown: bool) -> Browser {
        let store = Arc::new(service::sessions::Store::new(self.kh.clone()));
        let session = Session::new(None, store, None);
        let open = OpenSession {
            person,
            factor_shown,
            password_set: None,
            proved: None,
            signs_in: true,
            ip: "203.0.113.7".to_owned(),
            user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
                .to_owned(),
            request_id: "test".to_owned(),
        };
        session.insert(OPEN, open).await.expect("it is in memory");
        session.save().await.expect("the session begins");
        let id = session.id().expect("it has an id").to_string();
        let mut browser = self.browser();
        browser.cookies.insert("__Host-keyholder".to_owned(), id);
        browser
    }

    async fn owner_staff(&self) -> Arc<Staff> {
        let browser = self.owner().await;
        let id = browser.cookies["__Host-keyholder"]
            .parse()
            .expect("a session's id");
        let client = service::Client::default();
        match service::sessions::resolve(&self.kh, Some(id), client)
            .await
            .expect("it answers")
        {
            service::Visitor::Staff(staff) => staff,
            other => panic!("the owner is not signed in: {other:?}"),
        }
    }

    /// Somebody who has accepted, in groups and stores by name, as [`Fixture::invitation`] takes.
    pub(crate) async fn person(
        &self,
        first_name: &str,
        groups: &[&str],
        stores: &[&str],
    ) -> UserId {
        let fixture = self
            .fixture
            .as_ref()
            .expect("people are made before the world is copied");
        fixture
            .join(&*self.owner_staff().await, first_name, groups, stores)
            .await;
        self.person_named(first_name).await
    }

    /// Somebody who has not accepted yet; answers the secret of their link.
    pub(crate) async fn invited(
        &self,
        first_name: &str,
        groups: &[&str],
        stores: &[&str],
    ) -> String {
        let fixture = self
            .fixture
            .as_ref()
            .expect("people are made before the world is copied");
        fixture
            .invite(&*self.owner_staff().await, first_name, groups, stores)
            .await
    }

    /// Sets somebody's second factor up, as the database has it.
    pub(crate) async fn enrolled(&self, person: UserId) {
        self.execute(
            "UPDATE users SET two_factor = 1 WHERE id = $1",
            &person.to_string(),
        )
        .await;
    }

    /// Takes every group from somebody, which no use case does.
    pub(crate) async fn without_group(&self, person: UserId) {
        self.execute(
            "DELETE FROM memberships WHERE user_id = $1",
            &person.to_string(),
        )
        .await;
    }

    /// A group of the business's own, which no use case makes yet.
    pub(crate) async fn custom_group(&self, name: &str, permissions: &str) {
        let statement = format!(
            "INSERT INTO permission_groups (id, built_in, name, name_fold, summary, permissions, \
             super_admin, created, revision) \
             VALUES ($1, NULL, '{name}', '{}', '', '{permissions}', 0, 0, 1)",
            name.to_lowercase()
        );
        self.execute(&statement, &self.kh.new_id().to_string())
            .await;
    }

    /// Gives a person overrides, through the owner's door.
    pub(crate) async fn overridden(&self, person: UserId, overrides: &[(&str, &str)]) {
        let owner = self.owner_staff().await;
        let user = person.to_string();
        let view = service::users::view_access(&self.kh, &owner, &user, "")
            .await
            .expect("the owner sees everybody");
        let word = |(permission, word): &(&str, &str)| (permission.to_string(), word.to_string());
        let form = SetAccess {
            user,
            memberships: view
                .memberships
                .iter()
                .map(domain::users::MembershipView::value)
                .collect(),
            stores: view.stores.iter().map(ToString::to_string).collect(),
            overrides: overrides.iter().map(word).collect(),
            reason: "A trial".to_owned(),
            revision: view.person.revision,
            ..SetAccess::default()
        };
        service::users::set_access(&self.kh, &owner, form)
            .await
            .expect("the owner may");
    }

    pub(crate) async fn deactivate(&self, person: UserId) {
        let owner = self.owner_staff().await;
        service::users::deactivate(&self.kh, &owner, &person.to_string())
            .await
            .expect("it may");
    }

    /// Locks somebody until the end of time, which five wrong tries do for a while.
    pub(crate) async fn lock(&self, person: UserId) {
        self.execute(
            "UPDATE users SET failed = 5, failures = 5, locked_until = 4102444800000 WHERE id = $1",
            &person.to_string(),
        )
        .await;
    }

    /// The name of the newest open session of somebody.
    pub(crate) async fn session_of(&self, person: UserId) -> String {
        let statement = "SELECT ref_id FROM sessions WHERE user_id = $1 AND ended = 0 \
             ORDER BY ref_id DESC LIMIT 1";
        one(&self.kh, statement, &person.to_string()).await
    }

    pub(crate) async fn person_named(&self, first_name: &str) -> UserId {
        let id = one(
            &self.kh,
            "SELECT id FROM users WHERE first_name = $1",
            first_name,
        )
        .await;
        id.parse().expect("an id")
    }

    /// Id of the group of this name.
    pub(crate) async fn group_named(&self, name: &str) -> GroupId {
        let statement = "SELECT id FROM permission_groups WHERE name = $1";
        let id = one(&self.kh, statement, name).await;
        id.parse().expect("an id")
    }

    /// Texts of all mails, those in the outbox sent first.
    pub(crate) async fn mails(&self) -> Vec<String> {
        service::outbox::run_due(&self.kh)
            .await
            .expect("the outbox is worked off");
        self.mails
            .sent()
            .into_iter()
            .map(|mail| mail.text)
            .collect()
    }

    /// Somebody's password was chosen beside a second factor, which is no more.
    pub(crate) async fn owes_longer_password(&self, person: UserId) {
        let statement = "UPDATE users SET password_alone = 0 WHERE id = $1";
        self.execute(statement, &person.to_string()).await;
    }

    pub(crate) async fn execute(&self, statement: &str, value: &str) {
        sqlx::query(AssertSqlSafe(statement.to_owned()))
            .bind(value)
            .execute(self.kh.writer())
            .await
            .expect("the statement is right");
    }
}

async fn one(kh: &Keyholder, statement: &'static str, value: &str) -> String {
    sqlx::query_scalar(statement)
        .bind(value)
        .fetch_one(kh.writer())
        .await
        .expect("one row")
}

/// A site as a release build leaves it, in small.
fn site_files(folder: &Path) -> PathBuf {
    let site = folder.join("site");
    for (name, content) in [
        ("pkg/keyholder.css", "plain"),
        ("pkg/keyholder.css.br", "as br"),
        ("pkg/keyholder.js", "plain"),
        ("pkg/keyholder.js.br", "as br"),
        ("pkg/keyholder.js.gz", "as gzip"),
        ("pkg/lists.part", "lists"),
        ("fonts/text.0a1b2c3d.woff2", "font"),
        ("favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"),
        ("../secret", "never served"),
    ] {
        let path = site.join(name);
        let parent = path.parent().expect("a file stands in a folder");
        std::fs::create_dir_all(parent).expect("folders of the site");
        std::fs::write(&path, content).expect("files of the site");
    }
    site
}
