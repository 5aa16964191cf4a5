//! What surrounds every staff page: top bar, store picker, sidebar, account menu.

use access::{Module, StoreId, UserId};
use serde::{Deserialize, Serialize};

use crate::keys::keys;

/// Everything the shell shows, for one person at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShellView {
    /// Name of the business.
    pub business: String,
    /// Who is signed in.
    pub me: Me,
    /// The stores they can switch between; empty when there is nothing to switch.
    pub stores: Vec<StoreChoice>,
    /// The chosen store; `None` is *All my stores*.
    pub chosen: Option<StoreId>,
    /// Modules they have in the chosen store (in any, under *All my stores*).
    pub modules: Vec<Module>,
    /// Pages of Settings they may open.
    pub settings: Vec<SettingsPage>,
    /// Chosen theme.
    pub theme: Theme,
}

/// The signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// Id.
    pub id: UserId,
    /// Display name.
    pub name: String,
    /// Version of the picture; 0 for none.
    pub avatar: i64,
    /// Groups in one line.
    pub groups: String,
}

/// A store to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreChoice {
    /// Id.
    pub id: StoreId,
    /// Name.
    pub name: String,
    /// Short code.
    pub code: String,
}

/// Pages of Settings that stand, in the order of the sidebar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingsPage {
    /// Users.
    Users,
    /// Permission groups.
    Groups,
    /// Who can.
    WhoCan,
    /// Stores.
    Stores,
    /// Sessions.
    Sessions,
    /// Security.
    Security,
    /// Audit log.
    Audit,
    /// Business.
    Business,
}

keys! {
    /// Light, dark, or as the device says.
    #[derive(Default)]
    Theme {
        /// As the device says.
        #[default]
        System = "system",
        /// Light.
        Light = "light",
        /// Dark.
        Dark = "dark",
    }
}
