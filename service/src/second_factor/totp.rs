//! Time-based one-time codes (RFC 6238) and the key that they are made from.
//!
//! A code is accepted in its own time step, in the one before and in the one after, as RFC 6238
//! §5.2 allows for the delay of typing and for clocks that differ: from 30 seconds before its step
//! begins to 30 seconds after it ends (req. 31, [ADR 7](../../../docs/adr/0007-two-factor.md)).
//! Each step is accepted once, and only in growing order (req. 32): that is the caller's part.

use access::Instant;
use qrcode::{Color, EcLevel, QrCode};
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

use crate::random::Randomness;

/// Bytes of a key: the 160 bits that RFC 4226 §4 R6 recommends.
const LEN: usize = 20;
/// Seconds of a time step (RFC 6238 §5.2).
const STEP: u64 = 30;
/// Steps before and after the current one that are accepted.
const SKEW: u16 = 1;
/// Digits of a code, as the builder takes them.
const DIGITS: u8 = 6;
/// Longest names in the address that the QR code holds, so that it stays easy to scan.
const ISSUER_MAX: usize = 32;
const ACCOUNT_MAX: usize = 64;

/// A key of a second factor; erased from memory when dropped, never printed.
pub(super) struct Key(Zeroizing<Vec<u8>>);

impl Key {
    /// A new key, which nobody but the server chooses (req. 33).
    pub(super) fn draw(rng: &dyn Randomness) -> Self {
        let mut bytes = Zeroizing::new(vec![0; LEN]);
        rng.fill(&mut bytes);
        Self(bytes)
    }

    /// The key that was sealed.
    pub(super) const fn of(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// What is sealed.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    fn totp(&self) -> Builder {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(DIGITS)
            .with_step_duration(STEP)
            .with_skew(SKEW)
            .with_secret(self.0.to_vec().into_boxed_slice())
    }

    /// The time step whose code this is, if it is one of those that are accepted at this moment.
    pub(super) fn step_of(&self, code: &str, now: Instant) -> Option<i64> {
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        if !is_code(&digits) {
            return None;
        }
        let seconds = u64::try_from(now.0 / 1000).unwrap_or(0);
        let step = build(self.totp())?.check(&digits, seconds)?;
        i64::try_from(step).ok()
    }

    /// The key to type, in groups of four characters of base32.
    pub(super) fn typed(&self) -> String {
        let text = build(self.totp()).map(|totp| totp.secret().to_base32());
        in_fours(&text.unwrap_or_default(), ' ')
    }

    /// The address that authenticator apps read out of the QR code.
    fn address(&self, business: &str, email: &str) -> Option<String> {
        // A colon parts the two names, so neither may hold one.
        let name = |text: &str, max: usize| -> String {
            text.replace(':', " ").trim().chars().take(max).collect()
        };
        let builder = self
            .totp()
            .with_issuer(Some(name(business, ISSUER_MAX)))
            .with_account_name(name(email, ACCOUNT_MAX));
        build(builder)?.to_url().ok()
    }

    /// The QR code: its width in modules, and the dark ones as the data of an SVG path.
    pub(super) fn picture(&self, business: &str, email: &str) -> Option<(u32, String)> {
        let address = Zeroizing::new(self.address(business, email)?);
        let code = QrCode::with_error_correction_level(address.as_bytes(), EcLevel::M).ok()?;
        let width = code.width();
        let path = outline(&code.to_colors(), width);
        Some((u32::try_from(width).ok()?, path))
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

/// A builder of ours is refused only for a key that is too short, which no key of ours is.
fn build(builder: Builder) -> Option<Totp> {
    builder
        .build()
        .inspect_err(|error| tracing::error!(%error, "a key makes no codes"))
        .ok()
}

/// Whether this can be a code of an app at all.
pub(super) fn is_code(text: &str) -> bool {
    text.len() == usize::from(DIGITS) && text.bytes().all(|c| c.is_ascii_digit())
}

/// A text in groups of four characters.
pub(super) fn in_fours(text: &str, between: char) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for (at, c) in text.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            out.push(between);
        }
        out.push(c);
    }
    out
}

/// Runs of dark modules, row by row: `M3 0h2v1h-2z` is two modules wide.
fn outline(modules: &[Color], width: usize) -> String {
    use std::fmt::Write as _;
    let mut path = String::new();
    for (y, row) in modules.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let wide = run.len();
            if run.first() == Some(&Color::Dark) {
                write!(path, "M{x} {y}h{wide}v1h-{wide}z")
                    .expect("writing to a String never fails");
            }
            x += wide;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandomness;

    /// The key of RFC 6238 appendix B, for SHA-1.
    fn rfc() -> Key {
        Key(Zeroizing::new(b"12345678901234567890".to_vec()))
    }

    fn at(seconds: i64) -> Instant {
        Instant(seconds * 1000)
    }

    #[test]
    fn r31_the_codes_are_those_of_rfc_6238_appendix_b() {
        // Its codes have eight digits; ours are their last six.
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let ours = &code[2..];
            assert_eq!(
                rfc().step_of(ours, at(seconds)),
                Some(seconds / 30),
                "{seconds}"
            );
        }
    }

    #[test]
    fn r31_a_code_lives_one_step_before_and_one_after_its_own() {
        let step = 1_234_567_890 / 30;
        let (begins, ends) = (step * 30, step * 30 + 30);
        let accepted = |now: Instant| rfc().step_of("005924", now) == Some(step);
        assert!(!accepted(Instant(begins * 1000 - 30_001)));
        assert!(accepted(Instant(begins * 1000 - 30_000)));
        assert!(accepted(Instant(ends * 1000 + 29_999)));
        assert!(!accepted(Instant(ends * 1000 + 30_000)));
    }

    #[test]
    fn a_code_is_six_digits_with_or_without_spaces() {
        let now = at(1_234_567_890);
        assert!(rfc().step_of(" 005 924 ", now).is_some());
        for wrong in [
            "",
            "05924",
            "0059240",
            "00592a",
            "89005924",
            "-05924",
            "٠٠٥٩٢٤",
            "005925",
        ] {
            assert_eq!(rfc().step_of(wrong, now), None, "{wrong}");
        }
        assert_eq!(rfc().step_of("005924", Instant(-1)), None);
    }

    #[test]
    fn r31_a_key_has_160_bits_and_is_another_each_time() {
        let rng = SeededRandomness::new(1);
        let (one, other) = (Key::draw(&rng), Key::draw(&rng));
        assert_eq!(one.bytes().len() * 8, 160);
        assert_ne!(one.bytes(), other.bytes());
        assert_eq!(format!("{one:?}"), "Key(…)");
    }

    #[test]
    fn the_key_to_type_is_base32_in_fours() {
        assert_eq!(rfc().typed(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }

    #[test]
    fn the_address_names_business_and_person_and_holds_the_key() {
        assert_eq!(
            rfc()
                .address("Marlow & Finch: London", "zoë@shop.example")
                .unwrap(),
            "otpauth://totp/Marlow%20%26%20Finch%20%20London:zo%C3%AB%40shop.example\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Marlow%20%26%20Finch%20%20London"
        );
    }

    #[test]
    fn the_longest_names_still_fit_into_a_picture() {
        let (business, email) = ("🔑".repeat(80), format!("{}@shop.example", "ü".repeat(240)));
        let (size, path) = rfc().picture(&business, &email).unwrap();
        assert!((21..=177).contains(&size), "{size}");
        assert!(path.starts_with("M0 0h7v1h-7z"), "{path}");
    }

    #[test]
    fn the_outline_covers_the_dark_modules() {
        use Color::{Dark, Light};
        let modules = [Dark, Dark, Light, Light, Light, Dark, Dark, Light, Dark];
        assert_eq!(
            outline(&modules, 3),
            "M0 0h2v1h-2zM2 1h1v1h-1zM0 2h1v1h-1zM2 2h1v1h-1z"
        );
    }
}
