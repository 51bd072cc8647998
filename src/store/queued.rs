//! A step that waits to be written, and whoever waits for it: nobody waits for ever, and who gives up is told what that means.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;

use super::StoreError;

/// Whether a step was begun, or its sender gave up before that. One of the two wins.
#[derive(Default)]
pub(super) struct Begun(AtomicU8);

impl Begun {
    const QUEUED: u8 = 0;
    const BEGUN: u8 = 1;
    const GIVEN_UP: u8 = 2;

    /// Whether the step may be run: a second time, too.
    pub(super) fn begin(&self) -> bool {
        self.turn(Self::BEGUN) != Err(Self::GIVEN_UP)
    }

    /// Whether nothing of it will ever be done.
    fn give_up(&self) -> bool {
        self.turn(Self::GIVEN_UP).is_ok()
    }

    fn turn(&self, to: u8) -> Result<u8, u8> {
        self.0.compare_exchange(Self::QUEUED, to, Ordering::SeqCst, Ordering::SeqCst)
    }
}

/// A step that was queued, and its answer to come.
pub(super) struct Queued<T, E> {
    answer: oneshot::Receiver<Result<T, E>>,
    begun: Arc<Begun>,
}

impl<T, E: From<StoreError>> Queued<T, E> {
    pub(super) fn new(answer: oneshot::Receiver<Result<T, E>>, begun: Arc<Begun>) -> Self {
        Self { answer, begun }
    }

    /// The answer, if it comes in time. If not, the step is done later, or not at all: which of the two is said if it is known.
    pub(super) async fn within(self, bound: Duration) -> Result<T, E> {
        match tokio::time::timeout(bound, self.answer).await {
            Ok(answer) => answer.unwrap_or_else(|_| Err(StoreError::ShuttingDown.into())),
            Err(_) if self.begun.give_up() => Err(StoreError::silent(bound).into()),
            Err(_) => Err(StoreError::InDoubt.into()),
        }
    }

    /// The answer, however long it takes. It blocks.
    pub(super) fn however_long(self) -> Result<T, E> {
        self.answer.blocking_recv().unwrap_or_else(|_| Err(StoreError::ShuttingDown.into()))
    }
}
