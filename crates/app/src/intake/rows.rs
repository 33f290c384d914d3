//! What a batch writes, gathered while it decides and written at its end in one statement for each table.

use std::{collections::BTreeMap, sync::Arc};

use commission::Threshold;
use ledger::Transfer;
use model::{
    AdvertiserId, Code, ConversionId, NetworkId, Timestamp, VisitorId, conversion::CommissionLine,
    parties::Advertiser, time::DAY_US, touch::Touch,
};
use store::{
    Error, Result, Tx, configuration,
    conversions::{self, Conversion},
    counters, customers,
    decisions::{self, DecisionRow},
    ledger::TransferRow,
    outbox,
    own_results::{self, OWN_RESULTS, OwnResult},
    quarantine::{self, Quarantined, Totals, TotalsKey},
    tier_raises, touches, visits,
};

use super::VisitDraft;

use crate::{
    alerts::{self, Concerned, Keyed},
    funding,
    posting::{self, BalanceChanges},
    snapshot::AdvertiserEntry,
};

/// A touch as it was prepared, with what was decided.
pub(super) struct DecidedTouch<'a> {
    pub(super) touch: &'a Touch,
    pub(super) code: Code,
    pub(super) unique: bool,
    pub(super) details: std::borrow::Cow<'a, str>,
}

/// The rows of a batch.
#[derive(Default)]
pub(super) struct Rows<'a> {
    pub(super) touches: Vec<DecidedTouch<'a>>,
    pub(super) visits: Vec<&'a VisitDraft>,
    pub(super) unique: BTreeMap<[u8; 16], Timestamp>,
    pub(super) identities: BTreeMap<[u8; 16], (VisitorId, Timestamp)>,
    pub(super) conversions: Vec<(Conversion, &'a str)>,
    pub(super) decisions: Vec<DecisionRow>,
    pub(super) lines: Vec<(ConversionId, Vec<CommissionLine>)>,
    pub(super) dedup: Vec<([u8; 16], ConversionId)>,
    pub(super) customers: Vec<([u8; 16], ConversionId)>,
    pub(super) counters: BTreeMap<Vec<u8>, i64>,
    /// Conversions that were paid by rules with retroactive tiers, by their counters.
    pub(super) tier_conversions: Vec<(Vec<u8>, ConversionId)>,
    /// Steps of such tiers that were reached: counter, threshold, conversion.
    pub(super) tier_raises: Vec<(Vec<u8>, i64, ConversionId)>,
    transfers: Vec<TransferRow>,
    pub(super) balances: BalanceChanges,
    /// Results without a paid publisher, as far as they changed.
    pub(super) own_results: Vec<OwnResult>,
    pub(super) quarantined: Vec<Quarantined>,
    /// What the events found reached, of which some may have been told before.
    alerts: Vec<Keyed>,
    totals: BTreeMap<TotalsKey, Totals>,
}

/// What became of a received event, for the daily totals.
#[derive(Clone, Copy)]
pub(super) enum Counted {
    Accepted,
    Rejected,
    Quarantined,
    Replayed,
}

impl<'a> Rows<'a> {
    /// Adds transfers that begin the history of their source.
    pub(super) fn post(&mut self, transfers: &[Transfer]) -> Result<()> {
        self.balances.add(&[], transfers).map_err(|error| Error::Damaged(error.to_string()))?;
        self.transfers.extend(transfers.iter().map(posting::to_row));
        Ok(())
    }

    /// Adds percentages of caps that an event found reached.
    pub(super) fn tell(
        &mut self,
        network_id: NetworkId,
        advertiser_id: AdvertiserId,
        told: &[Threshold],
        at: Timestamp,
    ) {
        let concerned = Concerned { network_id, advertiser_id };
        self.alerts.extend(told.iter().map(|threshold| concerned.of_cap(threshold, at)));
    }

    /// Counts an event in the totals of its day.
    pub(super) fn count(
        &mut self,
        network: Option<NetworkId>,
        kind: &'static str,
        at: Timestamp,
        counted: Counted,
    ) {
        let day = at.as_micros().div_euclid(DAY_US);
        let network = network.map_or([0; 16], |network| *network.bytes());
        let totals = self.totals.entry((network, day, kind)).or_default();
        totals.received += 1;
        match counted {
            Counted::Accepted => totals.accepted += 1,
            Counted::Rejected => totals.rejected += 1,
            Counted::Quarantined => totals.quarantined += 1,
            Counted::Replayed => totals.replayed += 1,
        }
    }

    /// Writes everything; answers which of these prepaid advertisers have anything left.
    ///
    /// # Errors
    /// Storage errors.
    pub(super) fn write(
        mut self,
        tx: &mut Tx<'_>,
        now: Timestamp,
        prepaid: &[Arc<AdvertiserEntry>],
    ) -> Result<Vec<(AdvertiserId, bool)>> {
        let touches = self.touches.iter().map(|decided| touches::NewTouch {
            touch: decided.touch,
            code: decided.code,
            unique: decided.unique,
            details: &decided.details,
        });
        touches::insert(tx, touches)?;
        visits::insert(tx, self.visits.iter().map(|draft| (&draft.visit, &draft.texts)))?;
        touches::remember_unique(tx, &self.unique.into_iter().collect::<Vec<_>>())?;
        let identities: Vec<_> =
            self.identities.into_iter().map(|(key, (visitor, at))| (key, visitor, at)).collect();
        touches::remember_identities(tx, &identities)?;
        conversions::insert(tx, self.conversions.iter().map(|(conversion, report)| (conversion, *report)))?;
        decisions::insert(tx, self.decisions.iter())?;
        let lines = self.lines.iter().flat_map(|(conversion, lines)| {
            (0_i64..).zip(lines).map(|(place, line)| (*conversion, place, line))
        });
        conversions::insert_lines(tx, lines)?;
        conversions::dedup_claim(tx, &self.dedup)?;
        customers::remember(tx, &self.customers)?;
        counters::store(tx, &self.counters.into_iter().collect::<Vec<_>>())?;
        tier_raises::insert_conversions(tx, &self.tier_conversions)?;
        tier_raises::queue(tx, now, &self.tier_raises)?;
        store::ledger::insert_transfers(tx, self.transfers.iter())?;
        self.balances.write(tx)?;
        quarantine::insert(tx, &self.quarantined)?;
        quarantine::add_totals(tx, &self.totals.into_iter().collect::<Vec<_>>())?;
        let mut funded = Vec::with_capacity(prepaid.len());
        for entry in prepaid {
            let funds = funding::compare(tx, &self.balances, &entry.record, now)?;
            if funds.turned {
                configuration::touch::<Advertiser>(tx, entry.record.id)?;
            }
            funded.push((entry.record.id, funds.funded));
            self.alerts.extend(funds.alerts);
        }
        let told = alerts::keep(tx, self.alerts)?;

        let mut parts: Vec<(&str, Vec<u8>)> = Vec::new();
        if !self.touches.is_empty() {
            parts.push((
                "touches",
                self.touches.iter().flat_map(|decided| *decided.touch.id.bytes()).collect(),
            ));
        }
        if !self.decisions.is_empty() {
            parts.push(("decisions", decision_ids(&self.decisions)));
        }
        if !self.own_results.is_empty() {
            parts.push((OWN_RESULTS, own_results::append(tx, &self.own_results)?));
        }
        if !told.is_empty() {
            parts.push((alerts::ALERTS, told));
        }
        if !parts.is_empty() {
            outbox::append(tx, now, &parts)?;
        }
        Ok(funded)
    }
}

/// The ids of decisions as the outbox holds them: the conversion in 16 bytes, its number in 4.
pub(crate) fn decision_ids(decisions: &[DecisionRow]) -> Vec<u8> {
    let number = |decision: &DecisionRow| u32::try_from(decision.sequence).unwrap_or(u32::MAX).to_be_bytes();
    decisions
        .iter()
        .flat_map(|decision| decision.conversion_id.bytes().iter().copied().chain(number(decision)))
        .collect()
}
