//! The audit chain during a write: its head, and the entries a step adds.

use chrono::{DateTime, Utc};
use diesel::ExpressionMethods;

use super::change::Changed;
use super::schema::audit;
use super::{StoreError, Tx};
use crate::domain::audit::{Entry, Event, Head};
use crate::domain::lottery::hash::Hash32;
use crate::domain::role::Actor;

/// What one step adds to the audit log, and what it changes.
pub(super) struct Chain {
    pub(super) head: Head,
    /// Entries of this step.
    pub(super) entries: u32,
    /// What this step has changed.
    pub(super) changed: Changed,
}

impl Chain {
    /// Before a step.
    pub(super) fn from(head: Head) -> Self {
        Self { head, entries: 0, changed: Changed::default() }
    }
}

/// The head as its row has it.
pub(super) fn read_head(seq: i64, hash: &[u8]) -> Result<Head, StoreError> {
    let corrupt = || StoreError::Corrupt("the head of the audit log".to_owned());
    Ok(Head {
        seq: u64::try_from(seq).map_err(|_| corrupt())?,
        hash: Hash32(hash.try_into().map_err(|_| corrupt())?),
    })
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
        self.change(diesel::insert_into(audit::table).values((
            audit::seq.eq(seq),
            audit::at.eq(entry.at.naive_utc()),
            audit::actor.eq(entry.actor.map(|actor| actor.as_bytes().to_vec())),
            audit::role.eq(entry.role),
            audit::event.eq(entry.event),
            audit::previous.eq(entry.previous.0.to_vec()),
            audit::hash.eq(entry.hash.0.to_vec()),
        )))?;
        Ok(())
    }

    /// The head of the audit chain as of now, this step's entries included.
    #[must_use]
    pub fn head(&self) -> Head {
        self.chain.head
    }
}
