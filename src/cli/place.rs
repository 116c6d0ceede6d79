//! Where acknowledgements, silences and notifications are kept: a history, or the agent that writes
//! it.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use tokio::runtime::Runtime;

use super::args::{LookArgs, PlaceArgs};
use super::attach::AgentUrls;
use super::user::user_name;
use super::{CommandError, log, memory, output, single_threaded_runtime};
use crate::clock::Clock;
use crate::history::period::whole_millis;
use crate::model::Text;
use crate::remote::AgentClient;
use crate::report::history::wall::WallStyle;

pub(super) enum Place {
    /// The path of a store. Its writer reads what is written here within a second.
    History(PathBuf),
    Agent(AskedAgent),
}

/// An agent that is asked one thing after the other.
pub(super) struct AskedAgent {
    client: AgentClient,
    runtime: Runtime,
}

impl Place {
    /// Finds the place that the arguments name, and starts the log.
    ///
    /// # Errors
    /// No config and no path, or not the URL of an agent.
    pub(super) fn find(args: &PlaceArgs, look: &LookArgs) -> Result<Place, CommandError> {
        log::start(look, log::TerminalUse::Bounded, &Arc::default())?;
        let Some(url) = &args.agent.url else {
            let path = memory::store_path(&args.memory, args.config.as_deref(), look)?;
            return Ok(Place::History(path));
        };
        let urls = AgentUrls::one(url, &args.agent.access)?;
        let client = urls.clients(&Clock::start(), look)?.pop();
        let client = client.ok_or_else(|| CommandError::usage("`--url` is empty"))?;
        Ok(Place::Agent(AskedAgent {
            client,
            runtime: single_threaded_runtime()?,
        }))
    }
}

impl AskedAgent {
    /// Sends one request and returns the answer, null without one. `query`: names and values.
    ///
    /// # Errors
    /// The agent cannot be reached or refuses; the message is its own.
    pub(super) fn ask(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, String)],
        body: Option<&Value>,
    ) -> Result<Value, CommandError> {
        let body = body.map(|body| Bytes::from(body.to_string()));
        let answer = self.client.ask(method, path, query, body);
        self.runtime.block_on(answer).map_err(|error| {
            CommandError::usage(format!("{}: {}", self.client.name(), error.why()))
        })
    }
}

/// Returns the present time in the precision of a history.
pub(super) fn now() -> Timestamp {
    whole_millis(Clock::start().anchor())
}

/// Returns who asks for something: the one that is named, else the user.
pub(super) fn author(named: Option<&str>) -> Text {
    let named = named.map(Text::clean).filter(|name| !name.is_empty());
    named.unwrap_or_else(user_name)
}

/// Returns how times are shown.
pub(super) fn wall(utc: bool) -> WallStyle {
    let zone = if utc {
        TimeZone::UTC
    } else {
        TimeZone::system()
    };
    WallStyle { zone, utc }
}

/// Returns a text or a number of JSON for people: empty for null, times as people read them.
pub(super) fn cell(value: &Value, wall: &WallStyle) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => match text.parse::<Timestamp>() {
            Ok(at) => wall.stamp(at),
            Err(_) => Text::clean(text).to_string(),
        },
        other => other.to_string(),
    }
}

/// Returns the items of a list of JSON.
pub(super) fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Prints JSON in one line.
pub(super) fn print_json(value: &Value) -> Result<(), CommandError> {
    print(&format!("{value}\n"))
}

pub(super) fn print(text: &str) -> Result<(), CommandError> {
    output::write(None, text.as_bytes()).map_err(CommandError::internal)
}

/// Returns what hbmon itself wrote as JSON.
pub(super) fn json(value: &impl serde::Serialize) -> Result<Value, CommandError> {
    serde_json::to_value(value).map_err(CommandError::internal)
}
