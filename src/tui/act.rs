//! What a key changes in the state of the screen, and what it asks of the world outside.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};

use crate::model::{Moment, Status, TargetId};
use crate::prefs::{Action, Column, Key};

use super::order::is_problem;
use super::state::detail::{Detail, Section};
use super::state::freeze::Frozen;
use super::state::look::Span;
use super::state::overlay::{Chooser, Help, Overlay};
use super::state::tabs::Tab;
use super::ui::{Typing, TypingField, Ui};
use super::widgets::{columns, help};

/// The same question is not asked again so soon.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a key asks of the world outside the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    None,
    /// Draw every cell anew.
    Redraw,
    /// For the engine.
    Command(Command),
    /// The monitor in view, as JSON into the clipboard.
    Copy,
    /// The picture into files.
    Save,
    /// Capture the mouse, or let it go.
    Mouse(bool),
    Suspend,
    Quit,
    /// Quit and leave the picture on the terminal.
    QuitKeep,
    /// Quit, as by SIGINT.
    Interrupt,
}

/// What the screen asks of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    BeatNow(TargetId),
    BeatAll,
    Reconnect(TargetId),
    /// Pause (true) or resume.
    Pause(TargetId, bool),
    Reload,
}

impl Ui {
    pub fn on_key(&mut self, key: KeyEvent, now: Moment) -> Effect {
        if let Some(pressed) = Key::of(key)
            && (self.on_typed(pressed, now) || self.on_search(pressed))
        {
            return Effect::None;
        }
        match self.keymap.action(key) {
            Some(action) if self.allows(action) => self.act(action, now),
            _ => Effect::None,
        }
    }

    /// Whether an action means something now; the footer shows no other.
    pub fn allows(&self, action: Action) -> bool {
        use Action::*;
        match &self.overlay {
            Some(Overlay::Help(_)) => {
                return matches!(action, Up | Down | PageUp | PageDown | Back | Help | Interrupt | Redraw | Suspend);
            }
            Some(Overlay::Columns(_)) => {
                return matches!(
                    action,
                    Up | Down | Left | Right | Freeze | SpanReset | Back | Columns | Detail | Quit | Interrupt | Redraw
                );
            }
            None => {}
        }
        if self.typing.is_some() {
            return matches!(action, Up | Down | PageUp | PageDown | Interrupt | Redraw);
        }
        let (main, events) = (self.detail.is_none(), self.is_on_events());
        match action {
            Back => self.detail.is_some() || self.look.zoom || !self.choice.is_everything(),
            Filter => main || self.section() == Some(Section::Log),
            Problems | Sort | Reverse | Columns | Groups => main && !events,
            BeatAll => !self.latest.rows.is_empty(),
            Left | Right if main => !events && self.target().is_some(),
            Up | Down | PageUp | PageDown | First | Last | Left | Right | NextProblem | PreviousProblem => {
                self.chosen() > 0
            }
            Detail => self.chosen() > 0 && !events,
            BeatNow | Reconnect | Pause | Mute | Acknowledge | Copy => self.target().is_some() && !events,
            NextTab | PreviousTab | Tab(_) | Zoom | SpanIn | SpanOut | SpanReset | Clock | Events | Theme | Glyphs
            | Mouse | Freeze | Reload | Save | QuitKeep | Quit | Interrupt | Suspend | Redraw | Help => true,
        }
    }

    fn act(&mut self, action: Action, now: Moment) -> Effect {
        if let Some(overlay) = self.overlay.take() {
            return self.act_on_overlay(overlay, action);
        }
        match action {
            Action::Up => self.go(-1, now),
            Action::Down => self.go(1, now),
            Action::PageUp => self.go(-self.leap(), now),
            Action::PageDown => self.go(self.leap(), now),
            Action::First => self.go(isize::MIN, now),
            Action::Last => self.go(isize::MAX, now),
            Action::Left => self.sideways(1, now),
            Action::Right => self.sideways(-1, now),
            Action::NextTab => self.turn_tab(1, now),
            Action::PreviousTab => self.turn_tab(-1, now),
            Action::Tab(number) => self.open_tab(usize::from(number).saturating_sub(1), now),
            Action::NextProblem => self.move_to_problem(false, now),
            Action::PreviousProblem => self.move_to_problem(true, now),
            Action::Detail => self.enter(now),
            Action::Back => self.back(now),
            Action::Filter => self.type_into(),
            Action::Problems => {
                self.choice.problems_only = !self.choice.problems_only;
                self.arrange(now);
            }
            Action::Sort => {
                self.choice.sort = self.choice.sort.next();
                self.arrange(now);
            }
            Action::Reverse => {
                self.choice.reversed = !self.choice.reversed;
                self.arrange(now);
            }
            Action::Groups => {
                self.choice.grouped = !self.choice.grouped;
                self.arrange(now);
            }
            Action::Columns => self.overlay = Some(Overlay::Columns(Chooser::default())),
            Action::Help => self.overlay = Some(Overlay::Help(Help::default())),
            Action::Zoom => {
                self.look.zoom = !self.look.zoom;
                self.list.follow_cursor(self.page());
            }
            Action::SpanIn => self.look.span = self.look.span.shorter(),
            Action::SpanOut => self.look.span = self.look.span.longer(),
            Action::SpanReset => self.look.span = Span::default(),
            Action::Clock => self.look.clock = self.look.clock.next(),
            Action::Events => self.toggle_events(),
            Action::Theme => {
                self.look.theme.name = self.look.theme.name.next();
                self.tell(format!("theme: {}", self.look.theme.name.as_str()), now);
            }
            Action::Glyphs => self.look.theme.glyphs = self.look.theme.glyphs.next(),
            Action::Mouse => {
                self.look.mouse = !self.look.mouse;
                self.tell(if self.look.mouse { "mouse on" } else { "mouse off" }, now);
                return Effect::Mouse(self.look.mouse);
            }
            Action::Freeze => self.freeze_or_fold(now),
            Action::BeatNow => return self.ask(self.target().map(Command::BeatNow), now),
            Action::BeatAll => return self.ask(Some(Command::BeatAll), now),
            Action::Reconnect => return self.ask(self.target().map(Command::Reconnect), now),
            Action::Pause => return self.pause(now),
            Action::Reload => return self.ask(Some(Command::Reload), now),
            Action::Mute => self.mute(now),
            Action::Acknowledge => self.acknowledge(now),
            Action::Copy => return Effect::Copy,
            Action::Save => return Effect::Save,
            Action::QuitKeep => return Effect::QuitKeep,
            Action::Quit => return Effect::Quit,
            Action::Interrupt => return Effect::Interrupt,
            Action::Suspend => return Effect::Suspend,
            Action::Redraw => return Effect::Redraw,
        }
        self.follow_history();
        Effect::None
    }

    fn act_on_overlay(&mut self, overlay: Overlay, action: Action) -> Effect {
        match (action, overlay) {
            (Action::Interrupt, _) => return Effect::Interrupt,
            (Action::Suspend, _) => return Effect::Suspend,
            (Action::Quit, _) => return Effect::Quit,
            (Action::Redraw, overlay) => {
                self.overlay = Some(overlay);
                return Effect::Redraw;
            }
            (_, Overlay::Help(help)) => self.overlay = scrolled(help, action, self.size).map(Overlay::Help),
            (_, Overlay::Columns(chooser)) => {
                self.overlay = self.choose_columns(chooser, action).map(Overlay::Columns);
            }
        }
        Effect::None
    }

    /// Columns are switched by space, moved by left and right, and `=` gives back those that the width decides.
    fn choose_columns(&mut self, Chooser { cursor }: Chooser, action: Action) -> Option<Chooser> {
        let last = Column::ALL.len() - 1;
        match action {
            Action::Up => return Some(Chooser { cursor: cursor.saturating_sub(1) }),
            Action::Down => return Some(Chooser { cursor: (cursor + 1).min(last) }),
            Action::Freeze => {
                let column = Column::ALL.get(cursor).copied()?;
                let columns = self.chosen_columns();
                match columns.iter().position(|shown| *shown == column) {
                    Some(place) => drop(columns.remove(place)),
                    None => columns.push(column),
                }
            }
            Action::Left | Action::Right => {
                let column = Column::ALL.get(cursor).copied()?;
                let columns = self.chosen_columns();
                if let Some(place) = columns.iter().position(|shown| *shown == column) {
                    let other = if action == Action::Left { place.checked_sub(1) } else { Some(place + 1) };
                    if let Some(other) = other.filter(|other| *other < columns.len()) {
                        columns.swap(place, other);
                    }
                }
            }
            Action::SpanReset => self.look.columns = None,
            _ => return None,
        }
        Some(Chooser { cursor })
    }

    /// The user's columns, to begin with those that are shown.
    fn chosen_columns(&mut self) -> &mut Vec<Column> {
        let width = self.size.width;
        self.look.columns.get_or_insert_with(|| columns::shown(width, None))
    }

    /// A key while the footer is typed into; false if it is not part of it.
    fn on_typed(&mut self, key: Key, now: Moment) -> bool {
        let Some(Typing { field, before }) = self.typing.clone() else { return false };
        let mut text = self.typed(field).to_owned();
        match key {
            Key::Plain(KeyCode::Enter) => self.typing = None,
            Key::Plain(KeyCode::Esc) => {
                text = before;
                self.typing = None;
            }
            key if edit(&mut text, key) => {}
            _ => return false,
        }
        if text != self.typed(field) {
            match (field, &mut self.detail) {
                (TypingField::Filter, _) => {
                    self.choice.filter.set(&text);
                    self.arrange(now);
                    self.follow_history();
                }
                (TypingField::LogSearch, Some(detail)) => detail.search = text,
                (TypingField::LogSearch, None) => {}
            }
        }
        true
    }

    /// The text of what is typed into.
    pub fn typed(&self, field: TypingField) -> &str {
        match field {
            TypingField::Filter => self.choice.filter.text(),
            TypingField::LogSearch => self.detail.as_ref().map_or("", |detail| &detail.search),
        }
    }

    /// A key while the help is open searches it; false if it is not part of a search.
    fn on_search(&mut self, key: Key) -> bool {
        let Some(Overlay::Help(help)) = &mut self.overlay else { return false };
        // The key that opened it closes it.
        let is_search = !matches!(key, Key::Plain(KeyCode::Char('?')));
        let edited = is_search && edit(&mut help.search, key);
        if edited {
            help.scroll = 0;
        }
        edited
    }

    fn type_into(&mut self) {
        let field = if self.detail.is_some() { TypingField::LogSearch } else { TypingField::Filter };
        self.typing = Some(Typing { field, before: self.typed(field).to_owned() });
    }

    /// Opens the detail and closes it; folds a group.
    fn enter(&mut self, now: Moment) {
        if self.fold(now) {
            return;
        }
        self.detail = if self.detail.is_some() { None } else { Some(Detail::default()) };
        self.look.zoom = false;
        // It stays with this monitor, whoever becomes the worst.
        let snapshot = Arc::clone(self.snapshot());
        self.list.hold(&snapshot);
        self.list.follow_cursor(self.page());
    }

    /// One step back: zoom, detail, filter.
    fn back(&mut self, now: Moment) {
        if self.look.zoom {
            self.look.zoom = false;
            self.list.follow_cursor(self.page());
        } else if self.detail.take().is_some() {
            self.list.follow_cursor(self.page());
        } else {
            self.choice.filter.set("");
            self.choice.problems_only = false;
            self.arrange(now);
        }
    }

    fn toggle_events(&mut self) {
        match &mut self.detail {
            Some(detail) if detail.section == Section::Log => detail.open(Section::Overview),
            Some(detail) => detail.open(Section::Log),
            None => self.look.events = !self.look.events,
        }
    }

    fn freeze_or_fold(&mut self, now: Moment) {
        if self.detail.is_none() && self.fold(now) {
            return;
        }
        if self.frozen.take().is_some() {
            self.arrange(now);
        } else {
            self.frozen = Some(Frozen { at: now, snapshot: Arc::clone(&self.latest), totals: self.totals.clone() });
        }
    }

    /// Folds the group under the cursor or opens it; false if there is none.
    fn fold(&mut self, now: Moment) -> bool {
        let Some(group) = self.group_at(self.cursor()) else { return false };
        let name = group.name.clone();
        if !self.choice.folded.remove(&name) {
            self.choice.folded.insert(name);
        }
        let snapshot = Arc::clone(self.snapshot());
        self.list.hold(&snapshot);
        self.arrange(now);
        true
    }

    fn ask(&mut self, command: Option<Command>, now: Moment) -> Effect {
        let Some(command) = command else { return Effect::None };
        if self.asked.is_some_and(|(at, last)| last == command && now.since(at) < PATIENCE) {
            return Effect::None;
        }
        self.asked = Some((now, command));
        let name = self.row().map_or("", |row| row.meta.name.as_str());
        let notice = match command {
            Command::BeatNow(_) => format!("asked {name} for a beat"),
            Command::BeatAll => "asked every monitor for a beat".into(),
            Command::Reconnect(_) => format!("reconnecting {name}"),
            Command::Pause(_, true) => format!("pausing {name}"),
            Command::Pause(_, false) => format!("resuming {name}"),
            Command::Reload => "reloading the config".into(),
        };
        self.tell(notice, now);
        Effect::Command(command)
    }

    fn pause(&mut self, now: Moment) -> Effect {
        let Some(row) = self.row().cloned() else { return Effect::None };
        if !row.enabled {
            self.tell(format!("{} is not enabled in the config", row.meta.name), now);
            return Effect::None;
        }
        self.ask(Some(Command::Pause(row.id, row.status != Status::Paused)), now)
    }

    fn mute(&mut self, now: Moment) {
        let Some(row) = self.row().cloned() else { return };
        let muted = self.marks.mute(row.id, now);
        let name = &row.meta.name;
        self.tell(if muted { format!("{name} is muted for 1h") } else { format!("{name} is heard again") }, now);
    }

    fn acknowledge(&mut self, now: Moment) {
        let Some(row) = self.row().cloned() else { return };
        let name = &row.meta.name;
        if !is_problem(row.status) {
            return self.tell(format!("{name} has no problem"), now);
        }
        let known = self.marks.acknowledge(row.id);
        self.tell(if known { format!("{name} is acknowledged") } else { format!("{name} is open again") }, now);
    }

    /// Whom `r`, `R`, `p`, `m`, `a` and `y` are about: nobody on the head of a group.
    fn target(&self) -> Option<TargetId> {
        self.at(self.cursor()).map(|row| row.id)
    }

    pub fn section(&self) -> Option<Section> {
        self.detail.as_ref().map(|detail| detail.section)
    }

    pub fn is_on_events(&self) -> bool {
        self.detail.is_none() && self.choice.tab == Tab::Events
    }

    /// How far a page goes.
    fn leap(&self) -> isize {
        isize::try_from(if self.detail.is_some() { 10 } else { self.page() }).unwrap_or(isize::MAX)
    }

    /// Up and down: the row, the section's lines, the events.
    pub(super) fn go(&mut self, by: isize, now: Moment) {
        if let Some(section) = self.section() {
            let last = match section {
                Section::Overview | Section::Beats => self.history().len(),
                Section::Config => 64,
                Section::Log => self.log().len(),
            };
            if let Some(detail) = &mut self.detail {
                detail.scroll = detail.scroll.saturating_add_signed(by).min(last.saturating_sub(1));
            }
        } else if self.is_on_events() {
            let last = self.events(now).count().saturating_sub(1);
            self.events_scroll = self.events_scroll.saturating_add_signed(by).min(last);
        } else {
            self.move_to(self.cursor().saturating_add_signed(by), now);
        }
    }

    /// Left and right: an older or newer beat in the strip, in the detail another monitor.
    fn sideways(&mut self, older: isize, now: Moment) {
        if let Some(detail) = &mut self.detail {
            detail.scroll = 0;
            return self.move_to(self.cursor().saturating_add_signed(-older), now);
        }
        let last = self.row().map_or(0, |row| row.recent.len()).saturating_sub(1);
        self.beat = match self.beat {
            None => (older > 0).then_some(0),
            Some(0) if older < 0 => None,
            Some(beat) => Some(beat.saturating_add_signed(older).min(last)),
        };
    }

    fn turn_tab(&mut self, by: isize, now: Moment) {
        let (place, tabs) = match self.section() {
            Some(section) => (Section::ALL.iter().position(|other| *other == section), Section::ALL.len()),
            None => {
                let tabs = self.tabs();
                (tabs.iter().position(|head| head.tab == self.choice.tab), tabs.len())
            }
        };
        let next = (place.unwrap_or(0) + tabs).saturating_add_signed(by) % tabs.max(1);
        self.open_tab(next, now);
    }

    fn open_tab(&mut self, place: usize, now: Moment) {
        if let Some(detail) = &mut self.detail {
            if let Some(section) = Section::ALL.get(place) {
                detail.open(*section);
            }
        } else if let Some(head) = self.tabs().get(place) {
            self.choice.tab = head.tab;
            self.events_scroll = 0;
            self.arrange(now);
        }
    }

    pub(super) fn move_to(&mut self, place: usize, now: Moment) {
        let (snapshot, page) = (Arc::clone(self.snapshot()), self.page());
        self.list.move_to(place, now, &snapshot, page);
        self.beat = None;
    }

    /// The nearest problem after (or before) the cursor, round the end.
    fn move_to_problem(&mut self, backwards: bool, now: Moment) {
        let places = self.chosen();
        let step = if backwards { places.saturating_sub(1) } else { 1 };
        let mut place = self.cursor();
        for _ in 0..places {
            place = (place + step) % places;
            if self.at(place).is_some_and(|row| is_problem(row.status)) {
                return self.move_to(place, now);
            }
        }
    }
}

/// Writes a key into a text; false if it is none for writing.
fn edit(text: &mut String, key: Key) -> bool {
    match key {
        Key::Plain(KeyCode::Char(c)) => text.push(c),
        Key::Plain(KeyCode::Backspace) => drop(text.pop()),
        Key::Control('u') => text.clear(),
        _ => return false,
    }
    true
}

/// The help after a key; none if that closes it.
fn scrolled(help: Help, action: Action, size: ratatui::layout::Size) -> Option<Help> {
    let by = match action {
        Action::Up => -1,
        Action::Down => 1,
        Action::PageUp => -10,
        Action::PageDown => 10,
        _ => return None,
    };
    Some(Help { scroll: help.scroll.saturating_add_signed(by).min(help::last(size)), ..help })
}
