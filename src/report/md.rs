//! `-o md`: Markdown for the summary of a GitHub step, a merge request or a wiki.

use std::fmt::Write;
use std::io;

use super::{RunInfo, evidence_line, is_flaky};
use crate::model::{Meta, Row, Snapshot, Status};
use crate::words;

/// GitHub does not show a step summary over 1 MiB. These limits on rows of problems and on names of
/// healthy monitors keep a summary below it.
const ROWS: usize = 400;
const NAMES: usize = 2000;
/// What the config says of monitors may take this much of it, in bytes.
const NOTES: usize = 32 << 10;

/// Worst first, because people read a page from the top.
const PROBLEMS: [Status; 3] = [Status::Error, Status::Warning, Status::Unknown];

/// Writes a section that ends with an empty line, so that others can follow.
///
/// # Errors
/// A write fails.
pub fn write(snapshot: &Snapshot, run: &RunInfo, out: &mut dyn io::Write) -> io::Result<()> {
    let mut text = format!(
        "### {} hbmon: {}\n\n",
        emoji(snapshot.counts.worst()),
        words::fleet_summary(&snapshot.counts)
    );
    let cells = |cell: &dyn Fn(Status) -> String| Status::ALL.map(cell).join(" | ");
    let names = cells(&|status| format!("{} {}", emoji(status), status.as_str()));
    let numbers = cells(&|status| snapshot.counts.of(status).to_string());
    let _ = writeln!(
        text,
        "| {names} |\n|{}\n| {numbers} |\n",
        " ---: |".repeat(Status::ALL.len())
    );
    problems(snapshot, &mut text);
    healthy(snapshot, &mut text);
    let _ = writeln!(
        text,
        "{}\n",
        plain(&words::summary(snapshot, run.duration, run.complete))
    );
    out.write_all(text.as_bytes())
}

fn problems(snapshot: &Snapshot, text: &mut String) {
    let with = |status| snapshot.rows.iter().filter(move |row| row.status == status);
    let rows: Vec<&Row> = PROBLEMS
        .into_iter()
        .flat_map(with)
        .map(AsRef::as_ref)
        .collect();
    if rows.is_empty() {
        return;
    }
    text.push_str("| monitor | kind | status | message | latency | tries |\n");
    text.push_str("| --- | --- | --- | --- | ---: | --- |\n");
    let mut room = NOTES;
    for row in rows.iter().take(ROWS) {
        let mut message = message(row);
        let notes = notes(row);
        if let Some(rest) = room.checked_sub(notes.len()) {
            room = rest;
            message.push_str(&notes);
        }
        let latency = row
            .last_latency
            .map(|latency| plain(&words::target_latency(row, latency)))
            .unwrap_or_default();
        let status = format!("{} {}", emoji(row.status), row.status.as_str());
        let cells = [
            format!("**{}**", plain(row.meta.name.as_str())),
            row.meta.kind.as_str().to_owned(),
            status,
            message,
            latency,
            words::tries(row),
        ];
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text.push('\n');
    if rows.len() > ROWS {
        let _ = writeln!(text, "and {} more\n", rows.len() - ROWS);
    }
}

/// Returns the message, and the evidence on the next line.
fn message(row: &Row) -> String {
    let seen = evidence_line(row, false).map(|seen| format!("<br>{}", plain(&seen)));
    plain(&words::condition(row)) + &seen.unwrap_or_default()
}

/// What the config says of the monitor, each in a line of its cell.
fn notes(row: &Row) -> String {
    let Meta {
        description,
        runbook,
        labels,
        ..
    } = row.meta.as_ref();
    let lines = [
        description.as_ref().map(|text| plain(text.as_str())),
        runbook.as_ref().map(|url| link("runbook", url.as_str())),
        (!labels.is_empty()).then(|| plain(&words::labels(&row.meta))),
    ];
    let lines = lines.into_iter().flatten();
    lines.map(|line| format!("<br>{line}")).collect()
}

/// A link in a table. What would end the link or the cell, or begin an escape or code, is
/// percent-encoded.
fn link(text: &str, url: &str) -> String {
    let mut safe = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '<' => safe.push_str("%3C"),
            '>' => safe.push_str("%3E"),
            '|' => safe.push_str("%7C"),
            '\\' => safe.push_str("%5C"),
            '`' => safe.push_str("%60"),
            _ => safe.push(c),
        }
    }
    format!("[{text}](<{safe}>)")
}

fn healthy(snapshot: &Snapshot, text: &mut String) {
    let rows: Vec<&Row> = snapshot
        .rows
        .iter()
        .filter(|row| row.status == Status::Healthy)
        .map(AsRef::as_ref)
        .collect();
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "<details><summary>{} {} healthy</summary>\n",
        emoji(Status::Healthy),
        rows.len()
    );
    for row in rows.iter().take(NAMES) {
        let latency = row
            .last_latency
            .map(|latency| format!(", {}", plain(&words::target_latency(row, latency))));
        let latency = latency.unwrap_or_default();
        let flaky = if is_flaky(row) {
            format!(", flaky: {}", plain(&words::recovered_failure(row)))
        } else {
            String::new()
        };
        let _ = writeln!(text, "- {}{latency}{flaky}", plain(row.meta.name.as_str()));
    }
    if rows.len() > NAMES {
        let _ = writeln!(text, "- and {} more", rows.len() - NAMES);
    }
    text.push_str("\n</details>\n\n");
}

const fn emoji(status: Status) -> &'static str {
    match status {
        Status::Healthy => "🟢",
        Status::Warning => "🟡",
        Status::Error => "🔴",
        Status::Unknown => "⚪",
        Status::Paused => "⏸",
    }
}

/// Escapes text for Markdown, HTML and tables.
pub(super) fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // A zero-width space breaks a mention, so that no server can notify a team.
            '@' => safe.push_str("@\u{200B}"),
            '\\' | '|' | '`' | '*' | '_' | '~' | '[' | ']' | '#' | '$' => {
                safe.push('\\');
                safe.push(c);
            }
            _ => safe.push(c),
        }
    }
    safe
}
