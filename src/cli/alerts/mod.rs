//! `hbmon alerts`: tests channels, previews what they are told, and lists what they were told.

mod list;
mod plan;
mod preview;
mod struck;
mod test;

use super::CommandError;
use super::args::{AlertsArgs, AlertsCommand};

pub(super) fn run(args: &AlertsArgs) -> Result<u8, CommandError> {
    match &args.command {
        AlertsCommand::Test(args) => test::run(args),
        AlertsCommand::Preview(args) => preview::run(args),
        AlertsCommand::List(args) => list::run(args),
    }
}
