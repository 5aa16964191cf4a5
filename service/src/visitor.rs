//! Who is behind a request, and where it comes from. Resolved once per request.

use std::sync::Arc;

use access::{Caller, Due, FactorDemand, StoreId, StoreStanding, Visible};
use domain::EndedWhy;
use domain::shell::{StoreChoice, Theme};

/// Longest `User-Agent` that is looked at, in characters.
const USER_AGENT_MAX: usize = 512;

/// Where a request comes from; goes into sessions and the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// Address, from a trusted proxy or the socket (req. 20).
    pub ip: String,
    /// What the browser says of itself.
    pub user_agent: String,
    /// Id of the request in the log.
    pub request_id: String,
}

impl Client {
    /// From what the request says of itself.
    #[must_use]
    pub fn new(ip: impl Into<String>, user_agent: &str, request_id: impl Into<String>) -> Self {
        Self {
            ip: ip.into(),
            user_agent: user_agent.chars().take(USER_AGENT_MAX).collect(),
            request_id: request_id.into(),
        }
    }

    /// Browser and system in words, such as *Chrome on macOS*. Worked out where it is written
    /// down, since few requests do.
    #[must_use]
    pub fn device(&self) -> String {
        device(&self.user_agent)
    }

    /// The program itself, for work that no request asked for.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }
}

/// Browser and system out of a `User-Agent`, in words.
fn device(user_agent: &str) -> String {
    let parsed = woothee::parser::Parser::new().parse(user_agent);
    let (browser, system) = parsed.map_or(("", ""), |found| (found.name, found.os));
    // A program that is no browser says nothing that anybody would recognise.
    let unknown = ["", "UNKNOWN", "HTTP Library"];
    let known = |word: &str| (!unknown.contains(&word)).then(|| word.to_owned());
    let system = known(system).map(|os| match os.as_str() {
        "Mac OSX" => "macOS".to_owned(),
        _ if os.starts_with("Windows") => "Windows".to_owned(),
        _ => os,
    });
    match (known(browser), system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => String::new(),
    }
}

/// Who is behind a request.
#[derive(Clone, Debug)]
pub enum Visitor {
    /// Nobody, or nobody any more.
    Nobody {
        /// Why the session that the browser still names is over.
        ended: Option<EndedWhy>,
    },
    /// The password has passed, something is still due.
    Half(Box<Half>),
    /// An active person with a complete session.
    Staff(Arc<Staff>),
}

/// A person half-way through signing in.
#[derive(Clone, Debug)]
pub struct Half {
    /// Who, and nothing of what they might do.
    pub person: access::UserId,
    /// Their display name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// The business.
    pub business: Business,
    /// What is due before anything else opens.
    pub due: Due,
    /// The session.
    pub session: access::SessionRef,
    /// When their password was set, as of this request; the next stage begins only while it is
    /// still this one. Whoever sets another ends what is half-way in.
    pub password_set: access::Instant,
    /// When the password passed.
    pub started: access::Instant,
    /// Where the request comes from.
    pub client: Client,
}

/// A signed-in person, as of this request.
#[derive(Clone, Debug)]
pub struct Staff {
    /// What they may do.
    pub caller: Caller,
    /// Who they are.
    pub me: Profile,
    /// The business.
    pub business: Business,
    /// What it asks of their second factor.
    pub demand: FactorDemand,
    /// All stores of the business, by name.
    pub stores: Vec<StoreFact>,
    /// The chosen store; `None` is *All my stores*.
    pub chosen: Option<StoreId>,
    /// Where the request comes from.
    pub client: Client,
    /// How many changes there were on this node when all this was read.
    pub(crate) changes: u64,
}

impl Staff {
    /// The active stores that are theirs.
    pub fn own_stores(&self) -> impl Iterator<Item = &StoreFact> {
        self.stores
            .iter()
            .filter(|store| store.active && self.caller.effective.is_theirs(store.id))
    }

    /// The business has one store only, so that no store shows anywhere (product §4).
    #[must_use]
    pub fn one_store(&self) -> bool {
        self.stores.len() == 1
    }

    /// The open stores whose people the caller manages, and the one that was asked for though it is
    /// closed; none in a one-store business. A closed store is offered nowhere (product §4).
    pub(crate) fn offered(&self, visible: &Visible, asked: Option<StoreId>) -> Vec<StoreChoice> {
        if self.one_store() {
            return Vec::new();
        }
        self.stores
            .iter()
            .filter(|store| visible.shows(store.id))
            .filter(|store| store.active || Some(store.id) == asked)
            .map(StoreFact::choice)
            .collect()
    }

    /// A store as the rules see it; one that is not there is closed.
    #[must_use]
    pub fn standing_of(&self, id: StoreId) -> StoreStanding {
        let is_open = |store: &&StoreFact| store.active;
        StoreStanding {
            store: id,
            active: self
                .stores
                .iter()
                .filter(is_open)
                .any(|store| store.id == id),
            another_is_active: self
                .stores
                .iter()
                .filter(is_open)
                .any(|store| store.id != id),
        }
    }

    /// Name of a store.
    #[must_use]
    pub fn store_name(&self, id: StoreId) -> Option<&str> {
        self.stores
            .iter()
            .find(|store| store.id == id)
            .map(|store| store.name.as_str())
    }

    /// Name of a store as this person may be told it: one that they may not know is just another.
    #[must_use]
    pub fn told_store(&self, id: StoreId) -> &str {
        self.store_name(id)
            .filter(|_| self.caller.knows_store(id))
            .unwrap_or("another store")
    }

    /// Names of several stores as this person may be told them: those that they may know by name,
    /// the others by how many they are.
    #[must_use]
    pub fn told_stores(&self, is_one: impl Fn(StoreId) -> bool) -> Vec<String> {
        let these = self.stores.iter().filter(|store| is_one(store.id));
        let (known, others): (Vec<_>, Vec<_>) =
            these.partition(|store| self.caller.knows_store(store.id));
        let others = match others.len() {
            0 => None,
            1 => Some("another store".to_owned()),
            n => Some(format!("{n} other stores")),
        };
        let known = known.into_iter().map(|store| store.name.clone());
        known.chain(others).collect()
    }
}

/// The signed-in person's own facts.
#[derive(Clone, Debug)]
pub struct Profile {
    /// First name.
    pub first_name: String,
    /// Display name.
    pub name: String,
    /// Sign-in address.
    pub email: String,
    /// Chosen theme.
    pub theme: Theme,
    /// A second factor is set up.
    pub two_factor: bool,
    /// Version of the picture; 0 for none.
    pub avatar: i64,
}

/// The business's own facts.
#[derive(Clone, Debug)]
pub struct Business {
    /// Name.
    pub name: String,
    /// IANA time zone of the pages that belong to no store.
    pub time_zone: String,
}

/// A store, as every request knows it.
#[derive(Clone, Debug)]
pub struct StoreFact {
    /// Id.
    pub id: StoreId,
    /// Name.
    pub name: String,
    /// Short code.
    pub code: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Open for work.
    pub active: bool,
}

impl StoreFact {
    /// The store to choose among others.
    pub(crate) fn choice(&self) -> StoreChoice {
        StoreChoice {
            id: self.id,
            name: self.name.clone(),
            code: self.code.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_user_agent_becomes_browser_and_system_in_words() {
        let chrome = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 \
                      (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36";
        assert_eq!(device(chrome), "Chrome on macOS");
        assert_eq!(device(""), "");
        assert_eq!(device("\u{0}\r\nX: y"), "");
    }
}
