//! What monitors report about attempts: signals, failures, evidence, phases.

pub mod evidence;
pub mod failure;
pub mod phases;
pub mod recent;
pub mod signal;
