//! `-o nagios`: plugin output for Nagios, Icinga, Sensu and NRPE (Monitoring Plugins Development
//! Guidelines).

use std::collections::HashMap;
use std::hash::Hasher;
use std::io;
use std::time::Duration;

use siphasher::sip::SipHasher13;

use super::{RunInfo, TestResult, seconds, status};
use crate::model::{Row, Snapshot, Status};
use crate::words;

/// Maximum characters of the first line's text, which goes to pagers.
const LINE: usize = 79;
/// Maximum characters of a label that RRD tools tell apart.
const LABEL: usize = 19;
/// Nagios keeps 4 KiB of the output: half of it is for numbers, the rest for problems.
const NUMBERS: usize = 2000;
const ALL: usize = 4000;

/// Worst first.
const PROBLEMS: [Status; 3] = [Status::Error, Status::Warning, Status::Unknown];

/// Writes the status and its numbers, then a line for each problem, within the limits of Nagios.
///
/// # Errors
/// A write fails.
pub fn write(snapshot: &Snapshot, run: &RunInfo, out: &mut dyn io::Write) -> io::Result<()> {
    let with = |wanted| {
        snapshot
            .rows
            .iter()
            .filter(move |row| status(row) == wanted)
    };
    let problems: Vec<&Row> = PROBLEMS
        .into_iter()
        .flat_map(with)
        .map(AsRef::as_ref)
        .collect();
    let mut text = format!(
        "{} | {}\n",
        headline(snapshot, run, &problems),
        numbers(snapshot, run)
    );
    for (index, row) in problems.iter().enumerate() {
        let (name, condition) = (&row.meta.name, words::condition(row));
        let line = format!(
            "{}: {name}: {condition} ({})\n",
            status(row).as_str(),
            words::tries(row)
        );
        if text.len() + line.len() > ALL {
            text.push_str(&format!("and {} more\n", problems.len() - index));
            break;
        }
        text.push_str(&unpiped(&line));
    }
    out.write_all(text.as_bytes())
}

/// Returns the first line: `HBMON CRITICAL - 2/14 down: orders-ws (24 missed), api-eu (503)`, with
/// the names that fit.
fn headline(snapshot: &Snapshot, run: &RunInfo, problems: &[&Row]) -> String {
    let counts = snapshot.counts_of_this_run();
    let (worst, total) = (counts.worst(), counts.total());
    let is_open = |row: &Row| status(row) == Status::Unknown || run.mark(row) == TestResult::Open;
    let (word, what) = match worst {
        Status::Error => ("CRITICAL", "down"),
        _ if problems.iter().any(|row| is_open(row)) => ("UNKNOWN", "without a verdict"),
        Status::Warning => ("WARNING", "in warning"),
        Status::Healthy | Status::Unknown => ("OK", "healthy"),
        Status::Paused => ("OK", "paused"),
    };
    let is_shown = |row: &Row| {
        if word == "UNKNOWN" {
            is_open(row)
        } else {
            status(row) == worst
        }
    };
    let number = snapshot.rows.iter().filter(|row| is_shown(row)).count();
    let mut line = format!("HBMON {word} - {number}/{total} {what}");
    let named: Vec<&&Row> = problems.iter().filter(|row| is_shown(row)).collect();
    for (index, row) in named.iter().enumerate() {
        let brief = row
            .cause
            .as_ref()
            .map(|cause| format!(" ({})", words::keyword(cause)))
            .unwrap_or_default();
        let separator = if index == 0 { ": " } else { ", " };
        let part = unpiped(&format!("{separator}{}{brief}", row.meta.name));
        let rest = named.len() - index - 1;
        // Keeps space for the number of problems that do not fit.
        let more = if rest > 0 {
            format!(", +{rest}")
        } else {
            String::new()
        };
        if line.chars().count() + part.chars().count() + more.len() > LINE {
            line.push_str(&format!("{separator}+{}", rest + 1));
            break;
        }
        line.push_str(&part);
    }
    line
}

/// Returns the numbers that fit whole: `up=10;;;0;14 'api-eu'=0.412s;0.5;1;0`.
fn numbers(snapshot: &Snapshot, run: &RunInfo) -> String {
    let counts = snapshot.counts_of_this_run();
    let (up, total) = (
        counts.healthy + counts.warning,
        counts.total() - counts.paused,
    );
    let mut text = format!("up={up};;;0;{total} time={}s;;;0", seconds(run.duration));
    let watched = || {
        snapshot
            .rows
            .iter()
            .filter(|row| row.status != Status::Paused)
    };
    let mut starts: HashMap<String, usize> = HashMap::new();
    for row in watched() {
        *starts.entry(start(&label(row))).or_default() += 1;
    }
    for row in watched() {
        let whole = label(row);
        let is_unique = starts.get(&start(&whole)) == Some(&1);
        let number = number(if is_unique { whole } else { short(&whole, row) }, row);
        if text.len() + number.len() > NUMBERS {
            break;
        }
        text.push_str(&number);
    }
    text
}

fn number(label: String, row: &Row) -> String {
    let Some(latency) = row.last_latency else {
        return format!(" '{label}'=U");
    };
    let limit = |limit: Option<Duration>| limit.map(|limit| limit.as_secs_f64().to_string());
    let limits = row.policy.latency;
    let (warning, error) = (
        limit(limits.warning).unwrap_or_default(),
        limit(limits.error).unwrap_or_default(),
    );
    format!(" '{label}'={}s;{warning};{error};0", seconds(latency))
}

/// Replaces `=` and `'`, which end a label, and the characters that end the numbers.
fn label(row: &Row) -> String {
    row.meta.name.as_str().replace(['=', '\'', '|'], "_")
}

fn start(label: &str) -> String {
    label.chars().take(LABEL).collect()
}

/// Returns a label that is unique within the visible length and the same in every run.
fn short(label: &str, row: &Row) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(row.meta.name.as_str().as_bytes());
    let start: String = label.chars().take(LABEL - 9).collect();
    format!("{start}~{:08x}", hasher.finish() >> 32)
}

/// Replaces pipes, because the first pipe begins the numbers.
fn unpiped(text: &str) -> String {
    text.replace('|', "/")
}
