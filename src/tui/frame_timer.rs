//! When the next picture is due: at once for the user, seldom for the rest, never for nothing.

use std::time::Duration;

use crate::model::Moment;

/// Between a key and the picture before it: a held key does not draw faster than this.
const INPUT: Duration = Duration::from_millis(33);
/// A window that is being resized is drawn when it rests this long.
const RESIZE: Duration = Duration::from_millis(30);
/// What nobody looks at may wait.
const SELDOM: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug)]
pub struct FrameTimer {
    /// Between two pictures of what comes from the engine.
    gap: Duration,
    focused: bool,
    drawn: Option<Moment>,
    due: Moment,
}

impl FrameTimer {
    /// `fps`: pictures a second at most, for what comes from the engine. The first picture is due
    /// at once.
    pub fn new(fps: u16) -> FrameTimer {
        let gap = Duration::from_secs(1) / u32::from(fps.clamp(1, 30));
        FrameTimer {
            gap,
            focused: true,
            drawn: None,
            due: Moment::START,
        }
    }

    pub const fn due(&self) -> Moment {
        self.due
    }

    /// A picture was drawn, and nothing new is known.
    pub const fn drawn(&mut self, now: Moment) {
        self.drawn = Some(now);
        self.due = Moment::FAR;
    }

    /// The user did something.
    pub fn on_input(&mut self, now: Moment) {
        self.want(now, INPUT);
    }

    /// The window has another size; all of them count from the last one.
    pub fn on_resize(&mut self, now: Moment) {
        self.due = now.plus(RESIZE);
    }

    /// Something came, or a pulse goes on.
    pub fn on_change(&mut self, now: Moment) {
        self.want(now, if self.focused { self.gap } else { SELDOM });
    }

    /// Something that may wait a second.
    pub fn on_minor_change(&mut self, now: Moment) {
        self.want(now, SELDOM);
    }

    /// Something is over at that moment, as an answer in the footer.
    pub fn draw_by(&mut self, moment: Moment) {
        self.due = self.due.min(moment);
    }

    /// Ages and progress bars move, at best with the seconds of the clock on the wall, of which so
    /// much is over.
    pub fn tick(&mut self, now: Moment, of_second: Duration) {
        let next = now.plus(Duration::from_secs(1).saturating_sub(of_second));
        self.due = self.due.min(self.after(next, self.gap));
    }

    /// Whether somebody looks at this window; a terminal that does not say so is looked at.
    pub fn on_focus(&mut self, focused: bool, now: Moment) {
        self.focused = focused;
        if focused {
            self.on_input(now);
        }
    }

    pub const fn is_focused(&self) -> bool {
        self.focused
    }

    fn want(&mut self, now: Moment, gap: Duration) {
        self.due = self.due.min(self.after(now, gap));
    }

    /// The moment, or later if the last picture is not so long ago.
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
        let mut pace = FrameTimer::new(4);
        assert_eq!(pace.due(), at(0));
        pace.drawn(at(1_000));
        assert_eq!(pace.due(), Moment::FAR);
        pace.on_change(at(1_010));
        assert_eq!(pace.due(), at(1_250));
        pace.on_input(at(1_020));
        assert_eq!(pace.due(), at(1_033));
        pace.drawn(at(1_033));
        pace.on_input(at(2_000));
        assert_eq!(pace.due(), at(2_000));
    }

    #[test]
    fn a_window_is_drawn_when_it_rests() {
        let mut pace = FrameTimer::new(4);
        pace.drawn(at(0));
        for moved in [500, 510, 520] {
            pace.on_resize(at(moved));
        }
        assert_eq!(pace.due(), at(550));
    }

    #[test]
    fn ticks_fall_on_the_seconds_of_the_clock() {
        let mut pace = FrameTimer::new(4);
        pace.drawn(at(1_000));
        pace.tick(at(1_000), Duration::from_millis(400));
        assert_eq!(pace.due(), at(1_600));
        pace.drawn(at(1_600));
        pace.tick(at(1_600), Duration::ZERO);
        assert_eq!(pace.due(), at(2_600));
        pace.drawn(at(2_600));
        pace.tick(at(2_600), Duration::from_millis(990));
        assert_eq!(pace.due(), at(2_850));
    }

    #[test]
    fn what_nobody_looks_at_waits() {
        let mut pace = FrameTimer::new(30);
        pace.drawn(at(0));
        pace.on_focus(false, at(10));
        pace.on_change(at(100));
        assert_eq!(pace.due(), at(1_000));
        pace.on_focus(true, at(200));
        assert_eq!(pace.due(), at(200));
    }
}
