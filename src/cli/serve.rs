//! `inskrivning serve`: the service for real use, until it is told to stop.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use super::settings::{Data, Decided};
use super::{Stop, telemetry};
use crate::app::SystemClock;
use crate::http::{self, Parts};

pub(super) fn run(data: &Data, decided: &Decided, listen: SocketAddr) -> Result<String, Stop> {
    telemetry::start();
    let (store, keys) = data.open_with_keys()?;
    let listener = TcpListener::bind(listen).map_err(|error| {
        Stop::Io(format!("{listen} cannot be listened on: {error}; name another with --listen"))
    })?;
    let parts = Parts { store, keys, clock: Arc::new(SystemClock), policy: decided.policy(), workers: None };
    actix_web::rt::System::new().block_on(serve(listener, parts))?;
    Ok(String::new())
}

async fn serve(listener: TcpListener, parts: Parts) -> Result<(), Stop> {
    let store = parts.store.clone();
    let failed = |error: std::io::Error| Stop::Io(format!("the service stopped: {error}"));
    let running = http::start(listener, parts).map_err(failed)?;
    tracing::info!(address = %running.address, database = store.kind(), "ready");
    let handle = running.handle.clone();
    actix_web::rt::spawn(async move {
        told_to_stop().await;
        tracing::info!("stopping: requests under way are answered first");
        handle.stop(true).await;
    });
    let ended = running.server.await.map_err(failed);
    store.shut_down();
    ended
}

/// Waits for an interrupt or a termination.
pub(super) async fn told_to_stop() {
    use actix_web::rt::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Without signals it is stopped by being killed, which loses nothing that was answered.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
