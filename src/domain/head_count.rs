//! Head counts.
