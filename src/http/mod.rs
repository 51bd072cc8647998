//! The service on the wire: the only room that knows actix and OpenAPI. It reads requests, asks `app`, and turns what it
//! answers, yes or no, into a response. No rule stands here.

pub mod api;
mod body;
mod document;
mod gate;
mod leaving;
mod limits;
mod metrics;
mod objects;
mod patience;
mod problem;
mod reading;
mod saying;
mod service;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use utoipa_actix_web::AppExt;

use problem::Problem;

pub use document::openapi;
pub use service::Service;

use crate::app::{Clock, Keys, Policy, Refusal, due};
use crate::domain::role::Actor;
use crate::store::Store;

/// How long requests under way are waited for when the service stops, in seconds.
const GRACE: u64 = 10;

/// How long between two looks for what falls due.
const BETWEEN_LOOKS: std::time::Duration = std::time::Duration::from_secs(20);

/// What the service is made of.
pub struct Parts {
    /// Where it keeps what it knows.
    pub store: Store,
    /// The key file.
    pub keys: Arc<Keys>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What the partnership decided.
    pub policy: Policy,
    /// How many threads answer; none for as many as there are processors.
    pub workers: Option<usize>,
}

/// A service that answers.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    /// Stops it.
    pub handle: ServerHandle,
    /// Ends when it has stopped.
    pub server: actix_web::dev::Server,
    /// What it is made of, for those who run it in their own process.
    pub service: Service,
}

/// Looks every now and then for what falls due at an hour, from the start on.
async fn do_what_falls_due(service: Service) {
    let mut ticks = actix_web::rt::time::interval(BETWEEN_LOOKS);
    loop {
        ticks.tick().await;
        match service.read(Actor::Service, due::anything).await {
            Ok(false) => continue,
            Ok(true) => {}
            Err(refusal) => {
                service.metrics().could_not_do_what_is_due();
                tracing::warn!(cause = cause(&refusal), "could not look for what is due");
                continue;
            }
        }
        for step in due::STEPS {
            let ctx = service.ctx(Actor::Service);
            if let Err(refusal) = service.store().write(move |tx| step(tx, &ctx)).await {
                service.metrics().could_not_do_what_is_due();
                tracing::error!(cause = cause(&refusal), "could not do what is due");
            }
        }
    }
}

/// What the log says of a refusal: what is behind it, if anything is.
fn cause(refusal: &Refusal) -> String {
    refusal.cause.as_ref().map_or_else(|| refusal.to_string(), ToString::to_string)
}

/// Starts the service on a port that is open already. To be called inside an actix system.
///
/// # Errors
/// When the port cannot be used.
pub fn start(listener: TcpListener, parts: Parts) -> std::io::Result<Running> {
    let address = listener.local_addr()?;
    limits::let_wait(&listener)?;
    let processors = || std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let workers = parts.workers.unwrap_or_else(processors);
    let service = Service::new(parts);
    let state = service.clone();
    let server = HttpServer::new(move || {
        let at_the_gate = state.clone();
        App::new()
            .app_data(web::Data::new(state.clone()))
            .app_data(web::PayloadConfig::new(limits::MAX_BODY))
            .app_data(web::QueryConfig::default().error_handler(|error, _| body::unread_query(&error).into()))
            .app_data(web::PathConfig::default().error_handler(|_, _| Problem::no_such_address().into()))
            // Before the API, whose scope would answer for everything below its address.
            .configure(document::reading_page)
            .into_utoipa_app()
            .configure(api::routes)
            .into_app()
            .default_service(web::to(gate::nothing_here))
            .wrap(from_fn(move |request, next| gate::gate(at_the_gate.clone(), request, next)))
    })
    .shutdown_timeout(GRACE)
    .disable_signals()
    .workers(workers)
    .max_connections(limits::connections_each(workers))
    .client_request_timeout(limits::HEAD_WITHIN)
    .keep_alive(limits::IDLE_FOR)
    .client_disconnect_timeout(limits::CLOSED_WITHIN)
    .on_connect(|connection, _| limits::cut_if_unread(connection))
    .listen(listener)?
    .run();
    actix_web::rt::spawn(do_what_falls_due(service.clone()));
    Ok(Running { address, handle: server.handle(), server, service })
}
