//! I7: what reports say was sold by each channel and campaign is what stands of the conversions.
//!
//! The slow way: every conversion that earns a publisher something counts for `affiliate`, less what was taken back, and every result
//! that stands without a paid publisher for its own channel and campaign.

use std::collections::{BTreeMap, BTreeSet};

use model::{Channel, Money, NetworkId};
use report::{Answer, Dimension, Key, KeyValue, Measure, Plan, Sum};
use store::{Error, Result, Tx, conversions, own_results};

use super::findings::{Invariant, Summary, Violation};

/// How many, and for how much.
type Sold = [i128; 2];
/// By network, channel, campaign and currency of the order; what is not known is empty.
pub(super) type Sales = BTreeMap<(NetworkId, String, String, String), Sold>;

fn add_one(
    sales: &mut Sales,
    (network, channel, campaign): (NetworkId, Channel, String),
    amount: Option<Money>,
) {
    let currency = amount.map_or("", |amount| amount.currency().code()).to_owned();
    let sold = sales.entry((network, channel.word().to_owned(), campaign, currency)).or_default();
    sold[0] += 1;
    sold[1] += amount.map_or(0, |amount| i128::from(amount.units()));
}

/// What stands of all conversions.
pub(super) fn sold(tx: &mut Tx<'_>) -> Result<Sales> {
    let mut sales = Sales::new();
    conversions::for_each(tx, &mut |conversion| {
        let conversion = conversion?;
        if !conversion.state.is_live() {
            return Ok(());
        }
        let left = |amount: Money| {
            let back = conversion.reversed.floor_of(amount.units())?;
            Some(Money::from_units(amount.units() - back, amount.currency()))
        };
        let amount = match conversion.amount {
            Some(amount) => {
                let damaged = || Error::Damaged(format!("conversion {}: amounts do not fit", conversion.id));
                Some(left(amount).ok_or_else(damaged)?)
            }
            None => None,
        };
        add_one(&mut sales, (conversion.network_id, Channel::Affiliate, String::new()), amount);
        Ok(())
    })?;
    own_results::for_each(tx, &mut |row| {
        let row = row?;
        if row.holds && row.present {
            let campaign = row.campaign_id.map_or_else(String::new, |id| id.to_string());
            add_one(&mut sales, (row.network_id, row.channel, campaign), row.amount);
        }
        Ok(())
    })?;
    Ok(sales)
}

/// Everything that was ever sold, by channel, campaign and currency; `whole` is the plan of everything.
pub(super) fn plan(whole: Plan) -> Plan {
    let live = (Dimension::State, &["pending", "held", "approved", "paid", "own"][..]);
    Plan {
        keys: [Dimension::Channel, Dimension::Campaign, Dimension::OrderCurrency]
            .map(Key::Dimension)
            .to_vec(),
        sums: vec![
            Sum { measure: Measure::Conversions, only: vec![live] },
            Sum { measure: Measure::Revenue, only: Vec::new() },
        ],
        ..whole
    }
}

pub(super) fn add(sales: &mut Sales, network: NetworkId, answer: &Answer) {
    for group in &answer.groups {
        let text = |place: usize| match group.key.get(place) {
            Some(KeyValue::Text(Some(text))) => text.to_string(),
            _ => String::new(),
        };
        if let Ok(sold) = Sold::try_from(group.sums.as_slice()) {
            sales.insert((network, text(0), text(1), text(2)), sold);
        }
    }
    sales.retain(|_, sold| *sold != Sold::default());
}

pub(super) fn compare(stands: &Sales, told: &Sales, summary: &mut Summary) {
    let keys: BTreeSet<_> = stands.keys().chain(told.keys()).collect();
    for key in &keys {
        let [stand, tell] = [stands, told].map(|sales| sales.get(*key).copied().unwrap_or_default());
        if stand != tell {
            let (network, channel, campaign, currency) = key;
            summary.note(Violation {
                invariant: Invariant::I7,
                place: format!("reports of {network}"),
                message: format!(
                    "{channel} {campaign} sold {stand:?} (results, units of {currency}) by what stands, {tell:?} by reports"
                ),
            });
        }
    }
    *summary.checked.entry("report_channels".to_owned()).or_default() += keys.len() as u64;
}
