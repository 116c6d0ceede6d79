//! The tabs of the main view, each with its number of monitors and of its worst problems. At the
//! right: filter and order.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::{Moment, Status};
use crate::tui::order::{Sort, is_problem};
use crate::tui::state::tabs::{Tab, TabHead};
use crate::tui::text::{columns, fit, put_both};
use crate::tui::theme::{Glyphs, Theme};
use crate::tui::ui::Ui;
use crate::tui::view::View;

/// Maximum width of the name of a group or tag, in columns.
const MAX_NAME: u16 = 16;
/// Number of tabs that a digit opens.
const DIGITS: usize = 9;

pub(crate) fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let strip = TabStrip::new(view.ui, view.now, view.theme, area.width);
    let line = strip.line(view.theme);
    let scope = scope(view);
    let choice = &view.ui.table_options;
    let is_usual = choice.shows_all() && choice.sort == Sort::default() && !choice.reversed;
    // The usual order is left out before any tab.
    let fits = line.width() + scope.width() < usize::from(area.width);
    let scope = if fits || !is_usual {
        scope
    } else {
        Line::default()
    };
    put_both(buffer, area, line, scope, view.theme.glyphs);
}

/// Returns the position of the tab at a column, in the list of all tabs.
pub(crate) fn tab_at(ui: &Ui, now: Moment, width: u16, column: u16) -> Option<usize> {
    let strip = TabStrip::new(ui, now, ui.display.theme, width);
    let mut begin = strip.begin();
    for (place, label) in strip.places.zip(&strip.labels) {
        let end = begin + label.width();
        if (begin..end).contains(&column) {
            return Some(place);
        }
        begin = end + strip.gap;
    }
    None
}

/// The tabs that fit, with their labels.
struct TabStrip {
    labels: Vec<TabLabel>,
    /// The positions of the labels in the list of all tabs.
    places: Range<usize>,
    /// Blank columns between two labels.
    gap: u16,
    /// Tabs before and after the labels do not fit.
    cut: (bool, bool),
    glyphs: Glyphs,
}

/// How much space the labels take.
#[derive(Clone, Copy)]
struct Density {
    long_names: bool,
    /// `2 HTTP (6, 1✗)` rather than `2 HTTP(6,1✗)`.
    loose: bool,
}

impl TabStrip {
    /// Chooses the widest labels that fit. If not even the shortest ones do, those around the
    /// selected tab are shown.
    fn new(ui: &Ui, now: Moment, theme: Theme, width: u16) -> TabStrip {
        let heads = ui.tabs();
        let events = ui.events(now).count();
        let labels = |density: Density| -> Vec<TabLabel> {
            let label = |(n, head)| TabLabel::new(n, head, events, ui, theme.glyphs, density);
            heads.iter().enumerate().map(label).collect()
        };
        let taken = |labels: &[TabLabel], gap: u16| {
            let texts: u16 = labels.iter().map(TabLabel::width).sum();
            texts + gap * u16::try_from(labels.len()).unwrap_or(u16::MAX) + 1
        };
        let strip = |labels: Vec<TabLabel>, gap| TabStrip {
            places: 0..labels.len(),
            labels,
            gap,
            cut: (false, false),
            glyphs: theme.glyphs,
        };
        for (long_names, loose, gap) in [(true, true, 3), (true, true, 2), (false, true, 2)] {
            let labels = labels(Density { long_names, loose });
            if taken(&labels, gap) <= width.saturating_add(gap) {
                return strip(labels, gap);
            }
        }
        let mut strip = strip(
            labels(Density {
                long_names: false,
                loose: false,
            }),
            1,
        );
        let selected = heads
            .iter()
            .position(|head| head.tab == ui.table_options.tab);
        strip.cut_to(width, selected.unwrap_or(0));
        strip
    }

    /// Leaves out labels until the others fit, first those far from the selected one.
    fn cut_to(&mut self, width: u16, selected: usize) {
        let Range { mut start, mut end } = self.places;
        loop {
            let shown = self.labels.get(start..end).unwrap_or_default();
            let texts: u16 = shown.iter().map(|label| label.width() + self.gap).sum();
            self.cut = (start > 0, end < self.labels.len());
            let marks = 2 * (u16::from(self.cut.0) + u16::from(self.cut.1));
            if texts + marks <= width || shown.len() <= 1 {
                break;
            }
            if end - 1 - selected > selected - start {
                end -= 1;
            } else {
                start += 1;
            }
        }
        self.labels = self.labels.drain(start..end).collect();
        self.places = start..end;
    }

    /// Returns the column of the first label.
    const fn begin(&self) -> u16 {
        if self.cut.0 { 3 } else { 1 }
    }

    fn line(self, theme: Theme) -> Line<'static> {
        let more = || Span::styled(self.glyphs.ellipsis(), theme.dim());
        let mut line = Line::from(" ");
        if self.cut.0 {
            line.push_span(more());
            line.push_span(Span::raw(" "));
        }
        for (n, label) in self.labels.into_iter().enumerate() {
            if n > 0 {
                line.push_span(Span::raw(" ".repeat(self.gap.into())));
            }
            line.extend(label.spans(theme));
        }
        if self.cut.1 {
            line.push_span(Span::raw(" "));
            line.push_span(more());
        }
        line
    }
}

/// `2 HTTP (6, 1✗)`
struct TabLabel {
    number: String,
    name: String,
    /// The number and glyph of the worst problems.
    problem: Option<(String, Status)>,
    /// What stands before, between and after the numbers.
    marks: [&'static str; 3],
    count: String,
    selected: bool,
}

impl TabLabel {
    fn new(
        place: usize,
        head: &TabHead,
        events: usize,
        ui: &Ui,
        glyphs: Glyphs,
        density: Density,
    ) -> TabLabel {
        let number = if place < DIGITS {
            format!("{} ", place + 1)
        } else {
            String::new()
        };
        let worst = head.counts.map(|counts| (counts, counts.worst()));
        // The header already shows the problems of all monitors.
        let problem = worst.filter(|(_, worst)| is_problem(*worst) && head.tab != Tab::All);
        let total = head.counts.map_or(events, |counts| counts.total());
        TabLabel {
            number,
            name: name(&head.tab, density.long_names, glyphs),
            problem: problem.map(|(counts, worst)| {
                (
                    format!("{}{}", counts.of(worst), glyphs.status(worst)),
                    worst,
                )
            }),
            marks: if density.loose {
                [" (", ", ", ")"]
            } else {
                ["(", ",", ")"]
            },
            count: total.to_string(),
            selected: head.tab == ui.table_options.tab,
        }
    }

    fn width(&self) -> u16 {
        let [open, between, close] = self.marks.map(columns);
        let problem = self.problem.as_ref();
        let problem = problem.map_or(0, |(text, _)| between + columns(text));
        columns(&self.number) + columns(&self.name) + open + columns(&self.count) + problem + close
    }

    fn spans(self, theme: Theme) -> Vec<Span<'static>> {
        let style = if self.selected {
            theme.bold().patch(theme.underlined())
        } else {
            theme.plain()
        };
        let [open, between, close] = self.marks;
        let mut spans = vec![
            Span::styled(self.number, theme.dim()),
            Span::styled(format!("{}{open}{}", self.name, self.count), style),
        ];
        if let Some((text, worst)) = self.problem {
            spans.push(Span::styled(between, style));
            spans.push(Span::styled(text, theme.status(worst)));
        }
        spans.push(Span::styled(close, style));
        spans
    }
}

fn name(tab: &Tab, long: bool, glyphs: Glyphs) -> String {
    match tab {
        Tab::All => "All".to_owned(),
        Tab::Kind(kind) => kind.tab(long).to_owned(),
        Tab::Group(name) | Tab::Tag(name) => fit(name.as_str(), MAX_NAME, glyphs).into_owned(),
        Tab::NoGroup => "no group".to_owned(),
        Tab::Events => "Events".to_owned(),
    }
}

/// `/api  3 of 14   problems only   sort: worst first`
fn scope(view: &View) -> Line<'static> {
    let theme = view.theme;
    let choice = &view.ui.table_options;
    let mut line = Line::default();
    if !choice.filter.is_empty() {
        line.push_span(Span::styled(
            format!("/{}  ", choice.filter.text()),
            theme.bold(),
        ));
    }
    if !choice.shows_all() {
        let shown = format!(
            "{} of {}   ",
            view.ui.list.monitors(),
            view.snapshot.rows.len()
        );
        line.push_span(Span::raw(shown));
    }
    if choice.problems_only {
        line.push_span(Span::styled("problems only   ", theme.bold()));
    }
    let reversed = if choice.reversed { ", reversed" } else { "" };
    line.push_span(Span::styled(
        format!("sort: {}{reversed}", choice.sort.label()),
        theme.dim(),
    ));
    line
}
