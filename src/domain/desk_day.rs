//! The desk day.
