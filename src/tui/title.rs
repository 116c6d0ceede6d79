//! The title of the terminal window: the state of the fleet, for a window out of sight.

use crate::model::{Counts, Status};

use super::theme::Glyphs;

/// Returns `✗ 2/25 hbmon`: the worst status, how many have it, and of how many.
pub(super) fn title(counts: &Counts, glyphs: Glyphs) -> String {
    let total = counts.total();
    if total == 0 {
        return "hbmon".to_owned();
    }
    let worst = counts.worst();
    let watched = if worst == Status::Paused {
        total
    } else {
        total - counts.paused
    };
    let glyph = glyphs.status(worst);
    format!("{glyph} {}/{watched} hbmon", counts.of(worst))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_status_is_in_the_title() {
        let counts = |healthy, error, paused| Counts {
            healthy,
            error,
            paused,
            ..Counts::default()
        };
        for (counts, wanted) in [
            (counts(23, 2, 0), "✗ 2/25 hbmon"),
            (counts(25, 0, 3), "● 25/25 hbmon"),
            (counts(0, 0, 3), "‖ 3/3 hbmon"),
            (counts(0, 0, 0), "hbmon"),
        ] {
            assert_eq!(title(&counts, Glyphs::Unicode), wanted);
        }
        assert_eq!(title(&counts(1, 1, 0), Glyphs::Ascii), "x 1/2 hbmon");
    }
}
