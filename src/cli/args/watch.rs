//! The arguments of `hbmon watch`.

use clap::Args;

use super::{
    AlertArgs, AttachArgs, LiveArgs, LookArgs, ReportArgs, ScreenArgs, SelectArgs,
    SessionStateArgs, SourceArgs, VerdictArgs,
};

#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub select: SelectArgs,
    #[command(flatten)]
    pub stay: LiveArgs,
    #[command(flatten)]
    pub report: ReportArgs,
    #[command(flatten)]
    pub verdict: VerdictArgs,
    #[command(flatten)]
    pub look: LookArgs,
    #[command(flatten)]
    pub history: SessionStateArgs,
    #[command(flatten)]
    pub alerts: AlertArgs,
    #[command(flatten)]
    pub screen: ScreenArgs,
    #[command(flatten)]
    pub attach: AttachArgs,
}
