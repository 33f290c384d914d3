//! Where a visitor is and over which network he comes, from files that the operator supplies.
//!
//! Any number (up to [`FILES_MAX`]) of MMDB files is read: country, city, ASN, provider, connection type, anonymous
//! address, of MaxMind, DB-IP, IPinfo and others who write the same fields. The first file that knows a
//! field gives it. Without a file, or for an address in none, everything is unknown: Merit bundles no data and never
//! asks an outside service, so that no visitor's address leaves the server.
//!
//! Whether an address is a data centre's is known from two sources: a plain list of ASNs (`AS64500`, one a line, `#` begins a
//! comment), and the flag that some files carry (`is_hosting_provider`, `hosting`, `user_type`). A listed ASN or a set flag is a yes; a
//! flag that is not set, or an ASN that is not on a list that was given, is a no; else unknown.
//!
//! Files are read into memory whole (no mapping: a file that is replaced under a mapping kills the process). To take
//! a new file, open a new [`Geo`] and swap it. A look-up walks each file's tree, and finds the decoded record by its
//! position in the file: neighbours share records, so the cache hits for addresses that were never seen before.

mod record;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use maxminddb::Reader;
use quick_cache::sync::Cache;
use rustc_hash::FxHashSet;

/// Files that are read at most.
pub const FILES_MAX: usize = 4;
/// Decoded places that are kept.
const PLACES_MAX: usize = 16_384;

/// What is known of an address. `None` is unknown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// ISO 3166-1 alpha-2, upper case.
    pub country: Option<Box<str>>,
    /// ISO 3166-2 subdivision, such as `US-CA`.
    pub region: Option<Box<str>>,
    /// English name of the city.
    pub city: Option<Box<str>>,
    /// Number of the autonomous system.
    pub asn: Option<u32>,
    /// Carrier or internet provider.
    pub carrier: Option<Box<str>>,
    /// Kind of connection, as the file names it.
    pub connection: Option<Box<str>>,
    /// Whether it is a data centre's.
    pub data_center: Option<bool>,
}

/// Why the files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GeoError {
    /// More than [`FILES_MAX`].
    #[error("at most {FILES_MAX} geo files can be given")]
    TooManyFiles,
    /// Not readable or no MMDB file.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        source: maxminddb::MaxMindDbError,
    },
    /// The list of data centres is not readable.
    #[error("{}: {source}", path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A line of the list is no ASN.
    #[error("line {line} of the list of data centres is not an ASN; write AS64500")]
    ListLine {
        /// Counted from 1.
        line: usize,
    },
}

/// The positions of an address's records in the files: what a [`Place`] is remembered by.
type Positions = [Option<usize>; FILES_MAX];

/// Answers where an address is.
#[derive(Debug)]
pub struct Geo {
    files: Vec<Reader<Vec<u8>>>,
    data_centers: Option<FxHashSet<u32>>,
    places: Cache<Positions, Arc<Place>>,
    unknown: Arc<Place>,
}

impl Default for Geo {
    /// Knows nothing.
    fn default() -> Self {
        Self::new(Vec::new(), None)
    }
}

impl Geo {
    fn new(files: Vec<Reader<Vec<u8>>>, data_centers: Option<FxHashSet<u32>>) -> Self {
        Self { files, data_centers, places: Cache::new(PLACES_MAX), unknown: Arc::default() }
    }

    /// Reads MMDB files and, if there is one, the list of data centres.
    ///
    /// # Errors
    /// When a file cannot be read or is not what it should be.
    pub fn open<P: AsRef<Path>>(files: &[P], data_centers: Option<&Path>) -> Result<Self, GeoError> {
        if files.len() > FILES_MAX {
            return Err(GeoError::TooManyFiles);
        }
        let open = |path: &P| {
            Reader::open_readfile(path)
                .map_err(|source| GeoError::File { path: path.as_ref().to_owned(), source })
        };
        let files = files.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        let data_centers = match data_centers {
            None => None,
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|source| GeoError::List { path: path.to_owned(), source })?;
                Some(parse_data_centers(&text)?)
            }
        };
        Ok(Self::new(files, data_centers))
    }

    /// Whether there is any table, so that an unknown country is news.
    pub fn is_configured(&self) -> bool {
        !self.files.is_empty()
    }

    /// Where an address is.
    pub fn place_of(&self, address: IpAddr) -> Arc<Place> {
        let address = address.to_canonical();
        let mut positions: Positions = [None; FILES_MAX];
        for (file, position) in self.files.iter().zip(&mut positions) {
            // An error is an IPv6 address in a file of IPv4 or a damaged file: unknown either way.
            *position = file.lookup(address).ok().and_then(|found| found.offset());
        }
        if positions.iter().all(Option::is_none) {
            return Arc::clone(&self.unknown);
        }
        if let Some(known) = self.places.get(&positions) {
            return known;
        }
        let place = Arc::new(self.decode(address));
        self.places.insert(positions, Arc::clone(&place));
        place
    }

    fn decode(&self, address: IpAddr) -> Place {
        let mut place = Place::default();
        let mut flag = None;
        for file in &self.files {
            let found = file.lookup(address).and_then(|found| found.decode::<record::Record<'_>>());
            if let Ok(Some(record)) = found {
                record.complete(&mut place);
                flag = record.hosting().max(flag);
            }
        }
        let listed = match (&self.data_centers, place.asn) {
            (Some(list), Some(asn)) => Some(list.contains(&asn)),
            _ => None,
        };
        // `None < Some(false) < Some(true)`: a yes of either source wins, a no is better than nothing.
        place.data_center = listed.max(flag);
        place
    }
}

fn parse_data_centers(text: &str) -> Result<FxHashSet<u32>, GeoError> {
    let mut list = FxHashSet::default();
    for (index, line) in text.lines().enumerate() {
        let entry = line.split('#').next().unwrap_or_default().trim();
        if entry.is_empty() {
            continue;
        }
        list.insert(record::parse_asn(entry).ok_or(GeoError::ListLine { line: index + 1 })?);
    }
    Ok(list)
}
