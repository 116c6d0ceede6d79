//! `hbmon watch`: the screen, or lines where there is no terminal.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use super::args::{self, Watch};
use super::drive::{self, Orders, Past, Until};
use super::exit::{Ending, FailOn, Mode};
use super::load::{Loaded, load};
use super::output::complain;
use super::reload::Reloader;
use super::screen::{self, Show};
use super::sinks::{Layout, Sinks};
use super::{Trouble, broad_runtime, files, interface, log, runtime};
use crate::clock::Clock;
use crate::engine::Engine;
use crate::serve::Outputs;
use crate::tui::LogRing;

pub fn run(args: &Watch) -> Result<u8, Trouble> {
    let is_drawn = is_drawn(&args.stay, &args.report);
    let log = LogRing::default();
    let outputs = Arc::new(Outputs::default());
    if !is_drawn {
        log::stderr::detach(Arc::clone(&outputs), log::warn).map_err(Trouble::internal)?;
    }
    log::start(
        &args.look,
        if is_drawn {
            log::Screen::Drawn(log.clone())
        } else {
            log::Screen::Free
        },
        &outputs,
    )?;
    let Loaded {
        mut plan,
        source,
        selector,
        prefs,
        interface,
    } = load(&args.source, &args.select, &args.look)?;
    files::make_room(&mut plan);
    let name = source.path().map(|path| path.display().to_string());
    let runtime = if interface.listen.is_some() {
        broad_runtime()?
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
            .then(|| drive::Heed::listen(reloader.is_some()))
            .transpose()
            .map_err(Trouble::internal)?;
        let clock = Clock::start();
        let engine = Engine::start(plan, clock.clone());
        let interface = match bound {
            Some(bound) => {
                let (interface, door, url) = bound
                    .open(&engine, &clock, Arc::clone(&outputs))
                    .map_err(Trouble::internal)?;
                if !is_drawn && !args.report.quiet {
                    complain(&format!("listening on {url}"));
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
            drive::follow(heed, engine, clock, orders, Past::none().keep).await
        } else {
            let show = Show {
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
        end.map_err(Trouble::internal)
    });
    runtime.shutdown_background();
    end
}

/// Whether there is a screen: a terminal on both sides that can place text, and nothing else asked
/// for. Says so if that is a surprise.
pub fn is_drawn(stay: &args::Stay, report: &args::Report) -> bool {
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
        complain(&format!(
            "{lack}: printing changes as lines, as with --headless"
        ));
    }
    false
}

/// A run that prints lines or events until it is ended.
pub fn headless(
    stay: &args::Stay,
    report: &args::Report,
    look: &args::Look,
    reloader: Option<Reloader>,
    config: Option<String>,
    (mode, fail_on): (Mode, FailOn),
    outputs: &Arc<Outputs>,
) -> Result<Orders, Trouble> {
    let sinks = Sinks::new(report, look, Layout::Lines, outputs).map_err(Trouble::usage)?;
    let until = Until {
        over: Box::new(|_| None),
        limit: stay.duration,
        at_limit: Ending::Complete,
        needs_reader: true,
    };
    Ok(Orders {
        sinks,
        reloader,
        config,
        until,
        goal: None,
        progress: None,
        mode,
        fail_on,
    })
}
