//! What a run could not judge: `check --only-changes` tells when that begins, reminds of it, and
//! tells when it is over.

use std::io;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::changes::{length, since};
use crate::model::{LocalLimit, Row, Snapshot, Status};
use crate::words;

/// A block names this number of monitors for each cause.
const NAMED: usize = 20;

/// Why a run has no verdict about a monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnjudgedReason {
    /// This machine could not ask.
    LocalLimit(LocalLimit),
    /// The run ended first.
    RunEnded,
}

/// What was told of monitors that cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlindNotice {
    /// When the first of them could not be judged.
    pub began: Timestamp,
    /// When it was told last.
    pub at: Timestamp,
}

/// What the runs before knew.
#[derive(Clone, Copy, Debug)]
pub struct PreviousNotice {
    pub told: Option<BlindNotice>,
    /// Of a monitor that this run could not judge it was not told yet.
    pub grew: bool,
    /// Monitors that this run left out cannot be judged either.
    pub elsewhere: bool,
}

/// What a run could not judge, and what is new about that.
#[derive(Debug)]
pub struct Unjudged<'a> {
    snapshot: &'a Snapshot,
    rows: Vec<(&'a Row, UnjudgedReason)>,
    /// How long the run was.
    took: Duration,
    news: Option<UnjudgedNews>,
    told: Option<BlindNotice>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UnjudgedNews {
    Begins,
    Stands,
    Over(Duration),
}

impl<'a> Unjudged<'a> {
    /// `places`: of the rows, in order. `every`: after this time it is told again.
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
        let (news, told) = news(!rows.is_empty(), known, every, snapshot.wall(snapshot.at));
        Unjudged {
            snapshot,
            rows,
            took,
            news,
            told,
        }
    }

    /// Of a run that was interrupted, which says nothing about what can be judged.
    pub const fn interrupted(snapshot: &'a Snapshot, told: Option<BlindNotice>) -> Unjudged<'a> {
        Unjudged {
            snapshot,
            rows: Vec::new(),
            took: Duration::ZERO,
            news: None,
            told,
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

    /// What is known to have been told once a block is written.
    pub fn told_at(&self, now: Timestamp) -> Option<BlindNotice> {
        self.told.map(|told| {
            if self.rows.is_empty() {
                told
            } else {
                BlindNotice { at: now, ..told }
            }
        })
    }

    pub const fn told(&self) -> Option<BlindNotice> {
        self.told
    }

    /// `2 of 14`.
    pub fn share(&self) -> String {
        format!("{} of {}", self.rows.len(), self.watched())
    }

    /// The news like the subject of a mail: `cannot judge 2 of 2 monitors: no name server answers
    /// this machine`.
    pub fn subject(&self, zone: &TimeZone) -> String {
        let monitors = |number| if number == 1 { "monitor" } else { "monitors" };
        let blind = |when: &str| {
            let (share, monitors) = (self.share(), monitors(self.watched()));
            format!("cannot judge {share} {monitors}{when}: {}", self.causes())
        };
        match (self.news, self.told) {
            (Some(UnjudgedNews::Over(after)), _) => {
                let watched = self.watched();
                format!(
                    "all {watched} {} judged again after {}",
                    monitors(watched),
                    words::age(after)
                )
            }
            (Some(UnjudgedNews::Stands), Some(told)) => {
                let now = self.snapshot.wall(self.snapshot.at);
                format!(
                    "still {}",
                    blind(&format!(" since {}", since(told.began, now, zone)))
                )
            }
            _ => blind(""),
        }
    }

    /// A line for each cause with the names.
    ///
    /// # Errors
    /// What the writer says.
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

    /// The causes, with the number of monitors where there are several.
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
            UnjudgedReason::LocalLimit(lack) => {
                let sentence = words::local_limit(lack);
                sentence
                    .strip_prefix("DNS: ")
                    .unwrap_or(sentence)
                    .to_owned()
            }
            UnjudgedReason::RunEnded => format!("no verdict within {}", words::latency(self.took)),
        }
    }

    /// In the order in which the causes first appear.
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

/// What is to be told, and what will have been told. `blind`: the run could not judge everything.
fn news(
    blind: bool,
    known: PreviousNotice,
    every: Option<Duration>,
    now: Timestamp,
) -> (Option<UnjudgedNews>, Option<BlindNotice>) {
    match (blind, known.told) {
        (false, Some(told)) if !known.elsewhere => {
            (Some(UnjudgedNews::Over(length(told.began, now))), None)
        }
        (false, told) => (None, told),
        (true, None) => (
            Some(UnjudgedNews::Begins),
            Some(BlindNotice {
                began: now,
                at: now,
            }),
        ),
        (true, Some(told)) if known.grew => (
            Some(UnjudgedNews::Begins),
            Some(BlindNotice { at: now, ..told }),
        ),
        (true, Some(told)) if every.is_some_and(|every| length(told.at, now) >= every) => (
            Some(UnjudgedNews::Stands),
            Some(BlindNotice { at: now, ..told }),
        ),
        (true, told) => (None, told),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).unwrap()
    }

    /// In minute 60, reminded every 20 minutes; each row: whether the run is blind, what was told
    /// since when and when last, whether that grew, whether monitors elsewhere are blind; what is
    /// new, and what counts as told.
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
        for (blind, told, grew, elsewhere, wanted, counts) in rows {
            let blinds = |(began, last)| BlindNotice {
                began: at(began),
                at: at(last),
            };
            let known = PreviousNotice {
                told: told.map(blinds),
                grew,
                elsewhere,
            };
            let found = news(blind, known, Some(minutes(20)), at(60));
            assert_eq!(found, (wanted, counts.map(blinds)), "{blind} {known:?}");
        }
        let known = PreviousNotice {
            told: Some(BlindNotice {
                began: at(0),
                at: at(0),
            }),
            grew: false,
            elsewhere: false,
        };
        assert_eq!(
            news(true, known, None, at(60)).0,
            None,
            "without --remind it is told once"
        );
    }
}
