//! TLS with the certificates that the machine trusts, read at the first use, and those of the operator's file, read at once.

use std::{
    fmt,
    path::Path,
    sync::{Arc, OnceLock},
};

use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject as _},
    },
};

use crate::{SettingError, Trouble};

/// Makes TLS of connections.
pub(crate) struct Tls {
    further: Vec<CertificateDer<'static>>,
    config: OnceLock<Option<Arc<ClientConfig>>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

impl Tls {
    /// Trusts those of a file, too.
    pub fn with(file: Option<&Path>) -> Result<Self, SettingError> {
        let Some(file) = file else { return Ok(Self { further: Vec::new(), config: OnceLock::new() }) };
        let wrong = |message: String| SettingError(format!("`certificates`: {}: {message}", file.display()));
        let read = CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.to_string()))?;
        let further: Vec<_> = read.collect::<Result<_, _>>().map_err(|error| wrong(error.to_string()))?;
        let mut roots = RootCertStore::empty();
        for certificate in &further {
            roots.add(certificate.clone()).map_err(|error| wrong(error.to_string()))?;
        }
        if further.is_empty() {
            return Err(wrong("there is no certificate in it".to_owned()));
        }
        Ok(Self { further, config: OnceLock::new() })
    }

    /// Speaks TLS over a connection; the other must prove that it is `host`.
    pub async fn over(&self, stream: TcpStream, host: &str) -> Result<TlsStream<TcpStream>, Trouble> {
        let config = self.config.get_or_init(|| config(&self.further)).clone();
        let config = config.ok_or_else(|| Trouble::passing("this machine trusts no certificates"))?;
        let name = ServerName::try_from(host.to_owned());
        let name = name.map_err(|_| Trouble::lasting(format!("`{host}` is no name for TLS")))?;
        let shaken = TlsConnector::from(config).connect(name, stream).await;
        shaken.map_err(|error| Trouble::passing(format!("TLS with {host} failed: {error}")))
    }
}

fn config(further: &[CertificateDer<'static>]) -> Option<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots.add_parsable_certificates(further.iter().cloned());
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().ok()?;
    Some(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}
