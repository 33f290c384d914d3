//! Addresses of the public internet, and all others.
//!
//! Somebody who may name an address for webhooks could name the database's or the cloud's own. So every address a name
//! resolves to must be public, unless the operator allows its network. IPv6 forms that carry an IPv4 address are judged by it.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::LazyLock,
};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Networks of IPv4 that are not public (RFC 6890 and after).
static CLOSED_4: LazyLock<Vec<Ipv4Net>> = LazyLock::new(|| {
    let texts = [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    ];
    texts.iter().filter_map(|text| text.parse().ok()).collect()
});

/// The only part of IPv6 that is given out, and what within it is not public.
static OPEN_6: LazyLock<Option<Ipv6Net>> = LazyLock::new(|| "2000::/3".parse().ok());
static CLOSED_6: LazyLock<Vec<Ipv6Net>> = LazyLock::new(|| {
    ["2001::/23", "2001:db8::/32", "3fff::/20"].iter().filter_map(|text| text.parse().ok()).collect()
});

/// Whether an address may be asked.
pub(crate) fn is_allowed(address: IpAddr, allowed: &[IpNet]) -> bool {
    let address = plain(address);
    allowed.iter().any(|network| network.contains(&address)) || is_public(address)
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !CLOSED_4.iter().any(|network| network.contains(&address)),
        IpAddr::V6(address) => {
            OPEN_6.is_some_and(|open| open.contains(&address))
                && !CLOSED_6.iter().any(|network| network.contains(&address))
        }
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, translated (NAT64) or tunnelled (6to4).
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else { return address };
    carried(six).map_or(address, IpAddr::V4)
}

fn carried(six: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match six.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => of(high, low),
        [0x2002, high, low, ..] => of(high, low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_may_be_asked() {
        for (text, public) in [
            ("93.184.216.34", true),
            ("2606:2800:220:1::1", true),
            ("127.0.0.1", false),
            ("0.0.0.0", false),
            ("10.1.2.3", false),
            ("172.31.255.255", false),
            ("172.32.0.1", true),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("198.19.0.1", false),
            ("224.0.0.1", false),
            ("255.255.255.255", false),
            ("::1", false),
            ("::", false),
            ("fe80::1", false),
            ("fd00::1", false),
            ("ff02::1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:93.184.216.34", true),
            ("64:ff9b::a00:1", false),
            ("2002:7f00:1::", false),
            ("2001:db8::1", false),
            ("2001::1", false),
        ] {
            assert_eq!(is_allowed(text.parse().unwrap(), &[]), public, "{text}");
        }
        let allowed: Vec<IpNet> = vec!["10.1.0.0/16".parse().unwrap()];
        assert!(is_allowed("10.1.2.3".parse().unwrap(), &allowed));
        assert!(is_allowed("::ffff:10.1.2.3".parse().unwrap(), &allowed));
        assert!(!is_allowed("10.2.2.3".parse().unwrap(), &allowed));
    }
}
