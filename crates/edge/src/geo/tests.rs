//! Real files, written by a small MMDB writer here and read by the real reader.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;
use proptest::prelude::*;

use super::*;

/// A value of the MMDB format.
enum Value {
    Text(&'static str),
    Short(u16),
    Number(u32),
    Long(u64),
    Flag(bool),
    List(Vec<Value>),
    Map(Vec<(&'static str, Value)>),
}
use Value::{Flag, List, Long, Map, Number, Short, Text};

impl Value {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Text(text) => {
                control(out, 2, text.len());
                out.extend_from_slice(text.as_bytes());
            }
            Short(number) => {
                control(out, 5, 2);
                out.extend_from_slice(&number.to_be_bytes());
            }
            Long(number) => {
                control(out, 9, 8);
                out.extend_from_slice(&number.to_be_bytes());
            }
            Number(number) => {
                control(out, 6, 4);
                out.extend_from_slice(&number.to_be_bytes());
            }
            Map(pairs) => {
                control(out, 7, pairs.len());
                for (key, value) in pairs {
                    Text(key).write(out);
                    value.write(out);
                }
            }
            List(items) => {
                control(out, 11, items.len());
                items.iter().for_each(|item| item.write(out));
            }
            Flag(flag) => control(out, 14, usize::from(*flag)),
        }
    }
}

/// Type and size, as every field begins.
fn control(out: &mut Vec<u8>, kind: u8, size: usize) {
    let (short, long) = if size < 29 { (size, None) } else { (29, Some(u8::try_from(size - 29).unwrap())) };
    let short = u8::try_from(short).unwrap();
    if kind < 8 {
        out.push(kind << 5 | short);
    } else {
        out.extend([short, kind - 7]);
    }
    out.extend(long);
}

#[derive(Clone, Copy)]
enum Branch {
    Empty,
    Node(usize),
    Data(usize),
}

/// A whole file: a tree of 32-bit records over IPv6 (IPv4 at `::/96`), the data, the metadata.
fn mmdb(networks: &[(&str, Value)]) -> Vec<u8> {
    let mut nodes = vec![[Branch::Empty; 2]];
    let mut data = Vec::new();
    for (network, value) in networks {
        let network: IpNet = network.parse().unwrap();
        let (bits, length) = match network.trunc().network() {
            IpAddr::V4(v4) => (u128::from(u32::from(v4)), 96 + network.prefix_len()),
            IpAddr::V6(v6) => (u128::from(v6), network.prefix_len()),
        };
        let offset = data.len();
        value.write(&mut data);
        let mut node = 0;
        for place in 0..length {
            let side = usize::from(bits >> (127 - place) & 1 == 1);
            if place + 1 == length {
                nodes[node][side] = Branch::Data(offset);
            } else if let Branch::Node(next) = nodes[node][side] {
                node = next;
            } else {
                nodes.push([Branch::Empty; 2]);
                let next = nodes.len() - 1;
                nodes[node][side] = Branch::Node(next);
                node = next;
            }
        }
    }
    let mut file = Vec::new();
    for branch in nodes.iter().flatten() {
        let record = match branch {
            Branch::Empty => nodes.len(),
            Branch::Node(next) => *next,
            Branch::Data(offset) => nodes.len() + 16 + offset,
        };
        file.extend_from_slice(&u32::try_from(record).unwrap().to_be_bytes());
    }
    file.extend([0; 16]);
    file.extend(data);
    file.extend_from_slice(b"\xab\xcd\xefMaxMind.com");
    Map(vec![
        ("node_count", Number(u32::try_from(nodes.len()).unwrap())),
        ("record_size", Short(32)),
        ("ip_version", Short(6)),
        ("database_type", Text("Test")),
        ("languages", List(vec![Text("en")])),
        ("binary_format_major_version", Short(2)),
        ("binary_format_minor_version", Short(0)),
        ("build_epoch", Long(1_700_000_000)),
        ("description", Map(vec![("en", Text("A file for tests"))])),
    ])
    .write(&mut file);
    file
}

fn city() -> Vec<u8> {
    let named = |text| Map(vec![("names", Map(vec![("en", Text(text)), ("de", Text("x"))]))]);
    mmdb(&[
        (
            "203.0.113.0/24",
            Map(vec![
                (
                    "country",
                    Map(vec![("iso_code", Text("US")), ("names", Map(vec![("en", Text("United States"))]))]),
                ),
                ("subdivisions", List(vec![Map(vec![("iso_code", Text("CA"))])])),
                ("city", named("San Francisco")),
                ("location", Map(vec![("accuracy_radius", Number(5))])),
            ]),
        ),
        ("198.51.100.0/25", Map(vec![("country", Map(vec![("iso_code", Text("vn"))]))])),
        (
            "2001:db8::/32",
            Map(vec![("country", Map(vec![("iso_code", Text("IR"))])), ("city", named("تهران"))]),
        ),
        // IPinfo's shape.
        (
            "192.0.2.0/25",
            Map(vec![
                ("country", Text("Germany")),
                ("country_code", Text("DE")),
                ("region_code", Text("DE-BE")),
                ("city", Text("Berlin")),
                ("asn", Text("AS64500")),
                ("as_name", Text("Example GmbH")),
            ]),
        ),
        // Nonsense in every field.
        (
            "192.0.2.128/25",
            Map(vec![
                ("country", Number(7)),
                ("country_code", Text("DEU")),
                ("subdivisions", Text("x")),
                ("city", List(vec![])),
                ("traits", Flag(true)),
                ("asn", Text("ASX")),
                ("hosting", Text("yes")),
                ("region_code", Text("<script>")),
            ]),
        ),
    ])
}

fn asn() -> Vec<u8> {
    let system = |number, name| {
        Map(vec![
            ("autonomous_system_number", Number(number)),
            ("autonomous_system_organization", Text(name)),
        ])
    };
    mmdb(&[
        ("203.0.113.0/25", system(64501, "Example Telecom")),
        ("203.0.113.128/25", system(64502, "Example Hosting")),
        ("198.51.100.0/24", system(64503, "Example Mobile")),
    ])
}

fn traits() -> Vec<u8> {
    mmdb(&[
        (
            "198.51.100.0/24",
            Map(vec![(
                "traits",
                Map(vec![
                    ("connection_type", Text("Cellular")),
                    ("isp", Text("Vinaphone")),
                    ("user_type", Text("cellular")),
                    ("autonomous_system_number", Number(64509)),
                ]),
            )]),
        ),
        ("192.0.2.0/25", Map(vec![("is_hosting_provider", Flag(true))])),
        ("203.0.113.128/25", Map(vec![("traits", Map(vec![("user_type", Text("hosting"))]))])),
    ])
}

/// Writes the files and opens them; the folder goes away, which nothing may mind.
fn open(files: &[Vec<u8>], data_centers: Option<&str>) -> Geo {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<_> = (0..files.len()).map(|number| folder.path().join(format!("{number}.mmdb"))).collect();
    for (path, bytes) in paths.iter().zip(files) {
        std::fs::write(path, bytes).unwrap();
    }
    let list = folder.path().join("data_centers.txt");
    std::fs::write(&list, data_centers.unwrap_or_default()).unwrap();
    Geo::open(&paths, data_centers.map(|_| list.as_path())).unwrap()
}

fn show(place: &Place) -> String {
    let text = |text: &Option<Box<str>>| text.as_deref().unwrap_or("-").to_owned();
    let asn = place.asn.map_or("-".to_owned(), |asn| asn.to_string());
    let data_center = place.data_center.map_or("-".to_owned(), |flag| flag.to_string());
    [
        text(&place.country),
        text(&place.region),
        text(&place.city),
        asn,
        text(&place.carrier),
        text(&place.connection),
        data_center,
    ]
    .join("|")
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn without_files_everything_is_unknown() {
    assert_eq!(*Geo::default().place_of(ip("203.0.113.1")), Place::default());
    assert_eq!(*open(&[], Some("AS1")).place_of(ip("203.0.113.1")), Place::default());
}

#[test]
fn files_complete_each_other() {
    let geo = open(&[city(), asn(), traits()], None);
    for (address, wanted) in [
        ("203.0.113.1", "US|US-CA|San Francisco|64501|Example Telecom|-|-"),
        ("::ffff:203.0.113.1", "US|US-CA|San Francisco|64501|Example Telecom|-|-"),
        ("203.0.113.200", "US|US-CA|San Francisco|64502|Example Hosting|-|true"),
        ("198.51.100.1", "VN|-|-|64503|Example Mobile|Cellular|false"),
        ("198.51.100.200", "-|-|-|64503|Example Mobile|Cellular|false"),
        ("2001:db8::1", "IR|-|تهران|-|-|-|-"),
        ("192.0.2.1", "DE|DE-BE|Berlin|64500|Example GmbH|-|true"),
        ("192.0.2.200", "-|-|-|-|-|-|-"),
        ("10.0.0.1", "-|-|-|-|-|-|-"),
        ("2001:db9::1", "-|-|-|-|-|-|-"),
    ] {
        // The second answer comes from the cache.
        assert_eq!(show(&geo.place_of(ip(address))), wanted, "{address}");
        assert_eq!(show(&geo.place_of(ip(address))), wanted, "{address}");
    }
}

#[test]
fn neighbours_share_what_was_decoded() {
    let geo = open(&[city(), asn()], None);
    assert!(Arc::ptr_eq(&geo.place_of(ip("203.0.113.1")), &geo.place_of(ip("203.0.113.2"))));
    assert!(!Arc::ptr_eq(&geo.place_of(ip("203.0.113.1")), &geo.place_of(ip("203.0.113.129"))));
}

#[test]
fn data_centres_by_list() {
    let geo = open(&[asn()], Some("# hosting\nAS64502 # Example Hosting\n\n  64510  \r\n"));
    for (address, wanted) in [("203.0.113.1", Some(false)), ("203.0.113.200", Some(true)), ("10.0.0.1", None)]
    {
        assert_eq!(geo.place_of(ip(address)).data_center, wanted, "{address}");
    }
    // A file's "no" does not outweigh the list's "yes".
    let geo = open(&[asn(), traits()], Some("AS64503"));
    assert_eq!(geo.place_of(ip("198.51.100.1")).data_center, Some(true));
}

#[test]
fn wrong_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.mmdb");
    assert!(Geo::open(&[&missing], None).unwrap_err().to_string().contains("missing.mmdb"));
    let junk = folder.path().join("junk.mmdb");
    std::fs::write(&junk, "no MMDB").unwrap();
    assert!(matches!(Geo::open(&[&junk], None), Err(GeoError::File { path, .. }) if path == junk));
    assert!(matches!(Geo::open(&[&junk; FILES_MAX + 1], None), Err(GeoError::TooManyFiles)));
    let none: &[&Path] = &[];
    assert!(matches!(Geo::open(none, Some(&missing)), Err(GeoError::List { .. })));
    for (list, wrong) in
        [("AS1\nexample", 2), ("AS", 1), ("AS-1", 1), ("AS+1", 1), ("\n\n4294967296", 3), ("1 2", 1)]
    {
        std::fs::write(&junk, list).unwrap();
        assert!(
            matches!(Geo::open(none, Some(&junk)), Err(GeoError::ListLine { line }) if line == wrong),
            "{list}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn damaged_files_never_panic(place in 0_usize..4000, byte: u8, address: [u8; 16]) {
        let mut bytes = city();
        let place = place % bytes.len();
        bytes[place] = byte;
        if let Ok(file) = Reader::from_source(bytes) {
            let geo = Geo::new(vec![file], None);
            for address in [IpAddr::V6(Ipv6Addr::from(address)), ip("203.0.113.1"), ip("192.0.2.1"), ip("2001:db8::1")] {
                geo.place_of(address);
            }
        }
    }
}
