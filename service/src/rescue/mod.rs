//! What whoever runs the program may do for people who are locked out, owners first of all
//! (product §11, `keyholder user …`). No rule is asked: who can run the command can read the
//! database and its key. Each leaves its entry in the audit log, and holds at the person's next
//! request on every node.

use access::actions::{CreateOwner, RescueReset, RescueTwoFactor, RescueUnlock};
use access::{Grant, Person, Reach, UserId};
use domain::Problems;
use domain::users::UserDetails;
use serde_json::json;
use sqlx::AnyConnection;

use crate::failure::Failure;
use crate::invites;
use crate::keyholder::Keyholder;
use crate::passwords;
use crate::people;
use crate::second_factor;
use crate::setup;
use crate::tries;
use crate::tx::{Access, Change, Object, Tx, Users};
use crate::users;
use crate::visitor::{Business, Client};

/// Why it is done, as the audit log keeps it.
const WHY: &str = "user_command";
/// Who did it, for the mail that tells of it.
const OPERATOR: &str = "Whoever looks after Keyholder's server";

/// Why it was not done, as a sentence for whoever runs the command.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// There is no business yet.
    #[error("Keyholder is not set up yet; start it and open the link that it prints.")]
    NotSetUp,
    /// Nobody has the address.
    #[error("There is nobody with the address {0}.")]
    Unknown(String),
    /// Nobody has the address, and no name was given to invite them by.
    #[error(
        "There is nobody with the address {0}; give --first-name and --last-name to invite them."
    )]
    Nameless(String),
    /// The address or the name is none.
    #[error("The address or the name can't be used.")]
    Unusable,
    /// They were deactivated, or their last day is over.
    #[error("{0} can't sign in: deactivated, or past the last day.")]
    Deactivated(String),
    /// They have not accepted their invitation.
    #[error("{0} has not accepted the invite yet; `keyholder user create-owner` makes a new link.")]
    Invited(String),
    /// They are Super Admin and can sign in.
    #[error(
        "{0} is Super Admin already; `keyholder user send-reset` sends a link to a new password."
    )]
    Already(String),
    /// No second factor is set up.
    #[error("{0} has no two-factor set up.")]
    NoFactor(String),
    /// There is no lock.
    #[error("{0} is not locked.")]
    NotLocked(String),
    /// There is no lock, but the password was switched off after a hundred wrong tries.
    #[error(
        "The password of {0} was switched off after 100 wrong tries; `keyholder user send-reset` \
         sends a link to a new one."
    )]
    PasswordOff(String),
    /// There is no lock, but the second factor was switched off after a hundred wrong codes.
    #[error(
        "The two-factor of {0} was switched off after 100 wrong codes; \
         `keyholder user reset-two-factor` takes it away."
    )]
    FactorOff(String),
    /// It was tried and failed.
    #[error("It was tried and failed.")]
    Failed(Failure),
}

impl<E> From<E> for Trouble
where
    Failure: From<E>,
{
    fn from(cause: E) -> Self {
        Self::Failed(cause.into())
    }
}

/// A new owner.
#[derive(Debug)]
pub enum Owner {
    /// Somebody who works here already and is Super Admin from now on.
    Made {
        /// Their name.
        name: String,
    },
    /// Somebody who is invited.
    Invited {
        /// Their name.
        name: String,
        /// The one-time link that sets their password; nobody else is told.
        link: String,
    },
}

/// Somebody found by their address.
struct Found {
    person: Person,
    name: String,
    state: String,
    revision: i64,
}

/// Makes the person with this address Super Admin, for a business whose owners are all lost. Who is
/// not there yet, or has not accepted yet, is invited: the link is printed, not mailed, since lost
/// owners may be lost for want of mail.
///
/// # Errors
/// What stands against it.
pub async fn create_owner(
    kh: &Keyholder,
    email: &str,
    details: &UserDetails,
) -> Result<Owner, Trouble> {
    let grant: Grant<CreateOwner> = access::system::grant(WHY);
    let mut tx = Tx::system(kh, grant, Client::system()).await?;
    if setup::sql::the_business(tx.read()).await?.is_none() {
        return Err(Trouble::NotSetUp);
    }
    let Some(found) = find(tx.read(), email).await? else {
        return invite_new(kh, tx, email, details).await;
    };
    let Found {
        person,
        name,
        state,
        revision,
    } = found;
    let is_admin = person.is_super_admin();
    let invited = state == "invited" && !person.standing.last_day_is_over(tx.now());
    if !invited && !person.standing.works(tx.now()) {
        return Err(Trouble::Deactivated(name));
    }
    if is_admin && !invited {
        return Err(Trouble::Already(name));
    }
    let stores = people::all_stores(tx.read()).await?;
    let before = groups_of(tx.read(), &person).await?;
    let mut after = person;
    if !is_admin {
        let admin = people::groups(tx.read()).await?;
        let admin = admin.iter().find(|group| group.super_admin);
        let admin = admin.ok_or_else(|| Failure::inconsistent("permission_groups.super_admin"))?;
        after
            .memberships
            .push(admin.membership(Reach::AllTheirStores));
        if after.stores.is_empty() {
            after.stores = stores;
        }
        // So that who has the person's page open is told that it is another by now.
        users::sql::take_revision(&mut tx.write::<Users>(), after.id, revision).await?;
        let write = &mut tx.write::<Access>();
        users::sql::set_access(write, after.id, &after.memberships, &after.stores).await?;
    }
    let change = Change::of(Object::user(after.id, &name))
        .before(&json!({ "groups": before }))
        .after(&json!({ "groups": groups_of(tx.read(), &after).await? }));
    if !invited {
        tx.commit(change).await?;
        return Ok(Owner::Made { name });
    }
    let link = invites::replace(kh, &mut tx, after.id, None).await?;
    tx.commit(change).await?;
    let link = invites::address(kh, &link.token);
    Ok(Owner::Invited { name, link })
}

/// Invites somebody who is not there yet.
async fn invite_new(
    kh: &Keyholder,
    mut tx: Tx<CreateOwner>,
    email: &str,
    details: &UserDetails,
) -> Result<Owner, Trouble> {
    if details.first_name.trim().is_empty() || details.last_name.trim().is_empty() {
        return Err(Trouble::Nameless(email.trim().to_owned()));
    }
    let mut problems = Problems::none();
    problems.email("email", email);
    let fits = details.check().is_ok() && problems.into_result().is_ok();
    if !fits {
        return Err(Trouble::Unusable);
    }
    let id = kh.new_user_id();
    let now = tx.now();
    let account = users::sql::New {
        id,
        details,
        email,
        state: "invited",
        password: None,
        created_by: None,
        now,
    };
    users::sql::insert(&mut tx.write::<Users>(), &account).await?;
    let stores = people::all_stores(tx.read()).await?;
    let admin = setup::super_admin();
    let write = &mut tx.write::<Access>();
    users::sql::set_access(write, id, &[admin], &stores).await?;
    let link = invites::replace(kh, &mut tx, id, None).await?;
    let name = users::sql::shown_name(details);
    let person = people::load(tx.read(), id)
        .await?
        .ok_or_else(|| Failure::inconsistent("users"))?;
    let groups = groups_of(tx.read(), &person).await?;
    let after = json!({ "name": name, "email": email.trim(), "groups": groups });
    tx.commit(Change::of(Object::user(id, &name)).after(&after))
        .await?;
    let link = invites::address(kh, &link.token);
    Ok(Owner::Invited { name, link })
}

/// What a second factor's end came to.
#[derive(Debug)]
pub struct Reset {
    /// Whose it was.
    pub name: String,
    /// How many sessions ended with it.
    pub sessions: u32,
}

/// Takes the second factor of somebody away, with its recovery codes. All their sessions end, and
/// they are told by mail.
///
/// # Errors
/// What stands against it.
pub async fn reset_two_factor(kh: &Keyholder, email: &str) -> Result<Reset, Trouble> {
    let grant: Grant<RescueTwoFactor> = access::system::grant(WHY);
    let mut tx = Tx::system(kh, grant, Client::system()).await?;
    let Found { person, name, .. } = known(tx.read(), email).await?;
    let client = Client::system();
    let taken = second_factor::take_away(kh, &mut tx, person.id, &client, OPERATOR).await?;
    let Some(sessions) = taken else {
        return Err(Trouble::NoFactor(name));
    };
    tx.commit(
        Change::of(Object::user(person.id, &name))
            .before(&json!({ "two_factor": true }))
            .after(&json!({ "two_factor": false, "sessions_ended": sessions })),
    )
    .await?;
    Ok(Reset { name, sessions })
}

/// Ends somebody's lock before its time, and answers their name.
///
/// # Errors
/// What stands against it.
pub async fn unlock(kh: &Keyholder, email: &str) -> Result<String, Trouble> {
    let grant: Grant<RescueUnlock> = access::system::grant(WHY);
    let mut tx = Tx::system(kh, grant, Client::system()).await?;
    business(tx.read()).await?;
    let Found { person, name, .. } = known(tx.read(), email).await?;
    let facts = users::sql::facts(tx.read(), person.id).await?;
    let until = facts.map_or(0, |facts| facts.locked_until);
    let now = tx.now();
    if !tries::unlock(&mut tx.write::<Users>(), person.id, now).await? {
        let counts = tries::counts(tx.read(), person.id).await?;
        return Err(if counts.failures >= tries::MOST_IN_A_ROW {
            Trouble::PasswordOff(name)
        } else if counts.factor_failures >= tries::MOST_IN_A_ROW {
            Trouble::FactorOff(name)
        } else {
            Trouble::NotLocked(name)
        });
    }
    tx.commit(
        Change::of(Object::user(person.id, &name))
            .before(&json!({ "locked_until": until }))
            .after(&json!({ "locked_until": 0 })),
    )
    .await?;
    Ok(name)
}

/// Puts the mail with a link to a new password into the outbox, the same that the page sends, and
/// answers the name of whom it goes to. Nobody but the mail learns the link (req. 27).
///
/// # Errors
/// What stands against it.
pub async fn send_reset(kh: &Keyholder, email: &str) -> Result<String, Trouble> {
    let grant: Grant<RescueReset> = access::system::grant(WHY);
    let mut tx = Tx::system(kh, grant, Client::system()).await?;
    business(tx.read()).await?;
    let Found {
        person,
        name,
        state,
        ..
    } = known(tx.read(), email).await?;
    if state == "invited" {
        return Err(Trouble::Invited(name));
    }
    let has_password = users::sql::facts(tx.read(), person.id)
        .await?
        .is_some_and(|facts| facts.has_password);
    if !person.standing.works(tx.now()) || !has_password {
        return Err(Trouble::Deactivated(name));
    }
    passwords::send(kh, &mut tx, person.id, None).await?;
    tx.commit(Change::of(Object::user(person.id, &name)))
        .await?;
    Ok(name)
}

async fn business(conn: &mut AnyConnection) -> Result<Business, Trouble> {
    let business = setup::sql::the_business(conn).await?;
    business.ok_or(Trouble::NotSetUp)
}

async fn known(conn: &mut AnyConnection, email: &str) -> Result<Found, Trouble> {
    let found = find(conn, email).await?;
    found.ok_or_else(|| Trouble::Unknown(email.trim().to_owned()))
}

async fn find(conn: &mut AnyConnection, email: &str) -> Result<Option<Found>, Failure> {
    let Some(holder) = users::sql::holder_of(conn, email).await? else {
        return Ok(None);
    };
    let id: UserId = holder.id;
    let person = people::load(conn, id).await?;
    let facts = users::sql::facts(conn, id).await?;
    Ok(person.zip(facts).map(|(person, facts)| Found {
        person,
        name: facts.name,
        state: facts.state,
        revision: facts.revision,
    }))
}

/// Groups in one line, for the audit log.
async fn groups_of(conn: &mut AnyConnection, person: &Person) -> Result<String, Failure> {
    let stores = invites::store_names(conn).await?;
    let name_of = |id| {
        let found = stores.iter().find(|(store, _)| *store == id);
        found.map_or("another store", |(_, name)| name.as_str())
    };
    Ok(people::groups_line(person.memberships.iter().map(
        |membership| {
            let store = match membership.reach {
                Reach::AllTheirStores => None,
                Reach::Store(store) => Some(name_of(store)),
            };
            (membership.name.as_str(), store)
        },
    )))
}
