//! Places in the source text.

use std::ops::Range;

/// A range of bytes of the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Configs are limited to far less than the 4 GiB that fit.
    pub fn new(start: usize, end: usize) -> Span {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span {
            start: narrow(start),
            end: narrow(end),
        }
    }

    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The starts of the lines of a text, because every monitor of a long file needs its line.
pub struct LineIndex(Vec<usize>);

impl LineIndex {
    pub fn new(text: &str) -> LineIndex {
        LineIndex(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// Returns the line in which a place begins, counted from 1.
    pub fn of(&self, span: Span) -> u32 {
        let before = self.0.partition_point(|end| *end < span.range().start);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}

/// Returns the place of a part of a scalar's text. The place is exact if the source has the text
/// without escapes or folding; else it is the whole scalar.
pub fn span_of_part(source: &str, span: Span, text: &str, part: Range<usize>) -> Span {
    let written = source.get(span.range()).unwrap_or("");
    if let Some(offset) = written.find(text) {
        let start = span.range().start + offset;
        return Span::new(start + part.start, start + part.end);
    }
    // Folded or escaped: the part may still appear exactly once.
    match text
        .get(part)
        .map(|part| (part.len(), written.match_indices(part).collect::<Vec<_>>()))
    {
        Some((length, found)) if length > 0 && found.len() == 1 => {
            let start = span.range().start + found.first().map_or(0, |(at, _)| *at);
            Span::new(start, start + length)
        }
        _ => span,
    }
}
