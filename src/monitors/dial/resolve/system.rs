//! getaddrinfo, for those who ask for it.

use std::io;
use std::net::IpAddr;

use super::name_servers::QueryError;

pub(super) async fn lookup(host: &str) -> Result<Vec<IpAddr>, QueryError> {
    match tokio::net::lookup_host((host, 0)).await {
        Ok(found) => Ok(found.map(|address| address.ip()).collect()),
        Err(error) => Err(miss(&error)),
    }
}

/// std keeps only getaddrinfo's sentence (gai_strerror); what it says of a missing name differs by
/// system.
fn miss(error: &io::Error) -> QueryError {
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
        let miss = |sentence: &str| miss(&io::Error::other(sentence.to_owned()));
        assert_eq!(
            miss("failed to lookup address information: Name or service not known"),
            QueryError::NoSuchHost
        );
        assert_eq!(
            miss("failed to lookup address information: No address associated with hostname"),
            QueryError::NoAddress
        );
        assert_eq!(
            miss("failed to lookup address information: Temporary failure in name resolution"),
            QueryError::Server
        );
    }
}
