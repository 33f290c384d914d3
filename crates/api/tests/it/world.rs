//! A running application behind its router: a network with two advertisers, two publishers and a manager, and a second
//! network beside it.

use std::sync::Arc;

use api::ClientAddress;
use app::{
    App,
    intake::{Answer, Decider, Event, Limits, TouchDraft, UniqueKeys},
    storage::{Options, Store},
};
use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use model::{
    Clock, Code, Entropy, TouchId, VisitorId,
    touch::{ConsentState, Facts, LinkParameters, Touch, TouchKind},
};
use serde_json::{Value, json};
use testkit::{FakeClock, SeededEntropy};
use tower::ServiceExt;

use crate::{
    personas::{self, Persona},
    reports,
};

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    /// The body as JSON; `null` when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
    /// The body of an answer that must have this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json()
    }
    /// The code of a refusal that must have this status.
    #[track_caller]
    pub fn refused(&self, status: u16) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.text);
        self.expect(status)["code"].as_str().unwrap().to_owned()
    }
    /// Code and field of a refusal.
    #[track_caller]
    pub fn refused_field(&self) -> (String, String) {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        assert!(self.status.is_client_error(), "{}", self.text);
        (text("code"), text("field"))
    }
}

/// Ids of what there is.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    pub network: String,
    pub advertiser: String,
    pub other_advertiser: String,
    pub publisher: String,
    pub other_publisher: String,
    pub program: String,
    pub other_program: String,
    pub contract: String,
    pub link: String,
    pub slug: String,
    pub other_link: String,
    pub manager_user: String,
}

/// What runs.
pub struct World {
    pub app: Arc<App>,
    pub router: Router,
    pub clock: FakeClock,
    pub ids: Ids,
    keys: personas::Keys,
    decider: Option<Decider>,
    _folder: Option<tempfile::TempDir>,
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(decider) = self.decider.take() {
            decider.stop();
        }
    }
}

/// Where links in mails lead.
pub const CONSOLE: &str = "https://console.example";
/// Password of everybody.
pub const PASSWORD: &str = "four odd green pears";

impl World {
    /// An installation before its first start.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options::sqlite(folder.path().join("merit.db"));
        Self::open(options, Some(folder)).await
    }

    async fn open(options: Options, folder: Option<tempfile::TempDir>) -> Self {
        let store = Store::open(options).await.unwrap();
        store.migrate().await.unwrap();
        let clock = FakeClock::default();
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(11));
        let mut app = App::open(store, Arc::new(clock.clone()), entropy).await.unwrap();
        app.reports = Some(Arc::new(reports::Slow::default()));
        // The engine takes its lock on a plain thread.
        let (app, decider) = tokio::task::spawn_blocking(move || {
            let decider = app.start_intake(Limits::default()).unwrap();
            (app, decider)
        })
        .await
        .unwrap();
        let app = Arc::new(app);
        let settings = api::Settings { console_address: Some(CONSOLE.into()), ..api::Settings::default() };
        let router = api::router_with(Arc::clone(&app), settings);
        let (keys, ids) = (personas::Keys::default(), Ids::default());
        Self { app, router, clock, ids, keys, decider: Some(decider), _folder: folder }
    }

    /// An installation with everybody in it.
    pub async fn new() -> Self {
        Self::empty().await.settled().await
    }

    /// The same on each database: SQLite, and PostgreSQL where there is one.
    pub async fn on_both() -> Vec<Self> {
        let mut worlds = vec![Self::new().await];
        if let Some(url) = tokio::task::spawn_blocking(testkit::postgres::fresh_url).await.unwrap() {
            worlds.push(Self::open(Options::postgres(url), None).await.settled().await);
        }
        worlds
    }

    async fn settled(mut self) -> Self {
        self.keys = personas::settle(&mut self).await;
        self
    }

    /// Gives the personas their keys.
    pub fn set_keys(&mut self, keys: personas::Keys) {
        self.keys = keys;
    }

    /// The key of a persona.
    pub fn key(&self, who: Persona) -> &str {
        self.keys.of(who).unwrap()
    }

    /// Sends a request as it is.
    pub async fn send(&self, mut request: Request<Body>) -> Reply {
        // Time goes on between requests, so that ids are in order.
        self.clock.advance_micros(1_000);
        request.extensions_mut().insert(ClientAddress([192, 0, 2, 1].into()));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Reply { status: parts.status, headers: parts.headers, text }
    }

    /// A request of a persona with its key.
    pub fn request(&self, who: Persona, method: &str, path: &str, body: Option<&Value>) -> Request<Body> {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(key) = self.keys.of(who) {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        match body {
            None => request.body(Body::empty()),
            Some(body) => {
                request.header("content-type", "application/json").body(Body::from(body.to_string()))
            }
        }
        .unwrap()
    }

    /// Reads.
    pub async fn get(&self, who: Persona, path: &str) -> Reply {
        self.send(self.request(who, "GET", path, None)).await
    }
    /// Writes.
    pub async fn post(&self, who: Persona, path: &str, body: Value) -> Reply {
        self.send(self.request(who, "POST", path, Some(&body))).await
    }
    /// Removes.
    pub async fn delete(&self, who: Persona, path: &str) -> Reply {
        self.send(self.request(who, "DELETE", path, Some(&serde_json::json!({})))).await
    }
    /// Changes.
    pub async fn patch(&self, who: Persona, path: &str, body: Value) -> Reply {
        self.send(self.request(who, "PATCH", path, Some(&body))).await
    }

    /// A click on the link with this slug by somebody new, stored; gives its click id.
    pub async fn click(
        &self,
        link: &str,
        slug: &str,
        publisher: &str,
        program: &str,
        advertiser: &str,
    ) -> String {
        let visitor = VisitorId::new(self.clock.now(), &*self.app.entropy);
        self.click_of(visitor, link, slug, publisher, program, advertiser).await
    }

    async fn click_of(
        &self,
        visitor: VisitorId,
        link: &str,
        slug: &str,
        publisher: &str,
        program: &str,
        advertiser: &str,
    ) -> String {
        let now = self.clock.advance_micros(1_000_000);
        let touch = Touch {
            id: TouchId::new(now, &*self.app.entropy),
            kind: TouchKind::Click,
            network_id: self.ids.network.parse().unwrap(),
            link_id: link.parse().unwrap(),
            program_id: program.parse().unwrap(),
            publisher_id: publisher.parse().unwrap(),
            advertiser_id: advertiser.parse().unwrap(),
            received_at: now,
            code: Code::Ok,
            unique: false,
            visitor_id: Some(visitor),
            consent: ConsentState::Granted,
            consent_source: "consent".to_owned(),
            destination: Some("https://shop.example/?sub=secret-sub".to_owned()),
            facts: Facts {
                country: Some("VN".to_owned()),
                user_agent: Some("secret-agent".to_owned()),
                address_prefix: Some("192.0.2.0/24".to_owned()),
                ..Facts::default()
            },
            parameters: LinkParameters {
                subs: [("sub1".to_owned(), "secret-sub".to_owned())].into(),
                ref_id: Some("secret-ref".to_owned()),
                to: None,
                creative: None,
            },
            earning: None,
        };
        let slug = model::link::LinkCode::from_slug(slug).unwrap();
        let click_id = self.app.click_ids.mint(touch.id, slug.number());
        let event = Event::Touch(Box::new(TouchDraft::new(touch, UniqueKeys::default())));
        let answer = self.app.intake.as_ref().unwrap().submit(event).await.unwrap();
        assert!(matches!(answer, Answer::Touch(_)));
        click_id
    }

    /// A click on the publisher's link by this browser.
    pub async fn click_with(&self, visitor: VisitorId) -> String {
        let Ids { link, slug, publisher, program, advertiser, .. } = &self.ids;
        self.click_of(visitor, link, slug, publisher, program, advertiser).await
    }

    /// A click on the publisher's link.
    pub async fn own_click(&self) -> String {
        let Ids { link, slug, publisher, program, advertiser, .. } = &self.ids;
        self.click(link, slug, publisher, program, advertiser).await
    }

    /// Clicks of one visitor: on a new link of the other publisher in the program, then on the publisher's. Gives the click
    /// id of the last.
    pub async fn clicks_of_both(&self, coupon: &str) -> String {
        let Ids { link, slug, publisher, other_publisher, program, advertiser, .. } = &self.ids;
        let body = json!({
            "program_id": program, "publisher_id": other_publisher, "coupon_code": coupon, "coupon_policy": "winner",
        });
        let other = self.post(Persona::Operator, "/api/v1/links", body).await.expect(201);
        let text = |name: &str| other[name].as_str().unwrap().to_owned();
        let visitor = VisitorId::new(self.clock.now(), &*self.app.entropy);
        self.click_of(visitor, &text("id"), &text("slug"), other_publisher, program, advertiser).await;
        self.click_of(visitor, link, slug, publisher, program, advertiser).await
    }

    /// An order of 90 dollars by a new click on the publisher's link; gives the conversion's id.
    pub async fn order(&self, order_id: &str) -> String {
        let click_id = self.own_click().await;
        self.clock.advance_seconds(60);
        let body = json!({
            "action": "order", "order_id": order_id, "amount": "90.00", "currency": "USD", "click_id": click_id,
            "customer_id": "secret-customer", "email_sha256": "ab".repeat(32), "adv": {"adv1": "secret-adv"},
            "items": [{"sku": "secret-sku", "quantity": 2, "price": "45.00"}], "coupon": "SPRING",
        });
        let decided = self.post(Persona::Advertiser, "/api/v1/conversions", body).await.expect(201);
        assert_eq!(decided["decision"], "pending", "{decided}");
        decided["conversion_id"].as_str().unwrap().to_owned()
    }

    /// Fails when anything that is stored breaks an invariant.
    pub async fn clean(&self) {
        let summary = app::verify::verify(&self.app, &|_, _| {}).await.unwrap();
        assert!(summary.is_clean(), "{:#?}", summary.violations);
    }

    /// The present moment of the world, as text.
    pub fn now(&self) -> String {
        self.clock.now().to_string()
    }
}
