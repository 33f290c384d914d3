//! What a touch is called: the values of the dimensions that the question makes channels of.

use std::collections::HashMap;

use media::origin;
use model::{
    AdvertiserId, Arrival, Channel, Day, LinkId, ProgramId, PublisherId, Timestamp,
    calendar::{self, Zone},
    campaign::Campaign,
};
use store::{
    Result,
    journeys::{Contact, Landing},
    visits,
};

use crate::snapshot::Snapshot;

/// A dimension that channels can be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Split {
    /// Affiliate, search, social, direct, ...
    Channel,
    /// The advertiser's campaign.
    Campaign,
    /// The publisher whose link it was.
    Publisher,
    /// That link.
    Link,
    /// The program.
    Program,
    /// The link's parameter `source`.
    Source,
}

impl Split {
    /// Every dimension.
    pub const ALL: [Self; 6] =
        [Self::Channel, Self::Campaign, Self::Publisher, Self::Link, Self::Program, Self::Source];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Campaign => "campaign",
            Self::Publisher => "publisher",
            Self::Link => "link",
            Self::Program => "program",
            Self::Source => "source",
        }
    }

    /// The dimension of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|split| split.word() == word)
    }
}

/// Stands between the values of one touch; no value holds a control character.
const BETWEEN: char = '\u{1f}';
/// What a touch is called that has none of the values; `insight` passes over it where it passes over direct visits.
const NOTHING: &str = "(none)";
/// Stands after the values of what is not known but inferred.
const INFERRED: &str = "inferred";
/// Most arrivals that are remembered; telling one again takes some microseconds.
const ARRIVALS_MAX: usize = 50_000;

/// A way by which somebody came: a place in [`Ways::keys`].
pub(super) type Way = u32;

/// Every way that was met.
pub(super) struct Ways {
    by: Vec<Split>,
    zone: Zone,
    /// The name of each way, as journeys are given it.
    names: Vec<String>,
    known: HashMap<String, Way>,
    of_links: HashMap<(LinkId, Option<String>), Way>,
    /// With whether nobody sent them.
    of_arrivals: HashMap<(ProgramId, Day, String), (Way, bool)>,
}

/// What is known of a publisher's link.
pub(super) struct LinkOf {
    pub(super) link: LinkId,
    pub(super) publisher: PublisherId,
    pub(super) program: ProgramId,
}

impl Ways {
    pub(super) fn new(by: &[Split], zone: Zone) -> Self {
        Self {
            by: by.to_vec(),
            zone,
            names: Vec::new(),
            known: HashMap::new(),
            of_links: HashMap::new(),
            of_arrivals: HashMap::new(),
        }
    }

    /// The names by the places of the ways.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The way of a touch of a link.
    pub(super) fn of_contact(&mut self, contact: Contact) -> Way {
        let Contact { link_id, publisher_id, program_id, source, .. } = contact;
        self.of_link(&LinkOf { link: link_id, publisher: publisher_id, program: program_id }, source)
    }

    /// The way of a link.
    pub(super) fn of_link(&mut self, of: &LinkOf, source: Option<String>) -> Way {
        let source = source.filter(|_| self.by.contains(&Split::Source));
        if let Some(way) = self.of_links.get(&(of.link, source.clone())) {
            return *way;
        }
        let value = |split: &Split| match split {
            Split::Channel => Some(Channel::Affiliate.word().to_owned()),
            Split::Campaign => None,
            Split::Publisher => Some(of.publisher.to_string()),
            Split::Link => Some(of.link.to_string()),
            Split::Program => Some(of.program.to_string()),
            Split::Source => source.clone(),
        };
        let values: Vec<_> = self.by.iter().map(value).collect();
        let way = self.named(&values);
        self.of_links.insert((of.link, source), way);
        way
    }

    /// The way of a visit that no publisher brought, by the advertiser's campaigns as they are, and whether nobody sent it.
    pub(super) fn of_landing(&mut self, snapshot: &Snapshot, landing: &Landing) -> Result<(Way, bool)> {
        let at = landing.received_at;
        let day = calendar::date_text(&self.zone, at).parse().unwrap_or_else(|_| Day::of(at));
        let key = (landing.program_id, day, landing.arrival.clone());
        if let Some(way) = self.of_arrivals.get(&key) {
            return Ok(*way);
        }
        let owner: AdvertiserId = landing.advertiser_id;
        let told = visits::arrival(&landing.arrival)?;
        let told = told.map(|arrival| origin::origin(&arrival, day, snapshot.campaigns_of(owner)));
        let origin = told.unwrap_or(origin::Origin::DIRECT);
        let way = (self.of_origin(origin, Some(landing.program_id)), origin == origin::Origin::DIRECT);
        if self.of_arrivals.len() >= ARRIVALS_MAX {
            self.of_arrivals.clear();
        }
        self.of_arrivals.insert(key, way);
        Ok(way)
    }

    /// The way of the arrival that an order tells of, by the advertiser's campaigns as they are.
    pub(super) fn of_arrival(
        &mut self,
        snapshot: &Snapshot,
        arrival: &Arrival,
        at: Timestamp,
        (owner, program): (AdvertiserId, Option<ProgramId>),
    ) -> Way {
        let day = calendar::date_text(&self.zone, at).parse().unwrap_or_else(|_| Day::of(at));
        self.of_origin(origin::origin(arrival, day, snapshot.campaigns_of(owner)), program)
    }

    /// The way of the campaign whose code came with an order; none where no campaign told it.
    pub(super) fn of_code(
        &mut self,
        snapshot: &Snapshot,
        code: &str,
        at: Timestamp,
        (owner, program): (AdvertiserId, Option<ProgramId>),
    ) -> Option<Way> {
        let day = calendar::date_text(&self.zone, at).parse().unwrap_or_else(|_| Day::of(at));
        let origin = origin::of_code(code, day, snapshot.campaigns_of(owner))?;
        Some(self.of_origin(origin, program))
    }

    /// The way of a direct visit that a campaign's slot explains: apart from what is known of the campaign.
    pub(super) fn of_slot(&mut self, campaign: &Campaign, program: ProgramId) -> Way {
        let origin = origin::Origin { channel: campaign.channel, campaign_id: Some(campaign.id) };
        let mut values = self.values(origin, Some(program));
        values.push(Some(INFERRED.to_owned()));
        self.named(&values)
    }

    fn of_origin(&mut self, origin: origin::Origin, program: Option<ProgramId>) -> Way {
        let values = self.values(origin, program);
        self.named(&values)
    }

    fn values(&self, origin: origin::Origin, program: Option<ProgramId>) -> Vec<Option<String>> {
        let value = |split: &Split| match split {
            Split::Channel => Some(origin.channel.word().to_owned()),
            Split::Campaign => origin.campaign_id.map(|id| id.to_string()),
            Split::Program => program.map(|id| id.to_string()),
            Split::Publisher | Split::Link | Split::Source => None,
        };
        self.by.iter().map(value).collect()
    }

    fn named(&mut self, values: &[Option<String>]) -> Way {
        let name = name_of(values);
        if let Some(way) = self.known.get(&name) {
            return *way;
        }
        let way = Way::try_from(self.names.len()).unwrap_or(Way::MAX);
        self.names.push(name.clone());
        self.known.insert(name, way);
        way
    }
}

/// One text of all values. Values that are not there at the end leave nothing behind, so that a direct visit is called `direct`, however many
/// dimensions there are.
fn name_of(values: &[Option<String>]) -> String {
    let clean = |value: &String| value.chars().filter(|letter| !letter.is_control()).collect::<String>();
    let texts: Vec<String> =
        values.iter().map(|value| value.as_ref().map_or_else(String::new, clean)).collect();
    let name = texts.join(&BETWEEN.to_string());
    let name = name.trim_end_matches(BETWEEN);
    if name.is_empty() { NOTHING.to_owned() } else { name.to_owned() }
}

/// The values that a name is of: as many as there are dimensions.
pub(super) fn values_of(name: &str, dimensions: usize) -> Vec<Option<String>> {
    let name = if name == NOTHING { "" } else { name };
    let mut values: Vec<Option<String>> =
        name.split(BETWEEN).map(|value| (!value.is_empty()).then(|| value.to_owned())).collect();
    values.resize(dimensions, None);
    values
}

/// Whether a name is of what is not known but inferred.
pub(super) fn is_inferred(name: &str, dimensions: usize) -> bool {
    name.split(BETWEEN).nth(dimensions).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_its_values_back() {
        let own = |values: &[&str]| -> Vec<Option<String>> {
            values.iter().map(|value| (!value.is_empty()).then(|| (*value).to_owned())).collect()
        };
        for values in
            [&["direct", "", ""][..], &["", "pub_1", ""], &["a > b", "", "کانال"], &["", "", ""], &["x"]]
        {
            assert_eq!(values_of(&name_of(&own(values)), values.len()), own(values), "{values:?}");
        }
        assert_eq!(name_of(&own(&["direct", "", ""])), "direct");
        let inferred = name_of(&own(&["tv", "", INFERRED]));
        assert_eq!(values_of(&inferred, 2), own(&["tv", ""]));
        assert!(is_inferred(&inferred, 2) && !is_inferred(&name_of(&own(&["tv", "x"])), 2));
        assert_eq!(name_of(&own(&["a\u{1f}b", "c"])), "ab\u{1f}c", "no value makes another one");
        assert_eq!(Split::from_word("source"), Some(Split::Source));
        assert_eq!(Split::from_word("Source"), None);
    }
}
