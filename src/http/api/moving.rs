//! Emptying a shelter: everybody who holds a place there is moved, in one step.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::address::shelter_of;
use super::kinds;
use crate::app::moving::{self, Emptied, MovedParty, NotMoved};
use crate::app::{Checks, Ctx, Refusal};
use crate::domain::shelter::ShelterCode;
use crate::domain::ticket::TicketId;
use crate::http::Service;
use crate::http::body::Body;
use crate::http::service::Kept;
use crate::store::{Read, Tx};

/// The most shelters that are tried when one is emptied.
const MAX_TARGETS: usize = 20;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(empty_shelter);
}

/// Where everybody is to sleep.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EmptyBody {
    /// The other shelters, in the order in which they are tried for each party.
    #[schema(value_type = Vec<kinds::ShelterName>, min_items = 1, max_items = 20, example = json!(["vb", "sm"]))]
    to: Vec<String>,
}

/// Why a party is not moved to a shelter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum NotMovedWord {
    /// A member is banned there on one of the nights.
    Banned,
    /// Not all of them fit there on all the nights.
    NoRoom,
    /// Its women asked for women's places only; ask them, and move them by themselves.
    NotWomenOnly,
    /// It holds no night that can be moved.
    NothingToMove,
}

/// Why a shelter was passed over.
#[derive(Serialize, ToSchema)]
struct PassedOverView {
    /// Which.
    #[schema(value_type = String)]
    shelter: ShelterCode,
    /// Why.
    why: NotMovedWord,
}

/// A party of a shelter that is emptied.
#[derive(Serialize, ToSchema)]
struct PartyMoveView {
    /// The desk day of its tickets.
    desk_day: NaiveDate,
    /// Its lot.
    lot: u32,
    /// The codes of its tickets.
    tickets: Vec<String>,
    /// Where it sleeps now; none if it stays.
    #[schema(value_type = Option<String>)]
    to: Option<ShelterCode>,
    /// From which night on.
    from: Option<NaiveDate>,
    /// Why shelters were passed over.
    passed_over: Vec<PassedOverView>,
}

/// A walk-in who holds a place and has no ticket to move.
#[derive(Serialize, ToSchema)]
struct WalkInBedView {
    /// The guest's UNO code.
    uno: String,
    /// The night.
    night: NaiveDate,
}

/// What became of everybody at a shelter.
#[derive(Serialize, ToSchema)]
struct EmptiedView {
    /// The shelter.
    #[schema(value_type = String)]
    shelter: ShelterCode,
    /// The parties that were moved.
    moved: Vec<PartyMoveView>,
    /// The parties that stay, since they fit nowhere else: move them one by one, or end their tickets.
    stay: Vec<PartyMoveView>,
    /// The walk-ins who stay: give their places back.
    walk_ins: Vec<WalkInBedView>,
}

fn party_view(read: &mut Read<'_>, party: &MovedParty) -> Result<PartyMoveView, Refusal> {
    let code = |id: &Uuid| {
        let ticket = read.ticket(TicketId(*id))?;
        Ok(ticket.ok_or_else(|| Refusal::internal("a party without its ticket"))?.code.to_string())
    };
    let passed_over = party.why.iter().map(|&(shelter, why)| PassedOverView {
        shelter,
        why: match why {
            NotMoved::Banned => NotMovedWord::Banned,
            NotMoved::NoRoom => NotMovedWord::NoRoom,
            NotMoved::NotWomenOnly => NotMovedWord::NotWomenOnly,
            NotMoved::NothingToMove => NotMovedWord::NothingToMove,
        },
    });
    Ok(PartyMoveView {
        desk_day: party.day,
        lot: party.lot.0,
        passed_over: passed_over.collect(),
        to: party.to.map(|(shelter, _)| shelter),
        from: party.to.map(|(_, from)| from.date()),
        tickets: party.tickets.iter().map(code).collect::<Result<_, Refusal>>()?,
    })
}

fn show_outcome(read: &mut Read<'_>, _: &Ctx, outcome: &Kept<Emptied>) -> Result<EmptiedView, Refusal> {
    let Emptied { shelter, parties, walk_ins } = &outcome.0;
    let mut view =
        EmptiedView { shelter: *shelter, moved: Vec::new(), stay: Vec::new(), walk_ins: Vec::new() };
    for party in parties {
        let list = if party.to.is_some() { &mut view.moved } else { &mut view.stay };
        list.push(party_view(read, party)?);
    }
    for &(guest, night) in walk_ins {
        let guest = read.guest(guest)?.ok_or_else(|| Refusal::internal("a bed of nobody"))?;
        view.walk_ins.push(WalkInBedView { uno: guest.uno.to_string(), night: night.date() });
    }
    Ok(view)
}

/// Moves everybody who holds a place at a shelter to others: whole parties, all in one step. Who fits nowhere stays, and is
/// listed.
#[utoipa::path(tag = "shelters", security(("token" = ["end_tickets"])), request_body = EmptyBody,
    params(("code" = kinds::ShelterName, Path, description = "The shelter that is emptied")),
    responses((status = 200, body = EmptiedView)))]
#[post("/shelters/{code}/move")]
async fn empty_shelter(
    service: web::Data<Service>,
    code: web::Path<String>,
    Body { call, body }: Body<EmptyBody>,
) -> Result<HttpResponse, Refusal> {
    let leaving = shelter_of(&code)?;
    let mut checks = Checks::default();
    let fits = (1..=MAX_TARGETS).contains(&body.to.len());
    checks.require("to", fits, format!("name 1 to {MAX_TARGETS} other shelters, the best first"));
    let named = body.to.iter().take(MAX_TARGETS).enumerate();
    let to: Vec<ShelterCode> =
        named.filter_map(|(n, code)| checks.parse(&format!("to[{n}]"), code)).collect();
    let to = checks.finish(Some(to))?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| moving::empty_shelter(tx, ctx, leaving, &to).map(Kept);
    service.write(call, StatusCode::OK, step, show_outcome).await
}
