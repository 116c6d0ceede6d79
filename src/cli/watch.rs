//! `hbmon watch`: the screen, or lines where there is no terminal.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use super::args::{self, WatchArgs};
use super::exit::{Ending, ExitMode, FailOn};
use super::load::{LoadedPlan, load};
use super::output::print_stderr;
use super::outputs::{HumanLayout, RunOutputs};
use super::reload::Reloader;
use super::run::{self, Resume, RunOptions, StopCondition};
use super::screen::{self, ScreenInput};
use super::{CommandError, fd_limit, interface, log, multi_threaded_runtime, runtime};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::serve::Outputs;
use crate::tui::LogRing;

pub fn run(args: &WatchArgs) -> Result<u8, CommandError> {
    let is_drawn = is_drawn(&args.stay, &args.report);
    let log = LogRing::default();
    let outputs = Arc::new(Outputs::default());
    if !is_drawn {
        log::stderr::detach(Arc::clone(&outputs), log::warn).map_err(CommandError::internal)?;
    }
    log::start(
        &args.look,
        if is_drawn {
            log::TerminalUse::Drawn(log.clone())
        } else {
            log::TerminalUse::Free
        },
        &outputs,
    )?;
    let LoadedPlan {
        mut plan,
        source,
        selector,
        prefs,
        interface,
    } = load(&args.source, &args.select, &args.look)?;
    fd_limit::fit_or_warn(&mut plan);
    let name = source.path().map(|path| path.display().to_string());
    let runtime = if interface.listen.is_some() {
        multi_threaded_runtime()?
    } else {
        runtime(&plan)?
    };
    let end = runtime.block_on(async {
        // Made inside the runtime, before the first attempt: no change goes unnoticed.
        let mut reloader = Reloader::new(source, selector);
        let bound = match interface.listen {
            Some(_) => Some(interface::bind(interface, &args.look).await?),
            None => None,
        };
        // The screen listens in its own way.
        let heed = (!is_drawn)
            .then(|| run::SignalHandlers::listen(reloader.is_some()))
            .transpose()
            .map_err(CommandError::internal)?;
        let clock = Clock::start();
        let engine = Engine::start(plan, clock.clone());
        let interface = match bound {
            Some(bound) => {
                let (interface, door, url) = bound
                    .open(&engine, &clock, Arc::clone(&outputs))
                    .map_err(CommandError::internal)?;
                if !is_drawn && !args.report.quiet {
                    print_stderr(&format!("listening on {url}"));
                }
                if let Some(reloader) = &mut reloader {
                    reloader.tell(Some(door), None);
                }
                Some(interface)
            }
            None => None,
        };
        let verdict = (args.verdict.exit_code, args.verdict.fail_on);
        let end = if let Some(heed) = heed {
            let orders = headless(
                &args.stay,
                &args.report,
                &args.look,
                reloader,
                name,
                verdict,
                &outputs,
            )?;
            run::follow(heed, engine, clock, orders, Resume::fresh().on_end).await
        } else {
            let show = ScreenInput {
                engine,
                clock,
                prefs,
                reloader,
                source: name,
                log,
            };
            screen::run(show, &args.stay, &args.screen, &args.look, verdict).await
        };
        if let Some(interface) = interface {
            interface.close().await;
        }
        end.map_err(CommandError::internal)
    });
    runtime.shutdown_background();
    end
}

/// Whether there is a screen: a terminal on both sides that can place text, and nothing else asked
/// for. Says so if that is a surprise.
pub fn is_drawn(stay: &args::LiveArgs, report: &args::ReportArgs) -> bool {
    if stay.headless || !report.output.is_empty() {
        return false;
    }
    let lack = if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        "no terminal"
    } else if std::env::var("TERM").is_ok_and(|term| term == "dumb") {
        "the terminal is dumb"
    } else {
        return true;
    };
    if !report.quiet {
        print_stderr(&format!(
            "{lack}: printing changes as lines, as with --headless"
        ));
    }
    false
}

/// A run that prints lines or events until it is ended.
pub fn headless(
    stay: &args::LiveArgs,
    report: &args::ReportArgs,
    look: &args::LookArgs,
    reloader: Option<Reloader>,
    config: Option<String>,
    (mode, fail_on): (ExitMode, FailOn),
    outputs: &Arc<Outputs>,
) -> Result<RunOptions, CommandError> {
    let sinks =
        RunOutputs::new(report, look, HumanLayout::Lines, outputs).map_err(CommandError::usage)?;
    let until = StopCondition {
        ends_at: Box::new(|_| None),
        limit: stay.duration,
        at_limit: Ending::Complete,
        needs_reader: true,
    };
    Ok(RunOptions {
        outputs: sinks,
        reloader,
        config,
        stop: until,
        goal: None,
        progress: None,
        mode,
        fail_on,
    })
}
