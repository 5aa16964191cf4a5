//! A person's access: what they hold and why, what a change would do, and the change itself.

use access::actions::{
    AccessChange, CheckAccess, PreviewAccess, SetAccess as SetAccessAction, ViewAccess,
};
use access::{Action, Denied, Grant, StoreId};
use domain::users::{AccessPreview, AccessView, SetAccess};
use domain::{AppError, Done, ProblemCode, Toast};
use serde_json::json;

use super::{grid, groups_of, keep_a_super_admin, load, preview, sql, stores_of, view, wanted};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people;
use crate::tx::{Access, Change, Object, Tx, Users};
use crate::visitor::Staff;

/// Tab Access of a person's page, its grid for one store or (empty) for all of theirs.
///
/// # Errors
/// Not found for a person or store that the caller may not know.
pub async fn view_access(
    kh: &Keyholder,
    staff: &Staff,
    id: &str,
    store: &str,
) -> Result<AccessView, Failure> {
    kh.meets::<ViewAccess>(staff).await?;
    let (person, facts) = load::<ViewAccess>(kh, staff, id).await?;
    kh.sees::<ViewAccess>(staff, &person).await?;
    let Ok(store) = shown_for(staff, store) else {
        return Err(kh
            .refuse(staff, ViewAccess::OPERATION.name, Denied::Hidden)
            .await);
    };
    let groups = people::groups(&mut *kh.reader().acquire().await?).await?;
    let now = kh.now();
    let head = view::head(kh, staff, &person, facts).await?;
    Ok(grid::access(staff, head, person, &groups, store, now))
}

/// The store that a grid is asked for; one that the caller may not know is like one that is not.
fn shown_for(staff: &Staff, store: &str) -> Result<Option<StoreId>, Denied> {
    if store.is_empty() {
        return Ok(None);
    }
    store
        .parse()
        .ok()
        .filter(|&id| staff.store_name(id).is_some() && staff.caller.knows_store(id))
        .map(Some)
        .ok_or(Denied::Hidden)
}

/// Reads a form and asks whether the change may be made; nothing is written.
async fn asked<A: Action<Target = AccessChange>>(
    kh: &Keyholder,
    staff: &Staff,
    form: &SetAccess,
) -> Result<(Grant<A>, AccessChange, sql::Facts), Failure> {
    kh.meets::<A>(staff).await?;
    let (before, facts) = load::<A>(kh, staff, &form.user).await?;
    form.check()?;
    let after = wanted::person(kh, staff, &before, form).await?;
    let change = AccessChange { before, after };
    let grant = kh.may::<A>(staff, &change).await?;
    if change.after.memberships.is_empty() {
        return Err(Failure::field("memberships", ProblemCode::PickGroup));
    }
    if change.after.stores.is_empty() && !change.after.is_super_admin() {
        return Err(Failure::field("stores", ProblemCode::PickStore));
    }
    Ok((grant, change, facts))
}

/// Checks what was typed, and leads to the page that says what it would do.
///
/// # Errors
/// What is to be put right, or the rule that stands against it.
pub async fn check_access(kh: &Keyholder, staff: &Staff, form: SetAccess) -> Result<Done, Failure> {
    let (_, change, _) = asked::<CheckAccess>(kh, staff, &form).await?;
    let person = change.before.id;
    Ok(Done::ask(format!(
        "/settings/users/{person}/access?preview"
    )))
}

/// What a change of somebody's access would do.
///
/// # Errors
/// As [`check_access`].
pub async fn preview_access(
    kh: &Keyholder,
    staff: &Staff,
    form: SetAccess,
) -> Result<AccessPreview, Failure> {
    let (_, change, facts) = asked::<PreviewAccess>(kh, staff, &form).await?;
    Ok(preview::of(staff, &change, &facts.name, kh.now()))
}

/// Saves groups, stores and overrides.
///
/// # Errors
/// What is to be put right, the rule that stands against it, or that somebody changed the same
/// meanwhile.
pub async fn set_access(kh: &Keyholder, staff: &Staff, form: SetAccess) -> Result<Done, Failure> {
    let (grant, change, facts) = asked::<SetAccessAction>(kh, staff, &form).await?;
    if preview::asks_reason(&change) {
        return Err(Failure::field("reason", ProblemCode::Required));
    }
    let (mut tx, _, change) = Tx::begin(kh, staff, grant, change).await?;
    let (before, after) = (&change.before, &change.after);
    if !sql::take_revision(&mut tx.write::<Users>(), before.id, form.revision).await? {
        return Err(AppError::Conflict.into());
    }
    let write = &mut tx.write::<Access>();
    sql::set_access(write, after.id, &after.memberships, &after.stores).await?;
    sql::set_overrides(write, after.id, &before.overrides, &after.overrides).await?;
    let tx = keep_a_super_admin(kh, staff, tx).await?;
    let shape = |of: &access::Person| {
        json!({
            "groups": groups_of(staff, of),
            "stores": stores_of(staff, of),
            "overrides": wanted::overrides_of(staff, of),
        })
    };
    tx.commit(
        Change::of(Object::user(before.id, &facts.name))
            .before(&shape(before))
            .after(&shape(after))
            .because(form.reason.trim()),
    )
    .await?;
    Ok(Done::say(Toast::AccessSaved { name: facts.name }))
}
