//! Papers about money: invoices, credit notes, payment receipts and statements.
//!
//! | file | what |
//! |---|---|
//! | `profiles` | names, addresses and taxes, in versions |
//! | `numbers` | the next number of a series, in the transaction of its paper |
//! | `charges` | what an advertiser was charged and no paper holds, put on the papers it belongs on |
//! | `issue` | a month is closed: invoices and credit notes, with their tax in the ledger |
//! | `payment_receipts` | payments of advertisers, each with its receipt |
//! | `statements` | what moved the accounts of publishers in a month |
//! | `look` | papers as the parties see them, and what of an invoice is open |
//!
//! A paper is written once, in one transaction with the ledger entries that it holds, its number and its tax. Two people who
//! close a month at once collide in the database, and the second finds it closed. Nothing issued is changed or
//! deleted: what was wrong is taken back in the ledger, and the next month brings the credit note.

pub(crate) mod charges;
pub mod issue;
pub mod look;
mod numbers;
pub mod payment_receipts;
pub mod profiles;
pub mod statements;

pub use store::billing::{
    invoices::{InvoiceFilter, Settled},
    statements::StatementFilter,
};

use std::collections::BTreeMap;

use ::billing::BillingError;
use model::{
    NetworkId, ProgramId, Timestamp,
    billing::{ProgramNamed, Span},
    calendar,
    parties::Network,
    program::Program,
};
use store::{Tx, configuration};

use crate::errors::{ErrorCode, Refusal};

impl From<BillingError> for Refusal {
    fn from(error: BillingError) -> Self {
        Self::new(ErrorCode::Internal, error.to_string())
    }
}

fn internal(error: impl std::fmt::Display) -> Refusal {
    Refusal::new(ErrorCode::Internal, error.to_string())
}

fn network_of(tx: &mut Tx<'_>, id: NetworkId) -> Result<Network, Refusal> {
    configuration::get(tx, id)?.ok_or_else(|| Refusal::not_found(format!("network {id}")))
}

/// The month `2026-10` in the network's zone, when it has ended.
fn ended_month(network: &Network, text: &str, now: Timestamp) -> Result<Span, Refusal> {
    let (start, end) = calendar::month(&network.zone, text)
        .ok_or_else(|| Refusal::field("period", "write the month as 2026-10"))?;
    if end > now {
        let message = format!("{text} ends at {end}; a month is closed after its end");
        return Err(Refusal::field("period", message));
    }
    Ok(Span { start, end })
}

/// Names of programs as papers show them.
#[derive(Default)]
struct Programs(BTreeMap<ProgramId, ProgramNamed>);

impl Programs {
    fn named(&mut self, tx: &mut Tx<'_>, id: ProgramId) -> Result<ProgramNamed, Refusal> {
        if let Some(named) = self.0.get(&id) {
            return Ok(named.clone());
        }
        let program: Option<Program> = configuration::get(tx, id)?;
        let name = program.map_or_else(|| id.to_string(), |program| program.name);
        let named = ProgramNamed { id, name };
        self.0.insert(id, named.clone());
        Ok(named)
    }
}
