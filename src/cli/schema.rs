//! `hbmon schema`: the config's JSON Schema, or its reference.

use super::args::{Schema, SchemaFormat};
use super::{Trouble, exit, output};
use crate::config;

pub fn run(args: &Schema) -> Result<u8, Trouble> {
    let text = match args.format {
        SchemaFormat::Json => format!("{:#}\n", config::schema()),
        SchemaFormat::Markdown => config::reference::markdown(),
    };
    output::write(None, text.as_bytes()).map_err(Trouble::internal)?;
    Ok(exit::OK)
}
