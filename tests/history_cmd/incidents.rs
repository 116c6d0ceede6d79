//! `hbmon incidents`.

use crate::support::*;

#[test]
fn incidents_are_listed_and_shown() {
    let place = Place::week();
    let text = place.text(&in_week(&["incidents"]));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "i-0001  2026-11-04 00:00:00 ✗ api-eu  error      1h00m  recovered  connection refused",
            "i-0002  2026-11-04 00:00:07 ✗ Büro 1  error      1m00s  recovered  connection refused",
        ]
    );
    assert!(lines[2].contains("open       connection refused"), "{text}");
    let open = place.json(&["incidents", "--open", "-o", "json"]);
    assert_eq!(open["incidents"].as_array().unwrap().len(), 1);
    assert_eq!(open["incidents"][0]["id"], "i-0003");
    assert_eq!(open["incidents"][0]["closed"], serde_json::Value::Null);
    let of = place.text(&in_week(&["incidents", "Büro 1", "-o", "csv"]));
    assert_eq!(of.lines().count(), 2, "{of}");
    let quiet = [
        "incidents",
        "--since=2026-11-03",
        "--until=2026-11-03T12:00",
    ];
    assert!(place.text(&quiet).starts_with("no incident: "));
    let course = place.json(&["incidents", "show", "i-0001", "-o", "json"]);
    assert_eq!(course["schema"], "hbmon.incident/1");
    assert_eq!(course["monitor"], "api-eu");
    assert_eq!(course["changes"].as_array().unwrap().len(), 1);
    assert_eq!(course["changes"][0]["status"], "error");
    let line = place.text(&["incidents", "show", "i-0001", "-o", "ndjson"]);
    assert_eq!(
        line,
        place.text(&["incidents", "show", "i-0001", "-o", "json"])
    );
    let csv = place.text(&["incidents", "show", "i-0001", "-o", "csv"]);
    let csv: Vec<&str> = csv.lines().collect();
    assert!(csv[0].starts_with("id,monitor,kind,") && csv[0].ends_with(",told,changes"));
    assert!(
        csv[1].starts_with("i-0001,api-eu,") && csv[1].contains("\"\"status\"\":\"\"error\"\"")
    );
    let plain = place.text(&["incidents", "show", "i-0001", "-o", "plain"]);
    assert!(plain.starts_with("i-0001\tapi-eu\t") && plain.lines().count() == 1);
    let unknown = place.run(&["incidents", "show", "i-0099"]);
    assert_eq!(code(&unknown), 2);
    assert!(stderr(&unknown).contains("no incident `i-0099`"));
    assert_eq!(code(&place.run(&["incidents", "show", "first"])), 2);
}

#[test]
fn a_note_is_kept_with_its_author() {
    let place = Place::week();
    let noted = place.text(&["incidents", "note", "3", "the cable\nis cut \u{1b}[31m"]);
    assert_eq!(noted, "noted: i-0003 api-eu\n");
    let course = place.json(&["incidents", "show", "3", "-o", "json"]);
    let note = &course["notes"][0];
    assert_eq!(note["by"], "ana");
    assert_eq!(note["text"], "the cable is cut [31m");
    let shown = place.text(&["incidents", "show", "3", "--utc"]);
    assert!(shown.contains("Notes:\n"), "{shown}");
    assert!(shown.contains(" ana:  the cable is cut [31m"), "{shown}");
    assert!(
        place
            .text(&in_week(&["incidents"]))
            .contains("        1 note\n")
    );
    for wrong in [["99", "text"], ["3", " \u{7} "]] {
        let output = place.run(&[&["incidents", "note"], &wrong[..]].concat());
        assert_eq!(code(&output), 2, "{}", stderr(&output));
    }
}
