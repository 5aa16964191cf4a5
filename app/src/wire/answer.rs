//! What a server function answered, on its way from the server's rendering to the browser's.

use std::fmt;
use std::str::FromStr;
#[cfg(feature = "ssr")]
use std::{any::Any, sync::Arc};

use domain::AppError;

use super::read::{self, Read};

/// What was found: the view itself on the server, its JSON in both places.
#[derive(Clone)]
pub struct Found {
    json: String,
    #[cfg(feature = "ssr")]
    view: Arc<dyn Any + Send + Sync>,
}

impl Found {
    /// A view, on the server.
    #[cfg(feature = "ssr")]
    pub(super) fn new<T: serde::Serialize + Send + Sync + 'static>(
        view: T,
    ) -> Result<Self, AppError> {
        let json = serde_json::to_string(&view);
        let json = json.map_err(|_| AppError::Internal {
            incident: String::new(),
        })?;
        Ok(Self {
            json,
            view: Arc::new(view),
        })
    }

    /// A view's JSON, in the browser.
    #[cfg(not(feature = "ssr"))]
    pub(super) fn new(json: String) -> Self {
        Self { json }
    }

    /// Nothing, where nothing was asked.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            json: "null".to_owned(),
            #[cfg(feature = "ssr")]
            view: Arc::new(()),
        }
    }

    /// The view, if it is one of this type.
    #[must_use]
    pub fn view<T: Read + Clone + 'static>(&self) -> Option<T> {
        #[cfg(feature = "ssr")]
        return self.view.downcast_ref::<T>().cloned();
        #[cfg(not(feature = "ssr"))]
        read::from_text(&self.json)
    }
}

impl PartialEq for Found {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

/// What a server function answered. As text it is `+` and the view, or `-` and the error, with
/// the JSON [`turned`].
#[derive(Clone, PartialEq)]
pub struct Answer(pub Result<Found, AppError>);

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(found) => write!(f, "+{}", turned(&found.json)),
            Err(error) => {
                let json = serde_json::to_string(error).map_err(|_| fmt::Error)?;
                write!(f, "-{}", turned(&json))
            }
        }
    }
}

impl FromStr for Answer {
    type Err = AppError;

    /// Only the browser reads what the server wrote; on the server this would lose the view.
    fn from_str(text: &str) -> Result<Self, AppError> {
        #[cfg(not(feature = "ssr"))]
        if let Some(json) = text.strip_prefix('+') {
            return Ok(Self(Ok(Found::new(turned(json)))));
        }
        let error = text.strip_prefix('-').map(turned);
        error
            .and_then(|json| read::from_text(&json))
            .map(|error| Self(Err(error)))
            .ok_or(AppError::BadRequest)
    }
}

/// JSON with quotes and tildes in each other's place; the same again turns it back. Within a page
/// an answer stands in a string of a script, where each quote would be escaped: that took the
/// server longer than making the JSON, and the page was longer by all the backslashes.
fn turned(json: &str) -> String {
    let turn = |byte| match byte {
        b'"' => b'~',
        b'~' => b'"',
        other => other,
    };
    let bytes = json.bytes().map(turn).collect();
    String::from_utf8(bytes).expect("one ASCII letter in the place of another keeps UTF-8 whole")
}

#[cfg(test)]
mod tests {
    use super::turned;

    #[test]
    fn turned_twice_is_as_it_was_and_once_has_no_quotes() {
        let json = r#"{"name":"Zoë ~ \"Z\"","n":1}"#;
        assert_eq!(turned(json), r#"{~name~:~Zoë " \~Z\~~,~n~:1}"#);
        assert_eq!(turned(&turned(json)), json);
    }
}
