//! `hbmon probe`: as `check`, for URLs instead of a config.

use std::sync::Arc;
use std::time::Duration;

use super::args::{ErrorFormat, ProbeArgs};
use super::headless::{HeadlessOptions, StopCondition};
use super::load::config_error;
use super::outputs::{HumanLayout, RunOutputs};
use super::progress::{Goal, Progress};
use super::session::{self, Frontend, Resume, Session};
use super::worst_case::WorstCase;
use super::{CommandError, bounds, log, runtime};
use crate::config;
use crate::engine::{Plan, Stop, Target};
use crate::model::Policy;

pub(super) fn run(args: &ProbeArgs) -> Result<u8, CommandError> {
    log::start(&args.look, log::TerminalUse::Free, &Arc::default())?;
    let outputs = RunOutputs::new(
        &args.report,
        &args.look,
        HumanLayout::Probe,
        &Arc::default(),
    )
    .map_err(CommandError::usage)?;
    let targets = args
        .urls
        .iter()
        .map(|url| Ok(with_interval(config::target(url)?, args.interval)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| config_error(&error, ErrorFormat::Full, &args.look))?;
    let (stop, goal) = match args.count {
        Some(count) => (Stop::After(count), Goal::Outcomes(count)),
        None => (Stop::Settled, Goal::Settled),
    };
    let mut plan = Plan {
        targets,
        concurrency: None,
        stop,
    };
    bounds::apply(&args.bounds, &mut plan);
    let resume = Resume::fresh();
    let began = resume.clock.started();
    let options = HeadlessOptions {
        outputs,
        config: None,
        stop: StopCondition::reached(goal, WorstCase::of(&plan), began, args.bounds.deadline),
        goal: Some(goal),
        progress: Some(Progress::new(&args.report, &args.look, goal)),
        exit: args.verdict.policy(),
    };
    session::block_on(runtime(&plan)?, async {
        Session::new(plan, resume)
            .run(Frontend::Headless(Box::new(options)))
            .await
            .map_err(CommandError::internal)
    })
}

/// Applies `--interval`. The minimum interval is for configs only.
fn with_interval(mut target: Target, interval: Option<Duration>) -> Target {
    if let Some(interval) = interval {
        let policy = Policy {
            interval,
            grace: interval / 10,
            ..Policy::clone(&target.policy)
        };
        target.policy = Arc::new(policy);
    }
    target
}
