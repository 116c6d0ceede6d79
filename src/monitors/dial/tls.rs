//! TLS options of a monitor, loaded and checked before anything connects.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, DnsName, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{RootCertStore, ServerConfig};

/// The `tls:` block of a config, paths already resolved against the config's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TlsFiles {
    pub ca_file: Option<PathBuf>,
    pub cert_file: Option<PathBuf>,
    pub key_file: Option<PathBuf>,
    pub server_name: Option<String>,
    pub insecure: bool,
}

/// Which key of the block is wrong, and why.
#[derive(Debug)]
pub struct TlsError {
    pub key: &'static str,
    pub why: String,
}

/// Roots, identity and name, loaded. The default is the system's roots. Clones share what was loaded, so equal
/// blocks should be loaded once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tls {
    pub(super) trust: Trust,
    pub(super) identity: Option<Identity>,
    /// Sent and verified instead of the URL's host; lower case.
    pub(super) server_name: Option<Arc<str>>,
}

/// Whose certificates are believed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Trust {
    #[default]
    System,
    Roots(Arc<Roots>),
    Anyone,
}

impl Trust {
    /// Where the certificates lie that were loaded for it.
    pub(super) fn place(&self) -> Option<usize> {
        match self {
            Trust::Roots(roots) => Some(Arc::as_ptr(roots).addr()),
            Trust::System | Trust::Anyone => None,
        }
    }
}

/// The certificates of a `ca_file`.
#[derive(Debug)]
pub(super) struct Roots {
    pub(super) verifier: Arc<WebPkiServerVerifier>,
    pub(super) listed: Vec<CertificateDer<'static>>,
}

/// What was loaded once is the same.
impl PartialEq for Roots {
    fn eq(&self, other: &Roots) -> bool {
        std::ptr::eq(self, other)
    }
}

/// The client certificate with its key, which must not print.
#[derive(Clone)]
pub(super) struct Identity(pub(super) Arc<dyn ResolvesClientCert>);

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity")
    }
}

/// As for `Roots`.
impl PartialEq for Identity {
    fn eq(&self, other: &Identity) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Tls {
    /// # Errors
    /// A file that cannot be read or holds no certificate or key, or a key that does not fit.
    pub fn load(files: &TlsFiles) -> Result<Tls, TlsError> {
        let trust = match (&files.ca_file, files.insecure) {
            (Some(path), insecure) => {
                let roots = load_roots(path).map_err(|why| TlsError { key: "ca_file", why })?;
                if insecure { Trust::Anyone } else { Trust::Roots(roots) }
            }
            (None, true) => Trust::Anyone,
            (None, false) => Trust::System,
        };
        let identity = match (&files.cert_file, &files.key_file) {
            (Some(cert), Some(key)) => Some(load_identity(cert, key)?),
            (Some(_), None) => return Err(TlsError { key: "cert_file", why: "needs a key_file beside it".to_owned() }),
            (None, Some(_)) => return Err(TlsError { key: "key_file", why: "needs a cert_file beside it".to_owned() }),
            (None, None) => None,
        };
        let server_name = match &files.server_name {
            Some(name) => Some(check_name(name).map_err(|why| TlsError { key: "server_name", why })?),
            None => None,
        };
        Ok(Tls { trust, identity, server_name })
    }
}

/// The one place that names the crypto provider. aws-lc-rs speaks what targets speak: P-521 and X25519MLKEM768 too.
pub(super) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| Arc::new(rustls::crypto::aws_lc_rs::default_provider())))
}

fn load_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let pem = read(path)?;
    let certificates = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| format!("{}: {error}", path.display()))?;
    if certificates.is_empty() {
        return Err(format!("{}: holds no PEM certificate", path.display()));
    }
    Ok(certificates)
}

fn load_roots(path: &Path) -> Result<Arc<Roots>, String> {
    let why = |error: &dyn std::error::Error| format!("{}: {error}", path.display());
    let listed = load_certificates(path)?;
    let mut roots = RootCertStore::empty();
    for certificate in &listed {
        roots.add(certificate.clone()).map_err(|error| why(&error))?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider());
    Ok(Arc::new(Roots { verifier: verifier.build().map_err(|error| why(&error))?, listed }))
}

/// The other side of TLS: hbmon's own interface with its certificate (HTTP/1.1 only).
///
/// # Errors
/// A file that cannot be read or holds no certificate or key, or a key that does not fit.
pub fn server(cert_file: &Path, key_file: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let certified = load_certified(cert_file, key_file)?;
    let builder = ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| TlsError { key: "cert_file", why: error.to_string() })?;
    let mut config = builder.with_no_client_auth().with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn load_identity(cert_file: &Path, key_file: &Path) -> Result<Identity, TlsError> {
    Ok(Identity(Arc::new(SingleCertAndKey::from(load_certified(cert_file, key_file)?))))
}

fn load_certified(cert_file: &Path, key_file: &Path) -> Result<CertifiedKey, TlsError> {
    let chain = load_certificates(cert_file).map_err(|why| TlsError { key: "cert_file", why })?;
    let key_error = |why: String| TlsError { key: "key_file", why: format!("{}: {why}", key_file.display()) };
    let pem = read(key_file).map_err(|why| TlsError { key: "key_file", why })?;
    let key = PrivateKeyDer::from_pem_slice(&pem).map_err(|error| match error {
        rustls::pki_types::pem::Error::NoItemsFound => key_error("holds no PEM private key".to_owned()),
        other => key_error(other.to_string()),
    })?;
    CertifiedKey::from_der(chain, key, &provider()).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => key_error("the key does not belong to the certificate".to_owned()),
        rustls::Error::InvalidCertificate(fault) => {
            TlsError { key: "cert_file", why: format!("{}: {fault}", cert_file.display()) }
        }
        other => key_error(other.to_string()),
    })
}

/// An address cannot be sent as a server name (RFC 6066, section 3).
fn check_name(name: &str) -> Result<Arc<str>, String> {
    match DnsName::try_from(name) {
        Ok(_) => Ok(name.to_ascii_lowercase().into()),
        Err(_) => Err(format!("not a host name: {name}")),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}
