//! Icons, out of the one sprite that the server has.

use leptos::tachys::html::InertElement;

use super::markup::Markup;
use crate::markup;

/// An icon beside a word, by its Lucide name.
///
/// Made from a string, since so many of them would otherwise be a good part of what the browser
/// loads.
#[must_use]
pub fn icon(name: &'static str) -> InertElement {
    sized("icon", name).into_element()
}

/// An icon in a row that is made as text.
#[must_use]
pub fn icon_in_row(name: &'static str) -> Markup {
    sized("icon", name)
}

/// A larger icon.
#[must_use]
pub fn large_icon(name: &'static str) -> InertElement {
    large_icon_in_row(name).into_element()
}

/// A larger icon in a row that is made as text.
#[must_use]
pub fn large_icon_in_row(name: &'static str) -> Markup {
    sized("icon lg", name)
}

/// A red icon, for what needs somebody.
#[must_use]
pub fn alert_icon(name: &'static str) -> InertElement {
    sized("icon alert", name).into_element()
}

/// An amber icon, for an override.
#[must_use]
pub fn override_icon(name: &'static str) -> InertElement {
    sized("icon override", name).into_element()
}

fn sized(class: &'static str, name: &'static str) -> Markup {
    markup!(
        r#"<svg class=""# {class}
        r#"" aria-hidden="true"><use href="/icons.b3a190dc.svg#i-"# {name} r#""></use></svg>"#
    )
}
