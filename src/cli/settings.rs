//! Settings of the service, by flag or by environment.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::Stop;
use crate::app::{Clock, Keys, Policy, SystemClock, keys_of};
use crate::domain::karens::WeekRule;
use crate::domain::lottery::entropy::DICE;
use crate::domain::night::LONGEST_TICKET;
use crate::domain::no_show;
use crate::domain::ticket::MIN_NIGHTS;
use crate::store::{Database, Store, StoreError};

/// Where the data are.
#[derive(Args, Clone, Debug)]
pub(super) struct Data {
    /// The folder that holds the database, unless it is on PostgreSQL, and the key file.
    #[arg(long, env = "INSKRIVNING_DATA", default_value = "data", value_name = "FOLDER")]
    pub(super) data: PathBuf,
    /// A PostgreSQL database, as postgres://USER@HOST/NAME; left out: SQLite in the data folder.
    #[arg(long, env = "INSKRIVNING_DATABASE", value_name = "URL", hide_env_values = true)]
    database: Option<Database>,
    /// The key file, if it is not in the data folder.
    #[arg(long, env = "INSKRIVNING_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// Reads where to listen.
pub(super) fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let numeric = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    numeric.parse().map_err(|_| {
        "write an address of this machine in figures, a colon and a port up to 65535, as 127.0.0.1:8080 or [::1]:8080"
    })
}

fn nights(text: &str) -> Result<NonZeroU32, &'static str> {
    text.parse().map_err(|_| "write a number of nights from 1 on, or leave the setting out for never")
}

/// What the partnership decided.
#[derive(Args, Clone, Debug)]
pub(super) struct Decided {
    /// The shortest ticket given out in a draw, in nights.
    #[arg(long, env = "INSKRIVNING_MIN_NIGHTS", value_name = "1-366", default_value_t = MIN_NIGHTS, value_parser = clap::value_parser!(u32).range(1..=i64::from(LONGEST_TICKET)))]
    min_nights: u32,
    /// Whether a person gets at most one ticket a week.
    #[arg(long, env = "INSKRIVNING_WEEK_RULE", value_name = "RULE", value_enum, default_value = "on")]
    week_rule: Switch,
    /// After how many no-shows in a row the rest of a ticket is released; left out: never.
    #[arg(long, env = "INSKRIVNING_RELEASE_AFTER", value_name = "NIGHTS", value_parser = nights)]
    release_after: Option<NonZeroU32>,
    /// How many dice are thrown for a draw.
    #[arg(long, env = "INSKRIVNING_DICE", value_name = "25-100", default_value_t = Policy::default().dice, value_parser = clap::value_parser!(u32).range(i64::from(*DICE.start())..=i64::from(*DICE.end())))]
    dice: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

impl Decided {
    pub(super) fn policy(&self) -> Policy {
        Policy {
            min_nights: self.min_nights,
            week_rule: if self.week_rule == Switch::On { WeekRule::On } else { WeekRule::Off },
            no_shows: self.release_after.map_or(no_show::Policy::Off, no_show::Policy::ReleaseAfter),
            dice: self.dice,
        }
    }
}

impl Data {
    pub(super) fn database(&self) -> Database {
        self.database.clone().unwrap_or_else(|| Database::Sqlite(self.sqlite_file()))
    }

    pub(super) fn sqlite_file(&self) -> PathBuf {
        self.data.join("inskrivning.sqlite")
    }

    pub(super) fn key_file(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data.join("key"))
    }

    /// Opens the data, brings them to the form of this version, and makes them if they are not there.
    pub(super) fn open(&self) -> Result<Store, Stop> {
        self.make_folder()?;
        Store::open(&self.database()).map_err(|error| self.cannot_open(&error))
    }

    /// Says of a file what to look at: what the system says of it names neither.
    fn cannot_open(&self, error: &StoreError) -> Stop {
        match (error, self.database()) {
            (StoreError::Unavailable(_), Database::Sqlite(file)) => Stop::Refused(format!(
                "{error}; the file is {}: look whether there is room on the disk, and whether the user who runs this may write it \
                 and its folder",
                file.display()
            )),
            _ => Stop::Refused(error.to_string()),
        }
    }

    /// Opens data that are there, as they are: a command that runs beside the service makes nothing and migrates nothing.
    pub(super) fn open_what_is_there(&self) -> Result<Store, Stop> {
        if let Some(file) = self.missing() {
            return Err(Stop::Io(format!(
                "there are no data at {}: name the folder with --data, or the database with --database",
                file.display()
            )));
        }
        Store::open_as_it_is(&self.database()).map_err(|error| self.cannot_open(&error))
    }

    /// The same, but data are begun where there are none: for the first token, made before the first start.
    pub(super) fn open_or_begin(&self) -> Result<Store, Stop> {
        let opened = match self.missing() {
            Some(_) => Err(StoreError::NoDataYet),
            None => Store::open_as_it_is(&self.database()),
        };
        match opened {
            Err(StoreError::NoDataYet) => {
                let store = self.open()?;
                let place = match self.database() {
                    Database::Sqlite(file) => file.display().to_string(),
                    Database::Postgres(_) => "the PostgreSQL database".to_owned(),
                };
                super::note(&format!(
                    "there were no data yet, and {place} is new: start the service on the same"
                ));
                Ok(store)
            }
            opened => opened.map_err(|error| self.cannot_open(&error)),
        }
    }

    /// The file of the database, if it is one and is not there.
    fn missing(&self) -> Option<PathBuf> {
        match self.database() {
            Database::Sqlite(file) => (!file.exists()).then_some(file),
            Database::Postgres(_) => None,
        }
    }

    /// The key file that belongs to the data.
    pub(super) fn keys(&self, store: &Store) -> Result<Arc<Keys>, Stop> {
        let keys = keys_of(store, &self.key_file(), SystemClock.read().now);
        keys.map(Arc::new).map_err(|error| Stop::Refused(error.to_string()))
    }

    fn make_folder(&self) -> Result<(), Stop> {
        Self::make(&self.data)
    }

    /// Makes the folder a database file goes to, if it is not there.
    pub(super) fn make_folder_of(&self, file: &Path) -> Result<(), Stop> {
        self.make_folder()?;
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or(Ok(()), Self::make)
    }

    fn make(folder: &Path) -> Result<(), Stop> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt;
            builder.mode(0o700);
        }
        let made = builder.create(folder);
        made.map_err(|error| {
            Stop::Io(format!("the data folder {} cannot be made: {error}", folder.display()))
        })
    }
}
