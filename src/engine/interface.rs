//! Facts about the HTTP interface that the config, the interface and the commands share.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Paths that a push monitor cannot have, because the interface has routes at or below them.
pub const RESERVED_PATHS: [&str; 11] = [
    "/-",
    "/metrics",
    "/v1/openapi.json",
    "/v1/status",
    "/v1/monitors",
    "/v1/events",
    "/v1/heartbeats/stream",
    "/v1/incidents",
    "/v1/report",
    "/v1/silences",
    "/v1/alerts",
];

/// Paths that a push monitor cannot have, although it can have others below them.
pub const RESERVED_FOLDERS: [&str; 3] = ["/", "/v1", "/v1/heartbeats"];

/// The address of the HTTP interface without `listen` in the config.
pub const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9747);
