use access::{Kind, OPERATIONS, PermissionSet, actions};
use domain::when::{Day, When};

use super::*;

fn row(action: &str, outcome: Outcome) -> AuditRow {
    AuditRow {
        seq: 1,
        when: When {
            day: Day::Today,
            time: "09:41".into(),
            iso: String::new(),
        },
        who: "Eleanor Marlow".into(),
        who_id: None,
        action: action.into(),
        outcome,
        object_kind: "user".into(),
        object_id: "1".into(),
        object: "Sofia Lindqvist".into(),
        store: None,
        ip: String::new(),
        reason: String::new(),
    }
}

#[test]
fn every_operation_has_its_words() {
    let all = OPERATIONS.iter().chain(actions::ALL);
    // A page asks for nothing itself; what it shows is asked by functions.
    for operation in all.filter(|one| one.kind != Kind::Page) {
        let words = words(operation.name)
            .unwrap_or_else(|| panic!("say in text/audit.rs what {} is", operation.name));
        assert!(!words.wish.is_empty(), "{}", operation.name);
        let changes = match operation.kind {
            Kind::Change | Kind::Upload => true,
            Kind::System => operation.name != "refusal.record",
            Kind::Read | Kind::Page | Kind::File => false,
        };
        assert_eq!(!words.done.is_empty(), changes, "{}", operation.name);
        assert_eq!(!words.did.is_empty(), changes, "{}", operation.name);
        if changes {
            assert_ne!(group(operation.name), "Other", "{}", operation.name);
        }
    }
    for words in WORDS {
        let known = OPERATIONS
            .iter()
            .chain(actions::ALL)
            .any(|one| one.name == words.name);
        assert!(known, "{} is gone", words.name);
    }
}

#[test]
fn every_refusal_has_its_sentence() {
    let beyond = Rule::BeyondYou {
        permissions: PermissionSet::ALL,
    };
    let rules = [
        "self_change",
        "above_you",
        "needs_super_admin",
        "super_admin_reach",
        "last_super_admin",
        "group_locked",
        "group_built_in",
        "needs_group",
        "two_factor_required",
        "not_their_store",
        "hidden",
        "wrong_password",
    ];
    let codes = rules.iter().map(ToString::to_string).chain([
        Denied::missing(Permission::SettingsAudit).to_string(),
        Denied::from(beyond).to_string(),
    ]);
    for code in codes {
        let refused = AuditRow {
            reason: code.clone(),
            ..row("user.list", Outcome::Refused)
        };
        let said = reason(&refused).expect("a refusal says why");
        assert!(said.ends_with('.') && said.contains(' '), "{code}: {said}");
        assert!(!said.contains(" you"), "{code} speaks to who reads: {said}");
    }
}

#[test]
fn an_entry_is_told_in_a_headline_and_a_sentence() {
    let done = row("user.deactivate", Outcome::Done);
    assert_eq!(
        (what(&done), on_what(&done).as_str()),
        ("Deactivated", "Sofia Lindqvist")
    );
    assert_eq!(
        sentence(&done),
        "Eleanor Marlow deactivated Sofia Lindqvist"
    );
    assert_eq!(on_what_by(&done), "Sofia Lindqvist, by Eleanor Marlow");

    let refused = row("user.deactivate", Outcome::Refused);
    assert_eq!(what(&refused), "Not allowed");
    assert_eq!(on_what(&refused), "Deactivate somebody: Sofia Lindqvist");
    assert_eq!(
        sentence(&refused),
        "Eleanor Marlow was not allowed to deactivate somebody (Sofia Lindqvist)"
    );

    let mistyped = AuditRow {
        reason: "wrong_password".into(),
        ..refused
    };
    assert_eq!(what(&mistyped), "Not accepted");
    assert_eq!(
        sentence(&mistyped),
        "Eleanor Marlow tried to deactivate somebody (Sofia Lindqvist)"
    );

    let failed = AuditRow {
        who: String::new(),
        ..row("session.fail", Outcome::Refused)
    };
    assert_eq!(what(&failed), "Sign-in failed");
    assert_eq!(
        sentence(&failed),
        "Somebody tried to sign in as Sofia Lindqvist"
    );

    let everywhere = AuditRow {
        object: String::new(),
        object_kind: "store".into(),
        ..row("store.switch", Outcome::Done)
    };
    assert_eq!(on_what(&everywhere), "All my stores");

    let unknown = row("shop.burn_down", Outcome::Done);
    assert_eq!(
        sentence(&unknown),
        "Eleanor Marlow did something to Sofia Lindqvist"
    );
}

#[test]
fn fields_and_values_are_told_in_shop_words() {
    let way = |parts: &[&str]| parts.iter().map(ToString::to_string).collect::<Vec<_>>();
    let text = |text: &str| AuditValue::Text(text.into());
    for (parts, name) in [
        (&["last_name"][..], "Last name"),
        (
            &["permissions", "invoices.record_payment"],
            "Invoices, Record payment",
        ),
        (&["permissions", "invoices", "level"], "Invoices, level"),
        (
            &["overrides", "costs.view", "effect"],
            "Overrides, See costs, effect",
        ),
    ] {
        let told = field(&way(parts));
        assert_eq!(told.split(", ").next(), name.split(", ").next());
        assert_eq!(told.rsplit(", ").next(), name.rsplit(", ").next());
    }
    let given = way(&["permissions", "invoices.void"]);
    assert_eq!(value(&given, None), "not given");
    assert_eq!(value(&given, Some(&AuditValue::Flag(true))), "given");
    assert_eq!(
        value(&way(&["sample"]), Some(&AuditValue::Flag(false))),
        "No"
    );
    assert_eq!(value(&way(&["state"]), Some(&text("active"))), "Active");
    assert_eq!(
        value(&way(&["invoices", "level"]), Some(&text("custom"))),
        "Custom"
    );
    assert_eq!(value(&way(&["name"]), Some(&text("active"))), "active");
    assert_eq!(value(&way(&["phone"]), None), "nothing");
}

#[test]
fn two_texts_share_their_beginning_and_end() {
    assert_eq!(
        shared(
            "Serve at the counter, read only",
            "Serve at the counter, take payments"
        ),
        ("Serve at the counter, ", "read only", "take payments", "")
    );
    assert_eq!(shared("a b c", "a x c"), ("a ", "b ", "x ", "c"));
    assert_eq!(shared("", "new"), ("", "", "new", ""));
    assert_eq!(
        shared("Sales", "Sales, Crew"),
        ("", "Sales", "Sales, Crew", "")
    );
    assert_eq!(shared("é é", "é"), ("", "é ", "", "é"));
}

#[test]
fn the_filter_offers_what_can_have_been_done_in_groups() {
    let offered = actions();
    let groups: Vec<&str> = offered.iter().map(|(group, _)| *group).collect();
    assert_eq!(groups[..2], ["Signing in", "People"]);
    let all: Vec<&(String, String)> = offered.iter().flat_map(|(_, options)| options).collect();
    assert!(
        all.iter()
            .any(|(name, words)| name == "user.invite" && words == "Invite sent")
    );
    assert!(
        all.iter()
            .all(|(name, words)| !words.is_empty() && name != "user.list")
    );
}
