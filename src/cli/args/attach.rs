//! The arguments for agents that run elsewhere.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::monitors::token::Token;

#[derive(Debug, Args)]
#[command(next_help_heading = "Running agents")]
pub(crate) struct AttachArgs {
    /// Instead of CONFIG: http(s)://HOST:PORT of running agents, to show what they watch
    #[arg(value_name = "URL")]
    pub agents: Vec<String>,
    #[command(flatten)]
    pub access: AccessArgs,
}

/// A running agent instead of its history.
#[derive(Debug, Args)]
#[command(next_help_heading = "Running agents")]
pub(crate) struct AgentArgs {
    /// Ask the agent at this http(s)://HOST:PORT instead of its history
    #[arg(
        long,
        value_name = "URL",
        conflicts_with_all = ["state", "config_option", "config"]
    )]
    pub url: Option<String>,
    #[command(flatten)]
    pub access: AccessArgs,
}

/// What an agent is shown, and what it must show.
#[derive(Debug, Args)]
#[command(next_help_heading = "Running agents")]
pub(crate) struct AccessArgs {
    /// The bearer token of the agents; `--token-file` keeps it out of the list of processes
    #[arg(
        long,
        env = "HBMON_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN",
        value_parser = token
    )]
    pub token: Option<Token>,
    /// A file with the bearer token of the agents
    #[arg(long, value_name = "PATH", conflicts_with = "token")]
    pub token_file: Option<PathBuf>,
    /// Trust the certificates in this PEM file instead of the system's, for https agents
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub cacert: Option<String>,
}

fn token(text: &str) -> Result<Token, String> {
    Ok(Token::new(text))
}
