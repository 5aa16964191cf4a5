//! The only way to change anything: a transaction that a grant opened and that leaves with an
//! audit entry.
//!
//! [`Keyholder::may`] asks the access rules and records a refusal, and asks for the password again
//! before what is sensitive. [`Tx::begin`] consumes the grant, takes the lock that its rule counts
//! under, reads caller and target again and decides again, so that a right lost meanwhile is lost.
//! [`Tx::write`] hands out a table only to actions that [`Writes`] it.
//! [`Tx::commit`] writes the audit entry in the same transaction; dropping a `Tx` undoes it.

use std::marker::PhantomData;

use access::{Action, Actor, Caller, Grant, Instant, SessionRef, StoreId, UserId};
use domain::AppError;

use sqlx::{Any, AnyConnection, Transaction};

use crate::audit::{self, Subject};
use crate::db::take_lock;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::sessions;
use crate::visitor::{Client, Staff};

pub use crate::change::{Change, Object};
pub use crate::reload::Reload;

/// Names the tables that a transaction may write, as types.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}
    )+};
}
tables! {
    /// Names, phone, theme, password and state of people.
    Users;
    /// Memberships, overrides and stores of people.
    Access;
    /// Invitations.
    Invites;
    /// Sessions, and what a sign-in leaves on its person.
    Sessions;
    /// Permission groups.
    Groups;
    /// Stores.
    Stores;
    /// Wrong tries that are not in the audit log yet.
    Tries;
    /// Second factors and recovery codes, and how many codes in a row were wrong.
    TwoFactor;
    /// The outbox.
    Mail;
    /// Links to new passwords.
    Resets;
    /// Pictures of people.
    Avatars;
    /// Changes of address that wait to be confirmed.
    EmailChanges;
    /// Counters of how often something was asked for.
    Limits;
    /// The business's own settings.
    Settings;
    /// The business and its groups, when it is set up.
    Founding;
    /// Dry runs of imports.
    Imports;
}

/// The action may write the table:
///
/// ```
/// fn needs<A: service::tx::Writes<service::tx::Sessions>>() {}
/// needs::<access::actions::SignOut>();
/// ```
/// A wrong pair does not compile:
/// ```compile_fail,E0277
/// fn needs<A: service::tx::Writes<service::tx::Users>>() {}
/// needs::<access::actions::SignOut>();
/// ```
pub trait Writes<Table>: Action {}

/// What an action needs beside its grant.
pub trait Guarded: Action {
    /// The named lock that its rule counts under, if it has one. Everything that changes what
    /// somebody may do takes `rights`, so that no two such decisions cross.
    const LOCK: Option<&'static str>;
}

macro_rules! actions {
    ($($action:ident: $lock:expr, [$($table:ident),*];)+) => {$(
        impl Guarded for access::actions::$action {
            const LOCK: Option<&'static str> = $lock;
        }
        $(impl Writes<$table> for access::actions::$action {})*
    )+};
}
const RIGHTS: Option<&str> = Some("rights");
actions! {
    SignIn: None, [Sessions, Mail];
    SignOut: None, [Sessions];
    PassSecondFactor: None, [TwoFactor, Sessions, Mail];
    BeginTwoFactor: None, [TwoFactor];
    ConfirmTwoFactor: None, [Users, TwoFactor, Sessions, Mail];
    FinishTwoFactor: None, [TwoFactor];
    RenewCodes: None, [TwoFactor, Mail];
    TurnOffTwoFactor: None, [Users, TwoFactor, Mail];
    ResetTwoFactor: RIGHTS, [Users, TwoFactor, Sessions, Mail];
    UpdateSecurity: RIGHTS, [Settings, Sessions];
    UpdateBusiness: None, [Settings];
    UpdateBilling: None, [Settings];
    UpdateProfile: None, [Users];
    ExpireSession: None, [Sessions];
    EndSession: RIGHTS, [Sessions];
    EndOtherSessions: RIGHTS, [Sessions];
    SignOutUser: RIGHTS, [Sessions];
    SignOutMany: RIGHTS, [Sessions];
    EndOwnSession: None, [Sessions];
    EndOwnOthers: None, [Sessions];
    FailSignIn: None, [Tries];
    LockAccount: None, [Users, Tries];
    RecordRefusal: None, [];
    CreateBusiness: Some("setup"), [Founding, Users, Access, Stores, Invites];
    FillSample: Some("setup"), [Founding, Users, Access, Stores, Invites];
    CreateOwner: RIGHTS, [Users, Access, Invites];
    RescueTwoFactor: RIGHTS, [Users, TwoFactor, Sessions, Mail];
    RescueUnlock: RIGHTS, [Users];
    RescueReset: RIGHTS, [Resets, Mail];
    RestoreBackup: None, [];
    SwitchStore: None, [Sessions];
    SetTheme: None, [Users];
    ForgotPassword: None, [Resets, Mail];
    ResetPassword: None, [Users, Resets, EmailChanges, Sessions, Mail];
    ChangePassword: None, [Users, Resets, EmailChanges, Sessions, Mail];
    ChoosePassword: None, [Users, Resets, EmailChanges, Sessions, Mail];
    SetOwnAvatar: None, [Users, Avatars];
    RemoveOwnAvatar: None, [Users, Avatars];
    SetAvatar: RIGHTS, [Users, Avatars];
    RemoveAvatar: RIGHTS, [Users, Avatars];
    ChangeOwnEmail: None, [EmailChanges, Mail];
    WithdrawOwnEmail: None, [EmailChanges];
    ConfirmEmail: RIGHTS, [Users, EmailChanges, Resets, Mail];
    ChangeEmail: RIGHTS, [Users, EmailChanges, Invites, Mail, Limits];
    WithdrawEmail: RIGHTS, [EmailChanges];
    InviteUser: RIGHTS, [Users, Access, Invites, Mail];
    ResendInvite: RIGHTS, [Users, Invites, Mail, Limits];
    SendReset: RIGHTS, [Resets, Mail, Limits];
    UnlockUser: RIGHTS, [Users];
    WithdrawInvite: RIGHTS, [Users, Invites];
    AcceptInvite: RIGHTS, [Users, Invites];
    UpdateUser: RIGHTS, [Users];
    SetAccess: RIGHTS, [Users, Access];
    DeactivateUser: RIGHTS, [Users, Sessions, Invites, Resets, EmailChanges];
    DeactivateMany: RIGHTS, [Users, Sessions, Invites, Resets, EmailChanges];
    ReactivateUser: RIGHTS, [Users, Sessions, Invites, Mail];
    SetLastDay: RIGHTS, [Users, Sessions];
    EndAccess: RIGHTS, [Users, Sessions, Invites, Resets, EmailChanges];
    CheckImport: None, [Imports];
    ApplyImport: RIGHTS, [Users, Access, Invites, Mail, Imports];
    CreateGroup: RIGHTS, [Groups];
    UpdateGroup: RIGHTS, [Groups, Users, Access];
    DuplicateGroup: RIGHTS, [Groups];
    DeleteGroup: RIGHTS, [Groups, Access];
    CreateStore: RIGHTS, [Stores, Access];
    UpdateStore: RIGHTS, [Stores, Access];
    DeactivateStore: RIGHTS, [Stores];
    ReactivateStore: RIGHTS, [Stores];
}

/// A table under a transaction that may write it.
pub struct Write<'c, Table> {
    conn: &'c mut AnyConnection,
    _table: PhantomData<Table>,
}

impl<Table> Write<'_, Table> {
    /// The connection, for the statement.
    pub(crate) const fn conn(&mut self) -> &mut AnyConnection {
        self.conn
    }
}

/// Who stands in the audit log as the one who did it.
#[derive(Clone, Debug)]
pub(crate) struct By {
    pub id: Option<UserId>,
    pub name: String,
    pub session: Option<SessionRef>,
    pub client: Client,
}

impl By {
    pub(crate) fn staff(staff: &Staff) -> Self {
        Self {
            id: Some(staff.caller.person.id),
            name: staff.me.name.clone(),
            session: Some(staff.caller.session),
            client: staff.client.clone(),
        }
    }

    /// The program itself.
    pub(crate) fn system(client: Client) -> Self {
        Self {
            id: None,
            name: SYSTEM.to_owned(),
            session: None,
            client,
        }
    }
}

/// What the program calls itself where a person's name would stand.
pub(crate) const SYSTEM: &str = "Keyholder";

/// A transaction for one action.
pub struct Tx<A: Action> {
    kh: Keyholder,
    inner: Transaction<'static, Any>,
    now: Instant,
    by: By,
    wakes_mail: bool,
    /// Entries beside the one of the change itself.
    also: Vec<audit::Entry>,
    /// Why the program itself did it, when no person asked.
    why: &'static str,
    /// The store that a change of the target belongs to, where it says no other.
    store: Option<StoreId>,
    _action: PhantomData<A>,
}

impl<A: Guarded> Tx<A> {
    /// Opens with a person's grant: lock, read again, decide again.
    ///
    /// # Errors
    /// When the right was lost meanwhile, the target is gone, the proof of who sits there is too
    /// old, or the database does not answer.
    pub async fn begin(
        kh: &Keyholder,
        staff: &Staff,
        grant: Grant<A>,
        target: A::Target,
    ) -> Result<(Self, Caller, A::Target), Failure>
    where
        A::Target: Reload + Subject,
    {
        let mut tx = Self::open(kh, grant, By::staff(staff)).await?;
        let resolved = sessions::reload(&mut tx.inner, staff.caller.session).await?;
        let caller = resolved
            .and_then(|resolved| resolved.caller(tx.now))
            .ok_or(Failure::App(AppError::SignedOut { ended: None }))?;
        let target = target
            .reload(&mut tx.inner)
            .await?
            .ok_or(AppError::NotFound)?;
        // The second grant is dropped at once: it stands for the first, which opened this.
        if let Err(denied) = caller.may::<A>(&target) {
            drop(tx);
            let subject = target.subject();
            return Err(kh
                .refuse_on(staff, A::OPERATION.name, denied, subject)
                .await);
        }
        if caller.owes_proof(A::OPERATION) {
            return Err(AppError::PasswordAgain.into());
        }
        tx.store = target.store();
        Ok((tx, caller, target))
    }

    /// Opens for what a person does with their own account on the way in or out.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn own(
        kh: &Keyholder,
        grant: Grant<A>,
        client: Client,
        person: UserId,
        name: &str,
        session: Option<SessionRef>,
    ) -> Result<Self, Failure> {
        let by = By {
            id: Some(person),
            name: name.to_owned(),
            session,
            client,
        };
        Self::open(kh, grant, by).await
    }

    /// Opens for the program itself.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn system(
        kh: &Keyholder,
        grant: Grant<A>,
        client: Client,
    ) -> Result<Self, Failure> {
        Self::open(kh, grant, By::system(client)).await
    }

    /// Opens for writing down what somebody did at an earlier moment without being signed in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn stranger(
        kh: &Keyholder,
        grant: Grant<A>,
        client: Client,
        at: Instant,
    ) -> Result<Self, Failure> {
        let by = By {
            id: None,
            name: String::new(),
            session: None,
            client,
        };
        let tx = Self::open(kh, grant, by).await?;
        Ok(Self { now: at, ..tx })
    }

    /// Opens for writing down what the program itself did at an earlier moment.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn system_at(
        kh: &Keyholder,
        grant: Grant<A>,
        client: Client,
        at: Instant,
    ) -> Result<Self, Failure> {
        let tx = Self::system(kh, grant, client).await?;
        Ok(Self { now: at, ..tx })
    }

    async fn open(kh: &Keyholder, grant: Grant<A>, by: By) -> Result<Self, Failure> {
        let why = match grant.by() {
            Actor::System(why) => why,
            Actor::User(..) => "",
        };
        let mut inner = kh.db().begin().await?;
        if let Some(lock) = A::LOCK {
            take_lock(&mut inner, lock).await?;
        }
        Ok(Self {
            kh: kh.clone(),
            inner,
            now: kh.now(),
            by,
            wakes_mail: false,
            also: Vec::new(),
            why,
            store: None,
            _action: PhantomData,
        })
    }
}

impl<A: Action> Tx<A> {
    /// The moment of the transaction.
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// The connection, to read what the write must agree with.
    pub(crate) fn read(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// A table to write.
    pub(crate) fn write<Table>(&mut self) -> Write<'_, Table>
    where
        A: Writes<Table>,
    {
        Write {
            conn: &mut self.inner,
            _table: PhantomData,
        }
    }

    /// Names the actor, where only the transaction learns who it is.
    pub(crate) fn actor(&mut self, person: UserId, name: &str) {
        self.by.id = Some(person);
        name.clone_into(&mut self.by.name);
    }

    /// Rings for the mail worker once this is committed.
    pub(crate) const fn wake_mail(&mut self) {
        self.wakes_mail = true;
    }

    /// Another operation that this one does along the way, to a record of its own: it gets its own
    /// entry, so that the record's history is whole.
    pub(crate) fn also<B: Action>(&mut self, change: &Change) {
        let entry = audit::Entry::of_change(B::OPERATION.name, self.now, &self.by, change);
        self.also.push(entry);
    }

    /// The only way out: writes the audit entry, and all of it together.
    ///
    /// # Errors
    /// When the database does not answer; then nothing has changed.
    pub async fn commit(mut self, mut change: Change) -> Result<(), Failure> {
        if change.reason.is_empty() {
            self.why.clone_into(&mut change.reason);
        }
        change.store = change.store.or(self.store);
        let entry = audit::Entry::of_change(A::OPERATION.name, self.now, &self.by, &change);
        let mut entries = vec![entry];
        entries.append(&mut self.also);
        audit::append_all(&self.kh, &mut self.inner, &entries).await?;
        // Also when nobody waits for the end any more, or it is not heard of.
        let forgotten = self.kh.refusals().forget();
        self.inner.commit().await?;
        drop(forgotten);
        if self.wakes_mail {
            self.kh.mail_waiting().notify_one();
        }
        Ok(())
    }
}

impl Keyholder {
    /// Asks the access rules; a refusal is recorded, and says who could help. Before what is
    /// sensitive, whoever may do it gives their password again (product §7).
    ///
    /// # Errors
    /// The refusal; [`AppError::PasswordAgain`].
    pub async fn may<A: Action>(
        &self,
        staff: &Staff,
        target: &A::Target,
    ) -> Result<Grant<A>, Failure>
    where
        A::Target: Subject,
    {
        let grant = self.ask(staff, target).await?;
        if staff.caller.owes_proof(A::OPERATION) {
            return Err(AppError::PasswordAgain.into());
        }
        Ok(grant)
    }

    async fn ask<A: Action>(&self, staff: &Staff, target: &A::Target) -> Result<Grant<A>, Failure>
    where
        A::Target: Subject,
    {
        match staff.caller.may::<A>(target) {
            Ok(grant) => Ok(grant),
            Err(denied) => {
                let subject = target.subject();
                Err(self
                    .refuse_on(staff, A::OPERATION.name, denied, subject)
                    .await)
            }
        }
    }

    /// Asks the access rules for something that only looks.
    ///
    /// # Errors
    /// The refusal.
    pub async fn sees<A: Action>(&self, staff: &Staff, target: &A::Target) -> Result<(), Failure>
    where
        A::Target: Subject,
    {
        self.ask::<A>(staff, target).await.map(drop)
    }

    /// Asks for what the operation needs before its target is looked up, so that who may not ask
    /// learns nothing about which targets there are.
    ///
    /// # Errors
    /// The refusal.
    pub async fn meets<A: Action>(&self, staff: &Staff) -> Result<(), Failure> {
        match staff.caller.meets(A::OPERATION.needs) {
            Ok(()) => Ok(()),
            Err(denied) => Err(self.refuse(staff, A::OPERATION.name, denied).await),
        }
    }
}
