//! The only way to change anything: a transaction that a grant opened and that leaves with an
//! audit entry.
//!
//! [`Keyholder::may`] asks the access rules and records a refusal. [`Tx::begin`] consumes the
//! grant, takes the lock that its rule counts under, reads caller and target again and decides
//! again, so that a right lost meanwhile is lost. [`Tx::write`] hands out a table only to actions that [`Writes`] it.
//! [`Tx::commit`] writes the audit entry in the same transaction; dropping a `Tx` undoes it.

use std::marker::PhantomData;

use access::{
    Action, Actor, Caller, Denied, Grant, Instant, Person, Rule, SessionRef, StoreId, UserId,
};
use domain::AppError;
use serde::Serialize;
use serde_json::Value;
use sqlx::{Any, AnyConnection, Transaction};

use crate::audit;
use crate::db::take_lock;
use crate::failure::Failure;
use crate::keyholder::Keyholder;
use crate::people;
use crate::sessions;
use crate::visitor::{Client, Staff};

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
    /// Stores.
    Stores;
    /// Second factors and recovery codes.
    TwoFactor;
    /// The outbox.
    Mail;
    /// The business's own settings.
    Settings;
    /// The business and its groups, when it is set up.
    Founding;
}

/// The action may write the table. A wrong pair does not compile:
///
/// ```compile_fail
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
    SignIn: None, [Sessions];
    SignOut: None, [Sessions];
    PassSecondFactor: None, [TwoFactor, Sessions];
    BeginTwoFactor: None, [TwoFactor];
    ConfirmTwoFactor: None, [Users, TwoFactor, Sessions, Mail];
    FinishTwoFactor: None, [TwoFactor];
    RenewCodes: None, [TwoFactor, Mail];
    TurnOffTwoFactor: None, [Users, TwoFactor, Mail];
    ResetTwoFactor: RIGHTS, [Users, TwoFactor, Sessions, Mail];
    UpdateSecurity: RIGHTS, [Settings];
    ExpireSession: None, [Sessions];
    LockAccount: None, [Users];
    RecordRefusal: None, [];
    CreateBusiness: Some("setup"), [Founding, Users, Access, Stores, Invites];
    FillSample: Some("setup"), [Founding, Users, Access, Stores, Invites];
    SwitchStore: None, [Sessions];
    SetTheme: None, [Users];
    InviteUser: RIGHTS, [Users, Access, Invites, Mail];
    ResendInvite: RIGHTS, [Users, Invites, Mail];
    WithdrawInvite: RIGHTS, [Users, Invites];
    AcceptInvite: RIGHTS, [Users, Invites];
    UpdateUser: RIGHTS, [Users];
    SetAccess: RIGHTS, [Users, Access];
    DeactivateUser: RIGHTS, [Users, Sessions, Invites];
    ReactivateUser: RIGHTS, [Users, Invites, Mail];
    CreateStore: RIGHTS, [Stores, Access];
    UpdateStore: RIGHTS, [Stores];
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

/// A target that can be read again under the write lock.
pub trait Reload: Sized {
    /// The same target as it stands now; `None` when it is gone.
    fn reload(
        self,
        conn: &mut AnyConnection,
    ) -> impl Future<Output = Result<Option<Self>, Failure>> + Send;
}

impl Reload for () {
    async fn reload(self, _: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        Ok(Some(()))
    }
}

impl Reload for access::actions::OwnFactor {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        let demand = crate::second_factor::sql::demand(conn, self.person).await?;
        Ok(Some(Self { demand, ..self }))
    }
}

impl Reload for Option<StoreId> {
    async fn reload(self, _: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        Ok(Some(self))
    }
}

impl Reload for StoreId {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        Ok(people::all_stores(conn)
            .await?
            .contains(&self)
            .then_some(self))
    }
}

/// A person who is there is read again; one who is only about to be keeps their shape, and what
/// their groups give is read again.
impl Reload for Person {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        match people::load(conn, self.id).await? {
            Some(person) => Ok(Some(person)),
            None => refresh_groups(self, conn).await,
        }
    }
}

impl Reload for access::actions::AccessChange {
    async fn reload(self, conn: &mut AnyConnection) -> Result<Option<Self>, Failure> {
        let Some(before) = people::load(conn, self.before.id).await? else {
            return Ok(None);
        };
        let after = Person {
            standing: before.standing,
            overrides: before.overrides.clone(),
            ..self.after
        };
        let after = refresh_groups(after, conn).await?;
        Ok(after.map(|after| Self { before, after }))
    }
}

/// The person with what their groups give at this moment; `None` when a group is gone.
async fn refresh_groups(
    mut person: Person,
    conn: &mut AnyConnection,
) -> Result<Option<Person>, Failure> {
    let groups = people::groups(conn).await?;
    for membership in &mut person.memberships {
        let Some(group) = groups.iter().find(|group| group.id == membership.group) else {
            return Ok(None);
        };
        *membership = group.membership(membership.reach);
    }
    Ok(Some(person))
}

/// What a change was made on.
#[derive(Clone, Debug)]
pub struct Object {
    /// `user`, `store`, `business`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Its name at that time.
    pub name: String,
}

impl Object {
    /// A person.
    #[must_use]
    pub fn user(id: UserId, name: &str) -> Self {
        Self {
            kind: "user",
            id: id.to_string(),
            name: name.to_owned(),
        }
    }

    /// A store.
    #[must_use]
    pub fn store(id: StoreId, name: &str) -> Self {
        Self {
            kind: "store",
            id: id.to_string(),
            name: name.to_owned(),
        }
    }

    /// The business.
    #[must_use]
    pub fn business(name: &str) -> Self {
        Self {
            kind: "business",
            id: String::new(),
            name: name.to_owned(),
        }
    }
}

/// What a transaction did, for its audit entry. Never a password, code, secret or token.
#[derive(Clone, Debug)]
pub struct Change {
    pub(crate) object: Object,
    pub(crate) store: Option<StoreId>,
    pub(crate) before: Value,
    pub(crate) after: Value,
    pub(crate) reason: String,
}

impl Change {
    /// A change of an object.
    #[must_use]
    pub const fn of(object: Object) -> Self {
        Self {
            object,
            store: None,
            before: Value::Null,
            after: Value::Null,
            reason: String::new(),
        }
    }

    /// What it was before.
    #[must_use]
    pub fn before(mut self, value: &impl Serialize) -> Self {
        self.before = serde_json::to_value(value).unwrap_or_default();
        self
    }

    /// What it is now.
    #[must_use]
    pub fn after(mut self, value: &impl Serialize) -> Self {
        self.after = serde_json::to_value(value).unwrap_or_default();
        self
    }

    /// The store it belongs to.
    #[must_use]
    pub const fn in_store(mut self, store: Option<StoreId>) -> Self {
        self.store = store;
        self
    }

    /// Why.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
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
}

/// A transaction for one action.
pub struct Tx<A: Action> {
    kh: Keyholder,
    inner: Transaction<'static, Any>,
    now: Instant,
    by: By,
    wakes_mail: bool,
    /// Why the program itself did it, when no person asked.
    why: &'static str,
    _action: PhantomData<A>,
}

impl<A: Guarded> Tx<A> {
    /// Opens with a person's grant: lock, read again, decide again.
    ///
    /// # Errors
    /// When the right was lost meanwhile, the target is gone, or the database does not answer.
    pub async fn begin(
        kh: &Keyholder,
        staff: &Staff,
        grant: Grant<A>,
        target: A::Target,
    ) -> Result<(Self, Caller, A::Target), Failure>
    where
        A::Target: Reload,
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
            return Err(kh.refuse(staff, A::OPERATION.name, denied).await);
        }
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
        let by = By {
            id: None,
            name: "Keyholder".to_owned(),
            session: None,
            client,
        };
        Self::open(kh, grant, by).await
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
            why,
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

    /// The only way out: writes the audit entry, and all of it together.
    ///
    /// # Errors
    /// When the database does not answer; then nothing has changed.
    pub async fn commit(mut self, mut change: Change) -> Result<(), Failure> {
        if change.reason.is_empty() {
            self.why.clone_into(&mut change.reason);
        }
        let entry = audit::Entry::of_change(A::OPERATION.name, self.now, &self.by, &change);
        audit::append(&self.kh, &mut self.inner, &entry).await?;
        self.inner.commit().await?;
        if self.wakes_mail {
            self.kh.mail_waiting().notify_one();
        }
        Ok(())
    }
}

impl Keyholder {
    /// Asks the access rules; a refusal is recorded, and says who could help.
    ///
    /// # Errors
    /// The refusal.
    pub async fn may<A: Action>(
        &self,
        staff: &Staff,
        target: &A::Target,
    ) -> Result<Grant<A>, Failure> {
        match staff.caller.may::<A>(target) {
            Ok(grant) => Ok(grant),
            Err(denied) => Err(self.refuse(staff, A::OPERATION.name, denied).await),
        }
    }

    /// Asks the access rules for something that only looks.
    ///
    /// # Errors
    /// The refusal.
    pub async fn sees<A: Action>(&self, staff: &Staff, target: &A::Target) -> Result<(), Failure> {
        self.may::<A>(staff, target).await.map(drop)
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

    /// Turns a refusal into the answer for the person, and records it.
    pub(crate) async fn refuse(
        &self,
        staff: &Staff,
        operation: &'static str,
        denied: Denied,
    ) -> Failure {
        if let Err(failure) = audit::record_refusal(self, staff, operation, &denied).await {
            return failure;
        }
        match denied {
            Denied::Forbidden { .. } | Denied::Rule(Rule::NeedsGroup)
                if staff.caller.person.memberships.is_empty() =>
            {
                AppError::NoGroup.into()
            }
            Denied::Forbidden { missing } => match self.contacts(staff).await {
                Ok(ask) => AppError::Forbidden { missing, ask }.into(),
                Err(failure) => failure,
            },
            other => other.into(),
        }
    }

    /// People who could give a permission, for the page that says it is missing.
    async fn contacts(&self, staff: &Staff) -> Result<Vec<domain::Contact>, Failure> {
        let mut conn = self.reader().acquire().await?;
        people::sql::who_can_help(&mut conn, staff.chosen, staff.caller.person.id, self.now()).await
    }
}
