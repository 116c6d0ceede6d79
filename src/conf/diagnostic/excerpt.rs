//! Errors with the lines of the config that they are about.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{ConfigError, Diagnostic, DiagnosticStyle, clean};
use crate::conf::codes::Severity;
use crate::conf::mask;
use crate::conf::sources::Position;
use crate::conf::span::Span;

/// Places farther apart than this, in bytes, are shown as two excerpts. Lines of twice this length
/// are not shown.
const LONGEST_SNIPPET: usize = 32 << 10;

/// The name of a secret is sought this far above an excerpt, in bytes.
const LONGEST_BLOCK: usize = 256 << 10;

impl ConfigError {
    pub(super) fn full(&self, problem: &Diagnostic, style: &DiagnosticStyle) -> String {
        let code = problem.code.to_string();
        let level = match problem.code.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = Group::with_title(level.primary_title(problem.title.as_str()).id(code));
        match &problem.primary {
            Some((span, label)) => {
                let file = |span: Span| self.sources.index(span.range().start);
                let close = |other: Span| {
                    file(other) == file(*span)
                        && other.range().start.abs_diff(span.range().start) < LONGEST_SNIPPET
                };
                let (context, far): (Vec<_>, Vec<_>) =
                    problem.context.iter().partition(|(other, _)| close(*other));
                let near = problem.near.map(|near| (near, AnnotationKind::Visible, ""));
                let context = context
                    .into_iter()
                    .map(|(span, label)| (*span, AnnotationKind::Context, label.as_str()));
                let marks = [(*span, AnnotationKind::Primary, label.as_str())]
                    .into_iter()
                    .chain(context)
                    .chain(near);
                group = self.show(group, &marks.collect::<Vec<_>>());
                for (span, label) in far {
                    group = self.show(group, &[(*span, AnnotationKind::Context, label)]);
                }
            }
            None if self.sources.name().is_empty() => {}
            None => group = group.element(Origin::path(clean(self.sources.name()))),
        }
        for note in &problem.notes {
            group = group.element(Level::NOTE.message(clean(note)));
        }
        for help in &problem.helps {
            group = group.element(Level::HELP.message(clean(help)));
        }
        let renderer = if style.color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let decor = if style.ascii {
            DecorStyle::Ascii
        } else {
            DecorStyle::Unicode
        };
        renderer
            .decor_style(decor)
            .term_width(style.width)
            .render(&[group])
    }

    /// Adds the lines from the first mark to the last, which are in one file. Only these are handed
    /// to the renderer, which reads all that it gets; of very long ones only the place of the first
    /// mark is named.
    fn show<'g>(&self, group: Group<'g>, marks: &[(Span, AnnotationKind, &str)]) -> Group<'g> {
        let ranges = || marks.iter().map(|(span, ..)| span.range());
        let first = ranges().map(|range| range.start).min().unwrap_or(0);
        let last = ranges().map(|range| range.end).max().unwrap_or(0);
        let file = self.sources.range(self.sources.index(first));
        let (first, last) = (first.min(file.end), last.min(file.end));
        let text = self.sources.text();
        let start = text
            .get(file.start..first)
            .and_then(|before| before.rfind('\n'))
            .map_or(file.start, |at| file.start + at + 1);
        let end = text
            .get(last..file.end)
            .and_then(|behind| behind.find('\n'))
            .map_or(file.end, |at| last + at);
        let Some(window) = text
            .get(start..end)
            .filter(|window| window.len() <= 2 * LONGEST_SNIPPET)
        else {
            let first = marks.first().map(|(span, ..)| *span).unwrap_or_default();
            let Position { file, line, column } = self.sources.position(first);
            return group.element(Origin::path(clean(file)).line(line).char_column(column));
        };
        let above = start.saturating_sub(LONGEST_BLOCK).max(file.start);
        let above = text.floor_char_boundary(above);
        let read = text.get(above..end).unwrap_or_default();
        let blocks = mask::block_values(read).into_iter().map(|block| {
            let range = block.range();
            Span::new(above + range.start, above + range.end)
        });
        let masks: Vec<Span> = self
            .masks
            .iter()
            .copied()
            .chain(blocks)
            .filter_map(|mask| within(mask, start, end))
            .collect();
        let Position { file, line, .. } = self.sources.position(Span::new(start, start));
        let mut snippet = Snippet::source(mask::apply(window, &masks))
            .line_start(line)
            .path(clean(file));
        for (span, kind, label) in marks {
            let range = span.range().start.clamp(start, end) - start
                ..span.range().end.clamp(start, end) - start;
            let label = (!label.is_empty()).then(|| clean(label));
            snippet = snippet.annotation(kind.span(range).label(label));
        }
        group.element(snippet)
    }
}

/// Returns the part of a span inside a window, relative to the window's start.
fn within(span: Span, start: usize, end: usize) -> Option<Span> {
    let (from, to) = (span.range().start.max(start), span.range().end.min(end));
    (from < to).then(|| Span::new(from - start, to - start))
}
