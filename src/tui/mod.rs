//! The screen: a pure function of a snapshot and what the user chose.
