//! Display options: how the picture shows things, not what it shows.

use std::time::Duration;

use crate::prefs::Column;
use crate::tui::theme::Theme;

/// How the screen shows moments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockMode {
    /// As the time of day in the user's time zone.
    #[default]
    Local,
    Utc,
    /// As an age.
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

/// The time that the chart covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartSpan(usize);

impl ChartSpan {
    /// The possible spans, in minutes.
    const STEPS: [u64; 11] = [1, 2, 5, 10, 30, 60, 360, 1_440, 10_080, 43_200, 129_600];
    /// The number of spans that need no history.
    const SESSION_STEPS: usize = 8;
    /// The first span that comes from the history, if there is one: a day.
    const FIRST_OF_HISTORY: usize = 7;
    /// The default: 10 minutes.
    const USUAL: ChartSpan = ChartSpan(3);

    pub fn duration(self) -> Duration {
        Duration::from_secs(60 * ChartSpan::STEPS.get(self.0).copied().unwrap_or(10))
    }

    /// Returns the chosen span. While the span is the default, returns the longest span that the
    /// `known` history fills.
    pub fn fitting(self, known: Duration) -> Duration {
        if self != ChartSpan::USUAL {
            return self.duration();
        }
        let spans = (0..ChartSpan::SESSION_STEPS).map(|place| ChartSpan(place).duration());
        spans
            .rev()
            .find(|span| *span <= known)
            .unwrap_or(ChartSpan(0).duration())
    }

    pub const fn shorter(self) -> ChartSpan {
        ChartSpan(self.0.saturating_sub(1))
    }

    /// `history`: there is one.
    pub fn longer(self, history: bool) -> ChartSpan {
        let steps = if history {
            ChartSpan::STEPS.len()
        } else {
            ChartSpan::SESSION_STEPS
        };
        ChartSpan((self.0 + 1).min(steps - 1))
    }

    /// Returns the chosen span if it comes from the history.
    pub fn of_history(self) -> Option<Duration> {
        (self.0 >= ChartSpan::FIRST_OF_HISTORY).then(|| self.duration())
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
    /// Columns of the table. `None`: the width of the screen decides.
    pub columns: Option<Vec<Column>>,
    /// No animation of heartbeats.
    pub reduce_motion: bool,
    /// Show the events beside the lower pane.
    pub events: bool,
    /// The lower pane fills the screen; in the detail view, the chart does.
    pub zoom: bool,
    /// Capture the mouse: it selects and scrolls, and the terminal's own selection is off.
    pub mouse: bool,
}
