//! I5, I7, I10: alerts belong together and say what was so.
//!
//! A cap's counter never falls, so what an alert saw used is used still, and its key names the counter. The newest word on a
//! prepaid advertiser's money is what his accounts say now.

use std::collections::BTreeMap;

use commission::{CapKey, CapScope, Threshold};
use model::{
    AdvertiserId, Timestamp,
    alert::{Alert, AlertAbout, CapAlert, CapAlertOver},
    parties::Billing,
};
use store::{Result, Tx};

use super::{
    findings::{Findings, Invariant, is_damage},
    world::World,
};
use crate::{alerts::cap_key, funding};

/// The newest word on each advertiser's money, and when it was said.
type Newest = BTreeMap<AdvertiserId, (Timestamp, bool)>;

/// Checks every alert.
pub(super) fn check(tx: &mut Tx<'_>, world: &World<'_>, findings: &mut Findings<'_>) -> Result<()> {
    let mut caps = Vec::new();
    let mut newest = Newest::new();
    let mut number = 0;
    let walked = store::alerts::for_each(tx, &mut |key, alert, same| {
        number += 1;
        if !same {
            findings.violate(Invariant::I10, alert.id, "its columns do not say what the alert says");
        }
        if let Some(message) = outside(world, &alert) {
            findings.violate(Invariant::I10, alert.id, message);
        }
        match &alert.about {
            AlertAbout::Cap(cap) => {
                let cap = cap.clone();
                caps.push((key, alert, cap));
            }
            AlertAbout::FundsOut | AlertAbout::FundsBack => {
                let said = (alert.at, alert.about == AlertAbout::FundsBack);
                let before = newest.entry(alert.advertiser_id).or_insert(said);
                *before = said.max(*before);
            }
            AlertAbout::FundsLow { .. } => {}
        }
        Ok(())
    });
    findings.count("alerts", number);
    match walked {
        Err(error) if is_damage(&error) => findings.violate(Invariant::I10, "alerts", error.to_string()),
        other => other?,
    }
    for (key, alert, cap) in caps {
        if let Some(message) = wrong_cap(tx, &key, &alert, &cap)? {
            findings.violate(Invariant::I5, alert.id, message);
        }
    }
    check_funds(tx, world, &newest, findings)
}

fn outside(world: &World<'_>, alert: &Alert) -> Option<String> {
    let snapshot = &world.snapshot;
    let advertiser = snapshot.advertisers.get(&alert.advertiser_id);
    if advertiser.is_none_or(|it| it.record.network_id != alert.network_id) {
        return Some(format!("{} is no advertiser of its network", alert.advertiser_id));
    }
    if let Some(id) = alert.program_id
        && snapshot.programs.get(&id).is_none_or(|it| it.record.advertiser_id != alert.advertiser_id)
    {
        return Some(format!("{id} is no program of its advertiser"));
    }
    let id = alert.publisher_id?;
    let same = snapshot.publishers.get(&id).is_some_and(|it| it.network_id == alert.network_id);
    (!same).then(|| format!("{id} is no publisher of its network"))
}

/// What is wrong with the alert of a cap.
fn wrong_cap(tx: &mut Tx<'_>, key: &[u8], alert: &Alert, cap: &CapAlert) -> Result<Option<String>> {
    let Some(program_id) = alert.program_id else { return Ok(Some("it names no program".to_owned())) };
    let scope = match (&cap.over, alert.publisher_id) {
        (None, None) => CapScope::Program,
        (None, Some(publisher)) => CapScope::Publisher(publisher),
        (Some(CapAlertOver::Together { group_id }), None) => CapScope::Together(*group_id),
        (Some(CapAlertOver::Sub { name, value }), Some(publisher)) => {
            CapScope::Sub(publisher, *name, value.as_str().into())
        }
        _ => return Ok(Some("it does not say over whom its cap counts".to_owned())),
    };
    let (metric, period, currency, start) = (cap.metric, cap.period, cap.currency, cap.since);
    let counter = CapKey { scope, program_id, metric, period, currency, start };
    let CapAlert { percent, limit, used, soft, .. } = *cap;
    if key != cap_key(&Threshold { key: counter.clone(), percent, limit, used, soft }) {
        return Ok(Some("its key is that of another cap, percentage or limit".to_owned()));
    }
    let reached = i128::from(used) * 100 >= i128::from(limit) * i128::from(percent);
    // A hard cap is full, too, when something did not fit under it.
    if soft && !reached {
        return Ok(Some(format!("{} of {} is not {percent} %", cap.show(used), cap.show(limit))));
    }
    let stored = store::counters::load(tx, &[counter.to_bytes().to_vec()])?;
    let now = stored.first().map_or(0, |(_, used)| *used);
    Ok((now < used).then(|| format!("its counter holds {}, it saw {}", cap.show(now), cap.show(used))))
}

/// Compares the newest word on money with the accounts.
fn check_funds(
    tx: &mut Tx<'_>,
    world: &World<'_>,
    newest: &Newest,
    findings: &mut Findings<'_>,
) -> Result<()> {
    for (id, (_, said)) in newest {
        let Some(advertiser) = world.snapshot.advertisers.get(id) else { continue };
        let prepaid = advertiser.record.billing == Billing::Prepaid;
        if prepaid && funding::is_funded(tx, advertiser.record.network_id, *id)? != *said {
            let word = if *said { "is" } else { "is no" };
            let message =
                format!("the newest alert says that there {word} money, its accounts say otherwise");
            findings.violate(Invariant::I7, id, message);
        }
    }
    Ok(())
}
