//! Signing in: email and password, the same answer and the same work for every failure.

mod sql;

use domain::sign_in::{DoorView, SignIn, own_path};
use domain::{AppError, Done, EndedWhy, UserId};
use tower_sessions::Session;

use access::{Grant, Instant};

use crate::db::fold::fold_email;
use crate::failure::Failure;
use crate::hashing::Phc;
use crate::keyholder::Keyholder;
use crate::people::sql::standing;
use crate::sessions::{self, OPEN, OpenSession, Stage};
use crate::tx::{Change, Object, Tx, Users};
use crate::visitor::{Client, Visitor};

pub use crate::sessions::sign_out;

/// Wrong tries that lock an account (product §5).
const TRIES: i64 = 5;
/// How long it stays locked (product §5, both seeds).
const LOCK_MS: i64 = 15 * 60_000;
/// How long a try may take before its slot counts as abandoned.
const SLOT_MS: i64 = 30_000;
/// How long a try waits for a slot while others are under way, and between two looks.
const WAIT_MS: u64 = 5_000;
const LOOK_MS: u64 = 25;

/// What the sign-in page shows beside its form.
///
/// # Errors
/// Not found before the business is set up.
pub async fn door(kh: &Keyholder, visitor: &Visitor) -> Result<DoorView, Failure> {
    let business = sql::business_name(kh.reader())
        .await?
        .ok_or(AppError::NotFound)?;
    let ended = match visitor {
        Visitor::Nobody { ended } => ended.filter(|why| *why != EndedWhy::SignedOut),
        _ => None,
    };
    Ok(DoorView { business, ended })
}

/// Signs in with email and password.
///
/// Unknown, wrong, locked, deactivated, not yet accepted: one answer, one hash, as many writes
/// (req. 10, 11). The try takes its slot before anything is compared (req. 14).
///
/// # Errors
/// [`AppError::SignInFailed`] for every reason that lies with the account.
pub async fn sign_in(
    kh: &Keyholder,
    client: &Client,
    session: &Session,
    form: SignIn,
) -> Result<Done, Failure> {
    form.check()?;
    if form.password.len() > domain::form::PASSWORD_MAX_BYTES {
        return Err(AppError::SignInFailed.into());
    }
    let next = own_path(&form.next).unwrap_or("/").to_owned();
    // Refused before anything is looked up, so that being busy tells nothing about the account.
    let place = kh.sign_in_place().ok_or(AppError::Busy)?;
    let work = check(kh.clone(), client.clone(), form);
    // On its own, so that who hangs up leaves no slot taken and no wrong try uncounted.
    let account = tokio::spawn(async move {
        let _place = place;
        work.await
    })
    .await
    .map_err(|error| Failure::Internal(Box::new(error)))??;
    let stage = if account.two_factor {
        Stage::Half
    } else {
        Stage::Full
    };
    open(client, session, account.id, stage).await?;
    Ok(Done::quiet().reload(next))
}

/// Compares the password with the account's, and counts the try.
async fn check(kh: Keyholder, client: Client, form: SignIn) -> Result<sql::Account, Failure> {
    let kh = &kh;
    let email = fold_email(&form.email);
    let account = sql::account(kh.reader(), &email).await?;
    let slot = Slot::take(kh, account.as_ref(), &email).await?;
    let now = kh.now();
    let stored = account
        .as_ref()
        .filter(|account| slot.is_real() && standing(&account.state, account.ends_at).works(now))
        .and_then(|account| account.password.clone())
        .map(Phc::from);
    let verified = match kh.hasher().verify(&form.password, stored.as_ref()).await {
        Ok(verified) => verified,
        Err(error) => {
            slot.give_back(kh).await?;
            return Err(error.into());
        }
    };
    let Some(account) = account.filter(|_| verified.matches) else {
        slot.count_wrong(kh, &client).await?;
        tracing::info!(request_id = client.request_id, "a sign-in was refused");
        return Err(AppError::SignInFailed.into());
    };
    slot.give_back(kh).await?;
    // When the line is full the old hash stays until the next sign-in.
    if verified.needs_rehash
        && let (Some(old), Ok(new)) = (&stored, kh.hasher().hash(&form.password).await)
    {
        sql::rehash(kh.writer(), account.id, old.as_str(), new.as_str()).await?;
    }
    Ok(account)
}

/// Begins a session for a person who has just proved who they are; a new id at every stage
/// (req. 39).
pub(crate) async fn open(
    client: &Client,
    session: &Session,
    person: UserId,
    stage: Stage,
) -> Result<(), Failure> {
    let open = OpenSession {
        person,
        stage,
        ip: client.ip.clone(),
        user_agent: client.user_agent.clone(),
        request_id: client.request_id.clone(),
    };
    let begun = async {
        session.insert(OPEN, open).await?;
        session.cycle_id().await?;
        session.save().await
    };
    begun.await.map_err(sessions::answer)
}

/// A try's place among the five (req. 14, 18). Tries under way count as if they were wrong, so
/// that no more than five are ever compared with the stored hash; right ones give their slot back.
enum Slot {
    /// The account took the try.
    Real { person: UserId, name: String },
    /// There is no such account, or it takes no tries now. As much is written as for a real one.
    Sham { bucket: String },
}

impl Slot {
    /// Takes a slot; waits for one while tries under way hold them all, so that right ones at the
    /// same moment lock nobody out.
    async fn take(
        kh: &Keyholder,
        account: Option<&sql::Account>,
        email: &str,
    ) -> Result<Self, Failure> {
        let sham = || Self::Sham {
            bucket: format!("sham:{}", crate::crypto::hash_token(email)),
        };
        let Some(account) = account else {
            let slot = sham();
            slot.write_sham(kh).await?;
            return Ok(slot);
        };
        for _ in 0..=(WAIT_MS / LOOK_MS) {
            let now = kh.now();
            match sql::take_slot(kh.writer(), account.id, now, TRIES, SLOT_MS).await? {
                sql::Taken::Yes => {
                    return Ok(Self::Real {
                        person: account.id,
                        name: account.name.clone(),
                    });
                }
                sql::Taken::Locked => {
                    let slot = sham();
                    slot.write_sham(kh).await?;
                    return Ok(slot);
                }
                sql::Taken::AllUnderWay => {
                    tokio::time::sleep(std::time::Duration::from_millis(LOOK_MS)).await;
                }
            }
        }
        // Refused like any other, so that a crowd at one account does not tell that there is one.
        let slot = sham();
        slot.write_sham(kh).await?;
        Ok(slot)
    }

    const fn is_real(&self) -> bool {
        matches!(self, Self::Real { .. })
    }

    /// The try was right, or nothing was compared.
    async fn give_back(&self, kh: &Keyholder) -> Result<(), Failure> {
        match self {
            Self::Real { person, .. } => sql::give_back(kh.writer(), *person).await,
            Self::Sham { .. } => Ok(()),
        }
    }

    /// The try was wrong; the fifth locks the account.
    async fn count_wrong(&self, kh: &Keyholder, client: &Client) -> Result<(), Failure> {
        match self {
            Self::Real { person, name } => {
                // A complete sign-in between the two statements sets the count back, and this is
                // no longer the last try.
                while !sql::count_wrong(kh.writer(), *person, TRIES).await?
                    && !lock(kh, client, *person, name).await?
                {}
                Ok(())
            }
            Self::Sham { .. } => self.write_sham(kh).await,
        }
    }

    async fn write_sham(&self, kh: &Keyholder) -> Result<(), Failure> {
        let Self::Sham { bucket } = self else {
            return Ok(());
        };
        sql::sham(kh.writer(), bucket, Instant(kh.now().0 + LOCK_MS)).await
    }
}

/// Counts the last wrong try and locks the account for 15 minutes, in one transaction with its
/// audit entry; `false` when this is not the last try any more.
async fn lock(
    kh: &Keyholder,
    client: &Client,
    person: UserId,
    name: &str,
) -> Result<bool, Failure> {
    let grant: Grant<access::actions::LockAccount> = access::system::grant("five wrong tries");
    let mut tx = Tx::system(kh, grant, client.clone()).await?;
    let until = Instant(tx.now().0 + LOCK_MS);
    let locked = sql::lock(&mut tx.write::<Users>(), person, until, TRIES).await?;
    if locked {
        let after = serde_json::json!({ "locked_until": until });
        tx.commit(Change::of(Object::user(person, name)).after(&after))
            .await?;
    }
    Ok(locked)
}
