//! Which addresses of the network may be called.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// Addresses that share their first bits: `10.0.0.0/8`, `fd00::/8`, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    first: IpAddr,
    bits: u32,
}

/// A text that is no range of addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no range of addresses such as 10.0.0.0/8 or fd00::/8")]
pub struct AddressRangeError(String);

impl AddressRange {
    const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u32) -> Self {
        Self { first: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), bits }
    }

    const fn v6(first: u16, second: u16, bits: u32) -> Self {
        Self { first: IpAddr::V6(Ipv6Addr::new(first, second, 0, 0, 0, 0, 0, 0)), bits }
    }

    /// Whether the address is in it. One family never contains the other.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let differing = match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => (first.to_bits() ^ address.to_bits()).leading_zeros(),
            (IpAddr::V6(first), IpAddr::V6(address)) => (first.to_bits() ^ address.to_bits()).leading_zeros(),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
        };
        differing >= self.bits
    }

    /// Several, separated by commas or spaces.
    ///
    /// # Errors
    /// The first that is none.
    pub fn list(text: &str) -> Result<Vec<Self>, AddressRangeError> {
        text.split([',', ' ']).filter(|part| !part.is_empty()).map(str::parse).collect()
    }
}

impl FromStr for AddressRange {
    type Err = AddressRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || AddressRangeError(text.to_owned());
        let (first, bits) = text.split_once('/').map_or((text, None), |(first, bits)| (first, Some(bits)));
        let first: IpAddr = first.parse().map_err(|_| error())?;
        let width = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(width), str::parse).map_err(|_| error())?;
        if bits > width { Err(error()) } else { Ok(Self { first, bits }) }
    }
}

/// What is no public unicast address, though it looks like one (IANA's special-purpose registry, and one cloud's metadata).
const SPECIAL: &[AddressRange] = &[
    AddressRange::v4(0, 0, 0, 0, 8),
    AddressRange::v4(10, 0, 0, 0, 8),
    AddressRange::v4(100, 64, 0, 0, 10),
    AddressRange::v4(127, 0, 0, 0, 8),
    // Azure answers its virtual machines here, as others do on the link-local address.
    AddressRange::v4(168, 63, 129, 16, 32),
    AddressRange::v4(169, 254, 0, 0, 16),
    AddressRange::v4(172, 16, 0, 0, 12),
    AddressRange::v4(192, 0, 0, 0, 24),
    AddressRange::v4(192, 0, 2, 0, 24),
    AddressRange::v4(192, 88, 99, 0, 24),
    AddressRange::v4(192, 168, 0, 0, 16),
    AddressRange::v4(198, 18, 0, 0, 15),
    AddressRange::v4(198, 51, 100, 0, 24),
    AddressRange::v4(203, 0, 113, 0, 24),
    AddressRange::v4(224, 0, 0, 0, 4),
    AddressRange::v4(240, 0, 0, 0, 4),
    // Teredo, benchmarks, ORCHID; documentation; 6to4, which carries an IPv4 address of anybody's choice.
    AddressRange::v6(0x2001, 0, 23),
    AddressRange::v6(0x2001, 0xDB8, 32),
    AddressRange::v6(0x2002, 0, 16),
    AddressRange::v6(0x3FFF, 0, 20),
];

/// The only part of IPv6 that is given to networks at large. Loopback, link-local, unique local, multicast, NAT64 and the forms that
/// carry an IPv4 address lie outside.
const GLOBAL_V6: AddressRange = AddressRange::v6(0x2000, 0, 3);

/// Whether anybody on the internet may be meant by it.
pub(super) fn is_public(address: IpAddr) -> bool {
    (address.is_ipv4() || GLOBAL_V6.contains(address)) && !SPECIAL.iter().any(|range| range.contains(address))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // SEC: S-02
    #[test]
    fn nothing_but_public_unicast_is_public() {
        let private = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "192.168.255.255",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "ffff::1",
        ];
        for address in private {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        let public = [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "168.63.129.15",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:4860:4860::8888",
            "2606:4700:4700::1111",
            "2a00:1450::1",
            "2001:200::1",
        ];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_range_is_written_as_its_first_address_and_its_bits() {
        let ranges = AddressRange::list("10.0.0.0/8, fd00::/8 192.168.1.5,0.0.0.0/0").unwrap();
        let inside = |index: usize, address: &str| ranges[index].contains(address.parse().unwrap());
        assert!(inside(0, "10.255.0.1") && !inside(0, "11.0.0.0") && !inside(0, "::ffff:10.0.0.1"));
        assert!(inside(1, "fdff::1") && !inside(1, "fe00::1"));
        assert!(inside(2, "192.168.1.5") && !inside(2, "192.168.1.4"));
        assert!(inside(3, "8.8.8.8") && !inside(3, "::1"));
        assert_eq!(AddressRange::list(" , ").unwrap(), []);
        for bad in ["10.0.0.0/33", "fd00::/129", "10.0.0/8", "10.0.0.0/", "localhost", "10.0.0.0/-1", "all"] {
            assert!(AddressRange::list(bad).unwrap_err().to_string().contains(bad), "{bad}");
        }
    }

    proptest! {
        /// What a computer says of itself or its neighbours is never public, whichever of the forms it comes in.
        #[test]
        fn no_form_of_a_private_address_is_public(tail in any::<[u8; 3]>(), head in prop::sample::select(vec![0_u8, 10, 127, 224, 240, 255])) {
            let v4 = Ipv4Addr::new(head, tail[0], tail[1], tail[2]);
            let [a, b] = [u16::from(head) << 8 | u16::from(tail[0]), u16::from(tail[1]) << 8 | u16::from(tail[2])];
            prop_assert!(!is_public(v4.into()));
            prop_assert!(!is_public(v4.to_ipv6_mapped().into()));
            prop_assert!(!is_public(Ipv6Addr::new(0x2002, a, b, 0, 0, 0, 0, 1).into()));
            prop_assert!(!is_public(Ipv6Addr::new(0x64, 0xFF9B, 0, 0, 0, 0, a, b).into()));
        }

        #[test]
        fn a_range_holds_what_shares_its_bits_and_nothing_else(first in any::<u32>(), bits in 0_u32..=32, other in any::<u32>()) {
            let range: AddressRange = format!("{}/{bits}", Ipv4Addr::from(first)).parse().unwrap();
            let shares = bits == 0 || first >> (32 - bits) == other >> (32 - bits);
            prop_assert_eq!(range.contains(Ipv4Addr::from(other).into()), shares);
        }
    }
}
