//! One batch: read what its events need, decide them one after the other, write everything.

use std::{borrow::Cow, sync::Arc};

use commission::Threshold;
use engine::{
    Facts, Receipt,
    touch::{TouchDecision, TouchFacts},
};
use model::{
    AdvertiserId, Code, ConversionId, Timestamp, TouchId, VisitorId,
    conversion::{ConversionReport, State},
    parties::Billing,
    time::SECOND_US,
    touch::{ConsentState, Touch, TouchKind},
};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use store::{
    Error, Result, Tx,
    conversions::{self, Conversion},
    decisions::{self, DecisionKind, DecisionRow},
};

use super::{
    Answer, ConversionAnswer, ConversionDraft, Event, Parts, TouchAnswer, TouchDraft,
    gather::{CameFirst, Gathered, identity_keys},
    prepare::customer_key,
    rows::{Counted, DecidedTouch, Rows},
};
use crate::{
    own_results::{self, Telling},
    snapshot::{AdvertiserEntry, Snapshot},
};

/// What became of a batch.
pub struct Outcome {
    /// An answer for each event, in their order.
    pub answers: Vec<Answer>,
    /// Prepaid advertisers whose accounts changed, and whether anything is left.
    pub funded: Vec<(AdvertiserId, bool)>,
}

/// Decides and stores events in one transaction.
///
/// # Errors
/// Storage errors; nothing of the batch is stored then.
pub fn run(tx: &mut Tx<'_>, snapshot: &Snapshot, parts: &Parts, events: &[Event]) -> Result<Outcome> {
    let gathered = Gathered::read(tx, events)?;
    let mut batch = Batch {
        snapshot,
        gathered,
        rows: Rows::default(),
        decided: FxHashMap::default(),
        // Only conversions and identifications of the same batch would look at its touches.
        journeys_follow: events
            .iter()
            .any(|event| matches!(event, Event::Conversion(_) | Event::Identify { .. })),
        now: parts.clock.now(),
    };
    let mut answers = Vec::with_capacity(events.len());
    let mut replays = Vec::new();
    for event in events {
        let answer = match event {
            Event::Touch(draft) => batch.touch(tx, draft)?,
            Event::Visit(draft) => {
                let visit = &draft.visit;
                let counted = if visit.code == Code::Ok { Counted::Accepted } else { Counted::Rejected };
                batch.rows.count(Some(visit.network_id), "visit", visit.received_at, counted);
                batch.rows.visits.push(draft);
                Answer::Stored
            }
            Event::Conversion(draft) => match batch.conversion(tx, draft)? {
                Done::Answer(answer) => Answer::Conversion(Box::new(answer)),
                Done::Replay(first) => {
                    replays.push((answers.len(), first));
                    Answer::Stored
                }
            },
            Event::Quarantine(row) => {
                let kind = if row.kind == "touch" { "touch" } else { "conversion" };
                batch.rows.count(row.network_id, kind, row.received_at, Counted::Quarantined);
                batch.rows.quarantined.push((**row).clone());
                Answer::Stored
            }
            Event::Identify { keys, visitor_id, touch_id, received_at } => {
                batch.identify(keys, *visitor_id, *touch_id, *received_at);
                Answer::Stored
            }
        };
        answers.push(answer);
    }
    for (place, first) in replays {
        answers[place] = Answer::Conversion(Box::new(first_answer(tx, first)?));
    }
    let prepaid = batch.prepaid_advertisers();
    let funded = batch.rows.write(tx, batch.now, &prepaid)?;
    Ok(Outcome { answers, funded })
}

/// What became of a conversion within the batch.
enum Done {
    Answer(ConversionAnswer),
    /// It was delivered before this batch; the first answer is read at the end.
    Replay(ConversionId),
}

pub(super) struct Batch<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) gathered: Gathered,
    rows: Rows<'a>,
    /// Answers to the conversions of this batch, for repeated deliveries within it.
    decided: FxHashMap<ConversionId, ConversionAnswer>,
    /// Whether later events of the batch may look for its touches.
    journeys_follow: bool,
    now: Timestamp,
}

impl<'a> Batch<'a> {
    fn touch(&mut self, tx: &mut Tx<'_>, draft: &'a TouchDraft) -> Result<Answer> {
        let touch = &draft.touch;
        let decision = self.decide_touch(tx, draft)?;
        let (code, unique) = (decision.code, decision.unique);
        self.rows.tell(touch.network_id, touch.advertiser_id, &decision.told, touch.received_at);
        for (key, adds) in &decision.counts {
            self.add_to_counter(&key.to_bytes(), *adds);
        }
        let counts = code == Code::Ok || code == Code::DuplicateClick;
        if counts {
            // Who is counted by one key must be known by the other too, or his next click would count again.
            let counted = draft.unique.asked.filter(|_| unique);
            for key in counted.into_iter().chain(draft.unique.also) {
                self.gathered.count_unique(key, touch.received_at);
                self.rows.unique.insert(key, touch.received_at);
            }
        }
        let mut details = Cow::Borrowed(draft.details.as_str());
        if let Some(earning) = decision.earning {
            if decision.counts_impression {
                let key = impression_key(touch, &earning.contract_version_id);
                self.gathered.counter(tx, &key)?;
                self.add_to_counter(&key, 1);
            }
            let transfers = ledger::touch_earning(
                touch.network_id,
                touch.advertiser_id,
                touch.publisher_id,
                touch.id,
                &earning,
                touch.received_at,
            );
            self.rows.post(&transfers.map_err(|error| Error::Damaged(error.to_string()))?)?;
            let earned = Touch { earning: Some(earning), ..touch.clone() };
            details = Cow::Owned(store::touches::details_json(&earned));
        }
        let counted = if counts { Counted::Accepted } else { Counted::Rejected };
        self.rows.count(Some(touch.network_id), "touch", touch.received_at, counted);
        if self.journeys_follow {
            self.gathered.add_touch(Touch { code, unique, ..touch.clone() });
        }
        self.rows.touches.push(DecidedTouch { touch, code, unique, details });
        Ok(Answer::Touch(TouchAnswer { code, unique }))
    }

    fn decide_touch(&mut self, tx: &mut Tx<'_>, draft: &TouchDraft) -> Result<TouchDecision> {
        let touch = &draft.touch;
        let Some(program) = self.snapshot.programs.get(&touch.program_id) else {
            return Err(Error::Damaged(format!(
                "touch of a program that does not exist: {}",
                touch.program_id
            )));
        };
        let contract = self.snapshot.contract(touch.program_id, touch.publisher_id, touch.received_at);
        let window = i64::from(program.record.unique_window_seconds) * SECOND_US;
        let seen_before = draft
            .unique
            .asked
            .and_then(|key| self.gathered.unique_seen(&key))
            .is_some_and(|seen| touch.received_at.micros_since(seen) < window);
        let paid_impressions = contract.filter(|contract| {
            touch.kind == TouchKind::Impression && touch.code == Code::Ok && contract.has_impression_rate()
        });
        let ordinal = match paid_impressions {
            Some(contract) => self.gathered.counter(tx, &impression_key(touch, &contract.version_id()))?,
            None => 0,
        };
        loop {
            let facts = TouchFacts {
                kind: touch.kind,
                received_at: touch.received_at,
                screened: touch.code,
                publisher_id: touch.publisher_id,
                subs: &touch.parameters.subs,
                zone: &program.record.zone,
                program_caps: &program.caps,
                contract: contract.map(AsRef::as_ref),
                seen_before,
                ordinal,
            };
            let decision = engine::touch::decide(&facts, &|key| self.gathered.used(&key.to_bytes()));
            // The decision asked for counters that were not loaded: load them and decide again.
            if !self.gathered.load_missing(tx)? {
                return Ok(decision);
            }
        }
    }

    fn add_to_counter(&mut self, key: &[u8], adds: i64) {
        let used = self.gathered.add(key, adds);
        self.rows.counters.insert(key.to_vec(), used);
    }

    fn conversion(&mut self, tx: &mut Tx<'_>, draft: &'a ConversionDraft) -> Result<Done> {
        let report = &draft.report;
        let Some(advertiser) = self.snapshot.advertisers.get(&report.advertiser_id) else {
            return Err(Error::Damaged(format!(
                "report of an advertiser that does not exist: {}",
                report.advertiser_id
            )));
        };
        let network = advertiser.record.network_id;
        let delivered = [draft.delivery.idempotency, Some(draft.delivery.content)];
        if let Some(first) = delivered.into_iter().flatten().find_map(|key| self.gathered.holder(&key)) {
            self.rows.count(Some(network), "conversion", report.received_at, Counted::Replayed);
            return Ok(match self.decided.get(&first) {
                Some(answer) => Done::Answer(ConversionAnswer { replayed: true, ..answer.clone() }),
                None => Done::Replay(first),
            });
        }
        let journey = self.journey(draft);
        let facts = self.facts(tx, draft, network, &journey)?;
        let (facts, decision, told) = self.decide_conversion(tx, report, facts)?;
        self.rows.tell(network, report.advertiser_id, &told, report.received_at);
        let visitor = journey.visitor;
        let answer = self.keep(draft, facts, decision, visitor)?;
        Ok(Done::Answer(answer))
    }

    /// Decides, loading counters as they are asked for, and records what was asked in the facts.
    fn decide_conversion(
        &mut self,
        tx: &mut Tx<'_>,
        report: &ConversionReport,
        mut facts: Facts,
    ) -> Result<(Facts, engine::Decision, Vec<Threshold>)> {
        self.add_exchange(report, &mut facts);
        loop {
            let asked = std::cell::RefCell::new(Vec::<(Vec<u8>, i64)>::new());
            let used = |key: &[u8]| {
                let used = self.gathered.used(key);
                asked.borrow_mut().push((key.to_vec(), used));
                used
            };
            let (decision, told) = engine::decide_and_tell(report, &facts, &self.snapshot.versions, &used);
            if self.gathered.load_missing(tx)? {
                continue;
            }
            facts.caps_used =
                asked.into_inner().iter().map(|(key, used)| (engine::receipt::hex(key), *used)).collect();
            engine::exchange::keep_what_was_needed(&mut facts, &decision, &self.snapshot.versions);
            return Ok((facts, decision, told));
        }
    }

    /// Puts everything that a decided conversion writes among the rows.
    fn keep(
        &mut self,
        draft: &'a ConversionDraft,
        facts: Facts,
        decision: engine::Decision,
        visitor: Option<VisitorId>,
    ) -> Result<ConversionAnswer> {
        let report = &draft.report;
        let overflow = |error: model::MoneyError| Error::Damaged(error.to_string());
        let live = decision.state.is_live();
        let totals = decision.totals().map_err(overflow)?.filter(|_| live);
        let (commission, fee) = totals.map_or((0, 0), |(commission, fee)| (commission.units(), fee.units()));
        let network_id = facts.network_id;
        if live {
            for count in &decision.counts {
                let key = engine::receipt::unhex(&count.key)
                    .ok_or_else(|| Error::Damaged("counter key".to_owned()))?;
                self.add_to_counter(&key, count.adds);
            }
            let pending = decision.state.is_open();
            let source = ledger::Source::Conversion(draft.id);
            let transfers = ledger::earn(
                network_id,
                report.advertiser_id,
                &decision.lines,
                pending,
                source,
                report.received_at,
            );
            self.rows.post(&transfers.map_err(|error| Error::Damaged(error.to_string()))?)?;
            self.rows.lines.push((draft.id, decision.lines.clone()));
            self.keep_customer(draft, &decision);
        }
        self.claim_keys(draft, &decision, &facts);
        if live {
            self.remember_customer(report, visitor);
        }

        let receipt = Receipt::new(facts, decision);
        let text = receipt.text();
        let receipt_sha256 = receipt_hash(&draft.report_json, &text);
        self.note_tiers(draft, &receipt)?;
        let decision = receipt.decision;
        let main = decision.main_line().filter(|_| live);
        let conversion = Conversion {
            id: draft.id,
            network_id,
            advertiser_id: report.advertiser_id,
            program_id: decision.program_id,
            publisher_id: main.map(|line| line.publisher_id),
            touch_id: main.map(|line| line.touch_id),
            action: report.action.clone(),
            received_at: report.received_at,
            occurred_at: decision.judged_at,
            order_id: report.order_id.clone(),
            amount: decision.amount,
            state: decision.state,
            code: decision.code,
            decision: 1,
            commission,
            fee,
            commission_currency: totals.map(|(commission, _)| commission.currency()),
            reversed: model::Share::NONE,
            approve_at: decision.approve_at,
            duplicate_of: decision.duplicate_of,
            report: report.clone(),
        };
        self.keep_own(draft, &conversion, &receipt.facts)?;
        self.rows.decisions.push(DecisionRow {
            conversion_id: draft.id,
            sequence: 1,
            kind: DecisionKind::Decided,
            state: decision.state,
            code: decision.code,
            reason: None,
            note: None,
            actor: "engine".to_owned(),
            at: report.received_at,
            commission_delta: commission,
            fee_delta: fee,
            receipt: text,
            receipt_sha256,
        });
        self.rows.conversions.push((conversion, &draft.report_json));
        let accepted = live || decision.state == State::Test;
        let counted = if accepted { Counted::Accepted } else { Counted::Rejected };
        self.rows.count(Some(network_id), "conversion", report.received_at, counted);
        let answer = answer_of(draft.id, &decision);
        self.decided.insert(draft.id, answer.clone());
        Ok(answer)
    }

    /// Has the result stand by itself when no publisher is paid for it and no earlier report of it stands; one that is paid for ends
    /// what stood.
    fn keep_own(&mut self, draft: &ConversionDraft, conversion: &Conversion, facts: &Facts) -> Result<()> {
        let event = own_results::event_of(&draft.report, draft.delivery.content);
        let known = self.gathered.own_results(event);
        if conversion.state.is_live() {
            for row in known.iter_mut().filter(|row| row.present) {
                *row = own_results::ends(row, conversion.received_at);
                self.rows.own_results.push(row.clone());
            }
            return Ok(());
        }
        let (state, refused) = (conversion.state, own_results::Refused::AT_FIRST);
        let unpaid = own_results::unpaid(&draft.report, facts, state, refused);
        let network = self.snapshot.networks.get(&conversion.network_id);
        let (Some(amount), Some(network)) = (unpaid, network) else { return Ok(()) };
        let campaigns = self.snapshot.campaigns_of(conversion.advertiser_id);
        let telling = Telling { zone: &network.zone, campaigns, event };
        if known.is_empty() {
            let row = own_results::begins(conversion, facts, amount, telling)?;
            known.push(row.clone());
            self.rows.own_results.push(row);
        } else if let Some(row) = known.iter_mut().find(|row| row.present)
            && let Some(better) = own_results::told_better(row, &draft.report, facts, telling)?
        {
            *row = better;
            self.rows.own_results.push(row.clone());
        }
        Ok(())
    }

    /// Notes what later raises by retroactive tiers must find, and the steps that this conversion reaches.
    fn note_tiers(&mut self, draft: &ConversionDraft, receipt: &Receipt) -> Result<()> {
        let counters = engine::raise::retroactive_counters(receipt, &draft.report, &self.snapshot.versions);
        self.rows.tier_conversions.extend(counters.into_keys().map(|key| (key, draft.id)));
        for raise in &receipt.decision.raises {
            let key =
                engine::receipt::unhex(&raise.key).ok_or_else(|| Error::Damaged("counter key".to_owned()))?;
            self.rows.tier_raises.push((key, raise.from, draft.id));
        }
        Ok(())
    }

    /// Takes the keys under which this event must not be counted again. A rejected one that can be corrected leaves its
    /// place free, so that the corrected report counts.
    fn claim_keys(&mut self, draft: &ConversionDraft, decision: &engine::Decision, facts: &Facts) {
        let settled = decision.state != State::Rejected || !decision.code.recoverable();
        let action = facts.program.as_ref().and_then(|program| program.action.as_ref());
        let business = decision
            .state
            .is_live()
            .then(|| self.gathered.business_key(draft, action.is_some_and(|action| action.repeats)));
        let keys =
            [draft.delivery.idempotency, settled.then_some(draft.delivery.content), business.flatten()];
        for key in keys.into_iter().flatten() {
            self.gathered.claim(key, draft.id);
            self.rows.dedup.push((key, draft.id));
        }
    }

    /// Remembers what a customer brought, and that he came first by it when nothing else of his stands.
    fn keep_customer(&mut self, draft: &ConversionDraft, decision: &engine::Decision) {
        let (Some(key), Some(program)) = (customer_key(&draft.report), decision.program_id) else { return };
        if !wins_customer(&draft.report, &decision.lines) {
            return;
        }
        let (since, lines) = (decision.judged_at, decision.lines.clone());
        self.gathered.comes_first(key, CameFirst { conversion: draft.id, program, since, lines });
        self.rows.customers.push((key, draft.id));
    }

    fn remember_customer(&mut self, report: &ConversionReport, visitor: Option<VisitorId>) {
        let Some(visitor) = visitor.or(report.visitor_id) else { return };
        let proven = report.intake.is_proven();
        for key in identity_keys(report) {
            if !proven && self.gathered.visitor_of(&key).is_some() {
                continue;
            }
            self.gathered.set_visitor_of(key, visitor);
            self.rows.identities.insert(key, (visitor, report.received_at));
        }
    }

    fn identify(
        &mut self,
        keys: &[[u8; 16]],
        visitor: Option<VisitorId>,
        touch: Option<TouchId>,
        at: Timestamp,
    ) {
        let of_touch = touch
            .and_then(|id| self.gathered.touch(id))
            .filter(|touch| touch.consent != ConsentState::Denied);
        let Some(visitor) = visitor.or(of_touch.and_then(|touch| touch.visitor_id)) else { return };
        // Anybody can say this of anybody, so it ties only who was not tied before.
        for key in keys {
            if self.gathered.visitor_of(key).is_some() {
                continue;
            }
            self.gathered.set_visitor_of(*key, visitor);
            self.rows.identities.insert(*key, (visitor, at));
        }
    }

    /// Prepaid advertisers among the accounts that change.
    fn prepaid_advertisers(&self) -> Vec<Arc<AdvertiserEntry>> {
        let entry = |id: &AdvertiserId| self.snapshot.advertisers.get(id).map(Arc::clone);
        let prepaid = |entry: &Arc<AdvertiserEntry>| entry.record.billing == Billing::Prepaid;
        self.rows.balances.advertisers().iter().filter_map(entry).filter(prepaid).collect()
    }
}

/// Whether a conversion can win its customer: it must have earned something, and have been reported by the shop itself. A
/// browser says what its owner wants, and could win customers with a cent.
pub(crate) fn wins_customer(report: &ConversionReport, lines: &[model::conversion::CommissionLine]) -> bool {
    report.intake.is_proven() && lines.iter().any(|line| line.commission.units() > 0)
}

/// The counter of paid impressions of a contract version and publisher.
pub(crate) fn impression_key(touch: &Touch, version: &model::ContractVersionId) -> Vec<u8> {
    let mut key = Vec::with_capacity(33);
    key.push(3);
    key.extend_from_slice(version.bytes());
    key.extend_from_slice(touch.publisher_id.bytes());
    key
}

/// What a receipt's hash covers: the report, then the receipt.
pub fn receipt_hash(report_json: &str, receipt: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(report_json.as_bytes());
    hash.update([0]);
    hash.update(receipt.as_bytes());
    hash.finalize().into()
}

fn answer_of(conversion_id: ConversionId, decision: &engine::Decision) -> ConversionAnswer {
    let commission = decision.totals().ok().flatten().map(|(commission, _)| commission);
    ConversionAnswer {
        conversion_id,
        state: decision.state,
        code: decision.code,
        reason: decision.reason.clone(),
        publisher_id: decision.publisher_id(),
        program_id: decision.program_id,
        commission,
        duplicate_of: decision.duplicate_of,
        replayed: false,
    }
}

/// The first answer to a conversion, from its receipt.
fn first_answer(tx: &mut Tx<'_>, conversion: ConversionId) -> Result<ConversionAnswer> {
    let damaged = |what: &str| Error::Damaged(format!("conversion {conversion}: {what}"));
    let first =
        decisions::of(tx, &[conversion])?.into_iter().next().ok_or_else(|| damaged("has no decision"))?;
    let receipt: Receipt =
        serde_json::from_str(&first.receipt).map_err(|error| damaged(&format!("receipt: {error}")))?;
    if conversions::by_id(tx, conversion)?.is_none() {
        return Err(damaged("is missing though its key is held"));
    }
    Ok(ConversionAnswer { replayed: true, ..answer_of(conversion, &receipt.decision) })
}
