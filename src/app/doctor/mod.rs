//! Whether the service is fit to live: what is looked at, what is a fault, and what to do then (docs/OPERATIONS.md, *Doctor*).
//!
//! It looks and writes nothing. What it is told about the machine comes in as an argument; the data it looks at by itself.

mod data;
mod machine;

pub use data::{audit_log, clock, form, integrity, keeping, key_file, server, sums};
pub use machine::{Disk, Growth, Holder, Owned, clock_alone, disk, folder, open_files, running, zone};

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Ok,
    /// Good to know: nothing is wrong yet, or it was not looked at.
    Warning,
    /// Something must be done.
    Fault,
}

impl State {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Fault => "fault",
        }
    }
}

/// What was found of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at; the word does not change.
    pub check: &'static str,
    /// How it is.
    pub state: State,
    /// What was found, in words.
    pub says: String,
    /// What to do now; none if all is well.
    pub todo: Option<String>,
}

impl Finding {
    /// All is well.
    pub fn ok(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, state: State::Ok, says: says.into(), todo: None }
    }

    /// Something to know of.
    pub fn warning(check: &'static str, says: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { check, state: State::Warning, says: says.into(), todo: Some(todo.into()) }
    }

    /// Something is wrong.
    pub fn fault(check: &'static str, says: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { check, state: State::Fault, says: says.into(), todo: Some(todo.into()) }
    }

    /// It could not be looked at, since something else is wrong that is said in its own place.
    #[must_use]
    pub fn not_looked_at(check: &'static str) -> Self {
        Self::warning(check, "not looked at", "mend what is said of the database first")
    }
}
