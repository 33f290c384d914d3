//! Whose address a request comes from, and what is kept of it.
//!
//! The peer of the TCP connection is the truth, unless it is a proxy that the operator trusts. Then the header that
//! the proxies write is read from the right: each trusted proxy vouches for the address before it, and the first
//! one that is not a trusted proxy is the visitor. What stands further to the left was sent by the visitor himself
//! and is never believed. An entry that is no address ends the search with the peer, since nobody vouches for a part.
//!
//! Only ONE header is read, the one that the operator names: a proxy that writes `X-Forwarded-For` passes a
//! `Forwarded` header of the visitor on untouched, so reading both would let everybody choose his address.
//!
//! The address itself is a personal datum. What later stages keep is a keyed hash of it, its truncated prefix (/24
//! for IPv4, /48 for IPv6) and the facts derived from it. IPv4 inside IPv6 (`::ffff:a.b.c.d`) counts as IPv4 everywhere.

use std::net::{IpAddr, SocketAddr};

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use sha2::Sha256;

/// Entries of the forwarding header that are looked at; a longer chain of proxies is no real one.
const HOPS_MAX: usize = 32;

/// The header in which trusted proxies say for whom they ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ForwardingHeader {
    /// `X-Forwarded-For: client, proxy`, and `X-Forwarded-Proto`.
    #[default]
    XForwardedFor,
    /// `Forwarded: for=client;proto=https, for=proxy` (RFC 7239).
    Forwarded,
}

/// The proxies in front of the server that the operator trusts; none by default.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    header: ForwardingHeader,
}

impl TrustedProxies {
    /// Trusts peers inside these networks to write `header` honestly.
    pub fn new(networks: Vec<IpNet>, header: ForwardingHeader) -> Self {
        Self { networks, header }
    }

    /// Reads a list such as `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`.
    ///
    /// # Errors
    /// The first entry that is neither a network nor an address.
    pub fn parse<'a>(
        entries: impl IntoIterator<Item = &'a str>,
        header: ForwardingHeader,
    ) -> Result<Self, TrustedProxyError> {
        let networks = entries
            .into_iter()
            .map(|entry| parse_network(entry).ok_or_else(|| TrustedProxyError(entry.to_owned())))
            .collect::<Result<_, _>>()?;
        Ok(Self::new(networks, header))
    }

    /// Whether `address` is one of the trusted proxies.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }
}

/// An entry of the list of trusted proxies that is neither a network nor an address.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{0}` is not a network; write 10.0.0.0/8, 2001:db8::/32 or a single address")]
pub struct TrustedProxyError(pub String);

fn parse_network(entry: &str) -> Option<IpNet> {
    let entry = entry.trim();
    let network = match entry.parse::<IpNet>() {
        Ok(network) => network.trunc(),
        Err(_) => IpNet::from(entry.parse::<IpAddr>().ok()?.to_canonical()),
    };
    // A mapped network would never match a canonical address.
    match network {
        IpNet::V6(v6) if v6.prefix_len() >= 96 => match v6.network().to_ipv4_mapped() {
            Some(v4) => Ipv4Net::new(v4, v6.prefix_len() - 96).ok().map(IpNet::from),
            None => Some(network),
        },
        _ => Some(network),
    }
}

/// The visitor's address: the peer, or what trusted proxies say of it.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    let peer = peer.to_canonical();
    if !proxies.contains(peer) {
        return peer;
    }
    let name = match proxies.header {
        ForwardingHeader::XForwardedFor => X_FORWARDED_FOR,
        ForwardingHeader::Forwarded => http::header::FORWARDED,
    };
    let lines: Vec<&[u8]> = headers.get_all(name).iter().map(http::HeaderValue::as_bytes).collect();
    let mut vouched = peer;
    let entries = lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b','));
    for (hop, entry) in entries.enumerate() {
        let address = match proxies.header {
            ForwardingHeader::XForwardedFor => parse_node(entry),
            ForwardingHeader::Forwarded => parameter_of(entry, b"for").and_then(parse_node),
        };
        let Some(address) = address.filter(|_| hop < HOPS_MAX) else {
            return peer;
        };
        vouched = address;
        if !proxies.contains(address) {
            break;
        }
    }
    vouched
}

/// Whether the visitor's own connection was encrypted, as far as a trusted proxy says so.
pub fn forwarded_https(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> bool {
    if !proxies.contains(peer) {
        return false;
    }
    // The proxy nearest to us wrote the last value.
    let name = match proxies.header {
        ForwardingHeader::XForwardedFor => X_FORWARDED_PROTO,
        ForwardingHeader::Forwarded => http::header::FORWARDED,
    };
    let Some(line) = headers.get_all(name).iter().next_back() else {
        return false;
    };
    let last = line.as_bytes().rsplit(|byte| *byte == b',').next().unwrap_or_default();
    let scheme = match proxies.header {
        ForwardingHeader::XForwardedFor => last.trim_ascii(),
        ForwardingHeader::Forwarded => parameter_of(last, b"proto").unwrap_or_default(),
    };
    scheme.eq_ignore_ascii_case(b"https")
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The value of one parameter in an element of `Forwarded`, without its quotes.
fn parameter_of<'a>(element: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    element.split(|byte| *byte == b';').find_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (found, value) = (pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii());
        let unquoted = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
        found.eq_ignore_ascii_case(name).then_some(unquoted)
    })
}

/// An address with or without a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn parse_node(entry: &[u8]) -> Option<IpAddr> {
    let text = str::from_utf8(entry).ok()?.trim_matches([' ', '\t']);
    let bracketed =
        || text.strip_prefix('[')?.strip_suffix(']')?.parse::<IpAddr>().ok().filter(IpAddr::is_ipv6);
    let address = text
        .parse::<IpAddr>()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .or_else(bracketed)?;
    Some(address.to_canonical())
}

/// The network that stays known after the address is dropped: /24 of IPv4, /48 of IPv6. Its `Display` is the text form.
pub fn address_prefix(address: IpAddr) -> IpNet {
    let network = match address.to_canonical() {
        IpAddr::V4(v4) => Ipv4Net::new(v4, 24).map(IpNet::from),
        IpAddr::V6(v6) => Ipv6Net::new(v6, 48).map(IpNet::from),
    };
    network.expect("24 of 32 and 48 of 128 bits are prefixes").trunc()
}

/// Turns addresses into keyed hashes that nobody can turn back without the key.
#[derive(Clone)]
pub struct AddressHasher {
    keyed: Hmac<Sha256>,
}

impl AddressHasher {
    /// Hashes with this secret. Another secret makes all hashes different, which forgets every address at once.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self { keyed: Hmac::new_from_slice(secret).expect("HMAC takes a key of any length") }
    }

    /// The keyed hash of one address: HMAC-SHA256 cut to 16 bytes.
    pub fn address(&self, address: IpAddr) -> [u8; 16] {
        self.hash(b"address\0", &[&octets(address)])
    }

    /// The keyed hash that stands for a visitor without a cookie: truncated address and user agent.
    pub fn visitor(&self, address: IpAddr, user_agent: &[u8]) -> [u8; 16] {
        let prefix = address_prefix(address);
        self.hash(b"visitor\0", &[&octets(prefix.network()), user_agent])
    }

    fn hash(&self, label: &[u8], parts: &[&[u8]]) -> [u8; 16] {
        let mut state = self.keyed.clone();
        state.update(label);
        for part in parts {
            state.update(part);
        }
        let whole = state.finalize().into_bytes();
        let mut cut = [0_u8; 16];
        cut.copy_from_slice(&whole[..16]);
        cut
    }
}

/// Sixteen bytes whatever the family, so that no two inputs of the hash run into each other.
fn octets(address: IpAddr) -> [u8; 16] {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().octets(),
        IpAddr::V6(v6) => v6.octets(),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn headers(name: &HeaderName, lines: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name.clone(), HeaderValue::from_bytes(line).unwrap());
        }
        headers
    }

    fn proxies(header: ForwardingHeader) -> TrustedProxies {
        TrustedProxies::parse(["10.0.0.0/8", "192.0.2.7", "2001:db8:1::/48", "::ffff:172.16.0.0/108"], header)
            .unwrap()
    }

    /// Peer; lines of `X-Forwarded-For` between `|`; the visitor's address.
    const X_FORWARDED: &str = "
        203.0.113.9           ; 198.51.100.1                              ; 203.0.113.9
        203.0.113.9           ; 10.0.0.1                                  ; 203.0.113.9
        10.0.0.1              ;                                           ; 10.0.0.1
        10.0.0.1              ; 198.51.100.1                              ; 198.51.100.1
        ::ffff:10.0.0.1       ; 198.51.100.1                              ; 198.51.100.1
        172.17.0.1            ; 198.51.100.1                              ; 198.51.100.1
        172.32.0.1            ; 198.51.100.1                              ; 172.32.0.1
        192.0.2.7             ; 198.51.100.1                              ; 198.51.100.1
        192.0.2.8             ; 198.51.100.1                              ; 192.0.2.8
        2001:db8:1::5         ; 2001:db8:2::1                             ; 2001:db8:2::1
        10.0.0.1              ; ::ffff:198.51.100.1                       ; 198.51.100.1
        10.0.0.1              ; 1.1.1.1, 198.51.100.1                     ; 198.51.100.1
        10.0.0.1              ; 1.1.1.1, 198.51.100.1, 10.9.9.9           ; 198.51.100.1
        10.0.0.1              ; 1.1.1.1 | 198.51.100.1 | 10.9.9.9         ; 198.51.100.1
        10.0.0.1              ; 10.1.1.1, 10.2.2.2                        ; 10.1.1.1
        10.0.0.1              ; junk, 198.51.100.1                        ; 198.51.100.1
        10.0.0.1              ; 198.51.100.1, junk                        ; 10.0.0.1
        10.0.0.1              ; 198.51.100.1, junk, 10.2.2.2              ; 10.0.0.1
        10.0.0.1              ; 198.51.100.1,                             ; 10.0.0.1
        10.0.0.1              ; ,                                         ; 10.0.0.1
        10.0.0.1              ; unknown                                   ; 10.0.0.1
        10.0.0.1              ; 198.51.100.1:4711                         ; 198.51.100.1
        10.0.0.1              ; [2001:db8:2::1]:4711                      ; 2001:db8:2::1
        10.0.0.1              ; [2001:db8:2::1]                           ; 2001:db8:2::1
        10.0.0.1              ; [198.51.100.1]                            ; 10.0.0.1
        10.0.0.1              ; fe80::1%eth0                              ; 10.0.0.1
        10.0.0.1              ; 198.51.100.1.                             ; 10.0.0.1
        10.0.0.1              ; 0x7f000001                                ; 10.0.0.1
        10.0.0.1              ; 2130706433                                ; 10.0.0.1
        10.0.0.1              ; 198.51.100.256                            ; 10.0.0.1
        10.0.0.1              ; 198.51.100.01                             ; 10.0.0.1
        10.0.0.1              ; <script>alert(1)</script>                 ; 10.0.0.1
        10.0.0.1              ; 198.51.100.1' or 1=1                      ; 10.0.0.1
    ";

    #[test]
    fn x_forwarded_for_is_believed_from_the_right_through_trusted_proxies() {
        for row in X_FORWARDED.lines().filter(|row| !row.trim().is_empty()) {
            let [peer, lines, wanted] = row.split(';').map(str::trim).collect::<Vec<_>>()[..] else {
                panic!("{row}")
            };
            let lines: Vec<&[u8]> =
                lines.split('|').map(|line| line.trim().as_bytes()).filter(|l| !l.is_empty()).collect();
            let found = client_address(
                ip(peer),
                &headers(&X_FORWARDED_FOR, &lines),
                &proxies(ForwardingHeader::XForwardedFor),
            );
            assert_eq!(found, ip(wanted), "{row}");
        }
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        for (line, wanted) in [
            ("for=198.51.100.1", "198.51.100.1"),
            ("For=198.51.100.1;proto=https;by=10.0.0.1", "198.51.100.1"),
            ("for=1.1.1.1, for=\"[2001:db8:2::1]:4711\"", "2001:db8:2::1"),
            ("for=198.51.100.1, for=10.3.3.3;proto=http", "198.51.100.1"),
            ("for=\"198.51.100.1:80\"", "198.51.100.1"),
            ("for=unknown", "10.0.0.1"),
            ("for=_hidden", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
            ("for=", "10.0.0.1"),
            ("198.51.100.1", "10.0.0.1"),
        ] {
            let headers = headers(&http::header::FORWARDED, &[line.as_bytes()]);
            assert_eq!(
                client_address(ip("10.0.0.1"), &headers, &proxies(ForwardingHeader::Forwarded)),
                ip(wanted),
                "{line}"
            );
        }
    }

    #[test]
    fn the_header_that_was_not_named_is_not_read() {
        let forwarded = headers(&http::header::FORWARDED, &[b"for=198.51.100.1;proto=https"]);
        assert_eq!(
            client_address(ip("10.0.0.1"), &forwarded, &proxies(ForwardingHeader::XForwardedFor)),
            ip("10.0.0.1")
        );
        assert!(!forwarded_https(ip("10.0.0.1"), &forwarded, &proxies(ForwardingHeader::XForwardedFor)));
        let x_forwarded = headers(&X_FORWARDED_FOR, &[b"198.51.100.1"]);
        assert_eq!(
            client_address(ip("10.0.0.1"), &x_forwarded, &proxies(ForwardingHeader::Forwarded)),
            ip("10.0.0.1")
        );
    }

    #[test]
    fn an_endless_chain_of_proxies_is_not_followed() {
        let chain = ["10.0.0.2"; HOPS_MAX + 1].join(", ");
        let headers = headers(&X_FORWARDED_FOR, &[format!("198.51.100.1, {chain}").as_bytes()]);
        assert_eq!(
            client_address(ip("10.0.0.1"), &headers, &proxies(ForwardingHeader::XForwardedFor)),
            ip("10.0.0.1")
        );
    }

    #[test]
    fn https_is_believed_of_trusted_proxies_only() {
        let mine = proxies(ForwardingHeader::XForwardedFor);
        let https = headers(&X_FORWARDED_PROTO, &[b"https"]);
        assert!(forwarded_https(ip("10.0.0.1"), &https, &mine));
        assert!(!forwarded_https(ip("203.0.113.9"), &https, &mine));
        assert!(!forwarded_https(ip("10.0.0.1"), &headers(&X_FORWARDED_PROTO, &[b"https, http"]), &mine));
        assert!(forwarded_https(ip("10.0.0.1"), &headers(&X_FORWARDED_PROTO, &[b"http", b"HTTPS"]), &mine));
        assert!(!forwarded_https(ip("10.0.0.1"), &HeaderMap::new(), &mine));
        let forwarded =
            headers(&http::header::FORWARDED, &[b"for=1.1.1.1;proto=http, for=2.2.2.2;proto=\"https\""]);
        assert!(forwarded_https(ip("10.0.0.1"), &forwarded, &proxies(ForwardingHeader::Forwarded)));
    }

    #[test]
    fn a_wrong_entry_of_the_list_is_named() {
        let error =
            TrustedProxies::parse(["10.0.0.0/8", "10.0.0.0/33"], ForwardingHeader::default()).unwrap_err();
        assert_eq!(error, TrustedProxyError("10.0.0.0/33".to_owned()));
        assert!(TrustedProxies::parse(["example.com"], ForwardingHeader::default()).is_err());
    }

    #[test]
    fn prefixes_drop_the_host() {
        for (address, wanted) in [
            ("203.0.113.77", "203.0.113.0/24"),
            ("::ffff:203.0.113.77", "203.0.113.0/24"),
            ("2001:db8:aaaa:bbbb:cccc::1", "2001:db8:aaaa::/48"),
            ("::1", "::/48"),
        ] {
            assert_eq!(address_prefix(ip(address)).to_string(), wanted);
        }
    }

    #[test]
    fn hashes_depend_on_the_key_and_on_what_is_hashed() {
        let hasher = AddressHasher::new(&[1; 32]);
        let address = ip("203.0.113.77");
        assert_eq!(hasher.address(address), hasher.address(ip("::ffff:203.0.113.77")));
        assert_ne!(hasher.address(address), hasher.address(ip("203.0.113.78")));
        assert_ne!(hasher.address(address), AddressHasher::new(&[2; 32]).address(address));
        assert_eq!(hasher.visitor(address, b"agent"), hasher.visitor(ip("203.0.113.1"), b"agent"));
        assert_ne!(hasher.visitor(address, b"agent"), hasher.visitor(ip("203.0.114.77"), b"agent"));
        assert_ne!(hasher.visitor(address, b"agent"), hasher.visitor(address, b"other"));
        assert_ne!(hasher.visitor(ip("203.0.113.0"), b""), hasher.address(ip("203.0.113.0")));
    }

    proptest! {
        #[test]
        fn an_untrusted_peer_cannot_choose_his_address(peer: [u8; 16], line in "[ -~]{0,200}") {
            let peer = IpAddr::from(peer).to_canonical();
            let mine = proxies(ForwardingHeader::XForwardedFor);
            prop_assume!(!mine.contains(peer));
            let headers = headers(&X_FORWARDED_FOR, &[line.as_bytes()]);
            prop_assert_eq!(client_address(peer, &headers, &mine), peer);
        }

        #[test]
        fn what_the_visitor_sent_never_counts(sent in "[ -~]{0,100}", client: [u8; 4]) {
            let mine = proxies(ForwardingHeader::XForwardedFor);
            let client = IpAddr::from(client);
            prop_assume!(!mine.contains(client));
            let line = format!("{sent}, {client}");
            let headers = headers(&X_FORWARDED_FOR, &[line.as_bytes()]);
            prop_assert_eq!(client_address(ip("10.0.0.1"), &headers, &mine), client);
        }

        #[test]
        fn any_bytes_are_answered(lines in proptest::collection::vec(proptest::collection::vec(0x20_u8..=0xff, 0..80), 0..4)) {
            let lines: Vec<Vec<u8>> = lines.into_iter().map(|l| l.into_iter().filter(|b| *b != 0x7f).collect()).collect();
            let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
            for header in [ForwardingHeader::XForwardedFor, ForwardingHeader::Forwarded] {
                let name = if header == ForwardingHeader::Forwarded { http::header::FORWARDED } else { X_FORWARDED_FOR };
                client_address(ip("10.0.0.1"), &headers(&name, &lines), &proxies(header));
                forwarded_https(ip("10.0.0.1"), &headers(&name, &lines), &proxies(header));
            }
        }
    }
}
