//! The keys of the kind `discord`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Discord;
use crate::alerts::message::MessageStyle;
use crate::channels::Channel;
use crate::channels::http_keys::{HttpChannelKeys, RequestScope};
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::setting::Setting;

/// Posts to a webhook of Discord.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct DiscordKeys {
    /// The URL of the webhook.
    #[schemars(required)]
    pub url: Option<Setting<String>>,
}

impl HttpChannelKeys for DiscordKeys {
    fn resolve(
        &self,
        request: &mut RequestScope<'_>,
        style: MessageStyle,
    ) -> Option<Arc<dyn Channel>> {
        let url = request.credential_url("discord", self.url.as_ref())?;
        Some(Arc::new(Discord { url, style }))
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![section::<DiscordKeys>("`discord`")]
    }
}
