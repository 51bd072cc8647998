//! Places: what is free on a night.

use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::words::PoolView;
use crate::app::{Checks, Refusal, facts};
use crate::domain::night::{Night, Nights};
use crate::domain::place::PlaceEntry;
use crate::domain::place::entries::{entries, free};
use crate::http::Service;
use crate::http::body::Caller;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(free_on);
}

/// Places alike that are free for as long.
#[derive(Serialize, ToSchema)]
struct FreeView {
    /// Which places.
    #[serde(flatten)]
    pool: PoolView,
    /// How many.
    count: u32,
    /// The last night on which they are free; none: no end in sight.
    until: Option<NaiveDate>,
}

impl From<&PlaceEntry> for FreeView {
    fn from(entry: &PlaceEntry) -> Self {
        Self { pool: entry.pool.into(), count: entry.count, until: entry.until.map(Night::date) }
    }
}

/// A pool on a night.
#[derive(Serialize, ToSchema)]
struct PoolNightView {
    /// Which places.
    #[serde(flatten)]
    pool: PoolView,
    /// All of them, the closed ones included.
    places: u32,
    /// Those that are closed.
    closed: u32,
    /// Those that nobody holds and that are open.
    free: u32,
}

/// What there is on a night.
#[derive(Serialize, ToSchema)]
struct NightPlaces {
    /// The night.
    night: NaiveDate,
    /// Each pool.
    pools: Vec<PoolNightView>,
    /// What is free at the desk on that night, and for how long.
    free: Vec<FreeView>,
}

/// Which night.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfNight {
    /// The night, `YYYY-MM-DD`.
    #[param(value_type = super::kinds::DateAsked)]
    night: String,
}

/// What there is on a night, what of it is free, and for how long.
#[utoipa::path(tag = "places", security(("token" = ["see_places"])), params(OfNight),
    responses((status = 200, body = NightPlaces)))]
#[get("/places")]
async fn free_on(
    service: web::Data<Service>,
    Caller(actor): Caller,
    query: web::Query<OfNight>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let night = checks.parse("night", &query.night);
    let night: Night = checks.finish(night)?;
    service
        .show(actor, move |read, _| {
            let plan = facts::plan(read)?;
            let held = read.held_from(night)?;
            let shelters = facts::shelters_in_the_draw(read)?;
            let mut pools = Vec::new();
            for pool in plan.pools() {
                let on = plan.pool_on(pool, night);
                let free = free(&plan, &held, pool, night)?;
                pools.push(PoolNightView { pool: pool.into(), places: on.places, closed: on.closed, free });
            }
            let in_the_draw = plan.pools_in_the_draw(&shelters);
            let runs = entries(&plan, &held, &in_the_draw, Nights::one(night))?;
            Ok(NightPlaces { night: night.date(), pools, free: runs.iter().map(FreeView::from).collect() })
        })
        .await
}
