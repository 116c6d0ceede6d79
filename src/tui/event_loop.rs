//! The event loop: feeds keys, snapshots and requests into the state, and draws a picture when one
//! is due.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{Event, KeyEventKind};
use futures_util::{Stream, StreamExt};
use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use tokio::sync::{mpsc, watch};

use crate::clock::Clock;
use crate::model::{Moment, Snapshot};

use super::act::Effect;
use super::frame_timer::FrameTimer;
use super::host::{ScreenHost, ScreenRequest, Screenshot, Tty};
use super::picture::{Palette, ansi, svg, text};
use super::title::title;
use super::ui::Ui;
use super::{Options, ScreenExit, draw};

/// Time after which the host has mostly answered a question.
const ANSWER_DELAY: Duration = Duration::from_millis(100);

/// The connections of the screen to the rest of the program.
pub struct Links<H> {
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    pub requests: mpsc::Receiver<ScreenRequest>,
    pub host: H,
}

/// Runs the screen on any terminal with any source of events.
///
/// # Errors
/// Fails if the terminal can't be read or written.
pub async fn run_loop<B: Backend<Error: Send + Sync + 'static>>(
    screen: &mut Terminal<B>,
    tty: &mut impl Tty,
    input: impl Stream<Item = io::Result<Event>>,
    links: Links<impl ScreenHost>,
    clock: &Clock,
    options: Options,
    stop: impl Future<Output = ()>,
) -> io::Result<ScreenExit> {
    let Links {
        mut snapshots,
        mut requests,
        host,
    } = links;
    let mut input = pin!(input);
    let mut stop = pin!(stop);
    let timer = FrameTimer::new(options.fps);
    let first = Arc::clone(&snapshots.borrow_and_update());
    let alarm = AlarmSignals {
        bell: options.bell,
        notify: options.notify,
    };
    let mut event_loop = EventLoop {
        screen,
        tty,
        host,
        ui: Ui::new(options, first),
        timer,
        last_new_beats: 0,
        suspended: false,
        title: String::new(),
        alarm,
    };
    event_loop.ask_host(clock.now());
    loop {
        let now = clock.now();
        let due = if event_loop.suspended {
            Moment::FAR
        } else {
            event_loop.timer.due()
        };
        if due <= now {
            let snapshot = Arc::clone(&snapshots.borrow_and_update());
            event_loop.ui.update(&snapshot, now);
            event_loop.ask_host(now);
            event_loop.draw(now)?;
            event_loop.signal(now)?;
            continue;
        }
        tokio::select! {
            () = &mut stop => return Ok(ScreenExit::Stopped),
            event = input.next() => {
                let Some(event) = event.transpose()? else { return Ok(ScreenExit::Stopped) };
                if let Some(outcome) = event_loop.on_event(event, clock.now())? {
                    return Ok(outcome);
                }
            }
            changed = snapshots.changed() => {
                if changed.is_err() {
                    return Ok(ScreenExit::Stopped);
                }
                let snapshot = Arc::clone(&snapshots.borrow());
                event_loop.on_snapshot(&snapshot, clock.now())?;
            }
            Some(request) = requests.recv() => event_loop.on_request(request, clock.now())?,
            () = tokio::time::sleep_until(clock.instant(due)) => {}
        }
    }
}

struct EventLoop<'a, B: Backend, T, H> {
    screen: &'a mut Terminal<B>,
    tty: &'a mut T,
    host: H,
    ui: Ui,
    timer: FrameTimer,
    /// Number of new beats that the last picture of a frozen view showed.
    last_new_beats: u64,
    /// Suspended: another program uses the terminal.
    suspended: bool,
    /// The title of the window.
    title: String,
    alarm: AlarmSignals,
}

/// How the user learns of a monitor that came into error.
#[derive(Clone, Copy)]
struct AlarmSignals {
    bell: bool,
    notify: bool,
}

impl<B: Backend<Error: Send + Sync + 'static>, T: Tty, H: ScreenHost> EventLoop<'_, B, T, H> {
    fn draw(&mut self, now: Moment) -> io::Result<()> {
        self.draw_picture(now, |_| ())?;
        self.timer.drawn(now);
        if let Some(id) = self.ui.details_question(now)
            && self.host.describe(id)
        {
            self.timer.draw_by(now.plus(ANSWER_DELAY));
        }
        if let Some(question) = self.ui.history_question(now) {
            let is_kept = self.host.ask_history(question);
            self.ui.set_history_kept(is_kept);
            if is_kept {
                self.timer.draw_by(now.plus(ANSWER_DELAY));
            }
        }
        if let Some(over) = self.ui.notice_expires_at() {
            self.timer.draw_by(over);
        }
        if let Some((_, beats)) = self.ui.frozen() {
            self.last_new_beats = beats;
            return Ok(());
        }
        let over = self.ui.snapshot().wall(now).subsec_nanosecond();
        self.timer
            .tick(now, Duration::from_nanos(u64::try_from(over).unwrap_or(0)));
        if self.timer.is_focused() && self.ui.is_pulsing(now) {
            self.timer.on_change(now);
        }
        Ok(())
    }

    /// Takes over what the host says. Returns whether the picture differs by a line.
    fn ask_host(&mut self, now: Moment) -> bool {
        if let Some(prefs) = self.host.changed_prefs() {
            self.ui.apply_prefs(prefs, now);
        }
        if let Some(details) = self.host.described() {
            self.ui.receive_details(details);
        }
        if let Some(answer) = self.host.history_answer() {
            self.ui.receive_history(answer, now);
        }
        let is_other = self.ui.receive_alerts(self.host.alerts());
        self.ui.tell(
            self.host.caption(now),
            self.host.history_note(),
            self.host.reach(),
        ) || is_other
    }

    /// Tells the user outside of the picture: by the title of the window, the bell and a
    /// notification.
    fn signal(&mut self, now: Moment) -> io::Result<()> {
        if self.suspended {
            return Ok(());
        }
        // Even while the view is frozen, the title is of now.
        let title = title(&self.ui.latest.counts, self.ui.display.theme.glyphs);
        if title != self.title {
            self.tty.title(&title)?;
            self.title = title;
        }
        if let Some(text) = self.ui.take_alarm(now) {
            if self.alarm.bell {
                self.tty.ring()?;
            }
            if self.alarm.notify {
                self.tty.notify(&text)?;
            }
        }
        if let Some(at) = self.ui.alarm_at() {
            self.timer.draw_by(at);
        }
        Ok(())
    }

    /// Draws the current state, and passes the cells to `read`.
    fn draw_picture<R>(&mut self, now: Moment, read: impl FnOnce(&Buffer) -> R) -> io::Result<R> {
        self.ui
            .resize(self.screen.size().map_err(io::Error::other)?);
        let ui = &self.ui;
        let drawn = self
            .screen
            .draw(|frame| draw(frame, ui.snapshot(), ui, ui.display.theme, now));
        let read = read(drawn.map_err(io::Error::other)?.buffer);
        self.tty.present()?;
        Ok(read)
    }

    fn on_event(&mut self, event: Event, now: Moment) -> io::Result<Option<ScreenExit>> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                self.timer.on_input(now);
                let effect = self.ui.on_key(key, now);
                return self.carry_out(effect, now);
            }
            Event::Mouse(mouse) if self.ui.on_mouse(mouse, now) => self.timer.on_input(now),
            Event::Resize(..) => self.timer.on_resize(now),
            Event::FocusGained => self.timer.on_focus(true, now),
            Event::FocusLost => self.timer.on_focus(false, now),
            _ => {}
        }
        Ok(None)
    }

    /// A frozen view shows only the number of new beats, so it is drawn again only when that number
    /// changes.
    fn on_snapshot(&mut self, snapshot: &Arc<Snapshot>, now: Moment) -> io::Result<()> {
        match self.ui.frozen() {
            None => self.timer.on_change(now),
            Some(_) => {
                self.ui.update(snapshot, now);
                self.signal(now)?;
                if self.ask_host(now) {
                    self.timer.on_minor_change(now);
                }
                if self
                    .ui
                    .frozen()
                    .is_some_and(|(_, beats)| beats != self.last_new_beats)
                {
                    self.timer.on_minor_change(now);
                }
            }
        }
        Ok(())
    }

    fn on_request(&mut self, request: ScreenRequest, now: Moment) -> io::Result<()> {
        self.timer.on_input(now);
        match request {
            ScreenRequest::Save => self.save(now),
            ScreenRequest::Suspend => self.suspend(now),
            ScreenRequest::Resume => {
                self.suspended = false;
                self.tty.resume()?;
                // The terminal has its own title again.
                self.title.clear();
                self.redraw()
            }
        }
    }

    fn carry_out(&mut self, effect: Effect, now: Moment) -> io::Result<Option<ScreenExit>> {
        match effect {
            Effect::None => {}
            Effect::Redraw => self.redraw()?,
            Effect::Command(command) => self.host.command(command),
            Effect::Copy => self.copy(now)?,
            Effect::Save => self.save(now)?,
            Effect::Mouse(capture) => self.tty.capture_mouse(capture)?,
            Effect::Suspend => self.suspend(now)?,
            Effect::Quit => return Ok(Some(ScreenExit::Quit)),
            Effect::QuitKeep => {
                return self
                    .draw_picture(now, ansi)
                    .map(|kept| Some(ScreenExit::QuitKeep(kept)));
            }
            Effect::Interrupt => return Ok(Some(ScreenExit::Interrupted)),
        }
        Ok(None)
    }

    fn copy(&mut self, now: Moment) -> io::Result<()> {
        let Some(row) = self.ui.row().cloned() else {
            return Ok(());
        };
        let json = self.host.json(self.ui.snapshot(), &row);
        self.tty.copy(&json)?;
        self.ui.notify(
            format!("{} sent to the clipboard as JSON", row.meta.name),
            now,
        );
        Ok(())
    }

    fn save(&mut self, now: Moment) -> io::Result<()> {
        let (text, svg) = self.draw_picture(now, |buffer| {
            (text(buffer), svg(buffer, &Palette::DARK, "hbmon"))
        })?;
        let snapshot = Arc::clone(self.ui.snapshot());
        let stem = snapshot
            .wall(now)
            .strftime("hbmon-%Y%m%dT%H%M%SZ")
            .to_string();
        let notice = self.host.save(&Screenshot {
            stem,
            snapshot: &snapshot,
            text,
            svg,
        });
        self.ui.notify(notice, now);
        Ok(())
    }

    fn suspend(&mut self, now: Moment) -> io::Result<()> {
        self.suspended = self.tty.suspend()?;
        if !self.suspended {
            self.ui
                .notify("not suspended: no shell could continue hbmon", now);
        }
        Ok(())
    }

    /// Makes the next picture draw every cell. Does not use `clear`, which asks the terminal for
    /// its cursor position and waits for the answer.
    fn redraw(&mut self) -> io::Result<()> {
        let size = self.screen.size().map_err(io::Error::other)?;
        self.screen
            .resize(Rect::from((Position::ORIGIN, size)))
            .map_err(io::Error::other)
    }
}
