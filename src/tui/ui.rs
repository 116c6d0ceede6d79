//! The state of the screen: the snapshot that is shown, and the user's choices.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use ratatui::layout::{Position, Rect, Size};

use crate::model::{Change, ChangeKind, Moment, Row, Snapshot, TargetId};
use crate::prefs::{Keymap, Prefs};

use super::Options;
use super::alarm::Alarms;
use super::alerts::ShownAlerts;
use super::caption::{Caption, RefusedConfig};
use super::journal::EventJournal;
use super::layout::{Layout, ScreenMode};
use super::log::{LogLine, LogRing};
use super::order::TableOptions;
use super::past::PastAnswers;
use super::reach::Reach;
use super::state::detail::Detail;
use super::state::details::{Details, MonitorDetails};
use super::state::display::{ChartSpan, ClockMode, DisplayOptions};
use super::state::freeze::Frozen;
use super::state::history::History;
use super::state::list::List;
use super::state::overlay::Overlay;
use super::state::pulses::Pulses;
use super::state::tabs::TabHead;
use super::totals::{ChangeScope, FleetTotals};

/// The order of the rows stays fixed for this time after the user moves the cursor.
const STABLE_ORDER: Duration = Duration::from_secs(3);

/// Text input in the footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typing {
    pub field: TypingField,
    /// The text that esc restores.
    pub before: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypingField {
    Filter,
    LogSearch,
    OwnLogSearch,
}

/// hbmon's own log on the events tab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnLog {
    /// The tab shows the log instead of the events.
    pub shown: bool,
    pub search: String,
}

pub struct Ui {
    /// Where the config came from, for the header.
    pub source: String,
    pub zone: TimeZone,
    /// The `screen:` block as it was last applied.
    pub prefs: Prefs,
    pub table_options: TableOptions,
    pub display: DisplayOptions,
    pub list: List,
    pub typing: Option<Typing>,
    /// The detail view of the monitor under the cursor, if it is open.
    pub detail: Option<Detail>,
    pub overlay: Option<Overlay>,
    /// The selected beat in the strip, counted from the newest.
    pub selected_beat: Option<usize>,
    /// Number of events or log lines scrolled out of view on the events tab.
    pub events_scroll: usize,
    pub reach: Reach,
    pub own_log: OwnLog,
    pub(super) details: Details,
    pub(super) past: PastAnswers,
    pub(super) latest: Arc<Snapshot>,
    pub(super) totals: FleetTotals,
    pub(super) frozen: Option<Frozen>,
    pub(super) size: Size,
    pub(super) last_command: Option<(Moment, super::ScreenCommand)>,
    journal: EventJournal,
    history: History,
    pulses: Pulses,
    log: LogRing,
    log_lines: Vec<Arc<LogLine>>,
    /// Changes since the rows were last ordered.
    pending: ChangeScope,
    pub(super) notice: Option<(Moment, String)>,
    /// What the host says.
    pub(super) told: Option<Caption>,
    /// What is wrong with the history.
    pub(super) history_note: Option<String>,
    pub(super) alerts: Arc<ShownAlerts>,
    pub(super) refused: RefusedConfig,
    pub(super) alarms: Alarms,
}

impl Ui {
    pub fn new(options: Options, snapshot: Arc<Snapshot>) -> Ui {
        let Options {
            theme,
            prefs,
            log,
            source,
            zone,
            mouse,
            ..
        } = options;
        let look = DisplayOptions {
            theme,
            clock: ClockMode::default(),
            span: ChartSpan::default(),
            columns: prefs.columns.clone(),
            reduce_motion: prefs.reduce_motion,
            events: true,
            zoom: false,
            mouse,
        };
        let mut ui = Ui {
            source,
            zone,
            table_options: TableOptions::default(),
            display: look,
            list: List::default(),
            typing: None,
            detail: None,
            overlay: None,
            selected_beat: None,
            events_scroll: 0,
            reach: Reach::OWN,
            own_log: OwnLog::default(),
            details: Details::default(),
            past: PastAnswers::default(),
            totals: FleetTotals::of(&snapshot, prefs.tabs),
            prefs,
            latest: snapshot,
            frozen: None,
            size: Size::default(),
            last_command: None,
            journal: EventJournal::default(),
            history: History::default(),
            pulses: Pulses::default(),
            log,
            log_lines: Vec::new(),
            pending: ChangeScope::Rows,
            notice: None,
            told: None,
            history_note: None,
            alerts: Arc::default(),
            refused: RefusedConfig::default(),
            alarms: Alarms::default(),
        };
        ui.follow_changes();
        // What was in error before the screen began is no alarm.
        ui.alarms = Alarms::default();
        let now = ui.latest.at;
        ui.arrange(now);
        ui.follow_history();
        ui
    }

    /// Takes in the newest snapshot, and updates everything that depends on time.
    pub fn update(&mut self, snapshot: &Arc<Snapshot>, now: Moment) {
        if !Arc::ptr_eq(&self.latest, snapshot) {
            self.pending = self.pending.max(self.totals.follow(&self.latest, snapshot));
            self.latest = Arc::clone(snapshot);
            self.follow_changes();
        }
        if self.table_options.filter.depends_on_time() {
            self.pending = self.pending.max(ChangeScope::Statuses);
        }
        let is_stable = self
            .list
            .moved
            .is_some_and(|moved| now.since(moved) < STABLE_ORDER);
        if self.frozen.is_none()
            && self.pending
                > if is_stable {
                    ChangeScope::Statuses
                } else {
                    ChangeScope::Facts
                }
        {
            self.arrange(now);
        }
        self.expire_notice(now);
        self.pulses.expire(now);
        if self.is_on_events() && self.own_log.shown {
            self.log_lines = self.log.lines();
        }
        self.follow_history();
    }

    pub fn resize(&mut self, size: Size) {
        self.size = size;
        self.list.follow_cursor(self.page());
    }

    fn follow_changes(&mut self) {
        let pulses = &mut self.pulses;
        let refused = &mut self.refused;
        let alarms = &mut self.alarms;
        self.journal.follow(&self.latest, |change| {
            pulses.record(change);
            refused.record(change);
            alarms.record(change);
        });
    }

    /// Updates the history of the monitor in view.
    pub(super) fn follow_history(&mut self) {
        let snapshot = Arc::clone(self.snapshot());
        let row = self.row().cloned();
        self.history.follow(&snapshot, row.as_deref());
    }

    /// Filters and orders the rows again. The cursor stays on its monitor.
    pub(super) fn arrange(&mut self, now: Moment) {
        let snapshot = Arc::clone(self.snapshot());
        let (lines, groups) = self.table_options.lines(&snapshot, self.shown_at(now));
        self.pending = ChangeScope::Facts;
        let page = self.page();
        self.list.replace(lines, groups, &snapshot, page);
    }

    /// Returns the number of rows of the table that are visible.
    pub fn page(&self) -> usize {
        usize::from(
            self.layout(Rect::from((Position::ORIGIN, self.size)))
                .table
                .height,
        )
        .max(1)
    }

    pub fn layout(&self, area: Rect) -> Layout {
        let events = self.display.events;
        let screen = match () {
            () if self.detail.is_some() => ScreenMode::Detail,
            () if self.is_on_events() => ScreenMode::Events,
            () if self.display.zoom => ScreenMode::Pane { events },
            () => ScreenMode::Table {
                lines: self.list.lines.len().max(self.snapshot().rows.len()),
                events,
            },
        };
        let caption = self.is_told() || self.latest.self_stats.reload_refused;
        Layout::new(area, screen, caption)
    }

    /// Returns the snapshot that is shown: the newest one, or the frozen one.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        self.frozen
            .as_ref()
            .map_or(&self.latest, |frozen| &frozen.snapshot)
    }

    /// Returns the moment that is shown: `now`, or the moment at which the view was frozen.
    pub fn shown_at(&self, now: Moment) -> Moment {
        self.frozen.as_ref().map_or(now, |frozen| frozen.at)
    }

    pub fn totals(&self) -> &FleetTotals {
        self.frozen
            .as_ref()
            .map_or(&self.totals, |frozen| &frozen.totals)
    }

    /// Returns what channels are told, as of the moment that is shown.
    pub(super) fn alerts(&self) -> &ShownAlerts {
        self.frozen
            .as_ref()
            .map_or(&self.alerts, |frozen| &frozen.alerts)
    }

    /// Returns the tabs with their counts.
    pub fn tabs(&self) -> Vec<TabHead> {
        self.totals().tabs.tabs(self.snapshot().counts)
    }

    /// Iterates over the listed events up to `now`, newest first. Events of silenced monitors are
    /// left out.
    pub fn events(&self, now: Moment) -> impl Iterator<Item = &Change> {
        let shown = move |change: &&Change| match &change.kind {
            ChangeKind::Target { meta, .. } => {
                change.at <= now && !self.totals().is_silenced(&meta.name, now)
            }
            _ => change.at <= now,
        };
        self.journal.iter().filter(shown)
    }

    pub const fn keymap(&self) -> &Keymap {
        &self.prefs.keymap
    }

    /// Returns the history of the monitor in view (`row`).
    pub const fn history(&self) -> &History {
        &self.history
    }

    /// Returns the collected events of all monitors and of hbmon itself.
    pub(super) const fn journal(&self) -> &EventJournal {
        &self.journal
    }

    /// Returns the details of a monitor from the host.
    pub fn details_of(&self, id: TargetId) -> Option<&MonitorDetails> {
        self.details.of(id)
    }

    /// Returns the monitor that the host must be asked about now. A frozen view asks nothing.
    pub fn details_question(&mut self, now: Moment) -> Option<TargetId> {
        if self.frozen.is_some() {
            return None;
        }
        let row = self.row().cloned()?;
        self.details.question(&row, now)
    }

    pub fn receive_details(&mut self, details: MonitorDetails) {
        self.details.receive(details);
    }

    /// Returns hbmon's own log lines, oldest first.
    pub fn log(&self) -> &[Arc<LogLine>] {
        &self.log_lines
    }

    /// Returns when the last heartbeat of a monitor arrived, while the row still shows it.
    pub fn pulse(&self, row: &Row, now: Moment) -> Option<Moment> {
        let is_silenced = row
            .silence
            .as_ref()
            .is_some_and(|silence| silence.is_active(now));
        let shows = self.frozen.is_none() && !is_silenced;
        self.pulses.since(row.id, now).filter(|_| shows)
    }

    /// Returns when the view was frozen, and the number of beats since then.
    pub fn frozen(&self) -> Option<(Moment, u64)> {
        self.frozen.as_ref().map(|frozen| {
            (
                frozen.at,
                self.totals.beats.saturating_sub(frozen.totals.beats),
            )
        })
    }

    /// Returns whether an animation is active, so that the next picture differs even without a new
    /// snapshot.
    pub fn is_pulsing(&self, now: Moment) -> bool {
        !self.display.reduce_motion && self.frozen.is_none() && self.pulses.any_active(now)
    }
}
