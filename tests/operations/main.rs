//! Running the service: its commands, its start and stop, its log, and what it says when something is wrong with its data.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails here says where"
)]

mod audit;
mod backup;
#[path = "../support/caller.rs"]
mod caller;
mod faults;
#[path = "../support/program.rs"]
mod program;
mod serving;
