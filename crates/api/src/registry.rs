//! Every endpoint, one line each.

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    Api, advertisers, alert_subscriptions, alerts, api_keys, applications, attribution, audit,
    billing_profiles, bonuses, campaign_costs, campaigns, contract_templates, contracts, conversions,
    cost_imports, coupons, creatives, cut_ties, deliveries, disputes, events, exchange_rates, exchanges,
    exposures, incrementality, invitations, invoices, ledger, links, networks, openapi, password_links,
    password_resets, payment_details, payout_runs, payout_tables, payouts, persons, programs, proof_roots,
    publisher_groups, publisher_postbacks, publishers, quarantine, reasons, referral_terms, referrals,
    replays, reports, saved_reports, schedules, second_factor, session, sessions, setup, statements, touches,
    users, verdict_codes, webhooks,
};

/// The endpoints with their lines in the API document.
pub fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(openapi::head())
        .routes(routes!(setup::get::get_setup, setup::create::create_setup))
        .routes(routes!(
            session::get::get_session,
            session::create::create_session,
            session::delete::delete_session
        ))
        .routes(routes!(sessions::list::list_sessions))
        .routes(routes!(sessions::end::end_session))
        .routes(routes!(sessions::end_others::end_other_sessions))
        .routes(routes!(second_factor::get::get_second_factor, second_factor::begin::begin_second_factor))
        .routes(routes!(second_factor::confirm::confirm_second_factor))
        .routes(routes!(second_factor::turn_off::turn_off_second_factor))
        .routes(routes!(password_links::look::look_at_password_link))
        .routes(routes!(password_links::redeem::redeem_password_link))
        .routes(routes!(password_resets::create::create_password_reset))
        .routes(routes!(networks::get::get_network, networks::update::update_network))
        .routes(routes!(users::list::list_users, users::create::create_user))
        .routes(routes!(users::get::get_user, users::update::update_user))
        .routes(routes!(users::disable::disable_user))
        .routes(routes!(users::reset_password::reset_user_password))
        .routes(routes!(users::remove_second_factor::remove_user_second_factor))
        .routes(routes!(api_keys::list::list_api_keys, api_keys::create::create_api_key))
        .routes(routes!(api_keys::revoke::revoke_api_key))
        .routes(routes!(advertisers::list::list_advertisers, advertisers::create::create_advertiser))
        .routes(routes!(advertisers::get::get_advertiser, advertisers::update::update_advertiser))
        .routes(routes!(advertisers::rotate_postback_token::rotate_postback_token))
        .routes(routes!(advertisers::rotate_signing_secret::rotate_signing_secret))
        .routes(routes!(advertisers::fund::create_funding))
        .routes(routes!(publishers::list::list_publishers, publishers::create::create_publisher))
        .routes(routes!(publishers::get::get_publisher, publishers::update::update_publisher))
        .routes(routes!(exchanges::list::list_exchanges, exchanges::create::create_exchange))
        .routes(routes!(
            publisher_groups::list::list_publisher_groups,
            publisher_groups::create::create_publisher_group
        ))
        .routes(routes!(
            publisher_groups::get::get_publisher_group,
            publisher_groups::update::update_publisher_group
        ))
        .routes(routes!(
            publisher_groups::list_members::list_group_members,
            publisher_groups::add_member::add_group_member
        ))
        .routes(routes!(publisher_groups::end_membership::end_group_membership))
        .routes(routes!(bonuses::list::list_bonuses, bonuses::create::create_bonus))
        .routes(routes!(bonuses::get::get_bonus))
        .routes(routes!(
            referral_terms::list::list_referral_terms,
            referral_terms::create::create_referral_terms
        ))
        .routes(routes!(referrals::list::list_referrals))
        .routes(routes!(bonuses::take_back::take_back_bonus))
        .routes(routes!(programs::list::list_programs, programs::create::create_program))
        .routes(routes!(programs::get::get_program, programs::update::update_program))
        .routes(routes!(programs::list_members::list_program_members))
        .routes(routes!(programs::end_membership::end_program_membership))
        .routes(routes!(publishers::list_programs::list_publisher_programs))
        .routes(routes!(applications::list::list_applications, applications::create::create_application))
        .routes(routes!(invitations::create::create_invitation))
        .routes(routes!(applications::get::get_application))
        .routes(routes!(applications::accept::accept_application))
        .routes(routes!(applications::decline::decline_application))
        .routes(routes!(applications::withdraw::withdraw_application))
        .routes(routes!(
            contract_templates::list::list_contract_templates,
            contract_templates::create::create_contract_template
        ))
        .routes(routes!(
            contract_templates::get::get_contract_template,
            contract_templates::update::update_contract_template
        ))
        .routes(routes!(contract_templates::list_versions::list_contract_template_versions))
        .routes(routes!(contracts::list::list_contracts, contracts::create::create_contract))
        .routes(routes!(contracts::get::get_contract))
        .routes(routes!(
            contracts::list_versions::list_contract_versions,
            contracts::create_version::create_contract_version
        ))
        .routes(routes!(
            exchange_rates::list::list_exchange_rates,
            exchange_rates::create::create_exchange_rates
        ))
        .routes(routes!(campaigns::list::list_campaigns, campaigns::create::create_campaign))
        .routes(routes!(campaigns::get::get_campaign, campaigns::update::update_campaign))
        .routes(routes!(
            campaign_costs::list::list_campaign_costs,
            campaign_costs::create::create_campaign_costs
        ))
        .routes(routes!(cost_imports::list::list_cost_imports, cost_imports::create::create_cost_import))
        .routes(routes!(cost_imports::get::get_cost_import))
        .routes(routes!(cost_imports::undo::undo_cost_import))
        .routes(routes!(contracts::accept::accept_contract_version))
        .routes(routes!(contracts::list_acceptances::list_contract_acceptances))
        .routes(routes!(contracts::difference::get_contract_difference))
        .routes(routes!(links::list::list_links, links::create::create_link))
        .routes(routes!(links::get::get_link, links::update::update_link))
        .routes(routes!(coupons::list::list_coupons))
        .routes(routes!(creatives::list::list_creatives, creatives::create::create_creative))
        .routes(routes!(creatives::get::get_creative, creatives::update::update_creative))
        .routes(routes!(creatives::code::get_creative_code))
        .routes(routes!(touches::list::list_touches))
        .routes(routes!(touches::get::get_touch))
        .routes(routes!(conversions::list::list_conversions, conversions::create::create_conversion))
        .routes(routes!(conversions::bulk::judge_conversions))
        .routes(routes!(conversions::get::get_conversion))
        .routes(routes!(conversions::receipt::get_conversion_receipt))
        .routes(routes!(conversions::proof::get_conversion_proof))
        .routes(routes!(conversions::approve::approve_conversion))
        .routes(routes!(conversions::reject::reject_conversion))
        .routes(routes!(conversions::reverse::reverse_conversion))
        .routes(routes!(conversions::hold::hold_conversion))
        .routes(routes!(conversions::release::release_conversion))
        .routes(routes!(conversions::extend::extend_conversion))
        .routes(routes!(
            payment_details::get_payment_details::get_payment_details,
            payment_details::put_payment_details::put_payment_details
        ))
        .routes(routes!(payment_details::request_payout::request_payout))
        .routes(routes!(payment_details::get_payer::get_payer, payment_details::put_payer::put_payer))
        .routes(routes!(payout_runs::list::list_payout_runs, payout_runs::create::create_payout_run))
        .routes(routes!(payout_runs::get::get_payout_run))
        .routes(routes!(payout_runs::approve::approve_payout_run))
        .routes(routes!(payout_runs::cancel::cancel_payout_run))
        .routes(routes!(payout_runs::send::send_payout_run))
        .routes(routes!(payout_runs::file::get_payout_run_file))
        .routes(routes!(payout_runs::confirm::confirm_payout_run))
        .routes(routes!(payout_runs::report::report_payout_run))
        .routes(routes!(payouts::list::list_payouts))
        .routes(routes!(payouts::get::get_payout))
        .routes(routes!(payouts::confirm::confirm_payout))
        .routes(routes!(payouts::fail::fail_payout))
        .routes(routes!(payouts::correct::correct_payout))
        .routes(routes!(proof_roots::list::list_proof_roots))
        .routes(routes!(disputes::list::list_disputes, disputes::create::create_dispute))
        .routes(routes!(disputes::get::get_dispute))
        .routes(routes!(disputes::ask::ask_dispute))
        .routes(routes!(disputes::reply::reply_dispute))
        .routes(routes!(disputes::accept::accept_dispute))
        .routes(routes!(disputes::decline::decline_dispute))
        .routes(routes!(replays::create::create_replay))
        .routes(routes!(exposures::list::list_exposures, exposures::create::create_exposures))
        .routes(routes!(exposures::delete::delete_exposure))
        .routes(routes!(payout_tables::list::list_payout_tables, payout_tables::create::create_payout_table))
        .routes(routes!(payout_tables::get::get_payout_table))
        .routes(routes!(persons::create::explain_person))
        .routes(routes!(cut_ties::list::list_cut_ties, cut_ties::create::create_cut_tie))
        .routes(routes!(cut_ties::delete::delete_cut_tie))
        .routes(routes!(attribution::create::create_attribution))
        .routes(routes!(incrementality::create::create_incrementality))
        .routes(routes!(reports::create::create_report))
        .routes(routes!(reports::facts::list_facts))
        .routes(routes!(reports::export::export_report))
        .routes(routes!(reports::sql::create_report_sql))
        .routes(routes!(reports::metrics::list_metrics))
        .routes(routes!(reports::dimensions::list_dimensions))
        .routes(routes!(saved_reports::list::list_saved_reports, saved_reports::create::create_saved_report))
        .routes(routes!(saved_reports::delete::delete_saved_report))
        .routes(routes!(schedules::list::list_schedules, schedules::create::create_schedule))
        .routes(routes!(schedules::delete::delete_schedule))
        .routes(routes!(webhooks::list::list_webhooks, webhooks::create::create_webhook))
        .routes(routes!(webhooks::delete::delete_webhook))
        .routes(routes!(
            alert_subscriptions::list::list_alert_subscriptions,
            alert_subscriptions::create::create_alert_subscription
        ))
        .routes(routes!(alert_subscriptions::delete::delete_alert_subscription))
        .routes(routes!(
            publisher_postbacks::list::list_publisher_postbacks,
            publisher_postbacks::create::create_publisher_postback
        ))
        .routes(routes!(publisher_postbacks::delete::delete_publisher_postback))
        .routes(routes!(deliveries::list::list_deliveries))
        .routes(routes!(deliveries::get::get_delivery))
        .routes(routes!(deliveries::retry::retry_delivery))
        .routes(routes!(alerts::list::list_alerts))
        .routes(routes!(events::stream::stream_events))
        .routes(routes!(ledger::list_accounts::list_accounts))
        .routes(routes!(ledger::get_account::get_account))
        .routes(routes!(ledger::list_transfers::list_transfers))
        .routes(routes!(
            billing_profiles::get_issuer::get_network_billing_profile,
            billing_profiles::put_issuer::put_network_billing_profile
        ))
        .routes(routes!(
            billing_profiles::get_advertiser::get_advertiser_billing_profile,
            billing_profiles::put_advertiser::put_advertiser_billing_profile
        ))
        .routes(routes!(
            billing_profiles::get_publisher::get_publisher_billing_profile,
            billing_profiles::put_publisher::put_publisher_billing_profile
        ))
        .routes(routes!(invoices::list::list_invoices, invoices::create::create_invoices))
        .routes(routes!(invoices::get::get_invoice))
        .routes(routes!(invoices::pdf::get_invoice_pdf))
        .routes(routes!(statements::list::list_statements, statements::create::create_statements))
        .routes(routes!(statements::get::get_statement))
        .routes(routes!(statements::pdf::get_statement_pdf))
        .routes(routes!(quarantine::list::list_quarantine))
        .routes(routes!(quarantine::replay::replay_quarantine))
        .routes(routes!(quarantine::dismiss::dismiss_quarantine))
        .routes(routes!(audit::list::list_audit))
        .routes(routes!(verdict_codes::list::list_verdict_codes))
        .routes(routes!(reasons::list::list_reasons))
}
