//! `hbmon serve`: the headless agent. It listens, tells systemd and its log how things stand, and
//! ends on a signal with 0.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::args::{LogFormat, Report, Serve};
use super::drive::{self, Orders, Past, Until};
use super::exit::{self, Ending, FailOn, Mode};
use super::interface::{self, Bound};
use super::keeper::Keeper;
use super::load::{Loaded, load};
use super::output::complain;
use super::reload::Reloader;
use super::sinks::{Layout, Sinks};
use super::systemd::Systemd;
use super::{Trouble, broad_runtime, files, journal, log};
use crate::engine::{Engine, Plan};
use crate::serve::Outputs;

/// A state that cannot be saved in this time is not waited for.
const SAVING: Duration = Duration::from_secs(2);

pub fn run(args: &Serve) -> Result<u8, Trouble> {
    let outputs = Arc::new(Outputs::default());
    log::service::start(&args.look, args.log_format, &outputs)?;
    // Without `-o` stdout stays empty: the log tells what changes.
    let report = Report {
        output: args.output.clone(),
        quiet: true,
    };
    let sinks = Sinks::new(&report, &args.look, Layout::Lines, &outputs).map_err(Trouble::usage)?;
    let Loaded {
        mut plan,
        source,
        selector,
        interface,
        ..
    } = load(&args.source, &args.select, &args.look)?;
    files::make_room(&mut plan);
    let state = args
        .state
        .as_ref()
        .map(|path| Keeper::open(path.as_deref(), &source, !selector.is_everything()));
    let keeper = state.transpose()?;
    let config = source.path().map(|path| path.display().to_string());
    let runtime = broad_runtime()?;
    let end = runtime.block_on(async {
        let bound = interface::bind(interface, &args.look).await?;
        let until = Until {
            over: Box::new(|_| None),
            limit: None,
            at_limit: Ending::Complete,
            needs_reader: false,
        };
        let (mode, fail_on) = (Mode::Table, FailOn::Error);
        let reloader = Reloader::new(source, selector);
        let orders = Orders {
            sinks,
            reloader,
            config,
            until,
            goal: None,
            progress: None,
            mode,
            fail_on,
        };
        serve(plan, bound, orders, keeper, args.log_format, outputs)
            .await
            .map_err(Trouble::internal)
    });
    runtime.shutdown_background();
    end
}

async fn serve(
    plan: Plan,
    bound: Bound,
    mut orders: Orders,
    keeper: Option<Keeper>,
    log_format: LogFormat,
    outputs: Arc<Outputs>,
) -> io::Result<u8> {
    let heed = drive::Heed::listen(orders.reloader.is_some())?;
    let Past {
        clock,
        memories,
        keep,
    } = keeper.as_ref().map_or_else(Past::none, Keeper::past);
    let engine = Engine::resume(plan, clock.clone(), &memories);
    let (interface, door, url) = bound.open(&engine, &clock, outputs)?;
    match log_format {
        LogFormat::Text => complain(&format!("listening on {url}")),
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
        beside.spawn(systemd.clone().feed(engine.clone()));
    }
    let (stop, stopped) = oneshot::channel();
    let keeping = keeper.map(|keeper| tokio::spawn(keeper.keep(engine.snapshots(), stopped)));
    let end = drive::follow(heed, engine.clone(), clock, orders, keep).await;
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
