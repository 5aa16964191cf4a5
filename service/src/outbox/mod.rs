//! The outbox (product §9): a mail is written in the transaction that causes it, and sent by a
//! worker, again and again until the mail server takes it. A dead mail server loses nothing, and
//! shows nobody whom a mail would have gone to (req. 12).
//!
//! A worker claims a mail by a lease, so that several nodes share the work; a node that dies lets
//! its lease run out. A mail can therefore go out twice, never not at all; both carry the same
//! Message-ID.

mod sql;
#[cfg(test)]
mod tests;

use std::pin::pin;
use std::time::Duration;

use access::{ImportId, Instant, MailId, UserId};
use domain::imports::ImportMails;
use domain::mail::{MailFacts, MailKind, MailState, MailTrouble};
use sqlx::AnyConnection;

use crate::crypto::{Place, Purpose};
use crate::email;
use crate::failure::Failure;
use crate::invites;
use crate::keyholder::Keyholder;
use crate::mail::{MailError, Message, Outgoing};
use crate::passwords;
use crate::random::Randomness;
use crate::time::when;
use crate::tx::{Mail, Write};
use crate::visitor::Staff;

/// How long a claim holds: longer than [`Pace::sending`].
const LEASE: Duration = Duration::from_mins(2);
/// Wait after the first failure; doubled after each further one.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// Longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// Tries before a mail is given up: three days, so that a mail server may be dead over a weekend.
const TRIES: i64 = 80;
/// How much of a mail server's words is kept, in characters.
const REASON_MAX: usize = 300;
/// How many mails a person's page shows.
const SHOWN: i64 = 6;

/// How patient a worker is.
#[derive(Clone, Copy)]
struct Pace {
    /// How long a mail may take to be handed over.
    sending: Duration,
    /// How long one that is being handed over at shutdown may still take.
    grace: Duration,
    /// How often the worker looks by itself: for what other nodes wrote, and what is due again.
    look: Duration,
}

const PACE: Pace = Pace {
    sending: Duration::from_mins(1),
    grace: Duration::from_secs(5),
    look: Duration::from_secs(15),
};

/// Writes a mail into the outbox, in the caller's transaction. `kind` says what mail it is,
/// `user` whom it concerns, and `reference` what it belongs to, under which [`state_of`] finds it.
/// The caller rings [`Keyholder::mail_waiting`] once the transaction is committed.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn enqueue(
    kh: &Keyholder,
    mail: &mut Write<'_, Mail>,
    kind: MailKind,
    user: Option<UserId>,
    reference: Option<&str>,
    message: &Message,
) -> Result<(), Failure> {
    put(kh, mail.conn(), kind, user, reference, message).await
}

async fn put(
    kh: &Keyholder,
    conn: &mut AnyConnection,
    kind: MailKind,
    user: Option<UserId>,
    reference: Option<&str>,
    message: &Message,
) -> Result<(), Failure> {
    let mail = seal(kh, kind, user, reference, message)?;
    sql::insert(conn, std::slice::from_ref(&mail), None).await
}

/// A mail as it is stored.
fn seal<'a>(
    kh: &Keyholder,
    kind: MailKind,
    user: Option<UserId>,
    reference: Option<&'a str>,
    message: &Message,
) -> Result<sql::New<'a>, Failure> {
    let id = MailId(kh.new_id());
    let body = zeroize::Zeroizing::new(serde_json::to_vec(message)?);
    let body_sealed = kh
        .crypto()
        .seal(Purpose::OUTBOX, place(&id.to_string()), &body);
    Ok(sql::New {
        id,
        kind: kind.key(),
        user,
        reference,
        body_sealed,
        now: kh.now(),
    })
}

/// An invitation's mail: whom it concerns, the invitation, the letter.
pub(crate) struct Invitation {
    /// The person.
    pub user: UserId,
    /// Id of the invitation.
    pub invite: String,
    /// The letter.
    pub message: Message,
}

/// Writes the invitations of an import into the outbox with one statement, in the caller's
/// transaction; a hundred at the most.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn enqueue_import(
    kh: &Keyholder,
    mail: &mut Write<'_, Mail>,
    import: ImportId,
    invitations: &[Invitation],
) -> Result<(), Failure> {
    let sealed = invitations
        .iter()
        .map(|one| {
            seal(
                kh,
                MailKind::Invite,
                Some(one.user),
                Some(&one.invite),
                &one.message,
            )
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    sql::insert(mail.conn(), &sealed, Some(import)).await
}

/// How far the mails of an import are: those still to go and why one did not, and those given up.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn of_import(
    conn: &mut AnyConnection,
    import: ImportId,
) -> Result<ImportMails, Failure> {
    let mut mails = ImportMails {
        sent: 0,
        waiting: 0,
        failed: 0,
        trouble: None,
    };
    for found in sql::of_import(conn, import).await? {
        let n = u32::try_from(found.n).unwrap_or(u32::MAX);
        match found.state.as_str() {
            "queued" => mails.waiting = n,
            "sent" => mails.sent = n,
            "failed" => mails.failed = n,
            _ => return Err(Failure::inconsistent("outbox.state")),
        }
        if !found.reason.is_empty() {
            mails.trouble = Some(why(&found.reason));
        }
    }
    Ok(mails)
}

/// What became of the newest mail that belongs to something.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn state_of(
    conn: &mut AnyConnection,
    reference: &str,
) -> Result<Option<MailState>, Failure> {
    let found = sql::newest(conn, reference).await?;
    found.map(read_state).transpose()
}

/// The last mails to a person, the newest first.
///
/// # Errors
/// When the database does not answer.
pub(crate) async fn last_to(
    conn: &mut AnyConnection,
    staff: &Staff,
    person: UserId,
    now: Instant,
) -> Result<Vec<MailFacts>, Failure> {
    let zone = &staff.business.time_zone;
    let facts = |mail: sql::LastMail| {
        // Written by a newer version beside this one: it tells of it itself.
        let kind = MailKind::from_key(&mail.kind)?;
        let state = read_state(mail.found).map(|state| match kind {
            MailKind::EmailLink | MailKind::EmailChanged => without_words(state),
            _ => state,
        });
        let written = when(mail.created, now, zone);
        Some(state.map(|state| MailFacts {
            kind,
            written,
            state,
        }))
    };
    let mails = sql::last_to(conn, person, SHOWN).await?;
    mails.into_iter().filter_map(facts).collect()
}

/// Without what the mail server said, which may name another address than the one they sign in with.
fn without_words(mut state: MailState) -> MailState {
    if let MailState::Retrying { said, .. } | MailState::Failed { said, .. } = &mut state {
        said.clear();
    }
    state
}

fn read_state(found: sql::Found) -> Result<MailState, Failure> {
    let sql::Found { state, reason } = found;
    match state.as_str() {
        "queued" if reason.is_empty() => Ok(MailState::Queued),
        "queued" => {
            let (trouble, said) = why(&reason);
            Ok(MailState::Retrying { trouble, said })
        }
        "sent" => Ok(MailState::Sent),
        "failed" => {
            let (trouble, said) = why(&reason);
            Ok(MailState::Failed { trouble, said })
        }
        _ => Err(Failure::inconsistent("outbox.state")),
    }
}

/// Code and words, as [`MailError`] writes them; words without a code of ours are those of a mail
/// server.
fn why(reason: &str) -> (MailTrouble, String) {
    let (code, said) = reason.split_once(": ").unwrap_or((reason, ""));
    match MailTrouble::from_key(code) {
        Some(trouble) => (trouble, said.to_owned()),
        None => (MailTrouble::Refused, reason.to_owned()),
    }
}

/// Sends what is due, whenever something is, until it is told to stop.
pub async fn work(kh: Keyholder, shutdown: impl Future<Output = ()>) {
    work_at(PACE, &kh, shutdown).await;
}

async fn work_at(pace: Pace, kh: &Keyholder, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    loop {
        let mut sending = pin!(send_next(kh, pace));
        let sent = tokio::select! {
            sent = &mut sending => sent,
            () = &mut shutdown => {
                // What is under way is finished if that is quick; if not, its lease runs out.
                let _unfinished = tokio::time::timeout(pace.grace, sending).await;
                return;
            }
        };
        let rest = match sent {
            Ok(true) => Duration::ZERO,
            Ok(false) => pace.look,
            Err(failure) => {
                let error = domain::AppError::from(failure);
                tracing::warn!(?error, "the outbox can't be read");
                pace.look
            }
        };
        tokio::select! {
            biased;
            () = &mut shutdown => return,
            () = kh.mail_waiting().notified() => {}
            () = tokio::time::sleep(rest) => {}
        }
    }
}

/// Sends what is due now, and answers how many mails were tried.
///
/// # Errors
/// When the database does not answer.
pub async fn run_due(kh: &Keyholder) -> Result<usize, Failure> {
    let mut tried = 0;
    while send_next(kh, PACE).await? {
        tried += 1;
    }
    Ok(tried)
}

/// Claims one due mail and tries to hand it over. `false` when none is due.
async fn send_next(kh: &Keyholder, pace: Pace) -> Result<bool, Failure> {
    let now = kh.now();
    let lease = later(now, LEASE);
    let Some(due) = sql::claim(kh.writer(), now, lease).await? else {
        return Ok(false);
    };
    if !still_meant(kh, &due).await? {
        let over = MailTrouble::Over.key();
        sql::gave_up(kh.writer(), &due.id, lease, over, kh.now()).await?;
        tracing::info!(mail = due.id, kind = due.kind, "mail no longer meant");
        return Ok(true);
    }
    let taken = match read(kh, &due) {
        Some(message) => hand_over(kh, &due, &message, pace.sending).await,
        // A node with the key of yesterday must not give up what another can open.
        None if !kh.has_the_key().await? => {
            return Err(Failure::inconsistent(
                "the secret key was replaced; this node must be started anew",
            ));
        }
        None => Err(MailError::never(MailTrouble::Sealed, "")),
    };
    let now = kh.now();
    match taken {
        Ok(()) => {
            sql::sent(kh.writer(), &due.id, now).await?;
            tracing::info!(mail = due.id, kind = due.kind, "mail sent");
        }
        Err(error) => {
            let reason: String = error.to_string().chars().take(REASON_MAX).collect();
            if error.permanent || due.tries >= TRIES {
                sql::gave_up(kh.writer(), &due.id, lease, &reason, now).await?;
                tracing::error!(mail = due.id, kind = due.kind, reason, "mail given up");
            } else {
                let next = later(now, wait(due.tries, kh.rng()));
                sql::put_off(kh.writer(), &due.id, lease, &reason, next).await?;
                tracing::warn!(mail = due.id, kind = due.kind, reason, "mail not taken yet");
            }
        }
    }
    Ok(true)
}

/// Whether what a mail is for still stands: the link in it was not replaced, withdrawn or used
/// while the mail waited, and is not over.
async fn still_meant(kh: &Keyholder, due: &sql::Due) -> Result<bool, Failure> {
    let Some(reference) = &due.reference else {
        return Ok(true);
    };
    let mut conn = kh.reader().acquire().await?;
    match MailKind::from_key(&due.kind) {
        Some(MailKind::Invite) => invites::is_open(&mut conn, reference, kh.now()).await,
        Some(MailKind::EmailLink) => email::is_open(&mut conn, reference, kh.now()).await,
        Some(MailKind::Reset) => passwords::is_open(&mut conn, reference, kh.now()).await,
        _ => Ok(true),
    }
}

async fn hand_over(
    kh: &Keyholder,
    due: &sql::Due,
    message: &Message,
    limit: Duration,
) -> Result<(), MailError> {
    let mail = Outgoing {
        id: due.id.parse().unwrap_or(MailId::nil()),
        from: &kh.config().mail_from,
        date: due.created,
        message,
    };
    tokio::time::timeout(limit, kh.mailer().send(mail))
        .await
        .unwrap_or_else(|_| Err(MailError::later(MailTrouble::Slow, "")))
}

/// The mail as it was written.
fn read(kh: &Keyholder, due: &sql::Due) -> Option<Message> {
    let body = kh
        .crypto()
        .open(Purpose::OUTBOX, place(&due.id), &due.body_sealed)
        .ok()?;
    serde_json::from_slice(&body).ok()
}

const fn place(id: &str) -> Place<'_> {
    Place {
        table: "outbox",
        column: "body_sealed",
        row: id,
    }
}

/// How long to wait after so many tries: twice as long each time, and up to a quarter more, so
/// that what failed together does not come back together.
fn wait(tries: i64, rng: &dyn Randomness) -> Duration {
    let doubled = u32::try_from(tries - 1)
        .ok()
        .and_then(|times| 2_u32.checked_pow(times));
    let wait = doubled
        .and_then(|times| FIRST_WAIT.checked_mul(times))
        .map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT));
    let quarter = u64::try_from(wait.as_millis() / 4).unwrap_or(0);
    wait + Duration::from_millis(rng.below(quarter))
}

fn later(now: Instant, by: Duration) -> Instant {
    Instant(
        now.0
            .saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)),
    )
}
