//! Reads hbmon's events and records what must not happen: a monitor without events, a verdict
//! without a reason.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use hbmon::clock::Clock;
use hbmon::model::Moment;
use serde_json::Value;

pub(crate) struct Judge {
    clock: Clock,
    monitors: HashMap<String, Seen>,
    pub events: u64,
    /// Lines without a reason or a message, at most a few.
    pub unexplained: Vec<String>,
    pub ended: bool,
    lost: u64,
    strains: u64,
}

/// The time of a monitor's last event, and the longest time between two.
struct Seen {
    last: Moment,
    longest: Duration,
}

/// Resources that the process uses.
pub(crate) struct Sample {
    pub rss_kib: u64,
    pub files: u64,
}

impl Judge {
    pub(crate) fn new() -> Judge {
        Judge {
            clock: Clock::start(),
            monitors: HashMap::new(),
            events: 0,
            unexplained: Vec::new(),
            ended: false,
            lost: 0,
            strains: 0,
        }
    }

    /// Reads one line of `-o ndjson`.
    pub(crate) fn hear(&mut self, line: &str) {
        self.events += 1;
        let event: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let word = |key: &str| event[key].as_str().unwrap_or_default();
        let has_words = !word("message").is_empty() && !word("reason").is_empty();
        let is_explained = match word("type") {
            "failure" => has_words,
            "transition" if matches!(word("to"), "warning" | "error") => has_words,
            _ => true,
        };
        let is_clean = !word("message").chars().any(char::is_control);
        if (!is_explained || !is_clean) && self.unexplained.len() < 10 {
            self.unexplained.push(line.to_owned());
        }
        match word("type") {
            "beat" | "failure" | "miss" | "open" | "close" => self.outcome(word("monitor")),
            "end" => self.ended = true,
            "lost" => self.lost += event["count"].as_u64().unwrap_or_default(),
            "strain" => self.strains += 1,
            _ => {}
        }
    }

    fn outcome(&mut self, monitor: &str) {
        let now = self.clock.now();
        match self.monitors.get_mut(monitor) {
            Some(seen) => {
                seen.longest = seen.longest.max(now.since(seen.last));
                seen.last = now;
            }
            None => {
                let longest = now.since_start();
                self.monitors
                    .insert(monitor.to_owned(), Seen { last: now, longest });
            }
        }
    }

    /// The longest time without events of a monitor.
    fn longest(&self) -> Duration {
        let now = self.clock.now();
        self.monitors
            .values()
            .map(|seen| seen.longest.max(now.since(seen.last)))
            .max()
            .unwrap_or_default()
    }

    pub(crate) fn assert_none_is_stuck(&self, monitors: u64, limit: Duration) {
        assert_eq!(
            self.monitors.len() as u64,
            monitors + 1,
            "a monitor has no event"
        );
        // A slow reader loses events, so a missing event proves nothing then.
        assert!(
            self.longest() <= limit || self.lost > 0,
            "a monitor had no event for {:?}",
            self.longest()
        );
    }
}

impl fmt::Display for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Judge {
            events,
            strains,
            lost,
            ..
        } = self;
        write!(
            f,
            "{events:8} events  longest silence {:4.1?}  {strains} strains  {lost} lost",
            self.longest()
        )
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:6.1} MiB  {:5} files",
            self.rss_kib as f64 / 1024.0,
            self.files
        )
    }
}
