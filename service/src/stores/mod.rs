//! Stores: the picker's choice, the list, and the page of one.

pub(crate) mod sql;

use access::actions::{CreateStore, ListStores, SwitchStore, UpdateStore, ViewStore};
use access::{Permission, StoreId};
use domain::stores::{StoreForm, StoreListView, StoreView};
use domain::{AppError, Done, ProblemCode, Problems, Toast};

use crate::db::fold::fold;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::sessions;
use crate::time::is_zone;
use crate::tx::{Access, Change, Object, Sessions, Stores, Tx};
use crate::users;
use crate::visitor::Staff;

/// Word of the picker for *All my stores*.
const ALL: &str = "all";

/// Chooses a store for this session, or all of them; a store that is not theirs is not there.
///
/// # Errors
/// Not found for a store that is not theirs.
pub async fn switch(kh: &Keyholder, staff: &Staff, store: &str) -> Result<Done, Failure> {
    let chosen = match store {
        ALL => None,
        id => Some(id.parse::<StoreId>().map_err(|_| AppError::NotFound)?),
    };
    if chosen.is_some_and(|id| {
        staff
            .stores
            .iter()
            .any(|store| store.id == id && !store.active)
    }) {
        return Err(AppError::NotFound.into());
    }
    let grant = kh.may::<SwitchStore>(staff, &chosen).await?;
    let (mut tx, caller, chosen) = Tx::begin(kh, staff, grant, chosen).await?;
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

fn store_word(chosen: Option<StoreId>) -> String {
    chosen.map_or_else(|| ALL.to_owned(), |id| id.to_string())
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
    let id: StoreId = id.parse().map_err(|_| AppError::NotFound)?;
    kh.sees::<ViewStore>(staff, &id).await?;
    let (form, revision) = sql::form(&mut *kh.reader().acquire().await?, id)
        .await?
        .ok_or(AppError::NotFound)?;
    Ok(StoreView {
        id,
        form,
        may_edit: may_edit(staff),
        revision,
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
    let id: StoreId = id.parse().map_err(|_| AppError::NotFound)?;
    let grant = kh.may::<UpdateStore>(staff, &id).await?;
    check(&form)?;
    let (mut tx, _, id) = Tx::begin(kh, staff, grant, id).await?;
    check_free(&mut tx, Some(id), &form).await?;
    let (before, _) = sql::form(tx.read(), id).await?.ok_or(AppError::NotFound)?;
    if !sql::update(&mut tx.write::<Stores>(), id, revision, &form).await? {
        return Err(AppError::Conflict.into());
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
