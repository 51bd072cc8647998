//! Both folders of migrations give the same schema, and every table is either guarded by the audit log or exempt by name.
//!
//! Run beside a PostgreSQL server: `tests/postgres cargo test --test schema`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that fails here says where"
)]

#[path = "schema/checks.rs"]
mod checks;
#[path = "schema/reading.rs"]
mod reading;
#[path = "schema/taken.rs"]
mod taken;

use std::collections::BTreeSet;

use diesel::{Connection, PgConnection, RunQueryDsl, SqliteConnection, sql_query};
use inskrivning::store::{Database, EXEMPT_FROM_AUDIT, Store};
use reading::{OF_DIESEL, Schema, read_postgres, read_sqlite};

fn on_sqlite() -> Schema {
    on_a_new_sqlite(read_sqlite)
}

/// Looks at a new database of SQLite, which is removed afterwards.
fn on_a_new_sqlite<T>(look: impl FnOnce(&mut SqliteConnection) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data.sqlite");
    Store::open(&Database::Sqlite(file.clone())).unwrap().shut_down();
    look(&mut SqliteConnection::establish(file.to_str().unwrap()).unwrap())
}

fn on_postgres() -> Schema {
    on_a_new_postgres("schema", read_postgres)
}

/// Looks at a new database on PostgreSQL, which is removed afterwards.
fn on_a_new_postgres<T>(name: &str, look: impl FnOnce(&mut PgConnection) -> T) -> T {
    let server = std::env::var("INSKRIVNING_TEST_POSTGRES")
        .expect("no PostgreSQL to test on: say `tests/postgres cargo test --test schema`");
    let name = format!("{name}_{}", std::process::id());
    let mut admin = PgConnection::establish(&server).unwrap();
    sql_query(format!("CREATE DATABASE {name}")).execute(&mut admin).unwrap();
    let (at, _) = server.rsplit_once('/').unwrap();
    let url = format!("{at}/{name}");
    Store::open(&Database::Postgres(url.clone())).unwrap().shut_down();
    let found = look(&mut PgConnection::establish(&url).unwrap());
    sql_query(format!("DROP DATABASE {name} WITH (FORCE)")).execute(&mut admin).unwrap();
    found
}

#[test]
fn both_folders_of_migrations_give_the_same_schema() {
    let (mut sqlite, mut postgres) = (on_sqlite(), on_postgres());
    assert!(sqlite.len() > 25, "{:?}", sqlite.keys());
    for schema in [&mut sqlite, &mut postgres] {
        assert!(schema.remove(OF_DIESEL).is_some());
    }
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (name, table) in &sqlite {
        assert_eq!(table, &postgres[name], "{name}: SQLite on the left, PostgreSQL on the right");
    }
    for written_for_good in [
        "audit",
        "frozen_list",
        "digit",
        "service_bytes",
        "draw_record",
        "draw_end",
        "valid_ticket",
        "head_count",
        "place_end",
    ] {
        let refuses: Vec<&str> = sqlite[written_for_good].triggers.iter().map(String::as_str).collect();
        assert_eq!(refuses, ["delete", "update"], "{written_for_good}");
    }
}

#[test]
fn the_tables_exempt_from_the_audit_log_are_these_four_and_exist() {
    let exempt: BTreeSet<&str> = EXEMPT_FROM_AUDIT.into_iter().collect();
    // Each for a reason: the log and its head are written by the guard itself, answers kept for a retry say nothing that the
    // step did not, and the migrations run before anybody is there.
    assert_eq!(exempt, BTreeSet::from(["audit", "head", "idempotency", "__diesel_schema_migrations"]));
    let tables = on_sqlite();
    for name in exempt {
        assert!(tables.contains_key(name), "{name} is exempt and does not exist");
    }
}
