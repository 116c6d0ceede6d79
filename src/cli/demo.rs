//! `hbmon demo`: watches servers inside hbmon that tell a story; no config, no network.

use std::path::Path;
use std::sync::Arc;

use super::args::Demo;
use super::exit::{FailOn, Mode};
use super::screen::{self, Show};
use super::{Trouble, broad_runtime, drive, exit, log, output, watch};
use crate::clock::Clock;
use crate::config;
use crate::demo;
use crate::engine::Engine;
use crate::prefs::Prefs;
use crate::tui::LogRing;

pub fn run(args: &Demo) -> Result<u8, Trouble> {
    let is_drawn = !args.print_config && watch::is_drawn(&args.stay, &args.report);
    let log = LogRing::default();
    log::start(
        &args.look,
        if is_drawn {
            log::Screen::Drawn(log.clone())
        } else {
            log::Screen::Free
        },
        &Arc::default(),
    )?;
    let runtime = broad_runtime()?;
    let end = runtime.block_on(async {
        // The servers live as long as this value.
        let demo = demo::start(args.seed, args.speed, Clock::start())
            .await
            .map_err(Trouble::internal)?;
        if args.print_config {
            output::write(None, demo.config().as_bytes()).map_err(Trouble::internal)?;
            return Ok(exit::OK);
        }
        let plan = config::load_text("demo", demo.config(), Path::new(""), &|_| None)
            .map_err(|error| Trouble::Internal(error.render(&config::Style::default())))?
            .plan;
        // Something always is wrong in the story: that is no failure of the demo.
        let verdict = (Mode::None, FailOn::Error);
        let name = Some("demo".to_owned());
        if is_drawn {
            let clock = Clock::start();
            let engine = Engine::start(plan, clock.clone());
            let show = Show {
                engine,
                clock,
                prefs: Prefs::default(),
                reloader: None,
                source: name,
                log,
            };
            screen::run(show, &args.stay, &args.screen, &args.look, verdict)
                .await
                .map_err(Trouble::internal)
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
            drive::run(plan, orders).await.map_err(Trouble::internal)
        }
    });
    runtime.shutdown_background();
    end
}
