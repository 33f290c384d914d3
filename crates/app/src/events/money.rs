//! Ledger accounts and transfers, each seen by whose money it is.
//!
//! A publisher sees his accounts and the transfers to and from them; of a transfer's other side he sees nothing, since
//! what the advertiser's account holds is not his to know. An advertiser sees his accounts; the operator sees all.

use ledger::{AccountKey, AccountKind, Balance, Leg, Transfer};
use model::{AdvertiserId, Currency, Money, PublisherId, Timestamp};
use store::{Tx, ledger as rows};

use super::page_size;
use crate::{
    access::Actor,
    errors::{ErrorCode, Refusal},
    posting,
};

/// An account with its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountSeen {
    /// The account.
    pub key: AccountKey,
    /// Its sums.
    pub balance: Balance,
}

impl AccountSeen {
    /// `advertiser`, `publisher`, `fees`, `clearing`, `withheld`, `exchange` or `tax`.
    pub const fn kind(&self) -> &'static str {
        match self.key.kind {
            AccountKind::Advertiser(_) => "advertiser",
            AccountKind::Publisher(_) => "publisher",
            AccountKind::Fees => "fees",
            AccountKind::Clearing => "clearing",
            AccountKind::Withheld => "withheld",
            AccountKind::Exchange => "exchange",
            AccountKind::Tax => "tax",
        }
    }
    /// Whose it is, for an advertiser's.
    pub const fn advertiser_id(&self) -> Option<AdvertiserId> {
        match self.key.kind {
            AccountKind::Advertiser(id) => Some(id),
            _ => None,
        }
    }
    /// Whose it is, for a publisher's.
    pub const fn publisher_id(&self) -> Option<PublisherId> {
        match self.key.kind {
            AccountKind::Publisher(id) => Some(id),
            _ => None,
        }
    }
    /// An amount in the account's currency.
    pub const fn money(&self, units: i64) -> Money {
        Money::from_units(units, self.key.currency)
    }
}

fn sees(actor: &Actor, key: &AccountKey) -> bool {
    let eyes = match key.kind {
        AccountKind::Advertiser(id) => actor.eyes(key.network_id, Some(id), None).advertiser,
        AccountKind::Publisher(id) => actor.eyes(key.network_id, None, Some(id)).publisher,
        AccountKind::Fees
        | AccountKind::Clearing
        | AccountKind::Withheld
        | AccountKind::Exchange
        | AccountKind::Tax => actor.is_operator(),
    };
    eyes && key.network_id == actor.network()
}

/// The name of an account on the wire, such as `publisher:pub_..:USD`.
///
/// # Errors
/// `not_found` when it is the name of none that the actor sees.
pub fn account_key(actor: &Actor, name: &str) -> Result<AccountKey, Refusal> {
    let missing = || Refusal::not_found(format!("account {}", name.chars().take(80).collect::<String>()));
    let (owner, currency) = name.rsplit_once(':').ok_or_else(missing)?;
    let currency: Currency = currency.parse().map_err(|_| missing())?;
    let kind = match owner.split_once(':') {
        None if owner == "fees" => AccountKind::Fees,
        None if owner == "clearing" => AccountKind::Clearing,
        None if owner == "withheld" => AccountKind::Withheld,
        None if owner == "exchange" => AccountKind::Exchange,
        None if owner == "tax" => AccountKind::Tax,
        Some(("advertiser", id)) => AccountKind::Advertiser(id.parse().map_err(|_| missing())?),
        Some(("publisher", id)) => AccountKind::Publisher(id.parse().map_err(|_| missing())?),
        _ => return Err(missing()),
    };
    let key = AccountKey { network_id: actor.network(), kind, currency };
    if sees(actor, &key) { Ok(key) } else { Err(missing()) }
}

/// One account; it exists once something was booked on it.
///
/// # Errors
/// `not_found`; storage errors.
pub fn account(tx: &mut Tx<'_>, actor: &Actor, name: &str) -> Result<AccountSeen, Refusal> {
    let key = account_key(actor, name)?;
    let row = rows::accounts_by_keys(tx, &[key.to_bytes().to_vec()])?.pop();
    let row =
        row.ok_or_else(|| Refusal::not_found(format!("account {key}: nothing was booked on it yet")))?;
    let (key, balance) = posting::balance(&row)?;
    Ok(AccountSeen { key, balance })
}

/// Whose accounts a list is narrowed to; absent fields do not narrow.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountFilter {
    /// The advertiser.
    pub advertiser_id: Option<AdvertiserId>,
    /// The publisher.
    pub publisher_id: Option<PublisherId>,
}

impl AccountFilter {
    fn admits(&self, seen: &AccountSeen) -> bool {
        self.advertiser_id.is_none_or(|id| seen.advertiser_id() == Some(id))
            && self.publisher_id.is_none_or(|id| seen.publisher_id() == Some(id))
    }
}

/// A page of accounts in the order of their keys, after the cursor (the key of the last one seen).
///
/// # Errors
/// Storage errors.
pub fn accounts(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: AccountFilter,
    after: Option<&[u8]>,
    limit: usize,
) -> Result<Vec<AccountSeen>, Refusal> {
    let mut seen = Vec::new();
    for row in rows::accounts(tx, Some(actor.network()))? {
        let (key, balance) = posting::balance(&row)?;
        let next = after.is_none_or(|after| row.key.as_slice() > after) && seen.len() < limit;
        let account = AccountSeen { key, balance };
        if next && sees(actor, &account.key) && filter.admits(&account) {
            seen.push(account);
        }
    }
    Ok(seen)
}

/// A transfer with what the actor may see of its two sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferSeen {
    /// The transfer.
    pub transfer: Transfer,
    /// Name of the account that gives, when it may be seen.
    pub debit: Option<AccountKey>,
    /// Name of the account that receives, when it may be seen.
    pub credit: Option<AccountKey>,
}

/// What a list of transfers is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct TransferFilter {
    /// To and from this account.
    pub account: Option<String>,
    /// Caused by this conversion, touch, funding, exchange or invoice.
    pub source: Option<String>,
}

/// Where a page of transfers ended.
pub type TransferCursor = (Timestamp, Vec<u8>, i64);

/// The cursor of a transfer.
pub fn cursor(transfer: &Transfer) -> TransferCursor {
    (transfer.at, posting::source_key(transfer.source), i64::from(transfer.sequence))
}

/// A page of transfers, newest first. Everybody but the operator names the account or the source.
///
/// # Errors
/// `not_found`, `field_invalid`, `right_missing`; storage errors.
pub fn transfers(
    tx: &mut Tx<'_>,
    actor: &Actor,
    filter: &TransferFilter,
    before: Option<&TransferCursor>,
    limit: usize,
) -> Result<Vec<TransferSeen>, Refusal> {
    let account = filter.account.as_deref().map(|name| account_key(actor, name)).transpose()?;
    if let Some(source) = &filter.source {
        return of_source(tx, actor, source, account, before, limit);
    }
    if account.is_none() && !actor.is_operator() {
        let field = Some("account".to_owned());
        let message = "name one of your accounts, or a source";
        return Err(Refusal { field, ..Refusal::new(ErrorCode::FieldMissing, message) });
    }
    let key = account.map(|key| key.to_bytes());
    let key = key.as_ref().map(<[u8; AccountKey::LENGTH]>::as_slice);
    let found = rows::list_transfers(tx, actor.network(), key, before, page_size(limit))?;
    found.iter().map(|row| Ok(seen(actor, posting::from_row(row)?))).collect()
}

/// The transfers of one source that touch an account which the actor sees.
fn of_source(
    tx: &mut Tx<'_>,
    actor: &Actor,
    source: &str,
    account: Option<AccountKey>,
    before: Option<&TransferCursor>,
    limit: usize,
) -> Result<Vec<TransferSeen>, Refusal> {
    let no_source = |_: model::ids::IdError| {
        Refusal::field(
            "source",
            "write the id of a conversion, touch, funding, payout, bonus, referral, exchange or invoice",
        )
    };
    let source = match source.split_once('_').map_or("", |(prefix, _)| prefix) {
        "cnv" => ledger::Source::Conversion(source.parse().map_err(no_source)?),
        "tch" => ledger::Source::Touch(source.parse().map_err(no_source)?),
        "pyt" => ledger::Source::Payout(source.parse().map_err(no_source)?),
        "rfr" => ledger::Source::Referral(source.parse().map_err(no_source)?),
        "bon" => ledger::Source::Bonus(source.parse().map_err(no_source)?),
        "exc" => ledger::Source::Exchange(source.parse().map_err(no_source)?),
        "inv" => ledger::Source::Invoice(source.parse().map_err(no_source)?),
        _ => ledger::Source::Funding(source.parse().map_err(no_source)?),
    };
    let mut found: Vec<TransferSeen> = posting::history(tx, source)?
        .into_iter()
        .filter(|transfer| before.is_none_or(|before| cursor(transfer) < *before))
        .filter(|transfer| account.is_none_or(|key| transfer.debit == key || transfer.credit == key))
        .map(|transfer| seen(actor, transfer))
        .filter(|seen| seen.debit.is_some() || seen.credit.is_some())
        .collect();
    found.sort_by_key(|seen| std::cmp::Reverse(cursor(&seen.transfer)));
    found.truncate(limit);
    Ok(found)
}

fn seen(actor: &Actor, transfer: Transfer) -> TransferSeen {
    let own = |key: AccountKey| sees(actor, &key).then_some(key);
    // Who is paid is no secret to who pays, and the other way round; what the network earns is not a publisher's.
    let debit = own(transfer.debit);
    let mut credit = own(transfer.credit);
    if debit.is_some() && transfer.leg == Leg::Commission {
        credit = Some(transfer.credit);
    }
    TransferSeen { debit, credit, transfer }
}
