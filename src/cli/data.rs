//! `inskrivning backup`, `restore` and `migrate`: the data as a whole.

use std::path::Path;

use super::Stop;
use super::settings::Data;
use crate::app::{Clock, SystemClock};
use crate::domain::audit::Event;
use crate::domain::role::Actor;
use crate::store::{self, BackupError, Database, RestoreError, Store};

/// Copies the data to a new file; the service may run meanwhile.
pub(super) fn backup(data: &Data, to: &Path) -> Result<String, Stop> {
    let store = data.open_what_is_there()?;
    store.backup(to).map_err(|error| match error {
        BackupError::File(text) => Stop::Io(text),
        other => Stop::Refused(other.to_string()),
    })?;
    let now = SystemClock.read().now;
    let said = store.write_now(move |tx| tx.record(now, Actor::Operator, &Event::BackupMade));
    said.map_err(|error| Stop::Refused(format!("the copy is made, but could not be noted: {error}")))?;
    Ok(format!(
        "the data are copied to {}; the key file {} is not in it: keep a copy of that in another place\n",
        to.display(),
        data.key_file().display()
    ))
}

/// Puts a backup in place where no data are.
pub(super) fn restore(data: &Data, from: &Path) -> Result<String, Stop> {
    let Database::Sqlite(to) = data.database() else {
        return Err(Stop::Refused(
            "the data are on PostgreSQL: restore them with its own tools (docs/OPERATIONS.md)".to_owned(),
        ));
    };
    data.make_folder_of(&to)?;
    store::restore(from, &to).map_err(|error| match error {
        RestoreError::File(text) => Stop::Io(text),
        other => Stop::Refused(other.to_string()),
    })?;
    let key = data.key_file();
    let about_the_key = if key.exists() {
        String::new()
    } else {
        format!("; the key file that belongs to it goes to {}", key.display())
    };
    Ok(format!("{} is restored{about_the_key}\n", to.display()))
}

/// Brings the data to the form this version works with, as `serve` does when it starts.
pub(super) fn migrate(data: &Data) -> Result<String, Stop> {
    let store: Store = data.open()?;
    Ok(format!("the data on {} are in the form of this version\n", store.kind()))
}
