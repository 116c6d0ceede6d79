//! The fleet as one line: the length of each segment is the share of its status.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::model::{Counts, Status};
use crate::tui::text::put;
use crate::tui::view::View;

/// The order of the segments, from left to right.
const ORDER: [Status; 5] = [
    Status::Healthy,
    Status::Paused,
    Status::Unknown,
    Status::Warning,
    Status::Error,
];

pub(crate) fn draw(view: &View, area: Rect, buffer: &mut Buffer) {
    let theme = view.theme;
    let spans = shares(&view.snapshot.counts, area.width)
        .into_iter()
        .map(|(status, width)| {
            Span::styled(
                theme.glyphs.stretch(status).repeat(usize::from(width)),
                theme.status(status),
            )
        });
    put(buffer, area, Line::from_iter(spans), theme.glyphs);
}

/// Returns the number of columns for each status; their sum is `width`. A status with at least one
/// monitor gets at least one column, so that a single error of ten thousand is visible.
fn shares(counts: &Counts, width: u16) -> Vec<(Status, u16)> {
    let total = counts.total() as u64;
    let width = u64::from(width);
    let present: Vec<(Status, u64)> = ORDER
        .into_iter()
        .map(|status| (status, counts.of(status) as u64))
        .filter(|(_, count)| *count > 0)
        .collect();
    if total == 0 || width < present.len() as u64 {
        return Vec::new();
    }
    let mut shares: Vec<(Status, u64)> = present
        .iter()
        .map(|(status, count)| (*status, (count * width / total).max(1)))
        .collect();
    // The greatest share absorbs the rounding error, where it is least visible.
    let used: u64 = shares.iter().map(|(_, share)| share).sum();
    if let Some((_, greatest)) = shares.iter_mut().max_by_key(|(_, share)| *share) {
        *greatest = (*greatest + width).saturating_sub(used);
    }
    shares
        .into_iter()
        .map(|(status, share)| (status, u16::try_from(share).unwrap_or(u16::MAX)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(healthy: usize, warning: usize, error: usize, width: u16) -> Vec<u16> {
        let counts = Counts {
            healthy,
            warning,
            error,
            ..Counts::default()
        };
        shares(&counts, width)
            .into_iter()
            .map(|(_, share)| share)
            .collect()
    }

    #[test]
    fn shares_fill_the_line_and_no_status_is_lost() {
        assert_eq!(widths(10, 2, 2, 100), [72, 14, 14]);
        assert_eq!(widths(9_999, 0, 1, 80), [79, 1]);
        assert_eq!(widths(1, 1, 9_998, 10), [1, 1, 8]);
        assert_eq!(widths(5, 1, 1, 2), [] as [u16; 0]);
        assert_eq!(widths(0, 0, 0, 80), [] as [u16; 0]);
    }
}
