//! `inskrivning serve`: the service for real use, until it is told to stop.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use super::settings::{Data, Decided};
use super::{Stop, telemetry};
use crate::app::SystemClock;
use crate::http::{self, Parts};

/// How long it may take to stop.
const STOP_WITHIN: Duration = Duration::from_secs(25);

pub(super) fn run(data: &Data, decided: &Decided, listen: SocketAddr) -> Result<String, Stop> {
    telemetry::start();
    // First of all: if it runs already, its data are not touched.
    let listener = TcpListener::bind(listen).map_err(|error| cannot_listen(listen, &error))?;
    let store = data.open()?;
    let keys = data.keys(&store)?;
    let parts = Parts { store, keys, clock: Arc::new(SystemClock), policy: decided.policy(), workers: None };
    actix_web::rt::System::new().block_on(serve(listener, parts))?;
    Ok(String::new())
}

/// What is wrong with an address, in the words of whoever chose it.
fn cannot_listen(listen: SocketAddr, error: &std::io::Error) -> Stop {
    let why = match error.kind() {
        ErrorKind::AddrInUse => "another program listens there; perhaps the service runs already".to_owned(),
        ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
        ErrorKind::PermissionDenied => "a port below 1024 takes the rights of root".to_owned(),
        _ => error.to_string(),
    };
    Stop::Io(format!(
        "{listen} cannot be listened on: {why}; name another with --listen (INSKRIVNING_LISTEN)"
    ))
}

async fn serve(listener: TcpListener, parts: Parts) -> Result<(), Stop> {
    let store = parts.store.clone();
    let failed = |error: std::io::Error| Stop::Io(format!("the service stopped: {error}"));
    let running = http::start(listener, parts).map_err(failed)?;
    // Before it is said to be ready: who hears that may tell it to stop at once.
    let told = told_to_stop();
    let stopping = stop_at_last().map_err(failed)?;
    let version = env!("CARGO_PKG_VERSION");
    tracing::info!(address = %running.address, database = store.kind(), version, "ready");
    let handle = running.handle.clone();
    actix_web::rt::spawn(async move {
        told.await;
        tracing::info!("stopping: requests under way are answered first");
        // Who waits for it goes on until then.
        let _ = stopping.send(());
        handle.stop(true).await;
    });
    let ended = running.server.await.map_err(failed);
    store.shut_down();
    tracing::info!("stopped");
    ended
}

/// A thread that waits for a silent database cannot be called back: the process ends without it, some time after this is told to
/// count. It is there from the start, since the moment to stop may be one in which there is no thread to be had.
fn stop_at_last() -> std::io::Result<Sender<()>> {
    let (stopping, told) = channel();
    std::thread::Builder::new().name("stop at last".to_owned()).spawn(move || {
        if told.recv().is_ok() {
            std::thread::sleep(STOP_WITHIN);
            tracing::error!("the database does not answer: stopped without it; what was answered is kept");
            std::process::exit(1);
        }
    })?;
    Ok(stopping)
}

/// Listens for an interrupt or a termination from now on, and waits for one when it is awaited.
pub(super) fn told_to_stop() -> impl Future<Output = ()> {
    use actix_web::rt::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        let (Ok(mut interrupt), Ok(mut terminate)) = signals else {
            // Without signals it is stopped by being killed, which loses nothing that was answered.
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}
