//! The arguments of `hbmon report`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum, ValueHint};
use jiff::Span;

use super::LookArgs;
use super::memory::{MemoryArgs, PartArgs};
use super::when::ago;
use crate::cli::output::{OutputSpec, format_names};
use crate::conf::units;
use crate::history::calendar::Calendar;
use crate::history::report::ReportBy;

#[derive(Debug, Args)]
#[command(group(
    ArgGroup::new("span")
        .args(["last", "month", "week"])
        .conflicts_with_all(["since", "until"])
))]
pub(crate) struct AvailabilityArgs {
    /// The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the
    /// user's, /etc/hbmon/config.yaml]
    #[arg(value_name = "CONFIG", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub memory: MemoryArgs,
    /// The last days or hours, such as 7d or 12h [default: 30d]
    #[arg(long, value_name = "SPAN", value_parser = span)]
    pub last: Option<Span>,
    /// A month: `2026-10`, or `last`
    #[arg(long, value_name = "MONTH", value_parser = Calendar::month)]
    pub month: Option<Calendar>,
    /// A week, from Monday on: `2026-W40` (ISO 8601), or `last`
    #[arg(long, value_name = "WEEK", value_parser = Calendar::week)]
    pub week: Option<Calendar>,
    #[command(flatten)]
    pub part: PartArgs,
    /// The share of time that each row is to be up, such as 99.9%, instead of `slo` of the config
    #[arg(long, value_name = "PERCENT", value_parser = objective)]
    pub slo: Option<u32>,
    /// Also show the span of the same length before
    #[arg(long)]
    pub compare: bool,
    /// What the rows stand for
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub by: ReportRows,
    #[arg(
        short,
        long,
        value_name = "FORMAT[=PATH]",
        value_parser = OutputSpec::<AvailabilityFormat>::parser(),
        help = format!(
            "Write this format; repeatable, at most one to stdout: {}",
            format_names::<AvailabilityFormat>()
        )
    )]
    pub output: Vec<OutputSpec<AvailabilityFormat>>,
    #[command(flatten)]
    pub look: LookArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportRows {
    /// one monitor each
    #[default]
    Monitor,
    /// their `group`; monitors without one together
    Group,
    /// one of their `tags` each; a monitor with several is in several rows
    Tag,
}

impl From<ReportRows> for ReportBy {
    fn from(rows: ReportRows) -> ReportBy {
        match rows {
            ReportRows::Monitor => ReportBy::Monitor,
            ReportRows::Group => ReportBy::Group,
            ReportRows::Tag => ReportBy::Tag,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AvailabilityFormat {
    /// for people
    Human,
    /// one line per row, tab-separated
    Plain,
    /// one JSON object
    Json,
    /// one JSON object per row
    Ndjson,
    /// comma-separated values (RFC 4180) with a header
    Csv,
    /// Markdown, which is also readable as the text of a mail; a file is appended to
    Md,
    /// one HTML file with a bar for each of 90 days and charts, without script
    Html,
}

fn span(text: &str) -> Result<Span, String> {
    ago(text).ok_or_else(|| "takes a span of time, such as 30d, 12h or 2w".to_owned())
}

/// Returns a share in millionths: 99.9% is 999,000. It reads what `slo` of the config reads, and a
/// percentage without its sign.
fn objective(text: &str) -> Result<u32, String> {
    let is_percentage = text.parse().is_ok_and(|number: f64| number > 1.0);
    let sign = if is_percentage { "%" } else { "" };
    units::objective(&format!("{text}{sign}"))
        .map_err(|_| "takes a percentage between 0 and 100, such as 99.9%".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objectives_are_percentages() {
        assert_eq!(objective("99.9%"), Ok(999_000));
        assert_eq!(objective("99.95"), Ok(999_500));
        assert_eq!(objective("50 %"), Ok(500_000));
        assert_eq!(objective("0.999"), Ok(999_000), "as in the config");
        assert_eq!(objective("0.5%"), Ok(5_000));
        for bad in ["100%", "1", "0%", "-1", "101", "nan", "x", "99.99999%"] {
            assert!(objective(bad).is_err(), "{bad}");
        }
    }
}
