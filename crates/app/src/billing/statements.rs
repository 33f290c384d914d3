//! Statements of publishers: what stood on an account when a month began, what moved it, and what stood there when the month
//! ended. A statement says nothing that the ledger does not; `verify` makes each of them again.

use std::collections::BTreeMap;

use ledger::{AccountKey, AccountKind, Leg};
use model::{
    Currency, Money, ProgramId, PublisherId, StatementId,
    billing::{Party, Span, Statement, StatementLine, StatementLineKind},
    parties::Publisher,
    touch::TouchKind,
};
use serde_json::json;
use store::{
    Result as StoreResult, Tx,
    billing::statements::{self as rows, MovedRow},
    configuration,
};

use super::{Programs, StatementFilter, ended_month, network_of, numbers, profiles};
use crate::{access::INVOICE_ISSUE, command::Change, errors::Refusal, posting};

/// How long after its end a month is closed, in seconds: by then every transaction that took its time before the end has
/// committed or failed, so that a statement is whole.
pub const WAIT_SECONDS: i64 = 3_600;

/// Which month of whom.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The month, such as `2026-10`, in the network's zone.
    pub period: String,
    /// One publisher; all of them without it.
    pub publisher_id: Option<PublisherId>,
    /// One currency; all of them without it.
    pub currency: Option<Currency>,
}

/// What closing a month did.
#[derive(Debug, Clone, PartialEq)]
pub struct Issued {
    /// The month.
    pub period: Span,
    /// Statements that were issued now.
    pub issued: Vec<Statement>,
    /// Those that it had before.
    pub existing: Vec<Statement>,
}

/// Writes the statements of a month. Those that were written before are only shown. An account that holds nothing and did not
/// move gets none.
///
/// # Errors
/// `right_missing`, `field_invalid`, `not_found`; storage errors.
pub fn issue(change: &mut Change<'_, '_>, wanted: &Wanted) -> Result<Issued, Refusal> {
    INVOICE_ISSUE.check_role(change.actor)?;
    let network = network_of(change.tx, change.actor.network())?;
    let period = ended_month(&network, &wanted.period, change.now.plus_seconds(-WAIT_SECONDS))?;
    let mut done = Issued { period, issued: Vec::new(), existing: Vec::new() };
    let mut programs = Programs::default();
    let (issuer, numbering, _) = profiles::issuer_or_name(change.tx, &network)?;
    for (account, publisher) in accounts(change, wanted)? {
        let before = StatementFilter {
            network: Some(network.id),
            publishers: Some(vec![publisher.id]),
            period_start: Some(period.start),
            currency: Some(account.currency),
        };
        let existing = rows::list(change.tx, &before, None, 1)?;
        if !existing.is_empty() {
            done.existing.extend(existing);
            continue;
        }
        let Some(moved) = movements(change.tx, &account, period)? else { continue };
        let now = change.now;
        let number = numbers::take(change.tx, network.id, &numbering, None, &network.zone, now)?;
        let profile = profiles::of(change.tx, publisher.id.bytes())?;
        let recipient = profile.map_or_else(|| Party::named(&publisher.name), |profile| profile.party());
        let paper = Statement {
            id: StatementId::new(now, change.entropy),
            number: number.text,
            network_id: network.id,
            publisher_id: publisher.id,
            currency: account.currency,
            zone: network.zone.clone(),
            period,
            issued_at: now,
            issuer: issuer.clone(),
            recipient,
            opening: moved.opening,
            lines: lines(change.tx, &mut programs, &moved)?,
            closing: moved.closing,
        };
        rows::insert(change.tx, &paper, number.place)?;
        let noted = json!({ "issued": { "number": paper.number, "closing": paper.closing } });
        change.audit(Some(network.id), &paper.id, &noted)?;
        done.issued.push(paper);
    }
    Ok(done)
}

/// The accounts to look at, with their publishers.
fn accounts(change: &mut Change<'_, '_>, wanted: &Wanted) -> Result<Vec<(AccountKey, Publisher)>, Refusal> {
    let network = change.actor.network();
    let find = |tx: &mut Tx<'_>, id: PublisherId| -> Result<Publisher, Refusal> {
        let found: Option<Publisher> = configuration::get(tx, id)?;
        let missing = || Refusal::not_found(format!("publisher {id}"));
        found.filter(|publisher| publisher.network_id == network).ok_or_else(missing)
    };
    if let Some(id) = wanted.publisher_id {
        find(change.tx, id)?;
    }
    let mut accounts = Vec::new();
    for row in store::ledger::accounts(change.tx, Some(network))? {
        let (key, _) = posting::balance(&row)?;
        if let AccountKind::Publisher(id) = key.kind
            && wanted.publisher_id.is_none_or(|wanted| wanted == id)
            && wanted.currency.is_none_or(|wanted| wanted == key.currency)
        {
            accounts.push((key, find(change.tx, id)?));
        }
    }
    Ok(accounts)
}

/// What a line is about, in the order of lines.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Label {
    pub(crate) kind: StatementLineKind,
    pub(crate) program: Option<ProgramId>,
    pub(crate) action: Option<String>,
}

/// What moved an account in a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Moved {
    pub(crate) opening: Money,
    /// How many, and how much it adds to the balance.
    pub(crate) lines: BTreeMap<Label, (u64, i64)>,
    pub(crate) closing: Money,
}

/// What moved an account in a period; none when nothing stood there and nothing moved.
pub(crate) fn movements(tx: &mut Tx<'_>, account: &AccountKey, period: Span) -> StoreResult<Option<Moved>> {
    let key = account.to_bytes();
    let opening = rows::posted_before(tx, &key, period.start)?;
    let too_large = || store::Error::Damaged(format!("the sums of {account} are too large"));
    let mut lines: BTreeMap<Label, (u64, i64)> = BTreeMap::new();
    let mut closing = opening;
    for row in rows::moved(tx, &key, period.start, period.end)? {
        let label = Label { kind: kind_of(&row), program: row.program, action: row.action.clone() };
        let units = if row.credited { row.units } else { -row.units };
        closing = closing.checked_add(units).ok_or_else(too_large)?;
        let line = lines.entry(label).or_default();
        line.0 += u64::try_from(row.count).unwrap_or(0);
        line.1 = line.1.checked_add(units).ok_or_else(too_large)?;
    }
    if opening == 0 && lines.is_empty() {
        return Ok(None);
    }
    let money = |units| Money::from_units(units, account.currency);
    Ok(Some(Moved { opening: money(opening), lines, closing: money(closing) }))
}

fn kind_of(row: &MovedRow) -> StatementLineKind {
    use StatementLineKind as Line;
    let leg = u8::try_from(row.leg).ok().and_then(Leg::from_number);
    match (row.source_kind, leg, row.credited) {
        (_, Some(Leg::Payout), false) => Line::PaidOut,
        (_, Some(Leg::Withholding), false) => Line::Withheld,
        (_, Some(Leg::Payout | Leg::Withholding), true) => Line::PayoutReturned,
        (_, Some(Leg::Sold), _) => Line::Sold,
        (_, Some(Leg::Bought), _) => Line::Bought,
        (2, _, _) => match row.touch {
            Some(TouchKind::Impression) => Line::Impressions,
            Some(TouchKind::Visit) => Line::Visits,
            _ => Line::Clicks,
        },
        (5, _, true) => Line::Bonuses,
        (5, _, false) => Line::BonusesReversed,
        (6, _, true) => Line::Referrals,
        (6, _, false) => Line::ReferralsReversed,
        (_, _, true) => Line::Earned,
        (_, _, false) => Line::Reversed,
    }
}

fn lines(tx: &mut Tx<'_>, programs: &mut Programs, moved: &Moved) -> Result<Vec<StatementLine>, Refusal> {
    let currency = moved.opening.currency();
    let mut lines = Vec::with_capacity(moved.lines.len());
    for (label, (count, units)) in &moved.lines {
        lines.push(StatementLine {
            kind: label.kind,
            program: label.program.map(|id| programs.named(tx, id)).transpose()?,
            action: label.action.clone(),
            count: *count,
            amount: Money::from_units(*units, currency),
        });
    }
    Ok(lines)
}
