//! Arguments to a form's body, and a form's body to its fields.

use std::collections::BTreeMap;

use form_urlencoded::Serializer;
use serde::Serialize;
use serde_json::Value;

/// Writes flat arguments as a form would post them; a list `groups` becomes fields `groups[]`, a
/// map `level` fields `level[…]` with its keys.
///
/// # Errors
/// When the arguments can't be written as JSON, which flat ones always can.
pub fn encode<T: Serialize>(args: &T) -> Result<String, serde_json::Error> {
    Ok(write(serde_json::to_value(args)?))
}

fn write(args: Value) -> String {
    let mut body = Serializer::new(String::new());
    if let Value::Object(fields) = args {
        for (name, value) in fields {
            match value {
                Value::Array(items) => {
                    let name = format!("{name}[]");
                    for item in items {
                        append(&mut body, &name, item);
                    }
                }
                Value::Object(pairs) => {
                    for (key, item) in pairs {
                        append(&mut body, &format!("{name}[{key}]"), item);
                    }
                }
                one => append(&mut body, &name, one),
            }
        }
    }
    body.finish()
}

fn append(body: &mut Serializer<'_, String>, name: &str, value: Value) {
    match value {
        Value::Null => {}
        Value::String(text) => {
            body.append_pair(name, &text);
        }
        other => {
            body.append_pair(name, &other.to_string());
        }
    }
}

/// An address with a query. A value of nothing but spaces is left out, so that an address says
/// nothing that goes without saying.
#[must_use]
pub fn address(place: &str, query: &[(&str, &str)]) -> String {
    let mut said = Serializer::new(String::new());
    for (name, value) in query {
        let value = value.trim();
        if !value.is_empty() {
            said.append_pair(name, value);
        }
    }
    let said = said.finish();
    let mark = if said.is_empty() { "" } else { "?" };
    format!("{place}{mark}{said}")
}

/// What a form holds, field by field in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// Reads a form's body.
    #[must_use]
    pub fn parse(body: &str) -> Self {
        Self(
            form_urlencoded::parse(body.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// Writes a form's body.
    #[must_use]
    pub fn body(fields: &[(&str, &str)]) -> String {
        Serializer::new(String::new()).extend_pairs(fields).finish()
    }

    /// Value of a field; empty when there is none.
    #[must_use]
    pub fn one(&self, name: &str) -> String {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }

    /// Values of a map by key.
    #[must_use]
    pub fn map(&self, name: &str) -> BTreeMap<String, String> {
        let pair = |(field, value): &(String, String)| {
            let key = field
                .strip_prefix(name)?
                .strip_prefix('[')?
                .strip_suffix(']')?;
            Some((key.to_owned(), value.clone()))
        };
        self.0.iter().filter_map(pair).collect()
    }

    /// Values of a list, named without its brackets.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        let key = format!("{name}[]");
        self.0
            .iter()
            .filter(|(k, _)| *k == key)
            .map(|(_, value)| value.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_says_nothing_that_goes_without_saying() {
        let nothing = address("/list", &[("q", ""), ("page", "  ")]);
        assert_eq!(nothing, "/list");
        let something = address(
            "/list",
            &[("q", " so fia&b "), ("page", ""), ("sort", "-name")],
        );
        assert_eq!(something, "/list?q=so+fia%26b&sort=-name");
    }
}
