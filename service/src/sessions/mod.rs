//! Sessions: who is behind a request, and how a session begins and ends.
//!
//! `tower-sessions` carries the cookie and makes the ids; everything else of a session stands in
//! columns of our own table, where every node sees it at the next request.

mod end;
mod end_sql;
mod facts;
mod list;
mod list_sql;
mod own;
mod resolve_sql;
mod sql;
mod store;

use std::sync::Arc;

use access::actions::BeginTwoFactor;
use access::{Action as _, Caller, Due, Grant, Instant, Proof, SessionRef, StoreId, UserId};
use domain::{AppError, Done, EndedWhy};
use tower_sessions::session::Id;

use crate::crypto::hash_token;
use crate::db;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::tx::{Change, Object, Sessions, Tx};
use crate::visitor::{Client, Half, Staff, Visitor};

pub(crate) use end::end_of_person;
pub use end::{end as end_session, end_others as end_other_sessions};
pub(crate) use end_sql::{end, end_all, end_half, end_older, end_others};
pub(crate) use facts::of_person;
pub use list::list;
pub(crate) use list::signed_in;
pub use own::{end_own, end_own_others, own};
pub(crate) use resolve_sql::{Resolved, policy};
pub(crate) use sql::{last_device, live_count};
pub(crate) use store::answer;
pub use store::{OPEN, OpenSession, Store};

/// How stale *last seen* may get before it is written again: one write a minute and session.
const SEEN_STEP_MS: i64 = 60_000;
/// How long an ended session can still tell its device why it ended.
const REMEMBER_ENDED_MS: i64 = 30 * 24 * 60 * 60_000;

/// A session that is not over: the password alone, or everything that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// A second factor, its set-up or a longer password is due.
    Half,
    /// Complete.
    Full,
}

impl Stage {
    /// The word in the database.
    const fn key(self) -> &'static str {
        match self {
            Self::Half => "half",
            Self::Full => "full",
        }
    }
}

/// The stored form of a session id: its SHA-256 (req. 40).
pub(crate) fn hash_id(id: Id) -> String {
    hash_token(&id.to_string())
}

/// Who is behind a request: one statement, nothing remembered from the request before (req. 44).
///
/// # Errors
/// When the database does not answer; then nobody gets in (req. 61).
pub async fn resolve(kh: &Keyholder, id: Option<Id>, client: Client) -> Result<Visitor, Failure> {
    let Some(id) = id else {
        return Ok(Visitor::Nobody { ended: None });
    };
    let (now, changes) = (kh.now(), kh.refusals().changes());
    let found = db::in_time(async {
        let mut conn = kh.reader().acquire().await?;
        resolve_sql::resolve_by_hash(&mut conn, &hash_id(id)).await
    });
    let Some(found) = found.await? else {
        return Ok(Visitor::Nobody { ended: None });
    };
    // Of one that is over by the clock too: else looking at it would wake it.
    if found.over(now).is_none() && now.0 - found.seen.0 >= SEEN_STEP_MS {
        touch(kh.clone(), found.session, now);
    }
    Ok(found.visitor(now, client, changes))
}

/// Writes *last seen*, beside the request: it must not wait for a writer.
fn touch(kh: Keyholder, session: SessionRef, now: Instant) {
    tokio::spawn(async move {
        if let Err(error) = sql::touch(kh.writer(), session, now).await {
            tracing::warn!(%error, "last seen was not written");
        }
    });
}

impl Resolved {
    /// Why the session is over at this moment, by what is written or by the clock.
    pub(crate) fn over(&self, now: Instant) -> Option<EndedWhy> {
        if self.ended.is_some() {
            return self.ended;
        }
        if now.0 - self.started.0 >= self.absolute_ms {
            Some(EndedWhy::TooOld)
        } else if now.0 - self.seen.0 >= self.idle_ms {
            Some(EndedWhy::Idle)
        } else if self.person.standing.works(now) {
            None
        } else {
            Some(EndedWhy::Deactivated)
        }
    }

    /// Who that is at this moment. What is due is worked out anew, and nothing of it kept in the
    /// session, so that a policy holds in open ones from the next request on (req. 37). `changes`
    /// were made on this node before it was read.
    pub(crate) fn visitor(self, now: Instant, client: Client, changes: u64) -> Visitor {
        if let Some(why) = self.over(now) {
            return Visitor::Nobody { ended: Some(why) };
        }
        let all = self.stores.iter().map(|store| store.id).collect();
        let caller = Caller::new(self.person, all, self.session, now).proved_at(self.proved);
        let proof = Proof {
            complete: self.stage == Stage::Full,
            enrolled: self.me.two_factor,
            asked: self.demand.asks(&caller.effective),
            alone: self.password_alone,
        };
        // Where somebody left a device open, whoever sits there must not tie their own phone to the
        // account: what sets a second factor up asks for the password like anything sensitive.
        let left_open = caller.owes_proof(BeginTwoFactor::OPERATION);
        match (proof.due(), self.stage) {
            (Some(Due::Enrolment), Stage::Full) if left_open => Visitor::Nobody {
                ended: Some(EndedWhy::TwoFactorDue),
            },
            (Some(due), _) => Visitor::Half(Box::new(Half {
                person: caller.person.id,
                name: self.me.name,
                email: self.me.email,
                business: self.business,
                due,
                session: self.session,
                password_set: self.password_set,
                started: self.started,
                client,
            })),
            // What was due when the password passed is not any more: from the beginning, then.
            (None, Stage::Half) => Visitor::Nobody { ended: None },
            (None, Stage::Full) => {
                let mut staff = Staff {
                    caller,
                    me: self.me,
                    business: self.business,
                    demand: self.demand,
                    stores: self.stores,
                    chosen: self.chosen,
                    client,
                    changes,
                };
                staff.chosen = still_theirs(&staff);
                Visitor::Staff(Arc::new(staff))
            }
        }
    }

    /// The caller, if the session still opens anything; for the second look under the write lock.
    pub(crate) fn caller(self, now: Instant) -> Option<Caller> {
        match self.visitor(now, Client::system(), 0) {
            Visitor::Staff(staff) => Arc::into_inner(staff).map(|staff| staff.caller),
            Visitor::Half(_) | Visitor::Nobody { .. } => None,
        }
    }
}

/// The chosen store; losing it moves the person to another of theirs (product §4).
fn still_theirs(staff: &Staff) -> Option<StoreId> {
    let own: Vec<StoreId> = staff.own_stores().map(|store| store.id).collect();
    match (staff.chosen, own.as_slice()) {
        (_, [only]) => Some(*only),
        (Some(store), own) if own.contains(&store) => Some(store),
        (Some(_), [first, ..]) => Some(*first),
        _ => None,
    }
}

/// The same person at this moment, for an answer that takes its time: what they lost meanwhile is
/// lost for the rest of it (req. 44).
///
/// # Errors
/// [`AppError::SignedOut`] when their session opens nothing any more.
pub(crate) async fn again(kh: &Keyholder, staff: &Staff) -> Result<Arc<Staff>, Failure> {
    let changes = kh.refusals().changes();
    let found = {
        let mut conn = kh.reader().acquire().await?;
        resolve_sql::resolve_by_ref(&mut conn, staff.caller.session).await?
    };
    match found.map(|found| found.visitor(kh.now(), staff.client.clone(), changes)) {
        Some(Visitor::Staff(staff)) => Ok(staff),
        Some(Visitor::Half(_) | Visitor::Nobody { .. }) | None => {
            Err(AppError::SignedOut { ended: None }.into())
        }
    }
}

/// Remembers that whoever sits there proved just now who they are (product §7).
pub(crate) async fn prove(kh: &Keyholder, session: SessionRef) -> Result<(), Failure> {
    sql::prove(kh.writer(), session, kh.now()).await
}

/// Resolves a session by its reference, on the connection of a transaction.
pub(crate) async fn reload(
    conn: &mut sqlx::AnyConnection,
    session: SessionRef,
) -> Result<Option<Resolved>, Failure> {
    resolve_sql::resolve_by_ref(conn, session).await
}

/// Signs out: ends the session and forgets its cookie.
///
/// # Errors
/// When the database does not answer.
pub async fn sign_out(
    kh: &Keyholder,
    session: &tower_sessions::Session,
    visitor: &Visitor,
) -> Result<Done, Failure> {
    let (person, name, session_ref, client) = match visitor {
        Visitor::Nobody { .. } => (None, String::new(), None, Client::system()),
        Visitor::Half(half) => (
            Some(half.person),
            half.name.clone(),
            Some(half.session),
            half.client.clone(),
        ),
        Visitor::Staff(staff) => (
            Some(staff.caller.person.id),
            staff.me.name.clone(),
            Some(staff.caller.session),
            staff.client.clone(),
        ),
    };
    if let (Some(person), Some(session_ref)) = (person, session_ref) {
        let grant: Grant<access::actions::SignOut> = access::system::grant("own_session");
        let mut tx = Tx::own(kh, grant, client, person, &name, Some(session_ref)).await?;
        let now = tx.now();
        let write = &mut tx.write::<Sessions>();
        if end_sql::end(write, session_ref, EndedWhy::SignedOut, now).await? {
            tx.commit(Change::of(Object::user(person, &name))).await?;
        }
    }
    session.flush().await.map_err(answer)?;
    Ok(Done::quiet().reload("/sign-in"))
}

/// Ends what the clock has ended, and forgets what is long over. Run now and then; nothing waits
/// for it, since every request looks at the clock itself.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(kh: &Keyholder) -> Result<(), Failure> {
    let now = kh.now();
    for over in sql::timed_out(&mut *kh.reader().acquire().await?, now).await? {
        let grant: Grant<access::actions::ExpireSession> = access::system::grant("limit");
        let mut tx = Tx::system(kh, grant, Client::system()).await?;
        let ended = end_sql::end(&mut tx.write::<Sessions>(), over.session, over.why, now).await?;
        if ended {
            tx.commit(Change::of(Object::user(over.person, &over.name)).because(over.why.key()))
                .await?;
        }
    }
    sql::forget(kh.writer(), Instant(now.0 - REMEMBER_ENDED_MS)).await
}

/// Chooses a store for a session, and remembers it for the next one.
pub(crate) async fn choose_store(
    conn: &mut crate::tx::Write<'_, Sessions>,
    session: SessionRef,
    person: UserId,
    store: Option<StoreId>,
) -> Result<(), Failure> {
    sql::choose_store(conn, session, person, store).await
}
