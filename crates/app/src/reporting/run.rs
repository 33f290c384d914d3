//! A report for an actor: the walls around him, the plan, the engine's answer, and the names of what it tells of.

use std::{collections::BTreeMap, sync::Arc};

use model::{
    CampaignId, ContractVersionId, CreativeId, LinkId, PublisherGroupId, Timestamp,
    access::Role,
    ids::{AdvertiserId, ProgramId, PublisherId},
};
use report::{
    Answer, Dimension, Filter, SketchOf, Viewer,
    dimension::Content,
    request::{Context, Prepared, Request, RequestError},
    table::{KeyText, Page, Table},
};

use super::ReportEngine;
use crate::{
    App,
    access::{Actor, LOOK},
    errors::{ErrorCode, Refusal},
    snapshot::Snapshot,
};

/// Most groups of one report.
pub const GROUPS_MAX: usize = 1_000_000;

/// A report that was run.
#[derive(Debug)]
pub struct Report {
    /// What was asked, checked.
    pub prepared: Prepared,
    /// The answer.
    pub table: Table,
    /// Names of the objects in its keys.
    pub names: BTreeMap<(Dimension, String), String>,
    /// Since when the visitors are known who are counted in it, when that is after its beginning.
    pub visitors_from: Option<Timestamp>,
}

/// Who looks at a report, and from which side of the deal.
#[derive(Debug, Clone)]
pub struct Sight {
    /// The side.
    pub viewer: Viewer,
    /// What every fact must satisfy.
    pub walls: Filter,
}

/// From which side an actor looks, and at what. A manager who serves both sides says with `side` for which he looks.
///
/// # Errors
/// A side that the actor does not stand on.
pub fn sight(actor: &Actor, side: Option<Viewer>) -> Result<Sight, Refusal> {
    LOOK.check_role(actor)?;
    let membership = &actor.membership;
    let own = match membership.role {
        Role::Operator => Viewer::Operator,
        Role::Advertiser => Viewer::Advertiser,
        Role::Publisher => Viewer::Publisher,
        Role::Manager if membership.publishers.is_empty() => Viewer::Advertiser,
        Role::Manager if membership.advertisers.is_empty() => Viewer::Publisher,
        Role::Manager => side.unwrap_or(Viewer::Advertiser),
    };
    if side.is_some_and(|side| side != own) {
        return Err(Refusal::field("side", "you do not stand on that side of the deal"));
    }
    let ids = |ids: Vec<String>| ids.into_iter().map(Some).collect();
    let walls = match own {
        Viewer::Operator => Filter::default(),
        Viewer::Advertiser => Filter::In(
            Dimension::Advertiser,
            ids(membership.advertisers.iter().map(ToString::to_string).collect()),
        ),
        Viewer::Publisher => Filter::In(
            Dimension::Publisher,
            ids(membership.publishers.iter().map(ToString::to_string).collect()),
        ),
    };
    Ok(Sight { viewer: own, walls })
}

/// Runs a report and answers with a page of its rows.
///
/// # Errors
/// `field_invalid` with the field; too large a report; an engine that is busy or cannot read.
pub async fn run(
    app: &App,
    actor: &Actor,
    request: &Request,
    side: Option<Viewer>,
    page: Page,
) -> Result<Report, Refusal> {
    let prepared = prepare(app, actor, request, side)?;
    let snapshot = app.snapshot.get();
    let answer = ask(app, &prepared.plan).await?;
    let compared = match &prepared.compared {
        Some(plan) => Some(ask(app, plan).await?),
        None => None,
    };
    let mut table = prepared.table(answer, compared.as_ref(), page);
    if let Some(plan) = &prepared.then {
        // All of it: a row can stand on another page than it did then.
        let then = prepared.table(ask(app, plan).await?, None, Page::default());
        table.mark_changes(&then);
    }
    let names = names(&snapshot, &prepared, &table);
    let network = snapshot.networks.get(&actor.network());
    let from = network.and_then(|network| network.touch_detail_from(app.clock.now()));
    let visitors_from = from
        .filter(|from| prepared.plan.sketches.contains(&SketchOf::Visitors) && prepared.plan.from < *from);
    Ok(Report { prepared, table, names, visitors_from })
}

/// What a request means for an actor.
///
/// # Errors
/// `field_invalid` with the field.
pub fn prepare(
    app: &App,
    actor: &Actor,
    request: &Request,
    side: Option<Viewer>,
) -> Result<Prepared, Refusal> {
    let (context, _) = prepared_for(app, actor, &sight(actor, side)?)?;
    request.prepare(&context).map_err(refused)
}

/// What requests of an actor are read against, and the configuration that it is taken from.
pub(super) fn prepared_for(
    app: &App,
    actor: &Actor,
    sight: &Sight,
) -> Result<(Context, Arc<Snapshot>), Refusal> {
    let snapshot = app.snapshot.get();
    let network = snapshot.networks.get(&actor.network());
    let network = network.ok_or_else(|| Refusal::not_found(format!("network {}", actor.network())))?;
    let context = Context {
        network_id: network.id,
        currency: network.currency,
        zone: network.zone.clone(),
        now: app.clock.now(),
        viewer: sight.viewer,
        walls: sight.walls.clone(),
        groups_max: GROUPS_MAX,
        serving: snapshot.serving(network.id),
    };
    Ok((context, snapshot))
}

pub(super) fn refused(RequestError { field, message }: RequestError) -> Refusal {
    Refusal::field(field, message)
}

/// The engine of this process.
pub(super) fn engine(app: &App) -> Result<Arc<dyn ReportEngine>, Refusal> {
    let message = "this process keeps no facts for reports; ask one with the role `api`";
    app.reports.clone().ok_or_else(|| Refusal::new(ErrorCode::Busy, message))
}

async fn ask(app: &App, plan: &report::Plan) -> Result<Answer, Refusal> {
    Ok(engine(app)?.query(plan.clone()).await?)
}

/// The names of the objects that the table tells of. Who may see an id in his own facts may see its name.
fn names(snapshot: &Snapshot, prepared: &Prepared, table: &Table) -> BTreeMap<(Dimension, String), String> {
    let mut names = BTreeMap::new();
    let rows = table.rows.iter().chain(&table.totals).chain(&table.rest);
    for (by, key) in rows.flat_map(|row| prepared.by.iter().zip(&row.key)) {
        let (report::request::By::Dimension(dimension), KeyText::Dimension(Some(id))) = (by, key) else {
            continue;
        };
        if dimension.content() != Content::Object || names.contains_key(&(*dimension, id.clone())) {
            continue;
        }
        if let Some(name) = name(snapshot, *dimension, id) {
            names.insert((*dimension, id.clone()), name);
        }
    }
    names
}

pub(super) fn name(snapshot: &Snapshot, dimension: Dimension, id: &str) -> Option<String> {
    match dimension {
        Dimension::Program => {
            let id: ProgramId = id.parse().ok()?;
            snapshot.programs.get(&id).map(|program| program.record.name.clone())
        }
        Dimension::Advertiser => {
            let id: AdvertiserId = id.parse().ok()?;
            snapshot.advertisers.get(&id).map(|advertiser| advertiser.record.name.clone())
        }
        Dimension::Publisher => {
            let id: PublisherId = id.parse().ok()?;
            snapshot.publishers.get(&id).map(|publisher| publisher.name.clone())
        }
        Dimension::Link => {
            let id: LinkId = id.parse().ok()?;
            let link = snapshot.links.get(snapshot.links_by_id.get(&id)?)?;
            Some(link.record.name.clone()).filter(|name| !name.is_empty())
        }
        Dimension::PublisherGroup => {
            let id: PublisherGroupId = id.parse().ok()?;
            snapshot.groups.get(&id).map(|group| group.name.clone())
        }
        Dimension::Campaign => {
            let id: CampaignId = id.parse().ok()?;
            snapshot.campaigns.get(&id).map(|campaign| campaign.name.clone())
        }
        Dimension::Creative => {
            let id: CreativeId = id.parse().ok()?;
            snapshot.creatives.get(&id).map(|creative| creative.name.clone())
        }
        Dimension::Manager => snapshot.managers.get(&id.parse().ok()?).map(|manager| manager.name.clone()),
        Dimension::ContractVersion => {
            let id: ContractVersionId = id.parse().ok()?;
            snapshot.versions.get(&id).map(|version| format!("version {}", version.version().number))
        }
        _ => None,
    }
}
