//! *Did you mean …?* for a group or store that is not there.

use std::collections::HashMap;

use crate::db::fold::fold;

/// Longest word that is compared, in characters.
const LONGEST: usize = 40;
/// Different words that are compared: whoever gets more wrong than this has another file.
const WORDS: usize = 200;

/// Names that may have been meant.
pub(super) struct Nearly {
    groups: Vec<(String, String)>,
    stores: Vec<(String, String)>,
    known: HashMap<(bool, String), Option<String>>,
}

impl Nearly {
    /// Of these groups and stores.
    pub(super) fn new<'a>(
        groups: impl Iterator<Item = &'a str>,
        stores: impl Iterator<Item = &'a str>,
    ) -> Self {
        let folded = |name: &str| (fold(name), name.to_owned());
        Self {
            groups: groups.map(folded).collect(),
            stores: stores.map(folded).collect(),
            known: HashMap::new(),
        }
    }

    /// The group that was meant.
    pub(super) fn group(&mut self, word: &str) -> Option<String> {
        self.meant(false, word)
    }

    /// The store that was meant.
    pub(super) fn store(&mut self, word: &str) -> Option<String> {
        self.meant(true, word)
    }

    fn meant(&mut self, store: bool, word: &str) -> Option<String> {
        let key = (store, fold(word));
        if let Some(meant) = self.known.get(&key) {
            return meant.clone();
        }
        if self.known.len() >= WORDS || key.1.chars().count() > LONGEST {
            return None;
        }
        let names = if store { &self.stores } else { &self.groups };
        let meant = nearest(&key.1, names);
        self.known.insert(key, meant.clone());
        meant
    }
}

/// The name that is written most alike, if any is.
fn nearest(word: &str, names: &[(String, String)]) -> Option<String> {
    let begins = |name: &str| word.len() >= 3 && name.starts_with(word);
    names
        .iter()
        .filter_map(|(folded, name)| {
            let steps = if begins(folded) {
                0
            } else {
                distance(word, folded)
            };
            // A third of the letters may be wrong.
            (steps * 3 <= word.chars().count()).then_some((steps, name))
        })
        .min_by_key(|(steps, _)| *steps)
        .map(|(_, name)| name.clone())
}

/// How many letters must be put in, left out or changed to make one word of the other
/// (Levenshtein, row by row).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(LONGEST).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut corner = row[0];
        row[0] = at + 1;
        for (place, theirs) in other.iter().enumerate() {
            let changed = corner + usize::from(letter != *theirs);
            corner = row[place + 1];
            row[place + 1] = changed.min(corner + 1).min(row[place] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_counted_that_differ() {
        for (one, other, steps) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("sales", "sales", 0),
            ("sale", "sales", 1),
            ("slaes", "sales", 2),
            ("crew", "admin", 5),
        ] {
            assert_eq!(distance(one, other), steps, "{one} {other}");
        }
    }

    #[test]
    fn what_is_written_nearly_alike_was_meant() {
        let names = ["Sales", "Counter Staff", "Super Admin", "Admin"];
        let mut nearly = Nearly::new(names.into_iter(), ["Bath", "Oxford"].into_iter());
        for (word, meant) in [
            ("Sale", Some("Sales")),
            ("slaes", None),
            ("Counter", Some("Counter Staff")),
            ("counter-staff", Some("Counter Staff")),
            ("Admn", Some("Admin")),
            ("Cashier", None),
            ("", None),
        ] {
            assert_eq!(nearly.group(word).as_deref(), meant, "{word}");
        }
        assert_eq!(nearly.store("Oxfrod").as_deref(), Some("Oxford"));
        assert_eq!(nearly.store("Sales"), None);
        assert_eq!(nearly.group(&"x".repeat(1_000_000)), None);
    }

    #[test]
    fn r63_only_so_many_words_are_compared() {
        let mut nearly = Nearly::new(["Sales"].into_iter(), [].into_iter());
        for n in 0..WORDS {
            nearly.group(&format!("unknown {n}"));
        }
        assert_eq!(nearly.group("Sale"), None);
        assert_eq!(nearly.known.len(), WORDS);
    }
}
