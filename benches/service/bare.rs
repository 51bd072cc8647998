//! The baseline: one row a transaction, durable, of the size of an arrival, with nothing around it.

use std::time::Instant;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, sql_query};
use inskrivning::store::Database;

use crate::load::Measured;

const COMMITS: u32 = 2_000;

/// Bare commits, one after the other on one connection.
pub(crate) fn commits(database: &Database) -> Measured {
    match database {
        Database::Sqlite(file) => {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            let mut conn = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
            conn.batch_execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;").unwrap();
            conn.batch_execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, ticket BLOB NOT NULL, night TEXT NOT NULL, at TEXT NOT NULL) STRICT")
                .unwrap();
            measure(|id| {
                let row = format!(
                    "INSERT INTO bare VALUES ({id}, randomblob(16), '2026-11-27', '2026-11-27 20:01:02.123456')"
                );
                sql_query(row).execute(&mut conn).unwrap();
            })
        }
        Database::Postgres(address) => {
            let mut conn = PgConnection::establish(address).unwrap();
            conn.batch_execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, ticket UUID NOT NULL, night DATE NOT NULL, at TIMESTAMP NOT NULL)")
                .unwrap();
            measure(|id| {
                let row = format!(
                    "INSERT INTO bare VALUES ({id}, gen_random_uuid(), '2026-11-27', '2026-11-27 20:01:02.123456')"
                );
                sql_query(row).execute(&mut conn).unwrap();
            })
        }
    }
}

fn measure(mut commit: impl FnMut(u32)) -> Measured {
    (0..100).for_each(&mut commit);
    let started = Instant::now();
    let took = (100..100 + COMMITS)
        .map(|id| {
            let began = Instant::now();
            commit(id);
            began.elapsed()
        })
        .collect();
    Measured::of(took, started.elapsed())
}
