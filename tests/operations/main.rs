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
mod doctor;
mod faults;
#[path = "../upgrade/left.rs"]
#[allow(dead_code, reason = "the tests of upgrades use the rest")]
mod left;
#[path = "../support/not_run.rs"]
mod not_run;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/program.rs"]
mod program;
mod serving;
mod tokens;
