//! The service through its front door: each test starts it on a free port with a database of its own, SQLite and PostgreSQL
//! (docs/TESTING.md).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails here says where"
)]
#![allow(unreachable_pub, dead_code, reason = "modules of one test program, whose words not every test uses")]

mod friday;
mod races;
mod door;
mod evening;
mod nights;
mod registering;
mod support;
mod tickets;
mod walk_ins;
