//! What stands where on a screen of a given size. Nothing is too small: rooms fall away, the worst
//! rows stay.

use ratatui::layout::Rect;

/// What the screen is for at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenMode {
    /// So many lines in the table; what they leave free goes to the pane.
    Table { lines: usize, events: bool },
    /// The pane alone, as tall as it gets.
    Pane { events: bool },
    /// The events of the whole fleet.
    Events,
    /// One monitor.
    Detail,
}

/// Empty rectangles are rooms that fell away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    pub header: Rect,
    pub fleet: Rect,
    /// Of the main view, or the sections of the detail.
    pub tabs: Rect,
    pub titles: Rect,
    pub table: Rect,
    /// The monitor under the cursor.
    pub pane: Rect,
    pub events: Rect,
    /// The detail.
    pub body: Rect,
    /// The selected monitor in a sentence, or an answer.
    pub message: Rect,
    pub footer: Rect,
}

/// From this height on there are tabs, titles and a pane below the table.
const ROOMY: u16 = 16;
/// From this width on there is room for words, and for events beside the pane.
pub const WIDE: u16 = 96;
/// From this height on the pane has room for a chart, however many lines the table has.
const TALL: u16 = 26;
/// Rows of the pane on a screen that is not tall: title, status, numbers, failure.
const WORDS: u16 = 4;

impl Layout {
    pub fn new(area: Rect, screen: ScreenMode) -> Layout {
        let (roomy, wide) = (area.height >= ROOMY, area.width >= WIDE);
        let mut rest = Rest(area);
        let mut layout = Layout {
            header: rest.top(if roomy { 2 } else { 1 }),
            footer: rest.bottom(u16::from(area.height >= 6)),
            ..Layout::default()
        };
        if screen == ScreenMode::Detail {
            layout.tabs = rest.top(u16::from(area.height >= 10));
            layout.message = rest.bottom(u16::from(roomy));
            return Layout {
                body: rest.0,
                ..layout
            };
        }
        if !roomy {
            return match screen {
                ScreenMode::Table { .. } => Layout {
                    table: rest.0,
                    ..layout
                },
                ScreenMode::Pane { .. } => Layout {
                    pane: rest.0,
                    ..layout
                },
                ScreenMode::Events | ScreenMode::Detail => Layout {
                    events: rest.0,
                    ..layout
                },
            };
        }
        if wide {
            layout.fleet = rest.top(1);
            layout.message = rest.bottom(1);
        }
        layout.tabs = rest.top(1);
        match screen {
            ScreenMode::Table { lines, events } => {
                layout.titles = rest.top(1);
                if !wide {
                    layout.fleet = rest.top(1);
                }
                let lines = u16::try_from(lines).unwrap_or(u16::MAX).max(1);
                let usual = if area.height < TALL {
                    WORDS
                } else {
                    area.height * 3 / 10
                };
                let pane = rest.bottom(rest.0.height.saturating_sub(lines).max(usual));
                Layout {
                    table: rest.0,
                    ..layout
                }
                .with_pane(pane, events)
            }
            ScreenMode::Pane { events } => layout.with_pane(rest.0, events),
            ScreenMode::Events | ScreenMode::Detail => Layout {
                events: rest.0,
                ..layout
            },
        }
    }

    fn with_pane(self, pane: Rect, events: bool) -> Layout {
        if pane.width < WIDE || !events {
            return Layout { pane, ..self };
        }
        let left = pane.width / 100 * 61 + pane.width % 100 * 61 / 100;
        let events = Rect {
            x: pane.x + left,
            width: pane.width - left,
            ..pane
        };
        Layout {
            pane: Rect {
                width: left,
                ..pane
            },
            events,
            ..self
        }
    }
}

/// What nobody took yet.
struct Rest(Rect);

impl Rest {
    fn top(&mut self, height: u16) -> Rect {
        let height = height.min(self.0.height);
        let taken = Rect { height, ..self.0 };
        self.0 = Rect {
            y: self.0.y.saturating_add(height),
            height: self.0.height - height,
            ..self.0
        };
        taken
    }

    fn bottom(&mut self, height: u16) -> Rect {
        let height = height.min(self.0.height);
        self.0.height -= height;
        Rect {
            y: self.0.bottom(),
            height,
            ..self.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_fill_the_screen_and_stay_inside_at_any_size() {
        let tables = [0, 1, 14, 10_000].map(|lines| ScreenMode::Table {
            lines,
            events: true,
        });
        let others = [
            ScreenMode::Pane { events: true },
            ScreenMode::Pane { events: false },
            ScreenMode::Events,
            ScreenMode::Detail,
        ];
        for height in 0..80 {
            for width in [0, 1, 40, 80, 96, 200, u16::MAX / 100] {
                for screen in tables.into_iter().chain(others) {
                    let area = Rect::new(0, 0, width, height);
                    let layout = Layout::new(area, screen);
                    let Layout {
                        header,
                        fleet,
                        tabs,
                        titles,
                        table,
                        pane,
                        events,
                        body,
                        message,
                        footer,
                    } = layout;
                    let rooms = [
                        header, fleet, tabs, titles, table, pane, events, body, message, footer,
                    ];
                    let cells: u32 = rooms.iter().map(|room| room.area()).sum();
                    assert_eq!(cells, area.area(), "{width}x{height} {screen:?}");
                    assert!(
                        rooms
                            .iter()
                            .all(|room| room.is_empty() || area.union(*room) == area)
                    );
                }
            }
        }
    }
}
