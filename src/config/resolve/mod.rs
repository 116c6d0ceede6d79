//! Makes the plan from the file: required keys, conflicts of keys, and defaults.

mod alerts;
mod common;
mod depends_on;
mod history;
mod interface;
mod maintenance;
mod notes;
mod push_paths;
mod quality;
mod screen;
mod warnings;

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::path::Path;
use std::sync::Arc;

use siphasher::sip::SipHasher13;

use super::file::{CommonKeys, ConfigFile};
use crate::conf::codes::Code;
use crate::conf::context::Context;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::scope::Scope;
use crate::conf::secret::{Secret, spellings};
use crate::conf::setting::{Flattened, Setting};
use crate::conf::span::{LineIndex, Span};
use crate::conf::units::ConfigDuration;
use crate::engine::{Plan, Stop, Target};
use crate::model::{Kind, Meta, Rhythm, Text};
use crate::monitors::caches::Caches;
use crate::monitors::kind::KindCadence;
use crate::monitors::secrets::Secrets;
use crate::monitors::{self, MonitorKeys};
pub(super) use interface::InterfacePlan;

const LONGEST_NAME: usize = 128;

/// Makes a plan from a config file.
pub(super) struct PlanResolver<'c> {
    context: &'c Context<'c>,
    /// The folder for relative paths.
    folder: &'c Path,
    lines: LineIndex,
    /// The names of the files of the config.
    files: Vec<Text>,
    caches: Caches<'c>,
}

impl<'c> PlanResolver<'c> {
    pub(super) fn new(context: &'c Context<'c>, folder: &'c Path) -> PlanResolver<'c> {
        PlanResolver {
            context,
            folder,
            lines: LineIndex::new(context.source),
            files: (0..context.sources.ranges().count())
                .map(|index| Text::clean(context.sources.file(index)))
                .collect(),
            caches: Caches::new(folder),
        }
    }

    /// Returns the plan. It is valid only if nothing was reported.
    pub(super) fn plan(&self, file: &ConfigFile) -> Plan {
        let none = CommonKeys::default();
        let defaults = file.defaults.as_ref();
        let base = defaults
            .and_then(|field| field.value.as_ref())
            .unwrap_or(&none);
        let secrets = defaults.map_or(&[][..], |field| &field.secrets);
        let mut names = HashMap::new();
        let mut targets: Vec<Target> = Vec::new();
        match &file.monitors {
            None => self.context.report(match &file.include {
                None => Diagnostic::new(Code::MissingKey, "the config has no `monitors`")
                    .help("write `monitors:` with at least one `- name:` and a kind below it"),
                Some(field) => {
                    let title = "neither the config nor an included file has `monitors`";
                    Diagnostic::new(Code::MissingKey, title).at(field.span, "nothing to watch")
                }
            }),
            Some(monitors) => {
                for field in monitors.value.iter().flatten() {
                    let Some(monitor) = &field.value else {
                        continue;
                    };
                    let secrets = field.secrets.iter().chain(secrets).cloned().collect();
                    self.context.set_item(monitor.own.item());
                    targets.extend(self.target(field.span, monitor, base, secrets, &mut names));
                }
                self.context.set_item(None);
                self.check_push_paths(
                    monitors
                        .value
                        .iter()
                        .flatten()
                        .filter_map(|field| field.value.as_ref()),
                );
                self.check_dependencies(
                    monitors
                        .value
                        .iter()
                        .flatten()
                        .filter_map(|field| field.value.as_ref())
                        .map(|monitor| &monitor.own),
                );
                if monitors.value.as_ref().is_some_and(Vec::is_empty) {
                    self.context.report(
                        Diagnostic::new(Code::MissingKey, "`monitors` is empty")
                            .at(monitors.span, "nothing to watch"),
                    );
                }
            }
        }
        let maintenance = self.maintenance(file.maintenance.as_ref(), &targets);
        Plan {
            targets,
            maintenance,
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
        let mut hash = SipHasher13::new();
        let keys = monitor.keys(scope.kind)?;
        let shown_name = name.as_ref().map(Text::as_str);
        let resolved = keys.resolve(&self.caches, &scope, shown_name, &mut secrets, &mut hash)?;
        let rhythm = resolved.spec.rhythm();
        let cadence = keys.cadence(&scope, own.interval.as_ref(), base.interval.as_ref());
        let is_paced = cadence.is_none();
        let KindCadence { interval, schedule } = cadence.unwrap_or_else(|| KindCadence {
            interval: self.interval(&scope, rhythm, own, base),
            schedule: None,
        });
        let mut policy = self.policy(&scope, rhythm, interval, own, base);
        policy.schedule = schedule;
        policy.instances = keys.instances(&scope, &policy);
        if let Some(limits) = resolved.certificate {
            policy.certificate = limits;
        }
        policy.timestamped = resolved.timestamps.timestamped;
        policy.max_age = resolved.timestamps.max_age;
        let pace = self.pace(&scope, own, base);
        if rhythm == Rhythm::Poll {
            let span = |own: &Option<Setting<ConfigDuration>>,
                        base: &Option<Setting<ConfigDuration>>| {
                own.as_ref().or(base.as_ref()).map(|field| field.span)
            };
            let (length, timeout) = (
                span(&own.interval, &base.interval),
                span(&own.timeout, &base.timeout),
            );
            self.warn_overlap(&scope, (interval, length), (pace.timeout, timeout));
        }
        if is_paced {
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
        let labels = self.labels(&scope, own, base);
        let slo = self.slo(&scope, own, base);
        let place = monitor.name.as_ref().map(|name| self.place(name.span));
        let group = pick(&own.group, &base.group);
        let runbook = self.runbook(&scope, own, base, name.as_ref(), group.as_ref());
        let meta = Meta {
            name: name?,
            kind: scope.kind,
            address: Text::clean(&resolved.address),
            group,
            tags: tags
                .iter()
                .flat_map(|tags| &tags.0)
                .filter_map(Setting::shown_text)
                .map(|tag| Text::clean(&tag))
                .collect(),
            description: pick(&own.description, &base.description),
            runbook,
            labels,
            line: place.as_ref().map(|(_, line)| *line),
            file: place.and_then(|(file, _)| file),
            slo,
            depends_on: depends_on::names(monitor),
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

    /// The included file that a place is in, and its line there.
    fn place(&self, span: Span) -> (Option<Text>, u32) {
        let sources = self.context.sources;
        let index = sources.index(span.range().start);
        let start = sources.range(index).start;
        let file = (index > 0)
            .then(|| self.files.get(index).cloned())
            .flatten();
        let before = self.lines.of(Span::new(start, start));
        (file, self.lines.of(span) - before + 1)
    }

    /// Returns the name, if it is valid and unique.
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
                .note(
                    "names key the history, the JUnit report and the metrics; `description` \
                    takes any text",
                ),
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

    /// Returns the kind, and reports none or several.
    fn kind(&self, span: Span, monitor: &MonitorKeys, name: Option<&str>) -> Option<Scope<'_>> {
        let who = name.map_or_else(
            || "this monitor".to_owned(),
            |name| format!("monitor `{name}`"),
        );
        let near = monitor.name.as_ref().map(|name| name.span);
        let mut kinds = monitor
            .written()
            .map(|(kind, span)| (kind, self.context.key_before(span, kind.as_str())));
        let Some((kind, kind_span)) = kinds.next() else {
            self.context.report(
                Diagnostic::new(Code::MissingKey, format!("{who} has no kind"))
                    .at(
                        near.unwrap_or_else(|| self.context.first_line(span)),
                        "no kind is given",
                    )
                    .help(kinds_to_write()),
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

/// Returns the help text for a missing kind.
fn kinds_to_write() -> String {
    let (with_url, others): (Vec<_>, Vec<_>) = Kind::ALL
        .into_iter()
        .partition(|kind| !monitors::info(*kind).schemes.is_empty());
    let list = |kinds: Vec<Kind>, end: &str| {
        let words: Vec<_> = kinds
            .iter()
            .map(|kind| format!("`{}:{end}`", kind.as_str()))
            .collect();
        words.join(", ")
    };
    format!(
        "write one of {} with a URL behind it, or {}",
        list(with_url, ""),
        list(others, " {}")
    )
}
