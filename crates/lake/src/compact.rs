//! Merging small files to large ones, and making rollups of those that will not be merged again.
//!
//! Files of a day that are about equally small are merged when there are enough of them, so a fact is written again only a few
//! times however many flushes a day has. When the day has ended, whatever is still small is merged. Sources are sorted, so merging reads
//! them side by side and holds little more in memory than the new file.

use std::{collections::BTreeMap, sync::Arc};

use datafusion::{
    datasource::{listing::PartitionedFile, physical_plan::FileGroup},
    physical_expr::{LexOrdering, PhysicalSortExpr},
    physical_plan::{ExecutionPlan, expressions::col, sorts::sort_preserving_merge::SortPreservingMergeExec},
};
use futures::StreamExt as _;
use model::{Day, NetworkId, calendar::Zone};

use crate::{
    LakeError,
    columns::SCHEMA,
    encode::{Encoder, ORDER, decode},
    lake::Inner,
    manifest::{FactFile, RolledUp, RollupFile},
    query::scan_files,
    rollup::{Adder, ROLLUPS, definitions, roll_up},
};

/// What was merged and made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Compacted {
    /// Files that were merged.
    pub merged: usize,
    /// Files that were made of them.
    pub files: usize,
    /// Their facts.
    pub facts: u64,
    /// Rollups that were made.
    pub rollups: usize,
}

impl Inner {
    pub async fn compact(&self, zones: &BTreeMap<NetworkId, Zone>) -> Result<Compacted, LakeError> {
        let _only_one = self.compacting.lock().await;
        let mut compacted = Compacted::default();
        let manifest = self.known_manifest().await?;
        for (network, files) in &manifest.networks {
            let mut days: BTreeMap<Day, Vec<&FactFile>> = BTreeMap::new();
            for file in files {
                days.entry(file.day).or_default().push(file);
            }
            for (day, files) in days {
                for group in self.due(day, files) {
                    self.merge(*network, &group, &mut compacted).await?;
                }
            }
        }
        for (network, zone) in zones {
            self.roll_up(*network, zone, &mut compacted).await?;
        }
        Ok(compacted)
    }

    /// Whether nothing is added to the day any more.
    fn is_settled(&self, day: Day) -> bool {
        let settle = i64::try_from(self.options.files.settle.as_micros()).unwrap_or(i64::MAX);
        self.options.clock.now() >= day.next().start().plus_micros(settle)
    }

    /// Groups of files that should become one each.
    fn due<'a>(&self, day: Day, files: Vec<&'a FactFile>) -> Vec<Vec<&'a FactFile>> {
        let limits = &self.options.files;
        let settled = self.is_settled(day);
        let mut tiers: BTreeMap<u32, Vec<&FactFile>> = BTreeMap::new();
        for file in files.into_iter().filter(|file| file.contents.rows * 2 <= limits.rows) {
            // Each tier has files of sixteen times as many facts.
            let tier = if settled { 0 } else { file.contents.rows.max(1).ilog2() / 4 };
            tiers.entry(tier).or_default().push(file);
        }
        let enough = if settled { 2 } else { limits.small.max(2) };
        let mut groups: Vec<Vec<&FactFile>> = Vec::new();
        for mut tier in tiers.into_values().filter(|tier| tier.len() >= enough) {
            tier.sort_by_key(|file| file.contents.rows);
            let mut rows = 0;
            let mut group = Vec::new();
            for file in tier {
                if rows + file.contents.rows > limits.rows {
                    groups.push(std::mem::take(&mut group));
                    rows = 0;
                }
                rows += file.contents.rows;
                group.push(file);
            }
            groups.push(group);
        }
        groups.retain(|group| group.len() > 1);
        groups
    }

    async fn merge(
        &self,
        network: NetworkId,
        sources: &[&FactFile],
        compacted: &mut Compacted,
    ) -> Result<(), LakeError> {
        let Some(day) = sources.first().map(|file| file.day) else { return Ok(()) };
        let mut order = Vec::new();
        for name in ORDER {
            order.push(PhysicalSortExpr::new_default(col(name, &SCHEMA)?));
        }
        let groups = sources
            .iter()
            .map(|file| FileGroup::new(vec![PartitionedFile::new(file.path.clone(), file.bytes)]))
            .collect();
        let context = self.engine.context();
        let mut plan: Arc<dyn ExecutionPlan> =
            scan_files(&context.state(), self.engine.store(), groups, None, None)?;
        if let Some(order) = LexOrdering::new(order) {
            plan = Arc::new(SortPreservingMergeExec::new(order, plan));
        }
        let mut encoder = Encoder::of_facts()?;
        let mut stream = plan.execute(0, context.task_ctx())?;
        while let Some(batch) = stream.next().await {
            encoder.write(&batch?)?;
        }
        let (bytes, contents) = encoder.finish()?;
        let rows = contents.rows;
        if rows != sources.iter().map(|file| file.contents.rows).sum::<u64>() {
            return Err(LakeError::damaged(&sources[0].path, &"it has other rows than the manifest says"));
        }
        let number = self.state.read().manifest.number + 1;
        let folder = format!("facts/network={network}/day={day}");
        let (path, bytes) = self.write_file(&folder, number, bytes).await?;
        let thinned = sources.iter().all(|source| source.thinned);
        let file = FactFile { path, bytes, day, contents, rollups: Vec::new(), rolled_up: None, thinned };
        let gone = |file: &FactFile| sources.iter().any(|source| source.path == file.path);
        self.replace(network, |files| {
            let before = files.len();
            files.retain(|file| !gone(file));
            files.push(file);
            files.len() + sources.len() == before + 1
        })
        .await?;
        compacted.merged += sources.len();
        compacted.files += 1;
        compacted.facts += rows;
        Ok(())
    }

    /// Makes the rollups of the files of a network that have none by this zone.
    async fn roll_up(
        &self,
        network: NetworkId,
        zone: &Zone,
        compacted: &mut Compacted,
    ) -> Result<(), LakeError> {
        let manifest = self.known_manifest().await?;
        let wanted = RolledUp { zone: zone.clone(), definitions: definitions() };
        for file in manifest.networks.get(&network).into_iter().flatten() {
            let large = file.contents.rows >= self.options.files.early_rollup_rows;
            if file.rolled_up.as_ref() == Some(&wanted) || !(large || self.is_settled(file.day)) {
                continue;
            }
            let rollups = self.rollups_of(network, zone, file, manifest.number + 1).await?;
            compacted.rollups += rollups.len();
            self.replace(network, |files| {
                let now = files.iter_mut().find(|now| now.path == file.path);
                let Some(now) = now else { return false };
                now.rollups = rollups;
                now.rolled_up = Some(wanted.clone());
                true
            })
            .await?;
        }
        Ok(())
    }

    async fn rollups_of(
        &self,
        network: NetworkId,
        zone: &Zone,
        file: &FactFile,
        number: u64,
    ) -> Result<Vec<RollupFile>, LakeError> {
        let limits = &self.options.files;
        let mut made = Vec::new();
        if file.contents.rows < limits.rollup_rows {
            return Ok(made);
        }
        let facts = self.storage.read(&file.path).await?;
        for rollup in ROLLUPS {
            let batches = decode(facts.clone(), &Adder::schema(rollup))?;
            let most = file.contents.rows.saturating_mul(limits.rollup_share) / 1_000;
            let Some(rows) = roll_up(rollup, zone, most, batches)? else { continue };
            let mut encoder = Encoder::of_sums(rows.schema())?;
            encoder.write(&rows)?;
            let (bytes, contents) = encoder.finish()?;
            let folder = format!("rollups/{}/network={network}/day={}", rollup.name, file.day);
            let (path, bytes) = self.write_file(&folder, number, bytes).await?;
            made.push(RollupFile {
                path,
                bytes,
                rows: contents.rows,
                name: rollup.name.to_owned(),
                zone: zone.clone(),
                dimensions: rollup.dimensions.to_vec(),
            });
        }
        Ok(made)
    }
}
