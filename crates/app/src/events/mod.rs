//! Touches, conversions, money and quarantine as the parties see them, and what people decide about conversions.
//!
//! Lists ask the database only for what the actor may see; what he sees of a row is then cut by his [`Eyes`]: a
//! publisher reads no customer data, no `adv` fields and nothing of another publisher, an advertiser no sub ids and no other
//! advertiser. What is not his to see is removed here, so that nobody who shows it can forget to.

pub mod bulk;
pub mod conversions;
pub mod disputes;
pub mod fields;
pub mod judgements;
pub mod money;
pub mod quarantine;
pub mod report;
pub mod touches;

use model::{AdvertiserId, PublisherId};

use crate::access::{Actor, Eyes};

/// One side from which a list is asked: what it is limited to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sight {
    /// Advertisers; `None` for all.
    pub(crate) advertisers: Option<Vec<AdvertiserId>>,
    /// Publishers; `None` for all.
    pub(crate) publishers: Option<Vec<PublisherId>>,
}

/// The sides from which the actor may look at rows between an advertiser and a publisher, narrowed to the wanted ones.
/// The operator has one without limits, others one for each side they act for.
pub(crate) fn sights(
    actor: &Actor,
    wanted_advertiser: Option<AdvertiserId>,
    wanted_publisher: Option<PublisherId>,
) -> Vec<Sight> {
    let one = |wanted: Option<PublisherId>| wanted.map(|id| vec![id]);
    let one_advertiser = wanted_advertiser.map(|id| vec![id]);
    if actor.is_operator() {
        return vec![Sight { advertisers: one_advertiser, publishers: one(wanted_publisher) }];
    }
    let own_advertisers: Vec<AdvertiserId> = narrowed(&actor.membership.advertisers, wanted_advertiser);
    let own_publishers: Vec<PublisherId> = narrowed(&actor.membership.publishers, wanted_publisher);
    let mut sights = Vec::new();
    if !own_advertisers.is_empty() {
        sights.push(Sight { advertisers: Some(own_advertisers), publishers: one(wanted_publisher) });
    }
    if !own_publishers.is_empty() {
        sights.push(Sight { advertisers: one_advertiser, publishers: Some(own_publishers) });
    }
    sights
}

fn narrowed<T: Copy + PartialEq>(own: &[T], wanted: Option<T>) -> Vec<T> {
    own.iter().copied().filter(|one| wanted.is_none_or(|wanted| wanted == *one)).collect()
}

/// A page put together from the pages of several sights: newest first, nothing twice.
pub(crate) fn merged<T, K: Ord + Copy>(pages: Vec<Vec<T>>, limit: usize, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut all: Vec<T> = pages.into_iter().flatten().collect();
    all.sort_by_key(|one| std::cmp::Reverse(key(one)));
    all.dedup_by_key(|one| key(one));
    all.truncate(limit);
    all
}

/// The largest page that is asked from the store.
pub(crate) fn page_size(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX).min(1_000)
}

/// The publishers among `all` that the actor may read of.
pub(crate) fn reads_of(eyes: Eyes, actor: &Actor, publisher: PublisherId) -> bool {
    eyes.advertiser || actor.membership.serves_publisher(publisher)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Who;
    use model::{
        NetworkId,
        access::{Membership, Right, Role},
    };

    fn actor(role: Role, advertisers: &[u8], publishers: &[u8]) -> Actor {
        let membership = Membership {
            network_id: NetworkId::from_bytes([1; 16]),
            role,
            right: Right::Read,
            advertisers: advertisers.iter().map(|byte| AdvertiserId::from_bytes([*byte; 16])).collect(),
            publishers: publishers.iter().map(|byte| PublisherId::from_bytes([*byte; 16])).collect(),
        };
        Actor { who: Who::System, membership }
    }

    #[test]
    fn a_party_never_looks_beyond_itself_whatever_it_wants() {
        let foreign = PublisherId::from_bytes([9; 16]);
        assert!(sights(&actor(Role::Publisher, &[], &[6]), None, Some(foreign)).is_empty());
        let own = sights(&actor(Role::Publisher, &[], &[6]), None, None);
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].publishers, Some(vec![PublisherId::from_bytes([6; 16])]));
        let both = sights(&actor(Role::Manager, &[5], &[6]), None, None);
        assert!(both.len() == 2 && both[0].advertisers.is_some() && both[1].publishers.is_some());
        assert!(sights(&actor(Role::Operator, &[], &[]), None, None)[0].advertisers.is_none());
    }

    #[test]
    fn pages_of_two_sides_are_one() {
        assert_eq!(merged(vec![vec![9, 5, 1], vec![7, 5, 3]], 4, |one| *one), vec![9, 7, 5, 3]);
    }
}
