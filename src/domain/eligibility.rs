//! Eligibility.
