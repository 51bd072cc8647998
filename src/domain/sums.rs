//! Sums that must hold.
