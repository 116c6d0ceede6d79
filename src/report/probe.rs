//! `probe` for people: all that is known about each target, phase by phase.

use std::io;

use unicode_width::UnicodeWidthStr;

use super::style::Style;
use super::wrap::{wrapped, write_below};
use super::{RunInfo, human};
use crate::model::{Certificate, Evidence, LatencySummary, Row, Snapshot, Text};
use crate::words;

/// Columns in front of a detail.
const DETAIL: usize = 14;

/// Writes a block for each target, and a summary of several targets.
///
/// # Errors
/// A write fails.
pub fn write(
    snapshot: &Snapshot,
    run: &RunInfo,
    style: Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for row in &snapshot.rows {
        block(snapshot, row, run.verbose, style, out)?;
    }
    if snapshot.rows.len() == 1 && run.complete {
        Ok(())
    } else {
        human::summary(snapshot, run, style, out)
    }
}

fn block(
    snapshot: &Snapshot,
    row: &Row,
    verbose: bool,
    style: Style,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (name, kind) = (&row.meta.name, row.meta.kind.as_str());
    let status = style.paint(row.status, row.status.as_str());
    let sentence = words::condition(row);
    let width = format!("x {name}  {kind}  {}: {sentence}", row.status.as_str()).width();
    write!(out, "{} {name}  {kind}  {status}", style.glyph(row.status))?;
    if sentence.is_empty() {
        writeln!(out)?;
    } else if style.columns.is_none_or(|columns| width <= columns) {
        writeln!(out, ": {sentence}")?;
    } else {
        writeln!(out)?;
        write_below(&sentence, 2, style.columns, str::to_owned, out)?;
    }
    let peer = row.connection.peer.map(|peer| peer.to_string());
    let certificate = row
        .connection
        .certificate
        .as_ref()
        .map(|shown| certificate(snapshot, shown));
    let connection = &row.connection;
    let details = [
        ("response", words::response(connection)),
        ("redirects", redirects(row)),
        ("tls", connection.tls.map(words::tls)),
        ("peer", peer),
        (
            "phases",
            Some(words::phases(&row.connection.phases)).filter(|phases| !phases.is_empty()),
        ),
        ("latency", row.latency.map(|summary| latency(row, summary))),
        ("certificate", certificate),
        ("seen", seen(row)),
        ("tries", tries(row)),
        (
            "what to do",
            words::advice(row).filter(|_| verbose).map(str::to_owned),
        ),
    ];
    let room = style.columns.map(|columns| columns.saturating_sub(DETAIL));
    for (label, detail) in details {
        let mut label = label;
        for line in detail.iter().flat_map(|detail| wrapped(detail, room)) {
            writeln!(out, "  {} {line}", style.dim(&format!("{label:<11}")))?;
            label = "";
        }
    }
    Ok(())
}

/// Peer, response and redirects have separate lines.
fn seen(row: &Row) -> Option<String> {
    let peer = row
        .connection
        .peer
        .map(|peer| peer.to_string())
        .unwrap_or_default();
    let redirects = redirects(row).unwrap_or_default();
    let condition = words::condition(row);
    let known = format!("{condition} {} {peer} {redirects}", row.meta.address);
    match row.cause_evidence() {
        Some(proof) => words::failure_evidence(proof, &known),
        None => {
            let evidence = Evidence {
                http: None,
                redirects: Vec::new(),
                ..row.connection.evidence()?
            };
            words::beat_evidence(&evidence, &known)
        }
    }
}

/// The targets of redirects in their order.
fn redirects(row: &Row) -> Option<String> {
    let seen = row.connection.extra.as_deref()?;
    let list: Vec<&str> = seen.redirects.iter().map(Text::as_str).collect();
    (!list.is_empty()).then(|| list.join(", then "))
}

fn latency(row: &Row, summary: LatencySummary) -> String {
    let LatencySummary {
        avg,
        min,
        max,
        p50,
        p95,
        jitter,
        ..
    } = summary;
    if min == max || row.whole_seconds {
        return words::target_latency(row, avg);
    }
    words::latencies([
        ("avg", avg),
        ("min", min),
        ("p50", p50),
        ("p95", p95),
        ("max", max),
        ("jitter", jitter),
    ])
}

fn certificate(snapshot: &Snapshot, shown: &Certificate) -> String {
    let left = snapshot.wall(snapshot.at).duration_until(shown.not_after);
    format!(
        "{}, {} ({:.0})",
        shown.subject,
        words::expiry(left),
        shown.not_after
    )
}

/// Empty after a single attempt, because the lines above show all of it.
fn tries(row: &Row) -> Option<String> {
    (row.attempts > 1 || row.beats > 1).then(|| {
        let parts = [
            words::count(row.attempts, "try", "tries"),
            words::count(row.beats, "heartbeat", "heartbeats"),
            words::count(row.failures, "failure", "failures"),
            format!("{} missed", row.missed),
        ];
        parts.join(", ")
    })
}
