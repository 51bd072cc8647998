//! The OpenAPI document, and the page on which people read it. What it says of roles is what the gate enforces.

use std::sync::OnceLock;

use actix_web::{App, HttpResponse, web};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, InfoBuilder, OpenApi, Ref, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::api;
use super::problem::{Field, Problem};

/// The document of the service's API. It is put together once.
#[must_use]
pub fn openapi() -> &'static OpenApi {
    static DOCUMENT: OnceLock<OpenApi> = OnceLock::new();
    DOCUMENT.get_or_init(put_together)
}

fn put_together() -> OpenApi {
    let (_, mut document) = App::new().into_utoipa_app().configure(api::routes).split_for_parts();
    document.info = InfoBuilder::new()
        .title("inskrivning")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(include_str!("api/README.md")))
        .build();
    let components = document.components.get_or_insert_with(Components::new);
    components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    components.schemas.insert(Field::name().into_owned(), Field::schema());
    let problem = ResponseBuilder::new()
        .description("A no, with a sentence that says why and what to do now (RFC 9457)")
        .content(
            "application/problem+json",
            ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build(),
        )
        .build();
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.insert("default".to_owned(), problem.clone().into());
        }
    }
    document
}

/// Serves the document, and the page on which it is read; its parts are in the program.
pub(super) fn reading_page(config: &mut web::ServiceConfig) {
    config.route(
        "/api/v1/openapi.json",
        web::get().to(|| async { HttpResponse::Ok().content_type("application/json").body(text()) }),
    );
    let page = SwaggerUi::new("/api/docs/{_:.*}").config(Config::from("/api/v1/openapi.json"));
    config.service(page);
}

/// The document as it is served, written once.
fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| serde_json::to_string(openapi()).unwrap_or_default())
}
