//! `hbmon check`: one bounded run, every monitor until it is settled.

use super::args::Check;
use super::drive::{Drive, Until};
use super::load::{Loaded, load};
use super::sinks::{Layout, Sinks};
use super::signals::Signals;
use super::{Trouble, log, runtime};
use crate::clock::Clock;
use crate::engine::{Engine, Start};
use crate::model::Snapshot;

pub fn run(args: &Check) -> Result<u8, Trouble> {
    log::start(&args.look, log::Screen::Free)?;
    let sinks = Sinks::new(&args.report, &args.look, Layout::Check).map_err(Trouble::usage)?;
    let Loaded { mut plan, source, .. } = load(&args.source, &args.select, &args.look)?;
    plan.start = Start::AtOnce;
    plan.concurrency = Some(usize::from(args.bounds.concurrency));
    let runtime = runtime()?;
    let end = runtime.block_on(async {
        let clock = Clock::start();
        let drive = Drive {
            engine: Engine::start(plan, clock.clone()),
            clock,
            sinks,
            signals: Signals::listen(false)?,
            reloader: None,
            config: source.path().map(|path| path.display().to_string()),
            until: Until {
                done: &Snapshot::is_settled,
                limit: args.bounds.deadline,
                limit_is_end: false,
                needs_reader: false,
            },
            mode: args.verdict.exit_code,
            fail_on: args.verdict.fail_on,
        };
        drive.run().await
    });
    // Whatever still waits for a name or a socket is not waited for.
    runtime.shutdown_background();
    end.map_err(Trouble::internal)
}
