//! What a replayed conversion is judged by in place of what was in force.
//!
//! A contract version or a draft takes the place of whatever each touch of its program was judged by, for those whom it is
//! agreed with, over the whole period and whatever its own first moment is: a publisher's own takes the place of
//! everything of his; a group's that of its members who had no contract of their own; the default that of everybody
//! who was judged by the default or by nothing. A payout model takes the place of the model in every contract.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use commission::CompiledContract;
use engine::{AskedOfTouch, CandidateFacts, Facts};
use model::{
    ContractId, ContractVersionId, Day, Money, ProgramId, Timestamp, TouchId,
    contract::{Audience, ContractVersion, Fee, Terms},
    touch::Touch,
};
use rustc_hash::FxHashMap;

use super::Case;
use crate::{
    configuration::{payout_tables, programs::first_term_error},
    errors::Refusal,
    snapshot::{Snapshot, compile_stored},
};

/// What takes the place of what was in force. Nothing: the past as it was.
#[derive(Debug, Clone, Default)]
pub struct Instead {
    /// A stored contract version.
    pub contract_version_id: Option<ContractVersionId>,
    /// Terms that are not agreed yet.
    pub draft: Option<Draft>,
    /// A payout model.
    pub payout_model: Option<String>,
}

impl Instead {
    /// True when the past is to come out as it was.
    pub const fn is_nothing(&self) -> bool {
        self.contract_version_id.is_none() && self.draft.is_none() && self.payout_model.is_none()
    }
}

/// Terms that are not agreed yet.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The program.
    pub program_id: ProgramId,
    /// With whom they would be agreed.
    pub audience: Audience,
    /// The agreement. Without a fee the one that stands is taken over.
    pub terms: Terms,
}

type Contracts = HashMap<ContractVersionId, Arc<CompiledContract>, rustc_hash::FxBuildHasher>;

/// The contracts of a replay.
pub(super) struct JudgedBy {
    contracts: Contracts,
    replacement: Option<Replacement>,
    /// Whether nothing is put in place of anything.
    as_it_was: bool,
}

struct Replacement {
    version: ContractVersionId,
    program_id: ProgramId,
    audience: Audience,
}

impl JudgedBy {
    pub(super) fn new(snapshot: &Snapshot, instead: &Instead) -> Result<Self, Refusal> {
        let mut contracts = snapshot.versions.clone();
        let version = match (&instead.draft, instead.contract_version_id) {
            (Some(_), Some(_)) => {
                let message = "give a contract version or a draft, not both";
                return Err(Refusal::field("contract_version_id", message));
            }
            (None, None) => None,
            (None, Some(id)) => {
                let unknown =
                    || Refusal::unknown("contract_version_id", format_args!("contract version {id}"));
                Some(Arc::clone(snapshot.versions.get(&id).ok_or_else(unknown)?))
            }
            (Some(draft), None) => Some(Arc::new(compile_draft(snapshot, draft)?)),
        };
        let replacement = version.map(|compiled| {
            let version = compiled.version();
            let replacement = Replacement {
                version: version.id,
                program_id: version.program_id,
                audience: version.audience(),
            };
            contracts.insert(replacement.version, compiled);
            replacement
        });
        if let Some(model) = &instead.payout_model {
            with_model(snapshot, &mut contracts, model)?;
        }
        Ok(Self { contracts, replacement, as_it_was: instead.is_nothing() })
    }

    pub(super) fn contracts(&self) -> &Contracts {
        &self.contracts
    }

    /// Whether deciding needs more of the touches than the receipts hold.
    pub(super) fn asks_touches(&self) -> bool {
        let terms = self.replacement.as_ref().and_then(|one| self.contracts.get(&one.version));
        terms.is_some_and(|contract| {
            contract.terms().actions.iter().any(|action| contract.needs_of_touch(&action.action).is_some())
        })
    }

    /// The facts as the replay has them: the contract versions that it puts in place, what those ask of the touches, and
    /// the exchange rates that the decision of then did not need, as they are stored now.
    pub(super) fn facts<'f>(
        &self,
        snapshot: &Snapshot,
        case: &'f Case,
        touches: &FxHashMap<TouchId, Touch>,
    ) -> Cow<'f, Facts> {
        let facts = &case.receipt.facts;
        if self.as_it_was {
            return Cow::Borrowed(facts);
        }
        let mut facts = facts.clone();
        let judged_at = case.receipt.decision.judged_at;
        for candidate in &mut facts.candidates {
            self.replace(snapshot, candidate, judged_at, &case.conversion.report.action, touches);
        }
        // Tables that came later stand in for a time that had none, so that a model can be tried on the past.
        let table = |program| {
            let first = || snapshot.payout_tables.get(&program).and_then(|tables| tables.first());
            snapshot.payout_table(program, judged_at).or_else(first)
        };
        payout_tables::weigh(&mut facts, &self.contracts, table);
        let order = case.receipt.decision.amount.map(Money::currency);
        for (from, to) in engine::exchange::pairs(&facts, order, &self.contracts) {
            if !facts.exchange.iter().any(|path| (path.from, path.to) == (from, to)) {
                let path = snapshot.exchange(facts.network_id, from, to, Day::of(judged_at));
                facts.exchange.extend(path);
            }
        }
        Cow::Owned(facts)
    }

    fn replace(
        &self,
        snapshot: &Snapshot,
        candidate: &mut CandidateFacts,
        at: Timestamp,
        action: &str,
        touches: &FxHashMap<TouchId, Touch>,
    ) {
        let Some(replacement) = &self.replacement else { return };
        let of =
            |version: ContractVersionId| self.contracts.get(&version).map(|one| one.version().audience());
        let was = candidate.contract_version_id.and_then(of);
        let publisher = candidate.publisher_id;
        let in_group = |group| {
            let stays = snapshot.stays.get(&publisher);
            stays.is_some_and(|stays| stays.iter().any(|stay| stay.group_id == group && stay.covers(at, at)))
        };
        let replaced = candidate.program_id == replacement.program_id
            && match replacement.audience {
                Audience::Publisher(own) => publisher == own,
                Audience::Group(group) => !matches!(was, Some(Audience::Publisher(_))) && in_group(group),
                Audience::Everybody => matches!(was, None | Some(Audience::Everybody)),
            };
        if replaced {
            candidate.contract_version_id = Some(replacement.version);
            let touch = touches.get(&candidate.touch_id).filter(|_| candidate.stored);
            let contract = self.contracts.get(&replacement.version);
            let asked =
                touch.zip(contract).map(|(touch, contract)| AskedOfTouch::of(touch, contract, action));
            candidate.asked = asked.unwrap_or_default();
        }
    }
}

fn compile_draft(snapshot: &Snapshot, draft: &Draft) -> Result<CompiledContract, Refusal> {
    let id = draft.program_id;
    let program = snapshot.programs.get(&id);
    let program =
        program.ok_or_else(|| Refusal::field("draft.program_id", format!("there is no program {id}")))?;
    let newest = |audience| snapshot.contracts.get(&(id, audience)).and_then(|versions| versions.last());
    let standing = newest(draft.audience).or_else(|| newest(Audience::Everybody));
    let mut terms = draft.terms.clone();
    if let (true, Some(standing)) = (terms.fee == Fee::default(), standing) {
        terms.fee = standing.terms().fee.clone();
        if standing.currency() != terms.currency {
            // A fixed part is an amount of the other currency.
            terms.fee.fixed = None;
        }
    }
    let version = ContractVersion {
        // Ids of real versions are drawn with the time of their making, which is never the first millisecond of 1970.
        id: ContractVersionId::from_bytes([0; 16]),
        contract_id: ContractId::from_bytes([0; 16]),
        network_id: program.record.network_id,
        program_id: id,
        publisher_id: match draft.audience {
            Audience::Publisher(publisher) => Some(publisher),
            Audience::Group(_) | Audience::Everybody => None,
        },
        group_id: match draft.audience {
            Audience::Group(group) => Some(group),
            Audience::Publisher(_) | Audience::Everybody => None,
        },
        number: 1,
        valid_from: Timestamp::default(),
        terms,
        template: None,
        created_at: Timestamp::default(),
    };
    let models: Vec<&str> = attribution::models::names().collect();
    CompiledContract::compile(Arc::new(version), &program.record, &models)
        .map_err(|errors| first_term_error(errors, "draft.terms."))
}

fn with_model(snapshot: &Snapshot, contracts: &mut Contracts, model: &str) -> Result<(), Refusal> {
    if attribution::models::by_name(model).is_none() {
        let legal: Vec<&str> = attribution::models::names().collect();
        let message = format!("`{model}` is not a payout model; use one of {}", legal.join(", "));
        return Err(Refusal::field("payout_model", message));
    }
    for compiled in contracts.values_mut().filter(|compiled| compiled.terms().payout_model != model) {
        let mut version = ContractVersion::clone(compiled.version());
        let Some(program) = snapshot.programs.get(&version.program_id) else { continue };
        model.clone_into(&mut version.terms.payout_model);
        let again = compile_stored(version, &program.record)
            .map_err(|reason| Refusal::field("payout_model", reason))?;
        *compiled = Arc::new(again);
    }
    Ok(())
}
