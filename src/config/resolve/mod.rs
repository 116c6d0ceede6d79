//! From the file to the plan: what must be there, what excludes what, what a missing key means.

mod common;
mod interface;
mod push_paths;
mod quality;
mod screen;
mod warnings;

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use siphasher::sip::SipHasher13;

use super::file::{CommonKeys, ConfigFile, MonitorKeys};
use crate::conf::codes::Code;
use crate::conf::context::Context;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::secret::{Secret, spellings};
use crate::conf::setting::{Flattened, Setting};
use crate::conf::span::{LineIndex, Span};
use crate::conf::units::Period;
use crate::engine::{Plan, Stop, Target};
use crate::model::{Kind, Meta, Rhythm, Text};
use crate::monitors::caches::{Caches, ResolvedKind};
use crate::monitors::dial::config::endpoint::{ResolvedEndpoint, endpoint};
use crate::monitors::dial::config::keys::EndpointKeys;
use crate::monitors::push::resolve::{PushRhythm, instances, push_rhythm};
use crate::monitors::reporter::Secrets;
use crate::monitors::{Spec, http, push, socketio, sse, websocket};
pub use interface::InterfacePlan;

const LONGEST_NAME: usize = 128;

/// Makes a plan of a config file.
pub struct PlanResolver<'c> {
    context: &'c Context<'c>,
    /// Relative files are relative to it.
    folder: &'c Path,
    lines: LineIndex,
    caches: Caches<'c>,
    /// What is asked by which monitor, by a hash of its keys.
    requests: RefCell<HashMap<u64, (String, Span)>>,
}

impl<'c> PlanResolver<'c> {
    pub fn new(context: &'c Context<'c>, folder: &'c Path) -> PlanResolver<'c> {
        PlanResolver {
            context,
            folder,
            lines: LineIndex::new(context.source),
            caches: Caches::new(folder),
            requests: RefCell::default(),
        }
    }

    /// The plan, worth something only if nothing was reported.
    pub fn plan(&self, file: &ConfigFile) -> Plan {
        let none = CommonKeys::default();
        let defaults = file.defaults.as_ref();
        let base = defaults
            .and_then(|field| field.value.as_ref())
            .unwrap_or(&none);
        let secrets = defaults.map_or(&[][..], |field| &field.secrets);
        let mut names = HashMap::new();
        let mut targets: Vec<Target> = Vec::new();
        match &file.monitors {
            None => self.context.report(
                Diagnostic::new(Code::MissingKey, "the config has no `monitors`")
                    .help("write `monitors:` with at least one `- name:` and a kind below it"),
            ),
            Some(monitors) => {
                for field in monitors.value.iter().flatten() {
                    let Some(monitor) = &field.value else {
                        continue;
                    };
                    let secrets = field.secrets.iter().chain(secrets).cloned().collect();
                    targets.extend(self.target(field.span, monitor, base, secrets, &mut names));
                }
                self.check_push_paths(
                    monitors
                        .value
                        .iter()
                        .flatten()
                        .filter_map(|field| field.value.as_ref()),
                );
                if monitors.value.as_ref().is_some_and(Vec::is_empty) {
                    self.context.report(
                        Diagnostic::new(Code::MissingKey, "`monitors` is empty")
                            .at(monitors.span, "nothing to watch"),
                    );
                }
            }
        }
        Plan {
            targets,
            concurrency: None,
            stop: Stop::Never,
        }
    }

    fn target(
        &self,
        span: Span,
        Flattened {
            shared: own,
            own: monitor,
        }: &Flattened<CommonKeys, MonitorKeys>,
        base: &CommonKeys,
        mut secrets: Vec<Secret>,
        names: &mut HashMap<String, Span>,
    ) -> Option<Target> {
        let name = self.name(span, monitor, names);
        let scope = self.kind(span, monitor, name.as_ref().map(Text::as_str))?;
        let push = monitor.push.as_ref().and_then(|field| field.value.as_ref());
        let mut hash = SipHasher13::new();
        let resolved = match scope.kind {
            Kind::Http => self
                .with_endpoint(
                    &scope,
                    &monitor.http,
                    &mut secrets,
                    &mut hash,
                    http::resolve::resolve,
                )
                .map(|resolved| resolved.map(|spec| Spec::Http(Arc::new(spec)))),
            Kind::Websocket => self
                .with_endpoint(
                    &scope,
                    &monitor.websocket,
                    &mut secrets,
                    &mut hash,
                    websocket::resolve::resolve,
                )
                .map(|resolved| resolved.map(|spec| Spec::Websocket(Arc::new(spec)))),
            Kind::Sse => self
                .with_endpoint(
                    &scope,
                    &monitor.sse,
                    &mut secrets,
                    &mut hash,
                    sse::resolve::resolve,
                )
                .map(|resolved| resolved.map(|spec| Spec::Sse(Arc::new(spec)))),
            Kind::Socketio => self
                .with_endpoint(
                    &scope,
                    &monitor.socketio,
                    &mut secrets,
                    &mut hash,
                    socketio::resolve::resolve,
                )
                .map(|resolved| resolved.map(|spec| Spec::Socketio(Arc::new(spec)))),
            Kind::Push => {
                let name = name.as_ref().map(Text::as_str);
                push.map(|keys| {
                    push::resolve::resolve(
                        &self.caches,
                        &scope,
                        keys,
                        name,
                        &mut secrets,
                        &mut hash,
                    )
                })
                .map(|resolved| resolved.map(|spec| Spec::Push(Arc::new(spec))))
            }
        };
        let resolved = resolved?;
        let rhythm = resolved.spec.rhythm();
        let (interval, schedule) = match push {
            Some(keys) => {
                let PushRhythm { interval, schedule } =
                    push_rhythm(&scope, keys, own.interval.as_ref(), base.interval.as_ref());
                (interval, schedule)
            }
            None => (self.interval(&scope, rhythm, own, base), None),
        };
        let mut policy = self.policy(&scope, rhythm, interval, own, base);
        policy.schedule = schedule;
        policy.instances = push.and_then(|keys| instances(&scope, keys, &policy));
        if let Some(limits) = resolved.certificate {
            policy.certificate = limits;
        }
        policy.timestamped = resolved.timestamps.timestamped;
        policy.max_age = resolved.timestamps.max_age;
        let pace = self.pace(&scope, own, base);
        if rhythm == Rhythm::Poll {
            let span = |own: &Option<Setting<Period>>, base: &Option<Setting<Period>>| {
                own.as_ref().or(base.as_ref()).map(|field| field.span)
            };
            let (length, timeout) = (
                span(&own.interval, &base.interval),
                span(&own.timeout, &base.timeout),
            );
            self.warn_overlap(&scope, (interval, length), (pace.timeout, timeout));
        }
        // Nobody paces what comes by itself.
        if push.is_none() {
            (policy.interval, pace.timeout).hash(&mut hash);
            (
                pace.backoff.initial,
                pace.backoff.max,
                pace.backoff.slow_down,
            )
                .hash(&mut hash);
        }
        let pick = |own: &Option<Setting<String>>, base: &Option<Setting<String>>| {
            own.as_ref()
                .or(base.as_ref())
                .and_then(Setting::shown_text)
                .map(|text| Text::clean(&text))
        };
        let tags = own
            .tags
            .as_ref()
            .or(base.tags.as_ref())
            .and_then(|field| field.value.as_ref());
        let meta = Meta {
            name: name?,
            kind: scope.kind,
            address: Text::clean(&resolved.address),
            group: pick(&own.group, &base.group),
            tags: tags
                .iter()
                .flat_map(|tags| &tags.0)
                .filter_map(Setting::shown_text)
                .map(|tag| Text::clean(&tag))
                .collect(),
            description: pick(&own.description, &base.description),
            line: monitor.name.as_ref().map(|name| self.lines.of(name.span)),
        };
        Some(Target {
            meta: Arc::new(meta),
            policy: self.caches.dedup.share(policy),
            pace,
            spec: resolved.spec,
            secrets: self
                .caches
                .dedup
                .share(Secrets::new(secrets.iter().flat_map(spellings).collect())),
            enabled: own
                .enabled
                .as_ref()
                .or(base.enabled.as_ref())
                .and_then(|field| field.value)
                .unwrap_or(true),
            fingerprint: hash.finish(),
        })
    }

    /// Resolves what all kinds with a URL share, then what is the kind's own.
    fn with_endpoint<K: Hash, S>(
        &self,
        scope: &Scope<'_>,
        field: &Option<Setting<Flattened<EndpointKeys, K>>>,
        secrets: &mut Vec<Secret>,
        hash: &mut SipHasher13,
        resolve: impl Fn(
            &Caches<'_>,
            &Scope<'_>,
            &K,
            ResolvedEndpoint,
            &mut Vec<Secret>,
        ) -> Option<ResolvedKind<S>>,
    ) -> Option<ResolvedKind<S>> {
        let keys = field.as_ref()?.value.as_ref()?;
        (scope.kind.as_str(), keys).hash(hash);
        self.warn_duplicate_request(scope, hash.finish());
        let endpoint = endpoint(&self.caches, scope, &keys.shared, secrets, hash)?;
        resolve(&self.caches, scope, &keys.own, endpoint, secrets)
    }

    /// The name as it is shown, if it can be one and no other monitor has it.
    fn name(
        &self,
        span: Span,
        monitor: &MonitorKeys,
        names: &mut HashMap<String, Span>,
    ) -> Option<Text> {
        let Some(field) = &monitor.name else {
            self.context.report(
                Diagnostic::new(Code::MissingKey, "a monitor has no `name`")
                    .at(self.context.first_line(span), "this one")
                    .help("write `name:` and a word of letters, digits, `.`, `_` or `-`"),
            );
            return None;
        };
        let (name, shown) = (field.value.as_ref()?, field.shown_text()?);
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        let problem = match name.char_indices().find(|(_, c)| !allowed(*c)) {
            Some((at, c)) => Some((
                self.context.part(field, at..at + c.len_utf8()),
                "not allowed in a name",
            )),
            None if name.is_empty() => Some((field.span, "it is empty")),
            None if name.len() > LONGEST_NAME => {
                Some((field.span, "it is longer than 128 characters"))
            }
            None => None,
        };
        if let Some((place, label)) = problem {
            self.context.report(
                Diagnostic::new(
                    Code::Name,
                    "a monitor's name takes only letters, digits, `.`, `_` and `-`, 128 at most",
                )
                .at(place, label)
                .note("names key the history, the JUnit report and the metrics; `description` takes any text"),
            );
            return None;
        }
        if let Some(first) = names.get(&shown) {
            self.context.report(
                Diagnostic::new(
                    Code::DuplicateName,
                    format!("two monitors are named `{shown}`"),
                )
                .at(field.span, "second one")
                .also(*first, "first one")
                .note(
                    "names key the history, the JUnit report and the metrics, so they must differ",
                ),
            );
            return None;
        }
        names.insert(shown.clone(), field.span);
        Some(Text::clean(&shown))
    }

    /// Exactly one kind.
    fn kind(&self, span: Span, monitor: &MonitorKeys, name: Option<&str>) -> Option<Scope<'_>> {
        let who = name.map_or_else(
            || "this monitor".to_owned(),
            |name| format!("monitor `{name}`"),
        );
        let near = monitor.name.as_ref().map(|name| name.span);
        let kinds = [
            (Kind::Http, monitor.http.as_ref().map(|field| field.span)),
            (
                Kind::Websocket,
                monitor.websocket.as_ref().map(|field| field.span),
            ),
            (Kind::Sse, monitor.sse.as_ref().map(|field| field.span)),
            (
                Kind::Socketio,
                monitor.socketio.as_ref().map(|field| field.span),
            ),
            (Kind::Push, monitor.push.as_ref().map(|field| field.span)),
        ];
        let mut kinds = kinds
            .into_iter()
            .filter_map(|(kind, span)| Some((kind, self.context.key_before(span?, kind.as_str()))));
        let Some((kind, kind_span)) = kinds.next() else {
            self.context.report(
                Diagnostic::new(Code::MissingKey, format!("{who} has no kind"))
                    .at(near.unwrap_or_else(|| self.context.first_line(span)), "what is to be watched?")
                    .help(
                        "write one of `http:`, `websocket:`, `sse:`, `socketio:` with a URL behind it, or `push: {}`",
                    ),
            );
            return None;
        };
        if let Some((other, other_span)) = kinds.next() {
            let (first, second) = if kind_span < other_span {
                (kind_span, other_span)
            } else {
                (other_span, kind_span)
            };
            let title = format!(
                "{who} has two kinds, `{}` and `{}`",
                kind.as_str(),
                other.as_str()
            );
            self.context.report(
                Diagnostic::new(Code::Conflict, title)
                    .at(second, "second one")
                    .also(first, "first one")
                    .near(near)
                    .help("a monitor is of exactly one kind: write two monitors"),
            );
            return None;
        }
        Some(Scope {
            context: self.context,
            label: who,
            name_span: near,
            kind,
            kind_span,
        })
    }
}
