//! From the arguments for URLs to the options of a request.

use std::path::Path;
use std::time::Duration;

use super::args::RequestArgs;
use super::{CommandError, input};
use crate::config::{RequestOptions, Secret};

/// Maximum size of a body in bytes.
const MAX_DATA: u64 = 1 << 20;
/// Maximum size of a file with a token in bytes.
const MAX_TOKEN: u64 = 64 << 10;

/// Returns the options of the requests. `timeout`: of one attempt.
///
/// # Errors
/// A header without a colon, or a file that cannot be read.
pub(super) fn options(
    args: &RequestArgs,
    timeout: Option<Duration>,
) -> Result<RequestOptions, CommandError> {
    let data = args
        .data
        .as_ref()
        .map(|data| input::text("--data", data.reveal(), MAX_DATA));
    let bearer = args.bearer.as_ref().map(token);
    Ok(RequestOptions {
        headers: args.headers.iter().map(header).collect::<Result<_, _>>()?,
        method: args.method.clone(),
        data: data.transpose()?,
        insecure: args.insecure,
        ca_file: path("--cacert", args.cacert.as_deref())?,
        cert_file: path("--cert", args.cert.as_deref())?,
        key_file: path("--key", args.key.as_deref())?,
        bearer: bearer.transpose()?,
        redirects: args.redirects,
        timeout,
        status: args.expect_status.clone(),
        json: args.expect_json.clone(),
        body: args.expect_body.clone(),
        filter: args.r#match.clone(),
    })
}

/// Without its colon a header may be nothing but a secret, so the error does not repeat it.
fn header(header: &Secret) -> Result<(String, Secret), CommandError> {
    match header.reveal().split_once(':') {
        Some((name, value)) => Ok((name.trim().to_owned(), Secret::new(value.trim()))),
        None => Err(CommandError::usage(
            "`--header` takes a name, a colon and a value, as in `-H 'X-Team: blue'`",
        )),
    }
}

/// A file with a token usually ends with a line break.
fn token(argument: &Secret) -> Result<Secret, CommandError> {
    let text = input::text("--bearer", argument.reveal(), MAX_TOKEN)?;
    Ok(Secret::new(text.trim()))
}

fn path(option: &str, path: Option<&Path>) -> Result<Option<String>, CommandError> {
    let text = |path: &Path| {
        path.to_str()
            .map(str::to_owned)
            .ok_or_else(|| CommandError::usage(format!("`{option}`: the path is not UTF-8")))
    };
    path.map(text).transpose()
}
