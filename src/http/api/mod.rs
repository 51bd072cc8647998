//! The REST API, one file per resource.

mod address;
mod bans;
mod calendar;
mod countersignatures;
mod decisions;
mod desk_days;
mod door;
mod draw_steps;
mod draws;
mod guests;
mod hand_out;
pub(super) mod kinds;
mod logs;
mod lot_steps;
mod lots;
mod moving;
mod nights;
mod operations;
mod people;
mod places;
mod public;
mod reasons;
mod shelters;
mod tickets;
mod waivers;
mod walk_ins;
pub(super) mod words;

use utoipa_actix_web::scope;
use utoipa_actix_web::service_config::ServiceConfig;

/// Every route of the API.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(operations::healthz).service(operations::readyz).service(operations::metrics).service(
        // Addresses are tried one after another: those asked most come first.
        scope("/api/v1")
            .configure(door::routes)
            .configure(lots::routes)
            .configure(nights::routes)
            .configure(hand_out::routes)
            .configure(shelters::routes)
            .configure(places::routes)
            .configure(decisions::routes)
            .configure(desk_days::routes)
            .configure(lot_steps::routes)
            .configure(draw_steps::routes)
            .configure(draws::routes)
            .configure(countersignatures::routes)
            .configure(public::routes)
            .configure(guests::routes)
            .configure(bans::routes)
            .configure(waivers::routes)
            .configure(calendar::routes)
            .configure(logs::routes)
            .configure(tickets::routes)
            .configure(moving::routes)
            .configure(walk_ins::routes),
    );
}
