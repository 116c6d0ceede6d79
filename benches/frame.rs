//! Cost of the screen with 10,000 monitors: drawing, reading a snapshot, handling a key.

mod support;

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};
use divan::Bencher;
use hbmon::model::{
    Counts, Kind, LatencySummary, MAX_RECENT, Moment, Outcome, OutcomeKind, Policy, Rhythm, Row,
    Rows, SelfStats, Snapshot, Status, TargetId,
};
use hbmon::prefs::ThemeName;
use hbmon::tui::{Colours, Glyphs, Options, Theme, Ui, draw};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

use support::meta;

const MONITORS: u32 = 10_000;
const NOW: Moment = Moment::after_start(Duration::from_secs(3_600));
const THEME: Theme = Theme {
    name: ThemeName::Default,
    colours: Colours::Ansi,
    glyphs: Glyphs::Unicode,
};

fn main() {
    divan::main();
}

fn row(id: u32, policy: &Arc<Policy>) -> Row {
    let meta = meta(&format!("monitor-{id:05}"), Kind::Sse);
    let mut row = Row::new(TargetId(id), meta, Arc::clone(policy));
    let ms = |ms| Duration::from_millis(ms + u64::from(id % 50));
    let at = |n: u32| Moment::after_start(NOW.since_start() - policy.interval * n);
    let beat = |n: u32| Outcome {
        at: at(n),
        what: OutcomeKind::Beat,
        latency: Some(ms(20 + u64::from(n % 7))),
    };
    row.status = if id.is_multiple_of(100) {
        Status::Error
    } else {
        Status::Healthy
    };
    (row.beats, row.last_beat, row.due_at) = (360, Some(NOW), Some(NOW.plus(policy.interval)));
    row.latency = Some(LatencySummary {
        avg: ms(23),
        min: ms(20),
        max: ms(26),
        p50: ms(23),
        p95: ms(26),
        p99: ms(26),
        jitter: ms(1),
    });
    row.recent = (0..MAX_RECENT as u32).rev().map(beat).collect();
    row
}

fn fleet() -> Arc<Snapshot> {
    let policy = Arc::new(Policy::with_interval(
        Rhythm::Subscription,
        Duration::from_secs(10),
    ));
    let rows: Rows = (0..MONITORS).map(|id| Arc::new(row(id, &policy))).collect();
    let mut counts = Counts::default();
    rows.iter().for_each(|row| *counts.slot(row.status) += 1);
    let (anchor, lag, changes) = (
        Timestamp::UNIX_EPOCH,
        SelfStats::default(),
        Default::default(),
    );
    Arc::new(Snapshot {
        at: NOW,
        anchor,
        settled: rows.len(),
        rows,
        counts,
        self_stats: lag,
        changes,
    })
}

fn ui(fleet: &Arc<Snapshot>, (width, height): (u16, u16)) -> Ui {
    let mut ui = Ui::new(
        Options {
            zone: TimeZone::UTC,
            ..Options::new(THEME)
        },
        Arc::clone(fleet),
    );
    ui.resize(Size::new(width, height));
    ui
}

#[divan::bench(args = [(80, 24), (100, 30), (200, 60)])]
fn picture(bencher: Bencher, (width, height): (u16, u16)) {
    let ui = ui(&fleet(), (width, height));
    let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
    bencher.bench_local(|| {
        let Ok(_) = terminal.draw(|frame| draw(frame, ui.snapshot(), &ui, THEME, NOW));
    });
}

/// Two snapshots, in each of which a tenth of the fleet had a heartbeat.
#[divan::bench]
fn snapshots_taken_in(bencher: Bencher) {
    let old = fleet();
    let mut new = (*old).clone();
    for place in (0..new.rows.len()).step_by(10) {
        let mut row = (*new.rows[place]).clone();
        row.beats += 1;
        new.rows.set(place, Arc::new(row));
    }
    let new = Arc::new(new);
    let mut ui = ui(&old, (100, 30));
    bencher.bench_local(|| {
        ui.update(&new, NOW);
        ui.update(&old, NOW);
    });
}

/// Keys that select or sort 10,000 rows: a letter of a filter, a sort, problems only, groups.
#[divan::bench(args = ['9', 's', '!', 'w', 'G'])]
fn key(bencher: Bencher, key: char) {
    let fleet = fleet();
    let press = |ui: &mut Ui, c| ui.on_key(KeyEvent::from(KeyCode::Char(c)), NOW);
    let prepared = || {
        let mut ui = ui(&fleet, (100, 30));
        if key == '9' {
            for c in "/monitor-9".chars() {
                press(&mut ui, c);
            }
        }
        ui
    };
    bencher
        .with_inputs(prepared)
        .bench_local_refs(|ui| press(ui, key));
}
