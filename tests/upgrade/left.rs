//! Data as a release left them, for tests that begin with some.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::sqlite::Sqlite;
use diesel::{Connection, PgConnection, SqliteConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::program::Home;

/// What was written down beside the data of a release, when they were made.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Recorded {
    /// The migrations that made its tables.
    pub(crate) migrations: Vec<String>,
    /// The key file that belongs to the data.
    pub(crate) key: String,
    /// The end of its audit log, as SEQ:HASH.
    pub(crate) head: String,
    /// How many rows each table has.
    pub(crate) rows: BTreeMap<String, i64>,
    /// What the service answered a coordinator: sums, nights, tickets, the record of the draw.
    pub(crate) answers: BTreeMap<String, Value>,
}

/// A file of this folder.
pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upgrade").join(name)
}

pub(crate) fn read(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("tests/upgrade/{name}: {error}"))
}

/// What differs between the two databases of a home, for a test that looks past the service.
pub(crate) enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Conn {
    pub(crate) fn to(home: &Home) -> Self {
        match home.url() {
            Some(url) => Self::Postgres(PgConnection::establish(url).unwrap()),
            None => Self::Sqlite(SqliteConnection::establish(home.database().to_str().unwrap()).unwrap()),
        }
    }

    /// Applies these migrations and no others, as the version that knew no others did.
    fn migrate_as_then(&mut self, wanted: &[String]) {
        match self {
            Self::Sqlite(conn) => migrate::<Sqlite, _>(conn, "sqlite", wanted),
            Self::Postgres(conn) => migrate::<Pg, _>(conn, "postgres", wanted),
        }
    }

    /// Applies every migration there is.
    fn migrate_to_today(&mut self) {
        match self {
            Self::Sqlite(conn) => conn.run_pending_migrations(migrations("sqlite")).map(drop).unwrap(),
            Self::Postgres(conn) => conn.run_pending_migrations(migrations("postgres")).map(drop).unwrap(),
        }
    }

    /// Loads the rows of a release, in one transaction.
    fn load(&mut self, statements: &str) {
        match self {
            Self::Sqlite(conn) => {
                conn.batch_execute(&format!("PRAGMA foreign_keys = ON; BEGIN; {statements} COMMIT;")).unwrap();
            }
            Self::Postgres(conn) => conn
                .batch_execute(&format!(
                    "BEGIN; CREATE FUNCTION unhex(text) RETURNS bytea LANGUAGE sql AS $$ SELECT decode($1, 'hex') $$; \
                     {statements} DROP FUNCTION unhex(text); COMMIT;"
                ))
                .unwrap(),
        }
    }
}

fn migrations(folder: &str) -> FileBasedMigrations {
    FileBasedMigrations::from_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder))
        .unwrap()
}

fn migrate<DB, C>(conn: &mut C, folder: &str, wanted: &[String])
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
{
    let known: Vec<Box<dyn Migration<DB>>> = migrations(folder).migrations().unwrap();
    // It makes the table in which they are noted.
    conn.applied_migrations().unwrap();
    for version in wanted {
        let migration = known.iter().find(|known| known.name().version().to_string() == *version);
        conn.run_migration(migration.unwrap_or_else(|| panic!("{folder}: {version} is there no more")))
            .unwrap();
    }
}

/// Rows as a release writes them, said to the tables of today, as by an instance of it that is still at work during a rolling restart.
pub(crate) fn written_today_by(version: &str, home: &Home) -> (Recorded, Conn) {
    let mut conn = Conn::to(home);
    conn.migrate_to_today();
    conn.load(&read(&format!("{version}.sql")));
    (serde_json::from_str(&read(&format!("{version}.json"))).unwrap(), conn)
}

/// Data as a release left them, on whichever database.
pub(crate) fn left_by(version: &str, home: &Home) -> Recorded {
    let recorded: Recorded = serde_json::from_str(&read(&format!("{version}.json"))).unwrap();
    let mut conn = Conn::to(home);
    conn.migrate_as_then(&recorded.migrations);
    conn.load(&read(&format!("{version}.sql")));
    let mut key = fs::OpenOptions::new();
    let key = key.write(true).create_new(true).mode(0o600).open(home.file("key"));
    std::io::Write::write_all(&mut key.unwrap(), recorded.key.as_bytes()).unwrap();
    if home.url().is_none() {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(home.database(), mode).unwrap();
    }
    recorded
}
