//! Stores: the list, and the form.

use access::{StoreId, UserId};
use serde::{Deserialize, Serialize};

use crate::form::{ProblemCode, Problems};
use crate::page::Count;

/// A store in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreRow {
    /// Id.
    pub id: StoreId,
    /// Name.
    pub name: String,
    /// Short code.
    pub code: String,
    /// Town or whole address, one line.
    pub address: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Open for work.
    pub active: bool,
    /// People who work there, but for those who have left.
    pub people: Count,
}

/// Settings → Stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreListView {
    /// All stores, by name.
    pub rows: Vec<StoreRow>,
    /// The person may add and change stores.
    pub may_edit: bool,
}

/// One store's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreView {
    /// Id.
    pub id: StoreId,
    /// What can be changed.
    pub form: StoreForm,
    /// Open for work.
    pub active: bool,
    /// Another store is open, so that this one may be closed.
    pub another_is_active: bool,
    /// The person may change it.
    pub may_edit: bool,
    /// Time zones to choose from, the likely ones first; empty for who may not change it.
    pub zones: Vec<String>,
    /// How many people work there, but for those who have left.
    pub people: Count,
    /// The first of them; nothing for who does not manage users there.
    pub first_people: Option<Vec<StorePerson>>,
    /// The business has more stores than this one.
    pub among_others: bool,
    /// Counts up with each change, so that two editors at once are noticed.
    pub revision: i64,
}

/// Somebody who works in a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorePerson {
    /// Id.
    pub id: UserId,
    /// Display name.
    pub name: String,
    /// Groups in one line.
    pub groups: String,
}

/// What the form of a new store offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewStoreView {
    /// The time zone that it most likely is in.
    pub time_zone: String,
    /// Time zones to choose from, the likely ones first.
    pub zones: Vec<String>,
}

/// What can be written about a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreForm {
    /// Name.
    pub name: String,
    /// Short code, 2 to 6 capital letters or digits.
    pub code: String,
    /// Address, one line.
    pub address: String,
    /// Phone.
    pub phone: String,
    /// Email of the store.
    pub email: String,
    /// IANA time zone, such as Europe/London.
    pub time_zone: String,
}

impl StoreForm {
    /// Checks what can be checked without the server.
    ///
    /// # Errors
    /// The fields to put right.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Problems::none();
        problems.name("name", &self.name);
        let code = self.code.trim();
        let code_ok = (2..=6).contains(&code.len())
            && code
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if !code_ok {
            problems.add("code", ProblemCode::StoreCode);
        }
        problems.line("address", &self.address, 200);
        problems.line("phone", &self.phone, crate::form::PHONE_MAX);
        if !self.email.trim().is_empty() {
            problems.email("email", &self.email);
        }
        problems.into_result()
    }
}
