//! Actions: what a key changes in the state of the screen, and the effect that it asks the caller
//! for.

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::KeyEvent;

use crate::model::{Kind, Moment, Status, TargetId};
use crate::prefs::{Action, KeyChord};

use super::state::detail::{Detail, Section};
use super::state::display::ChartSpan;
use super::state::freeze::Frozen;
use super::state::overlay::{Chooser, Help, Overlay};
use super::state::tabs::Tab;
use super::ui::Ui;

/// Minimum time between two equal commands to the engine.
const MIN_REPEAT_INTERVAL: Duration = Duration::from_secs(1);

/// What the caller must do after a key press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    None,
    /// Draw every cell again.
    Redraw,
    /// Pass a command to the engine.
    Command(ScreenCommand),
    /// Copy the monitor in view to the clipboard as JSON.
    Copy,
    /// Save the picture to files.
    Save,
    /// Capture the mouse (true) or release it.
    Mouse(bool),
    Suspend,
    Quit,
    /// Quit and print the picture on the terminal.
    QuitKeep,
    /// Quit as SIGINT does.
    Interrupt,
}

/// A command to the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenCommand {
    BeatNow(TargetId),
    BeatAll,
    Reconnect(TargetId),
    /// Pause (true) or resume.
    Pause(TargetId, bool),
    /// Acknowledge the open incident of a monitor (true), or take that back.
    Acknowledge {
        id: TargetId,
        on: bool,
    },
    /// Silence a monitor, or end its silence (`None`).
    Silence {
        id: TargetId,
        until: Option<Moment>,
    },
    Reload,
}

impl Ui {
    pub fn on_key(&mut self, key: KeyEvent, now: Moment) -> Effect {
        if let Some(pressed) = KeyChord::of(key)
            && (self.on_typing_key(pressed, now) || self.on_help_search(pressed))
        {
            return Effect::None;
        }
        match self.keymap().action(key) {
            Some(action) if self.allows(action) => self.act(action, now),
            _ => Effect::None,
        }
    }

    /// Returns whether an action has an effect now. The footer shows only such actions.
    pub fn allows(&self, action: Action) -> bool {
        use Action::*;
        match &self.overlay {
            Some(Overlay::Help(_)) => {
                return matches!(
                    action,
                    Up | Down | PageUp | PageDown | Back | Help | Interrupt | Redraw | Suspend
                );
            }
            Some(Overlay::Columns(_)) => {
                return matches!(
                    action,
                    Up | Down
                        | Left
                        | Right
                        | Freeze
                        | SpanReset
                        | Back
                        | Columns
                        | Detail
                        | Quit
                        | Interrupt
                        | Redraw
                );
            }
            Some(Overlay::Silence(_)) => {
                return matches!(
                    action,
                    Up | Down | Tab(1..=3) | Detail | Back | Mute | Quit | Interrupt | Redraw
                );
            }
            None => {}
        }
        if self.typing.is_some() {
            return matches!(action, Up | Down | PageUp | PageDown | Interrupt | Redraw);
        }
        let main = self.detail.is_none();
        let events = self.is_on_events();
        match action {
            Back => self.detail.is_some() || self.display.zoom || !self.table_options.shows_all(),
            Filter => main || self.section() == Some(Section::Log),
            Problems | Sort | Reverse | Columns | Groups => main && !events,
            BeatAll => self.reach.act && !self.latest.rows.is_empty(),
            Left | Right if main => !events && self.target().is_some(),
            Up | Down | PageUp | PageDown | First | Last | Left | Right | NextProblem
            | PreviousProblem => self.line_count() > 0,
            Detail => self.line_count() > 0 && !events,
            // hbmon cannot ask for pushed heartbeats.
            BeatNow | Reconnect => {
                self.reach.act
                    && self.target().is_some()
                    && !events
                    && self.row().is_some_and(|row| row.meta.kind != Kind::Push)
            }
            Pause | Mute | Acknowledge => self.reach.act && self.target().is_some() && !events,
            Copy => self.target().is_some() && !events,
            Reload => !self.reach.attached,
            TabSet => main,
            NextTab | PreviousTab | Tab(_) | Zoom | SpanIn | SpanOut | SpanReset | Clock
            | Events | Theme | Glyphs | Mouse | Freeze | Save | QuitKeep | Quit | Interrupt
            | Suspend | Redraw | Help => true,
        }
    }

    fn act(&mut self, action: Action, now: Moment) -> Effect {
        if let Some(overlay) = self.overlay.take() {
            return self.act_on_overlay(overlay, action, now);
        }
        match action {
            Action::Up => self.scroll_by(-1, now),
            Action::Down => self.scroll_by(1, now),
            Action::PageUp => self.scroll_by(-self.page_step(), now),
            Action::PageDown => self.scroll_by(self.page_step(), now),
            Action::First => self.scroll_by(isize::MIN, now),
            Action::Last => self.scroll_by(isize::MAX, now),
            Action::Left => self.move_sideways(1, now),
            Action::Right => self.move_sideways(-1, now),
            Action::NextTab => self.switch_tab(1, now),
            Action::PreviousTab => self.switch_tab(-1, now),
            Action::Tab(number) => self.open_tab(usize::from(number).saturating_sub(1), now),
            Action::NextProblem => self.move_to_problem(false, now),
            Action::PreviousProblem => self.move_to_problem(true, now),
            Action::Detail => self.enter(now),
            Action::Back => self.back(now),
            Action::Filter => self.start_typing(now),
            Action::Problems | Action::Sort | Action::Reverse | Action::Groups => {
                self.change_table(action, now);
            }
            Action::TabSet => {
                let set = self.totals().tabs.set().next();
                self.set_tabs(set, now);
                self.notify(format!("tabs by {}", set.as_str()), now);
            }
            Action::Columns => self.overlay = Some(Overlay::Columns(Chooser::default())),
            Action::Help => self.overlay = Some(Overlay::Help(Help::default())),
            Action::Zoom => {
                self.display.zoom = !self.display.zoom;
                self.list.follow_cursor(self.page());
            }
            Action::SpanIn => self.display.span = self.display.span.shorter(),
            Action::SpanOut => {
                self.display.span = self.display.span.longer(self.past.is_kept());
            }
            Action::SpanReset => self.display.span = ChartSpan::default(),
            Action::Clock => self.display.clock = self.display.clock.next(),
            Action::Events => self.toggle_events(),
            Action::Theme => {
                self.display.theme.name = self.display.theme.name.next();
                self.notify(format!("theme: {}", self.display.theme.name.as_str()), now);
            }
            Action::Glyphs => self.display.theme.glyphs = self.display.theme.glyphs.next(),
            Action::Mouse => return self.toggle_mouse(now),
            Action::Freeze => self.freeze_or_fold(now),
            Action::BeatNow => return self.ask(self.target().map(ScreenCommand::BeatNow), now),
            Action::BeatAll => return self.ask(Some(ScreenCommand::BeatAll), now),
            Action::Reconnect => return self.ask(self.target().map(ScreenCommand::Reconnect), now),
            Action::Pause => return self.pause(now),
            Action::Reload => return self.ask(Some(ScreenCommand::Reload), now),
            Action::Mute => return self.silence(now),
            Action::Acknowledge => return self.acknowledge(now),
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

    /// Changes which rows the table shows, or their order.
    fn change_table(&mut self, action: Action, now: Moment) {
        let options = &mut self.table_options;
        match action {
            Action::Problems => options.problems_only = !options.problems_only,
            Action::Sort => options.sort = options.sort.next(),
            Action::Reverse => options.reversed = !options.reversed,
            Action::Groups => options.grouped = !options.grouped,
            _ => {}
        }
        self.arrange(now);
    }

    fn toggle_mouse(&mut self, now: Moment) -> Effect {
        let mouse = !self.display.mouse;
        self.display.mouse = mouse;
        self.notify(if mouse { "mouse on" } else { "mouse off" }, now);
        Effect::Mouse(mouse)
    }

    /// Opens or closes the detail view; on the head of a group folds or unfolds it.
    fn enter(&mut self, now: Moment) {
        if self.fold(now) {
            return;
        }
        if self.section() == Some(Section::History) && self.open_or_close_incident() {
            return;
        }
        self.detail = if self.detail.is_some() {
            None
        } else {
            Some(Detail::default())
        };
        self.display.zoom = false;
        // The cursor stays on this monitor even if another one becomes the worst.
        let snapshot = Arc::clone(self.snapshot());
        self.list.pin_cursor(&snapshot);
        self.list.follow_cursor(self.page());
    }

    /// Leaves the course of an incident, else the zoom, else the detail view, else clears the filter.
    fn back(&mut self, now: Moment) {
        if self.close_incident() {
            return;
        }
        if self.display.zoom {
            self.display.zoom = false;
            self.list.follow_cursor(self.page());
        } else if self.detail.take().is_some() {
            self.list.follow_cursor(self.page());
        } else {
            self.table_options.filter.set("");
            self.table_options.problems_only = false;
            self.arrange(now);
        }
    }

    fn toggle_events(&mut self) {
        let on_events = self.is_on_events();
        match &mut self.detail {
            Some(detail) if detail.section == Section::Log => detail.open(Section::Overview),
            Some(detail) => detail.open(Section::Log),
            None if on_events => {
                self.own_log.shown = !self.own_log.shown;
                self.events_scroll = 0;
            }
            None => self.display.events = !self.display.events,
        }
    }

    fn freeze_or_fold(&mut self, now: Moment) {
        if self.detail.is_none() && self.fold(now) {
            return;
        }
        if self.frozen.take().is_some() {
            self.arrange(now);
        } else {
            self.frozen = Some(Frozen {
                at: now,
                snapshot: Arc::clone(&self.latest),
                totals: self.totals.clone(),
                alerts: Arc::clone(&self.alerts),
            });
        }
    }

    /// Folds or unfolds the group under the cursor. Returns false if there is none.
    fn fold(&mut self, now: Moment) -> bool {
        let Some(group) = self.group_at(self.cursor()) else {
            return false;
        };
        let name = group.name.clone();
        if !self.table_options.folded.remove(&name) {
            self.table_options.folded.insert(name);
        }
        let snapshot = Arc::clone(self.snapshot());
        self.list.pin_cursor(&snapshot);
        self.arrange(now);
        true
    }

    fn ask(&mut self, command: Option<ScreenCommand>, now: Moment) -> Effect {
        let Some(command) = command else {
            return Effect::None;
        };
        let name = self.row().map_or("", |row| row.meta.name.as_str());
        let notice = match command {
            ScreenCommand::BeatNow(_) => format!("asked {name} for a beat"),
            ScreenCommand::BeatAll => "asked every monitor for a beat".into(),
            ScreenCommand::Reconnect(_) => format!("reconnecting {name}"),
            ScreenCommand::Pause(_, true) => format!("pausing {name}"),
            ScreenCommand::Pause(_, false) => format!("resuming {name}"),
            ScreenCommand::Reload => "reloading the config".into(),
            // They have notices with details.
            ScreenCommand::Acknowledge { .. } | ScreenCommand::Silence { .. } => String::new(),
        };
        self.ask_with_notice(command, notice, now)
    }

    /// Asks the engine, unless it was asked for the same a moment ago.
    pub(super) fn ask_with_notice(
        &mut self,
        command: ScreenCommand,
        notice: String,
        now: Moment,
    ) -> Effect {
        let is_repeated = |(at, last)| last == command && now.since(at) < MIN_REPEAT_INTERVAL;
        if self.last_command.is_some_and(is_repeated) {
            return Effect::None;
        }
        self.last_command = Some((now, command));
        self.notify(notice, now);
        Effect::Command(command)
    }

    fn pause(&mut self, now: Moment) -> Effect {
        let Some(row) = self.row().cloned() else {
            return Effect::None;
        };
        if !row.enabled {
            self.notify(format!("{} is disabled in the config", row.meta.name), now);
            return Effect::None;
        }
        self.ask(
            Some(ScreenCommand::Pause(row.id, row.status != Status::Paused)),
            now,
        )
    }

    /// The monitor that `r`, `R`, `p`, `m`, `a` and `y` act on; `None` on the head of a group.
    pub(super) fn target(&self) -> Option<TargetId> {
        self.row_at(self.cursor()).map(|row| row.id)
    }

    pub fn section(&self) -> Option<Section> {
        self.detail.as_ref().map(|detail| detail.section)
    }

    pub fn is_on_events(&self) -> bool {
        self.detail.is_none() && self.table_options.tab == Tab::Events
    }
}
