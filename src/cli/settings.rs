//! Settings of the service, by flag or by environment.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::Stop;
use crate::app::{Clock, Keys, Policy, SystemClock, keys_of};
use crate::domain::karens::WeekRule;
use crate::domain::no_show;
use crate::store::{Database, Store};

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

/// What the partnership decided.
#[derive(Args, Clone, Debug)]
pub(super) struct Decided {
    /// The shortest ticket given out in a draw, in nights.
    #[arg(long, env = "INSKRIVNING_MIN_NIGHTS", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=366))]
    min_nights: u32,
    /// One ticket a week.
    #[arg(long, env = "INSKRIVNING_WEEK_RULE", value_enum, default_value = "on")]
    week_rule: Switch,
    /// After how many no-shows in a row the rest of a ticket is released; left out: never.
    #[arg(long, env = "INSKRIVNING_RELEASE_AFTER", value_name = "NIGHTS")]
    release_after: Option<NonZeroU32>,
    /// How many dice are thrown for a draw.
    #[arg(long, env = "INSKRIVNING_DICE", default_value_t = 30, value_parser = clap::value_parser!(u32).range(25..=100))]
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

    /// Opens the data, and makes the folder if it is not there.
    pub(super) fn open(&self) -> Result<Store, Stop> {
        self.make_folder()?;
        Store::open(&self.database()).map_err(|error| Stop::Refused(error.to_string()))
    }

    /// Opens data that are there: nothing is made for who only looks.
    pub(super) fn open_what_is_there(&self) -> Result<Store, Stop> {
        if let Database::Sqlite(file) = self.database()
            && !file.exists()
        {
            return Err(Stop::Io(format!(
                "there are no data at {}: name the folder with --data, or the database with --database",
                file.display()
            )));
        }
        Store::open(&self.database()).map_err(|error| Stop::Refused(error.to_string()))
    }

    /// Opens the data and the key file that belongs to them.
    pub(super) fn open_with_keys(&self) -> Result<(Store, Arc<Keys>), Stop> {
        let store = self.open()?;
        let keys = keys_of(&store, &self.key_file(), SystemClock.read().now);
        let keys = keys.map_err(|error| Stop::Refused(error.to_string()))?;
        Ok((store, Arc::new(keys)))
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
