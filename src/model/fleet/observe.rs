//! Records observations of one target, and publishes the events and verdicts that follow.

use std::time::Duration;

use super::change::Event;
use super::change_ring::ChangeLog;
use super::target_state::TargetState;
use crate::model::outcome::signal::{Observation, Push, PushSignal, Signal};
use crate::model::target::instance::InstanceChange;
use crate::model::target::verdict::judge;
use crate::model::time::moment::Moment;

impl TargetState {
    /// Records an observation. What is due before it is judged first. At the same moment, a
    /// heartbeat comes before its deadline, and everything else after it.
    pub(crate) fn observe(&mut self, observation: Observation, log: &mut ChangeLog) {
        if self.is_inactive() {
            return;
        }
        let Observation {
            at,
            signal,
            connection,
            ..
        } = observation;
        let before = match signal {
            Signal::Beat(_) => just_before(at),
            Signal::Pushed(push) => return self.observe_push(at, *push, log),
            _ => at,
        };
        self.advance(before, log);
        if let Some(connection) = connection {
            self.facts.update_connection(
                at,
                *connection,
                matches!(signal, Signal::Open | Signal::Beat(_)),
            );
        }
        let signal = self.facts.apply_timestamp(at, signal, &self.policy);
        let latency = self.facts.observe(at, &signal, &self.policy);
        self.changed = true;
        self.seen = self.seen.max(at);
        let verdict = judge(&self.facts, &self.policy, self.seen);
        let event = match signal {
            Signal::Open => Some(Event::Open),
            Signal::Closed => Some(Event::Close),
            Signal::Beat(beat) => Some(Event::Beat {
                excerpt: beat.excerpt,
                latency,
                status: verdict.status,
            }),
            Signal::Failed { failure, .. } if self.facts.excuses.excuses(at, &failure) => None,
            Signal::Failed {
                failure, evidence, ..
            } => {
                let evidence = self
                    .facts
                    .row
                    .evidence
                    .clone()
                    .filter(|last| Some(last) == evidence.as_ref())
                    .or(evidence);
                Some(Event::Failure {
                    failure: Box::new(failure),
                    evidence,
                    latency,
                })
            }
            Signal::Attempt { .. }
            | Signal::Pong { .. }
            | Signal::Wait { .. }
            | Signal::Pushed(_) => None,
        };
        if let Some(event) = event {
            self.push(at, event, log);
        }
        self.publish(at, verdict, log);
    }

    /// Records a push in the same way.
    fn observe_push(&mut self, at: Moment, push: Push, log: &mut ChangeLog) {
        self.advance(
            if matches!(push.signal, PushSignal::Beat { .. }) {
                just_before(at)
            } else {
                at
            },
            log,
        );
        let push = self.facts.apply_push_timestamp(at, push, &self.policy);
        let Some(effect) = self.facts.record_push(at, &push, &self.policy) else {
            return;
        };
        self.changed = true;
        self.seen = self.seen.max(at);
        let verdict = judge(&self.facts, &self.policy, self.seen);
        let latency = effect.latency;
        let event = match push.signal {
            PushSignal::Start => Event::Start,
            PushSignal::Log(text) => Event::Log { text },
            PushSignal::Beat { beat, .. } => Event::Beat {
                excerpt: beat.excerpt,
                latency,
                status: verdict.status,
            },
            PushSignal::Failed(failure) => {
                let failure = Box::new(failure.of(push.instance.as_ref()));
                Event::Failure {
                    failure,
                    evidence: self.facts.row.evidence.clone(),
                    latency,
                }
            }
        };
        self.push(at, event, log);
        if let Some(id) = push.instance.filter(|_| effect.came_online) {
            self.push(
                at,
                Event::Instance {
                    id,
                    change: InstanceChange::Online,
                },
                log,
            );
        }
        self.publish(at, verdict, log);
    }
}

/// Returns the moment just before `at`: a heartbeat comes before a deadline of the same moment.
fn just_before(at: Moment) -> Moment {
    Moment::after_start(at.since_start().saturating_sub(Duration::from_nanos(1)))
}
