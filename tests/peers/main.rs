//! Every room against real servers, where they are installed: with HBMON_PEERS set, a server that is missing is an
//! error; without it, nothing here runs.
//!
//! Installed in HBMON_PEERS_DIR (`target/peers`) are the packages of `socketio/package.json`, in `node_modules`, and
//! of `socketio/requirements.txt`, in the virtual environment `venv`. Needs node 16 and Python 3.11, or newer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod socketio;
#[path = "../rooms/support.rs"]
mod support;
