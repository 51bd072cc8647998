//! The service in a process of its own, so that what it costs can be told from what its clients cost. It is the service of
//! `inskrivning serve` with a clock that its parent sets: a ten-year history takes ten years otherwise.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use inskrivning::app::tokens::{self, Secret, Wanted};
use inskrivning::app::{Clock, Ctx, Keys, Policy, Reading, Refusal};
use inskrivning::domain::role::{Actor, Role};
use inskrivning::http::{self, Parts};
use inskrivning::store::{Database, Store};

use crate::place::Data;

/// How the program is told to be the service.
pub(crate) const SERVE: &str = "--be-the-service";

/// A clock that is set, and then runs.
#[derive(Clone)]
struct SetClock(Arc<Mutex<(DateTime<Utc>, Instant)>>);

impl Clock for SetClock {
    fn read(&self) -> Reading {
        let (set, at) = *self.0.lock().unwrap();
        Reading { now: set + TimeDelta::from_std(at.elapsed()).unwrap(), clock: "bench" }
    }
}

/// The service's side: takes orders on standard input and answers each with a line.
pub(crate) fn serve(arguments: &[String]) {
    let [database, key_file, most, clock] = arguments else { panic!("DATABASE KEY BATCH INSTANT") };
    let database = if database.starts_with("postgres://") {
        Database::Postgres(database.clone())
    } else {
        Database::Sqlite(database.into())
    };
    // It writes its log as the service does; where that goes is the reader's business.
    tracing_subscriber::fmt().json().flatten_event(true).with_writer(std::io::stderr).init();
    let clock = SetClock(Arc::new(Mutex::new((clock.parse().unwrap(), Instant::now()))));
    let keys = Arc::new(Keys::read(key_file.as_ref()).unwrap().unwrap());
    let store = Store::open_with_batches(&database, most.parse().unwrap()).unwrap();
    let parts = Parts {
        store: store.clone(),
        keys: Arc::clone(&keys),
        clock: Arc::new(clock.clone()),
        policy: Policy::default(),
        workers: None,
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    actix_web::rt::System::new().block_on(async move {
        let running = http::start(listener, parts).unwrap();
        let (handle, address) = (running.handle.clone(), running.address);
        std::thread::spawn(move || {
            println!("{address}");
            for line in std::io::stdin().lock().lines().map_while(Result::ok) {
                println!("{}", obey(&line, &store, &keys, &clock));
            }
            drop(handle.stop(false));
        });
        running.server.await.unwrap();
        running.service.store().shut_down();
    });
}

fn obey(order: &str, store: &Store, keys: &Arc<Keys>, clock: &SetClock) -> String {
    match order.split_once(' ').expect("an order and what it is about") {
        ("clock", instant) => {
            *clock.0.lock().unwrap() = (instant.parse().unwrap(), Instant::now());
            String::new()
        }
        ("token", of) => {
            let role = match of {
                "desk" => Role::Desk,
                "coordinator" => Role::Coordinator,
                shelter => Role::Shelter(shelter.parse().unwrap()),
            };
            let secret = Secret::new().unwrap();
            let shown = secret.reveal().to_owned();
            let ctx = Ctx {
                now: clock.read().now,
                actor: Actor::Operator,
                keys: Arc::clone(keys),
                policy: Policy::default(),
            };
            let wanted = Wanted::of("bench", role);
            let made: Result<_, Refusal> =
                store.write_now(move |tx| tokens::make(tx, &ctx, &wanted, &secret));
            made.unwrap();
            shown
        }
        _ => panic!("{order}"),
    }
}

/// How the service commits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commits {
    /// What queued up goes into one transaction, as in the service.
    Grouped,
    /// One transaction for each request, to compare with.
    OneEach,
}

/// The parent's side: a service that runs.
pub(crate) struct Served {
    child: Child,
    orders: ChildStdin,
    says: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

impl Served {
    pub(crate) fn start(data: &Data, commits: Commits, instant: &str) -> Self {
        let most = match commits {
            Commits::Grouped => inskrivning::store::BATCH,
            Commits::OneEach => 1,
        };
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([SERVE, &data.address(), data.key_file(), &most.to_string(), instant])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let orders = child.stdin.take().unwrap();
        let mut says = BufReader::new(child.stdout.take().unwrap());
        let mut address = String::new();
        says.read_line(&mut address).unwrap();
        Self { child, orders, says, address: address.trim().parse().expect("the service's address") }
    }

    fn order(&mut self, order: &str) -> String {
        writeln!(self.orders, "{order}").unwrap();
        let mut said = String::new();
        self.says.read_line(&mut said).unwrap();
        said.trim().to_owned()
    }

    /// Sets its clock.
    pub(crate) fn at(&mut self, instant: &str) {
        self.order(&format!("clock {instant}"));
    }

    /// Makes a token: `desk`, `coordinator`, or a shelter's by its code.
    pub(crate) fn token(&mut self, of: &str) -> String {
        self.order(&format!("token {of}"))
    }

    /// The processor time it has taken so far, in seconds.
    pub(crate) fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let after_name = stat.rsplit_once(')').unwrap().1;
        let ticks: Vec<f64> =
            after_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse().unwrap()).collect();
        // Linux shows a hundred ticks a second to every program.
        (ticks[0] + ticks[1]) / 100.0
    }

    /// What it holds in memory now, in MiB.
    pub(crate) fn resident(&self) -> f64 {
        resident(self.child.id())
    }

    pub(crate) fn stop(self) {
        let Self { mut child, orders, .. } = self;
        drop(orders);
        child.wait().unwrap();
    }
}

/// What a process holds in memory now, in MiB.
pub(crate) fn resident(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap() / 1024.0
}
