//! `hbmon demo`: watches servers inside hbmon that tell a story; no config, no network.

use std::path::Path;
use std::sync::Arc;

use super::args::DemoArgs;
use super::exit::{ExitMode, FailOn};
use super::screen::{self, ScreenInput};
use super::{CommandError, exit, log, multi_threaded_runtime, output, run, watch};
use crate::clock::Clock;
use crate::config;
use crate::demo;
use crate::engine::Engine;
use crate::prefs::Prefs;
use crate::tui::LogRing;

pub fn run(args: &DemoArgs) -> Result<u8, CommandError> {
    let is_drawn = !args.print_config && watch::is_drawn(&args.stay, &args.report);
    let log = LogRing::default();
    log::start(
        &args.look,
        if is_drawn {
            log::TerminalUse::Drawn(log.clone())
        } else {
            log::TerminalUse::Free
        },
        &Arc::default(),
    )?;
    let runtime = multi_threaded_runtime()?;
    let end = runtime.block_on(async {
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
                CommandError::Internal(error.render(&config::DiagnosticStyle::default()))
            })?
            .plan;
        // Something always is wrong in the story: that is no failure of the demo.
        let verdict = (ExitMode::None, FailOn::Error);
        let name = Some("demo".to_owned());
        if is_drawn {
            let clock = Clock::start();
            let engine = Engine::start(plan, clock.clone());
            let show = ScreenInput {
                engine,
                clock,
                prefs: Prefs::default(),
                reloader: None,
                source: name,
                log,
            };
            screen::run(show, &args.stay, &args.screen, &args.look, verdict)
                .await
                .map_err(CommandError::internal)
        } else {
            let orders = watch::headless(
                &args.stay,
                &args.report,
                &args.look,
                None,
                name,
                verdict,
                &Arc::default(),
            )?;
            run::run(plan, orders).await.map_err(CommandError::internal)
        }
    });
    runtime.shutdown_background();
    end
}
