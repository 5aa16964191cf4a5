//! A form's body to a function's arguments, refusing everything else.

use std::fmt;

use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::{MAX_BYTES, MAX_FIELDS, RETURN};

/// Why a body is not a form for this function. For tests and for whoever debugs a client; the
/// person is told that the request could not be read, and no more.
#[derive(Debug, PartialEq, Eq)]
pub enum Malformed {
    /// More bytes or fields than any form of ours has.
    TooLarge,
    /// A NUL character, or bytes that are no UTF-8.
    Characters,
    /// A field twice, unknown, missing, or of another type.
    Fields(String),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("too large"),
            Self::Characters => f.write_str("not text"),
            Self::Fields(why) => f.write_str(why),
        }
    }
}

/// Reads a function's arguments from a form's body.
///
/// # Errors
/// When the body is not exactly a form for these arguments.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Malformed> {
    T::deserialize(Form::parse(body)?).map_err(|error| Malformed::Fields(error.to_string()))
}

/// A form, its lists gathered.
struct Form(Vec<(String, Value)>);

enum Value {
    One(String),
    Many(Vec<String>),
    Keyed(Vec<(String, String)>),
}

impl Form {
    fn parse(body: &[u8]) -> Result<Self, Malformed> {
        if body.len() > MAX_BYTES {
            return Err(Malformed::TooLarge);
        }
        let replaced_by_sender = contains_encoded_replacement(body);
        let mut fields: Vec<(String, Value)> = Vec::new();
        for (count, (key, value)) in form_urlencoded::parse(body).enumerate() {
            if count >= MAX_FIELDS {
                return Err(Malformed::TooLarge);
            }
            for text in [&key, &value] {
                if !is_text(text, replaced_by_sender) {
                    return Err(Malformed::Characters);
                }
            }
            if key != RETURN {
                gather(&mut fields, &key, value.into_owned())?;
            }
        }
        Ok(Self(fields))
    }
}

/// The decoder puts U+FFFD where bytes are no UTF-8; only a sender who wrote that very character
/// may have one. NUL is in no text (and PostgreSQL takes none).
fn is_text(text: &str, replaced_by_sender: bool) -> bool {
    !text.contains('\0') && (replaced_by_sender || !text.contains(char::REPLACEMENT_CHARACTER))
}

fn contains_encoded_replacement(body: &[u8]) -> bool {
    let mark = "%EF%BF%BD".as_bytes();
    body.windows(mark.len())
        .any(|window| window.eq_ignore_ascii_case(mark))
        || body
            .windows(3)
            .any(|window| window == "\u{fffd}".as_bytes())
}

/// `groups[]` and `groups[3]` are items of the list `groups`, `level[jobs]` is the value of the map
/// `level` under `jobs`; any other name stands once, and so does each key of a map.
fn gather(fields: &mut Vec<(String, Value)>, key: &str, value: String) -> Result<(), Malformed> {
    let twice = |name: &str| Err(Malformed::Fields(format!("field `{name}` twice")));
    let (name, inside) = match brackets(key) {
        Some((name, inside)) => (name, Some(inside)),
        None => (key, None),
    };
    let known = fields
        .iter_mut()
        .find(|(field, _)| field == name)
        .map(|(_, value)| value);
    let is_item = inside.is_some_and(|inside| inside.bytes().all(|c| c.is_ascii_digit()));
    match (known, inside) {
        (None, inside) => {
            let first = match inside {
                None => Value::One(value),
                Some(_) if is_item => Value::Many(vec![value]),
                Some(inside) => Value::Keyed(vec![(inside.to_owned(), value)]),
            };
            fields.push((name.to_owned(), first));
        }
        (Some(Value::Many(items)), Some(_)) if is_item => items.push(value),
        (Some(Value::Keyed(pairs)), Some(inside)) if !is_item => {
            if pairs.iter().any(|(key, _)| key == inside) {
                return twice(key);
            }
            pairs.push((inside.to_owned(), value));
        }
        _ => return twice(name),
    }
    Ok(())
}

/// The name before a pair of brackets at the end, and what stands in them.
fn brackets(key: &str) -> Option<(&str, &str)> {
    let (name, inside) = key.strip_suffix(']')?.split_once('[')?;
    (!inside.contains(['[', ']'])).then_some((name, inside))
}

impl<'de> Deserializer<'de> for Form {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(MapDeserializer::new(self.0.into_iter()))
    }

    /// A function's arguments are a struct, which names its fields: here unknown ones are noticed.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self
            .0
            .iter()
            .find(|(key, _)| !names.contains(&key.as_str()))
        {
            Some((key, _)) => Err(Error::unknown_field(key, names)),
            None => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl IntoDeserializer<'_, Error> for Value {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl Value {
    fn parse<T: std::str::FromStr>(self) -> Result<T, Error> {
        match self {
            Self::One(text) => text.parse().map_err(|_| Error::custom("not a number")),
            Self::Many(_) | Self::Keyed(_) => Err(Error::custom("a list, not a number")),
        }
    }
}

impl<'de> Deserializer<'de> for Value {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::One(text) => visitor.visit_string(text),
            Self::Many(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Self::Keyed(pairs) => visitor.visit_map(MapDeserializer::new(pairs.into_iter())),
        }
    }

    /// No form has a form inside, in which unknown fields would go unnoticed.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _names: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Error> {
        Err(Error::custom("a form inside a form"))
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i64(self.parse()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u32(self.parse()?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.parse()?)
    }

    /// A field that stands in the form, be it empty.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::super::encode;
    use super::*;

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    struct Args {
        name: String,
        revision: i64,
        #[serde(default)]
        groups: Vec<String>,
        #[serde(default)]
        level: BTreeMap<String, String>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Nothing {}

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Perhaps {
        #[serde(default)]
        recovery: Option<String>,
    }

    #[test]
    fn a_field_left_empty_is_another_thing_than_one_that_is_not_there() {
        let read = |body: &str| decode::<Perhaps>(body.as_bytes()).map(|read| read.recovery);
        assert_eq!(read(""), Ok(None));
        assert_eq!(read("recovery="), Ok(Some(String::new())));
        assert_eq!(read("recovery=x"), Ok(Some("x".into())));
        assert!(read("recovery[]=x").is_err());
    }

    fn args(body: &str) -> Result<Args, Malformed> {
        decode(body.as_bytes())
    }

    #[test]
    fn what_the_browser_writes_reads_back() {
        let written = Args {
            name: "Zoë & Søn = 100%+\u{fffd}".into(),
            revision: -3,
            groups: vec!["a".into(), "b@c".into()],
            level: BTreeMap::from([("jobs".into(), "read".into()), ("a.b".into(), "ü".into())]),
        };
        assert_eq!(args(&encode(&written).unwrap()), Ok(written));
        assert_eq!(
            decode(encode(&Nothing {}).unwrap().as_bytes()),
            Ok(Nothing {})
        );
    }

    #[test]
    fn lists_come_with_empty_or_numbered_brackets_or_not_at_all() {
        for body in [
            "name=x&revision=1&groups%5B%5D=a&groups%5B%5D=b",
            "groups[0]=a&groups[1]=b&name=x&revision=1",
        ] {
            assert_eq!(args(body).unwrap().groups, ["a", "b"]);
        }
        assert!(args("name=x&revision=1").unwrap().groups.is_empty());
    }

    #[test]
    fn maps_come_with_their_keys_in_brackets_or_not_at_all() {
        let read = args("level[jobs]=read&name=x&revision=1&level%5Bcosts.view%5D=on").unwrap();
        let level = [("costs.view", "on"), ("jobs", "read")];
        assert!(read.level.iter().map(|(k, v)| (&**k, &**v)).eq(level));
        assert!(args("name=x&revision=1").unwrap().level.is_empty());
    }

    #[test]
    fn the_return_address_of_a_plain_form_is_not_an_argument() {
        assert!(args("name=x&revision=1&back=%2Fsettings").is_ok());
    }

    #[test]
    fn r54_unknown_fields_are_refused() {
        for body in [
            "name=x&revision=1&is_super=1",
            "name=x&revision=1&user_id=7",
            "name=x&revision=1&groups[a]=x",
            "name=x&revision=1&levels[jobs]=x",
            "name=x&revision=1&level[jobs][x]=x",
            "name=x&revision=1&groups[][]=x",
            "name=x&revision=1&name[first]=y",
            "name=x&revision=1&=y",
        ] {
            assert!(matches!(args(body), Err(Malformed::Fields(_))), "{body}");
        }
        assert!(decode::<Nothing>(b"a=b").is_err());
    }

    #[test]
    fn r63_malformed_bodies_are_refused() {
        for body in [
            "",
            "name=x",
            "revision=1",
            "name=x&name=y&revision=1",
            "name[]=x&revision=1",
            "name=x&revision=one",
            "name=x&revision=9223372036854775808",
            "name=x&revision[]=1",
            "name=x&revision=1&groups=a",
            "name=x&revision=1&groups=a&groups[]=b",
            "name=x&revision=1&level=read",
            "name=x&revision=1&level[]=read",
            "name=x&revision=1&level[jobs]=read&level[jobs]=read",
            "name=x&revision=1&level[jobs]=read&level[]=read",
            "name=x&revision=1&groups[]=a&groups[b]=b",
            "{\"name\":\"x\",\"revision\":1}",
        ] {
            assert!(matches!(args(body), Err(Malformed::Fields(_))), "{body}");
        }
        for body in [
            "name=%00&revision=1",
            "name=%ff&revision=1",
            "na%c3me=x&revision=1",
        ] {
            assert_eq!(args(body), Err(Malformed::Characters), "{body}");
        }
        let huge = format!("name={}&revision=1", "x".repeat(MAX_BYTES));
        assert_eq!(args(&huge), Err(Malformed::TooLarge));
        let many = format!("name=x&revision=1{}", "&groups[]=a".repeat(MAX_FIELDS));
        assert_eq!(args(&many), Err(Malformed::TooLarge));
    }
}
