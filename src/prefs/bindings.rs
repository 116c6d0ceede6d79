//! The one table of keys: which key does what by default, what a config calls it, what footer and help say of it.

use crossterm::event::KeyCode;

use super::actions::Action;
use super::key::Key;

/// Where in the help an action stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    Move,
    Look,
    Act,
    TakeAway,
}

impl Room {
    pub const ALL: [Room; 4] = [Room::Move, Room::Look, Room::Act, Room::TakeAway];

    pub const fn title(self) -> &'static str {
        match self {
            Room::Move => "MOVE",
            Room::Look => "LOOK",
            Room::Act => "ACT",
            Room::TakeAway => "TAKE AWAY",
        }
    }
}

#[derive(Debug)]
pub struct Binding {
    pub action: Action,
    /// The name in a config.
    pub name: &'static str,
    /// Unless a config says otherwise.
    pub keys: &'static [Key],
    pub room: Room,
    /// What the footer calls it, and how soon it is left out for want of room (0 last).
    pub footer: Option<(&'static str, u8)>,
    pub help: &'static str,
}

const fn bind(
    room: Room,
    action: Action,
    name: &'static str,
    keys: &'static [Key],
    footer: Option<(&'static str, u8)>,
    help: &'static str,
) -> Binding {
    Binding { action, name, keys, room, footer, help }
}

use Action::*;
use Key::{Control, Plain};
use Room::{Act, Look, Move, TakeAway};

/// In the order of the help; neighbours with the same footer label share a place there.
pub const BINDINGS: &[Binding] = &[
    bind(Move, Up, "up", &[Plain(KeyCode::Up), Key::char('k')], Some(("move", 2)), "row up"),
    bind(Move, Down, "down", &[Plain(KeyCode::Down), Key::char('j')], Some(("move", 2)), "row down"),
    bind(Move, First, "first", &[Key::char('g'), Plain(KeyCode::Home)], None, "first"),
    bind(Move, Last, "last", &[Key::char('G'), Plain(KeyCode::End)], None, "last"),
    bind(Move, PageUp, "page_up", &[Plain(KeyCode::PageUp), Control('u')], None, "page up"),
    bind(Move, PageDown, "page_down", &[Plain(KeyCode::PageDown), Control('d')], None, "page down"),
    bind(Move, Left, "left", &[Plain(KeyCode::Left), Key::char('h')], None, "older beat; in the detail monitor before"),
    bind(
        Move,
        Right,
        "right",
        &[Plain(KeyCode::Right), Key::char('l')],
        None,
        "newer beat; in the detail next monitor",
    ),
    bind(Move, NextTab, "next_tab", &[Plain(KeyCode::Tab)], Some(("tab", 8)), "next tab or section; 1-9 by number"),
    bind(Move, PreviousTab, "previous_tab", &[Plain(KeyCode::BackTab)], None, "previous tab or section"),
    bind(Move, Detail, "detail", &[Plain(KeyCode::Enter)], Some(("detail", 3)), "detail, and back"),
    bind(Move, Back, "back", &[Plain(KeyCode::Esc)], Some(("back", 1)), "back, clear filter"),
    bind(Move, NextProblem, "next_problem", &[Key::char('n')], Some(("problem", 9)), "next problem"),
    bind(Move, PreviousProblem, "previous_problem", &[Key::char('N')], Some(("problem", 9)), "previous problem"),
    bind(Look, Filter, "filter", &[Key::char('/')], Some(("filter", 4)), "filter: tag:edge !ok api*; search the log"),
    bind(Look, Problems, "problems", &[Key::char('!')], Some(("problems", 8)), "problems only, or all"),
    bind(Look, Sort, "sort", &[Key::char('s')], Some(("sort", 5)), "sort by next column"),
    bind(Look, Reverse, "reverse", &[Key::char('I')], None, "reverse the order"),
    bind(Look, Groups, "groups", &[Key::char('w')], None, "groups on, off; space folds one"),
    bind(Look, Columns, "columns", &[Key::char('c')], None, "choose columns"),
    bind(Look, Zoom, "zoom", &[Key::char('z')], None, "zoom pane to full screen"),
    bind(Look, SpanIn, "span_in", &[Key::char('+')], None, "chart span: shorter"),
    bind(Look, SpanOut, "span_out", &[Key::char('-')], None, "chart span: longer"),
    bind(Look, SpanReset, "span_reset", &[Key::char('=')], None, "chart span: ten minutes"),
    bind(Look, Clock, "clock", &[Key::char('t')], None, "local time, UTC, age"),
    bind(Look, Events, "events", &[Key::char('v')], None, "events pane; in the detail the log"),
    bind(Look, Theme, "theme", &[Key::char('T')], None, "next theme, two colour-safe"),
    bind(Look, Glyphs, "glyphs", &[Key::char('#')], None, "glyphs: unicode, ascii"),
    bind(Look, Mouse, "mouse", &[Key::char('M')], None, "mouse on, off"),
    bind(Act, BeatNow, "beat_now", &[Key::char('r')], Some(("beat now", 6)), "beat now"),
    bind(Act, BeatAll, "beat_all", &[Plain(KeyCode::F(5))], None, "beat now, every monitor"),
    bind(Act, Reconnect, "reconnect", &[Key::char('R')], Some(("reconnect", 10)), "reconnect"),
    bind(Act, Reload, "reload", &[Control('r')], None, "reload config"),
    bind(Act, Freeze, "freeze", &[Key::char(' ')], Some(("freeze", 7)), "freeze the view"),
    bind(Act, Pause, "pause", &[Key::char('p')], Some(("pause", 11)), "pause this monitor"),
    bind(Act, Mute, "mute", &[Key::char('m')], Some(("mute 1h", 12)), "mute its events for 1h"),
    bind(Act, Acknowledge, "acknowledge", &[Key::char('a')], Some(("ack", 11)), "acknowledge problem"),
    bind(TakeAway, Copy, "copy", &[Key::char('y')], Some(("copy", 13)), "copy row as JSON (OSC 52)"),
    bind(TakeAway, Save, "save", &[Key::char('S')], Some(("save", 14)), "save snapshot txt+json+svg"),
    bind(TakeAway, QuitKeep, "quit_keep", &[Key::char('Q')], None, "quit, leave screen on tty"),
    bind(TakeAway, Quit, "quit", &[Key::char('q')], Some(("quit", 1)), "quit"),
    bind(TakeAway, Interrupt, "interrupt", &[Control('c')], None, "quit as interrupted"),
    bind(TakeAway, Suspend, "suspend", &[Control('z')], None, "suspend (fg to come back)"),
    bind(TakeAway, Redraw, "redraw", &[Control('l')], None, "redraw"),
    bind(TakeAway, Help, "help", &[Key::char('?'), Plain(KeyCode::F(1))], Some(("help", 0)), "this help"),
];
