//! Says what a machine cannot do that a test needs.

use std::io::Write;

/// Says that something was not run, and why. Past what a test may print, which is shown of tests alone that fail: `tests/run` looks for
/// it.
pub(crate) fn not_run(why: &str) {
    let _ = writeln!(std::io::stderr(), "not run: {why}");
}
