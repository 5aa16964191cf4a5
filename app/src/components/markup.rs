//! Markup made as text: for parts in which nothing follows a signal and nothing listens.
//!
//! A row of a list is a dozen elements, each of which costs its share to build, to write and to
//! take over again. As one piece of text it costs next to nothing, on the server and in the
//! browser, and is only compared as a whole when the list comes anew. What stands in the code is
//! taken as it is, whatever else goes in is escaped: there is no other way to put it in.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;

/// A piece of markup, made by [`markup!`](crate::markup).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// With room for so many bytes of what stands in the code, and about as much of values: text
    /// that grows from nothing is copied each time that it doubles.
    #[must_use]
    pub fn around(fixed: usize) -> Self {
        Self(String::with_capacity(2 * fixed))
    }

    /// Adds what stands in the code.
    pub fn fixed(&mut self, text: &'static str) {
        self.0.push_str(text);
    }

    /// Adds a value.
    pub fn put(&mut self, value: &(impl Value + ?Sized)) {
        value.write(&mut self.0);
    }

    /// As an element, which is what it must be.
    #[must_use]
    pub fn into_element(self) -> InertElement {
        InertElement::new(self.0)
    }

    /// As text, for what is written without Leptos.
    #[must_use]
    pub fn into_text(self) -> String {
        self.0
    }

    /// As a view; it must be one element.
    #[must_use]
    pub fn view(self) -> AnyView {
        self.into_element().into_any()
    }
}

/// A text as it stands in markup, for what writes it there as it is.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut markup = Markup::default();
    markup.put(text);
    markup.into_text()
}

/// What can be put into markup.
pub trait Value {
    /// Writes it so that it can't end what it stands in.
    fn write(&self, markup: &mut String);
}

impl Value for str {
    fn write(&self, markup: &mut String) {
        let mut rest = self;
        let ends = |byte| matches!(byte, b'&' | b'<' | b'>' | b'"');
        // By bytes, since none of these stands within another character.
        while let Some(at) = rest.bytes().position(ends) {
            markup.push_str(&rest[..at]);
            markup.push_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                _ => "&quot;",
            });
            rest = &rest[at + 1..];
        }
        markup.push_str(rest);
    }
}

impl Value for &str {
    fn write(&self, markup: &mut String) {
        (**self).write(markup);
    }
}

impl Value for String {
    fn write(&self, markup: &mut String) {
        self.as_str().write(markup);
    }
}

impl Value for Markup {
    fn write(&self, markup: &mut String) {
        markup.push_str(&self.0);
    }
}

impl<T: Value> Value for Option<T> {
    fn write(&self, markup: &mut String) {
        if let Some(value) = self {
            value.write(markup);
        }
    }
}

/// Markup out of texts in the code and values in braces: `markup!("<b>" {name} "</b>")`.
#[macro_export]
macro_rules! markup {
    ($($fixed:literal $({ $value:expr })*)*) => {{
        let mut markup = $crate::components::markup::Markup::around(0 $(+ $fixed.len())*);
        $(
            markup.fixed($fixed);
            $(markup.put(&$value);)*
        )*
        markup
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r49_a_value_can_end_neither_its_element_nor_its_attribute() {
        let name = "\"><script>1 && 2</script>Łuk";
        let made = markup!(r#"<b title=""# {name} r#"">"# {name.to_owned()} "</b>");
        let escaped = "&quot;&gt;&lt;script&gt;1 &amp;&amp; 2&lt;/script&gt;Łuk";
        assert_eq!(made.0, format!("<b title=\"{escaped}\">{escaped}</b>"));
    }

    #[test]
    fn markup_goes_into_markup_as_it_is() {
        let inner = markup!("<i>" {"a<b"} "</i>");
        let nothing: Option<Markup> = None;
        let made = markup!("<p>" {inner} {nothing} "</p>");
        assert_eq!(made.0, "<p><i>a&lt;b</i></p>");
    }
}
