//! Wrong tries on their way into the audit log (product §8).
//!
//! An entry is a link in a chain, for which everybody else waits who writes one; and a try at an
//! address that nobody has must take as long as any other (req. 11). So the door leaves a note, for
//! each try alike, in the transaction that counts it; and a moment later somebody writes down those
//! that concern an account. Five an account and quarter of an hour: the lock keeps strangers from
//! filling the log.

mod sql;

use access::actions::FailSignIn;
use access::{Grant, UserId};
use sqlx::AnyConnection;

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::tx::{Change, Object, Tries, Tx};
use crate::visitor::Client;

/// Leaves a note of a wrong try; of nobody's where there is no account, or it takes no tries.
pub(super) async fn note(
    kh: &Keyholder,
    conn: &mut AnyConnection,
    client: &Client,
    person: Option<UserId>,
) -> Result<(), Failure> {
    let id = kh.new_id().to_string();
    sql::insert(conn, &id, person, kh.now(), client).await
}

/// Writes the noted tries into the audit log, each once, however many nodes do this at once.
///
/// # Errors
/// When the database does not answer; the rest is written the next time.
pub async fn write_down(kh: &Keyholder) -> Result<(), Failure> {
    sql::forget_nobodys(kh.writer()).await?;
    loop {
        let notes = sql::some(kh.reader()).await?;
        if notes.is_empty() {
            return Ok(());
        }
        for note in notes {
            let grant: Grant<FailSignIn> = access::system::grant("wrong_try");
            let mut tx = Tx::stranger(kh, grant, note.client, note.at).await?;
            if sql::take(&mut tx.write::<Tries>(), &note.id).await? {
                let account = Object::user(note.person, &note.name);
                tx.commit(Change::of(account).refused()).await?;
            }
        }
    }
}
