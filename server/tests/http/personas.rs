//! Who asks, and on what: the cast of the permission matrix.

use access::{GroupId, Operation, UserId};

use crate::browser::{Browser, multipart, with_fields};
use crate::world::{NOBODY, PASSWORD, Template, World};
use service::testing::PNG;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Persona {
    Anonymous,
    /// The password has passed, the second factor is due.
    Half,
    /// A built-in group, by key and name, working in Downtown.
    BuiltIn(&'static str, &'static str),
    /// A group of the business's own: may manage users and see customers, in Downtown.
    Custom,
    /// Crew, with managing users allowed and seeing customers denied by override, in Downtown.
    Override,
    /// In a store, but in no group.
    NoGroup,
    /// Was signed in as an admin until deactivated.
    Deactivated,
    /// Admin in Downtown, Crew in Airport: a membership for each store.
    PerStore,
}

pub(crate) const PERSONAS: [Persona; 13] = [
    Persona::Anonymous,
    Persona::Half,
    Persona::BuiltIn("crew", "Crew"),
    Persona::BuiltIn("sales", "Sales"),
    Persona::BuiltIn("billing", "Billing"),
    Persona::BuiltIn("operations", "Operations"),
    Persona::BuiltIn("admin", "Admin"),
    Persona::BuiltIn("super_admin", "Super Admin"),
    Persona::Custom,
    Persona::Override,
    Persona::NoGroup,
    Persona::Deactivated,
    Persona::PerStore,
];

impl Persona {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Half => "half signed in",
            Self::BuiltIn(key, _) => key,
            Self::Custom => "custom group",
            Self::Override => "overrides",
            Self::NoGroup => "no group",
            Self::Deactivated => "deactivated",
            Self::PerStore => "admin of one store",
        }
    }

    /// First name of the person, which makes their address too.
    fn first_name(self) -> String {
        format!("Persona{}", self.name().replace([' ', '_'], ""))
    }
}

/// On what: something of Downtown, of Harbour, or of every store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    Own,
    Foreign,
    All,
}

pub(crate) const REACHES: [Reach; 3] = [Reach::Own, Reach::Foreign, Reach::All];

/// A permission that is asked about by store.
const ASKED: &str = "jobs.view";

/// Whether it makes a difference on what an operation is asked; where not, it is asked once.
pub(crate) fn applies(operation: &Operation, reach: Reach) -> bool {
    // Groups are the business's and belong to no store.
    let concerns_something = operation.path.contains("{id}") && operation.name != "page.group"
        || matches!(
            operation.name,
            "store.switch"
                | "store.view"
                | "store.update"
                | "store.deactivate"
                | "store.reactivate"
                | "who_can.view"
                | "who_can.export"
                | "user.list"
                | "user.export"
                | "user.invite"
                | "user.view"
                | "user.activity"
                | "user.update"
                | "user.access"
                | "user.check_access"
                | "user.preview_access"
                | "user.set_access"
                | "user.set_last_day"
                | "user.resend_invite"
                | "user.withdraw_invite"
                | "user.deactivate"
                | "user.deactivate_many"
                | "user.reactivate"
                | "user.view_sign_in"
                | "user.change_email"
                | "user.withdraw_email"
                | "user.set_avatar"
                | "user.remove_avatar"
                | "user.send_reset"
                | "user.unlock"
                | "user.reset_two_factor"
                | "user.sign_out"
                | "user.sign_out_many"
                | "session.end"
                | "import.check"
                | "import.apply"
        );
    concerns_something || reach == Reach::Own
}

/// A person of each kind in each reach.
struct Targets {
    working: [UserId; 3],
    invited: [UserId; 3],
    inactive: [UserId; 3],
    locked: [UserId; 3],
    /// Revision of each who works, which an editor's form carries.
    revisions: [i64; 3],
    /// An open session of each who works.
    sessions: [String; 3],
}

/// The world with everybody in it.
pub(crate) struct Cast {
    pub(crate) world: World,
    people: Vec<(Persona, UserId)>,
    targets: Targets,
    /// The business's own group, which has a member.
    counter: GroupId,
}

impl Cast {
    /// Makes the world with everybody in it.
    pub(crate) async fn new() -> Self {
        let world = World::new().await;
        world
            .custom_group("Counter", "customers.view settings.users")
            .await;
        for persona in PERSONAS {
            let (groups, stores): (&[&str], &[&str]) = match persona {
                Persona::Anonymous => continue,
                Persona::BuiltIn(_, group) => (&[group], &["Downtown"]),
                Persona::Custom => (&["Counter"], &["Downtown"]),
                Persona::NoGroup | Persona::Override => (&["Crew"], &["Downtown"]),
                Persona::Half | Persona::Deactivated => (&["Admin"], &["Downtown"]),
                Persona::PerStore => (
                    &["Admin@Downtown", "Crew@Airport"],
                    &["Downtown", "Airport"],
                ),
            };
            let person = world.person(&persona.first_name(), groups, stores).await;
            match persona {
                Persona::NoGroup => world.without_group(person).await,
                Persona::Override => {
                    let overrides = [("settings.users", "allow"), ("customers.view", "deny")];
                    world.overridden(person, &overrides).await;
                }
                Persona::Half => world.enrolled(person).await,
                _ => {}
            }
        }
        for reach in REACHES {
            let stores: &[&str] = match reach {
                Reach::Own => &["Downtown"],
                Reach::Foreign => &["Harbour"],
                Reach::All => &["Downtown", "Airport", "Harbour"],
            };
            let working = world
                .person(&format!("Working{reach:?}"), &["Crew"], stores)
                .await;
            world.enrolled(working).await;
            world
                .invited(&format!("Invited{reach:?}"), &["Crew"], stores)
                .await;
            let inactive = world
                .person(&format!("Inactive{reach:?}"), &["Crew"], stores)
                .await;
            world.deactivate(inactive).await;
            let locked = world
                .person(&format!("Locked{reach:?}"), &["Crew"], stores)
                .await;
            world.lock(locked).await;
        }
        Self::of(world).await
    }

    /// The world that every call gets a copy of.
    pub(crate) async fn template() -> Template {
        Self::new().await.world.into_template().await
    }

    /// A copy of the world.
    pub(crate) async fn copy(template: &Template) -> Self {
        Self::of(World::copy(template).await).await
    }

    async fn of(world: World) -> Self {
        let mut people = Vec::new();
        for persona in PERSONAS
            .into_iter()
            .filter(|persona| *persona != Persona::Anonymous)
        {
            people.push((persona, world.person_named(&persona.first_name()).await));
        }
        let mut kinds = [[UserId::nil(); 3]; 4];
        for (kind, three) in ["Working", "Invited", "Inactive", "Locked"]
            .into_iter()
            .zip(&mut kinds)
        {
            for (reach, slot) in REACHES.into_iter().zip(three) {
                *slot = world.person_named(&format!("{kind}{reach:?}")).await;
            }
        }
        let [working, invited, inactive, locked] = kinds;
        let mut revisions = [0; 3];
        let mut sessions = [String::new(), String::new(), String::new()];
        for (at, person) in working.into_iter().enumerate() {
            revisions[at] = world.revision(person).await;
            sessions[at] = world.session_of(person).await;
        }
        Self {
            counter: world.group_named("Counter").await,
            world,
            people,
            targets: Targets {
                working,
                invited,
                inactive,
                locked,
                revisions,
                sessions,
            },
        }
    }

    /// The persona's browser.
    pub(crate) async fn browser(&self, persona: Persona) -> Browser {
        let person = || self.id(persona);
        match persona {
            Persona::Anonymous => self.world.browser(),
            Persona::Half => self.world.half_signed_in(&person()).await,
            Persona::Deactivated => {
                let browser = self.world.signed_in(&person()).await;
                self.world.deactivate(person()).await;
                browser
            }
            _ => self.world.signed_in(&person()).await,
        }
    }

    fn store(&self, reach: Reach) -> String {
        match reach {
            Reach::Own => self.world.stores[0].to_string(),
            Reach::Foreign => self.world.stores[2].to_string(),
            Reach::All => "all".to_owned(),
        }
    }

    fn stores(&self, reach: Reach) -> Vec<String> {
        match reach {
            Reach::All => self.world.stores.iter().map(ToString::to_string).collect(),
            one => vec![self.store(one)],
        }
    }

    /// The form with a file that is sent to an operation.
    pub(crate) fn sent(&self, operation: &Operation, reach: Reach) -> Vec<u8> {
        let person = self.targets.working[reach as usize].to_string();
        match operation.name {
            "import.check" => multipart("file", "people.csv", Self::file(reach).as_bytes()),
            "profile.set_avatar" => with_fields(&[("fit", "crop")], "me.png", PNG),
            "user.set_avatar" => with_fields(&[("id", &person), ("fit", "crop")], "them.png", PNG),
            unknown => panic!("say what is sent to {unknown}"),
        }
    }

    /// A file of people.
    pub(crate) fn file(reach: Reach) -> String {
        let stores = match reach {
            Reach::Own => "Downtown",
            Reach::Foreign => "Harbour",
            Reach::All => "Downtown;Airport;Harbour",
        };
        format!(
            "first_name,last_name,email,groups,stores\nDana,Reed,dana@shop.example,Crew,{stores}\n"
        )
    }

    /// What an operation on something of one's own needs first: its id, as a field. A dry run that
    /// is made here is the persona's own; who can't make one asks for one that is not there.
    pub(crate) async fn prepared(
        &self,
        browser: &mut Browser,
        operation: &Operation,
        reach: Reach,
    ) -> Option<(String, String)> {
        if !matches!(operation.name, "import.view" | "import.apply") {
            return None;
        }
        let check = Operation::named("import.check").expect("it is an operation");
        let file = Self::file(reach);
        let answer = browser
            .upload(check.path, "people.csv", file.as_bytes())
            .await;
        let run = if answer.status.is_success() {
            let go = answer.done().go.expect("it leads to the dry run");
            let (_, run) = go.split_once("run=").expect("its id");
            run.to_owned()
        } else {
            NOBODY.to_owned()
        };
        Some(("run".to_owned(), run))
    }

    /// The address of a page.
    pub(crate) fn path(&self, operation: &Operation, reach: Reach) -> String {
        let id = match operation.name {
            "page.group" => self.world.crew_group.to_string(),
            "page.user" | "page.user_access" | "page.user_security" | "page.user_activity"
            | "avatar.view" => self.targets.working[reach as usize].to_string(),
            _ => self.store(reach),
        };
        let path = operation
            .path
            .replace("{id}", &id)
            .replace("{version}", "1")
            .replace("{token}", "unknown");
        match operation.name {
            "user.export" if reach != Reach::All => {
                format!("{path}?store={}", self.store(reach))
            }
            "who_can.export" if reach != Reach::All => {
                format!("{path}?permission={ASKED}&store={}", self.store(reach))
            }
            _ => path,
        }
    }

    /// The form of a function about a person, filled in for another person than those whom the
    /// matrix asks about; nothing for a function that is about no person.
    pub(crate) async fn fields_about(
        &self,
        operation: &Operation,
        person: UserId,
    ) -> Option<Vec<(String, String)>> {
        let (own, theirs) = (Reach::Own as usize, &self.targets);
        let kinds = [
            theirs.working,
            theirs.invited,
            theirs.inactive,
            theirs.locked,
        ];
        let asked = kinds.map(|kind| kind[own].to_string());
        let revision = self.world.revision(person).await;
        let mut fields = self.fields(operation, Reach::Own);
        let mut about = false;
        for (name, value) in &mut fields {
            match name.as_str() {
                "id" | "ids[]" | "user" if asked.contains(value) => {
                    about = true;
                    *value = person.to_string();
                }
                "session" => {
                    about = true;
                    *value = self.world.session_of(person).await;
                }
                "revision" => *value = revision.to_string(),
                _ => {}
            }
        }
        about.then_some(fields)
    }

    /// Somebody by what they are.
    pub(crate) fn id(&self, persona: Persona) -> UserId {
        let found = self.people.iter().find(|(one, _)| *one == persona);
        found
            .map(|(_, id)| *id)
            .expect("everybody but the stranger is a person")
    }

    /// The form of a function, filled in as whoever may would fill it in.
    #[expect(
        clippy::too_many_lines,
        reason = "a table of how each operation is called"
    )]
    pub(crate) fn fields(&self, operation: &Operation, reach: Reach) -> Vec<(String, String)> {
        let mut form = Form::default();
        let person = match operation.name {
            "user.resend_invite" | "user.withdraw_invite" => self.targets.invited,
            "user.reactivate" => self.targets.inactive,
            "user.unlock" => self.targets.locked,
            _ => self.targets.working,
        }[reach as usize]
            .to_string();
        let revision = self.targets.revisions[reach as usize].to_string();
        match operation.name {
            // Nobody's own here: somebody else's looks like none.
            "session.end" | "profile.end_session" => {
                form.add("session", &self.targets.sessions[reach as usize])
            }
            "setup.view"
            | "invite.view"
            | "password.view_reset"
            | "email.view_confirm"
            | "email.confirm" => form.add("token", "unknown"),
            "business.create" => form
                .add("token", "unknown")
                .add("start", "mine")
                .add("business", "Another business")
                .add("store", "Leeds")
                .add("first_name", "Eve")
                .add("last_name", "Intruder")
                .add("email", "eve@evil.example")
                .add("password", "correct horse battery staple"),
            "invite.accept" | "password.reset" => form
                .add("token", "unknown")
                .add("password", "correct horse battery staple")
                .add("again", "correct horse battery staple"),
            "session.sign_in" => form
                .add("email", "eve@evil.example")
                .add("password", "wrong"),
            "password.forgot" => form.add("email", "workingown@shop.example"),
            "password.choose" => form
                .add("password", "correct horse battery staple")
                .add("again", "correct horse battery staple"),
            "password.change" => form
                .add("current_password", PASSWORD)
                .add("password", "correct horse battery staple")
                .add("again", "correct horse battery staple"),
            "password.check" => form.add("password", "correct horse battery staple"),
            "session.pass_second_factor" => form.add("code", ""),
            "two_factor.confirm" => form.add("code", "123456"),
            "two_factor.finish" => form.add("saved", "on"),
            "two_factor.renew_codes" | "two_factor.turn_off" => {
                form.add("password", PASSWORD).add("code", "123456")
            }
            "user.reset_two_factor" => form
                .add("id", &person)
                .add("verified", "phone")
                .add("note", "Called them"),
            "profile.update" => form
                .add("revision", "1")
                .add("first_name", "Dana")
                .add("last_name", "Reed")
                .add("display_name", "")
                .add("phone", "")
                .add("theme", "dark")
                .add("default_store", &self.store(reach)),
            "profile.change_email" => form
                .add("email", "another@new.example")
                .add("current_password", PASSWORD),
            "user.change_email" => form.add("id", &person).add("email", "another@new.example"),
            "business.update" => form
                .add("revision", "1")
                .add("name", "Another name")
                .add("time_zone", "Europe/London"),
            "business.update_billing" => form
                .add("revision", "1")
                .add("currency", "EUR")
                .add("tax_rate", "20")
                .add("payment_days", "14")
                .add("legal_name", "")
                .add("legal_address", "")
                .add("company_number", "")
                .add("tax_number", ""),
            "security.update" => form
                .add("revision", "1")
                .add("require", "off")
                .add("single", "on")
                .add("idle", "60")
                .add("absolute", "12"),
            "profile.set_theme" => form.add("theme", "dark"),
            "store.switch" => form.add("store", &self.store(reach)),
            "store.view" | "store.deactivate" | "store.reactivate" => {
                form.add("id", &self.store(reach))
            }
            "store.create" => form.store(),
            "store.update" => form
                .add("id", &self.store(reach))
                .add("revision", "1")
                .store(),
            "group.view" => form.add("id", &self.world.crew_group.to_string()),
            "group.check" | "group.preview" | "group.update" => form
                .add("id", &self.world.crew_group.to_string())
                .add("revision", "1")
                .group(),
            "group.create" => form.group(),
            "group.duplicate" => form
                .add("id", &self.world.crew_group.to_string())
                .add("name", "Copy of Crew"),
            "group.delete" => form
                .add("id", &self.counter.to_string())
                .add("revision", "1")
                .add("to", &self.world.crew_group.to_string()),
            "user.list" if reach != Reach::All => form.add("store", &self.store(reach)),
            "who_can.view" if reach != Reach::All => form
                .add("permission", ASKED)
                .add("store", &self.store(reach)),
            "user.invite" => form
                .add("first_name", "Dana")
                .add("last_name", "Reed")
                .add("email", "dana@shop.example")
                .add("groups[]", &self.world.crew_group.to_string())
                .all("stores[]", &self.stores(reach)),
            "user.update" => form
                .add("id", &person)
                .add("revision", &revision)
                .add("first_name", "Dana")
                .add("last_name", "Reed")
                .add("display_name", "")
                .add("phone", ""),
            "user.check_access" | "user.preview_access" | "user.set_access" => form
                .add("user", &person)
                .add("revision", &revision)
                .add("memberships[]", &self.world.crew_group.to_string())
                .all("stores[]", &self.stores(reach)),
            "user.set_last_day" => form.add("id", &person).add("day", "2099-12-31"),
            "user.view"
            | "user.access"
            | "user.activity"
            | "user.resend_invite"
            | "user.withdraw_invite"
            | "user.deactivate"
            | "user.reactivate"
            | "user.view_sign_in"
            | "user.send_reset"
            | "user.sign_out"
            | "user.remove_avatar"
            | "user.withdraw_email"
            | "user.unlock" => form.add("id", &person),
            "user.deactivate_many" | "user.sign_out_many" => form.add("ids[]", &person),
            "import.view" | "import.apply" => form.add("run", NOBODY),
            "two_factor.view"
            | "two_factor.begin"
            | "profile.two_factor"
            | "profile.sessions"
            | "profile.end_other_sessions"
            | "session.list"
            | "session.end_others"
            | "profile.view"
            | "profile.withdraw_email"
            | "profile.remove_avatar"
            | "business.view"
            | "security.view"
            | "audit.list"
            | "user.list"
            | "session.door"
            | "session.sign_out"
            | "shell.view"
            | "home.view"
            | "customer.list"
            | "quote.list"
            | "job.list"
            | "invoice.list"
            | "inventory.list"
            | "user.new"
            | "group.list"
            | "group.new"
            | "who_can.view"
            | "store.list"
            | "store.new"
            | "password.view"
            | "password.view_choice" => &mut form,
            unknown => panic!("say how {unknown} is called, so that the matrix covers it"),
        };
        form.0
    }
}

/// A form that is being filled in.
#[derive(Default)]
struct Form(Vec<(String, String)>);

impl Form {
    fn add(&mut self, name: &str, value: &str) -> &mut Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    fn all(&mut self, name: &str, values: &[String]) -> &mut Self {
        values
            .iter()
            .fold(self, |form, value| form.add(name, value))
    }

    fn group(&mut self) -> &mut Self {
        self.add("name", "Loaders")
            .add("summary", "Carries things")
            .add("permissions[]", "jobs.view")
    }

    fn store(&mut self) -> &mut Self {
        self.add("name", "Leeds")
            .add("code", "LDS")
            .add("address", "1 Briggate")
            .add("phone", "")
            .add("email", "")
            .add("time_zone", "Europe/London")
    }
}
