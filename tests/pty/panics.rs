//! A panic while the screen is active: the terminal is restored before the message is printed.

use std::sync::Arc;

use hbmon::clock::Clock;
use hbmon::model::{ChangeRing, Counts, Moment, Row, Rows, SelfStats, Snapshot};
use hbmon::prefs::ThemeName;
use hbmon::tui::{
    self, Colours, Glyphs, Links, Options, ScreenCommand, ScreenHost, Screenshot, Theme,
};
use jiff::Timestamp;
use portable_pty::CommandBuilder;
use tokio::sync::{mpsc, watch};

use crate::support::Term;

/// Set if `a_screen_that_panics` runs as the program under test.
const PROGRAM: &str = "HBMON_TEST_PANICS";

/// The binary has no way to panic on request, so this test runs itself as the program: a screen
/// that panics on `^R`.
#[test]
fn a_panic_gives_the_terminal_back_and_is_told() {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "panics::a_screen_that_panics", "--nocapture"]);
    command.env(PROGRAM, "1");
    command.env("TERM", "xterm-256color");
    let mut term = Term::start(command, 80, 24);
    term.until_screen("the screen", |screen| {
        screen.alternate_screen() && screen.contents().contains("no monitors")
    });
    term.press("\x12");
    let end = term.end();
    assert_eq!(end.status.exit_code(), 101);
    assert!(end.screen.contains("asked to panic"), "{}", end.screen);
}

struct Panics;

impl ScreenHost for Panics {
    fn command(&mut self, _: ScreenCommand) {
        panic!("asked to panic");
    }

    fn json(&self, _: &Snapshot, _: &Row) -> String {
        String::new()
    }

    fn save(&mut self, _: &Screenshot) -> String {
        String::new()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_panics() {
    if std::env::var_os(PROGRAM).is_none() {
        return;
    }
    let empty = Snapshot {
        at: Moment::START,
        anchor: Timestamp::UNIX_EPOCH,
        rows: Rows::default(),
        counts: Counts::default(),
        settled: 0,
        self_stats: SelfStats::default(),
        changes: ChangeRing::default(),
    };
    let (_sender, snapshots) = watch::channel(Arc::new(empty));
    let theme = Theme {
        name: ThemeName::Default,
        colours: Colours::None,
        glyphs: Glyphs::Ascii,
    };
    let options = Options::new(theme);
    let links = Links {
        snapshots,
        requests: mpsc::channel(1).1,
        host: Panics,
    };
    let outcome = tui::run(links, &Clock::start(), options, std::future::pending()).await;
    panic!("it ended without: {outcome:?}");
}
