//! The history in every format.

use hbmon::history::change::StatusChange;
use hbmon::history::incident::Incident;
use hbmon::history::report::ReportRow;
use hbmon::report::history::changes_human::ChangeLines;
use hbmon::report::history::incidents_human::IncidentLines;
use hbmon::report::history::json::NumbersRow;
use hbmon::report::history::machine::{self, LineFormat};
use hbmon::report::history::rows::HistoryRow;
use hbmon::report::history::{html, report_human, report_md};
use hbmon::report::style::{Glyphs, Style};
use serde_json::Value;

use crate::fixture::{golden, written};
use crate::past::{
    changes, day, days, incidents, now, numbers_rows, report, rows, unwatched, wall,
};

const NARROW: Style = Style {
    columns: Some(72),
    ..Style::PLAIN
};
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
const PLAIN: LineFormat = LineFormat::Plain { header: true };

fn change_lines(style: Style) -> ChangeLines {
    ChangeLines {
        style,
        wall: wall(),
        now: now(),
        names: 20,
    }
}

fn incident_lines(style: Style) -> IncidentLines {
    IncidentLines {
        style,
        wall: wall(),
        now: now(),
        names: 20,
    }
}

#[test]
fn changes_for_people() {
    let shown = |style: Style| {
        written(|out| {
            let changes = changes();
            let mut rows = rows(&changes);
            change_lines(style)
                .write(&mut rows, &unwatched(), out)
                .map(|_| ())
        })
    };
    golden("history.txt", shown(Style::PLAIN));
    golden("history-ascii.txt", shown(ASCII));
    golden("history-color.txt", shown(COLORED));
    golden("history-narrow.txt", shown(NARROW));
    let utc = hbmon::report::history::wall::WallStyle {
        zone: jiff::tz::TimeZone::UTC,
        utc: true,
    };
    let lines = ChangeLines {
        wall: utc,
        ..change_lines(Style::PLAIN)
    };
    let changes = changes();
    let text = written(|out| lines.write(&mut rows(&changes), &[], out).map(|_| ()));
    assert!(text.contains("2026-11-22 03:12:00Z ✗"), "{text}");
}

#[test]
fn changes_for_programs() {
    let changes = changes();
    let json =
        written(|out| machine::changes_json(day(), now(), &mut rows(&changes), &unwatched(), out));
    golden("history.json", json);
    for (name, format) in [
        ("history.csv", LineFormat::Csv),
        ("history.tsv", PLAIN),
        ("history.ndjson", LineFormat::Ndjson),
    ] {
        golden(
            name,
            written(|out| machine::lines(format, now(), &mut rows(&changes), out)),
        );
    }
}

#[test]
fn incidents_for_people() {
    let shown = |style: Style| {
        written(|out| {
            let incidents = incidents();
            let mut rows = rows(&incidents);
            incident_lines(style).write(&mut rows, out).map(|_| ())
        })
    };
    golden("incidents.txt", shown(Style::PLAIN));
    golden("incidents-narrow.txt", shown(NARROW));
    let all = incidents();
    let changes: Vec<StatusChange> = changes().into_iter().skip(1).take(1).collect();
    golden(
        "incident.txt",
        written(|out| incident_lines(Style::PLAIN).course(&all[0], &changes, out)),
    );
    golden(
        "incident-open.txt",
        written(|out| incident_lines(NARROW).course(&all[1], &[], out)),
    );
}

#[test]
fn incidents_for_programs() {
    let incidents = incidents();
    let json = written(|out| machine::incidents_json(day(), now(), &mut rows(&incidents), out));
    golden("incidents.json", json);
    golden(
        "incident.json",
        written(|out| machine::incident_json(&incidents[0], &changes()[1..2], now(), out)),
    );
    for (name, format) in [
        ("incidents.csv", LineFormat::Csv),
        ("incidents.tsv", PLAIN),
        ("incidents.ndjson", LineFormat::Ndjson),
    ] {
        golden(
            name,
            written(|out| machine::lines(format, now(), &mut rows(&incidents), out)),
        );
    }
}

#[test]
fn numbers_for_programs() {
    let numbers = numbers_rows();
    for (name, format) in [
        ("numbers.csv", LineFormat::Csv),
        ("numbers.ndjson", LineFormat::Ndjson),
    ] {
        golden(
            name,
            written(|out| machine::lines(format, now(), &mut rows(&numbers), out)),
        );
    }
}

#[test]
fn reports_for_people() {
    for (name, style) in [
        ("report.txt", Style::PLAIN),
        ("report-narrow.txt", NARROW),
        ("report-color.txt", COLORED),
    ] {
        golden(
            name,
            written(|out| report_human::write(&report(), style, &wall(), out)),
        );
    }
    golden(
        "report.md",
        written(|out| report_md::write(&report(), &wall(), out)),
    );
}

#[test]
fn reports_for_programs() {
    golden(
        "report.json",
        written(|out| machine::report_json(&report(), out)),
    );
    for (name, format, compare) in [
        ("report.csv", LineFormat::Csv, false),
        ("report-compared.csv", LineFormat::Csv, true),
        ("report.tsv", PLAIN, false),
        ("report.ndjson", LineFormat::Ndjson, false),
    ] {
        golden(
            name,
            written(|out| machine::report_lines(format, &report(), compare, out)),
        );
    }
}

#[test]
fn the_page_of_a_report_is_one_file_that_needs_nothing() {
    let monitors = [days()];
    let page = written(|out| html::write(&report(), &mut rows(&monitors), &wall(), out));
    // The stylesheet is in a file of its own.
    let (head, rest) = page.split_once("<style>").unwrap();
    let (style, body) = rest.split_once("</style>").unwrap();
    assert!(style.contains("prefers-color-scheme: dark") && style.contains("@media print"));
    golden("report.html", format!("{head}<style></style>{body}"));
    for needed in [
        "http://",
        "https://",
        "<script",
        "src=",
        "@import",
        "javascript:",
        "<b>\"",
        "<i>",
    ] {
        assert!(!page.contains(needed), "{needed}");
    }
    assert!(page.contains("nächtliche Sicherung &lt;b&gt;"));
    // Well-formed as XML too, but for the first line and the tags that HTML does not close.
    let body = page.split_once("<body>").unwrap().1;
    let body = format!("<body>{}", body.replace("</html>", ""));
    roxmltree::Document::parse(&body).unwrap();
}

/// Returns the keys of a JSON object as names of columns: nested ones are joined by `_`.
fn keys(object: &Value, before: &str) -> Vec<String> {
    let Value::Object(members) = object else {
        return vec![before.to_owned()];
    };
    let nested = members.iter().flat_map(|(key, value)| {
        let name = if before.is_empty() {
            key.clone()
        } else {
            format!("{before}_{key}")
        };
        keys(value, &name)
    });
    nested.collect()
}

fn check_columns<T: HistoryRow>(row: &T, without: &str) {
    let json = serde_json::to_value(row.json(now())).expect("JSON");
    let keys: std::collections::BTreeSet<String> = keys(&json, "")
        .into_iter()
        .filter(|key| without.is_empty() || !key.starts_with(without))
        .collect();
    let columns = T::COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(keys, columns);
    assert_eq!(T::cells(&row.json(now())).len(), T::COLUMNS.len());
}

#[test]
fn columns_are_the_keys_of_the_json() {
    check_columns::<StatusChange>(&changes()[0], "");
    check_columns::<Incident>(&incidents()[0], "");
    check_columns::<NumbersRow>(&numbers_rows()[0], "");
    check_columns::<ReportRow>(&report().rows[0], "before");
}
