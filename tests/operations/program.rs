//! The program itself, run as whoever runs the service does.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::{Connection, RunQueryDsl};
use serde_json::Value;

/// A data folder of its own, and on PostgreSQL a database of its own beside it.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    server: Option<OnServer>,
}

/// A database on the tests' server, removed at the end.
struct OnServer {
    server: String,
    name: String,
}

impl OnServer {
    fn new() -> Self {
        let server = std::env::var("INSKRIVNING_TEST_POSTGRES")
            .expect("no PostgreSQL to test on: say `tests/postgres cargo test --test NAME`");
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).unwrap();
        let name = format!("o{}", hex::encode(bytes));
        let mut conn = diesel::PgConnection::establish(&server).unwrap();
        diesel::sql_query(format!("CREATE DATABASE {name}")).execute(&mut conn).unwrap();
        Self { server, name }
    }

    fn url(&self) -> String {
        let (at, _) = self.server.rsplit_once('/').unwrap();
        format!("{at}/{}", self.name)
    }
}

impl Drop for OnServer {
    fn drop(&mut self) {
        let mut conn = diesel::PgConnection::establish(&self.server).unwrap();
        diesel::sql_query(format!("DROP DATABASE {} WITH (FORCE)", self.name)).execute(&mut conn).unwrap();
    }
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
    let output = command(arguments).stdin(Stdio::null()).output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Home {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), server: None }
    }

    /// An empty one whose database is on PostgreSQL.
    pub(crate) fn on_postgres() -> Self {
        Self { server: Some(OnServer::new()), ..Self::new() }
    }

    /// The address of its database, if it is on PostgreSQL.
    pub(crate) fn url(&self) -> Option<String> {
        self.server.as_ref().map(OnServer::url)
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

    /// Runs a command on these data.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        run(&[arguments, &self.data().iter().map(String::as_str).collect::<Vec<_>>()].concat())
    }

    /// The flags that name these data.
    pub(crate) fn data(&self) -> Vec<String> {
        let mut flags = vec!["--data".to_owned(), self.path().to_str().unwrap().to_owned()];
        flags.extend(self.url().into_iter().flat_map(|url| ["--database".to_owned(), url]));
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
        Serving::start(&self.data().iter().map(String::as_str).collect::<Vec<_>>())
    }
}

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

/// A service that runs.
pub(crate) struct Serving {
    child: Child,
    log: JoinHandle<Vec<String>>,
    pub(crate) base: String,
    pub(crate) ready_after: Duration,
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let started = Instant::now();
        let mut child = command(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
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
        let address = address(&says);
        Self { child, log, base: format!("http://{address}"), ready_after: started.elapsed() }
    }

    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// Sends a request: its status and what it answered.
    pub(crate) fn send(&self, method: &str, token: &str, path: &str, body: Option<Value>) -> (u16, String) {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(body.map_or_else(String::new, |body| body.to_string()))
            .unwrap();
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut response = agent.run(request).unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    pub(crate) fn json(&self, method: &str, token: &str, path: &str, body: Option<Value>) -> Value {
        let (status, text) = self.send(method, token, path, body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Tells it to stop.
    pub(crate) fn tell_to_stop(&self) {
        let killed = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(killed.success());
    }

    /// Tells it to stop: its exit code, and its log.
    pub(crate) fn stop(self) -> (i32, Vec<String>) {
        self.tell_to_stop();
        self.wait()
    }

    /// Waits until it has stopped: its exit code, and its log.
    pub(crate) fn wait(mut self) -> (i32, Vec<String>) {
        let code = self.child.wait().unwrap().code().expect("it was killed instead of stopping");
        (code, self.log.join().unwrap())
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
