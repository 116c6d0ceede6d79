//! What monitors report about one attempt: signals, failures, evidence, phases.

pub mod evidence;
pub mod failure;
pub mod phases;
pub mod recent;
pub mod signal;
