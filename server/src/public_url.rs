//! The one address under which people open the site. Links in mails and the origin that a form
//! must come from are made of it, never of a request's `Host` (req. 24).

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use http::Uri;
use http::header::HeaderValue;

/// Scheme, host and port of the site, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    https: bool,
}

impl PublicUrl {
    /// Reads an address: https anywhere, http only on this machine (product §11).
    ///
    /// # Errors
    /// What is wrong with it, to follow after the name of the setting.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const SHAPE: &str = "must be an address such as https://keys.example.com, without a path";
        let uri: Uri = text.trim().parse().map_err(|_| SHAPE)?;
        let scheme = uri.scheme_str().ok_or(SHAPE)?;
        let authority = uri.authority().ok_or(SHAPE)?;
        let host = authority.host().to_ascii_lowercase();
        let bare = uri.path() == "/" && uri.query().is_none() && !text.contains('#');
        if !bare || host.is_empty() || authority.as_str().contains('@') {
            return Err(SHAPE);
        }
        let (https, usual) = match scheme {
            "https" => (true, 443_u16),
            "http" if is_loopback(&host) => (false, 80),
            "http" => return Err("must be https, or http on this machine alone"),
            _ => return Err("must start with https://"),
        };
        let port = match authority
            .as_str()
            .get(authority.host().len()..)
            .unwrap_or_default()
        {
            "" => usual,
            rest => rest.trim_start_matches(':').parse().map_err(|_| SHAPE)?,
        };
        let port = if port == usual {
            String::new()
        } else {
            format!(":{port}")
        };
        Ok(Self {
            origin: format!("{scheme}://{host}{port}"),
            https,
        })
    }

    /// The address that follows from the one listened on, which only works on this machine.
    #[must_use]
    pub fn from_listen(listen: SocketAddr) -> Option<Self> {
        listen.ip().is_loopback().then(|| Self {
            origin: format!("http://{listen}"),
            https: false,
        })
    }

    /// Scheme, host and port, as browsers write an origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether the site is reached over https.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether an `Origin` header names this site.
    #[must_use]
    pub fn is_origin(&self, origin: &HeaderValue) -> bool {
        origin.as_bytes() == self.origin.as_bytes()
    }

    /// Path and query of an address of this site; `None` for another site's.
    #[must_use]
    pub fn own_path<'a>(&self, address: &'a str) -> Option<&'a str> {
        let path = address.strip_prefix(&self.origin)?;
        domain::sign_in::own_path(path.split('#').next().unwrap_or(path))
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

/// Whether a host name can only be this machine (RFC 6761 §6.3 for `localhost`).
fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_on_this_machine_are_taken() {
        for (text, origin, https) in [
            ("https://keys.example.com", "https://keys.example.com", true),
            (
                "https://Keys.Example.com:443/",
                "https://keys.example.com",
                true,
            ),
            (
                "https://keys.example.com:8443",
                "https://keys.example.com:8443",
                true,
            ),
            ("http://localhost:3000", "http://localhost:3000", false),
            ("http://127.0.0.1:80/", "http://127.0.0.1", false),
            ("http://[::1]:3000", "http://[::1]:3000", false),
        ] {
            let url = PublicUrl::parse(text).expect(text);
            assert_eq!((url.origin(), url.is_https()), (origin, https), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "keys.example.com",
            "http://keys.example.com",
            "http://127.0.0.1.evil.example",
            "http://notlocalhost",
            "ftp://keys.example.com",
            "https://",
            "https://keys.example.com/path",
            "https://keys.example.com?q",
            "https://keys.example.com#x",
            "https://user@keys.example.com",
            "https://keys.example.com:",
            "https://keys.example.com:99999",
        ] {
            assert!(PublicUrl::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn only_a_loopback_listener_tells_the_address_by_itself() {
        let from = |listen: &str| PublicUrl::from_listen(listen.parse().expect("a socket"));
        assert_eq!(
            from("127.0.0.1:3000").expect("loopback").origin(),
            "http://127.0.0.1:3000"
        );
        assert_eq!(
            from("[::1]:3000").expect("loopback").origin(),
            "http://[::1]:3000"
        );
        assert_eq!(from("0.0.0.0:3000"), None);
        assert_eq!(from("192.168.1.2:3000"), None);
    }

    #[test]
    fn the_path_of_another_site_is_not_ones_own() {
        let url = PublicUrl::parse("https://keys.example.com").expect("a good one");
        let own = |address| url.own_path(address);
        assert_eq!(own("https://keys.example.com/a?b=c#d"), Some("/a?b=c"));
        assert_eq!(own("https://keys.example.com"), None);
        assert_eq!(own("https://keys.example.com.evil.example/a"), None);
        assert_eq!(own("https://keys.example.com:8443/a"), None);
        assert_eq!(own("https://keys.example.com//evil.example/"), None);
        assert_eq!(own("http://keys.example.com/a"), None);
    }
}
