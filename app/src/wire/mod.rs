//! How arguments and answers travel: forms in, JSON out.
//!
//! One encoding serves a plain form and a call from the browser alike: `StrictUrl`, which is what
//! a form posts, but refuses what the function did not ask for (req. 54). Answers are JSON; the
//! browser reads it by [`read`] and not by serde, whose code for all our views would be a quarter
//! of what the browser loads.

mod answer;
mod decode;
mod fields;
pub mod read;
mod send;

use serde::Serialize;
use serde::de::DeserializeOwned;
use server_fn::codec::Post;
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};

pub use answer::{Answer, Found};
pub use decode::decode;
pub use fields::{Fields, encode};
pub use send::{Askable, Asking, Question, post};

/// Most bytes that a form may have (req. 63). The longest of ours, a person in many stores, has a
/// tenth of it.
pub const MAX_BYTES: usize = 64 * 1024;

/// Most fields that a form may have (req. 63).
pub const MAX_FIELDS: usize = 1024;

/// The field of every form that says on which page it stands. It is for whoever answers a plain
/// form with a redirect, and no argument of any function.
pub const RETURN: &str = "back";

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
