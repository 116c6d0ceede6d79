//! Reports of one run: human, probe, plain, JSON.

use hbmon::report::style::{Glyphs, Style};
use hbmon::report::{human, json, plain, probe};

use crate::fixture::{flaky, fleet, golden, only_chat, only_site, run, snapshot_of, written};

const ASCII: Style = Style {
    color: false,
    glyphs: Glyphs::Ascii,
};
const COLORED: Style = Style {
    color: true,
    glyphs: Glyphs::Unicode,
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
