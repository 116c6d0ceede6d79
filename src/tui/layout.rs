//! The layout: the area of each part of the picture on a screen of a given size. On a small screen
//! parts are left out; the table stays.

use ratatui::layout::Rect;

/// What the screen shows at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScreenMode {
    /// The table with this number of lines. The pane gets the rows that the table does not need.
    Table { lines: usize, events: bool },
    /// The pane alone, as tall as possible.
    Pane { events: bool },
    /// The events of the fleet.
    Events,
    /// One monitor.
    Detail,
}

/// The areas of all parts. An empty area means that the part is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    pub header: Rect,
    /// A line about stale data, or the caption of a demo.
    pub caption: Rect,
    pub fleet: Rect,
    /// Tabs of the main view, or sections of the detail view.
    pub tabs: Rect,
    pub titles: Rect,
    pub table: Rect,
    /// The monitor under the cursor.
    pub pane: Rect,
    pub events: Rect,
    /// The section of the detail view.
    pub body: Rect,
    /// The selected monitor in a sentence, or a notice.
    pub message: Rect,
    pub footer: Rect,
}

/// Minimum height in rows for tabs, titles and a pane below the table.
const MIN_FULL_HEIGHT: u16 = 16;
/// Minimum height in rows for a caption.
const MIN_CAPTION_HEIGHT: u16 = 3;
/// Minimum width in columns for labels in words, and for events beside the pane.
pub(super) const WIDE: u16 = 96;
/// Minimum height in rows at which the pane always has enough rows for a chart.
const MIN_TALL_HEIGHT: u16 = 26;
/// Height of the pane in rows on a screen that is not tall: title, status, numbers, failure.
const PANE_HEIGHT: u16 = 4;

impl Layout {
    /// `caption`: there is something to say below the header.
    pub fn new(area: Rect, screen: ScreenMode, caption: bool) -> Layout {
        let is_full = area.height >= MIN_FULL_HEIGHT;
        let wide = area.width >= WIDE;
        let mut rest = FreeArea(area);
        let mut layout = Layout {
            header: rest.top(if is_full { 2 } else { 1 }),
            caption: rest.top(u16::from(caption && area.height >= MIN_CAPTION_HEIGHT)),
            footer: rest.bottom(u16::from(area.height >= 6)),
            ..Layout::default()
        };
        if screen == ScreenMode::Detail {
            layout.tabs = rest.top(u16::from(area.height >= 10));
            layout.message = rest.bottom(u16::from(is_full));
            return layout.with_body(rest.0, screen);
        }
        if !is_full {
            return layout.with_body(rest.0, screen);
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
                let usual = if area.height < MIN_TALL_HEIGHT {
                    PANE_HEIGHT
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

    /// Gives the rest of a small screen to the most important part.
    fn with_body(self, area: Rect, screen: ScreenMode) -> Layout {
        match screen {
            ScreenMode::Table { .. } => Layout {
                table: area,
                ..self
            },
            ScreenMode::Pane { .. } => Layout { pane: area, ..self },
            ScreenMode::Events => Layout {
                events: area,
                ..self
            },
            ScreenMode::Detail => Layout { body: area, ..self },
        }
    }

    /// Divides an area between the pane and, if there is space, the events.
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

/// The part of the area that is still free.
struct FreeArea(Rect);

impl FreeArea {
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
    fn areas_fill_the_screen_and_stay_inside_at_any_size() {
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
                    let layout = Layout::new(area, screen, height % 2 == 0);
                    let Layout {
                        header,
                        caption,
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
                    let areas = [
                        header, caption, fleet, tabs, titles, table, pane, events, body, message,
                        footer,
                    ];
                    let cells: u32 = areas.iter().map(|part| part.area()).sum();
                    assert_eq!(cells, area.area(), "{width}x{height} {screen:?}");
                    assert!(
                        areas
                            .iter()
                            .all(|part| part.is_empty() || area.union(*part) == area)
                    );
                }
            }
        }
    }
}
