//! `GET /api/v1/ledger/accounts/{account}`

use app::events::money;
use axum::{Json, extract::Path};

use super::AccountView;
use crate::http::{caller::Caller, problem::Problem};

/// One account by its name; it exists once something was booked on it.
#[utoipa::path(get, path = "/api/v1/ledger/accounts/{account}", tag = "ledger",
    responses((status = 200, description = "The account", body = AccountView)))]
pub async fn get_account(caller: Caller, Path(name): Path<String>) -> Result<Json<AccountView>, Problem> {
    caller.read("account.get", move |tx, actor| Ok(money::account(tx, actor, &name)?.into())).await
}
