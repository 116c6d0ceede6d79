//! Decides when the next picture is due: at once after user input, at the frame rate after changes,
//! and not at all without a change.

use std::time::Duration;

use crate::model::Moment;

/// Minimum time between two pictures after user input; limits the rate while a key is held.
const INPUT_GAP: Duration = Duration::from_millis(33);
/// A window that is being resized is drawn once its size has not changed for this time.
const RESIZE_DELAY: Duration = Duration::from_millis(30);
/// Minimum time between two pictures without the focus, and for minor changes.
const MINOR_GAP: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
pub(super) struct FrameTimer {
    /// Minimum time between two pictures for changes from the engine.
    gap: Duration,
    focused: bool,
    drawn: Option<Moment>,
    due: Moment,
}

impl FrameTimer {
    /// `fps` is the maximum frame rate for changes from the engine, limited to 1 to 30. The first
    /// picture is due at once.
    pub(super) fn new(fps: u16) -> FrameTimer {
        let gap = Duration::from_secs(1) / u32::from(fps.clamp(1, 30));
        FrameTimer {
            gap,
            focused: true,
            drawn: None,
            due: Moment::START,
        }
    }

    pub(super) const fn due(&self) -> Moment {
        self.due
    }

    /// A picture was drawn. The next one is not due until another method says so.
    pub(super) const fn drawn(&mut self, now: Moment) {
        self.drawn = Some(now);
        self.due = Moment::FAR;
    }

    /// The user pressed a key or used the mouse.
    pub(super) fn on_input(&mut self, now: Moment) {
        self.draw_after_gap(now, INPUT_GAP);
    }

    /// The size of the window changed. Each further change restarts the delay.
    pub(super) fn on_resize(&mut self, now: Moment) {
        self.due = now.plus(RESIZE_DELAY);
    }

    /// A snapshot arrived, or an animation continues.
    pub(super) fn on_change(&mut self, now: Moment) {
        self.draw_after_gap(now, if self.focused { self.gap } else { MINOR_GAP });
    }

    /// A change that may wait for a second.
    pub(super) fn on_minor_change(&mut self, now: Moment) {
        self.draw_after_gap(now, MINOR_GAP);
    }

    /// A picture is due at this moment at the latest, for example to remove a notice.
    pub(super) fn draw_by(&mut self, moment: Moment) {
        self.due = self.due.min(moment);
    }

    /// Makes a picture due at the next full second of the wall clock, because ages and progress
    /// bars change. `of_second` is the elapsed part of the current second.
    pub(super) fn tick(&mut self, now: Moment, of_second: Duration) {
        let next = now.plus(Duration::from_secs(1).saturating_sub(of_second));
        self.due = self.due.min(self.after(next, self.gap));
    }

    /// The window gained or lost the focus. A terminal that does not report this counts as focused.
    pub(super) fn on_focus(&mut self, focused: bool, now: Moment) {
        self.focused = focused;
        if focused {
            self.on_input(now);
        }
    }

    pub(super) const fn is_focused(&self) -> bool {
        self.focused
    }

    fn draw_after_gap(&mut self, now: Moment, gap: Duration) {
        self.due = self.due.min(self.after(now, gap));
    }

    /// Returns `moment`, or a later one if the last picture is less than `gap` before it.
    fn after(&self, moment: Moment, gap: Duration) -> Moment {
        self.drawn
            .map_or(moment, |drawn| moment.max(drawn.plus(gap)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Moment {
        Moment::after_start(Duration::from_millis(millis))
    }

    #[test]
    fn keys_are_answered_before_news_are_shown() {
        let mut timer = FrameTimer::new(4);
        assert_eq!(timer.due(), at(0));
        timer.drawn(at(1_000));
        assert_eq!(timer.due(), Moment::FAR);
        timer.on_change(at(1_010));
        assert_eq!(timer.due(), at(1_250));
        timer.on_input(at(1_020));
        assert_eq!(timer.due(), at(1_033));
        timer.drawn(at(1_033));
        timer.on_input(at(2_000));
        assert_eq!(timer.due(), at(2_000));
    }

    #[test]
    fn a_window_is_drawn_when_it_rests() {
        let mut timer = FrameTimer::new(4);
        timer.drawn(at(0));
        for moved in [500, 510, 520] {
            timer.on_resize(at(moved));
        }
        assert_eq!(timer.due(), at(550));
    }

    #[test]
    fn ticks_fall_on_the_seconds_of_the_clock() {
        let mut timer = FrameTimer::new(4);
        timer.drawn(at(1_000));
        timer.tick(at(1_000), Duration::from_millis(400));
        assert_eq!(timer.due(), at(1_600));
        timer.drawn(at(1_600));
        timer.tick(at(1_600), Duration::ZERO);
        assert_eq!(timer.due(), at(2_600));
        timer.drawn(at(2_600));
        timer.tick(at(2_600), Duration::from_millis(990));
        assert_eq!(timer.due(), at(2_850));
    }

    #[test]
    fn frames_wait_longer_without_focus() {
        let mut timer = FrameTimer::new(30);
        timer.drawn(at(0));
        timer.on_focus(false, at(10));
        timer.on_change(at(100));
        assert_eq!(timer.due(), at(1_000));
        timer.on_focus(true, at(200));
        assert_eq!(timer.due(), at(200));
    }
}
