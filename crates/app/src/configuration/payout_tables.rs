//! Frozen weights of publishers, by which the payout model `markov` shares conversions.
//!
//! What a publisher's removal would have cost is told by many journeys, and changes with each of them; a contract needs what stands. So the
//! weights are computed once from the journeys of a program in a period and frozen: a table is never changed, and is in force from a moment that
//! is not in the past until the next one begins. A conversion is decided by the one in force at its judged moment, and its facts keep the table's
//! id and the weight of each touch, so a decision can be made again from its receipt alone.
//!
//! Whom a table has not met weighs as much as the least that it has: nobody gains by being new, or by being somebody else.

use std::{collections::BTreeMap, sync::Arc};

use attribution::models::MARKOV;
use engine::{CandidateFacts, Contracts, Facts};
use insight::table::part_of;
use model::{
    PayoutTableId, ProgramId, PublisherId, Timestamp,
    contract::ContractVersion,
    payout_table::{PayoutTable, WEIGHTS_WHOLE},
    program::Program,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::{
    Tx,
    configuration::{self, Filter},
};

use super::{contracts::too_soon, narrow};
use crate::{
    App,
    access::{Actor, CAMPAIGN_LOOK, CONTRACT_CHANGE, Eyes, Who},
    command::Change,
    errors::Refusal,
    journeys::{Attribution, ChannelRow, Question, Split, attribute_for},
};

/// The models that a table can be computed by.
pub const MODELS: [&str; 3] = ["markov_1", "markov_2", "markov_3"];

/// What a table is to rest on.
#[derive(Debug, Clone)]
pub struct NewTable {
    /// The program.
    pub program_id: ProgramId,
    /// First moment of the journeys.
    pub from: Timestamp,
    /// First moment after them.
    pub to: Timestamp,
    /// One of [`MODELS`].
    pub model: String,
    /// Only conversions of this action end a journey.
    pub action: Option<String>,
    /// How many days before its end a journey reaches.
    pub window_days: u32,
    /// From when on the table is in force; at once without it.
    pub valid_from: Option<Timestamp>,
}

/// Weights that were computed and not frozen yet.
#[derive(Debug, Clone)]
pub struct Computed {
    weights: BTreeMap<PublisherId, u64>,
    conversions: u64,
    nulls: u64,
}

/// Computes the weights.
///
/// # Errors
/// `right_missing`, `not_found`, `field_invalid`; `too_many_attempts` while another question about journeys is answered; storage errors.
pub async fn compute(app: &App, actor: &Actor, new: &NewTable) -> Result<Computed, Refusal> {
    CONTRACT_CHANGE.check_role(actor)?;
    if !MODELS.contains(&new.model.as_str()) {
        let message = format!("a table is computed by one of {}", MODELS.join(", "));
        return Err(Refusal::field("model", message));
    }
    let question = Question {
        by: vec![Split::Publisher],
        program_id: Some(new.program_id),
        action: new.action.clone(),
        window_days: new.window_days,
        models: vec![new.model.clone()],
        ..Question::of(new.from, new.to)
    };
    let told = attribute_for(app, actor, question).await?;
    let weights = weights(&told);
    if weights.is_empty() {
        let message =
            "no conversion of the period came over a publisher of the program, so nothing can be weighed";
        return Err(Refusal::field("from", message));
    }
    Ok(Computed { weights, conversions: told.conversions, nulls: told.nulls })
}

/// The part of each publisher in what the model gives all of them, in millionths.
fn weights(told: &Attribution) -> BTreeMap<PublisherId, u64> {
    let publisher = |row: &ChannelRow| {
        let id = row.values.first()?.1.as_deref()?.parse::<PublisherId>().ok()?;
        Some((id, row.cells.first()?.conversions))
    };
    let given: Vec<(PublisherId, f64)> = told.channels.iter().filter_map(publisher).collect();
    let parts: Vec<f64> = given.iter().map(|(_, part)| *part).collect();
    let weight = |(id, part): &(PublisherId, f64)| (*id, part_of(*part, &parts, WEIGHTS_WHOLE).max(1));
    given.iter().filter(|(_, part)| *part > 0.0).map(weight).collect()
}

/// Freezes weights.
///
/// # Errors
/// `right_missing`, `not_found`, `field_invalid`; storage errors.
pub fn freeze(
    change: &mut Change<'_, '_>,
    new: &NewTable,
    computed: &Computed,
) -> Result<PayoutTable, Refusal> {
    CONTRACT_CHANGE.check_role(change.actor)?;
    let program = program(change, new.program_id)?;
    let valid_from = begins(change, &program, new.valid_from)?;
    let mut table = PayoutTable {
        id: PayoutTableId::new(change.now, change.entropy),
        network_id: program.network_id,
        program_id: program.id,
        valid_from,
        from: new.from,
        to: new.to,
        model: new.model.clone(),
        action: new.action.clone(),
        window_days: new.window_days,
        conversions: computed.conversions,
        nulls: computed.nulls,
        weights: computed.weights.clone(),
        digest: String::new(),
        created_at: change.now,
    };
    table.digest = digest(&table);
    change.insert(&table, &table.id)?;
    Ok(table)
}

fn program(change: &mut Change<'_, '_>, id: ProgramId) -> Result<Program, Refusal> {
    let found: Option<Program> = configuration::get(change.tx, id)?;
    let program = found.ok_or_else(|| Refusal::unknown("program_id", format_args!("program {id}")))?;
    let eyes = eyes(change.actor, program.network_id, program.advertiser_id);
    if !eyes.open() {
        return Err(Refusal::unknown("program_id", format_args!("program {id}")));
    }
    CONTRACT_CHANGE.check(change.actor, eyes, &format!("program {id}"))?;
    Ok(program)
}

/// When a table begins: never in the past, after the one before it, and with the program's notice where one is in force, since what is better for
/// one publisher is worse for another.
fn begins(
    change: &mut Change<'_, '_>,
    program: &Program,
    asked: Option<Timestamp>,
) -> Result<Timestamp, Refusal> {
    let valid_from = asked.unwrap_or(change.now);
    if valid_from < change.now {
        let message = format!("a table begins now ({}) or later: what was decided stands", change.now);
        return Err(Refusal::field("valid_from", message));
    }
    let Some(last) = of_program(change.tx, program.id)?.into_iter().map(|table| table.valid_from).max()
    else {
        return Ok(valid_from);
    };
    if valid_from <= last {
        return Err(Refusal::field("valid_from", format!("another table begins at {last}; begin after it")));
    }
    match too_soon(program, change.now, valid_from) {
        Some(begin) if change.actor.who != Who::System => {
            let message = format!(
                "other weights may be worse for publishers, so they are given {} days of notice: begin at {begin} or later",
                program.notice_days
            );
            Err(Refusal::field("valid_from", message))
        }
        _ => Ok(valid_from),
    }
}

/// SHA-256 over everything that a table says of publishers, hex.
pub(crate) fn digest(table: &PayoutTable) -> String {
    let said = json!({
        "program_id": table.program_id, "from": table.from, "to": table.to, "model": table.model, "action": table.action,
        "window_days": table.window_days, "conversions": table.conversions, "nulls": table.nulls, "weights": table.weights,
    });
    crate::hex(&Sha256::digest(said.to_string().as_bytes()))
}

fn of_program(tx: &mut Tx<'_>, program: ProgramId) -> Result<Vec<PayoutTable>, Refusal> {
    Ok(configuration::list(tx, &[Filter::id("program_id", program.bytes())], None, usize::MAX, |_| true)?)
}

/// Refuses a contract that shares by weights which nobody froze.
pub(super) fn check_contract(tx: &mut Tx<'_>, version: &ContractVersion) -> Result<(), Refusal> {
    if version.terms.payout_model == MARKOV && of_program(tx, version.program_id)?.is_empty() {
        let message = "the program has no weights to share by; freeze some first (payout tables)";
        return Err(Refusal::field("terms.payout_model", message));
    }
    Ok(())
}

/// Adds to the facts of a conversion the weights that are in force, where the contract of one of its touches shares by them.
pub(crate) fn weigh<'t>(
    facts: &mut Facts,
    contracts: &dyn Contracts,
    table: impl FnOnce(ProgramId) -> Option<&'t Arc<PayoutTable>>,
) {
    let shares_by_weights = |one: &CandidateFacts| {
        let contract = one.contract_version_id.and_then(|version| contracts.contract(version));
        contract.is_some_and(|contract| contract.terms().payout_model == MARKOV)
    };
    let program = facts.program.as_ref().map(|program| program.id);
    let table = program.filter(|_| facts.candidates.iter().any(shares_by_weights)).and_then(table);
    facts.payout_table = table.map(|table| table.id);
    for candidate in &mut facts.candidates {
        let own = table.filter(|table| table.program_id == candidate.program_id);
        candidate.weight = own.map(|table| table.weight(candidate.publisher_id));
    }
}

/// The advertiser's side sees tables: they tell of all publishers of a program.
fn eyes(actor: &Actor, network: model::NetworkId, advertiser: model::AdvertiserId) -> Eyes {
    Eyes { publisher: false, ..actor.eyes(network, Some(advertiser), None) }
}

/// A table with the advertiser's program.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: PayoutTableId) -> Result<PayoutTable, Refusal> {
    let missing = || Refusal::not_found(format!("payout table {id}"));
    let table: PayoutTable = configuration::get(tx, id)?.ok_or_else(missing)?;
    let program: Program = configuration::get(tx, table.program_id)?.ok_or_else(missing)?;
    if !eyes(actor, program.network_id, program.advertiser_id).open() {
        return Err(missing());
    }
    Ok(table)
}

/// A page of tables, newest first.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    program: Option<ProgramId>,
    before: Option<PayoutTableId>,
    limit: usize,
) -> Result<Vec<PayoutTable>, Refusal> {
    CAMPAIGN_LOOK.check_role(actor)?;
    let network = actor.network();
    let mut of_network = vec![Filter::id("network_id", network.bytes())];
    narrow(&mut of_network, "advertiser_id", actor.advertisers(), model::AdvertiserId::bytes);
    let programs: Vec<Program> = configuration::list(tx, &of_network, None, usize::MAX, |_| true)?;
    let seen: Vec<ProgramId> =
        programs.iter().map(|one| one.id).filter(|id| program.is_none_or(|wanted| wanted == *id)).collect();
    let mut filters = vec![Filter::id("network_id", network.bytes())];
    narrow(&mut filters, "program_id", Some(&seen), ProgramId::bytes);
    Ok(configuration::list(tx, &filters, before, limit, |_| true)?)
}
