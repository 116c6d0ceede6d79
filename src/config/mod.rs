//! Reads config files into a valid plan. Every error has a place.
//!
//! `source` finds and reads, `include` adds the files that a config includes, `yaml` makes a tree
//! with places, `expand` expands `for_each` and `${…}` in it, `de` reads the types of `file` from
//! it, `resolve` makes the plan. Each reports all it finds to `context`; `diagnostic` renders.

mod bare;
mod bare_url;
mod beat;
mod expand;
mod file;
mod hidden;
mod hints;
mod include;
mod listen;
mod loaded;
mod outline;
mod overrides;
pub mod reference;
mod request;
mod resolve;
mod schema;
mod served_at;
mod source;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::channels::plan::AlertPlan;
use crate::conf::context::Context;
use crate::conf::de;
use crate::conf::interpolate::Interpolator;
use crate::conf::sources::Sources;
use crate::conf::yaml::Budget;
use crate::engine::Plan;
use crate::prefs::Prefs;
use crate::store::Keep;
use include::IncludePattern;
use resolve::InterfacePlan;

pub use crate::conf::codes::{Code, Severity};
pub use crate::conf::diagnostic::{ConfigError, Diagnostic, DiagnosticFormat, DiagnosticStyle};
pub use crate::conf::explain::{Example, Explanation};
pub use crate::conf::interpolate::Environment;
pub use crate::conf::secret::Secret;
pub use bare::{
    BareTarget, CertificateTrust, ReceiverEndpoint, SendOptions, agent, endpoint, health_check,
    shown_url, target, target_with,
};
pub use bare_url::is_url;
pub use beat::push_receiver;
pub use include::matching;
pub use listen::{Listen, address_argument, default_refused};
pub use loaded::LoadedConfig;
pub use outline::{load_metas, outline};
pub use overrides::InterfaceOverrides;
pub use request::{GivenOption, RequestOptions};
pub use schema::{SCHEMA, schema};
pub use served_at::{ServedAt, served_at};
pub use source::{ConfigSource, find, is_missing};

/// Reads a config and the files that it includes, with the environment of the process.
///
/// # Errors
/// Every mistake in them.
pub fn load(source: &ConfigSource) -> Result<LoadedConfig, ConfigError> {
    load_with(source, &InterfaceOverrides::default())
}

/// Does the same; arguments win over the keys of the HTTP interface.
///
/// # Errors
/// Every mistake in the config, and a token file that cannot be used.
pub fn load_with(
    source: &ConfigSource,
    overrides: &InterfaceOverrides,
) -> Result<LoadedConfig, ConfigError> {
    let (name, text) = source::read(source)?;
    let path = source.path().map(Path::to_path_buf);
    let environment = |name: &str| std::env::var(name).ok();
    let loaded = load_text_with(&name, &text, &folder_of(source), &environment, overrides)?;
    Ok(LoadedConfig { path, ..loaded })
}

/// The patterns of the files that a config includes, relative to the working folder; the file name
/// of each may have `*` and `?`. Empty if that cannot be read.
pub fn include_patterns(source: &ConfigSource) -> Vec<PathBuf> {
    // What comes through a pipe cannot be read twice.
    let is_file = source.path().is_some_and(Path::is_file);
    let Some((name, text)) = is_file.then(|| source::read(source).ok()).flatten() else {
        return Vec::new();
    };
    let environment = |name: &str| std::env::var(name).ok();
    let sources = Sources::new(name, source::without_mark(&text));
    let patterns = include::patterns(&sources, &folder_of(source), &environment);
    patterns
        .into_iter()
        .map(|IncludePattern { path, .. }| path)
        .collect()
}

/// What relative files are relative to.
fn folder_of(source: &ConfigSource) -> PathBuf {
    let folder = source.path().and_then(Path::parent);
    folder.unwrap_or(Path::new("")).to_owned()
}

/// Reads a config from a text. `name`: its name in errors. `folder`: the folder for relative paths.
///
/// # Errors
/// All errors of the config.
pub fn load_text(
    name: &str,
    text: &str,
    folder: &Path,
    environment: Environment<'_>,
) -> Result<LoadedConfig, ConfigError> {
    load_text_with(
        name,
        text,
        folder,
        environment,
        &InterfaceOverrides::default(),
    )
}

fn load_text_with(
    name: &str,
    text: &str,
    folder: &Path,
    environment: Environment<'_>,
    overrides: &InterfaceOverrides,
) -> Result<LoadedConfig, ConfigError> {
    let mut sources = Sources::new(name, source::without_mark(text));
    let include::Included { files, problems } = include::read(&mut sources, folder, environment);
    let context = Context::new(&sources).with_hints(hints::hint);
    problems
        .into_iter()
        .for_each(|problem| context.report(problem));
    let understood = interpret(&context, folder, environment, overrides);
    let (problems, masks) = context.finish();
    let (errors, warnings): (Vec<_>, Vec<_>) = problems
        .into_iter()
        .partition(|problem| problem.code.severity() == Severity::Error);
    match understood {
        Some((
            plan,
            InterfacePlan {
                listen,
                token,
                read_token,
                hosts,
                tls,
            },
            prefs,
            keep,
            alerts,
        )) if errors.is_empty() => {
            let listen = listen.map(|(address, span)| match span {
                Some(span) => Listen::new(address, name, &sources, span, &masks),
                None => Listen::argument(address),
            });
            let warnings =
                (!warnings.is_empty()).then(|| ConfigError::new(sources, warnings, masks));
            Ok(LoadedConfig {
                plan,
                path: None,
                included: files,
                listen,
                token,
                read_token,
                hosts,
                tls,
                keep,
                alerts: alerts.map(Arc::new),
                prefs,
                warnings,
            })
        }
        _ => Err(ConfigError::new(sources, errors, masks)),
    }
}

fn interpret(
    context: &Context<'_>,
    folder: &Path,
    environment: Environment<'_>,
    overrides: &InterfaceOverrides,
) -> Option<(Plan, InterfacePlan, Prefs, Keep, Option<AlertPlan>)> {
    let file = read_file(context, folder, environment)?;
    let resolver = resolve::PlanResolver::new(context, folder);
    let plan = resolver.plan(&file);
    let alerts = resolver.alerts(file.alerts.as_ref(), &plan.targets);
    Some((
        plan,
        resolver.interface(&file, overrides),
        resolver.prefs(file.screen.as_ref()),
        resolver.keep(file.history.as_ref()),
        alerts,
    ))
}

/// Reads the keys of a config, as far as they can be read.
fn read_file(
    context: &Context<'_>,
    folder: &Path,
    environment: Environment<'_>,
) -> Option<file::ConfigFile> {
    let mut budget = Budget::default();
    let mut tree = include::tree(context, &mut budget)?;
    let mut interpolator = Interpolator::new(context, environment, folder);
    expand::expand(&mut tree, context, &mut interpolator, &mut budget);
    hidden::hide(&tree, context);
    interpolator
        .problems
        .into_iter()
        .for_each(|problem| context.report(problem));
    de::read(&tree, context)
}
