//! `GET /api/v1/contracts/{contract_id}/versions/{number}/difference`

use app::{
    configuration::acceptances,
    terms::{BetterFor, sentence},
};
use axum::Json;
use model::{ContractId, codes::Language};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::DifferenceQuery;
use crate::{
    http::{caller::Caller, path::IdAndNumber, problem::Problem, query::Filters},
    shape,
};

/// What changes from one version to another.
#[derive(Debug, Serialize, ToSchema)]
pub struct DifferenceView {
    /// Number of the version before.
    pub from: u32,
    /// Number of the version after.
    pub to: u32,
    /// Change by change; none when both say the same.
    pub changes: Vec<TermChangeView>,
}

/// One change.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermChangeView {
    /// Where it is within the terms.
    #[schema(example = "actions[order].rates[base].percent")]
    pub path: String,
    /// What was there; none when it is new.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// What is there; none when it is gone.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
    /// The change in words.
    #[schema(example = "Action order, rate base, percentage: 9 instead of 8.")]
    pub sentence: String,
    /// Who is better off; none when it cannot be told from this change alone.
    #[schema(value_type = Option<shape::BetterFor>)]
    pub better_for: Option<BetterFor>,
}

/// What changes from this version to another, change by change, in words.
#[utoipa::path(get, path = "/api/v1/contracts/{contract_id}/versions/{number}/difference", tag = "contracts",
    params(DifferenceQuery),
    responses((status = 200, description = "The changes", body = DifferenceView)))]
pub async fn get_contract_difference(
    caller: Caller,
    IdAndNumber(id, from): IdAndNumber<ContractId>,
    Filters(query): Filters<DifferenceQuery>,
) -> Result<Json<DifferenceView>, Problem> {
    let to = match query.to.map(|text| text.parse::<u32>()) {
        None => from.saturating_add(1),
        Some(Ok(number)) => number,
        Some(Err(_)) => {
            let refusal = app::errors::Refusal::new(
                app::errors::ErrorCode::ParameterInvalid,
                "write the number of a version",
            );
            return Err(Problem(app::errors::Refusal { field: Some("to".to_owned()), ..refusal }));
        }
    };
    let language = query.language.map_or(Language::En, Language::from);
    caller
        .read("contract.difference", move |tx, actor| {
            let changes = acceptances::difference(tx, actor, id, from, to)?;
            let view = |change: app::terms::TermChange| TermChangeView {
                sentence: sentence(&change, language),
                path: change.path.to_string(),
                before: change.before,
                after: change.after,
                better_for: change.better_for,
            };
            Ok(DifferenceView { from, to, changes: changes.into_iter().map(view).collect() })
        })
        .await
}
