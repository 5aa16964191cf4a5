//! A person without a picture: initials on a tone of their own.

use leptos::prelude::*;

use super::markup::Markup;
use crate::{markup, text};

/// How many tones the style sheet has.
const TONES: usize = 6;

/// A person in a list or a line.
#[must_use]
pub fn avatar(name: &str) -> AnyView {
    sized("avatar", name).view()
}

/// A person in a row that is made as text.
#[must_use]
pub fn avatar_in_row(name: &str) -> Markup {
    sized("avatar", name)
}

/// A person at the head of a menu.
#[must_use]
pub fn medium_avatar(name: &str) -> AnyView {
    sized("avatar md", name).view()
}

/// A person at the head of their page.
#[must_use]
pub fn large_avatar(name: &str) -> AnyView {
    sized("avatar lg", name).view()
}

fn sized(class: &'static str, name: &str) -> Markup {
    markup!(
        r#"<span class=""# {class} r#"" data-tone=""# {tone(name).to_string()} r#"" aria-hidden="true">"#
        {text::initials(name)} "</span>"
    )
}

/// The same name always has the same tone, from 1.
fn tone(name: &str) -> usize {
    name.bytes()
        .fold(7_usize, |sum, byte| (sum * 31 + usize::from(byte)) % 9973)
        % TONES
        + 1
}

#[cfg(test)]
mod tests {
    use super::{TONES, tone};

    #[test]
    fn every_name_has_one_of_the_tones_and_names_have_several() {
        let names = [
            "",
            "Eleanor Marlow",
            "Theo Finch",
            "Zoë",
            "Dana Whitfield",
            "Priya Raman",
        ];
        let tones: Vec<usize> = names.into_iter().map(tone).collect();
        assert!(
            tones.iter().all(|tone| (1..=TONES).contains(tone)),
            "{tones:?}"
        );
        assert!(tones.iter().any(|tone| *tone != tones[0]), "{tones:?}");
    }
}
