//! What time it is. The service asks nobody else.

use chrono::{DateTime, Utc};

/// An instant, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The instant.
    pub now: DateTime<Utc>,
    /// Which clock was read: `system`, or another's name. Every answer says it.
    pub clock: &'static str,
}

/// A clock.
pub trait Clock: Send + Sync {
    /// Reads it.
    fn read(&self) -> Reading;
}

/// The machine's clock: the only one `serve` knows.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn read(&self) -> Reading {
        Reading { now: Utc::now(), clock: "system" }
    }
}
