//! What an advertiser was charged and no paper holds yet, put on the papers it belongs on.

use std::collections::BTreeMap;

use billing::{Batch, Label, Movement, Origin, Part, Standing};
use model::{Timestamp, billing::LineKind, touch::TouchKind};
use store::{
    Result, Tx,
    billing::entries::{self, ChargeRow},
};

/// A source in storage: its kind, then its id.
pub(crate) type SourceKey = [u8; 17];

/// What a line says of a charge.
pub(crate) fn label(row: &ChargeRow) -> Label {
    let kind = match (&row.action, row.touch) {
        (Some(_), _) => LineKind::Action,
        // A coupon that was used earns nothing by itself.
        (None, Some(TouchKind::Click | TouchKind::Coupon)) => LineKind::Clicks,
        (None, Some(TouchKind::Impression)) => LineKind::Impressions,
        (None, Some(TouchKind::Visit)) => LineKind::Visits,
        (None, None) => LineKind::Bonuses,
    };
    Label { program: row.program, kind, action: row.action.clone() }
}

/// The part of the charge that a leg moves.
pub(crate) const fn part(leg: i64) -> Part {
    if leg == ledger::Leg::Fee.number() as i64 { Part::Fee } else { Part::Commission }
}

/// Everything of an account before `end` that no paper holds.
pub(super) fn unbilled(tx: &mut Tx<'_>, account: &[u8], end: Timestamp) -> Result<Batch<SourceKey>> {
    let mut sources = Sources::default();
    entries::for_each_unbilled(tx, account, end, &mut |row| {
        sources.take(&row);
        Ok(())
    })?;
    let Sources { mut batch, last, returning } = sources;
    if let Some(last) = last {
        last.finish(&mut batch);
    }
    // What takes something back needs to know where its charge stands.
    let keys: Vec<SourceKey> = returning.keys().copied().collect();
    let mut returning = returning;
    for keys in keys.chunks(1_000) {
        for row in entries::standing(tx, keys)? {
            if let Some(source) = returning.get_mut(&row.source) {
                let (line, part, units) = (row.line, part(row.leg), row.units);
                source.origin.standing.push(Standing { invoice: row.invoice, line, part, units });
            }
        }
    }
    for (key, source) in returning {
        if !batch.add(key, &source.label, &source.origin) {
            tracing::warn!(
                source = crate::hex(&key),
                "its charge is of a later time; it waits for the next month"
            );
        }
    }
    Ok(batch)
}

/// Gathers rows that come by source. Sources that only charge are done at once, so that memory holds only the others.
#[derive(Default)]
struct Sources {
    batch: Batch<SourceKey>,
    last: Option<Source>,
    returning: BTreeMap<SourceKey, Source>,
}

struct Source {
    key: SourceKey,
    label: Label,
    origin: Origin,
}

impl Source {
    fn only_charges(&self) -> bool {
        self.origin.movements.iter().all(|movement| movement.units > 0)
    }

    fn finish(self, batch: &mut Batch<SourceKey>) {
        // What only charges never has to wait.
        batch.add(self.key, &self.label, &self.origin);
    }
}

impl Sources {
    fn take(&mut self, row: &ChargeRow) {
        let movement =
            Movement { sequence: row.sequence, line: row.line, part: part(row.leg), units: row.units };
        let key = row.source;
        if let Some(source) = self.returning.get_mut(&key) {
            source.origin.movements.push(movement);
            return;
        }
        match self.last.as_mut().filter(|last| last.key == key) {
            Some(last) => last.origin.movements.push(movement),
            None => {
                let origin = Origin { movements: vec![movement], standing: Vec::new() };
                let next = Source { key, label: label(row), origin };
                if let Some(done) = self.last.replace(next) {
                    done.finish(&mut self.batch);
                }
            }
        }
        if let Some(last) = self.last.take_if(|last| !last.only_charges()) {
            self.returning.insert(key, last);
        }
    }
}
