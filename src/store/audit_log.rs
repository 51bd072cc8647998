//! Reading the audit log.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::asking::Ask;
use super::chain::read_head;
use super::convert::{corrupt, hash, instant, uuid};
use super::schema::{audit, head};
use super::{Read, StoreError};
use crate::domain::audit::{Entry, Head};

/// A page of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    /// Its entries.
    pub entries: Vec<Entry>,
    /// The number after which the next page begins, if there is more.
    pub next: Option<u64>,
}

type Row = (i64, NaiveDateTime, Option<Vec<u8>>, String, String, Vec<u8>, Vec<u8>);

fn read_entry((seq, at, actor, role, event, previous, of): Row) -> Result<Entry, StoreError> {
    Ok(Entry {
        seq: u64::try_from(seq).map_err(|_| corrupt("an entry of the audit log", &seq.to_string()))?,
        at: instant(at),
        actor: actor.map(|actor| uuid(&actor)).transpose()?,
        role,
        event,
        previous: hash(&previous)?,
        hash: hash(&of)?,
    })
}

impl Read<'_> {
    /// The head of the chain, as it was written with the last entry.
    ///
    /// # Errors
    /// When the database fails.
    pub fn audit_head(&mut self) -> Result<Head, StoreError> {
        let (seq, of): (i64, Vec<u8>) = head::table.select((head::seq, head::hash)).row(self.conn)?;
        read_head(seq, &of)
    }

    /// The entries after a number, first to last, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn audit_after(&mut self, after: u64, limit: i64) -> Result<AuditPage, StoreError> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows: Vec<Row> = audit::table
            .filter(audit::seq.gt(after))
            .order(audit::seq)
            .limit(limit.saturating_add(1))
            .rows(self.conn)?;
        let more = i64::try_from(rows.len()).is_ok_and(|found| found > limit);
        let take = usize::try_from(limit).unwrap_or(usize::MAX);
        let entries = rows.into_iter().take(take).map(read_entry).collect::<Result<Vec<_>, _>>()?;
        let next = entries.last().filter(|_| more).map(|entry| entry.seq);
        Ok(AuditPage { entries, next })
    }
}
