//! What the layers and handlers know about the installation.

use std::sync::Arc;

use service::Keyholder;
use tokio::sync::Semaphore;

use crate::net::Proxies;
use crate::public_url::PublicUrl;

/// Requests that are worked on at once. More would only wait for the same few cores and database
/// connections; they are told to come back (req. 63).
const AT_ONCE: usize = 512;

/// Files that are on their way at once, each of 2 MB at the most.
const FILES_ARRIVING: usize = 32;

/// Files that are worked on at once, each of a few MB with what is made of it.
const FILES_AT_ONCE: usize = 4;

/// What every request needs of the installation.
pub struct Shared {
    /// The use cases.
    pub kh: Keyholder,
    /// Where people open the site.
    pub public_url: PublicUrl,
    /// Proxies whose word about the client's address counts.
    pub proxies: Proxies,
    /// Places for requests that are worked on.
    pub places: Semaphore,
    /// Places for files that are on their way.
    pub arriving: Semaphore,
    /// Places for files that are worked on.
    pub uploads: Semaphore,
}

impl Shared {
    /// Gathers it.
    #[must_use]
    pub fn new(kh: Keyholder, public_url: PublicUrl, proxies: Proxies) -> Arc<Self> {
        Arc::new(Self {
            kh,
            public_url,
            proxies,
            places: Semaphore::new(AT_ONCE),
            arriving: Semaphore::new(FILES_ARRIVING),
            uploads: Semaphore::new(FILES_AT_ONCE),
        })
    }

    /// Name of the session's cookie. The prefix makes browsers hold it to Secure, Path=/ and this
    /// very host (req. 41); they take it over https only.
    #[must_use]
    pub const fn session_cookie(&self) -> &'static str {
        if self.public_url.is_https() {
            "__Host-keyholder"
        } else {
            "keyholder"
        }
    }

    /// Name of the cookie that leads from a refused form to the page that shows why.
    #[must_use]
    pub const fn flash_cookie(&self) -> &'static str {
        if self.public_url.is_https() {
            "__Host-keyholder-flash"
        } else {
            "keyholder-flash"
        }
    }
}
