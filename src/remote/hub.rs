//! Publishes what all agents say as snapshots, and passes on what the user asks of them.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::client::AgentClient;
use super::fleet::RemoteFleet;
use super::follow::{Heard, Reports, follow};
use super::link::{AgentLink, LinkState};
use crate::clock::Clock;
use crate::model::{Meta, Snapshot, TargetId};

/// Minimum time between two snapshots.
const PUBLISH_INTERVAL: Duration = Duration::from_millis(100);
/// Number of reports that wait before an agent's stream has to.
const REPORTS: usize = 256;
const COMMANDS: usize = 16;

/// What a user asks of agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentCommand {
    /// Probe a monitor now.
    Check(TargetId),
    CheckAll,
    Reconnect(TargetId),
    /// Pause (true) or resume.
    Pause(TargetId, bool),
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
    _tasks: JoinSet<()>,
}

impl Agents {
    /// Follows agents, within a tokio runtime. `clock` should begin long ago, so that times before
    /// the start of this process have moments. `keep` decides which monitors are shown.
    pub fn follow(
        clients: Vec<AgentClient>,
        clock: &Clock,
        keep: Box<dyn Fn(&Meta) -> bool + Send>,
    ) -> Agents {
        let names = clients.iter().map(AgentClient::name).collect();
        let fleet = RemoteFleet::new(names, keep);
        let (sender, reports) = mpsc::channel(REPORTS);
        let (commands, requested) = mpsc::channel(COMMANDS);
        let first = fleet.snapshot(clock.now(), clock.anchor());
        let publisher = watch::Sender::new(first);
        let links = watch::Sender::new(fleet.links());
        let mut tasks = JoinSet::new();
        for (agent, client) in clients.iter().enumerate() {
            let sender = sender.clone();
            let reports = Reports { agent, sender };
            tasks.spawn(follow(client.clone(), clock.clone(), reports));
        }
        let agents = Agents {
            snapshots: publisher.subscribe(),
            links: links.subscribe(),
            commands: AgentCommands(commands),
            _tasks: JoinSet::new(),
        };
        let hub = Hub {
            fleet,
            clients,
            clock: clock.clone(),
            publisher,
            links,
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
    clients: Vec<AgentClient>,
    clock: Clock,
    publisher: watch::Sender<Arc<Snapshot>>,
    links: watch::Sender<Vec<AgentLink>>,
    sender: mpsc::Sender<(usize, Heard)>,
}

impl Hub {
    async fn run(
        mut self,
        mut reports: mpsc::Receiver<(usize, Heard)>,
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

    fn hear(&mut self, agent: usize, heard: Heard) {
        let now = self.clock.now();
        let was_lost = self
            .fleet
            .link_mut(agent)
            .is_some_and(|link| matches!(link.state, LinkState::Lost { .. }));
        match heard {
            Heard::MayAct(may_act) => {
                if let Some(link) = self.fleet.link_mut(agent) {
                    link.may_act = may_act;
                }
            }
            Heard::Status(status, read_at) => {
                // The anchor follows the wall clock after a sleep, and so do the rows.
                self.clock.shift();
                let times = (self.clock.anchor(), read_at);
                self.fleet.take_status(agent, &status, times);
                if was_lost && let Some(link) = self.fleet.link_mut(agent) {
                    tracing::info!("agent {} is reachable again", link.name);
                }
            }
            Heard::Event(event) => self.fleet.take_event(agent, &event),
            Heard::Lost(why) => {
                self.fleet.lose(agent, now, &why);
                if !was_lost && let Some(link) = self.fleet.link_mut(agent) {
                    tracing::warn!("agent {} is unreachable: {why}", link.name);
                }
            }
            Heard::Refused(why) => {
                if let Some(link) = self.fleet.link_mut(agent) {
                    link.refusal = Some((now, why));
                }
            }
        }
    }

    /// Sends an action to the agents of its monitors, one request after the other.
    fn ask(&self, command: AgentCommand, actions: &mut JoinSet<()>) {
        let of = |id: TargetId, action: &'static str| {
            let found = self.fleet.find(id);
            found.map(|(agent, name)| (agent, name.to_owned(), action))
        };
        let wanted: Vec<(usize, String, &'static str)> = match command {
            AgentCommand::Check(id) => of(id, "check").into_iter().collect(),
            AgentCommand::Reconnect(id) => of(id, "reconnect").into_iter().collect(),
            AgentCommand::Pause(id, true) => of(id, "pause").into_iter().collect(),
            AgentCommand::Pause(id, false) => of(id, "resume").into_iter().collect(),
            AgentCommand::CheckAll => self
                .fleet
                .askable()
                .into_iter()
                .map(|(agent, name)| (agent, name, "check"))
                .collect(),
        };
        let clients = self.clients.clone();
        let sender = self.sender.clone();
        actions.spawn(async move {
            for (agent, name, action) in wanted {
                let Some(client) = clients.get(agent) else {
                    continue;
                };
                let end = client.act(&client.connection(), &name, action).await;
                if let Err(refused) = end {
                    let why = format!("{action} {name}: {}", refused.why());
                    let sender = sender.clone();
                    let reports = Reports { agent, sender };
                    reports.send(Heard::Refused(why)).await;
                }
            }
        });
    }
}
