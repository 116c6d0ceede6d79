//! The arguments of `watch` and `demo` for the screen.

use clap::Args;

use crate::prefs::ThemeName;
use crate::tui::DEFAULT_FPS;

#[derive(Debug, Args)]
#[command(next_help_heading = "Screen")]
pub(crate) struct ScreenArgs {
    /// Colours of the screen: auto, default, cb-deutan, cb-tritan, mono [default: the config's,
    /// else auto]
    #[arg(long, value_name = "NAME", value_parser = theme)]
    pub theme: Option<ThemeName>,
    /// Maximum number of frames per second, 1 to 30
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..=30),
        default_value_t = DEFAULT_FPS
    )]
    pub fps: u16,
    /// No animations
    #[arg(long)]
    pub calm: bool,
    /// Select and scroll with the mouse; hold shift for the terminal's own selection
    #[arg(long)]
    pub mouse: bool,
    /// Ring the terminal's bell when a monitor goes into error
    #[arg(long)]
    pub bell: bool,
    /// Show a desktop notification when a monitor goes into error, in terminals with OSC 9
    #[arg(long)]
    pub notify: bool,
}

fn theme(name: &str) -> Result<ThemeName, String> {
    ThemeName::parse(name)
        .ok_or_else(|| "takes auto, default, cb-deutan, cb-tritan or mono".to_owned())
}
