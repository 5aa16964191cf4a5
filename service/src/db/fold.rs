//! Folding: the form in which text is sorted, searched and compared, the same on both databases.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents, spaces collapsed: `" Søren  Ångström"` becomes `"søren angstrom"`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text
        .trim()
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        if c.is_whitespace() || c.is_control() {
            if !folded.ends_with(' ') {
                folded.push(' ');
            }
        } else {
            folded.push(c);
        }
    }
    folded
}

/// An address as it is compared: one account, however it is written (req. 13). Composed before
/// lower case, so that a look-alike made of combining marks is the same address. Without control
/// characters, which no address has and PostgreSQL does not take.
#[must_use]
pub fn fold_email(email: &str) -> String {
    let text = email.trim().nfkc().filter(|c| !c.is_control());
    text.flat_map(char::to_lowercase).collect()
}

/// What begins a beginning. No folded text holds it, since it folds to an `a`; and it is a letter,
/// since PostgreSQL's index leaves all else out.
const START: &str = "ª";

/// Text in which something is looked for: three typed characters and more anywhere in it, and one
/// or two only where one of the words begins. The words' first two characters stand at its end,
/// each after two marks, since the indexes know three characters in a row and no less.
#[must_use]
pub fn searchable(text: &str, words: &[&str]) -> String {
    let mut searchable = fold(text);
    for word in words {
        searchable.extend([START, START]);
        searchable.extend(fold(word).chars().take(2));
    }
    searchable
}

/// What stands in [`searchable`] text where folded text was typed that finds it.
#[must_use]
pub fn sought(typed: &str) -> String {
    START.repeat(3_usize.saturating_sub(typed.chars().count())) + typed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_characters_are_found_anywhere_and_fewer_where_a_word_begins() {
        let text = searchable("Ána Löwe a.lowe@x.example", &["Ána", "Löwe", "I"]);
        for typed in ["a", "an", "l", "lo", "i", "ana", "a lo", "owe@x"] {
            assert!(text.contains(&sought(typed)), "{typed}");
        }
        for typed in ["n", "na", "w", "ow", "ex", "lö", "alo", "ia"] {
            assert!(!text.contains(&sought(typed)), "{typed}");
        }
        assert!(!fold(START).contains(START));
    }

    #[test]
    fn folding_forgets_case_accents_and_double_spaces() {
        assert_eq!(fold("  José  ÁLVAREZ "), "jose alvarez");
        assert_eq!(fold("e\u{301}"), fold("É"));
    }

    #[test]
    fn r13_an_address_is_one_account_however_it_is_written() {
        assert_eq!(fold_email(" A@X.example "), fold_email("a@x.example"));
    }
}
