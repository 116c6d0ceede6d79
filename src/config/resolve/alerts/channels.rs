//! Resolves the channels of alerts: their names, their kinds and their fallbacks.

use std::sync::Arc;

use crate::alerts::message::MessageStyle;
use crate::alerts::rules::AlertRoute;
use crate::channels::kind::ResolvedChannel;
use crate::channels::kinds::{ChannelKeys, KINDS, WrittenKind};
use crate::channels::plan::ConfiguredChannel;
use crate::conf::codes::Code;
use crate::conf::diagnostic::Diagnostic;
use crate::conf::schedule::zone as zone_of;
use crate::conf::scope::Scope;
use crate::conf::secret::{Secret, spellings};
use crate::conf::setting::Setting;
use crate::conf::span::Span;
use crate::config::file::AlertsKeys;
use crate::config::resolve::{LONGEST_NAME, PlanResolver};
use crate::model::{Kind, Text};
use crate::monitors::secrets::Secrets;

/// Each has a task.
const MOST: usize = 100;

/// A channel with a valid name. What else is wrong with it was reported.
pub(super) struct NamedChannel<'k> {
    pub(super) name: Text,
    name_span: Span,
    keys: &'k ChannelKeys,
    pub(super) configured: Option<ConfiguredChannel>,
}

impl NamedChannel<'_> {
    pub(super) fn fallback(&self) -> Option<Text> {
        let name = self.keys.fallback.as_ref()?.value.as_deref()?;
        Some(Text::clean(name.trim()))
    }
}

impl<'c> PlanResolver<'c> {
    /// Returns the channels in the order of the config.
    pub(super) fn channels<'k>(&self, keys: &'k AlertsKeys) -> Vec<NamedChannel<'k>> {
        let mut found: Vec<NamedChannel<'k>> = Vec::new();
        let Some((field, all)) = keys
            .channels
            .as_ref()
            .and_then(|field| Some((field, field.value.as_ref()?)))
        else {
            return found;
        };
        if all.len() > MOST {
            let title = format!("`alerts` has more than {MOST} channels");
            self.context
                .report(Diagnostic::new(Code::Range, title).at(field.span, "too many"));
        }
        for entry in all.iter().take(MOST) {
            let Some(keys) = &entry.value else { continue };
            let name = self.channel_name_of(entry.span, keys, &found);
            let scope = self.channel_kind(entry.span, keys, name.as_ref().map(Text::as_str));
            let configured = scope.and_then(|(scope, kind)| {
                let style = self.message_style(&scope, keys);
                let resolved = kind.keys?.resolve(&self.caches, &scope, style)?;
                Some(configured(name.clone()?, resolved, &entry.secrets))
            });
            found.extend(
                name.zip(keys.name.as_ref())
                    .map(|(name, field)| NamedChannel {
                        name,
                        name_span: field.span,
                        keys,
                        configured,
                    }),
            );
        }
        found
    }

    /// Returns the name, if it is valid and unique.
    fn channel_name_of(
        &self,
        span: Span,
        keys: &ChannelKeys,
        others: &[NamedChannel<'_>],
    ) -> Option<Text> {
        let Some(field) = &keys.name else {
            self.context.report(
                Diagnostic::new(Code::MissingKey, "a channel has no `name`")
                    .at(self.context.first_line(span), "this one")
                    .help("write `name:` and a word of letters, digits, `.`, `_` or `-`"),
            );
            return None;
        };
        let (name, shown) = (field.value.as_deref()?, field.shown_text()?);
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(allowed) {
            let title =
                "a channel's name takes only letters, digits, `.`, `_` and `-`, 128 at most";
            self.context
                .report(Diagnostic::new(Code::Name, title).at(field.span, "not a name"));
            return None;
        }
        let name = Text::clean(name);
        if let Some(first) = others.iter().find(|other| other.name == name) {
            let title = format!("two channels are named `{shown}`");
            self.context.report(
                Diagnostic::new(Code::DuplicateName, title)
                    .at(field.span, "second one")
                    .also(first.name_span, "first one")
                    .note("routes name channels, so their names must differ"),
            );
            return None;
        }
        Some(name)
    }

    /// Returns the kind and how it is called in errors, and reports none or several.
    fn channel_kind<'k>(
        &self,
        span: Span,
        keys: &'k ChannelKeys,
        name: Option<&str>,
    ) -> Option<(Scope<'_>, WrittenKind<'k>)> {
        let label = name.map_or_else(
            || "this channel".to_owned(),
            |name| format!("channel `{name}`"),
        );
        let name_span = keys.name.as_ref().map(|name| name.span);
        let mut kinds = keys
            .written()
            .map(|kind| (self.context.key_before(kind.span, kind.name), kind));
        let Some((kind_span, kind)) = kinds.next() else {
            let place = name_span.unwrap_or_else(|| self.context.first_line(span));
            let problem = Diagnostic::new(Code::MissingKey, format!("{label} has no kind"));
            self.context.report(
                problem
                    .at(place, "no kind is given")
                    .help(format!("write one of `{}:`", KINDS.join(":`, `"))),
            );
            return None;
        };
        if let Some((other_span, other)) = kinds.next() {
            let (first, second) = if kind_span < other_span {
                (kind_span, other_span)
            } else {
                (other_span, kind_span)
            };
            let title = format!(
                "{label} has two kinds, `{}` and `{}`",
                kind.name, other.name
            );
            self.context.report(
                Diagnostic::new(Code::Conflict, title)
                    .at(second, "second one")
                    .also(first, "first one")
                    .near(name_span)
                    .help("a channel is of exactly one kind: write two channels"),
            );
            return None;
        }
        let scope = Scope {
            context: self.context,
            label,
            name_span,
            // Its requests follow the rules of an HTTP monitor's.
            kind: Kind::Http,
            kind_span,
        };
        Some((scope, kind))
    }

    fn message_style(&self, scope: &Scope<'_>, keys: &ChannelKeys) -> MessageStyle {
        let report = |problem| scope.report(problem);
        let zone = keys.timezone.as_ref();
        let zone = zone.and_then(|field| zone_of(&scope.label, field, &report));
        let style = MessageStyle::default();
        MessageStyle {
            zone: zone.unwrap_or(style.zone),
            emoji: keys
                .emoji
                .as_ref()
                .and_then(|field| field.value)
                .unwrap_or(style.emoji),
        }
    }

    /// Reports fallbacks that no channel has, and circles of them.
    pub(super) fn check_fallbacks(&self, channels: &[NamedChannel<'_>], known: &[&str]) {
        let next = |at: &NamedChannel<'_>| {
            let name = at.fallback()?;
            channels.iter().position(|channel| channel.name == name)
        };
        let mut done = vec![false; channels.len()];
        for (start, channel) in channels.iter().enumerate() {
            if let Some(field) = &channel.keys.fallback {
                let owner = format!("`fallback` of channel `{}`", channel.name);
                self.channel_name(&owner, field, known);
            }
            let mut path = vec![start];
            let mut at = channel;
            while let Some(index) = next(at).filter(|index| !done[*index]) {
                if let Some(begin) = path.iter().position(|known| *known == index) {
                    let circle = path.iter().skip(begin).chain([&index]);
                    let names: Vec<&str> =
                        circle.map(|index| channels[*index].name.as_str()).collect();
                    let title = "channels are the fallback of one another in a circle";
                    if let Some(field) = &at.keys.fallback {
                        let problem = Diagnostic::new(Code::Circle, title);
                        self.context
                            .report(problem.at(field.span, names.join(" → ")));
                    }
                    break;
                }
                path.push(index);
                at = &channels[index];
            }
            path.into_iter().for_each(|index| done[index] = true);
        }
    }

    /// Warns about alerts that reach no channel.
    pub(super) fn warn_untold(
        &self,
        field: &Setting<AlertsKeys>,
        channels: &[NamedChannel<'_>],
        routes: &[AlertRoute],
        own: Option<&Text>,
    ) {
        let Some(keys) = &field.value else { return };
        let is_empty = |routes: &Setting<Vec<_>>| routes.value.as_ref().is_some_and(Vec::is_empty);
        if keys.routes.as_ref().is_none_or(is_empty) {
            let title = "`alerts` has no `routes`: no incident is told";
            let problem = Diagnostic::new(Code::Idle, title);
            let place = self.context.key_before(field.span, "alerts");
            self.context.report(
                problem
                    .at(place, "who is told of what?")
                    .help("write `routes: [{match: \"*\", to: CHANNEL}]` below it"),
            );
            return;
        }
        for channel in channels {
            let name = Some(&channel.name);
            let is_told = routes.iter().any(|route| route.to.contains(&channel.name))
                || own == name
                || channels
                    .iter()
                    .any(|other| other.fallback().as_ref() == name);
            if !is_told {
                let title = format!("no route leads to channel `{}`", channel.name);
                let problem = Diagnostic::new(Code::Idle, title);
                self.context
                    .report(problem.at(channel.name_span, "it is told of nothing"));
            }
        }
    }
}

fn configured(name: Text, resolved: ResolvedChannel, external: &[Secret]) -> ConfiguredChannel {
    let secrets = external.iter().chain(&resolved.secrets).flat_map(spellings);
    ConfiguredChannel {
        name,
        channel: resolved.channel,
        place: Text::clean(&resolved.place),
        timeout: resolved.timeout,
        options: resolved.options,
        secrets: Arc::new(Secrets::new(secrets.collect())),
    }
}
