//! The facts behind a number of a report, for whoever may see them: the way down to touches, conversions and their receipts.

use std::{collections::BTreeMap, sync::Arc};

use model::{Currency, Timestamp};
use report::{
    Dimension, Fact, FactPage, FactPlace, Measure, Plan, Viewer, measure::In, metric::Value, request::Request,
};

use super::{
    ReportEngine,
    run::{engine, name, prepared_for, refused, sight},
};
use crate::{App, access::Actor, errors::Refusal, snapshot::Snapshot};

/// Whose facts are wanted: those behind a row of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The report. Its metrics say which facts count (all without any); what orders and shortens is not looked at.
    pub request: Request,
    /// The row: what it is cut by, with its values.
    pub row: BTreeMap<String, Option<String>>,
    /// For a manager who serves both sides: for which he looks.
    pub side: Option<Viewer>,
}

/// A plan with everything that its facts are shown by.
pub struct Behind {
    /// What is asked of the engine.
    pub plan: Plan,
    /// How facts are shown.
    pub sight: FactSight,
    pub(super) engine: Arc<dyn ReportEngine>,
}

/// How somebody sees facts.
#[derive(Clone)]
pub struct FactSight {
    /// From which side.
    pub viewer: Viewer,
    currency: Currency,
    snapshot: Arc<Snapshot>,
}

impl FactSight {
    /// The dimensions that he may see, in their order.
    pub fn dimensions(&self) -> impl Iterator<Item = Dimension> + use<> {
        let viewer = self.viewer;
        Dimension::ALL.iter().copied().filter(move |dimension| dimension.seen_by().contains(&viewer))
    }

    /// The measures that he may see, in their order.
    pub fn measures(&self) -> impl Iterator<Item = Measure> + use<> {
        let viewer = self.viewer;
        Measure::ALL.iter().copied().filter(move |measure| measure.seen_by().contains(&viewer))
    }

    /// The name of the object of a dimension.
    pub fn name(&self, dimension: Dimension, id: &str) -> Option<String> {
        name(&self.snapshot, dimension, id)
    }

    /// What a measure of a fact is worth; no value where its currency is not known.
    pub fn value(&self, fact: &Fact, measure: Measure) -> Value {
        let units = i128::from(fact.measure(measure));
        let of = |dimension: Dimension| fact.dimension(dimension)?.parse::<Currency>().ok();
        let currency = match measure.currency() {
            In::Pieces => return Value::Count(units),
            In::Network => Some(self.currency),
            In::Booked => of(Dimension::Currency),
            In::Order => of(Dimension::OrderCurrency),
        };
        currency.map_or(Value::None, |currency| Value::Money(units, currency))
    }
}

/// What `wanted` means for the actor.
///
/// # Errors
/// `field_invalid` with the field; a process without facts.
pub fn prepare(app: &App, actor: &Actor, wanted: &Wanted) -> Result<Behind, Refusal> {
    let sight = sight(actor, wanted.side)?;
    let (context, snapshot) = prepared_for(app, actor, &sight)?;
    let plan = wanted.request.behind(&context, &wanted.row).map_err(refused)?;
    let sight = FactSight { viewer: sight.viewer, currency: context.currency, snapshot };
    Ok(Behind { plan, sight, engine: engine(app)? })
}

impl Behind {
    /// A page of facts, newest first, and where the next one begins.
    ///
    /// # Errors
    /// An engine that is busy or cannot read.
    pub async fn page(&self, page: FactPage) -> Result<(Vec<Fact>, Option<FactPlace>), Refusal> {
        let asked = FactPage { take: page.take.saturating_add(1), ..page };
        let mut facts = self.engine.facts(self.plan.clone(), asked).await?;
        let more = facts.len() > page.take;
        facts.truncate(page.take);
        let next =
            facts.last().filter(|_| more).map(|last| place_after(&facts, last.recorded_at, page.after));
        Ok((facts, next))
    }
}

fn place_after(facts: &[Fact], recorded_at: Timestamp, before: Option<FactPlace>) -> FactPlace {
    let here = facts.iter().rev().take_while(|fact| fact.recorded_at == recorded_at).count();
    let earlier = before.filter(|place| place.recorded_at == recorded_at).map_or(0, |place| place.seen);
    FactPlace { recorded_at, seen: here + earlier }
}
