//! The columns of the table: which ones a screen of a given width shows, their widths and their
//! cells.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::model::{MAX_RECENT, Rhythm, Row};
use crate::prefs::Column;
use crate::tui::text::{count, fit, short_count};
use crate::tui::view::View;
use crate::words;

use super::{progress, trouble};

/// Columns before the name: cursor, glyph and a space.
pub(crate) const MARGIN: u16 = 3;
/// Minimum and maximum width of the names.
const NAME_WIDTHS: (u16, u16) = (12, 36);
/// Minimum number of beats that long names leave for the strip.
const MIN_STRIP_WIDTH: u16 = 12;
/// Width of a reason that leaves the rest of the strip visible.
const REASON_WIDTH: u16 = 44;
/// Minimum number of beats after a reason.
const MIN_REST: u16 = 8;

pub(crate) struct ColumnSpec {
    pub column: Column,
    pub title: &'static str,
    width: u16,
    /// Blank columns before it.
    gap: u16,
    /// Minimum width of the screen, unless the user chose the columns.
    from: u16,
    pub right: bool,
    pub cell: fn(&View, &Row, u16) -> Line<'static>,
}

/// `from` of a column that only the user chooses.
const ONLY_CHOSEN: u16 = u16::MAX;

/// In the order of `Column::ALL`.
static SPECS: [ColumnSpec; 17] = [
    spec(Column::Kind, "KIND", 4, 1, 100, false, kind),
    spec(Column::Group, "GROUP", 10, 1, 140, false, group),
    spec(Column::Last, "LAST", 6, 1, 40, true, last),
    spec(Column::Next, "NEXT", 13, 2, 60, false, next),
    spec(Column::Missed, "MISS", 4, 1, 60, true, missed),
    spec(Column::Failed, "FAIL", 4, 1, 80, true, |_, row, _| {
        short_count(row.failures).into()
    }),
    spec(Column::Avg, "AVG", 6, 1, 80, true, |view, row, _| {
        latency(view, row, false)
    }),
    spec(Column::P95, "P95", 6, 1, 100, true, |view, row, _| {
        latency(view, row, true)
    }),
    spec(Column::Beats, "BEATS", 7, 1, 100, true, |_, row, _| {
        count(row.beats).into()
    }),
    spec(Column::Uptime, "AVAIL", 7, 1, 160, true, uptime),
    spec(Column::Month, "30D", 6, 1, ONLY_CHOSEN, true, month),
    spec(Column::Quality, "QUAL", 4, 2, 80, false, quality),
    spec(Column::Presence, "PRESENCE", 8, 1, 140, false, presence),
    spec(Column::Reason, "REASON", 30, 2, ONLY_CHOSEN, false, reason),
    spec(Column::Since, "SINCE", 6, 1, ONLY_CHOSEN, true, since),
    spec(
        Column::Certificate,
        "CERT",
        7,
        1,
        ONLY_CHOSEN,
        true,
        certificate,
    ),
    spec(Column::Tags, "TAGS", 16, 2, ONLY_CHOSEN, false, tags),
];

const fn spec(
    column: Column,
    title: &'static str,
    width: u16,
    gap: u16,
    from: u16,
    right: bool,
    cell: fn(&View, &Row, u16) -> Line<'static>,
) -> ColumnSpec {
    ColumnSpec {
        column,
        title,
        width,
        gap,
        from,
        right,
        cell,
    }
}

/// The widths of name, columns and strip.
pub(crate) struct TableWidths {
    pub name: u16,
    columns: Vec<&'static ColumnSpec>,
    pub strip: u16,
}

impl TableWidths {
    /// Divides `width`. `names` is the width of the widest name of the fleet.
    pub(crate) fn new(width: u16, chosen: Option<&[Column]>, names: u16) -> TableWidths {
        let columns = match chosen {
            Some(chosen) => fitting(width, chosen),
            // A narrow screen has no space for the progress bar, but for the latency.
            None if (40..60).contains(&width) => fitting(width, &[Column::Last, Column::Avg]),
            None => SPECS.iter().filter(|spec| spec.from <= width).collect(),
        };
        if width < 40 && columns.is_empty() {
            return TableWidths {
                name: width.saturating_sub(MARGIN),
                columns,
                strip: 0,
            };
        }
        let rest = width.saturating_sub(MARGIN + taken(&columns) + 1);
        let name = if width < 100 { NAME_WIDTHS.0 } else { 16 };
        let name = names
            .clamp(name, NAME_WIDTHS.1)
            .min(rest.saturating_sub(MIN_STRIP_WIDTH).max(name));
        let strip = rest.saturating_sub(name).min(MAX_RECENT as u16);
        // The name gets the remaining columns.
        TableWidths {
            name: rest.saturating_sub(strip),
            columns,
            strip,
        }
    }

    pub(crate) fn shows(&self, column: Column) -> bool {
        self.columns.iter().any(|spec| spec.column == column)
    }

    /// Returns the number of columns that the row of a problem keeps, and the areas of its reason
    /// and of what is left of the strip. The reason covers the measurements before the strip.
    pub(crate) fn areas_of_problem(&self, area: Rect) -> (usize, Rect, Rect) {
        let covered = self.columns.iter().rev();
        let covered = covered
            .take_while(|spec| is_measurement(spec.column))
            .count();
        let (kept, covered) = self.columns.split_at(self.columns.len() - covered);
        let begin = MARGIN + self.name + taken(kept) + 2;
        let space = area.width.saturating_sub(begin);
        let wanted = taken(covered).saturating_sub(2).max(REASON_WIDTH);
        let rest = space.saturating_sub(wanted + 1).min(self.strip);
        let rest = if rest < MIN_REST { 0 } else { rest };
        let reason = Rect {
            x: area.x + begin.min(area.width),
            width: space - if rest > 0 { rest + 1 } else { 0 },
            ..area
        };
        let strip = Rect {
            x: area.right() - rest,
            width: rest,
            ..area
        };
        (kept.len(), reason, strip)
    }

    /// Returns the areas of the name, of each column, and of the strip.
    pub(crate) fn areas(
        &self,
        area: Rect,
    ) -> (
        Rect,
        impl Iterator<Item = (&'static ColumnSpec, Rect)>,
        Rect,
    ) {
        let part = move |x: u16, width: u16| {
            Rect {
                x: area.x.saturating_add(x),
                width,
                ..area
            }
            .intersection(area)
        };
        let mut x = MARGIN + self.name;
        let columns = self.columns.iter().map(move |spec| {
            let place = part(x + spec.gap, spec.width);
            x += spec.gap + spec.width;
            (*spec, place)
        });
        (
            part(MARGIN, self.name),
            columns,
            part(area.width.saturating_sub(self.strip), self.strip),
        )
    }
}

/// Returns the columns that a screen of this width shows.
pub(crate) fn visible(width: u16, chosen: Option<&[Column]>) -> Vec<Column> {
    TableWidths::new(width, chosen, 0)
        .columns
        .iter()
        .map(|spec| spec.column)
        .collect()
}

/// Returns the user's columns, from the left, as long as they leave space for the names.
fn fitting(width: u16, chosen: &[Column]) -> Vec<&'static ColumnSpec> {
    let mut columns: Vec<&ColumnSpec> = Vec::new();
    for column in chosen {
        columns.extend(SPECS.iter().find(|spec| spec.column == *column));
        if MARGIN + NAME_WIDTHS.0 + taken(&columns) > width {
            columns.pop();
            break;
        }
    }
    columns
}

/// Returns whether a column measures what a failing monitor no longer does.
const fn is_measurement(column: Column) -> bool {
    matches!(
        column,
        Column::Avg
            | Column::P95
            | Column::Beats
            | Column::Uptime
            | Column::Quality
            | Column::Presence
    )
}

fn taken(columns: &[&ColumnSpec]) -> u16 {
    columns.iter().map(|spec| spec.gap + spec.width).sum()
}

fn kind(_: &View, row: &Row, _: u16) -> Line<'static> {
    row.meta.kind.short().into()
}

fn group(_: &View, row: &Row, _: u16) -> Line<'static> {
    Line::from(
        row.meta
            .group
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
    )
}

fn last(view: &View, row: &Row, _: u16) -> Line<'static> {
    row.last_beat
        .map_or_else(|| absent(view), |at| words::age(view.now.since(at)).into())
}

fn next(view: &View, row: &Row, width: u16) -> Line<'static> {
    progress::line(view, row, width)
}

fn latency(view: &View, row: &Row, p95: bool) -> Line<'static> {
    let Some(summary) = row.latency else {
        return absent(view);
    };
    let latency = if p95 { summary.p95 } else { summary.avg };
    let slow = row
        .policy
        .latency
        .warning
        .is_some_and(|limit| latency > limit);
    Span::styled(
        words::target_latency(row, latency),
        if slow {
            view.theme.warning()
        } else {
            Style::new()
        },
    )
    .into()
}

/// Polls count failures instead.
fn missed(view: &View, row: &Row, _: u16) -> Line<'static> {
    match row.policy.rhythm {
        Rhythm::Poll => absent(view),
        Rhythm::Subscription => short_count(row.missed).into(),
    }
}

fn uptime(view: &View, row: &Row, _: u16) -> Line<'static> {
    row.uptime(view.now)
        .map_or_else(|| absent(view), |share| words::percent(share).into())
}

fn month(view: &View, row: &Row, _: u16) -> Line<'static> {
    let share = view.ui.past.availability(&row.meta.name);
    share.map_or_else(|| absent(view), |share| words::percent(share).into())
}

fn quality(view: &View, row: &Row, _: u16) -> Line<'static> {
    view.theme.glyphs.quality(row.quality).into()
}

fn presence(view: &View, row: &Row, _: u16) -> Line<'static> {
    row.presence(view.now)
        .map_or_else(|| absent(view), |presence| presence.as_str().into())
}

fn reason(_: &View, row: &Row, width: u16) -> Line<'static> {
    trouble::reason(row, width).into()
}

fn since(view: &View, row: &Row, _: u16) -> Line<'static> {
    words::age(view.now.since(row.since)).into()
}

fn certificate(view: &View, row: &Row, _: u16) -> Line<'static> {
    let Some(certificate) = &row.connection.certificate else {
        return absent(view);
    };
    let now = view.snapshot.wall(view.now);
    let left = Duration::try_from(now.duration_until(certificate.not_after)).unwrap_or_default();
    let limits = row.policy.certificate;
    let is_below = |limit: Option<Duration>| limit.is_some_and(|limit| left <= limit);
    let style = if is_below(limits.error) {
        view.theme.error()
    } else if is_below(limits.warning) {
        view.theme.warning()
    } else {
        Style::new()
    };
    let text = if left.is_zero() {
        "expired".to_owned()
    } else {
        words::short_age(left)
    };
    Span::styled(text, style).into()
}

fn tags(view: &View, row: &Row, width: u16) -> Line<'static> {
    let tags: Vec<&str> = row.meta.tags.iter().map(|tag| tag.as_str()).collect();
    fit(&tags.join(", "), width, view.theme.glyphs)
        .into_owned()
        .into()
}

fn absent(view: &View) -> Line<'static> {
    Span::styled(view.theme.glyphs.absent(), view.theme.dim()).into()
}
