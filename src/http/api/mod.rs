//! The REST API, one file per resource.

mod desk_days;
mod draws;
mod hand_out;
mod lots;
mod operations;
mod places;
mod public;
mod reasons;
mod shelters;
pub(super) mod words;

use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

/// Every route of the API.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(operations::healthz).service(operations::readyz).service(operations::metrics).service(
        scope("/api/v1")
            .configure(shelters::routes)
            .configure(places::routes)
            .configure(desk_days::routes)
            .configure(lots::routes)
            .configure(draws::routes)
            .configure(hand_out::routes)
            .configure(public::routes),
    );
}
