//! The table of key bindings: default keys, names in a config, and the texts of footer and help.
//! The keymap, the footer, the help and the docs are all made from it.

use crossterm::event::KeyCode;

use super::actions::Action;
use super::key::KeyChord;

/// A section of the help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpSection {
    Move,
    Look,
    Act,
    TakeAway,
}

impl HelpSection {
    pub const ALL: [HelpSection; 4] = [
        HelpSection::Move,
        HelpSection::Look,
        HelpSection::Act,
        HelpSection::TakeAway,
    ];

    pub const fn title(self) -> &'static str {
        match self {
            HelpSection::Move => "MOVE",
            HelpSection::Look => "VIEW",
            HelpSection::Act => "ACT",
            HelpSection::TakeAway => "SAVE AND QUIT",
        }
    }
}

#[derive(Debug)]
pub struct Binding {
    pub action: Action,
    /// The name in a config.
    pub name: &'static str,
    /// Default keys.
    pub keys: &'static [KeyChord],
    pub section: HelpSection,
    /// The label in the footer, and its rank: when the footer is too narrow, the highest rank is
    /// left out first.
    pub footer: Option<(&'static str, u8)>,
    /// The text in the help. Empty: the line of the previous binding covers this one too.
    pub help: &'static str,
}

const fn bind(
    section: HelpSection,
    action: Action,
    name: &'static str,
    keys: &'static [KeyChord],
    footer: Option<(&'static str, u8)>,
    help: &'static str,
) -> Binding {
    Binding {
        action,
        name,
        keys,
        section,
        footer,
        help,
    }
}

use Action::*;
use HelpSection::{Act, Look, Move, TakeAway};
use KeyChord::{Control, Plain};

/// All bindings in the order of the help. Neighbours with the same footer label share one entry in
/// the footer.
pub const BINDINGS: &[Binding] = &[
    bind(
        Move,
        Up,
        "up",
        &[Plain(KeyCode::Up), KeyChord::char('k')],
        Some(("move", 2)),
        "select row",
    ),
    bind(
        Move,
        Down,
        "down",
        &[Plain(KeyCode::Down), KeyChord::char('j')],
        Some(("move", 2)),
        "",
    ),
    bind(
        Move,
        First,
        "first",
        &[KeyChord::char('g'), Plain(KeyCode::Home)],
        None,
        "first, last",
    ),
    bind(
        Move,
        Last,
        "last",
        &[KeyChord::char('G'), Plain(KeyCode::End)],
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
        &[Plain(KeyCode::Left), KeyChord::char('h')],
        None,
        "beat or monitor",
    ),
    bind(
        Move,
        Right,
        "right",
        &[Plain(KeyCode::Right), KeyChord::char('l')],
        None,
        "",
    ),
    bind(
        Move,
        NextTab,
        "next_tab",
        &[Plain(KeyCode::Tab)],
        Some(("tab", 8)),
        "tab; also 1 to 9",
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
        TabSet,
        "tab_set",
        &[KeyChord::char('b')],
        None,
        "tabs by group, tag",
    ),
    bind(
        Move,
        Detail,
        "detail",
        &[Plain(KeyCode::Enter)],
        Some(("detail", 3)),
        "open, close detail",
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
        &[KeyChord::char('n')],
        Some(("problem", 9)),
        "next, prev problem",
    ),
    bind(
        Move,
        PreviousProblem,
        "previous_problem",
        &[KeyChord::char('N')],
        Some(("problem", 9)),
        "",
    ),
    bind(
        Look,
        Filter,
        "filter",
        &[KeyChord::char('/')],
        Some(("filter", 4)),
        "filter  tag:edge !ok api*",
    ),
    bind(
        Look,
        Problems,
        "problems",
        &[KeyChord::char('!')],
        Some(("problems", 8)),
        "problems only, or all",
    ),
    bind(
        Look,
        Sort,
        "sort",
        &[KeyChord::char('s')],
        Some(("sort", 5)),
        "next sort order, reverse",
    ),
    bind(Look, Reverse, "reverse", &[KeyChord::char('I')], None, ""),
    bind(
        Look,
        Groups,
        "groups",
        &[KeyChord::char('w')],
        None,
        "group rows; space folds one",
    ),
    bind(
        Look,
        Columns,
        "columns",
        &[KeyChord::char('c')],
        None,
        "choose columns",
    ),
    bind(
        Look,
        Zoom,
        "zoom",
        &[KeyChord::char('z')],
        None,
        "zoom pane to full screen",
    ),
    bind(
        Look,
        SpanIn,
        "span_in",
        &[KeyChord::char('+')],
        None,
        "chart span in, out, reset",
    ),
    bind(Look, SpanOut, "span_out", &[KeyChord::char('-')], None, ""),
    bind(
        Look,
        SpanReset,
        "span_reset",
        &[KeyChord::char('=')],
        None,
        "",
    ),
    bind(
        Look,
        Clock,
        "clock",
        &[KeyChord::char('t')],
        None,
        "local time, UTC, age",
    ),
    bind(
        Look,
        Events,
        "events",
        &[KeyChord::char('v')],
        None,
        "show events, or the log",
    ),
    bind(
        Look,
        Theme,
        "theme",
        &[KeyChord::char('T')],
        None,
        "theme; Unicode or ASCII",
    ),
    bind(Look, Glyphs, "glyphs", &[KeyChord::char('#')], None, ""),
    bind(
        Look,
        Mouse,
        "mouse",
        &[KeyChord::char('M')],
        None,
        "mouse on, off",
    ),
    bind(
        Act,
        BeatNow,
        "beat_now",
        &[KeyChord::char('r')],
        Some(("beat now", 6)),
        "beat now: this, all",
    ),
    bind(Act, BeatAll, "beat_all", &[Plain(KeyCode::F(5))], None, ""),
    bind(
        Act,
        Reconnect,
        "reconnect",
        &[KeyChord::char('R')],
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
        &[KeyChord::char(' ')],
        Some(("freeze", 7)),
        "freeze the view",
    ),
    bind(
        Act,
        Pause,
        "pause",
        &[KeyChord::char('p')],
        Some(("pause", 11)),
        "pause this monitor",
    ),
    bind(
        Act,
        Mute,
        "mute",
        &[KeyChord::char('m')],
        Some(("mute 1h", 12)),
        "mute events for 1h",
    ),
    bind(
        Act,
        Acknowledge,
        "acknowledge",
        &[KeyChord::char('a')],
        Some(("ack", 11)),
        "acknowledge problem",
    ),
    bind(
        TakeAway,
        Copy,
        "copy",
        &[KeyChord::char('y')],
        Some(("copy", 13)),
        "copy row as JSON (OSC 52)",
    ),
    bind(
        TakeAway,
        Save,
        "save",
        &[KeyChord::char('S')],
        Some(("save", 14)),
        "save snapshot txt+json+svg",
    ),
    bind(
        TakeAway,
        QuitKeep,
        "quit_keep",
        &[KeyChord::char('Q')],
        None,
        "quit and print the screen",
    ),
    bind(
        TakeAway,
        Quit,
        "quit",
        &[KeyChord::char('q')],
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
        &[KeyChord::char('?'), Plain(KeyCode::F(1))],
        Some(("help", 0)),
        "this help",
    ),
];
