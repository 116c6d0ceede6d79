//! websocket against loopback servers.
