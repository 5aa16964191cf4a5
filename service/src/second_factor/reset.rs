//! Taking somebody's second factor away when they lost it (product §6).

use access::UserId;
use access::actions::ResetTwoFactor as ResetAction;
use domain::second_factor::ResetTwoFactor;
use domain::{AppError, Done, EndedWhy, Toast};
use serde_json::json;

use super::sql;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::mail::FactorNews;
use crate::notices::{self, Notice};
use crate::sessions;
use crate::tx::{Change, Guarded, Mail, Object, Sessions, TwoFactor, Tx, Users, Writes};
use crate::users;
use crate::visitor::{Client, Staff};

/// Takes the second factor away, with its recovery codes: the admin says how they verified who
/// asked, all sessions end, and the person is told by mail.
///
/// # Errors
/// What is to be put right, the rule that stands against it, [`AppError::Conflict`] when none is
/// set up.
pub async fn reset(kh: &Keyholder, staff: &Staff, form: ResetTwoFactor) -> Result<Done, Failure> {
    let (mut tx, person, facts) = users::open::<ResetAction>(kh, staff, &form.id).await?;
    let verified = form.check()?;
    let (client, by) = (&staff.client, &staff.me.name);
    let ended = take_away(kh, &mut tx, person.id, client, by)
        .await?
        .ok_or(AppError::Conflict)?;
    tx.commit(
        Change::of(Object::user(person.id, &facts.name))
            .before(&json!({ "two_factor": true }))
            .after(&json!({
                "two_factor": false,
                "verified": verified,
                "sessions_ended": ended,
            }))
            .because(form.note.trim()),
    )
    .await?;
    Ok(Done::say(Toast::TwoFactorReset {
        name: facts.name,
        sessions: ended,
    })
    .go(format!("/settings/users/{}/security", person.id)))
}

/// Takes the second factor and its recovery codes away, ends all sessions and tells the person by
/// mail who did it; answers how many sessions ended, nothing when there was no second factor.
pub(crate) async fn take_away<A>(
    kh: &Keyholder,
    tx: &mut Tx<A>,
    person: UserId,
    client: &Client,
    by: &str,
) -> Result<Option<u32>, Failure>
where
    A: Guarded + Writes<Users> + Writes<TwoFactor> + Writes<Sessions> + Writes<Mail>,
{
    let now = tx.now();
    if !sql::mark(&mut tx.write::<Users>(), person, false).await? {
        return Ok(None);
    }
    sql::remove(&mut tx.write::<TwoFactor>(), person).await?;
    let write = &mut tx.write::<Sessions>();
    let ended = sessions::end_all(write, person, EndedWhy::TwoFactorReset, now).await?;
    let notice = Notice::Factor {
        news: FactorNews::Reset { by },
        client,
    };
    notices::tell(kh, tx, person, &notice, None).await?;
    Ok(Some(ended))
}
