//! Backing a SQLite database up while the service runs, and putting a backup in place. PostgreSQL brings tools of its own.

use std::fs::File;
use std::io;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::connection::{Access, AnyConnection, Database, establish};
use super::migration::{check_form, migrate};
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
    /// It cannot be written.
    #[error("{0}")]
    File(String),
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
    /// It is a database of something else.
    #[error("{0} is no backup of the service: there are no data of it inside")]
    NotOurs(String),
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
        // A connection that may only read may not write the copy either.
        let mut conn = establish(&self.0.database, Access::Write)?;
        not_secret(&mut conn)?;
        make_empty(to)?;
        let copied = copy(&mut conn, to);
        if copied.is_err() {
            let _ = std::fs::remove_file(to);
        }
        copied
    }
}

/// A file that nobody else may read: a backup holds all that is known of the guests.
fn make_empty(path: &Path) -> Result<(), BackupError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(BackupError::FileExists(path.display().to_string()))
        }
        Err(error) => Err(BackupError::File(format!("{} cannot be written: {error}", path.display()))),
    }
}

fn copy(conn: &mut AnyConnection, to: &Path) -> Result<(), BackupError> {
    let target = to.display().to_string();
    sql_query("VACUUM INTO ?").bind::<Text, _>(target).execute(conn).map_err(StoreError::from)?;
    // A list may have been frozen while the copy began: what counts is what the copy holds.
    let mut copy = establish(&Database::Sqlite(to.to_owned()), Access::Read)?;
    not_secret(&mut copy)
}

fn not_secret(conn: &mut AnyConnection) -> Result<(), BackupError> {
    match (super::Read { conn, house: &mut super::House::default() }).secret_list()? {
        Some((day, _)) => Err(BackupError::ListIsSecret(day)),
        None => Ok(()),
    }
}

#[derive(QueryableByName)]
struct Check {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// Puts a backup in place of a database that is not there, after looking whether it is whole: under another name first, so that what
/// stands there is never a part, and for its owner alone, whoever may read the backup.
///
/// # Errors
/// [`RestoreError`]; nothing is left behind then.
pub fn restore(from: &Path, to: &Path) -> Result<(), RestoreError> {
    // What an earlier database left beside it would be taken for a part of this one.
    let beside = ["", "-wal", "-shm"].map(|end| Path::new(&format!("{}{end}", to.display())).to_owned());
    if let Some(there) = beside.iter().find(|file| file.exists()) {
        return Err(RestoreError::FileExists(there.display().to_string()));
    }
    let failed =
        |error: io::Error| RestoreError::File(format!("{} cannot be copied: {error}", from.display()));
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut copy = tempfile::Builder::new()
        .prefix(".restored-")
        .suffix(".sqlite")
        .tempfile_in(folder)
        .map_err(failed)?;
    io::copy(&mut File::open(from).map_err(failed)?, copy.as_file_mut()).map_err(failed)?;
    check(from, copy.path()).map_err(|error| match error {
        // By the name its reader knows.
        RestoreError::Store(StoreError::NotADatabase(_)) => {
            RestoreError::Store(StoreError::NotADatabase(format!("{} is not a database", from.display())))
        }
        error => error,
    })?;
    copy.as_file().sync_all().map_err(failed)?;
    copy.persist_noclobber(to).map_err(|kept| match kept.error.kind() {
        io::ErrorKind::AlreadyExists => RestoreError::FileExists(to.display().to_string()),
        _ => failed(kept.error),
    })?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

fn check(from: &Path, path: &Path) -> Result<(), RestoreError> {
    let mut conn = establish(&Database::Sqlite(path.to_owned()), Access::Write)?;
    if let AnyConnection::Sqlite(conn) = &mut conn {
        let found: Vec<Check> = sql_query("PRAGMA integrity_check").load(conn).map_err(StoreError::from)?;
        if let Some(fault) = found.iter().find(|check| check.integrity_check != "ok") {
            return Err(RestoreError::Damaged(fault.integrity_check.clone()));
        }
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").map_err(StoreError::from)?;
    }
    match check_form(&mut conn) {
        Err(StoreError::NoDataYet) => return Err(RestoreError::NotOurs(from.display().to_string())),
        // Nobody uses it yet, so that it may be brought further.
        Ok(()) | Err(StoreError::OlderVersion(_)) => migrate(&mut conn)?,
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
