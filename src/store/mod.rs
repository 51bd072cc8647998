//! What is kept, on SQLite or PostgreSQL: the only room that knows of tables and SQL.
//!
//! There are two doors. [`Store::read`] gives a snapshot to look at. [`Store::write`] runs one step as one transaction that
//! takes the write lock first and is undone if it changed anything without saying so in the audit log. What goes in and
//! comes out are the domain's own words; rows do not leave this room.

mod asking;
mod audit_log;
mod backup;
mod chain;
mod change;
mod connection;
mod convert;
mod desk_days;
mod doors;
mod draws;
mod error;
mod guard;
mod guests;
mod house;
mod keys;
mod looking;
mod lots;
mod migration;
mod opened_file;
mod places;
mod queue;
mod queued;
mod schema;
mod session;
mod shelters;
mod taken;
#[cfg(test)]
mod tests;
mod tickets;
mod writer;

use std::sync::Arc;
use std::time::Duration;

pub use audit_log::AuditPage;
pub use backup::{BackupError, RestoreError, restore};
pub use connection::{Database, NotADatabase, READERS};
pub use desk_days::SavedDay;
pub use doors::{HeadCountEntry, WalkInEntry};
pub use draws::{Countersignature, DrawEntry};
pub use error::StoreError;
pub use guard::EXEMPT as EXEMPT_FROM_AUDIT;
pub use guests::{BanEntry, GuestEntry, Mac, NewGuest};
pub use keys::{Replay, TokenEntry};
pub use looking::{Looking, Server, Setting};
pub use lots::{LotEntry, MemberEntry};
pub use places::{ChangeKind, FactEntry, FactId, PlaceChange};
pub use queue::WaitingEntry;
pub use taken::Taken;
pub use writer::{BATCH, StoreFault};

use connection::{AnyConnection, Pool};
use house::House;
use opened_file::OpenedFile;
use writer::Writer;

/// How long the database may take to answer. A server that is silent keeps nobody waiting for longer.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// A database that is open, with its migrations applied. Clones share it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    database: Database,
    file: Option<OpenedFile>,
    readers: Pool,
    writer: Writer,
}

/// A view of the database that does not change while it is looked at.
pub struct Read<'a> {
    conn: &'a mut AnyConnection,
    house: &'a mut House,
}

/// A write that is under way. Everything a [`Read`] can do, and the steps that change something.
pub struct Tx<'a> {
    read: Read<'a>,
    chain: &'a mut chain::Chain,
}

impl<'a> std::ops::Deref for Tx<'a> {
    type Target = Read<'a>;

    fn deref(&self) -> &Read<'a> {
        &self.read
    }
}

impl<'a> std::ops::DerefMut for Tx<'a> {
    fn deref_mut(&mut self) -> &mut Read<'a> {
        &mut self.read
    }
}

impl Store {
    /// Opens a database, makes it if it is a SQLite file that is not there yet, and applies the migrations it lacks.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if it cannot be reached; [`StoreError::NewerVersion`]; [`StoreError::NotADatabase`].
    pub fn open(database: &Database) -> Result<Self, StoreError> {
        Self::open_with_batches(database, BATCH)
    }

    /// The same with another number of steps that one transaction takes at most than [`BATCH`].
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with_batches(database: &Database, most: usize) -> Result<Self, StoreError> {
        opened_file::may_be_written(database)?;
        let mut conn = connection::establish(database, connection::Access::Write)?;
        migration::migrate(&mut conn)?;
        Self::of(database, Some(conn), most)
    }

    /// Opens a database as it is, for commands that look at it beside the service: it makes nothing and brings nothing to another
    /// form. Nothing is written, unless a step is taken.
    ///
    /// # Errors
    /// [`StoreError::NoDataYet`], [`StoreError::OlderVersion`], [`StoreError::NewerVersion`]; the others of [`Store::open`].
    pub fn open_as_it_is(database: &Database) -> Result<Self, StoreError> {
        let mut conn = connection::establish(database, connection::Access::Read)?;
        migration::check_form(&mut conn).map_err(|error| connection::of_a_file(error, database))?;
        Self::of(database, None, BATCH)
    }

    fn of(database: &Database, conn: Option<AnyConnection>, most: usize) -> Result<Self, StoreError> {
        let readers = connection::pool(database)?;
        let file = OpenedFile::of(database);
        let writer = Writer::start(database.clone(), file.clone(), conn, most)?;
        Ok(Self(Arc::new(Inner { database: database.clone(), file, readers, writer })))
    }

    /// Looks at the database as it is now. It blocks: not for the thread that answers requests.
    ///
    /// # Errors
    /// What `look` answers; [`StoreError::Unavailable`] when there is no connection.
    pub fn read<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&mut Read<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = self.reader()?;
        connection::snapshot(&mut conn, |conn| look(&mut Read { conn, house: &mut House::default() }))
    }

    /// Looks at the database with a single statement, which needs no transaction to see one moment. Of more than one, each may see
    /// another. It blocks.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn glance<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&mut Read<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut conn = self.reader()?;
        look(&mut Read { conn: &mut conn, house: &mut House::default() })
    }

    /// A connection to read with.
    fn reader(&self) -> Result<connection::Pooled, StoreError> {
        self.0.file.as_ref().map_or(Ok(()), OpenedFile::is_there)?;
        self.0.readers.get().map_err(|error| StoreError::Unavailable(error.to_string()))
    }

    /// Takes one step: a transaction of its own as far as anybody can see, answered only when it is on the disk. The step may
    /// be run again if the database went away before anything was kept, so it must depend on nothing but its arguments.
    ///
    /// # Errors
    /// What the step answers, and then nothing is kept; [`StoreError`] when it cannot be kept, or is not within
    /// [`ANSWER_WITHIN`].
    pub async fn write<T, E>(
        &self,
        step: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + StoreFault + Send + 'static,
    {
        self.write_within(ANSWER_WITHIN, step).await
    }

    /// The same within another time.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_within<T, E>(
        &self,
        bound: Duration,
        step: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + StoreFault + Send + 'static,
    {
        self.0.writer.submit(step)?.within(bound).await
    }

    /// Takes one step and waits for it: for the command line.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_now<T, E>(
        &self,
        step: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + StoreFault + Send + 'static,
    {
        self.0.writer.submit(step)?.however_long()
    }

    /// Finishes what is queued and takes no more steps.
    pub fn shut_down(&self) {
        self.0.writer.shut_down();
    }

    /// Which kind of database it is, for people: `SQLite` or `PostgreSQL`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.0.database.kind()
    }
}
