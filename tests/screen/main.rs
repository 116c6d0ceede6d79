//! The screen as golden pictures and as rules that hold for every picture.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod failures;
mod fixture;
mod golden;
mod keys;
mod live;
mod past;
mod readme;
mod rules;

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use hbmon::model::{Moment, Snapshot};
use hbmon::prefs::ThemeName;
use hbmon::tui::{Colours, Effect, Glyphs, Options, Theme, Ui, draw};
use jiff::tz::{Offset, TimeZone};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;

pub const FULL: Theme = Theme {
    name: ThemeName::Default,
    colours: Colours::Ansi,
    glyphs: Glyphs::Unicode,
};
pub const PLAIN: Theme = Theme {
    name: ThemeName::Default,
    colours: Colours::None,
    glyphs: Glyphs::Ascii,
};

pub fn ui(snapshot: &Arc<Snapshot>, width: u16, height: u16) -> Ui {
    let zone = TimeZone::fixed(Offset::constant(1));
    let options = Options {
        source: "edge.yaml".into(),
        zone,
        ..Options::new(FULL)
    };
    let mut ui = Ui::new(options, Arc::clone(snapshot));
    ui.resize(Size::new(width, height));
    ui
}

pub fn picture(ui: &Ui, theme: Theme, now: Moment, width: u16, height: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal
        .draw(|frame| draw(frame, ui.snapshot(), ui, theme, now))
        .unwrap();
    terminal.backend().buffer().clone()
}

/// `j`, `G`, `^r`, `enter`, `down`…
pub fn key(name: &str) -> KeyEvent {
    let plain = |code| KeyEvent::new(code, KeyModifiers::NONE);
    match name {
        "up" => plain(KeyCode::Up),
        "down" => plain(KeyCode::Down),
        "home" => plain(KeyCode::Home),
        "end" => plain(KeyCode::End),
        "pgup" => plain(KeyCode::PageUp),
        "pgdn" => plain(KeyCode::PageDown),
        "enter" => plain(KeyCode::Enter),
        "esc" => plain(KeyCode::Esc),
        "left" => plain(KeyCode::Left),
        "right" => plain(KeyCode::Right),
        "tab" => plain(KeyCode::Tab),
        "backtab" => plain(KeyCode::BackTab),
        "backspace" => plain(KeyCode::Backspace),
        "space" => plain(KeyCode::Char(' ')),
        "f1" => plain(KeyCode::F(1)),
        "f5" => plain(KeyCode::F(5)),
        _ => match name.chars().collect::<Vec<_>>()[..] {
            [c] => plain(KeyCode::Char(c)),
            ['^', c] => KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL),
            _ => panic!("no such key: {name}"),
        },
    }
}

/// Presses keys, separated by spaces, one after the other; the last one's effect.
pub fn press(ui: &mut Ui, keys: &str, now: Moment) -> Effect {
    keys.split_whitespace()
        .map(|name| ui.on_key(key(name), now))
        .last()
        .unwrap_or(Effect::None)
}
