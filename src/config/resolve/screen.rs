//! Resolves the block `screen`: theme, columns and keys.

use super::PlanResolver;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::nearest::nearest;
use crate::conf::setting::{Pairs, Setting};
use crate::conf::span::Span;
use crate::config::file::ScreenKeys;
use crate::prefs::{BINDINGS, Clash, Column, KeyChord, KeyNames, Keymap, Prefs, TabSet, ThemeName};

impl PlanResolver<'_> {
    /// Returns the settings of the screen. They are valid only if nothing was reported.
    pub(crate) fn prefs(&self, block: Option<&Setting<ScreenKeys>>) -> Prefs {
        let Some(ScreenKeys {
            theme,
            reduce_motion,
            keys,
            columns,
            tabs,
            notify,
        }) = block.and_then(|field| field.value.as_ref())
        else {
            return Prefs::default();
        };
        Prefs {
            theme: theme.as_ref().and_then(|field| self.theme(field)),
            reduce_motion: reduce_motion
                .as_ref()
                .and_then(|field| field.value)
                .unwrap_or(false),
            columns: columns
                .as_ref()
                .and_then(|field| self.columns(field.value.as_deref()?)),
            tabs: tabs
                .as_ref()
                .and_then(|field| self.tab_set(field))
                .unwrap_or_default(),
            keymap: keys
                .as_ref()
                .and_then(|field| field.value.as_ref())
                .map(|keys| self.keymap(keys))
                .unwrap_or_default(),
            notify: notify
                .as_ref()
                .and_then(|field| field.value)
                .unwrap_or(false),
        }
    }

    fn theme(&self, field: &Setting<String>) -> Option<ThemeName> {
        let name = field.value.as_deref()?;
        let theme = ThemeName::parse(name);
        if theme.is_none() {
            let known: Vec<&str> = ["auto"]
                .into_iter()
                .chain(ThemeName::ALL.map(ThemeName::as_str))
                .collect();
            self.unknown("`screen.theme`", name, field.span, &known);
        }
        theme
    }

    fn tab_set(&self, field: &Setting<String>) -> Option<TabSet> {
        let name = field.value.as_deref()?;
        let set = TabSet::parse(name);
        if set.is_none() {
            let known = TabSet::ALL.map(TabSet::as_str);
            self.unknown("`screen.tabs`", name, field.span, &known);
        }
        set
    }

    /// Returns none for an empty list; the width of the screen then decides, as without a list.
    fn columns(&self, fields: &[Setting<String>]) -> Option<Vec<Column>> {
        let mut columns = Vec::new();
        for field in fields {
            let Some(name) = field.value.as_deref() else {
                continue;
            };
            match Column::parse(name) {
                Some(column) if columns.contains(&column) => {
                    let title = format!("`screen.columns` has `{name}` twice");
                    self.context.report(
                        Diagnostic::new(Code::Conflict, title).at(field.span, "remove one of them"),
                    );
                }
                Some(column) => columns.push(column),
                None => self.unknown(
                    "a column of `screen.columns`",
                    name,
                    field.span,
                    &Column::ALL.map(Column::as_str),
                ),
            }
        }
        (!columns.is_empty()).then_some(columns)
    }

    fn keymap(&self, Pairs(pairs): &Pairs) -> Keymap {
        let mut keymap = Keymap::default();
        let mut places: Vec<(&str, Span)> = Vec::new();
        for (action, written) in pairs {
            let (Some(name), Some(text)) = (action.value.as_deref(), written.value.as_deref())
            else {
                continue;
            };
            let keys = self.keys(name, text, written.span);
            if keymap.bind(name, keys) {
                places.push((name, written.span));
            } else {
                self.unknown_action(name, action.span);
            }
        }
        for clash in keymap.clashes() {
            self.clash(clash, &places);
        }
        keymap
    }

    /// Parses keys separated by spaces.
    fn keys(&self, action: &str, text: &str, span: Span) -> Vec<KeyChord> {
        let mut keys = Vec::new();
        for word in text.split_whitespace() {
            match KeyChord::parse(word) {
                Some(key) if key.is_flow_control() => {
                    let title =
                        format!("`screen.keys.{action}` wants `{word}`, which never arrives");
                    self.context.report(
                        Diagnostic::new(Code::Value, title)
                            .at(span, "another key")
                            .note(
                                "terminals keep ^S and ^Q for themselves: they stop and start \
                                the output",
                            ),
                    );
                }
                Some(key) => keys.push(key),
                None => {
                    let title = format!("`screen.keys.{action}` has `{word}`, which is no key");
                    self.context.report(Diagnostic::new(Code::Value, title).at(span, "cannot be \
                        pressed").help(
                        "write a character, `ctrl+r`, `alt+r`, `f5`, or a name: space, enter, \
                         esc, tab, up, pgdn",
                    ));
                }
            }
        }
        if text.trim().is_empty() {
            let title = format!("`screen.keys.{action}` names no key");
            self.context
                .report(Diagnostic::new(Code::Value, title).at(span, "at least one"));
        }
        keys
    }

    fn clash(&self, Clash { key, first, second }: Clash, places: &[(&str, Span)]) {
        let place = |name: &str| {
            places
                .iter()
                .find(|(other, _)| *other == name)
                .map(|(_, span)| *span)
        };
        let name = key.name(KeyNames::Words);
        // At least one of them is in the file, because the default keys do not conflict.
        let (here, other) = if place(second).is_some() {
            (second, first)
        } else {
            (first, second)
        };
        let taken = match (other, place(other)) {
            ("tab", _) => "1 to 9 choose a tab".to_owned(),
            (_, None) => format!("usually `{other}`"),
            (_, Some(_)) => "taken".to_owned(),
        };
        let title = format!("`{name}` is `{here}` and `{other}` in `screen.keys`");
        let problem =
            Diagnostic::new(Code::Conflict, title).at(place(here).unwrap_or_default(), taken);
        let problem = match place(other) {
            Some(span) => problem.also(span, "here too"),
            None if other == "tab" => problem,
            None => problem.help(format!(
                "give `{other}` another key below `screen.keys`, or choose a free one here"
            )),
        };
        self.context.report(problem);
    }

    fn unknown_action(&self, name: &str, span: Span) {
        let known: Vec<&str> = BINDINGS.iter().map(|binding| binding.name).collect();
        let label = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "unknown".to_owned(),
        };
        let problem = Diagnostic::new(
            Code::UnknownKey,
            format!("`screen.keys` has no action `{name}`"),
        );
        self.context.report(
            problem
                .at(span, label)
                .help(format!("actions: {}", known.join(", "))),
        );
    }

    fn unknown(&self, what: &str, word: &str, span: Span, known: &[&str]) {
        let words = known
            .iter()
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", ");
        let label =
            nearest(word, known.iter().copied()).map(|near| format!("did you mean `{near}`?"));
        let problem = Diagnostic::new(Code::Value, format!("{what} must be one of {words}"));
        self.context
            .report(problem.at(span, label.unwrap_or_else(|| "unknown".to_owned())));
    }
}
