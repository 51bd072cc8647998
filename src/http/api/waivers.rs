//! Waivers of karens and the week rule.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::address::day_of;
use super::kinds;
use crate::app::waivers::{self, Order};
use crate::app::{Checks, Ctx, Refusal};
use crate::domain::night::Night;
use crate::domain::waiver::{Waiver, Whom};
use crate::http::Service;
use crate::http::body::{Body, Caller};
use crate::http::service::Kept;
use crate::store::{Read, Tx};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(give).service(list);
}

/// A waiver that is to be given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WaiverBody {
    /// For the guest with this UNO code; for everyone if left out.
    #[schema(value_type = Option<kinds::Uno>)]
    guest: Option<String>,
    /// For which desk day.
    #[schema(value_type = kinds::DateAsked)]
    day: String,
    /// From which of its start nights on; from the first if left out.
    #[schema(value_type = Option<kinds::DateAsked>)]
    from: Option<String>,
    /// Why, in a few words.
    #[schema(value_type = kinds::Reason)]
    reason: String,
}

/// A waiver.
#[derive(Serialize, ToSchema)]
struct WaiverView {
    /// Its key.
    id: Uuid,
    /// The guest's UNO code; none: it holds for everyone.
    guest: Option<String>,
    /// For which desk day.
    day: NaiveDate,
    /// From which of its start nights on.
    from: NaiveDate,
    /// Why.
    reason: String,
    /// When it was given.
    made_at: DateTime<Utc>,
}

/// A waiver of a day, written down for a retry.
#[derive(Serialize, Deserialize)]
struct Given {
    day: NaiveDate,
    id: Uuid,
}

fn view(read: &mut Read<'_>, id: Uuid, waiver: &Waiver) -> Result<WaiverView, Refusal> {
    let guest = match waiver.whom() {
        Whom::Guest(guest) => read.guest(guest)?.map(|guest| guest.uno.to_string()),
        Whom::Everyone => None,
    };
    Ok(WaiverView {
        id,
        guest,
        day: waiver.desk_day(),
        from: waiver.from().date(),
        reason: waiver.reason().to_string(),
        made_at: waiver.at(),
    })
}

fn show_given(read: &mut Read<'_>, _: &Ctx, Kept(given): &Kept<Given>) -> Result<WaiverView, Refusal> {
    let of_day = waivers::of_day(read, given.day)?;
    let found = of_day.iter().find(|(id, _)| *id == given.id);
    let (id, waiver) = found.ok_or_else(|| Refusal::not_found("waiver"))?;
    view(read, *id, waiver)
}

/// Lifts karens and the week rule, for a guest or for everyone, for the start nights of a desk day from one of them on. Who was
/// refused already asks again.
#[utoipa::path(tag = "waivers", security(("token" = ["waive"])), request_body = WaiverBody,
    responses((status = 201, body = WaiverView)))]
#[post("/waivers")]
async fn give(
    service: web::Data<Service>,
    Body { call, body }: Body<WaiverBody>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let guest = checks.parse_opt("guest", body.guest.as_deref());
    let day: Option<Night> = checks.parse("day", &body.day);
    let from = checks.parse_opt("from", body.from.as_deref());
    let reason = checks.reason("reason", &body.reason);
    let order = day.zip(reason).map(|(day, reason)| Order { guest, day: day.date(), from, reason });
    let order = checks.finish(order)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        Ok(Kept(Given { day: order.day, id: waivers::give(tx, ctx, &order)? }))
    };
    service.write(call, StatusCode::CREATED, step, show_given).await
}

/// The waivers of a desk day, first to last.
#[utoipa::path(tag = "waivers", security(("token" = ["see_waivers"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day")),
    responses((status = 200, body = [WaiverView])))]
#[get("/desk-days/{day}/waivers")]
async fn list(
    service: web::Data<Service>,
    Caller(actor): Caller,
    day: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    service
        .show(actor, move |read, _| {
            let of_day = waivers::of_day(read, day)?;
            of_day.iter().map(|(id, waiver)| view(read, *id, waiver)).collect::<Result<Vec<_>, _>>()
        })
        .await
}
