//! Invitations: the link, and what accepting it does (product §3).

mod sql;

use access::actions::AcceptInvite as AcceptAction;
use access::guards::may_still_invite;
use access::{Grant, Instant, Person, Reach, UserId};
use domain::form::PASSWORD_MIN_ALONE;
use domain::invites::{AcceptInvite, INVITE_DAYS, InviteView};
use domain::mail::MailKind;
use domain::{AppError, Done};
use serde_json::json;
use sqlx::AnyConnection;
use tower_sessions::Session;

use crate::crypto::hash_token;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::mail::{self, Message};
use crate::outbox;
use crate::passwords;
use crate::people;
use crate::sign_in;
use crate::tx::{Change, Guarded, Invites, Mail, Object, SYSTEM, Tx, Users, Writes};
use crate::users;
use crate::visitor::{Client, Staff};

pub(crate) use sql::{expired, is_open, store_names, waiting, withdraw};

/// Makes a fresh link for a person and puts its mail into the outbox; the older link is dead.
pub(crate) async fn send<A>(
    kh: &Keyholder,
    tx: &mut Tx<A>,
    staff: &Staff,
    person: UserId,
) -> Result<(), Failure>
where
    A: Guarded + Writes<Invites> + Writes<Mail>,
{
    let now = tx.now();
    let Link { id, token } = replace(kh, tx, person, Some(staff.caller.person.id)).await?;
    let facts = users::sql::facts(tx.read(), person)
        .await?
        .ok_or(AppError::NotFound)?;
    let shape = people::load(tx.read(), person)
        .await?
        .ok_or(AppError::NotFound)?;
    let message = letter(
        kh,
        staff,
        &Letter {
            first_name: &facts.details.first_name,
            to_name: &facts.name,
            to: &facts.email,
            groups: &users::groups_of(staff, &shape),
            token: &token,
            now,
        },
    );
    outbox::enqueue(
        kh,
        &mut tx.write::<Mail>(),
        MailKind::Invite,
        Some(person),
        Some(&id),
        &message,
    )
    .await?;
    tx.wake_mail();
    Ok(())
}

/// A fresh invitation.
pub(crate) struct Link {
    /// Its id.
    pub id: String,
    /// The secret of its link.
    pub token: String,
}

/// Makes a fresh link for a person; the older one is dead. Without a sender it is the program's
/// own, and nobody's rights are behind it.
pub(crate) async fn replace<A>(
    kh: &Keyholder,
    tx: &mut Tx<A>,
    person: UserId,
    sender: Option<UserId>,
) -> Result<Link, Failure>
where
    A: Guarded + Writes<Invites>,
{
    let now = tx.now();
    let token = kh.rng().token();
    let id = kh.new_id().to_string();
    let new = sql::New {
        id: &id,
        person,
        token_hash: &hash_token(&token),
        sender,
        now,
        expires: expires(now),
    };
    sql::replace(&mut tx.write::<Invites>(), &new).await?;
    Ok(Link { id, token })
}

/// The address of an invitation's link.
pub(crate) fn address(kh: &Keyholder, token: &str) -> String {
    format!("{}/accept-invite/{token}", kh.public_url())
}

/// When an invitation that is sent now ends.
pub(crate) const fn expires(now: Instant) -> Instant {
    now.plus_millis(INVITE_DAYS * 24 * 60 * 60_000)
}

/// What differs from one invitation to the next.
pub(crate) struct Letter<'a> {
    /// First name of the invited.
    pub first_name: &'a str,
    /// Their display name.
    pub to_name: &'a str,
    /// Their address.
    pub to: &'a str,
    /// Their groups in one line.
    pub groups: &'a str,
    /// The secret of the link.
    pub token: &'a str,
    /// When it is sent.
    pub now: Instant,
}

/// The mail of an invitation.
pub(crate) fn letter(kh: &Keyholder, staff: &Staff, letter: &Letter<'_>) -> Message {
    mail::invite(&mail::Invite {
        business: &staff.business.name,
        inviter: &staff.me.name,
        first_name: letter.first_name,
        to_name: letter.to_name,
        to: letter.to,
        groups: letter.groups,
        link: &address(kh, letter.token),
        expires: expires(letter.now),
        time_zone: &staff.business.time_zone,
    })
}

/// An invitation that can be accepted at this moment.
struct Open {
    found: sql::Found,
    facts: users::sql::Facts,
    person: Person,
}

/// Finds the invitation behind a link. Over, withdrawn, unknown, or sent by somebody who no longer
/// may: all the same to whoever holds the link (req. 10, 29).
async fn find(conn: &mut AnyConnection, token: &str, now: Instant) -> Result<Open, Failure> {
    let found = sql::find(conn, &hash_token(token), now)
        .await?
        .ok_or(AppError::LinkOver)?;
    let facts = users::sql::facts(conn, found.person)
        .await?
        .ok_or(AppError::LinkOver)?;
    let person = people::load(conn, found.person)
        .await?
        .ok_or(AppError::LinkOver)?;
    // One whose last day came before they accepted is not there to be invited any more.
    if facts.state != "invited" || person.standing.last_day_is_over(now) {
        return Err(AppError::LinkOver.into());
    }
    if let Some(sender) = found.sender {
        let sender = people::load(conn, sender)
            .await?
            .ok_or(AppError::LinkOver)?;
        let stores = people::all_stores(conn).await?;
        if may_still_invite(&sender, &stores, &person, now).is_err() {
            return Err(AppError::LinkOver.into());
        }
    }
    Ok(Open {
        found,
        facts,
        person,
    })
}

/// What the invited person sees. Looking uses nothing up (req. 23).
///
/// # Errors
/// [`AppError::LinkOver`] for a link that is of no use.
pub async fn view(kh: &Keyholder, token: &str) -> Result<InviteView, Failure> {
    let mut conn = kh.reader().acquire().await?;
    let open = find(&mut conn, token, kh.now()).await?;
    let around = sql::around(&mut conn, open.found.sender).await?;
    let name_of = |id| {
        around
            .stores
            .iter()
            .find(|(store, _)| *store == id)
            .map(|(_, n)| n.as_str())
    };
    let groups = people::groups_line(open.person.memberships.iter().map(|membership| {
        let store = match membership.reach {
            Reach::AllTheirStores => None,
            Reach::Store(store) => name_of(store),
        };
        (membership.name.as_str(), store)
    }));
    let stores: Vec<&str> = open
        .person
        .stores
        .iter()
        .filter_map(|id| name_of(*id))
        .collect();
    Ok(InviteView {
        business: around.business,
        first_name: open.facts.details.first_name,
        email: open.facts.email,
        inviter: around.sender.unwrap_or_else(|| SYSTEM.to_owned()),
        groups,
        stores: (around.stores.len() > 1 && !stores.is_empty()).then(|| stores.join(", ")),
    })
}

/// Whom a link invites, if it can be accepted.
pub(crate) async fn person_behind(
    conn: &mut AnyConnection,
    token: &str,
    now: Instant,
) -> Result<Option<UserId>, Failure> {
    match find(conn, token, now).await {
        Ok(open) => Ok(Some(open.found.person)),
        Err(Failure::App(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Accepts: sets the password, uses the link up, signs in. Rights are those of this moment, since
/// the invitation froze none (req. 29).
///
/// # Errors
/// What is to be put right, or [`AppError::LinkOver`].
pub async fn accept(
    kh: &Keyholder,
    client: &Client,
    session: &Session,
    form: AcceptInvite,
) -> Result<Done, Failure> {
    let words = {
        let mut conn = kh.reader().acquire().await?;
        let open = find(&mut conn, &form.token, kh.now()).await?;
        passwords::words(&mut conn, open.found.person).await?
    };
    form.check()?;
    passwords::must_be_good(&form.password, PASSWORD_MIN_ALONE, &words)?;
    let phc = kh.hasher().hash(&form.password).await?;
    let grant: Grant<AcceptAction> = access::system::grant("link_holder");
    let mut tx = Tx::own(kh, grant, client.clone(), UserId::nil(), "", None).await?;
    let now = tx.now();
    // Under the lock: of two acceptances at once, the second finds no invitation (req. 22).
    let open = find(tx.read(), &form.token, now).await?;
    let person = open.found.person;
    tx.actor(person, &open.facts.name);
    sql::withdraw(&mut tx.write::<Invites>(), person).await?;
    users::sql::activate(&mut tx.write::<Users>(), person, phc.as_str(), now).await?;
    tx.commit(
        Change::of(Object::user(person, &open.facts.name))
            .before(&json!({ "state": open.facts.state }))
            .after(&json!({ "state": "active" })),
    )
    .await?;
    sign_in::open(client, session, person, None).await?;
    Ok(Done::quiet().reload("/"))
}
