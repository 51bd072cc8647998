//! How long a request waits for the database, and how many wait in threads. A database that is slow or silent shall cost those who ask
//! it their answer, and nobody else a thread.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::web;
use tokio::sync::Semaphore;

use crate::store::ANSWER_WITHIN;

tokio::task_local! {
    /// How long this request may go on waiting for the database.
    static LEFT: Cell<Duration>;
}

/// Answers a request that waits for the database no longer than [`ANSWER_WITHIN`], all its waits together.
pub(super) async fn bounded<T>(request: impl Future<Output = T>) -> T {
    LEFT.scope(Cell::new(ANSWER_WITHIN), request).await
}

/// How long this request may go on waiting: all the time there is, where nobody asked over the wire.
pub(super) fn left() -> Duration {
    LEFT.try_with(Cell::get).unwrap_or(ANSWER_WITHIN)
}

/// Waits, and takes what it took from what is left.
pub(super) async fn counted<T>(wait: impl Future<Output = T>) -> T {
    let began = Instant::now();
    let came = wait.await;
    // Outside a request there is nothing to take it from.
    let _ = LEFT.try_with(|left| left.set(left.get().saturating_sub(began.elapsed())));
    came
}

/// Why a look came to nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unseen {
    /// It did not end in the time that was left, or did not begin, since so many others had not ended.
    Late,
    /// It panicked.
    BrokeDown,
}

/// The threads that look at the database. A look that was given up goes on in its thread until the database answers, and keeps it:
/// who then finds none waits for one without a thread.
pub(super) struct Lookers(Arc<Semaphore>);

impl Lookers {
    pub(super) fn new(most: u32) -> Self {
        Self(Arc::new(Semaphore::new(usize::try_from(most).unwrap_or(1))))
    }

    /// Looks in a thread, if one comes free in time.
    pub(super) async fn look<T: Send + 'static>(
        &self,
        within: Duration,
        look: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unseen> {
        let free = Arc::clone(&self.0);
        let looked = async move {
            // It is never closed.
            let turn = free.acquire_owned().await.map_err(|_| Unseen::Late)?;
            let looked = web::block(move || {
                let _kept_until_the_end = turn;
                look()
            });
            looked.await.map_err(|_| Unseen::BrokeDown)
        };
        tokio::time::timeout(within, looked).await.unwrap_or(Err(Unseen::Late))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[actix_web::test]
    async fn looks_that_were_given_up_keep_their_threads_and_no_more_are_begun() {
        let lookers = Lookers::new(2);
        let (moment, long) = (Duration::from_millis(20), Duration::from_secs(60));
        let mut slow = Vec::new();
        for _ in 0..2 {
            let (answer, wait) = channel::<()>();
            slow.push(answer);
            assert_eq!(lookers.look(moment, move || wait.recv()).await, Err(Unseen::Late));
        }
        let (begun, was_begun) = channel();
        assert_eq!(lookers.look(moment, move || begun.send(())).await, Err(Unseen::Late));
        // Its sender is gone without a word: it never ran, and never will.
        assert!(was_begun.recv().is_err());
        slow.clear();
        assert_eq!(lookers.look(long, || 7).await, Ok(7));
    }

    #[actix_web::test]
    async fn a_look_that_breaks_down_gives_its_thread_back() {
        let lookers = Lookers::new(1);
        let long = Duration::from_secs(60);
        let broke: Result<(), Unseen> = lookers.look(long, || panic!("it broke down")).await;
        assert_eq!(broke, Err(Unseen::BrokeDown));
        assert_eq!(lookers.look(long, || 7).await, Ok(7));
    }

    #[actix_web::test]
    async fn all_waits_of_a_request_are_taken_from_one_time_and_none_from_another_request() {
        let wait = Duration::from_millis(5);
        bounded(async {
            for waits in 1..=3 {
                counted(tokio::time::sleep(wait)).await;
                assert!(left() <= ANSWER_WITHIN - wait * waits);
            }
            bounded(async { assert_eq!(left(), ANSWER_WITHIN) }).await;
        })
        .await;
        counted(tokio::time::sleep(wait)).await;
        assert_eq!(left(), ANSWER_WITHIN);
    }
}
