//! `hbmon completions`: the scripts of clap. Those of bash, zsh and fish also complete `-F` with
//! the names and tags in the config.

use clap::CommandFactory;
use clap_complete::{Shell as Aot, generate};
use clap_complete_nushell::Nushell;

use super::args::{Cli, CompletionsArgs, Shell};
use super::{CommandError, exit, output};

const BASH: &str = include_str!("completions/bash.sh");
const ZSH: &str = include_str!("completions/zsh.zsh");
const FISH: &str = include_str!("completions/fish.fish");

pub(super) fn run(args: &CompletionsArgs) -> Result<u8, CommandError> {
    output::write(None, script(args.shell).as_bytes()).map_err(CommandError::internal)?;
    Ok(exit::OK)
}

fn script(shell: Shell) -> String {
    match shell {
        Shell::Bash => plain(Aot::Bash) + BASH,
        Shell::Zsh => {
            // Only the value of --filter is called EXPR.
            let script = plain(Aot::Zsh).replace(":EXPR:_default", ":EXPR:_hbmon_filter");
            script.replacen("_hbmon() {", &format!("{ZSH}\n_hbmon() {{"), 1)
        }
        Shell::Fish => {
            let asking = |line: &str| match line.strip_suffix(" -r") {
                Some(start) if line.contains(" -l filter ") => {
                    format!("{start} -x -a '(__hbmon_filter)'\n")
                }
                _ => format!("{line}\n"),
            };
            plain(Aot::Fish).lines().map(asking).collect::<String>() + FISH
        }
        Shell::Elvish => plain(Aot::Elvish),
        Shell::Powershell => plain(Aot::PowerShell),
        Shell::Nushell => plain(Nushell),
    }
}

fn plain(generator: impl clap_complete::Generator) -> String {
    let mut script = Vec::new();
    generate(generator, &mut Cli::command(), "hbmon", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
