//! Reports of one run: human, probe, plain, JSON.

use hbmon::report::style::{Glyphs, Style};
use hbmon::report::{human, json, plain, probe};

use crate::fixture::{fleet, golden, only_chat, only_site, run, snapshot_of};

const ASCII: Style = Style { color: false, glyphs: Glyphs::Ascii };
const COLORED: Style = Style { color: true, glyphs: Glyphs::Unicode };

/// What a format writes.
fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).expect("memory takes everything");
    out
}

#[test]
fn human_shows_problems_and_counts_the_rest() {
    golden("human.txt", &written(|out| human::write(&fleet(), &run(1, true), Style::PLAIN, false, out)));
    golden("human-ascii.txt", &written(|out| human::write(&fleet(), &run(1, false), ASCII, false, out)));
    golden("human-verbose.txt", &written(|out| human::write(&fleet(), &run(1, true), Style::PLAIN, true, out)));
    golden("human-color.txt", &written(|out| human::write(&fleet(), &run(1, true), COLORED, false, out)));
}

#[test]
fn human_says_when_there_is_nothing() {
    let out = written(|out| human::write(&snapshot_of(Vec::new()), &run(4, true), ASCII, false, out));
    assert_eq!(String::from_utf8_lossy(&out), "= no monitors, 1.9s\n");
}

#[test]
fn probe_shows_the_phases_of_its_target() {
    golden("probe.txt", &written(|out| probe::write(&only_chat(), &run(0, true), Style::PLAIN, out)));
    golden("probe-failed.txt", &written(|out| probe::write(&only_site(), &run(1, true), Style::PLAIN, out)));
    golden("probe-many.txt", &written(|out| probe::write(&fleet(), &run(1, false), ASCII, out)));
}

#[test]
fn plain_has_five_fields_a_line() {
    let out = written(|out| plain::write(&fleet(), true, out));
    golden("plain.tsv", &out);
    assert!(String::from_utf8_lossy(&out).lines().all(|line| line.split('\t').count() == 5));
    let bare = written(|out| plain::write(&fleet(), false, out));
    assert!(out.ends_with(&bare) && bare.len() < out.len());
}

#[test]
fn without_colour_there_is_no_escape() {
    let out = written(|out| human::write(&fleet(), &run(1, true), ASCII, true, out));
    assert!(out.is_ascii() && !out.contains(&0x1b));
}

#[test]
fn json_is_one_line() {
    let out = written(|out| json::write(&fleet(), &run(1, false), out));
    golden("check.json", &out);
    assert_eq!(out.iter().filter(|byte| **byte == b'\n').count(), 1);
}
