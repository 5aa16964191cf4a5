//! Reading answers in the browser, out of what its own `JSON.parse` made of them.
//!
//! The server writes with serde; a test holds both together for every type. A new view needs its
//! line in [`views`], else the page that shows it does not compile.

mod views;

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::JsValue;

/// A value out of parsed JSON.
pub trait Json: Sized {
    /// A member of an object.
    fn member(&self, name: &str) -> Option<Self>;
    /// The items of a list.
    fn items(&self) -> Option<Vec<Self>>;
    /// A text.
    fn text(&self) -> Option<String>;
    /// A number.
    fn number(&self) -> Option<f64>;
    /// A truth value.
    fn truth(&self) -> Option<bool>;
    /// Nothing.
    fn is_null(&self) -> bool;
}

impl Json for JsValue {
    fn member(&self, name: &str) -> Option<Self> {
        if !self.is_object() {
            return None;
        }
        Reflect::get(self, &Self::from_str(name))
            .ok()
            .filter(|member| !member.is_undefined())
    }

    fn items(&self) -> Option<Vec<Self>> {
        Array::is_array(self).then(|| Array::from(self).iter().collect())
    }

    fn text(&self) -> Option<String> {
        self.as_string()
    }

    fn number(&self) -> Option<f64> {
        self.as_f64()
    }

    fn truth(&self) -> Option<bool> {
        self.as_bool()
    }

    fn is_null(&self) -> bool {
        Self::is_null(self)
    }
}

/// Something that can be read out of JSON.
pub trait Read: Sized {
    /// Reads it, if it is there.
    fn read<J: Json>(json: &J) -> Option<Self>;
}

/// Reads a whole answer, in the browser.
#[must_use]
pub fn from_text<T: Read>(text: &str) -> Option<T> {
    T::read(&JSON::parse(text).ok()?)
}

/// Reads a member of an object.
fn member<T: Read, J: Json>(json: &J, name: &str) -> Option<T> {
    T::read(&json.member(name)?)
}

impl Read for String {
    fn read<J: Json>(json: &J) -> Option<Self> {
        json.text()
    }
}

impl Read for bool {
    fn read<J: Json>(json: &J) -> Option<Self> {
        json.truth()
    }
}

impl Read for () {
    fn read<J: Json>(json: &J) -> Option<Self> {
        json.is_null().then_some(())
    }
}

/// Whole numbers; JSON's are exact up to 2^53, which no count or revision of ours reaches.
macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Read for $number {
            fn read<J: Json>(json: &J) -> Option<Self> {
                Self::try_from(whole(json.number()?)?).ok()
            }
        }
    )+};
}

numbers!(u8, i8, i16, u32, i64, usize);

/// A number without a fraction.
fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "what is below 2^53 and whole fits"
    )]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

impl<T: Read> Read for Option<T> {
    fn read<J: Json>(json: &J) -> Option<Self> {
        if json.is_null() {
            Some(None)
        } else {
            T::read(json).map(Some)
        }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read<J: Json>(json: &J) -> Option<Self> {
        json.items()?.iter().map(T::read).collect()
    }
}

impl<A: Read, B: Read> Read for (A, B) {
    fn read<J: Json>(json: &J) -> Option<Self> {
        let items = json.items()?;
        Some((A::read(items.first()?)?, B::read(items.get(1)?)?))
    }
}
