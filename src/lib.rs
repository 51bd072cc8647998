//! The desk that hands out night-shelter places: its rules, its draw, the service around them, and the command line.
//!
//! Arrows between the rooms point downwards only (docs/ARCHITECTURE.md); `tests/architecture.rs` keeps it so.

pub mod app;
pub mod cli;
pub mod domain;
pub mod http;
pub mod i18n;
pub mod store;
