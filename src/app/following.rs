//! Following the audit log as a whole, from its first entry to its last.

use crate::domain::audit::{Broken, Head, follow};
use crate::store::{Read, StoreError};

/// How many entries are looked at at once.
const PAGE: i64 = 1000;

/// Why a log is not passed.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
    /// A link does not hold.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// It cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Follows the whole log in one view of it: to the head the database keeps, and through the one that was noted.
///
/// # Errors
/// The first link that does not hold; when the database fails.
pub fn follow_all(read: &mut Read<'_>, noted: Option<Head>) -> Result<Head, Unsound> {
    let kept = read.audit_head()?;
    let mut at = Head::EMPTY;
    let mut through_noted = noted.is_none_or(|noted| noted == Head::EMPTY);
    loop {
        let page = read.audit_after(at.seq, PAGE)?;
        at = follow(at, &page.entries)?;
        through_noted |= page.entries.iter().any(|entry| Some(entry.head()) == noted);
        if page.next.is_none() {
            break;
        }
    }
    let other = |wanted: Head| Broken::OtherHead { wanted: wanted.seq, found: at.seq };
    match noted {
        Some(noted) if !through_noted => Err(other(noted).into()),
        _ if at != kept => Err(other(kept).into()),
        _ => Ok(at),
    }
}
