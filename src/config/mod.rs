//! Files in, a valid plan out; every error with its place.
