//! TLS options of a monitor, which are loaded and checked before the first connection.

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

/// Which key of the block is wrong, and why. Without the path, which may have come from outside,
/// and without anything that stands in the file.
#[derive(Debug)]
pub struct TlsError {
    pub key: &'static str,
    pub why: String,
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

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
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
    /// # Errors
    /// A file that cannot be read or contains no certificate or key, or a key that does not match.
    pub fn load(files: &TlsFiles) -> Result<TlsOptions, TlsError> {
        let trust = match (&files.ca_file, files.insecure) {
            (Some(path), insecure) => {
                let roots = load_roots(path).map_err(|why| TlsError {
                    key: "ca_file",
                    why,
                })?;
                if insecure {
                    Trust::Any
                } else {
                    Trust::Roots(roots)
                }
            }
            (None, true) => Trust::Any,
            (None, false) => Trust::System,
        };
        let identity = match (&files.cert_file, &files.key_file) {
            (Some(cert), Some(key)) => Some(load_identity(cert, key)?),
            (Some(_), None) => {
                return Err(TlsError {
                    key: "cert_file",
                    why: "needs a key_file beside it".to_owned(),
                });
            }
            (None, Some(_)) => {
                return Err(TlsError {
                    key: "key_file",
                    why: "needs a cert_file beside it".to_owned(),
                });
            }
            (None, None) => None,
        };
        let server_name = match &files.server_name {
            Some(name) => Some(check_name(name).map_err(|why| TlsError {
                key: "server_name",
                why,
            })?),
            None => None,
        };
        Ok(TlsOptions {
            trust,
            identity,
            server_name,
        })
    }
}

/// Returns the crypto provider, which no other code names. aws-lc-rs also supports P-521 and
/// X25519MLKEM768, which targets use.
pub(super) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: OnceLock<Arc<CryptoProvider>> = OnceLock::new();
    Arc::clone(PROVIDER.get_or_init(|| Arc::new(rustls::crypto::aws_lc_rs::default_provider())))
}

fn load_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    pem::certificates(&read(path, MAX_CERTIFICATE_BYTES)?)
}

fn load_roots(path: &Path) -> Result<Arc<Roots>, String> {
    let listed = load_certificates(path)?;
    let mut roots = RootCertStore::empty();
    for (at, certificate) in listed.iter().enumerate() {
        roots.add(certificate.clone()).map_err(|_| damaged(at))?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider());
    let verifier = verifier
        .build()
        .map_err(|_| "holds no certificate that can be trusted".to_owned())?;
    Ok(Arc::new(Roots { verifier, listed }))
}

fn damaged(at: usize) -> String {
    format!("is damaged: number {} of its certificates is none", at + 1)
}

/// Builds the TLS config of hbmon's own HTTP interface (HTTP/1.1 only).
///
/// # Errors
/// A file that cannot be read or contains no certificate or key, or a key that does not match.
pub fn server_config(cert_file: &Path, key_file: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let certified = load_certified(cert_file, key_file)?;
    let builder =
        ServerConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| TlsError {
        key: "cert_file",
        why: error.to_string(),
    })?;
    let mut config = builder
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(certified)));
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn load_identity(cert_file: &Path, key_file: &Path) -> Result<Identity, TlsError> {
    Ok(Identity(Arc::new(SingleCertAndKey::from(load_certified(
        cert_file, key_file,
    )?))))
}

fn load_certified(cert_file: &Path, key_file: &Path) -> Result<CertifiedKey, TlsError> {
    let cert_error = |why: String| TlsError {
        key: "cert_file",
        why,
    };
    let key_error = |why: String| TlsError {
        key: "key_file",
        why,
    };
    let chain = load_certificates(cert_file).map_err(cert_error)?;
    let key =
        pem::private_key(&read(key_file, MAX_KEY_BYTES).map_err(key_error)?).map_err(key_error)?;
    let signer = provider().key_provider.load_private_key(key.clone_key());
    signer.map_err(|_| {
        key_error(
            "is damaged, or its key is none that TLS takes: RSA from 2048 bits, ECDSA, Ed25519"
                .to_owned(),
        )
    })?;
    let certified = CertifiedKey::from_der(chain.clone(), key.clone_key(), &provider());
    certified.map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => mismatch(&chain, &key),
        _ => cert_error(damaged(0)),
    })
}

/// Returns why a key does not match the first certificate of a file.
fn mismatch(chain: &[CertificateDer<'static>], key: &PrivateKeyDer<'static>) -> TlsError {
    let fits = |leaf: &CertificateDer<'static>| {
        CertifiedKey::from_der(vec![leaf.clone()], key.clone_key(), &provider()).is_ok()
    };
    match chain.iter().position(fits) {
        Some(at) => TlsError {
            key: "cert_file",
            why: format!(
                "is in the wrong order: number {} of its certificates, which the key belongs to, \
                 comes first",
                at + 1
            ),
        },
        None => TlsError {
            key: "key_file",
            why: "does not belong to the certificate of `cert_file`".to_owned(),
        },
    }
}

/// Checks a server name. It must not be an IP address (RFC 6066, section 3).
fn check_name(name: &str) -> Result<Arc<str>, String> {
    match DnsName::try_from(name) {
        Ok(_) => Ok(name.to_ascii_lowercase().into()),
        Err(_) => Err("is not a host name".to_owned()),
    }
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    file::read(path, limit).map_err(|error| format!("cannot be read: {}", file::error_text(&error)))
}
