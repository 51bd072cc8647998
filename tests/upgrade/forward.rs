//! A database made by a released version, brought to the form of this one by the program itself.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use serde_json::Value;

use crate::program::Home;
use crate::reading::{Schema, read_postgres, read_sqlite};
use crate::{Recorded, read, released};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// What differs between the two databases of a home, for a test that looks past the service.
enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Conn {
    fn to(home: &Home) -> Self {
        match home.url() {
            Some(url) => Self::Postgres(PgConnection::establish(&url).unwrap()),
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

    fn rows(&mut self, table: &str) -> i64 {
        let query = sql_query(format!("SELECT count(*) AS count FROM {table}"));
        let found: Count = match self {
            Self::Sqlite(conn) => query.get_result(conn).unwrap(),
            Self::Postgres(conn) => query.get_result(conn).unwrap(),
        };
        found.count
    }

    fn schema(&mut self) -> Schema {
        match self {
            Self::Sqlite(conn) => read_sqlite(conn),
            Self::Postgres(conn) => read_postgres(conn),
        }
    }
}

fn migrate<DB, C>(conn: &mut C, folder: &str, wanted: &[String])
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
{
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
    let source = FileBasedMigrations::from_path(path).unwrap();
    let known: Vec<Box<dyn Migration<DB>>> = source.migrations().unwrap();
    // It makes the table in which they are noted.
    conn.applied_migrations().unwrap();
    for version in wanted {
        let migration = known.iter().find(|known| known.name().version().to_string() == *version);
        conn.run_migration(migration.unwrap_or_else(|| panic!("{folder}: {version} is there no more")))
            .unwrap();
    }
}

/// Whether all that was recorded stands in an answer; a later version may say more.
#[track_caller]
fn says_still(path: &str, recorded: &Value, now: &Value) {
    match (recorded, now) {
        (Value::Object(fields), Value::Object(_)) => {
            for (field, value) in fields {
                says_still(&format!("{path} {field}"), value, &now[field]);
            }
        }
        (Value::Array(then), Value::Array(entries)) if then.len() == entries.len() => {
            for (then, now) in then.iter().zip(entries) {
                says_still(path, then, now);
            }
        }
        _ => assert_eq!(recorded, now, "{path}: recorded on the left, said now on the right"),
    }
}

/// Data as a release left them, on whichever database.
fn left_by(version: &str, home: &Home) -> Recorded {
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

fn comes_forward(new_home: fn() -> Home) {
    let mut versions: Vec<String> = released().into_iter().map(|released| released.version).collect();
    versions.dedup();
    for version in versions {
        let (home, fresh) = (new_home(), new_home());
        let recorded = left_by(&version, &home);
        for home in [&home, &fresh] {
            home.run(&["migrate"]).done();
        }
        let mut conn = Conn::to(&home);
        for (table, rows) in &recorded.rows {
            assert_eq!(conn.rows(table), *rows, "{version}: rows of {table}, now on the left");
        }
        assert_eq!(
            conn.schema(),
            Conn::to(&fresh).schema(),
            "{version}: tables of a fresh database on the right"
        );
        let found = home.run(&["doctor", "--head", &recorded.head]);
        assert!(found.out.contains("and goes through the head noted"), "{version}: {found:?}");
        assert_eq!(found.code, 0, "{version}: {found:?}");
        let token = home.token("coordinator");
        let serving = home.serve();
        for (path, said) in &recorded.answers {
            says_still(path, said, &serving.json("GET", &token, &format!("/api/v1{path}"), None));
        }
        assert_eq!(serving.stop().0, 0);
    }
}

#[test]
fn data_of_every_release_say_afterwards_what_they_said_before_on_sqlite() {
    comes_forward(Home::new);
}

#[test]
fn data_of_every_release_say_afterwards_what_they_said_before_on_postgres() {
    comes_forward(Home::on_postgres);
}
