//! No write without audit: which tables that holds for, and, in debug builds, a look at every statement on the writing connection.
//!
//! It reads the statements themselves, as diesel announces them, so that the tests find a code path that changes a table past
//! [`Tx::change`](super::Tx). To read every statement costs a fifth of a step, and what is built for use does without.

use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent};

/// Tables that may change without an entry in the audit log: the log itself and its head, answers kept for a retry, and what
/// the migrations keep for themselves.
pub const EXEMPT: [&str; 4] = ["head", "audit", "idempotency", "__diesel_schema_migrations"];

/// Statements that change no table.
const HARMLESS: [&str; 10] =
    ["SELECT", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET", "SHOW", "VACUUM"];

/// The tables of what changes seldom, which the writer need not read for every step (see `house`).
pub(super) const HOUSE: [&str; 3] = ["shelter", "place_fact", "calendar_day"];

/// The guarded tables that the statements of the step under way have changed.
#[derive(Clone, Default)]
pub(super) struct Touched(Arc<Mutex<BTreeSet<String>>>);

impl Touched {
    /// What was changed since this was last asked.
    pub(super) fn take(&self) -> BTreeSet<String> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note(&self, table: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(table);
    }
}

impl Instrumentation for Touched {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let mut start = Start(String::new());
            // It stops the writing by an error once it has seen enough: a query may hold megabytes.
            let _ = write!(start, "{query}");
            if let Some(table) = changed(&start.0) {
                self.note(table);
            }
        }
    }
}

/// The first characters of a statement.
struct Start(String);

impl Write for Start {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        const ENOUGH: usize = 100;
        let left = ENOUGH.saturating_sub(self.0.len());
        self.0.extend(text.chars().take(left));
        if self.0.len() < ENOUGH { Ok(()) } else { Err(fmt::Error) }
    }
}

/// The guarded table a statement changes. One that is not understood counts as a change of what it says.
fn changed(statement: &str) -> Option<String> {
    let mut words = statement.split(|c: char| c.is_whitespace() || c == '(').filter(|word| !word.is_empty());
    let verb = words.next()?.to_ascii_uppercase();
    let table = match verb.as_str() {
        verb if HARMLESS.contains(&verb) => return None,
        "INSERT" | "DELETE" => words.nth(1),
        "UPDATE" => words.next(),
        _ => Some(statement),
    };
    let table = table.unwrap_or(statement).trim_matches(['`', '"', ';']);
    (!EXEMPT.contains(&table)).then(|| table.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_is_seen_but_for_the_exempt_tables() {
        for (statement, table) in [
            ("INSERT INTO `guest` (`id`) VALUES (?)", Some("guest")),
            ("INSERT INTO \"guest\"(\"id\") VALUES ($1)", Some("guest")),
            ("UPDATE `ticket` SET `state` = ?", Some("ticket")),
            ("DELETE  FROM `bed` WHERE 1", Some("bed")),
            ("delete from bed;", Some("bed")),
            ("INSERT INTO `audit` (`seq`) VALUES (?)", None),
            ("UPDATE `head` SET `seq` = `seq`", None),
            ("SELECT `guest`.`id` FROM `guest`", None),
            ("SAVEPOINT diesel_savepoint_1", None),
            ("ROLLBACK TO SAVEPOINT diesel_savepoint_1", None),
            ("WITH x AS (DELETE FROM bed) SELECT 1", Some("WITH x AS (DELETE FROM bed) SELECT 1")),
            ("DROP TABLE bed", Some("DROP TABLE bed")),
        ] {
            assert_eq!(changed(statement).as_deref(), table, "{statement}");
        }
    }
}
