//! Who a conversion comes from: the recognised visitor, his touches, and the facts that the decision rests on.

use engine::{AskedOfTouch, CandidateFacts, CustomerFacts, Facts, Identified, ProgramFacts};
use model::{
    Code, LinkId, ProgramId, PublisherId, Timestamp, TouchId, VisitorId,
    conversion::{CommissionLine, ConversionReport},
    parties::Status,
    program::Program,
    touch::{Touch, TouchKind},
};
use sha2::{Digest, Sha256};
use store::{Result, Tx};

use super::{ClickReference, ConversionDraft, batch::Batch, gather::CameFirst};
use crate::configuration::payout_tables;

/// The journey of a conversion.
pub(super) struct Journey {
    pub(super) identified: Identified,
    pub(super) problem: Option<Code>,
    pub(super) candidates: Vec<CandidateFacts>,
    /// The customer, when he came before, and the program that he came to.
    pub(super) customer: Option<CustomerFacts>,
    pub(super) visitor: Option<VisitorId>,
}

impl Batch<'_> {
    /// Recognises the visitor and collects his touches with this advertiser.
    pub(super) fn journey(&self, draft: &ConversionDraft) -> Journey {
        let report = &draft.report;
        let mut journey = Journey {
            identified: Identified::Nobody,
            problem: None,
            candidates: Vec::new(),
            customer: None,
            visitor: None,
        };
        let mut clicked = None;
        match draft.click {
            ClickReference::None => {}
            ClickReference::Unknown => journey.problem = Some(Code::ClickUnknown),
            ClickReference::Forged => journey.problem = Some(Code::ClickForged),
            ClickReference::Genuine { touch_id, link_code } => {
                match self.clicked(report, touch_id, link_code) {
                    Ok(candidate) => {
                        journey.identified = Identified::ClickId;
                        journey.visitor = self.gathered.touch(touch_id).and_then(|touch| touch.visitor_id);
                        clicked = Some(candidate);
                    }
                    Err(code) => journey.problem = Some(code),
                }
            }
        }
        if journey.problem.is_some() {
            return journey;
        }
        if clicked.is_none() {
            (journey.identified, journey.visitor) = self.recognise(report);
        }
        if let Some(visitor) = journey.visitor {
            let own = |touch: &&Touch| touch.advertiser_id == report.advertiser_id;
            let touches = self.gathered.journey(visitor).filter(own);
            journey.candidates = touches.map(|touch| self.candidate(report, touch)).collect();
        }
        if let Some(clicked) = clicked
            && journey.candidates.iter().all(|candidate| candidate.touch_id != clicked.touch_id)
        {
            journey.candidates.push(clicked);
        }
        if let Some(coupon) = self.coupon(draft) {
            if journey.identified == Identified::Nobody {
                journey.identified = Identified::Coupon;
            }
            journey.candidates.push(coupon);
        }
        self.add_customer(report, &mut journey);
        journey
    }

    /// Adds who won the customer before.
    fn add_customer(&self, report: &ConversionReport, journey: &mut Journey) {
        let program = report.program_id.or_else(|| program_of(&journey.candidates));
        let Some(first) = self.gathered.came_first(report, program) else { return };
        journey.customer = Some(CustomerFacts { first: first.conversion, since: first.since });
        if journey.identified == Identified::Nobody {
            journey.identified = Identified::FirstConversion;
        }
        // Whoever was closed or paused since keeps nobody.
        for line in first.lines.iter().filter(|line| self.snapshot.is_active(line.publisher_id)) {
            match journey.candidates.iter_mut().find(|one| one.touch_id == line.touch_id) {
                Some(known) => known.won = Some(line.credit),
                None => journey.candidates.push(self.winner_of(report, first, line)),
            }
        }
    }

    /// A touch that earned the customer's first conversion and is not of this journey.
    fn winner_of(
        &self,
        report: &ConversionReport,
        first: &CameFirst,
        line: &CommissionLine,
    ) -> CandidateFacts {
        let mut candidate = match self.gathered.touch(line.touch_id) {
            Some(touch) => self.candidate(report, touch),
            None => {
                // A coupon has the id of its conversion, and a click whose row was lost that of its click id.
                let is_coupon = line.touch_id.bytes() == first.conversion.bytes();
                let mut candidate = CandidateFacts {
                    kind: if is_coupon { TouchKind::Coupon } else { TouchKind::Click },
                    received_at: if is_coupon { first.since } else { line.touch_id.drawn_at() },
                    ..unstored(line.touch_id, line.link_id, line.publisher_id, first.program)
                };
                self.add_terms(report, &mut candidate, None);
                candidate
            }
        };
        (candidate.won, candidate.beside) = (Some(line.credit), true);
        candidate
    }

    /// The publisher's coupon that came with the report, as a touch at the moment of the conversion: its id is made of the
    /// conversion's, so that it is the same whenever it is decided.
    fn coupon(&self, draft: &ConversionDraft) -> Option<CandidateFacts> {
        let report = &draft.report;
        let link = &self.snapshot.coupon(report.coupon.as_deref()?.trim())?.record;
        let program = self.snapshot.programs.get(&link.program_id)?;
        if program.record.advertiser_id != report.advertiser_id {
            return None;
        }
        let at = judged_at(report);
        let code = match link.status {
            Status::Active if !self.snapshot.is_active(link.publisher_id) => Code::PublisherInactive,
            Status::Active => self.joined(&program.record, link.publisher_id, at),
            _ => Code::LinkDisabled,
        };
        let touch_id = TouchId::from_bytes(*draft.id.bytes());
        let mut candidate = CandidateFacts {
            kind: TouchKind::Coupon,
            received_at: at,
            code,
            coupon: Some(link.coupon_policy),
            ..unstored(touch_id, link.id, link.publisher_id, link.program_id)
        };
        self.add_terms(report, &mut candidate, None);
        Some(candidate)
    }

    /// The browser by its cookie, else by what the advertiser knows of the customer.
    fn recognise(&self, report: &ConversionReport) -> (Identified, Option<VisitorId>) {
        let has_touches = |visitor: &VisitorId| {
            self.gathered.journey(*visitor).any(|touch| touch.advertiser_id == report.advertiser_id)
        };
        if let Some(visitor) = report.visitor_id.filter(has_touches) {
            return (Identified::Cookie, Some(visitor));
        }
        let by = |kind: &str, value: &Option<String>| {
            let key = super::identity_key(report.advertiser_id, kind, value.as_deref()?);
            self.gathered.visitor_of(&key).filter(has_touches)
        };
        if let Some(visitor) = by("customer", &report.customer_id) {
            return (Identified::CustomerId, Some(visitor));
        }
        if let Some(visitor) = by("email", &report.email_sha256) {
            return (Identified::EmailHash, Some(visitor));
        }
        (Identified::Nobody, None)
    }

    /// The touch of a genuine click id, stored or not.
    fn clicked(
        &self,
        report: &ConversionReport,
        touch_id: TouchId,
        link_code: u64,
    ) -> Result<CandidateFacts, Code> {
        if let Some(touch) = self.gathered.touch(touch_id) {
            let own = touch.advertiser_id == report.advertiser_id;
            return if own { Ok(self.candidate(report, touch)) } else { Err(Code::ProgramMismatch) };
        }
        let link = self.snapshot.links.get(&link_code).ok_or(Code::ClickUnknown)?;
        let program = self.snapshot.programs.get(&link.record.program_id).ok_or(Code::ClickUnknown)?;
        if program.record.advertiser_id != report.advertiser_id {
            return Err(Code::ProgramMismatch);
        }
        let link = &link.record;
        let mut candidate = unstored(touch_id, link.id, link.publisher_id, link.program_id);
        candidate.code = self.joined(&program.record, link.publisher_id, candidate.received_at);
        self.add_terms(report, &mut candidate, None);
        Ok(candidate)
    }

    /// The verdict on what nobody screened as it arrived: whether the publisher was in the program at that moment. Touches
    /// that were screened keep their verdict, whatever became of his membership since.
    fn joined(&self, program: &Program, publisher: PublisherId, at: Timestamp) -> Code {
        if self.snapshot.is_member(program, publisher, at) { Code::Ok } else { Code::NotAMember }
    }

    fn candidate(&self, report: &ConversionReport, touch: &Touch) -> CandidateFacts {
        let mut candidate = CandidateFacts {
            kind: touch.kind,
            received_at: touch.received_at,
            code: touch.code,
            stored: true,
            ..unstored(touch.id, touch.link_id, touch.publisher_id, touch.program_id)
        };
        self.add_terms(report, &mut candidate, Some(touch));
        candidate
    }

    /// The contract in force at the judged moment with what its rates ask of the touch, and whether the customer is the
    /// publisher himself.
    fn add_terms(&self, report: &ConversionReport, candidate: &mut CandidateFacts, touch: Option<&Touch>) {
        let at = judged_at(report);
        let contract = self.snapshot.contract(candidate.program_id, candidate.publisher_id, at);
        candidate.contract_version_id = contract.map(|contract| contract.version_id());
        candidate.unaccepted = contract
            .is_some_and(|contract| self.snapshot.awaits_acceptance(contract, candidate.publisher_id));
        if let (Some(contract), Some(touch)) = (contract, touch) {
            candidate.asked = AskedOfTouch::of(touch, contract, &report.action);
        }
        let Some(publisher) = self.snapshot.publishers.get(&candidate.publisher_id) else { return };
        candidate.stands_down = report.checkout_started_at.is_some() && publisher.kind.stands_down();
        if publisher.own_customers_sha256.is_empty() {
            return;
        }
        let customer =
            report.customer_id.as_ref().map(|id| engine::receipt::hex(&Sha256::digest(id.as_bytes())));
        let mut hashes = report.email_sha256.iter().chain(customer.iter());
        candidate.own = hashes
            .any(|hash| publisher.own_customers_sha256.iter().any(|own| own.eq_ignore_ascii_case(hash)));
    }

    pub(super) fn facts(
        &mut self,
        tx: &mut Tx<'_>,
        draft: &ConversionDraft,
        network: model::NetworkId,
        journey: &Journey,
    ) -> Result<Facts> {
        let report = &draft.report;
        let program_id = report.program_id.or_else(|| program_of(&journey.candidates));
        let program = program_id.and_then(|id| self.snapshot.programs.get(&id));
        let program = program.filter(|program| program.record.network_id == network);
        let action = program.and_then(|program| program.record.action(&report.action));
        let key = self.gathered.business_key(draft, action.is_some_and(|action| action.repeats));
        // A test neither takes nor finds the place of a real event.
        let key = key.filter(|_| !report.test);
        let duplicate_of = match key {
            Some(key) => self.gathered.find_holder(tx, key)?,
            None => None,
        };
        let currency =
            self.snapshot.networks.get(&network).map_or(model::Currency::USD, |network| network.currency);
        let mut facts = Facts {
            conversion_id: draft.id,
            network_id: network,
            currency,
            identified: journey.identified,
            click_problem: journey.problem,
            program: program.map(|program| ProgramFacts {
                id: program.record.id,
                advertiser_id: program.record.advertiser_id,
                zone: program.record.zone.clone(),
                action: action.cloned(),
                caps: program.record.caps.clone(),
            }),
            candidates: journey.candidates.clone(),
            customer: journey.customer,
            payout_table: None,
            duplicate_of,
            caps_used: std::collections::BTreeMap::new(),
            exchange: Vec::new(),
        };
        let table = |program| self.snapshot.payout_table(program, judged_at(report));
        payout_tables::weigh(&mut facts, &self.snapshot.versions, table);
        Ok(facts)
    }

    /// Adds the ways from currency to currency that deciding may need, by the rates of the judged moment's day.
    pub(super) fn add_exchange(&self, report: &ConversionReport, facts: &mut Facts) {
        let order = model::conversion::order_value(report, facts.currency).ok().flatten();
        let order = order.map(model::Money::currency);
        let pairs = engine::exchange::pairs(facts, order, &self.snapshot.versions);
        if pairs.is_empty() {
            return;
        }
        let day = model::Day::of(judged_at(report));
        let way = |(from, to)| self.snapshot.exchange(facts.network_id, from, to, day);
        facts.exchange = pairs.into_iter().filter_map(way).collect();
    }
}

/// The program of the latest touch that counted, else of the latest; a coupon and the customer's past tell of theirs only
/// where no touch does.
fn program_of(candidates: &[CandidateFacts]) -> Option<ProgramId> {
    let counted = |touch: &&CandidateFacts| touch.code.counted() || touch.code == Code::DuplicateClick;
    let of_journey = |touch: &&CandidateFacts| touch.kind != TouchKind::Coupon && !touch.beside;
    let touches = || candidates.iter().rev().filter(of_journey);
    let latest = touches().find(counted).or_else(|| touches().next()).or(candidates.last());
    latest.map(|candidate| candidate.program_id)
}

/// A click that only its ids tell of, before its terms are added.
fn unstored(
    touch_id: TouchId,
    link_id: LinkId,
    publisher_id: PublisherId,
    program_id: ProgramId,
) -> CandidateFacts {
    CandidateFacts {
        touch_id,
        kind: TouchKind::Click,
        link_id,
        publisher_id,
        program_id,
        received_at: touch_id.drawn_at(),
        code: Code::Ok,
        stored: false,
        own: false,
        coupon: None,
        stands_down: false,
        unaccepted: false,
        contract_version_id: None,
        won: None,
        weight: None,
        beside: false,
        asked: AskedOfTouch::default(),
    }
}

/// The moment that a report is judged at.
fn judged_at(report: &ConversionReport) -> Timestamp {
    attribution::candidates::ConversionTime::new(report.occurred_at, report.received_at).judged_at()
}
