//! Desk days: opening, mode, close, days that cannot be held, and the sum of a day.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, put, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::address::day_of;
use super::kinds;
use super::words::ModeWord;
use crate::app::desk::{self, HowToOpen};
use crate::app::{Checks, Ctx, Refusal, facts, sums};
use crate::domain::desk_day::{EntropySource, FinishedBy, FrozenList, Stage, Stored};
use crate::domain::eligibility::ReasonKind;
use crate::domain::night::{LONGEST_TICKET, Night};
use crate::http::Service;
use crate::http::body::{Bare, Body, Caller};
use crate::store::{Read, SavedDay, Tx};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(open)
        .service(all)
        .service(one)
        .service(mode)
        .service(close)
        .service(not_held)
        .service(day_sum);
}

/// The most desk days a page holds.
const PAGE: i64 = 100;

/// How a desk day is opened.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OpenBody {
    /// Its date, today's.
    #[schema(value_type = kinds::DateAsked)]
    date: String,
    /// Its mode; `lottery` if left out.
    mode: Option<ModeWord>,
    /// Its shortest ticket, in nights, from 1 to those of the longest ticket of a shelter in the draw; the partnership's if left
    /// out. Another is a coordinator's to give.
    #[schema(value_type = Option<kinds::NightCount>)]
    min_nights: Option<u32>,
    /// That more than seven start nights were checked and are meant.
    #[serde(default)]
    many_nights_confirmed: bool,
}

/// A mode.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ModeBody {
    /// The mode.
    mode: ModeWord,
}

/// Why a day is not held.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NotHeldBody {
    /// Why, in a few words.
    #[schema(value_type = kinds::Reason)]
    reason: String,
}

/// Where a desk day stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StageWord {
    /// Parties register.
    Open,
    /// Nobody can come into the draw any more.
    Closed,
    /// The list is frozen and its commitment shown.
    Frozen,
    /// The digits are thrown and typed.
    AwaitingEntropy,
    /// The result is there.
    Drawn,
    /// At least one ticket is handed out.
    HandingOut,
    /// Over.
    Finished,
    /// It could not be held.
    NotHeld,
}

/// What is shown of a list when it is frozen: for every screen, the print, and to be read out.
#[derive(Serialize, ToSchema)]
pub(super) struct ListView {
    /// Which draw of the day.
    pub(super) draw: u32,
    /// C.
    pub(super) commitment: String,
    /// The commitment of the draw before.
    pub(super) previous: Option<String>,
    /// `dice:N` or `service`.
    pub(super) entropy: String,
    /// Why the service draws, if it does.
    pub(super) service_reason: Option<String>,
    /// The number of the last lot.
    pub(super) last_lot: u32,
    /// How many lots are `in`, for the hall to count.
    pub(super) lots_in: u32,
    /// The digits typed so far.
    pub(super) digits: String,
}

impl From<&FrozenList> for ListView {
    fn from(list: &FrozenList) -> Self {
        let digits = match &list.stored {
            Stored::Dice(dice) => dice.iter().map(|die| die.shown().to_string()).collect(),
            Stored::Nothing | Stored::Service(_) => String::new(),
        };
        Self {
            draw: list.draw,
            commitment: list.commitment.to_string(),
            previous: list.previous.map(|hash| hash.to_string()),
            entropy: list.source.in_manifest().to_string(),
            service_reason: match &list.source {
                EntropySource::Service(reason) => Some(reason.to_string()),
                EntropySource::Dice(_) => None,
            },
            last_lot: list.last_lot,
            lots_in: list.lots_in,
            digits,
        }
    }
}

/// A desk day.
#[derive(Serialize, ToSchema)]
pub(super) struct DeskDayView {
    /// Its date.
    date: NaiveDate,
    /// The nights on which its tickets may start.
    start_nights: Vec<NaiveDate>,
    /// Its mode.
    mode: ModeWord,
    /// Its shortest ticket, in nights.
    min_nights: u32,
    /// Where it stands.
    stage: StageWord,
    /// How many lots were given.
    lots: u32,
    /// When it was opened.
    opened_at: Option<DateTime<Utc>>,
    /// The list that stands, or is about to.
    list: Option<ListView>,
    /// Lists that do not stand, first to last; every list shows them first.
    set_aside: Vec<ListView>,
    /// `desk` or `service`, once it is finished.
    finished_by: Option<&'static str>,
    /// Why it was not held.
    not_held_reason: Option<String>,
}

impl From<&SavedDay> for DeskDayView {
    fn from(saved: &SavedDay) -> Self {
        let day = &saved.day;
        let stage = match &day.stage {
            Stage::Planned | Stage::Open => StageWord::Open,
            Stage::Closed { .. } => StageWord::Closed,
            Stage::Frozen(_) => StageWord::Frozen,
            Stage::AwaitingEntropy(_) => StageWord::AwaitingEntropy,
            Stage::Drawn(_) => StageWord::Drawn,
            Stage::HandingOut(_) => StageWord::HandingOut,
            Stage::Finished { .. } => StageWord::Finished,
            Stage::NotHeld { .. } => StageWord::NotHeld,
        };
        Self {
            date: day.date(),
            start_nights: day.start_nights.nights().iter().map(Night::date).collect(),
            mode: day.mode.into(),
            min_nights: saved.min_nights,
            stage,
            lots: day.lots,
            opened_at: saved.opened_at,
            list: day.list().map(ListView::from),
            set_aside: day.past.iter().map(|past| ListView::from(&past.list)).collect(),
            finished_by: match day.stage {
                Stage::Finished { by: FinishedBy::Desk, .. } => Some("desk"),
                Stage::Finished { by: FinishedBy::Service, .. } => Some("service"),
                _ => None,
            },
            not_held_reason: match &day.stage {
                Stage::NotHeld { reason, .. } => Some(reason.to_string()),
                _ => None,
            },
        }
    }
}

/// Which page of the desk days.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListQuery {
    /// The date before which the page begins; left out: the latest.
    #[param(value_type = Option<kinds::DateAsked>)]
    before: Option<String>,
    /// How many desk days it holds, 1-100; 31 if left out.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// A page of the desk days.
#[derive(Serialize, ToSchema)]
struct DeskDaysView {
    /// The days, latest first.
    days: Vec<DeskDayView>,
    /// The `before` of the next page; none on the last.
    next: Option<NaiveDate>,
}

/// Persons refused by one rule.
#[derive(Serialize, ToSchema)]
struct RefusedView {
    /// The rule.
    #[schema(value_type = String)]
    reason: ReasonKind,
    /// How many persons.
    persons: u64,
}

/// The sum of a desk day, in persons.
#[derive(Serialize, ToSchema)]
struct SumView {
    /// The desk day.
    day: NaiveDate,
    /// Whether it is finished.
    finished: bool,
    /// Who asked.
    asked: u64,
    /// Who was handed a ticket.
    collected: u64,
    /// Who did not want theirs.
    declined: u64,
    /// Who did not come when called.
    lapsed: u64,
    /// Who got nothing for lack of place.
    turned_away: u64,
    /// Whom a rule said no to.
    refused: u64,
    /// By main reason.
    refused_by: Vec<RefusedView>,
    /// Who took the question back.
    withdrawn: u64,
    /// Who is not decided on yet.
    still_undecided: u64,
    /// What does not hold: nothing, if all is well.
    discrepancies: Vec<String>,
}

/// A desk day as it stands.
pub(super) fn show_day(read: &mut Read<'_>, _: &Ctx, date: &NaiveDate) -> Result<DeskDayView, Refusal> {
    Ok(DeskDayView::from(&facts::desk_day(read, *date)?))
}

/// Opens today's desk day. One left unfinished on an earlier date is finished first.
#[utoipa::path(tag = "desk", security(("token" = ["hold_desk_days"])), request_body = OpenBody,
    responses((status = 201, body = DeskDayView)))]
#[post("/desk-days")]
async fn open(
    service: web::Data<Service>,
    Body { call, body }: Body<OpenBody>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let date: Option<Night> = checks.parse("date", &body.date);
    let fits = body.min_nights.is_none_or(|nights| (1..=LONGEST_TICKET).contains(&nights));
    checks.require("min_nights", fits, format!("the shortest ticket is for 1 to {LONGEST_TICKET} nights"));
    let date = checks.finish(date)?.date();
    let how = HowToOpen {
        mode: body.mode.unwrap_or(ModeWord::Lottery).into(),
        min_nights: body.min_nights,
        many_nights_confirmed: body.many_nights_confirmed,
    };
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        desk::open(tx, ctx, date, how)?;
        Ok(date)
    };
    service.write(call, StatusCode::CREATED, step, show_day).await
}

/// The desk days, latest first, those that were marked as not held included.
#[utoipa::path(tag = "desk", security(("token" = ["see_desk_days"])), params(ListQuery),
    responses((status = 200, body = DeskDaysView)))]
#[get("/desk-days")]
async fn all(
    service: web::Data<Service>,
    Caller(actor): Caller,
    query: web::Query<ListQuery>,
) -> Result<HttpResponse, Refusal> {
    let limit = query.limit.unwrap_or(31);
    let mut checks = Checks::default();
    checks.require("limit", (1..=PAGE).contains(&limit), format!("a page holds 1 to {PAGE} desk days"));
    let before: Option<Option<Night>> =
        query.before.as_ref().map_or(Some(None), |before| checks.parse("before", before).map(Some));
    let before = checks.finish(before)?.map(Night::date);
    service
        .show(actor, move |read, ctx| {
            // One more than the page holds says whether there is another.
            let mut dates = read.desk_days_before(before, limit + 1)?;
            let more = usize::try_from(limit).is_ok_and(|limit| dates.len() > limit);
            if more {
                dates.pop();
            }
            let days = dates.iter().map(|date| show_day(read, ctx, date)).collect::<Result<_, _>>()?;
            Ok(DeskDaysView { days, next: dates.last().copied().filter(|_| more) })
        })
        .await
}

/// A desk day.
#[utoipa::path(tag = "desk", security(("token" = ["see_desk_days"])),
    params(("day" = kinds::DateAsked, Path, description = "Its date")), responses((status = 200, body = DeskDayView)))]
#[get("/desk-days/{day}")]
async fn one(
    service: web::Data<Service>,
    Caller(actor): Caller,
    day: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    service.show(actor, move |read, ctx| show_day(read, ctx, &day)).await
}

/// Chooses the mode, before the first lot.
#[utoipa::path(tag = "desk", security(("token" = ["hold_desk_days"])), request_body = ModeBody,
    params(("day" = kinds::DateAsked, Path, description = "Its date")), responses((status = 200, body = DeskDayView)))]
#[put("/desk-days/{day}/mode")]
async fn mode(
    service: web::Data<Service>,
    day: web::Path<String>,
    Body { call, body }: Body<ModeBody>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        desk::choose_mode(tx, ctx, day, body.mode.into())?;
        Ok(day)
    };
    service.write(call, StatusCode::OK, step, show_day).await
}

/// Ends the registering: who asks from now on is a late-comer.
#[utoipa::path(tag = "desk", security(("token" = ["hold_desk_days"])),
    params(("day" = kinds::DateAsked, Path, description = "Its date")), responses((status = 200, body = DeskDayView)))]
#[post("/desk-days/{day}/close")]
async fn close(
    service: web::Data<Service>,
    day: web::Path<String>,
    Bare(call): Bare,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        desk::close(tx, ctx, day)?;
        Ok(day)
    };
    service.write(call, StatusCode::OK, step, show_day).await
}

/// Marks a desk day as not held: one that was not opened, or on which nobody asked.
#[utoipa::path(tag = "desk", security(("token" = ["cancel_desk_days"])), request_body = NotHeldBody,
    params(("day" = kinds::DateAsked, Path, description = "Its date")), responses((status = 200, body = DeskDayView)))]
#[post("/desk-days/{day}/not-held")]
async fn not_held(
    service: web::Data<Service>,
    day: web::Path<String>,
    Body { call, body }: Body<NotHeldBody>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    let mut checks = Checks::default();
    let reason = checks.reason("reason", &body.reason);
    let reason = checks.finish(reason)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        desk::mark_not_held(tx, ctx, day, reason.clone())?;
        Ok(day)
    };
    service.write(call, StatusCode::OK, step, show_day).await
}

/// The sum of a desk day: who asked, and what became of them.
#[utoipa::path(tag = "desk", security(("token" = ["see_sums"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day")), responses((status = 200, body = SumView)))]
#[get("/desk-days/{day}/sum")]
async fn day_sum(
    service: web::Data<Service>,
    Caller(actor): Caller,
    day: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    service
        .show(actor, move |read, _| {
            let sum = sums::of_desk_day(read, day)?;
            let by = sum.refused_by.iter();
            Ok(SumView {
                day,
                finished: sum.finished,
                asked: sum.asked,
                collected: sum.collected,
                declined: sum.declined,
                lapsed: sum.lapsed,
                turned_away: sum.turned_away,
                refused: sum.refused(),
                refused_by: by.map(|(&reason, &persons)| RefusedView { reason, persons }).collect(),
                withdrawn: sum.withdrawn,
                still_undecided: sum.still_undecided,
                discrepancies: sum.discrepancies().iter().map(ToString::to_string).collect(),
            })
        })
        .await
}
