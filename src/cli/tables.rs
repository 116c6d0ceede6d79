//! Tables of the README, from the arguments, the formats and the exit codes themselves.

use std::fmt::Write;

use clap::{CommandFactory, ValueEnum};

use super::args::Cli;
use super::exit;
use super::output::Format;

/// Each table in Markdown, by name: `commands`, `formats`, `exit-codes`.
pub fn tables() -> [(&'static str, String); 3] {
    [("commands", commands()), ("formats", formats()), ("exit-codes", exit_codes())]
}

fn commands() -> String {
    let command = Cli::command();
    let all = command.get_subcommands().filter(|command| !command.is_hide_set());
    let about = |command: &clap::Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    table("command", "job", all.map(|command| (format!("`hbmon {}`", command.get_name()), about(command))))
}

fn formats() -> String {
    let values = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let help = |value: &clap::builder::PossibleValue| value.get_help().map(ToString::to_string).unwrap_or_default();
    table("`-o`", "what it is", values.map(|value| (format!("`{}`", value.get_name()), help(&value))))
}

fn exit_codes() -> String {
    table("code", "when", exit::table().map(|(codes, when)| (codes, when.to_owned())))
}

fn table(left: &str, right: &str, rows: impl Iterator<Item = (String, String)>) -> String {
    let mut text = format!("| {left} | {right} |\n|---|---|\n");
    for (name, about) in rows {
        let _ = writeln!(text, "| {name} | {} |", about.replace('|', "\\|"));
    }
    text
}
