//! TLS options of a monitor, which are loaded and checked before the first connection.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::client::{ResolvesClientCert, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, DnsName, PrivateKeyDer};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{RootCertStore, ServerConfig};

use super::pem;
use crate::file;

/// Maximum number of bytes that are read of a file with certificates.
const MAX_CERTIFICATE_BYTES: u64 = 16 << 20;
/// Maximum number of bytes that are read of a file with a key.
const MAX_KEY_BYTES: u64 = 64 << 10;

/// The `tls` block of a config. Paths are already resolved against the config's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TlsFiles {
    pub ca_file: Option<PathBuf>,
    pub cert_file: Option<PathBuf>,
    pub key_file: Option<PathBuf>,
    pub server_name: Option<String>,
    pub insecure: bool,
}

/// An unusable key of a `tls` block. The text contains neither the path, which may come from the
/// environment, nor any content of the file.
#[derive(Debug)]
pub struct TlsError {
    /// Name of the config key.
    pub key: &'static str,
    /// Why the key is unusable. The sentence lacks its subject, which is the key or the file.
    pub why: String,
    /// The error of the system or of rustls. Errors of the PEM parser are left out, because they
    /// may quote a private key.
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TlsError {
    fn new(key: &'static str, why: impl Into<String>) -> TlsError {
        TlsError {
            key,
            why: why.into(),
            source: None,
        }
    }

    fn caused_by(self, source: impl Error + Send + Sync + 'static) -> TlsError {
        TlsError {
            source: Some(Box::new(source)),
            ..self
        }
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.key, self.why)
    }
}

impl Error for TlsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.source {
            Some(source) => Some(&**source),
            None => None,
        }
    }
}

/// Loaded TLS options. The default trusts the system's roots. Clones share the loaded data, so
/// equal blocks should be loaded once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TlsOptions {
    pub(super) trust: Trust,
    pub(super) identity: Option<Identity>,
    /// Name that is sent and verified in place of the URL's host, in lower case.
    pub(super) server_name: Option<Arc<str>>,
}

impl TlsOptions {
    /// Returns what is trusted and shown, without paths: `verified by the roots of ca_file, client
    /// certificate`.
    pub fn summary(&self) -> String {
        let trust = match self.trust {
            Trust::System => "verified by the system's roots",
            Trust::Roots(_) => "verified by the roots of ca_file",
            Trust::Any => "not verified (insecure)",
        };
        let name = self.server_name.as_ref();
        let name = name.map(|name| format!("server_name {name}"));
        let identity = self
            .identity
            .as_ref()
            .map(|_| "client certificate".to_owned());
        let parts: Vec<String> = [trust.to_owned()]
            .into_iter()
            .chain(name)
            .chain(identity)
            .collect();
        parts.join(", ")
    }
}

/// Which server certificates are trusted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Trust {
    #[default]
    System,
    Roots(Arc<Roots>),
    Any,
}

impl Trust {
    /// Returns the address in memory of the loaded roots.
    pub(super) fn roots_address(&self) -> Option<usize> {
        match self {
            Trust::Roots(roots) => Some(Arc::as_ptr(roots).addr()),
            Trust::System | Trust::Any => None,
        }
    }
}

/// The certificates of a `ca_file`.
#[derive(Debug)]
pub(super) struct Roots {
    pub(super) verifier: Arc<WebPkiServerVerifier>,
    pub(super) listed: Vec<CertificateDer<'static>>,
}

/// Compares by identity: roots that are loaded twice are different.
impl PartialEq for Roots {
    fn eq(&self, other: &Roots) -> bool {
        std::ptr::eq(self, other)
    }
}

/// The client certificate and its key. `Debug` prints neither.
#[derive(Clone)]
pub(super) struct Identity(pub(super) Arc<dyn ResolvesClientCert>);

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity")
    }
}

/// Compares by identity, as `Roots` does.
impl PartialEq for Identity {
    fn eq(&self, other: &Identity) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl TlsOptions {
    /// Loads the files and checks all options.
    ///
    /// # Errors
    /// A file that cannot be read or contains no certificate or key, or a key that does not match.
    pub fn load(files: &TlsFiles) -> Result<TlsOptions, TlsError> {
        Ok(TlsOptions {
            trust: load_trust(files)?,
            identity: load_identity(files)?,
            server_name: files.server_name.as_deref().map(check_name).transpose()?,
        })
    }
}

/// Returns the crypto provider, which no other code names. aws-lc-rs also supports P-521 and
/// X25519MLKEM768, which targets use.
pub(super) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| Arc::new(rustls::crypto::aws_lc_rs::default_provider())))
}

/// Loads the `ca_file`, which is checked even if `insecure` makes it unused.
fn load_trust(files: &TlsFiles) -> Result<Trust, TlsError> {
    let roots = files.ca_file.as_deref().map(load_roots).transpose()?;
    Ok(match roots {
        _ if files.insecure => Trust::Any,
        Some(roots) => Trust::Roots(roots),
        None => Trust::System,
    })
}

fn load_roots(path: &Path) -> Result<Arc<Roots>, TlsError> {
    let listed = load_certificates("ca_file", path)?;
    let mut roots = RootCertStore::empty();
    for (index, certificate) in listed.iter().enumerate() {
        roots
            .add(certificate.clone())
            .map_err(|error| damaged("ca_file", index).caused_by(error))?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider())
        .build()
        .map_err(|error| {
            TlsError::new("ca_file", "holds no certificate that can be trusted").caused_by(error)
        })?;
    Ok(Arc::new(Roots { verifier, listed }))
}

fn load_certificates(
    key: &'static str,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let content = read(key, path, MAX_CERTIFICATE_BYTES)?;
    pem::certificates(&content).map_err(|why| TlsError::new(key, why))
}

/// Returns the error for an invalid certificate at this index of a file.
fn damaged(key: &'static str, index: usize) -> TlsError {
    let number = index + 1;
    TlsError::new(
        key,
        format!("is damaged: number {number} of its certificates is none"),
    )
}

/// Builds the TLS config of hbmon's own HTTP interface (HTTP/1.1 only).
///
/// # Errors
/// A file that cannot be read or contains no certificate or key, or a key that does not match.
pub fn server_config(cert_file: &Path, key_file: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let certified = load_certified(cert_file, key_file)?;
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::new("cert_file", error.to_string()).caused_by(error))?;
    let mut config = builder
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Loads the client certificate and its key, which must be given together.
fn load_identity(files: &TlsFiles) -> Result<Option<Identity>, TlsError> {
    match (&files.cert_file, &files.key_file) {
        (Some(cert_file), Some(key_file)) => {
            let certified = load_certified(cert_file, key_file)?;
            Ok(Some(Identity(Arc::new(SingleCertAndKey::from(certified)))))
        }
        (Some(_), None) => Err(TlsError::new("cert_file", "needs a key_file beside it")),
        (None, Some(_)) => Err(TlsError::new("key_file", "needs a cert_file beside it")),
        (None, None) => Ok(None),
    }
}

fn load_certified(cert_file: &Path, key_file: &Path) -> Result<CertifiedKey, TlsError> {
    let chain = load_certificates("cert_file", cert_file)?;
    let content = read("key_file", key_file, MAX_KEY_BYTES)?;
    let key = pem::private_key(&content).map_err(|why| TlsError::new("key_file", why))?;
    provider()
        .key_provider
        .load_private_key(key.clone_key())
        .map_err(|error| {
            let why =
                "is damaged, or its key is none that TLS takes: RSA from 2048 bits, ECDSA, Ed25519";
            TlsError::new("key_file", why).caused_by(error)
        })?;
    CertifiedKey::from_der(chain.clone(), key.clone_key(), &provider()).map_err(|error| match error
    {
        rustls::Error::InconsistentKeys(_) => mismatch(&chain, &key).caused_by(error),
        _ => damaged("cert_file", 0).caused_by(error),
    })
}

/// Returns why a key does not match the first certificate of a file.
fn mismatch(chain: &[CertificateDer<'static>], key: &PrivateKeyDer<'static>) -> TlsError {
    let fits = |leaf: &CertificateDer<'static>| {
        CertifiedKey::from_der(vec![leaf.clone()], key.clone_key(), &provider()).is_ok()
    };
    match chain.iter().position(fits) {
        Some(index) => {
            let number = index + 1;
            TlsError::new(
                "cert_file",
                format!(
                    "is in the wrong order: number {number} of its certificates, which the key \
                     belongs to, comes first"
                ),
            )
        }
        None => TlsError::new(
            "key_file",
            "does not belong to the certificate of `cert_file`",
        ),
    }
}

/// Checks a server name. It must not be an IP address (RFC 6066, section 3).
fn check_name(name: &str) -> Result<Arc<str>, TlsError> {
    match DnsName::try_from(name) {
        Ok(_) => Ok(name.to_ascii_lowercase().into()),
        Err(error) => Err(TlsError::new("server_name", "is not a host name").caused_by(error)),
    }
}

fn read(key: &'static str, path: &Path, limit: u64) -> Result<Vec<u8>, TlsError> {
    file::read(path, limit).map_err(|error| {
        let why = format!("cannot be read: {}", file::error_text(&error));
        TlsError::new(key, why).caused_by(error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_keep_their_source_but_nothing_of_a_key() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing.pem");
        let error = load_roots(&missing).unwrap_err();
        assert_eq!(error.to_string(), "`ca_file` cannot be read: no such file");
        let source = error.source().and_then(|source| source.downcast_ref());
        let kind = source.map(std::io::Error::kind);
        assert_eq!(kind, Some(std::io::ErrorKind::NotFound));

        let damaged = folder.path().join("key.pem");
        std::fs::write(&damaged, "-----BEGIN PRIVATE KEY-----\ns3cr3t").unwrap();
        let certificate = folder.path().join("cert.pem");
        let signed = rcgen::generate_simple_self_signed(["a.test".to_owned()]).unwrap();
        std::fs::write(&certificate, signed.cert.pem()).unwrap();
        let error = load_certified(&certificate, &damaged).unwrap_err();
        assert_eq!(error.key, "key_file");
        assert!(error.source().is_none() && !format!("{error:?}").contains("s3cr3t"));
    }
}
