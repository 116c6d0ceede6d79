//! What the user chose to look at, and what a key changes in it.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};
use jiff::tz::TimeZone;
use ratatui::layout::{Position, Rect, Size};

use crate::model::{Moment, Row, Snapshot, TargetId};

use super::journal::Journal;
use super::keys::{self, Action, Key};
use super::layout::Layout;
use super::order::{Choice, is_problem};
use super::totals::{News, Totals};
use super::widgets::help;

/// Rows are not put into a new order so soon after the user moved.
const STEADY: Duration = Duration::from_secs(3);
/// How long an answer stands in the footer.
const NOTICE: Duration = Duration::from_secs(3);
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
    Quit,
    /// Quit, as by SIGINT.
    Interrupt,
}

/// What the screen asks of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    BeatNow(TargetId),
    BeatAll,
    Reconnect(TargetId),
    Reload,
}

/// The view that stands still while watching goes on.
struct Frozen {
    at: Moment,
    snapshot: Arc<Snapshot>,
    totals: Totals,
}

pub struct Ui {
    /// Where the config came from.
    pub source: String,
    pub zone: TimeZone,
    pub choice: Choice,
    /// The filter is being typed; what it was before.
    pub typing: Option<String>,
    pub detail: bool,
    /// The help lies over everything, scrolled by so many lines.
    pub help: Option<u16>,
    latest: Arc<Snapshot>,
    totals: Totals,
    journal: Journal,
    frozen: Option<Frozen>,
    size: Size,
    /// Positions of the chosen rows in the snapshot that is shown.
    order: Vec<usize>,
    /// What changed that the order does not follow yet.
    pending: News,
    /// The monitor under the cursor; none until the user moved: the first row then, whoever that is.
    selected: Option<TargetId>,
    cursor: usize,
    scroll: usize,
    moved: Option<Moment>,
    notice: Option<(Moment, String)>,
    asked: Option<(Moment, Command)>,
}

impl Ui {
    pub fn new(source: String, zone: TimeZone, snapshot: Arc<Snapshot>) -> Ui {
        let mut ui = Ui {
            source,
            zone,
            choice: Choice::default(),
            typing: None,
            detail: false,
            help: None,
            totals: Totals::of(&snapshot),
            journal: Journal::default(),
            latest: snapshot,
            frozen: None,
            size: Size::default(),
            order: Vec::new(),
            pending: News::Rows,
            selected: None,
            cursor: 0,
            scroll: 0,
            moved: None,
            notice: None,
            asked: None,
        };
        ui.journal.follow(&ui.latest);
        ui.arrange();
        ui
    }

    /// Takes in the newest snapshot.
    pub fn see(&mut self, snapshot: &Arc<Snapshot>, now: Moment) {
        if !Arc::ptr_eq(&self.latest, snapshot) {
            self.pending = self.pending.max(self.totals.follow(&self.latest, snapshot));
            self.journal.follow(snapshot);
            self.latest = Arc::clone(snapshot);
        }
        let steady = self.moved.is_some_and(|moved| now.since(moved) < STEADY);
        if self.frozen.is_none() && self.pending > if steady { News::Statuses } else { News::Facts } {
            self.arrange();
        }
        if self.notice.as_ref().is_some_and(|(since, _)| now.since(*since) >= NOTICE) {
            self.notice = None;
        }
    }

    pub fn resize(&mut self, size: Size) {
        self.size = size;
        self.follow_cursor();
    }

    pub fn on_key(&mut self, key: KeyEvent, now: Moment) -> Effect {
        if self.typing.is_some()
            && let Some(pressed) = Key::of(key)
            && self.on_typed(pressed)
        {
            return Effect::None;
        }
        match keys::action(key) {
            Some(action) if self.allows(action) => self.act(action, now),
            _ => Effect::None,
        }
    }

    /// Whether an action means something now; the footer shows no other.
    pub fn allows(&self, action: Action) -> bool {
        use Action::*;
        if self.help.is_some() {
            return matches!(action, Up | Down | First | Back | Help | Quit | Interrupt | Redraw);
        }
        if self.typing.is_some() {
            return matches!(action, Up | Down | PageUp | PageDown | Interrupt | Redraw);
        }
        match action {
            Back => self.detail || !self.choice.is_everything(),
            BeatAll => !self.latest.rows.is_empty(),
            Filter | Problems | Freeze | Reload | Redraw | Help | Quit | Interrupt => true,
            Up | Down | PageUp | PageDown | First | Last | NextProblem | PreviousProblem | Detail | Sort | Reverse
            | BeatNow | Reconnect => !self.order.is_empty(),
        }
    }

    fn act(&mut self, action: Action, now: Moment) -> Effect {
        match action {
            Action::Up if self.help.is_some() => self.help = self.help.map(|line| line.saturating_sub(1)),
            Action::Down if self.help.is_some() => {
                self.help = self.help.map(|line| line.saturating_add(1).min(help::last(self.size)));
            }
            Action::First if self.help.is_some() => self.help = Some(0),
            Action::Up => self.move_to(self.cursor.saturating_sub(1), now),
            Action::Down => self.move_to(self.cursor.saturating_add(1), now),
            Action::PageUp => self.move_to(self.cursor.saturating_sub(self.page()), now),
            Action::PageDown => self.move_to(self.cursor.saturating_add(self.page()), now),
            Action::First => self.move_to(0, now),
            Action::Last => self.move_to(usize::MAX, now),
            Action::NextProblem => self.move_to_problem(false, now),
            Action::PreviousProblem => self.move_to_problem(true, now),
            Action::Detail => {
                self.detail = !self.detail;
                // It stays with this monitor, whoever becomes the worst.
                self.selected = self.row().map(|row| row.id);
                self.follow_cursor();
            }
            Action::Back => self.back(),
            Action::Filter => self.typing = Some(self.choice.filter.text().to_owned()),
            Action::Problems => {
                self.choice.problems_only = !self.choice.problems_only;
                self.arrange();
            }
            Action::Sort => {
                self.choice.sort = self.choice.sort.next();
                self.arrange();
            }
            Action::Reverse => {
                self.choice.reversed = !self.choice.reversed;
                self.arrange();
            }
            Action::Freeze => self.freeze(now),
            Action::BeatNow => return self.ask(self.row().map(|row| Command::BeatNow(row.id)), now),
            Action::BeatAll => return self.ask(Some(Command::BeatAll), now),
            Action::Reconnect => return self.ask(self.row().map(|row| Command::Reconnect(row.id)), now),
            Action::Reload => return self.ask(Some(Command::Reload), now),
            Action::Redraw => return Effect::Redraw,
            Action::Help => self.help = if self.help.is_some() { None } else { Some(0) },
            Action::Quit => return Effect::Quit,
            Action::Interrupt => return Effect::Interrupt,
        }
        Effect::None
    }

    /// A key while the filter is typed; false if it is not part of it.
    fn on_typed(&mut self, key: Key) -> bool {
        let mut text = self.choice.filter.text().to_owned();
        match key {
            Key::Plain(KeyCode::Enter) => self.typing = None,
            Key::Plain(KeyCode::Esc) => text = self.typing.take().unwrap_or_default(),
            Key::Plain(KeyCode::Char(c)) => text.push(c),
            Key::Plain(KeyCode::Backspace) => drop(text.pop()),
            Key::Control('u') => text.clear(),
            _ => return false,
        }
        if text != self.choice.filter.text() {
            self.choice.filter.set(&text);
            self.arrange();
        }
        true
    }

    /// One step back: help, detail, filter.
    fn back(&mut self) {
        if self.help.take().is_some() {
            return;
        }
        if self.detail {
            self.detail = false;
            self.follow_cursor();
        } else {
            self.choice.filter.set("");
            self.choice.problems_only = false;
            self.arrange();
        }
    }

    fn freeze(&mut self, now: Moment) {
        if self.frozen.take().is_some() {
            self.arrange();
        } else {
            self.frozen = Some(Frozen { at: now, snapshot: Arc::clone(&self.latest), totals: self.totals });
        }
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
            Command::Reload => "reloading the config".into(),
        };
        self.notice = Some((now, notice));
        Effect::Command(command)
    }

    fn move_to(&mut self, place: usize, now: Moment) {
        self.cursor = place.min(self.order.len().saturating_sub(1));
        self.selected = self.row().map(|row| row.id);
        self.moved = Some(now);
        self.follow_cursor();
    }

    /// The nearest problem after (or before) the cursor, round the end.
    fn move_to_problem(&mut self, backwards: bool, now: Moment) {
        let places = self.order.len();
        let step = if backwards { places.saturating_sub(1) } else { 1 };
        let mut place = self.cursor;
        for _ in 0..places {
            place = (place + step) % places;
            if self.at(place).is_some_and(|row| is_problem(row.status)) {
                return self.move_to(place, now);
            }
        }
    }

    /// Chooses and orders the rows anew; the cursor stays on its monitor.
    fn arrange(&mut self) {
        self.order = self.choice.rows(self.snapshot());
        self.pending = News::Facts;
        let place = self.selected.and_then(|id| {
            let rows = &self.snapshot().rows;
            self.order.iter().position(|&index| rows.get(index).is_some_and(|row| row.id == id))
        });
        let last = self.order.len().saturating_sub(1);
        self.cursor = place.unwrap_or(if self.selected.is_some() { self.cursor.min(last) } else { 0 });
        self.follow_cursor();
    }

    /// Scrolls as little as brings the cursor into view, and never past the end.
    fn follow_cursor(&mut self) {
        let page = self.page();
        let last = self.order.len().saturating_sub(page);
        let lowest = (self.cursor + 1).saturating_sub(page);
        self.scroll = self.scroll.clamp(lowest, self.cursor).min(last.max(lowest));
    }

    /// How many rows the table shows.
    pub fn page(&self) -> usize {
        usize::from(self.layout(Rect::from((Position::ORIGIN, self.size))).table.height).max(1)
    }

    pub fn layout(&self, area: Rect) -> Layout {
        Layout::new(area, self.snapshot().rows.len(), self.detail)
    }

    /// What is shown: the newest snapshot, or the one that was frozen.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        self.frozen.as_ref().map_or(&self.latest, |frozen| &frozen.snapshot)
    }

    pub fn totals(&self) -> &Totals {
        self.frozen.as_ref().map_or(&self.totals, |frozen| &frozen.totals)
    }

    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Since when the view stands still, and how many beats it does not show.
    pub fn frozen(&self) -> Option<(Moment, u64)> {
        self.frozen.as_ref().map(|frozen| (frozen.at, self.totals.beats.saturating_sub(frozen.totals.beats)))
    }

    pub fn notice(&self) -> Option<&str> {
        self.notice.as_ref().map(|(_, text)| text.as_str())
    }

    /// How many rows the filter lets through.
    pub const fn chosen(&self) -> usize {
        self.order.len()
    }

    pub const fn scroll(&self) -> usize {
        self.scroll
    }

    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// The row at a place of the order.
    pub fn at(&self, place: usize) -> Option<&Arc<Row>> {
        self.snapshot().rows.get(*self.order.get(place)?)
    }

    /// The row under the cursor.
    pub fn row(&self) -> Option<&Arc<Row>> {
        self.at(self.cursor)
    }
}
