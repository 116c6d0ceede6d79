//! `hbmon validate`: reads configs and reports their errors.

use std::path::Path;
use std::sync::Arc;

use super::args::{ErrorFormat, ValidateArgs};
use super::load::{config_error, log_config};
use super::{CommandError, exit, log, output};
use crate::config::{self, ConfigError};
use crate::words;

/// Reports on every file. One error makes the exit code 2.
pub(super) fn run(args: &ValidateArgs) -> Result<u8, CommandError> {
    log::start(&args.look, log::TerminalUse::Bounded, &Arc::default())?;
    let configs = match args.configs.as_slice() {
        [] => vec![args.option.path()],
        named => named
            .iter()
            .map(|config| args.option.agree(config).map(Some))
            .collect::<Result<_, _>>()
            .map_err(CommandError::usage)?,
    };
    let mut code = exit::OK;
    for config in configs {
        match check(config, args) {
            Ok((line, warnings)) => {
                if let Some(warnings) = &warnings {
                    print_errors(warnings, args)?;
                    code = if args.strict { exit::USAGE } else { code };
                }
                output::write(None, line.as_bytes()).map_err(CommandError::internal)?;
            }
            Err(error) => {
                print_errors(&error, args)?;
                code = exit::USAGE;
            }
        }
    }
    Ok(code)
}

/// Returns the line about a valid config, and its warnings. In JSON only the warnings have lines.
fn check(
    config: Option<&Path>,
    args: &ValidateArgs,
) -> Result<(String, Option<ConfigError>), ConfigError> {
    let source = config::find(config)?;
    let loaded = config::load(&source)?;
    log_config(&source, &loaded.plan);
    if args.error_format == ErrorFormat::Json {
        return Ok((String::new(), loaded.warnings));
    }
    let name = source
        .path()
        .map_or("<stdin>".to_owned(), |path| path.display().to_string());
    let monitors = words::count(loaded.plan.targets.len() as u64, "monitor", "monitors");
    let channels = match loaded.alerts.as_ref().map_or(0, |plan| plan.channels.len()) {
        0 => String::new(),
        channels => {
            let channels = words::count(channels as u64, "channel", "channels");
            format!(", {channels}")
        }
    };
    let included = match loaded.included.len() {
        0 => String::new(),
        files => format!(
            " with {}",
            words::count(files as u64, "included file", "included files")
        ),
    };
    let warnings = loaded
        .warnings
        .as_ref()
        .map_or(0, |warnings| warnings.problems.len());
    let warned = match warnings {
        0 => String::new(),
        _ => format!(", {}", words::count(warnings as u64, "warning", "warnings")),
    };
    Ok((
        format!("{name}{included}: {monitors}{channels}, valid{warned}\n"),
        loaded.warnings,
    ))
}

/// Reports errors: for programs on stdout, for people on stderr.
fn print_errors(error: &ConfigError, args: &ValidateArgs) -> Result<(), CommandError> {
    let format = match args.error_format {
        ErrorFormat::Full | ErrorFormat::Short => {
            config_error(error, args.error_format, &args.look).print();
            return Ok(());
        }
        ErrorFormat::Json => config::DiagnosticFormat::Json,
        ErrorFormat::Github => config::DiagnosticFormat::Github,
    };
    let text = error.render(&config::DiagnosticStyle {
        format,
        ..config::DiagnosticStyle::default()
    });
    output::write(None, text.as_bytes()).map_err(CommandError::internal)
}
