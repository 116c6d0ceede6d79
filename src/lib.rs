//! hbmon watches heartbeats: a state machine about time, many long conversations, a live screen,
//! and a command with an exit code, glued at one seam. Small facts go in, an immutable snapshot
//! comes out.
//!
//! # The map
//!
//! | room | what it is | may import |
//! |---|---|---|
//! | [`model`] | pure: facts, policy, verdict, fleet, snapshot; time is an argument | nothing |
//! | [`clock`] | the only clock | model |
//! | [`mod@file`] | reads regular files up to a limit, without ever waiting for a writer | nothing |
//! | [`prefs`] | what a user may choose of the screen: themes, columns, keys; vocabulary only | nothing |
//! | [`words`] | the only English about failures, causes, durations | model |
//! | [`conf`] | the ground floor of the config: a file in, typed values with places out; knows no key | model, file |
//! | [`monitors`] | one room per kind, each one conversation; `dial` is their way out, `outbox` their mouth | conf, model, clock, file |
//! | [`engine`] | one loop that feeds the model, one supervisor round each room, pace, reload | model, clock, monitors |
//! | [`beat`] | sends heartbeats and wraps commands: the other side of a push monitor | model, clock, engine (backoff), monitors (dial) |
//! | [`config`] | a file in, a valid plan out, every error with its place | conf, model, monitors, engine, prefs, file |
//! | [`report`] | one file per output format, all from the snapshot | model, clock, words |
//! | [`serve`] | the HTTP interface: pushed heartbeats in; status, metrics, streams of events out | clock, engine, model, monitors (what is pushed), report |
//! | [`tui`] | the screen as a function of snapshot, choice, theme and time | model, clock, words, prefs |
//! | [`demo`] | servers of all kinds in the process, telling a story | model, clock, monitors (codecs) |
//! | [`cli`] | one file per command; glues the others, owns exit codes, signals, stdout | all |
//!
//! `tests/arrows.rs` keeps these arrows. The kinds never see one another.
//!
//! # How one heartbeat travels
//!
//! 1. A supervisor (`engine/supervise.rs`) decides by its pace (`engine/pace.rs`) that an attempt
//!    is due and wakes the room. `monitors/dial` connects, and writes down in the `Trace` how far
//!    it came. The room says `open`.
//! 2. A frame arrives, the room matches it; the `Outbox` stamps target and moment, once, strikes
//!    out secrets, and sends a `Note` on the one bounded channel. A full channel makes the room
//!    wait.
//! 3. The engine's loop (`engine/core`) hands it to `Fleet::observe`, then, as after every wake,
//!    asks the clock and lets `Fleet::advance` judge what is due. The loop re-arms itself at
//!    `Fleet::deadline`.
//! 4. At most ten times a second, and only if somebody listens, a `Snapshot` is published. Rows
//!    that did not change are shared with the one before; the facts of a target go on in its row,
//!    in a copy if a snapshot holds that one.
//! 5. The screen draws it, reports print it, `check` asks whether it is settled and turns its worst
//!    status into an exit code.
//!
//! The heartbeat that does not come travels too: nobody does anything, the deadline of step 3
//! fires, the verdict changes.
//!
//! A pushed one has no room and no supervisor. Whoever serves a request finds the monitor's door
//! (`engine/intake.rs`) by its path; `monitors/push.rs` reads the request, the door stamps it and
//! sends the same `Note` on the same channel. From step 3 on nothing is different.
//!
//! # Where the map differs from the first drawing, and why
//!
//! - A room says `Open`, `Beat`, `Failed`, and also `Pong`: the round trip of hbmon's own ping
//!   belongs to no heartbeat. Its supervisor says `Try`, `Closed` and `Rest`.
//! - How far an attempt came lives in a `Trace` beside the room, not in it: a room that is
//!   cancelled by the time limit is dropped and can say nothing, and still its phases and the stage
//!   of the time-out are known.
//! - A held connection that is asked again and again (Socket.IO `emit`) waits in `Outbox::due`:
//!   pace stays with the supervisor, the connection with the room.
//! - Promises by the calendar (`model/schedule.rs`) are kept in wall time, while the model counts
//!   moments. It is told the wall time of its start (`Fleet::align`, again after every jump), and
//!   so stays a function of facts and time.
//! - `words` stands beside the clock, not above the reports only: whoever shows a failure takes its
//!   sentence from there.
//! - `serve` sees the engine itself, not only snapshots: what is pushed, and questions about
//!   instances, go in where everything else goes in. A trait between them would have one
//!   implementation.
//! - `demo` is a room of its own: its servers are neither a kind nor a command.
//!
//! # Glossary
//!
//! *Target*: what is watched. *Monitor*: the room that talks with it. *Attempt*: one poll, or one
//! connection from dial to end. *Heartbeat*: the message that says "alive"; everything else on the
//! wire is traffic. *Missed*: a whole interval and the grace passed without one. *Failure*: an
//! attempt, or a heartbeat, that was not as expected. *Settled*: `check` has its answer.
//! *Instance*: one of many senders that a push monitor tells apart. *Memory*: what a run leaves of
//! a target, from which the next one goes on.
//!
//! # To add a monitor kind
//!
//! 1. `monitors/KIND.rs`: a `Spec`, a `Room` that implements `Monitor` (none for `push`), tests in
//!    `tests/monitors/KIND.rs`.
//! 2. A line each in `monitors::Spec` and `model::Kind`.
//! 3. Its keys in `config/file.rs` and their resolution in `config/`; an example in `configs/`.
//! 4. A real foreign server in `tests/peers`.

pub mod beat;
pub mod cli;
pub mod clock;
pub mod conf;
pub mod config;
pub mod demo;
pub mod engine;
pub mod file;
pub mod lock;
pub mod model;
pub mod monitors;
pub mod prefs;
pub mod report;
pub mod serve;
pub mod tui;
pub mod words;
