//! The person who asks.

use crate::{
    Action, Actor, Denied, Effective, Grant, Instant, Kind, Module, Needs, OPERATIONS, Operation,
    Permission, Person, Rule, SessionRef, StoreId, Visible, evaluate,
};

/// How long a proof of who sits there is enough for what is sensitive (product §7).
const PROOF_LASTS_MS: i64 = 10 * 60_000;

/// The person behind a request, with what they hold at this moment.
///
/// Made anew for every request, and again under the lock of every change: nothing about rights
/// outlives it (product §2.3). It comes from [`Caller::new`] only, which evaluates:
///
/// ```compile_fail,E0639
/// use access::{Caller, Effective, Instant, Person, SessionRef};
/// fn promote(person: Person, effective: Effective) -> Caller {
///     let (session, now) = (SessionRef::nil(), Instant(0));
///     Caller { person, effective, all_stores: Vec::new(), session, now, proved: None }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Caller {
    /// Who it is.
    pub person: Person,
    /// What they hold now.
    pub effective: Effective,
    /// All stores of the business, by id, deactivated ones included.
    pub all_stores: Vec<StoreId>,
    /// The session they ask in.
    pub session: SessionRef,
    /// The moment of asking.
    pub now: Instant,
    /// When they last proved who they are in this session: by completing the sign-in, or by giving
    /// their password again.
    pub proved: Option<Instant>,
}

impl Caller {
    /// The caller as they stand at `now`. `all_stores` are all stores of the business,
    /// deactivated ones included, in any order.
    pub fn new(
        person: Person,
        mut all_stores: Vec<StoreId>,
        session: SessionRef,
        now: Instant,
    ) -> Self {
        all_stores.sort_unstable();
        all_stores.dedup();
        let effective = evaluate(&person, &all_stores, now);
        Self {
            person,
            effective,
            all_stores,
            session,
            now,
            proved: None,
        }
    }

    /// The same caller, who proved at that moment who they are.
    #[must_use]
    pub fn proved_at(self, moment: Instant) -> Self {
        Self {
            proved: Some(moment),
            ..self
        }
    }

    /// Whether they must give their password again before this operation (product §7): it is
    /// sensitive, and their last proof is too old. Asked where a grant is given and where it is
    /// used, by the house; a decision about rights does not depend on it.
    pub fn owes_proof(&self, operation: Operation) -> bool {
        operation.sensitive
            && self
                .proved
                .is_none_or(|moment| self.now.millis_since(moment) >= PROOF_LASTS_MS)
    }

    /// Asks to do `A` to `target`. The one way to a [`Grant`] for a person.
    ///
    /// # Errors
    /// [`Denied`] when the operation's declared need is not met, or its decision refuses.
    pub fn may<A: Action>(&self, target: &A::Target) -> Result<Grant<A>, Denied> {
        self.meets(A::OPERATION.needs)?;
        A::decide(self, target)?;
        Ok(Grant::new(Actor::User(self.person.id, self.session)))
    }

    /// Whether the caller has what an operation says it needs.
    ///
    /// # Errors
    /// [`Denied::Forbidden`] with the missing permission (the first, where one of several is
    /// asked), [`Rule::NeedsGroup`], or [`Denied::Hidden`] for what only the system does, and to
    /// who no longer works here.
    pub fn meets(&self, needs: Needs) -> Result<(), Denied> {
        let works = self.person.standing.works(self.now);
        match needs {
            Needs::Anyone | Needs::Half => Ok(()),
            Needs::System => Err(Denied::Hidden),
            _ if !works => Err(Denied::Hidden),
            Needs::Group if self.person.memberships.is_empty() => Err(Rule::NeedsGroup.into()),
            Needs::Staff | Needs::Group => Ok(()),
            Needs::Permission(permission) => self.needs_one_of(&[permission]),
            Needs::AnyOf(permissions) => self.needs_one_of(permissions),
        }
    }

    /// What `permission` lets them read, in the chosen store or in all of theirs (`None`).
    ///
    /// In the chosen store the permission must hold there. Under *All my stores* it is every
    /// store in which it holds, those that `stores.view_all` opens included. Two kinds of data
    /// belong to no store, so the choice does not narrow them: customers, where the permission
    /// must hold in any of the person's stores, and what is of business scope (product §2.1).
    ///
    /// # Errors
    /// [`Denied::Hidden`] for a chosen store that is not theirs and shows them nothing,
    /// [`Denied::Forbidden`] where the permission is missing.
    pub fn visible(
        &self,
        permission: Permission,
        chosen: Option<StoreId>,
    ) -> Result<Visible, Denied> {
        let held = &self.effective;
        let stores = match chosen {
            _ if !permission.asks_for_store() => {
                if !held.holds_in_any_of_theirs(permission) {
                    return Err(Denied::missing(permission));
                }
                self.all_stores.clone()
            }
            Some(store) if held.holds(permission, store) => vec![store],
            Some(store) if !held.is_theirs(store) => return Err(Denied::Hidden),
            Some(_) => return Err(Denied::missing(permission)),
            None => held.stores_with(permission),
        };
        if stores.is_empty() && permission.asks_for_store() {
            return Err(Denied::missing(permission));
        }
        Ok(Visible {
            permission,
            costs: stores
                .iter()
                .copied()
                .filter(|&store| held.holds(Permission::CostsView, store))
                .collect(),
            whole_business: stores.len() == self.all_stores.len(),
            stores,
        })
    }

    /// Whether the module stands in the sidebar while this store, or all of theirs, is chosen
    /// (product §2.1): its `view` shows them something; for Settings, any of its pages may be seen.
    pub fn sees(&self, module: Module, chosen: Option<StoreId>) -> bool {
        if module == Module::Settings {
            OPERATIONS
                .iter()
                .filter(|it| it.kind == Kind::Page && it.path.starts_with("/settings/"))
                .any(|page| self.meets(page.needs).is_ok())
        } else {
            self.visible(module.view(), chosen).is_ok()
        }
    }

    /// Whether the caller may know of this store, its name included: it is theirs, or they may look
    /// at the stores as such (`settings.view`) or into all of them (`stores.view_all`). A person's
    /// page and the list of people name no other (product §2.4, a foreign store's record).
    pub fn knows_store(&self, store: StoreId) -> bool {
        self.effective.is_theirs(store)
            || self.effective.holds_business(Permission::SettingsView)
            || self.effective.holds_business(Permission::StoresViewAll)
    }

    fn needs_one_of(&self, permissions: &[Permission]) -> Result<(), Denied> {
        let any = permissions
            .iter()
            .any(|&p| self.effective.holds_anywhere(p));
        match permissions.first() {
            _ if any => Ok(()),
            Some(&first) => Err(Denied::missing(first)),
            None => Err(Denied::Hidden),
        }
    }
}

#[cfg(test)]
mod tests;
