//! Parses paths: their segments and selectors (RFC 9535, section 2.3).

use super::super::ast::{Path, PathSelector, PathStart, Segment};
use super::super::{ExpressionError, foreign_syntax};
use super::Parser;

impl Parser<'_> {
    /// Parses a path, which begins with `$` or `@`.
    pub(super) fn path(&mut self) -> Result<Path, ExpressionError> {
        let from = self.cursor.at;
        let start = match self.cursor.peek() {
            Some('@') => PathStart::Current,
            Some('$') if self.has_root => PathStart::Payload,
            Some('$') => return Err(foreign_syntax::root(from, self.nested > 0)),
            None => return Err(ExpressionError::early(from)),
            Some(_) => return Err(foreign_syntax::unexpected(&self.cursor)),
        };
        self.cursor.at += 1;
        let mut segments = Vec::new();
        let mut end = self.cursor.at;
        loop {
            self.cursor.spaces();
            let Some(segment) = self.segment(from)? else {
                break;
            };
            segments.push(segment);
            end = self.cursor.at;
        }
        self.cursor.at = end;
        Ok(Path {
            start,
            segments,
            text: self.cursor.slice(from..end).into(),
        })
    }

    fn segment(&mut self, path: usize) -> Result<Option<Segment>, ExpressionError> {
        let descends = self.cursor.take("..");
        if self.cursor.peek() == Some('[') {
            return self.brackets().map(|selectors| {
                Some(Segment {
                    descends,
                    selectors,
                })
            });
        }
        if !descends && !self.cursor.take(".") {
            return Ok(None);
        }
        let from = self.cursor.at;
        if self.cursor.take("*") {
            return Ok(Some(Segment {
                descends,
                selectors: vec![PathSelector::Wildcard],
            }));
        }
        let name = self.cursor.word();
        let starts = name
            .chars()
            .next()
            .is_some_and(|first| !first.is_ascii_digit());
        if let Some(mistake) = foreign_syntax::name(&self.cursor, path, from, starts) {
            return Err(mistake);
        }
        Ok(Some(Segment {
            descends,
            selectors: vec![PathSelector::Name(name.into())],
        }))
    }

    fn brackets(&mut self) -> Result<Vec<PathSelector>, ExpressionError> {
        self.deeper(|parser| {
            parser.expect("[")?;
            let mut selectors = Vec::new();
            loop {
                parser.cursor.spaces();
                selectors.push(parser.selector()?);
                parser.cursor.spaces();
                if !parser.cursor.take(",") {
                    break;
                }
            }
            parser.expect("]")?;
            Ok(selectors)
        })
    }

    fn selector(&mut self) -> Result<PathSelector, ExpressionError> {
        match self.cursor.peek() {
            None => Err(ExpressionError::early(self.cursor.at)),
            Some('"' | '\'') => self
                .cursor
                .quoted()
                .map(|name| PathSelector::Name(name.into())),
            Some('*') => {
                self.cursor.at += 1;
                Ok(PathSelector::Wildcard)
            }
            Some('?') => {
                self.cursor.at += 1;
                self.nested += 1;
                let condition = self.any();
                self.nested -= 1;
                condition.map(PathSelector::Filter)
            }
            Some('-' | ':' | '0'..='9') => self.index_or_slice(),
            Some(_) => Err(foreign_syntax::unexpected(&self.cursor)),
        }
    }

    fn index_or_slice(&mut self) -> Result<PathSelector, ExpressionError> {
        let start = self.bound()?;
        if !self.joined(":") {
            return start
                .map(PathSelector::Index)
                .ok_or_else(|| foreign_syntax::unexpected(&self.cursor));
        }
        self.cursor.spaces();
        let end = self.bound()?;
        let mut step = None;
        if self.joined(":") {
            self.cursor.spaces();
            step = self.bound()?;
        }
        Ok(PathSelector::Slice {
            start,
            end,
            step: step.unwrap_or(1),
        })
    }

    fn bound(&mut self) -> Result<Option<i64>, ExpressionError> {
        let is_number = matches!(self.cursor.peek(), Some('-' | '0'..='9'));
        if is_number {
            self.cursor.integer().map(Some)
        } else {
            Ok(None)
        }
    }
}
