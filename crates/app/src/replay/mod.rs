//! Decides the stored conversions of a period again, and tells the difference in money.
//!
//! Each conversion is decided from the facts of its own receipt, in the order in which they came. With nothing put in
//! place of what was in force, every decision must come out as it was, bit by bit (I8). With another contract version, a
//! draft that nobody has signed yet, or another payout model, the difference is what the change would have been worth
//! (`instead` says what is judged by what). Nothing is written.
//!
//! Caps are counted again within the replay (`recount`): what the replay pays more or less than was paid moves every
//! later counter. What people decided afterwards (approvals, reversals) is left out on both sides: the report compares
//! first decisions. A business event that was reported twice stays one.
//!
//! | file | question |
//! |---|---|
//! | `instead` | what is each conversion judged by? |
//! | `recount` | what had each cap used? |
//! | `report` | what is the difference, for whom? |
//! | `turns` | may this network ask for one now? |
//!
//! Deciding is work without a pause, so it is done off the threads that serve requests: redirects go on meanwhile.

mod instead;
mod recount;
mod report;
mod turns;

use std::sync::Arc;

use engine::Receipt;
use model::{AdvertiserId, ConversionId, NetworkId, ProgramId, Timestamp, TouchId, touch::Touch};
use rustc_hash::FxHashMap;
use store::{
    Tx,
    conversions::{self, Conversion},
    decisions,
};

pub use instead::{Draft, Instead};
pub use report::{Changed, CodeChange, CurrencyTotals, PublisherDifference, Report};
pub(crate) use turns::Turn;
pub use turns::Turns;

use crate::{
    App,
    access::{Actor, REPLAY},
    errors::{ErrorCode, Refusal},
    snapshot::Snapshot,
};

/// How many conversions are read at a time.
const PAGE: u32 = 500;

/// Which conversions are decided again, and by what.
#[derive(Debug, Clone)]
pub struct Request {
    /// First moment of the period, by the time of receipt.
    pub from: Timestamp,
    /// First moment after it.
    pub to: Timestamp,
    /// Only of this network.
    pub network_id: Option<NetworkId>,
    /// Only of these advertisers.
    pub advertisers: Option<Vec<AdvertiserId>>,
    /// What takes the place of what was in force.
    pub instead: Instead,
    /// The most conversions that are looked at, whosever they are; more are refused.
    pub conversions_max: Option<u64>,
}

/// Decides the period again. `progress` is told how many conversions were looked at.
///
/// # Errors
/// `field_invalid` when the request makes no sense; storage errors and damaged receipts.
pub async fn replay(app: &App, request: Request, progress: &(dyn Fn(u64) + Sync)) -> Result<Report, Refusal> {
    replay_in_turn(app, request, None, progress).await
}

async fn replay_in_turn(
    app: &App,
    request: Request,
    turn: Option<Turn>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Report, Refusal> {
    if request.to <= request.from {
        return Err(Refusal::field("to", "a period ends after it begins"));
    }
    app.snapshot.refresh().await?;
    let (snapshot, asked) = (app.snapshot.get(), request.clone());
    let mut deciding = off_the_servers(move || Deciding::new(snapshot, &asked, turn)).await??;
    let mut after = first_id(request.from);
    let mut looked_at = 0;
    loop {
        let (from, wanted) = (after, request.clone());
        let asks = deciding.judged_by.asks_touches();
        let page = app.store.read("replay", move |tx| read_page(tx, from, &wanted, asks)).await?;
        let Some(last) = page.last else { break };
        after = last;
        looked_at += page.looked_at;
        if request.conversions_max.is_some_and(|max| looked_at > max) {
            let message = "the period has too many conversions for one answer; take a shorter one, or the command \
                           `merit replay`";
            return Err(Refusal::field("to", message));
        }
        let ended = page.ended;
        deciding = off_the_servers(move || deciding.page(&page)).await??;
        progress(looked_at);
        if ended {
            break;
        }
    }
    off_the_servers(move || deciding.report.finish(&deciding.snapshot)).await?
}

/// Does this on a thread that serves nobody.
pub(crate) async fn off_the_servers<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refusal> {
    let stopped = |error: tokio::task::JoinError| Refusal::new(ErrorCode::Internal, error.to_string());
    tokio::task::spawn_blocking(work).await.map_err(stopped)
}

/// A replay under way.
struct Deciding {
    snapshot: Arc<Snapshot>,
    judged_by: instead::JudgedBy,
    recount: recount::Recount,
    report: report::Builder,
    /// Here, because the work of a request that was given up goes on until its page is done.
    _turn: Option<Turn>,
}

impl Deciding {
    fn new(snapshot: Arc<Snapshot>, request: &Request, turn: Option<Turn>) -> Result<Self, Refusal> {
        Ok(Self {
            judged_by: instead::JudgedBy::new(&snapshot, &request.instead)?,
            snapshot,
            recount: recount::Recount::default(),
            report: report::Builder::new(request),
            _turn: turn,
        })
    }

    fn page(mut self, page: &Page) -> Result<Self, Refusal> {
        for case in &page.cases {
            let facts = self.judged_by.facts(&self.snapshot, case, &page.touches);
            let used = |key: &[u8]| self.recount.used(&case.receipt.facts, key);
            let again = engine::decide(&case.conversion.report, &facts, self.judged_by.contracts(), &used);
            self.recount.add(&case.receipt, &again);
            self.report.add(case, &again)?;
        }
        Ok(self)
    }
}

/// A conversion with the receipt of its first decision.
struct Case {
    conversion: Conversion,
    receipt: Receipt,
}

/// A page of conversions.
struct Page {
    cases: Vec<Case>,
    /// The touches of their journeys, when they are asked for.
    touches: FxHashMap<TouchId, Touch>,
    looked_at: u64,
    last: Option<ConversionId>,
    /// Whether the period ends in it.
    ended: bool,
}

/// The id before those of conversions that came at `at`: ids carry the millisecond of receipt.
fn first_id(at: Timestamp) -> ConversionId {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&at.as_millis_clamped().to_be_bytes()[2..]);
    ConversionId::from_bytes(bytes)
}

fn read_page(
    tx: &mut Tx<'_>,
    after: ConversionId,
    request: &Request,
    asks_touches: bool,
) -> store::Result<Page> {
    let mut ids = store::walk::conversion_ids(tx, Some(after), PAGE)?;
    let last = ids.last().copied();
    let found = ids.len() as u64;
    ids.retain(|id| id.drawn_at() < request.to);
    let ended = (ids.len() as u64) < found;
    let mut conversions = conversions::by_ids(tx, &ids)?;
    conversions.retain(|one| {
        (request.from..request.to).contains(&one.received_at)
            && request.network_id.is_none_or(|network| network == one.network_id)
            && request.advertisers.as_ref().is_none_or(|list| list.contains(&one.advertiser_id))
    });
    // One millisecond holds several, whose ids are in no order of receipt.
    conversions.sort_by_key(|one| (one.received_at, one.id));
    let wanted: Vec<ConversionId> = conversions.iter().map(|one| one.id).collect();
    let damaged = |id: ConversionId, what: &str| store::Error::Damaged(format!("conversion {id}: {what}"));
    let mut receipts: FxHashMap<ConversionId, Receipt> = FxHashMap::default();
    for row in decisions::of(tx, &wanted)?.into_iter().filter(|row| row.sequence == 1) {
        let receipt = serde_json::from_str(&row.receipt)
            .map_err(|error| damaged(row.conversion_id, &format!("receipt: {error}")))?;
        receipts.insert(row.conversion_id, receipt);
    }
    let mut cases = Vec::with_capacity(conversions.len());
    for conversion in conversions {
        let receipt =
            receipts.remove(&conversion.id).ok_or_else(|| damaged(conversion.id, "has no decision"))?;
        cases.push(Case { conversion, receipt });
    }
    let mut touches = FxHashMap::default();
    if asks_touches {
        let candidates = cases.iter().flat_map(|case| &case.receipt.facts.candidates);
        let ids: Vec<TouchId> =
            candidates.filter(|candidate| candidate.stored).map(|candidate| candidate.touch_id).collect();
        touches.extend(store::touches::by_ids(tx, &ids)?.into_iter().map(|touch| (touch.id, touch)));
    }
    Ok(Page { cases, touches, looked_at: ids.len() as u64, last, ended })
}

/// The most conversions that one answer of the API looks at; those of other networks and advertisers are skipped quickly,
/// but not for nothing.
pub const CONVERSIONS_MAX_ASKED: u64 = 200_000;

/// Decides a period again for somebody: his network's conversions, an advertiser's only his own. One at a time in a
/// network.
///
/// # Errors
/// `right_missing`, `field_invalid`; `too_many_attempts` while another one runs; storage errors.
pub async fn replay_for(
    app: &App,
    actor: &Actor,
    (from, to): (Timestamp, Timestamp),
    instead: Instead,
) -> Result<Report, Refusal> {
    REPLAY.check_role(actor)?;
    let snapshot = app.snapshot.get();
    let sees = |program: ProgramId| {
        let program = snapshot.programs.get(&program);
        program.is_some_and(|program| {
            let record = &program.record;
            actor.eyes(record.network_id, Some(record.advertiser_id), None).advertiser
        })
    };
    if let Some(id) = instead.contract_version_id
        && !snapshot.versions.get(&id).is_some_and(|version| sees(version.version().program_id))
    {
        return Err(Refusal::unknown("contract_version_id", format_args!("contract version {id}")));
    }
    if let Some(draft) = &instead.draft
        && !sees(draft.program_id)
    {
        return Err(Refusal::field("draft.program_id", format!("there is no program {}", draft.program_id)));
    }
    let request = Request {
        from,
        to,
        network_id: Some(actor.network()),
        advertisers: actor.advertisers().map(<[AdvertiserId]>::to_vec),
        instead,
        conversions_max: Some(CONVERSIONS_MAX_ASKED),
    };
    let turn = app.replays.take(actor.network(), "a replay")?;
    replay_in_turn(app, request, Some(turn), &|_| {}).await
}
