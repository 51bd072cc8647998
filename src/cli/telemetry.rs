//! The log: one JSON object a line on standard error, without anything about a person.

use std::io;

/// Starts the log.
pub(super) fn start() {
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_writer(io::stderr);
    // A second start in one process changes nothing.
    let _ = log.with_max_level(tracing::Level::INFO).try_init();
}
