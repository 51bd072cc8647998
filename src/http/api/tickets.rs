//! Tickets after they were handed out: looking one up, giving it back, revoking, printing anew, moving.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::address::key_of;
use super::kinds;
use super::words::{EndCauseWord, PoolView, TicketStateWord};
use crate::app::moving;
use crate::app::tickets::{self, TicketKey};
use crate::app::{Checks, Ctx, Refusal};
use crate::domain::night::Night;
use crate::domain::place::Pool;
use crate::domain::shelter::ShelterCode;
use crate::domain::ticket::{State, Ticket, TicketId};
use crate::http::Service;
use crate::http::body::{Bare, Body, Call};
use crate::store::{Read, Tx};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(one).service(give_back).service(revoke).service(place_gone).service(reprint);
    config.service(move_party);
}

/// Nights in a row in places that are alike.
#[derive(Serialize, ToSchema)]
struct StayView {
    /// Where.
    #[serde(flatten)]
    pool: PoolView,
    /// The first night there.
    first: NaiveDate,
    /// The last night there.
    last: NaiveDate,
}

/// A ticket.
#[derive(Serialize, ToSchema)]
struct TicketView {
    /// The code on it.
    code: String,
    /// The UNO code of its guest.
    uno: String,
    /// The desk day that issued it.
    desk_day: NaiveDate,
    /// The lot; a family's tickets are of one.
    lot: u32,
    /// Where it stands.
    state: TicketStateWord,
    /// Why it ended.
    cause: Option<EndCauseWord>,
    /// The first night it was issued for.
    first: NaiveDate,
    /// The last night it was issued for.
    last: NaiveDate,
    /// Where its guest has a place, and on which nights; nothing if none is kept. A shelter sees its own nights.
    stays: Vec<StayView>,
    /// Whether an SL ticket went with it; none if it was never handed out.
    sl_ticket: Option<bool>,
    /// How many times it was printed anew.
    reprints: usize,
}

/// A shelter.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MoveBody {
    /// Where the party is to sleep.
    #[schema(value_type = kinds::ShelterName)]
    shelter: String,
}

/// From when a place is gone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlaceGoneBody {
    /// The first night without it; the first that can still be taken if left out.
    #[schema(value_type = Option<kinds::DateAsked>)]
    from: Option<String>,
}

fn show(read: &mut Read<'_>, ctx: &Ctx, id: &Uuid) -> Result<TicketView, Refusal> {
    let ticket = read.ticket(TicketId(*id))?.ok_or_else(|| Refusal::not_found("ticket"))?;
    let guest = read.guest(ticket.guest)?.ok_or_else(|| Refusal::internal("a ticket of nobody"))?;
    let (state, cause, sl_ticket) = match ticket.state {
        State::Waiting(_) => (TicketStateWord::Waiting, None, None),
        State::Collected { sl_ticket } => (TicketStateWord::Collected, None, Some(sl_ticket)),
        State::Declined => (TicketStateWord::Declined, None, None),
        State::Lapsed => (TicketStateWord::Lapsed, None, None),
        State::Ended { cause, sl_ticket, .. } => (TicketStateWord::Ended, Some(cause.into()), sl_ticket),
    };
    Ok(TicketView {
        code: ticket.code.to_string(),
        uno: guest.uno.to_string(),
        desk_day: ticket.desk_day,
        lot: ticket.lot.0,
        state,
        cause,
        first: ticket.issued.first().date(),
        last: ticket.issued.last().date(),
        stays: stays(ctx, &ticket),
        sl_ticket,
        reprints: ticket.replaced.len(),
    })
}

/// Where a ticket holds places; where else is no business of a shelter.
fn stays(ctx: &Ctx, ticket: &Ticket) -> Vec<StayView> {
    let mut stays: Vec<(Pool, Night, Night)> = Vec::new();
    for night in ticket.nights().iter().flat_map(|nights| nights.iter()) {
        let pool = ticket.pool_on(night);
        if ctx.must_see(pool.shelter).is_err() {
            continue;
        }
        match stays.last_mut() {
            Some((last, _, through)) if *last == pool && through.next() == night => *through = night,
            _ => stays.push((pool, night, night)),
        }
    }
    let view = |(pool, first, last): (Pool, Night, Night)| StayView {
        pool: pool.into(),
        first: first.date(),
        last: last.date(),
    };
    stays.into_iter().map(view).collect()
}

/// Takes a step on a ticket and shows it. Its key is kept for a retry, as its code may change.
async fn step(
    service: &Service,
    call: Call,
    code: &str,
    step: impl Fn(&mut Tx<'_>, &Ctx, TicketKey) -> Result<TicketId, Refusal> + Send + 'static,
) -> Result<HttpResponse, Refusal> {
    let key = key_of(code)?;
    service.write(call, StatusCode::OK, move |tx, ctx| step(tx, ctx, key).map(|id| id.0), show).await
}

/// A ticket, by its code or by its key in the audit log. A shelter's worker sees one that opens its own door tonight.
///
/// The audit log says who looked.
#[utoipa::path(tag = "tickets", security(("token" = ["see_tickets"])),
    params(("code" = kinds::TicketAsked, Path, description = "The code on it, `XXXX-XXXX`, or its key")),
    responses((status = 200, body = TicketView)))]
#[get("/tickets/{code}")]
async fn one(
    service: web::Data<Service>,
    code: web::Path<String>,
    Bare(call): Bare,
) -> Result<HttpResponse, Refusal> {
    // Looking is not done once: what may be seen is asked each time.
    let call = Call { key: None, ..call };
    step(&service, call, &code, tickets::look_up).await
}

/// The guest gives it back: its nights from the first one touched are free at once. The others of the family keep theirs.
#[utoipa::path(tag = "tickets", security(("token" = ["change_tickets"])),
    params(("code" = kinds::TicketAsked, Path, description = "The code on it, or its key")),
    responses((status = 200, body = TicketView)))]
#[post("/tickets/{code}/give-back")]
async fn give_back(
    service: web::Data<Service>,
    code: web::Path<String>,
    Bare(call): Bare,
) -> Result<HttpResponse, Refusal> {
    step(&service, call, &code, tickets::give_back).await
}

/// Takes it back from the guest. The others of the family keep theirs.
#[utoipa::path(tag = "tickets", security(("token" = ["end_tickets"])),
    params(("code" = kinds::TicketAsked, Path, description = "The code on it, or its key")),
    responses((status = 200, body = TicketView)))]
#[post("/tickets/{code}/revoke")]
async fn revoke(
    service: web::Data<Service>,
    code: web::Path<String>,
    Bare(call): Bare,
) -> Result<HttpResponse, Refusal> {
    step(&service, call, &code, tickets::revoke).await
}

/// Ends it because the place goes: karens and the week rule do not count the nights lost.
#[utoipa::path(tag = "tickets", security(("token" = ["end_tickets"])), request_body = PlaceGoneBody,
    params(("code" = kinds::TicketAsked, Path, description = "The code on it, or its key")),
    responses((status = 200, body = TicketView)))]
#[post("/tickets/{code}/place-gone")]
async fn place_gone(
    service: web::Data<Service>,
    code: web::Path<String>,
    Body { call, body }: Body<PlaceGoneBody>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let from: Option<Night> = checks.parse_opt("from", body.from.as_deref());
    checks.finish(Some(()))?;
    step(&service, call, &code, move |tx, ctx, key| tickets::place_gone(tx, ctx, key, from)).await
}

/// Prints it anew with another code: the old one is refused from now on.
#[utoipa::path(tag = "tickets", security(("token" = ["change_tickets"])),
    params(("code" = kinds::TicketAsked, Path, description = "The code on it, or its key")),
    responses((status = 200, body = TicketView)))]
#[post("/tickets/{code}/reprint")]
async fn reprint(
    service: web::Data<Service>,
    code: web::Path<String>,
    Bare(call): Bare,
) -> Result<HttpResponse, Refusal> {
    step(&service, call, &code, tickets::reprint).await
}

/// Moves the whole party of a ticket: the same nights, another shelter. Tonight's arrival is undone first.
#[utoipa::path(tag = "tickets", security(("token" = ["end_tickets"])), request_body = MoveBody,
    params(("code" = kinds::TicketAsked, Path, description = "The code on a ticket of the party, or its key")),
    responses((status = 200, body = TicketView)))]
#[post("/tickets/{code}/move")]
async fn move_party(
    service: web::Data<Service>,
    code: web::Path<String>,
    Body { call, body }: Body<MoveBody>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let to: Option<ShelterCode> = checks.parse("shelter", &body.shelter);
    let to = checks.finish(to)?;
    step(&service, call, &code, move |tx, ctx, key| moving::move_party(tx, ctx, key, to)).await
}
