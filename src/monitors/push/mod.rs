//! The `push` kind: reads the requests that senders make. It has no `Monitor`, because hbmon only
//! listens.

pub mod keys;
pub mod resolve;

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use crate::model::{Beat, Evidence, Failure, Push, PushSignal, Rhythm, Text};
use crate::monitors::attempt::Monitor;
use crate::monitors::dial::Dialers;
use crate::monitors::kind::KindSpec;
use crate::monitors::payload::{Expect, Filter, Query, excerpt, json};
use crate::monitors::secrets::Secrets;
use crate::monitors::settings::MonitorSettings;
use crate::monitors::token::Token;
use crate::monitors::trace::Trace;
pub use keys::PushMethod;

/// Where every push monitor is reached, by its name.
pub const HEARTBEATS_PATH: &str = "/v1/heartbeats/";

#[derive(Clone, Debug, Default)]
pub struct PushSpec {
    /// Second path for heartbeats besides `/v1/heartbeats/NAME`. Begins with `/`.
    pub path: Option<String>,
    /// Methods of requests that are accepted.
    pub methods: Vec<PushMethod>,
    pub token: Option<Token>,
    /// Finds the name of the instance in the payload.
    pub id: Option<Query>,
    /// Matches payloads whose instance is ready for work.
    pub available: Option<Filter>,
    pub expect: Expect,
    pub timestamp: Option<Query>,
}

impl KindSpec for PushSpec {
    fn rhythm(&self) -> Rhythm {
        Rhythm::Subscription
    }

    fn settings(&self) -> MonitorSettings {
        let mut settings = MonitorSettings::default();
        settings.extend("push.token", self.token.as_ref().map(|_| "required"));
        settings.extend("push.id", self.id.as_ref().map(Query::source));
        let available = self.available.as_ref();
        settings.extend(
            "push.available",
            available.map(|filter| filter.source().as_str()),
        );
        settings.messages(None, self.timestamp.as_ref());
        settings.expect(&self.expect);
        settings
    }

    fn open(self: Arc<Self>, _: &Dialers, _: &Trace) -> Option<Box<dyn Monitor>> {
        None
    }
}

/// The action that the path of a request names. The path alone is a heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushAction {
    Beat,
    /// `/start`: a run starts.
    Start,
    /// `/fail`: a failure; the body is its message.
    Fail,
    /// `/log`: the body is only logged.
    Log,
    /// `/EXITCODE`: a command ended. 0 is a heartbeat, any other code a failure.
    Exit(u8),
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushRefusal {
    /// The payload has no `id`, or is not JSON although the monitor reads JSON.
    Payload { why: Text },
    /// The instance is new, and the monitor already has the maximum number of instances.
    TooManyInstances { limit: usize },
    /// hbmon is shutting down.
    Stopping,
}

impl fmt::Display for PushRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PushRefusal::Payload { why } => write!(f, "the payload is refused: {why}"),
            PushRefusal::TooManyInstances { limit } => {
                write!(f, "this monitor has {limit} instances, and takes no more")
            }
            PushRefusal::Stopping => f.write_str("hbmon is stopping"),
        }
    }
}

impl std::error::Error for PushRefusal {}

/// The longest name of an instance, in bytes.
const MAX_ID_BYTES: usize = 128;

impl PushAction {
    /// Returns the action that the last segment of a path names.
    pub fn parse(segment: &str) -> Option<PushAction> {
        match segment {
            "start" => Some(PushAction::Start),
            "fail" => Some(PushAction::Fail),
            "log" => Some(PushAction::Log),
            digits if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                digits.parse().ok().map(PushAction::Exit)
            }
            _ => None,
        }
    }
}

impl PushSpec {
    /// Reads one request. `run` is the sender's `rid`, `received` the current wall time. `secrets`
    /// are redacted in everything that is kept of the body.
    ///
    /// # Errors
    /// Only for heartbeats. A reported failure counts even if its body is not JSON.
    pub fn read(
        &self,
        step: PushAction,
        run: Option<&str>,
        body: &[u8],
        received: Timestamp,
        secrets: &Secrets,
    ) -> Result<Push, PushRefusal> {
        let run = run.filter(|run| !run.is_empty()).map(Text::clean);
        let mut evidence = None;
        let (said, instance) = match step {
            PushAction::Beat | PushAction::Exit(0) => {
                let (said, instance) = self.heartbeat(body, received, secrets)?;
                if let PushSignal::Failed(failure) = &said {
                    let seen = Evidence {
                        value: failure.value().cloned(),
                        body: excerpt::body_excerpt(body),
                        ..Evidence::default()
                    };
                    evidence = Some(Arc::new(seen.map_text(|text| secrets.redact(text))));
                }
                (said, instance)
            }
            PushAction::Start => (PushSignal::Start, self.instance_if_any(body)),
            PushAction::Log => (
                PushSignal::Log(secrets.tail(body)),
                self.instance_if_any(body),
            ),
            PushAction::Fail => (reported(None, body, secrets), self.instance_if_any(body)),
            PushAction::Exit(code) => (
                reported(Some(code), body, secrets),
                self.instance_if_any(body),
            ),
        };
        Ok(Push {
            signal: said,
            run,
            instance,
            evidence,
        })
    }

    fn heartbeat(
        &self,
        body: &[u8],
        received: Timestamp,
        secrets: &Secrets,
    ) -> Result<(PushSignal, Option<Text>), PushRefusal> {
        let wants_json =
            self.id.is_some() || self.available.is_some() || self.expect.json.is_some();
        let reads_json = wants_json || self.timestamp.is_some();
        let body = &*json::decode(body, None);
        let json = if reads_json {
            json::read(body)
        } else {
            Ok(Value::Null)
        };
        if wants_json && let Err(Failure::Payload { why }) = &json {
            return Err(refused(secrets.redact(why.clone()).as_str()));
        }
        let instance = match (&self.id, &json) {
            (Some(query), Ok(json)) => Some(instance(query, json, body.len())?),
            _ => None,
        };
        let checked = self.expect.check(body, &json).and_then(|()| {
            Ok((
                self.sent(&json, body.len())?,
                self.is_available(&json, body.len())?,
            ))
        });
        let said = match checked {
            Ok((sent, available)) => {
                let delta = sent.map(|sent| sent.duration_until(received));
                let excerpt = (!body.is_empty()).then(|| secrets.excerpt(body));
                PushSignal::Beat {
                    beat: Beat {
                        latency: None,
                        delta,
                        sent,
                        excerpt,
                    },
                    available,
                }
            }
            Err(failure) => PushSignal::Failed(failure.map_text(|text| secrets.redact(text))),
        };
        Ok((said, instance))
    }

    /// Returns the sender's timestamp, if the monitor reads one.
    fn sent(
        &self,
        json: &Result<Value, Failure>,
        bytes: usize,
    ) -> Result<Option<Timestamp>, Failure> {
        let Some(query) = &self.timestamp else {
            return Ok(None);
        };
        query
            .timestamp(json.as_ref().map_err(Failure::clone)?, bytes)
            .map(Some)
    }

    /// Returns whether the instance is ready for work.
    fn is_available(&self, json: &Result<Value, Failure>, bytes: usize) -> Result<bool, Failure> {
        let Some(filter) = &self.available else {
            return Ok(true);
        };
        json.as_ref()
            .map_or(Ok(false), |json| filter.matches(json, bytes))
    }

    /// Returns the name of the instance, if the body has one.
    fn instance_if_any(&self, body: &[u8]) -> Option<Text> {
        let json = json::read(body).ok()?;
        instance(self.id.as_ref()?, &json, body.len()).ok()
    }
}

/// Reads the name of the instance: a string or a number. Names that `Text::clean` would change are
/// refused, because two of them could become equal.
fn instance(query: &Query, json: &Value, bytes: usize) -> Result<Text, PushRefusal> {
    let found = query
        .first(json, bytes)
        .map_err(|_| refused("finding its `id` takes too much work"))?;
    let name = match found {
        Some(Value::String(name)) => name.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(refused("its `id` is neither a text nor a number")),
        None => return Err(refused("the path of `id` leads to nothing in it")),
    };
    let id = Text::clean(&name);
    if name.is_empty() || name.len() > MAX_ID_BYTES {
        return Err(refused("its `id` is empty or longer than 128 bytes"));
    }
    if id.as_str() != name {
        return Err(refused("its `id` has characters that a name cannot have"));
    }
    Ok(id)
}

fn reported(code: Option<u8>, body: &[u8], secrets: &Secrets) -> PushSignal {
    let why = Some(secrets.tail(body)).filter(|why| !why.is_empty());
    PushSignal::Failed(Failure::Reported { code, why })
}

fn refused(why: &str) -> PushRefusal {
    PushRefusal::Payload {
        why: Text::clean(why),
    }
}
