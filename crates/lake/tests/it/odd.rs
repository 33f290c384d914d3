//! Odd content: sums beyond 64 bits, files of older versions, damage.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::{
    array::{AsArray as _, RecordBatch},
    datatypes::Schema,
};
use futures::TryStreamExt as _;
use lake::LakeError;
use object_store::{ObjectMeta, ObjectStoreExt as _, path::Path};
use parquet::arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder};
use report::{DateBasis, Dimension, Fact, FactKind, Measure};

use crate::world::{World, at, everything, network, same};

fn facts(values: &[i64]) -> Vec<Fact> {
    let fact = |value: &i64| {
        let mut fact = Fact::new(network(1), FactKind::Bonus, at("2026-03-21T00:00:00Z"));
        fact.dimensions[Dimension::Coupon.index()] = Some("10% off".into());
        fact.measures[Measure::Bonus.index()] = *value;
        fact
    };
    values.iter().map(fact).collect()
}

#[tokio::test]
async fn sums_beyond_64_bits_are_exact() {
    for value in [i64::MAX, i64::MIN, i64::MAX / 3] {
        let world = World::new(1);
        let facts = facts(&[value; 40]);
        let lake = world.open().await;
        lake.append(&facts[..20], 20, at("2026-03-21T00:00:00Z")).unwrap();
        let plan = everything(network(1), DateBasis::Click);
        same(&lake, &facts[..20], &plan, "memory").await;
        lake.flush().await.unwrap();
        lake.append(&facts[20..], 40, at("2026-03-21T00:00:00Z")).unwrap();
        same(&lake, &facts, &plan, "both").await;
        lake.flush().await.unwrap();
        world.end_days();
        lake.compact(&world.zones).await.unwrap();
        let answer = same(&lake, &facts, &plan, "merged").await;
        assert_eq!(answer.groups[0].sums[Measure::Bonus.index()], i128::from(value) * 40);
        assert_eq!(lake.verify().await.unwrap(), []);
    }
}

async fn fact_files(world: &World) -> Vec<ObjectMeta> {
    world.store.list(Some(&Path::from("facts"))).try_collect().await.unwrap()
}

async fn rows(world: &World, path: &Path) -> RecordBatch {
    let bytes = world.store.get(path).await.unwrap().bytes().await.unwrap();
    let mut reader = ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap();
    reader.next().unwrap().unwrap()
}

/// Writes the file again without these columns, as a version that did not know them did.
async fn make_older(world: &World, path: &Path, without: &[&str]) -> u64 {
    let batch = rows(world, path).await;
    let schema = batch.schema();
    let kept: Vec<usize> = (0..batch.num_columns())
        .filter(|place| !without.contains(&schema.field(*place).name().as_str()))
        .collect();
    let batch = batch.project(&kept).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    let bytes = writer.into_inner().unwrap();
    let size = bytes.len() as u64;
    world.store.put(path, bytes.into()).await.unwrap();
    size
}

#[tokio::test]
async fn files_without_a_newer_column_are_read_and_merged() {
    let mut world = World::new(2);
    world.files.rollup_rows = u64::MAX;
    let lake = world.open().await;
    let mut all = facts(&[1, 2, 3]);
    lake.append(&all, 1, at("2026-03-21T00:00:00Z")).unwrap();
    lake.flush().await.unwrap();
    let path = fact_files(&world).await[0].location.clone();
    let old = make_older(&world, &path, &["coupon", "spend", "order_currency", "bonus_network"]).await;
    for fact in &mut all {
        fact.dimensions[Dimension::Coupon.index()] = None;
    }
    // The manifest of that version had the size of that file.
    let manifest = Path::from("manifest/00000000000000000001.json");
    let text = world.store.get(&manifest).await.unwrap().bytes().await.unwrap();
    let mut json: serde_json::Value = serde_json::from_slice(&text).unwrap();
    json["networks"][network(1).to_string()][0]["bytes"] = old.into();
    world.store.put(&manifest, Bytes::from(json.to_string()).into()).await.unwrap();

    let lake = world.open().await;
    let mut plan = everything(network(1), DateBasis::Click);
    plan.keys.push(report::Key::Dimension(Dimension::Coupon));
    same(&lake, &all, &plan, "an older file").await;
    let newer = facts(&[4, 5]);
    lake.append(&newer, 2, at("2026-03-21T00:00:00Z")).unwrap();
    all.extend(newer);
    same(&lake, &all, &plan, "an older file and memory").await;
    lake.flush().await.unwrap();
    same(&lake, &all, &plan, "an older and a newer file").await;
    world.end_days();
    assert_eq!(lake.compact(&world.zones).await.unwrap().merged, 2);
    same(&lake, &all, &plan, "merged").await;
    assert_eq!(lake.verify().await.unwrap(), []);
}

#[tokio::test]
async fn damage_is_found() {
    let mut world = World::new(3);
    world.files.rows = 1_000;
    let lake = world.open().await;
    lake.append(&facts(&[1, 2, 3]), 1, at("2026-03-21T00:00:00Z")).unwrap();
    lake.flush().await.unwrap();
    world.end_days();
    lake.compact(&world.zones).await.unwrap();
    assert_eq!(lake.verify().await.unwrap(), []);
    let all: Vec<ObjectMeta> = world.store.list(None).try_collect().await.unwrap();
    let parquet: Vec<&ObjectMeta> =
        all.iter().filter(|meta| meta.location.as_ref().ends_with(".parquet")).collect();
    assert!(parquet.len() > 3, "facts and rollups");
    for meta in parquet {
        let path = &meta.location;
        let good = world.store.get(path).await.unwrap().bytes().await.unwrap();
        // Another amount in a file that is fine by itself.
        let batch = rows(&world, path).await;
        let place = batch.schema().index_of("bonus").unwrap();
        let mut columns = batch.columns().to_vec();
        let values = columns[place].as_primitive::<datafusion::arrow::datatypes::Int64Type>();
        columns[place] =
            Arc::new(values.unary::<_, datafusion::arrow::datatypes::Int64Type>(|value| value + 1));
        let schema = Arc::new(Schema::new(batch.schema().fields().clone()));
        let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), None).unwrap();
        writer.write(&RecordBatch::try_new(schema, columns).unwrap()).unwrap();
        let other = Bytes::from(writer.into_inner().unwrap());
        for bad in [other, good.slice(..good.len() - 9), Bytes::from_static(b"nonsense")] {
            world.store.put(path, bad.into()).await.unwrap();
            let findings = lake.verify().await.unwrap();
            assert!(findings.iter().any(|finding| finding.path == path.as_ref()), "{path}: {findings:?}");
        }
        world.store.delete(path).await.unwrap();
        assert!(!lake.verify().await.unwrap().is_empty(), "{path} is missing");
        world.store.put(path, good.into()).await.unwrap();
    }
    assert_eq!(lake.verify().await.unwrap(), []);
}

#[tokio::test]
async fn facts_out_of_order_and_damaged_manifests_are_refused() {
    let world = World::new(4);
    let lake = world.open().await;
    lake.append(&facts(&[1]), 5, at("2026-03-21T00:00:00Z")).unwrap();
    let again = lake.append(&facts(&[1]), 5, at("2026-03-21T00:00:00Z"));
    assert!(matches!(again, Err(LakeError::Order { given: 5, position: 5 })));
    lake.flush().await.unwrap();
    let path = Path::from("manifest/00000000000000000002.json");
    for text in ["", "{}", "nonsense"] {
        world.store.put(&path, Bytes::from(text).into()).await.unwrap();
        let opened = world.try_open(lake::Access::Read).await;
        assert!(matches!(opened, Err(LakeError::Damaged { .. })), "{text}");
    }
}
