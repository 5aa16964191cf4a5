//! First run: the one-time link, one's own business, or the sample (product §11).

pub(crate) mod sql;

use access::actions::CreateBusiness as CreateAction;
use access::{BUILT_IN, Grant, GroupId, Membership, PermissionSet, Reach, StoreId, UserId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::sign_in::CreateBusiness;
use domain::stores::StoreForm;
use domain::users::UserDetails;
use domain::{AppError, Done, Toast};
use serde_json::json;
use tower_sessions::Session;

use crate::crypto::{Purpose, same};
use crate::db::fold::fold;
use crate::demo;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::passwords;
use crate::sign_in;
use crate::stores;
use crate::tx::{Access, Change, Founding, Object, Stores, Tx, Users};
use crate::users;
use crate::visitor::Client;

/// The secret of the setup link. It follows from the secret key, so that every node and every
/// restart prints the same, and it opens nothing once there is a business (req. 9).
fn token(kh: &Keyholder) -> String {
    URL_SAFE_NO_PAD.encode(kh.crypto().mac(Purpose::SETUP_LINK, b"first run"))
}

/// The one-time link, while there is no business.
///
/// # Errors
/// When the database does not answer.
pub async fn link(kh: &Keyholder) -> Result<Option<String>, Failure> {
    let founded = sql::is_founded(&mut *kh.reader().acquire().await?).await?;
    Ok((!founded).then(|| format!("{}/setup/{}", kh.public_url(), token(kh))))
}

/// Whether the link still opens the set-up page.
///
/// # Errors
/// Not found for a wrong link, and for any link once there is a business.
pub async fn view(kh: &Keyholder, link: &str) -> Result<(), Failure> {
    let founded = sql::is_founded(&mut *kh.reader().acquire().await?).await?;
    if founded || !same(link.as_bytes(), token(kh).as_bytes()) {
        return Err(AppError::NotFound.into());
    }
    Ok(())
}

/// Sets up the business and its owner, and signs them in. Of two at once, the second finds a
/// business and no set-up (req. 9).
///
/// # Errors
/// What is to be put right, or not found once there is a business.
pub async fn create(
    kh: &Keyholder,
    client: &Client,
    session: &Session,
    form: CreateBusiness,
) -> Result<Done, Failure> {
    view(kh, &form.token).await?;
    form.check()?;
    let words = [
        &form.business,
        &form.store,
        &form.first_name,
        &form.last_name,
        &form.email,
    ]
    .map(String::as_str);
    if let Some(problem) =
        passwords::check(&form.password, domain::form::PASSWORD_MIN_ALONE, &words)
    {
        return Err(Failure::field("password", problem));
    }
    let phc = kh.hasher().hash(&form.password).await?;
    let owner = Owner {
        id: kh.new_user_id(),
        details: UserDetails {
            first_name: form.first_name.clone(),
            last_name: form.last_name.clone(),
            ..UserDetails::default()
        },
        email: form.email.clone(),
        phc: phc.into(),
    };
    let name = users::sql::shown_name(&owner.details);
    let grant: Grant<CreateAction> = access::system::grant("setup_link_holder");
    let mut tx = Tx::own(kh, grant, client.clone(), owner.id, &name, None).await?;
    if sql::is_founded(tx.read()).await? {
        return Err(AppError::NotFound.into());
    }
    let business = if form.sample {
        demo::found(kh, &mut tx, demo::PEOPLE, Some(&owner)).await?;
        demo::BUSINESS.to_owned()
    } else {
        found(kh, &mut tx, &form, &owner).await?;
        form.business.trim().to_owned()
    };
    let after = json!({ "name": business, "sample": form.sample, "owner": name });
    tx.commit(Change::of(Object::business(&business)).after(&after))
        .await?;
    sign_in::open(client, session, owner.id, None).await?;
    Ok(Done::say(Toast::SetUp { name: business }).reload("/"))
}

/// The person who sets the business up.
pub(crate) struct Owner {
    pub id: UserId,
    pub details: UserDetails,
    pub email: String,
    pub phc: String,
}

/// One's own business: its name, the six built-in groups, the first store, the owner.
async fn found(
    kh: &Keyholder,
    tx: &mut Tx<CreateAction>,
    form: &CreateBusiness,
    owner: &Owner,
) -> Result<(), Failure> {
    let now = tx.now();
    let zone = system_zone();
    sql::business(
        &mut tx.write::<Founding>(),
        form.business.trim(),
        &zone,
        now,
    )
    .await?;
    built_in_groups(tx).await?;
    let store = StoreId(kh.new_id());
    let shape = StoreForm {
        name: form.store.trim().to_owned(),
        code: store_code(&form.store),
        time_zone: zone,
        ..StoreForm::default()
    };
    add_owner(tx, owner).await?;
    stores::sql::insert(
        &mut tx.write::<Stores>(),
        store,
        &shape,
        Some(owner.id),
        now,
    )
    .await?;
    let write = &mut tx.write::<Access>();
    users::sql::set_access(write, owner.id, &[super_admin()], &[store]).await
}

/// The owner's account.
pub(crate) async fn add_owner<A>(tx: &mut Tx<A>, owner: &Owner) -> Result<(), Failure>
where
    A: crate::tx::Guarded + crate::tx::Writes<Users>,
{
    let now = tx.now();
    let account = users::sql::New {
        id: owner.id,
        details: &owner.details,
        email: &owner.email,
        state: "active",
        password: Some(&owner.phc),
        created_by: None,
        now,
    };
    users::sql::insert(&mut tx.write::<Users>(), &account).await
}

/// The six built-in groups with their defaults (product §2.2).
pub(crate) async fn built_in_groups<A>(tx: &mut Tx<A>) -> Result<(), Failure>
where
    A: crate::tx::Guarded + crate::tx::Writes<Founding>,
{
    let now = tx.now();
    for group in &BUILT_IN {
        let row = sql::Group {
            id: built_in_id(group.key),
            built_in: Some(group.key),
            name: group.name,
            summary: group.summary,
            permissions: group.permissions,
            super_admin: group.is_super_admin(),
        };
        sql::group(&mut tx.write::<Founding>(), &row, now).await?;
    }
    Ok(())
}

/// Built-in groups have the same id in every installation: their place in the table.
pub(crate) fn built_in_id(key: &str) -> GroupId {
    let place = BUILT_IN
        .iter()
        .position(|group| group.key == key)
        .unwrap_or(BUILT_IN.len());
    GroupId(uuid::Uuid::from_u128(
        0x0000_0000_0000_7000_8000_0000_0000_0001 + place as u128,
    ))
}

/// The membership of Super Admin, which is always for all stores.
pub(crate) fn super_admin() -> Membership {
    Membership {
        group: built_in_id(access::SUPER_ADMIN),
        name: String::new(),
        super_admin: true,
        permissions: PermissionSet::ALL,
        reach: Reach::AllTheirStores,
    }
}

/// The machine's own time zone, to begin with.
#[expect(
    clippy::disallowed_methods,
    reason = "a business has to begin with some time zone"
)]
fn system_zone() -> String {
    jiff::tz::TimeZone::system()
        .iana_name()
        .unwrap_or("UTC")
        .to_owned()
}

/// A short code out of a name: `Heathrow T5` becomes `HEA`.
fn store_code(name: &str) -> String {
    let letters: String = fold(name)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(3)
        .collect::<String>()
        .to_ascii_uppercase();
    if letters.len() < 2 {
        "S1".to_owned()
    } else {
        letters
    }
}

#[cfg(test)]
mod tests {
    use super::store_code;

    #[test]
    fn a_store_code_is_made_of_the_names_first_letters() {
        assert_eq!(store_code("Heathrow T5"), "HEA");
        assert_eq!(store_code("Île d'Or"), "ILE");
        assert_eq!(store_code("東京"), "S1");
    }
}
