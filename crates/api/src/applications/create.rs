//! `POST /api/v1/applications`

use std::sync::Arc;

use app::{
    command::Change,
    configuration::applications::{self, NewApplication},
};
use model::{ProgramId, PublisherId, parties::PublisherKind};
use serde::Deserialize;
use utoipa::ToSchema;

use super::ApplicationView;
use crate::{
    http::{
        problem::Problem,
        write::{Write, Written, created},
    },
    shape,
};

/// Which program a publisher wants to join, and how he promotes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApplicationDraft {
    /// The program.
    #[schema(value_type = String, example = "prg_06fw3q8z7k2n5c9t1x4v6b8m0p")]
    pub program_id: ProgramId,
    /// Who applies; not needed when you act for one publisher.
    #[schema(value_type = Option<String>)]
    pub publisher_id: Option<PublisherId>,
    /// How he promotes, in words.
    #[schema(example = "I review flower shops; 20 000 readers a month.")]
    pub message: String,
    /// The same by kind.
    #[serde(default)]
    #[schema(value_type = Vec<shape::PublisherKind>)]
    pub promotion_methods: Vec<PublisherKind>,
}

/// Applies to a program. It is a yes to the terms that the publisher is shown, and the answer names them.
#[utoipa::path(post, path = "/api/v1/applications", tag = "applications", request_body = ApplicationDraft,
    responses((status = 201, description = "The application", body = ApplicationView)))]
pub async fn create_application(write: Write<ApplicationDraft>) -> Result<Written, Problem> {
    let app = Arc::clone(&write.caller.api.app);
    let effect = move |draft: &ApplicationDraft, change: &mut Change<'_, '_>| {
        let ApplicationDraft { program_id, publisher_id, message, promotion_methods } = draft.clone();
        let new = NewApplication { program_id, publisher_id, message, promotion_methods };
        Ok(ApplicationView::at(applications::apply(change, &app.snapshot.get(), new)?, change.now))
    };
    write.run("application.create", effect, |view| created(&view)).await
}
