//! `hbmon report`.

use hbmon::history::period::Period;
use hbmon::model::{Kind, Status};
use hbmon::store::Batch;
use serde_json::Value;

use crate::support::*;

#[test]
fn a_report_adds_up() {
    let place = Place::week();
    let report = place.json(&in_week(&["report", "-o", "json"]));
    assert_eq!(report["schema"], "hbmon.report/1");
    assert_eq!(report["by"], "monitor");
    let rows = report["rows"].as_array().unwrap();
    let names: Vec<&str> = rows
        .iter()
        .map(|row| row["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Büro 1", "api-eu"]);
    let api = &rows[1];
    assert_eq!(api["down_s"], 13.0 * 3600.0);
    assert_eq!(api["unwatched_s"], 7200.0);
    assert_eq!(api["outages"], 2);
    assert_eq!(api["slo"]["objective"], 0.999);
    assert_eq!(api["slo"]["met"], false);
    assert!(api["latency"]["p95_ms"].as_f64().unwrap() > 40.0);
    assert_eq!(api["before"], Value::Null);
    for row in rows.iter().chain([&report["total"]]) {
        let parts = [
            "up_s",
            "down_s",
            "unknown_s",
            "unwatched_s",
            "maintenance_s",
            "paused_s",
        ];
        let sum: f64 = parts.iter().map(|part| row[part].as_f64().unwrap()).sum();
        let monitors = if row["name"] == "total" { 2.0 } else { 1.0 };
        assert_eq!(sum, monitors * 7.0 * 86_400.0, "{row}");
    }
    let plain = place.text(&in_week(&["report", "-o", "plain", "-F", "api*"]));
    assert!(plain.starts_with("api-eu\thttp\tweb\t0.92168"), "{plain}");
    let all = place.text(&in_week(&["report", "-o", "csv", "--all"]));
    assert_eq!(all.lines().count(), 1 + 3 + 1, "{all}");
}

#[test]
fn rows_stand_for_groups_and_tags_too() {
    let place = Place::week();
    let names = |by: &str| {
        let report = place.json(&in_week(&["report", "-o", "json", "--by", by]));
        let rows = report["rows"].as_array().unwrap().clone();
        let names = rows
            .iter()
            .map(|row| row["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(names("group"), ["web", ""]);
    assert_eq!(names("tag"), ["office", "prod"]);
    let text = place.text(&in_week(&["report", "--by", "group"]));
    assert!(text.contains("\n(no group) "), "{text}");
    assert!(text.starts_with("2026-11-02 00:00 to 2026-11-09 00:00 (7d00h): 2 groups\n"));
}

#[test]
fn spans_objectives_and_comparisons_are_options() {
    let place = Place::week();
    let report = |options: &[&str]| place.json(&[&["report", "-o", "json"], options].concat());
    let month = report(&["--month", "2026-11"]);
    assert_eq!(month["since"], "2026-11-01T00:00:00.000Z");
    let week = report(&["--week", "2026-W45", "--slo", "90%", "--compare"]);
    assert_eq!(week["since"], "2026-11-02T00:00:00.000Z");
    assert_eq!(week["until"], "2026-11-09T00:00:00.000Z");
    assert_eq!(week["rows"][1]["slo"]["objective"], 0.9);
    assert_eq!(week["rows"][1]["slo"]["met"], true);
    let share = report(&["--week", "2026-W45", "--slo", "0.9"]);
    assert_eq!(share["rows"][1]["slo"]["objective"], 0.9, "as in a config");
    assert_eq!(week["total"]["before"]["up_s"], 0.0, "nothing was known");
    let later = report(&["--since=2026-11-06", "--until=2026-11-09", "--compare"]);
    assert_eq!(later["rows"][1]["before"]["outages"], 1);
    assert_eq!(later["rows"][1]["before"]["unwatched_s"], 7200.0);
    let csv = place.text(&[
        "report",
        "-o",
        "csv",
        "--since=2026-11-06",
        "--until=2026-11-09",
        "--compare",
    ]);
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .contains(",before_availability,")
    );
    for wrong in [
        &["--month", "2026-11", "--week", "last"][..],
        &["--last", "7d", "--since", "2026-11-01"],
        &["--month", "2999-01"],
        &["--slo", "100%"],
        &["--by", "kind"],
    ] {
        let output = place.run(&[&["report"], wrong].concat());
        assert_eq!(code(&output), 2, "{wrong:?}: {}", stdout(&output));
    }
    // A report is no gate.
    assert_eq!(code(&place.run(&["report", "--last", "4w"])), 0);
}

#[test]
fn a_report_says_since_when_something_is_known() {
    let place = Place::week();
    let text = place.text(&["report", "--month=2026-11"]);
    assert!(
        text.contains("2 monitors\nNothing was known before 2026-11-02 00:00.\nMONITOR "),
        "{text}"
    );
    assert_eq!(
        place.text(&["report", "--month=2026-10"]),
        "October 2026: 0 monitors\nNothing was known before 2026-11-02 00:00.\n"
    );
    assert!(!place.text(&in_week(&["report"])).contains("Nothing"));
    for format in ["md", "html"] {
        let text = place.text(&["report", "--month=2026-11", "-o", format]);
        assert!(text.contains("Nothing was known before 2026"), "{text}");
    }
}

#[test]
fn a_pause_stands_beside_the_availability() {
    let paused = change("api-eu", HOUR, Status::Paused);
    let place = Place::with([Batch {
        monitors: vec![known("api-eu", Kind::Http).into()],
        changes: vec![change("api-eu", 0, Status::Healthy).into(), paused.into()],
        watched: vec![Period::new(at(0), at(7 * DAY))],
        ..Batch::default()
    }]);
    let text = place.text(&in_week(&["report"]));
    assert!(
        text.contains(" PAUSED ") && text.contains(" 6d23h "),
        "{text}"
    );
    let text = place.text(&in_week(&["report", "-o", "md"]));
    assert!(text.contains(", paused for 6d23h."), "{text}");
    let never = Place::week().text(&in_week(&["report"]));
    assert!(!never.contains("PAUSED"), "{never}");
}

#[test]
fn an_outage_that_began_before_is_not_called_none() {
    let place = Place::week();
    let span = ["--since=2026-11-04T00:30", "--until=2026-11-05"];
    let text = place.text(&[&["report", "-o", "md", "-F", "api*"], &span[..]].concat());
    assert!(
        text.contains(": no new outage, one from before for 30m00s, down for 30m00s,"),
        "{text}"
    );
}

#[test]
fn spans_longer_than_all_time_are_cut() {
    let place = Place::week();
    for format in ["human", "plain", "json", "ndjson", "csv", "md", "html"] {
        for span in ["--last=15000y", "--since=15000y", "--until=15000y"] {
            place.text(&["report", "-o", format, span, "--compare"]);
        }
    }
    for command in ["report", "history", "incidents"] {
        let all = place.json(&[command, "-o", "json", "--since=15000y"]);
        assert_eq!(all["since"], "0001-01-01T00:00:00.000Z", "{command}");
    }
}

#[test]
fn pages_and_mails_are_files_too() {
    let place = Place::week();
    let at = |name: &str| place.folder.path().join(name).display().to_string();
    let (md, html) = (at("report.md"), at("report.html"));
    let arguments = in_week(&["report", "-o", "human"]);
    let (to_md, to_html) = (format!("md={md}"), format!("html={html}"));
    let arguments = [&arguments[..], &["-o", &to_md, "-o", &to_html]].concat();
    place.text(&arguments);
    place.text(&arguments);
    let text = std::fs::read_to_string(md).unwrap();
    assert_eq!(
        text.matches("### hbmon: availability").count(),
        2,
        "it is appended to"
    );
    assert!(text.contains("| api-eu "), "{text}");
    let page = std::fs::read_to_string(html).unwrap();
    assert_eq!(page.matches("<section>").count(), 2);
    assert_eq!(page.matches("<!doctype html>").count(), 1);
    assert!(page.contains("<h2>The 90 days until 2026-11-08</h2>"));
    assert!(page.contains("<title>2026-11-04: 95.833% available, down for 1h00m</title>"));
}

#[test]
fn an_objective_is_read_as_in_the_config() {
    let place = Place::week();
    let report = |slo| place.run(&in_week(&["report", "-o", "json", "--slo", slo]));
    let objective = |slo| {
        let report: serde_json::Value = serde_json::from_str(&stdout(&report(slo))).unwrap();
        report["total"]["slo"]["objective"].clone()
    };
    for same in ["99.9%", "0.999", "99.9"] {
        assert_eq!(objective(same), 0.999, "{same}");
    }
    for (wrong, why) in [
        ("1", "takes a percentage between 0 and 100"),
        ("100%", "takes a percentage between 0 and 100"),
    ] {
        let output = report(wrong);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(code(&output) == 2 && said.contains(why), "{wrong}: {said}");
    }
}
