//! `GET /api/v1/conversions/{conversion_id}/proof`

use app::proof;
use axum::Json;
use model::ConversionId;
use serde_json::Value;

use crate::http::{caller::Caller, path::Id, problem::Problem};

/// Proof of what was decided about a conversion and on which day: the receipt as you may read it, and for each decision
/// the audit path to the root of its day. `merit proof verify` checks the answer without a server. Decisions of days that
/// are not finished are listed in `waiting`.
#[utoipa::path(get, path = "/api/v1/conversions/{conversion_id}/proof", tag = "proofs",
    responses((status = 200, description = "The proof, in the form that `docs/guides/proof.md` describes", body = Object)))]
pub async fn get_conversion_proof(caller: Caller, Id(id): Id<ConversionId>) -> Result<Json<Value>, Problem> {
    let app = std::sync::Arc::clone(&caller.api.app);
    caller
        .read("conversion.proof", move |tx, actor| {
            let proof = proof::proof_for(tx, &app, actor, id)?;
            Ok(serde_json::to_value(proof).expect("a proof holds only strings and whole numbers"))
        })
        .await
}
