//! What stands where on a screen of a given size. Nothing is too small: rooms fall away, the worst rows stay.

use ratatui::layout::Rect;

/// Empty rectangles are rooms that fell away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    pub header: Rect,
    pub titles: Rect,
    pub table: Rect,
    pub detail: Rect,
    pub events: Rect,
    pub footer: Rect,
}

/// From this height on there is a table with titles and a pane below it.
const ROOMY: u16 = 16;
/// From this width on events stand beside the detail.
const WIDE: u16 = 96;

impl Layout {
    /// `rows`: how many monitors there are; what they leave free goes to the pane. `detail`: it takes the table's place.
    pub fn new(area: Rect, rows: usize, detail: bool) -> Layout {
        let roomy = area.height >= ROOMY;
        let header = if roomy { 4 } else { 1 };
        let footer = u16::from(area.height >= 6);
        let (top, body, bottom) = cut(area, header, footer);
        let layout = Layout { header: top, footer: bottom, ..Layout::default() };
        if detail {
            return layout.with_pane(body);
        }
        if !roomy {
            return Layout { table: body, ..layout };
        }
        let rows = u16::try_from(rows).unwrap_or(u16::MAX).max(1);
        let usual = if area.height < 26 { 4 } else { area.height * 3 / 10 };
        let pane = body.height.saturating_sub(rows.saturating_add(1)).max(usual);
        let (titles, table, pane) = cut(body, 1, pane);
        Layout { titles, table, ..layout }.with_pane(pane)
    }

    fn with_pane(self, pane: Rect) -> Layout {
        if pane.width < WIDE {
            return Layout { detail: pane, ..self };
        }
        let left = pane.width / 2;
        let detail = Rect { width: left, ..pane };
        Layout { detail, events: Rect { x: pane.x + left, width: pane.width - left, ..pane }, ..self }
    }
}

/// Takes rows from the top, then from the bottom, as far as there are any.
fn cut(area: Rect, top: u16, bottom: u16) -> (Rect, Rect, Rect) {
    let top = top.min(area.height);
    let bottom = bottom.min(area.height - top);
    let at = |y: u16, height: u16| Rect { y: area.y.saturating_add(y), height, ..area };
    (at(0, top), at(top, area.height - top - bottom), at(area.height - bottom, bottom))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_fill_the_screen_and_stay_inside_at_any_size() {
        for height in 0..80 {
            for width in [0, 1, 40, 80, 96, 200] {
                for (rows, detail) in [(0, false), (1, false), (14, true), (10_000, false)] {
                    let area = Rect::new(0, 0, width, height);
                    let Layout { header, titles, table, detail, events, footer } = Layout::new(area, rows, detail);
                    let rooms = [header, titles, table, detail, events, footer];
                    let cells: u32 = rooms.iter().map(|room| room.area()).sum();
                    assert_eq!(cells, area.area(), "{width}x{height} {rows}");
                    assert!(rooms.iter().all(|room| room.is_empty() || area.union(*room) == area));
                }
            }
        }
    }
}
