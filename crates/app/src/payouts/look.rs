//! Runs and payments as the parties see them.

use model::{
    Money, PayoutId, PayoutRunId, PublisherId,
    payout::{PaymentMethod, Payout, PayoutRunState, PayoutState},
};
use store::{
    Tx,
    payout_exchanges::{self, PayoutExchange},
    payouts as rows,
};

use super::{
    PayoutFilter, PayoutRun, Replacement, details, internal, propose::LeftOut, run_of, seal::SealKeys,
};
use crate::{
    access::{Actor, PAYOUT_OVERSEE},
    errors::Refusal,
    events::page_size,
};

/// A payment with what leaves for the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayoutSeen {
    /// The payment.
    pub payout: Payout,
    /// What the bank pays.
    pub amount: Money,
    /// How.
    pub method: PaymentMethod,
    /// The end of the account number.
    pub account: Option<String>,
    /// What the file writes otherwise than it is.
    pub replaced: Vec<Replacement>,
}

impl PayoutSeen {
    /// The payment with what its version of the payment details says.
    ///
    /// # Errors
    /// Storage errors.
    pub fn new(tx: &mut Tx<'_>, keys: &SealKeys, payout: Payout) -> Result<Self, Refusal> {
        let opened = details::version(tx, keys, payout.publisher_id, payout.details_version)?;
        let method = opened.details.method;
        Ok(Self {
            amount: payout.amount().map_err(internal)?,
            account: details::last_four(details::account(&opened.details)),
            replaced: bank::file::replacements(method, &opened.details),
            method,
            payout,
        })
    }
}

/// A run with its payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSeen {
    /// The run.
    pub run: PayoutRun,
    /// Its payments, by id.
    pub payouts: Vec<PayoutSeen>,
    /// What it changes into its currency.
    pub exchanges: Vec<PayoutExchange>,
    /// Who is not paid.
    pub not_paid: Vec<LeftOut>,
}

/// A run with everything in it.
pub(super) fn seen(tx: &mut Tx<'_>, keys: &SealKeys, run: PayoutRun) -> Result<RunSeen, Refusal> {
    let payouts = rows::of_run(tx, run.id)?;
    let payouts =
        payouts.into_iter().map(|payout| PayoutSeen::new(tx, keys, payout)).collect::<Result<_, _>>()?;
    let exchanges = payout_exchanges::of_run(tx, run.id)?;
    let not_paid = serde_json::from_str(&run.not_paid).map_err(internal)?;
    Ok(RunSeen { run, payouts, exchanges, not_paid })
}

/// One run, for the operator.
///
/// # Errors
/// `not_found`; storage errors.
pub fn run(tx: &mut Tx<'_>, keys: &SealKeys, actor: &Actor, id: PayoutRunId) -> Result<RunSeen, Refusal> {
    let run = run_of(tx, actor, id)?;
    seen(tx, keys, run)
}

/// A page of runs, newest first.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn runs(
    tx: &mut Tx<'_>,
    actor: &Actor,
    state: Option<PayoutRunState>,
    before: Option<PayoutRunId>,
    limit: usize,
) -> Result<Vec<PayoutRun>, Refusal> {
    PAYOUT_OVERSEE.check_role(actor)?;
    Ok(rows::list_runs(tx, actor.network(), state, before, page_size(limit))?)
}

/// What a publisher sees of his payments: a proposal may still change.
const FOR_PUBLISHERS: [PayoutState; 5] = [
    PayoutState::Approved,
    PayoutState::Sent,
    PayoutState::Confirmed,
    PayoutState::Failed,
    PayoutState::Returned,
];

/// The payment, when the actor sees it.
pub(super) fn payout_of(tx: &mut Tx<'_>, actor: &Actor, id: PayoutId) -> Result<Payout, Refusal> {
    let sees = |network, payout: &Payout| {
        let eyes = actor.eyes(network, None, Some(payout.publisher_id));
        eyes.publisher && (actor.is_operator() || FOR_PUBLISHERS.contains(&payout.state))
    };
    let found = rows::by_id(tx, id)?.filter(|(network, payout)| sees(*network, payout));
    found.map(|(_, payout)| payout).ok_or_else(|| Refusal::not_found(format!("payout {id}")))
}

/// One payment.
///
/// # Errors
/// `not_found`; storage errors.
pub fn payout(tx: &mut Tx<'_>, keys: &SealKeys, actor: &Actor, id: PayoutId) -> Result<PayoutSeen, Refusal> {
    let payout = payout_of(tx, actor, id)?;
    PayoutSeen::new(tx, keys, payout)
}

/// What a list of payments is narrowed to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// The publisher.
    pub publisher_id: Option<PublisherId>,
    /// The run.
    pub run_id: Option<PayoutRunId>,
    /// The state.
    pub state: Option<PayoutState>,
}

/// A page of payments, newest first: all of the network for the operator, else those of the publishers one acts for.
///
/// # Errors
/// Storage errors.
pub fn payouts(
    tx: &mut Tx<'_>,
    keys: &SealKeys,
    actor: &Actor,
    wanted: Wanted,
    before: Option<PayoutId>,
    limit: usize,
) -> Result<Vec<PayoutSeen>, Refusal> {
    let of_wanted = |id: &PublisherId| wanted.publisher_id.is_none_or(|wanted| wanted == *id);
    let publishers = match actor.publishers() {
        None => wanted.publisher_id.map(|id| vec![id]),
        Some(own) => Some(own.iter().copied().filter(of_wanted).collect()),
    };
    let all: &[PayoutState] = if actor.is_operator() { PayoutState::ALL } else { &FOR_PUBLISHERS };
    let of_state = |state: &PayoutState| wanted.state.is_none_or(|wanted| wanted == *state);
    let states = Some(all.iter().copied().filter(of_state).collect());
    let filter = PayoutFilter { publishers, run: wanted.run_id, states };
    let found = rows::list(tx, actor.network(), &filter, before, page_size(limit))?;
    found.into_iter().map(|payout| PayoutSeen::new(tx, keys, payout)).collect()
}
