//! Plays an operator's week in simulated time through pace and model: restarts, sleep, outages of
//! the resolver, flapping. Pure, so that a week takes a second.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::pace::{Confirmation, LastAttempt, Pace};
use super::plan::Backoff;
use crate::model::{
    Beat, Cause, ChangeKind, Event, Failure, Fleet, Gap, Kind, LocalLimit, Meta, Moment,
    Observation, Policy, Reason, Rhythm, SelfStats, Signal, Stage, Status, TargetId, Text,
};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);
/// Running time of a day. The laptop sleeps for the other 8 hours.
const DAY: Duration = Duration::from_secs(16 * 3600);
const NIGHT: Duration = Duration::from_secs(8 * 3600);
const WEEK: Duration = Duration::from_secs(7 * 16 * 3600);

/// Whether a target answers at a moment.
type TargetBehavior = fn(Moment) -> Result<(), Failure>;

struct SimulatedTarget {
    id: TargetId,
    policy: Arc<Policy>,
    pace: Pace,
    answer: TargetBehavior,
    state: SimulatedState,
}

enum SimulatedState {
    /// The next attempt is due then.
    Waiting(Moment),
    /// A subscription is open. Its next heartbeat, or the loss of its connection, is then.
    Open(Moment),
}

fn at(time: Duration) -> Moment {
    Moment::after_start(time)
}

fn time_of_day(now: Moment) -> Duration {
    Duration::from_secs_f64(now.since_start().as_secs_f64() % DAY.as_secs_f64())
}

fn refused() -> Failure {
    Failure::Refused { peer: None }
}

/// Returns what the machine lacks: a name server for ten minutes on the second day, and for 5 s
/// after each night.
fn lacks_network(now: Moment) -> Option<LocalLimit> {
    let outage = at(DAY + 3 * HOUR);
    let is_outage = now >= outage && now < outage.plus(600 * SECOND);
    let just_woke = now.since_start() > DAY && time_of_day(now) < 5 * SECOND;
    (is_outage || just_woke).then_some(LocalLimit::NameServer)
}

/// Is restarted every hour, which takes 0.2 to 4 s.
fn restarts(now: Moment) -> Result<(), Failure> {
    let hours = now.since_start().as_secs() / 3600;
    let away = Duration::from_millis(200 + hours * 37 % 3800);
    let since = Duration::from_secs_f64(now.since_start().as_secs_f64() % 3600.0)
        .saturating_sub(1799 * SECOND + SECOND * 9 / 10);
    if !since.is_zero() && since < away {
        Err(refused())
    } else {
        Ok(())
    }
}

/// Is down for 3 s every 20 s.
fn flaps(now: Moment) -> Result<(), Failure> {
    if now.since_start().as_secs() % 20 < 3 {
        Err(refused())
    } else {
        Ok(())
    }
}

/// Is down for two hours on the fourth day.
fn is_down(now: Moment) -> Result<(), Failure> {
    let began = at(3 * DAY + 4 * HOUR);
    if now >= began && now < began.plus(2 * HOUR) {
        Err(refused())
    } else {
        Ok(())
    }
}

impl SimulatedTarget {
    fn new(id: u32, rhythm: Rhythm, interval: Duration, answer: TargetBehavior) -> SimulatedTarget {
        let policy = Policy::with_interval(rhythm, interval);
        let confirmation = Confirmation {
            failures: 2,
            after: policy.confirm,
            is_awaited: false,
        };
        let pace = Pace::new(
            rhythm,
            interval,
            Backoff::default(),
            confirmation,
            Moment::START,
        );
        SimulatedTarget {
            id: TargetId(id),
            policy: Arc::new(policy),
            pace,
            answer,
            state: SimulatedState::Waiting(Moment::START),
        }
    }

    fn due(&self) -> Moment {
        match self.state {
            SimulatedState::Waiting(due) | SimulatedState::Open(due) => due,
        }
    }

    /// Opens a connection at `now`. It lasts until its next heartbeat, or until it is lost, to a
    /// fifth of a second.
    fn listen(&mut self, now: Moment) {
        let next = now.plus(self.policy.interval);
        let fifths = u64::try_from(self.policy.interval.as_millis() / 200).unwrap();
        let mut moments = (1..fifths).map(|fifth| now.plus(Duration::from_millis(fifth * 200)));
        self.state = SimulatedState::Open(
            moments
                .find(|moment| (self.answer)(*moment).is_err())
                .unwrap_or(next),
        );
    }

    /// Makes every answer carry the time of the start.
    fn frozen(mut self) -> SimulatedTarget {
        let policy = Arc::make_mut(&mut self.policy);
        (policy.timestamped, policy.max_age) = (true, Some(120 * SECOND));
        self
    }

    fn beat(&self, now: Moment) -> Beat {
        let beat = Beat {
            latency: Some(SECOND / 50),
            ..Beat::default()
        };
        if !self.policy.timestamped {
            return beat;
        }
        let delta = SignedDuration::try_from(now.since_start()).ok();
        Beat {
            delta,
            sent: Some(Timestamp::UNIX_EPOCH),
            ..beat
        }
    }

    /// Does what is due at `now`.
    fn act(&mut self, now: Moment, fleet: &mut Fleet) {
        let say = |fleet: &mut Fleet, signal| {
            fleet.observe(Observation {
                target: self.id,
                at: now,
                signal,
                connection: None,
            })
        };
        let result = match self.state {
            SimulatedState::Open(..) => (self.answer)(now).map_err(|_| Failure::Reset {
                stage: Stage::Listening,
            }),
            SimulatedState::Waiting(_) => {
                say(
                    fleet,
                    Signal::Attempt {
                        delay: Duration::ZERO,
                        skipped: 0,
                    },
                );
                lacks_network(now)
                    .map_or_else(|| (self.answer)(now), |limit| Err(Failure::Local { limit }))
            }
        };
        let beat = Signal::Beat(self.beat(now));
        match (result, &self.state, self.policy.rhythm) {
            (Ok(()), SimulatedState::Waiting(_), Rhythm::Subscription) => {
                say(fleet, Signal::Open);
                self.listen(now);
            }
            (Ok(()), SimulatedState::Open(..), _) => {
                say(fleet, beat);
                self.pace.reset();
                self.listen(now);
            }
            (Ok(()), SimulatedState::Waiting(_), Rhythm::Poll) => {
                say(fleet, beat);
                self.rest(now, false, fleet);
            }
            (Err(failure), ..) => {
                say(
                    fleet,
                    Signal::Failed {
                        failure,
                        evidence: None,
                        latency: None,
                        ended: true,
                    },
                );
                self.rest(now, true, fleet);
            }
        }
    }

    fn rest(&mut self, now: Moment, failed: bool, fleet: &mut Fleet) {
        let ended = LastAttempt {
            started: now,
            now,
            beat: !failed,
            failed,
            hint: None,
        };
        let until = self.pace.next(ended, fastrand::f64()).at;
        fleet.observe(Observation {
            target: self.id,
            at: now,
            signal: Signal::Wait { until, asked: None },
            connection: None,
        });
        self.state = SimulatedState::Waiting(until);
    }
}

/// A change of status: time, target, new status and cause.
type StatusChange = (Moment, TargetId, Status, Option<Reason>);

/// Plays the week; returns every change of status in order. The jitter is the same in every run: a
/// rare restart just before a heartbeat, with long delays, keeps a subscription silent for two
/// intervals and the grace, which is an error.
fn run_week(mut targets: Vec<SimulatedTarget>) -> Vec<StatusChange> {
    fastrand::seed(7);
    let mut fleet = Fleet::new();
    for target in &targets {
        let text = Text::clean("one");
        let meta = Meta {
            address: text.clone(),
            ..Meta::new(text, Kind::Http)
        };
        fleet.add(
            Moment::START,
            target.id,
            Arc::new(meta),
            Arc::clone(&target.policy),
            false,
        );
    }
    let mut turns = Vec::new();
    let (mut read, mut step) = (0, 0_u64);
    let mut night = at(DAY);
    while let Some(target) = targets.iter_mut().min_by_key(|target| target.due()) {
        let due = target
            .due()
            .min(fleet.deadline().unwrap_or(Moment::FAR))
            .min(night);
        if due > at(WEEK) {
            break;
        }
        if due == night {
            fleet.apply_gap(
                night,
                &Gap {
                    slept: NIGHT,
                    ..Gap::default()
                },
            );
            night = night.plus(DAY);
        } else if target.due() == due {
            target.act(due, &mut fleet);
        }
        fleet.advance(due);
        step += 1;
        if step % 256 == 0 {
            read = collect_changes(&mut fleet, read, &mut turns);
        }
    }
    collect_changes(&mut fleet, read, &mut turns);
    turns
}

/// Appends the changes of status from number `read` on; returns the number of the next change.
fn collect_changes(fleet: &mut Fleet, mut read: u64, turns: &mut Vec<StatusChange>) -> u64 {
    let snapshot = fleet.snapshot(Moment::START, Timestamp::UNIX_EPOCH, SelfStats::default());
    let (lost, changes) = snapshot.changes_since(read);
    assert_eq!(lost, 0);
    for change in changes {
        read = change.seq + 1;
        if let ChangeKind::Target {
            id,
            event: Event::Transition { to, cause, .. },
            ..
        } = &change.kind
        {
            turns.push((change.at, *id, *to, cause.as_deref().map(Cause::reason)));
        }
    }
    read
}

#[test]
fn everyday_trouble_is_no_error_and_has_its_cause() {
    const MINUTE: Duration = Duration::from_secs(60);
    let turns = run_week(vec![
        SimulatedTarget::new(0, Rhythm::Poll, 15 * SECOND, restarts),
        SimulatedTarget::new(1, Rhythm::Subscription, 30 * SECOND, restarts),
        SimulatedTarget::new(2, Rhythm::Poll, 10 * SECOND, flaps),
        SimulatedTarget::new(3, Rhythm::Poll, MINUTE, is_down),
        SimulatedTarget::new(4, Rhythm::Subscription, 30 * SECOND, is_down),
        SimulatedTarget::new(5, Rhythm::Poll, 15 * SECOND, |_| Ok(())).frozen(),
    ]);
    let errors: Vec<StatusChange> = turns
        .iter()
        .filter(|(.., status, _)| *status == Status::Error)
        .copied()
        .collect();
    let began = at(3 * DAY + 4 * HOUR);
    let (frozen, down): (Vec<StatusChange>, Vec<StatusChange>) =
        errors.iter().partition(|(_, id, ..)| id.0 == 5);
    for (when, _, _, reason) in &frozen {
        assert_eq!(
            (*reason, *when <= at(3 * MINUTE)),
            (Some(Reason::Assertion), true),
            "{frozen:?}"
        );
    }
    for (when, id, _, reason) in &down {
        assert!(
            [3, 4].contains(&id.0) && *reason == Some(Reason::Refused),
            "{errors:?}"
        );
        // Noticed within the interval, and confirmed 5 s later.
        assert!(
            *when >= began.plus(5 * SECOND) && *when <= began.plus(MINUTE + 6 * SECOND),
            "{errors:?}"
        );
    }
    assert_eq!((down.len(), frozen.len()), (2, 1), "{errors:?}");
    for (when, id, status, reason) in &turns {
        let is_cause = match id.0 {
            5 => *reason == Some(Reason::Assertion),
            _ => matches!(reason, Some(Reason::Refused | Reason::Reset)),
        };
        match status {
            Status::Warning | Status::Error => {
                assert!(is_cause, "{when:?} {id:?} {status:?} {reason:?}")
            }
            // For as long as it could not be judged.
            Status::Unknown => assert_eq!(*reason, Some(Reason::Dns), "{when:?} {id:?}"),
            Status::Healthy | Status::Paused => assert_eq!(*reason, None, "{when:?} {id:?}"),
        }
    }
    assert!(
        turns
            .iter()
            .any(|(_, id, status, _)| id.0 == 0 && *status == Status::Warning),
        "restarts are seen"
    );
    assert!(
        turns
            .iter()
            .any(|(.., status, _)| *status == Status::Unknown),
        "ten minutes are too long to stand"
    );
}
