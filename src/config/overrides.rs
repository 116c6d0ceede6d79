//! What the command line sets of the HTTP interface instead of the config.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Arguments that win over the keys `listen`, `token` and `read_token`. They apply to each reload too.
#[derive(Clone, Debug, Default)]
pub struct InterfaceOverrides {
    pub listen: Option<SocketAddr>,
    /// The file with the bearer token.
    pub token_file: Option<PathBuf>,
    /// The file with the bearer token that may only read.
    pub read_token_file: Option<PathBuf>,
}
