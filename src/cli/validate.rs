//! `hbmon validate`: reads configs and says what is wrong with them.

use super::args::{ErrorFormat, Validate};
use super::load::refused;
use super::{Trouble, exit, output};
use crate::config::{self, ConfigError};

/// Every file gets its word; one with a mistake decides the code.
pub fn run(args: &Validate) -> Result<u8, Trouble> {
    let named = args.configs.iter().map(|config| Some(config.as_str()));
    let usual = args.configs.is_empty().then_some(None);
    let mut code = exit::OK;
    for config in named.chain(usual) {
        match valid(config, args) {
            Ok(line) => output::write(None, line.as_bytes()).map_err(Trouble::internal)?,
            Err(error) => code = refuse(&error, args)?,
        }
    }
    Ok(code)
}

/// What there is to say of a good config; in JSON there is a line for mistakes only.
fn valid(config: Option<&str>, args: &Validate) -> Result<String, ConfigError> {
    let source = config::find(config)?;
    let count = config::load(&source)?.plan.targets.len();
    if args.error_format == ErrorFormat::Json {
        return Ok(String::new());
    }
    let name = source.path().map_or("<stdin>".to_owned(), |path| path.display().to_string());
    let monitors = if count == 1 { "monitor" } else { "monitors" };
    Ok(format!("{name}: {count} {monitors}, valid\n"))
}

/// For programs the mistakes are the report, for people they are diagnostics.
fn refuse(error: &ConfigError, args: &Validate) -> Result<u8, Trouble> {
    let format = match args.error_format {
        ErrorFormat::Full | ErrorFormat::Short => return Ok(refused(error, args.error_format, &args.look).tell()),
        ErrorFormat::Json => config::Format::Json,
        ErrorFormat::Github => config::Format::Github,
    };
    let text = error.render(&config::Style { format, ..config::Style::default() });
    output::write(None, text.as_bytes()).map_err(Trouble::internal)?;
    Ok(exit::USAGE)
}
