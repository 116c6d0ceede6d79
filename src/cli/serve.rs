//! `hbmon serve`: the headless agent. It listens, tells systemd and its log how things stand, and
//! ends on a signal with 0.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::args::{LogFormat, ReportArgs, ServeArgs};
use super::exit::{self, Ending, ExitMode, FailOn};
use super::interface::{self, BoundListener};
use super::load::{LoadedPlan, load};
use super::output::print_stderr;
use super::outputs::{HumanLayout, RunOutputs};
use super::reload::Reloader;
use super::run::{self, Resume, RunOptions, StopCondition};
use super::state_saver::StateSaver;
use super::systemd::Systemd;
use super::{CommandError, fd_limit, journal, log, multi_threaded_runtime};
use crate::engine::{Engine, Plan};
use crate::serve::Outputs;

/// A state that cannot be saved in this time is not waited for.
const SAVING: Duration = Duration::from_secs(2);

pub fn run(args: &ServeArgs) -> Result<u8, CommandError> {
    let outputs = Arc::new(Outputs::default());
    log::service::start(&args.look, args.log_format, &outputs)?;
    // Without `-o` stdout stays empty: the log tells what changes.
    let report = ReportArgs {
        output: args.output.clone(),
        quiet: true,
    };
    let sinks = RunOutputs::new(&report, &args.look, HumanLayout::Lines, &outputs)
        .map_err(CommandError::usage)?;
    let LoadedPlan {
        mut plan,
        source,
        selector,
        interface,
        ..
    } = load(&args.source, &args.select, &args.look)?;
    fd_limit::fit_or_warn(&mut plan);
    let state = args
        .state
        .as_ref()
        .map(|path| StateSaver::open(path.as_deref(), &source, !selector.is_everything()));
    let keeper = state.transpose()?;
    let config = source.path().map(|path| path.display().to_string());
    let runtime = multi_threaded_runtime()?;
    let end = runtime.block_on(async {
        let bound = interface::bind(interface, &args.look).await?;
        let until = StopCondition {
            ends_at: Box::new(|_| None),
            limit: None,
            at_limit: Ending::Complete,
            needs_reader: false,
        };
        let (mode, fail_on) = (ExitMode::Table, FailOn::Error);
        let reloader = Reloader::new(source, selector);
        let orders = RunOptions {
            outputs: sinks,
            reloader,
            config,
            stop: until,
            goal: None,
            progress: None,
            mode,
            fail_on,
        };
        serve(plan, bound, orders, keeper, args.log_format, outputs)
            .await
            .map_err(CommandError::internal)
    });
    runtime.shutdown_background();
    end
}

async fn serve(
    plan: Plan,
    bound: BoundListener,
    mut orders: RunOptions,
    keeper: Option<StateSaver>,
    log_format: LogFormat,
    outputs: Arc<Outputs>,
) -> io::Result<u8> {
    let heed = run::SignalHandlers::listen(orders.reloader.is_some())?;
    let Resume {
        clock,
        memories,
        on_end: keep,
    } = keeper
        .as_ref()
        .map_or_else(Resume::fresh, StateSaver::resume);
    let engine = Engine::resume(plan, clock.clone(), &memories);
    let (interface, door, url) = bound.open(&engine, &clock, outputs)?;
    match log_format {
        LogFormat::Text => print_stderr(&format!("listening on {url}")),
        LogFormat::Json => tracing::info!("listening on {url}"),
    }
    let systemd = Systemd::from_environment();
    if let Some(reloader) = &mut orders.reloader {
        reloader.tell(Some(door), systemd.clone());
    }
    let mut beside = JoinSet::new();
    beside.spawn(journal::follow(engine.snapshots(), clock.clone()));
    if let Some(systemd) = &systemd {
        beside.spawn(systemd.clone().follow(engine.snapshots(), clock.clone()));
        beside.spawn(systemd.clone().feed_watchdog(engine.clone()));
    }
    let (stop, stopped) = oneshot::channel();
    let keeping = keeper.map(|keeper| tokio::spawn(keeper.run(engine.snapshots(), stopped)));
    let end = run::follow(heed, engine.clone(), clock, orders, keep).await;
    if let Some(systemd) = &systemd {
        systemd.stopping();
    }
    interface.close().await;
    drop(stop);
    if let Some(keeping) = keeping
        && tokio::time::timeout(SAVING, keeping).await.is_err()
    {
        tracing::warn!("the state could not be saved in time");
    }
    // Asked to stop is how a service ends.
    Ok(if end? == exit::NO_VERDICT {
        exit::NO_VERDICT
    } else {
        exit::OK
    })
}
