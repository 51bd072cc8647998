//! The steps of a draw: freezing, digits, and setting a list aside (draw.md, sections 3, 4 and 8).

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::address::{day_of, draw_of};
use super::desk_days::{DeskDayView, show_day};
use super::kinds;
use crate::app::{Checks, Ctx, Refusal, drawing, setting_aside};
use crate::domain::desk_day::{EntropySource, Fault};
use crate::http::Service;
use crate::http::body::{Bare, Body, Call};
use crate::store::Tx;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(freeze)
        .service(place)
        .service(digit)
        .service(service_bytes)
        .service(abandon)
        .service(redraw);
}

/// Where the randomness comes from.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FreezeBody {
    /// How many dice are thrown in the hall, 25-100; the partnership's number if left out.
    #[schema(value_type = Option<kinds::Dice>)]
    dice: Option<u32>,
    /// Why the service draws instead, when nobody can witness; printed with the commitment.
    #[schema(value_type = Option<kinds::Reason>)]
    service_reason: Option<String>,
}

/// A digit thrown in the hall.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DigitBody {
    /// Its place, from 1: it guards against a digit sent twice.
    #[schema(minimum = 1, maximum = 100)]
    place: u32,
    /// What the die shows, 1-6.
    #[schema(value_type = kinds::Die)]
    shown: u8,
}

/// Why a draw is abandoned.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AbandonBody {
    /// Why, in a few words.
    #[schema(value_type = kinds::Reason)]
    reason: String,
    /// Another coordinator's signature.
    countersignature: Uuid,
}

/// Where the fault is.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum FaultWord {
    /// In the frozen list.
    Manifest,
    /// In the digits, by the paper of the hall.
    Digits,
}

/// Why a drawn day is drawn again: a fault. A result is never a reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RedrawBody {
    /// Where the fault is.
    fault: FaultWord,
    /// What is wrong there.
    #[schema(value_type = kinds::Reason)]
    what: String,
    /// Another coordinator's signature.
    countersignature: Uuid,
}

/// Freezes the list of a closed day. The answer holds the commitment and its counts: show them, print them, read them out.
/// From now on the list cannot change, and nobody is given it before the digits are complete.
#[utoipa::path(tag = "draw", security(("token" = ["draw"])), request_body = FreezeBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day")), responses((status = 201, body = DeskDayView)))]
#[post("/desk-days/{day}/draws")]
async fn freeze(
    service: web::Data<Service>,
    day: web::Path<String>,
    Body { call, body }: Body<FreezeBody>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    let mut checks = Checks::default();
    let reason = body.service_reason.as_deref().map(|text| checks.reason("service_reason", text));
    checks.require(
        "dice",
        body.dice.is_none() || reason.is_none(),
        "name dice or a reason for the service, not both",
    );
    let reason = checks.finish(Some(reason.flatten()))?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let source = match reason.clone() {
            Some(reason) => EntropySource::Service(reason),
            None => EntropySource::Dice(body.dice.unwrap_or(ctx.policy.dice)),
        };
        drawing::freeze(tx, ctx, day, &source)?;
        Ok(day)
    };
    service.write(call, StatusCode::CREATED, step, show_day).await
}

/// Places the frozen lots by their numbers. If everyone fits that is the result; else the digits are awaited.
#[utoipa::path(tag = "draw", security(("token" = ["draw"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day")), responses((status = 200, body = DeskDayView)))]
#[post("/desk-days/{day}/placement")]
async fn place(
    service: web::Data<Service>,
    day: web::Path<String>,
    Bare(call): Bare,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        drawing::place_by_number(tx, ctx, day)?;
        Ok(day)
    };
    service.write(call, StatusCode::OK, step, show_day).await
}

/// Types one digit. With the last one the draw is made.
#[utoipa::path(tag = "draw", security(("token" = ["draw"])), request_body = DigitBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day")), responses((status = 200, body = DeskDayView)))]
#[post("/desk-days/{day}/digits")]
async fn digit(
    service: web::Data<Service>,
    day: web::Path<String>,
    Body { call, body }: Body<DigitBody>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        drawing::type_digit(tx, ctx, day, (body.place, body.shown))?;
        Ok(day)
    };
    entropy_then_result(&service, call, day, step).await
}

/// Lets the service draw, for a list that names it as its source.
#[utoipa::path(tag = "draw", security(("token" = ["draw"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day")), responses((status = 200, body = DeskDayView)))]
#[post("/desk-days/{day}/service-entropy")]
async fn service_bytes(
    service: web::Data<Service>,
    day: web::Path<String>,
    Bare(call): Bare,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        drawing::draw_by_service(tx, ctx, day)?;
        Ok(day)
    };
    entropy_then_result(&service, call, day, step).await
}

/// Keeps randomness, and only when it is kept computes what follows from it, if it is complete.
async fn entropy_then_result(
    service: &Service,
    call: Call,
    day: NaiveDate,
    step: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<NaiveDate, Refusal> + Send + 'static,
) -> Result<HttpResponse, Refusal> {
    let ctx = service.ctx(call.actor);
    let answer = service.write(call, StatusCode::OK, step, show_day).await?;
    service.step(move |tx| drawing::conclude(tx, &ctx, day)).await?;
    Ok(answer)
}

/// Abandons a draw whose digits cannot be completed. It keeps its number and its digits, and the day may be frozen anew.
#[utoipa::path(tag = "draw", security(("token" = ["set_draws_aside"])), request_body = AbandonBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("draw" = kinds::DrawNumber, Path, description = "Its number")),
    responses((status = 200, body = DeskDayView)))]
#[post("/desk-days/{day}/draws/{draw}/abandon")]
async fn abandon(
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
    Body { call, body }: Body<AbandonBody>,
) -> Result<HttpResponse, Refusal> {
    let (day, draw) = (day_of(&path.0)?, draw_of(&path.1)?);
    let mut checks = Checks::default();
    let reason = checks.reason("reason", &body.reason);
    let reason = checks.finish(reason)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        setting_aside::abandon(tx, ctx, (day, draw), reason.clone(), body.countersignature)?;
        Ok(day)
    };
    service.write(call, StatusCode::OK, step, show_day).await
}

/// Sets a drawn list aside for a fault, before the first ticket is handed out, so that the day is frozen and drawn anew: once a
/// day.
#[utoipa::path(tag = "draw", security(("token" = ["set_draws_aside"])), request_body = RedrawBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("draw" = kinds::DrawNumber, Path, description = "Its number")),
    responses((status = 200, body = DeskDayView)))]
#[post("/desk-days/{day}/draws/{draw}/redraw")]
async fn redraw(
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
    Body { call, body }: Body<RedrawBody>,
) -> Result<HttpResponse, Refusal> {
    let (day, draw) = (day_of(&path.0)?, draw_of(&path.1)?);
    let mut checks = Checks::default();
    let what = checks.reason("what", &body.what);
    let what = checks.finish(what)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let fault = match body.fault {
            FaultWord::Manifest => Fault::InManifest(what.clone()),
            FaultWord::Digits => Fault::InDigits(what.clone()),
        };
        setting_aside::redraw(tx, ctx, (day, draw), fault, body.countersignature)?;
        Ok(day)
    };
    service.write(call, StatusCode::OK, step, show_day).await
}
