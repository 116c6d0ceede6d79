//! Carries out the commands of a screen that is attached to agents, and says how they are.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::watch;

use super::agent_history::AgentDesk;
use super::host;
use crate::cli::user::user_name;
use crate::clock::Clock;
use crate::history::alert_board::AlertBoard;
use crate::model::{Moment, Row, Snapshot, TargetId};
use crate::remote::{AgentCommand, AgentCommands, AgentDetails, AgentLink, Agents, LinkState};
use crate::tui::{
    Caption, CaptionTone, HistoryAnswer, HistoryQuestion, MonitorDetails, Reach, ScreenCommand,
    ScreenHost, Screenshot,
};
use crate::words;

/// How long a refusal of an agent is shown.
const REFUSAL_DURATION: Duration = Duration::from_secs(10);

pub(super) struct AgentHost {
    commands: AgentCommands,
    links: watch::Receiver<Vec<AgentLink>>,
    details: watch::Receiver<Option<AgentDetails>>,
    history: AgentDesk,
    alerts: watch::Receiver<Arc<AlertBoard>>,
    began: Moment,
}

impl AgentHost {
    /// `zone`: the one in which days are shown.
    pub(super) fn new(agents: &Agents, clock: &Clock, zone: TimeZone) -> AgentHost {
        AgentHost {
            commands: agents.commands.clone(),
            links: agents.links.clone(),
            details: agents.details.clone(),
            history: AgentDesk::new(agents.past.clone(), zone),
            alerts: agents.alerts.clone(),
            began: clock.started(),
        }
    }
}

impl ScreenHost for AgentHost {
    fn command(&mut self, command: ScreenCommand) {
        self.commands.send(match command {
            ScreenCommand::BeatNow(id) => AgentCommand::Check(id),
            ScreenCommand::BeatAll => AgentCommand::CheckAll,
            ScreenCommand::Reconnect(id) => AgentCommand::Reconnect(id),
            ScreenCommand::Pause(id, pause) => AgentCommand::Pause(id, pause),
            ScreenCommand::Acknowledge { id, on } => AgentCommand::Acknowledge {
                id,
                by: on.then(user_name),
            },
            ScreenCommand::Silence { id, until } => AgentCommand::Silence {
                id,
                until,
                by: user_name(),
            },
            // The config is the agent's; the screen does not offer this.
            ScreenCommand::Reload => return,
        });
    }

    fn describe(&mut self, id: TargetId) -> bool {
        self.commands.send(AgentCommand::Describe(id));
        true
    }

    fn described(&mut self) -> Option<MonitorDetails> {
        if !self.details.has_changed().unwrap_or(false) {
            return None;
        }
        let details = self.details.borrow_and_update().clone()?;
        Some(MonitorDetails::new(
            details.id,
            details.settings,
            details.instances,
        ))
    }

    fn ask_history(&mut self, question: HistoryQuestion) -> bool {
        self.history.ask(question)
    }

    fn history_answer(&mut self) -> Option<HistoryAnswer> {
        self.history.answer()
    }

    fn alerts(&self) -> Option<Arc<AlertBoard>> {
        Some(Arc::clone(&self.alerts.borrow()))
    }

    fn json(&self, snapshot: &Snapshot, row: &Row) -> String {
        host::json_of(snapshot, row)
    }

    fn save(&mut self, saved: &Screenshot) -> String {
        host::save(saved, self.began)
    }

    fn caption(&self, now: Moment) -> Option<Caption> {
        caption(&self.links.borrow(), now)
    }

    fn reach(&self) -> Reach {
        let links = self.links.borrow();
        let may_act = |link: &AgentLink| link.may_act && link.state == LinkState::Connected;
        Reach {
            attached: true,
            act: links.iter().any(may_act),
            began: match links.as_slice() {
                [one] => one.started,
                _ => None,
            },
        }
    }
}

/// Returns what is wrong with the connections: agents that cannot be reached, else one that has
/// just refused an action.
fn caption(links: &[AgentLink], now: Moment) -> Option<Caption> {
    let lost: Vec<(&AgentLink, Moment, &str)> = links
        .iter()
        .filter_map(|link| match &link.state {
            LinkState::Lost { since, why } => Some((link, *since, why.as_str())),
            _ => None,
        })
        .collect();
    let text = match lost.as_slice() {
        [] => return other(links, now),
        [(link, since, why)] => {
            let age = words::age(now.since(*since));
            format!("agent {} unreachable for {age}: {why}", link.name)
        }
        several => {
            let each: Vec<String> = several
                .iter()
                .map(|(link, since, _)| {
                    format!("{} for {}", link.name, words::age(now.since(*since)))
                })
                .collect();
            format!(
                "{} of {} agents unreachable: {}",
                several.len(),
                links.len(),
                each.join(", ")
            )
        }
    };
    Some(trouble(text))
}

fn other(links: &[AgentLink], now: Moment) -> Option<Caption> {
    let refused = links.iter().find_map(|link| {
        let (at, why) = link.refusal.as_ref()?;
        (now.since(*at) < REFUSAL_DURATION).then(|| format!("{} refused: {why}", link.name))
    });
    let waits = || {
        let link = links
            .iter()
            .find(|link| link.state == LinkState::Connecting)?;
        Some(format!("connecting to {}", link.name))
    };
    refused.or_else(waits).map(trouble)
}

const fn trouble(text: String) -> Caption {
    Caption {
        text,
        tone: CaptionTone::Trouble,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Text;

    fn at(seconds: u64) -> Moment {
        Moment::after_start(Duration::from_secs(seconds))
    }

    fn link(name: &str, state: LinkState) -> AgentLink {
        AgentLink {
            name: Text::clean(name),
            state,
            may_act: true,
            started: None,
            refusal: None,
        }
    }

    fn lost(since: u64) -> LinkState {
        LinkState::Lost {
            since: at(since),
            why: "connection refused".to_owned(),
        }
    }

    #[test]
    fn what_cannot_be_reached_is_said_first() {
        let said = |links: &[AgentLink]| caption(links, at(100)).map(|caption| caption.text);
        let mut well = link("a:1", LinkState::Connected);
        assert_eq!(said(std::slice::from_ref(&well)), None);
        well.refusal = Some((at(95), "pause api: 403 Forbidden".to_owned()));
        assert_eq!(
            said(std::slice::from_ref(&well)).as_deref(),
            Some("a:1 refused: pause api: 403 Forbidden")
        );
        let gone = link("b:2", lost(88));
        assert_eq!(
            said(&[well.clone(), gone.clone()]).as_deref(),
            Some("agent b:2 unreachable for 12s: connection refused")
        );
        assert_eq!(
            said(&[gone, link("c:3", lost(10))]).as_deref(),
            Some("2 of 2 agents unreachable: b:2 for 12s, c:3 for 1m30s")
        );
        well.refusal = Some((at(80), "old".to_owned()));
        let waiting = link("d:4", LinkState::Connecting);
        assert_eq!(said(&[well, waiting]).as_deref(), Some("connecting to d:4"));
    }
}
