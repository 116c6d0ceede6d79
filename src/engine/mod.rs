//! Everything async and shared: the one loop that feeds the model, and a supervisor for each
//! target.

mod intake;
mod nudge;
mod pace;
mod plan;
mod roster;
mod supervise;
#[cfg(test)]
mod week;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::clock::{Clock, Shift};
use crate::model::{
    Fleet, Gap, Instance, Lag, Memory, Moment, Note, Signal, Snapshot, TOO_LATE, TargetId, Text,
    What,
};
pub use intake::{Door, HEARTBEATS, Intake};
pub use plan::{Backoff, PacePolicy, Plan, Stop, Target};
use roster::{Roster, Ways};

/// Snapshots are made at most this often while there is somebody to hear from.
const PUBLISH_EVERY: Duration = Duration::from_millis(100);
/// The loop looks at the clocks at least this often: a standstill of twice as long cannot hide
/// between two looks.
const PULSE: Duration = Duration::from_millis(250);
/// A standstill or sleep that is longer than this is told.
const TELL_GAP: Duration = Duration::from_secs(1);
/// Notes on their way; a full channel makes the rooms wait.
const NOTES: usize = 4096;
/// Commands on their way.
const COMMANDS: usize = 64;
/// Notes taken between two looks at the clock.
const BATCH: usize = 1024;

/// What a user can ask of a running engine.
#[derive(Debug)]
pub enum Command {
    /// Ask now instead of when it is due.
    Beat(TargetId),
    BeatAll,
    /// End the connection that stands and open a new one.
    Reconnect(TargetId),
    /// End the conversation (true), or start it anew.
    Pause(TargetId, bool),
    /// Watch this from now on: targets that did not change keep their state and their connections.
    Replace(Plan),
    /// A new config was bad and is not used.
    Refuse(Text),
    /// Answered by the loop as soon as it turns: whether it lives.
    Ping(oneshot::Sender<()>),
    /// Publishes what has come in so far, and gives it.
    Fresh(oneshot::Sender<Arc<Snapshot>>),
    /// All instances of a target, in no particular order; none if it is not watched.
    Instances {
        target: TargetId,
        reply: oneshot::Sender<Option<Vec<Instance>>>,
    },
    /// The instances of all targets that are online, each as the name of its monitor and its own,
    /// in no particular order.
    OnlineInstances {
        reply: oneshot::Sender<Vec<(Text, Text)>>,
    },
    KnowsInstance {
        target: TargetId,
        instance: Text,
        reply: oneshot::Sender<bool>,
    },
    /// Takes an instance out; whether it was there.
    RemoveInstance {
        target: TargetId,
        instance: Text,
        reply: oneshot::Sender<bool>,
    },
}

/// A running engine; clones are the same one. Dropping the last ends every conversation at once.
#[derive(Clone)]
pub struct Engine {
    /// Never blocks the engine; whoever must not miss a change follows the snapshot's ring by
    /// number.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    pub commands: mpsc::Sender<Command>,
    /// Where pushed heartbeats come in.
    pub intake: Intake,
    _task: Arc<Task>,
}

/// The loop.
struct Task(JoinHandle<()>);

impl Engine {
    /// Starts to watch; needs a tokio runtime. The first snapshot is there at once, with everything
    /// unknown.
    pub fn start(plan: Plan, clock: Clock) -> Engine {
        Engine::resume(plan, clock, &HashMap::new())
    }

    /// The same with what an earlier run knew of targets, by name; in moments of this clock.
    pub fn resume(plan: Plan, clock: Clock, memories: &HashMap<Text, Memory>) -> Engine {
        let (command_sender, commands) = mpsc::channel(COMMANDS);
        let (note_sender, notes) = mpsc::channel(NOTES);
        let mut fleet = Fleet::new();
        fleet.align(clock.anchor());
        let stop = plan.stop;
        let intake = Intake::default();
        let ways = Ways {
            notes: note_sender,
            commands: command_sender.clone(),
            intake: intake.clone(),
        };
        let mut roster = Roster::new(clock.clone(), ways);
        roster.replace(plan, &mut fleet);
        let now = clock.now();
        for (name, memory) in memories {
            if let Some(id) = roster.id(name) {
                fleet.recall(now, id, memory);
            }
        }
        let lag = Lag::default();
        let (publisher, snapshots) = watch::channel(fleet.snapshot(now, clock.anchor(), lag));
        let planned = now.plus(PULSE);
        let (published, turned) = (now, now);
        let asked = Vec::new();
        let core = Core {
            clock,
            fleet,
            roster,
            notes,
            commands,
            publisher,
            lag,
            stop,
            published,
            turned,
            planned,
            asked,
        };
        let task = Task(tokio::spawn(core.run()));
        Engine {
            snapshots,
            commands: command_sender,
            intake,
            _task: Arc::new(task),
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct Core {
    clock: Clock,
    fleet: Fleet,
    roster: Roster,
    notes: mpsc::Receiver<Note>,
    commands: mpsc::Receiver<Command>,
    publisher: watch::Sender<Arc<Snapshot>>,
    lag: Lag,
    stop: Stop,
    published: Moment,
    /// When the last turn of the loop ended.
    turned: Moment,
    /// When the loop meant to wake at the latest.
    planned: Moment,
    /// Those who wait for a snapshot of what has come in.
    asked: Vec<oneshot::Sender<Arc<Snapshot>>>,
}

impl Core {
    async fn run(mut self) {
        let mut batch = Vec::with_capacity(BATCH);
        let mut commands = Vec::new();
        loop {
            self.planned = self.next_wake();
            let wake = self.clock.instant(self.planned);
            tokio::select! {
                biased;
                _ = self.notes.recv_many(&mut batch, BATCH) => {}
                received = self.commands.recv() => match received {
                    Some(received) => commands.push(received),
                    None => return,
                },
                // A conversation that nobody holds any more would look calm for ever: better no
                // engine than one that lies.
                () = self.roster.broken() => return,
                () = tokio::time::sleep_until(wake) => {
                    // What came in before the deadline counts, also if nobody had read it yet.
                    while batch.len() < BATCH && let Ok(note) = self.notes.try_recv() {
                        batch.push(note);
                    }
                }
            }
            // Also after notes: they may come without a pause.
            while commands.len() < COMMANDS
                && let Ok(command) = self.commands.try_recv()
            {
                commands.push(command);
            }
            if !commands.is_empty() {
                self.read_what_was_sent_before(&mut batch);
            }
            self.notice_gaps();
            self.notice_strain(&batch);
            for note in batch.drain(..) {
                self.take(note);
            }
            for command in commands.drain(..) {
                self.obey(command);
            }
            for target in self.fleet.advance(self.clock.now()) {
                self.after(target);
            }
            self.publish();
            self.turned = self.clock.now();
        }
    }

    /// Commands have a channel of their own: who sent a note and then a command finds the note
    /// counted.
    fn read_what_was_sent_before(&mut self, batch: &mut Vec<Note>) {
        for _ in 0..self.notes.len() {
            let Ok(note) = self.notes.try_recv() else {
                return;
            };
            batch.push(note);
        }
    }

    fn next_wake(&self) -> Moment {
        let publication = if self.fleet.is_dirty() {
            self.published.plus(PUBLISH_EVERY)
        } else {
            Moment::FAR
        };
        let deadline = self.fleet.deadline().unwrap_or(Moment::FAR);
        self.clock.now().plus(PULSE).min(publication).min(deadline)
    }

    /// After any wake the clocks are asked, before anything is judged by them.
    fn notice_gaps(&mut self) {
        let now = self.clock.now();
        let late = now.since(self.planned);
        // It may have stood still from the end of the last turn on.
        let stood_still = if late >= TOO_LATE {
            now.since(self.turned)
        } else {
            Duration::ZERO
        };
        let Shift {
            slept,
            set: clock_set,
        } = self.clock.shift();
        let gap = Gap {
            stood_still,
            slept,
            clock_set,
        };
        if gap == Gap::default() {
            return;
        }
        self.fleet.align(self.clock.anchor());
        self.fleet.gap(now, &gap);
        if slept.max(late) > TELL_GAP {
            self.lag.slept = now;
            self.fleet.record(
                now,
                What::Woke {
                    gap: slept.max(stood_still),
                },
            );
        }
        if !clock_set.is_zero() {
            self.fleet.record(now, What::ClockSet { by: clock_set });
        }
    }

    /// How hbmon itself keeps up, and what this machine lacks.
    fn notice_strain(&mut self, notes: &[Note]) {
        let now = self.clock.now();
        let before = self.lag.strain;
        self.lag.relax(now);
        self.lag
            .woke(now, now.since(self.planned.max(self.lag.slept)));
        for note in notes {
            match &note.signal {
                Signal::Try { lag, skipped } => self.lag.started(note.at, *lag, *skipped),
                Signal::Failed { failure, .. } => {
                    if let Some(lack) = failure.lack() {
                        self.lag.lacked(note.at, lack);
                    }
                }
                _ => {}
            }
        }
        if self.lag.strain != before {
            self.fleet.record(now, What::Strained(self.lag.strain));
        }
    }

    fn take(&mut self, note: Note) {
        let target = note.target;
        self.fleet.observe(note);
        self.after(target);
    }

    /// What follows from news of a target.
    fn after(&mut self, target: TargetId) {
        self.release_if_over(target);
        if let Some(door) = self.roster.door(target) {
            door.mark_full(self.fleet.is_full(target));
        }
    }

    /// In a run with an end: a target that has given what was wanted of it is let go, and its
    /// verdict stands.
    fn release_if_over(&mut self, target: TargetId) {
        let is_over = match self.stop {
            Stop::Never => false,
            Stop::Settled => self.fleet.is_settled(target),
            Stop::After(count) => self.fleet.outcomes(target) >= u64::from(count),
        };
        if is_over {
            self.fleet.hold(target);
            self.roster.stop(target);
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Beat(id) => self.roster.beat(id),
            Command::BeatAll => self.roster.beat_all(),
            Command::Reconnect(id) => self.roster.reconnect(id),
            Command::Pause(id, pause) => {
                self.roster.pause(id, pause);
                self.fleet.pause(self.clock.now(), id, pause);
            }
            Command::Replace(plan) => {
                let what = self.roster.replace(plan, &mut self.fleet);
                self.lag.refused = false;
                self.fleet.record(self.clock.now(), what);
            }
            Command::Refuse(why) => {
                self.lag.refused = true;
                self.fleet
                    .record(self.clock.now(), What::ReloadRefused { why });
            }
            Command::Ping(reply) => answer(reply, ()),
            Command::Fresh(reply) => self.asked.push(reply),
            Command::Instances { target, reply } => {
                answer(reply, self.fleet.instances(target, self.clock.now()))
            }
            Command::OnlineInstances { reply } => answer(reply, self.fleet.online()),
            Command::KnowsInstance {
                target,
                instance,
                reply,
            } => answer(reply, self.fleet.knows(target, &instance)),
            Command::RemoveInstance {
                target,
                instance,
                reply,
            } => {
                answer(
                    reply,
                    self.fleet.remove(self.clock.now(), target, &instance),
                );
                self.after(target);
            }
        }
    }

    fn publish(&mut self) {
        let now = self.clock.now();
        // The last word of a run need not wait for others.
        let is_time = now >= self.published.plus(PUBLISH_EVERY) || self.roster.is_idle();
        let is_wanted = (is_time && self.publisher.receiver_count() > 0) || !self.asked.is_empty();
        if self.fleet.is_dirty() && is_wanted {
            self.published = now;
            self.publisher
                .send_replace(self.fleet.snapshot(now, self.clock.anchor(), self.lag));
        }
        for reply in self.asked.drain(..) {
            answer(reply, Arc::clone(&self.publisher.borrow()));
        }
    }
}

fn answer<T>(reply: oneshot::Sender<T>, answer: T) {
    // Who asked may have gone meanwhile.
    let _ = reply.send(answer);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Beat, Failure, Kind, Lack, Meta, Policy, Rhythm, Stage, Status, Strain};
    use jiff::SignedDuration;

    const SECOND: Duration = Duration::from_secs(1);

    /// The loop with one subscription whose room is the test.
    struct Bench {
        clock: Clock,
        notes: mpsc::Sender<Note>,
        snapshots: watch::Receiver<Arc<Snapshot>>,
        commands: mpsc::Sender<Command>,
        task: JoinHandle<()>,
    }

    impl Drop for Bench {
        fn drop(&mut self) {
            self.task.abort();
        }
    }

    fn bench() -> Bench {
        let clock = Clock::simulated(jiff::Timestamp::UNIX_EPOCH);
        let (command_sender, commands) = mpsc::channel(8);
        let (note_sender, notes) = mpsc::channel(NOTES);
        let mut fleet = Fleet::new();
        let text = Text::clean("one");
        let meta = Meta {
            name: text.clone(),
            kind: Kind::Sse,
            address: text,
            group: None,
            tags: vec![],
            description: None,
            line: None,
        };
        let policy = Policy::with_interval(Rhythm::Subscription, 10 * SECOND);
        fleet.add(
            Moment::START,
            TargetId(0),
            Arc::new(meta),
            Arc::new(policy),
            false,
        );
        let ways = Ways {
            notes: note_sender.clone(),
            commands: command_sender.clone(),
            intake: Intake::default(),
        };
        let roster = Roster::new(clock.clone(), ways);
        let lag = Lag::default();
        let (publisher, snapshots) =
            watch::channel(fleet.snapshot(Moment::START, clock.anchor(), lag));
        let core = Core {
            clock: clock.clone(),
            fleet,
            roster,
            notes,
            commands,
            publisher,
            lag,
            stop: Stop::Never,
            published: Moment::START,
            turned: Moment::START,
            planned: Moment::START.plus(PULSE),
            asked: Vec::new(),
        };
        Bench {
            clock,
            notes: note_sender,
            snapshots,
            commands: command_sender,
            task: tokio::spawn(core.run()),
        }
    }

    impl Bench {
        async fn say(&self, signal: Signal) {
            let note = Note {
                target: TargetId(0),
                at: self.clock.now(),
                signal,
                wire: None,
            };
            self.notes.send(note).await.unwrap();
        }

        /// When the target next has another status, and which.
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
        let bench = bench();
        let start = bench.clock.now();
        bench.say(Signal::Open).await;
        for beats in 1..=2000 {
            bench.say(Signal::Beat(Beat::default())).await;
            let (reply, fresh) = oneshot::channel();
            bench.commands.send(Command::Fresh(reply)).await.unwrap();
            assert_eq!(fresh.await.unwrap().rows[0].beats, beats);
        }
        assert_eq!(
            bench.clock.now(),
            start,
            "nothing waits for the next publication"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn all_who_ask_at_once_are_given_one_snapshot() {
        let bench = bench();
        bench.say(Signal::Open).await;
        let mut asked = Vec::new();
        for _ in 0..8 {
            let (reply, fresh) = oneshot::channel();
            bench.commands.send(Command::Fresh(reply)).await.unwrap();
            asked.push(fresh);
        }
        let first = asked.remove(0).await.unwrap();
        assert!(first.rows[0].opened.is_some());
        for fresh in asked {
            assert!(Arc::ptr_eq(&first, &fresh.await.unwrap()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_beat_that_does_not_come_is_noticed_at_its_deadline() {
        let mut bench = bench();
        bench.say(Signal::Open).await;
        bench.say(Signal::Beat(Beat::default())).await;
        assert_eq!(bench.turn().await, (Duration::ZERO, Status::Healthy));
        assert_eq!(bench.turn().await, (11 * SECOND, Status::Warning));
        assert_eq!(bench.turn().await, (21 * SECOND, Status::Error));
        assert!(
            bench.clock.now().since_start() < Duration::from_millis(21_150),
            "published in time"
        );
    }

    /// What hbmon has told of itself.
    fn told(bench: &Bench) -> Vec<What> {
        let seen = bench.snapshots.borrow();
        let whats = seen.changes.iter().map(|change| change.what.clone());
        whats
            .filter(|what| !matches!(what, What::Target { .. }))
            .collect()
    }

    #[tokio::test(start_paused = true)]
    async fn a_wall_clock_that_is_set_moves_no_deadline() {
        for by in [
            SignedDuration::from_hours(8),
            SignedDuration::from_hours(-1),
        ] {
            let mut bench = bench();
            bench.say(Signal::Open).await;
            bench.say(Signal::Beat(Beat::default())).await;
            assert_eq!(bench.turn().await.1, Status::Healthy);
            tokio::time::sleep(9 * SECOND).await;
            bench.clock.move_wall(by);
            assert_eq!(bench.turn().await, (11 * SECOND, Status::Warning));
            assert_eq!(told(&bench), [What::ClockSet { by }]);
            assert!(bench.clock.drift().is_zero());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_machine_that_slept_owes_nothing_at_once() {
        let mut bench = bench();
        bench.say(Signal::Open).await;
        bench.say(Signal::Beat(Beat::default())).await;
        assert_eq!(bench.turn().await.1, Status::Healthy);
        tokio::time::sleep(9 * SECOND).await;
        bench.clock.sleep_machine(3600 * SECOND);
        let (at, status) = bench.turn().await;
        assert_eq!(status, Status::Warning);
        assert!(at >= 20 * SECOND && at <= 21 * SECOND, "{at:?}");
        assert_eq!(told(&bench), [What::Woke { gap: 3600 * SECOND }]);
    }

    /// Lets the loop run for a part of each period only, until the target has another status.
    async fn stutter(bench: &mut Bench, runs: Duration, stops: Duration) -> (Duration, Status) {
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
            let mut bench = bench();
            bench.say(Signal::Open).await;
            bench.say(Signal::Beat(Beat::default())).await;
            assert_eq!(bench.turn().await.1, Status::Healthy);
            let (at, status) = stutter(&mut bench, runs, stops).await;
            assert_eq!(status, Status::Warning);
            // Interval, grace, and the gaps so far, each known to a turn of the loop.
            let periods = u32::try_from(at.as_millis() / (runs + stops).as_millis()).unwrap() + 1;
            assert!(
                at >= 11 * SECOND && at <= 11 * SECOND + (stops + PULSE) * periods,
                "{at:?}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_overloaded_hbmon_blames_no_wait_and_says_so() {
        let mut bench = bench();
        bench.say(Signal::Open).await;
        bench.say(Signal::Beat(Beat::default())).await;
        assert_eq!(bench.turn().await.1, Status::Healthy);
        // The runtime gets to nothing for most of every second: each wake is late, none by as much
        // as a sleep.
        for _ in 0..60 {
            tokio::time::sleep(SECOND).await;
            bench.say(Signal::Beat(Beat::default())).await;
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
            bench.say(late).await;
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
            assert_eq!(seen.lag.strain, Some(Strain::Late));
            assert!(seen.lag.max_wake >= SECOND * 6 / 10, "{:?}", seen.lag);
        }
        let calm = bench.clock.now().since_start();
        let (at, status) = bench.turn().await;
        assert_eq!(status, Status::Warning);
        assert!(at >= calm + 9 * SECOND, "{at:?}");
        assert_eq!(
            told(&bench),
            [What::Strained(Some(Strain::Late)), What::Strained(None)]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn what_this_machine_lacks_holds_the_verdict() {
        let mut bench = bench();
        bench.say(Signal::Open).await;
        bench.say(Signal::Beat(Beat::default())).await;
        assert_eq!(bench.turn().await.1, Status::Healthy);
        for _ in 0..10 {
            tokio::time::sleep(5 * SECOND).await;
            let failure = Failure::Local { lack: Lack::Files };
            bench
                .say(Signal::Failed {
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
            bench.snapshots.borrow().lag.strain,
            Some(Strain::Lack(Lack::Files))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_runtime_that_stood_still_blames_nobody() {
        let mut bench = bench();
        bench.say(Signal::Open).await;
        bench.say(Signal::Beat(Beat::default())).await;
        assert_eq!(bench.turn().await.1, Status::Healthy);
        // Time passes at once and nothing else runs: the loop wakes an hour after it meant to.
        tokio::time::advance(3600 * SECOND).await;
        let woke = bench.clock.now().since_start();
        assert_eq!(bench.turn().await, (woke + 11 * SECOND, Status::Warning));
    }
}
