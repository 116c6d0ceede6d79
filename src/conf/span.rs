//! Places in the source text.

use std::ops::Range;

/// A range of bytes of the source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Configs are far smaller than the 4 GiB that this could hold.
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

/// Where the lines of a text begin: asked for every monitor of a long file.
pub struct LineIndex(Vec<usize>);

impl LineIndex {
    pub fn new(text: &str) -> LineIndex {
        LineIndex(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line that a place begins in, from 1.
    pub fn of(&self, span: Span) -> u32 {
        let before = self.0.partition_point(|end| *end < span.range().start);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}

/// Where a part of a scalar's text stands in the source: exactly, if the text stands there as it is
/// (no escapes, no folding), else the whole scalar.
pub fn span_of_part(source: &str, span: Span, text: &str, part: Range<usize>) -> Span {
    let written = source.get(span.range()).unwrap_or("");
    if let Some(offset) = written.find(text) {
        let start = span.range().start + offset;
        return Span::new(start + part.start, start + part.end);
    }
    // Folded or escaped: the part itself may still stand there only once.
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
