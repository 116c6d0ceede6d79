//! What `check` and `wait` watch: the monitors of a config, or URLs.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::CommandError;
use super::args::{ErrorFormat, LookArgs, SelectArgs, TargetArgs};
use super::load::{LoadedPlan, Selection, config_error, load_config, without_push};
use super::recorder;
use crate::channels::plan::AlertPlan;
use crate::conf::mask;
use crate::config::{self, BareTarget, ConfigSource, InterfaceOverrides, RequestOptions};
use crate::engine::{Plan, Stop};
use crate::model::Text;
use crate::store::Keep;

/// What a bounded run watches.
pub(super) struct WatchedTargets {
    pub plan: Plan,
    /// The config; none for URLs.
    pub source: Option<ConfigSource>,
    /// Names of all monitors, also of those that are left out.
    pub names: HashSet<Text>,
    /// How long a history is kept.
    pub keep: Keep,
    /// The block `alerts` of the config.
    pub alerts: Option<Arc<AlertPlan>>,
}

impl WatchedTargets {
    /// Returns the path of the config, for reports.
    pub(super) fn config(&self) -> Option<String> {
        let path = self.source.as_ref()?.path()?;
        Some(path.display().to_string())
    }

    /// Returns where the monitors come from, for the log.
    pub(super) fn origin(&self) -> String {
        match &self.source {
            None => "the command line".to_owned(),
            Some(source) => source.to_string(),
        }
    }
}

/// Reads a config, or makes a plan of URLs, and selects from it. `quiet`: no note about monitors
/// that are left out, and no warning about options.
///
/// # Errors
/// URLs beside a config, options of URLs beside a config, a bad config, URL or filter, or a
/// selection of nothing unless that is allowed.
pub(super) fn load_targets(
    targets: &TargetArgs,
    request: &RequestOptions,
    select: &SelectArgs,
    look: &LookArgs,
    quiet: bool,
) -> Result<WatchedTargets, CommandError> {
    let paths = || targets.targets.iter().map(PathBuf::as_path);
    let urls: Vec<&str> = paths().filter_map(url).collect();
    if urls.is_empty() {
        let config = match only_config(&targets.targets)? {
            Some(argument) => Some(
                targets
                    .option
                    .agree(argument)
                    .map_err(CommandError::usage)?,
            ),
            None => targets.option.path(),
        };
        check_no_options(request)?;
        let LoadedPlan {
            plan,
            source,
            config,
            ..
        } = load_config(config, select, look, &InterfaceOverrides::default())?;
        return Ok(WatchedTargets {
            plan: without_push(plan, select.if_empty, quiet)?,
            source: Some(source),
            names: recorder::names(&config.plan),
            keep: config.keep,
            alerts: config.alerts.clone(),
        });
    }
    let named = paths().find(|path| url(path).is_none());
    if let Some(config) = named.or(targets.option.path()) {
        let url = mask::address(urls.first().copied().unwrap_or_default());
        return Err(CommandError::usage(format!(
            "`{}` is a config and `{}` is a URL: give a config or URLs",
            shown(config),
            Text::clean(&url),
        )));
    }
    let selector = Selection::new(select)?;
    let plan = plan(&urls, request, look, quiet)?;
    let names = recorder::names(&plan);
    Ok(WatchedTargets {
        plan: selector.select(plan, select.if_empty)?,
        source: None,
        names,
        keep: Keep::default(),
        alerts: None,
    })
}

/// Returns a plan of URLs that runs until they are settled. Warns about doubtful options, unless
/// `quiet`.
///
/// # Errors
/// A bad URL, or an option that it does not take.
pub(super) fn plan<U: AsRef<str>>(
    urls: &[U],
    request: &RequestOptions,
    look: &LookArgs,
    quiet: bool,
) -> Result<Plan, CommandError> {
    let targets: Vec<BareTarget> = urls
        .iter()
        .map(|url| config::target_with(url.as_ref(), request))
        .collect::<Result<_, _>>()
        .map_err(|error| config_error(&error, ErrorFormat::Full, look))?;
    // All URLs have the same options.
    let doubtful = targets.iter().find(|bare| !bare.warnings.is_empty());
    for warning in doubtful
        .iter()
        .filter(|_| !quiet)
        .flat_map(|bare| &bare.warnings)
    {
        config_error(warning, ErrorFormat::Full, look).print();
    }
    Ok(Plan {
        targets: targets.into_iter().map(|bare| bare.target).collect(),
        maintenance: Vec::new(),
        concurrency: None,
        stop: Stop::Never,
    })
}

fn url(path: &Path) -> Option<&str> {
    path.to_str().filter(|text| config::is_url(text))
}

fn only_config(paths: &[PathBuf]) -> Result<Option<&Path>, CommandError> {
    match paths {
        [] => Ok(None),
        [path] => Ok(Some(path)),
        [first, second, ..] => Err(CommandError::usage(format!(
            "two configs, `{}` and `{}`: give one; a URL has a scheme or a port",
            shown(first),
            shown(second)
        ))),
    }
}

fn shown(path: &Path) -> Text {
    Text::clean(&path.display().to_string())
}

/// A config says itself how its monitors ask.
fn check_no_options(request: &RequestOptions) -> Result<(), CommandError> {
    match request.given().next() {
        None => Ok(()),
        Some(option) => Err(CommandError::usage(format!(
            "`{}` goes with URLs: a config says `{}` for each monitor",
            option.name, option.key
        ))),
    }
}
