//! What publishers accept, and what changes between two versions of a contract.

use commission::TermChange;
use model::{
    ContractAcceptanceId, ContractId, PublisherId,
    contract::{Audience, ContractAcceptance, ContractVersion, Fee, Terms},
    group::GroupMember,
};
use sha2::{Digest, Sha256};
use store::{
    Tx,
    configuration::{self, Filter},
};

use super::contracts::{self, Seen};
use crate::{
    access::{Actor, CONTRACT_ACCEPT, Eyes},
    command::Change,
    errors::Refusal,
};

/// A version of a contract by its number.
fn version(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ContractId,
    number: u32,
) -> Result<(ContractVersion, Seen), Refusal> {
    let newest = contracts::get(tx, actor, id)?;
    let filters = [Filter::id("contract_id", id.bytes())];
    let of_number = |version: &ContractVersion| version.number == number;
    let found = configuration::list(tx, &filters, None, 1, of_number)?.pop();
    let found = found.ok_or_else(|| Refusal::not_found(format!("version {number} of contract {id}")))?;
    Ok((found, newest))
}

/// SHA-256 of the JSON of the terms as publishers read them: without the fee.
pub fn terms_sha256(terms: &Terms) -> Result<String, Refusal> {
    let read = Terms { fee: Fee::default(), ..terms.clone() };
    let text = serde_json::to_string(&read)
        .map_err(|error| Refusal::new(crate::errors::ErrorCode::Internal, error.to_string()))?;
    Ok(crate::hex(&Sha256::digest(text.as_bytes())))
}

/// Accepts a version in the name of a publisher. Accepting it again answers the first acceptance.
///
/// # Errors
/// `not_found`, `right_missing`, `field_missing`, `field_invalid`; storage errors.
pub fn accept(
    change: &mut Change<'_, '_>,
    id: ContractId,
    number: u32,
    publisher: Option<PublisherId>,
) -> Result<ContractAcceptance, Refusal> {
    let (version, _) = version(change.tx, change.actor, id, number)?;
    let publisher_id = change.actor.publisher_named(publisher.or(version.publisher_id))?;
    let eyes = change.actor.eyes(version.network_id, None, Some(publisher_id));
    if !eyes.publisher {
        CONTRACT_ACCEPT.check_role(change.actor)?;
        return Err(Refusal::field(
            "publisher_id",
            format!("there is no publisher {publisher_id} that you act for"),
        ));
    }
    CONTRACT_ACCEPT.check(
        change.actor,
        Eyes { advertiser: false, publisher: true },
        &format!("contract {id}"),
    )?;
    check_party(change.tx, &version, publisher_id)?;
    let by = change.actor.word();
    record(change, &version, publisher_id, by)
}

/// Notes that a publisher accepted a version, or finds that he did before. `accepted_by` is whose yes it was.
pub(super) fn record(
    change: &mut Change<'_, '_>,
    version: &ContractVersion,
    publisher_id: PublisherId,
    accepted_by: String,
) -> Result<ContractAcceptance, Refusal> {
    let filters =
        [Filter::id("version_id", version.id.bytes()), Filter::id("publisher_id", publisher_id.bytes())];
    let before: Option<ContractAcceptance> =
        configuration::list(change.tx, &filters, None, 1, |_| true)?.pop();
    if let Some(before) = before {
        return Ok(before);
    }
    let acceptance = ContractAcceptance {
        id: ContractAcceptanceId::new(change.now, change.entropy),
        network_id: version.network_id,
        contract_id: version.contract_id,
        version_id: version.id,
        number: version.number,
        publisher_id,
        accepted_at: change.now,
        accepted_by,
        terms_sha256: terms_sha256(&version.terms)?,
    };
    change.insert(&acceptance, &acceptance.id)?;
    Ok(acceptance)
}

/// Refuses a publisher whom the contract is not with.
fn check_party(tx: &mut Tx<'_>, version: &ContractVersion, publisher: PublisherId) -> Result<(), Refusal> {
    let party = match version.audience() {
        Audience::Everybody => true,
        Audience::Publisher(own) => own == publisher,
        Audience::Group(group) => {
            let filters =
                [Filter::id("group_id", group.bytes()), Filter::id("publisher_id", publisher.bytes())];
            let lasts = |stay: &GroupMember| stay.left_at.is_none();
            !configuration::list(tx, &filters, None, 1, lasts)?.is_empty()
        }
    };
    if party {
        Ok(())
    } else {
        Err(Refusal::field("publisher_id", "the contract is not with this publisher"))
    }
}

/// A page of the acceptances of a contract, newest first: all of them for the side that pays, else one's own.
///
/// # Errors
/// `not_found`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ContractId,
    before: Option<ContractAcceptanceId>,
    limit: usize,
) -> Result<Vec<ContractAcceptance>, Refusal> {
    let seen = contracts::get(tx, actor, id)?;
    let filters = [Filter::id("contract_id", id.bytes())];
    let visible = |one: &ContractAcceptance| {
        seen.eyes.advertiser || actor.membership.serves_publisher(one.publisher_id)
    };
    Ok(configuration::list(tx, &filters, before, limit, visible)?)
}

/// What changes from one version of a contract to another. Publishers do not read of the fee.
///
/// # Errors
/// `not_found`; storage errors.
pub fn difference(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: ContractId,
    from: u32,
    to: u32,
) -> Result<Vec<TermChange>, Refusal> {
    let (before, seen) = version(tx, actor, id, from)?;
    let (after, _) = version(tx, actor, id, to)?;
    let mut changes = commission::difference(&before.terms, &after.terms);
    changes.retain(|change| seen.eyes.advertiser || !change.path.is_within("fee"));
    Ok(changes)
}
