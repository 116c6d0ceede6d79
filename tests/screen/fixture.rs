//! The fleet that the golden pictures show, built by hand.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use hbmon::history::alert_board::{AlertBoard, ChannelOnBoard, HeldOpening};
use hbmon::history::notification::{
    HeldBecause, Notification, NotificationId, NotificationState, Subject, What,
};
use hbmon::model::{
    Acknowledgement, Beat, Cause, Certificate, Change, ChangeKind, Counts, Event, Evidence,
    Failure, Fleet, Histogram, HttpHead, IncidentId, InstanceCounts, InstancePolicy, Kind,
    LatencySummary, Levels, MaintenanceTime, Meta, Moment, Observation, OpenIncident, Outcome,
    OutcomeKind, Phase, Policy, Quality, Reason, Rhythm, Row, Schedule, Selector, SelfStats,
    Signal, Silence, SilenceId, Snapshot, Stage, Status, TargetId, Text,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// The moment of the pictures: 14:32:07, 6h12m after the start.
pub(crate) const NOW: Moment = Moment::after_start(Duration::from_secs(22_320));

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub(crate) fn ago(age: u64) -> Moment {
    Moment::after_start(NOW.since_start().saturating_sub(seconds(age)))
}

fn group_of(name: &str) -> Option<&'static str> {
    match name {
        "auth" | "search" => Some("web"),
        "backup" => None,
        api if api.starts_with("api") => Some("web"),
        _ => Some("edge"),
    }
}

pub(crate) fn meta(name: &str, kind: Kind) -> Meta {
    let scheme = if kind == Kind::Websocket {
        "wss"
    } else {
        "https"
    };
    Meta {
        name: Text::clean(name),
        kind,
        address: Text::clean(&match kind {
            Kind::Push => format!("/v1/heartbeats/{name}"),
            _ => format!("{scheme}://{name}.example.net/heartbeat"),
        }),
        group: group_of(name).map(Text::clean),
        tags: vec![Text::clean("eu"), Text::clean("money")],
        description: None,
        runbook: None,
        labels: Vec::new(),
        slo: None,
        depends_on: Vec::new(),
        line: None,
        file: None,
    }
}

/// Returns a monitor that was up from the start and has been down for this number of seconds. The
/// model makes it, because its uptime can't be set from outside.
fn row_with_uptime(down: Option<u64>) -> Row {
    let mut fleet = Fleet::new();
    let policy = Policy {
        confirm: Duration::ZERO,
        ..Policy::with_interval(Rhythm::Poll, seconds(10))
    };
    fleet.add(
        Moment::START,
        TargetId(0),
        Arc::new(meta("", Kind::Http)),
        Arc::new(policy),
        false,
    );
    let mut observe = |at, signal| {
        fleet.observe(Observation {
            target: TargetId(0),
            at,
            signal,
            connection: None,
        })
    };
    observe(Moment::START, Signal::Beat(Beat::default()));
    for at in down.into_iter().flat_map(|age| [ago(age), ago(age)]) {
        let failure = Failure::Status {
            code: 503,
            note: None,
        };
        observe(
            at,
            Signal::Failed {
                failure,
                evidence: None,
                latency: None,
                ended: true,
            },
        );
    }
    let mut row = (*fleet
        .snapshot(NOW, Timestamp::UNIX_EPOCH, SelfStats::default())
        .rows[0])
        .clone();
    row.cause = None;
    row.last_failure = None;
    row.longest_gap = None;
    row.failures = 0;
    row.consecutive_failures = 0;
    row.incidents = 0;
    row
}

/// Returns a healthy monitor: the last beat `age` seconds ago, the next one due an interval later.
pub(crate) fn healthy(
    id: u32,
    name: &str,
    kind: Kind,
    interval: u64,
    age: u64,
    avg: Option<u64>,
) -> Row {
    healthy_row(row_with_uptime(None), id, name, kind, interval, age, avg)
}

fn healthy_row(
    mut row: Row,
    id: u32,
    name: &str,
    kind: Kind,
    interval: u64,
    age: u64,
    avg: Option<u64>,
) -> Row {
    let rhythm = if kind == Kind::Http {
        Rhythm::Poll
    } else {
        Rhythm::Subscription
    };
    let policy = Policy {
        latency: Levels::new(ms(250), ms(5_000)),
        ..Policy::with_interval(rhythm, seconds(interval))
    };
    row.id = TargetId(id);
    row.meta = Arc::new(meta(name, kind));
    row.policy = Arc::new(policy);
    row.status = Status::Healthy;
    row.since = ago(22_000);
    row.beats = 1_488;
    row.attempts = 1_490;
    row.last_beat = Some(ago(age));
    row.due_at = Some(ago(age).plus(seconds(interval)));
    row.connected_since =
        (rhythm == Rhythm::Subscription && kind != Kind::Push).then(|| ago(20_000));
    row.latency = avg.map(|avg| LatencySummary {
        avg: ms(avg),
        min: ms(avg / 2),
        max: ms(avg * 5),
        p50: ms(avg),
        p95: ms(avg * 2),
        p99: ms(avg * 4),
        jitter: ms(avg / 10),
    });
    row.quality = if avg.is_some() {
        Quality::Excellent
    } else {
        Quality::Unknown
    };
    row.recent = (0..60)
        .rev()
        .map(|n| beat(age + n * interval, avg.map(|avg| varied_latency(avg, n))))
        .collect();
    row
}

/// Returns a latency near the average, sometimes twice as long. The same in every run.
fn varied_latency(avg: u64, n: u64) -> u64 {
    let tenths = [9, 11, 8, 10, 12, 9, 10, 8, 13, 10, 9, 20, 8];
    avg * tenths[(n * 7 + avg) as usize % tenths.len()] / 10
}

fn beat(age: u64, latency: Option<u64>) -> Outcome {
    Outcome {
        at: ago(age),
        what: OutcomeKind::Beat,
        latency: latency.map(ms),
    }
}

/// Changes the recent outcomes of a monitor, counted from the oldest.
pub(crate) fn map_recent(row: &mut Row, map_recent: impl Fn(usize, Outcome) -> Outcome) {
    row.recent = row
        .recent
        .iter()
        .enumerate()
        .map(|(place, outcome)| map_recent(place, outcome))
        .collect();
}

/// Replaces the newest outcomes.
fn replace_newest(row: &mut Row, outcomes: &[(OutcomeKind, Option<u64>)]) {
    let first = row.recent.len() - outcomes.len();
    map_recent(row, |place, outcome| {
        match place
            .checked_sub(first)
            .and_then(|place| outcomes.get(place))
        {
            Some((what, latency)) => Outcome {
                what: *what,
                latency: latency.map(ms),
                ..outcome
            },
            None => outcome,
        }
    });
}

/// Replaces the outcomes since the last beat by a miss for each interval.
fn miss_since_last_beat(row: &mut Row, misses: u64) {
    let interval = row.policy.interval;
    let last = row.last_beat.unwrap();
    let missed = (1..=misses as u32).map(|n| Outcome {
        at: last.plus(interval * n + seconds(1)),
        what: OutcomeKind::Missed,
        latency: None,
    });
    row.recent = row
        .recent
        .iter()
        .chain(missed)
        .skip(misses as usize)
        .collect();
}

fn orders() -> Row {
    let mut row = healthy_row(
        row_with_uptime(Some(227)),
        1,
        "orders-ws",
        Kind::Websocket,
        10,
        252,
        Some(38),
    );
    row.status = Status::Error;
    row.since = ago(227);
    row.cause = Some(Cause::Missed {
        count: 24,
        silent: seconds(252),
    });
    row.missed = 24;
    row.consecutive_missed = 24;
    row.connected_since = None;
    row.retry_at = Some(NOW.plus(seconds(12)));
    row.reconnects = 3;
    row.failures = 4;
    row.quality = Quality::Poor;
    row.quality_before = Some(Quality::Excellent);
    row.incidents = 1;
    row.skew = Some(SignedDuration::from_millis(120));
    row.connection.phases = Phase::ALL
        .into_iter()
        .zip([1, 12, 24, 40].map(ms))
        .collect();
    row.connection.peer = Some("192.0.2.7:443".parse().unwrap());
    row.connection.certificate = Some(Box::new(Certificate {
        subject: Text::clean("CN=orders.example.net"),
        not_after: "2027-01-04T12:00:00Z".parse().unwrap(),
        left: SignedDuration::from_hours(1_000),
    }));
    row.last_failure = Some(Box::new((
        ago(20),
        Failure::Reset {
            stage: Stage::Listening,
        },
    )));
    miss_since_last_beat(&mut row, 24);
    row
}

fn api_eu() -> Row {
    let mut row = healthy_row(
        row_with_uptime(Some(115)),
        2,
        "api-eu",
        Kind::Http,
        15,
        3,
        Some(412),
    );
    let failure = Failure::Status {
        code: 503,
        note: None,
    };
    let failed = (OutcomeKind::Failed(Reason::Status), Some(700));
    row.status = Status::Error;
    row.since = ago(115);
    row.cause = Some(Cause::Failure(failure.clone()));
    row.last_failure = Some(Box::new((ago(3), failure)));
    row.last_beat = Some(ago(63));
    row.evidence = Some(Arc::new(Evidence {
        http: Some(HttpHead {
            status: 503,
            version: (1, 1),
        }),
        peer: "192.0.2.19:443".parse().ok(),
        body: Some(Text::clean("{\"error\":\"upstream pool exhausted\"}")),
        ..Evidence::default()
    }));
    row.failures = 10;
    row.consecutive_failures = 4;
    row.quality = Quality::Poor;
    row.connection.phases = Phase::ALL
        .into_iter()
        .zip([1, 30, 61, 600, 8].map(ms))
        .collect();
    row.connection.peer = Some("192.0.2.19:443".parse().unwrap());
    let good = (OutcomeKind::Beat, Some(1_400));
    replace_newest(
        &mut row,
        &[
            good, good, failed, failed, good, failed, failed, failed, failed,
        ],
    );
    row
}

/// Makes a monitor fail since `age` seconds ago, with each attempt since then.
pub(crate) fn failing(mut row: Row, age: u64, failure: Failure, evidence: Option<Evidence>) -> Row {
    let newest = row.recent.iter().last().unwrap().at;
    row.status = Status::Error;
    row.since = ago(age);
    row.incidents = 1;
    row.quality = Quality::Unknown;
    row.quality_before = Some(Quality::Excellent);
    let reason = failure.reason();
    row.last_failure = Some(Box::new((newest, failure.clone())));
    row.cause = Some(Cause::Failure(failure));
    row.evidence = evidence.map(Arc::new);
    // The first failure was an interval before the error.
    let interval = row.policy.interval.as_secs();
    let failures = age / interval + 2;
    let shown = (failures as usize).min(row.recent.len());
    replace_newest(&mut row, &vec![(OutcomeKind::Failed(reason), None); shown]);
    row.failures = failures;
    row.consecutive_failures = failures as u32;
    row.last_beat = Some(ago(age + 2 * interval));
    row
}

fn billing() -> Row {
    let mut row = healthy(3, "billing-sse", Kind::Sse, 60, 68, None);
    row.status = Status::Warning;
    row.since = ago(2);
    row.cause = Some(Cause::Missed {
        count: 1,
        silent: seconds(66),
    });
    row.missed = 2;
    row.consecutive_missed = 1;
    miss_since_last_beat(&mut row, 1);
    map_recent(&mut row, |place, outcome| Outcome {
        what: if place == 43 {
            OutcomeKind::Missed
        } else {
            outcome.what
        },
        ..outcome
    });
    row
}

fn api_us() -> Row {
    let mut row = healthy(4, "api-us", Kind::Http, 15, 9, Some(284));
    row.status = Status::Warning;
    row.since = ago(130);
    row.cause = Some(Cause::Latency {
        latency: ms(640),
        limit: ms(250),
    });
    row.quality = Quality::Fair;
    row
}

/// A push monitor with five instances.
fn workers() -> Row {
    let mut row = healthy(11, "workers", Kind::Push, 30, 14, None);
    Arc::make_mut(&mut row.policy).instances = Some(InstancePolicy {
        forget_after: seconds(900),
        min_online: 2,
    });
    row.instances = Some(InstanceCounts {
        total: 5,
        online: 3,
        available: 2,
    });
    row
}

/// A push monitor with a schedule and one heartbeat in this run, at 11:30.
fn backup() -> Row {
    let mut row = healthy(14, "backup", Kind::Push, 32_400, 10_920, None);
    let schedule =
        Schedule::parse("0 2,11 * * *", TimeZone::get("Europe/Berlin").unwrap()).unwrap();
    let policy = Arc::make_mut(&mut row.policy);
    policy.schedule = Some(Arc::new(schedule));
    policy.grace = seconds(3_600);
    // 02:00
    row.due_at = Some(NOW.plus(seconds(41_273)));
    row.beats = 1;
    row.attempts = 1;
    row.recent = row.recent.iter().skip(59).collect();
    row
}

/// The fleet. Healthy monitors come first in the config, so that sorting is visible.
pub(crate) fn sample_fleet() -> Arc<Snapshot> {
    let rows = vec![
        healthy(5, "api-ap", Kind::Http, 15, 11, Some(61)),
        healthy(6, "auth", Kind::Http, 15, 2, Some(24)),
        api_us(),
        healthy(7, "cdn-fra", Kind::Http, 15, 7, Some(12)),
        orders(),
        healthy(8, "search", Kind::Http, 15, 5, Some(77)),
        healthy(9, "chat-sio", Kind::Socketio, 25, 1, Some(9)),
        billing(),
        healthy(10, "ticker-sse", Kind::Sse, 5, 0, None),
        workers(),
        api_eu(),
        healthy(12, "presence-ws", Kind::Websocket, 10, 6, Some(18)),
        healthy(13, "trades-ws", Kind::Websocket, 10, 2, Some(15)),
        backup(),
    ];
    snapshot(rows)
}

pub(crate) fn snapshot(rows: Vec<Row>) -> Arc<Snapshot> {
    let mut counts = Counts::default();
    for row in &rows {
        *counts.slot(row.status) += 1;
    }
    let mut changes: VecDeque<_> = rows
        .iter()
        .filter(|row| row.cause.is_some())
        .map(transition)
        .collect();
    let recovered = rows
        .iter()
        .find(|row| row.meta.name.as_str() == "trades-ws");
    changes.extend(recovered.map(recovery));
    changes.make_contiguous().sort_by_key(|change| change.at);
    changes.push_back(Change {
        seq: 0,
        at: ago(1),
        kind: ChangeKind::Reloaded {
            added: 1,
            removed: 0,
            changed: 0,
            total: 14,
        },
    });
    let numbered = changes
        .into_iter()
        .zip(0..)
        .map(|(change, seq)| Change { seq, ..change });
    Arc::new(Snapshot {
        at: NOW,
        anchor: Timestamp::from_second(1_795_354_327).unwrap() - NOW.since_start(),
        settled: rows.len(),
        rows: rows.into_iter().map(Arc::new).collect(),
        counts,
        self_stats: SelfStats::default(),
        changes: numbered.collect(),
    })
}

fn recovery(row: &Row) -> Change {
    let mut change = transition(row);
    change.at = ago(1_767);
    if let ChangeKind::Target { event, .. } = &mut change.kind {
        *event = Event::Transition {
            from: Status::Error,
            to: Status::Healthy,
            cause: None,
            recovered_after: Some(seconds(78)),
        };
    }
    change
}

fn transition(row: &Row) -> Change {
    let event = Event::Transition {
        from: Status::Healthy,
        to: row.status,
        cause: row.cause.clone().map(Box::new),
        recovered_after: None,
    };
    Change {
        seq: 0,
        at: row.since,
        kind: ChangeKind::Target {
            id: row.id,
            meta: Arc::clone(&row.meta),
            event,
        },
    }
}

/// The fleet in the first second, before any heartbeat.
pub(crate) fn start() -> Arc<Snapshot> {
    let rows = [
        ("api", Kind::Http),
        ("orders-ws", Kind::Websocket),
        ("ticker-sse", Kind::Sse),
    ];
    let mut rows: Vec<Row> = rows
        .iter()
        .zip(1..)
        .map(|((name, kind), id)| fresh(id, name, *kind))
        .collect();
    rows[1].attempt_since = Some(NOW);
    rows[2].status = Status::Paused;
    snapshot(rows)
}

fn fresh(id: u32, name: &str, kind: Kind) -> Row {
    let rhythm = if kind == Kind::Http {
        Rhythm::Poll
    } else {
        Rhythm::Subscription
    };
    let policy = Policy::with_interval(rhythm, seconds(30));
    let mut row = Row::new(TargetId(id), Arc::new(meta(name, kind)), Arc::new(policy));
    row.since = NOW;
    row
}

/// Returns `snapshot` with one row changed.
pub(crate) fn with(
    snapshot: &Snapshot,
    name: &str,
    change: impl FnOnce(&mut Row),
) -> Arc<Snapshot> {
    let mut next = snapshot.clone();
    let place = next
        .rows
        .iter()
        .position(|row| row.meta.name.as_str() == name)
        .unwrap();
    let mut row = Row::clone(&next.rows[place]);
    *next.counts.slot(row.status) -= 1;
    change(&mut row);
    *next.counts.slot(row.status) += 1;
    next.rows.set(place, Arc::new(row));
    Arc::new(next)
}

/// Opens the incident of a monitor in warning or error.
pub(crate) fn open_incident(row: &mut Row) {
    let reason = row.cause.as_ref().map(Cause::reason);
    row.incident = Some(Arc::new(OpenIncident {
        id: IncidentId(40 + u64::from(row.id.0)),
        opened: row.since,
        worst: row.status,
        cause: row.cause.clone(),
        first_reason: reason,
        last_reason: reason,
        acknowledged: None,
    }));
}

/// Acknowledges the open incident of a monitor, half a minute ago.
pub(crate) fn acknowledge(row: &mut Row, by: &str) {
    let incident = Arc::make_mut(row.incident.as_mut().unwrap());
    incident.acknowledged = Some(Acknowledgement {
        by: Text::clean(by),
        at: ago(30),
        until: None,
    });
}

/// Silences a monitor from a minute ago for this number of seconds from now.
pub(crate) fn silence(row: &mut Row, matches: &str, rest: u64, reason: &str) {
    row.silence = Some(Arc::new(Silence {
        id: SilenceId(3),
        matches: Text::clean(matches),
        from: ago(60),
        until: NOW.plus(seconds(rest)),
        by: Text::clean("ana"),
        reason: Text::clean(reason),
    }));
}

/// The fleet with open incidents: that of `orders-ws` is acknowledged, `api-eu` is silenced alone,
/// and all monitors with the tag `cdn` are.
pub(crate) fn cared_fleet() -> Arc<Snapshot> {
    let mut fleet = Snapshot::clone(&sample_fleet());
    for place in 0..fleet.rows.len() {
        let mut row = Row::clone(&fleet.rows[place]);
        if row.status >= Status::Warning {
            open_incident(&mut row);
        }
        match row.meta.name.as_str() {
            "orders-ws" => acknowledge(&mut row, "ana"),
            "api-eu" => silence(&mut row, &Selector::of_name("api-eu"), 5_400, "deploy"),
            "cdn-fra" => silence(&mut row, "tag:cdn", 72_000, ""),
            _ => {}
        }
        fleet.rows.set(place, Arc::new(row));
    }
    Arc::new(fleet)
}

/// The fleet with open incidents, in which `cdn-fra` and `api-us` are in maintenance, and what
/// channels are told of it: `page` and `ops` know of `orders-ws`, nobody of the others.
pub(crate) fn alerted_fleet() -> (Arc<Snapshot>, AlertBoard) {
    let mut fleet = Snapshot::clone(&sample_fleet());
    for place in 0..fleet.rows.len() {
        let mut row = Row::clone(&fleet.rows[place]);
        if row.status >= Status::Warning {
            open_incident(&mut row);
        }
        if let "api-us" | "cdn-fra" = row.meta.name.as_str() {
            row.maintenance = Some(Arc::new(MaintenanceTime {
                from: ago(600),
                until: NOW.plus(seconds(5_400)),
                reason: Text::clean("patches"),
            }));
        }
        fleet.rows.set(place, Arc::new(row));
    }
    let wall = |age: i64| fleet.wall(NOW) - SignedDuration::from_secs(age);
    let row = |id: u64, monitor: &str, channel: &str, state, why| Notification {
        id: NotificationId(id),
        channel: Text::clean(channel),
        what: What::Opened,
        subject: Arc::new(Subject {
            incident: Some(IncidentId(40)),
            monitor: Text::clean(monitor),
            status: Status::Error,
            before: None,
            reason: None,
            message: None,
            opened: wall(227),
            closed: None,
            end: None,
            acknowledged_by: None,
        }),
        state,
        why,
        sent_with: None,
        created: wall(227),
        next: None,
        attempts: 0,
        error: None,
        done: None,
    };
    use NotificationState::{Failed, Held, Told, Waiting};
    let told = |id, channel, age, what| Notification {
        done: Some(wall(age)),
        what,
        ..row(id, "orders-ws", channel, Told, None)
    };
    let after = Some(HeldBecause::After);
    let notifications = vec![
        told(1, "page", 226, What::Opened),
        told(2, "ops", 225, What::Opened),
        Notification {
            next: Some(wall(-1_573)),
            ..row(3, "orders-ws", "mail", Held, after)
        },
        Notification {
            error: Some(Text::clean("404 Not Found")),
            ..row(4, "orders-ws", "hook", Failed, None)
        },
        Notification {
            error: Some(Text::clean("503 Service Unavailable")),
            next: Some(wall(-12)),
            ..row(5, "orders-ws", "chat", Waiting, Some(HeldBecause::Retry))
        },
        // It goes out with the next try.
        Notification {
            what: What::Reminder,
            next: Some(wall(-12)),
            ..row(10, "orders-ws", "chat", Waiting, Some(HeldBecause::Retry))
        },
        row(6, "api-eu", "page", Held, Some(HeldBecause::Dependency)),
        row(7, "api-us", "ops", Held, Some(HeldBecause::Maintenance)),
        Notification {
            next: Some(wall(-720)),
            ..row(8, "billing-sse", "page", Held, after)
        },
        told(9, "page", 26, What::Reminder),
    ];
    let held = |monitor: &str, why, words: &str| {
        let words = Text::clean(words);
        (Text::clean(monitor), HeldOpening { why, words })
    };
    let channel = |name: &str, pending, broken: Option<&str>| ChannelOnBoard {
        name: Text::clean(name),
        kind: "webhook",
        place: Text::clean("https://example.net"),
        broken: broken.map(Text::clean),
        pending,
        told: 0,
        failed: 0,
        seconds: Histogram::default(),
    };
    let board = AlertBoard {
        channels: vec![
            channel("page", 0, None),
            channel("hook", 0, Some("404 Not Found")),
            channel("chat", 1, None),
        ],
        notifications: notifications.into_iter().map(Arc::new).collect(),
        held: HashMap::from([
            held("orders-ws", HeldBecause::After, "not told yet"),
            held("api-eu", HeldBecause::Dependency, "behind \"orders-ws\""),
            held(
                "api-us",
                HeldBecause::Maintenance,
                "in maintenance: patches",
            ),
            held("billing-sse", HeldBecause::After, "not told yet"),
        ]),
    };
    (Arc::new(fleet), board)
}

/// A large fleet with a single error in the middle.
pub(crate) fn many(number: u32) -> Arc<Snapshot> {
    let rows = (0..number).map(|id| {
        let mut row = healthy(id, &format!("m{id:05}"), Kind::Http, 30, 1, Some(40));
        row.recent = row.recent.iter().take(10).collect();
        if id == number / 2 {
            row.status = Status::Error;
        }
        row
    });
    snapshot(rows.collect())
}
