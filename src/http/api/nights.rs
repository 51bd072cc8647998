//! A night at a shelter: who is expected and who came, its close, and head counts.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::address::{NightAsked, shelter_of};
use super::door::DoorGuestView;
use super::kinds;
use super::words::{AdmissionWord, KindWord, SexWord, WhoWord};
use crate::app::evening::{self, NightAtShelter};
use crate::app::{Checks, Ctx, Refusal};
use crate::domain::arrival::DoorState;
use crate::domain::head_count::HeadCount;
use crate::domain::night::Night;
use crate::domain::shelter::ShelterCode;
use crate::domain::sums::NightSum;
use crate::http::Service;
use crate::http::body::{Body, Caller};
use crate::http::service::Kept;
use crate::store::{HeadCountEntry, Read, Tx};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(shelter_night).service(close).service(head_count);
}

/// Closing a night.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CloseBody {
    /// That it is meant to be closed before 20.00 of its evening.
    #[serde(default)]
    early: bool,
}

/// Who slept there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HeadCountBody {
    /// Women.
    women: u32,
    /// Men.
    men: u32,
    /// Other; none if left out.
    #[serde(default)]
    other: u32,
    /// Why the count before was wrong: makes this a correction of it.
    #[schema(value_type = Option<kinds::Reason>)]
    reason: Option<String>,
}

/// A guest with a ticket for the night.
#[derive(Serialize, ToSchema)]
struct ExpectedView {
    /// Who.
    #[serde(flatten)]
    guest: DoorGuestView,
    /// When the guest came in; none if not yet, or on a closed night a no-show.
    arrived_at: Option<DateTime<Utc>>,
    /// Whether that was entered after the close.
    correction: bool,
}

/// A guest without a ticket.
#[derive(Serialize, ToSchema)]
struct WalkInView {
    /// The UNO code.
    uno: String,
    /// As it decides which places fit.
    sex: SexWord,
    /// In a place for singles or for families first.
    kind: KindWord,
    /// In a place for whom.
    who: WhoWord,
    /// Whether it was given after the close.
    correction: bool,
}

/// The sum of a night where tickets are checked. Each side is counted from its own facts.
#[derive(Serialize, ToSchema)]
struct NightSumView {
    /// Tickets valid at the close, or now while the night is open.
    tickets_valid: u64,
    /// Tickets with an arrival.
    arrived: u64,
    /// Tickets valid at the close without one.
    no_show: u64,
    /// The same while the night is open.
    still_undecided: u64,
    /// Places, the closed ones included.
    places: u64,
    /// Guests without a ticket.
    walk_ins: u64,
    /// Open places that nobody holds.
    unassigned: u64,
    /// Closed places.
    closed: u64,
}

/// A head count as it was reported.
#[derive(Serialize, ToSchema)]
struct HeadCountView {
    /// Which of the night, from 1; the last one stands.
    number: u32,
    /// Women.
    women: u32,
    /// Men.
    men: u32,
    /// Other.
    other: u32,
    /// All of them.
    total: u64,
    /// Why it replaces the one before.
    reason: Option<String>,
    /// When it was reported.
    at: DateTime<Utc>,
}

/// A night at a shelter.
#[derive(Serialize, ToSchema)]
struct ShelterNightView {
    /// The shelter.
    #[schema(value_type = String)]
    shelter: ShelterCode,
    /// The night.
    night: NaiveDate,
    /// How guests come to its places.
    admission: AdmissionWord,
    /// When it was closed; none while it is open.
    closed_at: Option<DateTime<Utc>>,
    /// The places, the closed ones included.
    places: u32,
    /// Those of them that are closed.
    closed_places: u32,
    /// Who has a ticket for it in hand, by desk day and lot; tickets that wait at the desk are not among them.
    expected: Vec<ExpectedView>,
    /// Who was given a place at the door.
    walk_ins: Vec<WalkInView>,
    /// Its sum, where tickets are checked.
    sum: Option<NightSumView>,
    /// Its head counts, where heads are counted.
    head_counts: Vec<HeadCountView>,
    /// What does not add up, in sentences; nothing if all is well.
    discrepancies: Vec<String>,
}

impl From<NightSum> for NightSumView {
    fn from(sum: NightSum) -> Self {
        Self {
            tickets_valid: sum.tickets_valid,
            arrived: sum.arrived,
            no_show: sum.no_show,
            still_undecided: sum.still_undecided,
            places: sum.places,
            walk_ins: sum.walk_ins,
            unassigned: sum.unassigned,
            closed: sum.closed,
        }
    }
}

impl From<HeadCountEntry> for HeadCountView {
    fn from(entry: HeadCountEntry) -> Self {
        let HeadCount { women, men, other } = entry.count;
        Self {
            number: entry.number,
            women,
            men,
            other,
            total: entry.count.total(),
            reason: entry.reason.map(|reason| reason.to_string()),
            at: entry.at,
        }
    }
}

impl From<NightAtShelter> for ShelterNightView {
    fn from(at: NightAtShelter) -> Self {
        let discrepancies = at.discrepancies();
        let night = at.door.night;
        let expected = at.expected.iter().map(|one| ExpectedView {
            guest: DoorGuestView::new(&one.guest, &one.ticket, night),
            arrived_at: one.arrived.map(|arrival| arrival.at),
            correction: one.arrived.is_some_and(|arrival| arrival.correction),
        });
        let walk_ins = at.walk_ins.iter().map(|one| WalkInView {
            uno: one.guest.uno.to_string(),
            sex: one.guest.sex.into(),
            kind: one.bed.pool.kind.into(),
            who: one.bed.pool.who.into(),
            correction: one.bed.correction,
        });
        Self {
            shelter: at.shelter.code,
            night: night.date(),
            admission: at.shelter.admission.into(),
            closed_at: match at.door.state {
                DoorState::Closed { at, .. } => Some(at),
                DoorState::Open => None,
            },
            places: at.places.0,
            closed_places: at.places.1,
            expected: expected.collect(),
            walk_ins: walk_ins.collect(),
            sum: at.sum.map(NightSumView::from),
            head_counts: at.head_counts.into_iter().map(HeadCountView::from).collect(),
            discrepancies,
        }
    }
}

/// A night at a shelter, written down for a retry.
type OfNight = Kept<(ShelterCode, Night)>;

fn show(
    read: &mut Read<'_>,
    ctx: &Ctx,
    Kept((shelter, night)): &OfNight,
) -> Result<ShelterNightView, Refusal> {
    evening::after_a_step(read, ctx, *shelter, *night).map(ShelterNightView::from)
}

/// A night at a shelter: who is expected, who came, and its sum.
#[utoipa::path(tag = "evening", security(("token" = ["see_nights"])),
    params(("code" = kinds::ShelterName, Path, description = "The shelter"),
           ("night" = kinds::NightAsked, Path, description = "The date of its evening, or `tonight`: until noon that is yesterday")),
    responses((status = 200, body = ShelterNightView)))]
#[get("/shelters/{code}/nights/{night}")]
async fn shelter_night(
    service: web::Data<Service>,
    Caller(actor): Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (shelter, night) = path.into_inner();
    let (shelter, night) = (shelter_of(&shelter)?, NightAsked::read(&night)?);
    let look = move |read: &mut Read<'_>, ctx: &Ctx| {
        evening::night(read, ctx, shelter, night.at(ctx)).map(ShelterNightView::from)
    };
    service.show(actor, look).await
}

/// Closes a night at a door: who has a ticket and did not come is a no-show. Arrivals after it are let in, as corrections.
#[utoipa::path(tag = "evening", security(("token" = ["report_nights"])), request_body = CloseBody,
    params(("code" = kinds::ShelterName, Path, description = "The shelter"),
           ("night" = kinds::NightAsked, Path, description = "The date of its evening, or `tonight`")),
    responses((status = 200, body = ShelterNightView)))]
#[post("/shelters/{code}/nights/{night}/close")]
async fn close(
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
    Body { call, body }: Body<CloseBody>,
) -> Result<HttpResponse, Refusal> {
    let (shelter, night) = path.into_inner();
    let (shelter, night) = (shelter_of(&shelter)?, NightAsked::read(&night)?);
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let night = night.at(ctx);
        evening::close(tx, ctx, shelter, night, body.early)?;
        Ok(Kept((shelter, night)))
    };
    service.write(call, StatusCode::OK, step, show).await
}

/// Reports who slept at a shelter that does not check tickets; with a reason, corrects it.
#[utoipa::path(tag = "evening", security(("token" = ["report_nights"])), request_body = HeadCountBody,
    params(("code" = kinds::ShelterName, Path, description = "The shelter"),
           ("night" = kinds::NightAsked, Path, description = "The date of its evening, or `tonight`")),
    responses((status = 201, body = ShelterNightView)))]
#[post("/shelters/{code}/nights/{night}/head-count")]
async fn head_count(
    service: web::Data<Service>,
    path: web::Path<(String, String)>,
    Body { call, body }: Body<HeadCountBody>,
) -> Result<HttpResponse, Refusal> {
    let (shelter, night) = path.into_inner();
    let (shelter, night) = (shelter_of(&shelter)?, NightAsked::read(&night)?);
    let mut checks = Checks::default();
    let reason = body.reason.as_deref().and_then(|reason| checks.reason("reason", reason));
    checks.finish(Some(()))?;
    let count = HeadCount { women: body.women, men: body.men, other: body.other };
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let night = night.at(ctx);
        evening::count_heads(tx, ctx, (shelter, night), count, reason.clone())?;
        Ok(Kept((shelter, night)))
    };
    service.write(call, StatusCode::CREATED, step, show).await
}
