//! The table of operations is whole and well spelled, and `docs/permissions.md` is made from it.
//!
//! `UPDATE_DOCS=1 cargo test -p access --test operations` writes that page anew; its difference is
//! reviewed like code, since it says who may do what.

use access::{
    BUILT_IN, BuiltInGroup, Caller, Denied, GroupId, Instant, Kind, Level, Membership, Module,
    Needs, OPERATIONS, Operation, Permission, PermissionSet, Person, Reach, Scope, SessionRef,
    Standing, StoreId, UserId, Uuid, level_of, preset,
};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/permissions.md");

/// Somebody of this group in the one store of the business.
fn member(group: &BuiltInGroup) -> Caller {
    let store = StoreId(Uuid::from_u128(1));
    let person = Person {
        id: UserId(Uuid::from_u128(1)),
        standing: Standing::WORKING,
        memberships: vec![Membership {
            group: GroupId(Uuid::from_u128(1)),
            name: group.name.to_owned(),
            super_admin: group.is_super_admin(),
            permissions: group.permissions,
            reach: Reach::AllTheirStores,
        }],
        overrides: Vec::new(),
        stores: vec![store],
    };
    Caller::new(person, vec![store], SessionRef::nil(), Instant(0))
}

fn catalogue(page: &mut String) {
    let labels = |set: PermissionSet| {
        set.iter()
            .map(|p| format!("`{}`", p.key().rsplit('.').next().unwrap_or_default()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    page.push_str("| module | Read | Write adds | Manage adds |\n|---|---|---|---|\n");
    for module in Module::ALL {
        let adds =
            |level: Level, below: Level| labels(preset(module, level).minus(preset(module, below)));
        writeln!(
            page,
            "| {} | {} | {} | {} |",
            module.label(),
            adds(Level::Read, Level::None),
            adds(Level::Write, Level::Read),
            adds(Level::Manage, Level::Write),
        )
        .expect("a string takes what is written");
    }
    page.push_str("\n| permission | name | in | level | scope | what it lets one do |\n");
    page.push_str("|---|---|---|---|---|---|\n");
    for permission in Permission::ALL {
        writeln!(
            page,
            "| `{permission}` | {} | {} | {} | {} | {} |",
            permission.title(),
            permission
                .module()
                .map_or("Extra permissions", Module::label),
            permission.level().map_or("none", Level::label),
            match permission.scope() {
                Scope::Store => "store",
                Scope::Business => "business",
            },
            permission.help(),
        )
        .expect("a string takes what is written");
    }
}

fn groups(page: &mut String) {
    page.push_str("| group |");
    for module in Module::ALL {
        write!(page, " {} |", module.label()).expect("a string takes what is written");
    }
    page.push_str(" extra permissions | in one line |\n|---|");
    page.push_str(&"---|".repeat(Module::ALL.len() + 2));
    page.push('\n');
    for group in BUILT_IN {
        write!(page, "| {} |", group.name).expect("a string takes what is written");
        for module in Module::ALL {
            let level = level_of(module, group.permissions).label();
            write!(page, " {level} |").expect("a string takes what is written");
        }
        let extra = group.permissions.intersect(PermissionSet::CAPABILITIES);
        let extra: Vec<_> = extra.iter().map(|p| format!("`{p}`")).collect();
        writeln!(page, " {} | {} |", extra.join(", "), group.summary)
            .expect("a string takes what is written");
    }
}

fn needs(needs: Needs) -> String {
    match needs {
        Needs::Anyone => "nothing".to_owned(),
        Needs::Half => "a right password".to_owned(),
        Needs::Staff => "to be signed in".to_owned(),
        Needs::Group => "a group".to_owned(),
        Needs::Permission(permission) => format!("`{permission}`"),
        Needs::AnyOf(any) => any
            .iter()
            .map(|permission| format!("`{permission}`"))
            .collect::<Vec<_>>()
            .join(" or "),
        Needs::System => "to be the system".to_owned(),
    }
}

fn operations(page: &mut String, kinds: &[Kind]) {
    page.push_str("| operation | address | needs |");
    for group in BUILT_IN {
        write!(page, " {} |", group.name).expect("a string takes what is written");
    }
    page.push_str("\n|---|---|---|");
    page.push_str(&":-:|".repeat(BUILT_IN.len()));
    page.push('\n');
    let members = BUILT_IN.each_ref().map(member);
    for operation in OPERATIONS.iter().filter(|it| kinds.contains(&it.kind)) {
        let Operation { name, path, .. } = operation;
        let again = if operation.sensitive {
            ", and the password again"
        } else {
            ""
        };
        write!(
            page,
            "| `{name}` | `{path}` | {}{again} |",
            needs(operation.needs)
        )
        .expect("a string takes what is written");
        for member in &members {
            let may = member.meets(operation.needs).is_ok();
            write!(page, " {} |", if may { "yes" } else { "" })
                .expect("a string takes what is written");
        }
        page.push('\n');
    }
}

fn render() -> String {
    let mut page = String::from(
        "# Permissions\n\n\
         <!-- Generated from access/src by `UPDATE_DOCS=1 cargo test -p access --test operations`. \
         Do not edit. -->\n\n\
         ## Catalogue\n\n\
         A level is a preset over one module's permissions and includes the lower ones; the extra \
         permissions are in no level. A permission of scope *store* holds in a store, one of scope \
         *business* everywhere or nowhere.\n\n",
    );
    catalogue(&mut page);
    page.push_str(
        "\n## Built-in groups\n\n\
         Super Admin is locked and gives everything in all stores, also what later versions add. \
         The others may be edited, and reset to this.\n\n",
    );
    groups(&mut page);
    page.push_str(
        "\n## Operations\n\n\
         What every operation needs, and which built-in group, for all stores, has it. An \
         operation on a person, a record or a store asks more than this of its target: their \
         stores, and that the person holds nothing the caller lacks (`access/src/actions.rs`, \
         `access/src/guards`). Where it says *and the password again*, the caller has signed in or \
         given their password less than 10 minutes ago, or gives it with the form; what asks for \
         the password in its own form each time does not say so.\n\n\
         ### Server functions that read\n\n",
    );
    operations(&mut page, &[Kind::Read]);
    page.push_str("\n### Server functions that change\n\n");
    operations(&mut page, &[Kind::Change, Kind::Upload]);
    page.push_str("\n### Pages and files\n\n");
    operations(&mut page, &[Kind::Page, Kind::File]);
    page
}

#[test]
fn r52_the_page_of_permissions_is_the_table() {
    let fresh = render();
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch of this test, not configuration"
    )]
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    if update {
        std::fs::write(PAGE, &fresh).expect("docs/permissions.md is written");
    }
    let written = std::fs::read_to_string(Path::new(PAGE)).unwrap_or_default();
    assert!(
        written == fresh,
        "docs/permissions.md is not what the table says. See who may do what now, then run \
         UPDATE_DOCS=1 cargo test -p access --test operations"
    );
}

#[test]
fn r52_every_operation_has_its_own_name_and_address() {
    let names: BTreeSet<&str> = OPERATIONS.iter().map(|it| it.name).collect();
    let paths: BTreeSet<&str> = OPERATIONS.iter().map(|it| it.path).collect();
    assert_eq!(names.len(), OPERATIONS.len());
    assert_eq!(paths.len(), OPERATIONS.len());
    for operation in OPERATIONS {
        assert_eq!(Operation::named(operation.name), Some(operation));
        assert_eq!(Operation::at(operation.path), Some(operation));
        assert!(operation.path.starts_with('/'), "{operation:?}");
        let is_function = matches!(operation.kind, Kind::Read | Kind::Change | Kind::Upload);
        assert_eq!(
            operation.path.starts_with("/api/"),
            is_function,
            "{operation:?}"
        );
        assert_ne!(operation.kind, Kind::System, "nobody can ask for it");
        assert_ne!(operation.needs, Needs::System, "{operation:?}");
    }
}

#[test]
fn an_operation_is_spelled_alike_in_the_log_and_in_its_address() {
    // Where there is nothing to tell apart, the address is shorter.
    let shorter = [
        "session.sign_in",
        "session.sign_out",
        "session.door",
        "session.pass_second_factor",
        "shell.view",
        "home.view",
    ];
    for operation in OPERATIONS {
        let is_function = matches!(operation.kind, Kind::Read | Kind::Change | Kind::Upload);
        if !is_function || shorter.contains(&operation.name) {
            continue;
        }
        let (thing, verb) = operation.name.split_once('.').expect("thing.verb");
        let plural = match thing {
            "setup" | "business" | "profile" | "inventory" | "audit" | "who_can" | "two_factor"
            | "security" => thing.replace('_', "-"),
            one => format!("{one}s"),
        };
        let verb = verb.replace('_', "-");
        assert_eq!(operation.path, format!("/api/{plural}/{verb}"));
    }
}

#[test]
fn r52_who_has_nothing_reaches_only_what_asks_for_nothing() {
    let mut nobody = member(&BUILT_IN[0]).person;
    nobody.memberships.clear();
    let all_stores = nobody.stores.clone();
    let nobody = Caller::new(nobody, all_stores, SessionRef::nil(), Instant(0));
    for operation in OPERATIONS {
        let open = matches!(operation.needs, Needs::Anyone | Needs::Half | Needs::Staff);
        let answer = nobody.meets(operation.needs);
        assert_eq!(answer.is_ok(), open, "{operation:?}");
        if let Needs::Permission(permission) = operation.needs {
            assert_eq!(answer, Err(Denied::missing(permission)));
        }
        assert!(
            member(&BUILT_IN[5]).meets(operation.needs).is_ok(),
            "{operation:?}"
        );
    }
}

#[test]
fn r48_only_the_doors_change_anything_without_a_session() {
    let open: Vec<&str> = OPERATIONS
        .iter()
        .filter(|it| matches!(it.kind, Kind::Change | Kind::Upload) && it.needs == Needs::Anyone)
        .map(|it| it.name)
        .collect();
    assert_eq!(
        open,
        [
            "business.create",
            "session.sign_in",
            "invite.accept",
            "password.forgot",
            "password.reset",
            "email.confirm"
        ]
    );
}

#[test]
fn r38_what_is_sensitive_is_exactly_this() {
    let sensitive: Vec<&str> = OPERATIONS
        .iter()
        .filter(|it| it.sensitive)
        .map(|it| it.name)
        .collect();
    assert_eq!(
        sensitive,
        [
            "two_factor.begin",
            "user.change_email",
            "user.set_access",
            "user.reset_two_factor",
            "group.create",
            "group.update",
            "group.duplicate",
            "group.delete",
            "import.apply",
            "security.update",
        ]
    );
    // The password travels in a field of a form that is posted, and a file's form is not looked
    // into before its function reads it.
    for operation in OPERATIONS.iter().filter(|it| it.sensitive) {
        assert_eq!(operation.kind, Kind::Change, "{operation:?}");
        assert_eq!(Operation::sensitive_at(operation.path), Some(operation));
    }
    assert_eq!(Operation::sensitive_at("/api/groups/check"), None);
}
