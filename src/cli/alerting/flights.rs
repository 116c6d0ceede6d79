//! Deliveries that are being sent: one task each, so that a receiver that hangs delays no other.

use std::collections::HashMap;
use std::time::Duration;

use tokio::task::{Id, JoinSet};

use crate::alerts::decide::DeliveryId;
use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::channels::plan::ConfiguredChannel;
use crate::channels::transport;
use crate::clock::Clock;
use crate::model::Text;
use crate::monitors::dial::Dialers;

/// What is being sent. Dropping it cancels everything.
pub(super) struct Flights {
    clock: Clock,
    dialers: Dialers,
    tasks: JoinSet<(DeliveryResult, Duration)>,
    sent: HashMap<Id, Sent>,
}

/// A delivery in words.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub id: DeliveryId,
    pub channel: Text,
    /// `opened shop and 3 more`.
    pub what: String,
    /// Number of its notifications; 0 if it repeats what the receiver knows.
    pub notifications: usize,
}

/// A delivery that has ended.
pub(super) struct Landed {
    pub sent: Sent,
    pub result: DeliveryResult,
    pub took: Duration,
}

impl Flights {
    pub(super) fn new(clock: Clock) -> Flights {
        Flights {
            clock,
            dialers: Dialers::new(),
            tasks: JoinSet::new(),
            sent: HashMap::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Sends a delivery.
    pub(super) fn send(
        &mut self,
        id: DeliveryId,
        delivery: Delivery,
        channel: Option<ConfiguredChannel>,
    ) {
        let sent = Sent {
            id,
            channel: delivery.channel.clone(),
            what: what(&delivery),
            notifications: if delivery.is_refresh {
                0
            } else {
                delivery.notices.len() + delivery.more
            },
        };
        let clock = self.clock.clone();
        let dialers = self.dialers.clone();
        let task = self.tasks.spawn(async move {
            let began = clock.now();
            let result = match channel {
                Some(channel) => transport::deliver(&channel, &delivery, &dialers, &clock).await,
                None => gone(),
            };
            (result, clock.now().since(began))
        });
        self.sent.insert(task.id(), sent);
    }

    /// Waits for the end of a delivery; without one, it does not end.
    pub(super) async fn next(&mut self) -> Landed {
        loop {
            let (id, end) = match self.tasks.join_next_with_id().await {
                Some(Ok((id, end))) => (id, end),
                Some(Err(error)) => (error.id(), (mistake(), Duration::ZERO)),
                None => std::future::pending().await,
            };
            if let Some(sent) = self.sent.remove(&id) {
                let (result, took) = end;
                return Landed { sent, result, took };
            }
        }
    }
}

/// Returns a delivery in words: `opened shop and 3 more`, `opened hbmon: overloaded`.
fn what(delivery: &Delivery) -> String {
    let Some(first) = delivery.notices.first() else {
        return String::new();
    };
    let others = delivery.notices.len() - 1 + delivery.more;
    let more = match others {
        0 => String::new(),
        some => format!(" and {some} more"),
    };
    let subject = &first.subject;
    // The first words of a problem of hbmon itself say which one it is.
    let own = match &subject.message {
        Some(message) if subject.incident.is_none() => message.as_str().split(": ").next(),
        _ => None,
    };
    let own = own.map_or_else(String::new, |own| format!(": {own}"));
    format!("{} {}{own}{more}", first.what.as_str(), subject.monitor)
}

/// The rules had the channel when the delivery was decided, and the config has it no more.
fn gone() -> DeliveryResult {
    DeliveryResult::Refused {
        why: Text::clean("the channel is not in the config any more"),
    }
}

fn mistake() -> DeliveryResult {
    DeliveryResult::Failed {
        why: Text::clean("a mistake in hbmon ended the sending"),
        wait: None,
    }
}
