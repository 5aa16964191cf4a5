//! What of the stores' data a caller may read: every list and every look-up takes one.

use crate::{Permission, StoreId};

/// Which stores, and which fields in them. Made by [`crate::Caller::visible`] only, so that
/// nothing is read without a check (architecture.md, net 3).
///
/// ```
/// use access::{Caller, Denied, Permission, Visible};
/// fn list(_: &Visible) {}
/// fn ask(caller: &Caller) -> Result<(), Denied> {
///     list(&caller.visible(Permission::QuotesView, None)?);
///     Ok(())
/// }
/// ```
/// ```compile_fail,E0451
/// use access::{Permission, Visible};
/// let everything = Visible {
///     permission: Permission::QuotesView,
///     stores: Vec::new(),
///     costs: Vec::new(),
///     whole_business: true,
/// };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visible {
    pub(crate) permission: Permission,
    pub(crate) stores: Vec<StoreId>,
    pub(crate) costs: Vec<StoreId>,
    pub(crate) whole_business: bool,
}

impl Visible {
    /// The permission this was asked for.
    pub fn permission(&self) -> Permission {
        self.permission
    }

    /// The stores whose records may be read, by id.
    pub fn stores(&self) -> &[StoreId] {
        &self.stores
    }

    /// Whether records of this store may be read.
    pub fn shows(&self, store: StoreId) -> bool {
        self.stores.binary_search(&store).is_ok()
    }

    /// The stores whose costs may leave the server, by id (product §10, Inventory).
    pub fn costs(&self) -> &[StoreId] {
        &self.costs
    }

    /// Whether costs of this store may leave the server: `costs.view` holds there.
    pub fn shows_costs(&self, store: StoreId) -> bool {
        self.costs.binary_search(&store).is_ok()
    }

    /// Whether nothing is left out: every store of the business is among them. With
    /// `settings.users`, this is who also sees people without a store (product §2.1).
    pub fn whole_business(&self) -> bool {
        self.whole_business
    }
}
