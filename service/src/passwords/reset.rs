//! A new password by the link of a mail, asked for at the door or by somebody who looks after the
//! person. One mail and one flow (product §5).

use std::time::Duration;

use access::actions::{ForgotPassword as ForgotAction, ResetPassword as ResetAction};
use access::{Grant, Instant, UserId};
use domain::passwords::{ForgotPassword, NewPassword, RESET_MINUTES, ResetView};
use domain::{AppError, Done, EndedWhy, Toast};
use serde_json::json;
use sqlx::AnyConnection;
use tracing::Instrument as _;

use super::{Stored, min_of, must_be_good, replace, sql, words};
use crate::crypto::hash_token;
use crate::db::fold::fold_email;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::limits::{self, Limit};
use crate::notices::{self, Notice};
use crate::sessions;
use crate::tries;
use crate::tx::{Change, Guarded, Mail, Object, Resets, Sessions, Tx, Users, Writes};
use crate::visitor::Client;

/// How often a link for one address is asked for at the door; a stranger who asks for somebody
/// else's fills no mailbox (req. 19).
const FOR_ONE_ADDRESS: Limit = Limit {
    times: 5,
    within: Duration::from_mins(15),
};
/// How often links are asked for from one place: a shop that is told to renew all its passwords on
/// one morning stays far below it.
const FROM_ONE_PLACE: Limit = Limit {
    times: 60,
    within: Duration::from_mins(15),
};

/// Asks for a link to a new password. The answer is the same for every address, and given before
/// anybody has looked whether there is an account (req. 10, 12); past the limits it is the same
/// too, and no mail goes out (req. 19).
///
/// # Errors
/// What is to be put right in the address; busy.
pub async fn forgot(
    kh: &Keyholder,
    client: &Client,
    form: ForgotPassword,
) -> Result<Done, Failure> {
    form.check()?;
    let place = kh.sign_in_place().ok_or(AppError::Busy)?;
    let email = fold_email(&form.email);
    let place_bucket = format!("forgot-from:{}", limits::place(&client.ip));
    let address_bucket = format!("forgot:{}", hash_token(&email));
    let within = limits::take(kh, &place_bucket, FROM_ONE_PLACE)
        .await?
        .is_ok()
        && limits::take(kh, &address_bucket, FOR_ONE_ADDRESS)
            .await?
            .is_ok();
    if within {
        let (kh, client) = (kh.clone(), client.clone());
        let work = async move {
            let _place = place;
            if let Err(failure) = send_to(&kh, &client, &email).await {
                // The conversion logs what went wrong; whoever asked, asks again.
                drop(AppError::from(failure));
            }
        };
        // In the request's span, so that what is logged meanwhile carries its id.
        tokio::spawn(work.in_current_span());
    } else {
        tracing::info!(
            request_id = client.request_id,
            "a link to a new password was asked for too often"
        );
    }
    Ok(Done::quiet().go("/forgot-password?asked=1"))
}

/// Sends the link, if there is somebody who could use it.
async fn send_to(kh: &Keyholder, client: &Client, email: &str) -> Result<(), Failure> {
    let found = {
        let mut conn = kh.reader().acquire().await?;
        sql::account_by_email(&mut conn, email, kh.now()).await?
    };
    let Some(account) = found else {
        return Ok(());
    };
    let grant: Grant<ForgotAction> = access::system::grant("asked_at_the_door");
    let mut tx = Tx::system(kh, grant, client.clone()).await?;
    send(kh, &mut tx, account.id, None).await?;
    tx.commit(Change::of(Object::user(account.id, &account.name)))
        .await
}

/// Makes a fresh link for a person and puts its mail into the outbox; an older one is dead. Nobody
/// but the mail learns the link (req. 27).
pub(crate) async fn send<A>(
    kh: &Keyholder,
    tx: &mut Tx<A>,
    person: UserId,
    sender: Option<UserId>,
) -> Result<(), Failure>
where
    A: Guarded + Writes<Resets> + Writes<Mail>,
{
    let now = tx.now();
    let token = kh.rng().token();
    let expires = Instant(now.0 + RESET_MINUTES * 60_000);
    let id = kh.new_id().to_string();
    let new = sql::New {
        id: &id,
        person,
        token_hash: &hash_token(&token),
        sender,
        now,
        expires,
    };
    sql::insert(&mut tx.write::<Resets>(), &new).await?;
    let link = format!("{}/reset-password/{token}", kh.public_url());
    let reset = Notice::Reset { link, expires };
    notices::tell(kh, tx, person, &reset, Some(&id)).await
}

/// Whether a link is still good: else its mail need not go out any more.
pub(crate) async fn is_open(
    conn: &mut AnyConnection,
    reset: &str,
    now: Instant,
) -> Result<bool, Failure> {
    sql::is_open(conn, reset, now).await
}

/// The person behind a link.
pub(super) async fn account_behind(
    conn: &mut AnyConnection,
    token: &str,
    now: Instant,
) -> Result<Option<sql::Account>, Failure> {
    sql::account_by_link(conn, &hash_token(token), now).await
}

/// What whoever holds the link sees. Looking uses nothing up (req. 23).
///
/// # Errors
/// [`AppError::LinkOver`] for a link that is of no use.
pub async fn view(kh: &Keyholder, token: &str) -> Result<ResetView, Failure> {
    let mut conn = kh.reader().acquire().await?;
    let account = account_behind(&mut conn, token, kh.now()).await?;
    let account = account.ok_or(AppError::LinkOver)?;
    Ok(ResetView {
        business: account.business,
        email: account.email,
        min: min_of(account.two_factor),
    })
}

/// Sets a new password with the link, which is used up by it. Every session ends, a lock ends,
/// wrong tries are forgotten; a second factor stays as it is, and nobody is signed in (req. 26).
///
/// # Errors
/// What is to be put right, or [`AppError::LinkOver`].
pub async fn reset(
    kh: &Keyholder,
    client: &Client,
    token: &str,
    form: NewPassword,
) -> Result<Done, Failure> {
    let (account, words) = {
        let mut conn = kh.reader().acquire().await?;
        let account = account_behind(&mut conn, token, kh.now()).await?;
        let account = account.ok_or(AppError::LinkOver)?;
        let words = words(&mut conn, account.id).await?;
        (account, words)
    };
    let min = min_of(account.two_factor);
    form.check(min)?;
    must_be_good(&form.password, min, &words)?;
    let phc = kh.hasher().hash(&form.password).await?;
    let person = account.id;
    let grant: Grant<ResetAction> = access::system::grant("link_holder");
    let mut tx = Tx::own(kh, grant, client.clone(), person, &account.name, None).await?;
    let now = tx.now();
    // The person's row before the link and the sessions, as everywhere.
    tries::forgive(&mut tx.write::<Users>(), person).await?;
    // Of two at once, the second finds no link (req. 22).
    if !sql::use_up(&mut tx.write::<Resets>(), &hash_token(token), now).await? {
        return Err(AppError::LinkOver.into());
    }
    let stored = Stored::new(&phc, &form.password);
    let replaced = replace(&mut tx, person, &stored, account.password_set, None).await?;
    let half = replaced.ok_or(AppError::LinkOver)?;
    let write = &mut tx.write::<Sessions>();
    let ended = half + sessions::end_all(write, person, EndedWhy::PasswordReset, now).await?;
    notices::tell(
        kh,
        &mut tx,
        person,
        &Notice::PasswordChanged { client },
        None,
    )
    .await?;
    let mut change =
        Change::of(Object::user(person, &account.name)).after(&json!({ "sessions_ended": ended }));
    if account.locked_until > now {
        change = change.before(&json!({ "locked_until": account.locked_until }));
    }
    tx.commit(change).await?;
    Ok(Done::say(Toast::PasswordSet).reload("/sign-in"))
}
