//! Shelters.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, get, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::kinds;
use super::words::AdmissionWord;
use crate::app::shelters::{self, ShelterSaid};
use crate::app::{Checks, Ctx, Refusal};
use crate::domain::shelter::{self, Shelter, ShelterCode};
use crate::http::Service;
use crate::http::body::{Body, Caller};
use crate::store::Tx;

pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list).service(set);
}

/// A shelter.
#[derive(Serialize, ToSchema)]
pub(super) struct ShelterView {
    /// Its short name, for good.
    #[schema(example = "fa")]
    code: String,
    /// Its name in full.
    #[schema(example = "Filadelfia, Slakthusområdet")]
    name: String,
    /// The full length of a ticket, in nights.
    full_nights: u32,
    /// The nights of karens after it.
    karens_nights: u32,
    /// How guests come to its places.
    admission: AdmissionWord,
    /// Never named at another shelter's door.
    protected: bool,
}

impl From<Shelter> for ShelterView {
    fn from(shelter: Shelter) -> Self {
        Self {
            code: shelter.code.to_string(),
            name: shelter.name,
            full_nights: shelter.terms.full_nights,
            karens_nights: shelter.terms.karens_nights,
            admission: shelter.admission.into(),
            protected: shelter.protected,
        }
    }
}

/// What a shelter is to be. What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetShelter {
    /// Its name in full, 1-100 characters.
    #[schema(value_type = kinds::FullName)]
    name: String,
    /// The full length of a ticket, 1-366 nights; five for a new shelter.
    #[schema(value_type = Option<kinds::NightCount>)]
    full_nights: Option<u32>,
    /// The nights of karens after it, 0-366; two for a new shelter.
    #[schema(value_type = Option<kinds::KarensCount>)]
    karens_nights: Option<u32>,
    /// How guests come to its places; `scanned` for a new shelter.
    admission: Option<AdmissionWord>,
    /// Whether it is never named at another shelter's door; false for a new shelter.
    protected: Option<bool>,
}

impl SetShelter {
    fn check(&self, code: &str) -> Result<ShelterSaid, Refusal> {
        let mut checks = Checks::default();
        let code: Option<ShelterCode> = checks.parse("code", code);
        let name = checks.note("name", shelter::name(&self.name));
        let full_nights = self.full_nights.map(shelter::ticket_nights);
        let full_nights = full_nights.and_then(|nights| checks.note("full_nights", nights));
        let karens_nights = self.karens_nights.map(shelter::karens_nights);
        let karens_nights = karens_nights.and_then(|nights| checks.note("karens_nights", nights));
        let said = code.zip(name).map(|(code, name)| ShelterSaid {
            code,
            name,
            full_nights,
            karens_nights,
            admission: self.admission.map(Into::into),
            protected: self.protected,
        });
        checks.finish(said)
    }
}

/// Every shelter. A shelter's worker sees its own.
#[utoipa::path(tag = "shelters", security(("token" = ["see_shelters"])),
    responses((status = 200, body = [ShelterView])))]
#[get("/shelters")]
async fn list(service: web::Data<Service>, Caller(actor): Caller) -> Result<HttpResponse, Refusal> {
    service
        .show(actor, |read, ctx| {
            let mut shelters = read.shelters()?;
            shelters.retain(|shelter| ctx.must_see(shelter.code).is_ok());
            Ok(shelters.into_iter().map(ShelterView::from).collect::<Vec<_>>())
        })
        .await
}

/// Adds a shelter, or changes its name and terms: what is left out stays as it is.
#[utoipa::path(tag = "shelters", security(("token" = ["set_shelters"])), request_body = SetShelter,
    params(("code" = kinds::ShelterName, Path, description = "Its short name: 1 to 16 of a-z and 0-9")),
    responses((status = 200, body = ShelterView)))]
#[put("/shelters/{code}")]
async fn set(
    service: web::Data<Service>,
    code: web::Path<String>,
    Body { call, body }: Body<SetShelter>,
) -> Result<HttpResponse, Refusal> {
    let said = body.check(&code)?;
    let step = move |tx: &mut Tx<'_>, ctx: &Ctx| {
        shelters::save(tx, ctx, said.clone())?;
        Ok(said.code)
    };
    service
        .write(call, StatusCode::OK, step, |read, _, code: &ShelterCode| {
            let shelter = read.shelter(*code)?.ok_or_else(|| Refusal::not_found("shelter"))?;
            Ok(ShelterView::from(shelter))
        })
        .await
}
