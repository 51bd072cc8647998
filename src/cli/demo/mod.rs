//! `inskrivning demo`: the hard days of winter 2017-18, played through the service's own HTTP API on a fresh database.
//!
//! Its people are invented, its shelters are those of that winter (docs/spec/domain.md), and its clock is the story's.

mod caller;
mod clock;
mod friday;
mod nights;
mod people;
mod story;
mod summary;

use std::fmt;
use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;

use caller::{Caller, Who};
use clock::DemoClock;

use super::Stop;
use crate::app::tokens::{self, Secret, Wanted};
use crate::app::{Clock, Ctx, Keys, Policy, Refusal, keys_of};
use crate::domain::role::{Actor, Role};
use crate::http::{self, Parts, Running};
use crate::store::{Database, Store};

/// How many ports are tried after the one that is asked for.
const PORTS: u16 = 100;

/// What stops the story.
#[derive(Debug)]
struct Trouble(String);

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Stop::Refused(format!("the demo came to a stop: {trouble}"))
    }
}

/// Prints a line of the story at once.
fn say(line: &str) {
    // A reader that went away has seen what it wanted.
    let _ = writeln!(std::io::stdout(), "{line}");
}

pub(super) fn run(once: bool, listen: SocketAddr) -> Result<String, Stop> {
    let folder = tempfile::Builder::new().prefix("inskrivning-demo-").tempdir();
    let folder = folder.map_err(|error| Stop::Io(format!("no temporary folder can be made: {error}")))?;
    let clock = DemoClock::new(chrono::DateTime::UNIX_EPOCH);
    clock.set(story::first_day(), 9, 0);
    let store = Store::open(&Database::Sqlite(folder.path().join("inskrivning.sqlite")))
        .map_err(|error| Stop::Refused(error.to_string()))?;
    let keys = keys_of(&store, &folder.path().join("key"), clock.read().now)
        .map_err(|error| Stop::Refused(error.to_string()))?;
    let listener = free_port(listen)?;
    let parts = Parts {
        store: store.clone(),
        keys: Arc::new(keys),
        clock: Arc::new(clock.clone()),
        policy: Policy::default(),
        workers: Some(2),
    };
    let ended =
        actix_web::rt::System::new().block_on(play(listener, parts, clock, folder.path().to_owned(), once));
    store.shut_down();
    if !once {
        say(&format!("stopped; the data of the demo were in {} and are gone", folder.path().display()));
    }
    ended.map(|()| String::new())
}

/// The port that is asked for, or the next that is free.
fn free_port(listen: SocketAddr) -> Result<TcpListener, Stop> {
    let mut last = None;
    for step in 0..PORTS {
        let address = SocketAddr::new(listen.ip(), listen.port().saturating_add(step));
        match TcpListener::bind(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = Some(error),
        }
    }
    let why = last.map(|error| error.to_string()).unwrap_or_default();
    Err(Stop::Io(format!("no port from {listen} on is free: {why}")))
}

async fn play(
    listener: TcpListener,
    parts: Parts,
    clock: DemoClock,
    folder: std::path::PathBuf,
    once: bool,
) -> Result<(), Stop> {
    let (store, keys) = (parts.store.clone(), Arc::clone(&parts.keys));
    let running = http::start(listener, parts).map_err(|error| Stop::Io(error.to_string()))?;
    let Running { address, handle, server, .. } = running;
    let server = actix_web::rt::spawn(server);
    let told = actix_web::web::block(move || tell(&store, &keys, &clock, address, &folder)).await;
    let told = told.unwrap_or_else(|error| Err(Trouble(error.to_string())));
    if once || told.is_err() {
        handle.stop(true).await;
        let _ = server.await;
        return told.map_err(Stop::from).and_then(|sums_hold| match sums_hold {
            true => Ok(()),
            false => Err(Stop::Failed("a sum is off: see above".to_owned())),
        });
    }
    say("\nThe service goes on answering, by the story's clock. Stop it with Ctrl-C.");
    super::serve::told_to_stop().await;
    handle.stop(true).await;
    let _ = server.await;
    Ok(())
}

/// Tells the whole story. Whether every sum holds.
fn tell(
    store: &Store,
    keys: &Arc<Keys>,
    clock: &DemoClock,
    address: SocketAddr,
    folder: &Path,
) -> Result<bool, Trouble> {
    say(&format!("The service runs at http://{address} on an embedded database in {}.", folder.display()));
    let ctx = Ctx {
        now: clock.read().now,
        actor: Actor::Operator,
        keys: Arc::clone(keys),
        policy: Policy::default(),
    };
    let mut caller = Caller::new(format!("http://{address}"));
    caller.take(Who::Coordinator, token(store, &ctx, Role::Coordinator, "the coordinator")?);
    caller.take(Who::Desk, token(store, &ctx, Role::Desk, "the desk in Korskyrkan")?);
    story::set_the_stage(&caller)?;
    for (code, name) in story::SHELTERS {
        let shelter = code.parse().map_err(|_| Trouble(format!("{code} is no shelter")))?;
        caller.take(Who::Shelter(code), token(store, &ctx, Role::Shelter(shelter), name)?);
    }
    let mut story = story::Story::new(&caller, clock);
    story.play_two_weeks()?;
    let told = friday::play(&mut story)?;
    let sums_hold = summary::print(&story, &told, folder)?;
    summary::say_where(address, &caller);
    Ok(sums_hold)
}

/// Makes a token as `inskrivning token new` does.
fn token(store: &Store, ctx: &Ctx, role: Role, name: &str) -> Result<String, Trouble> {
    let failed = |refusal: Refusal| Trouble(refusal.to_string());
    let secret = Secret::new().map_err(failed)?;
    let shown = secret.reveal().to_owned();
    let (ctx, wanted) = (ctx.clone(), Wanted::of(name, role));
    store.write_now(move |tx| tokens::make(tx, &ctx, &wanted, &secret)).map_err(failed)?;
    Ok(shown)
}
