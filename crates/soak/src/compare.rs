//! Compares what was acknowledged with what is stored.
//!
//! After each crash the events of the last server are looked up by their ids. At the end everything that was ever
//! acknowledged is compared with whole tables, because a later crash may damage what an earlier one spared, and only whole
//! tables show an event that is there twice.

use std::collections::{HashMap, HashSet};

use model::{ConversionId, LinkId, Money, TouchId, conversion::State};
use serde::{Deserialize, Serialize};
use store::{Store, Tx, conversions, conversions::Conversion, touches};

use crate::{
    load::{Click, Converted, Journal, Scene},
    orders::{action, order_id},
};

/// How many findings are told in words; all are counted.
const TOLD_MAX: usize = 20;

/// What is wrong with a database, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// Acknowledged clicks that are not stored.
    pub lost_clicks: u64,
    /// Acknowledged conversions that are not stored.
    pub lost_conversions: u64,
    /// Clicks that are stored twice and orders that are paid twice.
    pub doubled: u64,
    /// Events that are stored otherwise than they were acknowledged, and answers that must not have come.
    pub wrong: u64,
    /// Redirects that went on although their click is not stored, at a time when they may.
    pub unlogged: u64,
    /// Conversions that were acknowledged when the power was gone already, and are not stored.
    pub in_flight: u64,
    /// Some of it in words.
    pub told: Vec<String>,
}

impl Findings {
    /// Acknowledged events that are not stored.
    pub fn lost(&self) -> u64 {
        self.lost_clicks + self.lost_conversions
    }

    /// True when nothing is lost, doubled or wrong.
    pub fn is_clean(&self) -> bool {
        self.lost() + self.doubled + self.wrong == 0
    }

    /// Adds the findings of another comparison.
    pub fn add(&mut self, other: Self) {
        self.lost_clicks += other.lost_clicks;
        self.lost_conversions += other.lost_conversions;
        self.doubled += other.doubled;
        self.wrong += other.wrong;
        self.unlogged += other.unlogged;
        self.in_flight += other.in_flight;
        other.told.into_iter().for_each(|what| self.tell(what));
    }

    /// Adds what the clients themselves found in the answers.
    pub fn add_answers(&mut self, journal: &Journal) {
        journal.doubled.iter().for_each(|what| self.doubled(what));
        journal.wrong.iter().for_each(|what| self.wrong(what));
    }

    /// Adds something doubled.
    pub fn doubled(&mut self, what: &str) {
        self.doubled += 1;
        self.tell(format!("doubled: {what}"));
    }

    /// Adds something wrong.
    pub fn wrong(&mut self, what: &str) {
        self.wrong += 1;
        self.tell(format!("wrong: {what}"));
    }

    fn tell(&mut self, what: String) {
        if self.told.len() < TOLD_MAX {
            self.told.push(what);
        }
    }
}

struct StoredClick {
    number: Option<u64>,
    link: LinkId,
}

struct StoredConversion {
    action: String,
    order_id: Option<String>,
    state: State,
    commission: Option<Money>,
    duplicate_of: Option<ConversionId>,
}

/// Events as the database has them.
#[derive(Default)]
struct Stored {
    clicks: HashMap<TouchId, StoredClick>,
    conversions: HashMap<ConversionId, StoredConversion>,
}

impl Stored {
    fn add_touch(&mut self, touch: &model::touch::Touch) {
        let number = touch.parameters.ref_id.as_deref().and_then(|text| text.strip_prefix('k')?.parse().ok());
        self.clicks.insert(touch.id, StoredClick { number, link: touch.link_id });
    }

    fn add_conversion(&mut self, conversion: Conversion) {
        let commission = conversion.commission_money().filter(|_| conversion.state.is_live());
        let stored = StoredConversion {
            action: conversion.action,
            order_id: conversion.order_id,
            state: conversion.state,
            commission,
            duplicate_of: conversion.duplicate_of,
        };
        self.conversions.insert(conversion.id, stored);
    }

    fn read_some(tx: &mut Tx<'_>, clicks: &[TouchId], ids: &[ConversionId]) -> store::Result<Self> {
        let mut stored = Self::default();
        touches::by_ids(tx, clicks)?.iter().for_each(|touch| stored.add_touch(touch));
        conversions::by_ids(tx, ids)?.into_iter().for_each(|conversion| stored.add_conversion(conversion));
        Ok(stored)
    }

    fn read_all(tx: &mut Tx<'_>) -> store::Result<Self> {
        let mut stored = Self::default();
        touches::for_each(tx, &mut |touch| {
            stored.add_touch(&touch?);
            Ok(())
        })?;
        conversions::for_each(tx, &mut |conversion| {
            stored.add_conversion(conversion?);
            Ok(())
        })?;
        Ok(stored)
    }
}

/// Looks up what one journal says was acknowledged.
///
/// # Errors
/// When the database cannot be read.
pub async fn compare(store: &Store, scene: &Scene, journal: &Journal) -> anyhow::Result<Findings> {
    let clicks: Vec<TouchId> = journal.clicks.iter().map(|click| click.touch).collect();
    let named = journal.conversions.iter().flat_map(|one| std::iter::once(one.id).chain(one.duplicate_of));
    let ids: Vec<ConversionId> = named.collect::<HashSet<_>>().into_iter().collect();
    let stored = store.read("compare", move |tx| Stored::read_some(tx, &clicks, &ids)).await?;
    let mut findings = Findings::default();
    findings.add_answers(journal);
    check_acknowledged(scene, journal, &stored, &mut findings);
    Ok(findings)
}

/// Compares everything that was ever acknowledged with all that is stored; also tells how many stored events nobody was told
/// of.
///
/// # Errors
/// When the database cannot be read.
pub async fn compare_all(store: &Store, scene: &Scene, journal: &Journal) -> anyhow::Result<(Findings, u64)> {
    let stored = store.read("compare all", Stored::read_all).await?;
    let mut findings = Findings::default();
    findings.add_answers(journal);
    check_acknowledged(scene, journal, &stored, &mut findings);
    check_single(&stored, &mut findings);
    check_counted(scene, &stored, &mut findings);
    let told: HashSet<TouchId> = journal.clicks.iter().map(|click| click.touch).collect();
    let told_conversions: HashSet<ConversionId> = journal.conversions.iter().map(|one| one.id).collect();
    let untold = stored.clicks.keys().filter(|touch| !told.contains(touch)).count()
        + stored.conversions.keys().filter(|id| !told_conversions.contains(id)).count();
    Ok((findings, untold as u64))
}

/// Each acknowledged event is there, as it was acknowledged.
fn check_acknowledged(scene: &Scene, journal: &Journal, stored: &Stored, findings: &mut Findings) {
    for click in &journal.clicks {
        check_click(scene, click, stored.clicks.get(&click.touch), findings);
    }
    let mut seen = HashSet::new();
    for converted in &journal.conversions {
        match stored.conversions.get(&converted.id) {
            Some(found) => check_conversion(converted, found, stored, findings),
            None if !seen.insert((converted.id, converted.after_cut)) => {}
            None if converted.after_cut => findings.in_flight += 1,
            None => {
                findings.lost_conversions += 1;
                findings.tell(format!("lost: {} of {}", converted.id, order_id(converted.order)));
            }
        }
    }
}

fn check_click(scene: &Scene, click: &Click, found: Option<&StoredClick>, findings: &mut Findings) {
    match found {
        None if click.may_be_unlogged => findings.unlogged += 1,
        None => {
            findings.lost_clicks += 1;
            findings.tell(format!("lost: {} (click k{})", click.touch, click.number));
        }
        Some(found) => {
            let link = scene.world.links[click.link].id;
            if found.number != Some(click.number) || found.link != link {
                findings.wrong(&format!("{} is not the click k{} on {link}", click.touch, click.number));
            }
        }
    }
}

fn check_conversion(told: &Converted, found: &StoredConversion, stored: &Stored, findings: &mut Findings) {
    let of_order =
        found.action == action(told.order) && found.order_id.as_deref() == Some(&order_id(told.order));
    let as_told = (found.state, found.commission, found.duplicate_of)
        == (told.state, told.commission, told.duplicate_of);
    if !of_order || !as_told {
        let what = format!(
            "{} of {} is {} {:?}",
            told.id,
            order_id(told.order),
            found.state.word(),
            found.commission
        );
        findings.wrong(&format!("{what}, acknowledged as {} {:?}", told.state.word(), told.commission));
    }
    // A duplicate names a conversion that is as good as acknowledged.
    if let Some(first) = told.duplicate_of
        && !stored.conversions.get(&first).is_some_and(|first| first.state.is_live())
    {
        findings.wrong(&format!("{} is a duplicate of {first}, which is not there or not paid", told.id));
    }
}

/// No click is stored twice and no order is paid twice.
fn check_single(stored: &Stored, findings: &mut Findings) {
    let mut numbers = HashSet::new();
    for (touch, click) in &stored.clicks {
        match click.number {
            Some(number) if !numbers.insert(number) => {
                findings.doubled(&format!("click k{number} is stored twice, once as {touch}"));
            }
            Some(_) => {}
            None => findings.wrong(&format!("{touch} is no click that was sent")),
        }
    }
    let mut paid = HashSet::new();
    for (id, conversion) in stored.conversions.iter().filter(|(_, one)| one.state.is_live()) {
        if !paid.insert((&conversion.action, &conversion.order_id)) {
            findings.doubled(&format!("order {:?} is paid twice, once as {id}", conversion.order_id));
        }
    }
}

/// What answers called the conversion that counts is there and is paid.
fn check_counted(scene: &Scene, stored: &Stored, findings: &mut Findings) {
    for (order, id) in scene.orders.lock().counted() {
        let is_paid = |one: &StoredConversion| {
            one.state.is_live()
                && one.action == action(order)
                && one.order_id.as_deref() == Some(&order_id(order))
        };
        if !stored.conversions.get(&id).is_some_and(is_paid) {
            findings.wrong(&format!("{id} should count for {} and does not", order_id(order)));
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Currency;

    use super::*;
    use crate::world;

    async fn scene() -> (tempfile::TempDir, Scene) {
        let folder = tempfile::tempdir().unwrap();
        let options = store::Options::sqlite(folder.path().join("merit.db"));
        let world = world::create(options, 1).await.unwrap();
        (folder, Scene::new(world, true))
    }

    fn click(number: u8) -> Click {
        let touch = TouchId::from_bytes([number; 16]);
        Click { touch, number: u64::from(number), link: 0, may_be_unlogged: false }
    }

    fn stored_click(scene: &Scene, number: u64) -> StoredClick {
        StoredClick { number: Some(number), link: scene.world.links[0].id }
    }

    fn converted(id: u8) -> Converted {
        let commission = Some(Money::from_units(7, Currency::USD));
        let id = ConversionId::from_bytes([id; 16]);
        Converted { id, order: 0, state: State::Approved, commission, duplicate_of: None, after_cut: false }
    }

    fn stored_conversion() -> StoredConversion {
        StoredConversion {
            action: action(0).to_owned(),
            order_id: Some(order_id(0)),
            state: State::Approved,
            commission: Some(Money::from_units(7, Currency::USD)),
            duplicate_of: None,
        }
    }

    fn checked(scene: &Scene, journal: &Journal, stored: &Stored) -> Findings {
        let mut findings = Findings::default();
        check_acknowledged(scene, journal, stored, &mut findings);
        check_single(stored, &mut findings);
        check_counted(scene, stored, &mut findings);
        findings
    }

    #[tokio::test]
    async fn what_is_stored_as_acknowledged_is_clean() {
        let (_folder, scene) = scene().await;
        let journal =
            Journal { clicks: vec![click(1)], conversions: vec![converted(2)], ..Journal::default() };
        let mut stored = Stored::default();
        stored.clicks.insert(click(1).touch, stored_click(&scene, 1));
        stored.conversions.insert(converted(2).id, stored_conversion());
        let findings = checked(&scene, &journal, &stored);
        assert!(findings.is_clean(), "{findings:?}");
    }

    #[tokio::test]
    async fn what_is_missing_is_lost_once() {
        let (_folder, scene) = scene().await;
        let after_cut = Converted { after_cut: true, ..converted(4) };
        let twice = vec![converted(2), converted(2), after_cut, after_cut];
        let unlogged = Click { may_be_unlogged: true, ..click(3) };
        let journal = Journal { clicks: vec![click(1), unlogged], conversions: twice, ..Journal::default() };
        let findings = checked(&scene, &journal, &Stored::default());
        let counted =
            (findings.lost_clicks, findings.lost_conversions, findings.unlogged, findings.in_flight);
        assert_eq!(counted, (1, 1, 1, 1), "{findings:?}");
    }

    #[tokio::test]
    async fn a_lookup_in_a_database_without_the_events_finds_them_lost() {
        let (folder, scene) = scene().await;
        let store = Store::open(store::Options::sqlite(folder.path().join("merit.db"))).await.unwrap();
        let journal =
            Journal { clicks: vec![click(1)], conversions: vec![converted(2)], ..Journal::default() };
        assert_eq!(compare(&store, &scene, &journal).await.unwrap().lost(), 2);
        let (all, untold) = compare_all(&store, &scene, &journal).await.unwrap();
        assert_eq!((all.lost(), untold), (2, 0));
    }

    #[tokio::test]
    async fn what_is_there_twice_is_doubled() {
        let (_folder, scene) = scene().await;
        let mut stored = Stored::default();
        for number in [1, 2] {
            stored.clicks.insert(click(number).touch, stored_click(&scene, 5));
            stored.conversions.insert(converted(number).id, stored_conversion());
        }
        assert_eq!(checked(&scene, &Journal::default(), &stored).doubled, 2);
    }

    #[tokio::test]
    async fn what_differs_is_wrong() {
        let (_folder, scene) = scene().await;
        let journal =
            Journal { clicks: vec![click(1)], conversions: vec![converted(2)], ..Journal::default() };
        let mut stored = Stored::default();
        stored.clicks.insert(click(1).touch, stored_click(&scene, 9));
        let less = Some(Money::from_units(6, Currency::USD));
        stored
            .conversions
            .insert(converted(2).id, StoredConversion { commission: less, ..stored_conversion() });
        assert_eq!(checked(&scene, &journal, &stored).wrong, 2);
    }
}
