//! Streams of changes: NDJSON for machines, lines for people.

use hbmon::model::{Snapshot, Status};
use hbmon::report::style::{Glyphs, Style};
use hbmon::report::{lines, ndjson};
use jiff::tz::{Offset, TimeZone};

use crate::fixture::{anchor, changes, fleet, golden};

fn later(snapshot: &Snapshot, first: u64) -> Snapshot {
    Snapshot {
        changes: changes(first),
        ..snapshot.clone()
    }
}

fn lines_of(verbose: bool) -> lines::LineStream {
    let zone = TimeZone::fixed(Offset::constant(1));
    lines::LineStream::new(
        Style {
            color: false,
            glyphs: Glyphs::Unicode,
            columns: None,
        },
        zone,
        verbose,
    )
}

#[test]
fn ndjson_tells_every_change_once() {
    let (mut out, mut stream, snapshot) = (Vec::new(), ndjson::NdjsonStream::new(), fleet());
    stream
        .start(&snapshot, Some("hbmon.yaml"), &mut out)
        .expect("written");
    stream.follow(&snapshot, &mut out).expect("written");
    let before = out.len();
    stream.follow(&snapshot, &mut out).expect("written");
    assert_eq!(out.len(), before, "nothing is said twice");
    stream
        .end(anchor(), Status::Error, 1, &mut out)
        .expect("written");
    golden("events.ndjson", &out);
}

#[test]
fn ndjson_says_how_much_it_lost() {
    let (mut out, mut stream, snapshot) = (Vec::new(), ndjson::NdjsonStream::new(), fleet());
    stream.follow(&snapshot, &mut Vec::new()).expect("written");
    stream
        .follow(&later(&snapshot, 15), &mut out)
        .expect("written");
    let out = String::from_utf8(out).expect("UTF-8");
    let first = out.lines().next().unwrap_or_default();
    assert_eq!(
        first,
        r#"{"type":"lost","at":"2026-11-22T13:34:44.120Z","count":3}"#
    );
    assert_eq!(out.lines().count(), 13);
}

#[test]
fn lines_tell_transitions_and_with_verbose_everything() {
    for (name, verbose) in [("lines.txt", false), ("lines-verbose.txt", true)] {
        let (mut out, mut stream) = (Vec::new(), lines_of(verbose));
        stream.follow(&fleet(), &mut out).expect("written");
        stream
            .follow(&later(&fleet(), 13), &mut out)
            .expect("written");
        golden(name, &out);
    }
}
