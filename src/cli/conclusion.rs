//! The verdict of a run on each monitor at its end. A monitor that could not be judged is never
//! healthy.

use std::sync::Arc;

use super::exit::Ending;
use super::progress::Goal;
use crate::model::{Cause, Counts, Failure, Moment, Row, Snapshot, Status};
use crate::report::blind::UnjudgedReason;

/// The end of a run, for its reports and its exit code.
pub(super) struct Conclusion {
    pub snapshot: Arc<Snapshot>,
    /// Indexes of the rows that the run could not judge, and why.
    pub unjudged: Vec<(usize, UnjudgedReason)>,
    /// Number of monitors with failures that the run had no time to confirm.
    unconfirmed: usize,
    /// The run ends when its monitors are done.
    is_bounded: bool,
    ending: Ending,
}

/// The verdict on one monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judgement {
    /// Its status is the verdict.
    Stands,
    /// It failed often enough, and no further attempt follows.
    Failed,
    /// It fails, but the run ended before that was confirmed.
    Unconfirmed,
    Unjudged(UnjudgedReason),
}

impl Conclusion {
    /// Judges every monitor. `goal`: what the run waited for; `None` for a run that has no end.
    /// `began`: the start of the run.
    pub(super) fn of(
        snapshot: &Arc<Snapshot>,
        goal: Option<Goal>,
        ending: Ending,
        began: Moment,
    ) -> Conclusion {
        let judgements: Vec<Judgement> = snapshot
            .rows
            .iter()
            .map(|row| judge(row, goal, ending))
            .collect();
        let unjudged =
            judgements
                .iter()
                .enumerate()
                .filter_map(|(place, judgement)| match judgement {
                    Judgement::Unjudged(why) => Some((place, *why)),
                    _ => None,
                });
        let unconfirmed = judgements
            .iter()
            .filter(|judgement| **judgement == Judgement::Unconfirmed)
            .count();
        let unjudged: Vec<_> = unjudged.collect();
        let shown = if judgements
            .iter()
            .all(|judgement| *judgement == Judgement::Stands)
        {
            Arc::clone(snapshot)
        } else {
            Arc::new(concluded(snapshot, &judgements, began))
        };
        let is_bounded = matches!(goal, Some(Goal::Settled | Goal::Outcomes(_)));
        Conclusion {
            snapshot: shown,
            unjudged,
            unconfirmed,
            is_bounded,
            ending,
        }
    }

    /// Returns how the run ended in view of its verdicts. A deadline that left no monitor open is a
    /// regular end.
    pub(super) const fn ending(&self) -> Ending {
        let is_complete = self.unjudged.is_empty() && self.unconfirmed == 0;
        match self.ending {
            Ending::Deadline if is_complete => Ending::Complete,
            Ending::Deadline => Ending::Undecided,
            Ending::Complete if self.is_bounded && !is_complete => Ending::Undecided,
            ending => ending,
        }
    }

    /// Returns whether the run was ended before it could judge.
    pub(super) const fn is_interrupted(&self) -> bool {
        matches!(self.ending, Ending::Signal(_) | Ending::EngineDied)
    }
}

fn judge(row: &Row, goal: Option<Goal>, ending: Ending) -> Judgement {
    if row.status == Status::Paused {
        return Judgement::Stands;
    }
    if let Some(limit) = row.local_limit {
        return Judgement::Unjudged(UnjudgedReason::LocalLimit(limit));
    }
    match goal {
        None | Some(Goal::Better(_)) if row.is_restored() => {
            Judgement::Unjudged(UnjudgedReason::RunEnded)
        }
        None | Some(Goal::Better(_)) => Judgement::Stands,
        Some(Goal::Outcomes(count)) if row.all_outcomes() >= u64::from(count) => after_all(row),
        Some(Goal::Settled | Goal::Outcomes(_)) if row.settled => Judgement::Stands,
        Some(Goal::Settled | Goal::Outcomes(_)) => {
            let fails = row.failures > 0 && row.consecutive_failures > 0;
            let is_over = matches!(ending, Ending::Complete | Ending::Deadline);
            // A signal says nothing about the targets.
            if fails && is_over {
                Judgement::Unconfirmed
            } else {
                Judgement::Unjudged(UnjudgedReason::RunEnded)
            }
        }
    }
}

/// Judges a monitor after all attempts of `probe -n`: no further attempt can confirm a failure.
fn after_all(row: &Row) -> Judgement {
    let limit = row
        .policy
        .failures
        .error
        .filter(|_| row.consecutive_failures > 0);
    match row.status {
        Status::Error => Judgement::Stands,
        _ if limit.is_some_and(|limit| row.beats == 0 || row.consecutive_failures >= limit) => {
            Judgement::Failed
        }
        Status::Unknown => Judgement::Unjudged(UnjudgedReason::RunEnded),
        _ => Judgement::Stands,
    }
}

fn concluded(snapshot: &Snapshot, judgements: &[Judgement], began: Moment) -> Snapshot {
    let rows = snapshot
        .rows
        .iter()
        .zip(judgements)
        .map(|(row, judgement)| match judgement {
            Judgement::Stands => Arc::clone(row),
            Judgement::Failed => Arc::new(failed(row)),
            Judgement::Unconfirmed => Arc::new(unsettled(failed(row))),
            Judgement::Unjudged(_) => Arc::new(unsettled(unjudged(row, began))),
        });
    let snapshot = Snapshot {
        rows: rows.collect(),
        ..snapshot.clone()
    };
    let mut counts = Counts::default();
    snapshot
        .rows
        .iter()
        .for_each(|row| *counts.slot(row.status) += 1);
    let settled = snapshot.rows.iter().filter(|row| row.settled).count();
    Snapshot {
        counts,
        settled,
        ..snapshot
    }
}

/// Returns a row in error because of its failures so far.
fn failed(row: &Row) -> Row {
    let mut row = row.clone();
    let last = row.last_failure.as_deref().cloned();
    if let Some((at, failure)) = last {
        row.since = if row.status == Status::Warning {
            row.since
        } else {
            at
        };
        row.cause = Some(Cause::Failure(failure));
    }
    row.status = Status::Error;
    row
}

/// Returns a row without a verdict of this run. An error stays, and so does a warning of this run.
/// A good status, or one from an earlier run, becomes unknown. If this machine lacks a resource,
/// that may have caused the earlier failures too.
fn unjudged(row: &Row, began: Moment) -> Row {
    let mut row = row.clone();
    let is_warned =
        row.status == Status::Warning && !row.is_restored() && row.local_limit.is_none();
    if row.status == Status::Error || is_warned {
        return row;
    }
    if row.status != Status::Unknown {
        row.status = Status::Unknown;
        row.since = began;
    }
    row.cause = row
        .local_limit
        .map(|limit| Cause::Failure(Failure::Local { limit }));
    row
}

fn unsettled(mut row: Row) -> Row {
    row.settled = false;
    row
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::cli::exit::ProcessSignal;
    use crate::model::{
        ChangeRing, Kind, LocalLimit, Meta, Policy, Reason, Rhythm, SelfStats, TargetId, Text,
    };
    use std::time::Duration;

    const SETTLED: Option<Goal> = Some(Goal::Settled);
    const TWICE: Option<Goal> = Some(Goal::Outcomes(2));
    const TIME: Judgement = Judgement::Unjudged(UnjudgedReason::RunEnded);

    fn row(status: Status, [beats, failures, in_a_row]: [u32; 3], settled: bool) -> Row {
        let name = Text::clean("a");
        let address = Text::default();
        let meta = Meta {
            address,
            ..Meta::new(name, Kind::Http)
        };
        let policy = Policy::with_interval(Rhythm::Poll, Duration::from_secs(1));
        let mut row = Row::new(TargetId(0), Arc::new(meta), Arc::new(policy));
        row.status = status;
        row.settled = settled;
        (row.beats, row.failures, row.consecutive_failures) =
            (beats.into(), failures.into(), in_a_row);
        row
    }

    #[test]
    fn what_was_not_decided_is_no_verdict() {
        use Ending::{Complete, Deadline};
        use Judgement::{Failed, Stands, Unconfirmed};
        use Status::{Error, Healthy, Paused, Unknown, Warning};
        let interrupt = Ending::Signal(ProcessSignal::Interrupt);
        let table = [
            (row(Healthy, [1, 0, 0], true), SETTLED, Complete, Stands),
            (row(Error, [0, 2, 2], true), SETTLED, Complete, Stands),
            (row(Paused, [0, 0, 0], false), SETTLED, Complete, Stands),
            (row(Unknown, [0, 0, 0], false), SETTLED, Deadline, TIME),
            // Known from an earlier run only.
            (row(Healthy, [0, 0, 0], false), SETTLED, Deadline, TIME),
            (row(Warning, [0, 0, 0], false), SETTLED, Deadline, TIME),
            (row(Error, [0, 0, 0], false), SETTLED, Deadline, TIME),
            (row(Healthy, [0, 0, 0], false), None, Complete, TIME),
            // Recovering, but not healthy yet.
            (row(Warning, [1, 1, 0], false), SETTLED, Deadline, TIME),
            (
                row(Warning, [0, 1, 1], false),
                SETTLED,
                Deadline,
                Unconfirmed,
            ),
            (row(Warning, [0, 1, 1], false), SETTLED, interrupt, TIME),
            (row(Warning, [0, 1, 1], false), None, Complete, Stands),
            (row(Warning, [0, 1, 1], false), TWICE, Deadline, Unconfirmed),
            (row(Warning, [0, 2, 2], false), TWICE, Complete, Failed),
            (row(Warning, [1, 2, 2], false), TWICE, Complete, Failed),
            (row(Warning, [1, 1, 1], false), TWICE, Complete, Stands),
            (row(Healthy, [1, 0, 0], true), TWICE, Deadline, Stands),
        ];
        for (row, goal, ending, wanted) in table {
            let found = judge(&row, goal, ending);
            assert_eq!(
                found, wanted,
                "{:?} {} {} {goal:?} {ending:?}",
                row.status, row.beats, row.failures
            );
            let limit = LocalLimit::NameServer;
            let mut blind = row;
            blind.local_limit = Some(limit);
            let wanted = if blind.status == Paused {
                Stands
            } else {
                Judgement::Unjudged(UnjudgedReason::LocalLimit(limit))
            };
            assert_eq!(judge(&blind, goal, ending), wanted);
        }
    }

    #[test]
    fn what_is_shown_is_what_the_exit_code_goes_by() {
        let recalled = |status| {
            let mut row = row(status, [0, 0, 0], false);
            row.cause = Some(Cause::Restored {
                reason: Reason::Status,
                message: Text::clean("503"),
            });
            Arc::new(row)
        };
        let mut blind = row(Status::Warning, [0, 1, 1], true);
        blind.local_limit = Some(LocalLimit::NameServer);
        let rows = [
            Arc::new(row(Status::Healthy, [1, 0, 0], true)),
            Arc::new(row(Status::Healthy, [0, 0, 0], false)),
            recalled(Status::Warning),
            recalled(Status::Error),
            Arc::new(row(Status::Warning, [1, 1, 0], false)),
            Arc::new(row(Status::Warning, [0, 1, 1], false)),
            Arc::new(blind),
        ];
        let snapshot = Snapshot {
            at: Moment::START,
            anchor: Timestamp::UNIX_EPOCH,
            rows: rows.into_iter().collect(),
            counts: Counts {
                healthy: 2,
                warning: 4,
                error: 1,
                ..Counts::default()
            },
            settled: 2,
            self_stats: SelfStats::default(),
            changes: ChangeRing::default(),
        };
        let conclusion = Conclusion::of(
            &Arc::new(snapshot),
            SETTLED,
            Ending::Deadline,
            Moment::START,
        );
        let shown: Vec<_> = conclusion
            .snapshot
            .rows
            .iter()
            .map(|row| row.status.as_str())
            .collect();
        assert_eq!(
            shown,
            [
                "healthy", "unknown", "unknown", "error", "warning", "error", "unknown"
            ]
        );
        let counts = Counts {
            healthy: 1,
            warning: 1,
            error: 2,
            unknown: 3,
            paused: 0,
        };
        assert_eq!(
            (conclusion.snapshot.counts, conclusion.snapshot.unsettled()),
            (counts, 6)
        );
        assert_eq!(
            conclusion
                .unjudged
                .iter()
                .map(|(place, _)| *place)
                .collect::<Vec<_>>(),
            [1, 2, 3, 4, 6]
        );
        assert_eq!(conclusion.ending(), Ending::Undecided);
    }
}
