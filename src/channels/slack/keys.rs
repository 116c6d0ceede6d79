//! The keys of the kind `slack`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Slack;
use crate::alerts::message::MessageStyle;
use crate::channels::Channel;
use crate::channels::http_keys::{HttpChannelKeys, RequestScope};
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::setting::Setting;

/// Posts to an incoming webhook of Slack, Mattermost or Rocket.Chat.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct SlackKeys {
    /// The URL of the webhook.
    #[schemars(required)]
    pub url: Option<Setting<String>>,
}

impl HttpChannelKeys for SlackKeys {
    fn resolve(
        &self,
        request: &mut RequestScope<'_>,
        style: MessageStyle,
    ) -> Option<Arc<dyn Channel>> {
        let url = request.credential_url("slack", self.url.as_ref())?;
        Some(Arc::new(Slack { url, style }))
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![section::<SlackKeys>("`slack`")]
    }
}
