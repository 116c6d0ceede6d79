//! Every key as data: the keys pressed, the selection after them, and the effect.

use std::sync::Arc;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use hbmon::model::{
    Cause, Change, ChangeKind, Event, Evidence, Failure, Snapshot, Status, TargetId, Text,
};
use hbmon::prefs::{Column, KeyChord, Keymap, Prefs, TabSet, ThemeName};
use hbmon::tui::detail::Section;
use hbmon::tui::display::ClockMode;
use hbmon::tui::overlay::Overlay;
use hbmon::tui::{Effect, Glyphs, LogLine, LogRing, Options, ScreenCommand, Ui};
use ratatui::layout::Size;
use tracing::Level;

use crate::fixture::{NOW, cared_fleet, sample_fleet, seconds, silence, with};
use crate::{FULL, picture, press, ui};

fn selected(ui: &Ui) -> &str {
    ui.row().map_or("", |row| row.meta.name.as_str())
}

fn names(ui: &Ui) -> Vec<&str> {
    (0..ui.line_count())
        .filter_map(|place| ui.row_at(place))
        .map(|row| row.meta.name.as_str())
        .collect()
}

#[test]
fn keys_move_the_cursor() {
    // Worst first: orders-ws, api-eu, then api-us, billing-sse, api-ap, auth, cdn-fra…, backup.
    for (keys, name) in [
        ("", "orders-ws"),
        ("j", "api-eu"),
        ("down down", "api-us"),
        ("j k", "orders-ws"),
        ("up", "orders-ws"),
        ("G", "backup"),
        ("end", "backup"),
        ("end j", "backup"),
        ("G g", "orders-ws"),
        ("end home", "orders-ws"),
        ("pgdn", "backup"),
        ("^d ^u", "orders-ws"),
        ("pgdn pgup", "orders-ws"),
        ("n", "api-eu"),
        ("n n n n", "orders-ws"),
        ("N", "billing-sse"),
        ("G n", "orders-ws"),
        ("s", "api-ap"),
        ("j s", "api-eu"),
        ("I", "backup"),
        ("s s s", "backup"),
        ("/ t r a", "trades-ws"),
        ("/ t r a esc", "orders-ws"),
        ("/ t r a enter j", "trades-ws"),
        ("/ t r a enter esc", "orders-ws"),
        ("/ t x backspace r a", "trades-ws"),
        ("/ z ^u t r a", "trades-ws"),
        ("/ k i n d : s s e", "billing-sse"),
        ("/ t a g : E U enter G", "backup"),
        ("/ ! a p i", "orders-ws"),
        ("/ s t a t u s : w a r n", "api-us"),
        ("/ p r e s e n c e : a w", "backup"),
        ("/ t r a ,", "trades-ws"),
        ("/ z z z", ""),
        ("/ z z z enter j r", ""),
        ("! G", "billing-sse"),
        ("! ! G", "backup"),
        ("! esc G", "backup"),
        ("? down esc", "orders-ws"),
        ("enter l", "api-eu"),
        ("enter right enter", "api-eu"),
        ("space j", "api-eu"),
        ("tab", "api-eu"),
        ("2 G", "search"),
        ("6 G", "backup"),
        ("3", "orders-ws"),
        ("4", "billing-sse"),
        ("backtab backtab", "workers"),
        ("5", "chat-sio"),
        ("6 tab", "orders-ws"),
        ("9", "orders-ws"),
        ("enter 2 l", "api-eu"),
        ("enter l h", "orders-ws"),
        ("enter j", "orders-ws"),
    ] {
        let mut ui = ui(&sample_fleet(), 80, 24);
        press(&mut ui, keys, NOW);
        assert_eq!(selected(&ui), name, "after {keys:?}");
    }
}

#[test]
fn keys_ask_for_something() {
    use ScreenCommand::{BeatAll, BeatNow, Pause, Reconnect, Reload};
    let orders = TargetId(1);
    let api_eu = TargetId(2);
    for (keys, effect) in [
        ("r", Effect::Command(BeatNow(orders))),
        ("j r", Effect::Command(BeatNow(api_eu))),
        ("f5", Effect::Command(BeatAll)),
        ("R", Effect::Command(Reconnect(orders))),
        ("enter R", Effect::Command(Reconnect(orders))),
        ("^r", Effect::Command(Reload)),
        ("r r", Effect::None),
        ("r j r", Effect::Command(BeatNow(api_eu))),
        ("p", Effect::Command(Pause(orders, true))),
        ("p p", Effect::None),
        ("y", Effect::Copy),
        ("S", Effect::Save),
        ("M", Effect::Mouse(true)),
        ("M M", Effect::Mouse(false)),
        ("^z", Effect::Suspend),
        ("? ^z", Effect::Suspend),
        ("Q", Effect::QuitKeep),
        ("enter Q", Effect::QuitKeep),
        ("/ Q", Effect::None),
        ("6 r", Effect::None),
        ("6 R", Effect::None),
        ("7 r", Effect::None),
        ("7 f5", Effect::Command(BeatAll)),
        ("^l", Effect::Redraw),
        ("c ^l", Effect::Redraw),
        ("c q", Effect::Quit),
        ("q", Effect::Quit),
        ("enter q", Effect::Quit),
        ("? q", Effect::None),
        ("^c", Effect::Interrupt),
        ("/ ^c", Effect::Interrupt),
        ("? ^c", Effect::Interrupt),
        ("/ q", Effect::None),
        ("/ r", Effect::None),
        ("? r", Effect::None),
        ("esc", Effect::None),
        ("x", Effect::None),
        ("/ z z z enter r", Effect::None),
    ] {
        let mut ui = ui(&sample_fleet(), 80, 24);
        assert_eq!(press(&mut ui, keys, NOW), effect, "after {keys:?}");
    }
}

#[test]
fn keys_open_and_close_views() {
    for (keys, detail, help, typing) in [
        ("enter", true, false, false),
        ("enter enter", false, false, false),
        ("enter esc", false, false, false),
        ("?", false, true, false),
        ("f1 ?", false, false, false),
        ("? esc", false, false, false),
        ("enter ? esc", true, false, false),
        ("/", false, false, true),
        ("/ a enter", false, false, false),
        ("/ a esc", false, false, false),
        ("/ ?", false, false, true),
    ] {
        let mut ui = ui(&sample_fleet(), 80, 24);
        press(&mut ui, keys, NOW);
        assert_eq!(
            (
                ui.detail.is_some(),
                ui.overlay.is_some(),
                ui.typing.is_some()
            ),
            (detail, help, typing),
            "after {keys:?}"
        );
    }
}

fn scroll(ui: &Ui) -> u16 {
    match &ui.overlay {
        Some(Overlay::Help(help)) => help.scroll,
        _ => panic!("no help"),
    }
}

#[test]
fn the_help_scrolls_until_its_end_and_no_further() {
    let mut ui = ui(&sample_fleet(), 80, 10);
    press(&mut ui, "?", NOW);
    let mut down = Vec::new();
    for _ in 0..20 {
        press(&mut ui, "down", NOW);
        down.push(scroll(&ui));
    }
    assert!(down.contains(&1) && down[18] == down[19]);
    press(&mut ui, "up", NOW);
    assert!(scroll(&ui) < down[19]);
}

#[test]
fn keys_change_the_look() {
    type Holds = fn(&Ui) -> bool;
    let table: [(&str, Holds); 22] = [
        ("t", |ui| ui.display.clock == ClockMode::Utc),
        ("t t", |ui| ui.display.clock == ClockMode::Age),
        ("t t t", |ui| ui.display.clock == ClockMode::Local),
        ("T", |ui| ui.display.theme.name == ThemeName::CbDeutan),
        ("T T T T", |ui| ui.display.theme.name == ThemeName::Default),
        ("#", |ui| ui.display.theme.glyphs == Glyphs::Ascii),
        ("# #", |ui| ui.display.theme.glyphs == Glyphs::Unicode),
        ("v", |ui| !ui.display.events),
        ("v v", |ui| ui.display.events),
        ("z", |ui| ui.display.zoom),
        ("z esc", |ui| !ui.display.zoom),
        ("+", |ui| ui.display.span.duration() == seconds(300)),
        ("+ + + + + +", |ui| {
            ui.display.span.duration() == seconds(60)
        }),
        ("- -", |ui| ui.display.span.duration() == seconds(3600)),
        ("- - =", |ui| ui.display.span.duration() == seconds(600)),
        ("M", |ui| ui.display.mouse),
        ("h", |ui| ui.selected_beat == Some(0)),
        ("h left h", |ui| ui.selected_beat == Some(2)),
        ("h h l", |ui| ui.selected_beat == Some(0)),
        ("h h l l", |ui| ui.selected_beat.is_none()),
        ("h j", |ui| ui.selected_beat.is_none()),
        ("7 j", |ui| ui.events_scroll == 1),
    ];
    for (keys, holds) in table {
        let mut ui = ui(&sample_fleet(), 80, 24);
        press(&mut ui, keys, NOW);
        assert!(holds(&ui), "after {keys:?}");
    }
}

#[test]
fn keys_walk_through_the_detail() {
    for (keys, section, scroll) in [
        ("enter", Section::Overview, 0),
        ("enter tab", Section::Beats, 0),
        ("enter backtab", Section::History, 0),
        ("/ w o r k enter enter backtab", Section::Instances, 0),
        ("/ w o r k enter enter 6 l", Section::Instances, 0),
        ("enter 5", Section::History, 0),
        ("enter 3", Section::Config, 0),
        ("enter 9", Section::Overview, 0),
        ("enter v", Section::Log, 0),
        ("enter v v", Section::Overview, 0),
        ("enter 2 j j k", Section::Beats, 1),
        ("enter 2 G", Section::Beats, 59),
        ("enter 2 G j", Section::Beats, 59),
        ("enter 2 pgdn", Section::Beats, 10),
        ("enter 2 j l", Section::Beats, 0),
        ("enter 2 j tab", Section::Config, 0),
        ("enter 4 j", Section::Log, 1),
    ] {
        let mut ui = ui(&sample_fleet(), 80, 24);
        press(&mut ui, keys, NOW);
        let detail = ui.detail.unwrap();
        assert_eq!(
            (detail.section, detail.scroll),
            (section, scroll),
            "after {keys:?}"
        );
    }
}

#[test]
fn the_log_is_searched_in_its_section() {
    let mut ui = ui(&sample_fleet(), 80, 24);
    press(&mut ui, "enter / x", NOW);
    assert_eq!(ui.detail.as_ref().unwrap().search, "");
    press(&mut ui, "4 / c o n f enter", NOW);
    assert_eq!(ui.detail.as_ref().unwrap().search, "conf");
    press(&mut ui, "/ i g esc", NOW);
    assert_eq!(ui.detail.as_ref().unwrap().search, "conf");
}

#[test]
fn the_log_of_a_monitor_is_what_happened_to_it() {
    let mut fleet = Snapshot::clone(&sample_fleet());
    let meta = Arc::clone(&fleet.rows[10].meta);
    let failure = |code| Failure::Status { code, note: None };
    let evidence = Evidence {
        body: Some(Text::clean("out of memory")),
        ..Evidence::default()
    };
    let events = [
        Event::Failure {
            failure: Box::new(failure(502)),
            evidence: Some(Arc::new(evidence)),
            latency: None,
        },
        Event::Transition {
            from: Status::Healthy,
            to: Status::Warning,
            cause: Some(Box::new(Cause::Failure(failure(502)))),
            recovered_after: None,
        },
        Event::Beat {
            excerpt: None,
            latency: None,
            status: Status::Healthy,
        },
        Event::Transition {
            from: Status::Warning,
            to: Status::Healthy,
            cause: None,
            recovered_after: Some(seconds(20)),
        },
    ];
    let changes = events.into_iter().zip(0..).map(|(event, seq)| Change {
        seq,
        at: NOW,
        kind: ChangeKind::Target {
            id: TargetId(2),
            meta: Arc::clone(&meta),
            event,
        },
    });
    fleet.changes = changes.collect();
    let mut ui = ui(&Arc::new(fleet), 100, 30);
    press(&mut ui, "/ a p i - e u enter enter 4", NOW);
    let log = |ui: &Ui| -> Vec<String> {
        let newest = ui.monitor_log().into_iter().take(3);
        newest.map(|entry| entry.text).collect()
    };
    assert_eq!(
        log(&ui),
        [
            "healthy  recovered after 20s",
            "warning  502 Bad Gateway (was healthy)",
            "502 Bad Gateway, body: out of memory",
        ]
    );
    press(&mut ui, "/ M E M O enter", NOW);
    assert_eq!(log(&ui), ["502 Bad Gateway, body: out of memory"]);
}

/// The tab of the events shows hbmon's own log too.
#[test]
fn the_own_log_is_on_the_events_tab() {
    let log = LogRing::default();
    for text in ["config read", "listening"] {
        log.push(LogLine {
            at: sample_fleet().wall(NOW),
            level: Level::INFO,
            text: Text::clean(text),
        });
    }
    let options = Options {
        log,
        ..Options::new(FULL)
    };
    let mut ui = Ui::new(options, sample_fleet());
    ui.resize(Size::new(100, 30));
    let shown = |ui: &mut Ui, keys: &str| {
        press(ui, keys, NOW);
        ui.update(&sample_fleet(), NOW);
        crate::golden::text(&picture(ui, FULL, NOW, 100, 30))
    };
    assert!(!shown(&mut ui, "7").contains("listening"));
    let text = shown(&mut ui, "v");
    assert!(text.contains("INFO   listening") && text.contains("config read"));
    let text = shown(&mut ui, "/ L I S enter");
    assert!(text.contains("listening") && !text.contains("config read"));
    assert!(shown(&mut ui, "v").contains("orders-ws"));
    // Beside the table it shows and hides the events.
    press(&mut ui, "1 v", NOW);
    assert!(!ui.display.events);
}

#[test]
fn a_reloaded_block_changes_only_what_it_says() {
    let mut ui = ui(&sample_fleet(), 100, 30);
    press(&mut ui, "T", NOW);
    let block = Prefs {
        columns: Some(vec![Column::Reason]),
        tabs: TabSet::Tag,
        ..Prefs::default()
    };
    ui.apply_prefs(block.clone(), NOW);
    assert_eq!(ui.display.columns, block.columns);
    assert_eq!(ui.tabs().len(), 4);
    // The config says nothing of the theme: the user's choice stays.
    assert_eq!(ui.display.theme.name, ThemeName::CbDeutan);
    let other = Prefs {
        theme: Some(ThemeName::Mono),
        reduce_motion: true,
        ..block
    };
    ui.apply_prefs(other, NOW);
    assert_eq!(ui.display.theme.name, ThemeName::Mono);
    assert!(ui.display.reduce_motion);
    ui.apply_prefs(Prefs::default(), NOW);
    assert_eq!((ui.display.columns.as_ref(), ui.tabs().len()), (None, 7));
}

#[test]
fn what_is_typed_into_the_help_searches_it() {
    let mut ui = ui(&sample_fleet(), 80, 24);
    press(&mut ui, "? q u i backspace", NOW);
    let Some(Overlay::Help(help)) = &ui.overlay else {
        panic!("no help")
    };
    assert_eq!(help.search, "qu");
    press(&mut ui, "?", NOW);
    assert_eq!(ui.overlay, None);
}

#[test]
fn columns_are_chosen_moved_and_given_back() {
    use Column::{Group, Kind, Last};
    let mut ui = ui(&sample_fleet(), 200, 60);
    ui.display.columns = Some(vec![Kind, Group]);
    for (keys, columns) in [
        ("c space", Some(vec![Group])),
        ("space", Some(vec![Group, Kind])),
        ("down down space", Some(vec![Group, Kind, Last])),
        ("left left left", Some(vec![Last, Group, Kind])),
        ("right", Some(vec![Group, Last, Kind])),
        ("=", None),
    ] {
        press(&mut ui, keys, NOW);
        assert_eq!(ui.display.columns, columns, "after {keys:?}");
    }
    press(&mut ui, "esc", NOW);
    assert_eq!(ui.overlay, None);
}

#[test]
fn keys_are_what_the_config_says() {
    let mut keymap = Keymap::default();
    keymap.bind("quit", vec![KeyChord::char('x')]);
    let prefs = Prefs {
        keymap,
        ..Prefs::default()
    };
    let mut ui = Ui::new(
        Options {
            prefs,
            ..Options::new(FULL)
        },
        sample_fleet(),
    );
    assert_eq!(press(&mut ui, "q", NOW), Effect::None);
    assert_eq!(press(&mut ui, "x", NOW), Effect::Quit);
}

/// The fleet in two groups, `shop` with an error and `web`, and one monitor without a group.
fn grouped() -> Arc<Snapshot> {
    let mut fleet = (*sample_fleet()).clone();
    for place in 0..fleet.rows.len() {
        let group = [Some("shop"), Some("web"), None][if place == 0 { 2 } else { place % 2 }];
        let mut row = (*fleet.rows[place]).clone();
        Arc::make_mut(&mut row.meta).group = group.map(Text::clean);
        fleet.rows.set(place, Arc::new(row));
    }
    Arc::new(fleet)
}

/// Returns the lines of the table: groups as `+web 7`, folded ones as `-web 7`, monitors by name.
fn lines(ui: &Ui) -> Vec<String> {
    let line = |place| match (ui.group_at(place), ui.row_at(place)) {
        (Some(group), _) => {
            let name = group.name.as_ref().map_or("none", Text::as_str);
            format!(
                "{}{name} {}",
                if group.folded { '-' } else { '+' },
                group.size
            )
        }
        (_, row) => row.unwrap().meta.name.to_string(),
    };
    (0..ui.line_count()).map(line).collect()
}

#[test]
fn groups_stand_together_and_fold() {
    let mut ui = ui(&grouped(), 80, 40);
    press(&mut ui, "w", NOW);
    let first = lines(&ui);
    assert_eq!(
        (first.len(), &*first[0], &*first[1]),
        (17, "+shop 6", "orders-ws")
    );
    assert_eq!(first[15], "+none 1");
    // The head of a group shows its worst member, but actions do not apply to it.
    assert_eq!(selected(&ui), "orders-ws");
    assert_eq!(press(&mut ui, "r", NOW), Effect::None);
    press(&mut ui, "space", NOW);
    assert_eq!(lines(&ui)[..2], ["-shop 6", "+web 7"]);
    press(&mut ui, "j enter", NOW);
    assert_eq!(lines(&ui), ["-shop 6", "-web 7", "+none 1", "api-ap"]);
    press(&mut ui, "space", NOW);
    assert_eq!((ui.cursor(), &*lines(&ui)[1]), (1, "+web 7"));
    assert!(ui.frozen().is_none() && ui.detail.is_none());
    press(&mut ui, "w", NOW);
    assert_eq!(ui.line_count(), 14);
}

#[test]
fn a_silenced_monitor_has_no_events_and_no_pulse() {
    let fleet = sample_fleet();
    let mut ui = ui(&fleet, 80, 24);
    let before = ui.events(NOW).count();
    let silenced = with(&fleet, "orders-ws", |row| silence(row, "*", 3600, ""));
    ui.update(&silenced, NOW);
    assert_eq!(ui.events(NOW).count(), before - 1);
    // It ends by itself, and when somebody ends it.
    assert_eq!(ui.events(NOW.plus(seconds(3600))).count(), before);
    ui.update(&fleet, NOW);
    assert_eq!(ui.events(NOW).count(), before);
}

#[test]
fn a_silence_is_asked_for_with_its_end() {
    let id = TargetId(1);
    let silence_until = |hours: u64| {
        let until = Some(NOW.plus(seconds(hours * 3600)));
        Effect::Command(ScreenCommand::Silence { id, until })
    };
    for (keys, effect) in [
        ("m", Effect::None),
        ("m enter", silence_until(1)),
        ("m 2", silence_until(4)),
        ("m down enter", silence_until(4)),
        ("m down down down up enter", silence_until(4)),
        ("m m", Effect::None),
        ("m esc enter", Effect::None),
        ("m r", Effect::None),
        ("m q", Effect::Quit),
        ("m ^c", Effect::Interrupt),
    ] {
        let mut ui = ui(&cared_fleet(), 80, 24);
        assert_eq!(press(&mut ui, keys, NOW), effect, "after {keys:?}");
    }
    let mut ui = ui(&cared_fleet(), 80, 24);
    // 14:32:07 to 08:00 of the next day.
    let until = Some(NOW.plus(seconds(62_873)));
    let effect = Effect::Command(ScreenCommand::Silence { id, until });
    assert_eq!(press(&mut ui, "m 3", NOW), effect);
    assert_eq!(ui.notice(), Some("silencing orders-ws until Mon 08:00"));
}

#[test]
fn a_silence_is_ended_and_an_incident_acknowledged_by_the_same_key() {
    let acknowledge = |id, on| {
        let id = TargetId(id);
        Effect::Command(ScreenCommand::Acknowledge { id, on })
    };
    let end_silence = |id| {
        let (id, until) = (TargetId(id), None);
        Effect::Command(ScreenCommand::Silence { id, until })
    };
    for (keys, effect, notice) in [
        (
            "a",
            acknowledge(1, false),
            "i-0041 of orders-ws is no longer acknowledged",
        ),
        (
            "j a",
            acknowledge(2, true),
            "acknowledging i-0042 of api-eu",
        ),
        (
            "j enter a",
            acknowledge(2, true),
            "acknowledging i-0042 of api-eu",
        ),
        ("G a", Effect::None, "backup has no problem to acknowledge"),
        ("j m", end_silence(2), "ending the silence of api-eu"),
        (
            "/ c d n enter m",
            end_silence(7),
            "ending s-0003, the silence of tag:cdn",
        ),
    ] {
        let mut ui = ui(&cared_fleet(), 80, 24);
        assert_eq!(press(&mut ui, keys, NOW), effect, "after {keys:?}");
        assert_eq!(ui.notice(), Some(notice), "after {keys:?}");
    }
}

/// The keys act on what is, also while the view shows what was.
#[test]
fn a_frozen_view_acknowledges_the_present_incident() {
    let fleet = cared_fleet();
    let mut ui = ui(&fleet, 80, 24);
    press(&mut ui, "space", NOW);
    ui.update(&with(&fleet, "orders-ws", |row| row.incident = None), NOW);
    assert_eq!(press(&mut ui, "a", NOW), Effect::None);
    assert_eq!(ui.notice(), Some("no incident of orders-ws is known"));
}

#[test]
fn who_may_not_act_neither_acknowledges_nor_silences() {
    let mut ui = ui(&cared_fleet(), 80, 24);
    ui.reach.act = false;
    assert_eq!(press(&mut ui, "a", NOW), Effect::None);
    assert_eq!(press(&mut ui, "m", NOW), Effect::None);
    assert!(ui.overlay.is_none() && ui.notice().is_none());
}

#[test]
fn what_is_not_enabled_is_not_resumed() {
    let paused = |enabled| {
        with(&sample_fleet(), "orders-ws", |row| {
            (row.status, row.enabled) = (Status::Paused, enabled)
        })
    };
    let mut by_hand = ui(&paused(true), 80, 24);
    let resume = Effect::Command(ScreenCommand::Pause(TargetId(1), false));
    assert_eq!(press(&mut by_hand, "/ o r d enter p", NOW), resume);
    let mut by_config = ui(&paused(false), 80, 24);
    assert_eq!(press(&mut by_config, "/ o r d enter p", NOW), Effect::None);
    assert_eq!(
        by_config.notice(),
        Some("orders-ws is disabled in the config")
    );
}

#[test]
fn a_click_selects_and_the_wheel_scrolls_if_the_mouse_is_wanted() {
    let mut ui = ui(&sample_fleet(), 80, 24);
    ui.resize(Size::new(80, 24));
    let table = ui.layout(ratatui::layout::Rect::new(0, 0, 80, 24)).table;
    let event = |kind, row| MouseEvent {
        kind,
        column: 5,
        row,
        modifiers: KeyModifiers::NONE,
    };
    let click = event(MouseEventKind::Down(MouseButton::Left), table.y + 2);
    assert!(!ui.on_mouse(click, NOW));
    press(&mut ui, "M", NOW);
    assert!(ui.on_mouse(click, NOW));
    assert_eq!(selected(&ui), "api-us");
    assert!(ui.on_mouse(event(MouseEventKind::ScrollDown, 0), NOW));
    assert_eq!(ui.cursor(), 5);
    assert!(!ui.on_mouse(event(MouseEventKind::Moved, table.y), NOW));
    assert!(!ui.on_mouse(event(MouseEventKind::Down(MouseButton::Left), 0), NOW));
}

/// Clicks in the first row that contains a text, on the first column of the text.
fn click_on(ui: &mut Ui, text: &str) -> bool {
    let size = Size::new(100, 30);
    let drawn = crate::golden::text(&picture(ui, FULL, NOW, size.width, size.height));
    let (row, column) = drawn
        .lines()
        .zip(0..)
        .find_map(|(line, row)| Some((row, line[..line.find(text)?].chars().count() as u16)))
        .unwrap();
    let click = MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column,
        row,
        modifiers: KeyModifiers::NONE,
    };
    ui.on_mouse(click, NOW)
}

#[test]
fn clicks_open_tabs_and_sections() {
    let mut ui = ui(&sample_fleet(), 100, 30);
    press(&mut ui, "M", NOW);
    assert!(click_on(&mut ui, "SSE (2"));
    assert_eq!(names(&ui), ["billing-sse", "ticker-sse"]);
    assert!(click_on(&mut ui, "Events ("));
    assert!(ui.is_on_events());
    assert!(click_on(&mut ui, "All ("));
    assert_eq!(ui.line_count(), 14);
    // Between two tabs.
    assert!(!click_on(&mut ui, " 2 HTTP"));
    press(&mut ui, "enter", NOW);
    for (title, section) in [
        ("Beats ", Section::Beats),
        ("Config ", Section::Config),
        ("Log", Section::Log),
        ("Overview", Section::Overview),
    ] {
        assert!(click_on(&mut ui, title), "{title}");
        assert_eq!(ui.section(), Some(section));
    }
}

#[test]
fn tabs_are_by_kind_group_or_tag() {
    let fleet = with(&sample_fleet(), "api-eu", |row| {
        Arc::make_mut(&mut row.meta).tags = ["eu", "pager"].map(Text::clean).into();
    });
    let mut ui = ui(&fleet, 100, 30);
    let shown = |ui: &mut Ui, keys: &str| {
        press(ui, keys, NOW);
        ui.line_count()
    };
    // By group: edge, web, and the monitor without a group.
    assert_eq!(shown(&mut ui, "b"), 14);
    assert_eq!(["2", "3", "4"].map(|key| shown(&mut ui, key)), [8, 5, 1]);
    // By tag: eu, money, pager. A monitor is on each of its tabs.
    assert_eq!(shown(&mut ui, "b"), 14);
    assert_eq!(["2", "3", "4"].map(|key| shown(&mut ui, key)), [14, 13, 1]);
    // The counts follow the statuses.
    ui.update(
        &with(&fleet, "api-eu", |row| row.status = Status::Healthy),
        NOW,
    );
    let heads = ui.tabs();
    let worst: Vec<_> = heads.iter().filter_map(|head| head.counts).collect();
    assert_eq!((worst[1].error, worst[3].healthy), (1, 1));
    assert_eq!(shown(&mut ui, "1 b 2"), 6);
}

#[test]
fn a_search_starts_empty_and_esc_brings_the_last_one_back() {
    let mut ui = ui(&sample_fleet(), 80, 24);
    press(&mut ui, "/ t r a enter /", NOW);
    assert_eq!((ui.table_options.filter.text(), ui.line_count()), ("", 14));
    press(&mut ui, "esc", NOW);
    assert_eq!(ui.table_options.filter.text(), "tra");
    press(&mut ui, "/ enter", NOW);
    assert_eq!(ui.line_count(), 14);
}

#[test]
fn rows_move_for_a_status_and_never_for_a_beat() {
    let fleet = sample_fleet();
    let mut ui = ui(&fleet, 80, 24);
    let before: Vec<String> = names(&ui).into_iter().map(Into::into).collect();
    let beat = with(&fleet, "auth", |row| {
        row.beats += 1;
        row.last_beat = Some(NOW);
    });
    ui.update(&beat, NOW);
    assert_eq!(names(&ui), before);
    ui.update(&with(&beat, "auth", |row| row.status = Status::Error), NOW);
    assert_eq!(names(&ui)[..4], ["auth", "orders-ws", "api-eu", "api-us"]);
}

#[test]
fn the_cursor_follows_its_monitor_and_until_moved_the_worst() {
    let fleet = sample_fleet();
    let worse = with(&fleet, "auth", |row| row.status = Status::Error);
    let mut untouched = ui(&fleet, 80, 24);
    untouched.update(&worse, NOW);
    assert_eq!(selected(&untouched), "auth");
    let mut moved = ui(&fleet, 80, 24);
    press(&mut moved, "j k", NOW);
    moved.update(&worse, NOW.plus(seconds(10)));
    assert_eq!(selected(&moved), "orders-ws");
}

#[test]
fn rows_stand_still_for_three_seconds_after_a_move() {
    let fleet = sample_fleet();
    let worse = with(&fleet, "auth", |row| row.status = Status::Error);
    let mut ui = ui(&fleet, 80, 24);
    press(&mut ui, "j", NOW);
    ui.update(&worse, NOW.plus(seconds(2)));
    assert_eq!(names(&ui)[0], "orders-ws");
    ui.update(&worse, NOW.plus(seconds(3)));
    assert_eq!(names(&ui)[0], "auth");
    assert_eq!(selected(&ui), "api-eu");
}

#[test]
fn a_monitor_that_leaves_gives_its_place_to_the_next() {
    let fleet = sample_fleet();
    let mut ui = ui(&fleet, 80, 24);
    press(&mut ui, "j", NOW);
    let mut smaller = (*fleet).clone();
    smaller.rows = smaller
        .rows
        .iter()
        .filter(|row| row.meta.name.as_str() != "api-eu")
        .cloned()
        .collect();
    ui.update(&Arc::new(smaller), NOW);
    assert_eq!(selected(&ui), "api-us");
}

#[test]
fn the_detail_stays_with_its_monitor() {
    let fleet = sample_fleet();
    let mut ui = ui(&fleet, 80, 24);
    press(&mut ui, "enter", NOW);
    let healed = with(&fleet, "orders-ws", |row| row.status = Status::Healthy);
    ui.update(&healed, NOW.plus(seconds(10)));
    assert_eq!(selected(&ui), "orders-ws");
}

#[test]
fn a_frozen_view_stands_still_and_counts_what_it_misses() {
    let fleet = sample_fleet();
    let mut ui = ui(&fleet, 80, 24);
    press(&mut ui, "space", NOW);
    let next = with(&fleet, "auth", |row| {
        row.beats += 31;
        row.status = Status::Error;
    });
    ui.update(&next, NOW.plus(seconds(12)));
    assert_eq!(ui.frozen(), Some((NOW, 31)));
    assert!(Arc::ptr_eq(ui.snapshot(), &fleet));
    press(&mut ui, "space", NOW.plus(seconds(13)));
    assert!(Arc::ptr_eq(ui.snapshot(), &next));
    assert_eq!(names(&ui)[0], "auth");
}

#[test]
fn totals_follow_what_changed() {
    let fleet = sample_fleet();
    let mut ui = ui(&fleet, 80, 24);
    let before = ui.totals().beats;
    let next = with(&fleet, "auth", |row| row.beats += 5);
    ui.update(&next, NOW);
    assert_eq!(ui.totals().beats, before + 5);
    let fewer = Arc::new(hbmon::model::Snapshot {
        rows: next.rows.iter().skip(1).cloned().collect(),
        ..(*next).clone()
    });
    ui.update(&fewer, NOW);
    assert_eq!(ui.totals().beats, before + 5 - next.rows[0].beats);
}
