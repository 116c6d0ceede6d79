//! Asks agents about the past of their monitors.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::agent_error::AgentError;
use super::client::AgentClient;
use super::wire_past::{WireCourse, WireHistory, WireIncidents, WireNumbers, WireReport};
use crate::clock::Clock;
use crate::history::change::StatusChange;
use crate::history::incident::Incident;
use crate::history::numbers::{NumbersPoint, Step};
use crate::history::period::Period;
use crate::lock::LockExt;
use crate::model::{IncidentId, Moment, Selector, Text};
use crate::monitors::dial::Dialer;

/// Maximum size of an answer in bytes: 1,000 intervals with their histograms.
const MAX_BYTES: usize = 8 << 20;
/// Maximum number of pages that are read for one question. A page has 1,000 rows.
const MAX_PAGES: usize = 20;
/// Maximum length of a filter that an agent takes, in bytes.
const MAX_FILTER_BYTES: usize = 1000;
/// Maximum number of filters for one question: those of about 500 monitors.
const MAX_FILTERS: usize = 16;
/// An agent without a history is asked again after this time: it may have one after a restart.
const LACK_REFRESH: Duration = Duration::from_secs(60);

/// Asks the agents of a screen about the past. Names are those on the screen. Clones share what is
/// known of the agents.
#[derive(Clone)]
pub struct AgentPast {
    agents: Arc<[PastAgent]>,
    clock: Clock,
}

struct PastAgent {
    client: AgentClient,
    /// Precedes the names of its monitors on the screen.
    prefix: String,
    /// When the agent last said that it keeps no history.
    lacks: Mutex<Option<Moment>>,
}

/// What an agent knows of one monitor.
#[derive(Clone, Debug)]
pub struct AgentRecord {
    /// The time of the answer by the clock of the agent.
    pub now: Timestamp,
    pub first_known: Timestamp,
    /// In their order.
    pub changes: Vec<StatusChange>,
    /// When the agent watched, in order.
    pub watched: Vec<Period>,
    /// Newest first.
    pub incidents: Vec<Incident>,
}

/// Whether agents keep a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryKept {
    /// They do, or have not said otherwise.
    Yes,
    No,
    /// They did not a while ago, and can be asked again.
    NotLately,
}

impl AgentPast {
    pub(super) fn new(clients: &[AgentClient], clock: &Clock) -> AgentPast {
        let is_alone = clients.len() == 1;
        let agent = |client: &AgentClient| PastAgent {
            client: client.with_limit(MAX_BYTES),
            prefix: if is_alone {
                String::new()
            } else {
                format!("{}/", client.name())
            },
            lacks: Mutex::default(),
        };
        AgentPast {
            agents: clients.iter().map(agent).collect(),
            clock: clock.clone(),
        }
    }

    /// Returns whether the agents of these monitors keep a history, or all agents for no names. One
    /// that does is enough.
    pub fn is_kept(&self, names: &[Text]) -> HistoryKept {
        let now = self.clock.now();
        let is_meant = |agent: &&PastAgent| {
            names.is_empty() || names.iter().any(|name| agent.own(name).is_some())
        };
        let mut answer = None;
        for agent in self.agents.iter().filter(is_meant) {
            match *agent.lacks.lock().ignore_poison() {
                None => return HistoryKept::Yes,
                Some(at) if now.since(at) >= LACK_REFRESH => answer = Some(HistoryKept::NotLately),
                Some(_) => {
                    answer.get_or_insert(HistoryKept::No);
                }
            }
        }
        answer.unwrap_or(HistoryKept::Yes)
    }

    /// Returns what is known of a monitor in the last time of this length. A monitor that the
    /// history does not know yet has no past.
    ///
    /// # Errors
    /// The agent cannot be reached, refuses, keeps no history, or has too many rows.
    pub async fn record(&self, name: &Text, length: Duration) -> Result<AgentRecord, AgentError> {
        let (agent, theirs) = self.owner(name)?;
        let since = ago(length);
        let path = ["v1", "monitors", theirs, "history"];
        let query = [("since", since.clone())];
        let connection = agent.client.connection();
        let pages = agent.pages(&connection, &path, &query, |page: &WireHistory| {
            page.next.clone()
        });
        let Some(pages) = self.unless_missing(agent, theirs, pages.await).await? else {
            let now = self.clock.wall(self.clock.now());
            return Ok(AgentRecord {
                now,
                first_known: now,
                changes: Vec::new(),
                watched: Vec::new(),
                incidents: Vec::new(),
            });
        };
        let query = [("monitor", theirs.to_owned()), ("since", since)];
        let path = ["v1", "incidents"];
        let incidents = agent.pages(&connection, &path, &query, |page: &WireIncidents| {
            page.next.clone()
        });
        let incidents = incidents.await?;
        let listed = incidents.iter().flat_map(|page| &page.incidents);
        let mut incidents: Vec<Incident> = listed
            .filter_map(|incident| incident.incident(name))
            .collect();
        incidents.reverse();
        let now = self.clock.wall(self.clock.now());
        Ok(record(name, &pages, incidents, now))
    }

    /// Returns the changes of a monitor during one of its incidents, in their order.
    ///
    /// # Errors
    /// The agent cannot be reached or refuses, or has no such incident.
    pub async fn course(
        &self,
        name: &Text,
        id: IncidentId,
    ) -> Result<Vec<StatusChange>, AgentError> {
        let (agent, _) = self.owner(name)?;
        let path = ["v1", "incidents", &id.to_string()];
        let connection = agent.client.connection();
        let course: WireCourse = agent.client.get_json(&connection, &path, &[]).await?;
        Ok(course
            .changes
            .iter()
            .map(|change| change.change(name))
            .collect())
    }

    /// Returns the numbers of a monitor in the last time of this length, by intervals in their
    /// order.
    ///
    /// # Errors
    /// The agent cannot be reached, refuses or keeps no history.
    pub async fn numbers(
        &self,
        name: &Text,
        length: Duration,
        step: Step,
    ) -> Result<Vec<NumbersPoint>, AgentError> {
        let (agent, theirs) = self.owner(name)?;
        let path = ["v1", "monitors", theirs, "numbers"];
        let query = [
            ("since", ago(length)),
            ("step", step.as_str().to_owned()),
            ("histograms", "true".to_owned()),
        ];
        let connection = agent.client.connection();
        let pages = agent.pages(&connection, &path, &query, |page: &WireNumbers| {
            page.next.clone()
        });
        let pages = self.unless_missing(agent, theirs, pages.await).await?;
        let points = pages.iter().flatten().flat_map(|page| &page.numbers);
        let mut points: Vec<NumbersPoint> = points.map(|point| point.point()).collect();
        points.sort_by_key(|point| point.at);
        Ok(points)
    }

    /// Returns the availability of each of these monitors in the last time of this length; `None`
    /// where no time was judged, and for those whose agent does not answer.
    ///
    /// # Errors
    /// No agent can be reached.
    pub async fn availability(
        &self,
        names: &[Text],
        length: Duration,
    ) -> Result<Vec<(Text, Option<f64>)>, AgentError> {
        let ask = self.agents.iter().map(|agent| async move {
            let theirs: Vec<&str> = names.iter().filter_map(|name| agent.own(name)).collect();
            if theirs.is_empty() {
                return Ok(None);
            }
            let answer = agent.availability(&theirs, length).await;
            self.note(agent, &answer);
            answer.map(|shares| Some((&agent.prefix, shares)))
        });
        let mut shares: HashMap<Text, Option<f64>> = HashMap::new();
        let mut failure = None;
        let mut is_answered = false;
        for answer in join_all(ask).await {
            match answer {
                Ok(None) => {}
                Ok(Some((prefix, found))) => {
                    is_answered = true;
                    let name = |theirs| Text::clean(&format!("{prefix}{theirs}"));
                    let found = found.into_iter();
                    shares.extend(found.map(|(theirs, share)| (name(theirs), share)));
                }
                Err(error) => failure = Some(error),
            }
        }
        match failure {
            Some(error) if !is_answered => Err(error),
            _ => Ok(names
                .iter()
                .map(|name| (name.clone(), shares.get(name).copied().flatten()))
                .collect()),
        }
    }

    /// Returns the agent of a monitor, and its name there.
    fn find<'a>(&self, name: &'a Text) -> Option<(&PastAgent, &'a str)> {
        let mut agents = self.agents.iter();
        agents.find_map(|agent| Some((agent, agent.own(name)?)))
    }

    fn owner<'a>(&self, name: &'a Text) -> Result<(&PastAgent, &'a str), AgentError> {
        let missing = || AgentError::Missing("no agent has this monitor".to_owned());
        self.find(name).ok_or_else(missing)
    }

    /// Returns `None` instead of a 404 about a monitor, if the agent keeps a history at all.
    async fn unless_missing<T>(
        &self,
        agent: &PastAgent,
        name: &str,
        answer: Result<T, AgentError>,
    ) -> Result<Option<T>, AgentError> {
        match answer {
            Err(AgentError::Missing(_)) => {
                let probe = agent.availability(&[name], Duration::from_secs(1)).await;
                self.note(agent, &probe);
                probe.map(|_| None)
            }
            answer => {
                self.note(agent, &answer);
                answer.map(Some)
            }
        }
    }

    /// Notes whether an agent keeps a history, as far as this answer says.
    fn note<T>(&self, agent: &PastAgent, answer: &Result<T, AgentError>) {
        let lacks = match answer {
            Ok(_) => None,
            Err(AgentError::Missing(_)) => Some(self.clock.now()),
            Err(_) => return,
        };
        *agent.lacks.lock().ignore_poison() = lacks;
    }
}

impl PastAgent {
    /// Returns the name of one of its monitors without the prefix.
    fn own<'a>(&self, name: &'a Text) -> Option<&'a str> {
        name.as_str().strip_prefix(&self.prefix)
    }

    /// Asks page by page. `next`: the cursor of the page after this one.
    async fn pages<T: DeserializeOwned>(
        &self,
        connection: &Dialer,
        path: &[&str],
        query: &[(&str, String)],
        next: impl Fn(&T) -> Option<String>,
    ) -> Result<Vec<T>, AgentError> {
        let mut pages = Vec::new();
        let mut cursor = None;
        while pages.len() < MAX_PAGES {
            let mut query = query.to_vec();
            query.extend(cursor.take().map(|after| ("after", after)));
            let page = self.client.get_json(connection, path, &query).await?;
            cursor = next(&page);
            pages.push(page);
            if cursor.is_none() {
                return Ok(pages);
            }
        }
        let why = "the history of this time is too long to be read over HTTP";
        Err(AgentError::Refused(why.to_owned()))
    }

    /// Returns the availability of monitors, by the agent's names.
    async fn availability(
        &self,
        names: &[&str],
        length: Duration,
    ) -> Result<Vec<(String, Option<f64>)>, AgentError> {
        let connection = self.client.connection();
        let mut shares = Vec::new();
        for filter in filters(names) {
            let query = [("last", ago(length)), ("filter", filter)];
            let path = ["v1", "report"];
            let report: WireReport = self.client.get_json(&connection, &path, &query).await?;
            let rows = report.rows.into_iter();
            shares.extend(rows.map(|row| (row.name, row.availability)));
        }
        Ok(shares)
    }
}

/// Returns the record of a monitor from the pages of its history. `otherwise`: the time of the
/// answer if the agent does not say it.
fn record(
    name: &Text,
    pages: &[WireHistory],
    incidents: Vec<Incident>,
    otherwise: Timestamp,
) -> AgentRecord {
    let now = pages.first().and_then(|page| page.until);
    let now = now.unwrap_or(otherwise);
    let changes: Vec<StatusChange> = pages
        .iter()
        .flat_map(|page| &page.changes)
        .map(|change| change.change(name))
        .collect();
    // Each page has all of them.
    let unwatched = pages.first().map_or(&[][..], |page| &page.unwatched);
    let gaps: Vec<Period> = unwatched.iter().map(|gap| gap.period()).collect();
    // The first change begins when the monitor was first watched.
    let begins = changes.iter().map(|change| change.from);
    let begins = begins.chain(gaps.iter().map(|gap| gap.since));
    let first_known = begins.min().unwrap_or(now);
    AgentRecord {
        now,
        first_known,
        changes,
        watched: between(first_known, &gaps, now),
        incidents,
    }
}

/// Returns the times from `since` to `until` beside the gaps, which are in order.
fn between(since: Timestamp, gaps: &[Period], until: Timestamp) -> Vec<Period> {
    let mut begin = since;
    let mut times = Vec::new();
    for gap in gaps {
        times.push(Period::new(begin, gap.since));
        begin = begin.max(gap.until);
    }
    times.push(Period::new(begin, until));
    times.retain(|time| !time.is_empty());
    times
}

/// Returns filters that select these monitors, as few as their length allows.
fn filters(names: &[&str]) -> Vec<String> {
    let mut filters: Vec<String> = Vec::new();
    for name in names {
        let one = Selector::of_name(name);
        match filters.last_mut() {
            Some(last) if last.len() + 2 + one.len() <= MAX_FILTER_BYTES => {
                last.push_str(", ");
                last.push_str(&one);
            }
            _ if one.len() <= MAX_FILTER_BYTES => filters.push(one),
            // A name that no filter can hold.
            _ => {}
        }
    }
    filters.truncate(MAX_FILTERS);
    filters
}

/// Returns how long ago, as agents read it: `86400s`.
fn ago(length: Duration) -> String {
    format!("{}s", length.as_secs().max(1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Status;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_record_joins_pages_and_knows_when_the_agent_watched() {
        let change = |from: &str, status: &str| json!({"from": from, "status": status});
        let gap = json!({"from": "2026-11-20T00:00:00Z", "until": "2026-11-21T00:00:00Z"});
        let pages = [
            json!({
                "until": "2026-11-22T12:00:00Z", "unwatched": [gap.clone()], "next": "1",
                "changes": [change("2026-11-18T12:00:00Z", "healthy")]
            }),
            json!({
                "until": "2026-11-22T12:00:01Z", "unwatched": [gap],
                "changes": [change("2026-11-19T12:00:00Z", "error")]
            }),
        ];
        let pages = pages.map(|page| serde_json::from_value(page).unwrap());
        let name = Text::clean("a:1/api");
        let record = record(&name, &pages, Vec::new(), Timestamp::UNIX_EPOCH);
        assert_eq!(record.now, time("2026-11-22T12:00:00Z"));
        assert_eq!(record.first_known, time("2026-11-18T12:00:00Z"));
        let statuses: Vec<Status> = (record.changes.iter())
            .map(|change| change.status)
            .collect();
        assert_eq!(statuses, [Status::Healthy, Status::Error]);
        assert!(record.changes.iter().all(|change| change.monitor == name));
        let watched = [
            Period::new(record.first_known, time("2026-11-20T00:00:00Z")),
            Period::new(time("2026-11-21T00:00:00Z"), record.now),
        ];
        assert_eq!(record.watched, watched);
    }

    #[test]
    fn filters_are_as_long_as_agents_take_them() {
        assert_eq!(filters(&["a", "b\"c"]), [r#"name:"a", name:"b\"c""#]);
        let names: Vec<String> = (0..200).map(|n| format!("monitor-{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = filters(&names);
        assert!(found.iter().all(|filter| filter.len() <= MAX_FILTER_BYTES));
        let selected: usize = found.iter().map(|filter| filter.split(", ").count()).sum();
        assert_eq!(selected, 200);
        assert!(filters(&["x".repeat(1000).as_str()]).is_empty());
    }
}
