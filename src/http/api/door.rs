//! The door: a code is read, and the guest comes in or hears why not; and taking an arrival back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::address::shelter_of;
use super::kinds;
use super::reasons::{Sentence, Speaker};
use super::words::SexWord;
use crate::app::door::{self, Answered, TakenBack};
use crate::app::{Checks, Ctx, Refusal};
use crate::domain::arrival::{Answer, Ending};
use crate::domain::code::TicketCode;
use crate::domain::night::Night;
use crate::domain::shelter::ShelterCode;
use crate::domain::ticket::{Ticket, TicketId};
use crate::http::Service;
use crate::http::body::Body;
use crate::http::service::Kept;
use crate::i18n;
use crate::store::{GuestEntry, Read, Tx};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(arrive).service(undo);
}

/// A code read at a door.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ScanBody {
    /// The code on the ticket, scanned or typed.
    #[schema(value_type = kinds::TicketTyped)]
    code: String,
    /// The night it is for, if not tonight: an arrival that was forgotten.
    #[schema(value_type = Option<kinds::DateAsked>)]
    night: Option<String>,
    /// Whether *let in* enters the arrival; yes if left out. With `false` the door only looks.
    enter: Option<bool>,
}

/// An arrival at a door.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UndoArrivalBody {
    /// The code on the ticket.
    #[schema(value_type = kinds::TicketTyped)]
    code: String,
    /// The night, if not tonight.
    #[schema(value_type = Option<kinds::DateAsked>)]
    night: Option<String>,
}

/// What a door answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AnswerWord {
    /// Let the guest in.
    LetIn,
    /// The ticket was let in on this night: only the same guest may come in again.
    AlreadyIn,
    /// It is for another shelter tonight.
    OtherShelter,
    /// It is not for this door tonight, and the desk knows more.
    BackToTheDesk,
    /// Its nights are still to come.
    NotYet,
    /// Its nights are past.
    Over,
    /// It is no longer good, or the code was replaced.
    Ended,
    /// A ban here took tonight from it.
    BannedHere,
    /// Nobody has a ticket with this code.
    Unknown,
}

/// Why a ticket is no longer good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum EndingWord {
    /// The guest gave it back.
    GivenBack,
    /// Staff took it back.
    Revoked,
    /// A ban here that is not in force tonight.
    Ban,
    /// Released after no-shows.
    Released,
    /// Its place went.
    PlaceGone,
    /// Printed anew: only the new code is good.
    CodeReplaced,
}

/// A guest as the right door sees one.
#[derive(Serialize, ToSchema)]
pub(super) struct DoorGuestView {
    /// The UNO code.
    uno: String,
    /// As it decides which places fit.
    sex: SexWord,
    /// The code on the ticket.
    code: String,
    /// The desk day and the lot: who has the same came together.
    desk_day: NaiveDate,
    /// The lot.
    lot: u32,
    /// The last night of the ticket.
    last: NaiveDate,
    /// How many nights it has, this one counted.
    nights_left: u32,
}

impl DoorGuestView {
    pub(super) fn new(guest: &GuestEntry, ticket: &Ticket, night: Night) -> Self {
        let last = ticket.nights().map_or(night, crate::domain::night::Nights::last);
        Self {
            uno: guest.uno.to_string(),
            sex: guest.sex.into(),
            code: ticket.code.to_string(),
            desk_day: ticket.desk_day,
            lot: ticket.lot.0,
            last: last.date(),
            nights_left: night.through(last),
        }
    }
}

/// A shelter, by name.
#[derive(Serialize, ToSchema)]
struct NamedShelter {
    /// Its code.
    #[schema(value_type = String)]
    code: ShelterCode,
    /// Its name.
    name: String,
}

/// What belongs to one answer or another; nothing where it belongs to none.
#[derive(Default, Serialize, ToSchema)]
struct DetailsView {
    /// Whether it corrects a night that is closed.
    correction: bool,
    /// Since when the guest is in.
    since: Option<DateTime<Utc>>,
    /// The shelter it is for tonight.
    other_shelter: Option<NamedShelter>,
    /// Its first night.
    from: Option<NaiveDate>,
    /// The first night the guest may have a place again.
    may_ask_again: Option<NaiveDate>,
    /// Why it is no longer good.
    ended: Option<EndingWord>,
    /// The last night of the ban.
    through: Option<NaiveDate>,
}

/// What a door answers to a code. Of a guest who is not for this door tonight it says nothing.
#[derive(Serialize, ToSchema)]
struct AnswerView {
    /// The answer.
    answer: AnswerWord,
    /// The answer in words, to be read at the door.
    text: Sentence,
    /// The shelter whose door it is.
    #[schema(value_type = String)]
    shelter: ShelterCode,
    /// The night it is for.
    night: NaiveDate,
    /// Whether an arrival was entered now.
    entered: bool,
    /// What belongs to the answer.
    #[serde(flatten)]
    details: DetailsView,
    /// The guest who is let in; none who was moved since.
    guest: Option<DoorGuestView>,
}

impl DetailsView {
    fn of(answer: &Answer, speaker: &Speaker) -> (AnswerWord, Self) {
        let none = Self::default();
        match *answer {
            Answer::LetIn { correction } => (AnswerWord::LetIn, Self { correction, ..none }),
            Answer::AlreadyIn { since } => (AnswerWord::AlreadyIn, Self { since: Some(since), ..none }),
            Answer::OtherShelter(code) => {
                let other_shelter = Some(NamedShelter { code, name: speaker.name_of(code) });
                (AnswerWord::OtherShelter, Self { other_shelter, ..none })
            }
            Answer::BackToTheDesk => (AnswerWord::BackToTheDesk, none),
            Answer::NotYet { from } => (AnswerWord::NotYet, Self { from: Some(from.date()), ..none }),
            Answer::Over { may_ask_again } => {
                (AnswerWord::Over, Self { may_ask_again: may_ask_again.map(Night::date), ..none })
            }
            Answer::Ended(ending) => (AnswerWord::Ended, Self { ended: Some(ending.into()), ..none }),
            Answer::BannedHere { through } => {
                (AnswerWord::BannedHere, Self { through: Some(through.date()), ..none })
            }
            Answer::Unknown => (AnswerWord::Unknown, none),
        }
    }
}

impl From<Ending> for EndingWord {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::GivenBack => Self::GivenBack,
            Ending::Revoked => Self::Revoked,
            Ending::Ban => Self::Ban,
            Ending::Released => Self::Released,
            Ending::PlaceGone => Self::PlaceGone,
            Ending::CodeReplaced => Self::CodeReplaced,
        }
    }
}

/// An arrival that was taken back.
#[derive(Serialize, ToSchema)]
struct TakenBackView {
    /// The shelter.
    #[schema(value_type = String)]
    shelter: ShelterCode,
    /// The night.
    night: NaiveDate,
    /// Whether that corrects a night that is closed.
    correction: bool,
    /// The guest, who is expected again; none who was moved since.
    guest: Option<DoorGuestView>,
}

fn check(code: &str, night: Option<&str>) -> Result<(TicketCode, Option<Night>), Refusal> {
    let mut checks = Checks::default();
    let code = checks.parse("code", code);
    let night = checks.parse_opt("night", night);
    Ok((checks.finish(code)?, night))
}

/// The guest, as long as the ticket is for this door that night: of one who was moved since, a retry says no more than a first
/// reading would.
fn guest_here(
    read: &mut Read<'_>,
    ticket: uuid::Uuid,
    (door, night): (ShelterCode, Night),
) -> Result<Option<DoorGuestView>, Refusal> {
    let missing = || Refusal::internal("an arrival of nobody");
    let ticket = read.ticket(TicketId(ticket))?.ok_or_else(missing)?;
    if !ticket.is_valid_on(night) || ticket.pool_on(night).shelter != door {
        return Ok(None);
    }
    let guest = read.guest(ticket.guest)?.ok_or_else(missing)?;
    Ok(Some(DoorGuestView::new(&guest, &ticket, night)))
}

fn show_answer(read: &mut Read<'_>, _: &Ctx, kept: &Kept<Answered>) -> Result<AnswerView, Refusal> {
    let mut answered = kept.0;
    if let Answer::OtherShelter(code) = answered.answer
        && read.shelter(code)?.is_none_or(|shelter| shelter.protected)
    {
        // Protected since: where it is, is said no more.
        answered.answer = Answer::BackToTheDesk;
    }
    let &Answered { shelter, night, entered, .. } = &answered;
    let speaker = Speaker::new(read)?;
    let name_of = |code| speaker.name_of(code);
    let text = Sentence::new(|language| i18n::door(&answered.answer, language, &name_of));
    let guest = match answered.ticket {
        Some(ticket) => guest_here(read, ticket, (shelter, night))?,
        None => None,
    };
    let (answer, details) = DetailsView::of(&answered.answer, &speaker);
    Ok(AnswerView { answer, text, shelter, night: night.date(), entered, details, guest })
}

fn show_taken_back(read: &mut Read<'_>, _: &Ctx, kept: &Kept<TakenBack>) -> Result<TakenBackView, Refusal> {
    let TakenBack { ticket, shelter, night, correction } = kept.0;
    let guest = guest_here(read, ticket, (shelter, night))?;
    Ok(TakenBackView { shelter, night: night.date(), correction, guest })
}

/// Reads a code at a door. *Let in* enters the arrival (201); every other answer writes nothing (200).
///
/// A ticket that is valid tonight opens its own door. At a wrong door only the right one is said, nothing of the guest.
#[utoipa::path(tag = "evening", security(("token" = ["let_in"])), request_body = ScanBody,
    params(("code" = kinds::ShelterName, Path, description = "The shelter")),
    responses((status = 201, body = AnswerView, description = "Let in, and entered"),
              (status = 200, body = AnswerView, description = "Any other answer, or only looked")))]
#[post("/shelters/{code}/arrivals")]
async fn arrive(
    service: web::Data<Service>,
    shelter: web::Path<String>,
    Body { call, body }: Body<ScanBody>,
) -> Result<HttpResponse, Refusal> {
    let shelter = shelter_of(&shelter)?;
    let (code, night) = check(&body.code, body.night.as_deref())?;
    let enter = body.enter.unwrap_or(true);
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        let answered = door::arrive(tx, ctx, shelter, code, (night, enter))?;
        let status = if answered.entered { StatusCode::CREATED } else { StatusCode::OK };
        Ok((status, Kept(answered)))
    };
    service.write_as(call, step, show_answer).await
}

/// Takes an arrival back: the guest is expected again.
#[utoipa::path(tag = "evening", security(("token" = ["let_in"])), request_body = UndoArrivalBody,
    params(("code" = kinds::ShelterName, Path, description = "The shelter")),
    responses((status = 200, body = TakenBackView)))]
#[post("/shelters/{code}/arrivals/undo")]
async fn undo(
    service: web::Data<Service>,
    shelter: web::Path<String>,
    Body { call, body }: Body<UndoArrivalBody>,
) -> Result<HttpResponse, Refusal> {
    let shelter = shelter_of(&shelter)?;
    let (code, night) = check(&body.code, body.night.as_deref())?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| door::undo(tx, ctx, shelter, code, night).map(Kept);
    service.write(call, StatusCode::OK, step, show_taken_back).await
}
