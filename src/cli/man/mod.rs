//! `hbmon man`: the manual pages, generated from the arguments, the exit codes and the config keys.

mod config;

use std::process::Command;

use clap::CommandFactory;
use clap::builder::Resettable;
use clap_mangen::Man as Page;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use super::args::{Cli, ManArgs};
use super::pager::{self, Paged};
use super::{CommandError, exit, output};
use crate::config::reference;
pub use config::config_manual;

/// The date of the text. It is constant, so that the pages are reproducible.
const DATE: &str = "2026-11-24";
const SOURCE: &str = concat!("hbmon ", env!("CARGO_PKG_VERSION"));
const MANUAL: &str = "hbmon manual";

/// Commands whose exit code is a verdict.
const JUDGES: [&str; 3] = ["check", "probe", "watch"];

const FILES: &[(&str, &str)] = &[
    ("./hbmon.yaml, ./hbmon.yml", "The config of this folder."),
    (
        "$XDG_CONFIG_HOME/hbmon/config.yaml, ~/.config/hbmon/config.yaml",
        "The config of the user.",
    ),
    ("/etc/hbmon/config.yaml", "The config of the machine."),
];

const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "HBMON_CONFIG",
        "The config, where neither an argument nor `-c` names one.",
    ),
    (
        "NO_COLOR, CLICOLOR, CLICOLOR_FORCE, FORCE_COLOR",
        "Whether to use colour, under `--color auto`.",
    ),
    (
        "LC_ALL, LC_CTYPE, LANG",
        "Whether to draw with Unicode, under `--glyphs auto`.",
    ),
    (
        "MANPAGER, PAGER",
        "What `hbmon man` shows its page with at a terminal; PAGER also for `hbmon history` and \
         `hbmon incidents`.",
    ),
    ("TERM", "`dumb` means neither a screen nor colour."),
    ("TZ", "The time zone of the times that people read."),
];

const EXAMPLES: &[(&str, &str)] = &[
    (
        "A look at everything that hbmon can do, without a config or a network:",
        "hbmon demo",
    ),
    (
        "A config to start from, and what it says:",
        "hbmon init https://example.com/health\nhbmon check",
    ),
    (
        "One target, five times:",
        "hbmon probe -n 5 -i 1s wss://example.com/ws/chat/",
    ),
    (
        "In CI, with a limit, and the report for later steps:",
        "hbmon check --deadline 2m -o human -o json=report.json",
    ),
    (
        "Only what is in production and not flaky:",
        "hbmon watch -F 'tag:prod !tag:flaky'",
    ),
];

pub(super) fn run(args: &ManArgs) -> Result<u8, CommandError> {
    let pages = pages().map_err(CommandError::internal)?;
    match &args.folder {
        None => {
            let first = pages
                .iter()
                .find(|(name, _)| name == "hbmon.1")
                .map_or("", |(_, page)| page.as_str());
            let is_shown = pager::is_attended() && show(first).map_err(CommandError::internal)?;
            if !is_shown {
                output::write(None, first.as_bytes()).map_err(CommandError::internal)?;
            }
        }
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|error| {
                CommandError::usage(format!("cannot make `{}`: {error}", folder.display()))
            })?;
            for (name, page) in pages {
                output::write(Some(&folder.join(name)), page.as_bytes())
                    .map_err(CommandError::usage)?;
            }
        }
    }
    Ok(exit::OK)
}

/// Shows the page by `man`, which obeys MANPAGER and PAGER, or the help by a pager. Returns whether
/// that worked.
fn show(page: &str) -> std::io::Result<bool> {
    let mut man = Command::new("man");
    man.args(["-l", "-"]);
    if pager::run(man, &|input| input.write_all(page.as_bytes()))? == Paged::Shown {
        return Ok(true);
    }
    let help = Cli::command().render_long_help().to_string();
    pager::show(&["MANPAGER", "PAGER"], &|input| {
        input.write_all(help.as_bytes())
    })
}

/// Returns every page with its file name.
fn pages() -> std::io::Result<Vec<(String, String)>> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let mut pages = vec![
        ("hbmon.1".to_owned(), main_page(&root)?),
        (
            "hbmon.5".to_owned(),
            config::page(reference::read_sections()),
        ),
    ];
    for command in root.get_subcommands() {
        add_command(command, &mut pages)?;
    }
    Ok(pages)
}

/// Adds the pages of a command and of its subcommands, unless it is hidden.
fn add_command(command: &clap::Command, pages: &mut Vec<(String, String)>) -> std::io::Result<()> {
    if command.is_hide_set() {
        return Ok(());
    }
    let judges = JUDGES.contains(&command.get_name());
    let mut shown = command.clone();
    if judges {
        // The table at the end of the help is a section of the page.
        shown = shown.after_help(Resettable::Reset);
    }
    let page = Page::new(shown).date(DATE).source(SOURCE).manual(MANUAL);
    let mut text = Vec::new();
    page.render(&mut text)?;
    let mut end = Roff::new();
    if judges {
        exit_codes(&mut end);
    }
    see_also(&mut end, &[("hbmon", "1"), ("hbmon", "5")]);
    let text =
        String::from_utf8_lossy(&text).replace(".SH EXTRA\nExit codes:\n", ".SH \"EXIT CODES\"\n");
    pages.push((page.get_filename(), text + &end.to_roff()));
    command
        .get_subcommands()
        .try_for_each(|inner| add_command(inner, pages))
}

fn main_page(root: &clap::Command) -> std::io::Result<String> {
    let page = Page::new(root.clone()).date(DATE).manual(MANUAL);
    let mut text = Vec::new();
    page.render_title(&mut text)?;
    let mut end = Roff::new();
    let mut body = Vec::new();
    page.render_name_section(&mut body)?;
    page.render_synopsis_section(&mut body)?;
    page.render_description_section(&mut body)?;
    page.render_options_section(&mut body)?;
    page.render_subcommands_section(&mut body)?;
    exit_codes(&mut end);
    tagged(&mut end, "FILES", FILES);
    tagged(&mut end, "ENVIRONMENT", ENVIRONMENT);
    end.control("SH", ["EXAMPLES"]);
    for (about, commands) in EXAMPLES {
        end.control("PP", []).text([roman(*about)]);
        example(&mut end, commands);
    }
    let names: Vec<String> = root
        .get_subcommands()
        .map(|command| format!("hbmon-{}", command.get_name()))
        .collect();
    let mut others: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    others.push(("hbmon", "5"));
    see_also(&mut end, &others);
    // Every part begins with the same preamble.
    let preamble = Roff::new().render();
    let body = String::from_utf8_lossy(&body).replace(&preamble, "");
    Ok(String::from_utf8_lossy(&text).into_owned() + &body + &end.to_roff())
}

fn exit_codes(roff: &mut Roff) {
    roff.control("SH", ["EXIT CODES"]);
    for (codes, when) in exit::table() {
        roff.control("TP", ["8"])
            .text([bold(codes)])
            .text(marked(when));
    }
}

fn tagged(roff: &mut Roff, title: &str, rows: &[(&str, &str)]) {
    roff.control("SH", [title]);
    for (name, about) in rows {
        roff.control("TP", [])
            .text([bold(*name)])
            .text(marked(about));
    }
}

fn see_also(roff: &mut Roff, pages: &[(&str, &str)]) {
    roff.control("SH", ["SEE ALSO"]);
    let mut line = Vec::new();
    for (name, section) in pages {
        if !line.is_empty() {
            line.push(roman(", "));
        }
        line.extend([bold(*name), roman(format!("({section})"))]);
    }
    roff.text(line);
}

/// Adds lines that are shown unchanged.
fn example(roff: &mut Roff, lines: &str) {
    roff.control("RS", ["4"]).control("nf", []);
    for line in lines.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []).control("RE", []);
}

/// Makes text between backticks bold.
fn marked(text: &str) -> Vec<Inline> {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| if at % 2 == 1 { bold(part) } else { roman(part) })
        .collect()
}
