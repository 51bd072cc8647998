//! Lots of a desk day: registering, asking beforehand, and where each stands.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::address::{day_of, lot_of};
use super::kinds;
use super::people::PartyBody;
use super::reasons::{Speaker, VerdictView};
use super::words::{AskedWord, ReferralWord, SexWord, ShownWord, StatusWord};
use crate::app::{Checks, Ctx, Refusal, facts, registering};
use crate::domain::lottery::manifest::MAX_LOTS;
use crate::domain::night::Night;
use crate::domain::party::LotNumber;
use crate::domain::shelter::ShelterCode;
use crate::http::Service;
use crate::http::body::{Body, Caller};
use crate::http::service::Kept;
use crate::store::{LotEntry, Read, Tx};

/// The most lots a page holds.
const PAGE: u32 = 200;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(register).service(eligibility).service(log).service(list).service(one);
}

/// A person without a document, logged so that it counts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogBody {
    /// Sex.
    sex: SexWord,
    /// Country, two capital letters; `ZZ` if not known.
    #[schema(value_type = kinds::CountryCode)]
    country: String,
}

/// A member of a lot.
#[derive(Serialize, ToSchema)]
struct MemberView {
    /// Its place in the party, from 1.
    position: usize,
    /// Its UNO code; none for a person logged without a document.
    uno: Option<String>,
    /// As it decides which places fit.
    sex: SexWord,
    /// What was shown.
    shown: ShownWord,
    /// The rule under which it is counted, if it was refused.
    #[schema(value_type = Option<String>)]
    main_reason: Option<crate::domain::eligibility::ReasonKind>,
}

/// A lot.
#[derive(Serialize, ToSchema)]
pub(super) struct LotView {
    /// The desk day.
    day: NaiveDate,
    /// Its number.
    lot: u32,
    /// The check code on its slip: who holds it may see where the lot was placed.
    check: String,
    /// What it asked for.
    asks: AskedWord,
    /// Where it stands in the list.
    status: StatusWord,
    /// When it asked.
    at: DateTime<Utc>,
    /// Its members.
    members: Vec<MemberView>,
    /// The shelters it named, most wished first.
    #[schema(value_type = Vec<String>)]
    wishes: Vec<ShelterCode>,
    /// Those of them it would go to, after bans.
    #[schema(value_type = Vec<String>)]
    accepts: Vec<ShelterCode>,
    /// The first start night on which all its members may sleep.
    from: Option<NaiveDate>,
    /// What the rules said when it asked; none for a person logged without a document.
    verdict: Option<VerdictView>,
    /// Whom a minor was referred to.
    referral: Option<ReferralWord>,
}

/// The lots a registration made: that of the party, and one for each minor among it.
#[derive(Serialize, ToSchema)]
struct RegisteredView {
    /// The lots.
    lots: Vec<LotView>,
}

/// A page of lots.
#[derive(Serialize, ToSchema)]
struct LotPage {
    /// The lots, by number.
    lots: Vec<LotView>,
    /// The `after` of the next page; none on the last.
    next: Option<u32>,
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    /// The number after which the page begins.
    after: Option<u32>,
    /// How many lots it holds, 1-200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Lots of one day, written down for a retry.
#[derive(Serialize, Deserialize)]
struct Made {
    day: NaiveDate,
    lots: Vec<LotNumber>,
}

/// What the rules said of a lot when it asked; none for a person logged without a document.
pub(super) fn verdict_of(speaker: &Speaker, entry: &LotEntry) -> Result<Option<VerdictView>, Refusal> {
    let verdict: Option<crate::domain::eligibility::Verdict> = serde_json::from_str(&entry.verdict)
        .map_err(|error| Refusal::internal(&format!("a verdict that cannot be read: {error}")))?;
    Ok(verdict.map(|verdict| speaker.verdict(&verdict)))
}

pub(super) fn lot_view(read: &mut Read<'_>, speaker: &Speaker, entry: LotEntry) -> Result<LotView, Refusal> {
    let mut members = Vec::new();
    for (position, member) in (1..).zip(&entry.members) {
        let guest = match member.guest {
            Some(guest) => read.guest(guest)?,
            None => None,
        };
        members.push(MemberView {
            position,
            uno: guest.map(|guest| guest.uno.to_string()),
            sex: member.sex.into(),
            shown: member.shown.into(),
            main_reason: member.main_reason,
        });
    }
    let verdict = verdict_of(speaker, &entry)?;
    Ok(LotView {
        day: entry.day,
        lot: entry.number.0,
        check: entry.slip.to_string(),
        asks: entry.asks.into(),
        status: entry.status.into(),
        at: entry.at,
        members,
        wishes: entry.wishes,
        accepts: entry.accepts,
        from: entry.from.map(Night::date),
        verdict,
        referral: entry.referral.map(Into::into),
    })
}

fn show_made(read: &mut Read<'_>, _: &Ctx, Kept(made): &Kept<Made>) -> Result<RegisteredView, Refusal> {
    let speaker = Speaker::new(read)?;
    let mut lots = Vec::new();
    for &number in &made.lots {
        let entry = read.lot(made.day, number)?.ok_or_else(|| Refusal::not_found("lot"))?;
        lots.push(lot_view(read, &speaker, entry)?);
    }
    Ok(RegisteredView { lots })
}

/// Registers a party: the next lot number, and all the rules say of it.
///
/// A minor among its members gets a refused lot of its own and is referred; the adults may ask without. Fullness is never a
/// refusal: the party is in the draw.
#[utoipa::path(tag = "desk", security(("token" = ["register"])), request_body = PartyBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day")),
    responses((status = 201, body = RegisteredView)))]
#[post("/desk-days/{day}/lots")]
async fn register(
    service: web::Data<Service>,
    day: web::Path<String>,
    Body { call, body }: Body<PartyBody>,
) -> Result<HttpResponse, Refusal> {
    let (day, ask) = (day_of(&day)?, body.check()?);
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        Ok(Kept(Made { day, lots: registering::register(tx, ctx, day, &ask)? }))
    };
    service.write(call, StatusCode::CREATED, step, show_made).await
}

/// Asks what the rules would say of a party, without registering it.
#[utoipa::path(tag = "desk", security(("token" = ["register"])), request_body = PartyBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day")),
    responses((status = 200, body = VerdictView)))]
#[post("/desk-days/{day}/eligibility")]
async fn eligibility(
    service: web::Data<Service>,
    day: web::Path<String>,
    Body { call, body }: Body<PartyBody>,
) -> Result<HttpResponse, Refusal> {
    let (day, ask) = (day_of(&day)?, body.check()?);
    service
        .show(call.actor, move |read, ctx| {
            let saved = facts::desk_day(read, day)?;
            let judged = registering::dry_run(read, ctx, &saved.day, &ask)?;
            Ok(Speaker::new(read)?.verdict(&judged.verdict))
        })
        .await
}

/// Logs a person who has no document to be known by, with sex and country alone.
#[utoipa::path(tag = "desk", security(("token" = ["register"])), request_body = LogBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day")),
    responses((status = 201, body = RegisteredView)))]
#[post("/desk-days/{day}/without-document")]
async fn log(
    service: web::Data<Service>,
    day: web::Path<String>,
    Body { call, body }: Body<LogBody>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    let mut checks = Checks::default();
    let country = checks.parse("country", &body.country);
    let country = checks.finish(country)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let number = registering::log_without_document(tx, ctx, day, (body.sex.into(), country))?;
        Ok(Kept(Made { day, lots: vec![number] }))
    };
    service.write(call, StatusCode::CREATED, step, show_made).await
}

/// The lots of a desk day, by number.
#[utoipa::path(tag = "desk", security(("token" = ["see_lots"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), PageQuery),
    responses((status = 200, body = LotPage)))]
#[get("/desk-days/{day}/lots")]
async fn list(
    service: web::Data<Service>,
    Caller(actor): Caller,
    day: web::Path<String>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    let (after, limit) = (query.after.unwrap_or(0), query.limit.unwrap_or(PAGE));
    let mut checks = Checks::default();
    checks.require("limit", (1..=PAGE).contains(&limit), format!("a page holds 1 to {PAGE} lots"));
    checks.require("after", after <= MAX_LOTS, format!("there are no lots after {MAX_LOTS}"));
    checks.finish(Some(()))?;
    service
        .show(actor, move |read, _| {
            facts::desk_day(read, day)?;
            let speaker = Speaker::new(read)?;
            let mut entries = read.lots(day, LotNumber(after), i64::from(limit) + 1)?;
            let more = entries.len() > usize::try_from(limit).unwrap_or(usize::MAX);
            entries.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            let next = entries.last().filter(|_| more).map(|entry| entry.number.0);
            let lots = entries.into_iter().map(|entry| lot_view(read, &speaker, entry));
            Ok(LotPage { lots: lots.collect::<Result<_, _>>()?, next })
        })
        .await
}

/// One lot.
#[utoipa::path(tag = "desk", security(("token" = ["see_lots"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("lot" = kinds::Lot, Path, description = "Its number")),
    responses((status = 200, body = LotView)))]
#[get("/desk-days/{day}/lots/{lot}")]
async fn one(
    service: web::Data<Service>,
    Caller(actor): Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (day, lot) = path.into_inner();
    let (day, lot) = (day_of(&day)?, lot_of(&lot)?);
    service
        .show(actor, move |read, _| {
            let entry = read.lot(day, lot)?.ok_or_else(|| Refusal::not_found("lot"))?;
            let speaker = Speaker::new(read)?;
            lot_view(read, &speaker, entry)
        })
        .await
}
