//! The log: one JSON object a line on standard error, without anything about a person.

use std::io;
use std::panic::PanicHookInfo;

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts the log. Of what the service is built on, only warnings are written.
pub(super) fn start() {
    let ours = Targets::new().with_default(Level::WARN).with_target(env!("CARGO_PKG_NAME"), Level::INFO);
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_writer(io::stderr).finish();
    // A second start in one process changes nothing.
    let _ = log.with(ours).try_init();
    std::panic::set_hook(Box::new(say_where));
}

/// Says where a panic was, and not what it said: that may hold what a person typed.
fn say_where(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    let thread = std::thread::current();
    tracing::error!(
        place = place.as_deref().unwrap_or("-"),
        thread = thread.name().unwrap_or("-"),
        "broke down"
    );
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::panic::catch_unwind;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_one_line_that_says_where_and_not_what() {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone()).finish();
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(say_where));
        let broke = tracing::subscriber::with_default(subscriber, || catch_unwind(|| panic!("XQ 424242")));
        std::panic::set_hook(before);
        assert!(broke.is_err());
        let said = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        let line: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!(line["level"], "ERROR", "{said}");
        assert!(line["fields"]["place"].as_str().unwrap().contains("telemetry.rs:"), "{said}");
        assert!(!said.contains("XQ"), "{said}");
    }
}
