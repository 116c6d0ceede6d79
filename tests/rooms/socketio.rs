//! socketio against loopback servers.
