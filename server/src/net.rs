//! Who is at the other end of a connection, and whose word about it counts.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

/// The socket's other end; put into every request by the accept loop.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// A network: an address and how many of its leading bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            None => (text, None),
            Some((address, bits)) => (address, Some(bits.parse::<u8>().ok()?)),
        };
        let address: IpAddr = address.parse().ok()?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        (bits <= width).then_some(Self { address, bits })
    }

    fn contains(self, other: IpAddr) -> bool {
        match (self.address, other) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                a.to_bits() & mask == b.to_bits() & mask
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.bits))
                    .unwrap_or(0);
                a.to_bits() & mask == b.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// Proxies whose `X-Forwarded-For` is believed (req. 20).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

impl Proxies {
    /// Reads addresses and networks with commas between.
    ///
    /// # Errors
    /// The first part that is neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| Network::parse(part).ok_or_else(|| part.to_owned()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether this address is one of them.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(address))
    }

    /// The address that a request comes from.
    ///
    /// Each proxy adds the address of its own peer at the right of `X-Forwarded-For`, so the list
    /// is read from the right for as long as the word is a trusted proxy's; what stands further
    /// left was written by whoever asked, and says nothing.
    #[must_use]
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let told = headers
            .get_all("x-forwarded-for")
            .iter()
            .flat_map(|line| line.as_bytes().split(|&byte| byte == b','))
            .collect::<Vec<_>>();
        for word in told.into_iter().rev() {
            if !self.trusts(client) {
                break;
            }
            let Some(address) = std::str::from_utf8(word).ok().and_then(address_of) else {
                break;
            };
            client = address;
        }
        client
    }
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn address_of(word: &str) -> Option<IpAddr> {
    let word = word.trim();
    let address = word
        .parse::<IpAddr>()
        .ok()
        .or_else(|| word.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .or_else(|| word.strip_prefix('[')?.strip_suffix(']')?.parse().ok())?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(proxies: &str, peer: &str, told: &[&str]) -> String {
        let proxies = Proxies::parse(proxies).expect("the test writes proxies right");
        let mut headers = HeaderMap::new();
        for line in told {
            headers.append("x-forwarded-for", line.parse().expect("a header"));
        }
        proxies
            .client(peer.parse().expect("an address"), &headers)
            .to_string()
    }

    #[test]
    fn r20_a_stranger_cannot_say_where_they_come_from() {
        assert_eq!(client("", "203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(
            client("10.0.0.1", "203.0.113.9", &["198.51.100.1"]),
            "203.0.113.9"
        );
    }

    #[test]
    fn r20_only_what_a_trusted_proxy_added_is_believed() {
        let behind = |told: &[&str]| client("10.0.0.0/8, ::1", "10.1.2.3", told);
        assert_eq!(behind(&["198.51.100.1"]), "198.51.100.1");
        assert_eq!(behind(&["1.1.1.1, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(
            behind(&["1.1.1.1", "198.51.100.1, 10.9.9.9"]),
            "198.51.100.1"
        );
        assert_eq!(behind(&["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(behind(&["[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(behind(&["nonsense"]), "10.1.2.3");
        assert_eq!(behind(&[]), "10.1.2.3");
    }

    #[test]
    fn an_ipv4_peer_on_an_ipv6_socket_is_the_same_peer() {
        assert_eq!(
            client("10.0.0.1", "::ffff:10.0.0.1", &["198.51.100.1"]),
            "198.51.100.1"
        );
    }

    #[test]
    fn networks_of_every_width_hold_their_own_addresses_only() {
        let holds = |network: &str, address: &str| {
            Network::parse(network)
                .expect("a network")
                .contains(address.parse().expect("an address"))
        };
        assert!(holds("0.0.0.0/0", "203.0.113.9"));
        assert!(holds("::/0", "2001:db8::1"));
        assert!(!holds("::/0", "203.0.113.9"));
        assert!(holds("192.168.1.0/24", "192.168.1.255"));
        assert!(!holds("192.168.1.0/24", "192.168.2.0"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!holds("2001:db8::/32", "2001:db9::1"));
    }

    #[test]
    fn a_wrong_proxy_is_named() {
        assert_eq!(Proxies::parse("10.0.0.1, proxy"), Err("proxy".to_owned()));
        assert_eq!(Proxies::parse("10.0.0.1/33"), Err("10.0.0.1/33".to_owned()));
        assert_eq!(Proxies::parse(" , "), Ok(Proxies::default()));
    }
}
