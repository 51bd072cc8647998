//! Bans: a guest kept out of one shelter.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::address::id_of;
use super::kinds;
use super::words::BanWord;
use crate::app::bans::{self, Order};
use crate::app::{Checks, Ctx, Refusal};
use crate::domain::ban::Tonight;
use crate::domain::hand_out::Choice;
use crate::domain::shelter::ShelterCode;
use crate::http::Service;
use crate::http::body::{Bare, Body, Caller};
use crate::store::{BanEntry, Read, Tx};

/// The most bans a page holds.
const PAGE: usize = 200;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(make).service(list).service(one).service(lift);
}

/// What the rest of a family do, should a ban take a place not yet handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FamilyWord {
    /// They take their places.
    Rest,
    /// All go together to the head of the reserve list, without that shelter.
    Together,
}

impl From<FamilyWord> for Choice {
    fn from(word: FamilyWord) -> Self {
        match word {
            FamilyWord::Rest => Self::RestTakeTheirPlaces,
            FamilyWord::Together => Self::AllTogether,
        }
    }
}

impl From<Choice> for FamilyWord {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::RestTakeTheirPlaces => Self::Rest,
            Choice::AllTogether => Self::Together,
        }
    }
}

/// A ban that is to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct BanBody {
    /// Where.
    #[schema(value_type = kinds::ShelterName)]
    shelter: String,
    /// Its last night.
    #[schema(value_type = kinds::DateAsked)]
    last: String,
    /// Why, from a closed list: the words of an incident stay at the shelter.
    reason: BanWord,
    /// Whether it takes tonight from a guest who sleeps there tonight; no if left out.
    #[serde(default)]
    tonight: bool,
    /// What the rest of a family do, should it take a place not yet handed out; they take their places if left out.
    family: Option<FamilyWord>,
}

/// A ban.
#[derive(Serialize, ToSchema)]
pub(super) struct BanView {
    /// Its key.
    id: Uuid,
    /// Who.
    uno: String,
    /// Where.
    #[schema(value_type = String)]
    shelter: ShelterCode,
    /// Its first night.
    first: NaiveDate,
    /// Its last night.
    last: NaiveDate,
    /// Why.
    reason: BanWord,
    /// What the rest of a family do, should it take a place not yet handed out.
    family: FamilyWord,
    /// When it was made.
    made_at: DateTime<Utc>,
    /// When it was lifted.
    lifted_at: Option<DateTime<Utc>>,
}

/// A page of bans.
#[derive(Serialize, ToSchema)]
struct BanPage {
    /// The bans that stand tonight or later, by last night.
    bans: Vec<BanView>,
    /// The `after` of the next page; none on the last.
    next: Option<Uuid>,
}

/// Which bans.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct BanQuery {
    /// Those of this shelter; of all shelters if left out, of its own for a shelter's worker.
    #[param(value_type = Option<kinds::ShelterName>)]
    shelter: Option<String>,
    /// The ban after which the page begins.
    after: Option<Uuid>,
    /// How many the page holds, 1-200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

pub(super) fn ban_view(read: &mut Read<'_>, made: &BanEntry) -> Result<BanView, Refusal> {
    let guest = read.guest(made.ban.guest)?.ok_or_else(|| Refusal::internal("a ban of nobody"))?;
    Ok(BanView {
        id: made.id,
        uno: guest.uno.to_string(),
        shelter: made.ban.shelter,
        first: made.ban.nights.first().date(),
        last: made.ban.nights.last().date(),
        reason: made.reason.into(),
        family: made.family.into(),
        made_at: made.made_at,
        lifted_at: made.lifted_at,
    })
}

fn show_ban(read: &mut Read<'_>, ctx: &Ctx, id: &Uuid) -> Result<BanView, Refusal> {
    let made = read.ban(*id)?.filter(|made| ctx.must_see(made.ban.shelter).is_ok());
    ban_view(read, &made.ok_or_else(|| Refusal::not_found("ban"))?)
}

/// Bans a guest from a shelter: by a coordinator, or by the shelter itself.
///
/// A ticket there ends from the first night the ban takes; one that waits to be collected is taken back, and the guest stands
/// first on the reserve list without that shelter, or is refused if it accepts no other. While a list is frozen and not yet
/// drawn, that is done when its tickets are issued.
#[utoipa::path(tag = "bans", security(("token" = ["ban"])), request_body = BanBody,
    params(("uno" = kinds::Uno, Path, description = "The guest's UNO code")),
    responses((status = 201, body = BanView)))]
#[post("/guests/{uno}/bans")]
async fn make(
    service: web::Data<Service>,
    uno: web::Path<String>,
    Body { call, body }: Body<BanBody>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let uno = checks.parse("uno", &uno);
    let shelter = checks.parse("shelter", &body.shelter);
    let last = checks.parse("last", &body.last);
    let tonight = if body.tonight { Tonight::Taken } else { Tonight::Kept };
    let family = body.family.map_or(Choice::RestTakeTheirPlaces, Choice::from);
    let order = uno.zip(shelter).zip(last).map(|((guest, shelter), last)| Order {
        guest,
        shelter,
        last,
        reason: body.reason.into(),
        tonight,
        family,
    });
    let order = checks.finish(order)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| bans::make(tx, ctx, &order);
    service.write(call, StatusCode::CREATED, step, show_ban).await
}

/// The bans that stand tonight or later. A shelter's worker sees those of its own shelter.
#[utoipa::path(tag = "bans", security(("token" = ["see_bans"])), params(BanQuery),
    responses((status = 200, body = BanPage)))]
#[get("/bans")]
async fn list(
    service: web::Data<Service>,
    Caller(actor): Caller,
    query: web::Query<BanQuery>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let shelter: Option<ShelterCode> = checks.parse_opt("shelter", query.shelter.as_deref());
    let (after, limit) = (query.after, query.limit.unwrap_or(PAGE));
    checks.require("limit", (1..=PAGE).contains(&limit), format!("a page holds 1 to {PAGE} bans"));
    checks.finish(Some(()))?;
    service
        .show(actor, move |read, ctx| {
            let all = bans::list(read, ctx, shelter)?;
            let start = after.and_then(|after| all.iter().position(|made| made.id == after));
            let left = &all[start.map_or(0, |position| position + 1)..];
            let page = &left[..limit.min(left.len())];
            let next = page.last().filter(|_| left.len() > limit).map(|made| made.id);
            let bans = page.iter().map(|made| ban_view(read, made)).collect::<Result<_, _>>()?;
            Ok(BanPage { bans, next })
        })
        .await
}

/// A ban, lifted or not.
#[utoipa::path(tag = "bans", security(("token" = ["see_bans"])),
    params(("id" = Uuid, Path, description = "Its key")), responses((status = 200, body = BanView)))]
#[get("/bans/{id}")]
async fn one(
    service: web::Data<Service>,
    Caller(actor): Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let id = id_of(&id)?;
    service.show(actor, move |read, ctx| show_ban(read, ctx, &id)).await
}

/// Lifts a ban. What it ended stays ended.
#[utoipa::path(tag = "bans", security(("token" = ["lift_bans"])),
    params(("id" = Uuid, Path, description = "Its key")), responses((status = 200, body = BanView)))]
#[post("/bans/{id}/lift")]
async fn lift(
    service: web::Data<Service>,
    id: web::Path<String>,
    Bare(call): Bare,
) -> Result<HttpResponse, Refusal> {
    let id = id_of(&id)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        bans::lift(tx, ctx, id)?;
        Ok(id)
    };
    service.write(call, StatusCode::OK, step, show_ban).await
}
