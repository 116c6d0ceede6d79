//! `hbmon validate`: reads a config and says what is wrong with it.

use super::args::{ErrorFormat, Validate};
use super::load::refused;
use super::{Trouble, exit, output};
use crate::config::{self, ConfigError};

pub fn run(args: &Validate) -> Result<u8, Trouble> {
    let loaded = config::find(args.source.config.as_deref()).and_then(|source| Ok((config::load(&source)?, source)));
    let (loaded, source) = match loaded {
        Ok(loaded) => loaded,
        Err(error) => return refuse(&error, args),
    };
    // Without a mistake there is no line of JSON.
    if args.error_format != ErrorFormat::Json {
        let count = loaded.plan.targets.len();
        let name = source.path().map_or("<stdin>".to_owned(), |path| path.display().to_string());
        let monitors = if count == 1 { "monitor" } else { "monitors" };
        output::write(None, format!("{name}: {count} {monitors}, valid\n").as_bytes()).map_err(Trouble::internal)?;
    }
    Ok(exit::OK)
}

/// For programs the mistakes are the report, for people they are diagnostics.
fn refuse(error: &ConfigError, args: &Validate) -> Result<u8, Trouble> {
    let format = match args.error_format {
        ErrorFormat::Full | ErrorFormat::Short => return Err(refused(error, args.error_format, &args.look)),
        ErrorFormat::Json => config::Format::Json,
        ErrorFormat::Github => config::Format::Github,
    };
    let text = error.render(&config::Style { format, ..config::Style::default() });
    output::write(None, text.as_bytes()).map_err(Trouble::internal)?;
    Ok(exit::USAGE)
}
