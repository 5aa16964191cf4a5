use super::*;

const DAY: Instant = Instant(1_795_167_660_000);

fn entry(before: &str, after: &str) -> Entry {
    Entry {
        at: DAY.0,
        actor_id: String::new(),
        actor_name: String::new(),
        action: String::new(),
        result: String::new(),
        object_kind: String::new(),
        object_id: String::new(),
        object_name: String::new(),
        store_id: String::new(),
        before_json: before.to_owned(),
        after_json: after.to_owned(),
        reason: String::new(),
        ip: String::new(),
        device: String::new(),
        session_ref: String::new(),
        request_id: String::new(),
    }
}

/// Each change as `field: before -> after`.
fn told(before: &str, after: &str, names: &Names) -> Vec<String> {
    let say = |value: Option<AuditValue>| match value {
        None => "-".to_owned(),
        Some(AuditValue::Text(text)) => text,
        Some(AuditValue::Flag(flag)) => flag.to_string(),
        Some(AuditValue::At(when)) => when.iso,
    };
    of(&entry(before, after), names, DAY, "UTC")
        .into_iter()
        .map(|change| {
            let field = change.field.join("/");
            format!("{field}: {} -> {}", say(change.before), say(change.after))
        })
        .collect()
}

#[test]
fn only_what_differs_is_told() {
    let none = Names::new();
    assert_eq!(
        told(
            r#"{"first_name":"Dana","last_name":"Tester","phone":""}"#,
            r#"{"first_name":"Dana","last_name":"Scully","phone":"1"}"#,
            &none
        ),
        ["last_name: Tester -> Scully", "phone: - -> 1"]
    );
    assert_eq!(
        told("", r#"{"state":"active","n":3}"#, &none),
        ["n: - -> 3", "state: - -> active"]
    );
    assert_eq!(told("", "", &none), [] as [&str; 0]);
    assert_eq!(told("not JSON", "[]", &none), [] as [&str; 0]);
}

#[test]
fn permissions_are_told_one_by_one_with_the_level_they_come_to() {
    let none = Names::new();
    let changes = told(
        r#"{"permissions":["invoices.view"]}"#,
        r#"{"permissions":["invoices.view","invoices.record_payment"]}"#,
        &none,
    );
    assert_eq!(
        changes,
        [
            "permissions/invoices/level: read -> custom",
            "permissions/invoices.record_payment: - -> true",
        ]
    );
    let listed = told(
        r#"{"permissions":["invoices.view"]}"#,
        r#"{"permissions":[]}"#,
        &none,
    );
    assert_eq!(
        listed,
        [
            "permissions/invoices/level: read -> none",
            "permissions/invoices.view: true -> -",
        ]
    );
}

#[test]
fn ids_are_told_by_name_and_moments_as_moments() {
    let (sales, bath) = (
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "01890a5d-ac96-774b-bcce-b302099a8058",
    );
    let names = Names::from([
        (sales.to_owned(), "Sales".to_owned()),
        (bath.to_owned(), "Bath".to_owned()),
    ]);
    let after = format!(
        r#"{{"groups":["{sales}","{sales}@{bath}"],"store":"{bath}","other":"{}","locked_until":{}}}"#,
        Uuid::nil(),
        DAY.0
    );
    assert_eq!(
        told("", &after, &names),
        [
            "groups: - -> Sales, Sales @ Bath".to_owned(),
            "locked_until: - -> 2026-11-20T09:41:00Z".to_owned(),
            format!("other: - -> {}", Uuid::nil()),
            "store: - -> Bath".to_owned(),
        ]
    );
}
