//! How arguments and answers travel: forms in, JSON out.
//!
//! One encoding serves a plain form and a call from the browser alike: `StrictUrl`, which is what
//! a form posts, but refuses what the function did not ask for (req. 54). Answers are JSON; the
//! browser reads it by [`read`] and not by serde, whose code for all our views would be a quarter
//! of what the browser loads.

mod answer;
mod decode;
mod done;
mod fields;
pub mod read;
mod send;

use domain::form::PASSWORD_AGAIN;
use serde::Serialize;
use serde::de::DeserializeOwned;
use server_fn::codec::Post;
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};

pub use answer::{Answer, Found};
pub use decode::decode;
pub use done::Done;
pub use fields::{Fields, address, encode};
pub use send::{Askable, Asking, Question, post, post_any};

/// Most bytes that a form may have (req. 63). The longest of ours, a person in many stores, has a
/// tenth of it.
pub const MAX_BYTES: usize = 64 * 1024;

/// Most fields that a form may have (req. 63).
pub const MAX_FIELDS: usize = 1024;

/// The field of every form that says on which page it stands. It is for whoever answers a plain
/// form with a redirect, and no argument of any function.
pub const RETURN: &str = "back";

/// The button of a question that leads back to what was typed, with the address as its value. It
/// is for whoever answers a plain form, which then asks no function.
pub const KEEP_EDITING: &str = "keep_editing";

/// Fields that are never kept, however short the time (product §12).
const SECRETS: [&str; 7] = [
    "password",
    "again",
    "code",
    "recovery",
    "current_password",
    PASSWORD_AGAIN,
    "token",
];
/// Where a `code` is the short name of a store, and no secret.
const STORES: &str = "/api/stores/";

/// Whether a field of the form that is posted to `path` may be kept for the page that follows: no
/// secret, and nothing that only says where to go.
#[must_use]
pub fn may_keep(path: &str, field: &str) -> bool {
    let is_secret = SECRETS.contains(&field) && !(field == "code" && path.starts_with(STORES));
    !is_secret && field != RETURN && field != KEEP_EDITING
}

/// The encoding behind [`StrictUrl`].
pub struct StrictUrlEncoding;

/// Arguments as a form posts them, nothing left out and nothing more.
pub type StrictUrl = Post<StrictUrlEncoding>;

impl ContentType for StrictUrlEncoding {
    const CONTENT_TYPE: &'static str = "application/x-www-form-urlencoded";
}

impl FormatType for StrictUrlEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for StrictUrlEncoding {
    type Error = serde_json::Error;

    fn encode(args: &T) -> Result<Bytes, Self::Error> {
        encode(args).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for StrictUrlEncoding {
    type Error = decode::Malformed;

    fn decode(body: Bytes) -> Result<T, Self::Error> {
        decode(&body)
    }
}
