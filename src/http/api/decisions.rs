//! Decisions about places: what coordinators decide, until when it holds, and what is taken back.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::kinds;
use super::words::{DirectionWord, FactWord, KindWord, WhoWord};
use crate::app::{Checks, Ctx, Refusal, places};
use crate::domain::night::{Night, Nights};
use crate::domain::place::Pool;
use crate::domain::place::plan::{Closed, Fact, MAX_PLACES};
use crate::domain::shelter::ShelterCode;
use crate::http::Service;
use crate::http::body::{Bare, Body, Caller};
use crate::store::{ChangeKind, FactEntry, FactId, PlaceChange, Read, Tx};

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(decide).service(end).service(take_back);
}

impl FactWord {
    /// In a sentence.
    fn name(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Closure => "a closure",
            Self::Lending => "a lending",
            Self::Extra => "extra places",
        }
    }
}

/// A decision about places that stands.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct DecisionView {
    /// Its key.
    id: Uuid,
    /// What is decided.
    decision: FactWord,
    /// Whose places.
    shelter: String,
    /// Of which kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<KindWord>,
    /// For whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<WhoWord>,
    /// From whom to whom they are lent.
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<DirectionWord>,
    /// The first night.
    first: NaiveDate,
    /// The last night; none for a number, which holds until the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<NaiveDate>,
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
}

impl From<FactEntry> for DecisionView {
    fn from(entry: FactEntry) -> Self {
        let parts = entry.fact.parts();
        Self {
            id: entry.id.0,
            decision: parts.decision.into(),
            shelter: parts.shelter.to_string(),
            kind: parts.kind.map(Into::into),
            who: parts.who.map(Into::into),
            direction: parts.direction.map(Into::into),
            first: parts.first.date(),
            last: parts.last.map(Night::date),
            count: parts.count,
        }
    }
}

/// What was done with a decision.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ChangeWord {
    /// It was made.
    Decided,
    /// It was made to end on another night.
    EndsOtherwise,
    /// It was taken back.
    TakenBack,
}

/// A change of places after a desk day's first lot.
#[derive(Clone, Serialize, ToSchema)]
pub(super) struct PlaceChangeView {
    /// When; by whom stands in the audit log.
    at: DateTime<Utc>,
    /// What was done.
    change: ChangeWord,
    /// With which decision, as it was from then on.
    #[serde(flatten)]
    decision: DecisionView,
}

impl From<PlaceChange> for PlaceChangeView {
    fn from(change: PlaceChange) -> Self {
        let word = match change.kind {
            ChangeKind::Decided => ChangeWord::Decided,
            ChangeKind::EndsOtherwise => ChangeWord::EndsOtherwise,
            ChangeKind::TakenBack => ChangeWord::TakenBack,
        };
        Self { at: change.at, change: word, decision: change.entry.into() }
    }
}

/// A decision about places. Which fields it takes depends on what is decided.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Decide {
    /// What is decided.
    decision: FactWord,
    /// Whose places.
    #[schema(value_type = kinds::ShelterName)]
    shelter: String,
    /// Of which kind; left out to close a whole shelter.
    kind: Option<KindWord>,
    /// For whom; left out to close a whole shelter, and for a lending.
    who: Option<WhoWord>,
    /// From whom to whom, for a lending.
    direction: Option<DirectionWord>,
    /// The first night, `YYYY-MM-DD`.
    #[schema(value_type = kinds::DateAsked)]
    first: String,
    /// The last night, for a closure and a lending.
    #[schema(value_type = Option<kinds::DateAsked>)]
    last: Option<String>,
    /// How many; left out to close all of a pool.
    #[schema(value_type = Option<kinds::PlaceCount>)]
    count: Option<u32>,
}

impl Decide {
    fn check(&self) -> Result<Fact, Refusal> {
        let mut checks = Checks::default();
        let shelter = checks.parse("shelter", &self.shelter);
        let first = checks.parse("first", &self.first);
        let last: Option<Night> = checks.parse_opt("last", self.last.as_deref());
        if let Some(count) = self.count {
            let most = if self.decision == FactWord::Number { 0..=MAX_PLACES } else { 1..=MAX_PLACES };
            checks.require(
                "count",
                most.contains(&count),
                format!("a pool has {} to {MAX_PLACES} places", most.start()),
            );
        }
        let fact = self.fact(&mut checks, shelter.zip(first), last);
        checks.finish(fact)
    }

    /// What is decided at a shelter from a night on, if the fields are those of such a decision.
    fn fact(
        &self,
        checks: &mut Checks,
        at: Option<(ShelterCode, Night)>,
        last: Option<Night>,
    ) -> Option<Fact> {
        match self.decision {
            FactWord::Number => {
                let (pool, from, count) = self.places_of_a_pool(checks, at)?;
                Some(Fact::Number { pool, from, count })
            }
            FactWord::Extra => {
                let (pool, night, count) = self.places_of_a_pool(checks, at)?;
                Some(Fact::Extra { pool, night, count })
            }
            FactWord::Lending => self.lending(checks, at, last),
            FactWord::Closure => self.closure(checks, at, last),
        }
    }

    fn places_of_a_pool(
        &self,
        checks: &mut Checks,
        at: Option<(ShelterCode, Night)>,
    ) -> Option<(Pool, Night, u32)> {
        self.leaves_out(checks, "last", self.last.is_some());
        self.leaves_out(checks, "direction", self.direction.is_some());
        self.needs(checks, "kind", self.kind.is_some());
        self.needs(checks, "who", self.who.is_some());
        self.needs(checks, "count", self.count.is_some());
        let (shelter, first) = at?;
        Some((self.pool(shelter)?, first, self.count?))
    }

    fn lending(
        &self,
        checks: &mut Checks,
        at: Option<(ShelterCode, Night)>,
        last: Option<Night>,
    ) -> Option<Fact> {
        self.needs(checks, "last", self.last.is_some());
        self.needs(checks, "direction", self.direction.is_some());
        self.needs(checks, "kind", self.kind.is_some());
        self.leaves_out(checks, "who", self.who.is_some());
        self.needs(checks, "count", self.count.is_some());
        let (shelter, first) = at?;
        let (kind, direction) = (self.kind?.into(), self.direction?.into());
        let nights = checks.note("last", Nights::new(first, last?))?;
        Some(Fact::Lending { shelter, kind, direction, nights, count: self.count? })
    }

    fn closure(
        &self,
        checks: &mut Checks,
        at: Option<(ShelterCode, Night)>,
        last: Option<Night>,
    ) -> Option<Fact> {
        self.needs(checks, "last", self.last.is_some());
        self.leaves_out(checks, "direction", self.direction.is_some());
        let together = self.kind.is_some() == self.who.is_some();
        checks.require("kind", together, "name kind and who together, or neither");
        let whole = self.kind.is_none() && self.who.is_none();
        let counted = whole && self.count.is_some();
        checks.require("count", !counted, "to close some places, name kind and who too");
        let (shelter, first) = at?;
        let what = match (self.pool(shelter), self.count) {
            (None, _) => Closed::Shelter(shelter),
            (Some(pool), None) => Closed::Pool(pool),
            (Some(pool), Some(count)) => Closed::Places(pool, count),
        };
        Some(Fact::Closure { what, nights: checks.note("last", Nights::new(first, last?))? })
    }

    fn pool(&self, shelter: ShelterCode) -> Option<Pool> {
        self.kind.zip(self.who).map(|(kind, who)| Pool { shelter, kind: kind.into(), who: who.into() })
    }

    fn needs(&self, checks: &mut Checks, field: &str, there: bool) {
        checks.require(field, there, format!("{} takes this field: add it", self.decision.name()));
    }

    fn leaves_out(&self, checks: &mut Checks, field: &str, there: bool) {
        let name = self.decision.name();
        checks.require(field, !there, format!("{name} does not take this field: leave it out"));
    }
}

/// Where a closure or a lending ends.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EndOn {
    /// Its last night, `YYYY-MM-DD`.
    #[schema(value_type = kinds::DateAsked)]
    last: String,
}

/// Every decision about places that stands.
#[utoipa::path(tag = "places", security(("token" = ["see_places"])),
    responses((status = 200, body = [DecisionView])))]
#[get("/places/decisions")]
async fn list(service: web::Data<Service>, Caller(actor): Caller) -> Result<HttpResponse, Refusal> {
    let look = |read: &mut Read<'_>, _: &Ctx| {
        Ok(read.facts()?.into_iter().map(DecisionView::from).collect::<Vec<_>>())
    };
    service.show(actor, look).await
}

/// Decides about places. Refused, with the tickets to move or end first, if people hold them.
#[utoipa::path(tag = "places", security(("token" = ["decide_places"])), request_body = Decide,
    responses((status = 201, body = DecisionView)))]
#[post("/places/decisions")]
async fn decide(
    service: web::Data<Service>,
    Body { call, body }: Body<Decide>,
) -> Result<HttpResponse, Refusal> {
    let fact = body.check()?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| Ok(places::decide(tx, ctx, fact)?.0);
    service.write(call, StatusCode::CREATED, step, show).await
}

/// Ends a closure or a lending on another night.
#[utoipa::path(tag = "places", security(("token" = ["decide_places"])), request_body = EndOn,
    params(("id" = Uuid, Path, description = "The decision's key")),
    responses((status = 200, body = DecisionView)))]
#[patch("/places/decisions/{id}")]
async fn end(
    service: web::Data<Service>,
    id: web::Path<String>,
    Body { call, body }: Body<EndOn>,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let (id, last) = (checks.parse("id", &id), checks.parse("last", &body.last));
    let (id, last): (Uuid, Night) = checks.finish(id.zip(last))?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        places::end_on(tx, ctx, FactId(id), last)?;
        Ok(id)
    };
    service.write(call, StatusCode::OK, step, show).await
}

/// Takes a decision back.
#[utoipa::path(tag = "places", security(("token" = ["decide_places"])),
    params(("id" = Uuid, Path, description = "The decision's key")),
    responses((status = 200, body = [DecisionView])))]
#[delete("/places/decisions/{id}")]
async fn take_back(
    service: web::Data<Service>,
    id: web::Path<String>,
    Bare(call): Bare,
) -> Result<HttpResponse, Refusal> {
    let mut checks = Checks::default();
    let id = checks.parse("id", &id);
    let id: Uuid = checks.finish(id)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        places::take_back(tx, ctx, FactId(id))?;
        Ok(id)
    };
    let left = |read: &mut Read<'_>, _: &Ctx, _: &Uuid| {
        Ok(read.facts()?.into_iter().map(DecisionView::from).collect::<Vec<_>>())
    };
    service.write(call, StatusCode::OK, step, left).await
}

fn show(read: &mut Read<'_>, _: &Ctx, id: &Uuid) -> Result<DecisionView, Refusal> {
    let found = read.facts()?.into_iter().find(|entry| entry.id.0 == *id);
    found.map(DecisionView::from).ok_or_else(|| Refusal::not_found("decision"))
}
