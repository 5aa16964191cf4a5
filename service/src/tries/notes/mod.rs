//! Wrong tries on their way into the audit log (product §8).
//!
//! An entry is a link in a chain, for which everybody else waits who writes one; and a try at an
//! address that nobody has must take as long as any other, the one that locks an account too
//! (req. 11). So the door leaves a note, for each try alike, in the transaction that counts it; and
//! a moment later somebody writes down those that concern an account. Five an account and quarter
//! of an hour: the lock keeps strangers from filling the log.

mod sql;

use access::Grant;
use access::actions::{FailSignIn, LockAccount};
use sqlx::AnyConnection;

use super::Wrong;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::tx::{Change, Object, Tries, Tx};
use crate::visitor::Client;

/// Leaves a note of a wrong try; of nobody's where there is no account, or it takes no tries.
pub(super) async fn note(
    kh: &Keyholder,
    conn: &mut AnyConnection,
    client: &Client,
    wrong: Option<Wrong>,
) -> Result<(), Failure> {
    let id = kh.new_id().to_string();
    sql::insert(conn, &id, wrong, kh.now(), client).await
}

/// Writes the noted tries into the audit log, each once, however many nodes do this at once.
///
/// # Errors
/// When the database does not answer; the rest is written the next time.
pub async fn write_down(kh: &Keyholder) -> Result<(), Failure> {
    sql::forget_nobodys(kh.writer()).await?;
    loop {
        let notes = sql::some(&mut *kh.reader().acquire().await?).await?;
        if notes.is_empty() {
            return Ok(());
        }
        for note in notes {
            match note.wrong.why() {
                Some(why) => lock(kh, why, note).await?,
                None => fail(kh, note).await?,
            }
        }
    }
}

/// Writes down that somebody was wrong.
async fn fail(kh: &Keyholder, note: sql::Note) -> Result<(), Failure> {
    let grant: Grant<FailSignIn> = access::system::grant("wrong_try");
    let mut tx = Tx::stranger(kh, grant, note.client, note.at).await?;
    if sql::take(&mut tx.write::<Tries>(), &note.id).await? {
        let account = Object::user(note.wrong.person, &note.name);
        tx.commit(Change::of(account).refused()).await?;
    }
    Ok(())
}

/// Writes down that the account takes fewer tries since then.
async fn lock(kh: &Keyholder, why: &'static str, note: sql::Note) -> Result<(), Failure> {
    let grant: Grant<LockAccount> = access::system::grant(why);
    let mut tx = Tx::system_at(kh, grant, note.client, note.at).await?;
    if sql::take(&mut tx.write::<Tries>(), &note.id).await? {
        tx.commit(note.wrong.change(&note.name)).await?;
    }
    Ok(())
}
