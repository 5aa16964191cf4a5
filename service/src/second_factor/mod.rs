//! The second factor (product §6): setting it up, showing it at sign-in, recovery codes, turning it
//! off, and taking it from somebody who lost it.

mod codes;
mod enrolment;
mod manage;
mod proof;
mod reset;
mod sign_in;
pub(crate) mod sql;
mod totp;
mod view;

use access::{Caller, Due, Instant, SessionRef, UserId};
use domain::AppError;

use crate::crypto::{Place, Purpose};
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::sessions;
use crate::tx::{Guarded, Tx};
use crate::visitor::{Business, Client, Visitor};

pub use enrolment::{begin, confirm, finish};
pub use manage::{renew_codes, turn_off};
pub use reset::reset;
pub(crate) use reset::take_away;
pub use sign_in::pass;
pub(crate) use view::factor_view;
pub use view::{codes_file, own, view};

use self::totp::Key;

/// Forgets keys that nobody confirmed, and fresh codes that nobody put away, once their time is
/// over. Nothing waits for it, since every look asks the clock itself.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(kh: &Keyholder) -> Result<(), Failure> {
    sql::sweep(kh.writer(), kh.now()).await
}

/// Whoever may set up a second factor of their own: with a complete session, or half-way where it
/// is due. Not who owes a code of the one there is (req. 34).
struct Own {
    person: UserId,
    name: String,
    email: String,
    business: Business,
    session: SessionRef,
    client: Client,
    enrolled: bool,
    /// When the password was set that the session stands on, where it passed just now.
    password_set: Option<Instant>,
    /// When they proved who they are.
    proved: Instant,
    /// What they may do, with a complete session.
    caller: Option<Caller>,
}

impl Own {
    fn of(visitor: &Visitor) -> Result<Self, Failure> {
        match visitor {
            Visitor::Staff(staff) => Ok(Self {
                person: staff.caller.person.id,
                name: staff.me.name.clone(),
                email: staff.me.email.clone(),
                business: staff.business.clone(),
                session: staff.caller.session,
                client: staff.client.clone(),
                enrolled: staff.me.two_factor,
                password_set: None,
                proved: staff.caller.proved.unwrap_or(Instant(0)),
                caller: Some(staff.caller.clone()),
            }),
            Visitor::Half(half) if half.due == Due::Enrolment => Ok(Self {
                person: half.person,
                name: half.name.clone(),
                email: half.email.clone(),
                business: half.business.clone(),
                session: half.session,
                client: half.client.clone(),
                enrolled: false,
                password_set: Some(half.password_set),
                proved: half.started,
                caller: None,
            }),
            Visitor::Half(half) => Err(AppError::Due(half.due).into()),
            Visitor::Nobody { ended } => Err(AppError::SignedOut { ended: *ended }.into()),
        }
    }

    /// Opens a transaction for them, and looks again whether the session still lets them.
    async fn open<A: Guarded + access::system::SystemAction>(
        &self,
        kh: &Keyholder,
    ) -> Result<Tx<A>, Failure> {
        let grant = access::system::grant::<A>("own_session");
        let (client, name) = (self.client.clone(), &self.name);
        let mut tx = Tx::own(kh, grant, client, self.person, name, Some(self.session)).await?;
        let (now, changes) = (tx.now(), kh.refusals().changes());
        let visitor = sessions::reload(tx.read(), self.session)
            .await?
            .map_or(Visitor::Nobody { ended: None }, |found| {
                found.visitor(now, self.client.clone(), changes)
            });
        let own = Self::of(&visitor)?;
        if own.enrolled {
            return Err(AppError::Conflict.into());
        }
        // Who is half-way has just given it.
        if own
            .caller
            .is_some_and(|caller| caller.owes_proof(A::OPERATION))
        {
            return Err(AppError::PasswordAgain.into());
        }
        Ok(tx)
    }
}

/// The key in a sealed column of `two_factor` or `two_factor_pending`. One that does not open,
/// because it was swapped or changed, opens nothing (req. 36).
fn unseal(kh: &Keyholder, table: &'static str, person: UserId, sealed: &str) -> Option<Key> {
    let row = person.to_string();
    kh.crypto()
        .open(Purpose::TWO_FACTOR, secret_place(table, &row), sealed)
        .inspect_err(|error| tracing::error!(table, user = row, %error, "a key does not open"))
        .ok()
        .map(Key::of)
}

fn seal(kh: &Keyholder, table: &'static str, person: UserId, key: &Key) -> String {
    let row = person.to_string();
    kh.crypto()
        .seal(Purpose::TWO_FACTOR, secret_place(table, &row), key.bytes())
}

const fn secret_place<'a>(table: &'static str, person: &'a str) -> Place<'a> {
    Place {
        table,
        column: "secret_sealed",
        row: person,
    }
}

/// Table of keys that are set up.
const CONFIRMED: &str = "two_factor";
/// Table of keys that wait for their first code.
const PENDING: &str = "two_factor_pending";
