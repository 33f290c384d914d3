//! I7: what reports say publishers and the network earned is what the transfers say, and what they say was spent on media is
//! what holds of the campaigns' days; and the revenue of each channel and campaign is that of the conversions that stand, and of the results
//! that no publisher is paid for.
//!
//! Both sides are read as one transaction saw the store: first its newest entry of the outbox with the sums of the
//! transfers, then the facts up to that entry.

use std::collections::BTreeMap;

use ledger::{AccountKey, AccountKind, Source, Transfer};
use model::{Currency, NetworkId, Timestamp};
use report::{Answer, DateBasis, Dimension, Filter, Key, KeyValue, Measure, Plan, Sum};
use store::{Result, Tx, costs, outbox};

use super::{
    channels,
    findings::{Invariant, Summary, Violation},
};
use crate::{
    App,
    errors::Refusal,
    posting,
    reporting::{Feed, ReportEngine},
};

/// What somebody earned by results, and by bonuses and referrals. The network's own are its fees.
#[derive(Default, PartialEq, Eq, Clone, Copy, Debug)]
struct Earned {
    results: i128,
    awards: i128,
}

/// Earnings by network, whom (`network` for itself) and currency.
type Earnings = BTreeMap<(NetworkId, String, Currency), Earned>;

/// Adds what reports and ledger disagree about to a summary. `engine` must not have facts of entries that come later.
///
/// # Errors
/// Storage errors, and an engine that cannot take or answer.
pub async fn compare(
    app: &App,
    engine: &dyn ReportEngine,
    feed: &Feed,
    summary: &mut Summary,
) -> std::result::Result<(), Refusal> {
    let stored = app.store.read("earnings", |tx| {
        Ok::<_, store::Error>((outbox::newest(tx)?, earnings(tx)?, spends(tx)?, channels::sold(tx)?))
    });
    let (newest, ledger, held, sold) = stored.await?;
    feed.follow(app, engine, Some(newest), &|_| {}).await?;
    let networks: Vec<NetworkId> = app.snapshot.get().networks.keys().copied().collect();
    let mut facts = Earnings::new();
    let mut told = Spends::new();
    let mut told_sold = channels::Sales::new();
    for network in networks {
        add_facts(&mut facts, network, &engine.query(plan(network)).await?);
        add_spends(&mut told, network, &engine.query(spend_plan(network)).await?);
        channels::add(&mut told_sold, network, &engine.query(channels::plan(plan(network))).await?);
    }
    channels::compare(&sold, &told_sold, summary);
    compare_spends(&held, &told, summary);
    let keys: std::collections::BTreeSet<_> = ledger.keys().chain(facts.keys()).cloned().collect();
    for key in &keys {
        let [booked, told] = [&ledger, &facts].map(|earnings| earnings.get(key).copied().unwrap_or_default());
        if booked != told {
            let (network, who, currency) = key;
            summary.note(Violation {
                invariant: Invariant::I7,
                place: format!("reports of {network}"),
                message: format!(
                    "{who} earned {} and {} of awards in units of {currency} by the ledger, {} and {} by reports",
                    booked.results, booked.awards, told.results, told.awards
                ),
            });
        }
    }
    *summary.checked.entry("report_earnings".to_owned()).or_default() += keys.len() as u64;
    Ok(())
}

/// What the transfers of results and awards gave to whom.
fn earnings(tx: &mut Tx<'_>) -> Result<Earnings> {
    let mut earnings = Earnings::new();
    let mut history: Vec<Transfer> = Vec::new();
    store::ledger::for_each_transfer(tx, &mut |row| {
        let transfer = posting::from_row(&row?)?;
        if history.first().is_some_and(|first| first.source != transfer.source) {
            add_history(&mut earnings, &history)?;
            history.clear();
        }
        history.push(transfer);
        Ok(())
    })?;
    add_history(&mut earnings, &history)?;
    Ok(earnings)
}

fn add_history(earnings: &mut Earnings, history: &[Transfer]) -> Result<()> {
    let awards = match history.first().map(|first| first.source) {
        Some(Source::Conversion(_) | Source::Touch(_)) => false,
        Some(Source::Bonus(_) | Source::Referral(_)) => true,
        _ => return Ok(()),
    };
    let changes = ledger::changes(&[], history).map_err(|error| store::Error::Damaged(error.to_string()))?;
    for (AccountKey { network_id, kind, currency }, change) in changes {
        let who = match kind {
            AccountKind::Publisher(publisher) => publisher.to_string(),
            AccountKind::Fees if !awards => "network".to_owned(),
            _ => continue,
        };
        let units =
            [change.credits_pending, change.credits_posted, -change.debits_pending, -change.debits_posted];
        let units: i128 = units.into_iter().map(i128::from).sum();
        if units != 0 {
            let earned = earnings.entry((network_id, who, currency)).or_default();
            *(if awards { &mut earned.awards } else { &mut earned.results }) += units;
        }
    }
    Ok(())
}

/// Everything that was ever booked, by publisher and currency.
fn plan(network_id: NetworkId) -> Plan {
    let sum = |measure| Sum { measure, only: Vec::new() };
    Plan {
        network_id,
        basis: DateBasis::Booking,
        from: Timestamp::from_micros(0),
        to: Timestamp::from_micros(i64::MAX),
        walls: Filter::default(),
        filter: Filter::default(),
        keys: vec![Key::Dimension(Dimension::Publisher), Key::Dimension(Dimension::Currency)],
        sums: [Measure::Commission, Measure::Fee, Measure::Bonus, Measure::NetworkBonus].map(sum).to_vec(),
        sketches: Vec::new(),
        as_of: None,
        groups_max: usize::MAX,
        serving: report::plan::Serving::default(),
    }
}

fn add_facts(earnings: &mut Earnings, network: NetworkId, answer: &Answer) {
    for group in &answer.groups {
        let ([publisher, currency], [commission, fee, bonus, network_bonus]) =
            (group.key.as_slice(), group.sums.as_slice())
        else {
            continue;
        };
        let text = |value: &KeyValue| match value {
            KeyValue::Text(Some(text)) => text.to_string(),
            _ => "nobody".to_owned(),
        };
        let Ok(currency) = text(currency).parse::<Currency>() else { continue };
        let awards = bonus + network_bonus;
        if *commission != 0 || awards != 0 {
            let earned = earnings.entry((network, text(publisher), currency)).or_default();
            earned.results += commission;
            earned.awards += awards;
        }
        if *fee != 0 {
            earnings.entry((network, "network".to_owned(), currency)).or_default().results += fee;
        }
    }
    earnings.retain(|_, earned| *earned != Earned::default());
}

/// What a campaign cost in all: in the currency it was paid in, in the network's, and its impressions and clicks.
type Spent = [i128; 4];
/// By network, campaign and currency.
type Spends = BTreeMap<(NetworkId, String, String), Spent>;

/// What holds of the days of campaigns.
fn spends(tx: &mut Tx<'_>) -> Result<Spends> {
    let mut spends = Spends::new();
    costs::for_each(tx, &mut |row| {
        let row = row?;
        if !row.holds || !row.present {
            return Ok(());
        }
        let key = (row.network_id, row.campaign_id.to_string(), row.spend.currency().code().to_owned());
        let counts =
            [row.converted, row.impressions, row.clicks].map(|number| i128::from(number.unwrap_or(0)));
        let spent = spends.entry(key).or_default();
        for (sum, more) in spent.iter_mut().zip([i128::from(row.spend.units())].into_iter().chain(counts)) {
            *sum += more;
        }
        Ok(())
    })?;
    spends.retain(|_, spent| *spent != Spent::default());
    Ok(spends)
}

/// Everything that was ever spent, by campaign and currency.
fn spend_plan(network_id: NetworkId) -> Plan {
    let sum = |measure| Sum { measure, only: Vec::new() };
    Plan {
        keys: vec![Key::Dimension(Dimension::Campaign), Key::Dimension(Dimension::Currency)],
        sums: [Measure::Spend, Measure::SpendNetwork, Measure::Impressions, Measure::Clicks]
            .map(sum)
            .to_vec(),
        ..plan(network_id)
    }
}

fn add_spends(spends: &mut Spends, network: NetworkId, answer: &Answer) {
    for group in &answer.groups {
        let [KeyValue::Text(Some(campaign)), KeyValue::Text(Some(currency))] = group.key.as_slice() else {
            continue;
        };
        if let Ok(spent) = Spent::try_from(group.sums.as_slice()) {
            spends.insert((network, campaign.to_string(), currency.to_string()), spent);
        }
    }
    spends.retain(|_, spent| *spent != Spent::default());
}

fn compare_spends(held: &Spends, told: &Spends, summary: &mut Summary) {
    let keys: std::collections::BTreeSet<_> = held.keys().chain(told.keys()).collect();
    for key in &keys {
        let [holds, says] = [held, told].map(|spends| spends.get(*key).copied().unwrap_or_default());
        if holds != says {
            let (network, campaign, currency) = key;
            summary.note(Violation {
                invariant: Invariant::I7,
                place: format!("reports of {network}"),
                message: format!(
                    "{campaign} cost {holds:?} (units of {currency}, of the network's currency, impressions, clicks) by its days, \
                     {says:?} by reports"
                ),
            });
        }
    }
    *summary.checked.entry("report_spend".to_owned()).or_default() += keys.len() as u64;
}
