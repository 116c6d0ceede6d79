//! A list of labels and values.

use std::iter;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::text::wrap;
use crate::tui::view::View;

/// Width of the labels with a space after them, in columns.
pub(super) const LABEL_WIDTH: u16 = 12;
/// Minimum width for labels, in columns.
const MIN_WIDTH_LABELS: u16 = 30;

pub(super) struct Fact {
    pub label: &'static str,
    pub value: Line<'static>,
}

pub(super) fn fact(label: &'static str, value: impl Into<Line<'static>>) -> Fact {
    Fact {
        label,
        value: value.into(),
    }
}

/// Formats facts as lines of a given width. A plain value that is too long continues on the next
/// line.
pub(super) fn lines(view: &View, facts: Vec<Fact>, width: u16) -> Vec<Line<'static>> {
    let labels = if width < MIN_WIDTH_LABELS {
        0
    } else {
        LABEL_WIDTH
    };
    let value_width = width.saturating_sub(labels);
    let mut lines = Vec::new();
    for Fact { label, value } in facts {
        let values = match value.spans.as_slice() {
            [plain] if plain.style == Style::new() => wrap(&plain.content, value_width)
                .into_iter()
                .map(Line::from)
                .collect(),
            _ => vec![value],
        };
        lines.extend(
            values
                .into_iter()
                .zip([label].into_iter().chain(iter::repeat("")))
                .map(|(value, label)| {
                    let label = if labels == 0 {
                        String::new()
                    } else {
                        format!("{label:<width$}", width = usize::from(labels))
                    };
                    let mut line = Line::from(Span::styled(label, view.theme.dim()));
                    line.extend(value.spans);
                    line
                }),
        );
    }
    lines
}
