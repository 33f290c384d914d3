//! A question in SQL for an actor: his walls, and the engine's answer.

use report::{
    Viewer,
    sql::{Question, ROWS_MAX, Rows},
};

use super::run::sight;
use crate::{
    App,
    access::Actor,
    errors::{ErrorCode, Refusal},
};

/// Answers a question over what an operator or an advertiser, or who serves one, may see.
///
/// # Errors
/// `right_missing` for publishers; `field_invalid` with what is wrong with the text and where; an engine that is busy or cannot read.
pub async fn ask(
    app: &App,
    actor: &Actor,
    text: String,
    rows: usize,
    side: Option<Viewer>,
) -> Result<Rows, Refusal> {
    let sight = sight(actor, side)?;
    if sight.viewer == Viewer::Publisher {
        let message = "SQL is for operators and advertisers; POST /api/v1/reports answers publishers";
        return Err(Refusal::new(ErrorCode::RightMissing, message));
    }
    if rows == 0 || rows > ROWS_MAX {
        return Err(Refusal::field("rows", format!("an answer has between 1 and {ROWS_MAX} rows")));
    }
    let Some(engine) = &app.reports else {
        return Err(Refusal::new(
            ErrorCode::Busy,
            "this process keeps no facts for reports; ask one with the role `api`",
        ));
    };
    let network_id = actor.network();
    let question = Question { network_id, viewer: sight.viewer, walls: sight.walls, text, rows };
    Ok(engine.sql(question).await?)
}
