//! Starting the service, calling it, and moving its clock.

use std::net::TcpListener;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Connection, RunQueryDsl};
use inskrivning::app::tokens::{self, Secret, Wanted};
use inskrivning::app::{Clock, Ctx, Keys, Policy, Reading, Refusal, due};
use inskrivning::domain::role::{Actor, Role};
use inskrivning::http::{self, Parts, Service};
use inskrivning::store::{Database, Store};
use serde_json::{Value, json};

use crate::postgres::PostgresDatabase;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// Makes of each function two tests, one for each database.
macro_rules! on_both_databases {
    ($($(#[$meta:meta])* $name:ident)+) => {$(
        mod $name {
            #[test]
            fn on_sqlite() {
                super::$name(&$crate::support::App::start($crate::support::Kind::Sqlite));
            }

            #[test]
            fn on_postgres() {
                super::$name(&$crate::support::App::start($crate::support::Kind::Postgres));
            }
        }
    )+};
}
pub(crate) use on_both_databases;

/// A clock that tests move.
#[derive(Clone)]
struct TestClock(Arc<Mutex<DateTime<Utc>>>);

impl Clock for TestClock {
    fn read(&self) -> Reading {
        Reading { now: *self.0.lock().unwrap(), clock: "test" }
    }
}

/// A service that runs, with its own database, removed at the end.
pub struct App {
    pub base: String,
    pub kind: Kind,
    pub service: Service,
    pub policy: Policy,
    clock: TestClock,
    keys: Arc<Keys>,
    tokens: Mutex<Vec<(String, String)>>,
    agent: ureq::Agent,
    handle: actix_web::dev::ServerHandle,
    thread: Option<JoinHandle<()>>,
    database: Database,
    _data: Data,
}

/// The data of a test.
enum Data {
    Sqlite { _folder: tempfile::TempDir },
    Postgres { _database: PostgresDatabase },
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub headers: Vec<(String, String)>,
}

impl Answer {
    /// The body of a yes with this status.
    #[track_caller]
    pub fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }

    /// Checks that it is a no of this status and type.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        assert_eq!(self.body["type"], format!("/problems/{code}"), "{:#}", self.body);
        self.body
    }
}

fn new_database(kind: Kind, below: &std::path::Path) -> (Database, Data) {
    match kind {
        Kind::Sqlite => {
            let folder = tempfile::tempdir_in(below).unwrap();
            (Database::Sqlite(folder.path().join("data.sqlite")), Data::Sqlite { _folder: folder })
        }
        Kind::Postgres => {
            let database = PostgresDatabase::new();
            (Database::Postgres(database.url()), Data::Postgres { _database: database })
        }
    }
}

/// Everything any service of this test program wrote into its log.
pub fn log() -> String {
    String::from_utf8_lossy(&LOG.0.lock().unwrap()).into_owned()
}

/// The log of the test program, in memory.
#[derive(Clone)]
struct Log(Arc<Mutex<Vec<u8>>>);

static LOG: std::sync::LazyLock<Log> = std::sync::LazyLock::new(|| {
    let log = Log(Arc::default());
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().json().with_writer(move || writer.clone());
    subscriber.with_max_level(tracing::Level::TRACE).init();
    log
});

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Who calls: keeps its connections for a moment, for less time than the service does.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_idle_age(std::time::Duration::from_secs(2))
        // Longer than any bound of the service's own: what is not answered by then is a service that hangs.
        .timeout_global(Some(std::time::Duration::from_secs(60)))
        .build()
        .into()
}

impl App {
    /// Starts it on the morning of Friday 27 November 2026, 09.00 UTC (10.00 in Stockholm), with the default policy.
    pub fn start(kind: Kind) -> Self {
        Self::start_with(kind, Policy::default())
    }

    pub fn start_with(kind: Kind, policy: Policy) -> Self {
        std::sync::LazyLock::force(&LOG);
        Self::start_in(kind, policy, &std::env::temp_dir())
    }

    /// The same with an SQLite file below this folder; nothing is logged unless another test of this program began a log.
    pub fn start_in(kind: Kind, policy: Policy, below: &std::path::Path) -> Self {
        let (database, data) = new_database(kind, below);
        let store = Store::open(&database).unwrap();
        let keys = Arc::new(Keys::new([7; 32]));
        let clock = TestClock(Arc::new(Mutex::new("2026-11-27T09:00:00Z".parse().unwrap())));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let parts = Parts {
            store,
            keys: Arc::clone(&keys),
            clock: Arc::new(clock.clone()),
            policy,
            workers: Some(2),
        };
        let (started, start) = channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let running = http::start(listener, parts).unwrap();
                started.send((running.address, running.handle.clone(), running.service.clone())).unwrap();
                running.server.await.unwrap();
                running.service.store().shut_down();
            });
        });
        let (address, handle, service) = start.recv().unwrap();
        Self {
            base: format!("http://{address}"),
            kind,
            service,
            policy,
            clock,
            keys,
            tokens: Mutex::default(),
            agent: agent(),
            handle,
            thread: Some(thread),
            database,
            _data: data,
        }
    }

    /// Sets the clock.
    pub fn at(&self, instant: &str) -> &Self {
        *self.clock.0.lock().unwrap() = instant.parse().unwrap();
        self
    }

    /// Moves the clock on.
    pub fn later(&self, minutes: i64) -> &Self {
        *self.clock.0.lock().unwrap() += TimeDelta::minutes(minutes);
        self
    }

    /// A token: `desk`, `coordinator`, another coordinator `coordinator 2`, or a shelter's, by its code.
    pub fn token(&self, of: &str) -> String {
        if let Some((_, secret)) = self.tokens.lock().unwrap().iter().find(|(known, _)| known == of) {
            return secret.clone();
        }
        let role = match of {
            "desk" => Role::Desk,
            "auditor" => Role::Auditor,
            of if of.starts_with("coordinator") => Role::Coordinator,
            code => Role::Shelter(code.parse().unwrap()),
        };
        let shown = self.token_of(Wanted::of(of, role));
        self.tokens.lock().unwrap().push((of.to_owned(), shown.clone()));
        shown
    }

    /// A token made as it is wanted.
    pub fn token_of(&self, wanted: Wanted) -> String {
        let secret = Secret::new().unwrap();
        let shown = secret.reveal().to_owned();
        let ctx = Ctx {
            now: self.clock.read().now,
            actor: Actor::Operator,
            keys: Arc::clone(&self.keys),
            policy: self.policy,
        };
        let made: Result<_, Refusal> =
            self.service.store().write_now(move |tx| tokens::make(tx, &ctx, &wanted, &secret));
        made.unwrap();
        shown
    }

    pub fn get(&self, who: &str, path: &str) -> Answer {
        self.send("GET", who, path, None, &[])
    }

    pub fn post(&self, who: &str, path: &str, body: Value) -> Answer {
        self.send("POST", who, path, Some(body.to_string()), &[])
    }

    pub fn put(&self, who: &str, path: &str, body: Value) -> Answer {
        self.send("PUT", who, path, Some(body.to_string()), &[])
    }

    pub fn patch(&self, who: &str, path: &str, body: Value) -> Answer {
        self.send("PATCH", who, path, Some(body.to_string()), &[])
    }

    pub fn delete(&self, who: &str, path: &str) -> Answer {
        self.send("DELETE", who, path, None, &[])
    }

    /// Sends a request as who, or as nobody for an empty name; the path stands below /api/v1 unless it begins with //.
    pub fn send(
        &self,
        method: &str,
        who: &str,
        path: &str,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let address = match path.strip_prefix("//") {
            Some(path) => format!("{}/{path}", self.base),
            None => format!("{}/api/v1{path}", self.base),
        };
        let mut request = ureq::http::Request::builder().method(method).uri(address);
        if !who.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token(who)));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = match body {
            Some(body) => {
                self.agent.run(request.header("content-type", "application/json").body(body).unwrap())
            }
            None => self.agent.run(request.body(String::new()).unwrap()),
        }
        .unwrap();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()))
            .collect();
        let text = response.body_mut().with_config().limit(64 << 20).read_to_string().unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer { status: response.status().as_u16(), body, headers }
    }

    /// Where its data are.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Does what is due by the clock, as the service does every 20 seconds.
    pub fn what_is_due(&self) {
        for step in due::STEPS {
            let ctx = self.service.ctx(Actor::Service);
            self.service.store().write_now(move |tx| step(tx, &ctx)).unwrap();
        }
    }

    /// Says a statement to the database itself, past the service and all its rules: the rows it changed, or why not.
    pub fn past_the_service(&self, statement: &str) -> Result<usize, String> {
        let said = match &self.database {
            Database::Sqlite(file) => {
                let mut conn = diesel::SqliteConnection::establish(file.to_str().unwrap()).unwrap();
                diesel::sql_query("PRAGMA foreign_keys = ON").execute(&mut conn).unwrap();
                diesel::sql_query(statement).execute(&mut conn)
            }
            Database::Postgres(url) => {
                let mut conn = diesel::PgConnection::establish(url).unwrap();
                diesel::sql_query(statement).execute(&mut conn)
            }
        };
        said.map_err(|error| error.to_string())
    }

    /// The number of the last entry of the audit log: as long as it stands still, nothing was written.
    pub fn written(&self) -> u64 {
        self.get("coordinator", "/audit/head").ok(200)["seq"].as_u64().unwrap()
    }

    // What many tests begin with.

    /// Signs beforehand for another coordinator's step.
    pub fn sign(&self, who: &str, day: &str, step: &str, number: u32) -> Answer {
        let body = json!({ "step": step, "number": number, "reason": "the hall saw it" });
        self.post(who, &format!("/desk-days/{day}/countersignatures"), body)
    }

    /// Adds a shelter.
    pub fn shelter(&self, code: &str, name: &str) -> &Self {
        self.put("coordinator", &format!("/shelters/{code}"), json!({ "name": name })).ok(200);
        self
    }

    /// Gives a pool so many places from a night on.
    pub fn places(&self, shelter: &str, kind: &str, who: &str, from: &str, count: u32) -> &Self {
        let number = json!({
            "decision": "number", "shelter": shelter, "kind": kind, "who": who, "first": from, "count": count
        });
        self.post("coordinator", "/places/decisions", number).ok(201);
        self
    }

    /// Opens a desk day in lottery mode.
    pub fn open(&self, date: &str) -> &Self {
        self.post("desk", "/desk-days", json!({ "date": date })).ok(201);
        self
    }

    /// Opens a desk day in lottery mode, after days between that were not held.
    pub fn open_after(&self, not_held: &[&str], date: &str) -> &Self {
        for day in not_held {
            let why = json!({ "reason": "a burst pipe" });
            self.post("coordinator", &format!("/desk-days/{day}/not-held"), why).ok(200);
        }
        self.open(date)
    }

    /// Two shelters, fa with 3 single and 2 family places for any and 2 single places for women, and sm with 2 single places
    /// for men, and the Friday opened.
    pub fn friday(&self) -> &Self {
        self.shelter("fa", "Filadelfia").shelter("sm", "Stadsmissionen");
        self.places("fa", "single", "any", "2026-11-27", 3).places("fa", "family", "any", "2026-11-27", 2);
        self.places("fa", "single", "women", "2026-11-27", 2).places("sm", "single", "men", "2026-11-27", 2);
        self.open("2026-11-27")
    }

    /// Registers people who show a valid document for the first time: the answer's lots.
    pub fn register(&self, day: &str, members: &[Value], accepts: &[&str]) -> Vec<Value> {
        let body = json!({ "members": members, "accepts": accepts });
        let answer = self.post("desk", &format!("/desk-days/{day}/lots"), body).ok(201);
        answer["lots"].as_array().unwrap().clone()
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let handle = self.handle.clone();
        let stopped = handle.stop(false);
        actix_web::rt::System::new().block_on(stopped);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A person with a valid document of this number, born in 1980.
pub fn person(number: &str, sex: &str) -> Value {
    json!({
        "document": { "country": "RO", "kind": "id_card", "number": number, "valid": true },
        "sex": sex, "birth": "1980-01-05", "language": "ro"
    })
}
