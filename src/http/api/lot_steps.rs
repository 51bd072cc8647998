//! What becomes of a lot that is not called: it is withdrawn, or reinstated.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::address::{day_of, lot_of};
use super::desk_days::{DeskDayView, show_day};
use super::kinds;
use super::words::ShownWord;
use crate::app::{Ctx, Refusal, lot_steps};
use crate::http::Service;
use crate::http::body::{Bare, Body};
use crate::store::Tx;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(withdraw).service(reinstate);
}

/// A lot to be reinstated.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReinstateBody {
    /// Another coordinator's signature.
    countersignature: Uuid,
    /// What members showed after all.
    #[serde(default)]
    shown: Vec<ShownBody>,
}

/// What a member showed after all.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShownBody {
    /// Its position, from 1.
    #[schema(value_type = kinds::Position)]
    member: u32,
    /// What was shown.
    shown: ShownWord,
}

/// A party takes its question back.
#[utoipa::path(tag = "desk", security(("token" = ["register"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("lot" = kinds::Lot, Path, description = "Its number")),
    responses((status = 200, body = DeskDayView)))]
#[post("/desk-days/{day}/lots/{lot}/withdraw")]
async fn withdraw(
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
    Bare(call): Bare,
) -> Result<HttpResponse, Refusal> {
    let (day, lot) = (day_of(&path.0)?, lot_of(&path.1)?);
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        lot_steps::withdraw(tx, ctx, day, lot)?;
        Ok(day)
    };
    service.write(call, StatusCode::OK, step, show_day).await
}

/// A lot refused or withdrawn by mistake before the close waits again, after the reserve list. The rules are asked anew.
#[utoipa::path(tag = "hand-out", security(("token" = ["reinstate"])), request_body = ReinstateBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("lot" = kinds::Lot, Path, description = "Its number")),
    responses((status = 200, body = DeskDayView)))]
#[post("/desk-days/{day}/lots/{lot}/reinstate")]
async fn reinstate(
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
    Body { call, body }: Body<ReinstateBody>,
) -> Result<HttpResponse, Refusal> {
    let (day, lot) = (day_of(&path.0)?, lot_of(&path.1)?);
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let shown: Vec<_> = body.shown.iter().map(|shown| (shown.member, shown.shown.into())).collect();
        lot_steps::reinstate(tx, ctx, (day, lot), &shown, body.countersignature)?;
        Ok(day)
    };
    service.write(call, StatusCode::OK, step, show_day).await
}
