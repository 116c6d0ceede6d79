//! Which reports of a run, and where they go.

use clap::{Args, ValueEnum};

use crate::cli::output::{OutputFormat, OutputSpec, format_names};
use crate::report::GroupBy;

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    #[arg(
        short,
        long,
        value_name = "FORMAT[=PATH]",
        value_parser = OutputSpec::<OutputFormat>::parser(),
        help = output_help()
    )]
    pub output: Vec<OutputSpec>,
    /// No progress, and no report for people unless something is wrong
    #[arg(short, long)]
    pub quiet: bool,
    /// How to group the monitors of a report [default: `junit` by kind, others not at all]
    #[arg(long, value_enum, value_name = "WHAT")]
    pub by: Option<ReportOrder>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportOrder {
    /// their kind: http, websocket, …
    Kind,
    /// their `group`
    Group,
}

impl From<ReportOrder> for GroupBy {
    fn from(by: ReportOrder) -> GroupBy {
        match by {
            ReportOrder::Kind => GroupBy::Kind,
            ReportOrder::Group => GroupBy::Group,
        }
    }
}

fn output_help() -> String {
    format!(
        "Write this report; repeatable, at most one to stdout: {}",
        format_names::<OutputFormat>()
    )
}
