//! What reports say of conversions that were paid, and what becomes of it when the payment comes back or the order does.

use std::collections::BTreeMap;

use app::{lifecycle::Extent, payouts::settle};
use model::{Share, Timestamp};
use report::{DateBasis, Dimension, Measure};
use serde_json::json;

use crate::{
    both::on_both,
    payouts::Office,
    reports::{assert_tied, facts},
    world::usd,
};

/// Conversions and commission in cents by state and second of payment, of everything that stands.
async fn by_payment(office: &Office) -> Vec<String> {
    let mut sums: BTreeMap<(String, Option<Timestamp>), [i64; 2]> = BTreeMap::new();
    for fact in facts(&office.world).await {
        let Some(state) = fact.dimension(Dimension::State) else { continue };
        let sums = sums.entry((state.to_owned(), fact.moment(DateBasis::Payment))).or_default();
        sums[0] += fact.measure(Measure::Conversions);
        sums[1] += fact.measure(Measure::Commission);
    }
    sums.retain(|_, sums| *sums != [0, 0]);
    let days: Vec<Timestamp> = sums.keys().filter_map(|(_, at)| *at).collect();
    let payment = |at: &Timestamp| {
        1 + days.iter().filter(|day| *day < at).collect::<std::collections::BTreeSet<_>>().len()
    };
    sums.iter()
        .map(|((state, at), [conversions, commission])| {
            let day = at.as_ref().map_or_else(|| "-".to_owned(), |at| format!("day {}", payment(at)));
            format!("{state} {day}: {conversions} {}", commission * 100 / usd("1"))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversion_is_found_by_the_day_of_its_payment() {
    on_both(|store| async move {
        let office = Office::new(store, 2).await;
        for order in 1..=4 {
            office.earn(0, &format!("o-{order}"), "100.00").await;
        }
        let other = office.earn(1, "p-1", "50.00").await;
        let refunded = office.earn(0, "o-5", "10.00").await;
        office.world.reverse(refunded, Extent::Whole).await.unwrap();
        assert_eq!(by_payment(&office).await, ["approved -: 5 4500", "reversed -: 1 0"]);
        assert_eq!(office.tell().await, 0);

        // Only the first has said where his money goes.
        office.details(0, json!({})).await;
        let first = office.pay().await.payouts[0].payout.clone();
        assert_eq!(by_payment(&office).await, ["approved -: 5 4500", "reversed -: 1 0"], "nobody was told");
        assert_eq!(office.tell().await, 4);
        assert_eq!(by_payment(&office).await, ["approved -: 1 500", "paid day 1: 4 4000", "reversed -: 1 0"]);
        assert_eq!(office.tell().await, 0);
        office.world.assert_clean().await;

        // The next payment is the first of the other publisher, and has a day of its own.
        let late = office.earn(0, "o-6", "20.00").await;
        office.details(0, json!({})).await;
        office.details(1, json!({})).await;
        office.pay().await;
        assert_eq!(office.tell().await, 2);
        assert_eq!(by_payment(&office).await, ["paid day 1: 4 4000", "paid day 2: 2 700", "reversed -: 1 0"]);

        // What is taken back after its payment keeps the day.
        office.world.reverse(other, Extent::Share(Share::new(1, 2).unwrap())).await.unwrap();
        office.world.reverse(late, Extent::Whole).await.unwrap();
        let told = ["paid day 1: 4 4000", "paid day 2: 1 250", "reversed -: 1 0", "reversed day 2: 1 0"];
        assert_eq!(by_payment(&office).await, told);
        office.world.assert_clean().await;

        // A payment that comes back takes its conversions with it, and the next one pays them.
        office.act(2, move |change, keys| settle::fail(change, keys, first.id, "closed")).await.unwrap();
        assert_eq!(office.tell().await, 4);
        let told = ["approved -: 4 4000", "paid day 1: 1 250", "reversed -: 1 0", "reversed day 1: 1 0"];
        assert_eq!(by_payment(&office).await, told);
        office.details(0, json!({})).await;
        office.pay().await;
        assert_eq!(office.tell().await, 4);
        let told = ["paid day 1: 1 250", "paid day 2: 4 4000", "reversed -: 1 0", "reversed day 1: 1 0"];
        assert_eq!(by_payment(&office).await, told);
        office.world.assert_clean().await;
        assert_tied(&office.world).await;
    })
    .await;
}
