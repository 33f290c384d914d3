//! What publishers earn beside the commissions of their conversions.
//!
//! | file | what |
//! |---|---|
//! | `followed` | a conversion with its decisions, and what stands after each of them |
//! | `reached` | bonuses of contracts: what approved conversions add to their counters, and the award when one is reached |
//! | `referred` | referrals: shares of commissions for whoever brought their publishers |
//! | `by_hand` | bonuses that an operator gives, and the taking back of any bonus |
//!
//! Bonuses of contracts and referrals follow the decisions in the outbox, in the order of their commits, from where they were left. So the
//! intake does no more work than before, nothing is counted twice or left out after a crash, and what is awarded depends only on
//! decisions and on terms that never change, not on when somebody looks. An award, its counter and the new place in the outbox
//! are one transaction.

pub mod by_hand;
pub(crate) mod followed;
pub(crate) mod reached;
pub mod referred;

use std::{collections::BTreeMap, sync::Arc};

use model::{
    AdvertiserId, ConversionId, Entropy, Timestamp,
    contract::ContractVersion,
    parties::{Billing, Publisher},
};
use store::{
    Error, Result, Tx, bonuses, configuration, conversions, decisions, outbox,
    proofs::{self, DecisionKey},
};

use crate::{App, configuration::advertisers, errors::Refusal, snapshot::Snapshot};
use followed::Followed;

pub use store::bonuses::{Bonus, BonusReturn};

/// Entries of the outbox that are looked at in one transaction; each can hold the decisions of a whole batch.
const ENTRIES: u32 = 20;

/// What one step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Followed some decisions: how many awards that made, and which prepaid advertisers paid for them.
    Followed {
        /// Awards.
        awards: u64,
        /// Advertisers whose funds changed.
        payers: Vec<AdvertiserId>,
    },
    /// The snapshot does not know all contracts yet.
    Behind,
    /// Nothing is left to do for now.
    Done,
}

/// Follows all decisions there are; answers with the number of awards.
///
/// # Errors
/// Storage errors; what was done before stays done.
pub async fn follow(app: &App) -> Result<u64, Refusal> {
    let mut made = 0;
    loop {
        let (now, entropy, snapshot) = (app.clock.now(), Arc::clone(&app.entropy), app.snapshot.get());
        let step = app.store.write("follow decisions", move |tx| step(tx, &snapshot, now, &*entropy));
        match step.await? {
            Step::Done => return Ok(made),
            Step::Behind => app.snapshot.refresh().await?,
            Step::Followed { awards, payers } => {
                made += awards;
                for advertiser in payers {
                    advertisers::publish_funds(app, advertiser).await?;
                }
            }
        }
    }
}

/// One step in a transaction of its own.
///
/// # Errors
/// Storage errors.
pub fn step(tx: &mut Tx<'_>, snapshot: &Snapshot, now: Timestamp, entropy: &dyn Entropy) -> Result<Step> {
    let newest = configuration::newest_revision::<ContractVersion>(tx)?
        .max(configuration::newest_revision::<Publisher>(tx)?);
    if newest > snapshot.revision {
        return Ok(Step::Behind);
    }
    let position = bonuses::position(tx)?;
    let promised = promises(snapshot);
    let (through, followed) = if promised {
        let Some((through, entries)) = outbox::transactions_after(tx, position, ENTRIES)? else {
            return Ok(Step::Done);
        };
        let named = entries.iter().filter(|entry| entry.kind == "decisions");
        (through, named.flat_map(|entry| proofs::decisions_in(&entry.body)).collect())
    } else {
        // Terms and who brought whom never change, so what was decided without any can never earn by them.
        let newest = outbox::newest(tx)?;
        if newest == position {
            return Ok(Step::Done);
        }
        (newest, Vec::new())
    };
    let mut work = Work { snapshot, now, entropy, awards: 0, payers: BTreeMap::new() };
    work.follow(tx, &followed)?;
    if !bonuses::advance(tx, position, through)? {
        return Err(Error::Conflict("the decisions were followed by two at once".to_owned()));
    }
    Ok(Step::Followed { awards: work.awards, payers: work.payers.into_keys().collect() })
}

/// Whether anything can be earned by following decisions.
pub(crate) fn promises(snapshot: &Snapshot) -> bool {
    snapshot.versions.values().any(|contract| !contract.bonuses().is_empty())
        || snapshot.publishers.values().any(|publisher| publisher.referred_by.is_some())
}

/// One step's work.
pub(crate) struct Work<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) now: Timestamp,
    pub(crate) entropy: &'a dyn Entropy,
    pub(crate) awards: u64,
    payers: BTreeMap<AdvertiserId, ()>,
}

impl Work<'_> {
    /// Looks at decisions in their order.
    fn follow(&mut self, tx: &mut Tx<'_>, keys: &[DecisionKey]) -> Result<()> {
        let mut ids: Vec<ConversionId> = keys.iter().map(|key| key.conversion_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let ids = self.concerned(tx, &ids)?;
        let rows = decisions::of(tx, &ids)?;
        let lines = conversions::lines(tx, &ids)?;
        let found = conversions::by_ids(tx, &ids)?;
        let cases: BTreeMap<ConversionId, Followed<'_>> = found
            .iter()
            .map(|conversion| Ok((conversion.id, Followed::new(conversion, &rows, &lines)?)))
            .collect::<Result<_>>()?;
        for key in keys {
            if let Some(case) = cases.get(&key.conversion_id) {
                reached::follow(self, tx, case, i64::from(key.number))?;
                referred::follow(self, tx, case, i64::from(key.number))?;
            }
        }
        Ok(())
    }

    /// The conversions that can earn something.
    fn concerned(&self, tx: &mut Tx<'_>, ids: &[ConversionId]) -> Result<Vec<ConversionId>> {
        let promises = |version| {
            self.snapshot.versions.get(version).is_some_and(|contract| !contract.bonuses().is_empty())
        };
        let lines = conversions::lines(tx, ids)?;
        let publishers = &self.snapshot.publishers;
        let brought = |publisher| publishers.get(publisher).is_some_and(|one| one.referred_by.is_some());
        let concerned = lines
            .iter()
            .filter(|(_, _, line)| promises(&line.contract_version_id) || brought(&line.publisher_id));
        let mut ids: Vec<ConversionId> = concerned.map(|(id, _, _)| *id).collect();
        ids.dedup();
        Ok(ids)
    }

    /// Notes that an advertiser paid, which may use up what he paid in.
    pub(crate) fn paid_by(&mut self, advertiser: AdvertiserId) {
        let entry = self.snapshot.advertisers.get(&advertiser);
        if entry.is_some_and(|entry| entry.record.billing == Billing::Prepaid) {
            self.payers.insert(advertiser, ());
        }
    }
}
