//! The audit log: append-only, chained, written in the transaction of the change (product §8).
//!
//! Entries are written here; [`chain`] looks whether they are all as they were written, [`list`]
//! shows them, [`export`] hands them out as a file.

pub mod chain;
mod difference;
mod export;
mod list;
mod list_sql;
mod names_sql;
mod people;
mod people_sql;
mod search;
mod sql;
mod subject;

use access::{Denied, Grant, Instant};
use serde::Serialize;
use serde_json::Value;
use sqlx::AnyConnection;

use crate::crypto::{Crypto, DerivedKey, Purpose, hex};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::tx::{By, Change, Guarded};
use crate::visitor::Staff;

pub use chain::{Verdict, verify};
pub use export::export;
pub use list::list;
pub(crate) use list::{latest_of_access, trail};
pub(crate) use subject::store_of;
pub use subject::{Named, Subject};

/// One entry, without its place in the chain. What is written is what is chained, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Entry {
    pub at: i64,
    pub actor_id: String,
    pub actor_name: String,
    pub action: String,
    pub result: String,
    pub object_kind: String,
    pub object_id: String,
    pub object_name: String,
    pub store_id: String,
    pub before_json: String,
    pub after_json: String,
    pub reason: String,
    pub ip: String,
    pub device: String,
    pub session_ref: String,
    pub request_id: String,
}

impl Entry {
    /// The entry of a change that was made.
    pub(crate) fn of_change(action: &str, now: Instant, by: &By, change: &Change) -> Self {
        let text = |id: Option<String>| id.unwrap_or_default();
        Self {
            at: now.0,
            actor_id: text(by.id.map(|id| id.to_string())),
            actor_name: by.name.clone(),
            action: action.to_owned(),
            result: change.outcome.key().to_owned(),
            object_kind: change.object.kind.to_owned(),
            object_id: change.object.id.clone(),
            object_name: change.object.name.clone(),
            store_id: text(change.store.map(|id| id.to_string())),
            before_json: json(&change.before),
            after_json: json(&change.after),
            reason: change.reason.clone(),
            ip: by.client.ip.clone(),
            device: by.client.device(),
            session_ref: text(by.session.map(|id| id.to_string())),
            request_id: by.client.request_id.clone(),
        }
    }

    /// The entry's link in the chain, over its number, the link before and all its fields as a
    /// JSON array, so that no field can run into its neighbour.
    fn mac(&self, key: &DerivedKey, seq: i64, previous: &str) -> Result<String, Failure> {
        let bytes = serde_json::to_vec(&(seq, previous, self))?;
        Ok(hex(&key.mac(&bytes)))
    }
}

/// What new entries are chained with.
pub(crate) struct Chain {
    /// The key.
    pub key: DerivedKey,
    /// How often the secret key was replaced before.
    pub generation: i64,
}

impl Chain {
    /// Under the secret key of a generation.
    pub(crate) fn of(crypto: &Crypto, generation: i64) -> Self {
        Self {
            key: crypto.derived(Purpose::AUDIT_CHAIN),
            generation,
        }
    }
}

/// JSON text, or nothing for nothing.
fn json(value: &Value) -> String {
    if value.is_null() {
        String::new()
    } else {
        value.to_string()
    }
}

/// Adds an entry.
pub(crate) async fn append(
    kh: &Keyholder,
    conn: &mut AnyConnection,
    entry: &Entry,
) -> Result<(), Failure> {
    append_all(kh, conn, std::slice::from_ref(entry)).await
}

/// Adds entries in their order: locks the head, which is the last lock a transaction takes, and
/// moves it on.
pub(crate) async fn append_all(
    kh: &Keyholder,
    conn: &mut AnyConnection,
    entries: &[Entry],
) -> Result<(), Failure> {
    append_with(kh.chain(), conn, entries).await
}

/// The same with a chain of one's own.
///
/// # Errors
/// When the secret key is another by now: what this node writes would not be of one chain.
pub(crate) async fn append_with(
    chain: &Chain,
    conn: &mut AnyConnection,
    entries: &[Entry],
) -> Result<(), Failure> {
    let (mut seq, mut previous) = sql::advance_head(conn, entries.len(), chain.generation)
        .await?
        .ok_or_else(|| {
            Failure::inconsistent("the secret key was replaced; this node must be started anew")
        })?;
    for some in entries.chunks(sql::AT_ONCE) {
        let mut chained = Vec::with_capacity(some.len());
        let mut found_by = Vec::with_capacity(some.len());
        for entry in some {
            seq += 1;
            previous = entry.mac(&chain.key, seq, &previous)?;
            chained.push((seq, entry, previous.clone()));
            found_by.push((seq, search::text_of(entry)));
        }
        sql::insert(conn, &chained).await?;
        sql::insert_search(conn, &found_by).await?;
    }
    sql::seal_head(conn, &previous).await
}

/// The minute of an instant, counted since 1970.
pub(crate) const fn minute(at: Instant) -> i64 {
    at.0.div_euclid(60_000)
}

/// Records that a signed-in person was refused: one entry per session, operation and minute.
pub(crate) async fn record_refusal(
    kh: &Keyholder,
    staff: &Staff,
    operation: &'static str,
    denied: &Denied,
    subject: Option<Named>,
) -> Result<(), Failure> {
    // Of what is hidden from them nothing is looked up: that would take its time.
    let subject = subject.filter(|_| matches!(denied, Denied::Rule(_)));
    record(kh, staff, operation, denied.to_string(), subject).await
}

/// Like [`record_refusal`], for what the access rules do not decide; `why` is a code, for which
/// the faces have the words.
pub(crate) async fn record_refused(
    kh: &Keyholder,
    staff: &Staff,
    operation: &'static str,
    why: String,
) -> Result<(), Failure> {
    record(kh, staff, operation, why, None).await
}

async fn record(
    kh: &Keyholder,
    staff: &Staff,
    operation: &'static str,
    why: String,
    subject: Option<Named>,
) -> Result<(), Failure> {
    let _grant: Grant<access::actions::RecordRefusal> = access::system::grant("refusal");
    debug_assert!(<access::actions::RecordRefusal as Guarded>::LOCK.is_none());
    let now = kh.now();
    let by = By::staff(staff);
    let session = staff.caller.session.to_string();
    let minute = minute(now);
    if sql::refusal_known(
        &mut *kh.reader().acquire().await?,
        &session,
        operation,
        minute,
    )
    .await?
    {
        return Ok(());
    }
    let object = match subject {
        Some(subject) => subject::object(kh, subject).await?,
        None => subject::nothing(),
    };
    let refusal = Change::of(object)
        .in_store(staff.chosen)
        .because(why)
        .refused();
    let entry = Entry::of_change(operation, now, &by, &refusal);
    let mut tx = kh.db().begin().await?;
    if sql::note_refusal(&mut tx, &session, operation, minute).await? {
        append(kh, &mut tx, &entry).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Forgets which refusals of past minutes were noted. A minute is over for every node when the
/// next but one has begun.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(kh: &Keyholder) -> Result<(), Failure> {
    sql::forget_refusals(kh.writer(), minute(kh.now()) - 1).await
}
