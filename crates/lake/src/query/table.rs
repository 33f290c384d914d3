//! The selected files and batches as one table of DataFusion.

use std::{cmp::Reverse, sync::Arc};

use async_trait::async_trait;
use datafusion::{
    arrow::datatypes::SchemaRef,
    catalog::{Session, TableProvider},
    datasource::{
        TableType,
        listing::PartitionedFile,
        memory::MemorySourceConfig,
        physical_plan::{
            FileGroup, FileScanConfigBuilder, ParquetSource, parquet::CachedParquetFileReaderFactory,
        },
        source::DataSourceExec,
    },
    error::DataFusionError,
    execution::object_store::ObjectStoreUrl,
    logical_expr::Expr,
    physical_plan::{ExecutionPlan, PhysicalExpr, empty::EmptyExec, union::UnionExec},
};

use super::select::{Part, Selection};
use crate::columns::SCHEMA;

/// Bytes at the end of a file that are read at once: the footer of most.
const FOOTER: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) struct FactTable {
    selection: Selection,
    store: ObjectStoreUrl,
}

impl FactTable {
    pub fn new(selection: Selection, store: ObjectStoreUrl) -> Self {
        Self { selection, store }
    }
}

#[async_trait]
impl TableProvider for FactTable {
    fn schema(&self) -> SchemaRef {
        SCHEMA.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    // The filter above pushes itself down into the files when the plan is made, so nothing is to be done with it here.
    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        self.read(session, projection, None)
    }
}

impl FactTable {
    /// Reads columns of the selection. What cannot hold the predicate may be left out; rows for which it does not hold may still come.
    pub fn read(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        skips: Option<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let parts = session.config().target_partitions();
        let mut inputs: Vec<Arc<dyn ExecutionPlan>> = Vec::new();
        if !self.selection.files.is_empty() {
            let groups = spread(&self.selection.files, parts);
            inputs.push(scan_files(session, &self.store, groups, projection, skips)?);
        }
        if !self.selection.memory.is_empty() {
            let mut partitions = vec![Vec::new(); parts.min(self.selection.memory.len())];
            let count = partitions.len();
            for (place, batch) in self.selection.memory.iter().enumerate() {
                partitions[place % count].push(batch.clone());
            }
            let source = MemorySourceConfig::try_new(&partitions, SCHEMA.clone(), projection.cloned())?;
            inputs.push(DataSourceExec::from_data_source(source));
        }
        match inputs.len() {
            0 => {
                let schema = projection.map(|places| SCHEMA.project(places)).transpose()?;
                Ok(Arc::new(EmptyExec::new(schema.map_or_else(|| SCHEMA.clone(), Arc::new))))
            }
            1 => Ok(inputs.remove(0)),
            _ => UnionExec::try_new(inputs),
        }
    }
}

/// Reads groups of files, each group one after the other.
pub(crate) fn scan_files(
    session: &dyn Session,
    store: &ObjectStoreUrl,
    groups: Vec<FileGroup>,
    projection: Option<&Vec<usize>>,
    skips: Option<Arc<dyn PhysicalExpr>>,
) -> Result<Arc<DataSourceExec>, DataFusionError> {
    let runtime = session.runtime_env();
    // Files never change, so what their ends say can be kept.
    let footers = runtime.cache_manager.get_file_metadata_cache();
    let reader = CachedParquetFileReaderFactory::new(runtime.object_store(store)?, footers);
    let mut source = ParquetSource::new(SCHEMA.clone())
        .with_parquet_file_reader_factory(Arc::new(reader))
        .with_metadata_size_hint(FOOTER);
    if let Some(skips) = skips {
        source = source.with_predicate(skips);
    }
    let scan = FileScanConfigBuilder::new(store.clone(), Arc::new(source))
        .with_file_groups(groups)
        .with_projection_indices(projection.cloned())?
        .build();
    Ok(DataSourceExec::from_data_source(scan))
}

/// The files in groups of about the same size.
fn spread(files: &[Part], groups: usize) -> Vec<FileGroup> {
    let mut sorted: Vec<&Part> = files.iter().collect();
    sorted.sort_by_key(|file| Reverse(file.bytes));
    let mut spread: Vec<(u64, Vec<PartitionedFile>)> =
        vec![(0, Vec::new()); groups.clamp(1, files.len().max(1))];
    for file in sorted {
        if let Some((bytes, group)) = spread.iter_mut().min_by_key(|(bytes, _)| *bytes) {
            // A file costs something even when it is small.
            *bytes += file.bytes + 100_000;
            group.push(PartitionedFile::new(file.path.clone(), file.bytes));
        }
    }
    spread.into_iter().map(|(_, group)| FileGroup::new(group)).collect()
}
