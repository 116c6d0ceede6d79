//! What the screen shows of the history, and what it asks.

use std::sync::Arc;
use std::time::Duration;

use hbmon::history::change::StatusChange;
use hbmon::history::incident::{Incident, Note, Told};
use hbmon::history::numbers::{Numbers, NumbersPoint};
use hbmon::history::period::Period;
use hbmon::model::{
    Acknowledgement, IncidentEnd, IncidentId, Kind, Moment, Reason, Row, Snapshot, Status, Text,
};
use hbmon::prefs::{Column, Prefs};
use hbmon::tui::detail::Section;
use hbmon::tui::{
    HistoryAnswer, HistoryQuestion, IncidentCourse, IncidentTally, MonitorPast, PastFacts,
    PastNumbers, Reach, Theme, Ui,
};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};

use crate::fixture::{NOW, cared_fleet, sample_fleet, seconds, silence, with};
use crate::golden::compare;
use crate::{FULL, PLAIN, picture, press, ui};

const MINUTE: u64 = 60;
const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

/// Returns the wall time this many seconds before now.
fn wall_ago(age: u64) -> Timestamp {
    sample_fleet().wall(NOW) - seconds(age)
}

fn text(text: &str) -> Text {
    Text::clean(text)
}

fn change(monitor: &str, age: u64, status: Status, message: &str) -> StatusChange {
    StatusChange {
        monitor: text(monitor),
        kind: Kind::Http,
        group: None,
        from: wall_ago(age),
        until: None,
        status,
        reason: (status > Status::Unknown).then_some(Reason::Status),
        message: (!message.is_empty()).then(|| text(message)),
        maintenance: false,
    }
}

/// Incidents: how long ago each began, how long it lasted, how bad it was and why. Newest first.
const INCIDENTS: [(u64, u64, u64, Status, &str); 5] = [
    (41, 227, u64::MAX, Status::Error, "24 heartbeats missed"),
    (
        38,
        3 * DAY,
        70 * MINUTE,
        Status::Error,
        "503 Service Unavailable",
    ),
    (
        30,
        9 * DAY,
        4 * MINUTE,
        Status::Warning,
        "latency 640ms, over 250ms",
    ),
    (
        21,
        35 * DAY,
        9 * HOUR,
        Status::Error,
        "connection refused by 192.0.2.7:443",
    ),
    (
        17,
        40 * DAY,
        40,
        Status::Error,
        "timed out after 10 s waiting for response headers",
    ),
];

fn incident(
    monitor: &str,
    (id, age, lasted, worst, message): (u64, u64, u64, Status, &str),
) -> Incident {
    let is_open = lasted == u64::MAX;
    let acknowledged = (id == 38).then(|| Acknowledgement {
        by: text("ana"),
        at: wall_ago(age - 5 * MINUTE),
        until: None,
    });
    let note = Note {
        at: wall_ago(age.saturating_sub(20 * MINUTE)),
        by: text("ana"),
        text: text("the pool of the database was exhausted"),
    };
    let told = Told {
        channel: text("ops-mail"),
        at: wall_ago(age.saturating_sub(MINUTE)),
        what: text("opened"),
    };
    Incident {
        id: IncidentId(id),
        monitor: text(monitor),
        kind: Kind::Websocket,
        group: None,
        opened: wall_ago(age),
        closed: (!is_open).then(|| wall_ago(age.saturating_sub(lasted))),
        worst,
        reason: Some(Reason::Status),
        message: Some(text(message)),
        first_reason: Some(Reason::Status),
        last_reason: Some(Reason::Status),
        end: (!is_open).then_some(IncidentEnd::Recovered),
        acknowledged,
        maintenance: false,
        notes: if id == 38 { vec![note] } else { Vec::new() },
        told: if id == 38 { vec![told] } else { Vec::new() },
    }
}

/// 80 days of a monitor, of which two days and a quarter of an hour were not watched.
fn past(monitor: &str) -> MonitorPast {
    let now = wall_ago(0);
    let mut changes = vec![change(monitor, 80 * DAY, Status::Healthy, "")];
    let mut incidents = IncidentTally::new(now);
    for one in INCIDENTS.iter().rev() {
        let (_, age, lasted, worst, message) = *one;
        changes.push(change(monitor, age, worst, message));
        if lasted < age {
            changes.push(change(monitor, age - lasted, Status::Healthy, ""));
        }
    }
    for one in INCIDENTS {
        incidents.add(incident(monitor, one));
    }
    let watched = [
        (80 * DAY, 30 * DAY),
        (28 * DAY, 6 * DAY),
        (6 * DAY - 15 * MINUTE, 0),
    ];
    let facts = PastFacts {
        monitor: text(monitor),
        first_known: wall_ago(80 * DAY),
        changes,
        watched: watched
            .map(|(begin, end)| Period::new(wall_ago(begin), wall_ago(end)))
            .into(),
        incidents,
    };
    MonitorPast::new(facts, now, &TimeZone::fixed(Offset::constant(1)))
}

fn course(monitor: &str, id: u64) -> IncidentCourse {
    let begin = 3 * DAY;
    let mut changes = vec![
        change(monitor, begin, Status::Warning, "503 Service Unavailable"),
        change(
            monitor,
            begin - MINUTE,
            Status::Error,
            "503 Service Unavailable",
        ),
        change(
            monitor,
            begin - 50 * MINUTE,
            Status::Warning,
            "latency 2.1s, over 250ms",
        ),
    ];
    let ends = [begin - MINUTE, begin - 50 * MINUTE, begin - 70 * MINUTE].map(wall_ago);
    for (change, end) in changes.iter_mut().zip(ends) {
        change.until = Some(end);
    }
    IncidentCourse {
        monitor: text(monitor),
        id: IncidentId(id),
        changes,
    }
}

/// Numbers with slow evenings and one outage.
fn numbers(monitor: &str, span: u64) -> PastNumbers {
    let span = seconds(span);
    let step = PastNumbers::step_of(span);
    let end = sample_fleet().wall(NOW).as_second();
    let length = step.length().as_secs() as i64;
    let first = end - span.as_secs() as i64;
    let first = first - first.rem_euclid(length);
    let points = (first..end).step_by(length as usize).map(|at| {
        let hour = at.rem_euclid(DAY as i64) / HOUR as i64;
        let slow = if hour >= 18 { 3 } else { 1 };
        let is_down = (3 * DAY as i64..4 * DAY as i64).contains(&(end - at));
        let mut numbers = Numbers::default();
        if is_down {
            numbers.failed = 20;
        }
        for n in (0..20).filter(|_| !is_down) {
            numbers.beats += 1;
            let latency = Duration::from_millis(40 * slow + n + if n == 19 { 60 } else { 0 });
            numbers.latency.record(latency);
        }
        NumbersPoint {
            at: Timestamp::from_second(at).unwrap(),
            numbers,
        }
    });
    PastNumbers {
        monitor: text(monitor),
        span,
        step,
        points: points.collect(),
    }
}

/// Answers every question that the screen asks.
fn answer_all(ui: &mut Ui) {
    for _ in 0..8 {
        let Some(question) = ui.history_question(NOW) else {
            return;
        };
        ui.set_history_kept(true);
        let answer = match question {
            HistoryQuestion::Monitor(name) => HistoryAnswer::Monitor(Box::new(past(name.as_str()))),
            HistoryQuestion::Course { monitor, id } => {
                HistoryAnswer::Course(course(monitor.as_str(), id.0))
            }
            HistoryQuestion::Numbers { monitor, span } => {
                HistoryAnswer::Numbers(numbers(monitor.as_str(), span.as_secs()))
            }
            HistoryQuestion::Changes => HistoryAnswer::Changes(former_changes()),
            HistoryQuestion::Availability(names) => {
                let share =
                    |(name, n): (Text, usize)| (name, (n != 3).then_some(1.0 - n as f64 / 4_000.0));
                HistoryAnswer::Availability(names.into_iter().zip(0..).map(share).collect())
            }
        };
        ui.receive_history(answer, NOW);
    }
    panic!("the screen asks on and on");
}

fn former_changes() -> Vec<StatusChange> {
    vec![
        change("trades-ws", 7 * HOUR, Status::Healthy, ""),
        change("trades-ws", 8 * HOUR, Status::Error, "closed: 1011"),
        change("api-eu", DAY, Status::Warning, "latency 640ms, over 250ms"),
        change("gone", 40 * DAY, Status::Error, "connection refused"),
    ]
}

/// Presses keys, answers what is asked after each, and compares the picture.
fn check(name: &str, fleet: &Arc<Snapshot>, keys: &str, theme: Theme, (width, height): (u16, u16)) {
    let ui = answered(fleet, keys, (width, height));
    compare(name, &picture(&ui, theme, NOW, width, height));
}

fn answered(fleet: &Arc<Snapshot>, keys: &str, (width, height): (u16, u16)) -> Ui {
    let mut ui = ui(fleet, width, height);
    answer_all(&mut ui);
    for key in keys.split_whitespace() {
        press(&mut ui, key, NOW);
        answer_all(&mut ui);
    }
    ui
}

#[test]
fn the_history_of_a_monitor() {
    let fleet = cared_fleet();
    for (theme, kind) in [(FULL, "history"), (PLAIN, "history-ascii")] {
        for size @ (width, height) in [(80, 24), (100, 30), (140, 40), (40, 10)] {
            check(
                &format!("{kind}-{width}x{height}"),
                &fleet,
                "enter 5 j",
                theme,
                size,
            );
        }
    }
    check(
        "history-course-80x24",
        &fleet,
        "enter 5 j enter",
        FULL,
        (80, 24),
    );
    check(
        "history-course-100x30",
        &fleet,
        "enter 5 j enter",
        FULL,
        (100, 30),
    );
    check(
        "history-course-140x40",
        &fleet,
        "enter 5 j enter",
        PLAIN,
        (140, 40),
    );
    check(
        "history-course-40x10",
        &fleet,
        "enter 5 j enter j",
        FULL,
        (40, 10),
    );
}

#[test]
fn the_overview_and_the_pane_show_the_past() {
    let fleet = cared_fleet();
    for size @ (width, height) in [(80, 24), (100, 30), (140, 40)] {
        check(
            &format!("history-overview-{width}x{height}"),
            &fleet,
            "enter",
            FULL,
            size,
        );
        check(
            &format!("history-pane-{width}x{height}"),
            &fleet,
            "j j j j",
            FULL,
            size,
        );
    }
    check("history-problem-140x40", &fleet, "", FULL, (140, 40));
    check(
        "history-zoomed-100x30",
        &fleet,
        "j j j j z",
        FULL,
        (100, 30),
    );
}

#[test]
fn the_chart_goes_on_to_ninety_days() {
    let fleet = cared_fleet();
    let well = "j j j j";
    check(
        "history-chart-24h-100x30",
        &fleet,
        &format!("{well} - - - - z"),
        FULL,
        (100, 30),
    );
    check(
        "history-chart-7d-80x24",
        &fleet,
        &format!("{well} - - - - - z"),
        FULL,
        (80, 24),
    );
    check(
        "history-chart-30d-140x40",
        &fleet,
        &format!("{well} - - - - - -"),
        PLAIN,
        (140, 40),
    );
    let detail = format!("{well} enter - - - - - - - z");
    check("history-chart-90d-100x30", &fleet, &detail, FULL, (100, 30));
}

#[test]
fn spans_of_the_history_need_one() {
    let mut without = ui(&sample_fleet(), 80, 24);
    press(&mut without, "- - - - - - - -", NOW);
    assert_eq!(without.display.span.duration(), seconds(DAY));
    let with = answered(&sample_fleet(), "- - - - - - - -", (80, 24));
    assert_eq!(with.display.span.duration(), seconds(90 * DAY));
}

#[test]
fn events_of_former_runs_follow_those_of_this_one() {
    let fleet = sample_fleet();
    for size @ (width, height) in [(80, 24), (100, 30), (140, 40)] {
        check(
            &format!("history-events-{width}x{height}"),
            &fleet,
            "7",
            FULL,
            size,
        );
    }
    let mut ui = answered(&fleet, "7 G", (100, 30));
    // Six events of this run and four of former runs.
    assert_eq!(ui.events_scroll, 9);
    // The silenced monitor has two.
    ui.update(
        &with(&fleet, "trades-ws", |row| silence(row, "*", HOUR, "")),
        NOW,
    );
    assert_eq!(ui.past_events(NOW).count(), 2);
}

#[test]
fn the_column_of_thirty_days_is_filled_for_what_is_visible() {
    let fleet = sample_fleet();
    let mut ui = ui(&fleet, 140, 30);
    let columns = Some(vec![
        Column::Kind,
        Column::Month,
        Column::Uptime,
        Column::Last,
    ]);
    ui.apply_prefs(
        Prefs {
            columns,
            ..Prefs::default()
        },
        NOW,
    );
    answer_all(&mut ui);
    compare("history-column-140x30", &picture(&ui, FULL, NOW, 140, 30));
    // Nothing is asked again within a minute. Only what is visible is asked for.
    let is_column =
        |question: &HistoryQuestion| matches!(question, HistoryQuestion::Availability(_));
    assert_eq!(ui.history_question(NOW.plus(seconds(9))), None);
    let later = NOW.plus(seconds(60));
    ui.receive_history(HistoryAnswer::Monitor(Box::new(past("orders-ws"))), later);
    assert!(is_column(&ui.history_question(later).unwrap()));
    let many = crate::fixture::many(500);
    let mut ui = crate::ui(&many, 80, 24);
    ui.display.columns = Some(vec![Column::Month]);
    ui.receive_history(HistoryAnswer::Monitor(Box::new(past("m00250"))), NOW);
    match ui.history_question(NOW) {
        Some(HistoryQuestion::Availability(names)) => assert_eq!(names.len(), ui.page()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn enter_opens_the_course_of_an_incident_and_esc_goes_back() {
    for (keys, section, opened, scroll) in [
        ("enter 5", Section::History, None, 0),
        ("enter 5 j j", Section::History, None, 2),
        ("enter 5 G", Section::History, None, 4),
        ("enter 5 j enter", Section::History, Some(38), 0),
        ("enter 5 j enter j j", Section::History, Some(38), 2),
        ("enter 5 j enter j esc", Section::History, None, 1),
        ("enter 5 j enter enter", Section::History, None, 1),
        ("enter 5 j enter l", Section::History, None, 0),
        ("enter 5 j enter tab 5", Section::History, None, 0),
        ("enter 5 enter 1", Section::Overview, None, 0),
    ] {
        let ui = answered(&cared_fleet(), keys, (100, 30));
        let shown = ui.opened_incident().map(|incident| incident.id.0);
        let detail = ui.detail.unwrap();
        assert_eq!(
            (detail.section, shown, detail.scroll),
            (section, opened, scroll),
            "after {keys:?}"
        );
    }
    assert!(
        answered(&cared_fleet(), "enter 5 esc", (100, 30))
            .detail
            .is_none()
    );
    // Without incidents enter closes the view, as in the other sections.
    let mut ui = ui(&sample_fleet(), 100, 30);
    press(&mut ui, "enter 5 enter", NOW);
    assert!(ui.detail.is_none());
}

#[test]
fn the_screen_asks_for_what_it_shows() {
    let mut ui = ui(&sample_fleet(), 100, 30);
    let monitor = |name: &str| Some(HistoryQuestion::Monitor(text(name)));
    assert_eq!(ui.history_question(NOW), monitor("orders-ws"));
    // It waits for the answer, but not for ever.
    assert_eq!(ui.history_question(NOW.plus(seconds(2))), None);
    assert_eq!(
        ui.history_question(NOW.plus(seconds(10))),
        monitor("orders-ws")
    );
    // Another monitor is asked for at once.
    press(&mut ui, "j", NOW);
    assert_eq!(ui.history_question(NOW), monitor("api-eu"));
    ui.receive_history(HistoryAnswer::Monitor(Box::new(past("api-eu"))), NOW);
    assert_eq!(ui.history_question(NOW), None);
    // Answers get old.
    let later = NOW.plus(seconds(10));
    assert_eq!(ui.history_question(later), monitor("api-eu"));
    let failed = HistoryAnswer::Failed {
        question: HistoryQuestion::Monitor(text("api-eu")),
        why: "the history `x.db` is damaged".to_owned(),
    };
    ui.receive_history(failed, later);
    assert_eq!(ui.history_question(later.plus(seconds(1))), None);
    // A frozen view asks nothing.
    press(&mut ui, "space", later);
    assert_eq!(ui.history_question(later.plus(seconds(60))), None);
    press(&mut ui, "space 7", later);
    assert_eq!(ui.history_question(later), Some(HistoryQuestion::Changes));
}

/// The store is written a moment after the change.
#[test]
fn a_change_is_asked_for_once_it_is_written() {
    let fleet = sample_fleet();
    let mut ui = ui(&fleet, 100, 30);
    ui.receive_history(HistoryAnswer::Monitor(Box::new(past("orders-ws"))), NOW);
    assert_eq!(ui.history_question(NOW), None);
    let at = NOW.plus(seconds(1));
    let changed = |row: &mut Row| row.since = at;
    ui.update(&with(&fleet, "orders-ws", changed), at);
    assert_eq!(ui.history_question(at.plus(seconds(1))), None);
    let asked = ui.history_question(at.plus(seconds(2)));
    assert_eq!(asked, Some(HistoryQuestion::Monitor(text("orders-ws"))));
}

#[test]
fn without_a_history_the_section_says_so() {
    let mut ui = ui(&sample_fleet(), 80, 24);
    press(&mut ui, "enter 5", NOW);
    let shown = |ui: &Ui| crate::golden::text(&picture(ui, FULL, NOW, 80, 24));
    assert!(shown(&ui).contains("no history is kept"));
    ui.set_history_kept(true);
    assert!(shown(&ui).contains("reading the history"));
    ui.receive_history(
        HistoryAnswer::Failed {
            question: HistoryQuestion::Monitor(text("orders-ws")),
            why: "the history `x.db` is damaged".to_owned(),
        },
        NOW,
    );
    assert!(shown(&ui).contains("the history `x.db` is damaged"));
}

#[test]
fn a_fault_of_the_history_stands_below_the_header() {
    let note = "history: read only, written by pid 812".to_owned();
    for size @ (width, height) in [(80, 24), (100, 30)] {
        let mut ui = ui(&sample_fleet(), width, height);
        assert!(ui.tell(None, Some(note.clone()), Reach::OWN));
        let name = format!("history-read-only-{width}x{height}");
        compare(&name, &picture(&ui, FULL, NOW, size.0, size.1));
    }
}

/// A page that says what to do is found where the failure is shown.
#[test]
fn the_runbook_stands_beside_the_failure() {
    let fleet = with(&cared_fleet(), "api-eu", |row| {
        let meta = Arc::make_mut(&mut row.meta);
        meta.runbook = Some(text("https://wiki.example.net/api-eu"));
        meta.labels = vec![(text("team"), text("shop"))];
    });
    for size @ (width, height) in [(80, 24), (100, 30), (140, 40)] {
        check(
            &format!("runbook-{width}x{height}"),
            &fleet,
            "j",
            FULL,
            size,
        );
    }
}

/// The views that the history changes.
const VIEWS: [&str; 8] = [
    "",
    "j j j j",
    "enter",
    "enter 5 j",
    "enter 5 j enter",
    "j j j j - - - - - z",
    "j j j j enter - - - - z",
    "7",
];

#[test]
fn no_size_is_too_small_and_no_time_too_strange() {
    let fleet = cared_fleet();
    for keys in VIEWS {
        let mut ui = answered(&fleet, keys, (80, 24));
        for width in [1, 2, 3, 7, 13, 20, 39, 40, 59, 61, 79, 97, 139] {
            for height in [1, 2, 3, 5, 9, 10, 15, 17, 26, 60] {
                ui.resize(Size::new(width, height));
                picture(&ui, FULL, NOW, width, height);
            }
        }
        ui.resize(Size::new(100, 30));
        for now in [Moment::START, Moment::FAR] {
            picture(&ui, FULL, now, 100, 30);
        }
    }
}

#[test]
fn the_history_is_ascii_and_has_no_background() {
    let fleet = cared_fleet();
    for keys in VIEWS {
        let ui = answered(&fleet, keys, (140, 40));
        for cell in picture(&ui, PLAIN, NOW, 140, 40).content() {
            assert!(cell.symbol().is_ascii(), "{:?} in {keys:?}", cell.symbol());
            assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset));
        }
    }
}

/// What is well has no colour. A problem is red or yellow, and has a mark too.
#[test]
fn former_events_are_dim_and_problems_of_days_are_coloured() {
    let fleet = sample_fleet();
    let ui = answered(&fleet, "7", (100, 30));
    let drawn = picture(&ui, FULL, NOW, 100, 30);
    assert!(drawn[(1, 10)].modifier.contains(Modifier::DIM));
    assert!(!drawn[(20, 4)].modifier.contains(Modifier::DIM));
    let ui = answered(&fleet, "enter 5", (100, 30));
    let drawn = picture(&ui, FULL, NOW, 100, 30);
    let bar = |column: u16| (drawn[(column, 8)].symbol(), drawn[(column, 8)].fg);
    assert_eq!(bar(91), ("▆", Color::Red));
    assert_eq!(bar(90), ("█", Color::Reset));
    assert_eq!(bar(82), ("█", Color::Yellow));
}
