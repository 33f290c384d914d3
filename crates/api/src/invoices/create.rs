//! `POST /api/v1/invoices`

use std::{collections::BTreeSet, sync::Arc};

use app::{
    billing::issue::{self, Wanted},
    command::Change,
    configuration::advertisers,
};
use model::{AdvertiserId, Currency};
use serde::Deserialize;
use utoipa::ToSchema;

use super::IssuedView;
use crate::http::{
    problem::Problem,
    write::{Write, Written, created},
};

/// Which month of whom.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceDraft {
    /// The month in the network's zone; it must have ended.
    #[schema(example = "2026-10")]
    pub period: String,
    /// One advertiser; all of them without it.
    #[schema(value_type = Option<String>)]
    pub advertiser_id: Option<AdvertiserId>,
    /// One currency; all of them without it.
    #[schema(value_type = Option<String>)]
    pub currency: Option<Currency>,
}

/// Closes a month: what each advertiser was charged becomes an invoice, what was taken back of earlier ones becomes credit
/// notes. A month is closed once; asking again shows what was issued. `dry_run` shows the drafts and takes no numbers.
#[utoipa::path(post, path = "/api/v1/invoices", tag = "invoices", request_body = InvoiceDraft,
    responses((status = 201, description = "What was issued", body = IssuedView)))]
pub async fn create_invoices(write: Write<InvoiceDraft>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let (told, mut touched) = tokio::sync::mpsc::unbounded_channel();
    let effect = move |draft: &InvoiceDraft, change: &mut Change<'_, '_>| {
        let wanted = Wanted {
            period: draft.period.clone(),
            advertiser_id: draft.advertiser_id,
            currency: draft.currency,
        };
        let issued = issue::issue(change, &wanted)?;
        for paper in &issued.issued {
            // Nobody listens any more when the request was given up.
            let _ = told.send(paper.advertiser_id);
        }
        Ok(IssuedView::from(issued))
    };
    let written = write.run("invoice.issue", effect, |view| created(&view)).await?;
    // Tax may have used up what a prepaid advertiser had.
    let mut changed: BTreeSet<AdvertiserId> = BTreeSet::new();
    while let Ok(advertiser) = touched.try_recv() {
        changed.insert(advertiser);
    }
    for advertiser in changed {
        advertisers::publish_funds(&app, advertiser).await?;
    }
    Ok(written)
}
