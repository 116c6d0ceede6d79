//! Every key as data: keys pressed, then what is selected and what is asked for.

use std::sync::Arc;

use hbmon::model::{Status, TargetId};
use hbmon::tui::overlay::Overlay;
use hbmon::tui::{Command, Effect, Ui};

use crate::fixture::{NOW, mock_up, seconds, with};
use crate::{press, ui};

fn selected(ui: &Ui) -> &str {
    ui.row().map_or("", |row| row.meta.name.as_str())
}

fn names(ui: &Ui) -> Vec<&str> {
    (0..ui.chosen()).filter_map(|place| ui.at(place)).map(|row| row.meta.name.as_str()).collect()
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
    ] {
        let mut ui = ui(&mock_up(), 80, 24);
        press(&mut ui, keys, NOW);
        assert_eq!(selected(&ui), name, "after {keys:?}");
    }
}

#[test]
fn keys_ask_for_something() {
    use Command::{BeatAll, BeatNow, Reconnect, Reload};
    let (orders, api_eu) = (TargetId(1), TargetId(2));
    for (keys, effect) in [
        ("r", Effect::Command(BeatNow(orders))),
        ("j r", Effect::Command(BeatNow(api_eu))),
        ("f5", Effect::Command(BeatAll)),
        ("R", Effect::Command(Reconnect(orders))),
        ("enter R", Effect::Command(Reconnect(orders))),
        ("^r", Effect::Command(Reload)),
        ("r r", Effect::None),
        ("r j r", Effect::Command(BeatNow(api_eu))),
        ("^l", Effect::Redraw),
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
        let mut ui = ui(&mock_up(), 80, 24);
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
        let mut ui = ui(&mock_up(), 80, 24);
        press(&mut ui, keys, NOW);
        assert_eq!(
            (ui.detail.is_some(), ui.overlay.is_some(), ui.typing.is_some()),
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
    let mut ui = ui(&mock_up(), 80, 10);
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
fn rows_move_for_a_status_and_never_for_a_beat() {
    let fleet = mock_up();
    let mut ui = ui(&fleet, 80, 24);
    let before: Vec<String> = names(&ui).into_iter().map(Into::into).collect();
    let beat = with(&fleet, "auth", |row| {
        row.beats += 1;
        row.last_beat = Some(NOW);
    });
    ui.see(&beat, NOW);
    assert_eq!(names(&ui), before);
    ui.see(&with(&beat, "auth", |row| row.status = Status::Error), NOW);
    assert_eq!(names(&ui)[..4], ["auth", "orders-ws", "api-eu", "api-us"]);
}

#[test]
fn the_cursor_follows_its_monitor_and_until_moved_the_worst() {
    let fleet = mock_up();
    let worse = with(&fleet, "auth", |row| row.status = Status::Error);
    let mut untouched = ui(&fleet, 80, 24);
    untouched.see(&worse, NOW);
    assert_eq!(selected(&untouched), "auth");
    let mut moved = ui(&fleet, 80, 24);
    press(&mut moved, "j k", NOW);
    moved.see(&worse, NOW.plus(seconds(10)));
    assert_eq!(selected(&moved), "orders-ws");
}

#[test]
fn rows_stand_still_for_three_seconds_after_a_move() {
    let fleet = mock_up();
    let worse = with(&fleet, "auth", |row| row.status = Status::Error);
    let mut ui = ui(&fleet, 80, 24);
    press(&mut ui, "j", NOW);
    ui.see(&worse, NOW.plus(seconds(2)));
    assert_eq!(names(&ui)[0], "orders-ws");
    ui.see(&worse, NOW.plus(seconds(3)));
    assert_eq!(names(&ui)[0], "auth");
    assert_eq!(selected(&ui), "api-eu");
}

#[test]
fn a_monitor_that_leaves_gives_its_place_to_the_next() {
    let fleet = mock_up();
    let mut ui = ui(&fleet, 80, 24);
    press(&mut ui, "j", NOW);
    let mut smaller = (*fleet).clone();
    smaller.rows.retain(|row| row.meta.name.as_str() != "api-eu");
    ui.see(&Arc::new(smaller), NOW);
    assert_eq!(selected(&ui), "api-us");
}

#[test]
fn the_detail_stays_with_its_monitor() {
    let fleet = mock_up();
    let mut ui = ui(&fleet, 80, 24);
    press(&mut ui, "enter", NOW);
    let healed = with(&fleet, "orders-ws", |row| row.status = Status::Healthy);
    ui.see(&healed, NOW.plus(seconds(10)));
    assert_eq!(selected(&ui), "orders-ws");
}

#[test]
fn a_frozen_view_stands_still_and_counts_what_it_misses() {
    let fleet = mock_up();
    let mut ui = ui(&fleet, 80, 24);
    press(&mut ui, "space", NOW);
    let next = with(&fleet, "auth", |row| {
        row.beats += 31;
        row.status = Status::Error;
    });
    ui.see(&next, NOW.plus(seconds(12)));
    assert_eq!(ui.frozen(), Some((NOW, 31)));
    assert!(Arc::ptr_eq(ui.snapshot(), &fleet));
    press(&mut ui, "space", NOW.plus(seconds(13)));
    assert!(Arc::ptr_eq(ui.snapshot(), &next));
    assert_eq!(names(&ui)[0], "auth");
}

#[test]
fn totals_follow_what_changed() {
    let fleet = mock_up();
    let mut ui = ui(&fleet, 80, 24);
    let before = ui.totals().beats;
    let next = with(&fleet, "auth", |row| row.beats += 5);
    ui.see(&next, NOW);
    assert_eq!(ui.totals().beats, before + 5);
    let fewer = Arc::new(hbmon::model::Snapshot { rows: next.rows[1..].to_vec(), ..(*next).clone() });
    ui.see(&fewer, NOW);
    assert_eq!(ui.totals().beats, before + 5 - next.rows[0].beats);
}
