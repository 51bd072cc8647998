//! Bringing a database to the form of this version, and looking whether it has it.

use diesel::connection::SimpleConnection;
use diesel::{PgConnection, RunQueryDsl, SqliteConnection, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::AnyConnection;
use super::{StoreError, error};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Applies the migrations that are not there yet.
pub(super) fn migrate(conn: &mut AnyConnection) -> Result<(), StoreError> {
    match conn {
        AnyConnection::Sqlite(conn) => unwatched(conn, |conn| migrate_with(conn, SQLITE)),
        AnyConnection::Postgres(conn) => in_turn(conn, |conn| migrate_with(conn, POSTGRES).map(drop)),
    }
}

/// Several instances may start at once: one migrates, the others wait, longer than for any other lock, since the tables may be
/// large; but not for ever, since whoever has the lock may be stuck. The lock goes with the connection, too.
fn in_turn(
    conn: &mut PgConnection,
    migrate: impl FnOnce(&mut PgConnection) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    // A server that bounds every statement would end the waiting, and the migration itself.
    conn.batch_execute("SET statement_timeout = 0")?;
    conn.batch_execute("SET lock_timeout = '10min'; SELECT pg_advisory_lock(7306926); SET lock_timeout = '10s'")
        .map_err(|error| match StoreError::from(error) {
            StoreError::Unavailable(text) if error::is_of_the_lock(&text) => StoreError::Unavailable(
                "another instance has been bringing it to a new form for 10 minutes: look what that one does, then start again"
                    .to_owned(),
            ),
            other => other,
        })?;
    let done = migrate(conn);
    let freed = conn.batch_execute("SELECT pg_advisory_unlock(7306926); RESET statement_timeout");
    // What went wrong first is what is said.
    done.and(freed.map_err(StoreError::from))
}

/// Changes tables while no foreign key is watched, in one transaction: SQLite changes a table by dropping it, and the rows that
/// point to it would forbid that. All keys are looked at before anything is kept. `change` says whether it changed anything.
pub(super) fn unwatched(
    conn: &mut SqliteConnection,
    change: impl FnOnce(&mut SqliteConnection) -> Result<bool, StoreError>,
) -> Result<(), StoreError> {
    // Inside a transaction this would do nothing.
    conn.batch_execute("PRAGMA foreign_keys = OFF;")?;
    let done = conn.immediate_transaction(|conn| {
        if !change(conn)? {
            return Ok(());
        }
        let astray: Vec<Astray> =
            sql_query("SELECT DISTINCT \"table\" AS name FROM pragma_foreign_key_check").load(conn)?;
        match astray.first() {
            Some(Astray { name }) => {
                Err(StoreError::Corrupt(format!("{name} points to rows that are not there")))
            }
            None => Ok(()),
        }
    });
    conn.batch_execute("PRAGMA foreign_keys = ON;")?;
    done
}

/// A table with a row that points nowhere.
#[derive(diesel::QueryableByName)]
struct Astray {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

/// Whether any was missing.
fn migrate_with<DB, C>(conn: &mut C, migrations: EmbeddedMigrations) -> Result<bool, StoreError>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB>,
{
    let known = known::<DB>(&migrations)?;
    let applied = conn.applied_migrations().map_err(|error| unmigrated(&*error))?;
    not_newer(&known, &applied.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let run = conn.run_pending_migrations(migrations).map_err(|error| unmigrated(&*error))?;
    Ok(!run.is_empty())
}

fn unmigrated(error: &(dyn std::error::Error + Send + Sync)) -> StoreError {
    let text = error.to_string();
    if text.contains("not a database") {
        StoreError::NotADatabase(text)
    } else if error::is_of_disk_or_server(&text) {
        StoreError::Unavailable(text)
    } else {
        StoreError::NotMigrated(text)
    }
}

/// The versions of the migrations this program knows.
fn known<DB: diesel::backend::Backend>(migrations: &EmbeddedMigrations) -> Result<Vec<String>, StoreError> {
    let migrations = diesel::migration::MigrationSource::<DB>::migrations(migrations);
    let migrations = migrations.map_err(|error| unmigrated(&*error))?;
    Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
}

fn not_newer(known: &[String], applied: &[String]) -> Result<(), StoreError> {
    match applied.iter().find(|version| !known.contains(version)) {
        Some(newer) => Err(StoreError::NewerVersion(newer.clone())),
        None => Ok(()),
    }
}

#[derive(diesel::QueryableByName)]
struct Applied {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}

/// Whether a database has the form this version works with. It only looks: the migrations' own way of asking would make their
/// table.
pub(super) fn check_form(conn: &mut AnyConnection) -> Result<(), StoreError> {
    let (known, table) = match conn {
        AnyConnection::Sqlite(_) => (
            known::<diesel::sqlite::Sqlite>(&SQLITE)?,
            "SELECT name AS version FROM sqlite_schema WHERE name = '__diesel_schema_migrations'",
        ),
        AnyConnection::Postgres(_) => (
            known::<diesel::pg::Pg>(&POSTGRES)?,
            "SELECT 'there' AS version WHERE to_regclass('__diesel_schema_migrations') IS NOT NULL",
        ),
    };
    if sql_query(table).load::<Applied>(conn)?.is_empty() {
        return Err(StoreError::NoDataYet);
    }
    let applied: Vec<Applied> =
        sql_query("SELECT version FROM __diesel_schema_migrations ORDER BY version").load(conn)?;
    let applied: Vec<String> = applied.into_iter().map(|applied| applied.version).collect();
    not_newer(&known, &applied)?;
    match known.into_iter().find(|version| !applied.contains(version)) {
        Some(missing) => Err(StoreError::OlderVersion(missing)),
        None => Ok(()),
    }
}
