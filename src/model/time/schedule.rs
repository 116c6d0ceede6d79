//! Calendar schedules for heartbeats: a cron expression in a time zone.

use std::time::Duration;

use croner::Cron;
use croner::errors::CronError;
use croner::parser::{CronParser, Year};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A cron expression by Vixie's rules: five fields, six with seconds first, or a nickname such as
/// `@daily`.
///
/// When clocks go forward, a fixed time that does not exist moves to the first moment after the
/// gap. When clocks go back, a time that occurs twice counts once, the first time. `*` and `/`
/// follow real time.
#[derive(Clone, Debug)]
pub struct Schedule {
    cron: Cron,
    zone: TimeZone,
}

/// Two schedules are equal if their expressions and zones are written alike.
impl PartialEq for Schedule {
    fn eq(&self, other: &Schedule) -> bool {
        self.cron.as_str() == other.cron.as_str() && self.zone == other.zone
    }
}

impl Eq for Schedule {}

/// Number of occurrences that `shortest` inspects.
const SAMPLE: usize = 64;

impl Schedule {
    /// Parses an expression.
    ///
    /// # Errors
    /// Says what is wrong with the expression, or that it never occurs.
    pub fn parse(expression: &str, zone: TimeZone) -> Result<Schedule, String> {
        let parser = CronParser::builder().year(Year::Disallowed).build();
        let cron = parser.parse(expression).map_err(|error| explain(&error))?;
        let schedule = Schedule { cron, zone };
        match schedule.next(Timestamp::UNIX_EPOCH) {
            Some(_) => Ok(schedule),
            None => Err("it never comes".to_owned()),
        }
    }

    pub fn expression(&self) -> &str {
        self.cron.as_str()
    }

    /// Returns the IANA name of the time zone, such as `Europe/Berlin`, or `None` if the zone is
    /// not from that database.
    pub fn zone(&self) -> Option<&str> {
        self.zone.iana_name()
    }

    /// Returns the first occurrence after `after`, or `None` at the end of the calendar.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        let zoned = after.to_zoned(self.zone.clone());
        self.cron
            .find_next_occurrence(&zoned, false)
            .ok()
            .map(|next| next.timestamp())
            .filter(|next| *next > after)
    }

    /// Returns the shortest time between two occurrences within a sample. It takes the place of an
    /// interval.
    pub fn shortest(&self) -> Duration {
        let occurrences: Vec<Timestamp> =
            std::iter::successors(self.next(Timestamp::UNIX_EPOCH), |last| self.next(*last))
                .take(SAMPLE)
                .collect();
        let gaps = occurrences.windows(2).filter_map(|pair| match pair {
            [one, next] => Duration::try_from(one.duration_until(*next)).ok(),
            _ => None,
        });
        gaps.min().unwrap_or(Duration::from_secs(86_400))
    }
}

/// Explains an error of the parser, in its own words where those are about the user's text.
fn explain(error: &CronError) -> String {
    match error {
        CronError::EmptyPattern => "it is empty".to_owned(),
        CronError::InvalidPattern(_) => {
            "expected five fields, or six with seconds in front".to_owned()
        }
        CronError::IllegalCharacters(why) | CronError::ComponentError(why) => {
            let mut letters = why.trim_end_matches('.').chars();
            letters.next().map_or_else(String::new, |first| {
                format!("{}{}", first.to_lowercase(), letters.as_str())
            })
        }
        CronError::InvalidDate | CronError::InvalidTime | CronError::TimeSearchLimitExceeded => {
            "it never comes".to_owned()
        }
    }
}
