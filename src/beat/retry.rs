//! Retries of one heartbeat and the time of the next. Pure: the caller passes time and randomness.

use std::time::Duration;

use http::StatusCode;

use crate::engine::Backoff;
use crate::model::{Failure, Moment, Reason};

/// Time limit of one attempt, from the name lookup to the response.
pub(super) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// The result of an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SendFailure {
    /// The receiver rejected the heartbeat and would reject it again.
    Refused,
    /// A retry may work. `hint`: the minimum delay before it (`Retry-After`).
    Failed { hint: Option<Duration> },
}

/// The attempts of one heartbeat, with backoff, until it is accepted or rejected or the time is up.
#[derive(Debug)]
pub(super) struct RetrySchedule {
    backoff: Backoff,
    until: Moment,
    failures: u32,
}

impl RetrySchedule {
    pub(super) fn new(now: Moment, limit: Duration) -> RetrySchedule {
        RetrySchedule {
            backoff: Backoff::default(),
            until: now.plus(limit),
            failures: 0,
        }
    }

    /// Returns the time limit of an attempt that starts now.
    pub(super) fn limit(&self, now: Moment) -> Duration {
        self.until.since(now).min(ATTEMPT_TIMEOUT)
    }

    /// Returns the start of the next attempt, or `None` if there is none. A hint is never
    /// shortened: if it exceeds the remaining time, there is no further attempt. `random` in 0..1
    /// sets the jitter.
    pub(super) fn next_attempt(
        &mut self,
        now: Moment,
        end: SendFailure,
        random: f64,
    ) -> Option<Moment> {
        let SendFailure::Failed { hint } = end else {
            return None;
        };
        let delay = match hint {
            Some(hint) => hint.max(self.backoff.initial),
            None => self.backoff.delay(self.failures, random),
        };
        self.failures = self.failures.saturating_add(1);
        Some(now.plus(delay)).filter(|at| *at < self.until)
    }
}

impl SendFailure {
    /// Returns the minimum delay that the receiver asked for.
    pub(super) fn hint(self) -> Option<Duration> {
        match self {
            SendFailure::Refused => None,
            SendFailure::Failed { hint } => hint,
        }
    }

    /// Classifies a failure without a response. A certificate that is not trusted stays so.
    pub(super) const fn without_answer(failure: &Failure) -> SendFailure {
        match failure.reason() {
            Reason::Certificate => SendFailure::Refused,
            _ => SendFailure::Failed { hint: None },
        }
    }

    /// Classifies a status that is not 2xx. 5xx, 408 and 429 may change; other statuses are final.
    pub(super) fn of(status: StatusCode, hint: Option<Duration>) -> SendFailure {
        let may_change = status.is_server_error()
            || matches!(
                status,
                StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS
            );
        if may_change {
            SendFailure::Failed { hint }
        } else {
            SendFailure::Refused
        }
    }
}

/// Returns when the next heartbeat is due: at the next multiple of `interval` after `first`, but at
/// least `least` after `began`, the start of the previous heartbeat.
pub fn next_due(
    first: Moment,
    interval: Duration,
    least: Duration,
    began: Moment,
    now: Moment,
) -> Moment {
    let steps = now.since(first).as_nanos() / interval.as_nanos().max(1) + 1;
    let steps = u32::try_from(steps).unwrap_or(u32::MAX);
    first
        .plus(interval.saturating_mul(steps))
        .max(began.plus(least))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const FAILED: SendFailure = SendFailure::Failed { hint: None };

    fn at(seconds: f64) -> Moment {
        Moment::after_start(Duration::from_secs_f64(seconds))
    }

    #[test]
    fn failures_are_tried_again_with_backoff_until_the_time_is_up() {
        let mut course = RetrySchedule::new(at(0.0), 60 * SECOND);
        let mut now = at(0.0);
        let mut tries = vec![0];
        while let Some(again) = course.next_attempt(now, FAILED, 0.999_999) {
            now = again;
            tries.push(now.since_start().as_secs_f64().round() as u64);
        }
        assert_eq!(tries, [0, 1, 3, 7, 15, 31]);
    }

    #[test]
    fn hints_are_obeyed_to_the_letter() {
        let hint = |seconds: f64| SendFailure::Failed {
            hint: Some(Duration::from_secs_f64(seconds)),
        };
        let mut course = RetrySchedule::new(at(0.0), 60 * SECOND);
        assert_eq!(
            course.next_attempt(at(0.0), hint(30.0), 0.1),
            Some(at(30.0))
        );
        assert_eq!(
            course.next_attempt(at(30.0), hint(0.0), 0.1),
            Some(at(31.0)),
            "never at once"
        );
        assert_eq!(
            course.next_attempt(at(31.0), hint(30.0), 0.1),
            None,
            "no time is left then"
        );
        assert_eq!(
            course.next_attempt(
                at(31.0),
                SendFailure::Failed {
                    hint: Some(Duration::MAX)
                },
                0.1
            ),
            None
        );
    }

    #[test]
    fn a_refusal_is_final() {
        assert_eq!(
            RetrySchedule::new(at(0.0), 60 * SECOND).next_attempt(
                at(0.0),
                SendFailure::Refused,
                0.5
            ),
            None
        );
        for (status, end) in [
            (400, SendFailure::Refused),
            (401, SendFailure::Refused),
            (404, SendFailure::Refused),
            (301, SendFailure::Refused),
            (408, FAILED),
            (429, FAILED),
            (500, FAILED),
            (503, FAILED),
        ] {
            assert_eq!(
                SendFailure::of(StatusCode::from_u16(status).unwrap(), None),
                end,
                "{status}"
            );
        }
    }

    #[test]
    fn an_attempt_has_its_limit_and_what_is_left() {
        let course = RetrySchedule::new(at(5.0), 60 * SECOND);
        assert_eq!(course.limit(at(5.0)), ATTEMPT_TIMEOUT);
        assert_eq!(course.limit(at(62.0)), 3 * SECOND);
        assert_eq!(course.limit(at(99.0)), Duration::ZERO);
    }

    #[test]
    fn heartbeats_keep_to_their_grid_and_their_distance() {
        let next = |began, now| next_due(at(3.0), 30 * SECOND, 10 * SECOND, at(began), at(now));
        assert_eq!(next(3.0, 3.1), at(33.0));
        assert_eq!(next(33.2, 34.0), at(63.0));
        assert_eq!(next(60.0, 62.0), at(70.0), "late ones keep the distance");
        assert_eq!(
            next(33.0, 99.0),
            at(123.0),
            "what was passed over is not made up for"
        );
        assert!(next_due(at(0.0), Duration::ZERO, SECOND, at(9.0), at(9.0)) >= at(10.0));
    }
}
