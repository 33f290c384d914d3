//! Links for forgotten passwords, by mail.
//!
//! Whoever asks needs no credentials, so asking must tell him nothing. What he names is put into the queue without a look at whether anybody
//! has that address: the request does the same work for everybody. Only the worker looks, and only it makes the link, in the moment in which
//! it is mailed; what waits in the queue opens nothing. One address is mailed once in a quarter of an hour at most, however often and from
//! wherever it is asked for.
//!
//! The links of such mails begin with the address that the operator wrote into the settings. The request's own `Host` is not asked: it is
//! whoever asks who writes it, and it would send the link to him.

use model::{DeliveryId, NetworkId, Timestamp};
use outbound::Trouble;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::deliveries;

use super::{
    Language,
    parcel::{Message, Parcel, wanted},
    words,
};
use crate::{
    App,
    access::Actor,
    checks,
    command::Change,
    errors::Refusal,
    people::{password_links, users},
    secrets_shown::sha256_hex,
};

/// How long one address is not mailed again, in seconds.
const WINDOW_SECONDS: i64 = 900;

/// A wish for a link, on its way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ResetParcel {
    /// The address that was named, lower case.
    pub email: String,
    pub language: Language,
    /// Where the console is, as the settings say.
    pub console: String,
    pub asked_at: Timestamp,
}

/// Has a link mailed to whoever signs in with this address, if anybody does.
///
/// # Errors
/// `field_invalid` when it is no address; storage errors.
pub fn want(
    change: &mut Change<'_, '_>,
    email: &str,
    language: Language,
    console: &str,
) -> Result<(), Refusal> {
    let email = checks::text::email("email", email.trim())?;
    let now = change.now;
    let parcel = ResetParcel { email: email.clone(), language, console: console.to_owned(), asked_at: now };
    let window = now.as_seconds().div_euclid(WINDOW_SECONDS);
    let key = format!("password_reset {} {window}", sha256_hex(&email));
    // It is of no network: in which ones the person is, if he is, is not known here, and nobody else has to see that he was asked for.
    let nobodys = (NetworkId::from_bytes([0; 16]), "");
    let times = (DeliveryId::new(now, change.entropy), now, now);
    let body = Parcel::PasswordReset(parcel).text()?;
    deliveries::want(change.tx, &[wanted(nobodys, (key, "mail", email), times, body)])?;
    Ok(())
}

impl ResetParcel {
    /// Makes the link, and what the mail with it says.
    ///
    /// # Errors
    /// That nobody signs in so, that it is too late, or what storage says.
    pub async fn message(&self, app: &App) -> Result<Message, Trouble> {
        let now = app.clock.now();
        if now >= self.asked_at.plus_seconds(password_links::MAILED_SECONDS) {
            return Err(Trouble::lasting("it was asked for too long ago"));
        }
        let (email, entropy) = (self.email.clone(), app.entropy.clone());
        let made = app.store.write("mail a password link", move |tx| {
            let Some(user) = users::by_email(tx, &email)?.filter(users::may_sign_in) else { return Ok(None) };
            let Some(membership) = user.memberships.first() else { return Ok(None) };
            let actor = Actor::system(membership.network_id);
            let mut change = Change::new(tx, &actor, "password_reset.mail", now, &*entropy);
            password_links::make_mailed(&mut change, &user).map(Some)
        });
        let made = made.await.map_err(|refusal: Refusal| Trouble::passing(refusal.message))?;
        let token = made.ok_or_else(|| Trouble::lasting("nobody signs in with this address"))?;
        let link = format!("{}/redeem#{}", self.console, token.text());
        let (subject, text) = words::of_password_reset(self.language, &self.email, &link);
        Ok(Message { kind: "password.reset", at: now, data: Value::Null, subject, text, file: None })
    }
}
