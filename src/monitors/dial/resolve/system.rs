//! Resolves names with getaddrinfo (`ResolverKind::System`).

use std::io;
use std::net::IpAddr;

use super::name_servers::QueryError;

pub(super) async fn lookup(host: &str) -> Result<Vec<IpAddr>, QueryError> {
    match tokio::net::lookup_host((host, 0)).await {
        Ok(found) => Ok(found.map(|address| address.ip()).collect()),
        Err(error) => Err(query_error(&error)),
    }
}

/// Classifies an error of getaddrinfo. std keeps only its message (gai_strerror), and the message
/// for a missing name differs by system.
fn query_error(error: &io::Error) -> QueryError {
    let sentence = error.to_string();
    if sentence.contains("No address associated") {
        QueryError::NoAddress
    } else if sentence.contains("Temporary failure") || sentence.contains("Non-recoverable") {
        QueryError::Server
    } else {
        QueryError::NoSuchHost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_getaddrinfo() {
        let classified = |sentence: &str| query_error(&io::Error::other(sentence.to_owned()));
        assert_eq!(
            classified("failed to lookup address information: Name or service not known"),
            QueryError::NoSuchHost
        );
        assert_eq!(
            classified("failed to lookup address information: No address associated with hostname"),
            QueryError::NoAddress
        );
        assert_eq!(
            classified(
                "failed to lookup address information: Temporary failure in name resolution"
            ),
            QueryError::Server
        );
    }
}
