//! The network: settings of the tenant.

use model::{NetworkId, parties::Network};
use store::{Tx, configuration};

use super::{Edit, fixed};
use crate::{
    access::{Actor, NETWORK_CHANGE},
    checks,
    command::Change,
    errors::Refusal,
};

/// The network, for its members.
///
/// # Errors
/// `not_found`; storage errors.
pub fn get(tx: &mut Tx<'_>, actor: &Actor, id: NetworkId) -> Result<Network, Refusal> {
    let found = if id == actor.network() { configuration::get::<Network>(tx, id)? } else { None };
    found.ok_or_else(|| Refusal::not_found(format!("network {id}")))
}

/// Opens a network. For the first start and for whoever runs the machine: callers act as the system.
///
/// # Errors
/// `field_invalid`; storage errors.
pub fn create(change: &mut Change<'_, '_>, network: Network) -> Result<Network, Refusal> {
    super::own_network(change.actor, network.id)?;
    check(&network)?;
    change.insert(&network, &network.id)?;
    Ok(network)
}

/// Changes the settings.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`; storage errors.
pub fn update(
    change: &mut Change<'_, '_>,
    id: NetworkId,
    edit: Edit<'_, Network>,
) -> Result<Network, Refusal> {
    let before = get(change.tx, change.actor, id)?;
    NETWORK_CHANGE.check_role(change.actor)?;
    let after = edit(before.clone())?;
    fixed("id", &before.id, &after.id)?;
    fixed("created_at", &before.created_at, &after.created_at)?;
    check(&after)?;
    change.update(&before, &after, &id)?;
    Ok(after)
}

fn check(network: &Network) -> Result<(), Refusal> {
    checks::text::name("name", &network.name)?;
    if network.exchange_days_max > 365 {
        return Err(Refusal::field("exchange_days_max", "an exchange rate may be at most 365 days old"));
    }
    if !(1..=365).contains(&network.dispute_days) {
        return Err(Refusal::field("dispute_days", "1 to 365 days"));
    }
    if network.touch_detail_days.is_some_and(|days| !(1..=3_650).contains(&days)) {
        return Err(Refusal::field("touch_detail_days", "1 to 3650 days, or none to keep it"));
    }
    if let Some(url) = &network.fallback_url {
        checks::urls::landing_url(url).map_err(|refusal| refusal.within("fallback_url"))?;
    }
    Ok(())
}
