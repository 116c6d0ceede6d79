//! From arguments to a plan: finds the config, reads it and applies the filter.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::CommandError;
use super::args::{self, ErrorFormat, IfEmpty};
use super::output::print_stderr;
use super::outputs::style_of;
use super::shard::Shard;
use crate::config::{self, ConfigError, ConfigSource, InterfaceOverrides};
use crate::engine::Plan;
use crate::model::{Kind, Meta, Selector};
use crate::report::style::GlyphChoice;
use crate::words;

/// What a command watches, and the config that it comes from.
pub(super) struct LoadedPlan {
    pub plan: Plan,
    pub source: ConfigSource,
    pub selector: Selection,
    pub config: Arc<config::LoadedConfig>,
}

/// Selects monitors of a config, by `--filter` and `--shard`.
#[derive(Clone, Default)]
pub(super) struct Selection {
    filter: Option<Selector>,
    shard: Option<Shard>,
}

/// Reads the config of a command and selects its monitors.
///
/// # Errors
/// No config, a bad config, a bad filter, or a filter that selects no monitor unless that is
/// allowed.
pub(super) fn load(
    source: &args::SourceArgs,
    select: &args::SelectArgs,
    look: &args::LookArgs,
) -> Result<LoadedPlan, CommandError> {
    load_config(
        source.path().map_err(CommandError::usage)?,
        select,
        look,
        &InterfaceOverrides::default(),
    )
}

/// Does the same; arguments win over the keys of the HTTP interface.
///
/// # Errors
/// As `load`, and a token file that cannot be used.
pub(super) fn load_with(
    source: &args::SourceArgs,
    select: &args::SelectArgs,
    look: &args::LookArgs,
    overrides: &InterfaceOverrides,
) -> Result<LoadedPlan, CommandError> {
    load_config(
        source.path().map_err(CommandError::usage)?,
        select,
        look,
        overrides,
    )
}

/// Reads the config at this path, or the default one, as `load_with` does.
///
/// # Errors
/// As `load_with`.
pub(super) fn load_config(
    path: Option<&Path>,
    select: &args::SelectArgs,
    look: &args::LookArgs,
    overrides: &InterfaceOverrides,
) -> Result<LoadedPlan, CommandError> {
    let selector = Selection::new(select)?;
    let source =
        config::find(path).map_err(|error| config_error(&error, ErrorFormat::Full, look))?;
    let loaded = config::load_with(&source, overrides)
        .map_err(|error| config_error(&error, ErrorFormat::Full, look))?;
    log_config(&source, &loaded.plan);
    let plan = selector.select(loaded.plan.clone(), select.if_empty)?;
    Ok(LoadedPlan {
        plan,
        source,
        selector,
        config: Arc::new(loaded),
    })
}

/// Reads names, kinds, groups and tags of the selected monitors, also if a variable of the config is
/// not set.
///
/// # Errors
/// As `load`.
pub(super) fn load_metas(
    source: &args::SourceArgs,
    select: &args::SelectArgs,
    look: &args::LookArgs,
) -> Result<Vec<Arc<Meta>>, CommandError> {
    let selector = Selection::new(select)?;
    let path = source.path().map_err(CommandError::usage)?;
    let mut metas = config::find(path)
        .and_then(|source| config::load_metas(&source))
        .map_err(|error| config_error(&error, ErrorFormat::Full, look))?;
    metas.retain(|meta| selector.selects(meta));
    selector.refuse_empty(metas.is_empty(), select.if_empty)?;
    Ok(metas)
}

/// Logs which config is used.
pub(super) fn log_config(source: &ConfigSource, plan: &Plan) {
    let monitors = words::count(plan.targets.len() as u64, "monitor", "monitors");
    tracing::debug!(
        "hbmon {}: {monitors} in {source}",
        env!("CARGO_PKG_VERSION")
    );
}

impl Selection {
    /// # Errors
    /// A bad filter.
    pub(super) fn new(select: &args::SelectArgs) -> Result<Selection, CommandError> {
        let parse = |text: &String| {
            Selector::parse(text)
                .map_err(|error| CommandError::usage(format!("bad filter `{text}`: {}", error.why)))
        };
        Ok(Selection {
            filter: select.filter.as_ref().map(parse).transpose()?,
            shard: select.shard,
        })
    }

    /// Returns a plan with the selected monitors.
    ///
    /// # Errors
    /// No monitor is selected, unless that is allowed.
    pub(super) fn select(&self, plan: Plan, if_empty: IfEmpty) -> Result<Plan, CommandError> {
        let plan = self.apply(plan);
        self.refuse_empty(plan.targets.is_empty(), if_empty)?;
        Ok(plan)
    }

    /// Returns a plan with the selected monitors.
    pub(super) fn apply(&self, mut plan: Plan) -> Plan {
        plan.targets.retain(|target| self.selects(&target.meta));
        plan
    }

    /// Returns whether a monitor is selected.
    pub(super) fn selects(&self, meta: &Meta) -> bool {
        let filter = self.filter.as_ref();
        filter.is_none_or(|filter| filter.matches(meta))
            && self.shard.is_none_or(|shard| shard.contains(&meta.name))
    }

    /// Refuses an empty selection, unless that is allowed.
    fn refuse_empty(&self, is_empty: bool, if_empty: IfEmpty) -> Result<(), CommandError> {
        if is_empty && if_empty == IfEmpty::Fail {
            return Err(CommandError::Empty(format!(
                "{} selects no monitor",
                self.name()
            )));
        }
        Ok(())
    }

    pub(super) const fn is_everything(&self) -> bool {
        self.filter.is_none() && self.shard.is_none()
    }

    pub(super) const fn name(&self) -> &'static str {
        match (&self.filter, self.shard) {
            (Some(_), Some(_)) => "the filter in this shard",
            (None, Some(_)) => "this shard",
            (_, None) => "the filter",
        }
    }
}

/// Removes push monitors from the plan of a bounded run: only a running `serve` or `watch` receives
/// pushed heartbeats. Prints a note about them.
///
/// # Errors
/// No monitor is left, unless that is allowed.
pub(super) fn without_push(
    mut plan: Plan,
    if_empty: IfEmpty,
    quiet: bool,
) -> Result<Plan, CommandError> {
    let before = plan.targets.len();
    plan.targets.retain(|target| target.meta.kind != Kind::Push);
    let left_out = before - plan.targets.len();
    if left_out == 0 {
        return Ok(plan);
    }
    let note = format!(
        "{} left out: only a running `hbmon serve` or `hbmon watch` receives their heartbeats",
        words::count(left_out as u64, "push monitor", "push monitors")
    );
    if plan.targets.is_empty() && if_empty == IfEmpty::Fail {
        return Err(CommandError::Empty(format!("nothing to probe, {note}")));
    }
    if !quiet {
        print_stderr(&format!("note: {note}"));
    }
    Ok(plan)
}

/// Returns the errors of a config in the style of this stderr.
pub(super) fn config_error(
    error: &ConfigError,
    format: ErrorFormat,
    look: &args::LookArgs,
) -> CommandError {
    CommandError::Config(shown(error, format, look))
}

fn shown(error: &ConfigError, format: ErrorFormat, look: &args::LookArgs) -> String {
    let style = style_of(look, &io::stderr());
    let format = match format {
        ErrorFormat::Full => config::DiagnosticFormat::Full,
        ErrorFormat::Short => config::DiagnosticFormat::Short,
        ErrorFormat::Json => config::DiagnosticFormat::Json,
        ErrorFormat::Github => config::DiagnosticFormat::Github,
    };
    // Editors and scripts look for the `-->` of compilers, so box drawing needs `--glyphs unicode`.
    let ascii = look.glyphs != GlyphChoice::Unicode;
    error.render(&config::DiagnosticStyle {
        format,
        color: style.color,
        ascii,
        ..config::DiagnosticStyle::default()
    })
}
