//! `-o plain`: a line for each monitor, for awk and grep: name, kind, status, latency and message,
//! separated by tabs.

use std::io;

use super::ms;
use crate::model::{Row, Snapshot};
use crate::words;

/// Writes the lines, with a header on request. Unknown values are `-`. No field can hold a tab or a
/// line break: control characters were removed from all outside text when it was read.
///
/// # Errors
/// A write fails.
pub fn write(snapshot: &Snapshot, header: bool, out: &mut dyn io::Write) -> io::Result<()> {
    if header {
        writeln!(out, "name\tkind\tstatus\tlatency_ms\tmessage")?;
    }
    snapshot.rows.iter().try_for_each(|row| line(row, out))
}

fn line(row: &Row, out: &mut dyn io::Write) -> io::Result<()> {
    let latency = row
        .last_latency
        .map_or_else(|| "-".to_owned(), |latency| format!("{:?}", ms(latency)));
    let message = row
        .cause
        .as_ref()
        .map_or_else(|| "-".to_owned(), words::cause);
    let (name, kind, status) = (&row.meta.name, row.meta.kind.as_str(), row.status.as_str());
    writeln!(out, "{name}\t{kind}\t{status}\t{latency}\t{message}")
}
