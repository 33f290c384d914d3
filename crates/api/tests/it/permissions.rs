//! Who may do what: every operation of the API document by every persona, as one table.
//!
//! The objects belong to the advertiser, the publisher and the network of the personas; the foreigner runs another network,
//! for which none of them exists (an account of that name in his own network has no transfers). Writes are run dry, so that the rows do not depend on each other.

use std::collections::BTreeMap;

use api::openapi;
use serde_json::{Value, json};

use crate::{
    billing, campaigns, creatives, exposures, joining, outputs, payout_tables, payouts,
    personas::{Persona, program, terms},
    persons, quarantine,
    world::{PASSWORD, World},
};

const PERSONAS: [Persona; 6] = [
    Persona::Anonymous,
    Persona::Operator,
    Persona::Advertiser,
    Persona::Publisher,
    Persona::Manager,
    Persona::Foreigner,
];

#[rustfmt::skip]
const TABLE: &str = "
    operation                anonymous operator advertiser publisher manager foreigner
    get_setup                      200      200        200       200     200       200
    create_setup                   409      409        409       409     409       409
    get_session                    401      200        200       200     200       200
    create_session                 201      201        201       201     201       201
    delete_session                 401      409        409       409     409       409
    get_second_factor              401      409        409       409     409       409
    begin_second_factor            401      409        409       409     409       409
    confirm_second_factor          401      409        409       409     409       409
    turn_off_second_factor         401      409        409       409     409       409
    list_sessions                  401      409        409       409     409       409
    end_session                    401      409        409       409     409       409
    end_other_sessions             401      409        409       409     409       409
    look_at_password_link          200      200        200       200     200       200
    redeem_password_link           200      200        200       200     200       200
    create_password_reset          202      202        202       202     202       202
    get_network                    401      200        200       200     200       404
    update_network                 401      200        403       403     403       404
    list_users                     401      200        403       403     403       200
    create_user                    401      201        403       403     403       201
    get_user                       401      200        404       404     200       404
    update_user                    401      200        404       404     403       404
    disable_user                   401      200        404       404     403       404
    reset_user_password            401      201        404       404     409       404
    remove_user_second_factor      401      409        404       404     409       404
    list_api_keys                  401      200        200       200     200       200
    create_api_key                 401      201        201       403     201       201
    revoke_api_key                 401      200        200       404     404       404
    list_advertisers               401      200        200       200     200       200
    create_advertiser              401      201        403       403     403       201
    get_advertiser                 401      200        200       404     200       404
    update_advertiser              401      200        200       404     200       404
    rotate_postback_token          401      201        201       404     201       404
    rotate_signing_secret          401      201        201       404     201       404
    create_funding                 401      201        403       404     403       404
    list_publishers                401      200        200       200     200       200
    create_publisher               401      201        403       403     403       201
    get_publisher                  401      200        200       200     200       404
    update_publisher               401      200        403       200     403       404
    list_publisher_groups          401      200        200       200     200       200
    create_publisher_group         401      201        403       403     403       201
    get_publisher_group            401      200        200       404     200       404
    update_publisher_group         401      200        403       404     403       404
    list_group_members             401      200        200       404     200       404
    add_group_member               401      201        403       404     403       404
    end_group_membership           401      200        403       404     403       404
    list_bonuses                   401      200        200       200     200       200
    create_bonus                   401      201        403       403     403       422
    get_bonus                      401      200        404       200     404       404
    take_back_bonus                401      200        404       403     404       404
    list_referral_terms            401      200        403       200     200       200
    create_referral_terms          401      201        403       403     403       201
    list_referrals                 401      200        200       200     200       200
    list_campaigns                 401      200        200       403     200       200
    create_campaign                401      201        201       403     201       422
    get_campaign                   401      200        200       404     200       404
    update_campaign                401      200        200       404     200       404
    list_campaign_costs            401      200        200       403     200       200
    create_campaign_costs          401      201        201       403     201       422
    list_cost_imports              401      200        200       403     200       200
    create_cost_import             401      201        201       403     201       422
    get_cost_import                401      200        200       404     200       404
    undo_cost_import               401      201        201       404     201       404
    list_exposures                 401      200        200       403     200       200
    create_exposures               401      201        201       403     201       422
    delete_exposure                401      200        200       404     200       404
    explain_person                 401      200        200       403     200       404
    list_cut_ties                  401      200        200       403     200       200
    create_cut_tie                 401      201        201       403     201       422
    delete_cut_tie                 401      200        200       404     200       404
    list_payout_tables             401      200        200       403     200       200
    create_payout_table            401      201        201       403     201       404
    get_payout_table               401      200        200       404     200       404
    list_programs                  401      200        200       200     200       200
    create_program                 401      201        201       403     201       422
    get_program                    401      200        200       200     200       404
    update_program                 401      200        200       403     200       404
    list_program_members           401      200        200       200     200       404
    end_program_membership         401      409        409       403     409       404
    list_publisher_programs        401      200        403       200     403       404
    list_applications              401      200        200       200     200       200
    create_application             401      201        403       403     422       422
    create_invitation              401      201        201       403     201       422
    get_application                401      200        200       200     200       404
    accept_application             401      200        200       403     200       404
    decline_application            401      200        200       403     200       404
    withdraw_application           401      200        403       403     403       404
    list_contract_templates        401      200        200       403     200       200
    create_contract_template       401      201        201       403     201       422
    get_contract_template          401      200        200       404     200       404
    update_contract_template       401      200        200       404     200       404
    list_contract_template_versions 401     200        200       404     200       404
    list_contracts                 401      200        200       200     200       200
    create_contract                401      201        201       403     201       422
    get_contract                   401      200        200       200     200       404
    list_contract_versions         401      200        200       200     200       404
    create_contract_version        401      201        201       403     201       404
    list_exchange_rates            401      200        200       200     200       200
    create_exchange_rates          401      201        403       403     403       201
    list_exchanges                 401      200        404       200     404       404
    create_exchange                401      422        403       403     403       404
    accept_contract_version        401      200        403       403     422       404
    list_contract_acceptances      401      200        200       200     200       404
    get_contract_difference        401      200        200       200     200       404
    list_coupons                   401      200        200       200     200       200
    list_creatives                 401      200        200       200     200       200
    create_creative                401      201        201       403     201       422
    get_creative                   401      200        200       200     200       404
    update_creative                401      200        200       403     200       404
    get_creative_code              401      200        200       200     200       404
    list_links                     401      200        200       200     200       200
    create_link                    401      201        403       201     422       422
    get_link                       401      200        200       200     200       404
    update_link                    401      200        403       200     403       404
    list_touches                   401      200        200       200     200       200
    get_touch                      401      200        200       200     200       404
    list_conversions               401      200        200       200     200       200
    create_conversion              401      201        201       403     201       422
    get_conversion                 401      200        200       200     200       404
    get_conversion_receipt         401      200        200       200     200       404
    get_conversion_proof           401      200        200       200     200       404
    list_proof_roots               401      200        200       200     200       200
    approve_conversion             401      200        200       403     200       404
    reject_conversion              401      200        200       403     200       404
    reverse_conversion             401      200        200       403     200       404
    hold_conversion                401      200        200       403     200       404
    release_conversion             401      409        409       403     409       404
    extend_conversion              401      200        200       403     200       404
    judge_conversions              401      200        200       403     200       200
    get_payment_details            401      200        404       200     404       404
    put_payment_details            401      200        404       403     404       404
    request_payout                 401      200        404       200     404       404
    get_payer                      401      200        404       404     404       404
    put_payer                      401      200        404       404     404       404
    list_payout_runs               401      200        403       403     403       200
    create_payout_run              401      201        403       403     403       201
    get_payout_run                 401      200        404       404     404       404
    approve_payout_run             401      409        404       404     404       404
    cancel_payout_run              401      200        404       404     404       404
    send_payout_run                401      409        404       404     404       404
    get_payout_run_file            401      409        404       404     404       404
    confirm_payout_run             401      409        404       404     404       404
    report_payout_run              401      409        404       404     404       404
    list_payouts                   401      200        200       200     200       200
    get_payout                     401      200        404       404     404       404
    confirm_payout                 401      409        404       404     404       404
    fail_payout                    401      409        404       404     404       404
    correct_payout                 401      409        404       404     404       404
    list_disputes                  401      200        200       200     200       200
    create_dispute                 401      201        403       201     422       422
    get_dispute                    401      200        200       200     200       404
    ask_dispute                    401      200        200       403     200       404
    reply_dispute                  401      200        403       200     403       404
    accept_dispute                 401      409        409       403     409       404
    decline_dispute                401      200        200       403     200       404
    create_replay                  401      200        200       403     200       200
    create_attribution             401      200        200       403     200       200
    create_incrementality          401      422        422       403     422       422
    create_report                  401      200        200       200     200       200
    list_facts                     401      200        200       200     200       200
    export_report                  401      200        200       200     200       200
    create_report_sql              401      422        422       403     422       422
    list_metrics                   200      200        200       200     200       200
    list_dimensions                200      200        200       200     200       200
    get_network_billing_profile    401   200        200       200     200       404
    put_network_billing_profile    401   200        404       404     404       404
    get_advertiser_billing_profile 401   200        200       404     200       404
    put_advertiser_billing_profile 401   200        200       404     200       404
    get_publisher_billing_profile  401   200        404       200     404       404
    put_publisher_billing_profile  401   200        404       403     404       404
    list_invoices                  401   200        200       200     200       200
    create_invoices                401   201        403       403     403       409
    get_invoice                    401   200        200       404     200       404
    get_invoice_pdf                401   200        200       404     200       404
    list_statements                401   200        200       200     200       200
    create_statements              401   201        403       403     403       201
    get_statement                  401   200        404       200     404       404
    list_alerts                    401      200        200       200     200       200
    get_statement_pdf              401   200        404       200     404       404
    list_saved_reports             401      200        200       200     200       200
    create_saved_report            401      201        201       201     201       201
    delete_saved_report            401      404        200       404     404       404
    list_schedules                 401      200        200       200     200       200
    create_schedule                401      404        201       404     404       404
    delete_schedule                401      404        200       404     404       404
    list_webhooks                  401      200        200       200     200       200
    create_webhook                 401      201        201       201     201       201
    delete_webhook                 401      404        200       404     404       404
    list_alert_subscriptions       401      200        200       200     200       200
    create_alert_subscription      401      201        201       201     201       201
    delete_alert_subscription      401      404        200       404     404       404
    list_publisher_postbacks       401      200        200       200     200       200
    create_publisher_postback      401      201        403       201     422       422
    delete_publisher_postback      401      200        404       200     404       404
    list_deliveries                401      200        200       200     200       200
    get_delivery                   401      200        200       404     404       404
    retry_delivery                 401      200        200       404     404       404
    stream_events                  401      200        200       200     200       200
    list_accounts                  401      200        200       200     200       200
    get_account                    401      200        404       200     404       404
    list_transfers                 401      200        404       200     404       200
    list_quarantine                401      200        200       403     200       200
    replay_quarantine              401      201        201       404     201       404
    dismiss_quarantine             401      200        200       404     200       404
    list_audit                     401      200        403       403     403       200
    list_verdict_codes             200      200        200       200     200       200
    list_reasons                   200      200        200       200     200       200
";

/// What stands in the paths, and what is sent.
pub struct Requests {
    paths: BTreeMap<&'static str, String>,
    bodies: BTreeMap<&'static str, Value>,
}

impl Requests {
    pub async fn new(world: &World) -> Self {
        let ids = &world.ids;
        // A month has to end before it is invoiced.
        let (invoice, statement) = billing::papers(world).await;
        let conversion = world.order("order-1").await;
        let touches = world.get(Persona::Publisher, "/api/v1/touches").await.expect(200);
        let run = payouts::proposed(world).await;
        let keys = world.get(Persona::Advertiser, "/api/v1/api_keys").await.expect(200);
        let untracked = json!({
            "kind": "untracked", "program_id": ids.program, "text": "It was mine.",
            "evidence": {"action": "order", "order_id": "order-1", "amount": "90", "link_id": ids.link},
        });
        let dispute = world.post(Persona::Publisher, "/api/v1/disputes", untracked.clone()).await.expect(201);
        let dispute = dispute["id"].as_str().unwrap().to_owned();
        let group = world.post(Persona::Operator, "/api/v1/publisher_groups", json!({"name": "Gold"})).await;
        let group = group.expect(201)["id"].as_str().unwrap().to_owned();
        let member = json!({"publisher_id": ids.other_publisher});
        world
            .post(Persona::Operator, &format!("/api/v1/publisher_groups/{group}/members"), member.clone())
            .await
            .expect(201);
        let given =
            json!({"publisher_id": ids.publisher, "amount": "5", "currency": "USD", "reason": "Spring"});
        let bonus = world.post(Persona::Operator, "/api/v1/bonuses", given.clone()).await.expect(201);
        let (applied, application) = joining::applied(world).await;
        let (campaign, costs) = campaigns::costs(world).await;
        let cost_import = world.post(Persona::Advertiser, "/api/v1/campaign_costs", costs.clone()).await;
        let cost_import = cost_import.expect(201)["id"].as_str().unwrap().to_owned();
        let creative = world.post(Persona::Advertiser, "/api/v1/creatives", creatives::text(world)).await;
        let creative = creative.expect(201)["id"].as_str().unwrap().to_owned();
        let invited = json!({
            "email": "invited@b.example", "name": "A", "membership": {"role": "operator", "right": "read"},
        });
        let invited = world.post(Persona::Operator, "/api/v1/users", invited).await.expect(201);
        let token = invited["link"]["token"].clone();
        let sent = outputs::sent(world).await;
        let of = |value: &Value| value["items"][0]["id"].as_str().unwrap().to_owned();
        let paths = [
            ("network_id", ids.network.clone()),
            ("user_id", ids.manager_user.clone()),
            ("api_key_id", of(&keys)),
            ("quarantine_id", quarantine::quarantined(world, "GET /postback?action=lead").await),
            ("session_id", model::SessionId::from_bytes([1; 16]).to_string()),
            ("advertiser_id", ids.advertiser.clone()),
            ("publisher_id", ids.publisher.clone()),
            ("group_id", group),
            ("program_id", ids.program.clone()),
            ("contract_id", ids.contract.clone()),
            ("number", "1".to_owned()),
            ("link_id", ids.link.clone()),
            ("touch_id", of(&touches)),
            ("conversion_id", conversion),
            ("payout_run_id", run["id"].as_str().unwrap().to_owned()),
            ("payout_id", run["payouts"][0]["id"].as_str().unwrap().to_owned()),
            ("dispute_id", dispute),
            ("application_id", application),
            ("template_id", joining::template(world, &ids.program, "12").await),
            ("invoice_id", invoice),
            ("statement_id", statement),
            ("saved_report_id", sent.saved_report),
            ("schedule_id", sent.schedule),
            ("webhook_id", sent.webhook),
            ("delivery_id", sent.delivery),
            ("alert_subscription_id", sent.subscription),
            ("publisher_postback_id", sent.postback),
            ("bonus_id", bonus["id"].as_str().unwrap().to_owned()),
            ("campaign_id", campaign),
            ("cost_import_id", cost_import),
            ("exposure_id", exposures::told(world).await),
            ("cut_tie_id", persons::cut(world, "till-1").await),
            ("payout_table_id", payout_tables::frozen(world).await),
            ("creative_id", creative),
            ("account", format!("publisher:{}:USD", ids.publisher)),
        ];
        let membership = json!({"role": "operator", "right": "read"});
        let sign_in = json!({"email": "operator@partners.example", "password": PASSWORD});
        let setup_operator = json!({"email": "a@b.example", "name": "A", "password": PASSWORD});
        let user =
            json!({"email": "new@b.example", "name": "A", "password": PASSWORD, "membership": membership});
        let network = json!({"name": "N", "currency": "USD", "zone": "UTC"});
        let agreed =
            json!({"program_id": ids.program, "publisher_id": ids.other_publisher, "terms": terms()});
        let bodies = [
            ("create_setup", json!({"network": network, "operator": setup_operator})),
            ("create_session", sign_in),
            ("begin_second_factor", json!({"password": PASSWORD})),
            ("confirm_second_factor", json!({"code": "123456"})),
            ("turn_off_second_factor", json!({"password": PASSWORD, "code": "123456"})),
            ("look_at_password_link", json!({"token": token})),
            ("redeem_password_link", json!({"token": token, "password": PASSWORD})),
            ("create_password_reset", json!({"email": "operator@partners.example"})),
            ("replay_quarantine", json!({"fields": {"order_id": "q-1"}})),
            ("dismiss_quarantine", json!({"reason": "A test"})),
            ("update_network", json!({"name": "Renamed"})),
            ("create_user", user),
            ("update_user", json!({"name": "Renamed"})),
            ("create_api_key", json!({"name": "key"})),
            ("create_advertiser", json!({"name": "New"})),
            ("update_advertiser", json!({"name": "Renamed"})),
            ("create_funding", json!({"amount": "100", "currency": "USD"})),
            ("create_referral_terms", json!({"levels": [{"percent": "5"}]})),
            ("create_bonus", given),
            ("create_campaign", campaigns::campaign(world, "search", "Another")),
            ("update_campaign", json!({"name": "Renamed"})),
            ("create_campaign_costs", costs),
            (
                "create_cost_import",
                campaigns::file(world, "campaign,day,cost (USD)\nA,2026-01-02,1\n", json!({})),
            ),
            ("create_exposures", exposures::rows(world)),
            ("explain_person", persons::asked(world, "c-1")),
            ("create_cut_tie", persons::shared(world, "till-2")),
            // Another one is in force from now on.
            ("create_payout_table", payout_tables::draft(world, Some("2100-01-01T00:00:00Z"))),
            ("take_back_bonus", json!({"reason": "It came back"})),
            ("create_publisher", json!({"name": "New"})),
            ("update_publisher", json!({"name": "Renamed"})),
            ("create_publisher_group", json!({"name": "New"})),
            ("update_publisher_group", json!({"name": "Renamed"})),
            ("add_group_member", json!({"publisher_id": ids.publisher})),
            ("end_group_membership", member),
            ("create_program", program(&ids.advertiser)),
            ("update_program", json!({"name": "Renamed"})),
            ("end_program_membership", json!({"publisher_id": ids.publisher, "reason": "No."})),
            (
                "create_application",
                json!({"program_id": applied, "publisher_id": ids.other_publisher, "message": "Reviews."}),
            ),
            ("create_invitation", json!({"program_id": applied, "publisher_id": ids.other_publisher})),
            ("decline_application", json!({"answer": "Not now."})),
            ("create_contract", agreed),
            (
                "create_contract_template",
                json!({"program_id": ids.program, "name": "Reviewers", "terms": terms()}),
            ),
            ("update_contract_template", json!({"name": "Renamed"})),
            ("create_contract_version", json!({"terms": terms()})),
            (
                "create_exchange_rates",
                json!({"rates": [{"base": "USD", "quote": "VND", "day": "2025-01-01", "rate": "25400"}]}),
            ),
            // Nothing is posted for the publisher yet.
            ("create_exchange", json!({"amount": "1", "currency": "USD", "to": "EUR"})),
            ("accept_contract_version", json!({"publisher_id": ids.publisher})),
            ("create_creative", creatives::text(world)),
            ("update_creative", json!({"name": "Renamed"})),
            ("create_link", json!({"program_id": ids.program, "publisher_id": ids.publisher})),
            ("update_link", json!({"name": "Renamed"})),
            ("create_conversion", json!({"program_id": ids.program, "action": "lead"})),
            ("create_replay", json!({"from": "2020-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z"})),
            ("create_attribution", json!({"from": "2020-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z"})),
            (
                "create_incrementality",
                json!({"by": "region", "treated": ["VN-SG"], "from": "2020-03-01", "to": "2020-03-31"}),
            ),
            ("create_report", json!({"metrics": ["clicks"], "period": "today"})),
            ("list_facts", json!({"period": "today"})),
            (
                "create_saved_report",
                json!({"name": "Mine", "report": {"metrics": ["clicks"], "period": "today"}}),
            ),
            ("create_schedule", sent.draft),
            ("create_alert_subscription", json!({"mails": ["anna@example.org"]})),
            (
                "create_publisher_postback",
                json!({"publisher_id": ids.publisher, "url": "https://example.org/?click={ref_id}"}),
            ),
            ("create_webhook", json!({"url": "https://example.org/hook"})),
            ("export_report", json!({"format": "csv", "facts": {"period": "today"}})),
            // The engine of these tests reads no SQL.
            ("create_report_sql", json!({"sql": "SELECT 1"})),
            ("reject_conversion", json!({"reason": "cancelled"})),
            ("hold_conversion", json!({"reason": "under_review"})),
            ("extend_conversion", json!({"reason": "under_review"})),
            ("judge_conversions", json!({"operation": "approve", "order_ids": ["order-1"]})),
            ("put_payment_details", payouts::details()),
            ("put_payer", payouts::payer()),
            ("put_network_billing_profile", billing::issuer()),
            ("put_advertiser_billing_profile", billing::taxed()),
            ("put_publisher_billing_profile", billing::profile()),
            ("create_invoices", json!({"period": billing::MONTH})),
            ("create_statements", json!({"period": billing::MONTH})),
            ("create_payout_run", json!({"method": "sepa", "currency": "EUR"})),
            ("report_payout_run", json!({"format": "csv", "content": "payout_id,status\n"})),
            ("fail_payout", json!({"reason": "closed"})),
            ("correct_payout", json!({"reason": "it stayed there"})),
            ("create_dispute", dispute_of(&ids.publisher, untracked)),
            ("ask_dispute", json!({"question": "Which page?"})),
            ("reply_dispute", json!({"text": "The first."})),
            ("accept_dispute", json!({"answer": "You are right."})),
            ("decline_dispute", json!({"answer": "We have it already."})),
            ("reverse_conversion", json!({"reason": "returned", "share": "1/3"})),
        ];
        Self { paths: paths.into(), bodies: bodies.into() }
    }

    /// What is sent to an operation.
    pub fn body(&self, operation: &str) -> Option<&Value> {
        self.bodies.get(operation)
    }

    pub fn path(&self, template: &str, operation: &str, method: &str) -> String {
        let mut path = template.to_owned();
        for (name, id) in &self.paths {
            path = path.replace(&format!("{{{name}}}"), id);
        }
        assert!(!path.contains('{'), "{path}");
        match (operation, method) {
            ("list_transfers", _) => format!("{path}?account={}", self.paths["account"]),
            ("get_contract_difference", _) => format!("{path}?to=1"),
            ("get_creative_code", _) => {
                format!("{path}?origin=https://track.example&link_id={}", self.paths["link_id"])
            }
            ("stream_events", _) => format!("{path}?follow=false"),
            (_, "GET") => path,
            _ => format!("{path}?dry_run=true"),
        }
    }
}

/// The dispute of a named publisher.
fn dispute_of(publisher: &str, mut dispute: Value) -> Value {
    dispute["publisher_id"] = json!(publisher);
    dispute
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_by_every_persona() {
    for world in World::on_both().await {
        check_table(&world).await;
    }
}

async fn check_table(world: &World) {
    let requests = Requests::new(world).await;
    let mut rows: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
    for line in TABLE.lines().skip(2).filter(|line| !line.trim().is_empty()) {
        let (name, statuses) = line.trim().split_once(' ').unwrap();
        rows.insert(name, statuses.split_whitespace().map(|status| status.parse().unwrap()).collect());
    }
    let document = openapi::document();
    let mut wrong = Vec::new();
    for operation in openapi::operations(&document) {
        let name = operation.value["operationId"].as_str().unwrap();
        let Some(wanted) = rows.remove(name) else {
            wrong.push(format!("{name} has no row"));
            continue;
        };
        let path = requests.path(operation.path, name, &operation.method);
        for (who, status) in PERSONAS.into_iter().zip(wanted) {
            let request = world.request(who, &operation.method, &path, requests.bodies.get(name));
            let reply = world.send(request).await;
            if reply.status.as_u16() != status {
                wrong
                    .push(format!("{name} by {who:?}: {} instead of {status}: {}", reply.status, reply.text));
            }
        }
    }
    wrong.extend(rows.into_keys().map(|name| format!("{name} is no operation")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_only_look_changes_nothing() {
    let world = World::new().await;
    let requests = Requests::new(&world).await;
    let document = openapi::document();
    for operation in openapi::operations(&document).iter().filter(|operation| operation.method != "GET") {
        let name = operation.value["operationId"].as_str().unwrap();
        // Replays and reports are sent like writes, because they take a body, and write nothing.
        if matches!(
            name,
            "create_setup"
                | "create_session"
                | "delete_session"
                | "begin_second_factor"
                | "confirm_second_factor"
                | "turn_off_second_factor"
                | "end_session"
                | "end_other_sessions"
                | "look_at_password_link"
                | "redeem_password_link"
                | "create_password_reset"
                | "create_replay"
                | "create_attribution"
                | "create_incrementality"
                | "explain_person"
                | "create_report"
                | "list_facts"
                | "export_report"
                | "create_report_sql"
        ) {
            continue;
        }
        let path = requests.path(operation.path, name, &operation.method);
        // Revoking a key is the one thing that a reader may do: with his own. This one is the advertiser's.
        let reply = world
            .send(world.request(Persona::Reader, &operation.method, &path, requests.bodies.get(name)))
            .await;
        assert!(matches!(reply.status.as_u16(), 403 | 404), "{name}: {} {}", reply.status, reply.text);
    }
}
