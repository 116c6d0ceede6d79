//! `hbmon probe`: the same as `check` for bare URLs, without a config.

use super::args::{ErrorFormat, Probe};
use super::drive::{Drive, Until};
use super::load::refused;
use super::signals::Signals;
use super::sinks::{Layout, Sinks};
use super::{Trouble, log, runtime};
use crate::clock::Clock;
use crate::config;
use crate::engine::{Engine, Plan, Start};
use crate::model::Snapshot;

pub fn run(args: &Probe) -> Result<u8, Trouble> {
    log::start(&args.look, log::Screen::Free)?;
    let sinks = Sinks::new(&args.report, &args.look, Layout::Probe).map_err(Trouble::usage)?;
    let targets = args
        .urls
        .iter()
        .map(|url| config::probe(url, args.interval))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| refused(&error, ErrorFormat::Full, &args.look))?;
    let start = if args.count.is_some() { Start::Spread } else { Start::AtOnce };
    let plan = Plan { targets, concurrency: Some(usize::from(args.bounds.concurrency)), start };
    let enough = |snapshot: &Snapshot| match args.count {
        None => snapshot.is_settled(),
        Some(count) => snapshot.rows.iter().all(|row| row.beats + row.failures >= u64::from(count)),
    };
    let runtime = runtime()?;
    let end = runtime.block_on(async {
        let clock = Clock::start();
        let drive = Drive {
            engine: Engine::start(plan, clock.clone()),
            clock,
            sinks,
            signals: Signals::listen(false)?,
            reloader: None,
            config: None,
            until: Until { done: &enough, limit: args.bounds.deadline, limit_is_end: false, needs_reader: false },
            mode: args.verdict.exit_code,
            fail_on: args.verdict.fail_on,
        };
        drive.run().await
    });
    runtime.shutdown_background();
    end.map_err(Trouble::internal)
}
