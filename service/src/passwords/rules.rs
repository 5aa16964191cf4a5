//! What a new password must be (product §5; req. 1–4): long enough, not too long to hash, not
//! common, not made of the names around it. Anything else goes: no character is demanded or
//! forbidden.

use domain::form::{ProblemCode, Problems};
use domain::sign_in::PasswordStrength;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::{common, familiar};

/// Best score of a password that is refused as common or familiar, whatever it looks like to
/// somebody who does not know the names.
const REFUSED_SCORE: u8 = 1;
/// Best score of a password that is only too short.
const SHORT_SCORE: u8 = 2;
/// How many characters are scored; more never lower a score that so many reach.
const SCORED_CHARS: usize = 48;
/// How many kinds of characters that look like letters are read as letters.
const LOOKALIKE_KINDS: usize = 6;

/// What stands against a new password, if anything: the first of its length (`min` characters,
/// [`domain::form::PASSWORD_MIN_ALONE`] or [`domain::form::PASSWORD_MIN`]), the names in
/// `context`, the list of common passwords.
///
/// `context` holds the names of the person, store and business and the email address, as they are
/// written; the product's own name is always looked for. Passwords are judged whole, as NIST
/// SP 800-63B-4 §3.1.1.2 wants it: a name inside a longer password is fine.
#[must_use]
pub fn check(password: &str, min: usize, context: &[&str]) -> Option<ProblemCode> {
    let mut length = Problems::none();
    length.new_password("password", password, min);
    if let Some(problem) = length.0.into_iter().next() {
        return Some(problem.code);
    }
    if characters(password) < min {
        return Some(ProblemCode::PasswordShort { min });
    }
    let folded = fold(password);
    if familiar::is_made_of(&folded, &familiar::words(context)) {
        Some(ProblemCode::PasswordFamiliar)
    } else if common::is_common(&folded) {
        Some(ProblemCode::PasswordCommon)
    } else {
        None
    }
}

/// How many characters a password has in the form in which it is hashed: an accent that is typed on
/// its own makes it no longer.
pub(super) fn characters(password: &str) -> usize {
    password.nfc().count()
}

/// How hard a password is to guess for somebody who knows the `context`, and what stands against
/// it. Takes some milliseconds, a few dozen at most.
#[must_use]
pub(super) fn strength(password: &str, min: usize, context: &[&str]) -> PasswordStrength {
    let words = familiar::words(context);
    let inputs: Vec<&str> = words.iter().map(String::as_str).collect();
    let score = u8::from(zxcvbn::zxcvbn(&scored_part(password), &inputs).score());
    let problem = check(password, min, context);
    let cap = match problem {
        Some(ProblemCode::PasswordCommon | ProblemCode::PasswordFamiliar) => REFUSED_SCORE,
        Some(ProblemCode::PasswordShort { .. }) => SHORT_SCORE,
        _ => score,
    };
    PasswordStrength {
        score: score.min(cap),
        problem,
    }
}

/// What zxcvbn is asked about. It tries every way to read `4@$$` and the like as letters, and every
/// part of the text: seconds for a text made for it, at a door that everybody may knock at. So it
/// gets no more of a text than decides the score, and where more kinds of such characters occur
/// than anyone dresses up a word with, those that are not digits lose that meaning.
fn scored_part(password: &str) -> String {
    const LOOKALIKES: &str = "4@8({[<369!1|70$5+%2";
    let kinds = LOOKALIKES.chars().filter(|&c| password.contains(c)).count();
    let plain = |c: char| {
        if LOOKALIKES.contains(c) && !c.is_ascii_digit() {
            '.'
        } else {
            c
        }
    };
    let part = password.chars().take(SCORED_CHARS);
    if kinds > LOOKALIKE_KINDS {
        part.map(plain).collect()
    } else {
        part.collect()
    }
}

/// The form in which passwords and names are compared: small letters, no accents, one form for
/// letters that only look different (full width, ligatures).
pub(super) fn fold(text: &str) -> String {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::form::{PASSWORD_MIN, PASSWORD_MIN_ALONE};

    const CONTEXT: [&str; 4] = [
        "Marlow & Finch",
        "Heathrow T5",
        "Zoë Okafor-Reid",
        "zoe@marlowfinch.example",
    ];

    fn alone(password: &str) -> Option<ProblemCode> {
        check(password, PASSWORD_MIN_ALONE, &CONTEXT)
    }

    #[test]
    fn r1_the_shortest_password_depends_on_whether_it_stands_alone() {
        let ten = "quartz oak";
        assert_eq!(alone(ten), Some(ProblemCode::PasswordShort { min: 15 }));
        assert_eq!(check(ten, PASSWORD_MIN, &CONTEXT), None);
        assert_eq!(
            alone("quartz oak lam"),
            Some(ProblemCode::PasswordShort { min: 15 })
        );
        assert_eq!(alone("quartz oak lamp"), None);
        assert_eq!(alone(""), Some(ProblemCode::Required));
    }

    #[test]
    fn r1_accents_that_are_typed_on_their_own_make_a_password_no_longer() {
        let apart = "e\u{301}a\u{308}o\u{302}u\u{308}i\u{300}n\u{303}c\u{327}".repeat(2);
        assert_eq!((apart.chars().count(), characters(&apart)), (28, 14));
        let short = ProblemCode::PasswordShort {
            min: PASSWORD_MIN_ALONE,
        };
        assert_eq!(alone(&apart), Some(short));
        assert_eq!(alone(&format!("{apart}y")), None);
    }

    #[test]
    fn r2_sixty_four_emoji_pass_and_1025_bytes_are_refused() {
        let emoji: String = "🔑🦉🌻🧵🪵🍋🪁🧭"
            .chars()
            .cycle()
            .take(63)
            .chain(['🎻'])
            .collect();
        assert_eq!(emoji.chars().count(), 64);
        assert_eq!(alone(&emoji), None);
        let mut long: String = (' '..='~').cycle().take(1_024).collect();
        assert_eq!(alone(&long), None);
        long.push('x');
        assert_eq!(alone(&long), Some(ProblemCode::PasswordLong));
    }

    #[test]
    fn r3_no_kind_of_character_is_demanded() {
        for plain in [
            "plumgravelotter",
            "PLUMGRAVELOTTER",
            "739184620573918",
            "plum gravel otter",
            "пламя гравий выдра",
            "§%&/()=?!*+#-_.",
        ] {
            assert_eq!(alone(plain), None, "{plain}");
        }
    }

    #[test]
    fn r4_common_passwords_are_refused_also_repeated_and_with_digits() {
        for common in [
            "passwordpassword",
            "PasswordPassword",
            "password1234567890",
            "passwordpassword2026",
            "password1password1",
            "iloveyouiloveyou",
            "qwertyuiopqwertyuiop",
            "letmeinletmeinlet",
            "aaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
            "1231231231231231",
            "123456789012345",
            "1234567890987654321",
            "abcdefghijklmnop",
            "qwertyuiopasdfghjkl",
            "lkjhgfdsapoiuytrewq",
            "ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ",
        ] {
            assert_eq!(alone(common), Some(ProblemCode::PasswordCommon), "{common}");
        }
    }

    #[test]
    fn r4_passwords_made_of_the_names_around_are_refused() {
        for familiar in [
            "marlow finch 2026",
            "Marlow & Finch 1!",
            "marlowandfinch2026",
            "MarlowFinchMarlowFinch",
            "marlow-marlow-marlow",
            "2026finch2026marlow",
            "heathrow t5 heathrow",
            "zoe.okafor.reid.1987",
            "ZoëOkaforReidZoë",
            "zoe@marlowfinch.example",
            "keyholder keyholder",
            "Keyholder1234567",
        ] {
            assert_eq!(
                alone(familiar),
                Some(ProblemCode::PasswordFamiliar),
                "{familiar}"
            );
        }
    }

    #[test]
    fn r4_a_name_or_common_word_inside_a_longer_password_is_fine() {
        for fine in [
            "marlow buys seven lamps",
            "password of the old lighthouse",
            "finch gravel otter",
            "correct horse battery staple",
        ] {
            assert_eq!(alone(fine), None, "{fine}");
        }
        assert_eq!(
            check("marlow finch 2026", PASSWORD_MIN_ALONE, &["Hart & Sons"]),
            None
        );
    }

    #[test]
    fn a_refused_password_never_looks_strong() {
        let strength = |password| strength(password, PASSWORD_MIN_ALONE, &CONTEXT);
        let name = strength("Zoë.Okafor*Reid*1987");
        assert_eq!(name.problem, Some(ProblemCode::PasswordFamiliar));
        assert!(name.score <= 1, "{name:?}");
        let short = strength("9#kLm2!vQ+x7");
        assert_eq!(short.problem, Some(ProblemCode::PasswordShort { min: 15 }));
        assert_eq!(short.score, 2);
        let good = strength("plum gravel otter violin");
        assert_eq!(
            good,
            PasswordStrength {
                score: 4,
                problem: None
            }
        );
        assert_eq!(strength("").score, 0);
    }

    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "this is about how long scoring really takes"
    )]
    fn a_password_made_to_keep_the_meter_busy_does_not() {
        let start = std::time::Instant::now();
        for kinds in [
            "4@8({[<369&#!1/|0$5+7%2",
            "({[<1|7!0$+",
            "1|7!0$",
            "({[<1|",
            "4@8!a(e3",
        ] {
            let text: String = kinds.chars().cycle().take(1_024).collect();
            let _ = strength(&text, PASSWORD_MIN_ALONE, &CONTEXT);
        }
        // Without the limits it is ten seconds on the machine where this takes a tenth of one.
        assert!(
            start.elapsed() < std::time::Duration::from_secs(2),
            "{:?}",
            start.elapsed()
        );
    }

    #[test]
    fn whoever_knows_the_names_finds_a_password_easier_to_guess() {
        let knowing = strength("okaforheathrow lamp", PASSWORD_MIN_ALONE, &CONTEXT);
        let stranger = strength("okaforheathrow lamp", PASSWORD_MIN_ALONE, &[]);
        assert!(knowing.score < stranger.score, "{knowing:?} {stranger:?}");
    }
}
