//! Reports of one run: human, probe, plain, JSON.

use std::sync::Arc;

use hbmon::model::{Meta, Row, Text};
use hbmon::report::style::{Glyphs, Style};
use hbmon::report::{GroupBy, RunInfo, human, json, plain, probe};
use unicode_width::UnicodeWidthStr;

use crate::fixture::{flaky, fleet, golden, only_chat, only_site, run, snapshot_of, told, written};

const ASCII: Style = Style {
    color: false,
    glyphs: Glyphs::Ascii,
    columns: None,
};
const COLORED: Style = Style {
    color: true,
    glyphs: Glyphs::Unicode,
    columns: None,
};

#[test]
fn human_shows_problems_and_counts_the_rest() {
    golden(
        "human.txt",
        written(|out| human::write(&fleet(), &run(1, true), Style::PLAIN, false, out)),
    );
    golden(
        "human-ascii.txt",
        written(|out| human::write(&fleet(), &run(1, false), ASCII, false, out)),
    );
    golden(
        "human-verbose.txt",
        written(|out| human::write(&fleet(), &run(1, true), Style::PLAIN, true, out)),
    );
    golden(
        "human-color.txt",
        written(|out| human::write(&fleet(), &run(1, true), COLORED, false, out)),
    );
}

/// A terminal of 80 columns.
const NARROW: Style = Style {
    columns: Some(80),
    ..Style::PLAIN
};

/// A fleet of two groups with long texts and a description.
fn long() -> hbmon::model::Snapshot {
    let told = told(
        "orders",
        "the upstream closed the connection while it was draining",
    );
    let rows = told.rows.iter().zip(["web", "web", "jobs", "jobs"]);
    let described = rows.map(|(row, group)| {
        let mut row = Row::clone(row);
        row.meta = Arc::new(Meta {
            name: Text::clean(&format!("{}-{group}", row.meta.name)),
            address: Text::clean("https://orders.example.com/api/v1/heartbeats?stream=all"),
            description: Some(Text::clean("Orders of the shop, owned by team blue.")),
            group: Some(Text::clean(group)),
            ..Meta::clone(&row.meta)
        });
        row
    });
    snapshot_of(described.chain([flaky()]).collect())
}

#[test]
fn human_fits_the_terminal() {
    let out = written(|out| human::write(&long(), &run(1, false), NARROW, false, out));
    golden("human-narrow.txt", &out);
    assert!(out.lines().all(|line| line.width() <= 80), "{out}");
    let narrower = Style {
        columns: Some(40),
        ..NARROW
    };
    let out = written(|out| human::write(&fleet(), &run(1, false), narrower, true, out));
    golden("human-narrower.txt", &out);
    // A URL stays whole.
    let fits = |line: &str| line.width() <= 40 || !line.trim_start().contains(' ');
    assert!(out.lines().all(fits), "{out}");
}

#[test]
fn human_goes_group_by_group() {
    let by_group = RunInfo {
        by: Some(GroupBy::Group),
        ..run(1, true)
    };
    golden(
        "human-groups.txt",
        written(|out| human::write(&long(), &by_group, NARROW, false, out)),
    );
}

#[test]
fn probe_fits_the_terminal() {
    let out = written(|out| probe::write(&long(), &run(1, true), NARROW, out));
    assert!(out.lines().all(|line| line.width() <= 80), "{out}");
    let narrower = Style {
        columns: Some(60),
        ..NARROW
    };
    let out = written(|out| probe::write(&only_site(), &run(1, true), narrower, out));
    assert!(out.lines().all(|line| line.width() <= 60), "{out}");
    assert!(
        out.contains("first byte\n              31ms"),
        "a detail continues below itself: {out}"
    );
}

#[test]
fn a_single_try_is_not_counted() {
    let mut row = Row::clone(&only_site().rows[0]);
    (row.attempts, row.failures) = (1, 1);
    let out = written(|out| {
        human::write(
            &snapshot_of(vec![row]),
            &run(1, true),
            Style::PLAIN,
            false,
            out,
        )
    });
    assert!(!out.contains("try") && !out.contains("tries"), "{out}");
}

#[test]
fn human_says_when_there_is_nothing() {
    let out =
        written(|out| human::write(&snapshot_of(Vec::new()), &run(4, true), ASCII, false, out));
    assert_eq!(out, "= no monitors, 1.9s\n");
}

#[test]
fn human_marks_the_flaky() {
    let out = written(|out| {
        human::write(
            &snapshot_of(vec![flaky()]),
            &run(0, true),
            Style::PLAIN,
            false,
            out,
        )
    });
    assert_eq!(
        out,
        "✓ 1 healthy\n● flaky  http  flaky: 502 Bad Gateway    38ms  1/2 tries\n● 1 healthy of 1 monitor, 1.9s\n"
    );
}

#[test]
fn human_says_how_long_a_subscription_was_listened_to() {
    let out = written(|out| human::write(&only_chat(), &run(0, true), Style::PLAIN, true, out));
    assert!(out.contains("120 heartbeats, listened 59m10s"), "{out}");
}

#[test]
fn probe_shows_the_phases_of_its_target() {
    golden(
        "probe.txt",
        written(|out| probe::write(&only_chat(), &run(0, true), Style::PLAIN, out)),
    );
    golden(
        "probe-failed.txt",
        written(|out| probe::write(&only_site(), &run(1, true), Style::PLAIN, out)),
    );
    golden(
        "probe-many.txt",
        written(|out| probe::write(&fleet(), &run(1, false), ASCII, out)),
    );
}

#[test]
fn plain_has_five_fields_a_line() {
    let out = written(|out| plain::write(&fleet(), true, out));
    golden("plain.tsv", &out);
    assert!(out.lines().all(|line| line.split('\t').count() == 5));
    let bare = written(|out| plain::write(&fleet(), false, out));
    assert!(out.ends_with(&bare) && bare.len() < out.len());
}

#[test]
fn without_colour_there_is_no_escape() {
    let out = written(|out| human::write(&fleet(), &run(1, true), ASCII, true, out));
    assert!(out.is_ascii() && !out.contains('\x1b'));
}

#[test]
fn json_is_one_line() {
    let out = written(|out| json::write(&fleet(), &run(1, false), out));
    golden("check.json", &out);
    assert_eq!(out.lines().count(), 1);
}
