//! Passwords that many people have (req. 4; ASVS 6.2.4, 6.2.12).

/// Common passwords, most of them from breaches, in small letters, sorted, one a line; where they
/// come from is told in `README.md` beside the file.
const LIST: &str = include_str!("common.txt");

/// Runs along the alphabet and the keyboard, of which lists hold only some lengths.
const RUNS: [&str; 7] = [
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
];

/// Fewest letters of a run that says something.
const RUN_MIN: usize = 4;

/// Longest piece that is common for its shortness alone when a password only repeats it.
const TINY: usize = 3;

/// Whether a folded password is common as it is, repeated (the last time perhaps in part), with
/// digits appended, or both, in either order.
pub(super) fn is_common(password: &str) -> bool {
    let stem = password.trim_end_matches(|c: char| c.is_ascii_digit());
    [password, stem].into_iter().any(|text| {
        let text = text.as_bytes();
        is_known(text) || pieces(text).any(|piece| piece.len() <= TINY || is_known(piece))
    })
}

/// The pieces of which a text is a repetition.
fn pieces(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    (1..text.len())
        .filter(|&length| text[length..] == text[..text.len() - length])
        .map(|length| &text[..length])
}

/// Whether a text is a known password, perhaps with digits appended; a password of digits alone
/// must be known as it is, since every number begins with a listed one.
fn is_known(text: &[u8]) -> bool {
    let digits = text
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let stem = if digits == text.len() {
        digits
    } else {
        text.len() - digits
    };
    (stem..=text.len()).any(|end| is_listed(&text[..end])) || is_run(&text[..stem])
}

/// Binary search in the list as it lies in the program: no table is built from it.
fn is_listed(text: &[u8]) -> bool {
    let list = LIST.as_bytes();
    let (mut from, mut to) = (0, list.len());
    while from < to {
        let middle = usize::midpoint(from, to);
        let start = list[from..middle]
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(from, |at| from + at + 1);
        let end = list[middle..]
            .iter()
            .position(|&b| b == b'\n')
            .map_or(list.len(), |at| middle + at);
        match text.cmp(&list[start..end]) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => to = start,
            std::cmp::Ordering::Greater => from = end + 1,
        }
    }
    false
}

/// Whether a text goes along one of the runs, forth or back.
fn is_run(text: &[u8]) -> bool {
    let within = |run: &[u8]| run.windows(text.len()).any(|part| part == text);
    text.len() >= RUN_MIN
        && RUNS.iter().any(|run| {
            let back: Vec<u8> = run.bytes().rev().collect();
            within(run.as_bytes()) || within(&back)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_in_small_letters_and_without_doubles() {
        let lines: Vec<&str> = LIST.lines().collect();
        assert!(lines.is_sorted_by(|one, next| one < next));
        let proper = |line: &&str| {
            line.len() >= 4
                && line
                    .bytes()
                    .all(|b| b.is_ascii_graphic() && !b.is_ascii_uppercase())
        };
        assert!(lines.iter().all(proper));
        assert!(LIST.ends_with('\n'));
    }

    #[test]
    fn r4_every_listed_password_is_found_and_its_neighbours_are_not() {
        for line in LIST.lines() {
            assert!(is_listed(line.as_bytes()), "{line}");
        }
        for absent in [
            "",
            "\n",
            "!",
            "~~~~~~~~~",
            "passwor\nd",
            "keyholder",
            "plumgravelotter",
        ] {
            assert!(!is_listed(absent.as_bytes()), "{absent:?}");
        }
    }

    #[test]
    fn r4_far_more_than_3000_common_passwords_of_allowed_length_are_refused() {
        let long_enough = |min| LIST.lines().filter(move |line| line.len() >= min).count();
        assert!(long_enough(10) > 2_700);
        // Few people choose 15 characters, and those who must, stretch what they have.
        for base in LIST.lines() {
            let repeated = base.repeat(15_usize.div_ceil(base.len()).max(2));
            let numbered = format!("{base}{}", &"2026202620262026"[base.len().min(15)..]);
            assert!(is_common(&repeated), "{repeated}");
            assert!(
                is_common(&numbered) || base.bytes().all(|b| b.is_ascii_digit()),
                "{numbered}"
            );
        }
    }

    #[test]
    fn digits_alone_are_common_only_when_listed_or_repeated() {
        assert!(!is_common("739184620573918"));
        assert!(is_common("123412341234123"));
        assert!(is_common("739739739739739"));
    }
}
