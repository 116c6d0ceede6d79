//! `hbmon watch`: the screen, or lines where there is no terminal.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use super::alerting::Alerting;
use super::args::{self, WatchArgs};
use super::attach::{self, AgentUrls};
use super::exit::ExitPolicy;
use super::headless::{HeadlessOptions, StopCondition};
use super::load::{LoadedPlan, Selection, load};
use super::output::print_stderr;
use super::outputs::{HumanLayout, RunOutputs};
use super::recorder::{self, OpenedHistory};
use super::reload::Reloader;
use super::screen::ScreenOptions;
use super::session::{self, Frontend, Resume, Session};
use super::{CommandError, fd_limit, interface, log, multi_threaded_runtime, runtime};
use crate::prefs::Prefs;
use crate::serve::Outputs;
use crate::tui::LogRing;

pub(super) fn run(args: &WatchArgs) -> Result<u8, CommandError> {
    let is_drawn = is_drawn(&args.stay, &args.report);
    let log = LogRing::default();
    let outputs = Arc::new(Outputs::default());
    if !is_drawn {
        log::stderr::detach(Arc::clone(&outputs), log::warn).map_err(CommandError::internal)?;
    }
    log::start(&args.look, terminal_use(is_drawn, &log), &outputs)?;
    if let Some(agents) = AgentUrls::of(&args.source, &args.attach)? {
        if args.history.state.is_some() {
            return Err(CommandError::usage(
                "agents keep their own histories: leave out `--state`",
            ));
        }
        let name = Some(agents.name());
        let frontend = frontend(args, is_drawn, Prefs::default(), name, log, &outputs)?;
        return attached(args, &agents, frontend);
    }
    let LoadedPlan {
        mut plan,
        source,
        selector,
        config,
    } = load(&args.source, &args.select, &args.look)?;
    fd_limit::fit_or_warn(&mut plan);
    let origin = source.to_string();
    let name = source.path().map(|path| path.display().to_string());
    let serves = config.listen.is_some();
    let runtime = if serves {
        multi_threaded_runtime()?
    } else {
        runtime(&plan)?
    };
    let mut frontend = frontend(args, is_drawn, config.prefs.clone(), name, log, &outputs)?;
    let announce: fn(&str) = if is_drawn || args.report.quiet {
        |_| ()
    } else {
        |url| print_stderr(&format!("listening on {url}"))
    };
    session::block_on(runtime, async {
        let listener = if serves {
            match interface::bind(&config, &args.look).await {
                Ok(listener) => Some(listener),
                Err(unbound) if unbound.is_in_use => {
                    let clock = attach::clock();
                    let Some((client, url)) = attach::twin(&config, &clock).await else {
                        return Err(unbound.error);
                    };
                    if !args.report.quiet {
                        let history = match args.history.state {
                            Some(_) => ", which keeps its own history: `--state` is not used",
                            None => "",
                        };
                        print_stderr(&format!(
                            "note: a running hbmon listens on {url}: attached to it{history}"
                        ));
                    }
                    frontend.set_source(url);
                    return attach::run(vec![client], clock, selector, frontend).await;
                }
                Err(unbound) => return Err(unbound.error),
            }
        } else {
            None
        };
        let mut opened =
            recorder::open_usual(&args.history, &source, &config).map_err(CommandError::usage)?;
        let alerting = Alerting::new(&args.alerts, &config, &plan, &mut opened);
        let OpenedHistory {
            clock,
            past,
            history,
            recorder,
            ..
        } = opened;
        if let Some(note) = history.note().filter(|_| !is_drawn) {
            print_stderr(&note);
        }
        // Needs the runtime, and misses no change if it watches before the first attempt.
        let reloader = Reloader::new(source, selector, Arc::clone(&config));
        let mut session = Session::new(plan, Resume::after(clock, past))
            .with_reload(reloader)
            .with_history(history)
            .attach(log::journal(&args.look, &origin))
            .attach(recorder)
            .attach(alerting);
        if let Some(listener) = listener {
            session = session.with_interface(listener, outputs, announce);
        }
        session.run(frontend).await.map_err(CommandError::internal)
    })
}

/// Shows running agents.
fn attached(args: &WatchArgs, agents: &AgentUrls, frontend: Frontend) -> Result<u8, CommandError> {
    let selection = Selection::new(&args.select)?;
    let clock = attach::clock();
    let clients = agents.clients(&clock, &args.look)?;
    session::block_on(multi_threaded_runtime()?, async {
        attach::verify(&clients).await?;
        attach::run(clients, clock, selection, frontend).await
    })
}

/// `source`: the name of what is watched.
fn frontend(
    args: &WatchArgs,
    is_drawn: bool,
    prefs: Prefs,
    source: Option<String>,
    log: LogRing,
    outputs: &Arc<Outputs>,
) -> Result<Frontend, CommandError> {
    let exit = args.verdict.policy();
    if is_drawn {
        let options = ScreenOptions::new(
            &args.stay,
            &args.screen,
            &args.look,
            prefs,
            source,
            log,
            exit,
        );
        Ok(Frontend::Screen(Box::new(options)))
    } else {
        lines(&args.stay, &args.report, &args.look, source, outputs, exit)
    }
}

/// Returns where diagnostics go: to the log pane of a screen, else to stderr.
pub(super) fn terminal_use(is_drawn: bool, log: &LogRing) -> log::TerminalUse {
    if is_drawn {
        log::TerminalUse::Drawn(log.clone())
    } else {
        log::TerminalUse::Free
    }
}

/// Returns whether to draw the screen: stdin and stdout are a capable terminal, and the arguments
/// name no other output. Prints the reason if the terminal is missing.
pub(super) fn is_drawn(stay: &args::LiveArgs, report: &args::ReportArgs) -> bool {
    if stay.headless || !report.output.is_empty() {
        return false;
    }
    let obstacle = if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        "no terminal"
    } else if std::env::var("TERM").is_ok_and(|term| term == "dumb") {
        "the terminal is dumb"
    } else {
        return true;
    };
    if !report.quiet {
        print_stderr(&format!(
            "{obstacle}: printing changes as lines, as with --headless"
        ));
    }
    false
}

/// Returns the frontend that prints lines or events until the run is ended.
pub(super) fn lines(
    stay: &args::LiveArgs,
    report: &args::ReportArgs,
    look: &args::LookArgs,
    config: Option<String>,
    errors: &Arc<Outputs>,
    exit: ExitPolicy,
) -> Result<Frontend, CommandError> {
    let outputs =
        RunOutputs::new(report, look, HumanLayout::Lines, errors).map_err(CommandError::usage)?;
    let stop = StopCondition {
        needs_reader: true,
        ..StopCondition::never(stay.duration)
    };
    Ok(Frontend::Headless(Box::new(HeadlessOptions {
        outputs,
        config,
        stop,
        goal: None,
        progress: None,
        exit,
    })))
}
