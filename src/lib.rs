//! hbmon watches heartbeats. It polls HTTP endpoints, holds WebSocket, SSE and Socket.IO
//! connections open, and receives pushed heartbeats. All of them feed one health model, which
//! people read on a screen, CI reads as an exit code, and machines read as JSON or metrics.
//!
//! Small facts flow in and immutable snapshots flow out. The verdicts between them are a pure
//! function of facts, policy and time.
//!
//! # Map
//!
//! A module may import only the modules in its last column. `tests/arrows.rs` reads this table,
//! checks every import, and refuses new circles of files inside a module.
//!
//! | module | what it does | may import |
//! |---|---|---|
//! | [`model`] | decides health: facts, verdicts, snapshots; pure, time is an argument | nothing |
//! | [`clock`] | reads the time; no other module does | model |
//! | [`mod@file`] | reads regular files up to a size limit; never waits for a writer | nothing |
//! | [`lock`] | takes a lock that a panic has poisoned | nothing |
//! | [`prefs`] | names what a user can choose on the screen: themes, columns, keys | nothing |
//! | [`words`] | writes English about failures, durations and events; glyphs of a status | model |
//! | [`history`] | computes what happened: incidents, numbers, reports, SLOs; pure | model |
//! | [`conf`] | reads YAML into typed values with places; knows no kind of monitor | model, file |
//! | [`monitors`] | talks to targets: a folder per kind | conf, model, clock, file, lock |
//! | [`engine`] | runs the loop and a supervisor per target | clock, lock, model, monitors |
//! | [`beat`] | sends heartbeats, wraps commands | model, clock, engine, lock, monitors |
//! | [`config`] | turns a config into a plan | alerts, channels, conf, history, store, model, monitors, engine, prefs, file |
//! | [`store`] | keeps the history in SQLite | model, clock, file, history, lock |
//! | [`report`] | writes snapshots and history, one file per output format | model, clock, history, words |
//! | [`serve`] | answers HTTP | conf, clock, engine, history, lock, model, monitors, report, store |
//! | [`remote`] | follows running agents, for the screen | clock, history, lock, model, monitors, words |
//! | [`tui`] | draws the screen from snapshot and time | model, clock, history, lock, words, prefs |
//! | [`alerts`] | decides who is told of what, and when; pure | model, history, words |
//! | [`channels`] | tells receivers: a file per kind | alerts, clock, conf, file, history, model, monitors, words |
//! | [`demo`] | runs example servers of every kind in the process | model, clock, monitors, words |
//! | [`cli`] | runs the commands; owns exit codes, signals and stdout | all |
//!
//! # Reading order
//!
//! 1. `model/outcome/signal.rs` and `model/fleet/snapshot.rs`: what goes in and what comes out.
//! 2. `model/target/facts.rs` and `verdict.rs`: how facts become a status, and when it changes.
//! 3. `monitors/attempt.rs` and `monitors/http/mod.rs`: what a monitor is, and the smallest one.
//! 4. `engine/pace.rs`, `supervise.rs` and `core/mod.rs`: when attempts run, and the loop.
//! 5. `cli/check.rs` and `cli/session.rs`: how a command puts the parts together.
//!
//! # How a heartbeat travels
//!
//! 1. `engine/supervise.rs` starts an attempt when `engine/pace.rs` says that it is due.
//!    `monitors/dial` connects and records its progress in the attempt's `Trace`.
//! 2. The monitor (`monitors/http/mod.rs`) receives a message and decides whether it is a
//!    heartbeat. `monitors/reporter.rs` adds target and time, removes secrets, and sends an
//!    `Observation` on one bounded channel. While the channel is full, monitors wait.
//! 3. `engine/core/mod.rs` passes it to `Fleet::observe`. After every wake the loop reads the clock
//!    and lets `Fleet::advance` judge what is due. It sleeps until `Fleet::deadline`.
//! 4. The loop publishes a snapshot at most ten times a second. Rows that did not change are shared
//!    with the snapshot before.
//! 5. `tui/draw.rs` draws it, `report` prints it, `serve` streams it, and `cli/exit.rs` turns its
//!    worst status into an exit code.
//!
//! If no heartbeat comes, the deadline of step 3 passes and the verdict changes. A pushed heartbeat
//! has no supervisor: `engine/push_router.rs` finds its endpoint by the path of the request and
//! sends the same observation on the same channel.
//!
//! # How a config value travels
//!
//! `conf/yaml` parses the file into nodes with places. `conf/de` reads them into the structs of
//! `config/file.rs` and `monitors/KIND/keys.rs`, whose fields are `Setting`s: a value, or the
//! mistake that was reported. `config/resolve` and `monitors/KIND/resolve.rs` check values that
//! depend on each other and build an [`engine::Plan`]. `config::load` returns the plan, or all
//! mistakes of the file at once. `engine/supervisors.rs` starts a monitor per target of the plan.
//!
//! # Decisions that a reader may not expect
//!
//! - Progress of an attempt is kept in a `Trace` outside the monitor. A monitor that exceeds its
//!   time limit is dropped and can report nothing; the trace still knows the phase.
//! - A connection that is used again and again (Socket.IO `emit`) waits in
//!   `Reporter::wait_until_due`: the supervisor keeps the pace, the monitor keeps the connection.
//! - Schedules (`model/time/schedule.rs`) need wall time, but the model counts moments. The model
//!   is told the wall time of its start (`Fleet::set_anchor`) and again after every change of the
//!   clock, and so stays a function of facts and time.
//! - `serve` uses the engine and not only snapshots: pushed heartbeats and questions about
//!   instances go through it. A trait between them would have one implementation.
//!
//! # Glossary
//!
//! | term | meaning |
//! |---|---|
//! | target | what is watched |
//! | monitor | the code that talks to a target; also the entry of a target in the config |
//! | kind | a protocol and how hbmon uses it: http, websocket, sse, socketio, push |
//! | attempt | one poll, or one connection from dialing to its end |
//! | heartbeat | the message that shows that a target is alive; all other messages are traffic |
//! | missed | an interval and its grace have passed without a heartbeat |
//! | failure | an attempt or a heartbeat that was not as expected |
//! | fact | a stored observation; verdicts are derived from facts |
//! | verdict | status and cause of a target at a moment |
//! | settled | `check` has its answer about a target: a good heartbeat, or an error |
//! | local limit | what this machine lacks, such as a network; no target is blamed for it |
//! | instance | one of several senders that a push monitor tells apart |
//! | memory | what one run saves of a target for the next run |
//! | moment | time since the start of the process; never wall time |
//!
//! # To add a monitor kind
//!
//! 1. A folder `monitors/KIND`: `mod.rs` with a spec (`KindSpec`) and a type that implements
//!    `Monitor`; `keys.rs` with the config's keys (`KindKeys`); `resolve.rs`, which checks them.
//! 2. Its module in `monitors/mod.rs` and its line in `kinds!` in `monitors/kinds.rs`; its names in
//!    `model/target/kind.rs`. The compiler finds what is forgotten.
//! 3. An example in `configs/`, tests in `tests/monitors/KIND.rs`, a foreign server in
//!    `tests/peers`. `UPDATE=1 cargo test --test generated` writes schema, reference and manual.
//!
//! # To add a kind of channel
//!
//! 1. A folder `channels/KIND`: `mod.rs` with a type that implements `Channel`; `keys.rs` with the
//!    config's keys (`HttpChannelKeys`, or `ChannelKindKeys` if it does not speak HTTP).
//! 2. Its module in `channels/mod.rs` and its line in `channels!` in `channels/kinds.rs`.
//! 3. An example in `configs/alerts.yaml`, mistakes in `tests/config/bad`, golden payloads in
//!    `tests/receivers`. `UPDATE=1 cargo test --test generated` writes schema, reference and manual.
//!
//! # To add an output format
//!
//! 1. A file `report/FORMAT.rs` with `write(snapshot, run, out)`.
//! 2. A variant of `OutputFormat` in `cli/output.rs` and its call in `cli/outputs.rs`.
//! 3. `UPDATE=1 cargo test --test report --test generated` writes its example and the manuals.
//!
//! # To add a consumer of changes
//!
//! 1. A type that implements `cli::consumer::Consumer`: loop on `Feed::next`, read
//!    `Feed::follower`, and finish when the feed ends.
//! 2. One call of `Session::attach` in each command that needs it.

pub mod alerts;
pub mod beat;
pub mod channels;
pub mod cli;
pub mod clock;
pub mod conf;
pub mod config;
pub mod demo;
pub mod engine;
pub mod file;
pub mod history;
pub mod lock;
pub mod model;
pub mod monitors;
pub mod prefs;
pub mod remote;
pub mod report;
pub mod serve;
pub mod store;
pub mod tui;
pub mod words;
