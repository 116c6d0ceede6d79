//! How much of the downtime that an objective allows is left, and how fast it is used.
