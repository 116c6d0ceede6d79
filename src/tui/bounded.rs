//! A backend with a maximum size. A terminal that claims 20,000 × 20,000 cells would otherwise need
//! gigabytes of memory.

use std::io;

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// Maximum size of a picture, in cells. The rest of a larger terminal stays empty.
const MAX_SIZE: Size = Size {
    width: 1_000,
    height: 500,
};

/// A backend that reports at most the maximum size.
pub(super) struct BoundedBackend<B>(pub B);

fn bounded(size: Size) -> Size {
    Size {
        width: size.width.min(MAX_SIZE.width),
        height: size.height.min(MAX_SIZE.height),
    }
}

impl<B: Backend<Error = io::Error>> Backend for BoundedBackend<B> {
    type Error = io::Error;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> io::Result<()> {
        self.0.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.0.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.0.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.0.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.0.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.0.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.0.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.0.size().map(bounded)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let size = self.0.window_size()?;
        Ok(WindowSize {
            columns_rows: bounded(size.columns_rows),
            ..size
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_terminal_is_larger_than_what_is_drawn() {
        assert_eq!(
            bounded(Size {
                width: 20_000,
                height: 20_000
            }),
            MAX_SIZE
        );
        assert_eq!(
            bounded(Size {
                width: 80,
                height: 24
            }),
            Size {
                width: 80,
                height: 24
            }
        );
    }
}
