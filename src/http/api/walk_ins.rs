//! Walk-ins: places nobody holds, given at the door for the nights before the next desk day.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::address::shelter_of;
use super::kinds;
use super::people::{PersonBody, people};
use super::words::{PoolView, SexWord};
use crate::app::people::Person;
use crate::app::walk_ins::{self, BedTakenBack, CouldCome, Given};
use crate::app::{Checks, Ctx, Refusal};
use crate::domain::code::UnoCode;
use crate::domain::night::{Night, Nights, tonight_at_the_door};
use crate::domain::party::MAX_AT_ONCE;
use crate::domain::shelter::ShelterCode;
use crate::http::Service;
use crate::http::body::{Body, Caller};
use crate::http::service::Kept;
use crate::store::{Read, Tx};

/// The most nights that are offered at once.
const MAX_NIGHTS: u32 = 31;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(give).service(undo).service(turned_away);
}

/// Who stands at the door, and for how long a place is offered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WalkInBody {
    /// The guests, 1-12, by UNO code or with a document. Several get places together or not at all.
    #[schema(min_items = 1, max_items = 12)]
    guests: Vec<PersonBody>,
    /// The first night; tonight if left out.
    #[schema(value_type = Option<kinds::DateAsked>)]
    night: Option<String>,
    /// How many nights, 1-31; one if left out.
    #[schema(minimum = 1, maximum = 31)]
    nights: Option<u32>,
}

/// For which nights a place is offered.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfferQuery {
    /// The first night; tonight if left out.
    #[param(value_type = Option<kinds::DateAsked>)]
    night: Option<String>,
    /// How many nights, 1-31; one if left out.
    #[param(minimum = 1, maximum = 31)]
    nights: Option<u32>,
}

/// A party turned away that could be given a place.
#[derive(Serialize, ToSchema)]
struct CouldComeView {
    /// Its lot of the last desk day.
    lot: u32,
    /// The UNO codes of its members.
    guests: Vec<String>,
    /// The nights it could be given.
    nights: Vec<NaiveDate>,
}

/// Whose bed is given back.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UndoWalkInBody {
    /// The UNO code of the guest.
    #[schema(value_type = kinds::Uno)]
    uno: String,
    /// The night, if not tonight.
    #[schema(value_type = Option<kinds::DateAsked>)]
    night: Option<String>,
}

/// A bed for a night.
#[derive(Serialize, ToSchema)]
struct BedView {
    /// The UNO code of the guest.
    uno: String,
    /// As it decides which places fit.
    sex: SexWord,
    /// The night.
    night: NaiveDate,
    /// Where.
    #[serde(flatten)]
    pool: PoolView,
    /// Whether the night was closed by then.
    correction: bool,
}

/// What was given.
#[derive(Serialize, ToSchema)]
struct GivenView {
    /// The shelter.
    #[schema(value_type = String)]
    shelter: ShelterCode,
    /// A bed for each guest and night. None that was taken back since.
    beds: Vec<BedView>,
    /// Why the other nights that were offered are not given.
    left_out: Vec<String>,
}

/// A bed that was taken back.
#[derive(Serialize, ToSchema)]
struct BedTakenBackView {
    /// The shelter.
    #[schema(value_type = String)]
    shelter: ShelterCode,
    /// The UNO code of the guest.
    uno: String,
    /// The night.
    night: NaiveDate,
}

impl WalkInBody {
    fn check(&self) -> Result<(Vec<Person>, Option<Night>, u32), Refusal> {
        let mut checks = Checks::default();
        let fits = (1..=MAX_AT_ONCE).contains(&self.guests.len());
        checks.require("guests", fits, format!("name 1 to {MAX_AT_ONCE} guests who take a place"));
        let guests = people(&mut checks, "guests", &self.guests);
        let (night, nights) = offered(&mut checks, self.night.as_deref(), self.nights);
        checks.finish(Some((guests, night, nights)))
    }
}

/// The first night that is offered, if not tonight, and how many.
fn offered(checks: &mut Checks, night: Option<&str>, nights: Option<u32>) -> (Option<Night>, u32) {
    let night = checks.parse_opt("night", night);
    let nights = nights.unwrap_or(1);
    let fits = (1..=MAX_NIGHTS).contains(&nights);
    checks.require("nights", fits, format!("a walk-in is offered 1 to {MAX_NIGHTS} nights"));
    (night, nights)
}

fn uno_code_of(read: &mut Read<'_>, guest: crate::domain::guest::GuestId) -> Result<UnoCode, Refusal> {
    Ok(read.guest(guest)?.ok_or_else(|| Refusal::internal("a bed of nobody"))?.uno)
}

fn show_given(read: &mut Read<'_>, _: &Ctx, kept: &Kept<Given>) -> Result<GivenView, Refusal> {
    let Given { shelter, beds, left_out } = &kept.0;
    let mut views = Vec::with_capacity(beds.len());
    for &(guest, night) in beds {
        let guest = read.guest(guest)?.ok_or_else(|| Refusal::internal("a bed of nobody"))?;
        let mut here = read.walk_ins_at(*shelter, night)?.into_iter();
        let bed = here.rfind(|entry| entry.bed.guest == guest.id && entry.stands());
        if let Some(entry) = bed {
            views.push(BedView {
                uno: guest.uno.to_string(),
                sex: guest.sex.into(),
                night: night.date(),
                pool: entry.bed.pool.into(),
                correction: entry.bed.correction,
            });
        }
    }
    Ok(GivenView { shelter: *shelter, beds: views, left_out: left_out.clone() })
}

fn show_taken_back(
    read: &mut Read<'_>,
    _: &Ctx,
    kept: &Kept<BedTakenBack>,
) -> Result<BedTakenBackView, Refusal> {
    let BedTakenBack { shelter, guest, night } = kept.0;
    Ok(BedTakenBackView { shelter, uno: uno_code_of(read, guest)?.to_string(), night: night.date() })
}

/// Gives places that nobody holds to those who stand at the door, whole or not at all on each night.
///
/// Karens and the week rule neither stop it nor follow from it; age, a ban here, a ticket or another bed do. A shelter gives
/// its own places.
#[utoipa::path(tag = "evening", security(("token" = ["give_beds"])), request_body = WalkInBody,
    params(("code" = kinds::ShelterName, Path, description = "The shelter")),
    responses((status = 201, body = GivenView)))]
#[post("/shelters/{code}/walk-ins")]
async fn give(
    service: web::Data<Service>,
    shelter: web::Path<String>,
    Body { call, body }: Body<WalkInBody>,
) -> Result<HttpResponse, Refusal> {
    let shelter = shelter_of(&shelter)?;
    let (people, night, nights) = body.check()?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let first = night.unwrap_or_else(|| tonight_at_the_door(ctx.now));
        walk_ins::give(tx, ctx, shelter, &people, Nights::starting(first, nights)).map(Kept)
    };
    service.write(call, StatusCode::CREATED, step, show_given).await
}

/// Takes a walk-in's bed of one night back: the place is free again.
#[utoipa::path(tag = "evening", security(("token" = ["give_beds"])), request_body = UndoWalkInBody,
    params(("code" = kinds::ShelterName, Path, description = "The shelter")),
    responses((status = 200, body = BedTakenBackView)))]
#[post("/shelters/{code}/walk-ins/undo")]
async fn undo(
    service: web::Data<Service>,
    shelter: web::Path<String>,
    Body { call, body }: Body<UndoWalkInBody>,
) -> Result<HttpResponse, Refusal> {
    let shelter = shelter_of(&shelter)?;
    let mut checks = Checks::default();
    let uno: Option<UnoCode> = checks.parse("uno", &body.uno);
    let night: Option<Night> = checks.parse_opt("night", body.night.as_deref());
    let uno = checks.finish(uno)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| walk_ins::undo(tx, ctx, shelter, uno, night).map(Kept);
    service.write(call, StatusCode::OK, step, show_taken_back).await
}

/// Of those turned away on the last desk day, in drawn order, the parties that could be given a place here, to be asked one
/// after the other.
#[utoipa::path(tag = "evening", security(("token" = ["see_whom_to_offer"])),
    params(("code" = kinds::ShelterName, Path, description = "The shelter"), OfferQuery),
    responses((status = 200, body = [CouldComeView])))]
#[get("/shelters/{code}/turned-away")]
async fn turned_away(
    service: web::Data<Service>,
    Caller(actor): Caller,
    shelter: web::Path<String>,
    query: web::Query<OfferQuery>,
) -> Result<HttpResponse, Refusal> {
    let shelter = shelter_of(&shelter)?;
    let mut checks = Checks::default();
    let (night, nights) = offered(&mut checks, query.night.as_deref(), query.nights);
    checks.finish(Some(()))?;
    let view = |one: CouldCome| CouldComeView {
        lot: one.lot.0,
        guests: one.guests.iter().map(ToString::to_string).collect(),
        nights: one.nights.into_iter().map(Night::date).collect(),
    };
    service
        .show(actor, move |read, ctx| {
            let first = night.unwrap_or_else(|| tonight_at_the_door(ctx.now));
            let found = walk_ins::turned_away(read, ctx, shelter, Nights::starting(first, nights))?;
            Ok(found.into_iter().map(view).collect::<Vec<_>>())
        })
        .await
}
