//! The clipboard, snapshots in files, and suspending the process.

use std::fs;

use portable_pty::CommandBuilder;

use crate::support::{Term, demo, hbmon};

#[test]
fn a_row_is_copied_as_json() {
    let mut term = demo(100, 30);
    term.press("/storefront\ry");
    term.until("the answer", |text| {
        text.contains("storefront sent to the clipboard")
    });
    term.press("q");
    let end = term.end();
    // `{"name":"storefron` in base64.
    assert!(
        end.bytes.contains("\x1b]52;c;eyJuYW1lIjoic3RvcmVmcm9u"),
        "{:?}",
        end.bytes
    );
}

#[test]
fn snapshots_come_by_key_and_by_signal() {
    for key in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = hbmon(&["demo", "--speed", "4"]);
        command.cwd(folder.path());
        let mut term = Term::start(command, 100, 30);
        term.until("the table", |text| text.contains("storefront"));
        if key {
            term.press("S")
        } else {
            term.signal("USR1")
        }
        term.until("the answer", |text| text.contains("saved /"));
        term.press("q");
        assert_eq!(term.end().status.exit_code(), 0);
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        names.sort();
        let endings: Vec<_> = names
            .iter()
            .map(|path| path.extension().unwrap().to_str().unwrap())
            .collect();
        assert_eq!(endings, ["json", "svg", "txt"]);
        let [json, svg, text] = [0, 1, 2].map(|n| fs::read_to_string(&names[n]).unwrap());
        assert!(
            json.starts_with("{\"schema\":\"hbmon.") && json.contains("\"storefront\""),
            "{json}"
        );
        assert!(
            roxmltree::Document::parse(&svg)
                .unwrap()
                .root_element()
                .has_tag_name("svg")
        );
        assert!(
            text.contains("NEWEST") && text.lines().count() == 30,
            "{text}"
        );
        let stem = names[0].file_stem().unwrap().to_str().unwrap();
        assert!(
            stem.starts_with("hbmon-20") && stem.ends_with('Z') && stem.len() == 22,
            "{stem}"
        );
    }
}

/// A shell with job control stops hbmon and continues it.
#[test]
fn it_is_suspended_and_comes_back() {
    let program = env!("CARGO_BIN_EXE_hbmon");
    let script = format!(
        "{program} demo --speed 4; echo \"stopped: $?\"; read answer; fg; echo \"ended: $?\""
    );
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-m", "-c", &script]);
    command.env_clear();
    for (name, value) in [
        ("LANG", "C.UTF-8"),
        ("TZ", "UTC"),
        ("TERM", "xterm-256color"),
    ] {
        command.env(name, value);
    }
    let mut term = Term::start(command, 80, 24);
    let is_shown = |screen: &vt100::Screen| {
        screen.alternate_screen() && screen.contents().contains("storefront")
    };
    term.until_screen("the screen", is_shown);
    term.press("\x1a");
    let is_back = |screen: &vt100::Screen| !screen.alternate_screen() && !screen.hide_cursor();
    term.until_screen("the shell", |screen| {
        is_back(screen) && screen.contents().contains("stopped: ")
    });
    assert!(term.has_restored_modes());
    term.press("\r");
    term.until_screen("the screen again", is_shown);
    term.press("q");
    let end = term.end();
    assert!(end.screen.contains("ended: 0"), "{}", end.screen);
}

/// Without a shell, hbmon is the first process of the terminal and could not be continued.
#[test]
fn without_a_shell_it_is_not_suspended() {
    let mut term = demo(80, 24);
    term.press("\x1a");
    term.until("the answer", |text| {
        text.contains("no shell could continue hbmon")
    });
    term.press("q");
    assert_eq!(term.end().status.exit_code(), 0);
}
