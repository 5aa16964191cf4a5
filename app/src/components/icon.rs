//! Icons, out of the one sprite that the server has.

use leptos::tachys::html::InertElement;

/// An icon beside a word, by its Lucide name.
///
/// Made from a string, since so many of them would otherwise be a good part of what the browser
/// loads.
#[must_use]
pub fn icon(name: &'static str) -> InertElement {
    sized("icon", name)
}

/// A larger icon.
#[must_use]
pub fn large_icon(name: &'static str) -> InertElement {
    sized("icon lg", name)
}

/// A red icon, for what needs somebody.
#[must_use]
pub fn alert_icon(name: &'static str) -> InertElement {
    sized("icon alert", name)
}

/// An amber icon, for an override.
#[must_use]
pub fn override_icon(name: &'static str) -> InertElement {
    sized("icon override", name)
}

fn sized(class: &'static str, name: &'static str) -> InertElement {
    InertElement::new(format!(
        "<svg class=\"{class}\" aria-hidden=\"true\"><use href=\"/icons.svg#i-{name}\"></use></svg>"
    ))
}
