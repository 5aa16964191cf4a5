//! A hostile Admin and a hostile store manager, at every door over HTTP (security.md "Permission
//! model"; req. 56): all refused, each written down, nothing changed.

use std::time::Duration;

use access::{Kind, OPERATIONS, Operation, UserId};
use domain::AppError;
use domain::imports::{HEADER, ImportView, LineCode};
use service::testing::PNG;

use crate::browser::{Answer, Browser, with_fields};
use crate::personas::{Cast, Persona};

/// Admin in Downtown.
const ADMIN: Persona = Persona::BuiltIn("admin", "Admin");
/// Admin of Downtown alone, who works at the Airport too.
const MANAGER: Persona = Persona::PerStore;

/// Signed in a minute later than the last time, since refusals of the same minute share an entry.
async fn at_the_door(cast: &Cast, who: Persona) -> Browser {
    cast.world.clock.advance(Duration::from_mins(1));
    cast.browser(who).await
}

/// Tries one door: it stays shut, one entry says so, nothing else is different.
async fn tries(cast: &Cast, who: Persona, what: &str, door: &str, fields: &[(String, String)]) {
    let fields: Vec<_> = fields.iter().map(|(k, v)| (&**k, &**v)).collect();
    let mut browser = at_the_door(cast, who).await;
    let before = Before::of(cast).await;
    let answer = browser.call(door, &fields).await;
    before.nothing_came_of(cast, who, what, &answer).await;
}

struct Before {
    contents: String,
    entries: i64,
}

impl Before {
    async fn of(cast: &Cast) -> Self {
        Self {
            contents: cast.world.contents().await,
            entries: cast.world.audit_count().await,
        }
    }

    async fn nothing_came_of(self, cast: &Cast, who: Persona, what: &str, answer: &Answer) {
        let what = format!("{what} by {}", who.name());
        cast.world.kh.settled().await;
        assert!(answer.status.is_client_error(), "{what}: {}", answer.status);
        let error = answer.error();
        let refused = matches!(
            error,
            AppError::Refused(_) | AppError::Forbidden { .. } | AppError::NotFound
        );
        assert!(refused, "{what}: {error:?}");
        let same = cast.world.contents().await == self.contents;
        assert!(same, "{what} left something behind");
        let entries = cast.world.audit_count().await - self.entries;
        assert_eq!(entries, 1, "{what}: entries");
        assert_eq!(cast.world.last_audit_result().await, "refused", "{what}");
    }
}

fn changes() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().filter(|one| one.kind == Kind::Change)
}

/// What one may do to oneself through the page of a person, like on one's own: names, picture,
/// sessions.
const OWN: [&str; 4] = [
    "user.update",
    "user.set_avatar",
    "user.remove_avatar",
    "session.end",
];

/// Everything that can be done about a person.
async fn all_doors_about(cast: &Cast, who: Persona, person: UserId, whom: &str) -> usize {
    let mut tried = 0;
    let oneself = person == cast.id(who);
    for operation in changes() {
        // One's own sessions are one's own to end, by another door.
        if operation.name == "profile.end_session" || oneself && OWN.contains(&operation.name) {
            continue;
        }
        if let Some(fields) = cast.fields_about(operation, person).await {
            let what = format!("{} about {whom}", operation.name);
            tries(cast, who, &what, operation.path, &fields).await;
            tried += 1;
        }
    }
    if oneself {
        return tried;
    }
    let picture = OPERATIONS.iter().find(|one| one.name == "user.set_avatar");
    let door = picture.expect("it is an operation").path;
    let fields = [("id", &*person.to_string()), ("fit", "crop")];
    let mut browser = at_the_door(cast, who).await;
    let before = Before::of(cast).await;
    let sent = with_fields(&fields, "them.png", PNG);
    let answer = browser.send_form(door, sent).await;
    let what = format!("user.set_avatar about {whom}");
    before.nothing_came_of(cast, who, &what, &answer).await;
    tried + 1
}

#[tokio::test]
async fn r56_a_hostile_admin_and_a_hostile_store_manager_do_nothing_to_the_owner() {
    let cast = Cast::new().await;
    for who in [ADMIN, MANAGER] {
        let tried = all_doors_about(&cast, who, cast.world.owner, "the owner").await;
        assert!(tried >= 16, "{tried} doors");
    }
}

#[tokio::test]
async fn r56_a_hostile_admin_and_a_hostile_store_manager_do_nothing_to_themselves() {
    let cast = Cast::new().await;
    for who in [ADMIN, MANAGER] {
        let tried = all_doors_about(&cast, who, cast.id(who), "themselves").await;
        assert!(tried >= 12, "{tried} doors");
    }
}

#[tokio::test]
async fn r56_a_hostile_admin_and_a_hostile_store_manager_make_nobody_mightier() {
    let cast = Cast::new().await;
    let world = &cast.world;
    let (super_admin, admin) = (
        world.group_named("Super Admin").await.to_string(),
        world.group_named("Admin").await.to_string(),
    );
    let named = |name: &str| Operation::named(name).expect("it is an operation");
    let victim = world.person_named("WorkingOwn").await;
    for who in [ADMIN, MANAGER] {
        // Membership, override, invitation.
        let access = cast.fields_about(named("user.set_access"), victim).await;
        let access = access.expect("it is about a person");
        let with = |name: &str, value: &str| {
            let mut fields = access.clone();
            fields.push((name.to_owned(), value.to_owned()));
            fields
        };
        let door = named("user.set_access").path;
        let given = with("memberships[]", &super_admin);
        tries(&cast, who, "Super Admin for Crew", door, &given).await;
        let foreign = with("stores[]", &world.stores[2].to_string());
        if who == MANAGER {
            tries(&cast, who, "a store that is not hers", door, &foreign).await;
            let given = with("memberships[]", &admin);
            tries(&cast, who, "Admin of everything", door, &given).await;
        }
        let invite = named("user.invite");
        let mut fields = cast.fields(invite, crate::personas::Reach::Own);
        fields.push(("groups[]".to_owned(), super_admin.clone()));
        tries(&cast, who, "inviting a Super Admin", invite.path, &fields).await;
        // The group itself: changed, copied, deleted.
        for name in ["group.update", "group.duplicate", "group.delete"] {
            let operation = named(name);
            let mut fields = cast.fields(operation, crate::personas::Reach::Own);
            for (field, value) in &mut fields {
                if field == "id" {
                    value.clone_from(&super_admin);
                }
            }
            let what = format!("{name} of Super Admin");
            tries(&cast, who, &what, operation.path, &fields).await;
        }
    }
}

#[tokio::test]
async fn r56_a_hostile_admin_and_a_hostile_store_manager_import_nobody_mightier() {
    let cast = Cast::new().await;
    for (who, group) in [
        (ADMIN, "Super Admin"),
        (MANAGER, "Super Admin"),
        (MANAGER, "Admin"),
    ] {
        let what = format!("importing into {group} by {}", who.name());
        let mut browser = at_the_door(&cast, who).await;
        let file = format!("{HEADER}\nMallory,Reed,mallory@shop.example,{group},Downtown\n");
        let checked = browser
            .upload("/api/imports/check", "people.csv", file.as_bytes())
            .await;
        let page = checked.done().go.expect("it leads to the dry run");
        let (_, run) = page.split_once("run=").expect("a dry run has an id");
        let view: ImportView = browser
            .call("/api/imports/view", &[("run", run)])
            .await
            .view();
        let line = &view.run.expect("the dry run is theirs").page.rows[0];
        let beyond = LineCode::Beyond {
            group: group.to_owned(),
        };
        assert!(
            line.problems.iter().any(|problem| problem.what == beyond),
            "{what}: {:?}",
            line.problems
        );
        let before = cast.world.contents().await;
        let answer = browser.call("/api/imports/apply", &[("run", run)]).await;
        assert!(answer.status.is_client_error(), "{what}: {}", answer.status);
        cast.world.kh.settled().await;
        assert!(
            cast.world.contents().await == before,
            "{what} left something"
        );
        let mut owner = cast.world.owner().await;
        let found = owner.get("/settings/users?q=mallory").await.text();
        assert!(!found.contains("mallory@shop.example"), "{what}");
    }
}
