//! The service as it is hurt: killed, out of room, cut off from its database, at a wrong time, and in several instances at once.
//! The real program runs as a process, on days of its own (libfaketime), and what it answered is held against what is there later.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that fails here says where"
)]
#![allow(unreachable_pub, dead_code, reason = "modules of one test program, whose words not every test uses")]

#[path = "../support/caller.rs"]
mod caller;
mod client;
mod clocks;
mod controls;
mod cut_off;
mod desk;
mod director;
mod files;
mod full_disk;
mod house;
mod instances;
mod kill;
mod ledger;
mod luck;
#[path = "../support/not_run.rs"]
mod not_run;
mod operator;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/program.rs"]
mod program;
mod read_only;
mod scene;
mod server;
mod settling;
mod threads;
