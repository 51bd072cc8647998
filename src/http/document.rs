//! The OpenAPI document, and the page on which people read it. What it says of roles is what the gate enforces.

use std::sync::OnceLock;

use actix_web::{App, HttpResponse, web};
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{
    Components, Content, ContentBuilder, Header, InfoBuilder, ObjectBuilder, OpenApi, PathItem, Ref, RefOr,
    Required, Response, ResponseBuilder, Schema, Type,
};
use utoipa::{PartialSchema, ToSchema};
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::api;
use super::body::RETRY_KEY;
use super::gate::{Rule, rule_of};
use super::problem::{Field, Problem};
use crate::domain::role::Power;
use crate::domain::word::Word;

/// The document of the service's API. It is put together once.
#[must_use]
pub fn openapi() -> &'static OpenApi {
    static DOCUMENT: OnceLock<OpenApi> = OnceLock::new();
    DOCUMENT.get_or_init(put_together)
}

/// The document as the handlers describe themselves: what each operation takes stands there as a power.
pub(super) fn described() -> OpenApi {
    App::new().into_utoipa_app().configure(api::routes).split_for_parts().1
}

fn put_together() -> OpenApi {
    let mut document = described();
    document.info = InfoBuilder::new()
        .title("inskrivning")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(include_str!("api/description.md")))
        .build();
    let components = document.components.get_or_insert_with(Components::new);
    components.add_security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    components.schemas.insert(Field::name().into_owned(), Field::schema());
    let kinds = api::kinds::all().into_iter().map(|(name, kind)| (name.into_owned(), kind));
    components.schemas.extend(kinds);
    for (status, said) in NOES {
        components.responses.insert(no_name(status), no(status, said).into());
    }
    let components = &document.components;
    let may_be_left_out = |body: &str| {
        let schema = components.as_ref().and_then(|components| components.schemas.get(body));
        matches!(schema, Some(RefOr::T(Schema::Object(object))) if object.required.is_empty())
    };
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            complete(path, method, operation, &may_be_left_out);
        }
    }
    document
}

/// Every no of the service, and what it says. Where two statuses fit, docs/API.md tells which problem has which.
const NOES: [(u16, &str); 10] = [
    (400, "The request cannot be read"),
    (401, "No token, or one that is not known, was ended, or is past its last date"),
    (403, "The token's role may not do it, or the token was made for less"),
    (404, "There is no such thing, or it is none of the asker's business"),
    (408, "The body did not arrive in time"),
    (409, "It cannot be done as things stand"),
    (413, "The body is too large"),
    (422, "Fields are wrong, unknown or missing"),
    (500, "A fault of the service; nothing was kept"),
    (503, "Not now: the database cannot be used, or too many steps wait"),
];

fn no_name(status: u16) -> String {
    format!("No{status}")
}

/// The answer with a no of this status.
fn no(status: u16, said: &str) -> Response {
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    let said = format!("{said}: with a sentence that says why and what to do now (RFC 9457)");
    let mut no =
        ResponseBuilder::new().description(said).content("application/problem+json", problem).build();
    no.headers.extend(signed());
    let own = match status {
        401 => Some(("WWW-Authenticate", header("How to show a token", "^Bearer$"))),
        503 => Some(("Retry-After", header("In how many seconds to try again", "^[0-9]+$"))),
        _ => None,
    };
    no.headers.extend(own.map(|(name, header)| (name.to_owned(), header.into())));
    no
}

fn header(said: &str, pattern: &str) -> Header {
    let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern));
    HeaderBuilder::new().description(Some(said)).schema(Some(text.build())).build()
}

/// What stands in the head of every answer.
fn signed() -> [(String, RefOr<Header>); 3] {
    let clock = "^(system|demo|test); [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$";
    [
        ("X-Request-Id", header("The number of the request, as in the log", "^[A-Za-z0-9-]{1,64}$")),
        ("X-Clock", header("By which clock it was answered, and what that showed", clock)),
        ("Cache-Control", header("Nobody on the way may keep it", "^no-store$")),
    ]
    .map(|(name, header)| (name.to_owned(), header.into()))
}

fn operations(item: &mut PathItem) -> Vec<(&'static str, &mut Operation)> {
    let PathItem { get, post, put, patch, delete, .. } = item;
    let all = [("get", get), ("post", post), ("put", put), ("patch", patch), ("delete", delete)];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?))).collect()
}

/// Adds to an operation what holds for all of its sort: a name of its own, the key of a retry, and what it answers when it says
/// no. A body of which nothing is required need not be sent.
fn complete(path: &str, method: &str, operation: &mut Operation, may_be_left_out: &impl Fn(&str) -> bool) {
    let words =
        path.trim_start_matches("/api/v1").split(['/', '-', '{', '}']).filter(|word| !word.is_empty());
    operation.operation_id = Some([method].into_iter().chain(words).collect::<Vec<_>>().join("_"));
    for answer in operation.responses.responses.values_mut() {
        if let RefOr::T(answer) = answer {
            answer.headers.extend(signed());
        }
    }
    let asks = operation.parameters.as_ref().is_some_and(|asked| !asked.is_empty());
    let writes = method != "get";
    let rule = rule_of(operation);
    let public = rule == Some(Rule::Public);
    if let Some(Rule::With(power)) = rule {
        name_roles(operation, power);
    }
    let answered = |status| match status {
        400 | 408 | 413 => writes,
        401 | 403 => !public,
        404 | 409 | 422 => asks || writes,
        503 => path != "/healthz" && path != "/metrics",
        _ => true,
    };
    for (status, _) in NOES.into_iter().filter(|(status, _)| answered(*status)) {
        let no = Ref::from_response_name(no_name(status));
        operation.responses.responses.insert(status.to_string(), no.into());
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        let mut named = body.content.values().filter_map(|content| match content {
            RefOr::T(Content { schema: Some(RefOr::Ref(schema)), .. }) => {
                schema.ref_location.rsplit('/').next()
            }
            _ => None,
        });
        let left_out = named.any(may_be_left_out);
        body.required = Some(if left_out { Required::False } else { Required::True });
    }
    if writes {
        operation.parameters.get_or_insert_default().push(retry_key().into());
    }
}

/// Says of an operation which roles have the power it takes.
fn name_roles(operation: &mut Operation, power: Power) {
    let roles = power.of().iter().map(|role| role.word());
    operation.security = Some(vec![SecurityRequirement::new("token", roles)]);
    let named = Extensions::builder().add("x-power", power.word()).build();
    operation.extensions.get_or_insert_default().merge(named);
}

fn retry_key() -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).pattern(Some(RETRY_KEY));
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .description(Some("Under which key a retry of this request is known: a new random one for each step"))
        .required(Required::False)
        .schema(Some(text.build()))
        .build()
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
