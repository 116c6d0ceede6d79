//! One file per output format; all read the same snapshot.
