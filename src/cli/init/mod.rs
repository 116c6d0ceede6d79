//! `hbmon init`: writes a first config, for the given URLs.

use std::sync::Arc;

mod attempt;
mod discover;
mod guess_interval;
mod heard;
mod name;
mod propose;
mod text;

use std::io::ErrorKind;
use std::path::Path;

use super::args::{ErrorFormat, InitArgs};
use super::load::config_error;
use super::output::print_stderr;
use super::{CommandError, exit, log, output, single_threaded_runtime};
use crate::config;
use crate::words;

pub(super) fn run(args: &InitArgs) -> Result<u8, CommandError> {
    log::start(&args.look, log::TerminalUse::Free, &Arc::default())?;
    let path = (args.path != Path::new("-")).then_some(args.path.as_path());
    let new_path = path.filter(|_| !args.force);
    if let Some(path) = new_path.filter(|path| path.symlink_metadata().is_ok()) {
        return Err(exists(path));
    }
    let probes: Result<Vec<_>, _> = args
        .urls
        .iter()
        .map(|url| discover::UrlProbe::new(url))
        .collect();
    let probes = probes.map_err(|error| config_error(&error, ErrorFormat::Full, &args.look))?;
    let text = if probes.is_empty() {
        text::template()
    } else {
        print_stderr(&format!(
            "trying {}, up to {}",
            words::count(probes.len() as u64, "target", "targets"),
            words::span(args.patience)
        ));
        let runtime = single_threaded_runtime()?;
        let tell = |finding: &discover::UrlFinding| {
            if let Some(warning) = finding.warning() {
                print_stderr(&warning);
            }
        };
        let findings = runtime.block_on(discover::probe_all(probes, args.patience, tell));
        // Does not wait for blocked name lookups.
        runtime.shutdown_background();
        text::config(&findings)
    };
    // The written config must be valid.
    config::load_text("hbmon.yaml", &text, Path::new(""), &|_| None).map_err(|error| {
        CommandError::internal(error.render(&config::DiagnosticStyle::default()))
    })?;
    match new_path {
        // Never overwrites a file, not even one that was created meanwhile.
        Some(path) => {
            output::write_new(path, text.as_bytes()).map_err(|error| match error.kind() {
                ErrorKind::AlreadyExists => exists(path),
                _ => CommandError::usage(error),
            })?
        }
        None => output::write(path, text.as_bytes()).map_err(CommandError::usage)?,
    }
    if let Some(path) = path {
        let argument = if path == Path::new("hbmon.yaml") {
            String::new()
        } else {
            format!(" {}", path.display())
        };
        let next = format!(
            "wrote {}\n\nhbmon check{argument}    # once, with an exit code\n\
             hbmon watch{argument}    # live\n",
            path.display()
        );
        output::write(None, next.as_bytes()).map_err(CommandError::internal)?;
    }
    Ok(exit::OK)
}

fn exists(path: &Path) -> CommandError {
    CommandError::usage(format!(
        "`{}` exists: --force overwrites it, --path names another",
        path.display()
    ))
}
