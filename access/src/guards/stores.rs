//! Guards around a store.

use crate::{Caller, Denied, Rule, StoreId};

/// A store as the rules see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreStanding {
    /// Which store.
    pub store: StoreId,
    /// Whether it is open; a deactivated one is offered nowhere (product §4).
    pub active: bool,
    /// Whether another store is open.
    pub another_is_active: bool,
}

/// The store is one of the business.
///
/// # Errors
/// [`Denied::Hidden`].
pub(crate) fn exists(caller: &Caller, store: StoreId) -> Result<(), Denied> {
    if caller.all_stores.binary_search(&store).is_ok() {
        Ok(())
    } else {
        Err(Denied::Hidden)
    }
}

/// The store chosen is one of theirs, and open: others look like none (product §2.4, §4).
///
/// # Errors
/// [`Denied::Hidden`].
pub(crate) fn may_choose(caller: &Caller, chosen: Option<StoreStanding>) -> Result<(), Denied> {
    match chosen {
        Some(chosen) if !chosen.active || !caller.effective.is_theirs(chosen.store) => {
            Err(Denied::Hidden)
        }
        _ => Ok(()),
    }
}

/// Closing this store leaves one open; to be asked under the lock that it is written under.
///
/// # Errors
/// [`Denied::Hidden`] for a store that is not there, [`Rule::LastStore`].
pub(crate) fn may_close(caller: &Caller, store: &StoreStanding) -> Result<(), Denied> {
    exists(caller, store.store)?;
    if store.another_is_active {
        Ok(())
    } else {
        Err(Rule::LastStore.into())
    }
}
