//! Rules and boxes with titles.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::text::{put, put_right, row};
use crate::tui::theme::Theme;

/// Draws `── orders-ws ────────── ws ──`, without the right part if it does not fit.
pub(super) fn rule(area: Rect, left: Vec<Span>, right: &str, theme: Theme, buffer: &mut Buffer) {
    let glyphs = theme.glyphs;
    let level = glyphs.frame().level;
    let dim = |text: String| Span::styled(text, theme.dim());
    put(
        buffer,
        row(area, 0),
        dim(level.repeat(area.width.into())),
        glyphs,
    );
    if left.is_empty() {
        return;
    }
    let mut line = Line::from(dim(format!("{} ", level.repeat(2))));
    line.extend(left);
    line.push_span(Span::raw(" "));
    let title = u16::try_from(line.width()).unwrap_or(u16::MAX);
    put(buffer, row(area, 0), line, glyphs);
    let right = Line::from(dim(format!(" {right} {}", level.repeat(2))));
    if right.width() > 4 && usize::from(title) + right.width() < usize::from(area.width) {
        put_right(buffer, row(area, 0), right, glyphs);
    }
}

/// Returns the area inside a box, one column away from its sides. Empty if the box is too small.
pub(super) const fn inside(area: Rect) -> Rect {
    if area.height < 3 || area.width < 8 {
        return Rect {
            width: 0,
            height: 0,
            ..area
        };
    }
    Rect {
        x: area.x + 2,
        y: area.y + 1,
        width: area.width - 4,
        height: area.height - 2,
    }
}

/// Draws a box and returns the area inside it. A box that is too small is not drawn.
pub(super) fn boxed(
    area: Rect,
    title: &str,
    note: &str,
    theme: Theme,
    buffer: &mut Buffer,
) -> Rect {
    let interior = inside(area);
    if interior.is_empty() {
        return interior;
    }
    let glyphs = theme.glyphs;
    let frame = glyphs.frame();
    let [top_left, top_right, bottom_left, bottom_right] = frame.corners;
    let dim = |text: String| Span::styled(text, theme.dim());
    let across = frame.level.repeat(usize::from(area.width - 2));
    let top = row(area, 0);
    let bottom = row(area, area.height - 1);
    put(
        buffer,
        top,
        dim(format!("{top_left}{across}{top_right}")),
        glyphs,
    );
    put(
        buffer,
        bottom,
        dim(format!("{bottom_left}{across}{bottom_right}")),
        glyphs,
    );
    for n in 1..area.height - 1 {
        let line = row(area, n);
        put(
            buffer,
            Rect { width: 1, ..line },
            dim(frame.upright.to_owned()),
            glyphs,
        );
        put_right(buffer, line, dim(frame.upright.to_owned()), glyphs);
    }
    let edge = Rect {
        x: area.x + 1,
        width: area.width - 2,
        ..top
    };
    let titled = Line::raw(format!(" {title} "));
    let noted = dim(format!(" {note} {}", frame.level));
    let free = usize::from(edge.width).saturating_sub(titled.width());
    put(buffer, edge, titled, glyphs);
    if !note.is_empty() && noted.width() < free {
        put_right(buffer, edge, noted, glyphs);
    }
    interior
}
