//! The one static catalogue: modules, levels, permissions, built-in groups (product §2.1, §2.2).

mod groups;
mod permission;
mod set;

pub use groups::{ADMIN, BUILT_IN, BuiltInGroup, SUPER_ADMIN, built_in};
pub use permission::Permission;
pub use set::{Iter, PermissionSet, UnknownPermission};

use serde::{Deserialize, Serialize};

/// An entry of the sidebar, and a row of the permission grid (product §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Module {
    /// Customers, who belong to the business.
    Customers,
    /// Quotes.
    Quotes,
    /// Jobs.
    Jobs,
    /// Invoices and payments.
    Invoices,
    /// Assets and their categories.
    Inventory,
    /// Everything under Settings.
    Settings,
}

impl Module {
    /// All modules, in the order of the sidebar.
    pub const ALL: [Self; 6] = [
        Self::Customers,
        Self::Quotes,
        Self::Jobs,
        Self::Invoices,
        Self::Inventory,
        Self::Settings,
    ];

    /// The module's name in keys and addresses: `customers`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Quotes => "quotes",
            Self::Jobs => "jobs",
            Self::Invoices => "invoices",
            Self::Inventory => "inventory",
            Self::Settings => "settings",
        }
    }

    /// The module's name on screen: `Customers`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Customers => "Customers",
            Self::Quotes => "Quotes",
            Self::Jobs => "Jobs",
            Self::Invoices => "Invoices",
            Self::Inventory => "Inventory",
            Self::Settings => "Settings",
        }
    }

    /// The module with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|module| module.key() == key)
    }

    /// The permission to see the module at all.
    pub const fn view(self) -> Permission {
        match self {
            Self::Customers => Permission::CustomersView,
            Self::Quotes => Permission::QuotesView,
            Self::Jobs => Permission::JobsView,
            Self::Invoices => Permission::InvoicesView,
            Self::Inventory => Permission::InventoryView,
            Self::Settings => Permission::SettingsView,
        }
    }

    /// All permissions of the module, which is its level Manage.
    pub const fn permissions(self) -> PermissionSet {
        preset(self, Level::Manage)
    }
}

/// Where a permission holds (product §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// In a store.
    Store,
    /// Everywhere or nowhere.
    Business,
}

/// A preset over one module's permissions; each includes the lower ones (product §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Level {
    /// Nothing; the module is absent from the sidebar.
    None,
    /// See.
    Read,
    /// See, create, change: the daily work.
    Write,
    /// Everything of the module.
    Manage,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Read, Self::Write, Self::Manage];

    /// The level's name in forms: `read`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
            Self::Manage => "manage",
        }
    }

    /// The level's name on screen: `Read`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::Manage => "Manage",
        }
    }

    /// The level with this key; `custom` is none, it is a state that cannot be picked.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.key() == key)
    }
}

/// What a module's row shows: the level its ticks match exactly, else Custom (product §2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowLevel {
    /// The ticks are exactly this level's.
    Preset(Level),
    /// The ticks are no level's.
    Custom,
}

impl RowLevel {
    /// The name on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Preset(level) => level.label(),
            Self::Custom => "Custom",
        }
    }

    /// The name in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Preset(level) => level.key(),
            Self::Custom => "custom",
        }
    }
}

/// What `module`'s row shows for `set` (product §2.1). Other modules' permissions and the
/// capabilities are not looked at.
pub fn level_of(module: Module, set: PermissionSet) -> RowLevel {
    let ticks = set.intersect(module.permissions());
    Level::ALL
        .into_iter()
        .find(|&level| preset(module, level) == ticks)
        .map_or(RowLevel::Custom, RowLevel::Preset)
}

/// The permissions of `module` at `level` (product §2.1).
pub const fn preset(module: Module, level: Level) -> PermissionSet {
    PRESETS[module as usize][level as usize]
}

/// The table behind [`preset`], worked out from the catalogue by the compiler.
const PRESETS: [[PermissionSet; 4]; 6] = {
    let mut table = [[PermissionSet::EMPTY; 4]; 6];
    let mut at = 0;
    while at < Permission::ALL.len() {
        let permission = Permission::ALL[at];
        if let (Some(module), Some(from)) = (permission.module(), permission.level()) {
            let mut level = from as usize;
            while level <= Level::Manage as usize {
                let cell = table[module as usize][level];
                table[module as usize][level] = cell.union(PermissionSet::of(permission));
                level += 1;
            }
        }
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests;
