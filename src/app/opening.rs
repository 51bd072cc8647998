//! The first thing at every start: the key file that belongs to the data.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::{KeyFileError, Keys};
use crate::domain::audit::Event;
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
    let name = path.display().to_string();
    let bound = store.read(|read| read.key_check())?;
    let keys = match (bound, Keys::read(path)?) {
        (Some(bound), Some(keys)) if keys.check() == bound => return Ok(keys),
        (Some(_), Some(_)) => return Err(KeyFileError::OtherData(name).into()),
        (Some(_), None) => return Err(KeyFileError::Missing(name).into()),
        (None, Some(keys)) => keys,
        (None, None) => Keys::make(path)?,
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
    if bound == check { Ok(keys) } else { Err(KeyFileError::OtherData(name).into()) }
}
