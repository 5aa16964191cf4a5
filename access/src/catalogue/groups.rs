//! The groups every business starts with (product §2.2).

use super::{Level, Module, Permission, PermissionSet, preset};

/// A group every business has from the start.
///
/// Five of the six may be edited and reset to this; Super Admin is locked (product §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltInGroup {
    /// The name in the database, which stays when the group is renamed.
    pub key: &'static str,
    /// The name on screen.
    pub name: &'static str,
    /// What its people do, in one line.
    pub summary: &'static str,
    /// What it gives.
    pub permissions: PermissionSet,
}

/// The key of the group that is locked and always gives everything.
pub const SUPER_ADMIN: &str = "super_admin";

/// The key of the group whose members count as admins, whatever it gives by now (product §6).
pub const ADMIN: &str = "admin";

/// One level for each module, in the order of [`Module::ALL`], and the capabilities.
const fn row(levels: [Level; 6], capabilities: PermissionSet) -> PermissionSet {
    let mut set = capabilities;
    let mut at = 0;
    while at < levels.len() {
        set = set.union(preset(Module::ALL[at], levels[at]));
        at += 1;
    }
    set
}

/// The six built-in groups, in the order of the table in product §2.2.
pub const BUILT_IN: [BuiltInGroup; 6] = {
    use Level::{Manage, None, Read, Write};
    [
        BuiltInGroup {
            key: "crew",
            name: "Crew",
            summary: "Pick jobs and take them back; see customers, quotes and inventory.",
            permissions: row([Read, Read, Write, None, Read, None], PermissionSet::EMPTY),
        },
        BuiltInGroup {
            key: "sales",
            name: "Sales",
            summary: "Create and send quotes, look after customers, see the rest.",
            permissions: row(
                [Manage, Manage, Read, Read, Read, None],
                PermissionSet::of(Permission::DiscountsApply),
            ),
        },
        BuiltInGroup {
            key: "billing",
            name: "Billing",
            summary: "Issue invoices, take payments; see customers, quotes and jobs.",
            permissions: row([Read, Read, Read, Manage, None, None], PermissionSet::EMPTY),
        },
        BuiltInGroup {
            key: "operations",
            name: "Operations",
            summary: "Run jobs from end to end and keep the inventory; see the rest.",
            permissions: row(
                [Read, Read, Manage, Read, Manage, None],
                PermissionSet::of(Permission::CostsView),
            ),
        },
        BuiltInGroup {
            key: ADMIN,
            name: "Admin",
            summary: "Everything except billing settings and permission groups.",
            permissions: row(
                [Manage, Manage, Manage, Manage, Manage, Write],
                PermissionSet::CAPABILITIES,
            ),
        },
        BuiltInGroup {
            key: SUPER_ADMIN,
            name: "Super Admin",
            summary: "Everything in all stores, always.",
            permissions: PermissionSet::ALL,
        },
    ]
};

/// The built-in group with this key.
pub fn built_in(key: &str) -> Option<&'static BuiltInGroup> {
    static GROUPS: [BuiltInGroup; 6] = BUILT_IN;
    GROUPS.iter().find(|group| group.key == key)
}

impl BuiltInGroup {
    /// Whether this is Super Admin, which is locked.
    pub fn is_super_admin(&self) -> bool {
        self.key == SUPER_ADMIN
    }
}
