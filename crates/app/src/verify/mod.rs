//! Recomputes the invariants from what is stored, and names what breaks them.
//!
//! Everything is read in one transaction, so that the tables are seen as one commit left them, and in pages, so that the
//! memory it takes does not grow with the number of events (one bit for each paid impression and a few sums for each
//! party, cap and day are what it keeps). Nothing is trusted because it is stored: first decisions are taken again from their
//! receipts, later ones from the lines and transfers before them, counters and totals from the events.
//!
//! | file | invariants |
//! |---|---|
//! | `walls` | I10: everything that the configuration names belongs to one network, program and party |
//! | `touches` | I8, I10: each touch earned what its contract pays, on a link that is what the touch says |
//! | `first_decisions` | I2, I6, I8: receipts recompute, rows are what receipts say |
//! | `exchange` | I7, I8: every conversion of currency rests on a rate that was stored, of orders and of balances |
//! | `later_decisions` | I2, I5, I8: approvals, rejections, reversals and the like follow from what was before |
//! | `raises` | I2, I8: steps of retroactive tiers that were reached, and what was raised to them |
//! | `once` | I4: keys against repetition |
//! | `own_results` | I7, I10: results that no publisher is paid for stand once, with what their reports tell |
//! | `conversion_payments` | I7: what is told of payments for conversions is what the payments say |
//! | `customers` | I8: who won a customer is what his first conversion says |
//! | `caps` | I5: counters are what events added, below the limits |
//! | `payouts` | I3, I5, I7, I10: payments are what their transfers say, and never more than there was |
//! | `bonuses` | I2, I3, I5, I7, I8, I10: bonuses are what was counted, and what their receipts and transfers say |
//! | `payout_exchanges` | I4, I7: what runs changed into their currency is what was proposed, once |
//! | `referrals` | I2, I5, I7, I8: referrals are what the commissions that stand are worth by their terms |
//! | `books` | I3, I7: the ledger balances; accounts are what conversions and touches earned |
//! | `disputes` | I2, I10: disputes belong together, and accepted ones have the conversion that they say |
//! | `alerts` | I5, I7, I10: alerts say what was so, and the newest on money what is so |
//! | `billing` | I3, I7, I10: papers hold every entry whole and once, come to what they hold, and have numbers without gaps |
//! | `statements` | I7: statements are what the accounts of publishers moved |
//! | `kept` | I9: totals of the intake, outbox |
//! | `channels` | I7: what reports say was sold by each channel and campaign; a part of `facts` |
//! | `facts` | I7: reports say what the transfers say; apart from the others, since it asks the report engine |
//! | `proofs` | I9: every decision is under the root of its day, and the roots are one chain |
//!
//! A damaged row is reported and left out of what else is checked, so one damage can be named several times.

mod alerts;
mod billing;
mod bonuses;
mod books;
mod caps;
mod channels;
mod conversion_payments;
mod customers;
mod disputes;
mod exchange;
pub mod facts;
mod findings;
mod first_decisions;
mod kept;
mod later_decisions;
mod once;
mod own_results;
mod payout_exchanges;
mod payouts;
mod proofs;
mod raises;
mod referrals;
mod statements;
mod touches;
mod walls;
mod world;

use model::{ConversionId, TouchId};
use store::{Result, Tx};
use tokio::sync::mpsc;

pub use findings::{Invariant, Summary, VIOLATIONS_LISTED_MAX, Violation};

use crate::{App, click_id::ClickIdKeys};
use findings::Findings;
use world::World;

/// How many events are read at a time.
const PAGE: u32 = 1_000;

/// What events amount to, gathered while they are walked through and compared afterwards.
#[derive(Default)]
struct Sums {
    caps: caps::Counted,
    books: books::Earned,
    kept: kept::Received,
    dedup_keys: u64,
}

/// Recomputes every invariant in one read transaction. `progress` is told what is looked at and how much of it so far.
///
/// The store must have been opened with a `statement_timeout` that lets one transaction read all of it.
///
/// # Errors
/// Storage errors. What is merely wrong is in the summary.
pub async fn verify(app: &App, progress: &(dyn Fn(&str, u64) + Sync)) -> Result<Summary> {
    let (told, mut telling) = mpsc::unbounded_channel();
    let click_ids = std::sync::Arc::clone(&app.click_ids);
    let work = app.store.read("verify", move |tx| {
        check(tx, &click_ids, &mut |what, done| {
            // Who asked may have stopped listening.
            let _ = told.send((what, done));
        })
    });
    tokio::pin!(work);
    loop {
        tokio::select! {
            Some((what, done)) = telling.recv() => progress(what, done),
            result = &mut work => return result,
        }
    }
}

/// Recomputes every invariant as this transaction sees the store.
///
/// # Errors
/// Storage errors. What is merely wrong is in the summary.
pub fn check(
    tx: &mut Tx<'_>,
    click_ids: &ClickIdKeys,
    progress: &mut dyn FnMut(&'static str, u64),
) -> Result<Summary> {
    let mut findings = Findings::new(progress);
    let world = match World::read(tx, click_ids) {
        Ok(world) => world,
        Err(store::Error::Damaged(what)) => {
            findings.violate(
                Invariant::I10,
                "configuration",
                format!("nothing can be checked without it: {what}"),
            );
            return Ok(findings.finish());
        }
        Err(error) => return Err(error),
    };
    let mut sums = Sums::default();
    walls::check(tx, &world, &mut findings)?;
    walk_touches(tx, &world, &mut sums, &mut findings)?;
    walk_conversions(tx, &world, &mut sums, &mut findings)?;
    once::check_keys(tx, sums.dedup_keys, &mut findings)?;
    caps::check(tx, &world, &sums.caps, &mut findings)?;
    sums.books.add_moved(payouts::check(tx, &world, &mut findings)?);
    sums.books.add_moved(bonuses::check(tx, &world, &mut findings)?);
    exchange::check_balances(tx, &world, &mut findings)?;
    books::check(tx, sums.books, &mut findings)?;
    disputes::check(tx, &world, &mut findings)?;
    alerts::check(tx, &world, &mut findings)?;
    billing::check(tx, &world, &mut findings)?;
    statements::check(tx, &world, &mut findings)?;
    kept::check(tx, &sums.kept, &mut findings)?;
    proofs::check(tx, &mut findings)?;
    Ok(findings.finish())
}

fn walk_touches(
    tx: &mut Tx<'_>,
    world: &World<'_>,
    sums: &mut Sums,
    findings: &mut Findings<'_>,
) -> Result<()> {
    let mut after: Option<TouchId> = None;
    loop {
        let ids = store::walk::touch_ids(tx, after, PAGE)?;
        let Some(last) = ids.last() else { return Ok(()) };
        after = Some(*last);
        let found =
            findings.read_all(&ids, Invariant::I9, "touch", &mut |ids| store::touches::by_ids(tx, ids))?;
        touches::check(tx, world, &found, sums, findings)?;
        findings.count("touches", ids.len());
    }
}

fn walk_conversions(
    tx: &mut Tx<'_>,
    world: &World<'_>,
    sums: &mut Sums,
    findings: &mut Findings<'_>,
) -> Result<()> {
    let open = bonuses::Open::read(tx, world)?;
    let terms = referrals::Terms::read(tx)?;
    let mut moved = referrals::Moved::default();
    let mut raises = raises::Raises::read(tx, findings)?;
    let mut after: Option<ConversionId> = None;
    loop {
        let ids = store::walk::conversion_ids(tx, after, PAGE)?;
        let Some(last) = ids.last() else { break };
        after = Some(*last);
        let counted = store::bonuses::progress_of(tx, &ids)?;
        let referred = referrals::Page::read(tx, &ids, findings)?;
        let page = first_decisions::Page::read(tx, world, &ids, findings)?;
        let own = own_results::Page::read(tx, &page, findings)?;
        for case in page.cases() {
            let Some(first) = first_decisions::check(world, &page, &case, findings) else { continue };
            once::check_conversion(&page, &case, &first, sums, findings);
            own_results::check(world, &own, (&case, &first), findings);
            customers::check(&page.customers, &case, &first, findings);
            sums.caps.add_conversion(&first);
            sums.kept.add_conversion(&case, &first);
            raises.add_conversion(world, &case, &first, findings);
            let standing = later_decisions::check(world, &raises, &case, &first, findings);
            raises.check_left_out(world, &case, &first, &standing, findings);
            bonuses::check_conversion(world, &case, &first, &counted, &open, findings);
            let of_case = (&case, &first);
            referrals::check_conversion(world, &terms, &referred, of_case, &open, &mut moved, findings);
            sums.books.add_conversion(&case, &first, &standing);
        }
        conversion_payments::check(tx, &ids, findings)?;
        findings.count("conversions", ids.len());
    }
    sums.books.add_moved(moved.0);
    referrals::check_orphans(tx, findings)?;
    raises.finish(tx, findings)?;
    for conversion in store::decisions::orphans(tx)? {
        findings.violate(Invariant::I2, conversion, "it has decisions but does not exist");
    }
    for conversion in store::walk::customers_without_conversion(tx)? {
        findings.violate(
            Invariant::I8,
            conversion,
            "a customer is said to have come by it, but it does not exist",
        );
    }
    for conversion in store::walk::lines_without_conversion(tx)? {
        findings.violate(Invariant::I2, conversion, "it has commission lines but does not exist");
    }
    Ok(())
}
