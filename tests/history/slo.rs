//! Budgets and burn rates by hand.

use std::time::Duration;

use hbmon::history::change::StatusChange;
use hbmon::history::slo::{BurnAlert, BurnWindow, SloStanding};
use hbmon::history::times::Timeline;
use hbmon::model::{Slo, Status};

use crate::support::{at, change, period, seconds};

const DAY: u64 = 86_400;
/// A time at which 100 days have been watched.
const NOW: i64 = 100 * DAY as i64;

fn standing(changes: &[StatusChange], millionths: u32, window: Duration) -> SloStanding {
    let timeline = Timeline {
        first_known: at(0),
        removed: None,
        changes,
        watched: &[period(0, NOW)],
    };
    SloStanding::at(at(NOW), Slo { millionths, window }, &timeline)
}

/// Down for a time that ended so many seconds ago, at an objective of 99.9 % in 30 days.
fn outage(lasted: i64, ended: i64) -> SloStanding {
    let from = NOW - ended - lasted;
    let changes = [
        change(0, Some(from), Status::Healthy),
        change(from, Some(NOW - ended), Status::Error),
        change(NOW - ended, None, Status::Healthy),
    ];
    standing(&changes, 999_000, seconds(30 * DAY))
}

fn is_near(found: Option<f64>, exact: f64) -> bool {
    found.is_some_and(|found| (found - exact).abs() < 1e-9)
}

#[test]
fn budget_and_burn_rates_of_one_outage() {
    // Down for 648 s, a quarter of the budget of 30 days, until 10 minutes ago.
    let standing = outage(648, 600);
    let budget = standing.budget.unwrap();
    assert_eq!((budget.objective, budget.met), (0.999, true));
    assert_eq!((budget.budget, budget.used), (seconds(2_592), seconds(648)));
    assert_eq!(budget.left, 0.75);
    for (window, exact) in [
        (BurnWindow::FiveMinutes, 0.0),
        (BurnWindow::HalfHour, 648.0 / 1.8),
        (BurnWindow::Hour, 648.0 / 3.6),
        (BurnWindow::SixHours, 30.0),
        (BurnWindow::ThreeDays, 2.5),
    ] {
        assert!(
            is_near(standing.burn(window), exact),
            "{window:?}: {standing:?}"
        );
    }
    assert_eq!(standing.alert(), BurnAlert::Page);
}

#[test]
fn alerts_need_the_long_and_the_short_window() {
    // 52 s an hour are a burn of 14.4.
    assert_eq!(outage(52, 0).alert(), BurnAlert::Page);
    assert_eq!(outage(51, 0).alert(), BurnAlert::None);
    assert_eq!(outage(52, 300).alert(), BurnAlert::None);
    // 129.6 s in 6 hours are a burn of 6; the hour is over.
    assert_eq!(outage(130, 1_600).alert(), BurnAlert::Page);
    assert_eq!(outage(130, 1_800).alert(), BurnAlert::None);
    // 259.2 s in 3 days are a burn of 1, if some of it is in the last 6 hours.
    assert_eq!(outage(260, 1_800).alert(), BurnAlert::Ticket);
    assert_eq!(outage(260, 21_600).alert(), BurnAlert::None);
    assert_eq!(outage(2_592, 21_600).budget.unwrap().left, 0.0);
    assert!(BurnAlert::None < BurnAlert::Ticket && BurnAlert::Ticket < BurnAlert::Page);
}

#[test]
fn nothing_is_known_of_time_that_nobody_judged() {
    let changes = [
        change(0, Some(NOW - 7_200), Status::Healthy),
        change(NOW - 7_200, None, Status::Unknown),
    ];
    let standing = standing(&changes, 999_000, seconds(3_600));
    assert_eq!(standing.budget, None);
    assert_eq!(standing.burn(BurnWindow::Hour), None);
    assert_eq!(standing.burn(BurnWindow::SixHours), Some(0.0));
    assert_eq!(standing.alert(), BurnAlert::None);
}

#[test]
fn a_window_that_is_shorter_or_as_long_as_those_of_the_burn_rates() {
    let changes = [
        change(0, Some(NOW - 60), Status::Healthy),
        change(NOW - 60, None, Status::Error),
    ];
    for window in [seconds(600), seconds(3_600), seconds(3 * DAY)] {
        let standing = standing(&changes, 900_000, window);
        let budget = standing.budget.unwrap();
        assert_eq!(budget.budget, window / 10);
        assert_eq!(budget.used, seconds(60));
        assert!(is_near(standing.burn(BurnWindow::Hour), 60.0 / 360.0));
        assert!(is_near(
            standing.burn(BurnWindow::ThreeDays),
            60.0 / 25_920.0
        ));
    }
}

#[test]
fn windows_have_the_names_of_their_lengths() {
    let names = BurnWindow::ALL.map(|window| (window.as_str(), window.length().as_secs()));
    let expected = [
        ("5m", 300),
        ("30m", 1_800),
        ("1h", 3_600),
        ("6h", 21_600),
        ("3d", 259_200),
    ];
    assert_eq!(names, expected);
}
