//! Which channels are told of a monitor's incidents, and from when on.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::alerts::rules::{AlertRoute, AlertRules};
use crate::model::{Meta, Moment, Status, Text};

/// The routes of monitors. Those that the same routes select share what follows from them.
#[derive(Debug, Default)]
pub(super) struct RouteTable(HashMap<Vec<usize>, Arc<MonitorRoutes>>);

/// The routes that select a monitor, by channel. Computed once per monitor and config.
#[derive(Debug, Default)]
pub(super) struct MonitorRoutes(pub(super) Vec<ChannelRoutes>);

/// What the routes of a monitor say about one channel.
#[derive(Debug)]
pub(super) struct ChannelRoutes {
    pub(super) channel: Text,
    terms: Vec<RouteTerm>,
}

#[derive(Debug)]
struct RouteTerm {
    from: Status,
    after: Duration,
    remind: Option<Duration>,
}

/// When an incident is told on a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// No route applies to an incident of this level.
    Never,
    /// At this moment; `None`: only after something else has changed.
    Later(Option<Moment>),
    /// `remind`: time between two reminders.
    Now { remind: Option<Duration> },
}

/// What the routes need to know of an incident.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) opened: Moment,
    pub(super) error_since: Option<Moment>,
    /// While it is acknowledged: until when; `None` within: until it ends.
    pub(super) acknowledged: Option<Option<Moment>>,
}

impl Standing {
    /// Returns since when the incident has had a level.
    fn since(&self, level: Status) -> Option<Moment> {
        if level == Status::Error {
            self.error_since
        } else {
            Some(self.opened)
        }
    }
}

impl RouteTable {
    pub(super) fn of(&mut self, rules: &AlertRules, meta: &Meta) -> Arc<MonitorRoutes> {
        let routes = rules.routes.iter().enumerate();
        let selecting = routes.filter(|(_, route)| route.matches.matches(meta));
        let selecting: Vec<usize> = selecting.map(|(place, _)| place).collect();
        let known = self.0.entry(selecting).or_insert_with_key(|selecting| {
            let routes = selecting.iter().map(|place| &rules.routes[*place]);
            Arc::new(MonitorRoutes::of(routes))
        });
        Arc::clone(known)
    }
}

impl MonitorRoutes {
    fn of<'a>(routes: impl Iterator<Item = &'a AlertRoute>) -> MonitorRoutes {
        let mut all = MonitorRoutes::default();
        for route in routes {
            for channel in &route.to {
                let term = RouteTerm {
                    from: route.from,
                    after: route.after,
                    remind: route.remind,
                };
                all.add(channel, term);
            }
        }
        all
    }

    /// Returns the route of hbmon's own problems: the channel is told of each at once.
    pub(super) fn of_own(channel: &Text) -> MonitorRoutes {
        let mut all = MonitorRoutes::default();
        let term = RouteTerm {
            from: Status::Error,
            after: Duration::ZERO,
            remind: None,
        };
        all.add(channel, term);
        all
    }

    fn add(&mut self, channel: &Text, term: RouteTerm) {
        match self.0.iter_mut().find(|known| known.channel == *channel) {
            Some(known) => known.terms.push(term),
            None => self.0.push(ChannelRoutes {
                channel: channel.clone(),
                terms: vec![term],
            }),
        }
    }
}

impl ChannelRoutes {
    /// Returns when an incident is told: as soon as one of the routes is satisfied.
    pub(super) fn due(&self, incident: &Standing, now: Moment) -> Due {
        let mut due = Due::Never;
        for term in &self.terms {
            let Some(since) = incident.since(term.from) else {
                continue;
            };
            let at = match incident.acknowledged {
                Some(until) if !term.after.is_zero() => {
                    until.map(|until| until.max(since.plus(term.after)))
                }
                _ => Some(since.plus(term.after)),
            };
            due = due.or(match at {
                Some(at) if at <= now => Due::Now {
                    remind: term.remind,
                },
                at => Due::Later(at),
            });
        }
        due
    }
}

impl Due {
    /// Returns the earlier of two, and the shorter time between reminders.
    fn or(self, other: Due) -> Due {
        match (self, other) {
            (Due::Now { remind: a }, Due::Now { remind: b }) => Due::Now {
                remind: a.into_iter().chain(b).min(),
            },
            (now @ Due::Now { .. }, _) | (_, now @ Due::Now { .. }) => now,
            (Due::Later(a), Due::Later(b)) => Due::Later(a.into_iter().chain(b).min()),
            (later, Due::Never) | (Due::Never, later) => later,
        }
    }
}
