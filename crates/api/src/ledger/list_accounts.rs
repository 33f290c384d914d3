//! `GET /api/v1/ledger/accounts`

use app::events::money::{self, AccountFilter, AccountSeen};
use axum::Json;

use super::{AccountQuery, AccountView};
use crate::http::{
    caller::Caller,
    page::{Page, asked},
    problem::Problem,
    query::Filters,
};

/// Accounts with their sums: your own, or all of the network for the operator.
#[utoipa::path(get, path = "/api/v1/ledger/accounts", tag = "ledger", params(AccountQuery),
    responses((status = 200, description = "A page of accounts", body = Page<AccountView>)))]
pub async fn list_accounts(
    caller: Caller,
    Filters(query): Filters<AccountQuery>,
) -> Result<Json<Page<AccountView>>, Problem> {
    let filter = AccountFilter { advertiser_id: query.advertiser_id, publisher_id: query.publisher_id };
    caller
        .read("account.list", move |tx, actor| {
            let after = query.cursor.as_ref().map(|cursor| cursor.0.as_slice());
            let found = money::accounts(tx, actor, filter, after, asked(query.limit))?;
            let cursor = |seen: &AccountSeen| seen.key.to_bytes().to_vec();
            Ok(Page::of(found, query.limit, cursor, AccountView::from))
        })
        .await
}
