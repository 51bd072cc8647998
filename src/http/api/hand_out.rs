//! The hand-out: calling, collecting, declining, offering what comes free, and finishing the day.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::address::{day_of, lot_of};
use super::desk_days::{DeskDayView, show_day};
use super::kinds;
use super::words::{EndCauseWord, PoolView, TicketStateWord};
use crate::app::finishing;
use crate::app::handing_out::{self, Take};
use crate::app::{Ctx, Refusal, facts};
use crate::domain::hand_out::{Length, Rank, calling_order};
use crate::domain::party::LotNumber;
use crate::domain::shelter::ShelterCode;
use crate::domain::ticket::{Calls, State, Ticket};
use crate::http::Service;
use crate::http::body::{Bare, Body, Caller};
use crate::http::service::Kept;
use crate::store::{Read, Tx, WaitingEntry};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(hand_out)
        .service(call_lot)
        .service(collect)
        .service(decline)
        .service(lapse)
        .service(offer_next)
        .service(finish);
}

/// A ticket as the desk hands it out.
#[derive(Serialize, ToSchema)]
pub(super) struct HandOutTicket {
    /// The code the guest carries.
    code: String,
    /// The guest's UNO code.
    uno: String,
    /// The desk day that issued it.
    day: NaiveDate,
    /// The lot it was issued to.
    lot: u32,
    /// Where the guest sleeps on its first night.
    place: PoolView,
    /// The nights it was issued for, the first.
    first: NaiveDate,
    /// The last of them.
    last: NaiveDate,
    /// The last night it keeps, if it keeps any.
    keeps_to: Option<NaiveDate>,
    /// From which night on it holds a place elsewhere.
    moves: Vec<MoveView>,
    /// Where it stands.
    state: TicketStateWord,
    /// Why it ended, if it did.
    ended_because: Option<EndCauseWord>,
    /// How often the guest was called.
    calls: u8,
    /// When last.
    called_at: Option<DateTime<Utc>>,
    /// Whether an SL ticket went with it.
    sl_ticket: Option<bool>,
}

/// That a ticket holds its place elsewhere from a night on.
#[derive(Serialize, ToSchema)]
pub(super) struct MoveView {
    /// The first night there.
    from: NaiveDate,
    /// Where.
    place: PoolView,
}

impl HandOutTicket {
    pub(super) fn of(read: &mut Read<'_>, ticket: &Ticket) -> Result<Self, Refusal> {
        let guest = read.guest(ticket.guest)?.ok_or_else(|| Refusal::internal("a ticket of nobody"))?;
        let (calls, called_at) = match ticket.state {
            State::Waiting(Calls::Once(at)) => (1, Some(at)),
            State::Waiting(Calls::Twice(at)) => (2, Some(at)),
            _ => (0, None),
        };
        let (ended_because, sl_ticket) = match ticket.state {
            State::Collected { sl_ticket } => (None, Some(sl_ticket)),
            State::Ended { cause, sl_ticket, .. } => (Some(cause.into()), sl_ticket),
            _ => (None, None),
        };
        let moves = ticket.moves.iter();
        Ok(Self {
            code: ticket.code.to_string(),
            uno: guest.uno.to_string(),
            day: ticket.desk_day,
            lot: ticket.lot.0,
            place: ticket.pool.into(),
            first: ticket.issued.first().date(),
            last: ticket.issued.last().date(),
            keeps_to: ticket.nights().map(|nights| nights.last().date()),
            moves: moves.map(|one| MoveView { from: one.from.date(), place: one.to.into() }).collect(),
            state: TicketStateWord::of(&ticket.state),
            ended_because,
            calls,
            called_at,
            sl_ticket,
        })
    }
}

/// The part of the queue a party stands in.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PartWord {
    /// Put first by a ban.
    Head,
    /// The reserve list.
    Reserve,
    /// Reinstated.
    Reinstated,
    /// Asked after the close.
    LateComer,
}

/// A party that waits.
#[derive(Serialize, ToSchema)]
struct WaitingView {
    /// Its lot.
    lot: u32,
    /// The part of the queue it stands in.
    part: PartWord,
    /// Its place in that part.
    place: u32,
    /// How many members wait.
    members: usize,
    /// The shelters it would go to, most wished first.
    #[schema(value_type = Vec<String>)]
    accepts: Vec<ShelterCode>,
}

impl From<&WaitingEntry> for WaitingView {
    fn from(entry: &WaitingEntry) -> Self {
        let (part, place) = match entry.rank {
            Rank::Head(place) => (PartWord::Head, place + 1),
            Rank::Reserve(place) => (PartWord::Reserve, place),
            Rank::Reinstated(lot) => (PartWord::Reinstated, lot.0),
            Rank::LateComer(lot) => (PartWord::LateComer, lot.0),
        };
        let (lot, members) = (entry.lot.0, entry.members.len());
        Self { lot, part, place, members, accepts: entry.accepts.clone() }
    }
}

/// What is to be offered next.
#[derive(Serialize, ToSchema)]
struct OfferView {
    /// To which lot.
    lot: u32,
    /// At which shelter.
    #[schema(value_type = String)]
    shelter: ShelterCode,
    /// The first night.
    first: NaiveDate,
    /// The last night.
    last: NaiveDate,
    /// Whether it is shorter than the day's shortest ticket: then declining it costs no rank.
    short: bool,
}

/// How the hand-out stands.
#[derive(Serialize, ToSchema)]
struct HandOutView {
    /// The lots whose tickets wait, in the order in which they are called.
    calling: Vec<u32>,
    /// The tickets of the day.
    tickets: Vec<HandOutTicket>,
    /// Those who wait, first to last.
    waiting: Vec<WaitingView>,
    /// What is to be offered next, if anything free fits anybody.
    next: Option<OfferView>,
}

/// The tickets of a lot after a step.
#[derive(Serialize, ToSchema)]
struct LotTickets {
    /// The lot.
    lot: u32,
    /// Its tickets, in the order in which they were issued.
    tickets: Vec<HandOutTicket>,
}

/// Which members of a lot.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TakeBody {
    /// Their positions, from 1; all whose tickets wait, if left out.
    #[schema(value_type = Option<Vec<kinds::Position>>)]
    members: Option<Vec<u32>>,
}

/// Handing tickets out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CollectBody {
    /// Whether SL tickets go with them.
    sl_ticket: bool,
    /// Whose tickets, by position from 1; all that wait, if left out.
    #[schema(value_type = Option<Vec<kinds::Position>>)]
    members: Option<Vec<u32>>,
}

/// Which lot's turn it is thought to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OfferBody {
    /// The lot the desk is about to call: refused if it is another's turn by now.
    #[schema(value_type = Option<kinds::Lot>)]
    lot: Option<u32>,
}

/// A lot of a day, written down for a retry.
#[derive(Serialize, Deserialize)]
struct OfDay {
    day: NaiveDate,
    lot: LotNumber,
}

fn show_tickets(read: &mut Read<'_>, _: &Ctx, Kept(of): &Kept<OfDay>) -> Result<LotTickets, Refusal> {
    let mut tickets = Vec::new();
    for (_, ticket) in read.tickets_of_lot(of.day, of.lot)? {
        tickets.push(HandOutTicket::of(read, &ticket)?);
    }
    Ok(LotTickets { lot: of.lot.0, tickets })
}

async fn take(
    service: &Service,
    path: &(String, String),
    call: crate::http::body::Call,
    members: Option<Vec<u32>>,
    how: Take,
) -> Result<HttpResponse, Refusal> {
    let (day, lot) = (day_of(&path.0)?, lot_of(&path.1)?);
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        handing_out::take(tx, ctx, (day, lot), members.as_deref(), how)?;
        Ok(Kept(OfDay { day, lot }))
    };
    service.write(call, StatusCode::OK, step, show_tickets).await
}

/// How the hand-out stands: who is called, who waits, what is offered next.
#[utoipa::path(tag = "hand-out", security(("token" = ["hand_out"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day")), responses((status = 200, body = HandOutView)))]
#[get("/desk-days/{day}/hand-out")]
async fn hand_out(
    service: web::Data<Service>,
    Caller(actor): Caller,
    day: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    service
        .show(actor, move |read, _| {
            let saved = facts::desk_day(read, day)?;
            let of_day = read.tickets_of_day(day)?;
            let mut tickets = Vec::new();
            for ticket in &of_day {
                tickets.push(HandOutTicket::of(read, ticket)?);
            }
            let waiting = read.queue(day)?;
            let next = handing_out::next_offer(read, &saved)?.map(|offer| OfferView {
                lot: offer.lot.0,
                shelter: offer.seat.shelter,
                first: handing_out::nights_of(&offer).first().date(),
                last: handing_out::nights_of(&offer).last().date(),
                short: offer.length == Length::Short,
            });
            Ok(HandOutView {
                calling: calling_order(&of_day).iter().map(|lot| lot.0).collect(),
                tickets,
                waiting: waiting.iter().filter(|one| one.waits()).map(Into::into).collect(),
                next,
            })
        })
        .await
}

/// Calls a lot: the second call at the earliest ten minutes after the first.
#[utoipa::path(tag = "hand-out", security(("token" = ["hand_out"])), request_body = TakeBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("lot" = kinds::Lot, Path, description = "Its number")),
    responses((status = 200, body = LotTickets)))]
#[post("/desk-days/{day}/lots/{lot}/call")]
async fn call_lot(
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
    Body { call, body }: Body<TakeBody>,
) -> Result<HttpResponse, Refusal> {
    take(&service, &path, call, body.members, Take::Call).await
}

/// Hands the tickets of a lot out.
#[utoipa::path(tag = "hand-out", security(("token" = ["hand_out"])), request_body = CollectBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("lot" = kinds::Lot, Path, description = "Its number")),
    responses((status = 200, body = LotTickets)))]
#[post("/desk-days/{day}/lots/{lot}/collect")]
async fn collect(
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
    Body { call, body }: Body<CollectBody>,
) -> Result<HttpResponse, Refusal> {
    take(&service, &path, call, body.members, Take::Collect { sl_ticket: body.sl_ticket }).await
}

/// A lot does not want what it got. A short stay may be declined without losing rank.
#[utoipa::path(tag = "hand-out", security(("token" = ["hand_out"])), request_body = TakeBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("lot" = kinds::Lot, Path, description = "Its number")),
    responses((status = 200, body = LotTickets)))]
#[post("/desk-days/{day}/lots/{lot}/decline")]
async fn decline(
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
    Body { call, body }: Body<TakeBody>,
) -> Result<HttpResponse, Refusal> {
    take(&service, &path, call, body.members, Take::Decline).await
}

/// A lot was called twice and did not come.
#[utoipa::path(tag = "hand-out", security(("token" = ["hand_out"])), request_body = TakeBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("lot" = kinds::Lot, Path, description = "Its number")),
    responses((status = 200, body = LotTickets)))]
#[post("/desk-days/{day}/lots/{lot}/lapse")]
async fn lapse(
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
    Body { call, body }: Body<TakeBody>,
) -> Result<HttpResponse, Refusal> {
    take(&service, &path, call, body.members, Take::Lapse).await
}

/// Offers what is free to the next who fits: its tickets wait to be collected.
#[utoipa::path(tag = "hand-out", security(("token" = ["hand_out"])), request_body = OfferBody,
    params(("day" = kinds::DateAsked, Path, description = "The desk day")), responses((status = 201, body = LotTickets)))]
#[post("/desk-days/{day}/offers")]
async fn offer_next(
    service: web::Data<Service>,
    day: web::Path<String>,
    Body { call, body }: Body<OfferBody>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let lot = handing_out::offer(tx, ctx, day, body.lot.map(LotNumber))?;
        Ok(Kept(OfDay { day, lot }))
    };
    service.write(call, StatusCode::CREATED, step, show_tickets).await
}

/// Finishes the desk day: who still waits is turned away.
#[utoipa::path(tag = "hand-out", security(("token" = ["hold_desk_days"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day")), responses((status = 200, body = DeskDayView)))]
#[post("/desk-days/{day}/finish")]
async fn finish(
    service: web::Data<Service>,
    day: web::Path<String>,
    Bare(call): Bare,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        finishing::finish(tx, ctx, day)?;
        Ok(day)
    };
    service.write(call, StatusCode::OK, step, show_day).await
}
