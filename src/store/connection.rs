//! Connections to either database, chosen by the address and by nothing else. Where the two differ stands here.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{self, ManageConnection};
use diesel::{Connection, PgConnection, QueryDsl, RunQueryDsl, SqliteConnection, sql_query};

use super::asking::Ask;
use super::chain::read_head;
use super::schema::head;
use super::{StoreError, session};
use crate::domain::audit::Head;

/// How many connections are there to read with.
pub const READERS: u32 = 8;
/// How long a reader waits for one of them.
const WAIT_FOR_READER: Duration = Duration::from_secs(10);

/// Where the data are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, by its address.
    Postgres(String),
}

/// The text is no address of a database. It is not shown: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is no address of a database: write postgres://USER@HOST:PORT/NAME, or leave it out for SQLite in the data folder"
)]
pub struct NotADatabase;

impl Database {
    /// `SQLite` or `PostgreSQL`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

impl FromStr for Database {
    type Err = NotADatabase;

    fn from_str(text: &str) -> Result<Self, NotADatabase> {
        match text.split_once(':') {
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(Self::Postgres(text.to_owned()))
            }
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(PathBuf::from(path))),
            _ => Err(NotADatabase),
        }
    }
}

/// The one or the other.
#[derive(diesel::MultiConnection)]
pub(super) enum AnyConnection {
    /// Embedded.
    Sqlite(SqliteConnection),
    /// A server.
    Postgres(PgConnection),
}

impl fmt::Debug for AnyConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        })
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
    /// Looking at data that may be damaged, beside the service: the file is opened so that nothing can be written to it.
    Look,
}

/// Opens a connection. Never by trying one database after the other: a server that is down must not become a file.
pub(super) fn establish(database: &Database, access: Access) -> Result<AnyConnection, StoreError> {
    // On one line: libpq breaks its sentences.
    let unavailable = |error: &dyn fmt::Display| {
        let text = error.to_string();
        StoreError::Unavailable(text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    match database {
        Database::Sqlite(path) => {
            if access == Access::Write {
                keep_to_ourselves(path).map_err(|error| unavailable(&error))?;
            }
            let path_text = path.to_str().ok_or_else(|| unavailable(&"the path is not UTF-8"))?;
            let address = if access == Access::Look { read_only(path_text) } else { path_text.to_owned() };
            let mut conn = SqliteConnection::establish(&address).map_err(|error| unavailable(&error))?;
            prepare_sqlite(&mut conn, access).map_err(|error| of_a_file(error.into(), database))?;
            Ok(AnyConnection::Sqlite(conn))
        }
        Database::Postgres(url) => {
            let mut conn =
                PgConnection::establish(&session::bounded(url)).map_err(|error| unavailable(&error))?;
            session::prepare(&mut conn, access)?;
            Ok(AnyConnection::Postgres(conn))
        }
    }
}

/// The address under which SQLite opens a file only to read it, and makes none.
fn read_only(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte);
    let written = path.bytes().map(|byte| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    });
    format!("file:{}?mode=ro", written.collect::<String>())
}

/// Names the file that is not a database.
pub(super) fn of_a_file(error: StoreError, database: &Database) -> StoreError {
    match (error, database) {
        (StoreError::Database(text), Database::Sqlite(path)) if text.contains("not a database") => {
            StoreError::NotADatabase(format!("{} is not a database: {text}", path.display()))
        }
        (other, _) => other,
    }
}

/// A new database is readable by nobody else, wherever it lies; SQLite gives its other files the same mode.
fn keep_to_ourselves(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    if path.exists() { Ok(()) } else { options.open(path).map(|_| ()) }
}

fn prepare_sqlite(conn: &mut SqliteConnection, access: Access) -> diesel::QueryResult<()> {
    // First of all: the ones that follow may meet another process.
    conn.batch_execute("PRAGMA busy_timeout = 5000;")?;
    // Without recursive triggers, a row replaced would not meet the triggers that keep it from being deleted.
    conn.batch_execute(match access {
        Access::Write => {
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
             PRAGMA recursive_triggers = ON; PRAGMA trusted_schema = OFF;"
        }
        Access::Read => "PRAGMA foreign_keys = ON; PRAGMA query_only = ON;",
        // Nothing is mapped: a file cut short would end the process instead of being reported.
        Access::Look => {
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA query_only = ON; PRAGMA mmap_size = 0;"
        }
    })
}

/// The connections to read with.
pub(super) type Pool = r2d2::Pool<Manager>;
/// One of them, as long as it is lent.
pub(super) type Pooled = r2d2::PooledConnection<Manager>;

/// Opens connections of one kind for the pool.
#[derive(Clone, Debug)]
pub(super) struct Manager(Database);

impl ManageConnection for Manager {
    type Connection = AnyConnection;
    type Error = StoreError;

    fn connect(&self) -> Result<AnyConnection, StoreError> {
        establish(&self.0, Access::Read)
    }

    fn is_valid(&self, conn: &mut AnyConnection) -> Result<(), StoreError> {
        match conn {
            AnyConnection::Sqlite(_) => Ok(()),
            AnyConnection::Postgres(_) => {
                sql_query("SELECT 1").execute(conn)?;
                Ok(())
            }
        }
    }

    fn has_broken(&self, conn: &mut AnyConnection) -> bool {
        use diesel::connection::TransactionManager;
        <AnyConnection as Connection>::TransactionManager::is_broken_transaction_manager(conn)
    }
}

pub(super) fn pool(database: &Database) -> Result<Pool, StoreError> {
    r2d2::Pool::builder()
        .max_size(READERS)
        .min_idle(Some(1))
        .connection_timeout(WAIT_FOR_READER)
        .build(Manager(database.clone()))
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}

/// Runs what reads inside one transaction, so that all of it sees the same.
pub(super) fn snapshot<T, E: From<StoreError>>(
    conn: &mut AnyConnection,
    look: impl FnOnce(&mut AnyConnection) -> Result<T, E>,
) -> Result<T, E> {
    enum Seen<E> {
        Answer(E),
        Database(diesel::result::Error),
    }
    impl<E> From<diesel::result::Error> for Seen<E> {
        fn from(error: diesel::result::Error) -> Self {
            Self::Database(error)
        }
    }
    conn.transaction(|conn| look(conn).map_err(Seen::Answer)).map_err(|seen| match seen {
        Seen::Answer(error) => error,
        Seen::Database(error) => StoreError::from(error).into(),
    })
}

/// Begins a write: the lock comes first, on SQLite by the transaction itself, on PostgreSQL by the row of the head, which is
/// read next.
pub(super) fn begin_write(conn: &mut AnyConnection) -> Result<(), StoreError> {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};
    match conn {
        AnyConnection::Sqlite(conn) => {
            AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?
        }
        AnyConnection::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn)?,
    }
    Ok(())
}

/// Reads the head so that nobody else can write before the transaction ends.
pub(super) fn lock_head(conn: &mut AnyConnection) -> Result<Head, StoreError> {
    let (seq, hash): (i64, Vec<u8>) = match conn {
        // Its transaction has the lock already.
        AnyConnection::Sqlite(_) => head::table.select((head::seq, head::hash)).row(conn)?,
        AnyConnection::Postgres(conn) => {
            head::table.select((head::seq, head::hash)).for_update().get_result(conn)?
        }
    };
    read_head(seq, &hash)
}
