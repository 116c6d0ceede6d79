//! `hbmon probe`: the same as `check` for bare URLs, without a config.

use std::sync::Arc;
use std::time::Duration;

use super::args::{ErrorFormat, Probe};
use super::drive::{self, Orders, Past, Until};
use super::exit::Ending;
use super::load::refused;
use super::longest::Longest;
use super::progress::{Progress, Wanted};
use super::sinks::{Layout, Sinks};
use super::{Trouble, bounds, log};
use crate::config;
use crate::engine::{Plan, Stop, Target};
use crate::model::Policy;

pub fn run(args: &Probe) -> Result<u8, Trouble> {
    log::start(&args.look, log::Screen::Free, &Arc::default())?;
    let sinks = Sinks::new(&args.report, &args.look, Layout::Probe, &Arc::default())
        .map_err(Trouble::usage)?;
    let targets = args
        .urls
        .iter()
        .map(|url| Ok(with_interval(config::probe(url)?, args.interval)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| refused(&error, ErrorFormat::Full, &args.look))?;
    let (stop, wanted) = match args.count {
        Some(count) => (Stop::After(count), Wanted::Outcomes(count)),
        None => (Stop::Settled, Wanted::Settled),
    };
    let mut plan = Plan {
        targets,
        concurrency: None,
        stop,
    };
    bounds::apply(&args.bounds, &mut plan);
    let (longest, past) = (Longest::of(&plan), Past::none());
    let began = past.clock.started();
    let orders = Orders {
        sinks,
        reloader: None,
        config: None,
        until: Until {
            over: Box::new(move |snapshot| Some(longest.end(snapshot, wanted, began))),
            limit: args.bounds.deadline,
            at_limit: Ending::Deadline,
            needs_reader: false,
        },
        goal: Some(wanted),
        progress: Some(Progress::new(&args.report, &args.look, wanted)),
        mode: args.verdict.exit_code,
        fail_on: args.verdict.fail_on,
    };
    drive::block_on(plan, orders, past)
}

/// `--interval` is the user's word: the floor under intervals is for configs.
fn with_interval(mut target: Target, interval: Option<Duration>) -> Target {
    if let Some(interval) = interval {
        let policy = Policy {
            interval,
            grace: interval / 10,
            ..Policy::clone(&target.policy)
        };
        target.policy = Arc::new(policy);
    }
    target
}
