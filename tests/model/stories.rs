//! Timelines in `tests/scenarios/*.yaml`: what happens when, and how it has to be judged.
//!
//! A step happens at `at`: a fact (`open`, `beat`, `pong`, `failed`, `closed`, `try`, `rest`,
//! `pushed`) is observed, then the fleet is advanced to that moment, unless `late` says that the
//! fleet was there before. Whatever else a step names is expected of the row afterwards. `events`,
//! where given, is the whole log.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hbmon::model::{
    Assertion, Beat, Cause, Change, ChangeKind, Connection, DnsCause, Event, Failure, Fleet, Gap,
    InstancePolicy, Kind, Levels, LocalLimit, Meta, Moment, Observation, Phase, Policy, Push,
    PushSignal, Rhythm, Row, Schedule, Signal, Stage, Status, Text,
};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer};

use crate::support::{ONE, beat, certified, dated, meta, row, snapshot};

#[test]
fn every_story_ends_as_told() {
    let mut names = Vec::new();
    let mut complaints = String::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let stories: Vec<Story> =
            serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        for story in stories {
            if let Err(complaint) = story.play() {
                writeln!(
                    complaints,
                    "{} in {:?}: {complaint}",
                    story.name,
                    path.file_name().unwrap()
                )
                .unwrap();
            }
            names.push(story.name);
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
    assert!(names.len() >= 40, "only {} stories", names.len());
    names.sort();
    names
        .windows(2)
        .for_each(|pair| assert_ne!(pair[0], pair[1], "two stories of one name"));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    name: String,
    #[serde(default)]
    policy: Promise,
    /// The wall time of the start; else the epoch.
    starts: Option<Timestamp>,
    timeline: Vec<Step>,
    events: Option<Vec<String>>,
}

/// Differences from a subscription with an interval of 30 s and a grace of 3 s.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Promise {
    poll: bool,
    interval: Option<Time>,
    grace: Option<Time>,
    failures: Option<Limits<u32>>,
    /// `thresholds.failures.for`; none unless it is given.
    confirm: Option<Time>,
    missed: Option<Limits<u32>>,
    latency: Option<Limits<Time>>,
    certificate: Option<Limits<Time>>,
    recover: Option<u32>,
    timestamped: bool,
    max_age: Option<Time>,
    skew: Option<Limits<Time>>,
    schedule: Option<Calendar>,
    instances: Option<Crowd>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Calendar {
    cron: String,
    timezone: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Crowd {
    forget: Time,
    #[serde(default)]
    min_online: u32,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits<T> {
    warning: Option<T>,
    error: Option<T>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Step {
    at: Time,
    // What happens.
    r#try: bool,
    open: bool,
    beat: Option<Heard>,
    pong: Option<Time>,
    failed: Option<Broken>,
    closed: bool,
    rest: Option<Time>,
    pushed: Option<Pushed>,
    /// An instance is taken out.
    remove: Option<String>,
    /// The wall clock is set to this time.
    wall: Option<Timestamp>,
    /// The certificate that a new connection showed has so much time left; `none`: a connection
    /// without TLS.
    certificate: Option<String>,
    /// The process stood still for this long.
    stood_still: Option<Time>,
    /// The machine slept for this long.
    slept: Option<Time>,
    /// The wall clock was set forward by this, or back.
    clock_set: Option<Time>,
    policy: Option<Promise>,
    late: bool,
    // What is expected.
    status: Option<String>,
    /// `none` for no cause.
    reason: Option<String>,
    since: Option<Time>,
    beats: Option<u64>,
    attempts: Option<u64>,
    failures: Option<u64>,
    failed_beats: Option<u64>,
    consecutive_failures: Option<u32>,
    missed: Option<u64>,
    consecutive_missed: Option<u32>,
    /// Of the cause `missed`.
    silent: Option<Time>,
    /// Of the cause `certificate`.
    left: Option<Time>,
    reconnects: Option<u64>,
    last_beat: Option<Time>,
    connected: Option<bool>,
    trying: Option<bool>,
    due: Option<Time>,
    /// `none` while nothing is planned.
    retry: Option<String>,
    latency: Option<Time>,
    /// Latency of the newest outcome.
    took: Option<Time>,
    skew: Option<Time>,
    quality: Option<String>,
    settled: Option<bool>,
    uptime: Option<f64>,
    presence: Option<String>,
    /// Known, online, available.
    instances: Option<(u32, u32, u32)>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Pushed {
    /// `beat` if nothing is said: `start`, `fail`, `log`, `unmet` (an expectation).
    say: String,
    /// With `fail`: the exit code.
    code: Option<u8>,
    by: Option<String>,
    rid: Option<String>,
    busy: bool,
    delta: Option<Time>,
    sent: Option<Time>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Heard {
    latency: Option<Time>,
    delta: Option<Time>,
    /// The timestamp, as a time since the start by our clock, in place of `delta`.
    sent: Option<Time>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Broken {
    why: String,
    latency: Option<Time>,
    #[serde(default)]
    stays: bool,
}

/// A duration with units, perhaps negative.
#[derive(Clone, Copy, Default, Debug, PartialEq)]
struct Time(SignedDuration);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Time).map_err(serde::de::Error::custom)
    }
}

impl Time {
    fn duration(self) -> Duration {
        Duration::try_from(self.0).unwrap()
    }

    fn moment(self) -> Moment {
        Moment::after_start(self.duration())
    }
}

impl<T> Limits<T> {
    fn levels<U>(self, convert: impl Fn(T) -> U) -> Levels<U> {
        Levels {
            warning: self.warning.map(&convert),
            error: self.error.map(&convert),
        }
    }
}

impl Promise {
    fn policy(&self) -> Policy {
        let rhythm = if self.poll {
            Rhythm::Poll
        } else {
            Rhythm::Subscription
        };
        let interval = self
            .interval
            .map_or(Duration::from_secs(30), Time::duration);
        let mut policy = Policy::with_interval(rhythm, interval);
        policy.grace = self.grace.map_or(policy.grace, Time::duration);
        policy.confirm = self.confirm.map_or(Duration::ZERO, Time::duration);
        policy.failures = self
            .failures
            .map_or(policy.failures, |limits| limits.levels(|n| n));
        policy.missed = self
            .missed
            .map_or(policy.missed, |limits| limits.levels(|n| n));
        policy.latency = self
            .latency
            .map_or(policy.latency, |limits| limits.levels(Time::duration));
        policy.certificate = self
            .certificate
            .map_or(policy.certificate, |limits| limits.levels(Time::duration));
        policy.recover = self.recover.unwrap_or(policy.recover);
        policy.timestamped = self.timestamped;
        policy.max_age = self.max_age.map(Time::duration);
        policy.skew = self
            .skew
            .map_or(policy.skew, |limits| limits.levels(Time::duration));
        policy.schedule = self.schedule.as_ref().map(|calendar| {
            Arc::new(
                Schedule::parse(&calendar.cron, TimeZone::get(&calendar.timezone).unwrap())
                    .unwrap(),
            )
        });
        policy.instances = self.instances.as_ref().map(|crowd| InstancePolicy {
            forget_after: crowd.forget.duration(),
            min_online: crowd.min_online,
        });
        policy
    }
}

impl Story {
    fn play(&self) -> Result<(), String> {
        let mut fleet = Fleet::new();
        fleet.set_anchor(self.starts.unwrap_or_default());
        fleet.add(
            Moment::START,
            ONE,
            self.meta(),
            Arc::new(self.policy.policy()),
            false,
        );
        for step in &self.timeline {
            let at = step.at.moment();
            step.happen(&mut fleet);
            step.check(&row(&mut fleet, at), at)
                .map_err(|complaint| format!("at {:?}: {complaint}", at.since_start()))?;
        }
        if let Some(told) = &self.events {
            let snapshot = snapshot(&mut fleet, Moment::START);
            let heard: Vec<String> = snapshot.changes.iter().map(|change| line(change)).collect();
            if *told != heard {
                return Err(format!("events\n  told  {told:#?}\n  heard {heard:#?}"));
            }
        }
        Ok(())
    }
}

impl Story {
    /// What is pushed makes a push monitor.
    fn meta(&self) -> Arc<Meta> {
        let is_push = self.timeline.iter().any(|step| step.pushed.is_some());
        let meta = meta("one");
        if is_push {
            Arc::new(Meta {
                kind: Kind::Push,
                ..(*meta).clone()
            })
        } else {
            meta
        }
    }
}

impl Step {
    fn happen(&self, fleet: &mut Fleet) {
        let at = self.at.moment();
        if let Some(wall) = self.wall {
            fleet.set_anchor(wall - self.at.0);
        }
        if let Some(id) = &self.remove {
            assert!(
                fleet.remove_instance(at, ONE, &Text::clean(id)),
                "{id} is there"
            );
        }
        let gap = Gap {
            stalled: self.stood_still.map_or(Duration::ZERO, Time::duration),
            slept: self.slept.map_or(Duration::ZERO, Time::duration),
            clock_set: self.clock_set.map_or(SignedDuration::ZERO, |time| time.0),
        };
        if gap != Gap::default() {
            fleet.apply_gap(at, &gap);
        }
        if let Some(promise) = &self.policy {
            fleet.update(at, ONE, meta("one"), Arc::new(promise.policy()));
        }
        if let Some(signal) = self.signal() {
            fleet.observe(Observation {
                target: ONE,
                at,
                signal,
                connection: self.wire(),
            });
        }
        if !self.late {
            fleet.advance(at);
        }
    }

    fn signal(&self) -> Option<Signal> {
        let at = self.at.moment();
        let heard = |heard: &Heard| {
            let latency = heard.latency.map(Time::duration);
            match heard.sent {
                Some(sent) => Signal::Beat(Beat {
                    latency,
                    ..dated(at, sent.0)
                }),
                None => beat(latency, heard.delta.map(|delta| delta.0)),
            }
        };
        let broken = |broken: &Broken| Signal::Failed {
            evidence: None,
            failure: failure(&broken.why),
            latency: broken.latency.map(Time::duration),
            ended: !broken.stays,
        };
        let mut said = [
            self.r#try.then_some(Signal::Attempt {
                delay: Duration::ZERO,
                skipped: 0,
            }),
            self.open.then_some(Signal::Open),
            self.beat.as_ref().map(heard),
            self.pong.map(|rtt| Signal::Pong {
                rtt: rtt.duration(),
            }),
            self.failed.as_ref().map(broken),
            self.closed.then_some(Signal::Closed),
            self.rest.map(|until| Signal::Wait {
                until: until.moment(),
                asked: None,
            }),
            self.pushed
                .as_ref()
                .map(|pushed| Signal::Pushed(Box::new(pushed.push(at)))),
        ]
        .into_iter()
        .flatten();
        let signal = said.next();
        assert!(said.next().is_none(), "one fact a step");
        signal
    }

    fn wire(&self) -> Option<Box<Connection>> {
        match self.certificate.as_deref()? {
            "none" => {
                let phases = [(Phase::Connect, Duration::from_millis(1))]
                    .into_iter()
                    .collect();
                Some(Box::new(Connection {
                    phases,
                    ..Connection::default()
                }))
            }
            // A request on a connection that stood already, or an attempt that got nowhere.
            "silent" => Some(Box::default()),
            left => Some(certified(left.parse().unwrap())),
        }
    }

    fn check(&self, row: &Row, now: Moment) -> Result<(), String> {
        let reason = row
            .cause
            .as_ref()
            .map_or("none", |cause| cause.reason().as_str());
        let (silent, left) = match &row.cause {
            Some(Cause::Missed { silent, .. }) => (Some(*silent), None),
            Some(Cause::Certificate { left, .. }) => (None, Some(*left)),
            _ => (None, None),
        };
        let moment = |time: Time| Some(time.moment());
        expect("status", self.status.as_deref(), row.status.as_str())?;
        expect("reason", self.reason.as_deref(), reason)?;
        expect("since", self.since.map(Time::moment), row.since)?;
        expect("beats", self.beats, row.beats)?;
        expect("attempts", self.attempts, row.attempts)?;
        expect("failures", self.failures, row.failures)?;
        expect("failed_beats", self.failed_beats, row.failed_beats)?;
        expect(
            "consecutive_failures",
            self.consecutive_failures,
            row.consecutive_failures,
        )?;
        expect("missed", self.missed, row.missed)?;
        expect(
            "consecutive_missed",
            self.consecutive_missed,
            row.consecutive_missed,
        )?;
        expect(
            "silent",
            self.silent.map(|time| Some(time.duration())),
            silent,
        )?;
        expect("left", self.left.map(|time| Some(time.0)), left)?;
        expect("reconnects", self.reconnects, row.reconnects)?;
        expect("last_beat", self.last_beat.map(moment), row.last_beat)?;
        expect("connected", self.connected, row.connected_since.is_some())?;
        expect("trying", self.trying, row.attempt_since.is_some())?;
        expect("due", self.due.map(moment), row.due_at)?;
        expect("retry", self.retry.as_deref().map(planned), row.retry_at)?;
        expect(
            "latency",
            self.latency.map(|time| Some(time.duration())),
            row.last_latency,
        )?;
        let newest = row
            .recent
            .iter()
            .next_back()
            .and_then(|outcome| outcome.latency);
        expect("took", self.took.map(|time| Some(time.duration())), newest)?;
        expect("skew", self.skew.map(|time| Some(time.0)), row.skew)?;
        expect("quality", self.quality.as_deref(), row.quality.as_str())?;
        expect("settled", self.settled, row.settled)?;
        expect("uptime", self.uptime.map(Some), row.uptime(now))?;
        let counts = row
            .instances
            .map(|counts| (counts.total, counts.online, counts.available));
        expect("instances", self.instances.map(Some), counts)?;
        expect(
            "presence",
            self.presence.as_deref(),
            row.presence(now).map_or("none", |label| label.as_str()),
        )
    }
}

impl Pushed {
    fn push(&self, at: Moment) -> Push {
        let text = |text: &Option<String>| text.as_deref().map(Text::clean);
        let said = match self.say.as_str() {
            "" => {
                let undated = || Beat {
                    delta: self.delta.map(|delta| delta.0),
                    ..Beat::default()
                };
                let beat = self.sent.map_or_else(undated, |sent| dated(at, sent.0));
                PushSignal::Beat {
                    beat,
                    available: !self.busy,
                }
            }
            "start" => PushSignal::Start,
            "fail" => PushSignal::Failed(Failure::Reported {
                code: self.code,
                why: Some(Text::clean("disk full")),
            }),
            "unmet" => PushSignal::Failed(Failure::Assertion(Assertion::Json {
                filter: Text::clean("@.ok"),
                got: None,
            })),
            "log" => PushSignal::Log(Text::clean("hello")),
            other => panic!("nothing says {other}"),
        };
        Push {
            signal: said,
            run: text(&self.rid),
            instance: text(&self.by),
            evidence: None,
        }
    }
}

fn planned(text: &str) -> Option<Moment> {
    (text != "none").then(|| Time(text.parse().unwrap()).moment())
}

fn expect<T: PartialEq + std::fmt::Debug>(
    what: &str,
    told: Option<T>,
    heard: T,
) -> Result<(), String> {
    match told {
        Some(told) if told != heard => Err(format!("{what} is {heard:?}, not {told:?}")),
        _ => Ok(()),
    }
}

fn failure(why: &str) -> Failure {
    match why {
        "files" => Failure::Local {
            limit: LocalLimit::Files,
        },
        "refused" => Failure::Refused { peer: None },
        "dns" => Failure::Dns {
            host: Text::clean("example.test"),
            cause: DnsCause::NoSuchHost,
        },
        "timeout" => {
            let after = Duration::from_secs(10);
            Failure::Timeout {
                after,
                stage: Stage::Headers,
                connected: None,
                received: 0,
            }
        }
        "reset" => Failure::Reset {
            stage: Stage::Listening,
        },
        "closed" => Failure::Closed {
            stage: Stage::Listening,
            code: Some(1011),
            why: None,
        },
        "payload" => Failure::Payload {
            why: Text::clean("not JSON"),
        },
        code => Failure::Status {
            code: code.parse().unwrap(),
            note: None,
        },
    }
}

/// A change as one line: `33s miss 1`, `33s unknown > warning missed`.
fn line(change: &Change) -> String {
    let at = SignedDuration::try_from(change.at.since_start()).unwrap();
    let what = match &change.kind {
        ChangeKind::Target { event, .. } => match event {
            Event::Open => "open".to_owned(),
            Event::Close => "close".to_owned(),
            Event::Beat { status, .. } => format!("beat {}", status.as_str()),
            Event::Failure { failure, .. } => format!("failure {}", failure.reason().as_str()),
            Event::Miss { consecutive } => format!("miss {consecutive}"),
            Event::Start => "start".to_owned(),
            Event::Log { text } => format!("log {text}"),
            Event::Maintenance(time) => format!("maintenance {}", time.is_some()),
            Event::Incident(incident) => format!("incident {}", incident.change.as_str()),
            Event::Instance { id, change } => format!("{id} {}", change.as_str()),
            Event::Transition {
                from, to, cause, ..
            } => transition(*from, *to, cause.as_deref()),
        },
        ChangeKind::Overloaded(strain) => format!("strained {strain:?}"),
        ChangeKind::Stalled { gap } => {
            format!("woke after {:#}", SignedDuration::try_from(*gap).unwrap())
        }
        other => format!("{other:?}"),
    };
    format!("{at:#} {what}")
}

fn transition(from: Status, to: Status, cause: Option<&Cause>) -> String {
    let reason = cause.map_or(String::new(), |cause| {
        format!(" {}", cause.reason().as_str())
    });
    format!("{} > {}{reason}", from.as_str(), to.as_str())
}
