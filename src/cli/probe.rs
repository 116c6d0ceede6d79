//! `hbmon probe`: the same as `check` for bare URLs, without a config.

use std::sync::Arc;
use std::time::Duration;

use super::args::{ErrorFormat, ProbeArgs};
use super::exit::Ending;
use super::load::config_error;
use super::outputs::{HumanLayout, RunOutputs};
use super::progress::{Goal, Progress};
use super::run::{self, Resume, RunOptions, StopCondition};
use super::worst_case::WorstCase;
use super::{CommandError, bounds, log};
use crate::config;
use crate::engine::{Plan, Stop, Target};
use crate::model::Policy;

pub fn run(args: &ProbeArgs) -> Result<u8, CommandError> {
    log::start(&args.look, log::TerminalUse::Free, &Arc::default())?;
    let sinks = RunOutputs::new(
        &args.report,
        &args.look,
        HumanLayout::Probe,
        &Arc::default(),
    )
    .map_err(CommandError::usage)?;
    let targets = args
        .urls
        .iter()
        .map(|url| Ok(with_interval(config::probe(url)?, args.interval)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| config_error(&error, ErrorFormat::Full, &args.look))?;
    let (stop, wanted) = match args.count {
        Some(count) => (Stop::After(count), Goal::Outcomes(count)),
        None => (Stop::Settled, Goal::Settled),
    };
    let mut plan = Plan {
        targets,
        concurrency: None,
        stop,
    };
    bounds::apply(&args.bounds, &mut plan);
    let (longest, past) = (WorstCase::of(&plan), Resume::fresh());
    let began = past.clock.started();
    let orders = RunOptions {
        outputs: sinks,
        reloader: None,
        config: None,
        stop: StopCondition {
            ends_at: Box::new(move |snapshot| Some(longest.end(snapshot, wanted, began))),
            limit: args.bounds.deadline,
            at_limit: Ending::Deadline,
            needs_reader: false,
        },
        goal: Some(wanted),
        progress: Some(Progress::new(&args.report, &args.look, wanted)),
        mode: args.verdict.exit_code,
        fail_on: args.verdict.fail_on,
    };
    run::block_on(plan, orders, past)
}

/// `--interval` is the user's word: the floor under intervals is for configs.
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
