//! A config that can be used.

use std::path::PathBuf;
use std::sync::Arc;

use super::listen::Listen;
use crate::conf::diagnostic::ConfigError;
use crate::engine::Plan;
use crate::monitors::token::Token;
use crate::prefs::Prefs;

/// A config that can be used.
#[derive(Debug)]
pub struct LoadedConfig {
    pub plan: Plan,
    /// The file; none for stdin.
    pub path: Option<PathBuf>,
    /// Where the HTTP interface listens; never without a token on other addresses than loopback.
    pub listen: Option<Listen>,
    /// Bearer token of the HTTP interface.
    pub token: Option<Token>,
    /// Names by which the HTTP interface may be reached without a token, beside those of loopback;
    /// in lower case.
    pub hosts: Vec<String>,
    /// Certificate and key of the HTTP interface; none for plain HTTP.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// The block `screen`.
    pub prefs: Prefs,
    /// What it says and hardly means.
    pub warnings: Option<ConfigError>,
}
