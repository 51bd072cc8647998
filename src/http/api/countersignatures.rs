//! Signatures given beforehand by one coordinator for another's step (domain.md, *What the service must never do*).

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::address::day_of;
use super::kinds;
use crate::app::{Checks, Ctx, Refusal, countersigning, facts};
use crate::domain::countersigned::{CountersignedStep, FaultIn};
use crate::domain::lottery::manifest::MAX_LOTS;
use crate::domain::party::LotNumber;
use crate::http::Service;
use crate::http::body::{Body, Caller};
use crate::store::{Countersignature, Tx};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(countersign).service(signatures);
}

/// What is signed beforehand.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StepWord {
    /// Abandoning a draw whose digits cannot be completed.
    Abandon,
    /// Drawing again for a fault in the frozen list.
    RedrawForManifest,
    /// Drawing again for a fault in the digits.
    RedrawForDigits,
    /// Reinstating a lot.
    Reinstate,
}

/// A signature given beforehand.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CountersignBody {
    /// For what.
    step: StepWord,
    /// The number of the draw, or of the lot to be reinstated.
    #[schema(minimum = 1, maximum = 1000000)]
    number: u32,
    /// Why, in a few words of the one who signs.
    #[schema(value_type = kinds::Reason)]
    reason: String,
}

/// A signature that was given.
#[derive(Serialize, ToSchema)]
struct SignatureView {
    /// To be named by the coordinator who takes the step.
    countersignature: Uuid,
}

/// A signature given beforehand for another coordinator's step.
#[derive(Serialize, ToSchema)]
struct GivenSignatureView {
    /// To be named by the coordinator who takes the step.
    countersignature: Uuid,
    /// For what: `abandon`, `redraw_for_manifest`, `redraw_for_digits`, `reinstate`.
    step: &'static str,
    /// The number of the draw, or of the lot to be reinstated.
    number: u32,
    /// Why, in the words of who signed.
    reason: String,
    /// The token of who signed.
    by: Uuid,
    /// When.
    at: DateTime<Utc>,
    /// Whether it was used.
    used: bool,
}

impl From<Countersignature> for GivenSignatureView {
    fn from(given: Countersignature) -> Self {
        let (step, number) = given.step.written();
        let Countersignature { id, by, reason, at, used, .. } = given;
        Self { countersignature: id, step, number, reason: reason.to_string(), by: by.0, at, used }
    }
}

/// Signs beforehand for a step that another coordinator will take.
#[utoipa::path(tag = "draw", security(("token" = ["countersign"])), request_body = CountersignBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day")),
    responses((status = 201, body = SignatureView)))]
#[post("/desk-days/{day}/countersignatures")]
async fn countersign(
    service: web::Data<Service>,
    day: web::Path<String>,
    Body { call, body }: Body<CountersignBody>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    let mut checks = Checks::default();
    checks.require("number", body.number <= MAX_LOTS, "there is no draw or lot with this number");
    let reason = checks.reason("reason", &body.reason);
    let reason = checks.finish(reason)?;
    let signed = match body.step {
        StepWord::Abandon => CountersignedStep::Abandon(body.number),
        StepWord::RedrawForManifest => CountersignedStep::Redraw(body.number, FaultIn::Manifest),
        StepWord::RedrawForDigits => CountersignedStep::Redraw(body.number, FaultIn::Digits),
        StepWord::Reinstate => CountersignedStep::Reinstate(LotNumber(body.number)),
    };
    let step =
        move |tx: &mut Tx<'_>, ctx: &Ctx| countersigning::countersign(tx, ctx, day, signed, reason.clone());
    service
        .write(call, StatusCode::CREATED, step, |_, _, id: &Uuid| Ok(SignatureView { countersignature: *id }))
        .await
}

/// The signatures given for a day, first to last: nobody reads one out over the telephone.
#[utoipa::path(tag = "draw", security(("token" = ["countersign"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day")),
    responses((status = 200, body = [GivenSignatureView])))]
#[get("/desk-days/{day}/countersignatures")]
async fn signatures(
    service: web::Data<Service>,
    Caller(actor): Caller,
    day: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    service
        .show(actor, move |read, _| {
            facts::desk_day(read, day)?;
            let given = read.countersignatures(day)?;
            Ok(given.into_iter().map(GivenSignatureView::from).collect::<Vec<_>>())
        })
        .await
}
