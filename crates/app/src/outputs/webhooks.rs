//! Webhooks: addresses that things are sent to, signed by Standard Webhooks. Secrets are sealed at rest.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use model::{DeliveryId, NetworkId, Timestamp, WebhookId};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use store::{Tx, outputs};

use super::kept::{FoundBy, keep, kept, of_network};
use crate::{
    access::OUTPUT_CHANGE,
    command::Change,
    errors::Refusal,
    payouts::seal::{SealKeys, Sealed},
};

/// What every secret of a webhook begins with.
const SECRET_PREFIX: &str = "whsec_";

/// An address that is told of things.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Id.
    pub id: WebhookId,
    /// Where to.
    pub url: String,
    /// The number of the key that the secret is sealed with.
    key_number: i64,
    /// The sealed secret, in base64.
    sealed: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it said that it is gone for good (410), since when it is sent nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_at: Option<Timestamp>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Webhook({} {})", self.id, self.url)
    }
}

impl Webhook {
    /// What signatures are made with.
    pub(super) fn secret(&self, keys: &SealKeys) -> store::Result<Vec<u8>> {
        let damaged = |_| store::Error::Damaged(format!("the secret of {} is no base64", self.id));
        let bytes = BASE64.decode(self.sealed.as_bytes()).map_err(damaged)?;
        keys.open(&Sealed { key_number: self.key_number, bytes }, &self.id.to_string())
    }
}

kept!(Webhook = "webhook");

/// Makes a webhook; answers with its secret, which is not shown again.
///
/// # Errors
/// `field_invalid`, `right_missing`; storage errors.
pub fn make(keys: &SealKeys, change: &mut Change<'_, '_>, url: &str) -> Result<(Webhook, String), Refusal> {
    OUTPUT_CHANGE.check_role(change.actor)?;
    let url = outbound::check_url(url).map_err(|error| Refusal::field("url", error.0))?;
    let mut secret = [0; 32];
    change.entropy.fill(&mut secret);
    let id = WebhookId::new(change.now, change.entropy);
    let Sealed { key_number, bytes } = keys.seal(&secret, &id.to_string(), change.entropy)?;
    let made = Webhook {
        id,
        url: url.to_string(),
        key_number,
        sealed: BASE64.encode(&bytes),
        created_at: change.now,
        gone_at: None,
    };
    keep(change, &made, FoundBy { shared: true, ..FoundBy::default() }, &id)?;
    Ok((made, format!("{SECRET_PREFIX}{}", BASE64.encode(&secret))))
}

/// Sends it nothing any more, since it says that it is gone. What waits for it then fails with that reason.
pub(super) fn switch_off(
    tx: &mut Tx<'_>,
    network: NetworkId,
    id: WebhookId,
    at: Timestamp,
) -> store::Result<()> {
    match of_network::<Webhook>(tx, network, id.bytes())? {
        Some((row, webhook)) if webhook.gone_at.is_none() => {
            let body = serde_json::to_string(&Webhook { gone_at: Some(at), ..webhook })
                .map_err(|error| store::Error::Damaged(format!("webhook {id}: {error}")))?;
            outputs::set_body(tx, &row.id, &body)
        }
        _ => Ok(()),
    }
}

/// The signature of Standard Webhooks over id, moment and body.
pub(super) fn signature(secret: &[u8], id: DeliveryId, at: Timestamp, body: &str) -> String {
    let signed = format!("{id}.{}.{body}", at.as_seconds());
    let mut mac = match Hmac::<Sha256>::new_from_slice(secret) {
        Ok(mac) => mac,
        // HMAC takes keys of any length.
        Err(_) => return String::new(),
    };
    mac.update(signed.as_bytes());
    format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
}
