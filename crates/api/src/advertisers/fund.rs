//! `POST /api/v1/advertisers/{advertiser_id}/fundings`

use app::{command::Change, configuration::advertisers};
use model::{AdvertiserId, Currency, FundingId, InvoiceId, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        path::Id,
        problem::Problem,
        write::{Write, Written, created},
    },
    shape,
};

/// What an advertiser paid in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundingDraft {
    /// The amount as decimal text, above zero.
    #[schema(example = "5000.00")]
    pub amount: String,
    /// ISO 4217 code.
    #[schema(value_type = String, example = "USD")]
    pub currency: Currency,
    /// What the operator wants to remember, such as the bank's reference.
    pub note: Option<String>,
    /// The invoice that it pays, whole or in part; without it the money is paid in advance.
    #[schema(value_type = Option<String>)]
    pub invoice_id: Option<InvoiceId>,
}

/// A payment of an advertiser, in the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct FundingView {
    /// Id; the transfer's source.
    #[schema(value_type = String, example = "fun_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub id: FundingId,
    /// The advertiser.
    #[schema(value_type = String)]
    pub advertiser_id: AdvertiserId,
    /// How much.
    #[schema(value_type = shape::Money)]
    pub amount: Money,
    /// The payment receipt that was written for it.
    #[schema(value_type = String)]
    pub payment_receipt_id: InvoiceId,
}

/// Notes that an advertiser paid, an invoice or in advance, and writes the payment receipt; a prepaid one's programs run while
/// something is left.
#[utoipa::path(post, path = "/api/v1/advertisers/{advertiser_id}/fundings", tag = "advertisers",
    request_body = FundingDraft,
    responses((status = 201, description = "The payment", body = FundingView)))]
pub async fn create_funding(
    Id(id): Id<AdvertiserId>,
    write: Write<FundingDraft>,
) -> Result<Written, Problem> {
    let app = std::sync::Arc::clone(&write.caller.api.app);
    let effect = move |draft: &FundingDraft, change: &mut Change<'_, '_>| {
        let (note, invoice) = (draft.note.as_deref(), draft.invoice_id);
        let funded = advertisers::fund(change, id, &draft.amount, draft.currency, note, invoice)?;
        let (amount, payment_receipt_id) = (funded.amount, funded.payment_receipt);
        Ok(FundingView { id: funded.id, advertiser_id: id, amount, payment_receipt_id })
    };
    let written = write.run("advertiser.fund", effect, |view| created(&view)).await?;
    advertisers::publish_funds(&app, id).await?;
    Ok(written)
}
