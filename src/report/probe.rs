//! `probe` for people: everything that one target let itself be asked, phase by phase.

use std::io;
use std::time::Duration;

use super::style::Style;
use super::{Run, human};
use crate::model::{Certificate, LatencySummary, Phases, Row, Snapshot};
use crate::words;

/// Writes a block for each target, and the summary where there are several.
///
/// # Errors
/// What the writer says.
pub fn write(snapshot: &Snapshot, run: &Run, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    for row in &snapshot.rows {
        block(snapshot, row, style, out)?;
    }
    if snapshot.rows.len() == 1 && run.complete { Ok(()) } else { human::summary(snapshot, run, style, out) }
}

fn block(snapshot: &Snapshot, row: &Row, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
    let status = style.paint(row.status, row.status.as_str());
    write!(out, "{} {}  {}  {status}", style.glyph(row.status), row.meta.name, row.meta.kind.as_str())?;
    match words::condition(row) {
        sentence if sentence.is_empty() => writeln!(out)?,
        sentence => writeln!(out, ": {sentence}")?,
    }
    let peer = row.wire.peer.map(|peer| peer.to_string());
    let certificate = row.wire.certificate.as_ref().map(|shown| certificate(snapshot, shown));
    let details = [
        ("peer", peer),
        ("phases", phases(row.wire.phases)),
        ("latency", row.latency.map(latency)),
        ("certificate", certificate),
        ("tries", tries(row)),
    ];
    for (label, detail) in details {
        if let Some(detail) = detail {
            writeln!(out, "  {} {detail}", style.dim(&format!("{label:<11}")))?;
        }
    }
    Ok(())
}

/// `dns 0.3ms, connect 0.4ms, tls 9ms, first byte 31ms, body 0.1ms`: what did not happen is left out.
fn phases(phases: Phases) -> Option<String> {
    let Phases { dns, connect, tls, first_byte, body } = phases;
    let named = [("dns", dns), ("connect", connect), ("tls", tls), ("first byte", first_byte), ("body", body)];
    listed(named.into_iter().filter_map(|(name, spent)| Some((name, spent?))))
}

fn latency(summary: LatencySummary) -> String {
    let LatencySummary { avg, min, max, p50, p95, jitter, .. } = summary;
    listed([("avg", avg), ("min", min), ("p50", p50), ("p95", p95), ("max", max), ("jitter", jitter)].into_iter())
        .unwrap_or_default()
}

fn listed(named: impl Iterator<Item = (&'static str, Duration)>) -> Option<String> {
    let parts: Vec<String> = named.map(|(name, spent)| format!("{name} {}", words::latency(spent))).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn certificate(snapshot: &Snapshot, shown: &Certificate) -> String {
    let left = snapshot.wall(snapshot.at).duration_until(shown.not_after);
    format!("{} ({:.0})", words::expiry(left, &shown.subject), shown.not_after)
}

/// Left out where the first try was the only one and told everything above.
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
