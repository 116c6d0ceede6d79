//! Deliveries and channels of every kind.

use std::sync::Arc;

use hbmon::alerts::delivery::{Delivery, MonitorFacts, Notice};
use hbmon::alerts::message::MessageStyle;
use hbmon::channels::Channel;
use hbmon::channels::alertmanager::Alertmanager;
use hbmon::channels::discord::Discord;
use hbmon::channels::ntfy::Ntfy;
use hbmon::channels::pagerduty::PagerDuty;
use hbmon::channels::secret_url::SecretUrl;
use hbmon::channels::slack::Slack;
use hbmon::channels::teams::Teams;
use hbmon::channels::telegram::Telegram;
use hbmon::channels::webhook::Webhook;
use hbmon::conf::secret::Secret;
use hbmon::history::notification::{NotificationId, Subject, What};
use hbmon::model::{IncidentEnd, IncidentId, Reason, Status, Text};
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

use crate::stub::Shape;

pub(crate) fn text(text: &str) -> Text {
    Text::clean(text)
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Returns a channel of this kind that sends to `url`.
pub(crate) fn channel(shape: Shape, url: &str) -> Arc<dyn Channel> {
    let url = SecretUrl::new(url.parse().unwrap());
    let style = MessageStyle::default();
    match shape {
        Shape::Webhook => Arc::new(Webhook {
            url,
            headers: HeaderMap::new(),
            secret: Some(Secret::new("k3y")),
            template: None,
            style,
        }),
        Shape::Alertmanager => Arc::new(Alertmanager {
            urls: vec![url],
            headers: HeaderMap::new(),
            generator: Some("https://hbmon.example.com/".parse().unwrap()),
        }),
        Shape::PagerDuty => Arc::new(PagerDuty {
            url,
            routing_key: Secret::new("r0uting"),
        }),
        Shape::Slack => Arc::new(Slack { url, style }),
        Shape::Discord => Arc::new(Discord { url, style }),
        Shape::Teams => Arc::new(Teams { url, style }),
        Shape::Telegram => Arc::new(Telegram {
            url,
            token: Secret::new("123:t0ken"),
            chat: "-100200".to_owned(),
            thread: Some(7),
            quiet: false,
            style,
        }),
        Shape::Ntfy => Arc::new(Ntfy {
            url,
            topic: Secret::new("hbmon-alerts"),
            token: Some(Secret::new("tk_t0ken")),
            style,
        }),
    }
}

pub(crate) fn facts() -> MonitorFacts {
    MonitorFacts {
        kind: text("http"),
        target: text("https://shop.example.com/health"),
        group: Some(text("shop")),
        tags: vec![text("prod"), text("eu")],
        labels: vec![(text("team"), text("payments"))],
        description: Some(text("The checkout of the shop")),
        runbook: Some(text("https://wiki.example.com/hbmon/api-eu")),
        last_beat: Some(at("2026-11-22T03:11:30Z")),
        outcomes: vec![
            (at("2026-11-22T03:12:00Z"), text("503 Service Unavailable")),
            (at("2026-11-22T03:11:30Z"), text("good after 82 ms")),
        ],
    }
}

/// Returns the opening of an incident in `error`.
pub(crate) fn opened() -> Notice {
    Notice {
        what: What::Opened,
        was_told: true,
        subject: Subject {
            incident: Some(IncidentId(42)),
            monitor: text("api-eu"),
            status: Status::Error,
            before: Some(Status::Healthy),
            reason: Some(Reason::Status),
            message: Some(text("503 Service Unavailable")),
            opened: at("2026-11-22T03:12:00Z"),
            closed: None,
            end: None,
            acknowledged_by: None,
        },
        key: NotificationId(17),
        monitor: Some(facts()),
    }
}

/// Returns the recovery of a notice.
pub(crate) fn recovered(mut notice: Notice) -> Notice {
    notice.what = What::Recovered;
    notice.subject.closed = Some(notice.subject.opened + SignedDuration::from_secs(720));
    notice.subject.end = Some(IncidentEnd::Recovered);
    notice
}

pub(crate) fn of(notices: Vec<Notice>, more: usize) -> Delivery {
    Delivery {
        channel: text("ops"),
        notices,
        more,
        at: at("2026-11-22T03:12:01.250Z"),
        due: at("2026-11-22T03:12:01.250Z"),
        is_refresh: false,
    }
}

/// Everything that a hostile target can say.
pub(crate) const HOSTILE: &str = "@everyone @channel <!channel> <@U1> <at>all</at> *b* _i_ `c` \
    [l](http://evil.test) ![p](http://evil.test/p) <b>h</b> <script>x</script> {{DATE(x)}} ${y} \
    \r\nX-Header: 1\u{0}\u{1b}[31m\u{202e} \"q\" \\ & 😀";

/// Returns deliveries by name.
pub(crate) fn deliveries() -> Vec<(&'static str, Delivery)> {
    let change = |change: &dyn Fn(&mut Notice)| {
        let mut notice = opened();
        change(&mut notice);
        notice
    };
    let warning = change(&|notice| notice.subject.status = Status::Warning);
    let hostile = change(&|notice| {
        notice.subject.message = Some(text(HOSTILE));
        notice.subject.monitor = text("<api> @here *eu*");
        let facts = notice.monitor.as_mut().unwrap();
        facts.description = Some(text(HOSTILE));
        facts.group = Some(text(HOSTILE));
        facts.runbook = Some(text("javascript:alert(1)"));
        facts.outcomes = vec![(at("2026-11-22T03:12:00Z"), text(HOSTILE))];
    });
    let acknowledged = change(&|notice| {
        notice.what = What::Acknowledged;
        notice.subject.acknowledged_by = Some(text("ana"));
    });
    let mut removed = recovered(opened());
    removed.subject.end = Some(IncidentEnd::Removed);
    removed.monitor = None;
    let mut own = opened();
    own.subject.monitor = text("hbmon");
    own.subject.incident = None;
    own.subject.reason = None;
    own.subject.message = Some(text("the channel page is broken: 404 Not Found"));
    own.monitor = None;
    let digest = (0..20u32).map(|number| {
        let mut notice = opened();
        notice.subject.monitor = text(&format!("host-{number:02}"));
        notice.subject.incident = Some(IncidentId(100 + u64::from(number)));
        if number >= 15 {
            notice.subject.status = Status::Warning;
        }
        notice
    });
    vec![
        ("opened", of(vec![opened()], 0)),
        ("warning", of(vec![warning], 0)),
        (
            "worse",
            of(vec![change(&|notice| notice.what = What::Worse)], 0),
        ),
        (
            "flapping",
            of(vec![change(&|notice| notice.what = What::Flapping)], 0),
        ),
        ("acknowledged", of(vec![acknowledged], 0)),
        ("recovered", of(vec![recovered(opened())], 0)),
        ("removed", of(vec![removed], 0)),
        (
            "test",
            of(vec![change(&|notice| notice.what = What::Test)], 0),
        ),
        ("own problem", of(vec![own], 0)),
        ("hostile", of(vec![hostile], 0)),
        ("digest", of(digest.collect(), 212)),
    ]
}
