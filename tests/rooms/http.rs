//! http against loopback servers.
