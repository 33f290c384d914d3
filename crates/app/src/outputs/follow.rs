//! What was committed becomes deliveries for those who want to be told of it: alerts for their subscribers, decisions for publishers.
//!
//! The outbox is followed in commit order from one place, which moves on in the transaction that writes the deliveries. So a crash, or
//! two workers at once, make nothing missing and nothing twice. Whoever subscribes is told of what is committed after that.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AlertId, ConversionId, DeliveryId, Entropy, NetworkId, PublisherId, Timestamp, TouchId,
    alert::Alert,
    macros::{Place, Template},
};
use store::{
    Error, Result, Tx, conversions, decisions,
    deliveries::{self, Delivery},
    outbox, outputs,
    proofs::{self, DecisionKey},
    touches,
};

use super::{
    kept::{Kept as _, object},
    parcel::{AlertParcel, CallParcel, Parcel, wanted},
    postbacks::{PublisherPostback, Status, Values},
    subscriptions::AlertSubscription,
};
use crate::{
    App,
    access::{Actor, Who},
    alerts,
    awards::followed::Followed,
    click_id::ClickIdKeys,
    snapshot::Snapshot,
};

/// Entries of the outbox that are read at a time.
const ENTRIES: u32 = 20;

/// Follows up to the end of the outbox; answers with how many deliveries were wanted.
///
/// # Errors
/// Storage errors.
pub async fn follow(app: &App) -> Result<usize> {
    let mut count = 0;
    loop {
        let (now, entropy, snapshot) = (app.clock.now(), app.entropy.clone(), app.snapshot.get());
        let keys = app.click_ids.clone();
        let work = app.store.write("tell what was committed", move |tx| {
            step(tx, &Following { snapshot: &snapshot, keys: &keys, entropy: &*entropy, now })
        });
        match work.await? {
            None => return Ok(count),
            Some(made) => count += made,
        }
    }
}

/// What a step needs.
struct Following<'a> {
    snapshot: &'a Snapshot,
    keys: &'a ClickIdKeys,
    entropy: &'a dyn Entropy,
    now: Timestamp,
}

/// One step in a transaction of its own; none at the end of the outbox.
fn step(tx: &mut Tx<'_>, following: &Following<'_>) -> Result<Option<usize>> {
    let position = outputs::position(tx)?;
    // The end is read first: whoever subscribes after it is not seen below, and is not to be told of what is before it.
    let newest = outbox::newest(tx)?;
    let (through, entries) = match outputs::any(tx, [AlertSubscription::KIND, PublisherPostback::KIND])? {
        true => match outbox::transactions_after(tx, position, ENTRIES)? {
            Some(found) => found,
            None => return Ok(None),
        },
        false if newest == position => return Ok(None),
        false => (newest, Vec::new()),
    };
    let mut wanted = Vec::new();
    let of_kind = |kind: &'static str| entries.iter().filter(move |entry| entry.kind == kind);
    for entry in of_kind(alerts::ALERTS) {
        for id in entry.body.as_chunks::<16>().0 {
            if let Some(alert) = store::alerts::by_id(tx, AlertId::from_bytes(*id))? {
                following.alert(tx, &alert, &mut wanted)?;
            }
        }
    }
    let keys: Vec<DecisionKey> =
        of_kind("decisions").flat_map(|entry| proofs::decisions_in(&entry.body)).collect();
    following.decisions(tx, &keys, &mut wanted)?;
    deliveries::want(tx, &wanted)?;
    if !outputs::advance(tx, position, through)? {
        return Err(Error::Conflict("what was committed was told by two at once".to_owned()));
    }
    Ok(Some(wanted.len()))
}

impl Following<'_> {
    fn delivery(
        &self,
        whose: (NetworkId, &str),
        what: (String, &str, String),
        parcel: &Parcel,
    ) -> Result<Delivery> {
        let times = (DeliveryId::new(self.now, self.entropy), self.now, self.now);
        Ok(wanted(whose, what, times, parcel.text()?))
    }

    /// An alert for each subscriber who may read it.
    fn alert(&self, tx: &mut Tx<'_>, alert: &Alert, into: &mut Vec<Delivery>) -> Result<()> {
        for row in outputs::of_kind(tx, alert.network_id, AlertSubscription::KIND)? {
            let subscription: AlertSubscription = object(&row)?;
            let is_meant = subscription.kinds.is_empty() || subscription.kinds.contains(&alert.about.kind());
            let actor = Actor { who: Who::System, membership: subscription.membership.clone() };
            if !is_meant || alerts::by_id(tx, &actor, alert.id)?.is_none() {
                continue;
            }
            let parcel = Parcel::Alert(Box::new(AlertParcel {
                subscription_id: subscription.id,
                alert_id: alert.id,
                language: subscription.language,
                membership: subscription.membership,
                user_id: row.user_id,
            }));
            let mails = subscription.mails.iter().map(|mail| ("mail", mail.clone()));
            let webhooks = subscription.webhook_ids.iter().map(|id| ("webhook", id.to_string()));
            for (channel, target) in mails.chain(webhooks) {
                let key = format!("{} {} {channel} {target}", subscription.id, alert.id);
                into.push(self.delivery((row.network_id, &row.party), (key, channel, target), &parcel)?);
            }
        }
        Ok(())
    }

    /// Decisions for the publishers who earn by them.
    fn decisions(&self, tx: &mut Tx<'_>, keys: &[DecisionKey], into: &mut Vec<Delivery>) -> Result<()> {
        let ids: BTreeSet<ConversionId> = keys.iter().map(|key| key.conversion_id).collect();
        let lines = conversions::lines(tx, &ids.into_iter().collect::<Vec<_>>())?;
        let publishers: BTreeSet<PublisherId> = lines.iter().map(|(_, _, line)| line.publisher_id).collect();
        let mut postbacks = Vec::new();
        for row in outputs::of_publishers(tx, &publishers.into_iter().collect::<Vec<_>>())? {
            let postback: PublisherPostback = object(&row)?;
            let template = Template::parse(&postback.url, Place::Postback)
                .map_err(|error| Error::Damaged(format!("{}: {error}", postback.id)))?;
            postbacks.push((row, postback, template));
        }
        if postbacks.is_empty() {
            return Ok(());
        }
        let told = |publisher: PublisherId| postbacks.iter().any(|(_, it, _)| it.publisher_id == publisher);
        let own = lines.iter().filter(|(_, _, line)| told(line.publisher_id));
        let (ids, touch_ids): (BTreeSet<ConversionId>, BTreeSet<TouchId>) =
            own.map(|(id, _, line)| (*id, line.touch_id)).unzip();
        let ids: Vec<ConversionId> = ids.into_iter().collect();
        let rows = decisions::of(tx, &ids)?;
        let found = conversions::by_ids(tx, &ids)?;
        let touches = touches::by_ids(tx, &touch_ids.into_iter().collect::<Vec<_>>())?;
        let mut cases = BTreeMap::new();
        for conversion in &found {
            cases.insert(conversion.id, Followed::new(conversion, &rows, &lines)?);
        }
        for key in keys {
            let Some(case) = cases.get(&key.conversion_id) else { continue };
            let number = i64::from(key.number);
            let Some(decision) = case.decisions.iter().find(|row| row.sequence == number) else { continue };
            let Some(status) = Status::of(decision) else { continue };
            for (row, postback, template) in &postbacks {
                let of_program =
                    postback.program_id.is_none_or(|program| case.conversion.program_id == Some(program));
                let is_meant = row.network_id == case.conversion.network_id
                    && of_program
                    && postback.statuses.contains(&status);
                if !is_meant {
                    continue;
                }
                let with = (self.snapshot, self.keys, self.random());
                let values = Values::of(postback.publisher_id, (case, decision, status), &touches, with)?;
                let Some(values) = values else { continue };
                let parcel = Parcel::Conversion(CallParcel {
                    postback_id: postback.id,
                    conversion_id: key.conversion_id,
                    decision: number,
                    url: template.fill(&|found| values.value(found)),
                });
                let id = format!("{} {} {number}", postback.id, key.conversion_id);
                let what = (id, "postback", postback.id.to_string());
                into.push(self.delivery((row.network_id, &row.party), what, &parcel)?);
            }
        }
        Ok(())
    }

    fn random(&self) -> u64 {
        let mut bytes = [0; 8];
        self.entropy.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}
