//! The first start: one network and its operator, as long as there is nobody.

use model::{
    NetworkId, UserId,
    access::{Membership, Right, Role},
    calendar::Zone,
    currency::Currency,
    parties::{Network, Status, UnknownConsent, User},
};
use store::{Tx, configuration};

use super::users;
use crate::{
    access::Actor,
    command::Change,
    configuration::networks,
    errors::{ErrorCode, Refusal},
};

/// What the first start asks.
#[derive(Debug, Clone)]
pub struct FirstStart {
    /// Name of the network.
    pub network_name: String,
    /// Its currency.
    pub currency: Currency,
    /// Its zone.
    pub zone: Zone,
    /// E-mail address of the operator.
    pub email: String,
    /// His name.
    pub name: String,
    /// Hash of his password.
    pub password_hash: String,
}

/// True while the first start is to come.
///
/// # Errors
/// Storage errors.
pub fn is_open(tx: &mut Tx<'_>) -> store::Result<bool> {
    configuration::is_empty(tx)
}

/// Creates the network and its operator.
///
/// # Errors
/// `setup_done` when there is anybody, `field_invalid`; storage errors.
pub fn run(change: &mut Change<'_, '_>, first: FirstStart) -> Result<(Network, User), Refusal> {
    if !is_open(change.tx)? {
        return Err(Refusal::new(ErrorCode::SetupDone, "this installation is set up already; sign in"));
    }
    let network_id = NetworkId::new(change.now, change.entropy);
    let system = Actor::system(network_id);
    change.acting_as(&system, |change| {
        let network = Network {
            id: network_id,
            name: first.network_name,
            currency: first.currency,
            zone: first.zone,
            fallback_url: None,
            unknown_consent: UnknownConsent::default(),
            exchange_days_max: 7,
            dispute_days: model::parties::DISPUTE_DAYS,
            touch_detail_days: None,
            created_at: change.now,
        };
        let network = networks::create(change, network).map_err(|refusal| refusal.within("network"))?;
        let membership = Membership {
            network_id,
            role: Role::Operator,
            right: Right::Pay,
            advertisers: Vec::new(),
            publishers: Vec::new(),
        };
        let user = User {
            id: UserId::new(change.now, change.entropy),
            email: first.email.to_lowercase(),
            name: first.name,
            password_hash: first.password_hash,
            status: Status::Active,
            memberships: vec![membership],
            created_at: change.now,
        };
        let user = users::create(change, user).map_err(|refusal| refusal.within("operator"))?;
        Ok((network, user))
    })
}
