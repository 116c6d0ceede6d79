//! `hbmon schema`: prints the JSON Schema or the reference of the config.

use super::args::{SchemaArgs, SchemaFormat};
use super::{CommandError, exit, output};
use crate::config;

pub(super) fn run(args: &SchemaArgs) -> Result<u8, CommandError> {
    let text = match args.format {
        SchemaFormat::Json => config::SCHEMA,
        SchemaFormat::Markdown => config::reference::PAGE,
    };
    output::write(None, text.as_bytes()).map_err(CommandError::internal)?;
    Ok(exit::OK)
}
