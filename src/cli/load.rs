//! From arguments to a plan: find the config, read it, apply the filter.

use std::io;

use super::Trouble;
use super::args::{self, ErrorFormat};
use super::sinks::style_of;
use crate::config::{self, ConfigError, Source};
use crate::engine::Plan;
use crate::model::Selector;
use crate::prefs::Prefs;
use crate::report::style::GlyphChoice;

/// What a command watches and where that comes from.
pub struct Loaded {
    pub plan: Plan,
    pub source: Source,
    pub selector: Option<Selector>,
    /// What the config says of the screen.
    pub prefs: Prefs,
}

/// # Errors
/// No config, a bad one, a bad filter, or one that selects nothing.
pub fn load(source: &args::Source, select: &args::Select, look: &args::Look) -> Result<Loaded, Trouble> {
    let selector = selector(select)?;
    let source = config::find(source.config.as_deref()).map_err(|error| refused(&error, ErrorFormat::Full, look))?;
    let loaded = config::load(&source).map_err(|error| refused(&error, ErrorFormat::Full, look))?;
    let plan = selected(loaded.plan, selector.as_ref());
    if plan.targets.is_empty() && selector.is_some() {
        return Err(Trouble::Empty("error: the filter selects no monitor".to_owned()));
    }
    Ok(Loaded { plan, source, selector, prefs: loaded.prefs })
}

/// The part of a plan that a filter selects.
pub fn selected(mut plan: Plan, selector: Option<&Selector>) -> Plan {
    if let Some(selector) = selector {
        plan.targets.retain(|target| selector.matches(&target.meta));
    }
    plan
}

/// The errors of a config as this stderr shows them.
pub fn refused(error: &ConfigError, format: ErrorFormat, look: &args::Look) -> Trouble {
    let style = style_of(look, &io::stderr());
    let format = match format {
        ErrorFormat::Full => config::Format::Full,
        ErrorFormat::Short => config::Format::Short,
    };
    // As compilers do: `-->` is what editors and scripts look for, box drawing is for who asks.
    let ascii = look.glyphs != GlyphChoice::Unicode;
    Trouble::Usage(error.render(&config::Style { format, color: style.color, ascii, ..config::Style::default() }))
}

fn selector(select: &args::Select) -> Result<Option<Selector>, Trouble> {
    let parse = |text: &String| {
        Selector::parse(text).map_err(|error| Trouble::usage(format_args!("bad filter `{text}`: {}", error.why)))
    };
    select.filter.as_ref().map(parse).transpose()
}
