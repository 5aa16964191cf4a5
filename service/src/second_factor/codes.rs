//! Recovery codes: ten to a set, each good once (product §6; req. 35).
//!
//! A code carries 80 random bits. What is kept of a set are its hashes under one salt, so that a
//! try costs one hash, however many codes there are.

use access::{Instant, UserId};
use domain::second_factor::RECOVERY_CODES;
use zeroize::Zeroizing;

use super::sql;
use super::totp::in_fours;
use crate::crypto::{Place, Purpose};
use crate::failure::Failure;
use crate::hashing::Setting;
use crate::keyholder::Keyholder;
use crate::random::Randomness;
use crate::tx::{TwoFactor, Write};

/// Characters of a code.
const LEN: usize = 16;
/// Base32 (RFC 4648 §6): five bits a character.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// How long fresh codes can be looked at, if nobody puts them away before.
const SHOWN_MS: i64 = 10 * 60_000;
/// Between the codes where they are sealed.
const BETWEEN: &str = "\n";

/// A fresh set: the codes for their owner, and what is kept.
pub(super) struct Set {
    codes: Zeroizing<String>,
    setting: Setting,
    hashes: Vec<String>,
}

impl Set {
    /// Draws a set and hashes it.
    pub(super) async fn draw(kh: &Keyholder) -> Result<Self, Failure> {
        let setting = kh.hasher().setting();
        let mut codes = Zeroizing::new(String::new());
        let mut hashes = Vec::with_capacity(RECOVERY_CODES);
        for _ in 0..RECOVERY_CODES {
            let code = draw(kh.rng());
            hashes.push(kh.hasher().hash_under(&setting, &code).await?);
            if !codes.is_empty() {
                codes.push_str(BETWEEN);
            }
            codes.push_str(&in_fours(&code, '-'));
        }
        Ok(Self {
            codes,
            setting,
            hashes,
        })
    }

    /// Writes the set in the place of an older one, which is void from then on.
    pub(super) async fn write(
        &self,
        kh: &Keyholder,
        write: &mut Write<'_, TwoFactor>,
        person: UserId,
        now: Instant,
    ) -> Result<(), Failure> {
        let row = person.to_string();
        let sealed = kh.crypto().seal(
            Purpose::TWO_FACTOR,
            fresh_place(&row),
            self.codes.as_bytes(),
        );
        let until = shown_until(now);
        sql::replace_codes(write, person, &self.setting, &self.hashes).await?;
        sql::show_codes(write, person, &sealed, until).await
    }
}

/// Until when codes that were drawn now can be looked at.
pub(super) const fn shown_until(now: Instant) -> Instant {
    Instant(now.0 + SHOWN_MS)
}

/// The codes that were sealed to be looked at.
pub(super) fn open(kh: &Keyholder, person: UserId, sealed: &str) -> Vec<String> {
    let row = person.to_string();
    let opened = kh
        .crypto()
        .open(Purpose::TWO_FACTOR, fresh_place(&row), sealed);
    let Ok(opened) = opened else {
        tracing::error!("fresh recovery codes do not open");
        return Vec::new();
    };
    let text = std::str::from_utf8(&opened).unwrap_or_default();
    text.split(BETWEEN).map(str::to_owned).collect()
}

const fn fresh_place(person: &str) -> Place<'_> {
    Place {
        table: "two_factor",
        column: "fresh_codes_sealed",
        row: person,
    }
}

fn draw(rng: &dyn Randomness) -> Zeroizing<String> {
    let mut random = Zeroizing::new([0; LEN]);
    rng.fill(random.as_mut());
    // 32 divides 256, so that each character is as likely as any other.
    let code = random.iter().map(|byte| ALPHABET[usize::from(byte % 32)]);
    Zeroizing::new(code.map(char::from).collect())
}

/// A code as it was hashed, out of how it was typed; `None` for what is none. Digits that the
/// alphabet does not have are read as the letters that they look like.
pub(super) fn normal(typed: &str) -> Option<Zeroizing<String>> {
    let mut code = Zeroizing::new(String::with_capacity(LEN));
    for c in typed.chars().filter(|c| *c != '-' && !c.is_whitespace()) {
        let c = match c.to_ascii_uppercase() {
            '0' => 'O',
            '1' => 'I',
            '8' => 'B',
            other => other,
        };
        if code.len() == LEN || !ALPHABET.contains(&u8::try_from(c).ok()?) {
            return None;
        }
        code.push(c);
    }
    (code.len() == LEN).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandomness;

    #[test]
    fn r35_a_code_has_sixteen_characters_of_five_random_bits() {
        let rng = SeededRandomness::new(3);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            let code = draw(&rng);
            assert_eq!(code.len(), LEN);
            seen.extend(code.bytes());
            assert_eq!(normal(&code), Some(code));
        }
        assert_eq!(seen.len(), 32, "every character occurs");
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = "UJZDEGXDNCF32EPF";
        for typed in [
            code,
            "UJZD-EGXD-NCF3-2EPF",
            " ujzd egxd ncf3 2epf ",
            "ujzd--egxd ncf32epf",
        ] {
            assert_eq!(
                normal(typed).as_deref().map(String::as_str),
                Some(code),
                "{typed}"
            );
        }
        assert_eq!(
            normal("0188 0188 0188 0188").as_deref().map(String::as_str),
            Some("OIBBOIBBOIBBOIBB")
        );
        for wrong in [
            "",
            "UJZD",
            "UJZD-EGXD-NCF3-2EPF-A",
            "UJZD-EGXD-NCF3-2EP9",
            "ÜJZDEGXDNCF32EPF",
            "123456",
        ] {
            assert_eq!(normal(wrong), None, "{wrong}");
        }
    }
}
