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

mod forward;
mod making;
#[path = "../operations/program.rs"]
mod program;
#[path = "../schema/reading.rs"]
mod reading;
mod released;
#[path = "../service/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What was written down beside the data of a release, when they were made.
#[derive(Debug, Deserialize, Serialize)]
struct Recorded {
    /// The migrations that made its tables.
    migrations: Vec<String>,
    /// The key file that belongs to the data.
    key: String,
    /// The end of its audit log, as SEQ:HASH.
    head: String,
    /// How many rows each table has.
    rows: BTreeMap<String, i64>,
    /// What the service answered a coordinator: sums, nights, tickets, the record of the draw.
    answers: BTreeMap<String, Value>,
}

/// A file of this folder.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upgrade").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("tests/upgrade/{name}: {error}"))
}

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
