//! The first thing at every start: the key file that belongs to the data.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::{KeyFileError, Keys};
use crate::domain::audit::Event;
use crate::domain::lottery::hash::Hash32;
use crate::domain::role::Actor;
use crate::store::{Store, StoreError};

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The key file.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The key file of these data. Made on the first start, and never again: without it every guest would be a stranger, and
/// with another one two people.
///
/// # Errors
/// [`OpenError`], which says what to do.
pub fn keys_of(store: &Store, path: &Path, now: DateTime<Utc>) -> Result<Keys, OpenError> {
    let bound = store.read(|read| read.key_check())?;
    let keys = match (bound, fitting(bound, path)?) {
        (Some(_), Some(keys)) => return Ok(keys),
        (None, Some(keys)) => keys,
        (_, None) => Keys::make(path)?,
    };
    let check = keys.check();
    let bound = store.write_now(move |tx| {
        // Another instance may have been first since: then it is that one's file that counts.
        if let Some(bound) = tx.key_check()? {
            return Ok(bound);
        }
        tx.bind_key(check)?;
        tx.record(now, Actor::Operator, &Event::KeyFileMade)?;
        Ok::<_, StoreError>(check)
    })?;
    if bound == check { Ok(keys) } else { Err(KeyFileError::OtherData(path.display().to_string()).into()) }
}

/// The key file of data that keep this of it: none only if there is no file yet and the data know of none.
///
/// # Errors
/// [`KeyFileError`], which says what to do.
pub(super) fn fitting(bound: Option<Hash32>, path: &Path) -> Result<Option<Keys>, KeyFileError> {
    let name = || path.display().to_string();
    match (bound, Keys::read(path)?) {
        (Some(bound), Some(keys)) if keys.check() != bound => Err(KeyFileError::OtherData(name())),
        (Some(_), None) => Err(KeyFileError::Missing(name())),
        (_, keys) => Ok(keys),
    }
}
