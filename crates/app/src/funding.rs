//! Money of prepaid advertisers: what they paid in, and whether anything is left.

use ledger::{AccountKey, AccountKind};
use model::{AdvertiserId, FundingId, Money, NetworkId, Timestamp};
use store::{Error, Result, Tx};

use crate::posting;

/// Whether a prepaid advertiser has anything left in some currency, after what is promised to publishers.
///
/// # Errors
/// Storage errors.
pub fn is_funded(tx: &mut Tx<'_>, network: NetworkId, advertiser: AdvertiserId) -> Result<bool> {
    let keys: Vec<Vec<u8>> = model::Currency::all()
        .map(|currency| {
            AccountKey { network_id: network, kind: AccountKind::Advertiser(advertiser), currency }
                .to_bytes()
                .to_vec()
        })
        .collect();
    for row in store::ledger::accounts_by_keys(tx, &keys)? {
        if posting::balance(&row)?.1.available() > 0 {
            return Ok(true);
        }
    }
    Ok(false)
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
