//! What monitors report about attempts: signals, failures, evidence, phases.

pub(super) mod evidence;
pub(super) mod failure;
pub(super) mod fault;
pub(super) mod phases;
pub(super) mod reason;
pub(super) mod recent;
pub(super) mod signal;
pub(super) mod stage;
