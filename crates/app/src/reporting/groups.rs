//! In which group a publisher was.
//!
//! Stays are read in the transaction that reads what happened, so a fact says the same whenever it is made; and by the moment of the
//! touch or conversion, so what is decided later takes away from the group that it was given to.

use std::collections::HashMap;

use model::{PublisherId, group::GroupMember};
use report::{Dimension, Fact};
use store::{Result, Tx, configuration};

use super::touches::{Describe, Texts};

/// Every stay of publishers in groups.
#[derive(Default)]
pub(super) struct Stays {
    revision: i64,
    publishers: HashMap<PublisherId, Vec<GroupMember>>,
}

impl Stays {
    /// Reads what changed since the last time.
    pub(super) fn refresh(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let (stays, revision) = configuration::changed_since::<GroupMember>(tx, self.revision)?;
        for stay in stays {
            let own = self.publishers.entry(stay.publisher_id).or_default();
            own.retain(|known| known.id != stay.id);
            own.push(stay);
        }
        self.revision = revision;
        Ok(())
    }

    /// Says of each fact in which group its publisher was; of several in the one that he joined first.
    pub(super) fn say(&self, facts: &mut [Fact], texts: &mut Texts) {
        if self.publishers.is_empty() {
            return;
        }
        for fact in facts {
            let at = fact.converted_at;
            let publisher: Option<PublisherId> =
                fact.dimension(Dimension::Publisher).and_then(|text| text.parse().ok());
            let Some(stays) = publisher.and_then(|id| self.publishers.get(&id)) else { continue };
            let stays = stays.iter().filter(|stay| stay.covers(at, at));
            if let Some(first) = stays.min_by_key(|stay| (stay.joined_at, stay.group_id)) {
                let group = first.group_id.to_string();
                Describe { fact, texts: &mut *texts }.say(Dimension::PublisherGroup, &group);
            }
        }
    }
}
