//! What everybody may see of a draw: the commitment and its counts, the digits, the drawn order with placed or reserve by lot
//! number; and, with the check code of a slip, what that lot got (draw.md, section 8).

use actix_web::{HttpResponse, get, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::address::{day_of, lot_of};
use super::decisions::PlaceChangeView;
use super::desk_days::{DeskDayView, ListView, show_day};
use super::kinds;
use super::lots::verdict_of;
use super::reasons::{Sentence, Speaker, VerdictView};
use super::words::{StatusWord, TicketStateWord};
use crate::app::places::changes_beside_the_draw;
use crate::app::{Checks, Ctx, RecomputedDraws, Refusal, facts};
use crate::domain::code::SlipCode;
use crate::domain::lottery::Draw;
use crate::domain::lottery::placement::Outcome;
use crate::domain::night::Nights;
use crate::domain::party::LotNumber;
use crate::domain::role::Actor;
use crate::domain::shelter::ShelterCode;
use crate::http::Service;
use crate::store::{LotEntry, Read};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(public_day).service(public_slip);
}

/// A lot in the drawn order.
#[derive(Serialize, ToSchema)]
struct DrawnLot {
    /// Its number.
    lot: u32,
    /// Whether it was placed; else it stands on the reserve list.
    placed: bool,
}

/// What the hall may see of a record.
#[derive(Deserialize)]
struct Recorded {
    outcomes: Vec<RecordedOutcome>,
}

#[derive(Deserialize)]
struct RecordedOutcome {
    lot: u32,
    result: String,
}

/// A draw as the hall sees it.
#[derive(Serialize, ToSchema)]
struct PublicDraw {
    /// What is shown when the list is frozen.
    #[serde(flatten)]
    list: ListView,
    /// Whether it stands.
    stands: bool,
    /// The order, first drawn first, once there is a result.
    order: Option<Vec<DrawnLot>>,
}

/// A desk day as the hall sees it.
#[derive(Serialize, ToSchema)]
struct PublicDay {
    /// The desk day, and where it stands.
    #[serde(flatten)]
    day: DeskDayView,
    /// Its draws, those that do not stand first.
    draws: Vec<PublicDraw>,
    /// Every change of places after the day's first lot.
    place_changes: Vec<PlaceChangeView>,
}

/// What a lot got.
#[derive(Serialize, ToSchema)]
struct SlipView {
    /// The lot.
    lot: u32,
    /// The desk day.
    day: NaiveDate,
    /// Where it stands in the list.
    status: StatusWord,
    /// What the rules said when it asked, with the reasons; none for a person logged without a document.
    verdict: Option<VerdictView>,
    /// Its own line of the frozen list, once it may be shown.
    #[schema(value_type = Option<Object>)]
    line: Option<serde_json::Value>,
    /// Its key in the draw, if there was a draw.
    key: Option<String>,
    /// Its place in the drawn order.
    rank: Option<u32>,
    /// Its place on the reserve list, if it stands there.
    reserve: Option<u32>,
    /// Where it was placed.
    #[schema(value_type = Option<String>)]
    shelter: Option<ShelterCode>,
    /// The first night.
    first: Option<NaiveDate>,
    /// The last night.
    last: Option<NaiveDate>,
    /// Where its latest ticket stands; none before one was issued.
    ticket: Option<TicketStateWord>,
    /// Why, in words, line by line.
    why: Option<Sentence>,
}

/// The check code on the slip.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct CheckQuery {
    /// The check code.
    #[param(value_type = kinds::SlipTyped)]
    check: String,
}

fn order(read: &mut Read<'_>, day: NaiveDate, draw: u32) -> Result<Option<Vec<DrawnLot>>, Refusal> {
    let Some(record) = read.draw_record(day, draw)? else { return Ok(None) };
    // As it was written when it was drawn: everybody may ask, and recomputing a draw is work.
    let record: Recorded =
        serde_json::from_str(&record).map_err(|error| Refusal::internal(&error.to_string()))?;
    let lots = record.outcomes.into_iter();
    Ok(Some(lots.map(|one| DrawnLot { lot: one.lot, placed: one.result == "placed" }).collect()))
}

/// A desk day as everybody in the hall may see it.
#[utoipa::path(tag = "public", security(()),
    params(("day" = kinds::DateAsked, Path, description = "The desk day")), responses((status = 200, body = PublicDay)))]
#[get("/public/desk-days/{day}")]
async fn public_day(service: web::Data<Service>, day: web::Path<String>) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    service
        .show(Actor::Service, move |read, ctx| {
            let saved = facts::desk_day(read, day)?;
            let past = saved.day.past.iter().map(|past| (&past.list, false));
            let lists: Vec<_> = past.chain(saved.day.list().map(|list| (list, true))).collect();
            let mut draws = Vec::new();
            for (list, stands) in lists {
                let order = order(read, day, list.draw)?;
                draws.push(PublicDraw { list: ListView::from(list), stands, order });
            }
            let changes = changes_beside_the_draw(read, day)?;
            let place_changes = changes.into_iter().map(Into::into).collect();
            Ok(PublicDay { day: show_day(read, ctx, &day)?, draws, place_changes })
        })
        .await
}

/// What a lot got, for who holds its slip.
#[utoipa::path(tag = "public", security(()),
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("lot" = kinds::Lot, Path, description = "Its number"), CheckQuery),
    responses((status = 200, body = SlipView)))]
#[get("/public/desk-days/{day}/lots/{lot}")]
async fn public_slip(
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
    query: web::Query<CheckQuery>,
) -> Result<HttpResponse, Refusal> {
    let (day, lot) = (day_of(&path.0)?, lot_of(&path.1)?);
    let mut checks = Checks::default();
    let check = checks.parse("check", &query.check);
    let check: SlipCode = checks.finish(check)?;
    let draws = service.draws();
    service
        .show(Actor::Service, move |read, ctx| {
            let entry = read.lot(day, lot)?.filter(|entry| entry.slip == check);
            let entry = entry.ok_or_else(|| Refusal::not_found("slip"))?;
            slip_view(read, ctx, &draws, &entry)
        })
        .await
}

fn slip_view(
    read: &mut Read<'_>,
    ctx: &Ctx,
    draws: &RecomputedDraws,
    entry: &LotEntry,
) -> Result<SlipView, Refusal> {
    let (day, lot) = (entry.day, entry.number);
    let mut view = SlipView {
        lot: lot.0,
        day,
        status: entry.status.into(),
        verdict: verdict_of(&Speaker::new(read)?, entry)?,
        line: None,
        key: None,
        rank: None,
        reserve: None,
        shelter: None,
        first: None,
        last: None,
        ticket: None,
        why: None,
    };
    let saved = facts::desk_day(read, day)?;
    if let Some(list) = saved.day.list_with_result()
        && let Some(draw) = draws.find(read, day, list.draw)?
    {
        view.tell(&draw, lot)?;
    }
    let tickets = read.tickets_of_lot(day, lot)?;
    view.ticket = tickets.last().map(|(_, ticket)| TicketStateWord::of(&ticket.state));
    if let Some((_, ticket)) = tickets.iter().rfind(|(_, ticket)| ticket.nights().is_some()) {
        view.shelter = Some(ticket.pool_on(ctx.tonight()).shelter);
        view.first = ticket.nights().map(|nights| nights.first().date());
        view.last = ticket.nights().map(|nights| nights.last().date());
    }
    Ok(view)
}

impl SlipView {
    /// Fills in what the draw says of the lot.
    fn tell(&mut self, draw: &Draw, lot: LotNumber) -> Result<(), Refusal> {
        let manifest: serde_json::Value = serde_json::from_str(draw.manifest().bytes())
            .map_err(|error| Refusal::internal(&error.to_string()))?;
        let lines = manifest["lots"].as_array();
        self.line = lines.and_then(|lines| lines.iter().find(|line| line["lot"] == lot.0)).cloned();
        let keys = draw.randomness().into_iter().flat_map(|randomness| &randomness.keys);
        self.key = keys.into_iter().find(|(of, _)| *of == lot).map(|(_, key)| key.to_string());
        self.why = Sentence::why(draw, lot);
        match draw.outcomes().iter().find(|outcome| outcome.lot() == lot) {
            Some(Outcome::Placed { rank, seat, .. }) => {
                let nights = Nights::starting(seat.start, seat.nights);
                self.rank = Some(*rank);
                self.shelter = Some(seat.shelter);
                self.first = Some(nights.first().date());
                self.last = Some(nights.last().date());
            }
            Some(Outcome::Reserve { rank, reserve, .. }) => {
                self.rank = Some(*rank);
                self.reserve = Some(*reserve);
            }
            None => {}
        }
        Ok(())
    }
}
