//! Simulated receivers, and the words for what they were told.

use std::time::Duration;

use hbmon::alerts::delivery::{Delivery, DeliveryResult, Notice};
use hbmon::history::notification::What;
use hbmon::model::{IncidentEnd, Moment, Text};

/// How a receiver behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Receiver {
    #[default]
    Up,
    Down,
    /// It asks to wait for so long.
    Busy(Duration),
    Refuses,
    /// It does not answer until it is up again.
    Hangs,
}

impl Receiver {
    /// `None`: no answer yet.
    pub(crate) fn answer(self) -> Option<DeliveryResult> {
        let failed = |why: &str, wait| DeliveryResult::Failed {
            why: Text::clean(why),
            wait,
        };
        match self {
            Receiver::Up => Some(DeliveryResult::Accepted {
                answer: Text::clean("200 OK"),
                note: None,
            }),
            Receiver::Down => Some(failed("503", None)),
            Receiver::Busy(wait) => Some(failed("429", Some(wait))),
            Receiver::Refuses => Some(DeliveryResult::Refused {
                why: Text::clean("404"),
            }),
            Receiver::Hangs => None,
        }
    }
}

/// One delivery, and what came of it.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub(crate) at: Moment,
    pub(crate) sent: Moment,
    pub(crate) delivery: Delivery,
    pub(crate) receiver: Receiver,
}

impl Arrival {
    /// `12s page: opened shop error`.
    pub(crate) fn line(&self) -> String {
        let how = match self.receiver {
            Receiver::Up => "",
            Receiver::Down | Receiver::Busy(_) => " (failed)",
            Receiver::Refuses => " (refused)",
            Receiver::Hangs => " (no answer)",
        };
        let refresh = if self.delivery.is_refresh {
            " again"
        } else {
            ""
        };
        let notices = self.delivery.notices.iter().map(words);
        let more = (self.delivery.more > 0).then(|| format!("and {} more", self.delivery.more));
        let all: Vec<String> = notices.chain(more).collect();
        let (channel, at) = (&self.delivery.channel, time(self.at));
        format!("{at} {channel}{how}{refresh}: {}", all.join(", "))
    }
}

/// `opened shop error`, `recovered shop after 14m`.
fn words(notice: &Notice) -> String {
    let subject = &notice.subject;
    let what = notice.what.as_str();
    if notice.what != What::Recovered {
        let by = subject.acknowledged_by.as_ref();
        let by = by.map_or_else(String::new, |by| format!(" by {by}"));
        let own = subject
            .message
            .as_ref()
            .filter(|_| subject.incident.is_none());
        let own = own.map_or_else(String::new, |own| format!(" ({own})"));
        let status = subject.status.as_str();
        return format!("{what} {} {status}{own}{by}", subject.monitor);
    }
    let closed = subject.closed.expect("a recovery has an end");
    let lasted = subject.opened.duration_until(closed);
    let lasted = Moment::after_start(Duration::try_from(lasted).unwrap_or_default());
    let end = match subject.end.expect("a recovery has an end") {
        IncidentEnd::Recovered => String::new(),
        end => format!(" ({})", end.as_str()),
    };
    format!("{what} {} after {}{end}", subject.monitor, time(lasted))
}

/// `1h2m3s`.
pub(crate) fn time(at: Moment) -> String {
    let millis = at.since_start().as_millis();
    let units = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let mut rest = millis;
    let mut text = String::new();
    for (unit, size) in units {
        if rest >= size {
            text.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if text.is_empty() { "0s".into() } else { text }
}
