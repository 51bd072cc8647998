//! `inskrivning audit`: following the chain of the audit log from its first entry to its last.

use std::str::FromStr;

use clap::Subcommand;

use super::Stop;
use super::settings::Data;
use crate::app::following::{self, Unsound};
use crate::domain::audit::Head;
use crate::domain::lottery::hash::Hash32;

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
pub(super) struct Noted(pub(super) Head);

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

pub(super) fn run(command: Command) -> Result<String, Stop> {
    let Command::Verify { head, data } = command;
    let noted = head.map(|Noted(head)| head);
    let store = data.open_what_is_there()?;
    match store.read(|read| following::follow_all(read, noted)) {
        Ok(end) => {
            let compared = if noted.is_some() { "" } else { " (not compared with a head noted earlier)" };
            Ok(format!("PASS{compared}\nhead {}:{}\n", end.seq, end.hash))
        }
        Err(Unsound::Store(error)) => Err(Stop::Refused(error.to_string())),
        Err(Unsound::Broken(broken)) => Err(Stop::Failed(format!("FAIL {broken}"))),
    }
}
