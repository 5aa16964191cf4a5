//! The chain: whether every entry is as it was written, asked by hand or each night.

use std::time::Duration;

use access::Instant;
use domain::audit::ChainCheck;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

use super::sql;
use crate::crypto::{DerivedKey, Place, Purpose};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::time::{last_time_at, when};

/// Entries read at once. A connection is held for no longer than they take.
const STEP: i64 = 1_000;
/// Rest between two steps of the nightly look, so that it takes no core from those who work.
const REST: Duration = Duration::from_millis(20);
/// Hour of the nightly look, in the business's time zone.
const HOUR: i8 = 3;
/// How long a look may take before another node takes it for abandoned, in milliseconds.
const LONGEST_MS: i64 = 60 * 60_000;

/// What a look at the whole chain found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every entry is as it was written.
    Whole {
        /// How many entries there are.
        entries: i64,
    },
    /// The first entry that is missing, added or changed.
    Broken {
        /// Its number.
        seq: i64,
    },
}

/// Recomputes the chain and compares head and count (product §8).
///
/// # Errors
/// When the database does not answer.
pub async fn verify(kh: &Keyholder) -> Result<Verdict, Failure> {
    look(kh, Duration::ZERO).await
}

async fn look(kh: &Keyholder, rest: Duration) -> Result<Verdict, Failure> {
    let (head_seq, head_mac, beyond) = sql::head(&mut *kh.reader().acquire().await?).await?;
    let keys = Keys::of(kh).await?;
    let mut previous = String::new();
    let mut expected = 1;
    // The first look begins below every number that there can be.
    let mut from = i64::MIN;
    loop {
        let rows = sql::from(&mut *kh.reader().acquire().await?, from, STEP).await?;
        if rows.is_empty() {
            break;
        }
        for (seq, entry, mac) in rows {
            // Entries written while we look lie beyond the head that we started from.
            if seq > head_seq {
                break;
            }
            let recomputed = match keys.of_entry(seq) {
                Some(key) => entry.mac(key, seq, &previous)?,
                None => String::new(),
            };
            if seq != expected || recomputed != mac {
                return Ok(Verdict::Broken {
                    seq: seq.min(expected),
                });
            }
            previous = mac;
            expected += 1;
        }
        if expected > head_seq {
            break;
        }
        from = expected;
        if !rest.is_zero() {
            tokio::time::sleep(rest).await;
        }
    }
    if expected != head_seq + 1 || previous != head_mac {
        Ok(Verdict::Broken { seq: expected })
    } else if beyond != 0 {
        Ok(Verdict::Broken { seq: beyond })
    } else {
        Ok(Verdict::Whole { entries: head_seq })
    }
}

/// The keys that entries are marked with: those before the present one, each up to an entry.
struct Keys<'a> {
    older: Vec<(i64, Option<DerivedKey>)>,
    present: &'a DerivedKey,
}

impl<'a> Keys<'a> {
    async fn of(kh: &'a Keyholder) -> Result<Self, Failure> {
        let sealed = sql::older_keys(&mut *kh.reader().acquire().await?).await?;
        let older = sealed.into_iter().map(|(last, sealed)| {
            let row = last.to_string();
            let place = Place {
                table: "audit_keys",
                column: "key_sealed",
                row: &row,
            };
            let key = kh.crypto().open(Purpose::AUDIT_KEYS, place, &sealed);
            (last, key.ok().and_then(|key| DerivedKey::of(&key)))
        });
        Ok(Self {
            older: older.collect(),
            present: &kh.chain().key,
        })
    }

    /// The key of an entry; nothing when it was tampered with.
    fn of_entry(&self, seq: i64) -> Option<&DerivedKey> {
        match self.older.iter().find(|(last, _)| seq <= *last) {
            Some((_, key)) => key.as_ref(),
            None => Some(self.present),
        }
    }
}

/// What a look found, as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    at: Instant,
    broken: Option<i64>,
}

/// Looks at the whole chain when nobody has since three o'clock in the night, or ever: so also
/// when the server starts after a day of rest. Of several nodes one does it.
///
/// # Errors
/// When the database does not answer; then it is due again in an hour.
pub async fn check_if_due(kh: &Keyholder) -> Result<Option<Verdict>, Failure> {
    let now = kh.now();
    {
        let mut conn = kh.reader().acquire().await?;
        let Some(zone) = sql::time_zone(&mut conn).await? else {
            return Ok(None);
        };
        let last = kept(&mut conn).await?;
        if last.is_some_and(|last| last.at >= last_time_at(HOUR, now, &zone)) {
            return Ok(None);
        }
    }
    if !sql::begin_check(kh.writer(), now, now.plus_millis(-LONGEST_MS)).await? {
        return Ok(None);
    }
    let verdict = look(kh, REST).await?;
    let broken = match verdict {
        Verdict::Whole { .. } => None,
        Verdict::Broken { seq } => Some(seq),
    };
    let found = Kept {
        at: kh.now(),
        broken,
    };
    sql::keep_check(kh.writer(), &serde_json::to_string(&found)?).await?;
    Ok(Some(verdict))
}

async fn kept(conn: &mut AnyConnection) -> Result<Option<Kept>, Failure> {
    let found = sql::last_check(conn).await?;
    Ok(found.and_then(|json| serde_json::from_str(&json).ok()))
}

/// What the last look found, for those who see the log.
pub(super) async fn last(
    conn: &mut AnyConnection,
    now: Instant,
    zone: &str,
) -> Result<Option<ChainCheck>, Failure> {
    Ok(kept(conn).await?.map(|found| ChainCheck {
        when: when(found.at, now, zone),
        broken: found.broken,
    }))
}
