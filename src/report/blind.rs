//! Monitors that a run could not judge. `check --only-changes` reports when that begins, repeats
//! it, and reports when it ends.

use std::io;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::elapsed::{length, since};
use crate::model::{LocalLimit, Row, Snapshot, Status};
use crate::words;

/// Maximum number of monitors that a block names for each cause.
const NAMED: usize = 20;

/// Why a run has no verdict about a monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnjudgedReason {
    /// This machine could not send the request.
    LocalLimit(LocalLimit),
    /// The run ended before the monitor was settled.
    RunEnded,
}

/// The last report about monitors that cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlindNotice {
    /// When the first of them could not be judged.
    pub began: Timestamp,
    /// When it was last reported.
    pub at: Timestamp,
}

/// What earlier runs saved.
#[derive(Clone, Copy, Debug)]
pub struct PreviousNotice {
    pub notice: Option<BlindNotice>,
    /// This run could not judge a monitor that no report has named yet.
    pub grew: bool,
    /// Monitors outside this run's filter cannot be judged either.
    pub elsewhere: bool,
}

/// The monitors that a run could not judge, and what is new about that.
#[derive(Debug)]
pub struct Unjudged<'a> {
    snapshot: &'a Snapshot,
    rows: Vec<(&'a Row, UnjudgedReason)>,
    /// Length of the run.
    took: Duration,
    news: Option<UnjudgedNews>,
    notice: Option<BlindNotice>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UnjudgedNews {
    Begins,
    Stands,
    Over(Duration),
}

impl<'a> Unjudged<'a> {
    /// `places`: indexes into `snapshot.rows`, ascending. `every`: repeats the report after this
    /// time.
    pub fn new(
        snapshot: &'a Snapshot,
        places: &[(usize, UnjudgedReason)],
        took: Duration,
        known: PreviousNotice,
        every: Option<Duration>,
    ) -> Unjudged<'a> {
        let row = |(place, why): &(usize, UnjudgedReason)| {
            Some((snapshot.rows.get(*place)?.as_ref(), *why))
        };
        let rows: Vec<_> = places.iter().filter_map(row).collect();
        let (news, notice) = news(!rows.is_empty(), known, every, snapshot.wall(snapshot.at));
        Unjudged {
            snapshot,
            rows,
            took,
            news,
            notice,
        }
    }

    /// For an interrupted run, which cannot tell which monitors can be judged.
    pub const fn interrupted(snapshot: &'a Snapshot, notice: Option<BlindNotice>) -> Unjudged<'a> {
        Unjudged {
            snapshot,
            rows: Vec::new(),
            took: Duration::ZERO,
            news: None,
            notice,
        }
    }

    pub const fn is_news(&self) -> bool {
        self.news.is_some()
    }

    pub const fn is_over(&self) -> bool {
        matches!(self.news, Some(UnjudgedNews::Over(_)))
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the notice to save after the block is written.
    pub fn notice_at(&self, now: Timestamp) -> Option<BlindNotice> {
        self.notice.map(|notice| {
            if self.rows.is_empty() {
                notice
            } else {
                BlindNotice { at: now, ..notice }
            }
        })
    }

    pub const fn notice(&self) -> Option<BlindNotice> {
        self.notice
    }

    /// `2 of 14`.
    pub fn share(&self) -> String {
        format!("{} of {}", self.rows.len(), self.watched())
    }

    /// Returns the news as the subject of a mail: `cannot judge 2 of 2 monitors: no name server
    /// answers this machine`.
    pub fn subject(&self, zone: &TimeZone) -> String {
        let monitors = |number| if number == 1 { "monitor" } else { "monitors" };
        let blind = |when: &str| {
            let (share, monitors) = (self.share(), monitors(self.watched()));
            format!("cannot judge {share} {monitors}{when}: {}", self.causes())
        };
        match (self.news, self.notice) {
            (Some(UnjudgedNews::Over(after)), _) => {
                let watched = self.watched();
                format!(
                    "all {watched} {} judged again after {}",
                    monitors(watched),
                    words::age(after)
                )
            }
            (Some(UnjudgedNews::Stands), Some(notice)) => {
                let now = self.snapshot.wall(self.snapshot.at);
                format!(
                    "still {}",
                    blind(&format!(" since {}", since(notice.began, now, zone)))
                )
            }
            _ => blind(""),
        }
    }

    /// Writes a line for each cause, with the names of its monitors.
    ///
    /// # Errors
    /// A write fails.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        for (why, rows) in self.by_cause() {
            let names: Vec<&str> = rows
                .iter()
                .take(NAMED)
                .map(|row| row.meta.name.as_str())
                .collect();
            write!(
                out,
                "not judged ({}): {}",
                self.cause(why),
                names.join(", ")
            )?;
            match rows.len().saturating_sub(NAMED) {
                0 => writeln!(out)?,
                more => writeln!(out, " and {more} more")?,
            }
        }
        Ok(())
    }

    /// Returns the causes; several causes are listed with their numbers of monitors.
    fn causes(&self) -> String {
        match self.by_cause().as_slice() {
            [(why, _)] => self.cause(*why),
            several => {
                let parts = several
                    .iter()
                    .map(|(why, rows)| format!("{} ({})", self.cause(*why), rows.len()));
                parts.collect::<Vec<_>>().join(", ")
            }
        }
    }

    fn cause(&self, why: UnjudgedReason) -> String {
        match why {
            UnjudgedReason::LocalLimit(limit) => {
                let sentence = words::local_limit(limit);
                sentence
                    .strip_prefix("DNS: ")
                    .unwrap_or(sentence)
                    .to_owned()
            }
            UnjudgedReason::RunEnded => format!("no verdict within {}", words::latency(self.took)),
        }
    }

    /// Groups the rows by cause, in order of first appearance.
    fn by_cause(&self) -> Vec<(UnjudgedReason, Vec<&'a Row>)> {
        let mut causes: Vec<(UnjudgedReason, Vec<&'a Row>)> = Vec::new();
        for (row, why) in &self.rows {
            match causes.iter_mut().find(|(known, _)| known == why) {
                Some((_, rows)) => rows.push(row),
                None => causes.push((*why, vec![row])),
            }
        }
        causes
    }

    fn watched(&self) -> usize {
        self.snapshot
            .rows
            .iter()
            .filter(|row| row.status != Status::Paused)
            .count()
    }
}

/// Returns the news and the notice to save. `blind`: the run could not judge every monitor.
fn news(
    blind: bool,
    known: PreviousNotice,
    every: Option<Duration>,
    now: Timestamp,
) -> (Option<UnjudgedNews>, Option<BlindNotice>) {
    match (blind, known.notice) {
        (false, Some(notice)) if !known.elsewhere => {
            (Some(UnjudgedNews::Over(length(notice.began, now))), None)
        }
        (false, notice) => (None, notice),
        (true, None) => (
            Some(UnjudgedNews::Begins),
            Some(BlindNotice {
                began: now,
                at: now,
            }),
        ),
        (true, Some(notice)) if known.grew => (
            Some(UnjudgedNews::Begins),
            Some(BlindNotice { at: now, ..notice }),
        ),
        (true, Some(notice)) if every.is_some_and(|every| length(notice.at, now) >= every) => (
            Some(UnjudgedNews::Stands),
            Some(BlindNotice { at: now, ..notice }),
        ),
        (true, notice) => (None, notice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    /// The run is in minute 60; a reminder is due every 20 minutes. Each row: whether the run is
    /// blind, the saved notice (`began`, `at`), `grew`, `elsewhere`; the expected news and notice.
    #[test]
    fn it_is_told_once_and_again_and_when_it_is_over() {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let rows = [
            (false, None, false, false, None, None),
            (
                true,
                None,
                true,
                false,
                Some(UnjudgedNews::Begins),
                Some((60, 60)),
            ),
            (true, Some((50, 50)), false, false, None, Some((50, 50))),
            (
                true,
                Some((50, 50)),
                true,
                false,
                Some(UnjudgedNews::Begins),
                Some((50, 60)),
            ),
            (
                true,
                Some((10, 40)),
                false,
                false,
                Some(UnjudgedNews::Stands),
                Some((10, 60)),
            ),
            (true, Some((10, 41)), false, false, None, Some((10, 41))),
            (
                false,
                Some((25, 45)),
                false,
                false,
                Some(UnjudgedNews::Over(minutes(35))),
                None,
            ),
            (false, Some((25, 45)), false, true, None, Some((25, 45))),
        ];
        for (blind, notice, grew, elsewhere, wanted, counts) in rows {
            let blinds = |(began, last)| BlindNotice {
                began: at(began),
                at: at(last),
            };
            let known = PreviousNotice {
                notice: notice.map(blinds),
                grew,
                elsewhere,
            };
            let found = news(blind, known, Some(minutes(20)), at(60));
            assert_eq!(found, (wanted, counts.map(blinds)), "{blind} {known:?}");
        }
        let known = PreviousNotice {
            notice: Some(BlindNotice {
                began: at(0),
                at: at(0),
            }),
            grew: false,
            elsewhere: false,
        };
        assert_eq!(
            news(true, known, None, at(60)).0,
            None,
            "without --remind it is notice once"
        );
    }
}
