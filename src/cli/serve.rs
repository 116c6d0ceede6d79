//! `hbmon serve`: the headless agent. It serves HTTP, notifies systemd, writes its log, and ends
//! on a signal with 0.

use std::sync::Arc;

use super::args::{LogFormat, ReportArgs, ServeArgs};
use super::exit::ExitPolicy;
use super::headless::{HeadlessOptions, StopCondition};
use super::journal::Journal;
use super::load::{LoadedPlan, load_with};
use super::output::print_stderr;
use super::outputs::{HumanLayout, RunOutputs};
use super::reload::Reloader;
use super::session::{self, Frontend, Resume, Session};
use super::state_saver::StateSaver;
use super::systemd::Systemd;
use super::{CommandError, fd_limit, interface, log, multi_threaded_runtime};
use crate::config::InterfaceOverrides;
use crate::serve::Outputs;

pub(super) fn run(args: &ServeArgs) -> Result<u8, CommandError> {
    let errors = Arc::new(Outputs::default());
    log::service::start(&args.look, args.log_format, &errors)?;
    // Without `-o` stdout stays empty: changes are in the log.
    let report = ReportArgs {
        output: args.output.clone(),
        quiet: true,
        by: None,
    };
    let outputs = RunOutputs::new(&report, &args.look, HumanLayout::Lines, &errors)
        .map_err(CommandError::usage)?;
    let overrides = InterfaceOverrides {
        listen: args.listen,
        token_file: args.token_file.clone(),
    };
    let LoadedPlan {
        mut plan,
        source,
        selector,
        config,
    } = load_with(&args.source, &args.select, &args.look, &overrides)?;
    fd_limit::fit_or_warn(&mut plan);
    let state = args
        .state
        .as_ref()
        .map(|path| StateSaver::open(path.as_deref(), &source, !selector.is_everything()))
        .transpose()?;
    let resume = state
        .as_ref()
        .map_or_else(Resume::fresh, StateSaver::resume);
    let frontend = Frontend::Headless(Box::new(HeadlessOptions {
        outputs,
        config: source.path().map(|path| path.display().to_string()),
        stop: StopCondition::never(None),
        goal: None,
        progress: None,
        exit: ExitPolicy::SERVE,
    }));
    let announce: fn(&str) = match args.log_format {
        LogFormat::Text => |url| print_stderr(&format!("listening on {url}")),
        LogFormat::Json => |url| tracing::info!("listening on {url}"),
    };
    session::block_on(multi_threaded_runtime()?, async {
        let listener = interface::bind(&config, &args.look).await?;
        let reloader = Reloader::new(source, selector, config);
        Session::new(plan, resume)
            .with_reload(reloader.map(|reloader| reloader.with_overrides(overrides)))
            .with_interface(listener, errors, announce)
            .with_systemd(Systemd::from_environment())
            .attach(Journal)
            .attach(state)
            .run(frontend)
            .await
            .map_err(CommandError::internal)
    })
}
