//! Quarantine: requests that could not become touches or conversions, for whoever can do something about them.
//!
//! A conversion can be handed to the intake after all, with fields corrected: its request is read as the edge reads one, and
//! whoever replays it vouches for it in place of the token or signature. What is handed over is stored first, under one row for each
//! request, and carries a delivery key; so the event counts once, whoever asks how often, and a replay that was interrupted
//! goes on with the same. Who clicked is not kept, so clicks cannot be replayed; they are dismissed, with a reason, like everything
//! about which nothing is to be done.

use std::collections::BTreeMap;

use model::{
    AdvertiserId, QuarantineId,
    conversion::{ConversionReport, Intake},
};
use serde_json::{Map, Value, json};
use store::{
    Tx, quarantine,
    quarantine::Quarantined,
    quarantine_solutions as solutions,
    quarantine_solutions::{Solution, Way},
};

use super::{
    fields::{FieldError, Fields, is_known},
    page_size, report,
};
use crate::{
    App,
    access::{Actor, QUARANTINE_LOOK, QUARANTINE_SOLVE},
    checks,
    command::{self, Answer, Change, Command},
    errors::{ErrorCode, Refusal},
    intake::ConversionAnswer,
};

/// A request in quarantine with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The request.
    pub row: Quarantined,
    /// What became of it; none yet for an open one.
    pub solution: Option<Solution>,
}

/// What of a request is to be different when it is replayed.
#[derive(Debug, Clone, Default)]
pub struct Corrections {
    /// Who reports, when the request did not prove it.
    pub advertiser_id: Option<AdvertiserId>,
    /// Fields of the postback that take the place of those that came; `null` takes one away.
    pub fields: Map<String, Value>,
}

/// A page of rows, newest first: the operator sees those of his network and those of none, an advertiser his own.
///
/// # Errors
/// `right_missing`; storage errors.
pub fn list(
    tx: &mut Tx<'_>,
    actor: &Actor,
    before: Option<QuarantineId>,
    limit: usize,
) -> Result<Vec<Entry>, Refusal> {
    QUARANTINE_LOOK.check_role(actor)?;
    let rows = quarantine::list(tx, Some(actor.network()), actor.advertisers(), before, page_size(limit))?;
    let ids: Vec<QuarantineId> = rows.iter().map(|row| row.id).collect();
    let found = solutions::of(tx, &ids)?;
    let mut found: BTreeMap<_, _> = found.into_iter().map(|one| (one.quarantine_id, one)).collect();
    Ok(rows.into_iter().map(|row| Entry { solution: found.remove(&row.id), row }).collect())
}

/// One request, for whoever sees it.
fn find(tx: &mut Tx<'_>, actor: &Actor, id: QuarantineId) -> Result<Entry, Refusal> {
    let missing = || Refusal::not_found(format!("request {id} in quarantine"));
    let row = quarantine::by_id(tx, id)?.ok_or_else(missing)?;
    let seen = match row.network_id {
        None => actor.is_operator(),
        Some(network) => actor.eyes(network, row.advertiser_id, None).advertiser,
    };
    if !seen {
        return Err(missing());
    }
    QUARANTINE_SOLVE.check_role(actor)?;
    Ok(Entry { solution: solutions::of(tx, &[id])?.pop(), row })
}

/// Says that nothing is to be done about a request.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`; storage errors.
pub fn dismiss(change: &mut Change<'_, '_>, id: QuarantineId, reason: &str) -> Result<Entry, Refusal> {
    let entry = find(change.tx, change.actor, id)?;
    checks::text::name("reason", reason)?;
    let solution = Solution {
        quarantine_id: id,
        at: change.now,
        actor: change.actor.word(),
        way: Way::Dismissed,
        conversion_id: None,
        report: None,
        reason: Some(reason.to_owned()),
    };
    if !solutions::insert(change.tx, &solution)? {
        return Err(solved());
    }
    note(change, &entry.row, &json!({ "dismissed": reason }))?;
    Ok(Entry { solution: Some(solution), ..entry })
}

fn solved() -> Refusal {
    Refusal::state("this request was replayed or dismissed already")
}

fn note(change: &mut Change<'_, '_>, row: &Quarantined, what: &Value) -> Result<(), Refusal> {
    let network = change.actor.network();
    change.audit(Some(network), &row.id, what)
}

/// Hands the event of a request to the intake, with corrections. Asked again it answers the first decision, whatever is corrected
/// then.
///
/// # Errors
/// `not_found`, `right_missing`, `field_invalid`, `state_conflict`, `busy`, `outcome_unknown`; storage errors.
pub async fn replay(
    app: &App,
    actor: &Actor,
    id: QuarantineId,
    corrections: &Corrections,
    dry_run: bool,
) -> Result<ConversionAnswer, Refusal> {
    let own = actor.clone();
    let entry = app.store.read("quarantine.get", move |tx| find(tx, &own, id)).await?;
    let report = match entry.solution {
        Some(Solution { way: Way::Dismissed, .. }) => return Err(solved()),
        Some(Solution { report: Some(report), .. }) => report,
        _ => report_of(app, actor, &entry.row, corrections)?,
    };
    report::check(&report)?;
    if dry_run {
        return report::submit(app, report, true).await;
    }
    let report = reserve(app, actor, entry.row, report).await?;
    match report::deliver(app, report).await {
        Ok(answer) => {
            let conversion = answer.conversion_id;
            app.store.write("quarantine.settle", move |tx| solutions::settle(tx, id, conversion)).await?;
            Ok(answer)
        }
        Err(refusal) => {
            // Nothing was stored for certain, so it is open again.
            if refusal.code == ErrorCode::Busy {
                app.store.write("quarantine.withdraw", move |tx| solutions::withdraw(tx, id)).await?;
            }
            Err(refusal)
        }
    }
}

/// Stores what is handed over, or finds what somebody else does at this moment.
async fn reserve(
    app: &App,
    actor: &Actor,
    row: Quarantined,
    report: ConversionReport,
) -> Result<ConversionReport, Refusal> {
    let command =
        Command { actor: Some(actor.clone()), ..Command::system("quarantine.replay", actor.network()) };
    let effect = move |change: &mut Change<'_, '_>| {
        let solution = Solution {
            quarantine_id: row.id,
            at: change.now,
            actor: change.actor.word(),
            way: Way::Replayed,
            conversion_id: None,
            report: Some(report.clone()),
            reason: None,
        };
        if solutions::insert(change.tx, &solution)? {
            let shown = serde_json::to_value(&report)
                .map_err(|error| Refusal::new(ErrorCode::Internal, error.to_string()))?;
            note(change, &row, &json!({ "replayed": shown }))?;
            return Ok(report.clone());
        }
        let first = solutions::of(change.tx, &[row.id])?.pop();
        first.and_then(|first| first.report).ok_or_else(solved)
    };
    let show = |report: ConversionReport| Answer::new(200, serde_json::to_value(&report).unwrap_or_default());
    let reserved = command::run(app, command, effect, show).await?;
    serde_json::from_value(reserved.body)
        .map_err(|error| Refusal::new(ErrorCode::Internal, error.to_string()))
}

/// The report that a request makes with its corrections.
fn report_of(
    app: &App,
    actor: &Actor,
    row: &Quarantined,
    corrections: &Corrections,
) -> Result<ConversionReport, Refusal> {
    let (intake, fields) = fields_of(row, corrections)?;
    let now = app.clock.now();
    let wrong = |error: FieldError| match error {
        FieldError::Field { field, problem } => Refusal::field(format!("fields.{field}"), problem),
        other => Refusal::field("fields", other.to_string()),
    };
    // Whoever reports is checked after the fields are read, since they name the program.
    let nobody = AdvertiserId::from_bytes([0; 16]);
    let read = fields.report(nobody, intake, None, now).map_err(wrong)?;
    let advertiser_id = match (row.advertiser_id, corrections.advertiser_id) {
        (Some(proven), Some(named)) if proven != named => {
            return Err(Refusal::field("advertiser_id", "the request is another advertiser's"));
        }
        (proven, named) => report::advertiser_of(app, actor, proven.or(named), read.program_id)?,
    };
    let key = read.idempotency_key.clone().unwrap_or_else(|| format!("quarantine:{}", row.id));
    Ok(ConversionReport {
        advertiser_id,
        occurred_at: Some(read.occurred_at.unwrap_or(row.received_at)),
        idempotency_key: Some(key),
        ..read
    })
}

/// The fields of a kept request, read as the edge reads them, under the corrections.
fn fields_of(row: &Quarantined, corrections: &Corrections) -> Result<(Intake, Fields), Refusal> {
    let (head, body) = row.request.split_once('\n').unwrap_or((&row.request, ""));
    let address = head.split_once(' ').map_or("", |(_, address)| address);
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let intake = match (row.kind.as_str(), path) {
        ("conversion", "/postback") => Intake::Postback,
        ("conversion", "/p.gif") => Intake::Pixel,
        ("conversion", "/m/convert") => Intake::Script,
        _ => {
            let message = "only conversions can be replayed: who clicked is not kept; dismiss this one";
            return Err(Refusal::state(message));
        }
    };
    if let Some(name) = corrections.fields.keys().find(|name| !is_known(name)) {
        let message = "a postback has no such field";
        let refusal = Refusal::new(ErrorCode::FieldUnknown, message);
        return Err(Refusal { field: Some(format!("fields.{name}")), ..refusal });
    }
    let mut fields = Fields::default();
    let wrong = |error: FieldError| Refusal::field("fields", error.to_string());
    fields.add_members(corrections.fields.clone()).map_err(wrong)?;
    let json = body.trim_start().starts_with(['{', '[']);
    let read = if json {
        fields.add_json(body.as_bytes())
    } else {
        fields.add_pairs(body.as_bytes());
        Ok(())
    };
    // A body that cannot be read tells nothing; whoever names the action says what it was.
    if let Err(error) = read
        && !corrections.fields.contains_key("action")
    {
        let message = format!("the kept request cannot be read ({error}); give every field that counts");
        return Err(Refusal::field("fields", message));
    }
    fields.add_pairs(query.as_bytes());
    for (name, _) in corrections.fields.iter().filter(|(_, value)| value.is_null()) {
        fields.remove(name);
    }
    Ok((intake, fields))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Code, Timestamp};

    fn row(kind: &str, request: &str) -> Quarantined {
        Quarantined {
            id: QuarantineId::from_bytes([1; 16]),
            network_id: None,
            advertiser_id: None,
            received_at: Timestamp::from_seconds(1),
            kind: kind.to_owned(),
            code: Code::BodyInvalid,
            reason: "no".to_owned(),
            request: request.to_owned(),
        }
    }

    fn read(request: &str, fields: &Value) -> Result<ConversionReport, String> {
        let corrections =
            Corrections { advertiser_id: None, fields: fields.as_object().cloned().unwrap_or_default() };
        let (intake, fields) =
            fields_of(&row("conversion", request), &corrections).map_err(|refusal| refusal.message)?;
        fields
            .report(AdvertiserId::from_bytes([2; 16]), intake, None, Timestamp::from_seconds(2))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_kept_request_is_read_like_one_that_comes() {
        let query = "GET /postback?token=***&action=order&order_id=a-1&amount=1";
        let form = "POST /postback\ntoken=***&action=order&order_id=a-1&amount=1";
        let json = "POST /postback?order_id=never\n{\"token\":\"***\",\"action\":\"order\",\"order_id\":\"a-1\",\"amount\":1}";
        let one = read(query, &json!({})).unwrap();
        assert_eq!((one.order_id.as_deref(), one.amount.as_deref()), (Some("a-1"), Some("1")));
        assert_eq!(read(form, &json!({})).unwrap(), one);
        assert_eq!(read(json, &json!({})).unwrap(), one);
        assert_eq!(read("GET /p.gif?action=order", &json!({})).unwrap().intake, Intake::Pixel);
    }

    #[test]
    fn corrections_win_and_null_takes_away() {
        let request = "POST /postback\naction=order&order_id=a-1&amount=twelve&coupon=X&items=[]";
        let fixed = read(request, &json!({"amount": "12.00", "coupon": null, "currency": "usd"})).unwrap();
        assert_eq!(fixed.amount.as_deref(), Some("12.00"));
        assert_eq!((fixed.coupon, fixed.currency.as_deref()), (None, Some("USD")));
    }

    #[test]
    fn what_cannot_be_read_has_to_be_said_again() {
        let cut = "POST /postback\n{\"action\":\"order\",\"order_id\":\"a-1\",\"ite";
        assert!(read(cut, &json!({"order_id": "a-1"})).unwrap_err().contains("give every field"));
        let said = read(cut, &json!({"action": "order", "order_id": "a-1"})).unwrap();
        assert_eq!(said.order_id.as_deref(), Some("a-1"));
        let click = fields_of(&row("touch", "GET /c/0abc"), &Corrections::default());
        assert_eq!(click.unwrap_err().code, ErrorCode::StateConflict);
        assert!(read(cut, &json!({"action": "order", "amuont": "1"})).unwrap_err().contains("no such field"));
        assert!(read("POST /m/visit\n{}", &json!({})).is_err());
    }
}
