//! Settings: defaults, then the file given by `--config`, then `MERIT_*` variables, then arguments.
//!
//! `docs/merit.toml` is the file with every setting at its default and what it means; a test keeps both equal.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::Context;
use serde::Deserialize;

/// Arguments that every command takes.
#[derive(clap::Args, Clone, Debug)]
pub struct Common {
    /// Folder of the embedded database and of everything else that is kept.
    #[arg(long, global = true, env = "MERIT_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Settings file in TOML.
    #[arg(long, global = true, env = "MERIT_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// `postgres://...` to use PostgreSQL instead of the embedded database.
    #[arg(long, global = true, env = "MERIT_DATABASE", value_name = "URL")]
    pub database: Option<String>,
}

/// Every setting of the server.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Folder of everything that is kept.
    pub data: PathBuf,
    /// URL of a PostgreSQL database; empty uses SQLite in `data`.
    pub database: String,
    /// Where the facts of reports are kept: a folder, or `s3://bucket/prefix`; empty is the folder `lake` in `data`.
    pub lake: String,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// What this process does: `all`, or some of `edge`, `engine`, `api`, `worker`.
    pub roles: Vec<String>,
    /// Networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    pub trusted_proxies: Vec<String>,
    /// Whether visitors reach the server by https although no trusted proxy says so.
    pub https: bool,
    /// Domain of the visitor cookie; empty is the answering host alone.
    pub cookie_domain: String,
    /// Days that the visitor cookie lives; at most 395.
    pub cookie_days: u32,
    /// Milliseconds that a redirect waits for its click to be stored.
    pub redirect_wait_ms: u64,
    /// MMDB files with country, city or network of addresses.
    pub geo_files: Vec<PathBuf>,
    /// File with the numbers of autonomous systems that are data centres, one a line.
    pub data_center_file: Option<PathBuf>,
    /// Further parts of user agents that mark crawlers.
    pub own_crawlers: Vec<String>,
    /// Open connections at most.
    pub connections_max: usize,
    /// Seconds in which a request's head must have come.
    pub head_seconds_max: u64,
    /// Seconds in which a request's body must have come.
    pub body_seconds_max: u64,
    /// Seconds that an unused connection is kept.
    pub idle_seconds_max: u64,
    /// Bytes of a body at most.
    pub body_bytes_max: usize,
    /// Events that may wait for the decider.
    pub queue_max: usize,
    /// Events of one batch at most.
    pub batch_max: usize,
    /// The mail server: `smtp://host:25`, `smtp+starttls://user:password@host:587` or `smtps://user:password@host:465`; empty for none.
    pub mail_server: String,
    /// The address that mails are from.
    pub mail_from: String,
    /// Where people open the console, such as `https://partners.example.org`: links in mails begin so; empty, and no mail has one.
    pub console_address: String,
    /// Private networks that webhooks may reach.
    pub webhook_networks: Vec<String>,
    /// A file (PEM) of certificates that are trusted beside those of the machine, by mail and webhooks; empty for none.
    pub certificates: String,
    /// `json` or `text`.
    pub log_format: String,
    /// What is logged, such as `info` or `info,edge=debug`.
    pub log: String,
    /// For the control of the durability tests only: `none`, `acknowledge-before-commit` or `no-sync`.
    pub durability_control: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("./data"),
            database: String::new(),
            lake: String::new(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            roles: vec!["all".to_owned()],
            trusted_proxies: Vec::new(),
            https: false,
            cookie_domain: String::new(),
            cookie_days: 395,
            redirect_wait_ms: 1_500,
            geo_files: Vec::new(),
            data_center_file: None,
            own_crawlers: Vec::new(),
            connections_max: 20_000,
            head_seconds_max: 10,
            body_seconds_max: 30,
            idle_seconds_max: 75,
            body_bytes_max: 1 << 20,
            queue_max: 20_000,
            batch_max: 4_096,
            mail_server: String::new(),
            mail_from: String::new(),
            console_address: String::new(),
            webhook_networks: Vec::new(),
            certificates: String::new(),
            log_format: "text".to_owned(),
            log: "info".to_owned(),
            durability_control: "none".to_owned(),
        }
    }
}

impl Settings {
    /// Reads the settings of a command.
    ///
    /// # Errors
    /// When the file cannot be read or holds what is no setting; the message names the place.
    pub fn read(common: &Common) -> anyhow::Result<Self> {
        let mut settings: Self = match &common.config {
            None => Self::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                toml::from_str(&text).with_context(|| format!("in {}", path.display()))?
            }
        };
        if let Some(data) = &common.data {
            settings.data.clone_from(data);
        }
        if let Some(database) = &common.database {
            settings.database.clone_from(database);
        }
        if let Ok(lake) = std::env::var("MERIT_LAKE") {
            settings.lake = lake;
        }
        if let Ok(server) = std::env::var("MERIT_MAIL_SERVER") {
            settings.mail_server = server;
        }
        if let Ok(address) = std::env::var("MERIT_CONSOLE_ADDRESS") {
            settings.console_address = address;
        }
        if let Ok(control) = std::env::var("MERIT_DURABILITY_CONTROL") {
            settings.durability_control = control;
        }
        if let Ok(log) = std::env::var("MERIT_LOG") {
            settings.log = log;
        }
        if let Ok(format) = std::env::var("MERIT_LOG_FORMAT") {
            settings.log_format = format;
        }
        if !["none", "acknowledge-before-commit", "no-sync"].contains(&settings.durability_control.as_str()) {
            anyhow::bail!("`durability_control` must be none, acknowledge-before-commit or no-sync");
        }
        Ok(settings)
    }

    /// How the store is opened.
    pub fn store_options(&self) -> store::Options {
        let mut options = if self.database.is_empty() {
            store::Options::sqlite(self.data.join("merit.db"))
        } else {
            store::Options::postgres(self.database.clone())
        };
        if self.durability_control == "no-sync" {
            options.durability = store::Durability::OffForMustFailControl;
        }
        options
    }

    /// Where the facts of reports are kept.
    pub fn lake_place(&self) -> String {
        match self.lake.is_empty() {
            true => self.data.join("lake").display().to_string(),
            false => self.lake.clone(),
        }
    }

    /// Where links in mails lead; none where no mails are sent, or nobody said where the console is.
    ///
    /// # Errors
    /// When it is no address of http or https.
    pub fn mailed_console(&self) -> anyhow::Result<Option<std::sync::Arc<str>>> {
        if self.mail_server.is_empty() || self.console_address.is_empty() {
            return Ok(None);
        }
        let address = self.console_address.trim_end_matches('/');
        let bare = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
        let fits = |host: &str| {
            !host.is_empty() && !host.contains(['#', '?', '@']) && !host.contains(char::is_whitespace)
        };
        if !bare.is_some_and(fits) {
            anyhow::bail!("`console_address` must be an address such as https://partners.example.org");
        }
        Ok(Some(address.into()))
    }

    /// How webhooks and mails go out.
    ///
    /// # Errors
    /// What is wrong with a setting.
    pub fn courier(&self) -> anyhow::Result<outbound::Courier> {
        Ok(outbound::Courier::new(&outbound::Settings {
            mail_server: self.mail_server.clone(),
            mail_from: self.mail_from.clone(),
            networks_allowed: self.webhook_networks.clone(),
            certificates: (!self.certificates.is_empty()).then(|| self.certificates.clone().into()),
        })?)
    }

    /// Limits of the intake.
    pub fn intake_limits(&self) -> app::intake::Limits {
        app::intake::Limits {
            queue_max: self.queue_max,
            batch_max: self.batch_max,
            acknowledge_before_commit: self.durability_control == "acknowledge-before-commit",
        }
    }

    /// Proxies whose word about the visitor's address is taken.
    ///
    /// # Errors
    /// The first entry that is no network.
    pub fn proxies(&self) -> anyhow::Result<edge::client_address::TrustedProxies> {
        let entries = self.trusted_proxies.iter().map(String::as_str);
        Ok(edge::client_address::TrustedProxies::parse(
            entries,
            edge::client_address::ForwardingHeader::default(),
        )?)
    }

    /// Settings of the edge.
    ///
    /// # Errors
    /// What is wrong with a proxy, the cookie's domain or a geo file.
    pub fn edge_settings(&self) -> anyhow::Result<edge::EdgeSettings> {
        use edge::{cookies, geo};
        let domain = (!self.cookie_domain.is_empty()).then_some(self.cookie_domain.as_str());
        Ok(edge::EdgeSettings {
            proxies: self.proxies()?,
            cookie: cookies::VisitorCookie::new(self.cookie_days.saturating_mul(86_400), domain)?,
            redirect_wait: Duration::from_millis(self.redirect_wait_ms),
            https: self.https,
            geo: geo::Geo::open(&self.geo_files, self.data_center_file.as_deref())?,
            own_crawlers: self.own_crawlers.clone(),
        })
    }

    /// Whether this process has a role.
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own == "all" || own == role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../../docs/merit.toml");

    #[test]
    fn the_documented_file_is_the_defaults() {
        assert_eq!(toml::from_str::<Settings>(FILE).unwrap(), Settings::default());
    }

    #[test]
    fn every_setting_is_documented() {
        let shown = format!("{:#?}", Settings::default());
        let fields =
            shown.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(':')).map(|(name, _)| name);
        let fields: Vec<&str> = fields.filter(|name| !name.starts_with(' ')).collect();
        assert!(fields.contains(&"queue_max"), "{fields:?}");
        for field in fields {
            let set =
                FILE.lines().any(|line| line.trim_start_matches("# ").starts_with(&format!("{field} = ")));
            assert!(set, "docs/merit.toml does not name `{field}`");
        }
    }

    #[test]
    fn what_is_no_setting_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("merit.toml");
        std::fs::write(&config, "quue_max = 3\n").unwrap();
        let error = Settings::read(&Common { data: None, config: Some(config), database: None }).unwrap_err();
        assert!(format!("{error:#}").contains("unknown field `quue_max`"), "{error:#}");
    }
}
