//! What can go wrong with the database, in words for whoever runs it.

use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error};

use super::taken::{self, Taken};

/// Why something cannot be read or kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached or written to now: later, or after a repair, it may.
    #[error("the database cannot be used now: {0}")]
    Unavailable(String),
    /// The outcome of a step is not known.
    #[error(
        "the database went away or failed while the step was being kept, so it is not known whether it was: send it again with the same Idempotency-Key"
    )]
    InDoubt,
    /// More steps are queued than the service takes.
    #[error("too many steps are waiting to be kept: try again in a moment")]
    Busy,
    /// The service is stopping.
    #[error("the service is stopping: try again in a moment")]
    ShuttingDown,
    /// The database was written by a newer version of the service.
    #[error(
        "the database was written by a newer version of the service ({0}): install that version, or restore a backup made by this one"
    )]
    NewerVersion(String),
    /// The file is not a database.
    #[error("{0}")]
    NotADatabase(String),
    /// The database was written by an older version of the service, and only `serve` and `migrate` bring it further.
    #[error(
        "the database is in the form of an older version of the service (it lacks {0}), and nothing was written: make a backup with that version and stop it, then run `inskrivning migrate`, or start `inskrivning serve`"
    )]
    OlderVersion(String),
    /// A database in which the service never wrote.
    #[error(
        "there are no data of the service in this database yet, and nothing was written: look whether it is the right one; if it is, run `inskrivning migrate`, or start `inskrivning serve`"
    )]
    NoDataYet,
    /// A migration does not go through on these data: nothing of it was kept.
    #[error(
        "the database cannot be brought to the form of this version, and nothing of the step that failed was kept: {0}; go on with the version that made it, or remove the cause and start again"
    )]
    NotMigrated(String),
    /// There is no place left, as the database stands now.
    #[error("no place is left: {0}")]
    NoPlaceLeft(String),
    /// A number larger than any that is kept: nothing that was kept can have it.
    #[error("{0} is larger than any number that is kept")]
    TooLarge(u32),
    /// A key of the database stands against it, and which: somebody else was faster.
    #[error("the database refused it, since {0}: {1}")]
    Taken(Taken, String),
    /// A step contradicts a rule of the database that no input should ever meet: a fault of the service.
    #[error("a step is against a rule of the database, which no step should be: {0}")]
    AgainstARule(String),
    /// A step changed a table and told the audit log nothing.
    #[error("a step changed {0} without an entry in the audit log; nothing was kept")]
    NoAudit(String),
    /// What is stored is not what the rules know.
    #[error("the database holds something that cannot be: {0}")]
    Corrupt(String),
    /// A step broke down.
    #[error("the step broke down; nothing was kept")]
    Panicked,
    /// Anything else the database says.
    #[error("the database says: {0}")]
    Database(String),
}

impl StoreError {
    /// The database did not answer in this time.
    #[must_use]
    pub fn silent(bound: Duration) -> Self {
        Self::Unavailable(format!("it did not answer within {} s", bound.as_secs()))
    }

    /// Whether it concerns the database as a whole, so that nothing of what is queued can be kept either.
    #[must_use]
    pub fn is_of_the_database(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::InDoubt)
    }

    /// Whether the device failed under SQLite: it does not say whether before or after the bytes were there.
    #[must_use]
    pub(super) fn is_of_the_device(&self) -> bool {
        matches!(self, Self::Unavailable(text) if text.contains(DEVICE))
    }
}

/// What SQLite says when a read, a write or a sync failed, but not for want of room.
const DEVICE: &str = "disk I/O error";

/// What SQLite says when the disk or the file itself is at fault; other databases have kinds of their own.
const OF_THE_DISK: [&str; 6] = [
    DEVICE,
    "database or disk is full",
    "readonly database",
    "database is locked",
    "unable to open database file",
    "database disk image is malformed",
];

/// What PostgreSQL says when somebody else has the lock for too long.
const OF_THE_LOCK: [&str; 2] = ["lock timeout", "lås-timeout"];

/// What PostgreSQL says when it is stopped or restarted, has no room, or cannot be reached. It says so in the language of its
/// machine, which in Stockholm may be Swedish, and the number that it gives to each fault does not come as far as here.
const OF_THE_SERVER: [&str; 15] = [
    "statement timeout",
    "sats-timeout",
    "terminating connection",
    " anslutning på grund av ",
    "server closed the connection",
    "connection to server",
    "the database system is",
    "databassystemet ",
    "could not receive data from server",
    "could not send data to server",
    "no connection to the server",
    "No space left on device",
    "Enheten är full",
    "read-only transaction",
    "read-only-transaktion",
];

/// Whether somebody else has the lock for too long.
pub(super) fn is_of_the_lock(text: &str) -> bool {
    OF_THE_LOCK.iter().any(|fault| text.contains(fault))
}

/// Whether what a database says concerns the disk, the file or the server, and not what was asked of it.
pub(super) fn is_of_disk_or_server(text: &str) -> bool {
    is_of_the_lock(text) || OF_THE_DISK.iter().chain(&OF_THE_SERVER).any(|fault| text.contains(fault))
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match error {
            Error::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
                _,
            )
            | Error::BrokenTransactionManager => Self::Unavailable(text),
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                match taken::which(&text, info.constraint_name()) {
                    Some(taken) => Self::Taken(taken, text),
                    None => Self::AgainstARule(text),
                }
            }
            Error::DatabaseError(
                DatabaseErrorKind::ForeignKeyViolation
                | DatabaseErrorKind::CheckViolation
                | DatabaseErrorKind::NotNullViolation,
                _,
            ) => Self::AgainstARule(text),
            Error::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _) => Self::Unavailable(text),
            Error::DatabaseError(..) if is_of_disk_or_server(&text) => Self::Unavailable(text),
            _ => Self::Database(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As PostgreSQL 15 says it, with `lc_messages` in English and in Swedish.
    #[test]
    fn what_concerns_the_server_is_known_in_english_and_in_swedish() {
        let said = |text: &str| {
            StoreError::from(Error::DatabaseError(DatabaseErrorKind::Unknown, Box::new(text.to_owned())))
        };
        for text in [
            "canceling statement due to lock timeout",
            "avbryter sats på grund av lås-timeout",
            "canceling statement due to statement timeout",
            "avbryter sats på grund av sats-timeout",
            "terminating connection due to idle-in-transaction timeout",
            "terminerar anslutning på grund av idle-in-transaction-timeout",
            "terminating connection because of crash of another server process",
            "avbryter anslutning på grund av en krash i en annan serverprocess",
            "the database system is shutting down",
            "databassystemet stänger ner",
            "could not extend file \"base/1/2\": No space left on device",
            "kunde inte utöka fil \"base/1/2\": Enheten är full",
            "cannot execute UPDATE in a read-only transaction",
            "kan inte köra UPDATE i read-only-transaktion",
        ] {
            assert!(said(text).is_of_the_database(), "{text}");
        }
        for text in ["division by zero", "division med noll", "audit is append-only"] {
            assert!(!said(text).is_of_the_database(), "{text}");
        }
    }
}
