//! Passwords made of the names around them (req. 4; ASVS 6.2.11).

use std::collections::BTreeSet;

use super::rules::fold;

/// The product's own name.
const PRODUCT: &str = "keyholder";

/// Fewest bytes of a word that gives a password away. One letter of most other scripts takes two
/// or three, and says as much as a syllable.
const TELLING: usize = 3;

/// The words that a password must not be made of: each word of the context, and each of its names
/// written together.
pub(super) fn words(context: &[&str]) -> BTreeSet<String> {
    let mut words = BTreeSet::from([PRODUCT.to_owned()]);
    for name in context {
        let name = fold(name);
        let parts = name.split(|c: char| !c.is_alphanumeric());
        words.extend(parts.clone().map(str::to_owned));
        words.insert(parts.collect());
        if name.contains('&') {
            words.insert("and".to_owned());
        }
    }
    // One letter alone (an initial, the s after an apostrophe) would make too much of anything.
    words.retain(|word| word.chars().nth(1).is_some());
    words
}

/// Whether a folded password is nothing but these words, digits, and what stands between them.
pub(super) fn is_made_of(password: &str, words: &BTreeSet<String>) -> bool {
    let text: String = password.chars().filter(|c| c.is_alphanumeric()).collect();
    // At each place: whether the text up to there can be made, and if so, whether of a telling
    // word. `None` is less than `Some(false)` is less than `Some(true)`.
    let mut made = vec![None; text.len() + 1];
    made[0] = Some(false);
    for at in 0..text.len() {
        let Some(told) = made[at] else { continue };
        if text.as_bytes()[at].is_ascii_digit() {
            made[at + 1] = made[at + 1].max(Some(told));
        }
        for word in words
            .iter()
            .filter(|word| text[at..].starts_with(word.as_str()))
        {
            let end = &mut made[at + word.len()];
            *end = (*end).max(Some(told || word.len() >= TELLING));
        }
    }
    made[text.len()] == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(password: &str, context: &[&str]) -> bool {
        is_made_of(&fold(password), &words(context))
    }

    #[test]
    fn r4_words_count_in_any_order_case_and_spelling_of_accents() {
        let context = ["Café Müller", "T5"];
        for password in [
            "muller cafe",
            "MÜLLERcafe",
            "t5müllert5",
            "cafe\u{301}1müller2",
        ] {
            assert!(made(password, &context), "{password}");
        }
        assert!(made("finchs2026", &["Finch's"]));
        assert!(made("田中田中田中", &["田中"]));
    }

    #[test]
    fn short_words_alone_and_digits_alone_say_nothing() {
        assert!(!made("al48201947562839", &["Al Li"]));
        assert!(!made("739184620573918", &["T5"]));
        assert!(!made("$%&/()=?!", &["& !"]));
        assert!(!made("", &[]));
    }

    #[test]
    fn one_word_more_makes_it_another_password() {
        assert!(!made("marlow finch jewels", &["Marlow & Finch"]));
    }
}
