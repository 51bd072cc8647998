//! Whether a SQLite file is still where it was opened.

use std::path::{Path, PathBuf};

use super::{Database, StoreError};

/// The file that was opened, if the database is one. Whoever deletes or moves it away leaves us with a file that nobody can find
/// again: SQLite would go on writing to it.
#[derive(Clone, Debug)]
pub(super) struct OpenedFile {
    path: PathBuf,
    known: (u64, u64),
}

impl OpenedFile {
    pub(super) fn of(database: &Database) -> Option<Self> {
        let Database::Sqlite(path) = database else { return None };
        let known = known_by(path)?;
        Some(Self { path: path.clone(), known })
    }

    /// Whether it is still where it was.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it is not.
    pub(super) fn is_there(&self) -> Result<(), StoreError> {
        if known_by(&self.path) == Some(self.known) {
            return Ok(());
        }
        Err(StoreError::Unavailable(format!(
            "{} was deleted or moved away, or another file was put in its place: put it back, or stop the service and restore a backup",
            self.path.display()
        )))
    }
}

/// Looks whether the file may be written to, if it is there: SQLite would open it to be read alone, and leave files beside it that
/// nobody may write. To be asked before this process opens the database: when a file is closed, the locks on it go.
///
/// # Errors
/// [`StoreError::Unavailable`] if it may not.
pub(super) fn may_be_written(database: &Database) -> Result<(), StoreError> {
    let Database::Sqlite(path) = database else { return Ok(()) };
    match std::fs::OpenOptions::new().append(true).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::Unavailable(error.to_string()))
        }
        _ => Ok(()),
    }
}

/// What a file is known by, whatever it is called.
#[cfg(unix)]
fn known_by(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    path.metadata().ok().map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn known_by(path: &Path) -> Option<(u64, u64)> {
    path.exists().then_some((0, 0))
}
