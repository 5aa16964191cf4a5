//! Signing in: email and password, the same answer and the same work for every failure.

mod sql;

use domain::sign_in::{DoorView, SignIn, own_path};
use domain::{AppError, Done, EndedWhy, UserId};
use tower_sessions::Session;
use tracing::Instrument as _;

use access::Instant;

use crate::db::fold::fold_email;
use crate::failure::Failure;
use crate::hashing::Phc;
use crate::keyholder::Keyholder;
use crate::people::sql::standing;
use crate::sessions::{self, OPEN, OpenSession};
use crate::tries::{Slot, Tried};
use crate::visitor::{Client, Visitor};

pub use crate::sessions::sign_out;

/// What the sign-in page shows beside its form.
///
/// # Errors
/// Not found before the business is set up.
pub async fn door(kh: &Keyholder, visitor: &Visitor) -> Result<DoorView, Failure> {
    let business = sql::business_name(&mut *kh.reader().acquire().await?)
        .await?
        .ok_or(AppError::NotFound)?;
    let ended = match visitor {
        Visitor::Nobody { ended } => ended.filter(|why| *why != EndedWhy::SignedOut),
        _ => None,
    };
    Ok(DoorView { business, ended })
}

/// Signs in with email and password.
///
/// Unknown, wrong, locked, deactivated, not yet accepted: one answer, one hash, as many writes
/// (req. 10, 11). The try takes its slot before anything is compared (req. 14).
///
/// # Errors
/// [`AppError::SignInFailed`] for every reason that lies with the account; [`AppError::TooMany`]
/// for too many wrong tries from one place.
pub async fn sign_in(
    kh: &Keyholder,
    client: &Client,
    session: &Session,
    form: SignIn,
) -> Result<Done, Failure> {
    form.check()?;
    if form.password.len() > domain::form::PASSWORD_MAX_BYTES {
        return Err(AppError::SignInFailed.into());
    }
    let next = own_path(&form.next).unwrap_or("/").to_owned();
    // Refused before anything is looked up, so that being busy tells nothing about the account.
    let place = kh.sign_in_place().ok_or(AppError::Busy)?;
    let work = check(kh.clone(), client.clone(), form);
    // On its own, so that who hangs up leaves no slot taken and no wrong try uncounted.
    let work = async move {
        let _place = place;
        work.await
    };
    // In the request's span, so that what is logged meanwhile carries its id.
    let account = tokio::spawn(work.in_current_span())
        .await
        .map_err(|error| Failure::Internal(Box::new(error)))??;
    open(client, session, account.id, Some(account.password_set)).await?;
    // What is due shows on the way there.
    Ok(Done::quiet().reload(next))
}

/// Compares the password with the account's, and counts the try.
async fn check(kh: Keyholder, client: Client, form: SignIn) -> Result<sql::Account, Failure> {
    let kh = &kh;
    let email = fold_email(&form.email);
    let account = sql::account(&mut *kh.reader().acquire().await?, &email).await?;
    let known = account.as_ref().map(|account| account.id);
    let slot = Slot::take(kh, &client, Tried::Password, known, &email).await?;
    let now = kh.now();
    let stored = account
        .as_ref()
        .filter(|account| slot.is_real() && standing(&account.state, account.ends_at).works(now))
        .and_then(|account| account.password.clone())
        .map(Phc::from);
    let verified = match kh.hasher().verify(&form.password, stored.as_ref()).await {
        Ok(verified) => verified,
        Err(error) => {
            slot.give_back(kh).await?;
            return Err(error.into());
        }
    };
    let Some(account) = account.filter(|_| verified.matches) else {
        slot.count_wrong(kh, &client).await?;
        tracing::info!(request_id = client.request_id, "a sign-in was refused");
        return Err(AppError::SignInFailed.into());
    };
    slot.give_back(kh).await?;
    // When the line is full the old hash stays until the next sign-in.
    if verified.needs_rehash
        && let (Some(old), Ok(new)) = (&stored, kh.hasher().hash(&form.password).await)
    {
        sql::rehash(kh.writer(), account.id, old.as_str(), new.as_str()).await?;
    }
    Ok(account)
}

/// Begins a session for a person who has just proved who they are, by all but a second factor; a new
/// id at every stage (req. 39). `password_set` is when the password that they proved themselves with
/// was set, if they did: one that was set anew meanwhile opens nothing (req. 26).
pub(crate) async fn open(
    client: &Client,
    session: &Session,
    person: UserId,
    password_set: Option<Instant>,
) -> Result<(), Failure> {
    begin(session, opening(client, person, password_set)).await
}

/// Begins a session for a person who has shown their second factor too.
pub(crate) async fn open_with_factor(
    client: &Client,
    session: &Session,
    person: UserId,
    password_set: Option<Instant>,
) -> Result<(), Failure> {
    let open = OpenSession {
        factor_shown: true,
        ..opening(client, person, password_set)
    };
    begin(session, open).await
}

fn opening(client: &Client, person: UserId, password_set: Option<Instant>) -> OpenSession {
    OpenSession {
        person,
        factor_shown: false,
        password_set,
        proved: None,
        signs_in: true,
        ip: client.ip.clone(),
        user_agent: client.user_agent.clone(),
        request_id: client.request_id.clone(),
    }
}

/// Begins a complete session that takes the place of another, under a new id (req. 39), once the
/// second factor is shown. What was proved there counts as it did (`proved`): going on proves
/// nothing. Whether it completes a sign-in (`signs_in`) is for who calls to say; a session that was
/// complete before signs nobody in.
pub(crate) async fn go_on(
    client: &Client,
    session: &Session,
    person: UserId,
    password_set: Option<Instant>,
    proved: Instant,
    signs_in: bool,
) -> Result<(), Failure> {
    let open = OpenSession {
        factor_shown: true,
        proved: Some(proved),
        signs_in,
        ..opening(client, person, password_set)
    };
    begin(session, open).await
}

async fn begin(session: &Session, open: OpenSession) -> Result<(), Failure> {
    let begun = async {
        session.insert(OPEN, open).await?;
        session.cycle_id().await?;
        session.save().await
    };
    begun.await.map_err(sessions::answer)
}
