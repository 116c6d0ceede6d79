//! What a sender's timestamp makes of a heartbeat: a latency, or a failure because it is too old.

use std::time::Duration;

use jiff::SignedDuration;

use super::facts::Facts;
use super::policy::{Policy, Rhythm};
use super::sender_clock::SenderClock;
use super::status::{Quality, Status};
use crate::model::outcome::failure::Failure;
use crate::model::outcome::fault::Assertion;
use crate::model::outcome::recent::OutcomeKind;
use crate::model::outcome::signal::{Beat, Push, PushSignal, Signal};
use crate::model::text::Text;
use crate::model::time::moment::Moment;

/// A quality is shown only if this many latest outcomes are heartbeats.
const QUALITY_OUTCOMES: usize = 3;

impl Facts {
    /// Applies the timestamp of a heartbeat before it is observed. The result has a latency, or is
    /// a failure if the timestamp is too old.
    pub fn apply_timestamp(&mut self, at: Moment, signal: Signal, policy: &Policy) -> Signal {
        match signal {
            Signal::Beat(beat) if policy.timestamped => {
                self.latch_trouble(at, policy);
                // The timestamp can show that the sender's clock is wrong.
                self.set_calm_until(Moment::START);
                let (beat, failure) = with_latency(&mut self.sender_clock, at, beat, policy);
                match failure {
                    Some(failure) => Signal::Failed {
                        failure,
                        evidence: None,
                        latency: beat.latency,
                        ended: false,
                    },
                    None => Signal::Beat(beat),
                }
            }
            Signal::Pong { rtt } if policy.timestamped => {
                self.sender_clock.round_trip(at, rtt);
                Signal::Pong { rtt }
            }
            Signal::Pushed(push) => {
                Signal::Pushed(Box::new(self.apply_push_timestamp(at, *push, policy)))
            }
            signal => signal,
        }
    }

    /// Applies the timestamp of a pushed heartbeat. Each instance has its own clock.
    pub(in crate::model) fn apply_push_timestamp(
        &mut self,
        at: Moment,
        push: Push,
        policy: &Policy,
    ) -> Push {
        let Push {
            signal: PushSignal::Beat { beat, available },
            run,
            instance,
            evidence,
        } = push
        else {
            return push;
        };
        if !policy.timestamped || !self.admits_instance(instance.as_ref(), policy) {
            return Push {
                signal: PushSignal::Beat { beat, available },
                run,
                instance,
                evidence,
            };
        }
        self.latch_trouble(at, policy);
        self.set_calm_until(Moment::START);
        let own = instance.as_ref().filter(|_| policy.instances.is_some());
        let clock = match own {
            Some(id) => self.registry().sender_clock(id),
            None => &mut self.sender_clock,
        };
        let (beat, failure) = with_latency(clock, at, beat, policy);
        let signal = match failure {
            Some(failure) => PushSignal::Failed(failure),
            None => PushSignal::Beat { beat, available },
        };
        Push {
            signal,
            run,
            instance,
            evidence,
        }
    }

    /// Judges the clock of an instance after its heartbeat.
    pub(in crate::model) fn judge_instance_clock(&mut self, id: &Text, policy: &Policy) {
        if policy.timestamped
            && let Some(finding) = self.registry().sender_clock(id).finding(policy)
        {
            self.registry().record_clock_finding(id, finding);
        }
    }

    /// Returns the skew of the sender that was heard last.
    pub(in crate::model) fn shown_skew(&self) -> Option<SignedDuration> {
        self.last_sender_clock().skew()
    }

    /// Returns whether latencies are differences between whole seconds.
    pub(in crate::model) fn has_whole_seconds(&self, policy: &Policy) -> bool {
        policy.timestamped
            && policy.rhythm == Rhythm::Subscription
            && self.last_sender_clock().has_whole_seconds()
    }

    /// Returns the quality as shown, and the previous one.
    pub(in crate::model) fn quality(&self, policy: &Policy) -> (Quality, Option<Quality>) {
        let measured = self.latencies.quality();
        let before = self.latencies.quality_before();
        let mut last = self.row.recent.iter().rev().take(QUALITY_OUTCOMES);
        let is_known = self.row.status != Status::Error
            && last.all(|outcome| outcome.what == OutcomeKind::Beat)
            && !self.has_whole_seconds(policy);
        match measured {
            _ if is_known => (measured, before),
            Quality::Unknown => (Quality::Unknown, before),
            _ => (Quality::Unknown, Some(measured)),
        }
    }

    fn last_sender_clock(&self) -> &SenderClock {
        self.instances
            .as_ref()
            .and_then(|registry| registry.last_sender_clock())
            .unwrap_or(&self.sender_clock)
    }
}

/// Returns the heartbeat with its latency, and the failure if its timestamp is too old.
fn with_latency(
    clock: &mut SenderClock,
    at: Moment,
    beat: Beat,
    policy: &Policy,
) -> (Beat, Option<Failure>) {
    let reading = clock.read_beat(at, &beat);
    let is_stale = |(age, limit): &(Duration, Duration)| age > limit;
    let stale = reading.age.zip(policy.max_age).filter(is_stale);
    let failure = stale.map(|(age, limit)| Failure::Assertion(Assertion::Stale { age, limit }));
    let latency = beat
        .latency
        .or(reading.latency.filter(|_| failure.is_none()));
    (
        Beat {
            latency,
            delta: None,
            ..beat
        },
        failure,
    )
}
