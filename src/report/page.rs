//! The page that `serve` has for people: plain HTML without script, in one file. Status is told by
//! shape and word; colour only repeats it.

use std::collections::HashMap;
use std::fmt::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use super::evidence_line;
use super::junit::escaped;
use super::style::Glyphs;
use crate::model::{Moment, Row, Snapshot, Status, Text};
use crate::words;

/// The stylesheet within the page, without the tags around it.
pub const STYLE: &str = include_str!("page.css");

/// Time after which a browser loads the page again, in seconds.
const REFRESH_SECONDS: u32 = 10;

/// The statuses that are listed as problems, worst first.
const PROBLEMS: [Status; 2] = [Status::Error, Status::Warning];

const COLUMNS: [&str; 9] = [
    "Status",
    "Monitor",
    "Kind",
    "Group",
    "For",
    "Latency",
    "Last heartbeat",
    "Uptime",
    "Message",
];

/// The columns of the history, before the message.
const PAST_COLUMNS: [&str; 2] = ["24 h", "30 d"];

/// Links to the same facts for programs, relative to the page, so that a prefix of a proxy stays.
const LINKS: [(&str, &str); 4] = [
    ("v1/status", "status as JSON"),
    ("metrics", "metrics"),
    ("v1", "all routes"),
    ("v1/openapi.json", "OpenAPI"),
];

/// How available a monitor was, as shares from 0 to 1; `None` if no time was up or down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PastAvailability {
    /// In the last 24 hours.
    pub day: Option<f64>,
    /// In the last 30 days.
    pub month: Option<f64>,
}

/// By the names of the monitors.
pub type AvailabilityByName = HashMap<Text, PastAvailability>;

/// Returns the page. `began`: the start of this process; `past`: `None` if no history is kept.
pub fn page(snapshot: &Snapshot, began: Moment, past: Option<&AvailabilityByName>) -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = write(snapshot, began, past, &mut text);
    text
}

/// Returns the page for a browser without the token that the interface needs.
pub fn token_page() -> String {
    let mut text = String::new();
    // Writing into a string cannot fail.
    let _ = head("hbmon: a token is needed", "", &mut text);
    text.push_str(
        "<main><h1>A token is needed</h1>\n\
         <p>The config of this hbmon has a <code>token</code>, and a request must show it:</p>\n\
         <p><code>curl -H \"Authorization: Bearer $TOKEN\" URL</code></p>\n\
         <p>A browser does not send this header. Let a proxy that knows its users add it, or read \
         the page on the machine itself, with a config that listens on 127.0.0.1 and has no \
         token.</p>\n</main>\n</body>\n</html>\n",
    );
    text
}

fn write(
    snapshot: &Snapshot,
    began: Moment,
    past: Option<&AvailabilityByName>,
    text: &mut String,
) -> fmt::Result {
    let worst = snapshot.counts.worst();
    let summary = words::fleet_summary(&snapshot.counts);
    let glyph = Glyphs::Unicode.status(worst);
    let refresh = format!("<meta http-equiv=\"refresh\" content=\"{REFRESH_SECONDS}\">\n");
    head(&format!("{glyph} {summary} · hbmon"), &refresh, text)?;
    writeln!(
        text,
        "<header class=\"{}\"><h1><b aria-hidden=\"true\">{glyph}</b> {summary}</h1>\n\
         <p>{}. hbmon {} has watched for {}.</p>\n{}\
         <p class=\"quiet\">As of {}. The page loads again every {REFRESH_SECONDS} s.</p></header>",
        worst.as_str(),
        words::counts(&snapshot.counts),
        env!("CARGO_PKG_VERSION"),
        words::age(snapshot.at.since(began)),
        refused_reload(snapshot),
        stamp(snapshot, snapshot.at),
    )?;
    text.push_str("<main>\n");
    problems(snapshot, text)?;
    table(snapshot, past, text)?;
    text.push_str("</main>\n<nav>");
    for (address, name) in LINKS {
        write!(text, "<a href=\"{address}\">{name}</a> · ")?;
    }
    text.push_str("help: <code>man hbmon</code></nav>\n</body>\n</html>\n");
    Ok(())
}

/// Says that the config in the file is not the one that is watched.
const fn refused_reload(snapshot: &Snapshot) -> &'static str {
    if snapshot.self_stats.reload_refused {
        "<p class=\"warning\"><b>The config that was read last is bad</b>: the one before is still \
         watched. The log says what is wrong.</p>\n"
    } else {
        ""
    }
}

fn head(title: &str, more: &str, text: &mut String) -> fmt::Result {
    write!(
        text,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n{more}\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    )
}

/// What is in error or warning, or has an open incident: since when, and why.
fn problems(snapshot: &Snapshot, text: &mut String) -> fmt::Result {
    let with = |status| snapshot.rows.iter().filter(move |row| row.status == status);
    let is_other = |row: &&Arc<Row>| !PROBLEMS.contains(&row.status) && row.incident.is_some();
    let others = snapshot.rows.iter().filter(is_other);
    let mut rows = PROBLEMS.into_iter().flat_map(with).chain(others).peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    text.push_str("<h2>What is wrong</h2>\n<ul class=\"problems\">\n");
    rows.try_for_each(|row| problem(snapshot, row, text))?;
    text.push_str("</ul>\n");
    Ok(())
}

fn problem(snapshot: &Snapshot, row: &Row, text: &mut String) -> fmt::Result {
    write!(
        text,
        "<li class=\"{}\"><h3>{} {}</h3>\n<p>{} for {}, since {}: {}</p>\n",
        row.status.as_str(),
        marked(row.status, false),
        escaped(row.meta.name.as_str()),
        row.status.as_str(),
        words::age(snapshot.at.since(row.since)),
        stamp(snapshot, row.since),
        escaped(&words::condition(row)),
    )?;
    for said in incident(snapshot, row)
        .into_iter()
        .chain(silence(snapshot, row))
    {
        writeln!(text, "<p>{said}</p>")?;
    }
    if let Some(seen) = evidence_line(row, false) {
        writeln!(text, "<p>{}</p>", escaped(&seen))?;
    }
    if let Some(description) = &row.meta.description {
        writeln!(text, "<p>{}</p>", escaped(description.as_str()))?;
    }
    if let Some(runbook) = &row.meta.runbook {
        let url = escaped(runbook.as_str());
        writeln!(text, "<p>runbook: <a href=\"{url}\">{url}</a></p>")?;
    }
    if !row.meta.labels.is_empty() {
        let labels = words::labels(&row.meta);
        writeln!(text, "<p class=\"quiet\">labels: {}</p>", escaped(&labels))?;
    }
    let address = escaped(row.meta.address.as_str());
    writeln!(text, "<p class=\"quiet\">{address}</p></li>")
}

/// The open incident of a monitor, its age, and who takes care of it.
fn incident(snapshot: &Snapshot, row: &Row) -> Option<String> {
    let incident = row.incident.as_ref()?;
    let age = words::age(snapshot.at.since(incident.opened));
    let mut said = format!("incident {}, open for {age}", incident.id);
    let acknowledged = incident.acknowledged.as_ref();
    if let Some(known) = acknowledged.filter(|known| known.is_active(snapshot.at)) {
        let _ = write!(said, ", acknowledged by {}", escaped(known.by.as_str()));
    }
    Some(said)
}

/// The silence in force of a monitor.
fn silence(snapshot: &Snapshot, row: &Row) -> Option<String> {
    let silence = row.silence.as_ref()?;
    if !silence.is_active(snapshot.at) {
        return None;
    }
    let until = stamp(snapshot, silence.until);
    let by = escaped(silence.by.as_str());
    let mut said = format!("silenced until {until} by {by}");
    if !silence.reason.is_empty() {
        let _ = write!(said, ": {}", escaped(silence.reason.as_str()));
    }
    Some(said)
}

/// Every monitor, in the order of the config.
fn table(snapshot: &Snapshot, past: Option<&AvailabilityByName>, text: &mut String) -> fmt::Result {
    let total = words::count(snapshot.rows.len() as u64, "monitor", "monitors");
    write!(
        text,
        "<div class=\"wide\"><table><caption>{total}</caption>\n<thead><tr>"
    )?;
    let [most @ .., last] = COLUMNS;
    let of_past = past.map_or(&[][..], |_| &PAST_COLUMNS);
    for column in most.iter().chain(of_past).chain([&last]) {
        write!(text, "<th scope=\"col\">{column}</th>")?;
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    snapshot
        .rows
        .iter()
        .try_for_each(|row| line(snapshot, past, row, text))?;
    text.push_str("</tbody></table></div>\n");
    Ok(())
}

fn line(
    snapshot: &Snapshot,
    past: Option<&AvailabilityByName>,
    row: &Row,
    text: &mut String,
) -> fmt::Result {
    let now = snapshot.at;
    let ago = |at| format!("{} ago", words::age(now.since(at)));
    let group = row.meta.group.as_ref().map_or("", |group| group.as_str());
    let message = match row.instances {
        Some(counts) if row.cause.is_none() => words::instances(counts),
        _ => words::condition(row),
    };
    write!(
        text,
        "<tr class=\"{}\"><td>{}</td><th scope=\"row\">{}</th><td>{}</td><td>{}</td>",
        row.status.as_str(),
        marked(row.status, true),
        escaped(row.meta.name.as_str()),
        row.meta.kind.as_str(),
        escaped(group),
    )?;
    let latency = |latency: Duration| words::target_latency(row, latency);
    let cells = [
        Some(words::age(now.since(row.since))),
        row.last_latency.map(latency),
        row.last_beat.map(ago),
        row.uptime(now).map(words::percent),
    ];
    let of_past = past.map(|past| {
        let known = past.get(&row.meta.name).copied().unwrap_or_default();
        [
            known.day.map(words::percent),
            known.month.map(words::percent),
        ]
    });
    for cell in cells.into_iter().chain(of_past.into_iter().flatten()) {
        let cell = cell.unwrap_or_default();
        write!(text, "<td class=\"time\">{}</td>", escaped(&cell))?;
    }
    write!(text, "<td>{}", escaped(&message))?;
    if let Some(said) = silence(snapshot, row) {
        write!(text, "<p class=\"quiet\">{said}</p>")?;
    }
    text.push_str("</td></tr>\n");
    Ok(())
}

/// A status as its shape, with or without its word.
fn marked(status: Status, has_word: bool) -> String {
    let glyph = Glyphs::Unicode.status(status);
    let word = if has_word {
        format!(" {}", status.as_str())
    } else {
        String::new()
    };
    format!("<b><span aria-hidden=\"true\">{glyph}</span>{word}</b>")
}

/// A time in UTC, for people and for programs.
fn stamp(snapshot: &Snapshot, at: Moment) -> String {
    let wall = snapshot.wall(at);
    format!(
        "<time datetime=\"{wall:.3}\">{} UTC</time>",
        wall.strftime("%Y-%m-%d %H:%M:%S")
    )
}
