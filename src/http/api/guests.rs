//! Guests: who somebody is, what they had, and what stands in their way.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, post, put, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::address::uno_of;
use super::bans::{BanView, ban_view};
use super::kinds;
use super::people::document_of;
use super::reasons::{Speaker, VerdictView};
use super::words::{AskedWord, DocumentWord, EndCauseWord, SexWord, StatusWord, TicketStateWord};
use crate::app::people::About;
use crate::app::{Checks, Ctx, Refusal, guests};
use crate::domain::code::UnoCode;
use crate::domain::document::Document;
use crate::domain::eligibility::ReasonKind;
use crate::domain::guest::{GuestId, birth_date, language_tag};
use crate::domain::night::{Night, Nights};
use crate::domain::shelter::ShelterCode;
use crate::domain::ticket::{Calls, State, Ticket};
use crate::http::Service;
use crate::http::body::{Body, Caller};
use crate::store::{GuestEntry, Read, Tx};

/// How many of the latest tickets and lots are shown.
const LATEST: i64 = 20;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(find).service(one).service(correct).service(add_document);
}

/// A document, as it is read off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ShownDocument {
    /// The country that issued it, two capital letters.
    #[schema(value_type = kinds::CountryCode)]
    country: String,
    /// What kind it is.
    kind: DocumentWord,
    /// Its number, as it stands on it.
    #[schema(value_type = kinds::DocumentNumber)]
    number: String,
}

/// Whom to look for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FindBody {
    /// By this document. It stands in the body so that its number is in no address and no log.
    document: ShownDocument,
}

/// Another document of a guest.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AddDocument {
    /// The document. It is not kept: only what the key file makes of it is.
    document: ShownDocument,
}

/// What is known of a guest, whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GuestBody {
    /// As it decides which places fit.
    sex: SexWord,
    /// The date of birth, `YYYY-MM-DD`.
    #[schema(value_type = kinds::Birth)]
    birth: String,
    /// The country, two capital letters.
    #[schema(value_type = kinds::CountryCode)]
    country: String,
    /// The language the guest is spoken to in, as `ro`.
    #[schema(value_type = kinds::Language)]
    language: String,
}

/// A ticket of a guest.
#[derive(Serialize, ToSchema)]
struct GuestTicketView {
    /// Its code.
    code: String,
    /// The desk day that issued it.
    day: NaiveDate,
    /// Its lot.
    lot: u32,
    /// Where, on the last night for which it holds a place; as issued, if it holds none.
    #[schema(value_type = String)]
    shelter: ShelterCode,
    /// The first night it was issued for.
    first: NaiveDate,
    /// The last night it was issued for.
    last: NaiveDate,
    /// The last night for which it holds or held a place; none if it left no trace.
    kept_to: Option<NaiveDate>,
    /// Where it stands.
    state: TicketStateWord,
    /// How often the guest was called, while it waits.
    calls: Option<u32>,
    /// Why it ended early.
    ended: Option<EndCauseWord>,
}

impl From<&Ticket> for GuestTicketView {
    fn from(ticket: &Ticket) -> Self {
        let (state, calls, ended) = match ticket.state {
            State::Waiting(Calls::None) => (TicketStateWord::Waiting, Some(0), None),
            State::Waiting(Calls::Once(_)) => (TicketStateWord::Waiting, Some(1), None),
            State::Waiting(Calls::Twice(_)) => (TicketStateWord::Waiting, Some(2), None),
            State::Collected { .. } => (TicketStateWord::Collected, None, None),
            State::Declined => (TicketStateWord::Declined, None, None),
            State::Lapsed => (TicketStateWord::Lapsed, None, None),
            State::Ended { cause, .. } => (TicketStateWord::Ended, None, Some(cause.into())),
        };
        let kept = ticket.nights();
        Self {
            code: ticket.code.to_string(),
            day: ticket.desk_day,
            lot: ticket.lot.0,
            shelter: kept.map_or(ticket.pool, |nights| ticket.pool_on(nights.last())).shelter,
            first: ticket.issued.first().date(),
            last: ticket.issued.last().date(),
            kept_to: kept.map(|nights| nights.last().date()),
            state,
            calls,
            ended,
        }
    }
}

/// A lot in which a guest asked.
#[derive(Serialize, ToSchema)]
struct GuestLotView {
    /// The desk day.
    day: NaiveDate,
    /// Its number.
    lot: u32,
    /// How many asked together.
    members: usize,
    /// What it asked for.
    asks: AskedWord,
    /// Where it stands in the list.
    status: StatusWord,
    /// The rule under which this guest is counted, if it was refused.
    #[schema(value_type = Option<String>)]
    main_reason: Option<ReasonKind>,
}

/// Karens.
#[derive(Serialize, ToSchema)]
struct KarensView {
    /// Its first night.
    first: NaiveDate,
    /// Its last night.
    last: NaiveDate,
}

/// What the rules would say of the guest alone, with a valid document, who accepts every shelter of the draw.
#[derive(Serialize, ToSchema)]
struct IfAskedView {
    /// On which desk day: today's, or the next.
    day: NaiveDate,
    /// For each start night, what stands in the way. None while there is no shelter in the draw.
    verdict: Option<VerdictView>,
}

/// A guest.
#[derive(Serialize, ToSchema)]
struct GuestView {
    /// The code people know the guest by.
    uno: String,
    /// As it decides which places fit.
    sex: SexWord,
    /// The date of birth.
    birth: NaiveDate,
    /// The country.
    country: String,
    /// The language the guest is spoken to in.
    language: String,
    /// The bans that stand tonight or later: to be seen before anything else.
    bans: Vec<BanView>,
    /// Karens that runs or is to come.
    karens: Option<KarensView>,
    /// The first night on which karens and the week rule let the guest start again, unless a waiver lifts them; none if
    /// nothing holds the guest back.
    may_start_again: Option<NaiveDate>,
    /// The desk day on which to come for it, where that is not the night's own date.
    come_on: Option<NaiveDate>,
    /// What stands in the way now.
    if_asked: Option<IfAskedView>,
    /// The latest tickets, latest first.
    tickets: Vec<GuestTicketView>,
    /// The latest lots, latest first.
    lots: Vec<GuestLotView>,
}

impl ShownDocument {
    fn check(&self, checks: &mut Checks) -> Option<Document> {
        document_of(checks, "document", &self.country, self.kind, &self.number)
    }
}

impl GuestBody {
    fn check(&self, mut checks: Checks) -> Result<About, Refusal> {
        let birth = checks.note("birth", birth_date(&self.birth));
        let country = checks.parse("country", &self.country);
        let language = checks.note("language", language_tag(&self.language));
        let about = birth.zip(country).zip(language).map(|((birth, country), language)| About {
            sex: self.sex.into(),
            birth,
            country,
            language,
        });
        checks.finish(about)
    }
}

fn lots_of(read: &mut Read<'_>, guest: GuestId) -> Result<Vec<GuestLotView>, Refusal> {
    let mut lots = Vec::new();
    for (day, number) in read.last_lots_of_guest(guest, LATEST)? {
        let Some(lot) = read.lot(day, number)? else { continue };
        let own = lot.members.iter().find(|member| member.guest == Some(guest));
        lots.push(GuestLotView {
            day,
            lot: number.0,
            members: lot.members.len(),
            asks: lot.asks.into(),
            status: lot.status.into(),
            main_reason: own.and_then(|member| member.main_reason),
        });
    }
    Ok(lots)
}

fn if_asked(
    read: &mut Read<'_>,
    ctx: &Ctx,
    guest: &GuestEntry,
    speaker: &Speaker,
) -> Result<Option<IfAskedView>, Refusal> {
    let Some(day) = guests::day_to_ask(read, ctx)? else { return Ok(None) };
    let judged = guests::what_stands_in_the_way(read, ctx, &day, guest)?;
    Ok(Some(IfAskedView { day: day.date(), verdict: judged.map(|judged| speaker.verdict(&judged.verdict)) }))
}

fn guest_view(read: &mut Read<'_>, ctx: &Ctx, guest: GuestEntry) -> Result<GuestView, Refusal> {
    let speaker = Speaker::new(read)?;
    let tonight = ctx.tonight();
    let bans = read.bans_of(guest.id, tonight)?;
    let (karens, again) = guests::karens_of(read, ctx, guest.id)?;
    let calendar = read.calendar()?;
    let come_on = again.and_then(|night| calendar.desk_day_of(night).filter(|&day| day != night.date()));
    Ok(GuestView {
        bans: bans.iter().map(|made| ban_view(read, made)).collect::<Result<_, _>>()?,
        karens: karens
            .map(|nights: Nights| KarensView { first: nights.first().date(), last: nights.last().date() }),
        may_start_again: again.map(Night::date),
        come_on,
        if_asked: if_asked(read, ctx, &guest, &speaker)?,
        tickets: read.last_tickets_of(guest.id, LATEST)?.iter().map(GuestTicketView::from).collect(),
        lots: lots_of(read, guest.id)?,
        uno: guest.uno.to_string(),
        sex: guest.sex.into(),
        birth: guest.birth,
        country: guest.country.to_string(),
        language: guest.language,
    })
}

fn show_guest(read: &mut Read<'_>, ctx: &Ctx, id: &Uuid) -> Result<GuestView, Refusal> {
    let guest = read.guest(GuestId(*id))?.ok_or_else(|| Refusal::not_found("guest"))?;
    guest_view(read, ctx, guest)
}

/// Finds a guest by a document.
#[utoipa::path(tag = "guests", security(("token" = ["see_guests"])), request_body = FindBody,
    responses((status = 200, body = GuestView)))]
#[post("/guests/find")]
async fn find(
    service: web::Data<Service>,
    Body { call, body }: Body<FindBody>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let document = body.document.check(&mut checks);
    let document = checks.finish(document)?;
    service
        .show(call.actor, move |read, ctx| {
            let guest = guests::by_document(read, ctx, &document)?;
            guest_view(read, ctx, guest)
        })
        .await
}

/// A guest: bans, karens and what stands in the way at once, and what came before.
#[utoipa::path(tag = "guests", security(("token" = ["see_guests"])),
    params(("uno" = kinds::Uno, Path, description = "The UNO code")), responses((status = 200, body = GuestView)))]
#[get("/guests/{uno}")]
async fn one(
    service: web::Data<Service>,
    Caller(actor): Caller,
    uno: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let uno = uno_of(&uno)?;
    service
        .show(actor, move |read, ctx| {
            let guest = guests::by_uno(read, uno)?;
            guest_view(read, ctx, guest)
        })
        .await
}

/// Corrects what is known of a guest.
#[utoipa::path(tag = "guests", security(("token" = ["correct_guests"])), request_body = GuestBody,
    params(("uno" = kinds::Uno, Path, description = "The UNO code")), responses((status = 200, body = GuestView)))]
#[put("/guests/{uno}")]
async fn correct(
    service: web::Data<Service>,
    uno: web::Path<String>,
    Body { call, body }: Body<GuestBody>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    checks.parse::<UnoCode>("uno", &uno);
    let (about, uno) = (body.check(checks)?, uno_of(&uno)?);
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| Ok(guests::correct(tx, ctx, uno, &about)?.0);
    service.write(call, StatusCode::OK, step, show_guest).await
}

/// Registers another document of a guest.
#[utoipa::path(tag = "guests", security(("token" = ["correct_guests"])), request_body = AddDocument,
    params(("uno" = kinds::Uno, Path, description = "The UNO code")), responses((status = 201, body = GuestView)))]
#[post("/guests/{uno}/documents")]
async fn add_document(
    service: web::Data<Service>,
    uno: web::Path<String>,
    Body { call, body }: Body<AddDocument>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let uno: Option<UnoCode> = checks.parse("uno", &uno);
    let document = body.document.check(&mut checks);
    let (uno, document) = checks.finish(uno.zip(document))?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| Ok(guests::add_document(tx, ctx, uno, &document)?.0);
    service.write(call, StatusCode::CREATED, step, show_guest).await
}
