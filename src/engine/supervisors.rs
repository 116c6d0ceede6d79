//! The running supervisors: starts and stops them, and changes from one plan to the next.

use std::collections::HashMap;
use std::hash::Hasher;
use std::sync::Arc;
use std::time::Duration;

use siphasher::sip::SipHasher13;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{AbortHandle, JoinSet};

use super::commands::Commands;
use super::control::Control;
use super::pace::{Confirmation, Pace};
use super::plan::{PacePolicy, Plan, Stop, Target};
use super::push_router::{PushEndpoint, PushRouter};
use super::supervise::{Conversation, SupervisorContext, supervise};
use crate::clock::Clock;
use crate::model::{
    ChangeKind, Fleet, Kind, Moment, Observation, ShownSetting, ShownValue, TargetId, Text,
};
use crate::monitors::Spec;
use crate::monitors::dial::Dialers;
use crate::monitors::reporter::Reporter;
use crate::monitors::secrets::Secrets;

/// Time over which first attempts are spread. A larger fleet starts at `STARTS_A_SECOND`.
const START_WINDOW: Duration = Duration::from_secs(1);
const STARTS_A_SECOND: usize = 1000;

/// The channels into the loop, and the router of pushed heartbeats.
pub(super) struct EngineChannels {
    pub notes: mpsc::Sender<Observation>,
    pub commands: Commands,
    pub push_router: PushRouter,
}

/// All targets that the engine watches, with their supervisors.
pub(super) struct Supervisors {
    context: SupervisorContext,
    /// Limit for supervisors that start from now on. A running supervisor keeps its permits.
    concurrency: Option<usize>,
    stop: Stop,
    commands: Commands,
    push_router: PushRouter,
    /// Endpoints of the push monitors.
    push_endpoints: HashMap<TargetId, Arc<PushEndpoint>>,
    dialers: Dialers,
    tasks: JoinSet<()>,
    running: HashMap<TargetId, Running>,
    by_name: HashMap<Text, TargetId>,
    next_id: u32,
    /// Number of supervisors that run.
    active: usize,
}

/// A target that is watched.
struct Running {
    fingerprint: u64,
    enabled: bool,
    control: Arc<Control>,
    task: Option<AbortHandle>,
    spec: Spec,
    pace: PacePolicy,
    secrets: Arc<Secrets>,
}

impl Running {
    fn settings(&self) -> Vec<ShownSetting> {
        let PacePolicy { timeout, backoff } = self.pace;
        let backoff = ShownValue::Backoff(backoff.initial, backoff.max, backoff.slow_down);
        let pace = [("timeout", ShownValue::Time(timeout)), ("backoff", backoff)];
        let shown = |(key, value): (&'static str, _)| ShownSetting {
            key: key.into(),
            value,
        };
        let pace = pace.map(shown);
        // hbmon only listens for pushed heartbeats.
        let pace = pace.into_iter().filter(|_| self.spec.kind() != Kind::Push);
        pace.chain(self.spec.settings().redacted(&self.secrets))
            .collect()
    }
}

impl Supervisors {
    pub(super) fn new(clock: Clock, ways: EngineChannels) -> Supervisors {
        let EngineChannels {
            notes,
            commands,
            push_router,
        } = ways;
        Supervisors {
            context: SupervisorContext {
                clock,
                notes,
                permits: None,
            },
            concurrency: None,
            stop: Stop::Never,
            commands,
            push_router,
            push_endpoints: HashMap::new(),
            dialers: Dialers::new(),
            tasks: JoinSet::new(),
            running: HashMap::new(),
            by_name: HashMap::new(),
            next_id: 0,
            active: 0,
        }
    }

    /// Watches what this plan names. A target with the same name and fingerprint is not touched.
    pub(super) fn replace(&mut self, plan: Plan, fleet: &mut Fleet) -> ChangeKind {
        let now = self.context.clock.now();
        if plan.concurrency != self.concurrency {
            self.concurrency = plan.concurrency;
            self.context.permits = plan
                .concurrency
                .map(|limit| Arc::new(Semaphore::new(limit.max(1))));
        }
        self.stop = plan.stop;
        let total = plan.targets.len();
        fleet.set_maintenance(now, plan.maintenance);
        let fresh = plan
            .targets
            .iter()
            .filter(|target| self.unchanged(target).is_none())
            .count();
        let seconds = u32::try_from(fresh / STARTS_A_SECOND).unwrap_or(u32::MAX);
        let spread = match plan.stop {
            Stop::Never => Some(START_WINDOW.saturating_mul(seconds.max(1))),
            Stop::Settled | Stop::After(_) => None,
        };
        fleet.reserve(fresh);
        let mut left = self.by_name.clone();
        let mut by_name = HashMap::with_capacity(total);
        let mut order = Vec::with_capacity(total);
        let mut doors = HashMap::new();
        let (mut added, mut changed) = (0, 0);
        for target in plan.targets {
            let name = target.meta.name.clone();
            let door = match &target.spec {
                Spec::Push(spec) => Some((Arc::clone(spec), Arc::clone(&target.secrets))),
                _ => None,
            };
            let id = match (self.unchanged(&target), left.remove(&name)) {
                (Some(id), _) => {
                    fleet.update(
                        now,
                        id,
                        Arc::clone(&target.meta),
                        Arc::clone(&target.policy),
                    );
                    id
                }
                (None, old) => {
                    if let Some(old) = old {
                        self.remove(old);
                        changed += 1;
                    } else {
                        added += 1;
                    }
                    self.start(target, now, spread, fleet)
                }
            };
            if let Some((spec, secrets)) = door {
                let SupervisorContext { clock, notes, .. } = self.context.clone();
                let door = PushEndpoint::new(
                    id,
                    name.clone(),
                    spec,
                    secrets,
                    clock,
                    notes,
                    self.commands.clone(),
                );
                door.set_full(fleet.is_full(id));
                doors.insert(id, Arc::new(door));
            }
            by_name.insert(name, id);
            order.push(id);
        }
        self.by_name = by_name;
        let removed = left.len();
        for id in left.into_values() {
            self.remove(id);
        }
        fleet.retain(self.context.clock.now(), &order);
        self.push_endpoints = doors;
        self.push_router.replace(self.push_endpoints.values());
        ChangeKind::Reloaded {
            added,
            removed,
            changed,
            total,
        }
    }

    /// Returns what a target sends and checks, without secrets.
    pub(super) fn settings(&self, id: TargetId) -> Option<Vec<ShownSetting>> {
        self.running.get(&id).map(Running::settings)
    }

    /// Returns the target of this name.
    pub(super) fn id(&self, name: &Text) -> Option<TargetId> {
        self.by_name.get(name).copied()
    }

    pub(super) fn probe(&self, id: TargetId) {
        if let Some(member) = self.running.get(&id) {
            member.control.probe();
        }
    }

    pub(super) fn probe_all(&self) {
        for member in self.running.values() {
            member.control.probe();
        }
    }

    pub(super) fn push_endpoint(&self, id: TargetId) -> Option<&PushEndpoint> {
        self.push_endpoints.get(&id).map(Arc::as_ref)
    }

    pub(super) fn reconnect(&self, id: TargetId) {
        if let Some(member) = self.running.get(&id) {
            member.control.reconnect();
        }
    }

    /// Pauses or resumes a target. A target that is not enabled has no supervisor and is not
    /// affected.
    pub(super) fn pause(&self, id: TargetId, pause: bool) {
        if let Some(member) = self.running.get(&id) {
            member.control.pause(pause);
        }
    }

    /// Stops the supervisor of a target. The target stays in the fleet.
    pub(super) fn stop(&mut self, id: TargetId) {
        if let Some(task) = self
            .running
            .get_mut(&id)
            .and_then(|member| member.task.take())
        {
            task.abort();
            self.active -= 1;
        }
    }

    /// Waits until a supervisor has panicked. Safe to drop and call again at any time.
    pub(super) async fn panicked(&mut self) {
        loop {
            match self.tasks.join_next().await {
                Some(Err(death)) if death.is_panic() => return,
                Some(_dismissed) => {}
                None => std::future::pending().await,
            }
        }
    }

    /// Returns whether no supervisor and no push monitor is left that could report anything.
    pub(super) fn are_all_stopped(&self) -> bool {
        self.active == 0 && self.push_endpoints.is_empty()
    }

    /// Returns the running target that equals this one, if there is one.
    fn unchanged(&self, target: &Target) -> Option<TargetId> {
        let id = *self.by_name.get(&target.meta.name)?;
        let member = self.running.get(&id)?;
        (member.fingerprint == target.fingerprint && member.enabled == target.enabled).then_some(id)
    }

    fn start(
        &mut self,
        target: Target,
        now: Moment,
        spread: Option<Duration>,
        fleet: &mut Fleet,
    ) -> TargetId {
        let id = TargetId(self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        fleet.add(
            now,
            id,
            Arc::clone(&target.meta),
            Arc::clone(&target.policy),
            !target.enabled,
        );
        let control = Arc::new(Control::default());
        let (fingerprint, enabled) = (target.fingerprint, target.enabled);
        let place = spread_position(&target.meta.name);
        let at = |window: Duration| now.plus(window.mul_f64(place));
        let (first, grid) = spread.map_or((now, now), |window| {
            (at(window), at(target.policy.interval))
        });
        let conversation = if enabled {
            self.conversation(&target, id, grid, Arc::clone(&control))
        } else {
            None
        };
        let task =
            conversation.map(|conversation| self.tasks.spawn(supervise(conversation, first)));
        self.active += usize::from(task.is_some());
        self.running.insert(
            id,
            Running {
                fingerprint,
                enabled,
                control,
                task,
                spec: target.spec,
                pace: target.pace,
                secrets: target.secrets,
            },
        );
        id
    }

    /// Returns what a supervisor runs, or `None` for a push monitor, which makes no attempts.
    fn conversation(
        &self,
        target: &Target,
        id: TargetId,
        grid: Moment,
        control: Arc<Control>,
    ) -> Option<Box<Conversation>> {
        let policy = &target.policy;
        let confirmation = Confirmation {
            failures: policy.failures.error.unwrap_or(u32::MAX),
            after: policy.confirm,
            is_awaited: self.stop != Stop::Never,
        };
        let SupervisorContext { clock, notes, .. } = self.context.clone();
        let out = Reporter::new(
            id,
            policy.rhythm,
            target.pace.timeout,
            clock,
            notes,
            Arc::clone(&target.secrets),
        )
        .with_transcript(&target.meta.name);
        let monitor = target.spec.open(&self.dialers, out.trace())?;
        let pace = Pace::new(
            policy.rhythm,
            policy.interval,
            target.pace.backoff,
            confirmation,
            grid,
        );
        Some(Box::new(Conversation {
            id,
            pace,
            monitor,
            reporter: out,
            control,
            context: self.context.clone(),
        }))
    }

    fn remove(&mut self, id: TargetId) {
        self.stop(id);
        self.running.remove(&id);
    }
}

/// Returns the position of a target in a spread, from 0 to 1. It is a hash of the name that is the
/// same on every machine and in every release.
fn spread_position(name: &Text) -> f64 {
    let mut hasher = SipHasher13::new();
    hasher.write(name.as_str().as_bytes());
    (hasher.finish() >> 11) as f64 / (1_u64 << 53) as f64
}
