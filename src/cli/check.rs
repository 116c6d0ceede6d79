//! `hbmon check`: probes every monitor until it is settled, and reports.

use std::sync::Arc;

use super::args::CheckArgs;
use super::exit;
use super::headless::{HeadlessOptions, StopCondition};
use super::outputs::{HumanLayout, RunOutputs};
use super::progress::{Goal, Progress};
use super::run_state::{OpenedRun, RunStateOptions};
use super::session::{self, Frontend, Session};
use super::targets::load_targets;
use super::worst_case::WorstCase;
use super::{CommandError, bounds, log, request, runtime};
use crate::engine::Stop;

pub(super) fn run(args: &CheckArgs) -> Result<u8, CommandError> {
    log::start(&args.look, log::TerminalUse::Bounded, &Arc::default())?;
    let mut outputs = RunOutputs::new(
        &args.report,
        &args.look,
        HumanLayout::Check,
        &Arc::default(),
    )
    .map_err(CommandError::usage)?;
    let request = request::options(&args.request, args.timeout)?;
    let watched = load_targets(
        &args.targets,
        &request,
        &args.select,
        &args.look,
        args.report.quiet,
    )?;
    let config = watched.config();
    let origin = watched.origin();
    if args.remember.alert && watched.alerts.is_none() {
        return Err(CommandError::usage(
            "`--alert` needs a config with `alerts`: they say who is told",
        ));
    }
    let OpenedRun {
        resume,
        recorder,
        alerts,
    } = if args.remember.is_wanted() {
        let run = RunStateOptions {
            args: &args.remember,
            source: watched.source.as_ref(),
            names: watched.names,
            alerts: watched.alerts.filter(|_| args.remember.alert),
            watched: &watched.plan,
            keep: watched.keep,
            fail_on: args.verdict.fail_on.status(),
            stdout_is_taken: args.remember.only_changes && !outputs.without_human(),
            limit: args.bounds.deadline,
        };
        match run.open()? {
            Some(opened) => opened,
            None => return Ok(args.verdict.exit.exit_code.error_code(exit::LOCKED)),
        }
    } else {
        OpenedRun::fresh()
    };
    let mut plan = watched.plan;
    plan.stop = Stop::Settled;
    bounds::apply(&args.bounds, &mut plan);
    let goal = Goal::Settled;
    let began = resume.clock.started();
    let options = HeadlessOptions {
        outputs,
        config,
        stop: StopCondition::reached(goal, WorstCase::of(&plan), began, args.bounds.deadline),
        goal: Some(goal),
        progress: Some(Progress::new(&args.report, &args.look, goal)),
        exit: args.verdict.policy(),
    };
    session::block_on(runtime(&plan)?, async {
        Session::new(plan, resume)
            .attach(log::journal(&args.look, &origin))
            .attach(recorder)
            .attach(alerts)
            .run(Frontend::Headless(Box::new(options)))
            .await
            .map_err(CommandError::internal)
    })
}
