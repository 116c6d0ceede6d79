//! Every output format, word for word, over one snapshot built by hand.
//! `UPDATE=1 cargo test --test report` writes the golden files anew.

#![allow(clippy::expect_used, clippy::panic)] // Helpers outside of the test functions are tests as well.

mod checkmk;
mod fixture;
mod formats;
mod github;
mod history;
mod junit;
mod md;
mod nagios;
mod page;
mod past;
mod prom;
mod shape;
mod streams;
mod tap;
