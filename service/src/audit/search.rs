//! What of an entry the free text search finds: names, values, reason, address (product §8).

use std::collections::BTreeSet;

use access::Permission;
use serde_json::Value;
use uuid::Uuid;

use super::Entry;
use crate::db::fold::fold;

/// Fewest characters that are looked for: what both trigram indexes need.
pub(super) const SHORTEST: usize = 3;
/// Most characters that are looked for.
pub(super) const LONGEST: usize = 80;
/// Most characters of an entry that are found. Nothing that one person changes at once has so many.
const FOUND: usize = 4_000;

/// The text of an entry in which the search looks, folded. Each part once, so that of a sign-in,
/// whose actor and object are one, half as much is kept.
pub(super) fn text_of(entry: &Entry) -> String {
    let mut parts = Parts::default();
    for part in [
        &entry.actor_name,
        &entry.object_name,
        &entry.reason,
        &entry.ip,
    ] {
        parts.add(part);
    }
    for json in [&entry.before_json, &entry.after_json] {
        if let Ok(value) = serde_json::from_str::<Value>(json) {
            parts.add_all(&value);
        }
    }
    parts.text.truncate(
        parts
            .text
            .char_indices()
            .nth(FOUND)
            .map_or(parts.text.len(), |(at, _)| at),
    );
    parts.text
}

#[derive(Default)]
struct Parts {
    text: String,
    seen: BTreeSet<String>,
}

impl Parts {
    fn add(&mut self, part: &str) {
        let part = fold(part);
        if part.is_empty() || self.seen.contains(&part) {
            return;
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(&part);
        self.seen.insert(part);
    }

    /// The texts in a value. A permission is found by its name too; an id names nothing that
    /// somebody would type.
    fn add_all(&mut self, value: &Value) {
        match value {
            Value::String(text) if Uuid::try_parse(text).is_ok() => {}
            Value::String(text) => {
                self.add(text);
                for permission in text.split_whitespace().filter_map(Permission::from_key) {
                    self.add(permission.title());
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.add_all(item)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    if let Some(permission) = Permission::from_key(name) {
                        self.add(permission.title());
                    }
                    self.add_all(value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// What was typed, as it is looked for: folded, without what no text has.
pub(super) fn typed(q: &str) -> String {
    let q: String = q.chars().take(LONGEST).collect();
    fold(&q)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(before: &str, after: &str) -> Entry {
        Entry {
            at: 0,
            actor_id: String::new(),
            actor_name: "Zoë Ångström".to_owned(),
            action: "user.update".to_owned(),
            result: "done".to_owned(),
            object_kind: "user".to_owned(),
            object_id: String::new(),
            object_name: "Zoë Ångström".to_owned(),
            store_id: String::new(),
            before_json: before.to_owned(),
            after_json: after.to_owned(),
            reason: String::new(),
            ip: "203.0.113.7".to_owned(),
            device: "Firefox on Linux".to_owned(),
            session_ref: String::new(),
            request_id: "request".to_owned(),
        }
    }

    #[test]
    fn names_and_values_are_found_each_once_and_ids_are_not() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let after = format!(
            r#"{{"phone":"01632 960 199","groups":["Sales","Sales"],"store":"{id}","n":[1,true]}}"#
        );
        assert_eq!(
            text_of(&entry("", &after)),
            "zoe angstrom 203.0.113.7 sales 01632 960 199"
        );
    }

    #[test]
    fn a_permission_is_found_by_its_name_wherever_it_stands() {
        let text = text_of(&entry(
            r#"{"permissions":"invoices.void_payment costs.view"}"#,
            r#"{"overrides":{"jobs.pick":"deny"}}"#,
        ));
        for name in ["void payments", "costs.view", "pick jobs", "deny"] {
            assert!(text.contains(name), "{name}: {text}");
        }
    }

    #[test]
    fn no_entry_fills_the_index_with_its_length() {
        let long = format!(r#"{{"notes":"{}"}}"#, "é".repeat(100_000));
        assert_eq!(text_of(&entry("", &long)).chars().count(), FOUND);
        assert_eq!(typed(&"É".repeat(100)).len(), LONGEST);
    }
}
