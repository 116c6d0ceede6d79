//! Carries out the commands of the screen: requests to the engine, JSON as in reports, files.

use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::cli::output;
use crate::cli::reload::ReloadRequests;
use crate::cli::user::user_name;
use crate::clock::Clock;
use crate::demo::Story;
use crate::engine::Engine;
use crate::history::alert_board::AlertBoard;
use crate::lock::LockExt;
use crate::model::{
    Acknowledgement, Moment, Row, Selector, Silence, SilenceId, Snapshot, Status, TargetId, Text,
};
use crate::prefs::Prefs;
use crate::report::monitor_json::MonitorJson;
use crate::report::{RunInfo, json};
use crate::serve::add_numbered;
use crate::tui::{
    Caption, CaptionTone, HistoryAnswer, HistoryQuestion, MonitorDetails, Reach, ScreenCommand,
    ScreenHost, Screenshot,
};
use crate::words;

use super::history::HistoryDesk;
use super::prefs::PrefsFollower;

pub(in crate::cli) struct EngineHost {
    pub(super) engine: Engine,
    pub(super) clock: Clock,
    /// `None` if the config cannot be read again.
    pub(super) reload: Option<ReloadRequests>,
    /// The scenario of a demo.
    pub(super) story: Option<Story>,
    pub(super) prefs: PrefsFollower,
    pub(super) answer: DetailsAnswer,
    pub(super) history: HistoryDesk,
}

/// The last answer of the engine about a monitor, until the screen takes it.
#[derive(Clone, Default)]
pub(super) struct DetailsAnswer(Arc<Mutex<Option<MonitorDetails>>>);

impl DetailsAnswer {
    fn ask(&self, engine: Engine, id: TargetId) {
        let answer = self.clone();
        tokio::spawn(async move {
            // An engine that has stopped, or a monitor that is gone, needs no answer.
            if let (Ok(Some(settings)), Ok(Some(instances))) =
                (engine.settings(id).await, engine.instances(id).await)
            {
                let details = MonitorDetails::new(id, settings, instances);
                *answer.0.lock().ignore_poison() = Some(details);
            }
        });
    }
}

impl ScreenHost for EngineHost {
    fn describe(&mut self, id: TargetId) -> bool {
        self.answer.ask(self.engine.clone(), id);
        true
    }

    fn described(&mut self) -> Option<MonitorDetails> {
        self.answer.0.lock().ignore_poison().take()
    }

    fn ask_history(&mut self, question: HistoryQuestion) -> bool {
        self.history.ask(question)
    }

    fn history_answer(&mut self) -> Option<HistoryAnswer> {
        self.history.answer()
    }

    fn history_note(&self) -> Option<String> {
        self.history.note()
    }

    fn alerts(&self) -> Option<Arc<AlertBoard>> {
        self.history.alerts()
    }

    fn changed_prefs(&mut self) -> Option<Prefs> {
        self.prefs.changed()
    }

    fn command(&mut self, command: ScreenCommand) {
        // A lost request is no harm: the key can be pressed again.
        let _sent = match command {
            ScreenCommand::BeatNow(id) => self.engine.probe_now(id),
            ScreenCommand::BeatAll => self.engine.probe_all(),
            ScreenCommand::Reconnect(id) => self.engine.reconnect(id),
            ScreenCommand::Pause(id, pause) => self.engine.pause(id, pause),
            ScreenCommand::Acknowledge { id, on } => self.acknowledge(id, on),
            ScreenCommand::Silence { id, until } => self.silence(id, until),
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
        save(saved, self.clock.started())
    }

    fn reach(&self) -> Reach {
        Reach {
            began: Some(self.clock.started()),
            ..Reach::OWN
        }
    }

    fn caption(&self, _: Moment) -> Option<Caption> {
        let story = self.story.as_ref()?;
        Some(Caption {
            text: story.caption(),
            tone: CaptionTone::Story,
        })
    }
}

impl EngineHost {
    fn acknowledge(&self, id: TargetId, on: bool) -> bool {
        let engine = self.engine.clone();
        let acknowledged = on.then(|| Acknowledgement {
            by: user_name(),
            at: self.clock.now(),
            until: None,
        });
        // An engine that has stopped, and an incident that has ended, need none.
        tokio::spawn(async move { engine.acknowledge(id, acknowledged).await });
        true
    }

    /// Silences one monitor, or ends the silence that it has.
    fn silence(&self, id: TargetId, until: Option<Moment>) -> bool {
        let engine = self.engine.clone();
        let snapshot = engine.snapshot();
        let Some(row) = snapshot.rows.iter().find(|row| row.id == id) else {
            return false;
        };
        match (until, &row.silence) {
            (Some(until), _) => {
                let silence = Silence {
                    // `add_numbered` numbers it.
                    id: SilenceId(0),
                    matches: Text::clean(&Selector::of_name(row.meta.name.as_str())),
                    from: self.clock.now(),
                    until,
                    by: user_name(),
                    reason: Text::clean(words::MUTED),
                };
                let store = self.history.store();
                tokio::spawn(async move { add_numbered(&engine, store.as_ref(), silence).await });
            }
            (None, Some(silence)) => {
                let id = silence.id;
                tokio::spawn(async move { engine.end_silence(id).await });
            }
            (None, None) => {}
        }
        true
    }
}

pub(super) fn json_of(snapshot: &Snapshot, row: &Row) -> String {
    // Only numbers and texts, with texts as keys: this cannot fail.
    serde_json::to_string(&MonitorJson::new(snapshot, row, false)).unwrap_or_default()
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
