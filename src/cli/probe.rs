//! `hbmon probe`: the same as `check` for bare URLs, without a config.

use std::sync::Arc;
use std::time::Duration;

use super::args::{ErrorFormat, Probe};
use super::drive::{self, Orders, Past, Until};
use super::load::refused;
use super::progress::Progress;
use super::sinks::{Layout, Sinks};
use super::{Trouble, files, log};
use crate::config;
use crate::engine::{Plan, Stop, Target};
use crate::model::{Policy, Snapshot};

pub fn run(args: &Probe) -> Result<u8, Trouble> {
    log::start(&args.look, log::Screen::Free)?;
    let sinks = Sinks::new(&args.report, &args.look, Layout::Probe).map_err(Trouble::usage)?;
    let targets = args
        .urls
        .iter()
        .map(|url| Ok(with_interval(config::probe(url)?, args.interval)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| refused(&error, ErrorFormat::Full, &args.look))?;
    let stop = args.count.map_or(Stop::Settled, Stop::After);
    let concurrency = Some(files::bearable(args.bounds.concurrency));
    let plan = Plan { targets, concurrency, stop };
    let count = args.count;
    let enough = move |snapshot: &Snapshot| match count {
        None => snapshot.is_settled(),
        Some(count) => snapshot.rows.iter().all(|row| row.outcomes() >= u64::from(count)),
    };
    let orders = Orders {
        sinks,
        reloader: None,
        config: None,
        until: Until { done: Box::new(enough), limit: args.bounds.deadline, limit_is_end: false, needs_reader: false },
        progress: Progress::new(args.report.quiet, args.count),
        mode: args.verdict.exit_code,
        fail_on: args.verdict.fail_on,
    };
    drive::block_on(plan, orders, Past::none())
}

/// `--interval` is the user's word: the floor under intervals is for configs.
fn with_interval(mut target: Target, interval: Option<Duration>) -> Target {
    if let Some(interval) = interval {
        let policy = Policy { interval, grace: interval / 10, ..Policy::clone(&target.policy) };
        target.policy = Arc::new(policy);
    }
    target
}
