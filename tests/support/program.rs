//! The program itself, run as whoever runs the service does: on data of its own, at a time of its own if a desk day must run, and
//! killed if need be. Nothing of it lives longer than the test.

#![allow(dead_code, reason = "each test program runs what it needs")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::{Connection, RunQueryDsl};
use serde_json::Value;

use crate::caller::Caller;
use crate::postgres::PostgresDatabase;

/// A data folder of its own; and, if it was given them, a clock and a database elsewhere.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    clock: Option<Clock>,
    database: Option<String>,
    _server: Option<PostgresDatabase>,
}

/// What the program takes for the time: a file that libfaketime reads whenever the time is asked. It runs on from where it was set,
/// over every start of the program.
pub(crate) struct Clock {
    folder: tempfile::TempDir,
}

impl Clock {
    /// Now it is this instant, written as `2026-11-27T09:00:00Z`.
    pub(crate) fn set(&self, instant: &str) {
        let instant: DateTime<Utc> = instant.parse().unwrap();
        let ahead = (instant - Utc::now()).num_seconds();
        // Under another name first: whoever reads meanwhile reads the old or the new.
        let new = self.folder.path().join("new");
        fs::write(&new, format!("{ahead:+}\n")).unwrap();
        fs::rename(&new, self.file()).unwrap();
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    /// Lets a program live by it.
    fn give(&self, command: &mut Command) {
        command.env("LD_PRELOAD", libfaketime()).env("FAKETIME_TIMESTAMP_FILE", self.file());
        // What waits and measures how long something took goes by the machine's own clock.
        command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("TZ", "UTC");
    }
}

/// Where Debian's package `faketime` put its library: the one for programs of several threads, since the other tells some of them the
/// machine's own time now and then.
pub(crate) fn libfaketime() -> PathBuf {
    let folders = fs::read_dir("/usr/lib").unwrap().map(|entry| entry.unwrap().path());
    let found = folders.map(|folder| folder.join("faketime/libfaketimeMT.so.1")).find(|file| file.exists());
    found.expect("libfaketime is missing: tests/run installs Debian's package faketime")
}

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// What it said of its success.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// Checks that it ended with this code, nothing on standard output, and a sentence that holds these words.
    #[track_caller]
    pub(crate) fn refused(self, code: i32, words: &str) {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{self:?}");
        assert!(self.err.contains(words), "{words:?} is not in {:?}", self.err);
        assert!(!self.err.contains("panicked") && self.err.trim().lines().count() == 1, "{:?}", self.err);
    }
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_inskrivning"));
    command.args(arguments).env_remove("INSKRIVNING_DATA").env_remove("INSKRIVNING_DATABASE");
    command
}

pub(crate) fn run(arguments: &[&str]) -> Said {
    finished(command(arguments))
}

fn finished(mut command: Command) -> Said {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Home {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), clock: None, database: None, _server: None }
    }

    /// An empty one whose database is on PostgreSQL, removed at the end.
    pub(crate) fn on_postgres() -> Self {
        let server = PostgresDatabase::new();
        Self { database: Some(server.url()), _server: Some(server), ..Self::new() }
    }

    /// An empty one whose programs start at an instant, written as `2026-11-27T09:00:00Z`.
    pub(crate) fn at(instant: &str) -> Self {
        let clock = Clock { folder: tempfile::tempdir().unwrap() };
        // Whoever runs the program may be somebody else.
        fs::set_permissions(clock.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        clock.set(instant);
        Self { clock: Some(clock), ..Self::new() }
    }

    /// The same, with its data in this database.
    pub(crate) fn with_database(self, url: &str) -> Self {
        Self { database: Some(url.to_owned()), ..self }
    }

    /// Its clock, to be set.
    pub(crate) fn clock(&self) -> &Clock {
        self.clock.as_ref().expect("this home lives by the machine's clock")
    }

    /// The address of its database, if that lies elsewhere.
    pub(crate) fn url(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// One in which the service was started before.
    pub(crate) fn used() -> Self {
        let home = Self::new();
        home.token("coordinator");
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.file("inskrivning.sqlite")
    }

    /// A command on these data, by this clock.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.prepared(command(arguments))
    }

    /// The same for a command that in the end becomes the program, whatever it is before.
    pub(crate) fn prepared(&self, command: Command) -> Command {
        self.prepared_on(command, self.path())
    }

    /// The same on data in another folder.
    pub(crate) fn prepared_on(&self, mut command: Command, folder: &Path) -> Command {
        command.arg("--data").arg(folder);
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        if let Some(clock) = &self.clock {
            clock.give(&mut command);
        }
        command
    }

    /// Runs a command on these data.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        finished(self.command(arguments))
    }

    /// The flags that name these data.
    pub(crate) fn data(&self) -> Vec<String> {
        let mut flags = vec!["--data".to_owned(), self.path().to_str().unwrap().to_owned()];
        flags.extend(self.url().into_iter().flat_map(|url| ["--database".to_owned(), url.to_owned()]));
        flags
    }

    /// Makes a token.
    pub(crate) fn token(&self, role: &str) -> String {
        let said = self.run(&["token", "new", "--role", role, "--name", "test"]);
        said.done().trim().to_owned()
    }

    /// All that lies in the folder.
    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<_> = fs::read_dir(self.path())
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
            // What SQLite keeps beside its file comes and goes with those who look.
            .filter(|(name, _)| !name.ends_with("-wal") && !name.ends_with("-shm"))
            .map(|(name, path)| (name, said(&path)))
            .collect();
        files.sort();
        files
    }

    pub(crate) fn serve(&self) -> Serving {
        Serving::start(self.command(&SERVE))
    }
}

/// Serving on a free port.
pub(crate) const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

/// What a file says: of a database the head of its audit log, which every write moves; of any other file its bytes. The bytes of
/// a database change without a write, when what stands beside it is taken over.
fn said(path: &Path) -> Vec<u8> {
    #[derive(diesel::QueryableByName)]
    struct Head {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        seq: i64,
        #[diesel(sql_type = diesel::sql_types::Binary)]
        hash: Vec<u8>,
    }
    let database = path.extension().is_some_and(|extension| extension == "sqlite");
    let head =
        database.then(|| diesel::SqliteConnection::establish(path.to_str().unwrap()).unwrap()).and_then(
            |mut conn| diesel::sql_query("SELECT seq, hash FROM head").get_result::<Head>(&mut conn).ok(),
        );
    head.map_or_else(|| fs::read(path).unwrap(), |head| [head.seq.to_le_bytes().to_vec(), head.hash].concat())
}

/// A service that runs. It is killed when it is dropped.
pub(crate) struct Serving {
    child: Child,
    log: Option<JoinHandle<Vec<String>>>,
    pub(crate) base: String,
    pub(crate) ready_after: Duration,
}

impl Serving {
    /// Starts it, and waits until it is ready.
    pub(crate) fn start(mut command: Command) -> Self {
        let started = Instant::now();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (said, says) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let log = std::thread::spawn(move || {
            let mut lines = Vec::new();
            for line in stderr.lines() {
                let line = line.unwrap();
                let _ = said.send(line.clone());
                lines.push(line);
            }
            lines
        });
        let mut serving =
            Self { child, log: Some(log), base: String::new(), ready_after: Duration::default() };
        serving.base = format!("http://{}", address(&says));
        serving.ready_after = started.elapsed();
        serving
    }

    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// Sends a request: its status and what it answered.
    pub(crate) fn send(&self, method: &str, token: &str, path: &str, body: Option<Value>) -> (u16, String) {
        self.caller().raw(method, token, path, body.map(|body| body.to_string()), None).unwrap()
    }

    /// Somebody who calls it again and again.
    pub(crate) fn caller(&self) -> Caller {
        Caller::to(&self.base)
    }

    pub(crate) fn json(&self, method: &str, token: &str, path: &str, body: Option<Value>) -> Value {
        let (status, text) = self.send(method, token, path, body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Tells it to stop.
    pub(crate) fn tell_to_stop(&self) {
        let process = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
    }

    /// Tells it to stop: its exit code, and its log.
    pub(crate) fn stop(self) -> (i32, Vec<String>) {
        self.tell_to_stop();
        self.wait()
    }

    /// Waits until it has stopped: its exit code, and its log.
    pub(crate) fn wait(mut self) -> (i32, Vec<String>) {
        let code = self.child.wait().unwrap().code().expect("it was killed instead of stopping");
        (code, self.said())
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it where it stands, as `kill -9` does: its log.
    pub(crate) fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.said()
    }

    fn said(&mut self) -> Vec<String> {
        self.log.take().map(|log| log.join().unwrap()).unwrap_or_default()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address(says: &Receiver<String>) -> String {
    loop {
        let line = says.recv_timeout(Duration::from_secs(30)).expect("the service did not become ready");
        let line: Value = serde_json::from_str(&line).unwrap_or_default();
        if line["message"] == "ready" {
            return line["address"].as_str().unwrap().to_owned();
        }
    }
}
