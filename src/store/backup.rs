//! Backing a SQLite database up while the service runs, and putting a backup in place. PostgreSQL brings tools of its own.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::connection::{Access, AnyConnection, Database, establish, migrate};
use super::{Store, StoreError};

/// Why no backup is made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL is backed up by its own tools.
    #[error("the data are on PostgreSQL: back them up with its own tools (docs/OPERATIONS.md)")]
    NotSqlite,
    /// There is something already.
    #[error("{0} is there already: name a file that is not")]
    FileExists(String),
    /// A list is frozen and its randomness is not complete: a backup would hold its manifest and salt.
    #[error(
        "the list of {0} is frozen and its dice are not all typed: wait until the draw is done, then try again"
    )]
    ListIsSecret(chrono::NaiveDate),
    /// The database fails.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a backup is not put in place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// Something would be overwritten.
    #[error("{0} is there already: move it away first, then restore")]
    FileExists(String),
    /// It cannot be copied.
    #[error("{0}")]
    File(String),
    /// It is damaged.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// It cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Writes a copy of a SQLite database, as of one moment, to a new file. The service may go on meanwhile.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn backup(&self, to: &Path) -> Result<(), BackupError> {
        if matches!(self.0.database, Database::Postgres(_)) {
            return Err(BackupError::NotSqlite);
        }
        if to.exists() {
            return Err(BackupError::FileExists(to.display().to_string()));
        }
        // Asked and copied in one snapshot: no list can be frozen in between that the copy would hold.
        let target = to.display().to_string();
        let mut conn = self.0.readers.get().map_err(|error| StoreError::Unavailable(error.to_string()))?;
        if let Some((day, _)) = (super::Read { conn: &mut conn }).secret_list()? {
            return Err(BackupError::ListIsSecret(day));
        }
        sql_query("VACUUM INTO ?").bind::<Text, _>(target).execute(&mut *conn).map_err(StoreError::from)?;
        Ok(())
    }
}

#[derive(QueryableByName)]
struct Check {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// Puts a backup in place of a database that is not there, after looking whether it is whole.
///
/// # Errors
/// [`RestoreError`]; nothing is left behind then.
pub fn restore(from: &Path, to: &Path) -> Result<(), RestoreError> {
    if to.exists() {
        return Err(RestoreError::FileExists(to.display().to_string()));
    }
    std::fs::copy(from, to)
        .map_err(|error| RestoreError::File(format!("{} cannot be copied: {error}", from.display())))?;
    check(to).inspect_err(|_| {
        // What is not whole must not be taken for the database.
        let _ = std::fs::remove_file(to);
    })
}

fn check(path: &Path) -> Result<(), RestoreError> {
    let mut conn = establish(&Database::Sqlite(path.to_owned()), Access::Write)?;
    if let AnyConnection::Sqlite(conn) = &mut conn {
        let found: Vec<Check> = sql_query("PRAGMA integrity_check").load(conn).map_err(StoreError::from)?;
        if let Some(fault) = found.iter().find(|check| check.integrity_check != "ok") {
            return Err(RestoreError::Damaged(fault.integrity_check.clone()));
        }
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").map_err(StoreError::from)?;
    }
    migrate(&mut conn)?;
    Ok(())
}
