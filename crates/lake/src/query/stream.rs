//! Answers of any length, batch by batch, to somebody who takes them at his own pace.
//!
//! A few run at once, apart from reports, so that a slow reader takes no dashboard's place; one that takes nothing for a minute is left.
//! The memory is that of the engine, which it shares with reports, and a few batches on their way.

use std::{future::Future, time::Duration};

use datafusion::logical_expr::ident;
use futures::StreamExt as _;
use parking_lot::RwLock;
use report::{Fact, Plan, plan::Group};
use tokio::sync::mpsc;

use super::{Engine, Selection, Shape, behind, key_name, result};
use crate::{LakeError, lake::State};

/// Batches on their way.
const BATCHES: usize = 2;
/// How long a reader may take nothing.
const STALL: Duration = Duration::from_secs(60);

/// Batches of an answer under way; an error ends it.
pub type Batches<T, E> = mpsc::Receiver<Result<Vec<T>, E>>;

/// The way to whoever reads, with the errors that he understands.
pub(crate) struct Reader<T, E> {
    send: mpsc::Sender<Result<Vec<T>, E>>,
    failed: fn(LakeError) -> E,
}

impl<T, E> Reader<T, E> {
    /// A way, and its end.
    pub fn new(failed: fn(LakeError) -> E) -> (Self, Batches<T, E>) {
        let (send, batches) = mpsc::channel(BATCHES);
        (Self { send, failed }, batches)
    }

    /// Whether he wants more.
    async fn give(&self, batch: Vec<T>) -> bool {
        matches!(tokio::time::timeout(STALL, self.send.send(Ok(batch))).await, Ok(Ok(())))
    }

    /// Runs what gives him batches, and tells him of an error.
    pub async fn serve(&self, work: impl Future<Output = Result<(), LakeError>>) {
        if let Err(error) = work.await {
            // Nobody may be there any more.
            let _ = tokio::time::timeout(STALL, self.send.send(Err((self.failed)(error)))).await;
        }
    }
}

impl Engine {
    /// Gives every group, by its key.
    pub async fn each_group<E>(
        &self,
        state: &RwLock<State>,
        plan: &Plan,
        reader: &Reader<Group, E>,
    ) -> Result<(), LakeError> {
        let _permit = self.export_permit().await?;
        let selection = Selection::of(&state.read(), plan);
        if selection.is_empty() {
            return Ok(());
        }
        let shape = Shape::of(plan, &selection);
        let rows = self.rows(selection, plan)?;
        let place = |key| shape.keys.iter().position(|other| other == key).unwrap_or(0);
        let order: Vec<_> =
            plan.keys.iter().map(|key| ident(key_name(place(key))).sort(true, true)).collect();
        let mut rows = shape.over(rows, plan)?;
        if !order.is_empty() {
            rows = rows.sort(order)?;
        }
        let mut stream = rows.execute_stream().await?;
        while let Some(batch) = stream.next().await {
            let mut groups = Vec::new();
            result::read_groups(&batch?, plan, &shape, &mut groups)?;
            if !groups.is_empty() && !reader.give(groups).await {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Gives every fact behind what the plan adds up, in no order.
    pub async fn each_fact<E>(
        &self,
        state: &RwLock<State>,
        plan: &Plan,
        reader: &Reader<Fact, E>,
    ) -> Result<(), LakeError> {
        let _permit = self.export_permit().await?;
        let selection = Selection::of_facts(&state.read(), plan);
        if selection.is_empty() {
            return Ok(());
        }
        let rows = self.rows(selection, plan)?;
        let mut stream = behind::counted(rows, plan)?.execute_stream().await?;
        while let Some(batch) = stream.next().await {
            let facts = behind::read_facts(&batch?, plan.network_id, &plan.serving)?;
            if !facts.is_empty() && !reader.give(facts).await {
                return Ok(());
            }
        }
        Ok(())
    }
}
