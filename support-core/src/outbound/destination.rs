//! An address that somebody typed: whether its form may be called at all.

use std::net::{IpAddr, Ipv4Addr};

use url::{Host, Url};

use super::address::is_public;

/// The longest address.
const URL_MAX: usize = 2_048;
/// Ports below 1024 that public receivers of HTTP use.
const LOW_PORTS: [u16; 1] = [443];
/// Ports above 1023 behind which something other than HTTP for strangers listens: databases, caches, brokers, machines' own interfaces.
const DENIED_PORTS: [u16; 34] = [
    1080, 1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3128, 3306, 3389, 3659, 4045, 4190, 5060, 5061,
    5432, 5671, 5672, 5984, 6000, 6379, 6443, 6667, 8086, 9042, 9092, 9200, 10250, 11211, 27017,
];

/// Why an address is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No absolute address, or one that is too long.
    #[error("must be an address such as https://example.com/hooks, of at most 2,048 characters")]
    NotAnAddress,
    /// Neither `https` nor `http`.
    #[error("must start with https://")]
    Scheme,
    /// `http` to a network that nobody has allowed.
    #[error("must start with https://: without encryption everybody on the way could read along")]
    PlainHttp,
    /// A name and password before the host.
    #[error("must not contain a user name or password")]
    UserInfo,
    /// A `#` and what follows, which is never sent.
    #[error("must not contain a #")]
    Fragment,
    /// A port that is no receiver's.
    #[error("must use port 443, or one above 1023 that no other kind of service uses")]
    Port,
    /// A name that only a local network knows, or that ends in a dot, or that spells a private address.
    #[error("must have a name that the public internet knows")]
    Name,
    /// A private, local or reserved address, or a name that leads to one.
    #[error("must not lead into a private or reserved network")]
    Address,
}

impl Refused {
    /// Stable, for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAnAddress => "no_url",
            Self::Scheme | Self::PlainHttp => "not_https",
            Self::UserInfo => "user_info",
            Self::Fragment => "fragment",
            Self::Port => "port_not_allowed",
            Self::Name | Self::Address => "address_not_allowed",
        }
    }
}

/// An address of a form that may be called. Whether the network address behind it may be is asked at every connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination {
    pub(super) url: Url,
    pub(super) host: Host<String>,
    pub(super) port: u16,
    pub(super) is_encrypted: bool,
}

impl Destination {
    /// `knows_local_names`: whether a private network is allowed, where names need no dot.
    pub(super) fn parse(text: &str, knows_local_names: bool) -> Result<Self, Refused> {
        if text.len() > URL_MAX || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(Refused::NotAnAddress);
        }
        let url = Url::parse(text).map_err(|_| Refused::NotAnAddress)?;
        let is_encrypted = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(Refused::Scheme),
        };
        // The parser drops an empty name and password; somebody who writes `@` means one.
        let authority = text.split(['/', '\\']).nth(2).unwrap_or_default();
        if !url.username().is_empty() || url.password().is_some() || authority.contains('@') {
            return Err(Refused::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(Refused::Fragment);
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Refused::NotAnAddress);
        };
        if port == 0 {
            return Err(Refused::Port);
        }
        let host = host.to_owned();
        if let Host::Domain(name) = &host
            && (name.ends_with('.') || !knows_local_names && (is_local(name) || spells_private(name)))
        {
            return Err(Refused::Name);
        }
        Ok(Self { url, host, port, is_encrypted })
    }

    /// Whether a public address may be called like this.
    pub(super) fn fits_public(&self, address: IpAddr) -> Result<(), Refused> {
        if !is_public(address) {
            return Err(Refused::Address);
        }
        if !self.is_encrypted {
            return Err(Refused::PlainHttp);
        }
        let fits = if self.port < 1_024 { LOW_PORTS.contains(&self.port) } else { !DENIED_PORTS.contains(&self.port) };
        if fits { Ok(()) } else { Err(Refused::Port) }
    }
}

/// Names that only this computer or its own network answers.
fn is_local(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    !name.contains('.')
        || ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "onion"].contains(&last)
        || name.ends_with(".home.arpa")
        || ["localtest.me", "lvh.me", "vcap.me"]
            .iter()
            .any(|known| name.strip_suffix(known).is_some_and(|head| head.is_empty() || head.ends_with('.')))
}

/// Names with an address inside, as wildcard name servers answer them: `10.0.0.1.nip.io`, `app-127-0-0-1.sslip.io`.
fn spells_private(name: &str) -> bool {
    let parts: Vec<_> = name.split(['.', '-']).collect();
    parts.windows(4).any(|four| {
        let octets: Vec<u8> = four.iter().filter_map(|part| part.parse().ok()).collect();
        <[u8; 4]>::try_from(octets).is_ok_and(|octets| !is_public(Ipv4Addr::from(octets).into()))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refused(text: &str) -> Option<Refused> {
        let checked = Destination::parse(text, false).and_then(|destination| match destination.host {
            Host::Ipv4(address) => destination.fits_public(address.into()),
            Host::Ipv6(address) => destination.fits_public(address.into()),
            // As if the name led somewhere public.
            Host::Domain(_) => destination.fits_public([8, 8, 8, 8].into()),
        });
        checked.err()
    }

    // SEC: S-03
    #[test]
    fn every_way_to_write_a_local_address_is_refused() {
        let forms = [
            ("https://127.0.0.1", Refused::Address),
            ("https://127.1", Refused::Address),
            ("https://0x7f.1", Refused::Address),
            ("https://2130706433", Refused::Address),
            ("https://0177.0.0.1", Refused::Address),
            ("https://017700000001/", Refused::Address),
            ("https://0/", Refused::Address),
            ("https://[::1]", Refused::Address),
            ("https://[::ffff:127.0.0.1]/x", Refused::Address),
            ("https://[::ffff:7f00:1]/x", Refused::Address),
            ("https://[64:ff9b::7f00:1]/", Refused::Address),
            ("https://[fd00:ec2::254]/latest/meta-data", Refused::Address),
            ("https://169.254.169.254/latest/meta-data", Refused::Address),
            ("https://１２７.0.0.1", Refused::Address),
            ("https://127。0。0。1", Refused::Address),
            ("https://%31%32%37.0.0.1", Refused::Address),
            ("https:127.0.0.1", Refused::Address),
            ("https:\\\\127.0.0.1\\x", Refused::Address),
            ("https://127.0.0.1.", Refused::Address),
            ("https://localhost", Refused::Name),
            ("https://localhost.", Refused::Name),
            ("https://LOCALHOST", Refused::Name),
            ("https://app.localhost", Refused::Name),
            ("https://printer.local", Refused::Name),
            ("https://metadata.google.internal", Refused::Name),
            ("https://intranet", Refused::Name),
            ("https://example.com.", Refused::Name),
            ("https://10.0.0.1.nip.io", Refused::Name),
            ("https://shop-192-168-1-5.sslip.io", Refused::Name),
            ("https://a.localtest.me", Refused::Name),
            ("https://x@127.0.0.1", Refused::UserInfo),
            ("https://example.com@127.0.0.1", Refused::UserInfo),
            ("https://user:secret@example.com", Refused::UserInfo),
            ("https://@example.com", Refused::UserInfo),
            ("https://:@example.com", Refused::UserInfo),
            ("https://example.com/#fragment", Refused::Fragment),
            ("https://example.com:0/", Refused::Port),
            ("https://1.2.3", Refused::Address),
            ("https://256.256.256.256", Refused::NotAnAddress),
            ("https://[::1", Refused::NotAnAddress),
            ("https://", Refused::NotAnAddress),
            ("https://exa mple.com", Refused::NotAnAddress),
            (" https://example.com", Refused::NotAnAddress),
            ("https://example.com/\r\nX: 1", Refused::NotAnAddress),
            ("example.com/hook", Refused::NotAnAddress),
            ("//example.com/hook", Refused::NotAnAddress),
            ("", Refused::NotAnAddress),
        ];
        for (text, why) in forms {
            // 1.2.3 is 1.2.0.3, which is public: the parser decides what is meant, and that is what is called.
            if text == "https://1.2.3" {
                assert_eq!(refused(text), None);
            } else {
                assert_eq!(refused(text), Some(why), "{text}");
            }
        }
        assert_eq!(refused(&format!("https://example.com/{}", "a".repeat(URL_MAX))), Some(Refused::NotAnAddress));
    }

    // SEC: S-11
    #[test]
    fn only_https_on_a_receivers_port_goes_to_the_public() {
        for scheme in ["ftp", "file", "gopher", "ws", "wss", "javascript", "data", "unix", "httpss"] {
            let refused = refused(&format!("{scheme}://example.com/x"));
            assert_eq!(refused, Some(Refused::Scheme), "{scheme}");
        }
        assert_eq!(refused("http://example.com"), Some(Refused::PlainHttp));
        assert_eq!(refused("http://8.8.8.8:8080"), Some(Refused::PlainHttp));
        for port in [22, 25, 53, 80, 110, 445, 993, 3306, 5432, 6379, 9200, 11211, 27017] {
            assert_eq!(refused(&format!("https://example.com:{port}")), Some(Refused::Port), "{port}");
        }
        for fine in [
            "https://example.com",
            "https://example.com:443/a?b=c",
            "https://example.com:8443",
            "https://8.8.8.8/x",
            "https://bücher.example/ü",
        ] {
            assert_eq!(refused(fine), None, "{fine}");
        }
    }

    #[test]
    fn a_network_that_was_allowed_may_know_names_of_its_own() {
        for name in ["http://receiver:9000/hook", "http://localhost:9000", "http://app.local"] {
            assert!(Destination::parse(name, true).is_ok(), "{name}");
            assert_eq!(Destination::parse(name, false).unwrap_err(), Refused::Name, "{name}");
        }
        assert_eq!(Destination::parse("http://localhost.", true).unwrap_err(), Refused::Name);
        assert_eq!(Destination::parse("http://a@localhost", true).unwrap_err(), Refused::UserInfo);
    }

    proptest! {
        /// However a computer's own address is written, it is refused.
        #[test]
        fn no_spelling_of_loopback_passes(tail in 0_u32..0x0100_0000, form in 0..5_u8, path in "[a-z0-9/]{0,8}") {
            let address = 0x7F00_0000 | tail;
            let [a, b, c, d] = address.to_be_bytes();
            let host = match form {
                0 => format!("{a}.{b}.{c}.{d}"),
                1 => address.to_string(),
                2 => format!("0x{address:x}"),
                3 => format!("0{a:o}.0{b:o}.0x{c:x}.{d}"),
                _ => format!("[::ffff:{a}.{b}.{c}.{d}]"),
            };
            let text = format!("https://{host}/{path}");
            prop_assert_eq!(refused(&text), Some(Refused::Address), "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,64}") {
            let _ = refused(&text);
            let _ = refused(&format!("https://{text}"));
        }
    }
}
