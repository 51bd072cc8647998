//! The service as it is flooded: by who sends slowly, or half, or too much, or nothing, and by who does not read. The real program
//! runs as a process; while each flood lasts a party is registered and the list is read, the memory of the process stays below a
//! bound, and in the end no connection is left.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that fails here says where"
)]
#![allow(unreachable_pub, dead_code, reason = "modules of one test program, whose words not every test uses")]

mod bodies;
#[path = "../support/caller.rs"]
mod caller;
mod connections;
mod desk;
mod heads;
mod line;
#[path = "../support/not_run.rs"]
mod not_run;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/program.rs"]
mod program;
mod readers;
