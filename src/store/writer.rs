//! The one writer: a thread that takes what is queued, runs each step in a savepoint of its own, and commits everything that
//! queued up during the last commit in one transaction. Nobody is answered before the commit.
//!
//! It never waits to fill a batch. A step that panics is undone alone. When the disk or the server fails, nothing of the
//! batch is kept and everybody is told.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::connection::TransactionManager;
use diesel::{Connection, ExpressionMethods, RunQueryDsl};
use tokio::sync::oneshot;

use super::connection::{self, Access, AnyConnection, Database};
use super::guard::Touched;
use super::opened_file::OpenedFile;
use super::queued::{Begun, Queued};
use super::schema::{audit, head};
use super::{Read, StoreError, Tx};
use crate::domain::audit::{Entry, Event, Head};
use crate::domain::lottery::hash::Hash32;
use crate::domain::role::Actor;

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

/// The audit chain during a write.
pub(super) struct Chain {
    head: Head,
    /// Entries of this step.
    entries: u32,
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
}

impl Batches {
    fn new(database: Database, file: Option<OpenedFile>, conn: Option<AnyConnection>) -> Self {
        let mut batches = Self { database, file, conn: None, touched: Touched::default() };
        if let Some(conn) = conn {
            batches.take(conn);
        }
        batches
    }

    fn take(&mut self, mut conn: AnyConnection) {
        conn.set_instrumentation(self.touched.clone());
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
        connection::begin_write(conn)?;
        let ran = lock_head(conn).and_then(|head| run_all(conn, head, &self.touched, batch, waiting));
        match ran {
            Ok(()) => Transactions::commit_transaction(conn).map_err(|error| {
                match (StoreError::from(error), &self.database) {
                    (error @ (StoreError::Taken(..) | StoreError::AgainstARule(_)), _) => error,
                    // Only across a wire can a commit have been kept although it failed: it is not taken again.
                    (_, Database::Postgres(_)) => StoreError::InDoubt,
                    (error @ StoreError::Unavailable(_), _) => error,
                    (error, _) => StoreError::Unavailable(error.to_string()),
                }
            }),
            Err(error) => {
                let _ = Transactions::rollback_transaction(conn);
                Err(error)
            }
        }
    }
}

fn lock_head(conn: &mut AnyConnection) -> Result<Head, StoreError> {
    let (seq, hash): (i64, Vec<u8>) = diesel::update(head::table)
        .set(head::id.eq(1))
        .returning((head::seq, head::hash))
        .get_result(conn)?;
    read_head(seq, &hash)
}

pub(super) fn read_head(seq: i64, hash: &[u8]) -> Result<Head, StoreError> {
    let corrupt = || StoreError::Corrupt("the head of the audit log".to_owned());
    Ok(Head {
        seq: u64::try_from(seq).map_err(|_| corrupt())?,
        hash: Hash32(hash.try_into().map_err(|_| corrupt())?),
    })
}

/// Runs what is queued, one after the other, and writes the new head.
fn run_all(
    conn: &mut AnyConnection,
    start: Head,
    touched: &Touched,
    batch: &mut Vec<Box<dyn Job>>,
    waiting: &Waiting,
) -> Result<(), StoreError> {
    let mut head = start;
    let mut next = 0;
    while let Some(job) = batch.get_mut(next) {
        head = run_one(conn, head, touched, job.as_mut())?;
        next += 1;
        if next == batch.len() {
            batch.extend(waiting.more(next));
        }
    }
    if head != start {
        let seq = i64::try_from(head.seq).map_err(|_| StoreError::Corrupt("the audit log".to_owned()))?;
        diesel::update(head::table)
            .set((head::seq.eq(seq), head::hash.eq(&head.hash.0[..])))
            .execute(conn)?;
    }
    Ok(())
}

/// Runs one step in a savepoint: the head after it, or as it was if the step was undone.
fn run_one(
    conn: &mut AnyConnection,
    head: Head,
    touched: &Touched,
    job: &mut dyn Job,
) -> Result<Head, StoreError> {
    if !job.begin() {
        // Its sender was told that nothing was kept.
        return Ok(head);
    }
    touched.take();
    Transactions::begin_transaction(conn)?;
    let mut chain = Chain { head, entries: 0 };
    let mut outcome = job.run(&mut Tx { read: Read { conn: &mut *conn }, chain: &mut chain });
    if let (Outcome::Keep, 0, Some(table)) = (&outcome, chain.entries, touched.take()) {
        job.fail(StoreError::NoAudit(table));
        outcome = Outcome::Undo;
    }
    match outcome {
        Outcome::Keep => {
            Transactions::commit_transaction(conn)?;
            Ok(chain.head)
        }
        Outcome::Undo => {
            Transactions::rollback_transaction(conn)?;
            Ok(head)
        }
        Outcome::Broken(error) => Err(error),
    }
}

impl Tx<'_> {
    /// Says in the audit log what this step does.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn record(&mut self, at: DateTime<Utc>, actor: Actor, event: &Event) -> Result<(), StoreError> {
        let event = event.to_json().map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let entry = Entry::next(self.chain.head, super::convert::to_microsecond(at), actor, event);
        self.chain.head = entry.head();
        self.chain.entries += 1;
        let seq = i64::try_from(entry.seq).map_err(|_| StoreError::Corrupt("the audit log".to_owned()))?;
        diesel::insert_into(audit::table)
            .values((
                audit::seq.eq(seq),
                audit::at.eq(entry.at.naive_utc()),
                audit::actor.eq(entry.actor.map(|actor| actor.as_bytes().to_vec())),
                audit::role.eq(entry.role),
                audit::event.eq(entry.event),
                audit::previous.eq(entry.previous.0.to_vec()),
                audit::hash.eq(entry.hash.0.to_vec()),
            ))
            .execute(self.read.conn)?;
        Ok(())
    }

    /// The head of the audit chain as of now, this step's entries included.
    #[must_use]
    pub fn head(&self) -> Head {
        self.chain.head
    }
}
