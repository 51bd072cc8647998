//! `inskrivning audit`: following the chain of the audit log from its first entry to its last.

use std::fmt;
use std::str::FromStr;

use clap::Subcommand;

use super::Stop;
use super::settings::Data;
use crate::domain::audit::{Broken, Head, follow};
use crate::domain::lottery::hash::Hash32;
use crate::store::{Read, StoreError};

/// How many entries are looked at at once.
const PAGE: i64 = 1000;

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Follows the audit log entry by entry and says PASS, or the first link that does not hold.
    Verify {
        /// A head noted earlier, as SEQ:HASH: the log must still go through it.
        #[arg(long, value_name = "SEQ:HASH")]
        head: Option<Noted>,
        #[command(flatten)]
        data: Data,
    },
}

/// A head somebody wrote down.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noted(Head);

/// A text that is no head.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("write a head as it was shown: its number, a colon, and 64 hex digits")]
pub(super) struct NotAHead;

impl FromStr for Noted {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (seq, hash) = text.split_once(':').ok_or(NotAHead)?;
        let hash: Hash32 = hash.trim().to_lowercase().parse().map_err(|_| NotAHead)?;
        Ok(Self(Head { seq: seq.trim().parse().map_err(|_| NotAHead)?, hash }))
    }
}

/// Why a log is not passed.
enum Fault {
    Broken(Broken),
    Store(StoreError),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(broken) => broken.fmt(f),
            Self::Store(error) => error.fmt(f),
        }
    }
}

pub(super) fn run(command: Command) -> Result<String, Stop> {
    let Command::Verify { head, data } = command;
    let noted = head.map(|Noted(head)| head);
    let store = data.open_what_is_there()?;
    match store.read(|read| walk(read, noted)) {
        Ok(end) => {
            let compared = if noted.is_some() { "" } else { " (not compared with a head noted earlier)" };
            Ok(format!("PASS{compared}\nhead {}:{}\n", end.seq, end.hash))
        }
        Err(Fault::Store(error)) => Err(Stop::Refused(error.to_string())),
        Err(broken) => Err(Stop::Failed(format!("FAIL {broken}"))),
    }
}

/// Follows the whole log in one view of it: to the head the database keeps, and through the one that was noted.
fn walk(read: &mut Read<'_>, noted: Option<Head>) -> Result<Head, Fault> {
    let kept = read.audit_head()?;
    let mut at = Head::EMPTY;
    let mut through_noted = noted.is_none_or(|noted| noted == Head::EMPTY);
    loop {
        let page = read.audit_after(at.seq, PAGE)?;
        at = follow(at, &page.entries).map_err(Fault::Broken)?;
        through_noted |= page.entries.iter().any(|entry| Some(entry.head()) == noted);
        if page.next.is_none() {
            break;
        }
    }
    let other = |wanted: Head| Fault::Broken(Broken::OtherHead { wanted: wanted.seq, found: at.seq });
    match noted {
        Some(noted) if !through_noted => Err(other(noted)),
        _ if at != kept => Err(other(kept)),
        _ => Ok(at),
    }
}
