//! `hbmon wait`: watches until every monitor is healthy, or time is up.

use std::sync::Arc;
use std::time::Duration;

use super::args::WaitArgs;
use super::exit::{Ending, ExitPolicy};
use super::headless::{HeadlessOptions, StopCondition};
use super::outputs::{HumanLayout, RunOutputs};
use super::progress::{Goal, Progress};
use super::session::{self, Frontend, Resume, Session};
use super::targets::load_targets;
use super::{CommandError, log, request, runtime};
use crate::model::{Moment, Snapshot, Status};

pub(super) fn run(args: &WaitArgs) -> Result<u8, CommandError> {
    log::start(&args.look, log::TerminalUse::Bounded, &Arc::default())?;
    let outputs = RunOutputs::new(
        &args.report,
        &args.look,
        HumanLayout::Check,
        &Arc::default(),
    )
    .map_err(CommandError::usage)?;
    let request = request::options(&args.request, None)?;
    let watched = load_targets(
        &args.targets,
        &request,
        &args.select,
        &args.look,
        args.report.quiet,
    )?;
    let config = watched.config();
    let origin = watched.origin();
    let plan = watched.plan;
    let bad = args.fail_on.status();
    let stable = args.stable;
    let goal = Goal::Better(bad);
    let options = HeadlessOptions {
        outputs,
        config,
        stop: StopCondition {
            ends_at: Box::new(move |snapshot| {
                stable_at(snapshot, bad, stable).map(|at| (at, Ending::Complete))
            }),
            limit: Some(args.timeout),
            at_limit: Ending::TimeUp,
            needs_reader: false,
        },
        goal: Some(goal),
        progress: Some(Progress::new(&args.report, &args.look, goal)),
        exit: ExitPolicy {
            mode: args.exit.exit_code,
            fail_on: args.fail_on,
        },
    };
    session::block_on(runtime(&plan)?, async {
        Session::new(plan, Resume::fresh())
            .attach(log::journal(&args.look, &origin))
            .run(Frontend::Headless(Box::new(options)))
            .await
            .map_err(CommandError::internal)
    })
}

/// Returns when every monitor will have been better than `bad` for `stable`, if no status changes.
fn stable_at(snapshot: &Snapshot, bad: Status, stable: Duration) -> Option<Moment> {
    let watched = || {
        snapshot
            .rows
            .iter()
            .filter(|row| row.status != Status::Paused)
    };
    let is_well = watched().all(|row| !Goal::Better(bad).is_open(row));
    let since = watched()
        .map(|row| row.since)
        .max()
        .unwrap_or(Moment::START);
    is_well.then(|| since.plus(stable))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::*;
    use crate::model::{
        ChangeRing, Counts, Kind, Meta, Policy, Rhythm, Row, SelfStats, TargetId, Text,
    };

    const SECOND: Duration = Duration::from_secs(1);

    fn at(seconds: u32) -> Moment {
        Moment::after_start(SECOND * seconds)
    }

    fn snapshot(rows: &[(Status, u32)]) -> Snapshot {
        let row = |(status, since): &(Status, u32)| {
            let name = Text::clean("a");
            let address = Text::default();
            let meta = Meta {
                address,
                ..Meta::new(name, Kind::Http)
            };
            let mut row = Row::new(
                TargetId(0),
                Arc::new(meta),
                Arc::new(Policy::with_interval(Rhythm::Poll, SECOND)),
            );
            row.status = *status;
            row.since = at(*since);
            Arc::new(row)
        };
        Snapshot {
            at: at(60),
            anchor: Timestamp::UNIX_EPOCH,
            rows: rows.iter().map(row).collect(),
            counts: Counts::default(),
            settled: 0,
            self_stats: SelfStats::default(),
            changes: ChangeRing::default(),
        }
    }

    #[test]
    fn it_stands_when_the_last_to_turn_has_been_well_for_long_enough() {
        use Status::{Error, Healthy, Paused, Unknown, Warning};
        type WaitCase<'a> = (&'a [(Status, u32)], Status, Option<u32>);
        let table: [WaitCase<'_>; 8] = [
            (&[(Healthy, 3), (Healthy, 7)], Warning, Some(17)),
            (&[(Healthy, 3), (Unknown, 0)], Warning, None),
            (&[(Healthy, 3), (Warning, 7)], Warning, None),
            (&[(Healthy, 3), (Warning, 7)], Error, Some(17)),
            (&[(Healthy, 3), (Error, 7)], Error, None),
            (&[(Healthy, 3), (Paused, 50)], Warning, Some(13)),
            (&[(Paused, 50)], Warning, Some(10)),
            (&[], Warning, Some(10)),
        ];
        for (rows, bad, wanted) in table {
            assert_eq!(
                stable_at(&snapshot(rows), bad, 10 * SECOND),
                wanted.map(at),
                "{rows:?} {bad:?}"
            );
        }
    }
}
