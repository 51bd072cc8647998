//! The draws of a day, and what is shown of them to whom (draw.md, sections 3, 7 and 8).

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::address::{day_of, draw_of, lot_of};
use super::decisions::PlaceChangeView;
use super::desk_days::ListView;
use super::kinds;
use super::reasons::Sentence;
use crate::app::places::changes_beside_the_draw;
use crate::app::{Refusal, drawing, facts};
use crate::domain::lottery::verify::{Print, verify};
use crate::http::Service;
use crate::http::body::Caller;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(show_record).service(verification).service(why);
}

/// A draw of a day.
#[derive(Serialize, ToSchema)]
struct DrawView {
    /// What was shown when its list was frozen.
    #[serde(flatten)]
    list: ListView,
    /// When its list was frozen.
    frozen_at: DateTime<Utc>,
    /// When its result was stored.
    drawn_at: Option<DateTime<Utc>>,
    /// Whether it stands; if not, it is shown first all the same.
    stands: bool,
    /// Every change of places after the day's first lot.
    place_changes: Vec<PlaceChangeView>,
}

/// Everything there is of a draw: for coordinators, who compare it with the print.
#[derive(Serialize, ToSchema)]
struct RecordView {
    /// The manifest.
    manifest: String,
    /// The record, to be verified with `inskrivning verify`; none if it was set aside before it was drawn.
    record: Option<String>,
}

/// Whether a record verifies.
#[derive(Serialize, ToSchema)]
struct VerificationView {
    /// Whether every step passed.
    passed: bool,
    /// The first step that failed, and why.
    failure: Option<String>,
}

/// Why a lot got what it got.
#[derive(Serialize, ToSchema)]
struct WhyView {
    /// In words, line by line.
    why: Sentence,
}

/// The draws of a day, those that do not stand first.
#[utoipa::path(tag = "draw", security(("token" = ["see_draws"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day")), responses((status = 200, body = [DrawView])))]
#[get("/desk-days/{day}/draws")]
async fn list(
    service: web::Data<Service>,
    Caller(actor): Caller,
    day: web::Path<String>,
) -> Result<HttpResponse, Refusal> {
    let day = day_of(&day)?;
    service
        .show(actor, move |read, _| {
            let saved = facts::desk_day(read, day)?;
            let entries = read.draws_of(day)?;
            let past = saved.day.past.iter().map(|past| (&past.list, false));
            let lists = past.chain(saved.day.list().map(|list| (list, true)));
            let changes = changes_beside_the_draw(read, day)?;
            let place_changes: Vec<PlaceChangeView> = changes.into_iter().map(Into::into).collect();
            let views = lists.filter_map(|(list, stands)| {
                let entry = entries.iter().find(|entry| entry.draw == list.draw)?;
                let list = ListView::from(list);
                let (frozen_at, drawn_at) = (entry.frozen_at, entry.drawn_at);
                let place_changes = place_changes.clone();
                Some(DrawView { list, frozen_at, drawn_at, stands, place_changes })
            });
            Ok(views.collect::<Vec<_>>())
        })
        .await
}

/// The manifest and the record of a draw, once they may be shown.
#[utoipa::path(tag = "draw", security(("token" = ["see_records"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("draw" = kinds::DrawNumber, Path, description = "Its number")),
    responses((status = 200, body = RecordView)))]
#[get("/desk-days/{day}/draws/{draw}/record")]
async fn show_record(
    service: web::Data<Service>,
    Caller(actor): Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (day, draw) = (day_of(&path.0)?, draw_of(&path.1)?);
    service
        .show(actor, move |read, _| {
            let manifest = drawing::shown_manifest(read, day, draw)?;
            Ok(RecordView { manifest, record: read.draw_record(day, draw)? })
        })
        .await
}

/// Recomputes the record of a draw, as `inskrivning verify` does.
#[utoipa::path(tag = "draw", security(("token" = ["see_draws"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("draw" = kinds::DrawNumber, Path, description = "Its number")),
    responses((status = 200, body = VerificationView)))]
#[get("/desk-days/{day}/draws/{draw}/verification")]
async fn verification(
    service: web::Data<Service>,
    Caller(actor): Caller,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (day, draw) = (day_of(&path.0)?, draw_of(&path.1)?);
    service
        .show(actor, move |read, _| {
            let record = drawing::shown_record(read, day, draw)?;
            let failure = verify(record.as_bytes(), &Print::default()).err();
            Ok(VerificationView {
                passed: failure.is_none(),
                failure: failure.map(|failure| failure.to_string()),
            })
        })
        .await
}

/// Why not me? What a lot got, and why.
#[utoipa::path(tag = "draw", security(("token" = ["see_draws"])),
    params(("day" = kinds::DateAsked, Path, description = "The desk day"), ("draw" = kinds::DrawNumber, Path, description = "Its number"),
           ("lot" = kinds::Lot, Path, description = "The lot")),
    responses((status = 200, body = WhyView)))]
#[get("/desk-days/{day}/draws/{draw}/lots/{lot}/why")]
async fn why(
    service: web::Data<Service>,
    Caller(actor): Caller,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, Refusal> {
    let (day, draw, lot) = (day_of(&path.0)?, draw_of(&path.1)?, lot_of(&path.2)?);
    let draws = service.draws();
    service
        .show(actor, move |read, _| {
            drawing::shown_record(read, day, draw)?;
            let made = draws.find(read, day, draw)?.ok_or_else(|| Refusal::not_found("draw"))?;
            let why = Sentence::why(&made, lot).ok_or_else(|| Refusal::not_found("lot"))?;
            Ok(WhyView { why })
        })
        .await
}
