//! Every visible text, in one place, ready for translation: the pages hold markup and no prose.
//!
//! Labels of fields and buttons are the words of product.md, so that people, screen readers and
//! tests find them.

pub mod access;
pub mod audit;
mod errors;
mod facts;
pub mod home;
pub mod imports;
pub mod label;
mod letters;
pub mod many;
pub mod phrase;
pub mod preview;
pub mod sessions;
mod who_can;

pub use errors::{
    Said, ended, named_problem, no_page, password_rule, problem, refused, rule, strength,
};
pub use facts::{
    date, day_and_time, done_by, mail_kind, mail_state, mail_trouble, module_purpose, reach,
    settings_page, status, stores_line, toast,
};

pub use letters::{lower, upper};
pub use preview::permission;
pub use who_can::{giving, made_by, may_do_where, not_counted, so_many_can};

use domain::Due;
use domain::page::Count;

use crate::wire;

/// Name of the product.
pub const PRODUCT: &str = "Keyholder";
/// Link past the navigation.
pub const SKIP: &str = "Skip to content";
/// The choice of all one's stores in the picker.
pub const ALL_STORES: &str = "All my stores";
/// Said in the place of a date that never was.
pub const NEVER: &str = "Never";

/// Title of the browser's window.
#[must_use]
pub fn window_title(page: &str, trouble: bool) -> String {
    let problem = if trouble { "Problem: " } else { "" };
    format!("{problem}{page} · {PRODUCT}")
}

/// Foot of the doors.
#[must_use]
pub fn staff_only(business: &str) -> String {
    format!("Staff of {business} only. Sign-ins are recorded.")
}

/// A number with its noun.
#[must_use]
pub fn plural(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{} {many}", number(n))
    }
}

/// A whole number with its thousands apart.
#[must_use]
pub fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count that may have stopped early.
#[must_use]
pub fn count(count: Count) -> String {
    format!(
        "{}{}",
        number(count.n as usize),
        if count.more { "+" } else { "" }
    )
}

/// Which rows of a list are shown: *1 to 12 of 29*.
#[must_use]
pub fn rows_shown(first: u32, rows: usize, total: Count) -> String {
    let last = first as usize + rows.saturating_sub(1);
    format!(
        "{} to {} of {}",
        number(first as usize),
        number(last),
        count(total)
    )
}

/// Address of the sign-in page that leads back to a page afterwards.
#[must_use]
pub fn sign_in_path(back: &str) -> String {
    with_next("/sign-in", back)
}

/// Address of the page where what is still due is done; the way on is kept.
#[must_use]
pub fn due_path(due: Due, back: &str) -> String {
    let page = match due {
        Due::SecondFactor => "/sign-in/second-factor",
        Due::Enrolment => "/profile/two-factor",
        Due::Password => "/sign-in/new-password",
    };
    with_next(page, back)
}

/// An address that leads on to a page afterwards.
fn with_next(page: &str, next: &str) -> String {
    let next = if next == "/" { "" } else { next };
    wire::address(page, &[("next", next)])
}

/// Up to two capital letters for a person without a picture.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    upper(&first.into_iter().chain(last).collect::<String>())
}

/// A text of ours within a sentence: *today 09:41*.
#[must_use]
pub fn lower_first(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    text
}

/// First word of a name, for use in a sentence.
#[must_use]
pub fn first_word(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_thousands_apart() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (12_345, "12,345"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(number(n), text);
        }
        assert_eq!(count(Count::capped(10_001)), "10,000+");
        assert_eq!(
            rows_shown(51, 50, Count::capped(10_001)),
            "51 to 100 of 10,000+"
        );
        assert_eq!(rows_shown(1, 1, Count::capped(1)), "1 to 1 of 1");
    }

    #[test]
    fn initials_come_from_the_first_and_the_last_name() {
        for (name, letters) in [
            ("Mei-Ling Chua", "MC"),
            ("Eleanor", "E"),
            ("Ana de la Cruz", "AC"),
            ("øystein ß", "ØSS"),
            ("", ""),
        ] {
            assert_eq!(initials(name), letters);
        }
    }

    #[test]
    fn the_way_back_from_sign_in_is_kept_whole() {
        assert_eq!(sign_in_path("/"), "/sign-in");
        assert_eq!(
            sign_in_path("/settings/users?q=a&b"),
            "/sign-in?next=%2Fsettings%2Fusers%3Fq%3Da%26b"
        );
        assert_eq!(
            due_path(Due::SecondFactor, "/jobs?page=2"),
            "/sign-in/second-factor?next=%2Fjobs%3Fpage%3D2"
        );
        assert_eq!(
            due_path(Due::Enrolment, "/jobs"),
            "/profile/two-factor?next=%2Fjobs"
        );
    }
}
