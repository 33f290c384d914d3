//! Payout tables: frozen weights of publishers, by which the payout model `markov` shares conversions.

pub mod create;
pub mod get;
pub mod list;

use app::configuration::payout_tables::NewTable;
use model::{PayoutTableId, ProgramId, PublisherId, Timestamp, payout_table::PayoutTable};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::{page::IdCursor, query::Limit};

/// What a table is to rest on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayoutTableDraft {
    /// The program.
    #[schema(value_type = String)]
    pub program_id: ProgramId,
    /// First moment of the journeys that it rests on.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// First moment after them.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// The model: `markov_1`, `markov_2` or `markov_3`; the first when absent.
    #[schema(example = "markov_1")]
    pub model: Option<String>,
    /// Only conversions of this action end a journey; every one when absent.
    #[schema(example = "order")]
    pub action: Option<String>,
    /// How many days before its end a journey reaches, up to 400; 30 when absent.
    pub window_days: Option<u32>,
    /// From when on the table is in force: now or later, with the program's notice where another one is in force. Now when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub valid_from: Option<Timestamp>,
}

impl From<PayoutTableDraft> for NewTable {
    fn from(draft: PayoutTableDraft) -> Self {
        let PayoutTableDraft { program_id, from, to, model, action, window_days, valid_from } = draft;
        let model = model.unwrap_or_else(|| "markov_1".to_owned());
        Self { program_id, from, to, model, action, window_days: window_days.unwrap_or(30), valid_from }
    }
}

/// Frozen weights.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayoutTableView {
    /// Id.
    #[schema(value_type = String, example = "ptb_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: PayoutTableId,
    /// The program.
    #[schema(value_type = String)]
    pub program_id: ProgramId,
    /// From when on conversions are shared by it, until a later one begins.
    #[schema(value_type = String, format = DateTime)]
    pub valid_from: Timestamp,
    /// First moment of the journeys that it rests on.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// First moment after them.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// The model that computed it.
    #[schema(example = "markov_1")]
    pub model: String,
    /// The action whose conversions ended journeys.
    pub action: Option<String>,
    /// How many days before its end a journey reached.
    pub window_days: u32,
    /// Conversions that it rests on.
    pub conversions: u64,
    /// Journeys without one.
    pub nulls: u64,
    /// The weight of each publisher, in millionths and at least 1. One who is not named weighs as the least.
    pub weights: Vec<PayoutWeightView>,
    /// SHA-256 of all this but ids and times of making: two tables of the same journeys have the same.
    pub digest: String,
    /// When it was frozen.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// The weight of a publisher.
#[derive(Debug, Serialize, ToSchema)]
pub struct PayoutWeightView {
    /// The publisher.
    #[schema(value_type = String)]
    pub publisher_id: PublisherId,
    /// His weight.
    pub weight: u64,
}

impl From<PayoutTable> for PayoutTableView {
    fn from(table: PayoutTable) -> Self {
        let weight = |(publisher_id, weight)| PayoutWeightView { publisher_id, weight };
        Self {
            id: table.id,
            program_id: table.program_id,
            valid_from: table.valid_from,
            from: table.from,
            to: table.to,
            model: table.model,
            action: table.action,
            window_days: table.window_days,
            conversions: table.conversions,
            nulls: table.nulls,
            weights: table.weights.into_iter().map(weight).collect(),
            digest: table.digest,
            created_at: table.created_at,
        }
    }
}

/// Filters of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PayoutTableQuery {
    /// Only of this program.
    #[param(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// How many objects a page holds: 1 to 200, 50 without it.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    pub cursor: Option<IdCursor>,
}
