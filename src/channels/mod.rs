//! Tells receivers: a file per kind of channel, which turns a delivery into requests and judges the
//! answers. `transport` sends them with deadlines and caps.
//!
//! To add a kind: a file with its keys, a type that implements [`Channel`], its line in `kinds!`.

pub mod alertmanager;
mod answers;
pub mod discord;
pub mod email;
pub mod exec;
mod incident;
pub mod ntfy;
pub mod outgoing;
pub mod pagerduty;
pub mod plan;
pub mod secret_url;
pub mod slack;
pub mod teams;
pub mod telegram;
mod transport;
pub mod webhook;

use std::fmt;

use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::alerts::rules::ChannelTraits;
use outgoing::{Answer, Outgoing};

/// A channel of the config, ready to be used. Pure: it neither sends nor waits.
pub trait Channel: fmt::Debug + Send + Sync {
    /// Returns the name of its kind, as in the config.
    fn kind(&self) -> &'static str;

    fn traits(&self) -> ChannelTraits {
        ChannelTraits::default()
    }

    /// Returns what is to be sent. With several requests (the instances of a cluster) the delivery
    /// is accepted when one of them is.
    fn outgoing(&self, delivery: &Delivery) -> Vec<Outgoing>;

    /// Judges the answer to one request.
    fn judge(&self, answer: &Answer) -> DeliveryResult;
}
