//! Candidates for the word at the cursor: values of options, and first arguments. The
//! scripts of all shells ask for it before they complete options and files.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::PossibleValue;
use clap::{Arg, Command, CommandFactory, ValueEnum};

use crate::cli::ack::open;
use crate::cli::args::{AvailabilityFormat, Cli, ExportFormat, PastFormat};
use crate::cli::memory::{self, ids};
use crate::cli::output::OutputFormat;
use crate::cli::silence;
use crate::config::{self, Code, ConfigSource};
use crate::model::{Kind, Meta, Reason, Text};
use crate::prefs::ThemeName;
use crate::store::Reader;

/// Formats that a running `serve` writes.
const SERVE_FORMATS: [&str; 2] = ["ndjson", "human"];

/// Commands that read the store.
const STORE_COMMANDS: [&str; 5] = ["history", "incidents", "report", "export", "silence"];

/// Returns the words that can replace `current`, sorted as they are best read; none where options
/// or files belong. `before`: the words before it, the program first.
pub(super) fn candidates(before: &[String], current: &str) -> Vec<String> {
    let mut root = Cli::command();
    root.build();
    let line = CommandLine::new(&root, before);
    let Some(line) = line else {
        return Vec::new();
    };
    let Some(place) = line.place(current) else {
        return Vec::new();
    };
    line.values(&place)
        .into_iter()
        .map(|value| format!("{}{value}", place.kept))
        .collect()
}

/// A command line up to the cursor.
struct CommandLine<'a> {
    /// The command in `hbmon`.
    name: &'a str,
    /// The same, or the subcommand of it that is named.
    command: &'a Command,
    /// The words between it and the cursor.
    words: &'a [String],
}

/// The kind of word at the cursor.
struct CursorPlace<'a> {
    argument: &'a Arg,
    /// The part of the word before the value: `--filter=`.
    kept: &'a str,
    value: &'a str,
}

impl<'a> CommandLine<'a> {
    fn new(root: &'a Command, before: &'a [String]) -> Option<CommandLine<'a>> {
        let is_command = |word: &String| !word.starts_with('-');
        let at = 1 + before.get(1..)?.iter().position(is_command)?;
        let command = root.find_subcommand(before.get(at)?)?;
        let words = before.get(at + 1..)?;
        // A subcommand of a command stands directly behind it.
        let inner = words
            .split_first()
            .and_then(|(word, rest)| Some((command.find_subcommand(word)?, rest)));
        let name = command.get_name();
        let (command, words) = inner.unwrap_or((command, words));
        Some(CommandLine {
            name,
            command,
            words,
        })
    }

    /// Finds the argument whose value is at the cursor.
    fn place<'c>(&self, current: &'c str) -> Option<CursorPlace<'c>>
    where
        'a: 'c,
    {
        // After `--` follows a command of the user.
        if self.words.iter().any(|word| word == "--") {
            return None;
        }
        if let Some(option) = self.words.last().and_then(|word| self.open_option(word)) {
            return Some(CursorPlace {
                argument: option,
                kept: "",
                value: current,
            });
        }
        if current.starts_with('-') {
            let (kept, value) = self.attached(current)?;
            return Some(CursorPlace {
                argument: self.option(kept.trim_end_matches('='))?,
                kept,
                value,
            });
        }
        let argument = self.command.get_positionals().nth(self.positionals())?;
        Some(CursorPlace {
            argument,
            kept: "",
            value: current,
        })
    }

    /// Returns the option that takes the next word as its value.
    fn open_option(&self, word: &str) -> Option<&'a Arg> {
        let option = self.option(word)?;
        let needs_value = option
            .get_num_args()
            .is_none_or(|number| number.min_values() > 0);
        (needs_value && !option.is_require_equals_set()).then_some(option)
    }

    /// Returns the option of this name (`--filter`, `-F`) if it takes a value.
    fn option(&self, name: &str) -> Option<&'a Arg> {
        let long = name.strip_prefix("--");
        let short = name
            .strip_prefix('-')
            .and_then(|rest| rest.chars().next().filter(|c| rest.len() == c.len_utf8()));
        let mut options = self.command.get_opts();
        options.find(|option| {
            (long.is_some() && option.get_long() == long)
                || (short.is_some_and(|short| short != '-') && option.get_short() == short)
        })
    }

    /// Splits `--filter=VALUE` and `-FVALUE`.
    fn attached<'c>(&self, word: &'c str) -> Option<(&'c str, &'c str)> {
        if word.starts_with("--") {
            return word.split_at_checked(word.find('=')? + 1);
        }
        let letter = word.get(1..)?.chars().next()?;
        let (kept, value) = word.split_at_checked(1 + letter.len_utf8())?;
        (!value.is_empty()).then_some((kept, value))
    }

    /// Returns the number of arguments before the cursor that are neither options nor their values.
    fn positionals(&self) -> usize {
        let mut count = 0;
        let mut is_value = false;
        for word in self.words {
            let is_option = word.starts_with('-') && word != "-";
            if !is_value && !is_option {
                count += 1;
            }
            is_value = !is_value && self.open_option(word).is_some();
        }
        count
    }

    fn values(&self, place: &CursorPlace<'_>) -> Vec<String> {
        let argument = place.argument;
        let fixed = argument.get_possible_values();
        match (self.name, argument.get_id().as_str()) {
            _ if !fixed.is_empty() => fixed
                .iter()
                .filter(|value| !value.is_hide_set())
                .map(|value| value.get_name().to_owned())
                .collect(),
            (name, "filter") => filters(&self.watched(name), place.value),
            // After `=` follows a path.
            (_, "output") if place.value.contains('=') => Vec::new(),
            ("serve", "output") => SERVE_FORMATS.map(str::to_owned).to_vec(),
            ("history" | "incidents", "output") => formats::<PastFormat>(),
            ("report", "output") => formats::<AvailabilityFormat>(),
            ("export", "output") => formats::<ExportFormat>(),
            (_, "output") => formats::<OutputFormat>(),
            ("silence", "silence") => self
                .store()
                .map_or_else(Vec::new, |store| silence::ids(&store)),
            ("ack", "what") => self.store().map_or_else(Vec::new, |store| open(&store)),
            ("alerts", "monitor") => names(&self.monitors(), |_| true),
            ("alerts", "channels") => self.channels(),
            ("history" | "incidents", "name") => names(&self.watched(self.name), |_| true),
            ("incidents", "id") => self.store().map_or_else(Vec::new, |store| ids(&store)),
            (_, "theme") => themes(),
            ("explain", _) if argument.is_positional() => explained(),
            ("beat", "target") => names(&self.monitors(), |meta| meta.kind == Kind::Push),
            _ => Vec::new(),
        }
    }

    /// Returns the monitors of the config that this command line reads.
    fn monitors(&self) -> Vec<Arc<Meta>> {
        match config::find(self.config().as_deref()) {
            Ok(source @ ConfigSource::File(_)) => config::outline(&source),
            // Stdin is the shell's.
            Ok(ConfigSource::Stdin) | Err(_) => Vec::new(),
        }
    }

    /// Returns the channels of the config; none if it needs what this shell does not know.
    fn channels(&self) -> Vec<String> {
        let Ok(source @ ConfigSource::File(_)) = config::find(self.config().as_deref()) else {
            return Vec::new();
        };
        let loaded = config::load(&source).ok();
        let plan = loaded.and_then(|loaded| loaded.alerts).unwrap_or_default();
        let channels = plan.channels.iter();
        channels.map(|channel| channel.name.to_string()).collect()
    }

    /// Returns the monitors that the store of this command line knows, if the command reads it and
    /// there is one, else those of the config.
    fn watched(&self, command: &str) -> Vec<Arc<Meta>> {
        let known = STORE_COMMANDS
            .contains(&command)
            .then(|| self.store())
            .flatten()
            .map_or_else(Vec::new, |store| memory::metas(&store));
        if known.is_empty() {
            return self.monitors();
        }
        known.into_iter().map(Arc::new).collect()
    }

    /// Returns the store that this command line reads, if there is one.
    fn store(&self) -> Option<Reader> {
        let named = self.option_value(&["--state"]).map(|path| expanded(&path));
        let path = match named {
            Some(path) => path,
            None => memory::usual_path(&config::find(self.config().as_deref()).ok()?).ok()?,
        };
        Reader::open(&path).ok()
    }

    /// Returns the value of an option with one of these names, if it is on the line.
    fn option_value(&self, names: &[&str]) -> Option<String> {
        let next = self.words.windows(2).find_map(|pair| match pair {
            [option, value] if names.contains(&option.as_str()) => Some(value.clone()),
            _ => None,
        });
        next.or_else(|| {
            self.words.iter().find_map(|word| {
                let (option, value) = word.split_once('=')?;
                names.contains(&option).then(|| value.to_owned())
            })
        })
    }

    /// Returns the config that the command line names: the value of `-c`, or a word that ends as a
    /// YAML file does.
    fn config(&self) -> Option<PathBuf> {
        let is_yaml = |word: &&String| {
            let extension = Path::new(word).extension().and_then(|text| text.to_str());
            !word.starts_with('-') && matches!(extension, Some("yaml" | "yml"))
        };
        self.option_value(&["-c", "--config"])
            .or_else(|| self.words.iter().rev().find(is_yaml).cloned())
            .map(|word| expanded(&word))
    }
}

/// Expands `~/`, which the shell has not done yet.
fn expanded(word: &str) -> PathBuf {
    match (word.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(word),
    }
}

fn formats<F: ValueEnum>() -> Vec<String> {
    let formats = F::value_variants().iter();
    formats
        .filter_map(ValueEnum::to_possible_value)
        .map(|value: PossibleValue| value.get_name().to_owned())
        .collect()
}

fn themes() -> Vec<String> {
    let named = ThemeName::ALL.iter().map(|theme| theme.as_str());
    std::iter::once("auto")
        .chain(named)
        .map(str::to_owned)
        .collect()
}

fn explained() -> Vec<String> {
    let codes = Code::ALL.iter().map(ToString::to_string);
    let reasons = Reason::ALL.iter().map(|reason| reason.as_str().to_owned());
    codes.chain(reasons).collect()
}

fn names(monitors: &[Arc<Meta>], is_one: impl Fn(&Meta) -> bool) -> Vec<String> {
    let monitors = monitors.iter().filter(|meta| is_one(meta));
    monitors.map(|meta| meta.name.to_string()).collect()
}

/// Returns the terms that can continue a filter, each behind the terms before it.
fn filters(monitors: &[Arc<Meta>], value: &str) -> Vec<String> {
    let start = value.rfind([' ', ',']).map_or(0, |at| at + 1);
    let (kept, term) = value.split_at(start);
    let negation = if term.starts_with('!') { "!" } else { "" };
    let groups = monitors.iter().filter_map(|meta| meta.group.as_ref());
    let tags = monitors.iter().flat_map(|meta| &meta.tags);
    let kinds: BTreeSet<&str> = monitors.iter().map(|meta| meta.kind.as_str()).collect();
    let kinds = kinds.into_iter().map(|kind| format!("kind:{kind}"));
    names(monitors, |_| true)
        .into_iter()
        .chain(fields("tag", tags))
        .chain(fields("group", groups))
        .chain(kinds)
        .map(|term| format!("{kept}{negation}{term}"))
        .collect()
}

/// Returns the terms for all values of a field. A filter cannot express spaces and commas.
fn fields<'t>(field: &str, values: impl Iterator<Item = &'t Text>) -> Vec<String> {
    let values: BTreeSet<&str> = values.map(Text::as_str).collect();
    values
        .into_iter()
        .filter(|value| !value.is_empty() && !value.contains([' ', ',']))
        .map(|value| format!("{field}:{value}"))
        .collect()
}

/// Returns the words of a command line; other bytes than UTF-8 are in none of the candidates.
pub(super) fn texts(words: &[OsString]) -> Vec<String> {
    let words = words.iter();
    words
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}
