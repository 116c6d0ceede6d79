//! `hbmon wait`: watches until everything is healthy, or time is up.

use std::time::Duration;

use super::args::Wait;
use super::drive::{self, Orders, Past, Until};
use super::exit::Ending;
use super::load::{Loaded, load, without_push};
use super::progress::{Progress, Wanted};
use super::sinks::{Layout, Sinks};
use super::{Trouble, log};
use crate::model::{Moment, Snapshot, Status};

pub fn run(args: &Wait) -> Result<u8, Trouble> {
    log::start(&args.look, log::Screen::Free)?;
    let sinks = Sinks::new(&args.report, &args.look, Layout::Check).map_err(Trouble::usage)?;
    let Loaded { plan, source, .. } = load(&args.source, &args.select, &args.look)?;
    let plan = without_push(plan, args.report.quiet)?;
    let (bad, stable) = (args.fail_on.status(), args.stable);
    let orders = Orders {
        sinks,
        reloader: None,
        config: source.path().map(|path| path.display().to_string()),
        until: Until {
            over: Box::new(move |snapshot| stands(snapshot, bad, stable)),
            limit: Some(args.timeout),
            at_limit: Ending::TimeUp,
            needs_reader: false,
        },
        progress: Some(Progress::new(&args.report, &args.look, Wanted::Better(bad))),
        mode: args.exit_code,
        fail_on: args.fail_on,
    };
    drive::block_on(plan, orders, Past::none())
}

/// When everything will have been better than `bad` for long enough, if it stays so.
fn stands(snapshot: &Snapshot, bad: Status, stable: Duration) -> Option<Moment> {
    let watched = || snapshot.rows.iter().filter(|row| row.status != Status::Paused);
    let is_well = watched().all(|row| row.status != Status::Unknown && row.status < bad);
    let since = watched().map(|row| row.since).max().unwrap_or(Moment::START);
    is_well.then(|| since.plus(stable))
}
