//! `hbmon completions`: the scripts of clap. They ask `hbmon completions --candidates` for values
//! that clap does not know, such as names and tags in the config.

mod candidates;

use clap::CommandFactory;
use clap_complete::{Shell as Aot, generate};
use clap_complete_nushell::Nushell;

use super::args::{Cli, CompletionsArgs, Shell};
use super::{CommandError, exit, output};

const BASH: &str = include_str!("completions/bash.sh");
const ZSH: &str = include_str!("completions/zsh.zsh");
const FISH: &str = include_str!("completions/fish.fish");
const ELVISH: &str = include_str!("completions/elvish.elv");
const POWERSHELL: &str = include_str!("completions/powershell.ps1");
const NUSHELL: &str = include_str!("completions/nushell.nu");

/// Options whose values clap does not know.
const DYNAMIC: [&str; 3] = ["filter", "output", "theme"];

pub(super) fn run(args: &CompletionsArgs) -> Result<u8, CommandError> {
    let text = match (args.shell, &args.candidates) {
        (_, Some(current)) => {
            let words = candidates::texts(&args.words);
            let found = candidates::candidates(&words, &current.to_string_lossy());
            found.iter().map(|value| format!("{value}\n")).collect()
        }
        (Some(shell), None) => script(shell),
        // clap requires one of both.
        (None, None) => String::new(),
    };
    output::write(None, text.as_bytes()).map_err(CommandError::internal)?;
    Ok(exit::OK)
}

fn script(shell: Shell) -> String {
    match shell {
        Shell::Bash => plain(Aot::Bash) + BASH,
        Shell::Zsh => plain(Aot::Zsh).replacen(
            "_hbmon() {\n",
            &format!("{ZSH}\n_hbmon() {{\n    _hbmon_values && return 0\n"),
            1,
        ),
        Shell::Fish => {
            let asking = |line: &str| match line.strip_suffix(" -r") {
                Some(start) if is_dynamic(line) => format!("{start} -x -a '(__hbmon_values)'\n"),
                _ => format!("{line}\n"),
            };
            plain(Aot::Fish).lines().map(asking).collect::<String>() + FISH
        }
        Shell::Elvish => plain(Aot::Elvish) + ELVISH,
        Shell::Powershell => {
            let head = "param($wordToComplete, $commandAst, $cursorPosition)\n";
            plain(Aot::PowerShell).replacen(head, &format!("{head}{POWERSHELL}"), 1)
        }
        Shell::Nushell => nushell(),
    }
}

/// Returns whether a line of fish's script is about an option of `DYNAMIC`.
fn is_dynamic(line: &str) -> bool {
    let mut options = DYNAMIC.iter();
    options.any(|option| line.contains(&format!(" -l {option} ")))
}

/// Nushell names the function that completes a parameter behind its type.
fn nushell() -> String {
    let asking = |line: &str| {
        let parameter = line.trim_start();
        let options = DYNAMIC.map(|option| format!("--{option}"));
        let mut dynamic = options
            .iter()
            .map(String::as_str)
            .chain(["topic?", "target", "name?", "id"]);
        let is_dynamic = dynamic.any(|name| {
            let rest = parameter.strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(['(', ':']))
        });
        match line.split_once(": string ") {
            Some((name, rest)) if is_dynamic => {
                let rest = rest.trim_start();
                format!("{name}: string@\"nu-complete hbmon values\" {rest}\n")
            }
            _ => format!("{line}\n"),
        }
    };
    let script: String = plain(Nushell).lines().map(asking).collect();
    let head = "module completions {\n";
    script.replacen(head, &format!("{head}{NUSHELL}"), 1)
}

fn plain(generator: impl clap_complete::Generator) -> String {
    let mut script = Vec::new();
    generate(generator, &mut Cli::command(), "hbmon", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}
