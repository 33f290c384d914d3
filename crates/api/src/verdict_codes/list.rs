//! `GET /api/v1/verdict_codes`

use axum::Json;
use model::Code;
use serde::Serialize;
use utoipa::ToSchema;

/// Every verdict code.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerdictCodes {
    /// The codes, in the order of their numbers.
    pub items: Vec<VerdictCodeView>,
}

/// A stable reason why something counts or does not.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerdictCodeView {
    /// The word that programs compare.
    #[schema(value_type = String, example = "duplicate_click")]
    pub code: Code,
    /// Its number.
    pub number: u16,
    /// `touch`, `conversion` or `both`.
    pub applies: &'static str,
    /// Whether what carries it counts.
    pub counted: bool,
    /// Whether a corrected repeat can still count.
    pub recoverable: bool,
    /// Who can act on it: `advertiser`, `publisher`, `network`, `visitor` or `nobody`.
    pub party: &'static str,
    /// What it means and what to do, in English.
    pub en: &'static str,
    /// The same in Vietnamese.
    pub vi: &'static str,
    /// The same in Persian.
    pub fa: &'static str,
}

/// Every verdict code with its sentence in three languages. Needs no credentials.
#[utoipa::path(get, path = "/api/v1/verdict_codes", tag = "verdict_codes", security(()),
    responses((status = 200, description = "The codes", body = VerdictCodes)))]
pub async fn list_verdict_codes() -> Json<VerdictCodes> {
    let view = |code: &Code| {
        let info = code.info();
        VerdictCodeView {
            code: *code,
            number: info.number,
            applies: info.applies.word(),
            counted: info.counted,
            recoverable: info.recoverable,
            party: info.party.word(),
            en: info.en,
            vi: info.vi,
            fa: info.fa,
        }
    };
    Json(VerdictCodes { items: Code::ALL.iter().map(view).collect() })
}
