//! Asking for another address, and taking that back.

use std::time::Duration;

use access::actions::{ChangeEmail, ChangeOwnEmail, WithdrawEmail, WithdrawOwnEmail};
use access::{Caller, Instant, UserId};
use domain::email::{self, EMAIL_MINUTES};
use domain::{AppError, Done, ProblemCode, Problems, Toast};
use serde_json::json;
use sqlx::AnyConnection;

use super::sql;
use crate::crypto::hash_token;
use crate::db::fold::fold_email;
use crate::failure::Failure;
use crate::invites;
use crate::keyholder::Keyholder;
use crate::limits::{self, Limit};
use crate::notices::{self, Notice};
use crate::tries::own_password;
use crate::tx::{Change, EmailChanges, Guarded, Mail, Object, Tx, Users, Writes};
use crate::users;
use crate::visitor::Staff;

/// How often another address is asked for one person (req. 19): each is a mail to a mailbox that
/// may be a stranger's, and an answer whether somebody here has the address.
const FOR_ONE_PERSON: Limit = Limit {
    times: 5,
    within: Duration::from_mins(15),
};

/// Asks for another address for oneself; the password is asked for (req. 30).
///
/// # Errors
/// What is to be put right; too many.
pub async fn change_own(
    kh: &Keyholder,
    staff: &Staff,
    form: email::ChangeOwnEmail,
) -> Result<Done, Failure> {
    let grant = kh.may::<ChangeOwnEmail>(staff, &()).await?;
    form.check()?;
    own_password::<ChangeOwnEmail>(kh, staff, "current_password", &form.current).await?;
    let person = staff.caller.person.id;
    limits::ask(kh, &bucket(person), FOR_ONE_PERSON).await?;
    let (mut tx, caller, ()) = Tx::begin(kh, staff, grant, ()).await?;
    let facts = users::sql::facts(tx.read(), person)
        .await?
        .ok_or(AppError::NotFound)?;
    must_be_usable(tx.read(), &caller, &facts.email, &form.email).await?;
    let asked = Asked {
        person,
        email: form.email.trim(),
    };
    let before = ask(kh, &mut tx, staff, &asked).await?;
    tx.commit(
        Change::of(Object::user(person, &facts.name))
            .before(&said(before.as_deref()))
            .after(&said(Some(asked.email))),
    )
    .await?;
    Ok(Done::say(Toast::EmailAsked {
        email: asked.email.to_owned(),
    }))
}

/// Asks for another address for somebody. Who is only invited has confirmed none yet: theirs
/// changes at once, and the invitation goes there.
///
/// # Errors
/// What is to be put right; the rule that stands against it; somebody who does not work here any
/// more; too many.
pub async fn change(
    kh: &Keyholder,
    staff: &Staff,
    id: &str,
    address: &str,
) -> Result<Done, Failure> {
    let (mut tx, person, facts) = users::open::<ChangeEmail>(kh, staff, id).await?;
    let mut problems = Problems::none();
    problems.email("email", address);
    problems.into_result()?;
    let email = address.trim();
    let now = tx.now();
    let invited = facts.state == "invited" && !person.standing.last_day_is_over(now);
    if !invited && !person.standing.works(now) {
        return Err(AppError::Conflict.into());
    }
    limits::ask_within(&mut tx, &bucket(person.id), FOR_ONE_PERSON).await?;
    must_be_usable(tx.read(), &staff.caller, &facts.email, email).await?;
    let object = Object::user(person.id, &facts.name);
    if invited {
        let write = &mut tx.write::<Users>();
        users::sql::set_email(write, person.id, &facts.details, email).await?;
        invites::send(kh, &mut tx, staff, person.id).await?;
        tx.commit(
            Change::of(object)
                .before(&json!({ "email": facts.email }))
                .after(&json!({ "email": email })),
        )
        .await?;
        return Ok(Done::say(Toast::InviteResent { name: facts.name }));
    }
    let asked = Asked {
        person: person.id,
        email,
    };
    let before = ask(kh, &mut tx, staff, &asked).await?;
    tx.commit(
        Change::of(object)
            .before(&said(before.as_deref()))
            .after(&said(Some(email))),
    )
    .await?;
    Ok(Done::say(Toast::EmailAsked {
        email: email.to_owned(),
    }))
}

/// Takes back what was asked for oneself, whoever asked.
///
/// # Errors
/// When nothing waits any more.
pub async fn withdraw_own(kh: &Keyholder, staff: &Staff) -> Result<Done, Failure> {
    let grant = kh.may::<WithdrawOwnEmail>(staff, &()).await?;
    let (tx, caller, ()) = Tx::begin(kh, staff, grant, ()).await?;
    take_back(tx, caller.person.id, &staff.me.name).await
}

/// Takes back what was asked for somebody, whoever asked.
///
/// # Errors
/// The rule that stands against it; when nothing waits any more.
pub async fn withdraw(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Done, Failure> {
    let (tx, person, facts) = users::open::<WithdrawEmail>(kh, staff, id).await?;
    take_back(tx, person.id, &facts.name).await
}

async fn take_back<A>(mut tx: Tx<A>, person: UserId, name: &str) -> Result<Done, Failure>
where
    A: Guarded + Writes<EmailChanges>,
{
    let now = tx.now();
    let waiting = sql::waiting(tx.read(), person, now).await?;
    let waiting = waiting.ok_or(AppError::Conflict)?;
    sql::withdraw(&mut tx.write::<EmailChanges>(), person).await?;
    tx.commit(
        Change::of(Object::user(person, name))
            .before(&said(Some(&waiting.email)))
            .after(&said(None)),
    )
    .await?;
    Ok(Done::say(Toast::EmailWithdrawn))
}

fn bucket(person: UserId) -> String {
    format!("email:{person}")
}

/// What the log keeps of what waits.
fn said(email: Option<&str>) -> serde_json::Value {
    json!({ "new_email": email })
}

/// Refuses the address that they have, and one that somebody else has: by name only where the
/// caller may know them (product §2.4).
async fn must_be_usable(
    conn: &mut AnyConnection,
    caller: &Caller,
    old: &str,
    new: &str,
) -> Result<(), Failure> {
    if fold_email(old) == fold_email(new) {
        return Err(Failure::field("email", ProblemCode::SameEmail));
    }
    match users::address_problem(conn, caller, new).await? {
        Some(problem) => Err(Failure::field("email", problem)),
        None => Ok(()),
    }
}

/// For whom which address is asked.
struct Asked<'a> {
    person: UserId,
    email: &'a str,
}

/// Writes the change down in place of an older one, whose link is dead, and both mails; answers
/// the address that the older one was for.
async fn ask<A>(
    kh: &Keyholder,
    tx: &mut Tx<A>,
    staff: &Staff,
    asked: &Asked<'_>,
) -> Result<Option<String>, Failure>
where
    A: Guarded + Writes<EmailChanges> + Writes<Mail>,
{
    let Asked { person, email } = *asked;
    let now = tx.now();
    let before = sql::waiting(tx.read(), person, now).await?;
    let (token, id) = (kh.rng().token(), kh.new_id().to_string());
    let expires = Instant(now.0 + EMAIL_MINUTES * 60_000);
    let new = sql::New {
        id: &id,
        person,
        email,
        token_hash: &hash_token(&token),
        asked_by: staff.caller.person.id,
        now,
        expires,
    };
    sql::replace(&mut tx.write::<EmailChanges>(), &new).await?;
    let by = (staff.caller.person.id != person).then_some(staff.me.name.as_str());
    let link = format!("{}/confirm-email/{token}", kh.public_url());
    let confirm = Notice::EmailLink { link, expires, by };
    notices::tell_at(kh, tx, person, email, &confirm, Some(&id)).await?;
    let told = Notice::EmailAsked {
        email,
        by,
        client: &staff.client,
    };
    notices::tell(kh, tx, person, &told, None).await?;
    Ok(before.map(|before| before.email))
}
