//! REST for people and programs, one file an endpoint.
//!
//! - `<noun>/<verb>.rs` is one endpoint: what it takes, its line in the API document, and the use case of `app` that it
//!   calls. `<noun>/mod.rs` holds what goes over the wire for that noun. A new endpoint is one file and one line in
//!   [`registry`].
//! - [`http`] is what all endpoints share: who asks, strict reading of input, idempotency and dry runs, pages, problems.
//! - [`openapi`] makes the document from the endpoints and adds what all of them have in common; `docs_page` and
//!   `llms` show it to people and to language models.
//!
//! There is no SQL and no rule about permissions here: `app` answers both.

pub mod advertisers;
pub mod alert_subscriptions;
pub mod alerts;
pub mod api_keys;
pub mod applications;
pub mod attribution;
pub mod audit;
pub mod billing_profiles;
pub mod bonuses;
pub mod campaign_costs;
pub mod campaigns;
pub mod contract_templates;
pub mod contracts;
pub mod conversions;
pub mod cost_imports;
pub mod coupons;
pub mod creatives;
pub mod cut_ties;
pub mod deliveries;
pub mod disputes;
mod docs_page;
pub mod events;
pub mod exchange_rates;
pub mod exchanges;
pub mod exposures;
pub mod http;
pub mod incrementality;
pub mod invitations;
pub mod invoices;
pub mod ledger;
pub mod links;
mod llms;
pub mod networks;
pub mod openapi;
pub mod password_links;
pub mod password_resets;
pub mod payment_details;
pub mod payout_runs;
pub mod payout_tables;
pub mod payouts;
pub mod persons;
pub mod programs;
pub mod proof_roots;
pub mod publisher_groups;
pub mod publisher_postbacks;
pub mod publishers;
pub mod quarantine;
pub mod reasons;
pub mod referral_terms;
pub mod referrals;
pub mod registry;
pub mod replays;
pub mod reports;
pub mod saved_reports;
pub mod schedules;
pub mod second_factor;
pub mod session;
pub mod sessions;
pub mod setup;
pub mod shape;
pub mod statements;
mod terms_page;
pub mod touches;
pub mod users;
pub mod verdict_codes;
pub mod webhooks;

use std::{net::IpAddr, sync::Arc};

use app::{App, people::sessions::Attempts};
use axum::{Router, middleware, routing::get};

use crate::http::{finish, problem::Problem};

/// How the API is served.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whether browsers reach the installation over https only: session cookies are then never sent over http.
    pub secure_cookies: bool,
    /// Where people open the console, as links in mails begin, without a slash at its end; none where no mails are sent.
    pub console_address: Option<Arc<str>>,
}

/// The address of whoever asks, as the server knows it behind its trusted proxies. Put it into the request's extensions;
/// without it, sign-in attempts are counted by e-mail address alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// What every endpoint can reach.
#[derive(Clone)]
pub struct Api {
    /// The running application.
    pub app: Arc<App>,
    /// Failed sign-ins of late.
    pub attempts: Arc<Attempts>,
    /// How the API is served.
    pub settings: Settings,
}

/// The routes `/api/v1/*`, `/api/openapi.json`, `/api/docs` and `/llms.txt`.
pub fn router(app: Arc<App>) -> Router {
    router_with(app, Settings::default())
}

/// [`router`] with settings.
pub fn router_with(app: Arc<App>, settings: Settings) -> Router {
    let api = Api { app, attempts: Arc::default(), settings };
    let (endpoints, document) = registry::endpoints().split_for_parts();
    let document = Arc::new(openapi::complete(&document));
    endpoints
        .merge(pages(&document))
        .route("/terms/{program_id}", get(terms_page::get_terms))
        .route("/api", get(unknown_path))
        .route("/api/{*path}", axum::routing::any(unknown_path))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(api.clone(), finish::finish))
        .with_state(api)
}

/// The document itself and the pages made from it.
fn pages(document: &serde_json::Value) -> Router<Api> {
    let json = openapi::text(document);
    let page = docs_page::DocsPage::new(document);
    let llms = llms::text(document);
    Router::new()
        .route(
            "/api/openapi.json",
            get(move || async move { ([("content-type", "application/json")], json) }),
        )
        .route("/api/docs", get(move || async move { page }))
        .route(
            "/llms.txt",
            get(move || async move { ([("content-type", "text/plain; charset=utf-8")], llms) }),
        )
}

async fn unknown_path() -> Problem {
    Problem::new(
        app::errors::ErrorCode::NotFound,
        "there is nothing at this address; /api/docs lists what there is",
    )
}

async fn method_not_allowed() -> Problem {
    Problem::new(
        app::errors::ErrorCode::MethodNotAllowed,
        "this address does not take this method; /api/docs lists what it takes",
    )
}
