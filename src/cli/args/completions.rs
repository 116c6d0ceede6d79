//! The arguments of `hbmon completions`.

use std::ffi::OsString;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// For which shell
    #[arg(
        value_enum,
        value_name = "SHELL",
        required_unless_present = "candidates"
    )]
    pub shell: Option<Shell>,
    /// For the scripts: print what can replace this word
    #[arg(long, value_name = "WORD", require_equals = true, hide = true)]
    pub candidates: Option<OsString>,
    /// The words before it, the program first
    #[arg(
        last = true,
        value_name = "WORDS",
        requires = "candidates",
        hide = true
    )]
    pub words: Vec<OsString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
    Powershell,
    Nushell,
}
