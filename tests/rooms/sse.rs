//! sse against loopback servers.
