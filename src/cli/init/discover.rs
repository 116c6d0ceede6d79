//! Probes each URL once with the engine of the other commands, to find the kind of its monitor.

use std::sync::Arc;
use std::time::Duration;

use super::guess_interval;
use crate::clock::Clock;
use crate::config::{self, ConfigError};
use crate::engine::{Backoff, Engine, Plan, Stop, Target};
use crate::model::{Kind, Meta, OutcomeKind, Policy, Rhythm, Row, Snapshot, Text};
use crate::words;

/// Longer than any run of `init`, so nothing is probed twice.
const NEVER: Duration = Duration::from_secs(86_400);
/// Number of heartbeats from which the interval is clear.
const ENOUGH_HEARTBEATS: u64 = 4;

/// A URL and the targets that it may be.
pub(super) struct UrlProbe {
    /// Without the prefix that names a kind.
    url: String,
    /// The URL without secrets.
    address: Text,
    /// Best first. A URL that opens as an event stream is one, even if it also answers a poll.
    candidates: Vec<Target>,
}

/// The result for a URL.
pub(super) struct UrlFinding {
    pub url: String,
    pub address: Text,
    pub kind: Kind,
    pub interval: Option<Duration>,
    pub what: UrlOutcome,
}

pub(super) enum UrlOutcome {
    /// A response, with its latency.
    Answered(Option<Duration>),
    /// Heartbeats; `irregular`: some of them may be other traffic.
    Heartbeats {
        irregular: bool,
    },
    /// The connection opened, but too few messages came to guess an interval.
    Silent,
    Failed(String),
}

impl UrlProbe {
    /// Prepares the candidates for a URL.
    ///
    /// # Errors
    /// The text is no URL, or its scheme belongs to no kind of monitor.
    pub(super) fn new(url: &str) -> Result<UrlProbe, ConfigError> {
        let plain = config::target(url)?;
        let address = plain.meta.address.clone();
        let mut candidates = vec![plain];
        if starts_with(url, "http") {
            candidates.insert(0, config::target(&format!("sse+{url}"))?);
        }
        let named = ["sse+", "sio+"].iter().any(|kind| starts_with(url, kind));
        let bare = if named {
            url.get(4..).unwrap_or(url)
        } else {
            url
        };
        Ok(UrlProbe {
            url: bare.to_owned(),
            address,
            candidates,
        })
    }
}

/// Compares without case, as schemes do.
fn starts_with(url: &str, prefix: &str) -> bool {
    url.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Probes all URLs at the same time until the results are clear, at most for `patience`.
pub(super) async fn probe_all(mut probes: Vec<UrlProbe>, patience: Duration) -> Vec<UrlFinding> {
    let mut targets = Vec::new();
    for (number, probe) in probes.iter_mut().enumerate() {
        targets.extend(
            probe
                .candidates
                .drain(..)
                .map(|target| once(target, number)),
        );
    }
    let engine = Engine::start(
        Plan {
            targets,
            concurrency: None,
            stop: Stop::Never,
        },
        Clock::start(),
    );
    let mut snapshots = engine.snapshots();
    let is_done = |snapshot: &Arc<Snapshot>| {
        probes
            .iter()
            .enumerate()
            .all(|(number, _)| best(snapshot, number).is_some_and(is_clear))
    };
    // After the time limit the last snapshot is the result.
    let _ = tokio::time::timeout(patience, snapshots.wait_for(is_done)).await;
    let snapshot = engine.snapshot();
    let findings = probes.into_iter().enumerate();
    findings
        .filter_map(|(number, probe)| Some(found(probe, best(&snapshot, number)?, patience)))
        .collect()
}

/// Returns a target that is probed only once, under a unique name. Its group is the number of its
/// URL.
fn once(mut target: Target, number: usize) -> Target {
    let name = Text::clean(&format!("{number}-{}", target.meta.kind.as_str()));
    target.meta = Arc::new(Meta {
        name,
        group: Some(group(number)),
        ..Meta::clone(&target.meta)
    });
    if target.policy.rhythm == Rhythm::Poll {
        target.policy = Arc::new(Policy {
            interval: NEVER,
            ..Policy::clone(&target.policy)
        });
    }
    target.pace.backoff = Backoff {
        initial: NEVER,
        max: NEVER,
        slow_down: false,
    };
    target
}

fn group(number: usize) -> Text {
    Text::clean(&number.to_string())
}

/// Returns the candidate that decides: the first that has not failed, else the last.
fn best(snapshot: &Snapshot, number: usize) -> Option<&Row> {
    let group = Some(group(number));
    let mut rows = snapshot
        .rows
        .iter()
        .map(AsRef::as_ref)
        .filter(|row: &&Row| row.meta.group == group);
    let last = rows.clone().next_back();
    rows.find(|row| row.failures == 0 || row.beats > 0).or(last)
}

/// Returns whether the result of a candidate is final.
fn is_clear(row: &Row) -> bool {
    match row.policy.rhythm {
        Rhythm::Poll => row.beats > 0 || row.failures > 0,
        _ => row.beats >= ENOUGH_HEARTBEATS || row.failures > 0,
    }
}

fn found(probe: UrlProbe, row: &Row, patience: Duration) -> UrlFinding {
    let heartbeats: Vec<_> = row
        .recent
        .iter()
        .filter(|outcome| outcome.what == OutcomeKind::Beat)
        .collect();
    let gaps: Vec<Duration> = heartbeats
        .windows(2)
        .map(|pair| pair[1].at.since(pair[0].at))
        .collect();
    let subscribes = row.policy.rhythm != Rhythm::Poll;
    let interval = guess_interval::guess(&gaps).filter(|_| subscribes);
    let what = match row.last_failure.as_deref() {
        _ if !subscribes && row.beats > 0 => UrlOutcome::Answered(row.last_latency),
        Some((_, failure)) if row.beats == 0 => UrlOutcome::Failed(words::failure(failure)),
        _ if row.connected_since.is_none() && row.beats == 0 => {
            UrlOutcome::Failed(format!("no answer within {}", words::span(patience)))
        }
        _ if interval.is_some() => UrlOutcome::Heartbeats {
            irregular: guess_interval::is_irregular(&gaps),
        },
        _ => UrlOutcome::Silent,
    };
    UrlFinding {
        url: probe.url,
        address: probe.address,
        kind: row.meta.kind,
        interval,
        what,
    }
}

impl UrlFinding {
    /// Returns a warning for the user.
    pub(super) fn warning(&self) -> Option<String> {
        if let UrlOutcome::Failed(why) = &self.what {
            return Some(format!(
                "warning: {}: {why}; written as {}",
                self.address,
                self.kind.as_str()
            ));
        }
        let secret = self.address.as_str().contains("***")
            || (self.url.contains('@') && !self.address.as_str().contains('@'));
        let advice =
            "the URL holds a secret: `${NAME}` or `${file:PATH}` keeps it out of the config";
        secret.then(|| format!("warning: {}: {advice}", self.address))
    }
}
