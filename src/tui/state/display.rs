//! How things are shown: everything that a key changes about the picture and not about what is in
//! it.

use std::time::Duration;

use crate::prefs::Column;
use crate::tui::theme::Theme;

/// How moments are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockMode {
    /// Time of day in the user's zone.
    #[default]
    Local,
    Utc,
    /// How long ago.
    Age,
}

impl ClockMode {
    #[must_use]
    pub const fn next(self) -> ClockMode {
        match self {
            ClockMode::Local => ClockMode::Utc,
            ClockMode::Utc => ClockMode::Age,
            ClockMode::Age => ClockMode::Local,
        }
    }
}

/// How much time the chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartSpan(usize);

impl ChartSpan {
    /// In minutes.
    const STEPS: [u64; 8] = [1, 2, 5, 10, 30, 60, 360, 1440];
    /// Ten minutes.
    const USUAL: ChartSpan = ChartSpan(3);

    pub fn duration(self) -> Duration {
        Duration::from_secs(60 * ChartSpan::STEPS.get(self.0).copied().unwrap_or(10))
    }

    /// What is chosen, or, until then, as much as is known: the longest span that history fills.
    pub fn fitting(self, known: Duration) -> Duration {
        if self != ChartSpan::USUAL {
            return self.duration();
        }
        let spans = (0..ChartSpan::STEPS.len()).map(|place| ChartSpan(place).duration());
        spans
            .rev()
            .find(|span| *span <= known)
            .unwrap_or(ChartSpan(0).duration())
    }

    pub const fn shorter(self) -> ChartSpan {
        ChartSpan(self.0.saturating_sub(1))
    }

    pub fn longer(self) -> ChartSpan {
        ChartSpan((self.0 + 1).min(ChartSpan::STEPS.len() - 1))
    }
}

impl Default for ChartSpan {
    fn default() -> ChartSpan {
        ChartSpan::USUAL
    }
}

#[derive(Clone, Debug)]
pub struct DisplayOptions {
    pub theme: Theme,
    pub clock: ClockMode,
    pub span: ChartSpan,
    /// Columns of the table. `None`: by the width of the screen.
    pub columns: Option<Vec<Column>>,
    /// Nothing changes its shape for a heartbeat.
    pub reduce_motion: bool,
    /// The events stand beside the lower pane.
    pub events: bool,
    /// The lower pane, in the detail the chart, takes all the room.
    pub zoom: bool,
    /// The mouse selects and scrolls, and the terminal's own selection is off.
    pub mouse: bool,
}
