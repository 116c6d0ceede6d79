//! What other processes wrote into the store of a running session: notes, acknowledgements and
//! silences. The engine is told, and nothing is written again.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::Path;

use jiff::Timestamp;

use super::book::Book;
use super::convert;
use crate::clock::Clock;
use crate::engine::{Engine, Stopped};
use crate::history::incident::{Incident, Note};
use crate::history::period::Period;
use crate::model::{Acknowledgement, Silence, SilenceId, Snapshot, TargetId, Text};
use crate::store::{IncidentQuery, Reader, StoreError};

/// What can be changed by other processes.
#[derive(Debug, Default)]
pub(super) struct Editable {
    pub incidents: Vec<Incident>,
    /// Those that have not ended.
    pub silences: Vec<Silence<Timestamp>>,
}

/// One change that another process made.
#[derive(Debug, PartialEq)]
pub(super) enum Edit {
    Acknowledged {
        monitor: Text,
        acknowledged: Option<Acknowledgement<Timestamp>>,
    },
    Noted {
        monitor: Text,
        note: Note,
    },
    SilenceAdded(Silence<Timestamp>),
    SilenceEnded(SilenceId),
}

/// Reads what can be changed. Blocks.
///
/// # Errors
/// The store cannot be read.
pub(super) fn read(path: &Path, now: Timestamp) -> Result<Editable, StoreError> {
    let reader = Reader::open(path)?;
    let query = IncidentQuery {
        open_only: true,
        ..IncidentQuery::of(Period::ALL)
    };
    let mut incidents = Vec::new();
    reader.incidents(&query, &mut |incident| {
        incidents.push(incident);
        ControlFlow::Continue(())
    })?;
    Ok(Editable {
        incidents,
        silences: reader.silences(now)?,
    })
}

impl Book {
    /// Takes over what the store has and this session did not write.
    pub(super) fn compare(&mut self, found: Editable, now: Timestamp) -> Vec<Edit> {
        let mut edits = Vec::new();
        for found in found.incidents {
            let Some(known) = self.incidents.get_mut(&found.id) else {
                continue;
            };
            let (ours, theirs) = (known.acknowledged.as_ref(), found.acknowledged.as_ref());
            if !convert::is_same(ours, theirs) {
                known.acknowledged.clone_from(&found.acknowledged);
                edits.push(Edit::Acknowledged {
                    monitor: known.monitor.clone(),
                    acknowledged: found.acknowledged,
                });
            }
            for note in found.notes {
                if !known.notes.contains(&note) {
                    let announced = (found.id, note.by.clone(), note.text.clone());
                    self.announced.push(announced);
                    known.notes.push(note.clone());
                    edits.push(Edit::Noted {
                        monitor: known.monitor.clone(),
                        note,
                    });
                }
            }
        }
        self.compare_silences(found.silences, now, &mut edits);
        edits
    }

    fn compare_silences(
        &mut self,
        found: Vec<Silence<Timestamp>>,
        now: Timestamp,
        edits: &mut Vec<Edit>,
    ) {
        let ids: HashSet<SilenceId> = found.iter().map(|silence| silence.id).collect();
        self.silences.retain(|id, silence| {
            let is_there = ids.contains(id);
            if !is_there && silence.until > now {
                edits.push(Edit::SilenceEnded(*id));
            }
            is_there
        });
        for silence in found {
            if self.silences.insert(silence.id, silence.clone()).is_none() {
                edits.push(Edit::SilenceAdded(silence));
            }
        }
    }
}

/// Tells the engine.
///
/// # Errors
/// The engine has stopped.
pub(super) async fn tell(
    edits: Vec<Edit>,
    snapshot: &Snapshot,
    engine: &Engine,
    clock: &Clock,
) -> Result<(), Stopped> {
    let ids: HashMap<&Text, TargetId> = (snapshot.rows.iter())
        .map(|row| (&row.meta.name, row.id))
        .collect();
    for edit in edits {
        match edit {
            Edit::Acknowledged {
                monitor,
                acknowledged,
            } => {
                if let Some(id) = ids.get(&monitor) {
                    let ack = acknowledged.map(|ack| convert::acknowledgement(&ack, clock));
                    engine.acknowledge(*id, ack).await?;
                }
            }
            Edit::Noted { monitor, note } => {
                if let Some(id) = ids.get(&monitor) {
                    engine.note(*id, note.by, note.text).await?;
                }
            }
            Edit::SilenceAdded(silence) => {
                engine
                    .add_silence(convert::silence(&silence, clock))
                    .await?;
            }
            Edit::SilenceEnded(id) => {
                engine.end_silence(id).await?;
            }
        }
    }
    Ok(())
}
