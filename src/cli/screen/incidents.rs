//! The incidents of a session: what a screen leaves on the terminal when its user quits.

use std::collections::VecDeque;
use std::fmt::Write;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::model::{
    ChangeKind, Event, Follower, IncidentChange, IncidentEnd, Moment, OpenIncident, Row, Snapshot,
    Status, Text,
};
use crate::report::style::Style;
use crate::words;

/// Maximum number of ended incidents, and of monitors that are down, that are printed.
const MAX_LINES: usize = 10;
/// A time that is longer ago than this is written with its date.
const DAY: Duration = Duration::from_secs(20 * 3600);

/// Collects the incidents that end.
#[derive(Debug, Default)]
pub(super) struct EndedIncidents {
    follower: Option<Follower>,
    /// The newest that have ended, oldest first.
    ended: VecDeque<EndedIncident>,
    /// Number of ended incidents.
    count: u64,
}

#[derive(Clone, Debug)]
struct EndedIncident {
    name: Text,
    incident: OpenIncident,
    end: IncidentEnd,
    ended: Moment,
}

impl EndedIncidents {
    /// Takes in a snapshot. What ended before the first one is not of the session.
    pub(super) fn read(&mut self, snapshot: &Snapshot) {
        let Some(mut follower) = self.follower else {
            let next = snapshot.changes.back().map_or(0, |last| last.seq + 1);
            self.follower = Some(Follower::at(next));
            return;
        };
        for change in follower.read(snapshot).changes {
            if let ChangeKind::Target { meta, event, .. } = &change.kind
                && let Event::Incident(event) = event
                && let IncidentChange::Closed(end) = event.change
            {
                self.count += 1;
                self.ended.push_back(EndedIncident {
                    name: meta.name.clone(),
                    incident: event.incident.clone(),
                    end,
                    ended: change.at,
                });
                self.ended
                    .drain(..self.ended.len().saturating_sub(MAX_LINES));
            }
        }
        self.follower = Some(follower);
    }

    /// Returns lines about the incidents that have ended and about what is in trouble now, the
    /// worst last. Empty if nothing happened.
    pub(super) fn lines(&self, snapshot: &Snapshot, zone: &TimeZone, style: Style) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        if self.count > 0 {
            let count = words::count(self.count, "incident", "incidents");
            let shown = self.ended.len() as u64;
            let note = if shown < self.count {
                format!(", the last {shown}")
            } else {
                String::new()
            };
            let _ = writeln!(text, "{count} ended in this session{note}:");
        }
        for ended in &self.ended {
            let incident = &ended.incident;
            let lasted = words::age(ended.ended.since(incident.opened));
            let _ = writeln!(
                text,
                "  {} {} {} {} for {lasted}{}: {}",
                style.glyph(incident.worst),
                incident.id,
                clock_time(snapshot, incident.opened, zone),
                ended.name,
                match ended.end {
                    IncidentEnd::Recovered => "",
                    IncidentEnd::Paused => ", then paused",
                    IncidentEnd::Removed => ", then removed",
                },
                incident
                    .cause
                    .as_ref()
                    .map(words::cause)
                    .unwrap_or_default(),
            );
        }
        let mut troubled: Vec<&Row> = snapshot
            .rows
            .iter()
            .filter(|row| is_trouble(row.status))
            .map(AsRef::as_ref)
            .collect();
        troubled.sort_by_key(|row| (row.status, std::cmp::Reverse(row.since)));
        let hidden = troubled.len().saturating_sub(MAX_LINES);
        if hidden > 0 {
            let _ = writeln!(text, "{hidden} more in warning or error, and:");
        }
        for row in troubled.into_iter().skip(hidden) {
            let _ = writeln!(
                text,
                "{} {}: {} for {}, since {}: {}{}",
                style.glyph(row.status),
                row.meta.name,
                style.paint(row.status, row.status.as_str()),
                words::age(snapshot.at.since(row.since)),
                clock_time(snapshot, row.since, zone),
                words::condition(row),
                name_of(row),
            );
        }
        text
    }
}

/// Returns the name of the open incident: ` (i-0042)`.
fn name_of(row: &Row) -> String {
    let incident = row.incident.as_ref();
    incident.map_or_else(String::new, |incident| format!(" ({})", incident.id))
}

fn is_trouble(status: Status) -> bool {
    matches!(status, Status::Warning | Status::Error)
}

fn clock_time(snapshot: &Snapshot, at: Moment, zone: &TimeZone) -> String {
    let format = if snapshot.at.since(at) < DAY {
        "%H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M"
    };
    snapshot
        .wall(at)
        .to_zoned(zone.clone())
        .strftime(format)
        .to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::*;
    use crate::model::{
        Cause, Change, ChangeRing, Counts, IncidentEvent, IncidentId, Kind, Meta, Policy, Reason,
        Rhythm, Rows, SelfStats, TargetId,
    };
    use crate::report::style::Glyphs;

    const STYLE: Style = Style {
        color: false,
        glyphs: Glyphs::Unicode,
        columns: None,
    };

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    fn meta(name: &str) -> Arc<Meta> {
        Arc::new(Meta::new(Text::clean(name), Kind::Http))
    }

    fn because(message: &str) -> Cause {
        Cause::Restored {
            reason: Reason::Status,
            message: Text::clean(message),
        }
    }

    fn row(name: &str, status: Status, since: u64) -> Arc<Row> {
        let policy = Policy::with_interval(Rhythm::Poll, Duration::from_secs(5));
        let mut row = Row::new(TargetId(1), meta(name), Arc::new(policy));
        row.status = status;
        row.since = at(since);
        row.cause = is_trouble(status).then(|| because("503"));
        Arc::new(row)
    }

    fn incident(number: u64, opened: u64, worst: Status, message: &str) -> OpenIncident {
        OpenIncident {
            id: IncidentId(number),
            opened: at(opened),
            worst,
            cause: Some(because(message)),
            first_reason: None,
            last_reason: None,
            acknowledged: None,
        }
    }

    /// Incidents of `m1`, each with the second of its end.
    fn snapshot(
        now: u64,
        rows: &[Arc<Row>],
        closed: &[(u64, OpenIncident, IncidentEnd)],
    ) -> Snapshot {
        let change = |(seq, (ended, incident, end)): (u64, &(u64, OpenIncident, IncidentEnd))| {
            let event = IncidentEvent {
                incident: incident.clone(),
                change: IncidentChange::Closed(*end),
            };
            Change {
                seq,
                at: at(*ended),
                kind: ChangeKind::Target {
                    id: TargetId(1),
                    meta: meta("m1"),
                    event: Event::Incident(Box::new(event)),
                },
            }
        };
        Snapshot {
            at: at(now),
            anchor: Timestamp::UNIX_EPOCH,
            rows: rows.iter().cloned().collect::<Rows>(),
            counts: Counts::default(),
            settled: 0,
            self_stats: SelfStats::default(),
            changes: (0..).zip(closed).map(change).collect::<ChangeRing>(),
        }
    }

    #[test]
    fn what_ended_and_what_lasts_is_said() {
        use IncidentEnd::{Paused, Recovered, Removed};
        let mut incidents = EndedIncidents::default();
        incidents.read(&snapshot(0, &[], &[]));
        let mut open = Row::clone(&row("api", Status::Error, 40));
        open.incident = Some(Arc::new(incident(45, 40, Status::Error, "503")));
        let closed = [
            (88, incident(42, 10, Status::Error, "503"), Recovered),
            (89, incident(43, 29, Status::Warning, "slow"), Paused),
            (90, incident(44, 88, Status::Error, "refused"), Removed),
        ];
        let last = snapshot(100, &[Arc::new(open)], &closed);
        incidents.read(&last);
        assert_eq!(
            incidents.lines(&last, &TimeZone::UTC, STYLE),
            "3 incidents ended in this session:\n  \
             ✗ i-0042 00:00:10 m1 for 1m18s: 503\n  \
             ▲ i-0043 00:00:29 m1 for 1m00s, then paused: slow\n  \
             ✗ i-0044 00:01:28 m1 for 2s, then removed: refused\n\
             ✗ api: error for 1m00s, since 00:00:40: 503 (i-0045)\n"
        );
    }

    #[test]
    fn what_ended_before_the_session_is_not_said() {
        let mut incidents = EndedIncidents::default();
        let closed = [(
            60,
            incident(1, 5, Status::Error, "503"),
            IncidentEnd::Recovered,
        )];
        let first = snapshot(60, &[], &closed);
        incidents.read(&first);
        incidents.read(&first);
        assert_eq!(incidents.lines(&first, &TimeZone::UTC, STYLE), "");
    }

    #[test]
    fn a_long_list_is_cut_at_its_best_and_oldest() {
        let mut incidents = EndedIncidents::default();
        incidents.read(&snapshot(0, &[], &[]));
        let closed: Vec<_> = (1..=15)
            .map(|n| {
                let incident = incident(n, n, Status::Error, "503");
                (n + 1, incident, IncidentEnd::Recovered)
            })
            .collect();
        let rows: Vec<_> = (0..25)
            .map(|n| row(&format!("r{n}"), [Status::Warning, Status::Error][n % 2], 5))
            .collect();
        let last = snapshot(100, &rows, &closed);
        incidents.read(&last);
        let text = incidents.lines(&last, &TimeZone::UTC, STYLE);
        assert!(
            text.starts_with("15 incidents ended in this session, the last 10:\n"),
            "{text}"
        );
        assert!(text.contains("15 more in warning or error, and:"), "{text}");
        assert_eq!(text.lines().count(), 22);
        assert!(
            text.lines()
                .rev()
                .take(10)
                .all(|line| line.contains("error for")),
            "{text}"
        );
    }

    #[test]
    fn a_quiet_session_leaves_nothing() {
        let mut incidents = EndedIncidents::default();
        let quiet = snapshot(0, &[row("m1", Status::Healthy, 0)], &[]);
        incidents.read(&quiet);
        assert_eq!(incidents.lines(&quiet, &TimeZone::UTC, STYLE), "");
    }
}
