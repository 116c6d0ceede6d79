//! `hbmon probe`: as `check`, for URLs instead of a config.

use std::sync::Arc;
use std::time::Duration;

use super::args::ProbeArgs;
use super::headless::{HeadlessOptions, StopCondition};
use super::outputs::{HumanLayout, RunOutputs};
use super::progress::{Goal, Progress};
use super::session::{self, Frontend, Resume, Session};
use super::worst_case::WorstCase;
use super::{CommandError, bounds, log, request, runtime, targets};
use crate::engine::{Stop, Target};

pub(super) fn run(args: &ProbeArgs) -> Result<u8, CommandError> {
    let is_named = args.urls.len() > 1;
    let screen = log::TerminalUse::Transcript { is_named };
    log::start(&args.look, screen, &Arc::default())?;
    let outputs = RunOutputs::new(
        &args.report,
        &args.look,
        HumanLayout::Probe,
        &Arc::default(),
    )
    .map_err(CommandError::usage)?;
    let request = request::options(&args.request, args.timeout)?;
    let mut plan = targets::plan(&args.urls, &request, &args.look, args.report.quiet)?;
    if let Some(interval) = args.interval {
        plan.targets
            .iter_mut()
            .for_each(|target| set_interval(target, interval));
    }
    let (stop, goal) = match args.count {
        Some(count) => (Stop::After(count), Goal::Outcomes(count)),
        None => (Stop::Settled, Goal::Settled),
    };
    plan.stop = stop;
    bounds::apply(&args.bounds, &mut plan);
    let resume = Resume::fresh();
    let began = resume.clock.started();
    let options = HeadlessOptions {
        outputs,
        config: None,
        stop: StopCondition::reached(goal, WorstCase::of(&plan), began, args.bounds.deadline),
        goal: Some(goal),
        // The transcript shows what the run waits for.
        progress: (args.look.verbose != 1).then(|| Progress::new(&args.report, &args.look, goal)),
        exit: args.verdict.policy(),
    };
    session::block_on(runtime(&plan)?, async {
        Session::new(plan, resume)
            .attach(log::journal(&args.look, "the command line"))
            .run(Frontend::Headless(Box::new(options)))
            .await
            .map_err(CommandError::internal)
    })
}

/// Applies `--interval`. The minimum interval is for configs only.
fn set_interval(target: &mut Target, interval: Duration) {
    let policy = Arc::make_mut(&mut target.policy);
    policy.interval = interval;
    policy.grace = interval / 10;
}
