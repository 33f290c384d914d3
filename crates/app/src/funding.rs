//! Money of prepaid advertisers: what they paid in, whether anything is left, and what they are told of it.
//!
//! Whoever moves money asks [`watch`] in the same transaction, which compares what was free on the advertiser's accounts
//! before with what is free now. So the moment at which his programs pause, or go on, is that of the transfer that caused
//! it, and it is told once.

use ledger::{AccountKey, AccountKind, Balance};
use model::{
    AdvertiserId, Currency, FundingId, Money, NetworkId, Timestamp,
    parties::{Advertiser, Billing, Network},
};
use store::{Error, Result, Tx, configuration};

use crate::{
    alerts::{self, Concerned, Keyed},
    posting::{self, BalanceChanges},
};

/// Whether a prepaid advertiser has anything left in some currency, after what is promised to publishers.
///
/// # Errors
/// Storage errors.
pub fn is_funded(tx: &mut Tx<'_>, network: NetworkId, advertiser: AdvertiserId) -> Result<bool> {
    let balances = balances(tx, network, advertiser)?;
    Ok(balances.iter().any(|(_, balance)| balance.available() > 0))
}

/// Whether an advertiser's programs are not paused for want of prepaid money, as it is stored.
///
/// # Errors
/// Storage errors.
pub fn runs(tx: &mut Tx<'_>, advertiser: AdvertiserId) -> Result<bool> {
    match configuration::get::<Advertiser>(tx, advertiser)? {
        Some(it) if it.billing == Billing::Prepaid => is_funded(tx, it.network_id, advertiser),
        found => Ok(found.is_some()),
    }
}

/// An advertiser's accounts, by currency.
fn balances(
    tx: &mut Tx<'_>,
    network: NetworkId,
    advertiser: AdvertiserId,
) -> Result<Vec<(AccountKey, Balance)>> {
    let account =
        |currency| AccountKey { network_id: network, kind: AccountKind::Advertiser(advertiser), currency };
    let keys: Vec<Vec<u8>> = Currency::all().map(|currency| account(currency).to_bytes().to_vec()).collect();
    let rows = store::ledger::accounts_by_keys(tx, &keys)?;
    let mut balances = rows.iter().map(posting::balance).collect::<Result<Vec<_>>>()?;
    balances.sort_unstable_by_key(|(key, _)| key.currency.number());
    Ok(balances)
}

/// What became of a prepaid advertiser's money.
pub(crate) struct Funds {
    /// Whether anything is left.
    pub(crate) funded: bool,
    /// Whether that was different before.
    pub(crate) turned: bool,
    /// What the parties are to be told.
    pub(crate) alerts: Vec<Keyed>,
}

/// Compares a prepaid advertiser's money before and after changes that are written already.
///
/// # Errors
/// Storage errors.
pub(crate) fn compare(
    tx: &mut Tx<'_>,
    changes: &BalanceChanges,
    advertiser: &Advertiser,
    at: Timestamp,
) -> Result<Funds> {
    let (network_id, advertiser_id) = (advertiser.network_id, advertiser.id);
    let concerned = Concerned { network_id, advertiser_id };
    let balances = balances(tx, network_id, advertiser_id)?;
    let mut free = Vec::with_capacity(balances.len());
    for (key, balance) in &balances {
        let moved = changes.of(key).map_or(0, |change| {
            let moved = i128::from(change.credits_posted) - i128::from(change.debits_posted);
            moved - i128::from(change.debits_pending)
        });
        let now = i128::from(balance.available());
        free.push((key.currency, now - moved, now));
    }
    let funded = free.iter().any(|(_, _, now)| *now > 0);
    let turned = funded != free.iter().any(|(_, before, _)| *before > 0);
    let mut found = Vec::new();
    if turned {
        let sums = |balance: &Balance| {
            [balance.debits_pending, balance.debits_posted, balance.credits_pending, balance.credits_posted]
        };
        let sums: Vec<i64> = balances.iter().flat_map(|(_, balance)| sums(balance)).collect();
        found.push(concerned.of_funds(funded, &sums, at));
    }
    for level in &advertiser.alert_below {
        let of_level = free.iter().find(|(currency, ..)| *currency == level.currency());
        let Some((_, before, now)) = of_level else { continue };
        let units = i128::from(level.units());
        if *before >= units && *now < units {
            let left = Money::from_units(i64::try_from(*now).unwrap_or(i64::MIN), level.currency());
            found.push(low(tx, concerned, *level, left, at)?);
        }
    }
    Ok(Funds { funded, turned, alerts: found })
}

fn low(tx: &mut Tx<'_>, concerned: Concerned, level: Money, left: Money, at: Timestamp) -> Result<Keyed> {
    let network: Network = configuration::get(tx, concerned.network_id)?
        .ok_or_else(|| Error::Damaged(format!("network {} does not exist", concerned.network_id)))?;
    Ok(concerned.of_low_funds(level, left, &network.zone, at))
}

/// Looks after the prepaid advertisers among accounts whose changes are written, tells what is to be told, and has whoever
/// follows the configuration look again where programs pause or go on.
///
/// # Errors
/// Storage errors.
pub(crate) fn watch(tx: &mut Tx<'_>, changes: &BalanceChanges, at: Timestamp) -> Result<()> {
    for advertiser in changes.advertisers() {
        let Some(advertiser) = configuration::get::<Advertiser>(tx, advertiser)? else { continue };
        if advertiser.billing != Billing::Prepaid {
            continue;
        }
        let funds = compare(tx, changes, &advertiser, at)?;
        if funds.turned {
            configuration::touch::<Advertiser>(tx, advertiser.id)?;
        }
        alerts::tell(tx, funds.alerts, at)?;
    }
    Ok(())
}

/// Tells what an advertiser's new settings find: that he is prepaid now and has nothing, or less than a level that is new.
///
/// # Errors
/// Storage errors.
pub(crate) fn settings_changed(
    tx: &mut Tx<'_>,
    before: &Advertiser,
    after: &Advertiser,
    at: Timestamp,
) -> Result<()> {
    if after.billing != Billing::Prepaid {
        return Ok(());
    }
    let concerned = Concerned { network_id: after.network_id, advertiser_id: after.id };
    let balances = balances(tx, after.network_id, after.id)?;
    let mut found = Vec::new();
    if before.billing != Billing::Prepaid {
        let funded = balances.iter().any(|(_, balance)| balance.available() > 0);
        let last = store::alerts::newest_of_funds(tx, after.id)?;
        let said_out = last.is_some_and(|alert| alert.about == model::alert::AlertAbout::FundsOut);
        if funded == said_out {
            found.push(concerned.of_funds(funded, &[], at));
        }
    }
    for level in after.alert_below.iter().filter(|level| !before.alert_below.contains(level)) {
        let own = balances.iter().find(|(key, _)| key.currency == level.currency());
        let left = Money::from_units(own.map_or(0, |(_, balance)| balance.available()), level.currency());
        if left.units() < level.units() {
            found.push(low(tx, concerned, *level, left, at)?);
        }
    }
    alerts::tell(tx, found, at)
}

/// Books a payment of an advertiser.
///
/// # Errors
/// Storage errors; an amount that is not above zero is [`Error::Usage`].
pub fn fund(
    tx: &mut Tx<'_>,
    network: NetworkId,
    advertiser: AdvertiserId,
    amount: Money,
    id: FundingId,
    at: Timestamp,
) -> Result<()> {
    let transfers =
        ledger::fund(network, advertiser, amount, id, at).map_err(|error| Error::Usage(error.to_string()))?;
    posting::append(tx, &[], &transfers)
}
