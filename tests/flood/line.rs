//! One connection, byte by byte.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long is waited for the other side; longer than any wait of the service itself.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Line(TcpStream);

impl Line {
    pub(crate) fn to(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(stream)
    }

    /// Sends bytes; no if the other side has gone.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        match self.0.write_all(bytes.as_ref()) {
            Ok(()) => true,
            Err(error) => {
                let hangs = [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind());
                assert!(!hangs, "it neither takes what is sent nor hangs up");
                false
            }
        }
    }

    /// Sends as much as is taken at once, and waits for nothing.
    pub(crate) fn send_what_is_taken(&mut self, bytes: &[u8]) -> usize {
        self.0.set_nonblocking(true).unwrap();
        let taken = self.0.write(bytes).unwrap_or(0);
        self.0.set_nonblocking(false).unwrap();
        taken
    }

    /// All that is answered until the other side hangs up.
    pub(crate) fn hung_up(&mut self) -> String {
        let mut answer = Vec::new();
        match self.0.read_to_end(&mut answer) {
            Ok(_) => {}
            // It hung up before all was read that we sent.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => panic!("it does not hang up: {error}; {}", String::from_utf8_lossy(&answer)),
        }
        String::from_utf8(answer).unwrap()
    }

    /// What is answered next, at least one byte; nothing if the other side hung up.
    pub(crate) fn next(&mut self) -> String {
        let mut some = vec![0; 1 << 16];
        let read = self.0.read(&mut some).unwrap_or(0);
        String::from_utf8_lossy(&some[..read]).into_owned()
    }
}

/// The status of an answer; 0 if there was none.
pub(crate) fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}
