//! `hbmon demo`: watches scripted servers inside hbmon; needs no config and no network.

use std::path::Path;
use std::sync::Arc;

use super::args::DemoArgs;
use super::exit::{ExitMode, ExitPolicy, FailOn};
use super::recorder::OpenedHistory;
use super::screen::ScreenOptions;
use super::session::{self, Frontend, Resume, Session};
use super::{CommandError, exit, log, multi_threaded_runtime, output, watch};
use crate::clock::Clock;
use crate::config;
use crate::demo;
use crate::prefs::Prefs;
use crate::tui::LogRing;

/// The story always has something in error, which is no failure of the demo.
const EXIT: ExitPolicy = ExitPolicy {
    mode: ExitMode::None,
    fail_on: FailOn::Error,
};

pub(super) fn run(args: &DemoArgs) -> Result<u8, CommandError> {
    let is_drawn = !args.print_config && watch::is_drawn(&args.stay, &args.report);
    let log = LogRing::default();
    log::start(
        &args.look,
        watch::terminal_use(is_drawn, &log),
        &Arc::default(),
    )?;
    session::block_on(multi_threaded_runtime()?, async {
        // The servers live as long as this value.
        let demo = demo::start(args.seed, args.speed, Clock::start())
            .await
            .map_err(CommandError::internal)?;
        if args.print_config {
            output::write(None, demo.config().as_bytes()).map_err(CommandError::internal)?;
            return Ok(exit::OK);
        }
        let plan = config::load_text("demo", demo.config(), Path::new(""), &|_| None)
            .map_err(|error| {
                CommandError::internal(error.render(&config::DiagnosticStyle::default()))
            })?
            .plan;
        let name = Some("demo".to_owned());
        let frontend = if is_drawn {
            let prefs = Prefs::default();
            let mut options =
                ScreenOptions::new(&args.stay, &args.screen, &args.look, prefs, name, log, EXIT);
            options.story = Some(demo.story());
            Frontend::Screen(Box::new(options))
        } else {
            let errors = Arc::default();
            watch::lines(&args.stay, &args.report, &args.look, name, &errors, EXIT)?
        };
        let OpenedHistory { clock, past, .. } = OpenedHistory::none();
        Session::new(plan, Resume::after(clock, past))
            .attach(log::journal(&args.look, "the demo"))
            .run(frontend)
            .await
            .map_err(CommandError::internal)
    })
}
