//! `GET /api/v1/ledger/transfers`

use app::{
    errors::{ErrorCode, Refusal},
    events::money::{self, TransferCursor, TransferFilter, TransferSeen},
};
use axum::Json;
use model::Timestamp;

use super::{TransferQuery, TransferView};
use crate::http::{
    caller::Caller,
    page::{Cursor, Page, asked},
    problem::Problem,
    query::Filters,
};

/// Transfers, newest first, to and from an account or of one source; the operator may ask for all.
#[utoipa::path(get, path = "/api/v1/ledger/transfers", tag = "ledger", params(TransferQuery),
    responses((status = 200, description = "A page of transfers", body = Page<TransferView>)))]
pub async fn list_transfers(
    caller: Caller,
    Filters(query): Filters<TransferQuery>,
) -> Result<Json<Page<TransferView>>, Problem> {
    let before = query.cursor.as_ref().map(read_cursor).transpose()?;
    let filter = TransferFilter { account: query.account, source: query.source };
    caller
        .read("transfer.list", move |tx, actor| {
            let found = money::transfers(tx, actor, &filter, before.as_ref(), asked(query.limit))?;
            let cursor = |seen: &TransferSeen| write_cursor(&money::cursor(&seen.transfer));
            Ok(Page::of(found, query.limit, cursor, TransferView::from))
        })
        .await
}

/// Moment (8 bytes), number within the source (8 bytes), source.
fn write_cursor((at, source, sequence): &TransferCursor) -> Vec<u8> {
    [&at.as_micros().to_be_bytes()[..], &sequence.to_be_bytes()[..], source].concat()
}

fn read_cursor(Cursor(bytes): &Cursor) -> Result<TransferCursor, Refusal> {
    let parts = bytes.split_first_chunk::<8>().and_then(|(at, rest)| {
        let (sequence, source) = rest.split_first_chunk::<8>()?;
        Some((
            Timestamp::from_micros(i64::from_be_bytes(*at)),
            source.to_vec(),
            i64::from_be_bytes(*sequence),
        ))
    });
    parts.ok_or_else(|| Refusal {
        field: Some("cursor".to_owned()),
        ..Refusal::new(ErrorCode::ParameterInvalid, "this cursor is of another list")
    })
}
