//! What the config of a kind of channel provides.

use std::sync::Arc;
use std::time::Duration;

use super::Channel;
use crate::alerts::message::MessageStyle;
use crate::conf::reference::ReferenceSection;
use crate::conf::scope::Scope;
use crate::conf::secret::Secret;
use crate::monitors::caches::Caches;
use crate::monitors::dial::ConnectOptions;

/// The config keys of a kind.
pub trait ChannelKindKeys {
    /// Resolves the keys. `style`: how the channel wants its messages.
    fn resolve(
        &self,
        caches: &Caches<'_>,
        scope: &Scope<'_>,
        style: MessageStyle,
    ) -> Option<ResolvedChannel>;

    /// Tables for the reference.
    fn sections() -> Vec<ReferenceSection>
    where
        Self: Sized;
}

/// A channel of the config without its name.
pub struct ResolvedChannel {
    pub channel: Arc<dyn Channel>,
    /// What may be shown of where it goes.
    pub place: String,
    /// Limit of one whole send.
    pub timeout: Duration,
    /// `None` if it does not speak HTTP.
    pub options: Option<Arc<ConnectOptions>>,
    /// What its keys hold beside the values of `${…}`.
    pub secrets: Vec<Secret>,
}
