//! Keeps the end of an output in limited memory.

use std::collections::VecDeque;

/// Keeps the last `limit` bytes of its input.
#[derive(Debug)]
pub(super) struct Tail {
    limit: usize,
    bytes: VecDeque<u8>,
}

impl Tail {
    pub(super) fn new(limit: usize) -> Tail {
        Tail {
            limit,
            bytes: VecDeque::new(),
        }
    }

    pub(super) fn push(&mut self, piece: &[u8]) {
        let piece = piece
            .get(piece.len().saturating_sub(self.limit)..)
            .unwrap_or(piece);
        let spare = (self.bytes.len() + piece.len()).saturating_sub(self.limit);
        self.bytes.drain(..spare);
        self.bytes.extend(piece);
    }

    /// Returns the bytes as text. U+FFFD replaces cut characters and invalid UTF-8.
    pub(super) fn text(&self) -> String {
        let (head, rest) = self.bytes.as_slices();
        String::from_utf8_lossy(&[head, rest].concat()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bytes_stay() {
        let mut tail = Tail::new(5);
        for (piece, text) in [
            ("", ""),
            ("abc", "abc"),
            ("def", "bcdef"),
            ("0123456789", "56789"),
            ("é", "789é"),
        ] {
            tail.push(piece.as_bytes());
            assert_eq!(tail.text(), text);
        }
        tail.push("xxxx".as_bytes());
        assert_eq!(tail.text(), "\u{fffd}xxxx");
    }
}
