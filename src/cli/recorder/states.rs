//! Which states of monitors are written when: those that changed, and the others in slices, so that
//! a large fleet does not write everything every minute.

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

use siphasher::sip::SipHasher13;

use super::resume::SavedStates;
use super::saved::{LastNotices, SavedMonitor};
use crate::engine::Engine;
use crate::lock::LockExt;
use crate::model::{Row, Snapshot, Text};
use crate::store::MonitorState;

/// Number of states that each minute writes even if nothing but the last heartbeat changed.
const SLICE: usize = 200;

/// What `--only-changes` reported about each monitor. The run and the recorder share it.
pub(in crate::cli) type SharedTold = Arc<Mutex<HashMap<Text, LastNotices>>>;

/// The states as they were last written.
pub(super) struct States {
    told: SharedTold,
    /// Hashes of the states without what changes all the time.
    written: HashMap<Text, u64>,
    /// The first row of the next slice.
    next: usize,
}

impl States {
    /// `stored`: the states in the store.
    pub(super) fn new(stored: &SavedStates) -> States {
        let told = stored
            .iter()
            .map(|(name, saved)| (name.clone(), saved.told));
        let written = stored
            .iter()
            .map(|(name, saved)| (name.clone(), lasting(saved)));
        States {
            told: Arc::new(Mutex::new(told.collect())),
            written: written.collect(),
            next: 0,
        }
    }

    /// Returns what was reported about each monitor. What is changed in it is written.
    pub(super) fn told(&self) -> SharedTold {
        Arc::clone(&self.told)
    }

    /// The states are not in the store: a new file was begun, or another one had them.
    pub(super) fn forget(&mut self) {
        self.written.clear();
    }

    /// Returns the states of these monitors.
    pub(super) async fn of(
        &mut self,
        names: &HashSet<Text>,
        snapshot: &Snapshot,
        engine: &Engine,
    ) -> Vec<(Text, MonitorState)> {
        let wanted = |row: &Row| names.contains(&row.meta.name);
        let rows = snapshot.rows.iter().filter(|row| wanted(row));
        let rows: Vec<&Row> = rows.map(AsRef::as_ref).collect();
        self.write(&rows, snapshot, engine).await
    }

    /// Returns the states that are due once a minute.
    pub(super) async fn due(
        &mut self,
        snapshot: &Snapshot,
        engine: &Engine,
    ) -> Vec<(Text, MonitorState)> {
        let count = snapshot.rows.len();
        let from = if self.next < count { self.next } else { 0 };
        self.next = from + SLICE;
        let slice = from..self.next;
        let told = Arc::clone(&self.told);
        let rows: Vec<&Row> = {
            let told = told.lock().ignore_poison();
            let is_due = |(place, row): &(usize, &Row)| {
                let name = &row.meta.name;
                let saved = SavedMonitor::new(row, snapshot, told_of(&told, name), &[]);
                slice.contains(place) || self.written.get(name) != Some(&lasting(&saved))
            };
            let rows = snapshot.rows.iter().map(AsRef::as_ref).enumerate();
            rows.filter(is_due).map(|(_, row)| row).collect()
        };
        let mut states = self.write(&rows, snapshot, engine).await;
        // Once a minute the disk has everything, so that a loss of power costs no more.
        for (_, state) in &mut states {
            state.is_minor = false;
        }
        states
    }

    /// Returns all states.
    pub(super) async fn all(
        &mut self,
        snapshot: &Snapshot,
        engine: &Engine,
    ) -> Vec<(Text, MonitorState)> {
        let rows: Vec<&Row> = snapshot.rows.iter().map(AsRef::as_ref).collect();
        self.write(&rows, snapshot, engine).await
    }

    async fn write(
        &mut self,
        rows: &[&Row],
        snapshot: &Snapshot,
        engine: &Engine,
    ) -> Vec<(Text, MonitorState)> {
        let mut states = Vec::with_capacity(rows.len());
        for row in rows {
            let instances = match row.instances {
                Some(counts) if counts.total > 0 => engine.instances(row.id).await,
                _ => Ok(None),
            };
            let instances = instances.ok().flatten().unwrap_or_default();
            let name = &row.meta.name;
            let told = told_of(&self.told.lock().ignore_poison(), name);
            let saved = SavedMonitor::new(row, snapshot, told, &instances);
            if let Some(state) = self.state(name, &saved) {
                states.push((name.clone(), state));
            }
        }
        states
    }

    /// Returns a state as it is written, and takes it for written.
    fn state(&mut self, name: &Text, saved: &SavedMonitor) -> Option<MonitorState> {
        let json = serde_json::to_string(saved).ok()?;
        let lasting = lasting(saved);
        let before = self.written.insert(name.clone(), lasting);
        let is_minor = before == Some(lasting) && saved.instances.is_empty();
        Some(MonitorState { json, is_minor })
    }
}

fn told_of(told: &HashMap<Text, LastNotices>, name: &Text) -> LastNotices {
    told.get(name).copied().unwrap_or_default()
}

/// Returns a hash of what does not change with every heartbeat.
fn lasting(saved: &SavedMonitor) -> u64 {
    let mut hasher = SipHasher13::new();
    saved.lasting().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock::Clock;
    use crate::engine::{Plan, Stop};
    use crate::model::{
        Beat, Failure, Fleet, Kind, Meta, Observation, Policy, Rhythm, SelfStats, Signal, TargetId,
    };

    /// The fleet after a run with these results that continues from these states.
    fn snapshot(stored: &SavedStates, signals: &[Signal]) -> Arc<Snapshot> {
        let name = Text::clean("a");
        let since = stored.values().flat_map(SavedMonitor::times).min();
        let clock = since.map_or_else(Clock::start, Clock::resume);
        let now = clock.now();
        let mut fleet = Fleet::new();
        fleet.set_anchor(clock.anchor());
        let meta = Arc::new(Meta::new(name.clone(), Kind::Http));
        let mut policy = Policy::with_interval(Rhythm::Poll, Duration::from_secs(10));
        policy.confirm = Duration::ZERO;
        fleet.add(now, TargetId(0), meta, Arc::new(policy), false);
        if let Some(saved) = stored.get(&name) {
            fleet.restore(now, TargetId(0), &saved.memory(&clock));
        }
        for signal in signals {
            fleet.observe(Observation {
                target: TargetId(0),
                at: clock.now(),
                signal: signal.clone(),
                connection: None,
            });
        }
        fleet.snapshot(clock.now(), clock.anchor(), SelfStats::default())
    }

    /// Returns what such a run leaves, and how it is written.
    fn run(stored: &SavedStates, signals: &[Signal]) -> (SavedStates, MonitorState) {
        let name = Text::clean("a");
        let snapshot = snapshot(stored, signals);
        let saved = SavedMonitor::new(&snapshot.rows[0], &snapshot, LastNotices::default(), &[]);
        let state = States::new(stored).state(&name, &saved).unwrap();
        (SavedStates::from([(name, saved)]), state)
    }

    fn beat() -> Signal {
        Signal::Beat(Beat::default())
    }

    fn failure() -> Signal {
        Signal::Failed {
            failure: Failure::Refused { peer: None },
            evidence: None,
            latency: None,
            ended: true,
        }
    }

    #[test]
    fn only_a_run_with_news_waits_for_the_disk() {
        let (first, state) = run(&SavedStates::new(), &[beat()]);
        assert!(!state.is_minor, "the store knows nothing yet");
        let (second, state) = run(&first, &[beat(), beat(), beat()]);
        assert!(state.is_minor, "{first:?} {state:?}");
        assert_ne!(first, second, "the last heartbeat is written");
        let (third, state) = run(&second, &[failure()]);
        assert!(!state.is_minor, "{state:?}");
        let (_, state) = run(&third, &[failure()]);
        assert!(!state.is_minor, "one failure more: {state:?}");

        let mut states = States::new(&first);
        states.forget();
        let saved = &first[&Text::clean("a")];
        let state = states.state(&Text::clean("a"), saved).unwrap();
        assert!(!state.is_minor, "a new file has it not");
    }

    #[tokio::test]
    async fn once_a_minute_the_disk_has_everything() {
        let plan = Plan {
            targets: Vec::new(),
            maintenance: Vec::new(),
            concurrency: None,
            stop: Stop::Never,
        };
        let engine = Engine::start(plan, Clock::start());
        let (first, _) = run(&SavedStates::new(), &[beat()]);
        let snapshot = snapshot(&first, &[beat()]);
        let mut states = States::new(&first);
        for _ in 0..2 {
            let due = states.due(&snapshot, &engine).await;
            assert_eq!(due.len(), 1);
            assert!(!due[0].1.is_minor);
        }
        assert!(states.all(&snapshot, &engine).await[0].1.is_minor);
    }
}
