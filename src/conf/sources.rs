//! The files of a config as one text, so that a place in any of them is one span.

use std::ops::Range;

use super::span::Span;

/// The config and the files that it includes, one behind the other.
#[derive(Clone, Default)]
pub struct Sources {
    text: String,
    /// In the order of their texts; the config is the first.
    files: Vec<SourceFile>,
}

#[derive(Clone)]
struct SourceFile {
    name: String,
    start: usize,
}

/// Line and column (in characters) of a file, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position<'s> {
    pub file: &'s str,
    pub line: usize,
    pub column: usize,
}

impl Sources {
    /// A config by the name that errors call it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Sources {
        Sources {
            text: text.into(),
            files: vec![SourceFile {
                name: name.into(),
                start: 0,
            }],
        }
    }

    /// Adds an included file.
    pub fn add(&mut self, name: impl Into<String>, text: &str) {
        self.text.push('\n');
        self.files.push(SourceFile {
            name: name.into(),
            start: self.text.len(),
        });
        self.text.push_str(text);
    }

    /// All texts in one.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The name of the config itself.
    pub fn name(&self) -> &str {
        self.files.first().map_or("", |file| &file.name)
    }

    /// Returns the range of each file; the config is the first.
    pub fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        (0..self.files.len()).map(|index| self.range(index))
    }

    /// The number of the file that a place is in; the config is 0.
    pub fn index(&self, at: usize) -> usize {
        self.files
            .partition_point(|file| file.start <= at)
            .saturating_sub(1)
    }

    /// The name of the file with a number.
    pub fn file(&self, index: usize) -> &str {
        self.files.get(index).map_or("", |file| &file.name)
    }

    /// Returns the range of the file with a number.
    pub fn range(&self, index: usize) -> Range<usize> {
        let start = self.files.get(index).map_or(0, |file| file.start);
        // Without the line break in front of the next file.
        let end = self.files.get(index + 1).map(|next| next.start - 1);
        start..end.unwrap_or(self.text.len())
    }

    pub fn position(&self, span: Span) -> Position<'_> {
        let index = self.index(span.range().start);
        let range = self.range(index);
        let end = span.range().start.min(range.end);
        let before = self.text.get(range.start..end).unwrap_or_default();
        Position {
            file: self.file(index),
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or("").chars().count() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_their_file() {
        let mut sources = Sources::new("a", "x\ny");
        sources.add("b", "");
        sources.add("c", "1\n\u{e9}2\n");
        let at = |found: &str| {
            let start = sources.text().find(found).unwrap();
            let Position { file, line, column } = sources.position(Span::new(start, start + 1));
            (file.to_owned(), line, column)
        };
        assert_eq!(at("y"), ("a".to_owned(), 2, 1));
        assert_eq!(at("2"), ("c".to_owned(), 2, 2));
        let ranges: Vec<_> = sources.ranges().collect();
        assert_eq!(ranges, [0..3, 4..4, 5..11]);
        assert_eq!(sources.file(sources.index(4)), "b");
    }
}
