//! `hbmon serve`: the headless agent. It serves HTTP, notifies systemd, writes its log, and ends
//! on a signal with 0.

use std::sync::{Arc, OnceLock};

use super::alerting::Alerting;
use super::args::{LogFormat, ReportArgs, ServeArgs};
use super::exit::{Ending, ExitPolicy};
use super::headless::{HeadlessOptions, StopCondition};
use super::journal::Journal;
use super::load::{LoadedPlan, load_with};
use super::output::print_stderr;
use super::outputs::{HumanLayout, RunOutputs};
use super::recorder::{self, OpenedHistory};
use super::reload::Reloader;
use super::running::OnEnd;
use super::session::{self, Frontend, Resume, Session};
use super::systemd::Systemd;
use super::{CommandError, fd_limit, interface, log, multi_threaded_runtime};
use crate::config::InterfaceOverrides;
use crate::serve::Outputs;
use crate::words;

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
        read_token_file: args.read_token_file.clone(),
    };
    let LoadedPlan {
        mut plan,
        source,
        selector,
        config,
    } = load_with(&args.source, &args.select, &args.look, &overrides)?;
    fd_limit::fit_or_warn(&mut plan);
    let origin = source.to_string();
    let config_path = source.path().map(|path| path.display().to_string());
    let frontend = Frontend::Headless(Box::new(HeadlessOptions {
        outputs,
        config: config_path,
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
        let listener = interface::bind(&config, &args.look)
            .await
            .map_err(|unbound| unbound.error)?;
        let mut opened =
            recorder::open_usual(&args.history, &source, &config).map_err(CommandError::usage)?;
        let alerting = Alerting::new(&args.alerts, &config, &plan, &mut opened);
        let OpenedHistory {
            clock,
            past,
            history,
            recorder,
            ..
        } = opened;
        if let Some(note) = history.note() {
            tracing::warn!("{note}");
        }
        let (resume, end) = with_end(Resume::after(clock, past));
        let reloader = Reloader::new(source, selector, config);
        let code = Session::new(plan, resume)
            .with_reload(reloader.map(|reloader| reloader.with_overrides(overrides)))
            .with_interface(listener, errors, announce)
            .with_systemd(Systemd::from_environment())
            .with_history(history)
            .attach(Journal { origin })
            .attach(recorder)
            .attach(alerting)
            .run(frontend)
            .await
            .map_err(CommandError::internal);
        if let Some(end) = end.get() {
            tracing::info!("{end}");
        }
        code
    })
}

/// Keeps the sentence about the end of the run, to be logged once everything is closed. There is
/// none if the run was cut short.
fn with_end(resume: Resume) -> (Resume, Arc<OnceLock<String>>) {
    let end = Arc::new(OnceLock::new());
    let kept = Arc::clone(&end);
    let on_end: OnEnd = Box::new(move |snapshot, conclusion, run| {
        let by = match conclusion.ending() {
            Ending::Signal(signal) => format!(" by {}", signal.name()),
            _ => String::new(),
        };
        let time = words::age(run.duration);
        kept.get_or_init(|| format!("stopped after {time}{by}"));
        (resume.on_end)(snapshot, conclusion, run)
    });
    (Resume { on_end, ..resume }, end)
}
