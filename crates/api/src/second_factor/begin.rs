//! `POST /api/v1/second_factor`

use std::sync::Arc;

use app::{
    command::Change,
    people::{
        second_factor::{self, Begun},
        sessions,
    },
    qr,
};
use axum::Extension;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ClientAddress,
    http::{
        problem::Problem,
        write::{Write, Written, created_with_secret},
    },
};

/// Who wants a second factor.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorDraft {
    /// Your present password.
    #[schema(format = Password)]
    pub password: String,
}

/// What the authenticator app needs.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorSecret {
    /// The secret, in base32, for typing.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    pub secret: String,
    /// The same as an address that apps read.
    #[schema(
        example = "otpauth://totp/Example%20Partners:ana%40partners.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    )]
    pub address: String,
    /// That address as a QR code, in SVG.
    pub qr_svg: String,
}

/// A second factor that is being set up.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactorBegun {
    /// What the app needs. Shown this once: `null` when the request is repeated with the same `Idempotency-Key`.
    pub app: Option<SecondFactorSecret>,
}

/// Begins to set up a second factor: answers what an authenticator app needs. It counts once you confirm it with a code.
#[utoipa::path(post, path = "/api/v1/second_factor", tag = "session", request_body = SecondFactorDraft,
    responses((status = 201, description = "What the app needs, shown this once", body = SecondFactorBegun)))]
pub async fn begin_second_factor(
    address: Option<Extension<ClientAddress>>,
    write: Write<SecondFactorDraft>,
) -> Result<Written, Problem> {
    let user = write.caller.own_user().await?;
    let api = write.caller.api.clone();
    let address = address.map(|Extension(ClientAddress(address))| address);
    let password = write.body.password.clone();
    sessions::prove_password(&api.app, &api.attempts, address, &user, password).await?;
    let network = api.app.snapshot.get().networks.get(&write.caller.actor.network()).cloned();
    let issuer = network.map_or_else(|| "Merit".to_owned(), |network| network.name.clone());
    let keys = Arc::clone(&api.app.seal_keys);
    let effect = move |_: &SecondFactorDraft, change: &mut Change<'_, '_>| {
        second_factor::begin(change, &keys, &user, &issuer)
    };
    let show = |begun: Begun| {
        let qr_svg = qr::Code::of(&begun.address).map(|code| code.svg()).unwrap_or_default();
        let app = SecondFactorSecret { secret: begun.secret, address: begun.address, qr_svg };
        created_with_secret(&SecondFactorBegun { app: Some(app) }, "app")
    };
    write.run("second_factor.begin", effect, show).await
}
