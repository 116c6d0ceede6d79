//! TLS options of a monitor, loaded and checked before anything connects.

use std::path::PathBuf;

/// The `tls:` block of a config, paths already resolved against the config's folder.
#[derive(Clone, Debug, Default)]
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

/// Roots, identity and name, loaded. Cheap to clone; the default is the system's roots.
#[derive(Clone, Debug, Default)]
pub struct Tls {}

impl Tls {
    /// # Errors
    /// A file that cannot be read or holds no certificate or key, or a key that does not fit.
    pub fn load(files: &TlsFiles) -> Result<Tls, TlsError> {
        todo!()
    }
}
