//! The permissions: one line each, in the order of the grid.

use super::{Level, Module, Scope};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// One line of the catalogue.
struct Entry {
    key: &'static str,
    label: &'static str,
    title: &'static str,
    help: &'static str,
    module: Option<Module>,
    level: Option<Level>,
    scope: Scope,
}

macro_rules! catalogue {
    (@module -) => { None };
    (@module $module:ident) => { Some(Module::$module) };
    (@level -) => { None };
    (@level $level:ident) => { Some(Level::$level) };
    ($($name:ident = $key:literal, $module:tt $level:tt $scope:ident, $label:literal, $title:literal, $help:literal;)+) => {
        /// One flag that a person holds or does not hold (product §2.1).
        ///
        /// The variants stand in the order of the permission grid, which is also their order.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Permission {
            $(
                #[doc = concat!("`", $key, "`: ", $title, ". ", $help)]
                $name,
            )+
        }

        impl Permission {
            /// Every permission there is.
            pub const ALL: [Self; 40] = [$(Self::$name),+];
        }

        static ENTRIES: [Entry; Permission::ALL.len()] = [$(
            Entry {
                key: $key,
                label: $label,
                title: $title,
                help: $help,
                module: catalogue!(@module $module),
                level: catalogue!(@level $level),
                scope: Scope::$scope,
            },
        )+];
    };
}

catalogue! {
    CustomersView = "customers.view", Customers Read Store, "View", "See customers",
        "Opens the customer list and each customer's page.";
    CustomersCreate = "customers.create", Customers Write Store, "Create", "Add customers",
        "Adds a company or a person as a customer.";
    CustomersEdit = "customers.edit", Customers Write Store, "Edit", "Edit customers",
        "Changes a customer's names, contact details and notes.";
    CustomersArchive = "customers.archive", Customers Manage Store, "Archive", "Archive customers",
        "Takes a customer out of the daily lists, and brings them back.";
    CustomersDelete = "customers.delete", Customers Manage Store, "Delete", "Delete customers",
        "Removes a customer for good.";

    QuotesView = "quotes.view", Quotes Read Store, "View", "See quotes",
        "Opens the quote list and each quote.";
    QuotesCreate = "quotes.create", Quotes Write Store, "Create", "Create quotes",
        "Starts a new quote for a customer.";
    QuotesEdit = "quotes.edit", Quotes Write Store, "Edit", "Edit quotes",
        "Changes dates and lines, and marks a quote accepted or declined.";
    QuotesSend = "quotes.send", Quotes Write Store, "Send", "Send quotes",
        "Mails a quote to the customer.";
    QuotesDelete = "quotes.delete", Quotes Manage Store, "Delete", "Delete quotes",
        "Removes a quote for good.";

    JobsView = "jobs.view", Jobs Read Store, "View", "See jobs",
        "Opens the job list and each job.";
    JobsCreate = "jobs.create", Jobs Write Store, "Create", "Create jobs",
        "Makes a job from an accepted quote.";
    JobsEdit = "jobs.edit", Jobs Write Store, "Edit", "Edit jobs",
        "Changes a job's dates, place and notes.";
    JobsPick = "jobs.pick", Jobs Write Store, "Pick", "Pick jobs",
        "Pick & Scan: picks a job, loads it and sends it out.";
    JobsReturn = "jobs.return", Jobs Write Store, "Return", "Take jobs back",
        "Return & Inspect: takes a job back, looks each piece over and closes it.";
    JobsReopen = "jobs.reopen", Jobs Manage Store, "Reopen", "Reopen jobs",
        "Sends a job one step back.";
    JobsDelete = "jobs.delete", Jobs Manage Store, "Delete", "Delete jobs",
        "Removes a job for good.";

    InvoicesView = "invoices.view", Invoices Read Store, "View", "See invoices",
        "Opens the invoice list, each invoice and its receipts.";
    InvoicesCreate = "invoices.create", Invoices Write Store, "Create", "Create invoices",
        "Starts an invoice from a closed job, or a blank one.";
    InvoicesEdit = "invoices.edit", Invoices Write Store, "Edit", "Edit invoices",
        "Changes an invoice that is still a draft.";
    InvoicesIssue = "invoices.issue", Invoices Write Store, "Issue", "Issue invoices",
        "Gives a draft its number and makes it due.";
    InvoicesRecordPayment = "invoices.record_payment", Invoices Write Store, "Record payment",
        "Record payments", "Books a payment against an invoice and makes the receipt.";
    InvoicesVoidPayment = "invoices.void_payment", Invoices Manage Store, "Void payment",
        "Void payments", "Takes back a recorded payment and restores the balance.";
    InvoicesVoid = "invoices.void", Invoices Manage Store, "Void invoice", "Void invoices",
        "Cancels an issued invoice; its number stays used.";
    InvoicesDelete = "invoices.delete", Invoices Manage Store, "Delete", "Delete invoices",
        "Removes a draft invoice for good.";

    InventoryView = "inventory.view", Inventory Read Store, "View", "See inventory",
        "Opens the asset list and each asset.";
    InventoryCreate = "inventory.create", Inventory Write Store, "Create", "Add assets",
        "Adds a piece to the inventory.";
    InventoryEdit = "inventory.edit", Inventory Write Store, "Edit", "Edit assets",
        "Changes an asset, its condition and its status, maintenance included.";
    InventoryDelete = "inventory.delete", Inventory Manage Store, "Delete", "Delete assets",
        "Removes an asset for good.";
    InventoryConfigure = "inventory.configure", Inventory Manage Store, "Configure",
        "Configure inventory", "Makes and changes the categories assets belong to.";

    SettingsView = "settings.view", Settings Read Business, "View", "See settings",
        "Opens Stores, Security and Business, without changing them.";
    SettingsEdit = "settings.edit", Settings Write Business, "Edit", "Edit settings",
        "Changes stores, security rules and the business's details.";
    SettingsUsers = "settings.users", Settings Write Store, "Manage users", "Manage users",
        "Invites people, and changes the groups, stores, overrides and access of those who work in the store.";
    SettingsAudit = "settings.audit", Settings Write Business, "See audit log",
        "See the audit log", "Reads who did what, and when.";
    SettingsGroups = "settings.groups", Settings Manage Business, "Manage groups",
        "Manage permission groups", "Makes and changes permission groups, for everybody in them.";
    SettingsBilling = "settings.billing", Settings Manage Business, "Billing",
        "Change billing settings", "Changes currency, tax rate, payment days and legal details.";

    CostsView = "costs.view", - - Store, "See costs", "See costs",
        "Shows what an asset cost.";
    DiscountsApply = "discounts.apply", - - Store, "Apply discounts", "Apply discounts",
        "Gives a discount on a quote.";
    PricesOverride = "prices.override", - - Store, "Override prices", "Override prices",
        "Charges another rate than the asset's or the category's own.";
    StoresViewAll = "stores.view_all", - - Business, "View all stores", "View all stores",
        "Sees, in stores that are not theirs, the modules they may see in their own.";
}

impl Permission {
    const fn entry(self) -> &'static Entry {
        &ENTRIES[self as usize]
    }

    /// The name in the database, in forms and in the audit log: `invoices.void_payment`.
    pub const fn key(self) -> &'static str {
        self.entry().key
    }

    /// The permission with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        ENTRIES
            .iter()
            .position(|entry| entry.key == key)
            .map(|at| Self::ALL[at])
    }

    /// The short name in a cell of the grid, beside its module: `Void payment`.
    pub const fn label(self) -> &'static str {
        self.entry().label
    }

    /// The name that stands alone: "It needs the permission *See the audit log*".
    pub const fn title(self) -> &'static str {
        self.entry().title
    }

    /// One line of help, in shop words.
    pub const fn help(self) -> &'static str {
        self.entry().help
    }

    /// The module it belongs to; `None` for the capabilities.
    pub const fn module(self) -> Option<Module> {
        self.entry().module
    }

    /// The lowest level that includes it; `None` for the capabilities, which are in no level.
    pub const fn level(self) -> Option<Level> {
        self.entry().level
    }

    /// Where it holds: in a store, or in the business as a whole.
    pub const fn scope(self) -> Scope {
        self.entry().scope
    }

    /// Whether it matters in which store one asks. It does not for what holds in the business as a
    /// whole, nor on customers, who belong to it: there a permission holds if it holds in any of the
    /// person's stores (product §2.1).
    pub fn asks_for_store(self) -> bool {
        self.scope() == Scope::Store && self.module() != Some(Module::Customers)
    }

    /// Whether it is one of the four capabilities.
    pub const fn is_capability(self) -> bool {
        self.module().is_none()
    }
}

impl fmt::Display for Permission {
    /// The key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Key;

        impl de::Visitor<'_> for Key {
            type Value = Permission;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the key of a permission")
            }

            fn visit_str<E: de::Error>(self, key: &str) -> Result<Permission, E> {
                Permission::from_key(key)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(key), &self))
            }
        }

        deserializer.deserialize_str(Key)
    }
}
