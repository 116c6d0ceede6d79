//! How much of the downtime that an objective allows is left, and how fast it is used.

use std::time::Duration;

use jiff::Timestamp;

use crate::history::period::{Period, whole_millis};
use crate::history::report::{SloRow, burn_rate};
use crate::history::times::{Timeline, Times};
use crate::model::Slo;

/// A time until now over which the burn rate is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BurnWindow {
    FiveMinutes,
    HalfHour,
    Hour,
    SixHours,
    ThreeDays,
}

impl BurnWindow {
    /// From the shortest to the longest.
    pub const ALL: [BurnWindow; 5] = [
        BurnWindow::FiveMinutes,
        BurnWindow::HalfHour,
        BurnWindow::Hour,
        BurnWindow::SixHours,
        BurnWindow::ThreeDays,
    ];

    pub const fn length(self) -> Duration {
        Duration::from_secs(match self {
            BurnWindow::FiveMinutes => 300,
            BurnWindow::HalfHour => 1_800,
            BurnWindow::Hour => 3_600,
            BurnWindow::SixHours => 21_600,
            BurnWindow::ThreeDays => 259_200,
        })
    }

    /// The name in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            BurnWindow::FiveMinutes => "5m",
            BurnWindow::HalfHour => "30m",
            BurnWindow::Hour => "1h",
            BurnWindow::SixHours => "6h",
            BurnWindow::ThreeDays => "3d",
        }
    }
}

/// How urgent the burn rates are. Ordered by urgency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BurnAlert {
    #[default]
    None,
    /// Somebody should look at it within days.
    Ticket,
    /// Somebody should look at it at once.
    Page,
}

/// Burn rates that are reached over a long and a short window, and what they call for. The long one
/// shows that it matters, the short one that it still happens (Google, The Site Reliability
/// Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts"). They are for a window of 30 d:
/// there 2 %, 5 % and 10 % of the budget are used when the long windows are over.
const BURN_RULES: [(f64, BurnWindow, BurnWindow, BurnAlert); 3] = [
    (
        14.4,
        BurnWindow::Hour,
        BurnWindow::FiveMinutes,
        BurnAlert::Page,
    ),
    (
        6.0,
        BurnWindow::SixHours,
        BurnWindow::HalfHour,
        BurnAlert::Page,
    ),
    (
        1.0,
        BurnWindow::ThreeDays,
        BurnWindow::SixHours,
        BurnAlert::Ticket,
    ),
];

/// How a monitor stands to its objective at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SloStanding {
    /// Over the window of the objective. `None` if no time in it was up or down.
    pub budget: Option<SloRow>,
    /// By [`BurnWindow::ALL`].
    burn: [Option<f64>; BurnWindow::ALL.len()],
}

impl SloStanding {
    /// Computes budget and burn rates from time in status, in one pass over the changes.
    pub fn at(now: Timestamp, slo: Slo, timeline: &Timeline<'_>) -> SloStanding {
        let lengths = BurnWindow::ALL.map(BurnWindow::length);
        let mut starts: Vec<_> = (lengths.into_iter().chain([slo.window]))
            .map(|length| Period::ending(now, length).since)
            .collect();
        starts.sort();
        let ends = starts.iter().skip(1).copied().chain([whole_millis(now)]);
        let parts: Vec<_> = (starts.iter().zip(ends))
            .map(|(&since, until)| Period::new(since, until))
            .collect();
        let split = timeline.split(&parts);
        let times = |length: Duration| {
            let since = Period::ending(now, length).since;
            let mut times = Times::default();
            for part in split.iter().filter(|part| part.period.since >= since) {
                times.merge(&part.times);
            }
            times
        };
        SloStanding {
            budget: SloRow::of(slo.millionths, &times(slo.window)),
            burn: lengths.map(|length| burn_rate(slo.millionths, &times(length))),
        }
    }

    /// Returns how many times faster than allowed the budget is used: 1 uses it up in just the
    /// window of the objective. `None` if no time in this window was up or down.
    pub fn burn(&self, window: BurnWindow) -> Option<f64> {
        let place = BurnWindow::ALL.iter().position(|&one| one == window)?;
        self.burn.get(place).copied().flatten()
    }

    /// Returns the most urgent alert that the burn rates call for.
    pub fn alert(&self) -> BurnAlert {
        let reaches = |window, rate| self.burn(window).is_some_and(|burn| burn >= rate);
        (BURN_RULES.into_iter())
            .filter(|&(rate, long, short, _)| reaches(long, rate) && reaches(short, rate))
            .map(|(.., alert)| alert)
            .max()
            .unwrap_or_default()
    }
}
