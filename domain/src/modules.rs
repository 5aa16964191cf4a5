//! Lists of the desk modules.

use access::Module;
use serde::{Deserialize, Serialize};

/// A module's list, as far as it stands: what it is for and what the person may do in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleView {
    /// Which module.
    pub module: Module,
    /// The chosen store's name, or none under *All my stores* and in a one-store business.
    pub store: Option<String>,
    /// They may create records here.
    pub may_create: bool,
}
