//! `hbmon check`: one bounded run, every monitor until it is settled.

use std::sync::Arc;

use super::args::Check;
use super::drive::{self, Orders, Past, Until};
use super::exit::{self, Ending};
use super::load::{Loaded, load, without_push};
use super::longest::Longest;
use super::progress::{Progress, Wanted};
use super::sinks::{Layout, Sinks};
use super::{Trouble, bounds, log, remember};
use crate::engine::Stop;

pub fn run(args: &Check) -> Result<u8, Trouble> {
    log::start(&args.look, log::Screen::Free, &Arc::default())?;
    let mut sinks = Sinks::new(&args.report, &args.look, Layout::Check, &Arc::default())
        .map_err(Trouble::usage)?;
    let Loaded {
        plan,
        source,
        selector,
        ..
    } = load(&args.source, &args.select, &args.look)?;
    let mut plan = without_push(plan, args.select.if_empty, args.report.quiet)?;
    let past = if args.remember.is_wanted() {
        let run = remember::Run {
            args: &args.remember,
            source: &source,
            partial: !selector.is_everything(),
            fail_on: args.verdict.fail_on.status(),
            stdout_is_taken: args.remember.only_changes && !sinks.without_human(),
            limit: args.bounds.deadline,
        };
        match run.open()? {
            Some(past) => past,
            None => return Ok(args.verdict.exit_code.trouble(exit::LOCKED)),
        }
    } else {
        Past::none()
    };
    plan.stop = Stop::Settled;
    bounds::apply(&args.bounds, &mut plan);
    let (longest, began) = (Longest::of(&plan), past.clock.started());
    let orders = Orders {
        sinks,
        reloader: None,
        config: source.path().map(|path| path.display().to_string()),
        until: Until {
            over: Box::new(move |snapshot| Some(longest.end(snapshot, Wanted::Settled, began))),
            limit: args.bounds.deadline,
            at_limit: Ending::Deadline,
            needs_reader: false,
        },
        goal: Some(Wanted::Settled),
        progress: Some(Progress::new(&args.report, &args.look, Wanted::Settled)),
        mode: args.verdict.exit_code,
        fail_on: args.verdict.fail_on,
    };
    drive::block_on(plan, orders, past)
}
