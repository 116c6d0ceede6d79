//! `hbmon validate`: reads a config and says what is wrong with it.

use super::args::Validate;
use super::load::refused;
use super::{Trouble, exit, output};
use crate::config;

pub fn run(args: &Validate) -> Result<u8, Trouble> {
    let refuse = |error| refused(&error, args.error_format, &args.look);
    let source = config::find(args.source.config.as_deref()).map_err(refuse)?;
    let loaded = config::load(&source).map_err(refuse)?;
    let count = loaded.plan.targets.len();
    let name = source.path().map_or("<stdin>".to_owned(), |path| path.display().to_string());
    let monitors = if count == 1 { "monitor" } else { "monitors" };
    output::write(None, format!("{name}: {count} {monitors}, valid\n").as_bytes()).map_err(Trouble::internal)?;
    Ok(exit::OK)
}
