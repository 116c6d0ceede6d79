//! Publishes what all agents say as snapshots, and passes on what the user asks of them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::alerts::AgentBoards;
use super::client::AgentClient;
use super::details::AgentDetails;
use super::fleet::RemoteFleet;
use super::follow::{AgentReport, Reports, follow};
use super::link::AgentLink;
use super::loss_log::LossLog;
use super::past::AgentPast;
use super::request::AgentRequest;
use crate::clock::Clock;
use crate::history::alert_board::AlertBoard;
use crate::model::{Meta, Moment, Snapshot, TargetId, Text};

/// Minimum time between two snapshots.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(100);
/// Number of reports that wait before an agent's stream has to.
const REPORTS: usize = 256;
const COMMANDS: usize = 16;

/// What a user asks of agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentCommand {
    /// Probe a monitor now.
    Check(TargetId),
    CheckAll,
    Reconnect(TargetId),
    /// Pause (true) or resume.
    Pause(TargetId, bool),
    /// Acknowledge the open incident of a monitor; `None` takes that back.
    Acknowledge {
        id: TargetId,
        by: Option<Text>,
    },
    /// Silence a monitor until then; `None` ends the silence that it has.
    Silence {
        id: TargetId,
        until: Option<Moment>,
        by: Text,
    },
    /// Ask for the settings and instances of a monitor.
    Describe(TargetId),
}

/// Sends commands to the agents of the monitors.
#[derive(Clone)]
pub struct AgentCommands(mpsc::Sender<AgentCommand>);

impl AgentCommands {
    /// Sends a command without waiting. It is lost if too many wait already.
    pub fn send(&self, command: AgentCommand) {
        // The user sees no effect, and can press the key again.
        let _ = self.0.try_send(command);
    }
}

/// The agents that are followed. Dropping this ends the connections.
pub struct Agents {
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    pub links: watch::Receiver<Vec<AgentLink>>,
    pub commands: AgentCommands,
    /// The last answer to `AgentCommand::Describe`.
    pub details: watch::Receiver<Option<AgentDetails>>,
    /// What the channels of all agents are told.
    pub alerts: watch::Receiver<Arc<AlertBoard>>,
    /// Answers questions about the past.
    pub past: AgentPast,
    _tasks: JoinSet<()>,
}

impl Agents {
    /// Follows agents, within a tokio runtime. `clock` should begin long ago, so that times before
    /// the start of this process have moments. `keep` decides which monitors are shown; `with_past`:
    /// the changes begin with those that the agents have kept.
    pub fn follow(
        clients: Vec<AgentClient>,
        clock: &Clock,
        keep: Box<dyn Fn(&Meta) -> bool + Send>,
        with_past: bool,
    ) -> Agents {
        let names = clients.iter().map(AgentClient::name).collect();
        let fleet = RemoteFleet::new(names, keep);
        let (sender, reports) = mpsc::channel(REPORTS);
        let (commands, requested) = mpsc::channel(COMMANDS);
        let first = fleet.snapshot(clock.now(), clock.anchor());
        let publisher = watch::Sender::new(first);
        let links = watch::Sender::new(fleet.links());
        let details = watch::Sender::new(None);
        let mut tasks = JoinSet::new();
        for (agent, client) in clients.iter().enumerate() {
            let sender = sender.clone();
            let reports = Reports { agent, sender };
            tasks.spawn(follow(client.clone(), clock.clone(), with_past, reports));
        }
        let boards = AgentBoards::new(clients.len());
        let is_alone = clients.len() == 1;
        for (agent, client) in clients.iter().enumerate() {
            let prefix = if is_alone {
                String::new()
            } else {
                format!("{}/", client.name())
            };
            let boards = boards.clone();
            tasks.spawn(boards.follow(agent, client.clone(), clock.clone(), prefix));
        }
        let agents = Agents {
            snapshots: publisher.subscribe(),
            links: links.subscribe(),
            commands: AgentCommands(commands),
            details: details.subscribe(),
            alerts: boards.subscribe(),
            past: AgentPast::new(&clients, clock),
            _tasks: JoinSet::new(),
        };
        let hub = Hub {
            fleet,
            losses: clients.iter().map(|_| LossLog::default()).collect(),
            clients,
            clock: clock.clone(),
            publisher,
            links,
            details,
            sender,
        };
        tasks.spawn(hub.run(reports, requested));
        Agents {
            _tasks: tasks,
            ..agents
        }
    }
}

struct Hub {
    fleet: RemoteFleet,
    /// What the log says of the connections, by agent.
    losses: Vec<LossLog>,
    clients: Vec<AgentClient>,
    clock: Clock,
    publisher: watch::Sender<Arc<Snapshot>>,
    links: watch::Sender<Vec<AgentLink>>,
    details: watch::Sender<Option<AgentDetails>>,
    sender: mpsc::Sender<(usize, AgentReport)>,
}

impl Hub {
    async fn run(
        mut self,
        mut reports: mpsc::Receiver<(usize, AgentReport)>,
        mut requested: mpsc::Receiver<AgentCommand>,
    ) {
        let mut actions = JoinSet::new();
        let mut published = self.clock.now();
        let mut is_dirty = false;
        loop {
            let due = self.clock.instant(published.plus(PUBLISH_INTERVAL));
            tokio::select! {
                Some((agent, heard)) = reports.recv() => {
                    self.hear(agent, heard);
                    is_dirty = true;
                }
                Some(command) = requested.recv() => self.ask(command, &mut actions),
                Some(_) = actions.join_next() => {}
                () = tokio::time::sleep_until(due), if is_dirty => {
                    published = self.clock.now();
                    is_dirty = false;
                    self.publish();
                }
            }
        }
    }

    fn publish(&mut self) {
        let (now, anchor) = (self.clock.now(), self.clock.anchor());
        // Who waits for a link finds its rows.
        self.publisher
            .send_replace(self.fleet.snapshot(now, anchor));
        self.links.send_replace(self.fleet.links());
    }

    fn hear(&mut self, agent: usize, heard: AgentReport) {
        let now = self.clock.now();
        match heard {
            AgentReport::MayAct(may_act) => {
                if let Some(link) = self.fleet.link_mut(agent) {
                    link.may_act = may_act;
                }
            }
            AgentReport::Status(status, read_at, past) => {
                // The anchor follows the wall clock after a sleep, and so do the rows.
                self.clock.shift();
                let times = (self.clock.anchor(), read_at);
                self.fleet.take_status(agent, &status, times);
                self.fleet.take_past(agent, &past);
                if let Some(log) = self.losses.get_mut(agent)
                    && log.is_news_of_return()
                    && let Some(link) = self.fleet.link_mut(agent)
                {
                    tracing::info!("agent {} is reachable again", link.name);
                }
            }
            AgentReport::Event(event) => self.fleet.take_event(agent, &event),
            AgentReport::Lost(why) => {
                self.fleet.lose(agent, now, &why);
                if let Some(log) = self.losses.get_mut(agent)
                    && log.is_news_of_loss(now, &why)
                    && let Some(link) = self.fleet.link_mut(agent)
                {
                    tracing::warn!("agent {} is unreachable: {why}", link.name);
                }
            }
            AgentReport::Refused(why) => {
                if let Some(link) = self.fleet.link_mut(agent) {
                    link.refusal = Some((now, why));
                }
            }
            AgentReport::Details(id, settings, instances) => {
                let times = self.fleet.times(agent);
                let details = AgentDetails::new(id, &settings, &instances, times);
                self.details.send_replace(Some(details));
            }
        }
    }

    /// Carries out a command.
    fn ask(&mut self, command: AgentCommand, actions: &mut JoinSet<()>) {
        if let AgentCommand::Describe(id) = command {
            return self.describe(id, actions);
        }
        let now = self.clock.now();
        let requests = match self.requests(&command, now) {
            Ok(requests) => requests,
            Err((agent, why)) => return self.hear(agent, AgentReport::Refused(why)),
        };
        let clients = self.clients.clone();
        let sender = self.sender.clone();
        // One request after the other.
        actions.spawn(async move {
            for (agent, request) in requests {
                let Some(client) = clients.get(agent) else {
                    continue;
                };
                let what = request.what.clone();
                if let Err(refused) = client.act(&client.connection(), request).await {
                    let why = format!("{what}: {}", refused.why());
                    let sender = sender.clone();
                    let reports = Reports { agent, sender };
                    reports.send(AgentReport::Refused(why)).await;
                }
            }
        });
    }

    /// Returns the requests of a command, with the agents that they go to.
    ///
    /// # Errors
    /// The agent, and why it cannot be asked for that.
    fn requests(
        &self,
        command: &AgentCommand,
        now: Moment,
    ) -> Result<Vec<(usize, AgentRequest)>, (usize, String)> {
        let (id, action) = match command {
            AgentCommand::Check(id) => (*id, "check"),
            AgentCommand::Reconnect(id) => (*id, "reconnect"),
            AgentCommand::Pause(id, true) => (*id, "pause"),
            AgentCommand::Pause(id, false) => (*id, "resume"),
            AgentCommand::CheckAll => {
                let all = self.fleet.askable().into_iter();
                return Ok(all
                    .map(|(agent, name)| (agent, AgentRequest::action(&name, "check")))
                    .collect());
            }
            AgentCommand::Acknowledge { id, .. } => (*id, "acknowledge"),
            AgentCommand::Silence { id, .. } | AgentCommand::Describe(id) => (*id, "silence"),
        };
        let Some((agent, name, row)) = self.fleet.find(id) else {
            return Ok(Vec::new());
        };
        let lacks = |what: &str| {
            let why = format!("{action} {name}: it has no {what}");
            (agent, Text::clean(&why).to_string())
        };
        let request = match command {
            AgentCommand::Acknowledge { by, .. } => {
                let incident = row.incident.as_ref();
                let id = incident.ok_or_else(|| lacks("open incident"))?.id;
                match by {
                    Some(by) => AgentRequest::acknowledge(name, id, by),
                    None => AgentRequest::take_back(name, id),
                }
            }
            AgentCommand::Silence {
                until: Some(until),
                by,
                ..
            } => AgentRequest::silence(name, until.since(now), by),
            AgentCommand::Silence { until: None, .. } => {
                let silence = row.silence.as_ref();
                let id = silence.ok_or_else(|| lacks("silence"))?.id;
                AgentRequest::end_silence(name, id)
            }
            _ => AgentRequest::action(name, action),
        };
        Ok(vec![(agent, request)])
    }

    /// Asks an agent about a monitor. Without an answer the screen shows what the status says.
    fn describe(&self, id: TargetId, actions: &mut JoinSet<()>) {
        let Some((agent, name, row)) = self.fleet.find(id) else {
            return;
        };
        let Some(client) = self.clients.get(agent).cloned() else {
            return;
        };
        let sender = self.sender.clone();
        let (name, has_instances) = (name.to_owned(), row.instances.is_some());
        actions.spawn(async move {
            if let Ok((settings, instances)) = client.details(&name, has_instances).await {
                let details = AgentReport::Details(id, settings, instances);
                Reports { agent, sender }.send(details).await;
            }
        });
    }
}
