//! The own password: changed by who is signed in, or chosen anew on the way in.

use access::actions::{ChangePassword as ChangeAction, ViewPassword};
use domain::passwords::{ChangePassword, PasswordView};
use domain::{AppError, Done, EndedWhy, Toast};
use serde_json::json;

use super::{Stored, min_of, must_be_good, replace, sql, words};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::notices::{self, Notice};
use crate::sessions;
use crate::tries::own_password;
use crate::tx::{Change, Object, Sessions, Tx};
use crate::visitor::Staff;

/// What the page says that changes the own password.
///
/// # Errors
/// When the database does not answer.
pub async fn view(kh: &Keyholder, staff: &Staff) -> Result<PasswordView, Failure> {
    kh.sees::<ViewPassword>(staff, &()).await?;
    let mut conn = kh.reader().acquire().await?;
    let sessions = sessions::live_count(&mut conn, staff.caller.person.id).await?;
    Ok(PasswordView {
        email: staff.me.email.clone(),
        min: min_of(staff.me.two_factor),
        others: sessions.saturating_sub(1),
    })
}

/// Changes the own password; the current one is asked for (req. 5), this session goes on, and the
/// others end where that was asked for.
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
    if !replace(&mut tx, person, &stored, account.password_set).await? {
        return Err(AppError::Conflict.into());
    }
    let now = tx.now();
    let ended = if form.end_others {
        let write = &mut tx.write::<Sessions>();
        sessions::end_others(write, person, caller.session, EndedWhy::PasswordReset, now).await?
    } else {
        0
    };
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
