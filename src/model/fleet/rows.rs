//! The rows of a snapshot, in pieces that are shared with the snapshot before, so that a snapshot
//! costs only what changed.

use std::ops::Index;
use std::sync::Arc;

use crate::model::target::row::Row;

/// Rows per piece: small enough that a few changed rows leave most pieces shared, and large enough
/// for few pieces.
const PIECE: usize = 16;

/// Rows in the order of the config. A clone copies one pointer per piece.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    /// All pieces are full, except the last.
    pieces: Vec<Arc<Vec<Arc<Row>>>>,
}

impl Rows {
    pub fn len(&self) -> usize {
        let full = self.pieces.len().saturating_sub(1) * PIECE;
        full + self.pieces.last().map_or(0, |last| last.len())
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub fn get(&self, place: usize) -> Option<&Arc<Row>> {
        self.pieces.get(place / PIECE)?.get(place % PIECE)
    }

    pub fn first(&self) -> Option<&Arc<Row>> {
        self.get(0)
    }

    pub fn iter(&self) -> Iter<'_> {
        self.into_iter()
    }

    /// Adds a row at the end.
    pub fn push(&mut self, row: Arc<Row>) {
        match self.pieces.last_mut().filter(|last| last.len() < PIECE) {
            Some(last) => Arc::make_mut(last).push(row),
            None => self.pieces.push(Arc::new(vec![row])),
        }
    }

    /// Replaces the row at an index. Does nothing beyond the end.
    pub fn set(&mut self, place: usize, row: Arc<Row>) {
        let piece = self
            .pieces
            .get_mut(place / PIECE)
            .filter(|piece| place % PIECE < piece.len());
        if let Some(piece) = piece {
            Arc::make_mut(piece)[place % PIECE] = row;
        }
    }
}

/// Iterator over the rows of a snapshot.
pub(crate) type Iter<'a> = std::iter::FlatMap<
    std::slice::Iter<'a, Arc<Vec<Arc<Row>>>>,
    std::slice::Iter<'a, Arc<Row>>,
    fn(&'a Arc<Vec<Arc<Row>>>) -> std::slice::Iter<'a, Arc<Row>>,
>;

impl<'a> IntoIterator for &'a Rows {
    type Item = &'a Arc<Row>;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.pieces.iter().flat_map(|piece| piece.iter())
    }
}

impl Index<usize> for Rows {
    type Output = Arc<Row>;

    fn index(&self, place: usize) -> &Arc<Row> {
        &self.pieces[place / PIECE][place % PIECE]
    }
}

impl FromIterator<Arc<Row>> for Rows {
    fn from_iter<I: IntoIterator<Item = Arc<Row>>>(rows: I) -> Rows {
        let mut all = Rows::default();
        rows.into_iter().for_each(|row| all.push(row));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::outcome::signal::TargetId;
    use crate::model::target::kind::Kind;
    use crate::model::target::meta::Meta;
    use crate::model::target::policy::{Policy, Rhythm};
    use crate::model::text::Text;

    fn row(id: usize) -> Arc<Row> {
        let meta = Meta::new(Text::default(), Kind::Http);
        let policy = Policy::with_interval(Rhythm::Poll, std::time::Duration::from_secs(1));
        Arc::new(Row::new(
            TargetId(id as u32),
            Arc::new(meta),
            Arc::new(policy),
        ))
    }

    fn ids(rows: &Rows) -> Vec<usize> {
        rows.iter().map(|row| row.id.0 as usize).collect()
    }

    #[test]
    fn it_is_a_list_of_any_length() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let rows: Rows = (0..length).map(row).collect();
            assert_eq!(ids(&rows), (0..length).collect::<Vec<_>>());
            assert_eq!((rows.len(), rows.is_empty()), (length, length == 0));
            assert_eq!(rows.first().is_some(), length > 0);
            assert!((0..length).all(|place| rows[place].id == rows.get(place).unwrap().id));
            assert!(rows.get(length).is_none());
        }
    }

    #[test]
    fn a_clone_stays_as_it_was_and_shares_what_did_not_change() {
        let mut rows: Rows = (0..3 * PIECE - 1).map(row).collect();
        let before = rows.clone();
        rows.set(PIECE, row(1_000));
        rows.set(3 * PIECE, row(2_000));
        rows.push(row(3_000));
        assert_eq!(ids(&before), (0..3 * PIECE - 1).collect::<Vec<_>>());
        assert_eq!(
            (ids(&rows)[PIECE], ids(&rows)[3 * PIECE - 1], rows.len()),
            (1_000, 3_000, 3 * PIECE)
        );
        let shared = |piece: usize| Arc::ptr_eq(&before.pieces[piece], &rows.pieces[piece]);
        assert_eq!([shared(0), shared(1), shared(2)], [true, false, false]);
    }
}
