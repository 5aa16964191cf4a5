//! One's own account.

use access::actions::{SetTheme, UpdateProfile, ViewProfile};
use access::{Instant, StoreId};
use domain::profile::{ALL_STORES, ProfileForm, ProfileView};
use domain::shell::Theme;
use domain::users::StoresLine;
use domain::{AppError, Done, Toast};
use serde_json::json;

use crate::email;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::shell;
use crate::time::when;
use crate::tries;
use crate::tx::{Change, Object, Tx, Users};
use crate::users;
use crate::visitor::Staff;

/// The page.
///
/// # Errors
/// When the database does not answer.
pub async fn view(kh: &Keyholder, staff: &Staff) -> Result<ProfileView, Failure> {
    kh.sees::<ViewProfile>(staff, &()).await?;
    let person = staff.caller.person.id;
    let mut conn = kh.reader().acquire().await?;
    let facts = users::sql::facts(&mut conn, person)
        .await?
        .ok_or(AppError::NotFound)?;
    let now = kh.now();
    let set = tries::counts(&mut conn, person).await?.password_set;
    Ok(ProfileView {
        groups: shell::groups_of(staff),
        reach: reach(staff),
        id: person,
        name: facts.name,
        avatar: facts.avatar,
        details: facts.details,
        email: facts.email,
        email_change: email::waiting(&mut conn, staff, person, now).await?,
        password_set: (set > 0).then(|| when(Instant(set), now, &staff.business.time_zone)),
        theme: staff.me.theme,
        default_store: users::sql::default_store(&mut conn, person).await?,
        stores: shell::stores_to_choose(staff),
        revision: facts.revision,
    })
}

/// The stores that are one's own; closed ones are no place to work in.
fn reach(staff: &Staff) -> Option<StoresLine> {
    let open = staff.stores.iter().filter(|store| store.active).count();
    let own: Vec<String> = staff.own_stores().map(|store| store.name.clone()).collect();
    if own.is_empty() || staff.one_store() {
        None
    } else if own.len() == open {
        Some(StoresLine::All(u32::try_from(open).unwrap_or(u32::MAX)))
    } else {
        Some(StoresLine::These(own))
    }
}

/// Saves names, phone, theme, and the store in which a new session begins. Lists, records and the
/// log have the name from the next entry on.
///
/// # Errors
/// What is to be put right, not found for a store that is not theirs, or that somebody changed the
/// same meanwhile.
pub async fn update(
    kh: &Keyholder,
    staff: &Staff,
    revision: i64,
    form: ProfileForm,
) -> Result<Done, Failure> {
    let theme = Theme::from_key(&form.theme).ok_or(AppError::BadRequest)?;
    let chosen = match form.default_store.as_str() {
        "" | ALL_STORES => None,
        id => Some(id.parse::<StoreId>().map_err(|_| AppError::NotFound)?),
    };
    let standing = chosen.map(|id| staff.standing_of(id));
    let grant = kh.may::<UpdateProfile>(staff, &standing).await?;
    form.check()?;
    let (mut tx, caller, _) = Tx::begin(kh, staff, grant, standing).await?;
    let person = caller.person.id;
    let facts = users::sql::facts(tx.read(), person)
        .await?
        .ok_or(AppError::NotFound)?;
    let store = users::sql::default_store(tx.read(), person).await?;
    let before = ProfileForm {
        details: facts.details,
        theme: staff.me.theme.key().to_owned(),
        default_store: store,
    };
    let write = &mut tx.write::<Users>();
    if !users::sql::update(write, person, &facts.email, &form.details, revision).await? {
        return Err(AppError::Conflict.into());
    }
    users::sql::set_theme(write, person, theme.key()).await?;
    users::sql::set_default_store(write, person, &form.default_store).await?;
    let name = users::sql::shown_name(&form.details);
    tx.commit(
        Change::of(Object::user(person, &name))
            .before(&said(&before))
            .after(&said(&form)),
    )
    .await?;
    Ok(Done::say(Toast::ProfileSaved))
}

/// What the log keeps of it, flat like the entry of a change by somebody else.
fn said(form: &ProfileForm) -> serde_json::Value {
    json!({
        "first_name": form.details.first_name,
        "last_name": form.details.last_name,
        "display_name": form.details.display_name,
        "phone": form.details.phone,
        "theme": form.theme,
        "default_store": form.default_store,
    })
}

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
