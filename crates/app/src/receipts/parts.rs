//! Fills the parts of a document and leaves out what its viewer may not read.

use commission::{CapKey, CapScope, CompiledContract, TierKey};
use engine::{CandidateFacts, receipt::hex};
use model::{
    Code, ContractVersionId, Currency, Money, MoneyError, PublisherId, Share, calendar,
    codes::Language,
    contract::RateTerm,
    conversion::{CommissionLine, ConversionReport, Reason},
};
use store::{Error, Result, decisions::DecisionRow};

use super::{
    Stored, Viewer,
    document::{
        Amounts, CapPart, ContractPart, ConversionPart, CustomerPart, DecisionPart, Document, FORMAT,
        LinePart, RaisePart, Texts, TierPart, TouchPart, TouchParticulars, TransferPart, Words,
    },
    exchange,
};
use crate::{
    lifecycle::{Adjustment, ChangeReceipt},
    snapshot::Snapshot,
};

/// Commission and fee of every line after each decision, in units.
type Standings = Vec<Vec<(i64, i64)>>;

impl Stored {
    pub(super) fn document(&self, snapshot: &Snapshot, viewer: Viewer) -> Result<Document> {
        let standings = self.standings().map_err(|error| self.damaged(&error))?;
        let lines = self.lines(snapshot, viewer, &standings)?;
        Ok(Document {
            format: FORMAT,
            viewer: viewer.word().to_owned(),
            conversion: self.conversion_part(viewer, &standings)?,
            report: self.report(snapshot, viewer),
            identified: self.receipt.facts.identified,
            journey: self.journey(snapshot, viewer),
            contracts: self.contracts(snapshot, viewer),
            lines,
            caps: self.caps(viewer),
            tiers: self.tiers(snapshot, viewer),
            decisions: self.decision_parts(snapshot, viewer, &standings)?,
            transfers: self.transfer_parts(viewer),
            texts: matches!(viewer, Viewer::Operator(_)).then(|| Texts {
                report: store::conversions::report_json(&self.conversion.report),
                receipts: self.decisions.iter().map(|row| row.receipt.clone()).collect(),
            }),
        })
    }

    fn damaged(&self, what: &dyn std::fmt::Display) -> Error {
        Error::Damaged(format!("conversion {}: {what}", self.conversion.id))
    }

    fn decided_lines(&self) -> &[CommissionLine] {
        &self.lines
    }

    fn currency(&self) -> Option<Currency> {
        self.decided_lines().first().map(|line| line.commission.currency())
    }

    /// What each line is worth after each decision. A first decision that does not count is worth nothing, even where its
    /// lines say what a test would have earned; a later decision without sums changes nothing.
    fn standings(&self) -> std::result::Result<Standings, MoneyError> {
        let lines = self.decided_lines();
        let live = self.receipt.decision.state.is_live();
        let units = |line: &CommissionLine| (line.commission.units(), line.fee.units());
        let begun = lines.iter().take(self.receipt.decision.lines.len());
        let first: Vec<(i64, i64)> = begun.map(|line| if live { units(line) } else { (0, 0) }).collect();
        let mut standings = vec![first];
        for change in &self.changes {
            let last = standings.last().cloned().unwrap_or_default();
            let after = if change.taken_back.is_empty() {
                last
            } else {
                let left = |(line, (commission, fee)): (&CommissionLine, &(Money, Money))| {
                    Ok((line.commission.sub(*commission)?.units(), line.fee.sub(*fee)?.units()))
                };
                lines.iter().zip(&change.taken_back).map(left).collect::<std::result::Result<_, _>>()?
            };
            standings.push(after);
        }
        Ok(standings)
    }

    /// The sum over the lines that are shown of the change from one standing to the next.
    fn delta(&self, viewer: Viewer, before: &[(i64, i64)], after: &[(i64, i64)]) -> Result<Option<Amounts>> {
        let Some(currency) = self.currency() else { return Ok(None) };
        let mut sums = (0_i64, 0_i64);
        for (place, line) in self.decided_lines().iter().enumerate() {
            if !viewer.reads_of(line.publisher_id) {
                continue;
            }
            let at = |standing: &[(i64, i64)]| standing.get(place).copied().unwrap_or_default();
            let (then, now) = (at(before), at(after));
            let sum = |sum: i64, then: i64, now: i64| {
                now.checked_sub(then).and_then(|delta| sum.checked_add(delta))
            };
            let (Some(commission), Some(fee)) = (sum(sums.0, then.0, now.0), sum(sums.1, then.1, now.1))
            else {
                return Err(self.damaged(&MoneyError::Overflow));
            };
            sums = (commission, fee);
        }
        self.amounts(viewer, currency, sums).map(Some)
    }

    fn amounts(&self, viewer: Viewer, currency: Currency, (commission, fee): (i64, i64)) -> Result<Amounts> {
        let commission = Money::from_units(commission, currency);
        if viewer.is_publisher() {
            return Ok(Amounts { commission, fee: None, charge: None });
        }
        let fee = Money::from_units(fee, currency);
        let charge = commission.add(fee).map_err(|error| self.damaged(&error))?;
        Ok(Amounts { commission, fee: Some(fee), charge: Some(charge) })
    }

    fn conversion_part(&self, viewer: Viewer, standings: &Standings) -> Result<ConversionPart> {
        let (conversion, decision) = (&self.conversion, &self.receipt.decision);
        let now = standings.last().map_or(&[][..], Vec::as_slice);
        // The particulars can name other conversions, other people's sums and what is left of a program's caps.
        let reason =
            if viewer.is_publisher() { decision.code.info().en.to_owned() } else { decision.reason.clone() };
        Ok(ConversionPart {
            id: conversion.id,
            network_id: conversion.network_id,
            advertiser_id: conversion.advertiser_id,
            program_id: conversion.program_id,
            action: conversion.action.clone(),
            received_at: conversion.received_at,
            judged_at: decision.judged_at,
            amount: conversion.amount,
            state: conversion.state,
            verdict: decision.code.into(),
            reason,
            flags: decision.flags.iter().copied().map(Into::into).collect(),
            customer: self.customer(viewer),
            stands: self.delta(viewer, &[], now)?,
            reversed: conversion.reversed,
            approve_at: conversion.approve_at,
            duplicate_of: conversion.duplicate_of.filter(|_| !viewer.is_publisher()),
        })
    }

    fn customer(&self, viewer: Viewer) -> Option<CustomerPart> {
        let facts = &self.receipt.facts;
        let (customer, program) = (facts.customer?, facts.program.as_ref()?);
        let won = facts.candidates.iter().any(|one| one.won.is_some() && viewer.reads_of(one.publisher_id));
        Some(CustomerPart {
            first: won.then_some(customer.first),
            since: customer.since,
            month: calendar::month_since(&program.zone, customer.since, self.receipt.decision.judged_at),
        })
    }

    fn report(&self, snapshot: &Snapshot, viewer: Viewer) -> ConversionReport {
        let mut report = self.conversion.report.clone();
        match viewer {
            Viewer::Operator(_) => {}
            Viewer::Advertiser(_) => report.visitor_id = None,
            Viewer::Publisher(own) => {
                if !self.decided_lines().iter().any(|line| line.publisher_id == own) {
                    // By whose coupon and through which channel somebody else won is between him and the advertiser.
                    let his = |code: &String| {
                        snapshot.coupon(code.trim()).is_some_and(|link| link.record.publisher_id == own)
                    };
                    report.coupon = report.coupon.filter(his);
                    report.paid_click_at = None;
                    report.paid_click_channel = None;
                }
                report.visitor_id = None;
                // The advertiser's other media are not his business.
                report.arrival = None;
                // It names a touch, which need not be his.
                report.click_id = None;
                report.customer_id = None;
                report.email_sha256 = None;
                report.order_id = None;
                report.idempotency_key = None;
                report.items.clear();
                report.adv.clear();
            }
        }
        report
    }

    fn journey(&self, snapshot: &Snapshot, viewer: Viewer) -> Vec<TouchPart> {
        // A touch that once won the customer stands in the journey only where that mattered.
        let judged = |one: &&CandidateFacts| {
            !one.beside || self.receipt.decision.candidates.iter().any(|other| other.touch_id == one.touch_id)
        };
        let mut candidates: Vec<&CandidateFacts> =
            self.receipt.facts.candidates.iter().filter(judged).collect();
        candidates.sort_by_key(|candidate| (candidate.received_at, candidate.touch_id));
        candidates.into_iter().map(|candidate| self.touch_part(snapshot, viewer, candidate)).collect()
    }

    fn touch_part(&self, snapshot: &Snapshot, viewer: Viewer, facts: &CandidateFacts) -> TouchPart {
        let decision = &self.receipt.decision;
        let outcome = decision.candidates.iter().find(|one| one.touch_id == facts.touch_id);
        // Nothing is judged when the report was refused before: then its verdict is that of every touch.
        let code = outcome.map_or(decision.code, |outcome| outcome.code);
        let own_program = match (viewer, snapshot.programs.get(&facts.program_id)) {
            (Viewer::Advertiser(advertiser), Some(program)) => program.record.advertiser_id == advertiser,
            (Viewer::Advertiser(_), None) => false,
            _ => true,
        };
        let open = own_program && viewer.reads_of(facts.publisher_id);
        let kept = outcome.is_some_and(|outcome| outcome.code == Code::Ok);
        TouchPart {
            at: facts.received_at,
            publisher: if open {
                publisher_name(snapshot, facts.publisher_id)
            } else {
                "another publisher".to_owned()
            },
            outcome: if kept { "kept" } else { "dropped" }.to_owned(),
            verdict: code.into(),
            credit: outcome.and_then(|outcome| outcome.credit).filter(|_| open),
            particulars: open.then(|| self.particulars(viewer, facts)),
        }
    }

    fn particulars(&self, viewer: Viewer, facts: &CandidateFacts) -> TouchParticulars {
        let touch = self.touches.get(&facts.touch_id);
        let of_visitor = touch.map(|touch| &touch.facts);
        let parameters = touch.map(|touch| touch.parameters.clone());
        TouchParticulars {
            touch_id: facts.touch_id,
            kind: facts.kind,
            publisher_id: facts.publisher_id,
            link_id: facts.link_id,
            program_id: facts.program_id,
            verdict: facts.code.into(),
            stored: facts.stored,
            won_customer: facts.won,
            contract_version_id: facts.contract_version_id,
            payout_table_id: self.receipt.facts.payout_table.filter(|_| facts.weight.is_some()),
            weight: facts.weight,
            country: of_visitor.and_then(|facts| facts.country.clone()),
            device: of_visitor.and_then(|facts| facts.device.clone()),
            referrer_host: of_visitor.and_then(|facts| facts.referrer_host.clone()),
            parameters: parameters.filter(|_| !matches!(viewer, Viewer::Advertiser(_))),
        }
    }

    fn contracts(&self, snapshot: &Snapshot, viewer: Viewer) -> Vec<ContractPart> {
        let of_candidates = self.receipt.facts.candidates.iter();
        let of_candidates = of_candidates.map(|one| (one.publisher_id, one.contract_version_id));
        let of_lines =
            self.decided_lines().iter().map(|line| (line.publisher_id, Some(line.contract_version_id)));
        let open = of_candidates.chain(of_lines).filter(|(publisher, _)| viewer.reads_of(*publisher));
        let mut versions: Vec<ContractVersionId> = open.filter_map(|(_, version)| version).collect();
        versions.sort_unstable();
        versions.dedup();
        let part = |id: ContractVersionId| {
            let contract = snapshot.versions.get(&id)?;
            let version = contract.version();
            let action = contract.action_terms(&self.conversion.action);
            Some(ContractPart {
                id,
                contract_id: version.contract_id,
                number: version.number,
                publisher_id: version.publisher_id,
                group_id: version.group_id,
                valid_from: version.valid_from,
                payout_model: version.terms.payout_model.clone(),
                click_window_seconds: action.map(|terms| terms.click_window_seconds),
                view_window_seconds: action.map(|terms| terms.view_window_seconds),
                hold_seconds: action.map(|terms| terms.hold_seconds),
            })
        };
        versions.into_iter().filter_map(part).collect()
    }

    fn lines(&self, snapshot: &Snapshot, viewer: Viewer, standings: &Standings) -> Result<Vec<LinePart>> {
        let now = standings.last().map_or(&[][..], Vec::as_slice);
        let mut parts = Vec::new();
        for ((place, line), number) in self.decided_lines().iter().enumerate().zip(0_u32..) {
            if !viewer.reads_of(line.publisher_id) {
                continue;
            }
            let says = self.rule_says(snapshot, line);
            let currency = line.commission.currency();
            let decided = (line.commission.units(), line.fee.units());
            parts.push(LinePart {
                line: number,
                publisher_id: line.publisher_id,
                publisher: publisher_name(snapshot, line.publisher_id),
                touch_id: line.touch_id,
                link_id: line.link_id,
                contract_version_id: line.contract_version_id,
                rule: line.rule.clone(),
                rule_words: says.as_ref().map(|words| plain(&words.en)),
                rule_says: says,
                credit: line.credit,
                adjusted_by: self.adjusted_by(number),
                exchange: exchange::parts(&self.receipt.facts, line, viewer.is_publisher()),
                decided: self.amounts(viewer, currency, decided)?,
                stands: self.amounts(viewer, currency, now.get(place).copied().unwrap_or_default())?,
            });
        }
        Ok(parts)
    }

    /// The number of the decision that added a line later.
    fn adjusted_by(&self, line: u32) -> Option<u32> {
        let adds = |change: &ChangeReceipt| {
            change.adjustment.as_ref().is_some_and(|adjustment| numbers(adjustment).any(|own| own == line))
        };
        let place = self.changes.iter().position(adds)?;
        u32::try_from(self.decisions.get(place + 1)?.sequence).ok()
    }

    /// To which step of tiers a decision raised the conversion.
    fn raised(&self, snapshot: &Snapshot, viewer: Viewer, adjustment: &Adjustment) -> Option<RaisePart> {
        let key = TierKey::from_bytes(&engine::receipt::unhex(&adjustment.key)?)?;
        let line = adjustment.lines.first().filter(|_| viewer.reads_of(key.publisher_id))?;
        Some(RaisePart {
            publisher_id: key.publisher_id,
            by: key.by,
            period: key.period,
            since: key.start,
            from: key.show(adjustment.from),
            rate_words: self.step_words(snapshot, line.contract_version_id, &key.rule, adjustment.from),
            lines: numbers(adjustment).collect(),
            rule: key.rule,
        })
    }

    /// The rule of a line in every language.
    fn rule_says(&self, snapshot: &Snapshot, line: &CommissionLine) -> Option<Words> {
        let (contract, rate) = self.rate_term(snapshot, line.contract_version_id, &line.rule)?;
        let say = |language| commission::rate_in_words(rate, contract.currency(), language).line();
        Some(Words { en: say(Language::En), vi: say(Language::Vi), fa: say(Language::Fa) })
    }

    /// What a rule pays when the counter of its tiers stands at `used`, in English words.
    fn step_words(
        &self,
        snapshot: &Snapshot,
        version: ContractVersionId,
        rule: &str,
        used: i64,
    ) -> Option<String> {
        let (contract, rate) = self.rate_term(snapshot, version, rule)?;
        let step = contract.rate_named(&self.conversion.report.action, rule)?.step_at(used);
        Some(plain(&commission::step_in_words(rate, step, contract.currency(), Language::En)))
    }

    /// A contract with the term of one of its rules.
    fn rate_term<'s>(
        &self,
        snapshot: &'s Snapshot,
        version: ContractVersionId,
        rule: &str,
    ) -> Option<(&'s CompiledContract, &'s RateTerm)> {
        let contract = snapshot.versions.get(&version)?;
        let action = contract.action_terms(&self.conversion.report.action)?;
        Some((contract, action.rates.iter().find(|rate| rate.rule == rule)?))
    }

    fn caps(&self, viewer: Viewer) -> Vec<CapPart> {
        let decision = &self.receipt.decision;
        let part = |(text, used): (&String, &i64)| {
            let key = CapKey::from_bytes(&engine::receipt::unhex(text)?)?;
            let open = match key.scope {
                CapScope::Program | CapScope::Together(_) => !viewer.is_publisher(),
                CapScope::Publisher(publisher) | CapScope::Sub(publisher, ..) => viewer.reads_of(publisher),
            };
            let added = decision.counts.iter().find(|count| count.key == *text);
            open.then(|| CapPart {
                scope: key.scope.show(),
                metric: key.metric,
                period: key.period,
                since: key.start,
                used: key.show(*used),
                added: added.map(|count| key.show(count.adds)),
            })
        };
        self.receipt.facts.caps_used.iter().filter_map(part).collect()
    }

    fn tiers(&self, snapshot: &Snapshot, viewer: Viewer) -> Vec<TierPart> {
        let decision = &self.receipt.decision;
        let part = |(text, used): (&String, &i64)| {
            let key = TierKey::from_bytes(&engine::receipt::unhex(text)?)?;
            let paid =
                |line: &&CommissionLine| line.publisher_id == key.publisher_id && line.rule == key.rule;
            let line = decision.lines.iter().find(paid).filter(|_| viewer.reads_of(key.publisher_id))?;
            let added = decision.counts.iter().find(|count| count.key == *text);
            Some(TierPart {
                by: key.by,
                publisher_id: key.publisher_id,
                period: key.period,
                since: key.start,
                used: key.show(*used),
                added: added.map(|count| key.show(count.adds)),
                rate_words: self.step_words(snapshot, line.contract_version_id, &key.rule, *used),
                reached: decision.raises.iter().find(|raise| raise.key == *text).map(|it| key.show(it.from)),
                rule: key.rule,
            })
        };
        self.receipt.facts.caps_used.iter().filter_map(part).collect()
    }

    fn decision_parts(
        &self,
        snapshot: &Snapshot,
        viewer: Viewer,
        standings: &Standings,
    ) -> Result<Vec<DecisionPart>> {
        let reversed =
            std::iter::once(Share::NONE).chain(self.changes.iter().map(|change| change.reversed_after));
        let mut parts = Vec::with_capacity(self.decisions.len());
        let mut before: &[(i64, i64)] = &[];
        for (place, ((row, after), reversed)) in
            self.decisions.iter().zip(standings).zip(reversed).enumerate()
        {
            // The first decision is no change.
            let later = place.checked_sub(1).and_then(|place| self.changes.get(place));
            parts.push(DecisionPart {
                number: u32::try_from(row.sequence).map_err(|error| self.damaged(&error))?,
                kind: row.kind.word().to_owned(),
                at: row.at,
                actor: actor_word(viewer, row),
                reason: row.reason.clone(),
                reason_words: row.reason.as_deref().and_then(Reason::from_word).map(Into::into),
                note: row.note.clone(),
                state: row.state,
                reversed,
                items: later.filter(|_| !viewer.is_publisher()).map_or_else(Vec::new, |it| it.items.clone()),
                approve_at: later.and_then(|it| it.approve_at).map(|(_, after)| after),
                raised: later
                    .and_then(|it| it.adjustment.as_ref())
                    .and_then(|adjustment| self.raised(snapshot, viewer, adjustment)),
                delta: self.delta(viewer, before, after)?,
                receipt_sha256: hex(&row.receipt_sha256),
            });
            before = after;
        }
        Ok(parts)
    }

    fn transfer_parts(&self, viewer: Viewer) -> Vec<TransferPart> {
        let lines = self.decided_lines();
        let open = |transfer: &&ledger::Transfer| {
            let line = lines.get(usize::from(transfer.line));
            let own = line.is_some_and(|line| viewer.reads_of(line.publisher_id));
            !viewer.is_publisher() || (own && transfer.leg == ledger::Leg::Commission)
        };
        let part = |transfer: &ledger::Transfer| TransferPart {
            number: transfer.sequence,
            line: u32::from(transfer.line),
            leg: transfer.leg.word().to_owned(),
            phase: transfer.phase.word().to_owned(),
            resolves: transfer.pending_sequence,
            reason: transfer.reason.word().to_owned(),
            debit: transfer.debit.to_string(),
            credit: transfer.credit.to_string(),
            amount: transfer.amount,
            at: transfer.at,
        };
        self.transfers.iter().filter(open).map(part).collect()
    }
}

/// The numbers of the lines that an adjustment added.
fn numbers(adjustment: &Adjustment) -> impl Iterator<Item = u32> {
    (adjustment.first_line..).zip(&adjustment.lines).map(|(number, _)| number)
}

/// Words without the marks that keep directions of writing apart, which a line of English does not need.
fn plain(words: &str) -> String {
    words.replace(['\u{2068}', '\u{2069}'], "")
}

fn publisher_name(snapshot: &Snapshot, publisher: PublisherId) -> String {
    snapshot.publishers.get(&publisher).map_or_else(|| publisher.to_string(), |record| record.name.clone())
}

/// Who decided. A publisher reads from which side a decision came, not which person of another party took it.
fn actor_word(viewer: Viewer, row: &DecisionRow) -> String {
    let word = if viewer.is_publisher() { row.actor.split(':').next() } else { None };
    word.unwrap_or(&row.actor).to_owned()
}
