//! Networks of IP addresses in CIDR notation.

use std::net::IpAddr;

use super::bare;
use crate::errors::Refusal;

/// Checks one network or single address, such as `203.0.113.0/24` or `2001:db8::/32`.
///
/// # Errors
/// `field_invalid`.
pub fn network(text: &str) -> Result<(), Refusal> {
    let (address, prefix) =
        text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let refuse = || bare("write a network such as 203.0.113.0/24 or 2001:db8::/32, or one address");
    let address: IpAddr = address.parse().map_err(|_| refuse())?;
    let bits_max = if address.is_ipv4() { 32 } else { 128 };
    let bits = prefix.map_or(Ok(bits_max), str::parse::<u8>).map_err(|_| refuse())?;
    if bits > bits_max {
        return Err(refuse());
    }
    let rest_is_zero = match address {
        IpAddr::V4(address) => u32::from(address).checked_shl(u32::from(bits)).unwrap_or(0) == 0,
        IpAddr::V6(address) => u128::from(address).checked_shl(u32::from(bits)).unwrap_or(0) == 0,
    };
    if rest_is_zero {
        Ok(())
    } else {
        Err(bare(format!("`{text}` has bits behind its /{bits}; write the first address of the network")))
    }
}

/// Checks a list of networks.
///
/// # Errors
/// `field_invalid`.
pub fn networks(field: &str, list: &[String]) -> Result<(), Refusal> {
    super::length(field, list, 1000)?;
    super::each(field, list, |one| network(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_networks() {
        for good in
            ["203.0.113.0/24", "203.0.113.7", "0.0.0.0/0", "2001:db8::/32", "::1", "::/0", "10.0.0.1/32"]
        {
            assert!(network(good).is_ok(), "{good}");
        }
        for bad in
            ["", "203.0.113.1/24", "203.0.113.0/33", "a", "1.2.3", "2001:db8::1/64", "10.0.0.0/-1", "::/129"]
        {
            assert!(network(bad).is_err(), "{bad}");
        }
    }
}
