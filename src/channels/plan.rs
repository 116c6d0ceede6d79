//! The alerts of a config: valid by construction.

use std::sync::Arc;
use std::time::Duration;

use super::Channel;
use crate::alerts::rules::AlertRules;
use crate::model::Text;
use crate::monitors::dial::ConnectOptions;
use crate::monitors::secrets::Secrets;

/// Default of `timeout` of a channel: the limit of one whole send.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// The block `alerts` of a config.
#[derive(Debug, Default)]
pub struct AlertPlan {
    pub rules: AlertRules,
    /// In the order of `rules.channels`.
    pub channels: Vec<ConfiguredChannel>,
}

/// One channel with what its requests need.
#[derive(Clone, Debug)]
pub struct ConfiguredChannel {
    pub name: Text,
    pub channel: Arc<dyn Channel>,
    /// What may be shown of where it goes: scheme and host, or the name of the program.
    pub place: Text,
    /// Limit of one whole send.
    pub timeout: Duration,
    /// Proxy, TLS and network of its requests; `None` if it does not speak HTTP.
    pub options: Option<Arc<ConnectOptions>>,
    /// Struck out of whatever a receiver answers.
    pub secrets: Arc<Secrets>,
}
