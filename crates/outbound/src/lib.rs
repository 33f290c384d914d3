//! What goes out of the house: requests to addresses that people name, and mails to the operator's relay.
//!
//! | file | what |
//! |---|---|
//! | `address` | which addresses may be asked: whoever can name one must not reach what only this machine reaches |
//! | `web` | one request: resolve, look at every address, connect to one of these, no redirects, limits on time and size |
//! | `smtp` | the few commands of SMTP, plain, by STARTTLS or by TLS |
//! | `mail` | a text with an attachment as a message |
//! | `tls` | TLS with the certificates that the machine trusts, and those of a file |
//!
//! Nothing is tried twice here; what failed, and whether it can ever succeed, is told to whoever asked.

mod address;
mod mail;
mod smtp;
mod tls;
mod web;

use std::path::PathBuf;

use ipnet::IpNet;

pub use mail::{Attachment, Mail, is_mailbox};
pub use web::{Request, check_url};

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct Trouble {
    /// What happened, for whoever looks at deliveries.
    pub words: String,
    /// Whether trying again cannot help.
    pub lasting: bool,
    /// Whether the receiver says that it is gone and wants nothing any more; lasting, too.
    pub gone: bool,
}

impl Trouble {
    /// Something that may be over at the next attempt.
    pub fn passing(words: impl Into<String>) -> Self {
        Self { words: words.into(), lasting: false, gone: false }
    }
    /// Something that another attempt cannot help.
    pub fn lasting(words: impl Into<String>) -> Self {
        Self { words: words.into(), lasting: true, gone: false }
    }
}

/// A setting that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingError(pub String);

/// How things go out.
#[derive(Clone, Default)]
pub struct Settings {
    /// The relay: `smtp://host:25`, `smtp+starttls://user:password@host:587` or `smtps://user:password@host:465`; empty for none.
    pub mail_server: String,
    /// The address that mails are from.
    pub mail_from: String,
    /// Networks that may be asked although they are private, such as `10.1.0.0/16`.
    pub networks_allowed: Vec<String>,
    /// A file (PEM) of certificates that are trusted beside those of the machine: those of a house that signs its own.
    pub certificates: Option<PathBuf>,
}

/// Sends requests and mails.
#[derive(Debug)]
pub struct Courier {
    networks_allowed: Vec<IpNet>,
    relay: Option<smtp::Relay>,
    from: String,
    tls: tls::Tls,
}

impl Courier {
    /// By these settings.
    ///
    /// # Errors
    /// The setting that makes no sense.
    pub fn new(settings: &Settings) -> Result<Self, SettingError> {
        let network = |text: &String| {
            let wrong = || SettingError(format!("`{text}` is no network; write 10.1.0.0/16 or 10.1.2.3/32"));
            text.parse::<IpNet>().map_err(|_| wrong())
        };
        let relay = match settings.mail_server.as_str() {
            "" => None,
            text => Some(smtp::Relay::parse(text)?),
        };
        if relay.is_some() && !is_mailbox(&settings.mail_from) {
            return Err(SettingError(
                "`mail_from` must be an address when there is a `mail_server`".to_owned(),
            ));
        }
        Ok(Self {
            networks_allowed: settings.networks_allowed.iter().map(network).collect::<Result<_, _>>()?,
            relay,
            from: settings.mail_from.clone(),
            tls: tls::Tls::with(settings.certificates.as_deref())?,
        })
    }

    /// Sends a request; answers with the status, which is a success.
    ///
    /// # Errors
    /// Whatever kept it from succeeding.
    pub async fn call(&self, request: Request) -> Result<u16, Trouble> {
        web::call(&self.networks_allowed, &self.tls, request).await
    }

    /// Hands a mail to the relay; answers with its last words.
    ///
    /// # Errors
    /// Whatever kept it from being taken.
    pub async fn mail(&self, mail: &Mail) -> Result<String, Trouble> {
        let Some(relay) = &self.relay else {
            return Err(Trouble::passing("no mail server is set; the operator names one as `mail_server`"));
        };
        relay.send(&self.tls, &self.from, &mail.to, &mail.message(&self.from)).await
    }
}
