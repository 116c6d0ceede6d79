//! A valid config.

use std::path::PathBuf;
use std::sync::Arc;

use super::listen::Listen;
use crate::channels::plan::AlertPlan;
use crate::conf::diagnostic::ConfigError;
use crate::engine::Plan;
use crate::monitors::token::Token;
use crate::prefs::Prefs;
use crate::store::Keep;

/// A valid config.
#[derive(Debug)]
pub struct LoadedConfig {
    pub plan: Plan,
    /// The path; none for stdin.
    pub path: Option<PathBuf>,
    /// The files that it includes, in their order.
    pub included: Vec<PathBuf>,
    /// The address of the HTTP interface. An address other than loopback always has a token.
    pub listen: Option<Listen>,
    /// Bearer token of the HTTP interface.
    pub token: Option<Token>,
    /// Bearer token that may only read; differs from `token`, and is never without it.
    pub read_token: Option<Token>,
    /// Host names other than those of loopback that may reach the HTTP interface without a token;
    /// in lower case.
    pub hosts: Vec<String>,
    /// Certificate and key of the HTTP interface; none for plain HTTP.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// How long the history is kept.
    pub keep: Keep,
    /// The block `alerts`; `None` without one.
    pub alerts: Option<Arc<AlertPlan>>,
    /// The block `screen`.
    pub prefs: Prefs,
    /// The warnings.
    pub warnings: Option<ConfigError>,
}
