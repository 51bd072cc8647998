//! The service through its front door: each test starts it on a free port with a database of its own, SQLite and PostgreSQL
//! (docs/TESTING.md).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails here says where"
)]
#![allow(unreachable_pub, dead_code, reason = "modules of one test program, whose words not every test uses")]

mod bad_input;
mod bans;
mod database;
mod door;
mod draw_facts;
mod eligibility;
mod evening;
mod friday;
mod guests;
mod hall;
mod mistakes;
mod nights;
#[path = "../support/postgres.rs"]
mod postgres;
mod races;
mod refusals;
mod registering;
mod retries;
mod roles;
mod slips;
mod support;
mod tickets;
mod transitions;
mod walk_ins;
