//! A person: their picture, or initials on a tone of their own.

use access::UserId;
use domain::avatars::address;
use leptos::prelude::*;

use super::markup::Markup;
use crate::{markup, text};

/// How many tones the style sheet has.
const TONES: usize = 6;

/// A person in a list or a line.
#[must_use]
pub fn avatar(name: &str) -> AnyView {
    avatar_in_row(name).view()
}

/// The same within a row that is written as text.
#[must_use]
pub fn avatar_in_row(name: &str) -> Markup {
    sized("avatar", name)
}

/// How large a person's picture shows.
#[derive(Clone, Copy, Debug)]
pub enum Size {
    /// In a list or a line.
    Small,
    /// At the head of a menu.
    Medium,
    /// At the head of a page.
    Large,
}

/// A person's picture of a version; the initials where that is 0.
#[must_use]
pub fn picture(size: Size, id: UserId, version: i64, name: &str) -> Markup {
    let (class, pixels) = match size {
        Size::Small => ("avatar", "28"),
        Size::Medium => ("avatar md", "36"),
        Size::Large => ("avatar lg", "48"),
    };
    if version == 0 {
        return sized(class, name);
    }
    markup!(
        r#"<img class=""# {class} r#"" src=""# {address(id, version)} r#"" width=""# {pixels}
        r#"" height=""# {pixels} r#"" alt="" loading="lazy">"#
    )
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
