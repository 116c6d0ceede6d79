//! The loop in simulated time, with one subscription whose messages come from the test.

use super::*;
use crate::engine::commands::Commands;
use crate::engine::push_router::PushRouter;
use crate::engine::supervisors::EngineChannels;
use crate::model::{
    Beat, Failure, Kind, LocalLimit, Meta, Overload, Policy, Rhythm, Stage, Status, Text,
};
use jiff::SignedDuration;
use tokio::task::JoinHandle;

const SECOND: Duration = Duration::from_secs(1);

/// The loop with one subscription. The test sends its signals.
struct EngineHarness {
    clock: Clock,
    notes: mpsc::Sender<Observation>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    commands: Commands,
    task: JoinHandle<()>,
}

impl Drop for EngineHarness {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn harness() -> EngineHarness {
    let clock = Clock::simulated(jiff::Timestamp::UNIX_EPOCH);
    let (commands, receiver) = Commands::channel();
    let (note_sender, notes) = mpsc::channel(NOTE_CAPACITY);
    let mut fleet = Fleet::new();
    let text = Text::clean("one");
    let meta = Meta {
        address: text.clone(),
        ..Meta::new(text, Kind::Sse)
    };
    let policy = Policy::with_interval(Rhythm::Subscription, 10 * SECOND);
    fleet.add(
        Moment::START,
        TargetId(0),
        Arc::new(meta),
        Arc::new(policy),
        false,
    );
    let ways = EngineChannels {
        notes: note_sender.clone(),
        commands: commands.clone(),
        push_router: PushRouter::default(),
    };
    let roster = Supervisors::new(clock.clone(), ways);
    let (core, snapshots) =
        EngineLoop::new(clock.clone(), fleet, roster, Stop::Never, notes, receiver);
    EngineHarness {
        clock,
        notes: note_sender,
        snapshots,
        commands,
        task: tokio::spawn(core.run()),
    }
}

impl EngineHarness {
    async fn send(&self, signal: Signal) {
        let note = Observation {
            target: TargetId(0),
            at: self.clock.now(),
            signal,
            connection: None,
        };
        self.notes.send(note).await.unwrap();
    }

    /// Waits for the next change of status; returns its time and the new status.
    async fn turn(&mut self) -> (Duration, Status) {
        let before = self.snapshots.borrow_and_update().rows[0].status;
        loop {
            self.snapshots.changed().await.unwrap();
            let row = Arc::clone(&self.snapshots.borrow_and_update().rows[0]);
            if row.status != before {
                return (row.since.since_start(), row.status);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_for_a_fresh_snapshot_finds_every_note_that_was_sent_before() {
    let bench = harness();
    let start = bench.clock.now();
    bench.send(Signal::Open).await;
    for beats in 1..=2000 {
        bench.send(Signal::Beat(Beat::default())).await;
        let fresh = bench.commands.ask(Command::Fresh).await.unwrap();
        assert_eq!(fresh.rows[0].beats, beats);
    }
    assert_eq!(
        bench.clock.now(),
        start,
        "nothing waits for the next publication"
    );
}

#[tokio::test(start_paused = true)]
async fn all_who_ask_at_once_are_given_one_snapshot() {
    let bench = harness();
    bench.send(Signal::Open).await;
    let mut asked = Vec::new();
    for _ in 0..8 {
        let (reply, fresh) = oneshot::channel();
        bench.commands.send(Command::Fresh(reply)).await.unwrap();
        asked.push(fresh);
    }
    let first = asked.remove(0).await.unwrap();
    assert!(first.rows[0].connected_since.is_some());
    for fresh in asked {
        assert!(Arc::ptr_eq(&first, &fresh.await.unwrap()));
    }
}

#[tokio::test(start_paused = true)]
async fn the_beat_that_does_not_come_is_noticed_at_its_deadline() {
    let mut bench = harness();
    bench.send(Signal::Open).await;
    bench.send(Signal::Beat(Beat::default())).await;
    assert_eq!(bench.turn().await, (Duration::ZERO, Status::Healthy));
    assert_eq!(bench.turn().await, (11 * SECOND, Status::Warning));
    assert_eq!(bench.turn().await, (21 * SECOND, Status::Error));
    assert!(
        bench.clock.now().since_start() < Duration::from_millis(21_150),
        "published in time"
    );
}

/// Returns the events that hbmon recorded about itself.
fn reported_events(bench: &EngineHarness) -> Vec<ChangeKind> {
    let seen = bench.snapshots.borrow();
    let whats = seen.changes.iter().map(|change| change.kind.clone());
    whats
        .filter(|what| !matches!(what, ChangeKind::Target { .. }))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_wall_clock_that_is_set_moves_no_deadline() {
    for by in [
        SignedDuration::from_hours(8),
        SignedDuration::from_hours(-1),
    ] {
        let mut bench = harness();
        bench.send(Signal::Open).await;
        bench.send(Signal::Beat(Beat::default())).await;
        assert_eq!(bench.turn().await.1, Status::Healthy);
        tokio::time::sleep(9 * SECOND).await;
        bench.clock.move_wall(by);
        assert_eq!(bench.turn().await, (11 * SECOND, Status::Warning));
        assert_eq!(reported_events(&bench), [ChangeKind::ClockSet { by }]);
        assert!(bench.clock.drift().is_zero());
    }
}

#[tokio::test(start_paused = true)]
async fn a_machine_that_slept_owes_nothing_at_once() {
    let mut bench = harness();
    bench.send(Signal::Open).await;
    bench.send(Signal::Beat(Beat::default())).await;
    assert_eq!(bench.turn().await.1, Status::Healthy);
    tokio::time::sleep(9 * SECOND).await;
    bench.clock.sleep_machine(3600 * SECOND);
    let (at, status) = bench.turn().await;
    assert_eq!(status, Status::Warning);
    assert!(at >= 20 * SECOND && at <= 21 * SECOND, "{at:?}");
    assert_eq!(
        reported_events(&bench),
        [ChangeKind::Stalled { gap: 3600 * SECOND }]
    );
}

/// Alternates between running and stalling the loop until the status of the target changes.
async fn stutter(bench: &mut EngineHarness, runs: Duration, stops: Duration) -> (Duration, Status) {
    let before = bench.snapshots.borrow_and_update().rows[0].status;
    for _ in 0..100 {
        tokio::time::sleep(runs).await;
        let row = Arc::clone(&bench.snapshots.borrow_and_update().rows[0]);
        if row.status != before {
            return (row.since.since_start(), row.status);
        }
        tokio::time::advance(stops).await;
    }
    panic!("the silence is never noticed");
}

#[tokio::test(start_paused = true)]
async fn a_process_that_stutters_notices_every_silence() {
    let ms = Duration::from_millis;
    for (runs, stops) in [
        (ms(6700), ms(1300)),
        (ms(3200), ms(800)),
        (ms(300), ms(700)),
    ] {
        let mut bench = harness();
        bench.send(Signal::Open).await;
        bench.send(Signal::Beat(Beat::default())).await;
        assert_eq!(bench.turn().await.1, Status::Healthy);
        let (at, status) = stutter(&mut bench, runs, stops).await;
        assert_eq!(status, Status::Warning);
        // Interval, grace and the gaps so far, to the accuracy of one turn of the loop.
        let periods = u32::try_from(at.as_millis() / (runs + stops).as_millis()).unwrap() + 1;
        assert!(
            at >= 11 * SECOND && at <= 11 * SECOND + (stops + CLOCK_CHECK_INTERVAL) * periods,
            "{at:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_overloaded_hbmon_blames_no_wait_and_says_so() {
    let mut bench = harness();
    bench.send(Signal::Open).await;
    bench.send(Signal::Beat(Beat::default())).await;
    assert_eq!(bench.turn().await.1, Status::Healthy);
    // The runtime is blocked for most of every second. Each wake is late, but too little to be
    // taken for a sleep.
    for _ in 0..60 {
        tokio::time::sleep(SECOND).await;
        bench.send(Signal::Beat(Beat::default())).await;
        tokio::time::advance(SECOND * 7 / 10).await;
        let late = Signal::Failed {
            failure: Failure::Timeout {
                after: SECOND,
                stage: Stage::Connect,
                connected: None,
                received: 0,
            },
            evidence: None,
            latency: None,
            ended: true,
        };
        bench.send(late).await;
    }
    {
        let seen = bench.snapshots.borrow_and_update();
        assert_eq!(
            (
                seen.rows[0].status,
                seen.rows[0].failures,
                seen.rows[0].missed
            ),
            (Status::Healthy, 0, 0)
        );
        assert_eq!(seen.self_stats.overload, Some(Overload::Late));
        assert!(
            seen.self_stats.max_loop_delay >= SECOND * 6 / 10,
            "{:?}",
            seen.self_stats
        );
    }
    let calm = bench.clock.now().since_start();
    let (at, status) = bench.turn().await;
    assert_eq!(status, Status::Warning);
    assert!(at >= calm + 9 * SECOND, "{at:?}");
    assert_eq!(
        reported_events(&bench),
        [
            ChangeKind::Overloaded(Some(Overload::Late)),
            ChangeKind::Overloaded(None)
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_this_machine_lacks_holds_the_verdict() {
    let mut bench = harness();
    bench.send(Signal::Open).await;
    bench.send(Signal::Beat(Beat::default())).await;
    assert_eq!(bench.turn().await.1, Status::Healthy);
    for _ in 0..10 {
        tokio::time::sleep(5 * SECOND).await;
        let failure = Failure::Local {
            limit: LocalLimit::Files,
        };
        bench
            .send(Signal::Failed {
                failure,
                evidence: None,
                latency: None,
                ended: true,
            })
            .await;
    }
    tokio::time::sleep(SECOND).await;
    let row = Arc::clone(&bench.snapshots.borrow().rows[0]);
    assert_eq!(
        (row.status, row.failures, row.missed),
        (Status::Healthy, 0, 0)
    );
    assert_eq!(
        bench.snapshots.borrow().self_stats.overload,
        Some(Overload::LocalLimit(LocalLimit::Files))
    );
}

#[tokio::test(start_paused = true)]
async fn a_stalled_runtime_blames_no_target() {
    let mut bench = harness();
    bench.send(Signal::Open).await;
    bench.send(Signal::Beat(Beat::default())).await;
    assert_eq!(bench.turn().await.1, Status::Healthy);
    // Time passes while nothing runs: the loop wakes an hour late.
    tokio::time::advance(3600 * SECOND).await;
    let woke = bench.clock.now().since_start();
    assert_eq!(bench.turn().await, (woke + 11 * SECOND, Status::Warning));
}
