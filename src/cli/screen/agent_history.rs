//! Answers the questions of an attached screen about the past, from the agents.

use std::slice;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::time::timeout;

use super::history::MONTH;
use super::questions::Questions;
use crate::model::Text;
use crate::remote::{AgentError, AgentPast, HistoryKept};
use crate::tui::{
    HistoryAnswer, HistoryQuestion, IncidentCourse, IncidentTally, MonitorPast, PastFacts,
    PastNumbers,
};
use crate::words;

/// Time limit of a question, all of its pages included. The screen asks again after it.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(10);

/// Asks agents about the past, one question at a time. A later question replaces one that waits.
pub(super) struct AgentDesk {
    past: AgentPast,
    zone: TimeZone,
    questions: Questions,
}

impl AgentDesk {
    pub(super) fn new(past: AgentPast, zone: TimeZone) -> AgentDesk {
        AgentDesk {
            past,
            zone,
            questions: Questions::default(),
        }
    }

    /// Returns false if the agents that it is about keep no history, as far as they have said.
    pub(super) fn ask(&self, question: HistoryQuestion) -> bool {
        let kept = self.past.is_kept(names(&question));
        if kept != HistoryKept::No && self.questions.put(question) {
            let (past, zone) = (self.past.clone(), self.zone.clone());
            let questions = self.questions.clone();
            tokio::spawn(async move {
                while let Some(question) = questions.take() {
                    questions.answer(answer_in_time(&past, &zone, question).await);
                }
            });
        }
        kept == HistoryKept::Yes
    }

    pub(super) fn answer(&self) -> Option<HistoryAnswer> {
        self.questions.next_answer()
    }
}

/// Returns the monitors that a question is about.
fn names(question: &HistoryQuestion) -> &[Text] {
    match question {
        HistoryQuestion::Monitor(name)
        | HistoryQuestion::Course { monitor: name, .. }
        | HistoryQuestion::Numbers { monitor: name, .. } => slice::from_ref(name),
        HistoryQuestion::Availability(names) => names,
        HistoryQuestion::Changes => &[],
    }
}

async fn answer_in_time(
    past: &AgentPast,
    zone: &TimeZone,
    question: HistoryQuestion,
) -> HistoryAnswer {
    let why = match timeout(QUESTION_TIMEOUT, answer(past, zone, &question)).await {
        Ok(Ok(answer)) => return answer,
        Ok(Err(error)) => error.why().to_owned(),
        Err(_) => format!("no answer within {}", words::span(QUESTION_TIMEOUT)),
    };
    HistoryAnswer::Failed { question, why }
}

async fn answer(
    past: &AgentPast,
    zone: &TimeZone,
    question: &HistoryQuestion,
) -> Result<HistoryAnswer, AgentError> {
    Ok(match question {
        HistoryQuestion::Monitor(name) => {
            let record = past.record(name, MonitorPast::LENGTH).await?;
            let mut incidents = IncidentTally::new(record.now);
            for incident in record.incidents {
                incidents.add(incident);
            }
            let facts = PastFacts {
                monitor: name.clone(),
                first_known: record.first_known,
                changes: record.changes,
                watched: record.watched,
                incidents,
            };
            HistoryAnswer::Monitor(Box::new(MonitorPast::new(facts, record.now, zone)))
        }
        HistoryQuestion::Course { monitor, id } => HistoryAnswer::Course(IncidentCourse {
            monitor: monitor.clone(),
            id: *id,
            changes: past.course(monitor, *id).await?,
        }),
        HistoryQuestion::Numbers { monitor, span } => {
            let step = PastNumbers::step_of(*span);
            // The interval that runs at the left edge, too.
            let length = *span + step.length();
            HistoryAnswer::Numbers(PastNumbers {
                monitor: monitor.clone(),
                span: *span,
                step,
                points: past.numbers(monitor, length, step).await?,
            })
        }
        // The agents send the events that they have kept, and none of former runs.
        HistoryQuestion::Changes => HistoryAnswer::Changes(Vec::new()),
        HistoryQuestion::Availability(names) => {
            HistoryAnswer::Availability(past.availability(names, MONTH).await?)
        }
    })
}
