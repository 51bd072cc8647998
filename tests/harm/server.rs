//! A PostgreSQL server of a test's own, which may be stopped and started; and a wire to it that may be cut.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;

use diesel::{Connection, RunQueryDsl};

/// What starts it.
pub const STARTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres");

/// The server. It ends with the test.
pub struct Server {
    child: Child,
    /// As long as this is open, it runs.
    open: Option<ChildStdin>,
    pub url: String,
    data: PathBuf,
}

#[derive(diesel::QueryableByName)]
struct Shown {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
}

impl Server {
    pub fn start() -> Self {
        Self::started_by(Command::new(STARTS))
    }

    /// One whose command line begins otherwise and ends with that of [`STARTS`].
    pub fn started_by(mut command: Command) -> Self {
        let say = "echo \"$INSKRIVNING_TEST_POSTGRES\"; cat >/dev/null";
        let mut child = command
            .args(["sh", "-c", say])
            .env_remove("INSKRIVNING_TEST_POSTGRES")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let url = url.trim().to_owned();
        let mut conn = diesel::PgConnection::establish(&url).unwrap();
        let shown: Shown = diesel::sql_query("SELECT current_setting('data_directory') AS text")
            .get_result(&mut conn)
            .unwrap();
        Self { open: child.stdin.take(), child, url, data: shown.text.into() }
    }

    /// The process that keeps it.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Restarts it: `fast` ends what is under way, `immediate` is a crash.
    pub fn restart(&self, how: &str) {
        let programs = Command::new(STARTS).arg("--programs").output().unwrap();
        let folder = String::from_utf8(programs.stdout).unwrap();
        let program = format!("{}/pg_ctl", folder.trim());
        let am_root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0;
        let mut command = Command::new("setpriv");
        if am_root {
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups", &program]);
        } else {
            command = Command::new(&program);
        }
        // Where it was started: paths in its settings are relative.
        command.current_dir(self.data.parent().unwrap());
        command.args([
            "restart",
            "--pgdata=data",
            "--log=postgres.log",
            "--wait",
            "--timeout=60",
            "--silent",
        ]);
        command.arg(format!("--mode={how}"));
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(status.unwrap().success(), "pg_ctl restart");
    }

    /// Says something to it, statement by statement.
    pub fn says(&self, statements: &[&str]) {
        let mut conn = diesel::PgConnection::establish(&self.url).unwrap();
        for statement in statements {
            diesel::sql_query(*statement).execute(&mut conn).unwrap();
        }
    }

    /// The texts a statement finds there.
    pub fn texts(&self, statement: &str) -> Vec<String> {
        let mut conn = diesel::PgConnection::establish(&self.url).unwrap();
        let found: Vec<Shown> = diesel::sql_query(format!("SELECT {statement}")).load(&mut conn).unwrap();
        found.into_iter().map(|found| found.text).collect()
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        let (_, at) = self.url.rsplit_once(':').unwrap();
        at.split('/').next().unwrap().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.open.take());
        let _ = self.child.wait();
    }
}

/// How the wire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Wire {
    Whole,
    /// Nothing comes through, and nobody is told.
    Frozen,
    /// Commits come through to the server, and what it answers to them does not come back.
    Deaf,
    /// Connections end, and no new one is made.
    Cut,
    /// The next who writes loses its side in the middle of its transaction; the server's side stays open, and the server hears
    /// nothing of it. Then the wire is whole for everybody else.
    Orphaning,
}

/// A wire between the service and the server.
pub struct Proxy {
    pub port: u16,
    state: Arc<AtomicU8>,
    ended: Arc<AtomicBool>,
    swallowed: Arc<AtomicUsize>,
}

/// What both directions of one connection know.
#[derive(Default)]
struct Line {
    deaf: AtomicBool,
    /// Its client's side is gone, and its server's side is kept.
    orphan: AtomicBool,
}

impl Proxy {
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap().port();
        let (state, ended) = (Arc::new(AtomicU8::new(0)), Arc::new(AtomicBool::new(false)));
        let (wire, end) = (Arc::clone(&state), Arc::clone(&ended));
        let swallowed = Arc::new(AtomicUsize::new(0));
        let swallows = Arc::clone(&swallowed);
        listener.set_nonblocking(true).unwrap();
        std::thread::spawn(move || {
            while !end.load(Ordering::SeqCst) {
                let Ok((client, _)) = listener.accept() else {
                    std::thread::sleep(Duration::from_millis(5));
                    continue;
                };
                if wire.load(Ordering::SeqCst) == Wire::Cut as u8 {
                    continue;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                let line = Arc::new(Line::default());
                for (from, to, answers) in [
                    (client.try_clone().unwrap(), server.try_clone().unwrap(), false),
                    (server, client, true),
                ] {
                    let (wire, end, line) = (Arc::clone(&wire), Arc::clone(&end), Arc::clone(&line));
                    let swallows = Arc::clone(&swallows);
                    std::thread::spawn(move || carry((from, to), answers, (&wire, &line, &swallows), &end));
                }
            }
        });
        Self { port: here, state, ended, swallowed }
    }

    /// Waits, for a while, until the answer to a commit is swallowed.
    pub fn swallows_a_commit(&self) {
        let before = self.swallowed.load(Ordering::SeqCst);
        self.is(Wire::Deaf);
        for _ in 0..500 {
            if self.swallowed.load(Ordering::SeqCst) > before {
                // Let the server do it.
                std::thread::sleep(Duration::from_millis(100));
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn is(&self, wire: Wire) {
        self.state.store(wire as u8, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
    }
}

/// Carries one direction of one connection until either side, or the wire, ends it.
fn carry(
    (mut from, mut to): (TcpStream, TcpStream),
    answers: bool,
    (wire, line, swallowed): (&AtomicU8, &Line, &AtomicUsize),
    ended: &AtomicBool,
) {
    from.set_nonblocking(false).unwrap();
    from.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
    let mut bytes = [0; 16384];
    // Who only reads ends its looks with the same word.
    let mut writes = false;
    while !ended.load(Ordering::SeqCst) && wire.load(Ordering::SeqCst) != Wire::Cut as u8 {
        let read = match from.read(&mut bytes) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) =>
            {
                continue;
            }
            Err(_) => break,
        };
        while wire.load(Ordering::SeqCst) == Wire::Frozen as u8 && !ended.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
        let says = |words: &[u8]| bytes[..read].windows(words.len()).any(|said| said == words);
        writes |= says(b"UPDATE \"head\"");
        let deafened = wire.load(Ordering::SeqCst) == Wire::Deaf as u8;
        if !answers && writes && deafened && says(b"COMMIT") {
            line.deaf.store(true, Ordering::SeqCst);
            swallowed.fetch_add(1, Ordering::SeqCst);
        }
        if answers && line.deaf.load(Ordering::SeqCst) {
            continue;
        }
        if wire.load(Ordering::SeqCst) == Wire::Cut as u8 || to.write_all(&bytes[..read]).is_err() {
            break;
        }
        // What begins or ends a transaction is let through: in between it has the lock.
        let within = writes && !answers && !says(b"BEGIN") && !says(b"COMMIT") && !says(b"ROLLBACK");
        if within && becomes_an_orphan(wire) {
            line.orphan.store(true, Ordering::SeqCst);
            let _ = from.shutdown(Shutdown::Both);
        }
        while line.orphan.load(Ordering::SeqCst) && !ended.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    if line.orphan.load(Ordering::SeqCst) && !ended.load(Ordering::SeqCst) {
        // The server's side goes when the other direction ends, which waits for the end of all.
        return;
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

/// Of those who are in a transaction, one.
fn becomes_an_orphan(wire: &AtomicU8) -> bool {
    let (orphaning, whole) = (Wire::Orphaning as u8, Wire::Whole as u8);
    wire.compare_exchange(orphaning, whole, Ordering::SeqCst, Ordering::SeqCst).is_ok()
}
