//! `POST /api/v1/setup`

use app::{
    checks,
    command::Change,
    errors::{ErrorCode, Refusal},
    people::{
        passwords,
        setup::{self, FirstStart},
    },
};
use model::{
    Currency,
    calendar::Zone,
    parties::{Network, User},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        problem::Problem,
        write::{OpenWrite, Written, created},
    },
    networks::NetworkView,
    users::UserView,
};

/// The first network and its operator.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupDraft {
    /// The network.
    pub network: SetupNetwork,
    /// Its operator.
    pub operator: SetupOperator,
}

/// The first network.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupNetwork {
    /// Shown name.
    #[schema(example = "Example Partners")]
    pub name: String,
    /// Currency of fees and reports, ISO 4217.
    #[schema(value_type = String, example = "USD")]
    pub currency: Currency,
    /// Zone of days and months, an IANA name.
    #[schema(value_type = String, example = "UTC")]
    pub zone: Zone,
}

/// The first person.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupOperator {
    /// E-mail address, with which the operator signs in.
    #[schema(example = "ana@partners.example")]
    pub email: String,
    /// Shown name.
    #[schema(example = "Ana")]
    pub name: String,
    /// Password, 10 to 256 characters.
    #[schema(format = Password)]
    pub password: String,
}

/// What the first start made.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupDone {
    /// The network.
    pub network: NetworkView,
    /// Its operator.
    pub operator: UserView,
}

/// Creates the first network and its operator. Works as long as there is nobody.
#[utoipa::path(post, path = "/api/v1/setup", tag = "setup", request_body = SetupDraft, security(()),
    responses((status = 201, description = "The network and its operator; sign in now", body = SetupDone)))]
pub async fn create_setup(write: OpenWrite<SetupDraft>) -> Result<Written, Problem> {
    let app = std::sync::Arc::clone(&write.api.app);
    // Asked first too, so that nobody can make an installation hash passwords for him.
    if !app.store.read("setup.get", setup::is_open).await.map_err(Refusal::from)? {
        return Err(Problem::new(ErrorCode::SetupDone, "this installation is set up already; sign in"));
    }
    let operator = &write.body.operator;
    checks::text::password("operator.password", &operator.password, &operator.email)?;
    let password_hash = passwords::hash(operator.password.clone(), &*app.entropy).await?;
    let effect = move |draft: &SetupDraft, change: &mut Change<'_, '_>| {
        let SetupDraft { network, operator } = draft.clone();
        let first = FirstStart {
            network_name: network.name,
            currency: network.currency,
            zone: network.zone,
            email: operator.email,
            name: operator.name,
            password_hash: password_hash.clone(),
        };
        setup::run(change, first)
    };
    let show = |(network, user): (Network, User)| {
        created(&SetupDone { network: network.into(), operator: UserView::in_networks(user, |_| true) })
    };
    write.run("setup.create", effect, show).await
}
