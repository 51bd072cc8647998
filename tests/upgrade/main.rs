//! Data of every released version come to the form of this one, and say afterwards what they said before.
//!
//! Run beside a PostgreSQL server: `tests/postgres cargo test --test upgrade`. How the data of a release are made for good stands in
//! docs/TESTING.md.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    unused_macros,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails here says where; what starts the service and the program is shared with other tests"
)]

mod before;
#[path = "../support/caller.rs"]
mod caller;
mod forward;
mod in_turn;
mod left;
mod making;
#[path = "../support/postgres.rs"]
mod postgres;
#[path = "../support/program.rs"]
mod program;
#[path = "../schema/reading.rs"]
mod reading;
mod released;
#[path = "../service/support.rs"]
mod support;

use left::{Recorded, file, read};

/// A line of `released.txt`: a migration that is in the hands of others.
struct Released {
    version: String,
    migration: String,
    hashes: [String; 2],
}

/// Every migration that was released, first to last.
fn released() -> Vec<Released> {
    let text = read("released.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let [version, migration, sqlite, postgres] = line.split_whitespace().collect::<Vec<_>>()[..]
            else {
                panic!("released.txt: {line}")
            };
            Released {
                version: version.to_owned(),
                migration: migration.to_owned(),
                hashes: [sqlite, postgres].map(str::to_owned),
            }
        })
        .collect()
}
