//! Our own store for `tower-sessions`.
//!
//! The stock sqlx store keeps the id as it stands in the cookie, has no index by user, and its
//! `save` is an upsert: a session revoked while another request was under way came back to life
//! when that request saved (req. 40). Here the record carries nothing between requests, `create`
//! is the one transaction that begins a session, and nothing ever clears `ended`.

use access::{Grant, Instant, Person, SessionRef, TwoFactorPolicy, UserId, evaluate};
use domain::EndedWhy;
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result as StoreResult, SessionStore};

use super::{Stage, end_sql, hash_id, sql};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::notices::{self, Notice};
use crate::tx::{Change, Object, Sessions, Tx};
use crate::visitor::Client;

/// Key in a record under which the session to begin is handed over.
pub const OPEN: &str = "open";

/// The session to begin, as the use case of signing in hands it over.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenSession {
    /// Whose.
    pub person: UserId,
    /// Whether the second factor was shown too, if there is one.
    pub factor_shown: bool,
    /// When the password that was compared was set, if one was.
    pub password_set: Option<Instant>,
    /// When they proved who they are, where that was not just now: one session goes on as another.
    pub proved: Option<Instant>,
    /// Whether it completes a sign-in, which sets the count of wrong tries back (product §5).
    pub signs_in: bool,
    /// Address of the device.
    pub ip: String,
    /// What the browser says of itself.
    pub user_agent: String,
    /// Id of the request.
    pub request_id: String,
}

/// The store over our own table.
#[derive(Clone, Debug)]
pub struct Store(Keyholder);

impl Store {
    /// The store of an installation.
    #[must_use]
    pub const fn new(kh: Keyholder) -> Self {
        Self(kh)
    }

    /// Begins a session. Under the one-session policy the newest wins: the others end in the same
    /// transaction, under the lock, so that ten sign-ins at once leave one (req. 45).
    async fn begin(&self, id: Id, open: OpenSession) -> Result<(), Failure> {
        let client = Client {
            ip: open.ip,
            user_agent: open.user_agent,
            request_id: open.request_id,
        };
        let grant: Grant<access::actions::SignIn> = access::system::grant("password_checked");
        let session = SessionRef(self.0.new_id());
        let mut tx = Tx::own(
            &self.0,
            grant,
            client.clone(),
            open.person,
            "",
            Some(session),
        )
        .await?;
        let now = tx.now();
        let device = client.device();
        // The person's row first: on PostgreSQL a second sign-in waits here for the first, and a
        // deactivation for either, so that each sees what the one before it wrote.
        sql::hold(&mut tx.write::<Sessions>(), open.person).await?;
        // Whoever turns the policy on comes before or after too, and finds this session then.
        sql::hold_settings(&mut tx.write::<Sessions>(), self.0.db().dialect()).await?;
        let person = crate::people::load(tx.read(), open.person).await?;
        let person = person.filter(|person| person.standing.works(now));
        let opening = sql::opening(tx.read(), open.person).await?;
        let (Some(person), Some(opening)) = (person, opening) else {
            return Err(Failure::App(domain::AppError::SignInFailed));
        };
        if open
            .password_set
            .is_some_and(|set| set != opening.password_set)
        {
            return Err(Failure::App(domain::AppError::SignInFailed));
        }
        tx.actor(open.person, &opening.name);
        // With a second factor, its enrolment or a longer password due it is not complete. Asked
        // here and not at the door, which looked before the password was compared.
        let short = !opening.enrolled && !opening.password_alone;
        let owed = opening.enrolled && !open.factor_shown;
        let stage = if short || owed || owes_enrolment(tx.read(), &person, &opening, now).await? {
            Stage::Half
        } else {
            Stage::Full
        };
        let mut replaced = 0;
        let mut is_new = false;
        if stage == Stage::Full {
            is_new = opening.last_sign_in.0 != 0
                && sql::is_new_place(tx.read(), open.person, &device, &client.ip).await?;
            let write = &mut tx.write::<Sessions>();
            if open.signs_in {
                sql::signed_in(write, open.person, now).await?;
            }
            if opening.one_session {
                replaced = end_sql::end_all(write, open.person, EndedWhy::Elsewhere, now).await?;
            }
        }
        let new = sql::New {
            id_hash: &hash_id(id),
            session,
            person: open.person,
            stage,
            store: opening.store,
            device: &device,
            ip: &client.ip,
            now,
            proved: open.proved.unwrap_or(now),
        };
        sql::insert(&mut tx.write::<Sessions>(), &new).await?;
        if is_new {
            let notice = Notice::NewDevice { client: &client };
            notices::tell(&self.0, &mut tx, open.person, &notice, None).await?;
        }
        tx.commit(
            Change::of(Object::user(open.person, &opening.name))
                .in_store(opening.store)
                .after(&serde_json::json!({ "stage": stage, "sessions_ended": replaced })),
        )
        .await
    }
}

/// Whether the policy asks the person for a second factor that is not set up.
async fn owes_enrolment(
    conn: &mut AnyConnection,
    person: &Person,
    opening: &sql::Opening,
    now: Instant,
) -> Result<bool, Failure> {
    if opening.enrolled || opening.demand.policy == TwoFactorPolicy::Off {
        return Ok(false);
    }
    let stores = crate::people::all_stores(conn).await?;
    Ok(opening.demand.asks(&evaluate(person, &stores, now)))
}

impl Store {
    async fn live(&self, id: Id) -> Result<Option<sql::Live>, Failure> {
        sql::live(&mut *self.0.reader().acquire().await?, &hash_id(id)).await
    }

    /// Ends the session that a new one takes the place of in the same browser.
    async fn replace(&self, id: Id) -> Result<(), Failure> {
        let Some(live) = self.live(id).await? else {
            return Ok(());
        };
        let grant: Grant<access::actions::SignOut> = access::system::grant("same_browser");
        let (person, session) = (live.person, Some(live.session));
        let mut tx = Tx::own(
            &self.0,
            grant,
            Client::system(),
            person,
            &live.name,
            session,
        )
        .await?;
        let now = tx.now();
        let write = &mut tx.write::<Sessions>();
        if end_sql::end(write, live.session, EndedWhy::NextStage, now).await? {
            tx.commit(Change::of(Object::user(person, &live.name)))
                .await?;
        }
        Ok(())
    }
}

/// A failure in the words of the layer above, which carries text only: the answer as JSON.
fn backend(failure: Failure) -> Error {
    let error: domain::AppError = failure.into();
    Error::Backend(serde_json::to_string(&error).unwrap_or_default())
}

/// The answer that [`backend`] put into the words of the layer above.
pub(crate) fn answer(error: tower_sessions::session::Error) -> Failure {
    let told = match &error {
        tower_sessions::session::Error::Store(Error::Backend(told)) => {
            serde_json::from_str::<domain::AppError>(told).ok()
        }
        _ => None,
    };
    told.map_or_else(|| Failure::Internal(Box::new(error)), Failure::App)
}

#[async_trait::async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        let open = record
            .data
            .remove(OPEN)
            .ok_or_else(|| Error::Backend("a session begins only by signing in".to_owned()))?;
        let open: OpenSession =
            serde_json::from_value(open).map_err(|error| Error::Decode(error.to_string()))?;
        self.begin(record.id, open).await.map_err(backend)
    }

    /// Nothing of a session lives in the record, so there is nothing to save and nothing that a
    /// late save could bring back to life (req. 40).
    async fn save(&self, _record: &Record) -> StoreResult<()> {
        Ok(())
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let live = self.live(*id).await.map_err(backend)?;
        Ok(live.map(|_| Record {
            id: *id,
            data: std::collections::HashMap::new(),
            // The limits are our own; the layer's expiry must never end a session before them.
            expiry_date: time::OffsetDateTime::from_unix_timestamp(self.0.now().0 / 1000)
                .unwrap_or(time::OffsetDateTime::UNIX_EPOCH)
                + time::Duration::days(31),
        }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        self.replace(*id).await.map_err(backend)
    }
}
