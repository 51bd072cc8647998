//! What the service takes from who connects: how many at once, and how long it waits for them. Whoever sends slowly, or nothing,
//! or does not read, is left behind; nobody else waits for it.

use std::any::Any;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::rt::net::TcpStream;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The largest body, in bytes.
pub(super) const MAX_BODY: usize = 256 * 1024;
/// In what time the head of a request must arrive, counted from the connection or from its first byte: enough for a telephone in a
/// stairwell. A connection that says nothing is closed after it.
pub(super) const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// In what time its body must arrive.
pub(super) const BODY_WITHIN: Duration = Duration::from_secs(20);
/// How long a connection may wait for its next request: the pages ask every few seconds, and a proxy keeps its own.
pub(super) const IDLE_FOR: Duration = Duration::from_secs(15);
/// How long a connection that is being closed is waited for.
pub(super) const CLOSED_WITHIN: Duration = Duration::from_secs(5);
/// How long an answer may lie unread: then the connection is cut.
const READ_WITHIN: Duration = Duration::from_secs(20);
/// The most connections at once: a hundred times the telephones of a desk and all doors, and at a few KiB each no burden. Who comes
/// on top waits in the queue of the system until another leaves, at the latest when one that says nothing is closed.
const MAX_CONNECTIONS: usize = 16_384;
/// How many connections the system keeps waiting, if it may: with the 128 of a port as it is opened, a crowd that comes at once is
/// told nothing and tries again after seconds.
const WAITING: i32 = 4_096;
/// Open files that are no connections: the database, its readers and their journals, the log, and the workers' own.
const OTHER_FILES: usize = 256;

/// How many connections each of so many workers takes. The process may then open as many files as that takes, if the system lets it.
pub(super) fn connections_each(workers: usize) -> usize {
    let files = raised(getrlimit(Resource::Nofile));
    let all = files.map_or(MAX_CONNECTIONS, |files| files.saturating_sub(OTHER_FILES).min(MAX_CONNECTIONS));
    (all / workers.max(1)).max(16)
}

/// How many files the process may open, after it asked for as many as it can use; none without a limit.
fn raised(limit: Rlimit) -> Option<usize> {
    let wanted = (MAX_CONNECTIONS + OTHER_FILES) as u64;
    let current = limit.current?;
    let most = limit.maximum.map_or(wanted, |most| most.min(wanted));
    let asked = Rlimit { current: Some(most), maximum: limit.maximum };
    let may = if most > current && setrlimit(Resource::Nofile, asked).is_ok() { most } else { current };
    usize::try_from(may).ok()
}

/// Lets so many connections wait at a port that is open already.
pub(super) fn let_wait(listener: &TcpListener) -> std::io::Result<()> {
    socket2::SockRef::from(listener).listen(WAITING)
}

/// What every new connection is given: a time after which an answer that nobody reads is given up.
pub(super) fn cut_if_unread(connection: &dyn Any) {
    if let Some(stream) = connection.downcast_ref::<TcpStream>() {
        // Where the system does not know it, the connection lives as long as it did before.
        let _ = socket2::SockRef::from(stream).set_tcp_user_timeout(Some(READ_WITHIN));
    }
}
