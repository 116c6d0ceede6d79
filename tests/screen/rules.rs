//! Rules that hold for every picture.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use ratatui::style::{Color, Modifier};

use hbmon::model::{Kind, LatencySummary, Moment, Outcome, Policy, Snapshot, Status};
use hbmon::prefs::ThemeName;
use hbmon::tui::{Colours, Glyphs, Theme};
use ratatui::layout::Size;

use crate::fixture::{NOW, healthy, many, map_recent, sample_fleet, seconds, snapshot, start};
use crate::{FULL, PLAIN, picture, press, ui};

const VIEWS: [&str; 21] = [
    "",
    "enter",
    "enter 2 j",
    "enter 3",
    "enter 4",
    "enter z",
    "6",
    "w",
    "z",
    "v t t",
    "c j",
    "m",
    "left left",
    "?",
    "/ a",
    "! G",
    "space",
    "/ z z z enter",
    "b b 3",
    "7 v",
    "/ w o r k enter enter 6",
];

/// Every theme with every set of colours and glyphs.
fn themes() -> impl Iterator<Item = Theme> {
    let colours = [
        Colours::None,
        Colours::Ansi,
        Colours::Indexed,
        Colours::True,
    ];
    let named = ThemeName::ALL
        .into_iter()
        .flat_map(move |name| colours.map(|colours| (name, colours)));
    named.flat_map(|(name, colours)| {
        [Glyphs::Unicode, Glyphs::Ascii].map(|glyphs| Theme {
            name,
            colours,
            glyphs,
        })
    })
}

#[test]
fn no_cell_has_a_background_and_no_text_is_bright_black() {
    let fleet = sample_fleet();
    for keys in VIEWS {
        let mut ui = ui(&fleet, 140, 40);
        press(&mut ui, keys, NOW);
        for theme in themes() {
            let buffer = picture(&ui, theme, NOW, 140, 40);
            for cell in buffer.content() {
                assert_eq!(cell.bg, Color::Reset);
                assert_ne!(cell.fg, Color::DarkGray);
                assert!(
                    !cell
                        .modifier
                        .intersects(Modifier::SLOW_BLINK | Modifier::RAPID_BLINK)
                );
            }
        }
    }
}

#[test]
fn without_colour_there_is_none_and_ascii_is_ascii() {
    let fleet = sample_fleet();
    for keys in VIEWS {
        let mut ui = ui(&fleet, 140, 40);
        press(&mut ui, keys, NOW);
        for cell in picture(&ui, PLAIN, NOW, 140, 40).content() {
            assert_eq!(cell.fg, Color::Reset);
            assert!(cell.symbol().is_ascii(), "{:?} in {keys:?}", cell.symbol());
        }
    }
}

#[test]
fn the_only_colours_are_where_something_is_wrong_or_moves() {
    let buffer = picture(&ui(&sample_fleet(), 100, 30), FULL, NOW, 100, 30);
    let style = |x, y| {
        (
            buffer[(x, y)].symbol(),
            buffer[(x, y)].fg,
            buffer[(x, y)].modifier,
        )
    };
    // The banner, the glyphs of an error, a warning and a healthy row, a healthy name.
    assert_eq!(
        style(20, 0),
        ("✗", Color::Red, Modifier::BOLD | Modifier::REVERSED)
    );
    assert_eq!(style(1, 5), ("✗", Color::Red, Modifier::BOLD));
    assert_eq!(style(1, 7), ("▲", Color::Yellow, Modifier::empty()));
    assert_eq!(style(1, 9), ("●", Color::Green, Modifier::empty()));
    assert_eq!(style(3, 9), ("a", Color::Reset, Modifier::empty()));
    // A miss in the strip.
    let mut ui = ui(&sample_fleet(), 100, 30);
    press(&mut ui, "left left", NOW);
    let buffer = picture(&ui, FULL, NOW, 100, 30);
    let (miss, style) = (&buffer[(99, 5)], Modifier::BOLD);
    assert_eq!(
        (miss.symbol(), miss.fg, miss.modifier),
        ("×", Color::Red, style)
    );
}

#[test]
fn every_status_has_its_own_glyph_in_every_set() {
    for theme in [FULL, PLAIN] {
        let glyphs: HashSet<_> = Status::ALL.map(|status| theme.glyphs.status(status)).into();
        assert_eq!(glyphs.len(), Status::ALL.len());
    }
}

/// A monitor with values that no config and no network could produce.
fn odd() -> Arc<Snapshot> {
    let mut odd = healthy(1, "odd", Kind::Sse, 30, 0, Some(1));
    odd.policy = Arc::new(Policy {
        interval: Duration::ZERO,
        ..(*odd.policy).clone()
    });
    odd.since = NOW.plus(seconds(1_000_000));
    odd.due_at = Some(Moment::FAR);
    odd.latency = odd.latency.map(|latency| LatencySummary {
        avg: Duration::MAX,
        p95: Duration::ZERO,
        ..latency
    });
    map_recent(&mut odd, |place, outcome| match place {
        3 => Outcome {
            latency: Some(Duration::MAX),
            ..outcome
        },
        4 => Outcome {
            at: Moment::FAR,
            ..outcome
        },
        _ => outcome,
    });
    snapshot(vec![odd])
}

#[test]
fn no_size_is_too_small() {
    let fleet = sample_fleet();
    for keys in VIEWS {
        let mut ui = ui(&fleet, 80, 24);
        press(&mut ui, keys, NOW);
        for width in [1, 2, 3, 4, 7, 13, 19, 20, 39, 40, 59, 61, 79, 97, 139] {
            for height in [1, 2, 3, 5, 6, 9, 10, 15, 16, 17, 26] {
                ui.resize(Size::new(width, height));
                picture(&ui, FULL, NOW, width, height);
            }
        }
    }
    // The area may differ from the size that was last reported.
    picture(&ui(&sample_fleet(), 200, 60), FULL, NOW, 10, 4);
}

#[test]
fn no_time_is_too_strange() {
    for fleet in [snapshot(Vec::new()), odd(), start(), sample_fleet()] {
        for keys in VIEWS {
            for (width, height) in [(40, 10), (80, 24), (140, 50)] {
                let mut ui = ui(&fleet, width, height);
                press(&mut ui, keys, NOW);
                for now in [Moment::START, NOW, Moment::FAR] {
                    picture(&ui, FULL, now, width, height);
                }
            }
        }
    }
}

/// Only the terminal knows the width of each character. The columns after a name must not depend on
/// it.
#[test]
fn columns_stay_where_they_are_whatever_the_name_is() {
    let names = [
        "plain",
        "監視サーバー東京本番環境第一号機の名前",
        "e\u{301}te\u{301}",
        "עברית-שם",
        "👩🏽‍🚀🚀",
        "\u{301}\u{301}",
    ];
    let rows = names
        .iter()
        .zip(0..)
        .map(|(name, id)| healthy(id, name, Kind::Sse, 15, 4, Some(20)));
    let buffer = picture(&ui(&snapshot(rows.collect()), 80, 24), FULL, NOW, 80, 24);
    let row = |y: u16| -> Vec<_> {
        (29..80)
            .map(|x| buffer[(x, y)].symbol().to_owned())
            .collect()
    };
    for y in 6..11 {
        assert_eq!(row(y), row(5), "row {y}");
    }
}

#[test]
fn the_cursor_is_visible_wherever_it_goes() {
    let fleet = many(10_000);
    let mut ui = ui(&fleet, 80, 24);
    for keys in [
        "",
        "G",
        "k k k",
        "pgup",
        "g",
        "n",
        "pgdn pgdn",
        "N",
        "enter enter",
        "G enter esc",
    ] {
        press(&mut ui, keys, NOW);
        let drawn = picture(&ui, FULL, NOW, 80, 24);
        assert!(
            (0..24).any(|y| drawn[(0, y)].symbol() == "▸"),
            "after {keys:?}"
        );
    }
}
