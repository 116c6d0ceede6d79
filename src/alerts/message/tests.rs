//! Messages of one notice, and of many.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::alerts::delivery::MonitorFacts;
use crate::history::notification::{NotificationId, Subject};
use crate::model::{IncidentId, Text};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + second).unwrap()
}

fn text(text: &str) -> Text {
    Text::clean(text)
}

fn notice(what: What, monitor: &str) -> Notice {
    Notice {
        what,
        subject: Subject {
            incident: Some(IncidentId(42)),
            monitor: text(monitor),
            status: Status::Error,
            before: Some(Status::Healthy),
            reason: None,
            message: Some(text("503 Service Unavailable")),
            opened: at(0),
            closed: None,
            end: None,
            acknowledged_by: None,
        },
        key: NotificationId(1),
        was_told: true,
        monitor: Some(MonitorFacts {
            kind: text("http"),
            target: text("https://api.example.com/health"),
            group: Some(text("web")),
            tags: vec![text("prod"), text("eu")],
            labels: Vec::new(),
            description: Some(text("the shop's API")),
            runbook: Some(text("https://wiki.example.com/api")),
            last_beat: Some(at(-12)),
            outcomes: vec![
                (at(0), text("503 Service Unavailable")),
                (at(-12), text("heartbeat in 41ms")),
            ],
        }),
    }
}

fn delivery(notices: Vec<Notice>, more: usize) -> Delivery {
    Delivery {
        channel: text("ops"),
        notices,
        more,
        at: at(45),
        due: at(45),
        is_refresh: false,
    }
}

fn recovered(monitor: &str, was_told: bool) -> Notice {
    let mut notice = notice(What::Recovered, monitor);
    notice.subject.closed = Some(at(14 * 60));
    notice.subject.end = Some(IncidentEnd::Recovered);
    notice.was_told = was_told;
    notice
}

fn title(notice: Notice) -> String {
    Message::of(&delivery(vec![notice], 0), &MessageStyle::default()).title
}

#[test]
fn what_is_needed_first_stands_first() {
    let message = Message::of(
        &delivery(vec![notice(What::Opened, "api-eu")], 0),
        &MessageStyle::default(),
    );
    assert_eq!(message.title, "[ERROR] api-eu: 503 Service Unavailable");
    assert_eq!(
        message.body(),
        "what: error: 503 Service Unavailable\n\
         since: 2026-05-28 20:26:40 UTC (45 s)\n\
         before: healthy\n\
         last good heartbeat: 2026-05-28 20:26:28 UTC\n\
         group: web\n\
         tags: prod, eu\n\
         target: https://api.example.com/health\n\
         description: the shop's API\n\
         runbook: https://wiki.example.com/api\n\
         incident: i-0042\n\
         last outcomes:\n  \
         2026-05-28 20:26:40 UTC 503 Service Unavailable\n  \
         2026-05-28 20:26:28 UTC heartbeat in 41ms\n"
    );
    assert_eq!(
        message.runbook.as_deref(),
        Some("https://wiki.example.com/api")
    );
}

#[test]
fn each_thing_that_is_told_has_its_title() {
    let mut warning = notice(What::Opened, "api");
    warning.subject.status = Status::Warning;
    assert_eq!(title(warning), "[WARNING] api: 503 Service Unavailable");
    assert_eq!(
        title(recovered("api", true)),
        "[OK] api: healthy again after 14 min"
    );
    assert_eq!(
        title(recovered("api", false)),
        "[OK] api: was down for 14 min, is over"
    );
    let mut removed = recovered("api", true);
    removed.subject.end = Some(IncidentEnd::Removed);
    assert_eq!(
        title(removed),
        "[CLOSED] api: no longer watched, after 14 min"
    );
    assert_eq!(
        title(notice(What::Flapping, "api")),
        "[FLAPPING] api: goes up and down: 503 Service Unavailable"
    );
    assert_eq!(
        title(notice(What::Reminder, "api")),
        "[ERROR] api: 503 Service Unavailable, for 45 s"
    );
    let mut care = notice(What::Acknowledged, "api");
    care.subject.acknowledged_by = Some(text("ana"));
    assert_eq!(
        title(care),
        "[ACKNOWLEDGED] api: ana takes care: 503 Service Unavailable"
    );
    assert_eq!(
        title(notice(What::Test, "api")),
        "[TEST] [ERROR] api: a test, nothing is wrong"
    );
}

#[test]
fn times_are_those_of_the_channel_and_emoji_only_if_it_wants_them() {
    let style = MessageStyle {
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        emoji: true,
    };
    let message = Message::of(&delivery(vec![notice(What::Opened, "api")], 0), &style);
    assert_eq!(message.title, "🔴 [ERROR] api: 503 Service Unavailable");
    let since = &message.lines[1];
    assert_eq!(since.text, "2026-05-28 22:26:40 CEST (45 s)");
}

#[test]
fn a_digest_groups_its_monitors_and_counts_the_rest() {
    let mut lonely = notice(What::Opened, "lonely");
    lonely.monitor = None;
    let notices = vec![
        notice(What::Opened, "api-1"),
        lonely,
        notice(What::Worse, "api-2"),
        recovered("api-3", true),
    ];
    let message = Message::of(&delivery(notices, 212), &MessageStyle::default());
    assert_eq!(
        message.title,
        "[ERROR] 216 monitors: api-1, lonely, api-2, …"
    );
    assert_eq!(
        message.body(),
        "error in web:\n  \
         api-1: 503 Service Unavailable, for 45 s (i-0042)\n  \
         api-2: 503 Service Unavailable, for 45 s (i-0042)\n\
         error: lonely: 503 Service Unavailable, for 45 s (i-0042)\n\
         over in web: api-3: healthy again after 14 min (i-0042)\n\
         and 212 more\n"
    );
    let well = vec![recovered("api-1", true), recovered("api-2", true)];
    let message = Message::of(&delivery(well, 0), &MessageStyle::default());
    assert_eq!(message.title, "[OK] 2 monitors well again: api-1, api-2");
}

#[test]
fn what_a_target_says_is_cut() {
    let long = said(&"ü".repeat(600));
    assert_eq!(long.chars().count(), MAX_SAID);
    assert!(long.ends_with('…'));
    assert_eq!(said(&"ü".repeat(500)), "ü".repeat(500));
}
