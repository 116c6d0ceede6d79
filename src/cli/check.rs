//! `hbmon check`: one bounded run, every monitor until it is settled.

use std::sync::Arc;

use super::args::CheckArgs;
use super::exit::{self, Ending};
use super::load::{LoadedPlan, load, without_push};
use super::outputs::{HumanLayout, RunOutputs};
use super::progress::{Goal, Progress};
use super::run::{self, Resume, RunOptions, StopCondition};
use super::worst_case::WorstCase;
use super::{CommandError, bounds, log, run_state};
use crate::engine::Stop;

pub fn run(args: &CheckArgs) -> Result<u8, CommandError> {
    log::start(&args.look, log::TerminalUse::Free, &Arc::default())?;
    let mut sinks = RunOutputs::new(
        &args.report,
        &args.look,
        HumanLayout::Check,
        &Arc::default(),
    )
    .map_err(CommandError::usage)?;
    let LoadedPlan {
        plan,
        source,
        selector,
        ..
    } = load(&args.source, &args.select, &args.look)?;
    let mut plan = without_push(plan, args.select.if_empty, args.report.quiet)?;
    let past = if args.remember.is_wanted() {
        let run = run_state::RunStateOptions {
            args: &args.remember,
            source: &source,
            partial: !selector.is_everything(),
            fail_on: args.verdict.fail_on.status(),
            stdout_is_taken: args.remember.only_changes && !sinks.without_human(),
            limit: args.bounds.deadline,
        };
        match run.open()? {
            Some(past) => past,
            None => return Ok(args.verdict.exit_code.error_code(exit::LOCKED)),
        }
    } else {
        Resume::fresh()
    };
    plan.stop = Stop::Settled;
    bounds::apply(&args.bounds, &mut plan);
    let (longest, began) = (WorstCase::of(&plan), past.clock.started());
    let orders = RunOptions {
        outputs: sinks,
        reloader: None,
        config: source.path().map(|path| path.display().to_string()),
        stop: StopCondition {
            ends_at: Box::new(move |snapshot| Some(longest.end(snapshot, Goal::Settled, began))),
            limit: args.bounds.deadline,
            at_limit: Ending::Deadline,
            needs_reader: false,
        },
        goal: Some(Goal::Settled),
        progress: Some(Progress::new(&args.report, &args.look, Goal::Settled)),
        mode: args.verdict.exit_code,
        fail_on: args.verdict.fail_on,
    };
    run::block_on(plan, orders, past)
}
