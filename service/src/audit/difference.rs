//! What an entry changed: the two shapes that it keeps, field by field, with names for ids.
//!
//! Entries keep whatever the change gave them, as JSON: mostly flat objects, with lists and objects
//! in them. Both are spread out into ways to single values and held against each other. A list of
//! permissions becomes one yes or no for each, and a level for each module.

use std::collections::{BTreeMap, BTreeSet};

use access::{Instant, Module, Permission, PermissionSet, level_of};
use domain::audit::{AuditChange, AuditValue};
use serde_json::Value;
use sqlx::AnyConnection;
use uuid::Uuid;

use super::{Entry, names_sql};
use crate::failure::Failure;
use crate::time::when;

/// Ids that one statement looks up.
const AT_ONCE: usize = 200;
/// The field in which a group keeps what it gives.
const PERMISSIONS: &str = "permissions";
/// The part of a module's line that says its level.
const LEVEL: &str = "level";
/// Below this a number is no moment: 1 January 2001, in milliseconds.
const MOMENTS: i64 = 978_307_200_000;

/// Names of people, groups and stores, by id.
pub(super) type Names = BTreeMap<String, String>;

/// The names that these entries need.
pub(super) async fn names(conn: &mut AnyConnection, entries: &[&Entry]) -> Result<Names, Failure> {
    let mut ids = BTreeSet::new();
    for entry in entries {
        for value in shapes(entry).into_iter().flatten() {
            gather(&value, &mut ids);
        }
    }
    let ids: Vec<String> = ids.into_iter().collect();
    let mut names = Names::new();
    for some in ids.chunks(AT_ONCE) {
        names.extend(names_sql::names(conn, some).await?);
    }
    Ok(names)
}

fn shapes(entry: &Entry) -> [Option<Value>; 2] {
    [&entry.before_json, &entry.after_json].map(|json| serde_json::from_str(json).ok())
}

fn gather(value: &Value, ids: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            for word in ids_in(text) {
                ids.insert(word.to_owned());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, ids)),
        Value::Object(fields) => {
            for (name, value) in fields {
                ids.extend(ids_in(name).map(str::to_owned));
                gather(value, ids);
            }
        }
        _ => {}
    }
}

/// A text that is an id, or a group and a store with `@` between (the form of a membership).
fn ids_in(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split('@');
    let all = parts.clone().all(|part| Uuid::try_parse(part).is_ok());
    parts.filter(move |_| all)
}

/// A text with names in the place of ids.
fn named(text: &str, names: &Names) -> String {
    let known: Vec<&str> = ids_in(text)
        .filter_map(|id| names.get(id).map(String::as_str))
        .collect();
    if known.is_empty() {
        text.to_owned()
    } else {
        known.join(" @ ")
    }
}

/// The fields that differ, in the order of their ways.
pub(super) fn of(entry: &Entry, names: &Names, now: Instant, zone: &str) -> Vec<AuditChange> {
    let [before, after] = shapes(entry).map(Option::unwrap_or_default);
    let spread = |value: &Value| {
        let mut leaves = Leaves {
            names,
            now,
            zone,
            found: BTreeMap::new(),
        };
        leaves.spread(&mut Vec::new(), value);
        leaves.found
    };
    let (mut was, mut is) = (spread(&before), spread(&after));
    levels(&before, &after, &mut was, &mut is);
    let fields: BTreeSet<&Vec<String>> = was.keys().chain(is.keys()).collect();
    fields
        .into_iter()
        .filter(|field| was.get(*field) != is.get(*field))
        .map(|field| AuditChange {
            field: field.clone(),
            before: was.get(field).cloned(),
            after: is.get(field).cloned(),
        })
        .collect()
}

struct Leaves<'a> {
    names: &'a Names,
    now: Instant,
    zone: &'a str,
    found: BTreeMap<Vec<String>, AuditValue>,
}

impl Leaves<'_> {
    fn spread(&mut self, way: &mut Vec<String>, value: &Value) {
        match value {
            Value::Null => {}
            Value::Bool(flag) => self.keep(way, AuditValue::Flag(*flag)),
            Value::Number(number) => {
                let value = self.number(way, number);
                self.keep(way, value);
            }
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => {
                let text = named(text, self.names);
                self.keep(way, AuditValue::Text(text));
            }
            Value::Array(items) => self.list(way, items),
            Value::Object(fields) => {
                for (name, value) in fields {
                    way.push(named(name, self.names));
                    self.spread(way, value);
                    way.pop();
                }
            }
        }
    }

    fn keep(&mut self, way: &[String], value: AuditValue) {
        self.found.insert(way.to_vec(), value);
    }

    /// A yes for each permission.
    fn given(&mut self, way: &mut Vec<String>, set: PermissionSet) {
        for permission in set {
            way.push(permission.key().to_owned());
            self.keep(way, AuditValue::Flag(true));
            way.pop();
        }
    }

    /// A list of texts is one text; one of permissions a yes for each.
    fn list(&mut self, way: &mut Vec<String>, items: &[Value]) {
        if let Some(set) = permissions(items) {
            self.given(way, set);
            return;
        }
        let texts = items.iter().filter_map(Value::as_str);
        let texts: Vec<String> = texts.map(|text| named(text, self.names)).collect();
        if !texts.is_empty() {
            self.keep(way, AuditValue::Text(texts.join(", ")));
        }
    }

    /// A number, or the moment that it is.
    fn number(&self, way: &[String], number: &serde_json::Number) -> AuditValue {
        let name = way.last().map_or("", String::as_str);
        let says_when = ["_at", "until", "expires", "created", "seen", "started"]
            .iter()
            .any(|end| name.ends_with(end));
        match number.as_i64() {
            Some(ms) if says_when && ms >= MOMENTS => {
                AuditValue::At(when(Instant(ms), self.now, self.zone))
            }
            _ => AuditValue::Text(number.to_string()),
        }
    }
}

/// The permissions of a list, when it is one of nothing else.
fn permissions(items: &[Value]) -> Option<PermissionSet> {
    let words = items
        .iter()
        .map(|item| Permission::from_key(item.as_str()?));
    words.collect()
}

/// Adds the level of each module whose level is another, where both shapes say what a group gives.
fn levels(
    before: &Value,
    after: &Value,
    was: &mut BTreeMap<Vec<String>, AuditValue>,
    is: &mut BTreeMap<Vec<String>, AuditValue>,
) {
    let set = |shape: &Value| permissions(shape.get(PERMISSIONS)?.as_array()?);
    let (Some(old), Some(new)) = (set(before), set(after)) else {
        return;
    };
    for module in Module::ALL {
        let (from, to) = (level_of(module, old), level_of(module, new));
        if from != to {
            let way = vec![
                PERMISSIONS.to_owned(),
                module.key().to_owned(),
                LEVEL.to_owned(),
            ];
            was.insert(way.clone(), AuditValue::Text(from.key().to_owned()));
            is.insert(way, AuditValue::Text(to.key().to_owned()));
        }
    }
}

#[cfg(test)]
mod tests;
