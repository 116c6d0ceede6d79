//! The keys of the kind `telegram`.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Telegram;
use crate::alerts::message::MessageStyle;
use crate::channels::Channel;
use crate::channels::http_keys::{HttpChannelKeys, RequestScope};
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::reference::{ReferenceSection, section};
use crate::conf::secret::Secret;
use crate::conf::setting::Setting;

const API: &str = "https://api.telegram.org";
const KEYS: &str = "write `telegram: {token: \"${TELEGRAM_TOKEN}\", chat: -1001234567890}`";

/// Sends messages as a bot of Telegram.
#[derive(Clone, Default, Deserialize, JsonSchema)]
pub struct TelegramKeys {
    /// The bot's token, without `bot` in front of it.
    #[schemars(required)]
    pub token: Option<Setting<Secret>>,
    /// Number of the chat, or `@name` of a channel.
    #[schemars(required)]
    pub chat: Option<Setting<String>>,
    /// Number of the topic in a forum. Default: none.
    pub thread: Option<Setting<u32>>,
    /// Send without a sound. Default: `false`.
    pub quiet: Option<Setting<bool>>,
    /// URL of the Bot API, for a server of your own. Default: `https://api.telegram.org`.
    pub url: Option<Setting<String>>,
}

impl HttpChannelKeys for TelegramKeys {
    fn resolve(
        &self,
        request: &mut RequestScope<'_>,
        style: MessageStyle,
    ) -> Option<Arc<dyn Channel>> {
        let token = request.required_secret("token", self.token.as_ref(), KEYS);
        let chat = self.chat(request);
        let url = request.url_or(self.url.as_ref(), API);
        Some(Arc::new(Telegram {
            url: url?,
            token: token?,
            chat: chat?,
            thread: self
                .thread
                .as_ref()
                .and_then(|field| field.value)
                .map(i64::from),
            quiet: self
                .quiet
                .as_ref()
                .and_then(|field| field.value)
                .unwrap_or(false),
            style,
        }))
    }

    fn sections() -> Vec<ReferenceSection> {
        vec![section::<TelegramKeys>("`telegram`")]
    }
}

impl TelegramKeys {
    fn chat(&self, request: &RequestScope<'_>) -> Option<String> {
        let scope = request.scope;
        let Some(field) = &self.chat else {
            request.missing(format!("{} has no `chat`", scope.label), KEYS);
            return None;
        };
        let chat = field.value.as_deref()?.trim();
        let is_name = chat.len() > 1 && chat.starts_with('@');
        if is_name || chat.parse::<i64>().is_ok() {
            return Some(chat.to_owned());
        }
        let title = format!("the `chat` of {} is no chat of Telegram", scope.label);
        let label = "expected a number such as -1001234567890, or `@name`";
        scope.report(Diagnostic::new(Code::Value, title).at(field.span, label));
        None
    }
}
