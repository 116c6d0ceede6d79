//! The loop on simulated time: what it draws, when, and how it ends.

use std::future::pending;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::Event;
use futures_util::stream::{self, Stream, StreamExt};
use hbmon::clock::Clock;
use hbmon::model::{Snapshot, TargetId};
use hbmon::tui::{Command, Options, Outcome, drive};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::sync::watch;

use crate::fixture::{mock_up, with};
use crate::{FULL, key};

type Keys = Vec<(u64, &'static str)>;

/// Keys, each so many milliseconds after the one before; then silence.
fn input(keys: Keys) -> impl Stream<Item = io::Result<Event>> {
    stream::iter(keys)
        .then(|(wait, name)| async move {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            Ok(Event::Key(key(name)))
        })
        .chain(stream::pending())
}

struct Shown {
    outcome: Outcome,
    commands: Vec<Command>,
    frames: usize,
    text: String,
}

async fn show(
    snapshots: watch::Receiver<Arc<Snapshot>>,
    input: impl Stream<Item = io::Result<Event>>,
    stop: impl Future<Output = ()>,
) -> Shown {
    let mut screen = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let mut commands = Vec::new();
    let options = Options::new(FULL);
    let outcome =
        drive(&mut screen, input, snapshots, |asked| commands.push(asked), &Clock::start(), options, stop).await;
    let frames = screen.get_frame().count();
    Shown { outcome: outcome.unwrap(), commands, frames, text: screen.backend().to_string() }
}

#[tokio::test(start_paused = true)]
async fn keys_end_it_and_ask_the_engine() {
    let (_sender, snapshots) = watch::channel(mock_up());
    let shown = show(snapshots.clone(), input(vec![(10, "j"), (10, "r"), (10, "q")]), pending()).await;
    assert_eq!(shown.outcome, Outcome::Quit);
    assert_eq!(shown.commands, [Command::BeatNow(TargetId(2))]);
    let shown = show(snapshots, input(vec![(10, "^c")]), pending()).await;
    assert_eq!(shown.outcome, Outcome::Interrupted);
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_it_and_so_does_a_terminal_or_an_engine_that_is_gone() {
    let (sender, snapshots) = watch::channel(mock_up());
    let stop = tokio::time::sleep(Duration::from_secs(5));
    assert_eq!(show(snapshots.clone(), input(Vec::new()), stop).await.outcome, Outcome::Stopped);
    assert_eq!(show(snapshots.clone(), stream::empty(), pending()).await.outcome, Outcome::Stopped);
    drop(sender);
    assert_eq!(show(snapshots, input(Vec::new()), pending()).await.outcome, Outcome::Stopped);
}

#[tokio::test(start_paused = true)]
async fn quiet_means_one_picture_a_second() {
    let (_sender, snapshots) = watch::channel(mock_up());
    let shown = show(snapshots, input(Vec::new()), tokio::time::sleep(Duration::from_millis(10_500))).await;
    assert_eq!(shown.frames, 11);
}

#[tokio::test(start_paused = true)]
async fn a_storm_means_ten() {
    let (sender, snapshots) = watch::channel(mock_up());
    let storm = async {
        for n in 0..1_000 {
            sender.send(with(&mock_up(), "auth", |row| row.beats += n)).unwrap();
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let shown = show(snapshots, input(Vec::new()), storm).await;
    assert!((45..=51).contains(&shown.frames), "{} frames in five seconds", shown.frames);
    assert!(shown.text.contains("orders-ws"));
}
