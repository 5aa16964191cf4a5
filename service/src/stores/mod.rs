//! Stores: the picker's choice, the list, and the page of one.

pub(crate) mod sql;

use access::actions::{
    CreateStore, DeactivateStore, ListStores, NewStore, ReactivateStore, SwitchStore, UpdateStore,
    ViewStore,
};
use access::{Action, Denied, Permission, StoreId, StoreStanding};
use domain::done::{Undo, UndoBy};
use domain::profile::ALL_STORES;
use domain::stores::{NewStoreView, StoreForm, StoreListView, StorePerson, StoreView};
use domain::users::UserListQuery;
use domain::{AppError, Done, ProblemCode, Problems, Toast};
use serde_json::json;

use crate::db::fold::fold;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::sessions;
use crate::time::{is_zone, zones};
use crate::tx::{Access, Change, Guarded, Object, Sessions, Stores, Tx, Writes};
use crate::users;
use crate::visitor::Staff;

/// People shown on a store's page.
const PEOPLE: usize = 10;

/// Chooses a store for this session, or all of them; a store that is not theirs is not there.
///
/// # Errors
/// Not found for a store that is not theirs.
pub async fn switch(kh: &Keyholder, staff: &Staff, store: &str) -> Result<Done, Failure> {
    let chosen = match store {
        ALL_STORES => None,
        id => Some(known::<SwitchStore>(kh, staff, id).await?),
    };
    let standing = chosen.map(|id| staff.standing_of(id));
    let grant = kh.may::<SwitchStore>(staff, &standing).await?;
    let (mut tx, caller, _) = Tx::begin(kh, staff, grant, standing).await?;
    let write = &mut tx.write::<Sessions>();
    sessions::choose_store(write, caller.session, caller.person.id, chosen).await?;
    let name = chosen
        .and_then(|id| staff.store_name(id))
        .unwrap_or_default();
    let object = Object {
        kind: "store",
        id: store_word(chosen),
        name: name.to_owned(),
    };
    tx.commit(Change::of(object).in_store(chosen)).await?;
    Ok(Done::quiet())
}

/// A store's id as it came in. What is none is refused like a store that is not there.
async fn known<A: Action>(kh: &Keyholder, staff: &Staff, id: &str) -> Result<StoreId, Failure> {
    match id.parse() {
        Ok(id) => Ok(id),
        Err(_) => Err(kh.refuse(staff, A::OPERATION.name, Denied::Hidden).await),
    }
}

fn store_word(chosen: Option<StoreId>) -> String {
    chosen.map_or_else(|| ALL_STORES.to_owned(), |id| id.to_string())
}

/// All stores.
///
/// # Errors
/// When they may not see Settings.
pub async fn list(kh: &Keyholder, staff: &Staff) -> Result<StoreListView, Failure> {
    kh.sees::<ListStores>(staff, &()).await?;
    let rows = sql::rows(&mut *kh.reader().acquire().await?).await?;
    Ok(StoreListView {
        rows,
        may_edit: may_edit(staff),
    })
}

fn may_edit(staff: &Staff) -> bool {
    staff
        .caller
        .effective
        .holds_business(Permission::SettingsEdit)
}

/// One store's page.
///
/// # Errors
/// Not found for a store that is not there.
pub async fn view(kh: &Keyholder, staff: &Staff, id: &str) -> Result<StoreView, Failure> {
    kh.meets::<ViewStore>(staff).await?;
    let id = known::<ViewStore>(kh, staff, id).await?;
    kh.sees::<ViewStore>(staff, &id).await?;
    let (found, rows) = {
        let mut conn = kh.reader().acquire().await?;
        (sql::form(&mut conn, id).await?, sql::rows(&mut conn).await?)
    };
    let (form, revision) = found.ok_or(AppError::NotFound)?;
    let row = rows.iter().find(|row| row.id == id);
    let row = row.ok_or(AppError::NotFound)?;
    let may_edit = may_edit(staff);
    Ok(StoreView {
        id,
        active: row.active,
        another_is_active: staff.standing_of(id).another_is_active,
        may_edit,
        zones: if may_edit {
            zones(zones_here(staff))
        } else {
            Vec::new()
        },
        people: row.people,
        first_people: first_people(kh, staff, id).await?,
        among_others: !staff.one_store(),
        form,
        revision,
    })
}

/// The first people who work in a store, for who manages users there.
async fn first_people(
    kh: &Keyholder,
    staff: &Staff,
    id: StoreId,
) -> Result<Option<Vec<StorePerson>>, Failure> {
    let visible = staff.caller.visible(Permission::SettingsUsers, None);
    if !visible.is_ok_and(|visible| visible.shows(id)) {
        return Ok(None);
    }
    let query = UserListQuery {
        store: id.to_string(),
        ..UserListQuery::default()
    };
    let rows = users::list(kh, staff, query).await?.page.rows;
    let people = rows.into_iter().take(PEOPLE).map(|row| StorePerson {
        id: row.id,
        name: row.name,
        groups: row.groups,
    });
    Ok(Some(people.collect()))
}

/// Time zones that the business uses, its own first.
pub(crate) fn zones_here(staff: &Staff) -> impl Iterator<Item = &str> {
    let stores = staff.stores.iter().map(|store| store.time_zone.as_str());
    std::iter::once(staff.business.time_zone.as_str()).chain(stores)
}

/// What the form of a new store offers.
///
/// # Errors
/// When they may not change Settings.
pub async fn new(kh: &Keyholder, staff: &Staff) -> Result<NewStoreView, Failure> {
    kh.sees::<NewStore>(staff, &()).await?;
    let first = staff.stores.first();
    Ok(NewStoreView {
        time_zone: first
            .map_or(&staff.business.time_zone, |store| &store.time_zone)
            .clone(),
        zones: zones(zones_here(staff)),
    })
}

/// Adds a store; who adds it has it (product §2.4, the one exception).
///
/// # Errors
/// What is to be put right.
pub async fn create(kh: &Keyholder, staff: &Staff, form: StoreForm) -> Result<Done, Failure> {
    kh.meets::<CreateStore>(staff).await?;
    check(&form)?;
    let grant = kh.may::<CreateStore>(staff, &()).await?;
    let (mut tx, caller, ()) = Tx::begin(kh, staff, grant, ()).await?;
    check_free(&mut tx, None, &form).await?;
    let id = StoreId(kh.new_id());
    let now = tx.now();
    let by = Some(caller.person.id);
    sql::insert(&mut tx.write::<Stores>(), id, &form, by, now).await?;
    let write = &mut tx.write::<Access>();
    users::sql::gain_store(write, caller.person.id, id).await?;
    let name = form.name.trim().to_owned();
    tx.commit(
        Change::of(Object::store(id, &name))
            .after(&form)
            .in_store(Some(id)),
    )
    .await?;
    Ok(Done::say(Toast::StoreCreated { name }).go("/settings/stores"))
}

/// Saves a store.
///
/// # Errors
/// What is to be put right, or that somebody changed the same meanwhile.
pub async fn update(
    kh: &Keyholder,
    staff: &Staff,
    id: &str,
    revision: i64,
    form: StoreForm,
) -> Result<Done, Failure> {
    kh.meets::<UpdateStore>(staff).await?;
    let id = known::<UpdateStore>(kh, staff, id).await?;
    let grant = kh.may::<UpdateStore>(staff, &id).await?;
    check(&form)?;
    let (mut tx, _, id) = Tx::begin(kh, staff, grant, id).await?;
    check_free(&mut tx, Some(id), &form).await?;
    let (before, _) = sql::form(tx.read(), id).await?.ok_or(AppError::NotFound)?;
    if !sql::update(&mut tx.write::<Stores>(), id, revision, &form).await? {
        return Err(AppError::Conflict.into());
    }
    if fold(&before.name) != fold(&form.name) {
        users::sql::refresh_sort_in(&mut tx.write::<Access>(), id).await?;
    }
    let name = form.name.trim().to_owned();
    tx.commit(
        Change::of(Object::store(id, &name))
            .before(&before)
            .after(&form)
            .in_store(Some(id)),
    )
    .await?;
    Ok(Done::say(Toast::StoreSaved { name }).go("/settings/stores"))
}

/// Closes a store: it is offered nowhere from then on. Its people keep it, its records stay, and
/// whoever has it chosen moves on to another of theirs at the next request (product §4).
///
/// # Errors
/// The rule that stands against it.
pub async fn deactivate(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Done, Failure> {
    let name = set_active::<DeactivateStore>(kh, staff, id, false).await?;
    let undo = Undo::of(UndoBy::ReactivateStore, id);
    Ok(Done::say(Toast::StoreDeactivated { name }).undo(Some(undo)))
}

/// Opens a closed store again.
///
/// # Errors
/// The rule that stands against it.
pub async fn reactivate(kh: &Keyholder, staff: &Staff, id: &str) -> Result<Done, Failure> {
    let name = set_active::<ReactivateStore>(kh, staff, id, true).await?;
    Ok(Done::say(Toast::StoreReactivated { name }))
}

async fn set_active<A>(
    kh: &Keyholder,
    staff: &Staff,
    id: &str,
    active: bool,
) -> Result<String, Failure>
where
    A: Action<Target = StoreStanding> + Guarded + Writes<Stores>,
{
    kh.meets::<A>(staff).await?;
    let id = known::<A>(kh, staff, id).await?;
    let standing = staff.standing_of(id);
    let grant = kh.may::<A>(staff, &standing).await?;
    let (mut tx, _, standing) = Tx::begin(kh, staff, grant, standing).await?;
    if standing.active == active {
        return Err(AppError::Conflict.into());
    }
    let (form, _) = sql::form(tx.read(), id).await?.ok_or(AppError::NotFound)?;
    sql::set_active(&mut tx.write::<Stores>(), id, active).await?;
    tx.commit(
        Change::of(Object::store(id, &form.name))
            .before(&json!({ "active": !active }))
            .after(&json!({ "active": active }))
            .in_store(Some(id)),
    )
    .await?;
    Ok(form.name)
}

fn check(form: &StoreForm) -> Result<(), Failure> {
    let mut problems = form.check().err().unwrap_or_else(Problems::none);
    if !is_zone(form.time_zone.trim()) {
        problems.add("time_zone", ProblemCode::TimeZone);
    }
    Ok(problems.into_result()?)
}

/// Refuses a name or code that another store has.
async fn check_free<A: access::Action>(
    tx: &mut Tx<A>,
    except: Option<StoreId>,
    form: &StoreForm,
) -> Result<(), Failure> {
    let mut problems = Problems::none();
    for (other, name_fold, code) in sql::names(tx.read()).await? {
        if Some(other) == except {
            continue;
        }
        if name_fold == fold(&form.name) {
            problems.add("name", ProblemCode::StoreTaken);
        }
        if code == form.code.trim() {
            problems.add("code", ProblemCode::StoreTaken);
        }
    }
    Ok(problems.into_result()?)
}
