//! `thresholds.recover`: trouble lasts until enough consecutive good heartbeats end it.

use super::finding::Finding;
use super::memory::GoodStreak;
use super::status::{Cause, Status};

/// Latched trouble. To leave a status, `recover` consecutive heartbeats must be better than it.
/// After failures, slow heartbeats therefore improve the status from error to warning, and only
/// fast ones to healthy.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::model) struct Recovery {
    warning: Latch,
    error: Latch,
}

/// The newest trouble of at least one status, and the consecutive good heartbeats since. Without
/// trouble none are counted, so that a state does not change with every heartbeat.
#[derive(Clone, Debug, Default, PartialEq)]
struct Latch {
    trouble: Option<Box<Finding>>,
    streak: u32,
}

impl Recovery {
    /// Latches a finding.
    pub(crate) fn latch(&mut self, trouble: Finding) {
        if trouble.status >= Status::Error {
            self.error = Latch {
                trouble: Some(Box::new(trouble.clone())),
                streak: 0,
            };
        }
        self.warning = Latch {
            trouble: Some(Box::new(trouble)),
            streak: 0,
        };
    }

    /// Replaces the cause of latched trouble by a newer one.
    pub(crate) fn update_cause(&mut self, cause: &Cause) {
        for latch in [&mut self.warning, &mut self.error] {
            if let Some(trouble) = &mut latch.trouble {
                trouble.cause = cause.clone();
            }
        }
    }

    /// Returns whether any trouble is latched.
    pub(crate) const fn is_latched(&self) -> bool {
        self.warning.trouble.is_some()
    }

    /// Latches trouble of an earlier run, with the good heartbeats since.
    pub(crate) fn restore(&mut self, trouble: Finding, good: GoodStreak) {
        self.latch(trouble);
        self.error.streak = good.below_error;
        self.warning.streak = good.below_warning;
    }

    pub(crate) const fn good_streak(&self) -> GoodStreak {
        GoodStreak {
            below_error: self.error.streak,
            below_warning: self.warning.streak,
        }
    }

    /// Records a heartbeat, with the status that its latency makes.
    pub(crate) fn record_beat(&mut self, latency: Option<Status>, recover: u32) {
        for (level, latch) in [
            (Status::Warning, &mut self.warning),
            (Status::Error, &mut self.error),
        ] {
            if latch.trouble.is_none() {
                continue;
            }
            let is_good = latency.is_none_or(|status| status < level);
            latch.streak = if is_good {
                latch.streak.saturating_add(1)
            } else {
                0
            };
            if latch.streak >= recover {
                *latch = Latch::default();
            }
        }
    }

    /// Records a failure, a miss or a slow measurement: good heartbeats are counted from 0 again.
    pub(crate) fn reset_streaks(&mut self) {
        self.warning.streak = 0;
        self.error.streak = 0;
    }

    /// Returns the latched findings, each with the status that it keeps.
    pub(crate) fn latched(&self) -> impl Iterator<Item = Finding> {
        [
            (Status::Warning, &self.warning),
            (Status::Error, &self.error),
        ]
        .into_iter()
        .filter_map(|(status, latch)| {
            latch.trouble.as_deref().map(|trouble| Finding {
                status,
                ..trouble.clone()
            })
        })
    }
}
