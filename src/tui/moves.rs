//! Navigation: between rows, tabs, sections, beats and problems.

use std::sync::Arc;

use crate::model::Moment;
use crate::prefs::TabSet;

use super::order::is_problem;
use super::state::detail::Section;
use super::state::tabs::Tab;
use super::totals::FleetTotals;
use super::ui::Ui;

impl Ui {
    /// Number of lines that a page key scrolls.
    pub(super) fn page_step(&self) -> isize {
        isize::try_from(if self.detail.is_some() {
            10
        } else {
            self.page()
        })
        .unwrap_or(isize::MAX)
    }

    /// Moves up or down by lines: in the table, the section or the events.
    pub(super) fn scroll_by(&mut self, by: isize, now: Moment) {
        if let Some(section) = self.section() {
            let last = match section {
                Section::Overview | Section::Beats => self.history().len(),
                Section::Config => 64,
                Section::Log => self.monitor_log().len(),
                Section::History if self.opened_incident().is_some() => {
                    self.incident_course().len()
                }
                Section::History => self.past_incidents().len(),
                Section::Instances => {
                    let details = self.row().and_then(|row| self.details_of(row.id));
                    details.map_or(0, |details| details.instances.len())
                }
            };
            if let Some(detail) = &mut self.detail {
                detail.scroll = detail
                    .scroll
                    .saturating_add_signed(by)
                    .min(last.saturating_sub(1));
            }
        } else if self.is_on_events() {
            let lines = if self.own_log.shown {
                self.log().len()
            } else {
                self.events(now).count() + self.past_events(now).count()
            };
            let last = lines.saturating_sub(1);
            self.events_scroll = self.events_scroll.saturating_add_signed(by).min(last);
        } else {
            self.move_to(self.cursor().saturating_add_signed(by), now);
        }
    }

    /// Selects an older or newer beat in the strip; in the detail view the previous or next
    /// monitor.
    pub(super) fn move_sideways(&mut self, older: isize, now: Moment) {
        if let Some(detail) = &mut self.detail {
            detail.rewind();
            return self.move_to(self.cursor().saturating_add_signed(-older), now);
        }
        let last = self
            .row()
            .map_or(0, |row| row.recent.len())
            .saturating_sub(1);
        self.selected_beat = match self.selected_beat {
            None => (older > 0).then_some(0),
            Some(0) if older < 0 => None,
            Some(beat) => Some(beat.saturating_add_signed(older).min(last)),
        };
    }

    pub(super) fn switch_tab(&mut self, by: isize, now: Moment) {
        let (place, tabs) = match self.section() {
            Some(section) => {
                let sections = self.sections();
                let place = sections.iter().position(|other| *other == section);
                (place, sections.len())
            }
            None => {
                let tabs = self.tabs();
                (
                    tabs.iter()
                        .position(|head| head.tab == self.table_options.tab),
                    tabs.len(),
                )
            }
        };
        let next = (place.unwrap_or(0) + tabs).saturating_add_signed(by) % tabs.max(1);
        self.open_tab(next, now);
    }

    pub(super) fn open_tab(&mut self, place: usize, now: Moment) {
        let section = self.sections().get(place);
        if let Some(detail) = &mut self.detail {
            if let Some(section) = section {
                detail.open(*section);
            }
        } else if let Some(head) = self.tabs().get(place) {
            self.table_options.tab = head.tab.clone();
            self.events_scroll = 0;
            self.arrange(now);
        }
    }

    /// Returns the sections of the monitor in view.
    fn sections(&self) -> &'static [Section] {
        self.row().map_or(&[], |row| Section::of(row))
    }

    /// Divides the tabs by another set, and shows all monitors unless the events are shown.
    pub(super) fn set_tabs(&mut self, set: TabSet, now: Moment) {
        self.totals = FleetTotals::of(&self.latest, set);
        if let Some(frozen) = &mut self.frozen {
            frozen.totals = FleetTotals::of(&frozen.snapshot, set);
        }
        if self.table_options.tab != Tab::Events {
            self.table_options.tab = Tab::All;
        }
        self.arrange(now);
    }

    pub(super) fn move_to(&mut self, place: usize, now: Moment) {
        let snapshot = Arc::clone(self.snapshot());
        let page = self.page();
        self.list.move_to(place, now, &snapshot, page);
        self.selected_beat = None;
    }

    /// Moves to the nearest problem after (or before) the cursor, and continues at the other end of
    /// the table.
    pub(super) fn move_to_problem(&mut self, backwards: bool, now: Moment) {
        let places = self.line_count();
        let step = if backwards {
            places.saturating_sub(1)
        } else {
            1
        };
        let mut place = self.cursor();
        for _ in 0..places {
            place = (place + step) % places;
            if self.row_at(place).is_some_and(|row| is_problem(row.status)) {
                return self.move_to(place, now);
            }
        }
    }
}
