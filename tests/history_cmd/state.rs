//! `hbmon state`.

use std::fs;

use crate::support::*;

#[test]
fn the_store_says_what_it_is() {
    let place = Place::week();
    let text = place.text(&["state"]);
    for line in [
        format!("path     {}\n", place.path.display()),
        "span     2026-11-02 00:00 to 2026-11-09 00:00 (7d00h)\n".to_owned(),
        "written  by no process\n".to_owned(),
    ] {
        assert!(text.contains(&line), "{text}");
    }
    assert!(text.contains("8 changes"), "{text}");
    let object = place.json(&["state", "-o", "json"]);
    assert_eq!(object["schema"], "hbmon.store/1");
    assert_eq!(object["rows"]["incidents"], 3);
    assert_eq!(object["since"], "2026-11-02T00:00:00.000Z");
    assert_eq!(object["writer"], serde_json::Value::Null);
    let line = place.text(&["state", "-o", "ndjson"]);
    assert_eq!(line, place.text(&["state", "-o", "json"]));
    let csv = place.text(&["state", "-o", "csv"]);
    let csv: Vec<&str> = csv.lines().collect();
    assert!(csv[0].starts_with("path,bytes,version,since,until,rows_changes,"));
    assert!(csv[1].contains(",2026-11-02T00:00:00.000Z,") && csv[1].ends_with(','));
    let plain = place.text(&["state", "-o", "plain"]);
    assert!(plain.ends_with("\t-\n") && plain.lines().count() == 1);
}

#[test]
fn commands_that_read_write_nothing() {
    let place = Place::week();
    let home = place.folder.path().join("home");
    fs::create_dir(&home).unwrap();
    let config = place.folder.path().join("other.yaml");
    fs::write(
        &config,
        "monitors: [{name: a, http: 'http://127.0.0.1:9/'}]\n",
    )
    .unwrap();
    let config = config.display().to_string();
    let copy = place.folder.path().join("copy.db").display().to_string();
    for words in [
        &["history"][..],
        &["incidents"],
        &["incidents", "show", "1"],
        &["incidents", "note", "1", "x"],
        &["report"],
        &["export", "changes"],
        &["state"],
        &["state", "check"],
        &["state", "copy", &copy],
        &["state", "prune"],
    ] {
        let mut command = hbmon(words);
        command
            .arg(&config)
            .env("HOME", &home)
            .env("XDG_STATE_HOME", home.join("state"));
        let output = command.output().unwrap();
        assert_eq!(code(&output), 2, "{words:?}: {}", stderr(&output));
        assert!(
            stderr(&output).contains("there is no history at"),
            "{}",
            stderr(&output)
        );
        assert_eq!(fs::read_dir(&home).unwrap().count(), 0, "{words:?}");
    }
}

#[test]
fn a_sound_store_and_a_damaged_one_are_told_apart() {
    let place = Place::week();
    let sound = place.text(&["state", "check"]);
    assert!(sound.ends_with("is sound\n"), "{sound}");
    let mut bytes = fs::read(&place.path).unwrap();
    let middle = bytes.len() / 2;
    bytes[4096..middle].fill(0x5a);
    fs::write(&place.path, bytes).unwrap();
    let damaged = place.run(&["state", "check"]);
    assert_eq!(code(&damaged), 1, "{}", stderr(&damaged));
    assert!(!stdout(&damaged).is_empty());
    // Every reader takes it for sound, and no writer can use it.
    let mut bytes = fs::read(&Place::week().path).unwrap();
    bytes[18] = 0x7f;
    fs::write(&place.path, bytes).unwrap();
    let marked = place.run(&["state", "check"]);
    assert_eq!(code(&marked), 1, "{}", stdout(&marked));
    fs::write(&place.path, "no database").unwrap();
    let foreign = place.run(&["state", "check"]);
    assert_eq!(code(&foreign), 2);
    assert!(stderr(&foreign).contains("no history of hbmon"));
}

#[test]
fn a_copy_is_a_store() {
    let place = Place::week();
    let copy = place.folder.path().join("copy.db");
    let to = copy.display().to_string();
    assert_eq!(
        place.text(&["state", "copy", &to]),
        format!("copied to `{to}`\n")
    );
    let again = place.run(&["state", "copy", &to]);
    assert_eq!(code(&again), 2, "{}", stdout(&again));
    assert_eq!(
        stderr(&again),
        format!("error: `{to}` exists: a copy replaces no file\n")
    );
    let nowhere = place.run(&["state", "copy", "no/copy.db"]);
    assert_eq!(
        stderr(&nowhere),
        "error: cannot write `no/copy.db`: there is no such folder\n"
    );
    let copied = place
        .command(&["export", "numbers", "--all", "--state", &to])
        .output()
        .unwrap();
    assert_eq!(stdout(&copied), place.text(&["export", "numbers", "--all"]));
}

#[test]
fn what_is_older_than_it_is_kept_is_deleted() {
    let place = Place::week();
    let numbers = |place: &Place| place.text(&["export", "numbers"]).lines().count();
    let before = numbers(&place);
    let pruned = place.text(&["state", "prune"]);
    assert!(pruned.ends_with(" rows deleted\n"), "{pruned}");
    assert_eq!(numbers(&place), before, "days are kept for years");
    fs::write(
        place.folder.path().join("short.yaml"),
        "history: {keep: {changes: 1d}}\nmonitors: [{name: a, http: 'http://127.0.0.1:9/'}]\n",
    )
    .unwrap();
    place.text(&["state", "prune", "short.yaml"]);
    let left = place.text(&["export", "incidents", "--all"]);
    assert_eq!(left.lines().count(), 1 + 1, "the open one stays: {left}");
    fs::write(place.folder.path().join("bad.yaml"), "monitors: 1\n").unwrap();
    assert_eq!(code(&place.run(&["state", "prune", "bad.yaml"])), 2);
}
