//! The arguments that the commands of the history share.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::when::When;
use super::{AgentArgs, ConfigOption};

/// Whose history a command reads.
#[derive(Debug, Args)]
pub(crate) struct MemoryArgs {
    #[command(flatten)]
    pub option: ConfigOption,
    /// The history itself [default file: in $STATE_DIRECTORY or $XDG_STATE_HOME/hbmon, one for each
    /// config]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub state: Option<PathBuf>,
}

/// The history that a command changes, or the agent that writes it.
#[derive(Debug, Args)]
pub(crate) struct PlaceArgs {
    /// The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the
    /// user's, /etc/hbmon/config.yaml]
    #[arg(value_name = "CONFIG", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    pub memory: MemoryArgs,
    #[command(flatten)]
    pub agent: AgentArgs,
}

/// Which part of a history a command reads.
#[derive(Debug, Args)]
pub(crate) struct PartArgs {
    /// Only these monitors: `api*`, `tag:eu`, `group:web`, `kind:sse`, `!tag:flaky`; space is and,
    /// comma is or
    #[arg(short = 'F', long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// From this time on: `7d` (ago), `2026-11-01`, `2026-11-01T10:00` (local), or RFC 3339
    #[arg(long, value_name = "TIME")]
    pub since: Option<When>,
    /// Until just before this time [default: now]
    #[arg(long, value_name = "TIME")]
    pub until: Option<When>,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ScopeArgs {
    /// Also monitors that are no longer in the config
    #[arg(long)]
    pub all: bool,
    /// Read and show times in UTC instead of local time
    #[arg(long)]
    pub utc: bool,
}

/// The name of a monitor, the config, or both, in any order: what ends as a YAML file does is the
/// config.
#[derive(Debug, Args)]
pub(crate) struct NameArgs {
    /// Only this monitor
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// The config whose history it is [default: HBMON_CONFIG, else ./hbmon.yaml, ./hbmon.yml, the
    /// user's, /etc/hbmon/config.yaml]
    #[arg(value_name = "CONFIG", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
}

impl NameArgs {
    /// Returns the name and the config.
    ///
    /// # Errors
    /// Two names.
    pub(crate) fn sorted(&self) -> Result<(Option<&str>, Option<&Path>), String> {
        let name = self.name.as_deref();
        let config = self.config.as_deref();
        let is_file = |text: &str| is_yaml(Path::new(text));
        match (name, config) {
            (Some(text), None) if is_file(text) => Ok((None, Some(Path::new(text)))),
            (Some(text), Some(other)) if is_file(text) && !is_yaml(other) => {
                let name = other.to_str().ok_or("a name is UTF-8")?;
                Ok((Some(name), Some(Path::new(text))))
            }
            (Some(_), Some(other)) if !is_yaml(other) => Err(format!(
                "`{}` is no config: one monitor is named, or several by `-F`",
                other.display()
            )),
            given => Ok(given),
        }
    }
}

fn is_yaml(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str());
    matches!(end, Some("yaml" | "yml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_config_are_told_apart() {
        let sorted = |name: Option<&str>, config: Option<&str>| {
            let arguments = NameArgs {
                name: name.map(str::to_owned),
                config: config.map(PathBuf::from),
            };
            let (name, config) = arguments.sorted()?;
            Ok::<_, String>((name.map(str::to_owned), config.map(Path::to_owned)))
        };
        let both = Ok((Some("api".to_owned()), Some(PathBuf::from("a.yaml"))));
        assert_eq!(sorted(Some("api"), Some("a.yaml")), both);
        assert_eq!(sorted(Some("a.yaml"), Some("api")), both);
        assert_eq!(
            sorted(Some("a.yml"), None),
            Ok((None, Some(PathBuf::from("a.yml"))))
        );
        assert_eq!(
            sorted(Some("api"), None),
            Ok((Some("api".to_owned()), None))
        );
        assert_eq!(sorted(None, None), Ok((None, None)));
        assert!(sorted(Some("api"), Some("web")).is_err());
    }
}
