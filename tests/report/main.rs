//! Every output format, word for word, over one snapshot built by hand.
//! `UPDATE=1 cargo test --test report` writes the golden files anew.

mod fixture;
mod formats;
mod shape;
mod streams;
