//! Which spot may have sent a visitor who came directly.
//!
//! Nobody proves that somebody saw a spot. Where it is asked for, a visit without any sender that begins during a slot or within some minutes after
//! it, at a place that the slot was seen at, is explained by it: by the slot that began last, of several the one of the older campaign. A visitor
//! whose place is not known is explained only by slots that were seen everywhere, and slots longer than a day explain nothing: then
//! every visit would be theirs. Whatever is explained so is told apart from what is known.

use std::collections::HashMap;

use model::{AdvertiserId, CampaignId, Timestamp, exposure::Exposure, time::DAY_US};
use store::journeys::Place;

/// The most slots that one question looks at.
pub(super) const SLOTS_MAX: u32 = 200_000;

/// A slot.
struct Slot {
    starts_at: Timestamp,
    ends_at: Timestamp,
    campaign: CampaignId,
    country: String,
    region: String,
}

impl Slot {
    fn is_seen_at(&self, place: &Place) -> bool {
        let fits = |wanted: &str, known: Option<&str>| wanted.is_empty() || known == Some(wanted);
        fits(&self.country, place.country.as_deref()) && fits(&self.region, place.region.as_deref())
    }
}

/// The slots of a question.
#[derive(Default)]
pub(super) struct Slots {
    /// How long after a slot somebody may come.
    after_us: i64,
    /// By the moments of their beginning.
    of: HashMap<AdvertiserId, Vec<Slot>>,
    longest_us: i64,
}

impl Slots {
    pub(super) fn new(exposures: Vec<Exposure>, after_us: i64) -> Self {
        let mut slots = Self { after_us, ..Self::default() };
        for one in exposures {
            let long = one.ends_at.micros_since(one.starts_at);
            if long > DAY_US {
                continue;
            }
            slots.longest_us = slots.longest_us.max(long);
            slots.of.entry(one.advertiser_id).or_default().push(Slot {
                starts_at: one.starts_at,
                ends_at: one.ends_at,
                campaign: one.campaign_id,
                country: one.country,
                region: one.region,
            });
        }
        for list in slots.of.values_mut() {
            list.sort_by_key(|slot| (slot.starts_at, std::cmp::Reverse(slot.campaign)));
        }
        slots
    }

    /// The campaign whose slot explains that somebody came directly.
    pub(super) fn explain(
        &self,
        advertiser: AdvertiserId,
        at: Timestamp,
        place: &Place,
    ) -> Option<CampaignId> {
        let list = self.of.get(&advertiser)?;
        let begun = list.partition_point(|slot| slot.starts_at <= at);
        let earliest = at.plus_micros(-(self.longest_us + self.after_us));
        let recent = list[..begun].iter().rev().take_while(|slot| slot.starts_at >= earliest);
        let mut fitting =
            recent.filter(|slot| at.micros_since(slot.ends_at) <= self.after_us && slot.is_seen_at(place));
        fitting.next().map(|slot| slot.campaign)
    }
}

#[cfg(test)]
mod tests {
    use model::{ExposureId, NetworkId};
    use proptest::prelude::*;

    use super::*;

    const SHOP: AdvertiserId = AdvertiserId::from_bytes([1; 16]);
    const MINUTE_US: i64 = 60_000_000;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_micros(minute * MINUTE_US)
    }

    fn slot(campaign: u8, from: i64, to: i64, place: &str) -> Exposure {
        Exposure {
            id: ExposureId::from_bytes([0; 16]),
            network_id: NetworkId::from_bytes([0; 16]),
            advertiser_id: SHOP,
            campaign_id: CampaignId::from_bytes([campaign; 16]),
            name: String::new(),
            starts_at: at(from),
            ends_at: at(to),
            country: place.chars().take(2).collect(),
            region: if place.len() > 2 { place.to_owned() } else { String::new() },
            impressions: None,
            code: None,
            created_at: at(0),
        }
    }

    fn from(place: &str) -> Place {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let country: String = place.chars().take(2).collect();
        Place { country: some(&country), region: some(place).filter(|place| place.len() > 2) }
    }

    #[test]
    fn a_slot_explains_who_comes_soon_from_where_it_was_seen() {
        let slots = Slots::new(
            vec![
                slot(1, 0, 1, ""),
                slot(2, 30, 31, "DE"),
                slot(3, 60, 61, "DE-BY"),
                slot(4, 61, 61, ""),
                slot(5, 100, 2_000, ""),
            ],
            10 * MINUTE_US,
        );
        for (minute, place, expected) in [
            (-1, "", None),
            (0, "", Some(1)),
            (11, "VN", Some(1)),
            (12, "VN", None),
            (30, "DE-BE", Some(2)),
            (30, "", None),
            (30, "VN", None),
            (60, "DE-BY", Some(3)),
            (60, "DE", None),
            (61, "DE-BY", Some(4)),
            (71, "DE-BY", Some(4)),
            (150, "", None),
        ] {
            let told = slots.explain(SHOP, at(minute), &from(place));
            assert_eq!(
                told,
                expected.map(|campaign| CampaignId::from_bytes([campaign; 16])),
                "{minute} {place}"
            );
        }
        assert_eq!(slots.explain(AdvertiserId::from_bytes([2; 16]), at(0), &from("")), None);
    }

    proptest! {
        /// The slow way: of all slots that fit the one that began last, of these the one of the older campaign.
        #[test]
        fn the_last_fitting_slot_explains(
            said in prop::collection::vec((1_u8..5, 0_i64..300, 0_i64..90, prop::sample::select(vec!["", "DE", "DE-BY", "VN"])), 0..30),
            minute in -10_i64..400,
            place in prop::sample::select(vec!["", "DE", "DE-BY", "VN"]),
        ) {
            let said: Vec<Exposure> =
                said.into_iter().map(|(campaign, starts, long, place)| slot(campaign, starts, starts + long, place)).collect();
            let (visit, place) = (at(minute), from(place));
            let fits = |one: &&Exposure| {
                one.starts_at <= visit
                    && visit.micros_since(one.ends_at) <= 10 * MINUTE_US
                    && (one.country.is_empty() || Some(&one.country) == place.country.as_ref())
                    && (one.region.is_empty() || Some(&one.region) == place.region.as_ref())
            };
            let slow = said.iter().filter(fits).max_by_key(|one| (one.starts_at, std::cmp::Reverse(one.campaign_id)));
            let slow = slow.map(|one| one.campaign_id);
            prop_assert_eq!(Slots::new(said.clone(), 10 * MINUTE_US).explain(SHOP, visit, &place), slow);
        }
    }
}
