//! The one writer: a thread that takes what is queued, runs each step so that it can be undone alone, and commits everything that
//! queued up during the last commit in one transaction. Nobody is answered before the commit.
//!
//! It never waits to fill a batch. A step that panics is undone alone. When the disk or the server fails, nothing of the
//! batch is kept and everybody is told.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use diesel::connection::TransactionManager;
use diesel::{Connection, ExpressionMethods, RunQueryDsl, sql_query};
use tokio::sync::oneshot;

use super::chain::Chain;
use super::change::{self, update};
use super::connection::{self, Access, AnyConnection, Database};
use super::guard::Touched;
use super::house::House;
use super::opened_file::OpenedFile;
use super::queued::{Begun, Queued};
use super::schema::head;
use super::{Read, StoreError, Tx};
use crate::domain::audit::Head;

/// How many steps may wait; more are refused, so that a flood costs no memory.
const QUEUE: usize = 4096;
/// How many steps one transaction takes at most.
pub const BATCH: usize = 256;
/// How often a lost connection is tried again, and how long between.
const ATTEMPTS: u32 = 3;
const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(200);

type Transactions = <AnyConnection as Connection>::TransactionManager;

/// An error that may hold one of the store's.
pub trait StoreFault {
    /// It, if so.
    fn of_the_store(&self) -> Option<&StoreError>;
}

impl StoreFault for StoreError {
    fn of_the_store(&self) -> Option<&StoreError> {
        Some(self)
    }
}

/// What is queued.
trait Job: Send {
    /// Whether its sender still waits for it to be begun.
    fn begin(&self) -> bool;
    /// Runs the step and keeps its answer to itself. Whether the step is to be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> Outcome;
    /// Replaces the answer.
    fn fail(&mut self, error: StoreError);
    /// Answers.
    fn answer(self: Box<Self>);
}

enum Outcome {
    Keep,
    Undo,
    /// The database is at fault: nothing more can be kept.
    Broken(StoreError),
}

struct Step<F, T, E> {
    step: F,
    answer: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
    begun: Arc<Begun>,
}

impl<F, T, E> Job for Step<F, T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + StoreFault + Send,
{
    fn begin(&self) -> bool {
        self.begun.begin()
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Outcome {
        let answer = catch_unwind(AssertUnwindSafe(|| (self.step)(tx)));
        let answer = answer.unwrap_or_else(|_| Err(StoreError::Panicked.into()));
        let outcome = match &answer {
            Ok(_) => Outcome::Keep,
            Err(error) => match error.of_the_store() {
                Some(error) if error.is_of_the_database() => Outcome::Broken(error.clone()),
                _ => Outcome::Undo,
            },
        };
        self.answer = Some(answer);
        outcome
    }

    fn fail(&mut self, error: StoreError) {
        self.answer = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>) {
        let answer = self.answer.unwrap_or_else(|| Err(StoreError::ShuttingDown.into()));
        // A client that left has had its step kept all the same.
        let _ = self.reply.send(answer);
    }
}

/// The queue and its thread.
pub(super) struct Writer {
    queue: Mutex<Option<SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread. Without a connection, it opens one for the first step.
    pub(super) fn start(
        database: Database,
        file: Option<OpenedFile>,
        conn: Option<AnyConnection>,
        most: usize,
    ) -> Result<Self, StoreError> {
        let (queue, jobs) = sync_channel(QUEUE);
        let waiting = Waiting { jobs, most };
        let mut batches = Batches::new(database, file, conn);
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || batches.work(&waiting))
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { queue: Mutex::new(Some(queue)), thread: Mutex::new(Some(thread)) })
    }

    /// Queues a step: its answer comes when it is on the disk. A full queue is refused at once.
    pub(super) fn submit<T, E>(
        &self,
        step: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<Queued<T, E>, StoreError>
    where
        T: Send + 'static,
        E: From<StoreError> + StoreFault + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let begun = Arc::new(Begun::default());
        let job: Box<dyn Job> = Box::new(Step { step, answer: None, reply, begun: Arc::clone(&begun) });
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let queue = queue.as_ref().ok_or(StoreError::ShuttingDown)?;
        match queue.try_send(job) {
            Ok(()) => Ok(Queued::new(answer, begun)),
            Err(TrySendError::Full(_)) => Err(StoreError::Busy),
            Err(TrySendError::Disconnected(_)) => Err(StoreError::ShuttingDown),
        }
    }

    pub(super) fn shut_down(&self) {
        // The thread ends when the queue is empty and nobody can add to it.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shut_down();
    }
}

/// What waits, and how much of it one transaction takes.
struct Waiting {
    jobs: Receiver<Box<dyn Job>>,
    most: usize,
}

impl Waiting {
    /// What waits now, for a transaction that has taken so many.
    fn more(&self, taken: usize) -> Option<Box<dyn Job>> {
        if taken < self.most { self.jobs.try_recv().ok() } else { None }
    }
}

/// What the thread holds, and how it writes: batch by batch.
struct Batches {
    database: Database,
    file: Option<OpenedFile>,
    conn: Option<AnyConnection>,
    touched: Touched,
    house: House,
    /// The head after the last commit of this thread: as long as it is found again, nobody else has written.
    last: Option<Head>,
}

impl Batches {
    fn new(database: Database, file: Option<OpenedFile>, conn: Option<AnyConnection>) -> Self {
        let (touched, house) = (Touched::default(), House::default());
        let mut batches = Self { database, file, conn: None, touched, house, last: None };
        if let Some(conn) = conn {
            batches.take(conn);
        }
        batches
    }

    fn take(&mut self, mut conn: AnyConnection) {
        if cfg!(debug_assertions) {
            conn.set_instrumentation(self.touched.clone());
        }
        self.conn = Some(conn);
    }

    fn work(&mut self, waiting: &Waiting) {
        while let Ok(first) = waiting.jobs.recv() {
            let mut batch = vec![first];
            if let Err(error) = self.run(&mut batch, waiting) {
                batch.iter_mut().for_each(|job| job.fail(error.clone()));
            }
            batch.into_iter().for_each(Job::answer);
        }
    }

    /// Runs a batch, again if the database went away before anything can have been kept.
    fn run(&mut self, batch: &mut Vec<Box<dyn Job>>, waiting: &Waiting) -> Result<(), StoreError> {
        // The connection is kept: when the file is put back, it is the one to it. A new one would make a new file.
        self.file.as_ref().map_or(Ok(()), OpenedFile::is_there)?;
        let mut attempt = 1;
        loop {
            match self.attempt(batch, waiting) {
                Err(StoreError::Unavailable(_)) if attempt < ATTEMPTS && self.is_remote() => {
                    attempt += 1;
                    self.conn = None;
                    std::thread::sleep(BETWEEN_ATTEMPTS);
                }
                Err(error) => {
                    // A connection after an error of the database is not trusted with the next batch.
                    self.conn = None;
                    return Err(error);
                }
                Ok(()) => return Ok(()),
            }
        }
    }

    fn is_remote(&self) -> bool {
        matches!(self.database, Database::Postgres(_))
    }

    fn attempt(&mut self, batch: &mut Vec<Box<dyn Job>>, waiting: &Waiting) -> Result<(), StoreError> {
        if self.conn.is_none() {
            let conn = connection::establish(&self.database, Access::Write)?;
            self.take(conn);
        }
        let Some(conn) = self.conn.as_mut() else { return Err(StoreError::ShuttingDown) };
        let (touched, house, last) = (&self.touched, &mut self.house, self.last.take());
        let mut writing = Writing { conn, touched, house, last, kept: None };
        match writing.run_all(batch, waiting) {
            Ok(head) => {
                writing.commit(&self.database)?;
                self.last = Some(head);
                Ok(())
            }
            Err(error) => {
                writing.roll_back();
                Err(error)
            }
        }
    }
}

/// A transaction under way.
struct Writing<'a> {
    conn: &'a mut AnyConnection,
    touched: &'a Touched,
    house: &'a mut House,
    /// The head as this thread last saw it.
    last: Option<Head>,
    /// The head after the steps it keeps; none as long as it keeps nothing.
    kept: Option<Head>,
}

impl Writing<'_> {
    /// Runs what is queued, one after the other, and writes the new head.
    fn run_all(&mut self, batch: &mut Vec<Box<dyn Job>>, waiting: &Waiting) -> Result<Head, StoreError> {
        let mut start = self.begin()?;
        let mut next = 0;
        while let Some(job) = batch.get_mut(next) {
            if next > 0 && self.kept.is_none() {
                // The one before was undone, and the transaction with it.
                start = self.begin()?;
            }
            self.run_one(start, job.as_mut())?;
            next += 1;
            if next == batch.len() {
                batch.extend(waiting.more(next));
            }
        }
        let head = self.kept.unwrap_or(start);
        if head != start {
            let seq = i64::try_from(head.seq).map_err(|_| StoreError::Corrupt("the audit log".to_owned()))?;
            let new = (head::seq.eq(seq), head::hash.eq(&head.hash.0[..]));
            change::run(self.conn, update(head::table).set(new))?;
        } else if self.kept.is_some() && matches!(self.conn, AnyConnection::Postgres(_)) {
            // PostgreSQL answers the commit of a transaction in which a statement failed without an error, and keeps nothing. The new
            // head would have been refused; where there is none, anything that is asked is.
            sql_query("SELECT 1").execute(self.conn)?;
        }
        Ok(head)
    }

    /// Begins the transaction, with the lock that lets nobody else write.
    fn begin(&mut self) -> Result<Head, StoreError> {
        connection::begin_write(self.conn)?;
        let head = connection::lock_head(self.conn)?;
        if self.last != Some(head) {
            // Another process has written since, or this is the first transaction of this connection.
            self.house.forget();
            self.last = Some(head);
        }
        Ok(head)
    }

    /// Runs one step so that it can be undone alone: in a savepoint, or, as long as nothing is kept, by giving the whole
    /// transaction up.
    fn run_one(&mut self, start: Head, job: &mut dyn Job) -> Result<(), StoreError> {
        let alone = self.kept.is_none();
        if !alone {
            Transactions::begin_transaction(self.conn)?;
        }
        self.touched.take();
        let mut chain = Chain::from(self.kept.unwrap_or(start));
        let outcome = if job.begin() {
            let read = Read { conn: &mut *self.conn, house: &mut *self.house };
            job.run(&mut Tx { read, chain: &mut chain })
        } else {
            // Its sender was told that nothing was kept.
            Outcome::Undo
        };
        let outcome = self.looked_through(outcome, &chain, job);
        match outcome {
            Outcome::Keep => {
                if !alone {
                    Transactions::commit_transaction(self.conn)?;
                }
                self.kept = Some(chain.head);
                Ok(())
            }
            Outcome::Undo => Ok(Transactions::rollback_transaction(self.conn)?),
            Outcome::Broken(error) => Err(error),
        }
    }

    /// What becomes of a step by what it changed: a change without a word in the audit log is undone.
    fn looked_through(&mut self, outcome: Outcome, chain: &Chain, job: &mut dyn Job) -> Outcome {
        if chain.changed.house {
            self.house.forget();
        }
        let declared = &chain.changed.guarded;
        // What changed past `Tx::change` is not known to the house either, so that no entry makes it good.
        let past = self.touched.take().into_iter().find(|table| !declared.contains(table.as_str()));
        let unsaid = declared.first().filter(|_| chain.entries == 0).map(ToString::to_string);
        match (outcome, past.or(unsaid)) {
            (Outcome::Keep, Some(table)) => {
                job.fail(StoreError::NoAudit(table));
                Outcome::Undo
            }
            (outcome, _) => outcome,
        }
    }

    fn commit(&mut self, database: &Database) -> Result<(), StoreError> {
        if self.kept.is_none() {
            // Every step was undone, and the transaction with the last of them.
            return Ok(());
        }
        Transactions::commit_transaction(self.conn).map_err(|error| uncommitted(error.into(), database))
    }

    fn roll_back(&mut self) {
        let _ = Transactions::rollback_transaction(self.conn);
        self.house.forget();
    }
}

/// What a commit that failed means. It is not taken again where it may have been kept although it failed.
pub(super) fn uncommitted(error: StoreError, database: &Database) -> StoreError {
    match (error, database) {
        (error @ (StoreError::Taken(..) | StoreError::AgainstARule(_)), _) => error,
        // The answer may have been lost on the wire.
        (_, Database::Postgres(_)) => StoreError::InDoubt,
        // All of it may stand in the file already, and be found there by whoever opens it next.
        (error, Database::Sqlite(_)) if error.is_of_the_device() => StoreError::InDoubt,
        (error @ StoreError::Unavailable(_), _) => error,
        (error, _) => StoreError::Unavailable(error.to_string()),
    }
}
