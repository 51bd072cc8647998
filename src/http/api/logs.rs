//! The audit log, and the log of those who were turned away.

use actix_web::{HttpResponse, get, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::words::SexWord;
use crate::app::turned_away::{self, MAX_DAYS, TurnedAway};
use crate::app::{Checks, Refusal};
use crate::domain::audit::{Entry, Head};
use crate::domain::night::Night;
use crate::http::Service;
use crate::http::body::Caller;
use crate::store::Read;

/// The most entries a page of the audit log holds.
const PAGE: i64 = 1000;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(end).service(audit).service(not_placed);
}

/// The end of the audit log: all that comes before is fixed by its hash.
#[derive(Serialize, ToSchema)]
struct HeadView {
    /// The number of the last entry.
    seq: u64,
    /// Its hash.
    hash: String,
}

impl From<Head> for HeadView {
    fn from(head: Head) -> Self {
        Self { seq: head.seq, hash: head.hash.to_string() }
    }
}

/// An entry of the audit log.
#[derive(Serialize, ToSchema)]
struct AuditEntryView {
    /// 1, 2, 3 ... without gaps.
    seq: u64,
    /// When.
    at: DateTime<Utc>,
    /// The token of the person; none if the operator or the service took the step.
    actor: Option<Uuid>,
    /// In which role.
    role: String,
    /// What was done.
    #[schema(value_type = Object)]
    event: Value,
    /// The event as it was hashed.
    event_text: String,
    /// The hash of the entry before.
    previous: String,
    /// This entry's.
    hash: String,
}

impl From<Entry> for AuditEntryView {
    fn from(entry: Entry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at,
            actor: entry.actor,
            role: entry.role,
            event: serde_json::from_str(&entry.event).unwrap_or_default(),
            event_text: entry.event,
            previous: entry.previous.to_string(),
            hash: entry.hash.to_string(),
        }
    }
}

/// A page of the audit log.
#[derive(Serialize, ToSchema)]
struct AuditPageView {
    /// The entries, first to last.
    entries: Vec<AuditEntryView>,
    /// The `after` of the next page; none on the last.
    next: Option<u64>,
}

/// Which page.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct AuditQuery {
    /// The number after which the page begins.
    #[param(minimum = 0)]
    after: Option<i64>,
    /// How many entries it holds, 1-1000.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

/// Which days.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DaysQuery {
    /// The first desk day.
    #[param(value_type = super::kinds::DateAsked)]
    from: String,
    /// The last desk day.
    #[param(value_type = super::kinds::DateAsked)]
    to: String,
}

/// A person who was turned away.
#[derive(Serialize, ToSchema)]
struct TurnedAwayPerson {
    /// The UNO code.
    uno: Option<String>,
    /// Sex.
    sex: SexWord,
    /// Country.
    country: String,
}

/// A party that was turned away, or those of it that were.
#[derive(Serialize, ToSchema)]
struct TurnedAwayLot {
    /// The lot.
    lot: u32,
    /// Who.
    persons: Vec<TurnedAwayPerson>,
}

/// Those turned away on a desk day.
#[derive(Serialize, ToSchema)]
struct TurnedAwayDay {
    /// The desk day.
    day: NaiveDate,
    /// How many persons.
    persons: usize,
    /// Who, in the order in which they waited.
    lots: Vec<TurnedAwayLot>,
}

/// Those turned away on some desk days.
#[derive(Serialize, ToSchema)]
struct TurnedAwayView {
    /// How many persons, each once a day.
    persons: usize,
    /// Each desk day, those with nobody included.
    days: Vec<TurnedAwayDay>,
}

fn day_view(read: &mut Read<'_>, day: NaiveDate, found: Vec<TurnedAway>) -> Result<TurnedAwayDay, Refusal> {
    let mut lots = Vec::new();
    for party in found {
        let mut persons = Vec::new();
        for (_, member) in party.members {
            let guest = match member.guest {
                Some(guest) => read.guest(guest)?,
                None => None,
            };
            persons.push(TurnedAwayPerson {
                uno: guest.map(|guest| guest.uno.to_string()),
                sex: member.sex.into(),
                country: member.country.to_string(),
            });
        }
        lots.push(TurnedAwayLot { lot: party.lot.0, persons });
    }
    Ok(TurnedAwayDay { day, persons: lots.iter().map(|lot| lot.persons.len()).sum(), lots })
}

/// The head of the audit log: to be kept elsewhere, so that a cut or rewritten log is found out.
#[utoipa::path(tag = "audit", security(("token" = ["see_audit"])), responses((status = 200, body = HeadView)))]
#[get("/audit/head")]
async fn end(service: web::Data<Service>, Caller(actor): Caller) -> Result<HttpResponse, Refusal> {
    service.show(actor, |read, _| Ok(HeadView::from(read.audit_head()?))).await
}

/// The audit log, by page.
#[utoipa::path(tag = "audit", security(("token" = ["see_audit"])), params(AuditQuery),
    responses((status = 200, body = AuditPageView)))]
#[get("/audit")]
async fn audit(
    service: web::Data<Service>,
    Caller(actor): Caller,
    query: web::Query<AuditQuery>,
) -> Result<HttpResponse, Refusal> {
    let (after, limit) = (u64::try_from(query.after.unwrap_or(0)), query.limit.unwrap_or(PAGE));
    let mut checks = Checks::default();
    checks.require("limit", (1..=PAGE).contains(&limit), format!("a page holds 1 to {PAGE} entries"));
    let after = checks.note("after", after.map_err(|_| "the entries have numbers from 1"));
    let after = checks.finish(after)?;
    service
        .show(actor, move |read, _| {
            let page = read.audit_after(after, limit)?;
            let entries = page.entries.into_iter().map(AuditEntryView::from).collect();
            Ok(AuditPageView { entries, next: page.next })
        })
        .await
}

/// Those who were turned away for lack of place, by desk day: in persons, and who.
#[utoipa::path(tag = "desk", security(("token" = ["see_turned_away"])), params(DaysQuery),
    responses((status = 200, body = TurnedAwayView)))]
#[get("/turned-away")]
async fn not_placed(
    service: web::Data<Service>,
    Caller(actor): Caller,
    query: web::Query<DaysQuery>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let from: Option<Night> = checks.parse("from", &query.from);
    let to: Option<Night> = checks.parse("to", &query.to);
    let span = from.zip(to).map(|(from, to)| (from.date(), to.date()));
    if let Some((from, to)) = span {
        let days = (to - from).num_days() + 1;
        checks.require("to", (1..=MAX_DAYS).contains(&days), format!("ask for 1 to {MAX_DAYS} days at once"));
    }
    let (from, to) = checks.finish(span)?;
    service
        .show(actor, move |read, _| {
            let found = turned_away::between(read, from, to)?;
            let days = found.into_iter().map(|(day, parties)| day_view(read, day, parties));
            let days = days.collect::<Result<Vec<_>, _>>()?;
            Ok(TurnedAwayView { persons: days.iter().map(|day| day.persons).sum(), days })
        })
        .await
}
