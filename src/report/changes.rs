//! `check --only-changes`: a block of text for a mail when a status changed, and a reminder while a
//! problem persists.

use std::io;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::blind::{BlindNotice, Unjudged};
use super::elapsed::{length, since};
use super::evidence_line;
use crate::model::{Row, Snapshot, Status, Text};
use crate::words;

/// Maximum number of monitors that one block names, so that a mail about a large outage stays
/// readable.
const NAMED: usize = 50;

/// The last report about a problem that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProblemNotice {
    pub status: Status,
    /// When the problem began. A warning after an error belongs to the same problem.
    pub began: Timestamp,
    /// When it was last reported.
    pub at: Timestamp,
}

/// Status of a monitor at the end of the previous run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviousStatus {
    pub status: Status,
    pub since: Timestamp,
    pub notice: Option<ProblemNotice>,
}

/// What is known of a monitor beyond its row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonitorContext {
    pub before: Option<PreviousStatus>,
    /// Why channels are not told of a problem of it now, in a few words: `in maintenance: patches`.
    /// The block holds it, too.
    pub held: Option<Text>,
}

/// Where a block comes from: several machines and configs may mail to one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportOrigin {
    /// The name of this machine.
    pub host: String,
    /// The config, by its whole path where it is a file.
    pub config: String,
}

/// When to repeat the report of a problem that persists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReminderPolicy {
    /// Time since the last report; none: never.
    pub every: Option<Duration>,
    /// The minimum status of a problem that is repeated.
    pub from: Status,
}

/// What changed since the last report.
#[derive(Debug)]
pub struct ChangeReport<'a> {
    snapshot: &'a Snapshot,
    news: Vec<ChangedMonitor<'a>>,
    /// The notice to save for each row, in order.
    notice: Vec<Option<ProblemNotice>>,
    unjudged: Unjudged<'a>,
    /// There is something to report.
    is_worth_telling: bool,
}

/// A monitor that the block names.
#[derive(Debug)]
struct ChangedMonitor<'a> {
    row: &'a Row,
    news: MonitorNews,
    held: Option<&'a Text>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MonitorNews {
    /// The monitor has a problem now. Before, it had this status for this time.
    Trouble(Option<(Status, Duration)>),
    Recovered(Duration),
    /// The reported problem persists.
    Stands,
    /// The problem is held. It is named if there is a block, and counts as not reported.
    Held,
}

impl MonitorNews {
    const fn is_change(self) -> bool {
        matches!(self, MonitorNews::Trouble(_) | MonitorNews::Recovered(_))
    }
}

impl<'a> ChangeReport<'a> {
    /// `contexts`: what is known of each row of the snapshot, in order.
    pub fn new(
        snapshot: &'a Snapshot,
        contexts: &'a [MonitorContext],
        unjudged: Unjudged<'a>,
        remind: ReminderPolicy,
    ) -> ChangeReport<'a> {
        let now = snapshot.wall(snapshot.at);
        let mut is_worth_telling = unjudged.is_news();
        let (news_of_all, notice) = (Vec::new(), Vec::new());
        let mut changes = ChangeReport {
            snapshot,
            news: news_of_all,
            notice,
            unjudged,
            is_worth_telling,
        };
        for (row, known) in snapshot.rows.iter().zip(contexts) {
            let held = known.held.as_ref();
            let since = snapshot.wall(row.since);
            let (news, notice) = news(row.status, since, known.before, held.is_some(), now);
            let reminds = |notice: Option<ProblemNotice>| {
                let old = notice.is_some_and(|notice| {
                    remind
                        .every
                        .is_some_and(|every| length(notice.at, now) >= every)
                });
                let is_quiet = held.is_some() || acknowledged_by(row, snapshot).is_some();
                old && row.status >= remind.from && !is_quiet
            };
            is_worth_telling |= news.is_some_and(|news| {
                news.is_change() || (news == MonitorNews::Stands && reminds(notice))
            });
            changes.news.extend(news.map(|news| ChangedMonitor {
                row: row.as_ref(),
                news,
                held,
            }));
            changes.notice.push(notice);
        }
        changes.is_worth_telling = is_worth_telling;
        if is_worth_telling {
            // Every monitor that the mail names counts as reported, except those that are held.
            changes
                .notice
                .iter_mut()
                .flatten()
                .for_each(|notice| notice.at = now);
        } else {
            changes.news.clear();
        }
        // Changes come first, and held ones last. The sort is stable: equal entries keep the order
        // of the config.
        changes
            .news
            .sort_by_key(|one| (!one.news.is_change(), one.news == MonitorNews::Held));
        changes
    }

    /// Returns each row with the notice to save after the block is written.
    pub fn notice(&self) -> impl Iterator<Item = (&'a Row, Option<ProblemNotice>)> {
        self.snapshot
            .rows
            .iter()
            .map(AsRef::as_ref)
            .zip(self.notice.iter().copied())
    }

    /// Returns the notice to save about monitors that cannot be judged.
    pub fn blind(&self) -> Option<BlindNotice> {
        let now = self.snapshot.wall(self.snapshot.at);
        if self.is_worth_telling {
            self.unjudged.notice_at(now)
        } else {
            self.unjudged.notice()
        }
    }

    /// Writes the block: a first line like the subject of a mail, then each monitor, then where
    /// the block comes from. Nothing if nothing is to be told.
    ///
    /// # Errors
    /// A write fails.
    pub fn write(
        &self,
        origin: &ReportOrigin,
        zone: &TimeZone,
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        if !self.is_worth_telling {
            return Ok(());
        }
        writeln!(out, "hbmon: {}", self.first_line(zone))?;
        if !(self.news.is_empty() && self.unjudged.is_empty()) {
            writeln!(out)?;
        }
        for one in self.news.iter().take(NAMED) {
            let row = one.row;
            let id = row.incident.as_ref().map(|incident| incident.id);
            let id = id.map_or_else(String::new, |id| format!(", {id}"));
            let phrase = self.phrase(row, one.news, zone, true);
            writeln!(out, "{} {phrase}{id}", row.meta.name)?;
            if row.status >= Status::Warning {
                one.held
                    .map_or(Ok(()), |words| writeln!(out, "  {words}"))?;
                acknowledged_by(row, self.snapshot)
                    .map_or(Ok(()), |by| writeln!(out, "  acknowledged by {by}"))?;
            }
            if let Some(cause) = row
                .cause
                .as_ref()
                .filter(|_| !matches!(one.news, MonitorNews::Recovered(_)))
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
            let group = row.meta.group.as_ref();
            let group = group.map_or_else(String::new, |group| format!(", group {group}"));
            writeln!(
                out,
                "  {} {}{group}, {beat}",
                row.meta.kind.as_str(),
                row.meta.address
            )?;
            words::notes(&row.meta)
                .iter()
                .try_for_each(|note| writeln!(out, "  {note}"))?;
        }
        match self.news.len().saturating_sub(NAMED) {
            0 => {}
            more => writeln!(out, "and {more} more")?,
        }
        self.unjudged.write(out)?;
        writeln!(out, "host {}, config {}", origin.host, origin.config)
    }

    /// Returns what is new, the counts of the fleet, and the number of monitors not judged.
    fn first_line(&self, zone: &TimeZone) -> String {
        let standing = words::fleet_summary(&self.snapshot.counts);
        // If unknown is the worst status, all unknown monitors are those that could not be judged,
        // and the line already says so.
        let is_known = self.unjudged.is_empty() || self.snapshot.counts.worst() != Status::Unknown;
        let about_blind =
            self.unjudged.is_news() && !self.news.iter().any(|one| one.news.is_change());
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
        let any = self.news.iter().any(|one| one.news.is_change());
        let is_subject = |one: &&ChangedMonitor<'_>| {
            one.news.is_change() == any && one.news != MonitorNews::Held
        };
        let notice: Vec<_> = self.news.iter().filter(is_subject).collect();
        if let [one] = notice.as_slice() {
            let phrase = self.phrase(one.row, one.news, zone, false);
            return format!("{} {phrase}", one.row.meta.name);
        }
        let still = if any { "" } else { "still " };
        [Status::Error, Status::Warning, Status::Healthy]
            .into_iter()
            .map(|status| {
                (
                    status,
                    notice.iter().filter(|one| one.row.status == status).count(),
                )
            })
            .filter(|(_, number)| *number > 0)
            .map(|(status, number)| format!("{number} {still}{}", word(status)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Returns the change of one monitor. `dated`: with the time since when.
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
            MonitorNews::Held => format!("{word} since {}", since()),
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

/// Returns who takes care of a monitor's open incident.
fn acknowledged_by<'a>(row: &'a Row, snapshot: &Snapshot) -> Option<&'a Text> {
    let acknowledged = row.incident.as_ref()?.acknowledged.as_ref();
    let active = acknowledged.filter(|one| one.is_active(snapshot.at));
    active.map(|one| &one.by)
}

/// Returns the news of one monitor and the notice to save for it.
fn news(
    status: Status,
    since: Timestamp,
    before: Option<PreviousStatus>,
    is_held: bool,
    now: Timestamp,
) -> (Option<MonitorNews>, Option<ProblemNotice>) {
    let notice = before.and_then(|before| before.notice);
    match (status, notice) {
        (Status::Paused, _) => (None, None),
        (Status::Unknown, notice) => (None, notice),
        (Status::Healthy, None) => (None, None),
        (Status::Healthy, Some(notice)) => (
            Some(MonitorNews::Recovered(length(notice.began, since))),
            None,
        ),
        (status, Some(notice)) if notice.status == status => {
            (Some(MonitorNews::Stands), Some(notice))
        }
        // What channels are told at the end of the hold, the block says then, too.
        (_, notice) if is_held => (Some(MonitorNews::Held), notice),
        (status, notice) => {
            let began = notice
                .filter(|_| status == Status::Warning)
                .map_or(since, |notice| notice.began);
            let well = before.filter(|before| before.status == Status::Healthy);
            let was = notice
                .map(|notice| (notice.status, notice.began))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    fn minutes(minutes: u64) -> Duration {
        Duration::from_secs(minutes * 60)
    }

    /// The run is in minute 60. Each row: the status and since when, the previous status and
    /// notice; the expected news and the beginning of the reported problem.
    #[test]
    fn what_is_new_follows_from_what_was_told() {
        use MonitorNews::{Recovered, Stands, Trouble};
        use Status::{Error, Healthy, Paused, Unknown, Warning};
        let was = |status, since| {
            Some(PreviousStatus {
                status,
                since: at(since),
                notice: None,
            })
        };
        let notice = |status, began| {
            Some(PreviousStatus {
                status,
                since: at(began),
                notice: Some(ProblemNotice {
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
            ((Error, 50), notice(Error, 50), Some(Stands), Some(50)),
            (
                (Error, 60),
                notice(Warning, 40),
                Some(Trouble(Some((Warning, minutes(20))))),
                Some(60),
            ),
            (
                (Warning, 60),
                notice(Error, 40),
                Some(Trouble(Some((Error, minutes(20))))),
                Some(40),
            ),
            (
                (Healthy, 60),
                notice(Error, 25),
                Some(Recovered(minutes(35))),
                None,
            ),
            (
                (Healthy, 60),
                notice(Warning, 25),
                Some(Recovered(minutes(35))),
                None,
            ),
            // The wall clock was set back.
            (
                (Healthy, 60),
                notice(Error, 90),
                Some(Recovered(minutes(0))),
                None,
            ),
            ((Paused, 60), notice(Error, 25), None, None),
            ((Unknown, 60), notice(Error, 25), None, Some(25)),
        ];
        for ((status, since), before, wanted, began) in rows {
            let (news, notice) = news(status, at(since), before, false, at(60));
            assert_eq!(
                (news, notice.map(|notice| notice.began)),
                (wanted, began.map(at)),
                "{status:?} after {before:?}"
            );
            assert!(notice.is_none_or(|notice| notice.status == status || status == Unknown));
        }
    }

    /// Each row: the status, that of the last notice, the expected news, and the status in the
    /// notice to save.
    #[test]
    fn what_is_held_is_no_news_and_a_recovery_is_never_held() {
        use MonitorNews::{Held, Recovered, Stands};
        use Status::{Error, Healthy, Paused, Unknown, Warning};
        let rows = [
            (Error, None, Some(Held), None),
            (Warning, None, Some(Held), None),
            (Healthy, None, None, None),
            (Error, Some(Error), Some(Stands), Some(Error)),
            (Error, Some(Warning), Some(Held), Some(Warning)),
            (Warning, Some(Error), Some(Held), Some(Error)),
            (Healthy, Some(Error), Some(Recovered(minutes(20))), None),
            (Unknown, Some(Error), None, Some(Error)),
            (Paused, Some(Error), None, None),
        ];
        for (status, told, wanted, kept) in rows {
            let before = PreviousStatus {
                status: told.unwrap_or(Healthy),
                since: at(40),
                notice: told.map(|status| ProblemNotice {
                    status,
                    began: at(40),
                    at: at(40),
                }),
            };
            let (news, notice) = news(status, at(60), Some(before), true, at(60));
            assert_eq!(
                (news, notice.map(|notice| notice.status)),
                (wanted, kept),
                "{status:?} after {told:?}"
            );
        }
    }
}
