//! What proves the second factor: a code of this moment, or a recovery code. It is compared here,
//! and used up in the transaction that it opens.

use access::{Instant, UserId};

use super::{CONFIRMED, codes, sql, totp, unseal};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::tx::{TwoFactor, Write};

/// What somebody typed.
#[derive(Clone, Copy)]
pub(super) enum Typed<'a> {
    /// Should be a code of the app.
    Code(&'a str),
    /// Should be a recovery code.
    Recovery(&'a str),
}

impl<'a> Typed<'a> {
    /// Either, told apart by how it looks.
    pub(super) fn either(text: &'a str) -> Self {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if totp::is_code(&digits) {
            Self::Code(text)
        } else {
            Self::Recovery(text)
        }
    }
}

/// Something that matched, and is not used up yet.
pub(super) enum Proof {
    /// The code of this time step.
    Step { step: i64, codes_left: u32 },
    /// The recovery code with this hash.
    Code { hash: String, codes_left: u32 },
}

/// What the typed text proves, if anything. While an account takes no tries (`counts` is false),
/// and once the second factor is switched off, nothing is compared, and as much work is done.
pub(super) async fn prove(
    kh: &Keyholder,
    person: UserId,
    typed: Typed<'_>,
    counts: bool,
) -> Result<Option<Proof>, Failure> {
    let factor = {
        let mut conn = kh.reader().acquire().await?;
        sql::factor(&mut conn, person).await?
    };
    let factor = factor.filter(|factor| counts && !factor.off);
    match typed {
        Typed::Code(code) => {
            let Some(factor) = factor else {
                return Ok(None);
            };
            let key = unseal(kh, CONFIRMED, person, &factor.secret_sealed);
            let step = key.and_then(|key| key.step_of(code, kh.now()));
            // One that was used is refused here, and again where it is used up.
            Ok(step.filter(|step| *step > factor.last_step).map(|step| {
                let codes_left = factor.codes_left;
                Proof::Step { step, codes_left }
            }))
        }
        Typed::Recovery(code) => {
            let code = codes::normal(code);
            let (setting, codes_left) = match factor {
                Some(factor) if code.is_some() => (Some(factor.setting), factor.codes_left),
                _ => (None, 0),
            };
            let text = code.as_ref().map_or("", |code| code.as_str());
            let under = setting.clone().unwrap_or_else(|| kh.hasher().setting());
            let hash = kh.hasher().hash_under(&under, text).await?;
            // One that is none of theirs, or was used, is refused here, and again where it is used up.
            let is_theirs =
                sql::has_code(&mut *kh.reader().acquire().await?, person, &hash).await?;
            Ok(setting
                .filter(|_| is_theirs)
                .map(|_| Proof::Code { hash, codes_left }))
        }
    }
}

impl Proof {
    /// Uses it up; `false` when it is not right after all, or was used meanwhile. The person's row
    /// first, as everywhere.
    pub(super) async fn use_up(
        &self,
        write: &mut Write<'_, TwoFactor>,
        person: UserId,
        now: Instant,
    ) -> Result<bool, Failure> {
        if !sql::forgive(write, person).await? {
            return Ok(false);
        }
        match self {
            Self::Step { step, .. } => sql::use_step(write, person, *step).await,
            Self::Code { hash, .. } => sql::use_code(write, person, hash, now).await,
        }
    }

    /// What it is, for the audit log.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Step { .. } => "code",
            Self::Code { .. } => "recovery_code",
        }
    }

    /// How many recovery codes are left once it is used up.
    pub(super) const fn codes_left(&self) -> u32 {
        match self {
            Self::Step { codes_left, .. } => *codes_left,
            Self::Code { codes_left, .. } => codes_left.saturating_sub(1),
        }
    }
}
