//! The configuration that events are checked against.

use std::{collections::BTreeSet, sync::Arc};

use commission::CompiledContract;
use model::{ExchangeRateId, ProgramId, PublisherId, Timestamp, exchange::ExchangeRate};
use rustc_hash::FxHashMap;
use store::{Result, Tx};

use crate::{click_id::ClickIdKeys, snapshot::Snapshot};

/// How long an event may have waited between its receipt and its decision, in seconds: within that time it cannot be told
/// which of two versions the decider knew.
pub(super) const WAIT_SECONDS: i64 = 60;

/// The configuration, and what is known of its history.
pub(super) struct World<'a> {
    pub(super) snapshot: Snapshot,
    pub(super) click_ids: &'a ClickIdKeys,
    /// Every exchange rate that was ever entered.
    pub(super) rates: FxHashMap<ExchangeRateId, ExchangeRate>,
    /// Programs whose caps or zone were changed, so that counters need not be what the present ones would count.
    recounted: BTreeSet<String>,
}

impl<'a> World<'a> {
    pub(super) fn read(tx: &mut Tx<'_>, click_ids: &'a ClickIdKeys) -> Result<Self> {
        let snapshot = Snapshot::read(tx)?;
        let mut recounted = BTreeSet::new();
        store::walk::each_audited(tx, ProgramId::PREFIX, &mut |object, change| {
            let change: serde_json::Value = serde_json::from_str(change).unwrap_or_default();
            let changed = &change["changed"];
            if !changed["caps"].is_null() || !changed["zone"].is_null() {
                recounted.insert(object.to_owned());
            }
            Ok(())
        })?;
        let mut rates = FxHashMap::default();
        store::walk::each_record(tx, &mut |rate: ExchangeRate, _| {
            rates.insert(rate.id, rate);
            Ok(())
        })?;
        Ok(Self { snapshot, click_ids, rates, recounted })
    }

    /// Whether the program's counters must be what its present caps count.
    pub(super) fn counts_as_ever(&self, program: ProgramId) -> bool {
        !self.recounted.contains(&program.to_string())
    }

    /// Whether the publisher was certainly in the program at `at`, whoever decided: a stay began well before and did not end
    /// until well after.
    pub(super) fn was_member(&self, program: ProgramId, publisher: PublisherId, at: Timestamp) -> bool {
        let (before, after) = (at.plus_seconds(-WAIT_SECONDS), at.plus_seconds(WAIT_SECONDS));
        self.snapshot.has_stay(program, publisher, |stay| stay.covers(before) && stay.covers(after))
    }

    /// The versions that may have been in force at `at` for whoever decided soon after `received_at`: while a new one
    /// was being stored there are two, and where the nearest was not accepted yet the next. None is a version too.
    pub(super) fn in_force(
        &self,
        program: ProgramId,
        publisher: PublisherId,
        at: Timestamp,
        received_at: Timestamp,
    ) -> [Option<&Arc<CompiledContract>>; 4] {
        // Whether the program asked for acceptance at that time is not kept.
        [(WAIT_SECONDS, false), (-WAIT_SECONDS, false), (WAIT_SECONDS, true), (-WAIT_SECONDS, true)].map(
            |(seconds, asked)| {
                let moment = received_at.plus_seconds(seconds);
                self.snapshot.contract_as_known(program, publisher, at, moment, asked)
            },
        )
    }
}
