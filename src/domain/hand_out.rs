//! The hand-out.
