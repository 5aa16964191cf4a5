//! One's own account.

use access::actions::SetTheme;
use domain::shell::Theme;
use domain::{AppError, Done};
use serde_json::json;

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::tx::{Change, Object, Tx, Users};
use crate::users;
use crate::visitor::Staff;

/// Chooses light, dark, or as the device says.
///
/// # Errors
/// A word that is no theme.
pub async fn set_theme(kh: &Keyholder, staff: &Staff, theme: &str) -> Result<Done, Failure> {
    let theme = Theme::from_key(theme).ok_or(AppError::BadRequest)?;
    let grant = kh.may::<SetTheme>(staff, &()).await?;
    let (mut tx, caller, ()) = Tx::begin(kh, staff, grant, ()).await?;
    users::sql::set_theme(&mut tx.write::<Users>(), caller.person.id, theme.key()).await?;
    let object = Object::user(caller.person.id, &staff.me.name);
    tx.commit(
        Change::of(object)
            .before(&json!({ "theme": staff.me.theme }))
            .after(&json!({ "theme": theme })),
    )
    .await?;
    Ok(Done::quiet())
}
