//! Confirming a new address by the link that was mailed there.

use access::actions::ConfirmEmail;
use access::guards::may_still_change_email;
use access::{Grant, Instant, UserId};
use domain::email::ConfirmEmailView;
use domain::{AppError, Done, ProblemCode, Toast};
use serde_json::json;
use sqlx::AnyConnection;

use super::sql;
use crate::crypto::hash_token;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::notices::{self, Notice};
use crate::passwords;
use crate::people;
use crate::tx::{Change, EmailChanges, Object, Resets, Tx, Users};
use crate::users;
use crate::visitor::{Client, Visitor};

/// A change that can be confirmed at this moment.
struct Open {
    found: sql::Behind,
    facts: users::sql::Facts,
}

/// Finds the change behind a link. Over, withdrawn, unknown, of somebody who does not work here any
/// more, or asked for by somebody who may no longer: all the same to whoever holds the link.
async fn find(conn: &mut AnyConnection, token: &str, now: Instant) -> Result<Open, Failure> {
    let found = sql::behind(conn, &hash_token(token), now)
        .await?
        .ok_or(AppError::LinkOver)?;
    let person = people::load(conn, found.person)
        .await?
        .ok_or(AppError::LinkOver)?;
    let facts = users::sql::facts(conn, found.person)
        .await?
        .ok_or(AppError::LinkOver)?;
    let mut good = person.standing.works(now);
    if found.asked_by != found.person {
        let asker = people::load(conn, found.asked_by)
            .await?
            .ok_or(AppError::LinkOver)?;
        let stores = people::all_stores(conn).await?;
        good &= may_still_change_email(&asker, &stores, &person, now).is_ok();
    }
    if good {
        Ok(Open { found, facts })
    } else {
        Err(AppError::LinkOver.into())
    }
}

/// What whoever holds the link sees. Looking uses nothing up (req. 23).
///
/// # Errors
/// [`AppError::LinkOver`] for a link that is of no use.
pub async fn view(kh: &Keyholder, token: &str) -> Result<ConfirmEmailView, Failure> {
    let mut conn = kh.reader().acquire().await?;
    let open = find(&mut conn, token, kh.now()).await?;
    Ok(ConfirmEmailView {
        business: sql::business(&mut conn).await?,
        email: open.found.email,
    })
}

/// Makes the new address the one that signs in. The link is used up by it, links to new passwords
/// that went to the old address are void, and the old address is told (req. 22, 30). Sessions go
/// on, and nobody is signed in.
///
/// # Errors
/// [`AppError::LinkOver`]; an address that somebody has by now.
pub async fn confirm(
    kh: &Keyholder,
    client: &Client,
    visitor: &Visitor,
    token: &str,
) -> Result<Done, Failure> {
    find(&mut *kh.reader().acquire().await?, token, kh.now()).await?;
    let grant: Grant<ConfirmEmail> = access::system::grant("link_holder");
    let mut tx = Tx::own(kh, grant, client.clone(), UserId::nil(), "", None).await?;
    let now = tx.now();
    // Under the lock: of two at once, the second finds nothing, and of two people with the same
    // wish, the second is refused.
    let Open { found, facts } = find(tx.read(), token, now).await?;
    let (person, email) = (found.person, found.email);
    if users::sql::has_holder(tx.read(), &email).await? {
        return Err(Failure::field("email", ProblemCode::AddressUnusable));
    }
    tx.actor(person, &facts.name);
    // The person's row before what belongs to it, as everywhere.
    let write = &mut tx.write::<Users>();
    users::sql::set_email(write, person, &facts.details, &email).await?;
    sql::withdraw(&mut tx.write::<EmailChanges>(), person).await?;
    passwords::withdraw(&mut tx.write::<Resets>(), person).await?;
    let told = Notice::EmailChanged { client };
    notices::tell_at(kh, &mut tx, person, &facts.email, &told, None).await?;
    tx.commit(
        Change::of(Object::user(person, &facts.name))
            .before(&json!({ "email": facts.email }))
            .after(&json!({ "email": email })),
    )
    .await?;
    let next = match visitor {
        Visitor::Staff(_) => "/profile",
        Visitor::Half(_) | Visitor::Nobody { .. } => "/sign-in",
    };
    Ok(Done::say(Toast::EmailChanged { email }).reload(next))
}
