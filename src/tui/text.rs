//! Text in terminal columns: measuring, shortening, wrapping and writing it into an area.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::theme::Glyphs;

/// Returns the number of columns that a text takes.
pub(super) fn columns(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// Shortens a text to `width` columns, with an ellipsis in the last column.
pub(super) fn fit(text: &str, width: u16, glyphs: Glyphs) -> Cow<'_, str> {
    if columns(text) <= width {
        return Cow::Borrowed(text);
    }
    let Some(space) = width.checked_sub(1) else {
        return Cow::Borrowed("");
    };
    // Each prefix is measured as a whole, because the width of a character can depend on the ones
    // before it.
    let ends = text.char_indices().map(|(start, c)| start + c.len_utf8());
    let head = ends
        .map_while(|end| text.get(..end).filter(|head| columns(head) <= space))
        .last()
        .unwrap_or("");
    Cow::Owned(format!("{head}{}", glyphs.ellipsis()))
}

/// Writes one line into the first row of an area, shortened to its width. Does nothing outside the
/// screen.
pub(super) fn put<'a>(buffer: &mut Buffer, area: Rect, line: impl Into<Line<'a>>, glyphs: Glyphs) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let mut x = area.x;
    for span in line.into().spans {
        let space = area.right() - x;
        let text = fit(&span.content, space, glyphs);
        let cut = text != span.content;
        x = buffer
            .set_stringn(x, area.y, text, usize::from(space), span.style)
            .0;
        if cut {
            break;
        }
    }
}

/// Writes one line into the first row of an area, aligned to its right edge.
pub(super) fn put_right<'a>(
    buffer: &mut Buffer,
    area: Rect,
    line: impl Into<Line<'a>>,
    glyphs: Glyphs,
) {
    let line = line.into();
    let space = area
        .width
        .saturating_sub(u16::try_from(line.width()).unwrap_or(u16::MAX));
    put(
        buffer,
        Rect {
            x: area.x.saturating_add(space),
            width: area.width - space,
            ..area
        },
        line,
        glyphs,
    );
}

/// Writes two lines into one row. The right one is shown whole or not at all; the left one is
/// shortened to the remaining width.
pub(super) fn put_both<'a>(
    buffer: &mut Buffer,
    area: Rect,
    left: Line<'a>,
    right: Line<'a>,
    glyphs: Glyphs,
) {
    let wanted = u16::try_from(right.width() + 1).unwrap_or(u16::MAX);
    let shown =
        wanted <= area.width / 2 || usize::from(wanted) + left.width() <= usize::from(area.width);
    let space = if shown {
        area.width - wanted
    } else {
        area.width
    };
    put(
        buffer,
        Rect {
            width: space,
            ..area
        },
        left,
        glyphs,
    );
    if shown {
        put_right(buffer, area, right, glyphs);
    }
}

/// Breaks a text into lines of at most `width` columns: at spaces, and a longer word anywhere.
pub(super) fn wrap(text: &str, width: u16) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line)
                if columns(line)
                    .saturating_add(1)
                    .saturating_add(columns(word))
                    <= width =>
            {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.extend(broken(word, width)),
        }
    }
    lines
}

/// Breaks a word into lines of at most `width` columns, but of at least one character.
fn broken(word: &str, width: u16) -> Vec<String> {
    let mut lines = vec![String::new()];
    for c in word.chars() {
        let Some(line) = lines.last_mut() else { break };
        line.push(c);
        if columns(line) > width && line.len() > c.len_utf8() {
            line.pop();
            lines.push(c.to_string());
        }
    }
    lines
}

/// Returns the `n`th row of an area, from 0; empty below its end.
pub(super) fn row(area: Rect, n: u16) -> Rect {
    Rect {
        y: area.y.saturating_add(n),
        height: u16::from(n < area.height),
        ..area
    }
}

/// Returns the rest of an area below its first rows.
pub(super) fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect {
        y: area.y.saturating_add(rows),
        height: area.height - rows,
        ..area
    }
}

/// Formats a number with thousands separated by spaces: `22 101`.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// Formats a number in at most four columns: `9999`, `11k`, `3M`.
pub(super) fn short_count(number: u64) -> String {
    match number {
        0..10_000 => number.to_string(),
        10_000..1_000_000 => format!("{}k", number / 1_000),
        1_000_000..1_000_000_000 => format!("{}M", number / 1_000_000),
        _ => format!("{}G", number / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_by_columns_not_by_characters() {
        assert_eq!(fit("orders-ws", 9, Glyphs::Unicode), "orders-ws");
        assert_eq!(fit("orders-ws", 6, Glyphs::Unicode), "order…");
        assert_eq!(fit("日本語の監視", 6, Glyphs::Unicode), "日本…");
        assert_eq!(fit("日本語の監視", 5, Glyphs::Ascii), "日本~");
        assert_eq!(
            fit("e\u{301}e\u{301}e\u{301}e\u{301}", 3, Glyphs::Unicode),
            "e\u{301}e\u{301}…"
        );
        assert_eq!(fit("日", 1, Glyphs::Unicode), "…");
        assert_eq!(fit("日", 0, Glyphs::Unicode), "");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(
            [0, 999, 1000, 22_101, 1_000_000].map(count),
            ["0", "999", "1 000", "22 101", "1 000 000"]
        );
    }

    #[test]
    fn a_short_count_has_four_columns() {
        assert_eq!(
            [0, 9_999, 10_000, 999_999, 1_000_000, 2_500_000_000].map(short_count),
            ["0", "9999", "10k", "999k", "1M", "2G"]
        );
    }

    #[test]
    fn long_sentences_break_at_spaces_and_long_words_anywhere() {
        assert_eq!(
            wrap("connection reset by peer", 12),
            ["connection", "reset by", "peer"]
        );
        assert_eq!(wrap("got abcdefgh", 4), ["got", "abcd", "efgh"]);
        assert_eq!(wrap("日本", 3), ["日", "本"]);
        assert_eq!(wrap("日本", 1), ["日", "本"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
