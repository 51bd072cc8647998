//! For those who run the service: is it there, can it work, how does it do.

use actix_web::{HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::Refusal;
use crate::domain::role::Actor;
use crate::http::Service;

/// That the service is there.
#[derive(Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
    /// The version of the service.
    version: &'static str,
}

/// Whether the process is there. It asks nothing of the database.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, body = Health)))]
#[get("/healthz")]
pub(super) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
}

/// Whether the service can work: the database answers, and gives a turn of writing. No data are written.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, body = Health)))]
#[get("/readyz")]
pub(super) async fn readyz(service: web::Data<Service>) -> Result<HttpResponse, Refusal> {
    service.step(|_| Ok(())).await?;
    service
        .show(Actor::Service, |read, _| {
            read.audit_head()?;
            Ok(Health { status: "ok", version: env!("CARGO_PKG_VERSION") })
        })
        .await
}

/// Figures about the service itself, for Prometheus.
#[utoipa::path(tag = "operations", security(()), responses((status = 200, body = String, content_type = "application/openmetrics-text")))]
#[get("/metrics")]
pub(super) async fn metrics(service: web::Data<Service>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(service.metrics().text())
}
