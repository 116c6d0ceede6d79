//! Compares pictures at many sizes with the files in `golden/`. `UPDATE=1 cargo test --test screen`
//! rewrites the files.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hbmon::model::{Kind, Moment, Overload, Snapshot, Status};
use hbmon::tui::Theme;
use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

use crate::fixture::{
    NOW, alerted_fleet, cared_fleet, healthy, many, sample_fleet, snapshot, start,
};
use crate::{FULL, PLAIN, picture, press, ui};

const SIZES: [(u16, u16); 8] = [
    (200, 60),
    (100, 30),
    (80, 24),
    (60, 20),
    (40, 10),
    (20, 5),
    (20, 3),
    (1, 1),
];

pub(crate) fn text(buffer: &Buffer) -> String {
    let mut text = String::new();
    for y in 0..buffer.area.height {
        let mut line = String::new();
        let mut x = 0;
        while x < buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            // A wide character covers the cell after it.
            x += symbol.width().max(1) as u16;
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

pub(crate) fn check(name: &str, fleet: &Arc<Snapshot>, keys: &str, theme: Theme, size: (u16, u16)) {
    check_at(name, fleet, keys, NOW, theme, size);
}

/// Presses keys at `NOW` and draws the picture at `then`.
fn check_at(
    name: &str,
    fleet: &Arc<Snapshot>,
    keys: &str,
    then: Moment,
    theme: Theme,
    (width, height): (u16, u16),
) {
    let mut ui = ui(fleet, width, height);
    press(&mut ui, keys, NOW);
    compare(name, &picture(&ui, theme, then, width, height));
}

/// Compares a picture with its file.
pub(crate) fn compare(name: &str, picture: &Buffer) {
    let drawn = text(picture);
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/screen/golden/{name}.txt"));
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, &drawn).unwrap();
    }
    let golden = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        drawn == golden,
        "{name} differs from {}; drawn:\n{drawn}",
        file.display()
    );
}

#[test]
fn the_mock_up_at_every_size() {
    let fleet = sample_fleet();
    for (width, height) in SIZES {
        check(
            &format!("main-{width}x{height}"),
            &fleet,
            "",
            FULL,
            (width, height),
        );
        check(
            &format!("ascii-{width}x{height}"),
            &fleet,
            "",
            PLAIN,
            (width, height),
        );
    }
}

#[test]
fn every_section_of_the_detail() {
    let fleet = sample_fleet();
    for (section, keys) in [
        ("overview", "enter"),
        ("beats", "enter 2 j"),
        ("config", "enter 3"),
        ("log", "enter 4"),
    ] {
        check(
            &format!("detail-{section}-100x30"),
            &fleet,
            keys,
            FULL,
            (100, 30),
        );
        check(
            &format!("detail-{section}-80x24"),
            &fleet,
            &format!("j {keys}"),
            FULL,
            (80, 24),
        );
    }
    for size @ (width, height) in [(200, 60), (60, 20), (40, 10), (20, 5)] {
        check(
            &format!("detail-overview-{width}x{height}"),
            &fleet,
            "enter",
            FULL,
            size,
        );
    }
    check("detail-ascii-100x30", &fleet, "enter", PLAIN, (100, 30));
    check("detail-zoomed-100x30", &fleet, "enter z", FULL, (100, 30));
    for (name, keys) in [("workers", "/ w o r k enter enter"), ("backup", "G enter")] {
        check(
            &format!("detail-{name}-100x30"),
            &fleet,
            keys,
            FULL,
            (100, 30),
        );
        check(
            &format!("detail-{name}-config-80x24"),
            &fleet,
            &format!("{keys} 3"),
            FULL,
            (80, 24),
        );
    }
    check(
        "pane-workers-80x24",
        &fleet,
        "/ w o r k enter",
        FULL,
        (80, 24),
    );
}

#[test]
fn every_tab_and_what_changes_the_table() {
    let fleet = sample_fleet();
    check("tab-http-100x30", &fleet, "2", FULL, (100, 30));
    check("pane-latency-100x30", &fleet, "j j", FULL, (100, 30));
    check("tabs-by-group-100x30", &fleet, "b 3", FULL, (100, 30));
    check("tabs-by-tag-80x24", &fleet, "b b", FULL, (80, 24));
    check("tab-events-100x30", &fleet, "7", FULL, (100, 30));
    check("tab-events-40x10", &fleet, "7", FULL, (40, 10));
    check("groups-100x30", &fleet, "w", FULL, (100, 30));
    check("groups-folded-80x24", &fleet, "w g space j", FULL, (80, 24));
    check(
        "beat-cursor-100x30",
        &fleet,
        "j left left left",
        FULL,
        (100, 30),
    );
    check("clock-age-100x30", &fleet, "t t", FULL, (100, 30));
    check("without-events-100x30", &fleet, "v", FULL, (100, 30));
    check("zoomed-100x30", &fleet, "z", FULL, (100, 30));
    check(
        "columns-100x30",
        &fleet,
        "c space down space",
        FULL,
        (100, 30),
    );
    check(
        "columns-chosen-140x30",
        &fleet,
        "c down space esc",
        FULL,
        (140, 30),
    );
    check("problems-100x30", &fleet, "! G", FULL, (100, 30));
    check("reversed-by-name-80x24", &fleet, "s I", FULL, (80, 24));
}

#[test]
fn who_takes_care_of_a_problem() {
    let fleet = cared_fleet();
    check("acknowledged-80x24", &fleet, "", FULL, (80, 24));
    check("acknowledged-100x30", &fleet, "", FULL, (100, 30));
    check("acknowledged-140x40", &fleet, "", PLAIN, (140, 40));
    check("silenced-80x24", &fleet, "j", FULL, (80, 24));
    check("silenced-100x30", &fleet, "j", FULL, (100, 30));
    check(
        "silenced-well-80x24",
        &fleet,
        "/ c d n enter",
        FULL,
        (80, 24),
    );
    check("silenced-detail-100x30", &fleet, "j enter", FULL, (100, 30));
    check("silence-choice-80x24", &fleet, "m j", FULL, (80, 24));
    check("silence-choice-100x30", &fleet, "j j m", FULL, (100, 30));
    check("silence-choice-40x10", &fleet, "m", PLAIN, (40, 10));
}

#[test]
fn who_is_told_of_a_problem() {
    let (fleet, board) = alerted_fleet();
    let board = Arc::new(board);
    for (name, keys, theme, (width, height)) in [
        ("alerts-80x24", "", FULL, (80, 24)),
        ("alerts-100x30", "", FULL, (100, 30)),
        ("alerts-ascii-100x30", "", PLAIN, (100, 30)),
        ("alerts-140x40", "j", FULL, (140, 40)),
        ("alerts-detail-80x24", "enter", FULL, (80, 24)),
        ("alerts-detail-100x30", "enter", FULL, (100, 30)),
        ("alerts-held-100x30", "j", FULL, (100, 30)),
        ("alerts-after-80x24", "j j j", FULL, (80, 24)),
        ("maintenance-80x24", "j j", FULL, (80, 24)),
        ("maintenance-100x30", "j j", FULL, (100, 30)),
        ("maintenance-well-100x30", "/ c d n enter", FULL, (100, 30)),
        ("alerts-40x10", "", FULL, (40, 10)),
    ] {
        let mut ui = ui(&fleet, width, height);
        ui.receive_alerts(Some(Arc::clone(&board)));
        press(&mut ui, keys, NOW);
        compare(name, &picture(&ui, theme, NOW, width, height));
    }
}

/// A frozen view shows what was known then; a broken channel is said at once.
#[test]
fn a_frozen_view_keeps_who_was_told() {
    let (fleet, board) = alerted_fleet();
    let mut ui = ui(&fleet, 100, 30);
    let draw = |ui: &hbmon::tui::Ui| text(&picture(ui, FULL, NOW, 100, 30));
    assert!(!ui.receive_alerts(None));
    press(&mut ui, "space", NOW);
    assert!(ui.receive_alerts(Some(Arc::new(board))));
    let frozen = draw(&ui);
    assert!(
        frozen.contains("✗ channel hook broken: 404 Not Found"),
        "{frozen}"
    );
    assert!(!frozen.contains("behind orders-ws"), "{frozen}");
    press(&mut ui, "space", NOW);
    let live = draw(&ui);
    assert!(live.contains("behind orders-ws"), "{live}");
    assert!(ui.receive_alerts(Some(Arc::default())));
    assert!(!draw(&ui).contains("broken"));
}

/// More tabs than fit: those around the selected one are shown.
#[test]
fn many_tabs_leave_out_the_far_ones() {
    let rows = (0..30).map(|id| {
        let mut row = healthy(id, &format!("api-{id}"), Kind::Http, 15, 4, Some(20));
        let group = hbmon::model::Text::clean(&format!("cluster-{id:02}"));
        Arc::make_mut(&mut row.meta).group = Some(group);
        if id == 11 {
            row.status = Status::Error;
        }
        row
    });
    let fleet = snapshot(rows.collect());
    let tabs = |keys: &str| {
        let mut ui = ui(&fleet, 80, 24);
        press(&mut ui, keys, NOW);
        let drawn = text(&picture(&ui, FULL, NOW, 80, 24));
        drawn.lines().nth(2).unwrap().to_owned()
    };
    assert_eq!(
        tabs("b"),
        " 1 All(30) 2 cluster-00(1) 3 cluster-01(1) 4 cluster-02(1) 5 cluster-03(1) …"
    );
    assert_eq!(
        tabs("b 9 tab tab tab tab"),
        " … cluster-09(1) cluster-10(1) cluster-11(1,1✗) cluster-12(1) cluster-13(1) …"
    );
    assert_eq!(
        tabs("b backtab"),
        " … cluster-26(1) cluster-27(1) cluster-28(1) cluster-29(1) Events(1)"
    );
}

#[test]
fn trouble_of_hbmon_itself() {
    let mut strained = Snapshot::clone(&sample_fleet());
    strained.self_stats.overload = Some(Overload::Late);
    let fleet = Arc::new(strained);
    for size @ (width, height) in [(100, 30), (80, 24), (60, 20), (40, 10)] {
        check(
            &format!("strained-{width}x{height}"),
            &fleet,
            "",
            FULL,
            size,
        );
    }
}

#[test]
fn help_and_what_is_typed() {
    let fleet = sample_fleet();
    check("help-80x24", &fleet, "?", FULL, (80, 24));
    check(
        "help-ascii-60x20",
        &fleet,
        "? down down down",
        PLAIN,
        (60, 20),
    );
    check("help-search-100x30", &fleet, "? q u i t", FULL, (100, 30));
    check(
        "help-search-nothing-40x10",
        &fleet,
        "? x y z z y",
        FULL,
        (40, 10),
    );
    check("typing-80x24", &fleet, "/ a p i", FULL, (80, 24));
    check(
        "filter-unread-80x24",
        &fleet,
        "/ a p i space t o g :",
        FULL,
        (80, 24),
    );
    check(
        "nothing-matches-80x24",
        &fleet,
        "/ z z enter",
        FULL,
        (80, 24),
    );
    check("asked-80x24", &fleet, "r", FULL, (80, 24));
    check("asked-100x30", &fleet, "r", FULL, (100, 30));
}

#[test]
fn a_frozen_view_says_since_when() {
    let fleet = sample_fleet();
    let then = NOW.plus(Duration::from_secs(12));
    for size @ (width, height) in [(100, 30), (80, 24), (40, 10), (20, 5)] {
        check_at(
            &format!("frozen-{width}x{height}"),
            &fleet,
            "space",
            then,
            FULL,
            size,
        );
    }
}

#[test]
fn other_fleets() {
    check("empty-80x24", &snapshot(Vec::new()), "", FULL, (80, 24));
    check("empty-100x30", &snapshot(Vec::new()), "", FULL, (100, 30));
    check("start-80x24", &start(), "", FULL, (80, 24));
    check(
        "one-80x24",
        &snapshot(vec![healthy(1, "api", Kind::Http, 15, 4, Some(20))]),
        "",
        FULL,
        (80, 24),
    );
    check("many-100x30", &many(10_000), "", FULL, (100, 30));
    check("many-end-40x10", &many(10_000), "G k k", FULL, (40, 10));
    for (name, status) in [("down", Status::Error), ("paused", Status::Paused)] {
        let mut rows: Vec<_> = (0..4)
            .map(|id| healthy(id, &format!("api-{id}"), Kind::Http, 15, 4, None))
            .collect();
        rows.iter_mut().for_each(|row| row.status = status);
        check(
            &format!("{name}-80x24"),
            &snapshot(rows),
            "",
            FULL,
            (80, 24),
        );
    }
}

#[test]
fn long_and_wide_names_are_cut_by_columns() {
    let names = [
        "a-very-long-name-that-nobody-can-say-in-one-breath",
        "監視サーバー東京本番環境第一号機",
        "e\u{301}toile\u{301}-e\u{301}te\u{301}-cafe\u{301}-cre\u{300}me",
        "👩🏽‍🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀",
        "🇩🇪🇫🇷🇬🇧🇩🇪🇫🇷🇬🇧🇩🇪🇫🇷🇬🇧",
        "",
    ];
    let rows = names
        .iter()
        .zip(0..)
        .map(|(name, id)| healthy(id, name, Kind::Sse, 15, 4, Some(20)));
    let fleet = snapshot(rows.collect());
    check("names-80x24", &fleet, "j", FULL, (80, 24));
    check("names-40x10", &fleet, "", FULL, (40, 10));
}
