//! Mouse input while the mouse is captured: a click selects a row, a tab or a section, the wheel
//! scrolls.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use crate::model::Moment;

use super::layout::Layout;
use super::ui::Ui;
use super::widgets::detail::section_at;
use super::widgets::tabs::tab_at;

/// Rows to scroll for each step of the wheel.
const STEP: isize = 3;

impl Ui {
    /// Handles a mouse event. Returns false if nothing changed.
    pub fn on_mouse(&mut self, event: MouseEvent, now: Moment) -> bool {
        if !self.display.mouse || self.overlay.is_some() {
            return false;
        }
        match event.kind {
            MouseEventKind::ScrollUp => self.scroll_by(-STEP, now),
            MouseEventKind::ScrollDown => self.scroll_by(STEP, now),
            MouseEventKind::Down(MouseButton::Left) => {
                return self.click(event.column, event.row, now);
            }
            _ => return false,
        }
        self.follow_history();
        true
    }

    fn click(&mut self, column: u16, row: u16, now: Moment) -> bool {
        let Layout { tabs, table, .. } = self.layout(Rect::from((Position::ORIGIN, self.size)));
        if tabs.contains(Position::new(column, row)) {
            let column = column - tabs.x;
            let place = match self.detail {
                Some(_) => self.row().and_then(|row| section_at(row, column)),
                None => tab_at(self, self.shown_at(now), tabs.width, column),
            };
            let Some(place) = place else { return false };
            self.open_tab(place, now);
            self.follow_history();
            return true;
        }
        let line = self.scroll() + usize::from(row.saturating_sub(table.y));
        if !table.contains(Position::new(column, row)) || line >= self.line_count() {
            return false;
        }
        self.move_to(line, now);
        self.follow_history();
        true
    }
}
