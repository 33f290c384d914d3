//! `POST /api/v1/disputes`

use std::sync::Arc;

use app::{command::Change, events::disputes};
use model::{ConversionId, ProgramId, PublisherId, dispute::DisputeKind};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{DisputeView, EvidenceDraft};
use crate::{
    http::{
        problem::Problem,
        write::{Write, Written, created},
    },
    shape,
};

/// What is wrong, and what is known of it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDispute {
    /// `untracked`: a result was never reported. `incorrect`: it was reported, but not as it was. `declined`: it was rejected
    /// or taken back without a good reason.
    #[schema(value_type = shape::DisputeKind)]
    pub kind: DisputeKind,
    /// Who disputes; not needed when you act for one publisher.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// The conversion that it is about; only an `untracked` result may have none.
    #[schema(value_type = Option<String>)]
    pub conversion_id: Option<ConversionId>,
    /// The program, when there is no conversion.
    #[schema(value_type = Option<String>)]
    pub program_id: Option<ProgramId>,
    /// What is wrong, in words.
    #[schema(example = "The customer sent me the confirmation of this order.")]
    pub text: String,
    /// What is known of the result.
    #[serde(default)]
    pub evidence: EvidenceDraft,
}

/// Opens a dispute. The advertiser or the operator answers it until the deadline of the network.
#[utoipa::path(post, path = "/api/v1/disputes", tag = "disputes", request_body = NewDispute,
    responses((status = 201, description = "The dispute", body = DisputeView)))]
pub async fn create_dispute(write: Write<NewDispute>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |new: &NewDispute, change: &mut Change<'_, '_>| {
        let draft = disputes::DisputeDraft {
            kind: new.kind,
            publisher_id: new.publisher_id,
            conversion_id: new.conversion_id,
            program_id: new.program_id,
            text: new.text.clone(),
            evidence: new.evidence.clone().into(),
        };
        disputes::open(change, &app.snapshot.get(), &draft)
    };
    write.run("dispute.open", effect, |dispute| created(&DisputeView::from(dispute))).await
}
