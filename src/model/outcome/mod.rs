//! What monitors report about attempts: signals, failures, evidence, phases.

pub mod evidence;
pub mod failure;
pub mod fault;
pub mod phases;
pub mod reason;
pub mod recent;
pub mod signal;
pub mod stage;
