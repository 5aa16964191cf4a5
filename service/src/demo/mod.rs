//! The sample business: the jewellers Marlow & Finch, 4 stores, 30 people in all groups
//! (product §11), and as many more people as a load test wants.

mod people;
mod sql;

use std::collections::BTreeMap;

use access::actions::FillSample;
use access::{
    Grant, GroupId, Instant, Level, Membership, Module, Permission, PermissionSet, Reach, StoreId,
    UserId, preset,
};
use domain::AppError;
use domain::stores::StoreForm;
use domain::users::UserDetails;
use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::random::Randomness;
use crate::setup::{self, Owner, built_in_id};
use crate::stores;
use crate::tx::{Access, Change, Founding, Guarded, Invites, Object, Stores, Tx, Users, Writes};
use crate::users;
use crate::visitor::Client;
use people::{COUNTER_STAFF, SAMPLE, STORES, Sample, Standing};

/// Name of the sample business.
pub const BUSINESS: &str = "Marlow & Finch";
/// People in the sample.
pub const PEOPLE: u32 = 30;
/// Most people that may be asked for.
pub const PEOPLE_MAX: u32 = 100_000;
/// Domain of their addresses.
const DOMAIN: &str = "marlowfinch.example";
/// Time zone of the business and its stores.
const ZONE: &str = "Europe/London";
/// People of the crowd that are written at once.
const BATCH: usize = 100;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// A person of the sample whose password is printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DemoLogin {
    /// Name of the group that they stand for.
    pub group: String,
    /// Display name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// Generated password.
    pub password: String,
    /// Names of their stores.
    pub stores: Vec<String>,
}

/// Fills an empty database with the sample and answers one sign-in for each group.
///
/// # Errors
/// [`AppError::Conflict`] when the database holds a business already.
pub async fn fill(kh: &Keyholder, people: u32) -> Result<Vec<DemoLogin>, Failure> {
    let grant: Grant<FillSample> = access::system::grant("demo_command");
    let mut tx = Tx::system(kh, grant, Client::system()).await?;
    if setup::sql::is_founded(tx.read()).await? {
        return Err(AppError::Conflict.into());
    }
    let logins = found(kh, &mut tx, people, None).await?;
    let after = json!({ "name": BUSINESS, "people": people });
    tx.commit(Change::of(Object::business(BUSINESS)).after(&after))
        .await?;
    kh.db().analyze().await?;
    Ok(logins)
}

/// The ids that belong to keys and codes while the sample is written.
struct Ids {
    groups: BTreeMap<&'static str, GroupId>,
    stores: BTreeMap<&'static str, StoreId>,
}

impl Ids {
    fn memberships(&self, groups: &[people::In]) -> Vec<Membership> {
        groups
            .iter()
            .filter_map(|(key, store)| {
                let reach = match store {
                    None => Reach::AllTheirStores,
                    Some(code) => Reach::Store(*self.stores.get(code)?),
                };
                Some(Membership {
                    group: *self.groups.get(key)?,
                    name: String::new(),
                    super_admin: *key == access::SUPER_ADMIN,
                    permissions: PermissionSet::EMPTY,
                    reach,
                })
            })
            .collect()
    }

    fn stores(&self, codes: &[&str]) -> Vec<StoreId> {
        codes
            .iter()
            .filter_map(|code| self.stores.get(code).copied())
            .collect()
    }
}

/// Writes the sample inside the caller's transaction. With an owner, they are one more Super
/// Admin, and no passwords are made for the others.
pub(crate) async fn found<A>(
    kh: &Keyholder,
    tx: &mut Tx<A>,
    people: u32,
    owner: Option<&Owner>,
) -> Result<Vec<DemoLogin>, Failure>
where
    A: Guarded
        + Writes<Founding>
        + Writes<Users>
        + Writes<Access>
        + Writes<Stores>
        + Writes<Invites>,
{
    let now = tx.now();
    setup::sql::business(&mut tx.write::<Founding>(), BUSINESS, ZONE, now).await?;
    setup::built_in_groups(tx).await?;
    let counter_staff = counter_staff(kh, tx).await?;
    let mut ids = Ids {
        groups: BTreeMap::new(),
        stores: BTreeMap::new(),
    };
    ids.groups.extend(
        access::BUILT_IN
            .iter()
            .map(|group| (group.key, built_in_id(group.key))),
    );
    ids.groups.insert(COUNTER_STAFF, counter_staff);
    for (code, name, address) in STORES {
        let id = StoreId(kh.new_id());
        let form = StoreForm {
            name: name.to_owned(),
            code: code.to_owned(),
            address: address.to_owned(),
            email: format!("{}@{DOMAIN}", code.to_lowercase()),
            time_zone: ZONE.to_owned(),
            ..StoreForm::default()
        };
        stores::sql::insert(&mut tx.write::<Stores>(), id, &form, None, now).await?;
        ids.stores.insert(code, id);
    }
    if let Some(owner) = owner {
        setup::add_owner(tx, owner).await?;
        let all: Vec<StoreId> = ids.stores.values().copied().collect();
        let write = &mut tx.write::<Access>();
        users::sql::set_access(write, owner.id, &[setup::super_admin()], &all).await?;
    }
    // Nobody knows the password behind this hash; it stands for all whose password is not
    // printed, so that a crowd is made without hashing a hundred thousand times.
    let unusable: String = kh.hasher().hash(&kh.rng().token()).await?.into();
    let mut logins = Vec::new();
    let mut by_mailbox = BTreeMap::new();
    for sample in SAMPLE
        .iter()
        .take(usize::try_from(people).unwrap_or(usize::MAX))
    {
        let login = sample.login.filter(|_| owner.is_none());
        let password = login.map(|_| passphrase(kh.rng()));
        let phc = match &password {
            Some(password) => kh.hasher().hash(password).await?.into(),
            None => unusable.clone(),
        };
        let id = add(kh, tx, &ids, sample, &phc).await?;
        by_mailbox.insert(sample.mailbox, id);
        if let (Some(group), Some(password)) = (login, password) {
            logins.push(DemoLogin {
                group: group_name(group).to_owned(),
                name: format!("{} {}", sample.first, sample.last),
                email: format!("{}@{DOMAIN}", sample.mailbox),
                password,
                stores: store_names(sample.stores),
            });
        }
    }
    if let (Some(sofia), Some(theo)) = (by_mailbox.get("sofia"), by_mailbox.get("theo")) {
        overrides(tx, *sofia, *theo).await?;
    }
    if let Some(sender) = owner
        .map(|owner| owner.id)
        .or(by_mailbox.get("theo").copied())
    {
        invitations(kh, tx, sender, &by_mailbox).await?;
    }
    let more = usize::try_from(people)
        .unwrap_or(usize::MAX)
        .saturating_sub(SAMPLE.len());
    crowd(kh, tx, &ids, more, &unusable).await?;
    Ok(logins)
}

/// The group that the sample business made itself.
async fn counter_staff<A>(kh: &Keyholder, tx: &mut Tx<A>) -> Result<GroupId, Failure>
where
    A: Guarded + Writes<Founding>,
{
    let permissions = preset(Module::Customers, Level::Write)
        .union(preset(Module::Quotes, Level::Write))
        .union(preset(Module::Jobs, Level::Read))
        .union(preset(Module::Inventory, Level::Read));
    let id = GroupId(kh.new_id());
    let group = setup::sql::Group {
        id,
        built_in: None,
        name: group_name(COUNTER_STAFF),
        summary: "Serves at the counter: customers and quotes",
        permissions,
        super_admin: false,
    };
    let now = tx.now();
    setup::sql::group(&mut tx.write::<Founding>(), &group, now).await?;
    Ok(id)
}

fn group_name(key: &str) -> &'static str {
    access::built_in(key).map_or("Counter Staff", |group| group.name)
}

fn store_names(codes: &[&str]) -> Vec<String> {
    STORES
        .iter()
        .filter(|(code, _, _)| codes.contains(code))
        .map(|(_, name, _)| (*name).to_owned())
        .collect()
}

/// One person of the sample.
async fn add<A>(
    kh: &Keyholder,
    tx: &mut Tx<A>,
    ids: &Ids,
    sample: &Sample,
    phc: &str,
) -> Result<UserId, Failure>
where
    A: Guarded + Writes<Users> + Writes<Access>,
{
    let id = kh.new_user_id();
    let now = tx.now();
    let details = UserDetails {
        first_name: sample.first.to_owned(),
        last_name: sample.last.to_owned(),
        ..UserDetails::default()
    };
    let (state, last_sign_in) = match sample.standing {
        Standing::Works(minutes) => ("active", now.0 - minutes * MINUTE_MS),
        Standing::Invited(_) => ("invited", 0),
        Standing::Left => ("deactivated", now.0 - 40 * DAY_MS),
    };
    let account = users::sql::New {
        id,
        details: &details,
        email: &format!("{}@{DOMAIN}", sample.mailbox),
        state,
        password: (state != "invited").then_some(phc),
        created_by: None,
        now: Instant(now.0 - 400 * DAY_MS),
    };
    users::sql::insert(&mut tx.write::<Users>(), &account).await?;
    sql::signed_in_at(&mut tx.write::<Users>(), id, Instant(last_sign_in)).await?;
    let write = &mut tx.write::<Access>();
    let memberships = ids.memberships(sample.groups);
    users::sql::set_access(write, id, &memberships, &ids.stores(sample.stores)).await?;
    Ok(id)
}

/// Sofia's two overrides: one given with an end, one taken.
async fn overrides<A>(tx: &mut Tx<A>, sofia: UserId, theo: UserId) -> Result<(), Failure>
where
    A: Guarded + Writes<Access>,
{
    let now = tx.now();
    let end = Instant(now.0 + 40 * DAY_MS);
    let write = &mut tx.write::<Access>();
    let given = sql::NewOverride {
        person: sofia,
        author: theo,
        permission: Permission::InvoicesVoidPayment,
        effect: "allow",
        reason: "Covers for Giulia over the holidays",
        at: Instant(now.0 - 9 * DAY_MS),
        until: Some(end),
    };
    sql::add_override(write, &given).await?;
    let taken = sql::NewOverride {
        person: sofia,
        author: theo,
        permission: Permission::QuotesDelete,
        effect: "deny",
        reason: "Asked not to, after the mix-up in May",
        at: Instant(now.0 - 150 * DAY_MS),
        until: None,
    };
    sql::add_override(write, &taken).await
}

/// Invitations that wait, and one whose time is over. Their links were never sent to anybody.
async fn invitations<A>(
    kh: &Keyholder,
    tx: &mut Tx<A>,
    sender: UserId,
    by_mailbox: &BTreeMap<&str, UserId>,
) -> Result<(), Failure>
where
    A: Guarded + Writes<Invites>,
{
    let now = tx.now();
    for sample in &SAMPLE {
        let (Standing::Invited(days), Some(person)) =
            (sample.standing, by_mailbox.get(sample.mailbox))
        else {
            continue;
        };
        let sent = Instant(now.0 - days * DAY_MS);
        let hash = crate::crypto::hash_token(&kh.rng().token());
        let id = kh.new_id().to_string();
        sql::add_invite(
            &mut tx.write::<Invites>(),
            &id,
            *person,
            sender,
            &hash,
            sent,
        )
        .await?;
    }
    Ok(())
}

/// People beyond the thirty: Crew, Sales and Counter Staff over the four stores.
async fn crowd<A>(
    kh: &Keyholder,
    tx: &mut Tx<A>,
    ids: &Ids,
    more: usize,
    phc: &str,
) -> Result<(), Failure>
where
    A: Guarded + Writes<Users> + Writes<Access>,
{
    const GROUPS: [(&str, &str); 3] = [
        ("crew", "crew"),
        ("sales", "sales"),
        (COUNTER_STAFF, "counter staff"),
    ];
    let now = tx.now();
    let mut batch = Vec::with_capacity(BATCH);
    for n in 0..more {
        let (first, last, mailbox) = people::more(n);
        let (group, group_sort) = GROUPS[n % GROUPS.len()];
        let (code, store_name, _) = STORES[(n / 7) % STORES.len()];
        let (Some(group), Some(store)) = (ids.groups.get(group), ids.stores.get(code)) else {
            return Err(Failure::inconsistent("the sample's own groups and stores"));
        };
        batch.push(sql::OfCrowd {
            id: kh.new_user_id(),
            details: UserDetails {
                first_name: first.to_owned(),
                last_name: last,
                ..UserDetails::default()
            },
            email: format!("{mailbox}@{DOMAIN}"),
            last_sign_in: Instant(now.0 - i64::try_from(n % 90).unwrap_or(0) * DAY_MS / 3 - DAY_MS),
            group: *group,
            group_sort,
            store: *store,
            store_sort: store_name.to_lowercase(),
        });
        if batch.len() == BATCH || n + 1 == more {
            sql::add_accounts(&mut tx.write::<Users>(), &batch, phc, now).await?;
            sql::add_access(&mut tx.write::<Access>(), &batch).await?;
            batch.clear();
        }
    }
    Ok(())
}

/// A password that a person can type: five words of five letters, more than 64 random bits.
fn passphrase(rng: &dyn Randomness) -> String {
    const CONSONANTS: [char; 16] = [
        'b', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'z',
    ];
    const VOWELS: [char; 4] = ['a', 'i', 'o', 'u'];
    let mut bytes = [0_u8; 25];
    rng.fill(&mut bytes);
    let mut password = String::with_capacity(29);
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % 5 == 0 {
            password.push('-');
        }
        password.push(if place % 5 % 2 == 0 {
            CONSONANTS[usize::from(byte % 16)]
        } else {
            VOWELS[usize::from(byte % 4)]
        });
    }
    password
}
