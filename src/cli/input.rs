//! Arguments whose text may come from a file or from stdin.

use std::io::{self, Read};
use std::path::Path;

use super::CommandError;
use crate::file;

/// Returns the text of an argument: that of a file for `@FILE`, that of stdin for `-`, otherwise
/// the argument itself. `option`: what an error calls the argument; `limit`: in bytes.
///
/// # Errors
/// A text that cannot be read, that is too large or not UTF-8. It is not repeated.
pub(super) fn text(option: &str, argument: &str, limit: u64) -> Result<String, CommandError> {
    let (name, bytes) = match argument.strip_prefix('@') {
        Some(path) => (
            format!("`{path}`"),
            file::open_argument(Path::new(path)).and_then(|file| read(file, limit)),
        ),
        None if argument == "-" => ("stdin".to_owned(), read(io::stdin().lock(), limit)),
        None => return Ok(argument.to_owned()),
    };
    bytes.map_err(|error| {
        let why = file::error_text(&error);
        CommandError::usage(format!("`{option}`: cannot read {name}: {why}"))
    })
}

fn read(reader: impl Read, limit: u64) -> io::Result<String> {
    let bytes = file::read_limited(reader, limit)?;
    String::from_utf8(bytes).map_err(|_| io::ErrorKind::InvalidData.into())
}
