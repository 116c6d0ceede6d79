//! The arguments for URLs without a config: how they are asked, and what their answer must be.

use std::path::PathBuf;

use clap::Args;

use crate::config::Secret;

/// Taken by every command that takes URLs.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "URLs without a config")]
pub(crate) struct RequestArgs {
    /// Add a header; repeatable
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE", value_parser = secret)]
    pub headers: Vec<Secret>,
    /// Method of the request [default: GET; POST with --data]
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub method: Option<String>,
    /// Body of the request, `@FILE`, or `-` for stdin; for a WebSocket, a message to send
    #[arg(short, long, value_name = "DATA|@FILE|-", value_parser = secret)]
    pub data: Option<Secret>,
    /// Accept any certificate
    #[arg(short = 'k', long)]
    pub insecure: bool,
    /// Trust the certificates in this PEM file instead of the system's
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    pub cacert: Option<PathBuf>,
    /// Certificate of the client
    #[arg(
        long,
        value_name = "FILE",
        value_hint = clap::ValueHint::FilePath,
        requires = "key"
    )]
    pub cert: Option<PathBuf>,
    /// Private key of --cert
    #[arg(
        long,
        value_name = "FILE",
        value_hint = clap::ValueHint::FilePath,
        requires = "cert"
    )]
    pub key: Option<PathBuf>,
    /// A bearer token, or `@FILE`: other users can read arguments
    #[arg(long, value_name = "TOKEN|@FILE", value_parser = secret)]
    pub bearer: Option<Secret>,
    /// Maximum number of redirects to follow, 0 to 50 [default: 5]
    #[arg(short = 'L', long, value_name = "N", value_parser = redirects)]
    pub redirects: Option<u32>,
    /// Accepted status codes: `204`, `2xx`, `200-299`; several with commas [default: 2xx]
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub expect_status: Vec<String>,
    /// A filter that the body or message must match: `@.ok == true`
    #[arg(long, value_name = "FILTER")]
    pub expect_json: Option<String>,
    /// A regular expression that the body or message must match
    #[arg(long, value_name = "REGEX")]
    pub expect_body: Option<String>,
    /// A filter for the messages that are heartbeats (WebSocket, SSE)
    #[arg(long, value_name = "FILTER")]
    pub r#match: Option<String>,
}

/// No error may repeat the text.
fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    Ok(Secret::new(text))
}

fn redirects(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(number) if number <= 50 => Ok(number),
        _ => Err("takes a number from 0 to 50".to_owned()),
    }
}
