//! Sends deliveries: all requests of one in parallel, with deadlines and caps.

mod command;
mod http;
mod mail;

use std::time::Duration;

use futures_util::future::join_all;

use super::outgoing::{Answer, Outgoing};
use super::plan::ConfiguredChannel;
use crate::alerts::delivery::{Delivery, DeliveryResult};
use crate::clock::Clock;
use crate::model::Text;
use crate::monitors::dial::Dialers;

/// Sends a delivery within the channel's `timeout`, and returns what came of it, without secrets.
/// Dropping the future cancels the requests.
pub async fn deliver(
    configured: &ConfiguredChannel,
    delivery: &Delivery,
    dialers: &Dialers,
    clock: &Clock,
) -> DeliveryResult {
    let requests = configured.channel.outgoing(delivery).into_iter();
    let requests =
        requests.map(|outgoing| deliver_one(configured, delivery, outgoing, dialers, clock));
    let results = join_all(requests).await;
    let result = if configured.channel.traits().one_key {
        all_of(results)
    } else {
        any_of(results)
    };
    redacted(result, configured)
}

/// Sends one request, and once more if the receiver has moved.
async fn deliver_one(
    configured: &ConfiguredChannel,
    delivery: &Delivery,
    outgoing: Outgoing,
    dialers: &Dialers,
    clock: &Clock,
) -> DeliveryResult {
    let channel = &configured.channel;
    let began = clock.now();
    let answer = send(configured, outgoing, dialers, clock, configured.timeout).await;
    let Some(moved) = channel.moved(delivery, &answer) else {
        return channel.judge(&answer);
    };
    let left = configured.timeout.saturating_sub(clock.now().since(began));
    let answer = send(configured, moved.outgoing, dialers, clock, left).await;
    match channel.judge(&answer) {
        DeliveryResult::Accepted { answer, .. } => DeliveryResult::Accepted {
            answer,
            note: Some(Text::clean(&moved.note)),
        },
        other => other,
    }
}

/// Sends one request and returns what came back within `limit`.
pub async fn send(
    configured: &ConfiguredChannel,
    outgoing: Outgoing,
    dialers: &Dialers,
    clock: &Clock,
    limit: Duration,
) -> Answer {
    let options = configured.options.as_ref();
    match outgoing {
        Outgoing::Http(request) => http::send(request, options, dialers, clock, limit).await,
        Outgoing::Command(program) => command::run(program, limit).await,
        Outgoing::Mail(mail) => mail::send(mail, dialers, clock, limit).await,
    }
}

/// Combines the answers of the instances of a cluster: one that accepts tells the others.
fn any_of(results: Vec<DeliveryResult>) -> DeliveryResult {
    let total = results.len();
    let (accepted, others): (Vec<_>, Vec<_>) = results
        .into_iter()
        .partition(|result| matches!(result, DeliveryResult::Accepted { .. }));
    let missing = others.len();
    let Some(DeliveryResult::Accepted { answer, note }) = accepted.into_iter().next() else {
        return all_of(others);
    };
    let note = match others.into_iter().next() {
        Some(DeliveryResult::Failed { why, .. } | DeliveryResult::Refused { why }) => {
            let note = format!("{missing} of {total} failed: {why}");
            Some(Text::clean(&note))
        }
        _ => note,
    };
    DeliveryResult::Accepted { answer, note }
}

/// Combines the answers to several messages: accepted when each of them is, and sent again while
/// one of them failed.
fn all_of(results: Vec<DeliveryResult>) -> DeliveryResult {
    let rank = |result: &DeliveryResult| match result {
        DeliveryResult::Accepted { .. } => (0, None),
        DeliveryResult::Refused { .. } => (1, None),
        DeliveryResult::Failed { wait, .. } => (2, *wait),
    };
    results
        .into_iter()
        .max_by_key(rank)
        .unwrap_or_else(|| DeliveryResult::Failed {
            why: Text::clean("nothing to send"),
            wait: None,
        })
}

fn redacted(result: DeliveryResult, configured: &ConfiguredChannel) -> DeliveryResult {
    let redact = |text| configured.secrets.redact(text);
    match result {
        DeliveryResult::Accepted { answer, note } => DeliveryResult::Accepted {
            answer: redact(answer),
            note: note.map(redact),
        },
        DeliveryResult::Failed { why, wait } => DeliveryResult::Failed {
            why: redact(why),
            wait,
        },
        DeliveryResult::Refused { why } => DeliveryResult::Refused { why: redact(why) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted() -> DeliveryResult {
        DeliveryResult::Accepted {
            answer: Text::clean("200 OK"),
            note: None,
        }
    }

    fn failed(seconds: u64) -> DeliveryResult {
        DeliveryResult::Failed {
            why: Text::clean("503"),
            wait: Some(Duration::from_secs(seconds)),
        }
    }

    fn refused() -> DeliveryResult {
        DeliveryResult::Refused {
            why: Text::clean("404"),
        }
    }

    #[test]
    fn one_instance_of_a_cluster_is_enough() {
        let noted = DeliveryResult::Accepted {
            answer: Text::clean("200 OK"),
            note: Some(Text::clean("2 of 3 failed: 503")),
        };
        assert_eq!(any_of(vec![failed(1), accepted(), refused()]), noted);
        assert_eq!(any_of(vec![accepted(), accepted()]), accepted());
        assert_eq!(any_of(vec![refused(), failed(1)]), failed(1));
        assert_eq!(any_of(vec![failed(1), failed(5)]), failed(5));
        assert_eq!(any_of(vec![refused(), refused()]), refused());
    }

    #[test]
    fn several_messages_are_all_needed() {
        assert_eq!(all_of(vec![accepted(), failed(1), refused()]), failed(1));
        assert_eq!(all_of(vec![accepted(), refused()]), refused());
        assert_eq!(all_of(vec![accepted(), accepted()]), accepted());
    }
}
