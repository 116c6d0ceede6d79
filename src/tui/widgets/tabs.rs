//! The tabs of the main view, each with its number and worst problem. At the right: filter and
//! order.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::Status;
use crate::tui::layout::WIDE;
use crate::tui::order::is_problem;
use crate::tui::state::tabs::{Tab, TabHead};
use crate::tui::text::put_both;
use crate::tui::view::View;

pub(crate) fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let wide = area.width >= WIDE;
    let mut line = Line::from(" ");
    for (n, head) in view.ui.tabs().iter().enumerate() {
        let selected = head.tab == view.ui.table_options.tab;
        let style = if selected {
            view.theme.bold().patch(view.theme.underlined())
        } else {
            view.theme.plain()
        };
        line.push_span(Span::styled(format!("{} ", n + 1), view.theme.dim()));
        line.push_span(Span::styled(
            format!("{} {}", name(head.tab, wide), number(view, head)),
            style,
        ));
        line.extend(gap(view, head, wide));
    }
    let scope = scope(view);
    // The order alone is left out before any tab.
    let fits = line.width() + scope.width() < usize::from(area.width);
    let scope = if fits || !view.ui.table_options.shows_all() {
        scope
    } else {
        Line::default()
    };
    put_both(buffer, area, line, scope, view.theme.glyphs);
}

const fn name(tab: Tab, wide: bool) -> &'static str {
    match tab {
        Tab::All => "All",
        Tab::Kind(kind) => kind.tab(wide),
        Tab::Events => "Events",
    }
}

fn number(view: &View, head: &TabHead) -> usize {
    head.counts
        .map_or_else(|| view.ui.events(view.now).count(), |counts| counts.total())
}

/// Returns the gap after a tab, with a glyph if the tab has a problem.
fn gap(view: &View, head: &TabHead, wide: bool) -> [Span<'static>; 3] {
    let worst = head.counts.map_or(Status::Healthy, |counts| counts.worst());
    // The header already shows the worst status of all monitors.
    let marked = is_problem(worst) && head.tab != Tab::All;
    let glyph = if marked {
        view.theme.glyphs.status(worst)
    } else {
        " "
    };
    let side = Span::raw(if wide { " " } else { "" });
    [
        side.clone(),
        Span::styled(glyph, view.theme.status(worst)),
        if wide { side } else { Span::raw(" ") },
    ]
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
