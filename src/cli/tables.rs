//! The tables of README and docs, generated from arguments, formats, exit codes and keys.

use std::fmt::Write;

use clap::{CommandFactory, ValueEnum};

use super::args::Cli;
use super::exit;
use super::output::OutputFormat;
use crate::model::Reason;
use crate::prefs::{BINDINGS, Binding, Column, KeyNames};
use crate::words::{ReasonGuide, reason_guide};

/// Returns each table in Markdown with its name.
pub fn tables() -> [(&'static str, String); 6] {
    [
        ("commands", commands()),
        ("formats", formats()),
        ("exit-codes", exit_codes()),
        ("keys", keys()),
        ("columns", columns()),
        ("reasons", reasons()),
    ]
}

fn commands() -> String {
    let command = Cli::command();
    let all = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    let about = |command: &clap::Command| {
        command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    table(
        "command",
        "job",
        all.map(|command| (format!("`hbmon {}`", command.get_name()), about(command))),
    )
}

fn formats() -> String {
    let values = OutputFormat::value_variants()
        .iter()
        .filter_map(ValueEnum::to_possible_value);
    let help = |value: &clap::builder::PossibleValue| {
        value
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    table(
        "`-o`",
        "what it is",
        values.map(|value| (format!("`{}`", value.get_name()), help(&value))),
    )
}

fn exit_codes() -> String {
    table(
        "code",
        "when",
        exit::table().map(|(codes, when)| (codes, when.to_owned())),
    )
}

/// Returns the table of keys, with the name of each action in a config.
fn keys() -> String {
    let mut text = String::from("| key | what it does | name in `screen.keys` |\n|---|---|---|\n");
    for Binding {
        keys, name, help, ..
    } in BINDINGS
    {
        let keys: Vec<String> = keys
            .iter()
            .map(|key| format!("`{}`", key.name(KeyNames::Arrows)))
            .collect();
        let _ = writeln!(text, "| {} | {help} | `{name}` |", keys.join(", "));
    }
    text
}

fn columns() -> String {
    let rows = Column::ALL
        .into_iter()
        .map(|column| (format!("`{}`", column.as_str()), column.about().to_owned()));
    table("column", "what it shows", rows)
}

/// Returns the table of reasons: what happened, and what to do first.
fn reasons() -> String {
    let mut text = String::from("| reason | what happened | what to do first |\n|---|---|---|\n");
    for reason in Reason::ALL {
        let ReasonGuide { what, advice, .. } = reason_guide(reason);
        let _ = writeln!(text, "| `{}` | {what} | {advice} |", reason.as_str());
    }
    text
}

fn table(left: &str, right: &str, rows: impl Iterator<Item = (String, String)>) -> String {
    let mut text = format!("| {left} | {right} |\n|---|---|\n");
    for (name, about) in rows {
        let _ = writeln!(text, "| {name} | {} |", about.replace('|', "\\|"));
    }
    text
}
