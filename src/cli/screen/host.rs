//! Carries out the commands of the screen: requests to the engine, JSON as in reports, files.

use std::path::Path;

use crate::cli::output;
use crate::cli::reload::ReloadRequests;
use crate::demo::Story;
use crate::engine::Engine;
use crate::model::{Moment, Row, Snapshot, Status};
use crate::report::{RunInfo, json};
use crate::tui::{Caption, CaptionTone, ScreenCommand, ScreenHost, Screenshot};

pub(in crate::cli) struct EngineHost {
    pub engine: Engine,
    /// `None` if the config cannot be read again.
    pub reload: Option<ReloadRequests>,
    /// The story that a demo tells.
    pub story: Option<Story>,
}

impl ScreenHost for EngineHost {
    fn command(&mut self, command: ScreenCommand) {
        // A lost request is no harm: the key can be pressed again.
        let _sent = match command {
            ScreenCommand::BeatNow(id) => self.engine.probe_now(id),
            ScreenCommand::BeatAll => self.engine.probe_all(),
            ScreenCommand::Reconnect(id) => self.engine.reconnect(id),
            ScreenCommand::Pause(id, pause) => self.engine.pause(id, pause),
            ScreenCommand::Reload => {
                if let Some(reload) = &self.reload {
                    reload.request();
                }
                true
            }
        };
    }

    fn json(&self, snapshot: &Snapshot, row: &Row) -> String {
        json_of(snapshot, row)
    }

    fn save(&mut self, saved: &Screenshot) -> String {
        save(saved, Moment::START)
    }

    fn caption(&self, _: Moment) -> Option<Caption> {
        let story = self.story.as_ref()?;
        Some(Caption {
            text: story.caption(),
            tone: CaptionTone::Story,
        })
    }
}

pub(super) fn json_of(snapshot: &Snapshot, row: &Row) -> String {
    // Only numbers and texts, with texts as keys: this cannot fail.
    serde_json::to_string(&json::monitor(snapshot, row)).unwrap_or_default()
}

/// Writes the picture and the report of a run that began at `began`. Returns a notice.
pub(super) fn save(saved: &Screenshot, began: Moment) -> String {
    let run = RunInfo {
        started: saved.snapshot.wall(began),
        duration: saved.snapshot.at.since(began),
        exit: 0,
        complete: true,
        fail_on: Status::Error,
        verbose: false,
        config: None,
        included: Default::default(),
        by: None,
    };
    let mut report = Vec::new();
    let written = json::write(saved.snapshot, &run, &mut report).and_then(|()| {
        let parts = [
            ("txt", saved.text.as_bytes()),
            ("json", &report),
            ("svg", saved.svg.as_bytes()),
        ];
        parts.iter().try_for_each(|(ending, bytes)| {
            output::write(Some(Path::new(&format!("{}.{ending}", saved.stem))), bytes)
        })
    });
    match written {
        Ok(()) => {
            let folder = std::env::current_dir().unwrap_or_default();
            format!(
                "saved {}.{{txt,json,svg}}",
                folder.join(&saved.stem).display()
            )
        }
        Err(error) => format!("not saved: {error}"),
    }
}
