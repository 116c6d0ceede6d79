//! The one table of keys: which key does what by default, what a config calls it, what footer and
//! help say of it.

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
    /// Empty: the line of the binding before it tells of both.
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
    Binding {
        action,
        name,
        keys,
        room,
        footer,
        help,
    }
}

use Action::*;
use Key::{Control, Plain};
use Room::{Act, Look, Move, TakeAway};

/// In the order of the help; neighbours with the same footer label share a place there.
pub const BINDINGS: &[Binding] = &[
    bind(
        Move,
        Up,
        "up",
        &[Plain(KeyCode::Up), Key::char('k')],
        Some(("move", 2)),
        "select row",
    ),
    bind(
        Move,
        Down,
        "down",
        &[Plain(KeyCode::Down), Key::char('j')],
        Some(("move", 2)),
        "",
    ),
    bind(
        Move,
        First,
        "first",
        &[Key::char('g'), Plain(KeyCode::Home)],
        None,
        "first, last",
    ),
    bind(
        Move,
        Last,
        "last",
        &[Key::char('G'), Plain(KeyCode::End)],
        None,
        "",
    ),
    bind(
        Move,
        PageUp,
        "page_up",
        &[Plain(KeyCode::PageUp), Control('u')],
        None,
        "page",
    ),
    bind(
        Move,
        PageDown,
        "page_down",
        &[Plain(KeyCode::PageDown), Control('d')],
        None,
        "",
    ),
    bind(
        Move,
        Left,
        "left",
        &[Plain(KeyCode::Left), Key::char('h')],
        None,
        "beat, or monitor",
    ),
    bind(
        Move,
        Right,
        "right",
        &[Plain(KeyCode::Right), Key::char('l')],
        None,
        "",
    ),
    bind(
        Move,
        NextTab,
        "next_tab",
        &[Plain(KeyCode::Tab)],
        Some(("tab", 8)),
        "tab, also by 1 to 9",
    ),
    bind(
        Move,
        PreviousTab,
        "previous_tab",
        &[Plain(KeyCode::BackTab)],
        None,
        "",
    ),
    bind(
        Move,
        Detail,
        "detail",
        &[Plain(KeyCode::Enter)],
        Some(("detail", 3)),
        "detail, and back",
    ),
    bind(
        Move,
        Back,
        "back",
        &[Plain(KeyCode::Esc)],
        Some(("back", 1)),
        "back, clear filter",
    ),
    bind(
        Move,
        NextProblem,
        "next_problem",
        &[Key::char('n')],
        Some(("problem", 9)),
        "next, prev problem",
    ),
    bind(
        Move,
        PreviousProblem,
        "previous_problem",
        &[Key::char('N')],
        Some(("problem", 9)),
        "",
    ),
    bind(
        Look,
        Filter,
        "filter",
        &[Key::char('/')],
        Some(("filter", 4)),
        "filter  tag:edge !ok api*",
    ),
    bind(
        Look,
        Problems,
        "problems",
        &[Key::char('!')],
        Some(("problems", 8)),
        "problems only, or all",
    ),
    bind(
        Look,
        Sort,
        "sort",
        &[Key::char('s')],
        Some(("sort", 5)),
        "sort next column, reverse",
    ),
    bind(Look, Reverse, "reverse", &[Key::char('I')], None, ""),
    bind(
        Look,
        Groups,
        "groups",
        &[Key::char('w')],
        None,
        "groups; space folds one",
    ),
    bind(
        Look,
        Columns,
        "columns",
        &[Key::char('c')],
        None,
        "choose columns",
    ),
    bind(
        Look,
        Zoom,
        "zoom",
        &[Key::char('z')],
        None,
        "zoom pane to full screen",
    ),
    bind(
        Look,
        SpanIn,
        "span_in",
        &[Key::char('+')],
        None,
        "chart span in, out, reset",
    ),
    bind(Look, SpanOut, "span_out", &[Key::char('-')], None, ""),
    bind(Look, SpanReset, "span_reset", &[Key::char('=')], None, ""),
    bind(
        Look,
        Clock,
        "clock",
        &[Key::char('t')],
        None,
        "local time, UTC, age",
    ),
    bind(
        Look,
        Events,
        "events",
        &[Key::char('v')],
        None,
        "events pane, log",
    ),
    bind(
        Look,
        Theme,
        "theme",
        &[Key::char('T')],
        None,
        "theme; unicode or ascii",
    ),
    bind(Look, Glyphs, "glyphs", &[Key::char('#')], None, ""),
    bind(
        Look,
        Mouse,
        "mouse",
        &[Key::char('M')],
        None,
        "mouse on, off",
    ),
    bind(
        Act,
        BeatNow,
        "beat_now",
        &[Key::char('r')],
        Some(("beat now", 6)),
        "beat now: this, all",
    ),
    bind(Act, BeatAll, "beat_all", &[Plain(KeyCode::F(5))], None, ""),
    bind(
        Act,
        Reconnect,
        "reconnect",
        &[Key::char('R')],
        Some(("reconnect", 10)),
        "reconnect",
    ),
    bind(
        Act,
        Reload,
        "reload",
        &[Control('r')],
        None,
        "reload config",
    ),
    bind(
        Act,
        Freeze,
        "freeze",
        &[Key::char(' ')],
        Some(("freeze", 7)),
        "freeze the view",
    ),
    bind(
        Act,
        Pause,
        "pause",
        &[Key::char('p')],
        Some(("pause", 11)),
        "pause this monitor",
    ),
    bind(
        Act,
        Mute,
        "mute",
        &[Key::char('m')],
        Some(("mute 1h", 12)),
        "mute events for 1h",
    ),
    bind(
        Act,
        Acknowledge,
        "acknowledge",
        &[Key::char('a')],
        Some(("ack", 11)),
        "acknowledge problem",
    ),
    bind(
        TakeAway,
        Copy,
        "copy",
        &[Key::char('y')],
        Some(("copy", 13)),
        "copy row as JSON (OSC 52)",
    ),
    bind(
        TakeAway,
        Save,
        "save",
        &[Key::char('S')],
        Some(("save", 14)),
        "save snapshot txt+json+svg",
    ),
    bind(
        TakeAway,
        QuitKeep,
        "quit_keep",
        &[Key::char('Q')],
        None,
        "quit, leave screen on tty",
    ),
    bind(
        TakeAway,
        Quit,
        "quit",
        &[Key::char('q')],
        Some(("quit", 1)),
        "quit",
    ),
    bind(TakeAway, Interrupt, "interrupt", &[Control('c')], None, ""),
    bind(
        TakeAway,
        Suspend,
        "suspend",
        &[Control('z')],
        None,
        "suspend, redraw",
    ),
    bind(TakeAway, Redraw, "redraw", &[Control('l')], None, ""),
    bind(
        TakeAway,
        Help,
        "help",
        &[Key::char('?'), Plain(KeyCode::F(1))],
        Some(("help", 0)),
        "this help",
    ),
];
