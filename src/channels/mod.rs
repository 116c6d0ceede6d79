//! Tells receivers: a file per kind of channel, which turns a delivery into requests and judges the
//! answers. `transport` sends them with deadlines and caps.
//!
//! To add a kind: a folder with its keys and a type that implements [`Channel`], and its line in
//! `channels!` of `kinds.rs`.

pub mod alertmanager;
mod answers;
pub mod discord;
pub mod email;
mod escape;
pub mod exec;
pub mod http_keys;
mod incident;
pub mod kind;
pub mod kinds;
mod level;
pub mod ntfy;
pub mod outgoing;
pub mod pagerduty;
pub mod plan;
mod prometheus_alert;
pub mod secret_url;
pub mod slack;
pub mod teams;
pub mod telegram;
pub mod template;
pub mod transport;
pub mod webhook;

use std::fmt;

use url::Url;

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::message::{Message, MessageLine};
use crate::alerts::rules::ChannelTraits;
use crate::history::notification::NotificationId;
use outgoing::{Answer, Outgoing};

/// A channel of the config, ready to be used. Pure: it neither sends nor waits.
pub trait Channel: fmt::Debug + Send + Sync {
    /// Returns the name of its kind, as in the config.
    fn kind(&self) -> &'static str;

    fn traits(&self) -> ChannelTraits {
        ChannelTraits::default()
    }

    /// Returns what is to be sent. With several requests the delivery is accepted when one of them
    /// is (the instances of a cluster), or all of them with `ChannelTraits::one_key`.
    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing>;

    /// Judges the answer to one request.
    fn judge(&self, answer: &Answer) -> DeliveryResult;

    /// Returns what to send instead, if the answer says that the receiver has another address.
    fn moved(&self, _delivery: &Delivery, _answer: &Answer) -> Option<Moved> {
        None
    }
}

/// A request to the new address of a receiver.
pub struct Moved {
    pub outgoing: Outgoing,
    /// What the user should know: a clause without secrets.
    pub note: String,
}

/// Returns the key by which a receiver knows an incident. It is the same after a restart.
fn dedup_key(key: NotificationId) -> String {
    format!("hbmon/{}", key.0)
}

/// Returns whether a message is about several monitors.
fn is_digest(delivery: &Delivery) -> bool {
    delivery.notices.len() > 1 || delivery.more > 0
}

/// Returns the lines of a message that shows the runbook as a link.
fn lines_beside_link(message: &Message) -> impl Iterator<Item = &MessageLine> {
    let has_link = http_url(message.runbook.as_deref()).is_some();
    let is_link = move |line: &&MessageLine| has_link && line.label == "runbook";
    message.lines.iter().filter(move |line| !is_link(line))
}

/// Returns a link that every receiver takes. One that is no URL would make it refuse the message.
fn http_url(link: Option<&str>) -> Option<String> {
    const MAX_CHARS: usize = 2000;
    let url = Url::parse(link?).ok()?;
    let is_usable = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= MAX_CHARS;
    is_usable.then(|| url.into())
}
