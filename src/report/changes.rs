//! `check --only-changes`: one block that fits a mail when something changed, a reminder while
//! trouble stands.

use std::io;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::blind::{BlindNotice, Unjudged};
use super::evidence_line;
use crate::model::{Row, Snapshot, Status};
use crate::words;

/// Maximum number of monitors that one block names, so that a mail about a large outage stays
/// readable.
const NAMED: usize = 50;

/// What was told of a trouble that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemNotice {
    pub status: Status,
    /// When the trouble began; a warning that follows an error belongs to the same one.
    pub began: Timestamp,
    /// When it was told last.
    pub at: Timestamp,
}

/// How a monitor stood at the end of the run before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviousStatus {
    pub status: Status,
    pub since: Timestamp,
    pub told: Option<ProblemNotice>,
}

/// When trouble that stands is told again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReminderPolicy {
    /// This long after it was told last; none: never.
    pub every: Option<Duration>,
    /// Only trouble of at least this status.
    pub from: Status,
}

/// What is new of a fleet since it was told last.
#[derive(Debug)]
pub struct ChangeReport<'a> {
    snapshot: &'a Snapshot,
    news: Vec<(&'a Row, MonitorNews)>,
    /// Of every row, in order.
    told: Vec<Option<ProblemNotice>>,
    unjudged: Unjudged<'a>,
    /// There is something to tell.
    is_worth_telling: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MonitorNews {
    /// The monitor has a problem now. Before, it had this status for this time.
    Trouble(Option<(Status, Duration)>),
    Recovered(Duration),
    /// Still in the trouble that was told.
    Stands,
}

impl<'a> ChangeReport<'a> {
    /// `before`: of each row of the snapshot, in order.
    pub fn new(
        snapshot: &'a Snapshot,
        before: &[Option<PreviousStatus>],
        unjudged: Unjudged<'a>,
        remind: ReminderPolicy,
    ) -> ChangeReport<'a> {
        let now = snapshot.wall(snapshot.at);
        let mut is_worth_telling = unjudged.is_news();
        let (news_of_all, told) = (Vec::new(), Vec::new());
        let mut changes = ChangeReport {
            snapshot,
            news: news_of_all,
            told,
            unjudged,
            is_worth_telling,
        };
        for (row, before) in snapshot.rows.iter().zip(before) {
            let (news, told) = news(row.status, snapshot.wall(row.since), *before, now);
            let reminds = |told: Option<ProblemNotice>| {
                let old = told.is_some_and(|told| {
                    remind
                        .every
                        .is_some_and(|every| length(told.at, now) >= every)
                });
                old && row.status >= remind.from
            };
            is_worth_telling |=
                news.is_some_and(|news| news != MonitorNews::Stands || reminds(told));
            changes.news.extend(news.map(|news| (row.as_ref(), news)));
            changes.told.push(told);
        }
        changes.is_worth_telling = is_worth_telling;
        if is_worth_telling {
            // Every monitor that the mail names counts as reported.
            changes
                .told
                .iter_mut()
                .flatten()
                .for_each(|told| told.at = now);
        } else {
            changes.news.clear();
        }
        // What changed comes first; among equals the order of the config.
        changes
            .news
            .sort_by_key(|(_, news)| *news == MonitorNews::Stands);
        changes
    }

    /// What is known to have been told of each row once the block is written.
    pub fn told(&self) -> impl Iterator<Item = (&'a Row, Option<ProblemNotice>)> {
        self.snapshot
            .rows
            .iter()
            .map(AsRef::as_ref)
            .zip(self.told.iter().copied())
    }

    /// The same of monitors that cannot be judged.
    pub fn blind(&self) -> Option<BlindNotice> {
        let now = self.snapshot.wall(self.snapshot.at);
        if self.is_worth_telling {
            self.unjudged.told_at(now)
        } else {
            self.unjudged.told()
        }
    }

    /// Writes the block: a first line like the subject of a mail, then each monitor. Nothing if
    /// nothing is to be told.
    ///
    /// # Errors
    /// What the writer says.
    pub fn write(&self, zone: &TimeZone, out: &mut dyn io::Write) -> io::Result<()> {
        if !self.is_worth_telling {
            return Ok(());
        }
        writeln!(out, "hbmon: {}", self.first_line(zone))?;
        if !(self.news.is_empty() && self.unjudged.is_empty()) {
            writeln!(out)?;
        }
        for (row, news) in self.news.iter().take(NAMED) {
            writeln!(
                out,
                "{} {}",
                row.meta.name,
                self.phrase(row, *news, zone, true)
            )?;
            if let Some(cause) = row
                .cause
                .as_ref()
                .filter(|_| !matches!(news, MonitorNews::Recovered(_)))
            {
                writeln!(out, "  {}", words::cause(cause))?;
                if let Some(seen) = evidence_line(row, false) {
                    writeln!(out, "  {seen}")?;
                }
            }
            let beat = row.last_beat.map(|at| self.snapshot.at.since(at));
            let beat = beat.map_or("no heartbeat yet".to_owned(), |age| {
                format!("heartbeat {} ago", words::age(age))
            });
            writeln!(
                out,
                "  {} {}, {beat}",
                row.meta.kind.as_str(),
                row.meta.address
            )?;
        }
        match self.news.len().saturating_sub(NAMED) {
            0 => {}
            more => writeln!(out, "and {more} more")?,
        }
        self.unjudged.write(out)
    }

    /// What is new, how everything stands, and how much could not be judged.
    fn first_line(&self, zone: &TimeZone) -> String {
        let standing = words::fleet_summary(&self.snapshot.counts);
        // Unknown is all that is not judged, and that is said in other words.
        let is_known = self.unjudged.is_empty() || self.snapshot.counts.worst() != Status::Unknown;
        let about_blind = self.unjudged.is_news()
            && !self
                .news
                .iter()
                .any(|(_, news)| *news != MonitorNews::Stands);
        if about_blind {
            let subject = self.unjudged.subject(zone);
            let has_trouble = self.snapshot.counts.worst() > Status::Unknown;
            return if has_trouble || self.unjudged.is_over() {
                format!("{subject}, {standing}")
            } else {
                subject
            };
        }
        let mut parts = vec![self.subject(zone)];
        parts.extend(is_known.then_some(standing));
        parts.extend(
            (!self.unjudged.is_empty()).then(|| format!("cannot judge {}", self.unjudged.share())),
        );
        parts.join(", ")
    }

    /// `api-eu DOWN (was healthy 3d02h)`, `2 DOWN, 1 RECOVERED`.
    fn subject(&self, zone: &TimeZone) -> String {
        let is_change = |news: &MonitorNews| *news != MonitorNews::Stands;
        let any = self.news.iter().any(|(_, news)| is_change(news));
        let told: Vec<_> = self
            .news
            .iter()
            .filter(|(_, news)| is_change(news) == any)
            .collect();
        if let [(row, news)] = told.as_slice() {
            return format!("{} {}", row.meta.name, self.phrase(row, *news, zone, false));
        }
        let still = if any { "" } else { "still " };
        [Status::Error, Status::Warning, Status::Healthy]
            .into_iter()
            .map(|status| {
                (
                    status,
                    told.iter().filter(|(row, _)| row.status == status).count(),
                )
            })
            .filter(|(_, number)| *number > 0)
            .map(|(status, number)| format!("{number} {still}{}", word(status)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// What became of one monitor. `dated`: also since when.
    fn phrase(&self, row: &Row, news: MonitorNews, zone: &TimeZone, dated: bool) -> String {
        let word = word(row.status);
        let since = || {
            since(
                self.snapshot.wall(row.since),
                self.snapshot.wall(self.snapshot.at),
                zone,
            )
        };
        match news {
            MonitorNews::Recovered(after) => format!("{word} after {}", words::age(after)),
            MonitorNews::Stands => format!("still {word} since {}", since()),
            MonitorNews::Trouble(was) => {
                let was = was.map_or(String::new(), |(status, time)| {
                    let status = if status == Status::Error {
                        "down"
                    } else {
                        status.as_str()
                    };
                    format!(" (was {status} {})", words::age(time))
                });
                if dated {
                    format!("{word}{was} since {}", since())
                } else {
                    format!("{word}{was}")
                }
            }
        }
    }
}

/// What is new of one monitor, and what will have been told of it.
fn news(
    status: Status,
    since: Timestamp,
    before: Option<PreviousStatus>,
    now: Timestamp,
) -> (Option<MonitorNews>, Option<ProblemNotice>) {
    let told = before.and_then(|before| before.told);
    match (status, told) {
        (Status::Paused, _) => (None, None),
        (Status::Unknown, told) => (None, told),
        (Status::Healthy, None) => (None, None),
        (Status::Healthy, Some(told)) => (
            Some(MonitorNews::Recovered(length(told.began, since))),
            None,
        ),
        (status, Some(told)) if told.status == status => (Some(MonitorNews::Stands), Some(told)),
        (status, told) => {
            let began = told
                .filter(|_| status == Status::Warning)
                .map_or(since, |told| told.began);
            let well = before.filter(|before| before.status == Status::Healthy);
            let was = told
                .map(|told| (told.status, told.began))
                .or(well.map(|before| (before.status, before.since)));
            let was = was.map(|(status, from)| (status, length(from, since)));
            (
                Some(MonitorNews::Trouble(was)),
                Some(ProblemNotice {
                    status,
                    began,
                    at: now,
                }),
            )
        }
    }
}

const fn word(status: Status) -> &'static str {
    match status {
        Status::Error => "DOWN",
        Status::Warning => "WARNING",
        Status::Healthy | Status::Unknown | Status::Paused => "RECOVERED",
    }
}

/// `2026-11-22 13:32:04 UTC (6h05m)`.
pub(super) fn since(from: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let at = from.to_zoned(zone.clone());
    format!(
        "{} ({})",
        at.strftime("%Y-%m-%d %H:%M:%S %Z"),
        words::age(length(from, now))
    )
}

/// Never negative, as wall clocks may have been set in between.
pub(super) fn length(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(from.duration_until(to)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(minutes * 60)
    }

    /// Something is looked at in minute 60; each row: how it is since when, how it was and what was
    /// told of it, then what is new and since when the trouble that is told counts.
    #[test]
    fn what_is_new_follows_from_what_was_told() {
        use MonitorNews::{Recovered, Stands, Trouble};
        use Status::{Error, Healthy, Paused, Unknown, Warning};
        let was = |status, since| {
            Some(PreviousStatus {
                status,
                since: at(since),
                told: None,
            })
        };
        let told = |status, began| {
            Some(PreviousStatus {
                status,
                since: at(began),
                told: Some(ProblemNotice {
                    status,
                    began: at(began),
                    at: at(began),
                }),
            })
        };
        let rows = [
            ((Healthy, 60), None, None, None),
            ((Unknown, 60), None, None, None),
            ((Error, 60), None, Some(Trouble(None)), Some(60)),
            (
                (Error, 60),
                was(Healthy, 10),
                Some(Trouble(Some((Healthy, minutes(50))))),
                Some(60),
            ),
            ((Healthy, 10), was(Healthy, 10), None, None),
            // Another run saw the error first and reported nothing.
            ((Error, 50), was(Error, 50), Some(Trouble(None)), Some(50)),
            ((Error, 50), told(Error, 50), Some(Stands), Some(50)),
            (
                (Error, 60),
                told(Warning, 40),
                Some(Trouble(Some((Warning, minutes(20))))),
                Some(60),
            ),
            (
                (Warning, 60),
                told(Error, 40),
                Some(Trouble(Some((Error, minutes(20))))),
                Some(40),
            ),
            (
                (Healthy, 60),
                told(Error, 25),
                Some(Recovered(minutes(35))),
                None,
            ),
            (
                (Healthy, 60),
                told(Warning, 25),
                Some(Recovered(minutes(35))),
                None,
            ),
            // A wall clock that was set back.
            (
                (Healthy, 60),
                told(Error, 90),
                Some(Recovered(minutes(0))),
                None,
            ),
            ((Paused, 60), told(Error, 25), None, None),
            ((Unknown, 60), told(Error, 25), None, Some(25)),
        ];
        for ((status, since), before, wanted, began) in rows {
            let (news, told) = news(status, at(since), before, at(60));
            assert_eq!(
                (news, told.map(|told| told.began)),
                (wanted, began.map(at)),
                "{status:?} after {before:?}"
            );
            assert!(told.is_none_or(|told| told.status == status || status == Unknown));
        }
    }
}
