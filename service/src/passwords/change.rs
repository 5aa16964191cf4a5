//! The own password: changed by who is signed in, or chosen anew on the way in.

use std::time::Duration;

use access::actions::{ChangePassword as ChangeAction, ChoosePassword, ViewPassword};
use access::{Due, Grant};
use domain::form::PASSWORD_MIN_ALONE;
use domain::passwords::{ChangePassword, NewPassword, PasswordView, ResetView};
use domain::sign_in::own_path;
use domain::{AppError, Done, EndedWhy, Toast};
use serde_json::json;
use tower_sessions::Session;

use super::{Stored, min_of, must_be_good, replace, sql, words};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::notices::{self, Notice};
use crate::sessions;
use crate::sign_in;
use crate::tries::own_password;
use crate::tx::{Change, Object, Sessions, Tx};
use crate::visitor::{Half, Staff, Visitor};

/// How long after the old password has passed a longer one may be chosen without giving it again:
/// later, somebody else may sit there.
const CHOOSE_WITHIN: Duration = Duration::from_mins(10);

/// What the page says that changes the own password.
///
/// # Errors
/// When the database does not answer.
pub async fn view(kh: &Keyholder, staff: &Staff) -> Result<PasswordView, Failure> {
    kh.sees::<ViewPassword>(staff, &()).await?;
    let mut conn = kh.reader().acquire().await?;
    let sessions = sessions::live_count(&mut conn, staff.caller.person.id, kh.now()).await?;
    Ok(PasswordView {
        email: staff.me.email.clone(),
        min: min_of(staff.me.two_factor),
        others: sessions.saturating_sub(1),
    })
}

/// Changes the own password; the current one is asked for (req. 5), this session goes on, and the
/// others end where that was asked for. Those that are half-way in end in any case.
///
/// # Errors
/// What is to be put right; too many wrong tries.
pub async fn change(kh: &Keyholder, staff: &Staff, form: ChangePassword) -> Result<Done, Failure> {
    let grant = kh.may::<ChangeAction>(staff, &()).await?;
    let person = staff.caller.person.id;
    let (account, words) = {
        let mut conn = kh.reader().acquire().await?;
        let account = sql::account(&mut conn, person, kh.now()).await?;
        let words = words(&mut conn, person).await?;
        (account.ok_or(AppError::SignedOut { ended: None })?, words)
    };
    let min = min_of(account.two_factor);
    form.check(min)?;
    must_be_good(&form.new.password, min, &words)?;
    own_password::<ChangeAction>(kh, staff, "current_password", &form.current).await?;
    let phc = kh.hasher().hash(&form.new.password).await?;
    let (mut tx, caller, ()) = Tx::begin(kh, staff, grant, ()).await?;
    let stored = Stored::new(&phc, &form.new.password);
    let inside = Some(caller.session);
    let replaced = replace(&mut tx, person, &stored, account.password_set, inside).await?;
    let mut ended = replaced.ok_or(AppError::Conflict)?;
    let now = tx.now();
    if form.end_others {
        let write = &mut tx.write::<Sessions>();
        let why = EndedWhy::PasswordReset;
        ended += sessions::end_others(write, person, caller.session, why, now).await?;
    }
    let notice = Notice::PasswordChanged {
        client: &staff.client,
    };
    notices::tell(kh, &mut tx, person, &notice, None).await?;
    tx.commit(
        Change::of(Object::user(person, &staff.me.name)).after(&json!({ "sessions_ended": ended })),
    )
    .await?;
    Ok(Done::say(Toast::PasswordChanged { sessions: ended }).go("/profile"))
}

/// Who owes a longer password; in good time.
fn owing<'a>(kh: &Keyholder, visitor: &'a Visitor) -> Result<&'a Half, Failure> {
    let half = match visitor {
        Visitor::Half(half) if half.due == Due::Password => half,
        Visitor::Half(half) => return Err(AppError::Due(half.due).into()),
        Visitor::Staff(_) => return Err(AppError::NotFound.into()),
        Visitor::Nobody { ended } => return Err(AppError::SignedOut { ended: *ended }.into()),
    };
    let within = i64::try_from(CHOOSE_WITHIN.as_millis()).unwrap_or(i64::MAX);
    if kh.now().0 - half.started.0 >= within {
        return Err(AppError::SignedOut { ended: None }.into());
    }
    Ok(half)
}

/// What the page says that asks for a longer password on the way in.
///
/// # Errors
/// When nothing of the kind is due.
pub fn choose_view(kh: &Keyholder, visitor: &Visitor) -> Result<ResetView, Failure> {
    let half = owing(kh, visitor)?;
    Ok(ResetView {
        business: half.business.name.clone(),
        email: half.email.clone(),
        min: PASSWORD_MIN_ALONE,
    })
}

/// Sets a password that is long enough for use alone, in place of the one that has just passed,
/// and goes on with the sign-in (product §5), to `next` if that is a path of this site.
///
/// # Errors
/// What is to be put right; when nothing of the kind is due.
pub async fn choose(
    kh: &Keyholder,
    visitor: &Visitor,
    session: &Session,
    form: NewPassword,
    next: &str,
) -> Result<Done, Failure> {
    let half = owing(kh, visitor)?;
    let next = own_path(next).unwrap_or("/");
    let person = half.person;
    let words = words(&mut *kh.reader().acquire().await?, person).await?;
    form.check(PASSWORD_MIN_ALONE)?;
    must_be_good(&form.password, PASSWORD_MIN_ALONE, &words)?;
    let phc = kh.hasher().hash(&form.password).await?;
    // Read while the session lives, since a new one takes its place.
    session.load().await.map_err(sessions::answer)?;
    let grant: Grant<ChoosePassword> = access::system::grant("password_checked");
    let (client, name, in_session) = (half.client.clone(), &half.name, Some(half.session));
    let mut tx = Tx::own(kh, grant, client, person, name, in_session).await?;
    let now = tx.now();
    let stored = Stored::new(&phc, &form.password);
    let replaced = replace(&mut tx, person, &stored, half.password_set, in_session).await?;
    // The session may have ended meanwhile.
    let resolved = sessions::reload(tx.read(), half.session).await?;
    let still_open = resolved.is_some_and(|resolved| resolved.over(now).is_none());
    let write = &mut tx.write::<Sessions>();
    let went_on = sessions::end(write, half.session, EndedWhy::NextStage, now).await?;
    let (Some(ended), true, true) = (replaced, still_open, went_on) else {
        return Err(AppError::SignedOut { ended: None }.into());
    };
    let notice = Notice::PasswordChanged {
        client: &half.client,
    };
    notices::tell(kh, &mut tx, person, &notice, None).await?;
    tx.commit(Change::of(Object::user(person, name)).after(&json!({ "sessions_ended": ended })))
        .await?;
    sign_in::open(&half.client, session, person, Some(now)).await?;
    Ok(Done::say(Toast::PasswordChanged { sessions: ended }).reload(next))
}
