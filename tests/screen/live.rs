//! The event loop on simulated time: what it draws, when, and how it ends.

use std::future::pending;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use crossterm::event::Event;
use futures_util::stream::{self, Stream, StreamExt};
use hbmon::clock::Clock;
use hbmon::history::alert_board::{AlertBoard, HeldOpening};
use hbmon::history::notification::HeldBecause;
use hbmon::model::{
    Change, ChangeKind, MaintenanceTime, Moment, Row, ShownSetting, ShownValue, Snapshot, Status,
    TargetId, Text,
};
use hbmon::prefs::{Column, Prefs};
use hbmon::tui::{
    Caption, CaptionTone, HistoryAnswer, HistoryQuestion, Links, MonitorDetails, Options, Reach,
    ScreenCommand, ScreenExit, ScreenHost, ScreenRequest, Screenshot, Tty, run_loop,
};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::sync::{mpsc, watch};

use crate::fixture::{alerted_fleet, sample_fleet, silence, with};
use crate::{FULL, key};

type Keys = Vec<(u64, &'static str)>;

/// A stream of keys, each this number of milliseconds after the previous one. The stream never
/// ends.
fn input(keys: Keys) -> impl Stream<Item = io::Result<Event>> {
    stream::iter(keys)
        .then(|(wait, name)| async move {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            Ok(Event::Key(key(name)))
        })
        .chain(stream::pending())
}

/// A host and terminal that record what they are asked to do.
#[derive(Default)]
struct Asked {
    commands: Vec<ScreenCommand>,
    copied: Vec<String>,
    saved: Vec<String>,
    presented: Vec<u64>,
    mouse: Vec<bool>,
    suspended: usize,
    titles: Vec<String>,
    bells: usize,
    notices: Vec<String>,
    described: Vec<TargetId>,
    /// What the host answers about a monitor, if anything.
    settings: Vec<ShownSetting>,
    /// What the config says anew.
    prefs: Option<Prefs>,
    /// What was asked of the history, each with the number of pictures before.
    history: Vec<(usize, HistoryQuestion)>,
    /// What the history answers, once. `None`: there is no history.
    past: Option<HistoryAnswer>,
}

type Notes = Arc<Mutex<Asked>>;

struct Recorder {
    notes: Notes,
    /// What it says below the header from this second on.
    caption: Option<(u64, Caption)>,
    history_note: Option<String>,
    board: Option<Arc<AlertBoard>>,
    reach: Reach,
}

impl Default for Recorder {
    fn default() -> Recorder {
        Recorder {
            notes: Notes::default(),
            caption: None,
            history_note: None,
            board: None,
            reach: Reach::OWN,
        }
    }
}

impl Recorder {
    fn notes(&self) -> MutexGuard<'_, Asked> {
        self.notes.lock().unwrap()
    }
}

impl ScreenHost for Recorder {
    fn command(&mut self, command: ScreenCommand) {
        self.notes().commands.push(command);
    }

    fn describe(&mut self, id: TargetId) -> bool {
        let mut notes = self.notes();
        notes.described.push(id);
        !notes.settings.is_empty()
    }

    fn described(&mut self) -> Option<MonitorDetails> {
        let mut notes = self.notes();
        let id = *notes.described.last()?;
        let settings = std::mem::take(&mut notes.settings);
        (!settings.is_empty()).then(|| MonitorDetails::new(id, settings, Vec::new()))
    }

    fn ask_history(&mut self, question: HistoryQuestion) -> bool {
        let mut notes = self.notes();
        let pictures = notes.presented.len();
        notes.history.push((pictures, question));
        notes.past.is_some()
    }

    fn history_answer(&mut self) -> Option<HistoryAnswer> {
        let mut notes = self.notes();
        if notes.history.is_empty() {
            return None;
        }
        notes.past.take()
    }

    fn history_note(&self) -> Option<String> {
        self.history_note.clone()
    }

    fn alerts(&self) -> Option<Arc<AlertBoard>> {
        self.board.clone()
    }

    fn changed_prefs(&mut self) -> Option<Prefs> {
        self.notes().prefs.take()
    }

    fn json(&self, _: &Snapshot, row: &Row) -> String {
        format!("{{\"name\": \"{}\"}}", row.meta.name)
    }

    fn save(&mut self, saved: &Screenshot) -> String {
        assert!(saved.text.contains("orders-ws") && saved.svg.starts_with("<svg"));
        self.notes().saved.push(saved.stem.clone());
        "saved".into()
    }

    fn caption(&self, now: Moment) -> Option<Caption> {
        let (from, caption) = self.caption.as_ref()?;
        (now.since_start().as_secs() >= *from).then(|| caption.clone())
    }

    fn reach(&self) -> Reach {
        self.reach
    }
}

struct Window {
    notes: Notes,
    clock: Clock,
}

impl Tty for Window {
    fn present(&mut self) -> io::Result<()> {
        let millis = self.clock.now().since_start().as_millis() as u64;
        self.notes.lock().unwrap().presented.push(millis);
        Ok(())
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.notes.lock().unwrap().copied.push(text.into());
        Ok(())
    }

    fn capture_mouse(&mut self, capture: bool) -> io::Result<()> {
        self.notes.lock().unwrap().mouse.push(capture);
        Ok(())
    }

    fn title(&mut self, title: &str) -> io::Result<()> {
        self.notes.lock().unwrap().titles.push(title.into());
        Ok(())
    }

    fn ring(&mut self) -> io::Result<()> {
        self.notes.lock().unwrap().bells += 1;
        Ok(())
    }

    fn notify(&mut self, text: &str) -> io::Result<()> {
        self.notes.lock().unwrap().notices.push(text.into());
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<bool> {
        self.notes.lock().unwrap().suspended += 1;
        Ok(true)
    }

    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Shown {
    outcome: ScreenExit,
    asked: Asked,
    text: String,
}

impl Shown {
    fn frames(&self) -> usize {
        self.asked.presented.len()
    }
}

async fn show(
    snapshots: watch::Receiver<Arc<Snapshot>>,
    input: impl Stream<Item = io::Result<Event>>,
    stop: impl Future<Output = ()>,
) -> Shown {
    show_with(snapshots, input, mpsc::channel(1).1, stop).await
}

async fn show_with(
    snapshots: watch::Receiver<Arc<Snapshot>>,
    input: impl Stream<Item = io::Result<Event>>,
    requests: mpsc::Receiver<ScreenRequest>,
    stop: impl Future<Output = ()>,
) -> Shown {
    show_noted(Notes::default(), snapshots, input, requests, stop).await
}

async fn show_noted(
    notes: Notes,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    input: impl Stream<Item = io::Result<Event>>,
    requests: mpsc::Receiver<ScreenRequest>,
    stop: impl Future<Output = ()>,
) -> Shown {
    let host = Recorder {
        notes,
        ..Recorder::default()
    };
    show_on(snapshots, input, requests, stop, host, Options::new(FULL)).await
}

async fn show_on(
    snapshots: watch::Receiver<Arc<Snapshot>>,
    input: impl Stream<Item = io::Result<Event>>,
    requests: mpsc::Receiver<ScreenRequest>,
    stop: impl Future<Output = ()>,
    host: Recorder,
    options: Options,
) -> Shown {
    let notes = Arc::clone(&host.notes);
    let mut screen = Terminal::new(TestBackend::new(80, 24)).unwrap();
    let clock = Clock::start();
    let mut tty = Window {
        notes: Arc::clone(&notes),
        clock: clock.clone(),
    };
    let links = Links {
        snapshots,
        requests,
        host,
    };
    let outcome = run_loop(&mut screen, &mut tty, input, links, &clock, options, stop).await;
    let asked = std::mem::take(&mut *notes.lock().unwrap());
    Shown {
        outcome: outcome.unwrap(),
        asked,
        text: screen.backend().to_string(),
    }
}

#[tokio::test(start_paused = true)]
async fn keys_end_it_and_ask_the_engine() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let shown = show(
        snapshots.clone(),
        input(vec![(10, "j"), (10, "r"), (10, "q")]),
        pending(),
    )
    .await;
    assert_eq!(shown.outcome, ScreenExit::Quit);
    assert_eq!(shown.asked.commands, [ScreenCommand::BeatNow(TargetId(2))]);
    let shown = show(snapshots, input(vec![(10, "^c")]), pending()).await;
    assert_eq!(shown.outcome, ScreenExit::Interrupted);
}

#[tokio::test(start_paused = true)]
async fn a_signal_ends_it_and_so_does_a_terminal_or_an_engine_that_is_gone() {
    let (sender, snapshots) = watch::channel(sample_fleet());
    let stop = tokio::time::sleep(Duration::from_secs(5));
    assert_eq!(
        show(snapshots.clone(), input(Vec::new()), stop)
            .await
            .outcome,
        ScreenExit::Stopped
    );
    assert_eq!(
        show(snapshots.clone(), stream::empty(), pending())
            .await
            .outcome,
        ScreenExit::Stopped
    );
    drop(sender);
    assert_eq!(
        show(snapshots, input(Vec::new()), pending()).await.outcome,
        ScreenExit::Stopped
    );
}

#[tokio::test(start_paused = true)]
async fn quiet_means_one_picture_a_second() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let shown = show(
        snapshots,
        input(Vec::new()),
        tokio::time::sleep(Duration::from_millis(10_500)),
    )
    .await;
    assert_eq!(shown.frames(), 11);
}

/// A beat every 5 ms for five seconds.
async fn storm(sender: watch::Sender<Arc<Snapshot>>) {
    for n in 0..1_000 {
        sender
            .send(with(&sample_fleet(), "auth", |row| row.beats += n))
            .unwrap();
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_storm_means_four() {
    let (sender, snapshots) = watch::channel(sample_fleet());
    let shown = show(snapshots, input(Vec::new()), storm(sender)).await;
    assert!(
        (20..=26).contains(&shown.frames()),
        "{} frames in five seconds",
        shown.frames()
    );
    assert!(shown.text.contains("orders-ws"));
}

#[tokio::test(start_paused = true)]
async fn a_key_is_answered_in_the_middle_of_a_storm() {
    let (sender, snapshots) = watch::channel(sample_fleet());
    let shown = show(snapshots, input(vec![(2_010, "?")]), storm(sender)).await;
    let answered = shown
        .asked
        .presented
        .iter()
        .find(|at| **at >= 2_010)
        .unwrap();
    assert!(*answered < 2_050, "answered at {answered} ms");
}

#[tokio::test(start_paused = true)]
async fn a_window_without_focus_may_wait_a_second() {
    let (sender, snapshots) = watch::channel(sample_fleet());
    let away = stream::iter([Ok(Event::FocusLost)]).chain(stream::pending());
    let shown = show(snapshots, away, storm(sender)).await;
    assert!(
        (5..=7).contains(&shown.frames()),
        "{} frames in five seconds",
        shown.frames()
    );
}

#[tokio::test(start_paused = true)]
async fn frozen_and_quiet_means_none() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let shown = show(
        snapshots,
        input(vec![(10, "space")]),
        tokio::time::sleep(Duration::from_secs(60)),
    )
    .await;
    assert_eq!(shown.frames(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_frozen_view_counts_what_it_does_not_show_once_a_second() {
    let (sender, snapshots) = watch::channel(sample_fleet());
    let shown = show(snapshots, input(vec![(1, "space")]), storm(sender)).await;
    assert!(
        (5..=8).contains(&shown.frames()),
        "{} frames in five seconds",
        shown.frames()
    );
    assert!(shown.text.contains("FROZEN"), "{}", shown.text);
}

#[tokio::test(start_paused = true)]
async fn an_answer_goes_away_by_itself() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let keys = input(vec![(10, "space"), (10, "T")]);
    let shown = show(snapshots, keys, tokio::time::sleep(Duration::from_secs(60))).await;
    assert!(!shown.text.contains("theme:"), "{}", shown.text);
    assert_eq!(shown.frames(), 3);
}

#[tokio::test(start_paused = true)]
async fn keys_reach_the_terminal_and_the_world() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let keys = input(vec![(10, "y"), (10, "S"), (10, "M"), (10, "M"), (10, "Q")]);
    let shown = show(snapshots, keys, pending()).await;
    let ScreenExit::QuitKeep(picture) = &shown.outcome else {
        panic!("{:?}", shown.outcome)
    };
    assert!(
        picture.contains("orders-ws") && picture.contains("\x1b["),
        "{picture}"
    );
    let asked = &shown.asked;
    assert_eq!(asked.copied, ["{\"name\": \"orders-ws\"}"]);
    assert!(
        asked.saved[0].starts_with("hbmon-20") && asked.saved[0].ends_with('Z'),
        "{:?}",
        asked.saved
    );
    assert_eq!(asked.mouse, [true, false]);
}

#[tokio::test(start_paused = true)]
async fn a_copy_is_said_to_be_sent() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let stop = tokio::time::sleep(Duration::from_millis(500));
    let shown = show(snapshots, input(vec![(10, "y")]), stop).await;
    let notice = "orders-ws sent to the clipboard as JSON";
    assert!(shown.text.contains(notice), "{}", shown.text);
}

/// The host answers after a moment, and its answer is drawn without a key or a snapshot.
#[tokio::test(start_paused = true)]
async fn the_host_is_asked_about_the_monitor_in_view() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let keys = input(vec![(10, "enter"), (10, "3")]);
    let stop = tokio::time::sleep(Duration::from_millis(400));
    let notes = Notes::default();
    notes.lock().unwrap().settings = vec![ShownSetting {
        key: "expect.status".into(),
        value: ShownValue::Text(Text::clean("204")),
    }];
    let shown = show_noted(notes, snapshots, keys, mpsc::channel(1).1, stop).await;
    assert_eq!(shown.asked.described, [TargetId(1)]);
    let line = "expect.status           204";
    assert!(shown.text.contains(line), "{}", shown.text);
}

#[tokio::test(start_paused = true)]
async fn a_changed_block_of_the_config_is_applied() {
    let (sender, snapshots) = watch::channel(sample_fleet());
    let notes = Notes::default();
    let reload = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        notes.lock().unwrap().prefs = Some(Prefs {
            columns: Some(vec![Column::Reason]),
            ..Prefs::default()
        });
        sender.send(sample_fleet()).unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    let none = mpsc::channel(1).1;
    let shown = show_noted(
        Arc::clone(&notes),
        snapshots,
        input(Vec::new()),
        none,
        reload,
    )
    .await;
    assert!(shown.text.contains("REASON"), "{}", shown.text);
}

#[tokio::test(start_paused = true)]
async fn signals_ask_as_keys_do() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let (requests, taken) = mpsc::channel(4);
    for request in [
        ScreenRequest::Save,
        ScreenRequest::Suspend,
        ScreenRequest::Resume,
    ] {
        requests.try_send(request).unwrap();
    }
    let shown = show_with(
        snapshots,
        input(Vec::new()),
        taken,
        tokio::time::sleep(Duration::from_secs(1)),
    )
    .await;
    assert_eq!((shown.asked.saved.len(), shown.asked.suspended), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_drawn_on_a_terminal_that_is_anothers() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let (requests, taken) = mpsc::channel(1);
    let back = async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        requests.send(ScreenRequest::Resume).await.unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    let shown = show_with(snapshots, input(vec![(10, "^z")]), taken, back).await;
    assert_eq!(
        (shown.asked.suspended, shown.asked.presented),
        (1, vec![0, 60_000])
    );
}

#[tokio::test(start_paused = true)]
async fn a_window_is_drawn_once_when_it_rests() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let sizes = stream::iter(0..20).then(|n| async move {
        tokio::time::sleep(Duration::from_millis(10)).await;
        Ok(Event::Resize(80 + n, 24))
    });
    let shown = show(
        snapshots,
        sizes.chain(stream::pending()),
        tokio::time::sleep(Duration::from_millis(400)),
    )
    .await;
    assert_eq!(shown.asked.presented, [0, 230]);
}

/// Returns the fleet after these monitors came into error.
fn broken(fleet: &Snapshot, names: &[&str]) -> Arc<Snapshot> {
    let mut next = Arc::new(fleet.clone());
    let mut changes: Vec<Change> = fleet.changes.iter().map(|one| Change::clone(one)).collect();
    for name in names {
        next = with(&next, name, |row| row.status = Status::Error);
        let row = next.rows.iter().find(|row| row.meta.name.as_str() == *name);
        let row = row.unwrap();
        changes.push(Change {
            seq: changes.last().map_or(0, |last| last.seq + 1),
            at: Moment::START,
            kind: ChangeKind::Target {
                id: row.id,
                meta: Arc::clone(&row.meta),
                event: hbmon::model::Event::Transition {
                    from: Status::Healthy,
                    to: Status::Error,
                    cause: None,
                    recovered_after: None,
                },
            },
        });
    }
    let mut next = Snapshot::clone(&next);
    next.changes = changes.into_iter().collect();
    Arc::new(next)
}

fn alarming() -> Options {
    Options {
        bell: true,
        notify: true,
        ..Options::new(FULL)
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_error_changes_the_title_and_calls() {
    let (sender, snapshots) = watch::channel(sample_fleet());
    let story = async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let broken = broken(&sample_fleet(), &["auth"]);
        sender.send(Arc::clone(&broken)).unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
        sender
            .send(with(&broken, "search", |row| row.beats += 1))
            .unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
    };
    let host = Recorder::default();
    let requests = mpsc::channel(1).1;
    let shown = show_on(
        snapshots,
        input(Vec::new()),
        requests,
        story,
        host,
        alarming(),
    )
    .await;
    assert_eq!(shown.asked.titles, ["✗ 2/14 hbmon", "✗ 3/14 hbmon"]);
    assert_eq!(
        (shown.asked.bells, shown.asked.notices),
        (1, vec!["auth".to_owned()])
    );
}

#[tokio::test(start_paused = true)]
async fn a_silenced_monitor_does_not_call_and_a_frozen_view_does() {
    let silent = |row: &mut Row| {
        silence(row, "*", 60, "");
        Arc::make_mut(row.silence.as_mut().unwrap()).from = Moment::START;
    };
    for (keys, is_silenced, bells) in [
        (vec![], true, 0),
        (vec![(10, "space")], false, 1),
        (vec![], false, 1),
    ] {
        let (sender, snapshots) = watch::channel(sample_fleet());
        let story = async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            let mut broken = broken(&sample_fleet(), &["orders-ws"]);
            if is_silenced {
                broken = with(&broken, "orders-ws", silent);
            }
            sender.send(broken).unwrap();
            tokio::time::sleep(Duration::from_secs(2)).await;
        };
        let host = Recorder::default();
        let requests = mpsc::channel(1).1;
        let shown = show_on(snapshots, input(keys), requests, story, host, alarming()).await;
        assert_eq!(shown.asked.bells, bells);
    }
}

#[tokio::test(start_paused = true)]
async fn what_channels_are_not_told_now_does_not_call() {
    use HeldBecause::{After, Dependency, Flapping};
    let in_maintenance = |row: &mut Row| {
        row.maintenance = Some(Arc::new(MaintenanceTime {
            from: Moment::START,
            until: Moment::FAR,
            reason: Text::clean("patches"),
        }));
    };
    for (is_maintained, held, bells) in [
        (false, None, 1),
        (true, None, 0),
        (false, Some(Dependency), 0),
        (false, Some(Flapping), 0),
        // An escalation waits; the user is told at once.
        (false, Some(After), 1),
    ] {
        let (sender, snapshots) = watch::channel(sample_fleet());
        let (_, mut board) = alerted_fleet();
        let words = Text::clean("");
        let held = held.map(|why| (Text::clean("auth"), HeldOpening { why, words }));
        board.held = held.into_iter().collect();
        let story = async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            let mut broken = broken(&sample_fleet(), &["auth"]);
            if is_maintained {
                broken = with(&broken, "auth", in_maintenance);
            }
            sender.send(broken).unwrap();
            tokio::time::sleep(Duration::from_secs(2)).await;
        };
        let host = Recorder {
            board: Some(Arc::new(board)),
            ..Recorder::default()
        };
        let requests = mpsc::channel(1).1;
        let keys = input(Vec::new());
        let shown = show_on(snapshots, keys, requests, story, host, alarming()).await;
        assert_eq!(shown.asked.bells, bells, "{is_maintained} {bells}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_host_says_stands_below_the_header() {
    for keys in [vec![], vec![(10, "space")], vec![(10, "enter")]] {
        let (sender, snapshots) = watch::channel(sample_fleet());
        let caption = Caption {
            text: "agent h:9747 unreachable for 12s".to_owned(),
            tone: CaptionTone::Trouble,
        };
        let story = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            sender.send(sample_fleet()).unwrap();
            tokio::time::sleep(Duration::from_secs(2)).await;
        };
        let reach = Reach {
            attached: true,
            act: false,
            began: None,
        };
        let host = Recorder {
            caption: Some((2, caption)),
            reach,
            ..Recorder::default()
        };
        let requests = mpsc::channel(1).1;
        let options = Options::new(FULL);
        let shown = show_on(snapshots, input(keys), requests, story, host, options).await;
        let third = shown.text.lines().nth(2).unwrap_or_default();
        assert!(
            third.contains("▲ agent h:9747 unreachable for 12s"),
            "{}",
            shown.text
        );
    }
}

/// The first picture does not wait for the store.
#[tokio::test(start_paused = true)]
async fn the_history_is_asked_after_the_first_picture_and_its_answer_shown() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let notes = Notes::default();
    notes.lock().unwrap().past = Some(HistoryAnswer::Failed {
        question: HistoryQuestion::Monitor(Text::clean("orders-ws")),
        why: "the history `x.db` is damaged".to_owned(),
    });
    let keys = input(vec![(10, "enter"), (10, "5")]);
    let stop = tokio::time::sleep(Duration::from_secs(2));
    let requests = mpsc::channel(1).1;
    let shown = show_noted(notes, snapshots, keys, requests, stop).await;
    let question = HistoryQuestion::Monitor(Text::clean("orders-ws"));
    assert_eq!(shown.asked.history, [(1, question)]);
    assert!(
        shown.text.contains("the history `x.db` is damaged"),
        "{}",
        shown.text
    );
}

#[tokio::test(start_paused = true)]
async fn a_fault_of_the_history_stands_behind_other_trouble() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let note = "history: the disk is full";
    let unreachable = Caption {
        text: "agent h:9747 unreachable for 12s".to_owned(),
        tone: CaptionTone::Trouble,
    };
    for (caption, said) in [
        (None, note),
        (Some((0, unreachable)), "agent h:9747 unreachable"),
    ] {
        let host = Recorder {
            caption,
            history_note: Some(note.to_owned()),
            ..Recorder::default()
        };
        let requests = mpsc::channel(1).1;
        let stop = tokio::time::sleep(Duration::from_secs(2));
        let keys = input(Vec::new());
        let options = Options::new(FULL);
        let shown = show_on(snapshots.clone(), keys, requests, stop, host, options).await;
        let third = shown.text.lines().nth(2).unwrap_or_default();
        assert!(third.contains(said), "{}", shown.text);
    }
}

#[tokio::test(start_paused = true)]
async fn a_screen_that_may_only_read_says_so_and_asks_for_nothing() {
    let (_sender, snapshots) = watch::channel(sample_fleet());
    let reach = Reach {
        attached: true,
        act: false,
        began: None,
    };
    let keys = ["r", "R", "p", "f5", "^r", "a", "m"]
        .map(|key| (1_100, key))
        .to_vec();
    let stop = tokio::time::sleep(Duration::from_millis(7_000));
    let requests = mpsc::channel(1).1;
    let host = Recorder {
        reach,
        ..Recorder::default()
    };
    let options = Options::new(FULL);
    let shown = show_on(snapshots, input(keys), requests, stop, host, options).await;
    assert_eq!(shown.asked.commands, []);
    assert!(shown.text.contains("READ-ONLY"), "{}", shown.text);
    assert!(!shown.text.contains("silence"), "{}", shown.text);
    assert!(!shown.text.contains("beat now"), "{}", shown.text);
}

#[tokio::test(start_paused = true)]
async fn a_refused_config_stays_until_it_is_mended() {
    let mut refused = Snapshot::clone(&sample_fleet());
    refused.self_stats.reload_refused = true;
    let why = Text::clean("edge.yaml:3:5: error: unknown key");
    refused.changes = [Change {
        seq: 0,
        at: refused.at,
        kind: ChangeKind::ReloadRefused { why },
    }]
    .into_iter()
    .collect();
    let mut mended = refused.clone();
    mended.self_stats.reload_refused = false;
    for (snapshot, is_said) in [(refused, true), (mended, false)] {
        let (_sender, snapshots) = watch::channel(Arc::new(snapshot));
        let hour = tokio::time::sleep(Duration::from_secs(3_600));
        let shown = show(snapshots, input(Vec::new()), hour).await;
        let says = shown.text.contains("config refused")
            && shown.text.contains("edge.yaml:3:5: error: unknown key");
        assert_eq!(says, is_said, "{}", shown.text);
    }
}
