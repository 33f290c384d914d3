//! `POST /api/v1/conversions`

use std::{collections::BTreeMap, sync::Arc};

use app::{command::Answer, events::report, intake::ConversionAnswer, own_results};
use model::{
    AdvertiserId, Code, ConversionId, Money, ProgramId, PublisherId, Timestamp,
    contract::CustomerKind,
    conversion::{ConversionReport, Intake, Item, State},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::receipt_url;
use crate::{
    http::{
        problem::Problem,
        write::{Write, Written, created},
    },
    shape,
};

/// What happened. All but the action may be absent.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConversionDraft {
    /// Who reports; not needed when the program is named or you act for one advertiser only.
    #[schema(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// The program, when it is known.
    #[schema(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// The action's word.
    #[schema(example = "order")]
    pub action: String,
    /// When it happened; now without it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub occurred_at: Option<Timestamp>,
    /// The click id that came with the visitor.
    pub click_id: Option<String>,
    /// The shop's own number of the order.
    pub order_id: Option<String>,
    /// Value after discounts, without tax and shipping, as decimal text.
    #[schema(example = "90.00")]
    pub amount: Option<String>,
    /// Its currency, ISO 4217; the contract's without it.
    #[schema(example = "USD")]
    pub currency: Option<String>,
    /// Lines of the order.
    #[serde(default)]
    #[schema(value_type = Vec<shape::conversion::Item>)]
    pub items: Vec<Item>,
    /// Coupon that was used.
    pub coupon: Option<String>,
    /// When cart or checkout began, for coupon, cashback and extension publishers who stand down after it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub checkout_started_at: Option<Timestamp>,
    /// When the visitor last clicked on the advertiser's own paid media, for contracts that such a click displaces.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub paid_click_at: Option<Timestamp>,
    /// Where that was, such as `search`.
    pub paid_click_channel: Option<String>,
    /// The address of the page on which the visitor last came to the shop, not by a publisher's link. Only what tells of a campaign is
    /// kept of it: UTM parameters, that there was a click id, the host.
    pub landing_url: Option<String>,
    /// The page that he came from; its host is kept.
    pub referrer: Option<String>,
    /// When he came.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub landed_at: Option<Timestamp>,
    /// The advertiser's own id of the customer.
    pub customer_id: Option<String>,
    /// New or returning, when the advertiser knows.
    #[schema(value_type = Option<shape::CustomerKind>)]
    pub customer: Option<CustomerKind>,
    /// SHA-256 of the normalised e-mail address, hex.
    pub email_sha256: Option<String>,
    /// `adv1` to `adv10`; publishers never see them.
    #[serde(default)]
    pub adv: BTreeMap<String, String>,
    /// A test: decided and shown, never paid.
    #[serde(default)]
    pub test: bool,
}

/// What became of a report.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionView {
    /// Its id; for a repeated delivery that of the first.
    #[schema(value_type = String, example = "cnv_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub conversion_id: ConversionId,
    /// The state it starts in.
    #[schema(value_type = shape::ConversionState)]
    pub decision: State,
    /// The verdict.
    #[schema(value_type = String, example = "ok")]
    pub code: Code,
    /// The verdict in words.
    pub reason: String,
    /// Who earns most of it.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// The program.
    #[schema(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// Sum of the commissions.
    #[schema(value_type = Option<shape::Money>)]
    pub commission: Option<Money>,
    /// For a duplicate: the conversion that counts.
    #[schema(value_type = Option<String>)]
    pub duplicate_of: Option<ConversionId>,
    /// Where the receipt is.
    pub receipt_url: String,
}

impl From<ConversionAnswer> for DecisionView {
    fn from(answer: ConversionAnswer) -> Self {
        Self {
            conversion_id: answer.conversion_id,
            decision: answer.state,
            code: answer.code,
            reason: answer.reason,
            publisher_id: answer.publisher_id,
            program_id: answer.program_id,
            commission: answer.commission,
            duplicate_of: answer.duplicate_of,
            receipt_url: receipt_url(answer.conversion_id),
        }
    }
}

/// Reports a conversion. It is decided and stored before the answer leaves.
#[utoipa::path(post, path = "/api/v1/conversions", tag = "conversions", request_body = ConversionDraft,
    responses((status = 201, description = "The decision; the same delivery again answers the first one", body = DecisionView)))]
pub async fn create_conversion(write: Write<ConversionDraft>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let (dry_run, idempotency_key) = (write.is_dry_run(), write.idempotency_key().map(str::to_owned));
    let draft = write.body;
    let advertiser_id =
        report::advertiser_of(&app, &write.caller.actor, draft.advertiser_id, draft.program_id)?;
    let report = ConversionReport {
        advertiser_id,
        intake: Intake::Api,
        action: draft.action,
        received_at: app.clock.now(),
        occurred_at: draft.occurred_at,
        program_id: draft.program_id,
        click_id: draft.click_id,
        visitor_id: None,
        order_id: draft.order_id,
        amount: draft.amount,
        currency: draft.currency.map(|currency| currency.to_ascii_uppercase()),
        items: draft.items,
        coupon: draft.coupon,
        checkout_started_at: draft.checkout_started_at,
        paid_click_at: draft.paid_click_at,
        paid_click_channel: draft.paid_click_channel,
        arrival: own_results::arrival(
            draft.landing_url.as_deref(),
            draft.referrer.as_deref(),
            draft.landed_at,
        ),
        customer_id: draft.customer_id,
        customer: draft.customer,
        email_sha256: draft.email_sha256,
        adv: draft.adv,
        test: draft.test,
        idempotency_key,
        dispute_id: None,
    };
    let decided = report::submit(&app, report, dry_run).await?;
    let replayed = decided.replayed;
    let answer = Answer { replayed, ..created(&DecisionView::from(decided)) };
    Ok(Written::new(answer, dry_run))
}
