//! The list of kinds of channels.

use schemars::JsonSchema;
use serde::Deserialize;

use super::http_keys::SendKeys;
use super::kind::ChannelKindKeys;
use super::{alertmanager, discord, email, exec, ntfy, pagerduty, slack, teams, telegram, webhook};
use crate::conf::reference::ReferenceSection;
use crate::conf::setting::{Flattened, Setting};
use crate::conf::span::Span;

/// A kind in the config.
pub struct WrittenKind<'k> {
    pub name: &'static str,
    /// The place of its value.
    pub span: Span,
    /// `None` if the value was reported.
    pub keys: Option<&'k dyn ChannelKindKeys>,
}

/// Generates `ChannelKeys` from the list of kinds.
macro_rules! channels {
    ($($(#[doc = $doc:literal])+ $kind:ident, $keys:ty;)+) => {
        /// The name of every kind.
        pub const KINDS: &[&str] = &[$(stringify!($kind)),+];

        /// A channel by which alerts are told: its name, and exactly one kind.
        #[derive(Clone, Default, Deserialize, JsonSchema)]
        pub struct ChannelKeys {
            /// Unique; letters, digits and `.`, `_`, `-`; at most 128 characters. Routes name it.
            #[schemars(required)]
            pub name: Option<Setting<String>>,
            /// Name of the channel that is told instead while this one is broken. Default: none.
            pub fallback: Option<Setting<String>>,
            /// Put a coloured sign in front of each title. Default: `false`.
            pub emoji: Option<Setting<bool>>,
            /// IANA name of the time zone of the times in messages, for example `Europe/Berlin`.
            /// Default: `UTC`.
            pub timezone: Option<Setting<String>>,
            $($(#[doc = $doc])+ pub $kind: Option<Setting<$keys>>,)+
        }

        impl ChannelKeys {
            /// Returns the kinds in the file.
            pub fn written(&self) -> impl Iterator<Item = WrittenKind<'_>> {
                let kinds = [$(self.$kind.as_ref().map(|field| WrittenKind {
                    name: stringify!($kind),
                    span: field.span,
                    keys: field.value.as_ref().map(|keys| keys as _),
                }),)+];
                kinds.into_iter().flatten()
            }
        }

        /// Returns the tables of all kinds for the reference.
        pub fn sections() -> Vec<ReferenceSection> {
            [$(<$keys as ChannelKindKeys>::sections(),)+].into_iter().flatten().collect()
        }
    };
}

channels! {
    /// Posts JSON in the shape of Alertmanager's webhook, or of a template.
    webhook, Flattened<SendKeys, webhook::keys::WebhookKeys>;
    /// Posts alerts to every instance of a cluster of Alertmanagers.
    alertmanager, Flattened<SendKeys, alertmanager::keys::AlertmanagerKeys>;
    /// Sends events to PagerDuty.
    pagerduty, Flattened<SendKeys, pagerduty::keys::PagerDutyKeys>;
    /// Posts to an incoming webhook of Slack, Mattermost or Rocket.Chat.
    slack, Flattened<SendKeys, slack::keys::SlackKeys>;
    /// Posts to a webhook of Discord.
    discord, Flattened<SendKeys, discord::keys::DiscordKeys>;
    /// Posts to a workflow of Microsoft Teams.
    teams, Flattened<SendKeys, teams::keys::TeamsKeys>;
    /// Sends messages as a bot of Telegram.
    telegram, Flattened<SendKeys, telegram::keys::TelegramKeys>;
    /// Publishes to a topic of ntfy.
    ntfy, Flattened<SendKeys, ntfy::keys::NtfyKeys>;
    /// Sends mail.
    email, email::keys::EmailKeys;
    /// Runs a program without a shell: the program and its arguments. It reads the incident as JSON
    /// from stdin, and has 30 seconds.
    exec, exec::keys::ExecKeys;
}
