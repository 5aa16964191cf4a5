//! The mark: a keyhole whose lower half is a pair of shoulders.

use leptos::tachys::html::InertElement;

/// The mark, before a name.
#[must_use]
pub fn mark() -> InertElement {
    InertElement::new(concat!(
        "<svg viewBox=\"0 0 32 32\" aria-hidden=\"true\">",
        "<rect class=\"plate\" width=\"32\" height=\"32\" rx=\"9\"></rect>",
        "<path class=\"hole\" d=\"M16 6.5a5.25 5.25 0 0 1 2.6 9.81l2.9 7.3A1.4 1.4 0 0 1 20.2 25.5h-8.4",
        "a1.4 1.4 0 0 1-1.3-1.89l2.9-7.3A5.25 5.25 0 0 1 16 6.5Z\"></path></svg>",
    ))
}
