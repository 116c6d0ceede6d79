//! Mouse input while the mouse is captured: a click selects a row, the wheel scrolls.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use crate::model::Moment;

use super::ui::Ui;

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
        let table = self.layout(Rect::from((Position::ORIGIN, self.size))).table;
        let line = self.scroll() + usize::from(row.saturating_sub(table.y));
        if !table.contains(Position::new(column, row)) || line >= self.line_count() {
            return false;
        }
        self.move_to(line, now);
        self.follow_history();
        true
    }
}
