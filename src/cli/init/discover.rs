//! Tries each URL once, with the same engine as every other command, and tells what answers there.

use std::sync::Arc;
use std::time::Duration;

use super::guess_interval;
use crate::clock::Clock;
use crate::config::{self, ConfigError};
use crate::engine::{Backoff, Engine, Plan, Stop, Target};
use crate::model::{Kind, Meta, OutcomeKind, Policy, Rhythm, Row, Snapshot, Text};
use crate::words;

/// Longer than any run of `init`: nothing is tried twice.
const NEVER: Duration = Duration::from_secs(86_400);
/// So many heartbeats are enough to tell their interval.
const ENOUGH: u64 = 4;

/// A URL and what it may be.
pub struct UrlProbe {
    /// Without the prefix that names a kind.
    url: String,
    /// As it may be shown.
    address: Text,
    /// Best first: what opens as a stream of events is one, whatever else it may be.
    candidates: Vec<Target>,
}

/// What was found at a URL.
pub struct UrlFinding {
    pub url: String,
    pub address: Text,
    pub kind: Kind,
    pub interval: Option<Duration>,
    pub what: UrlOutcome,
}

pub enum UrlOutcome {
    /// Answered in so long.
    Answered(Option<Duration>),
    /// Heartbeats were heard; `irregular`: they may be other traffic too.
    Heartbeats {
        irregular: bool,
    },
    /// Opened, and nothing that could be a heartbeat's interval came.
    Silent,
    Failed(String),
}

impl UrlProbe {
    /// # Errors
    /// Not a URL, or of a scheme that names no kind.
    pub fn new(url: &str) -> Result<UrlProbe, ConfigError> {
        let plain = config::probe(url)?;
        let address = plain.meta.address.clone();
        let mut candidates = vec![plain];
        if starts_with(url, "http") {
            candidates.insert(0, config::probe(&format!("sse+{url}"))?);
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

/// In any case, as schemes are.
fn starts_with(url: &str, prefix: &str) -> bool {
    url.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Tries all at once, for as long as it takes, but not longer than `patience`.
pub async fn probe_all(mut scouts: Vec<UrlProbe>, patience: Duration) -> Vec<UrlFinding> {
    let mut targets = Vec::new();
    for (number, scout) in scouts.iter_mut().enumerate() {
        targets.extend(
            scout
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
        scouts
            .iter()
            .enumerate()
            .all(|(number, _)| best(snapshot, number).is_some_and(is_clear))
    };
    // Out of patience is an answer too.
    let _ = tokio::time::timeout(patience, snapshots.wait_for(is_done)).await;
    let snapshot = engine.snapshot();
    let findings = scouts.into_iter().enumerate();
    findings
        .filter_map(|(number, scout)| Some(found(scout, best(&snapshot, number)?, patience)))
        .collect()
}

/// A target that is tried only once, under a name of its own; its group is the URL that it belongs
/// to.
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

/// The candidate that a URL is judged by: the first that has not failed, else the last.
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

/// Whether waiting longer can tell more.
fn is_clear(row: &Row) -> bool {
    match row.policy.rhythm {
        Rhythm::Poll => row.beats > 0 || row.failures > 0,
        _ => row.beats >= ENOUGH || row.failures > 0,
    }
}

fn found(scout: UrlProbe, row: &Row, patience: Duration) -> UrlFinding {
    let heard: Vec<_> = row
        .recent
        .iter()
        .filter(|outcome| outcome.what == OutcomeKind::Beat)
        .collect();
    let gaps: Vec<Duration> = heard
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
        url: scout.url,
        address: scout.address,
        kind: row.meta.kind,
        interval,
        what,
    }
}

impl UrlFinding {
    /// What the user should know before the first run.
    pub fn warning(&self) -> Option<String> {
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
