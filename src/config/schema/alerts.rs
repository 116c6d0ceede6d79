//! What the schema says of alerts.

use serde_json::json;

use super::refined::Refined;
use crate::channels::kinds::KINDS;

const URL: &str = r"^\s*[hH][tT][tT][pP][sS]?://[^\s/?#]";
const URL_MESSAGE: &str = "a URL that begins with https:// or http://";

impl Refined {
    /// The keys of channels and routes.
    pub(super) fn alerts(&mut self) {
        self.text(
            "/$defs/ChannelKeys/properties/name",
            r"^[A-Za-z0-9._-]{1,128}$",
            "letters, digits, `.`, `_` and `-`; at most 128",
        );
        self.one_of("/$defs/ChannelKeys", "a channel", KINDS);
        for def in [
            "WebhookKeys",
            "SlackKeys",
            "DiscordKeys",
            "TeamsKeys",
            "NtfyKeys",
        ] {
            self.text(&format!("/$defs/{def}/anyOf/0"), URL, URL_MESSAGE);
            self.text(
                &format!("/$defs/{def}/anyOf/1/properties/url"),
                URL,
                URL_MESSAGE,
            );
        }
        let urls = "/$defs/AlertmanagerKeys/anyOf/1/properties/urls";
        self.text(urls, URL, URL_MESSAGE);
        self.also(
            &format!("{urls}/anyOf/1"),
            json!({"minItems": 1, "maxItems": 16}),
        );
        self.text(
            "/$defs/TelegramKeys/anyOf/1/properties/chat",
            r"^\s*(-?\d+|@.+)\s*$",
            "the number of a chat, or @name",
        );
        self.exclusive("PagerDutyKeys", "region", "url");
        self.text(
            "/$defs/EmailKeys/properties/smtp",
            r"^\s*[sS][mM][tT][pP][sS]?://",
            "a URL that begins with smtps:// or smtp://",
        );
        self.also(
            "/$defs/EmailKeys",
            json!({"anyOf": [{"required": ["smtp"]}, {"required": ["sendmail"]}]}),
        );
        self.also("/$defs/ChannelKeys/properties/exec", json!({"minItems": 1}));
        let to = "/$defs/RouteKeys/properties/to/anyOf/1";
        self.also(to, json!({"minItems": 1}));
    }
}
