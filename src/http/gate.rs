//! The gate every request passes: which roles its route lets in, who calls, a number for the request, the clock it is
//! answered by, and a line in the log that holds nothing about a person.
//!
//! Which roles a route lets in is read from the served OpenAPI document: what the document says is what is enforced. A
//! route that says nothing lets nobody in, and a test fails on it (tests/service/roles.rs).

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError};
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{HttpMethod, Operation, PathItem};

use super::leaving::{Incoming, leaving};
use super::patience;
use super::problem::Problem;
use super::service::Service;
use crate::app::tokens::{self, Secret};
use crate::app::{Reading, Refusal};
use crate::domain::role::{Actor, Power};
use crate::domain::word::Word;

/// The document of the API and the page on which it is read: the only routes open to everybody that it does not name itself.
const READING_PAGE: [&str; 2] = ["/api/v1/openapi.json", "/api/docs/"];

/// Whom a route lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Everybody, without a token.
    Public,
    /// Who has this power.
    With(Power),
}

/// Whom every route lets in, by method and pattern; nobody, where the route does not say.
pub(super) struct Rules(HashMap<(String, Method), Option<Rule>>);

impl Rules {
    /// What a document says.
    pub(super) fn of(document: &OpenApi) -> Self {
        let mut rules = HashMap::new();
        for (path, item) in &document.paths.paths {
            for (method, operation) in operations(item) {
                rules.insert((path.clone(), method_of(&method)), rule_of(operation));
            }
        }
        Self(rules)
    }

    /// The rule of a route that is there; none within if it lets nobody in.
    fn of_request(&self, pattern: &str, method: &Method) -> Option<Option<Rule>> {
        self.0.get(&(pattern.to_owned(), method.clone())).copied()
    }

    /// The methods a pattern takes, if it is known: `GET, PUT`.
    fn methods(&self, pattern: &str) -> Option<String> {
        let taken = self.0.keys().filter(|(known, _)| known == pattern);
        let mut taken: Vec<&str> = taken.map(|(_, method)| method.as_str()).collect();
        taken.sort_unstable();
        (!taken.is_empty()).then(|| taken.join(", "))
    }
}

/// The operations of a path.
pub(super) fn operations(item: &PathItem) -> Vec<(HttpMethod, &Operation)> {
    let all = [
        (HttpMethod::Get, &item.get),
        (HttpMethod::Post, &item.post),
        (HttpMethod::Put, &item.put),
        (HttpMethod::Patch, &item.patch),
        (HttpMethod::Delete, &item.delete),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?))).collect()
}

fn method_of(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Delete => Method::DELETE,
        _ => Method::GET,
    }
}

/// Whom an operation says it lets in: everybody, or who has the one power it names; none if it says nothing of the kind.
pub(super) fn rule_of(operation: &Operation) -> Option<Rule> {
    let requirements = serde_json::to_value(operation.security.as_ref()?).ok()?;
    let [requirement] = requirements.as_array()?.as_slice() else { return None };
    let Some(named) = requirement.get("token") else { return Some(Rule::Public) };
    let [power] = named.as_array()?.as_slice() else { return None };
    Power::read(power.as_str()?).ok().map(Rule::With)
}

/// Lets a request through, or says why not, and writes a line about it: whatever happens behind it, the answer has its headers
/// and the log its line.
pub(super) async fn gate(
    service: Service,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    patience::bounded(pass(service, request, next)).await
}

async fn pass(
    service: Service,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let held = Incoming::of(&mut request);
    let _under_way = service.metrics().under_way();
    let (started, reading) = (Instant::now(), service.clock());
    let pattern = request.match_pattern();
    let (id, method) = (request_id(&request), request.method().clone());
    let admitted = admit(&service, &request, pattern.as_deref()).await;
    let actor = admitted.as_ref().ok().copied().flatten();
    let route = pattern.as_deref().unwrap_or("-");
    let line = Line { id: &id, method: &method, route, actor, started };
    let finish = |response: HttpResponse| {
        line.write(&service, &response);
        let mut response = numbered(response, &id);
        sign(&mut response, &id, &reading);
        guard(&mut response, route);
        leaving(response, held)
    };
    match answer(request, next, admitted).await {
        Ok(response) => {
            let (request, response) = response.into_parts();
            Ok(ServiceResponse::new(request, finish(response)))
        }
        // The request is gone with what failed, so that the answer must travel in an error.
        Err(error) => {
            let response = finish(HttpResponse::from_error(error));
            Err(InternalError::from_response("answered by the gate", response).into())
        }
    }
}

/// What the route answers to who is let in; else why not.
async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    admitted: Result<Option<Actor>, Problem>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match admitted {
        Ok(actor) => {
            if let Some(actor) = actor {
                request.extensions_mut().insert(actor);
            }
            let answered = caught(async move { next.call(request).await }).await;
            let broke_down = || Problem::from(Refusal::internal("it broke down: the line before says where"));
            Ok(answered.unwrap_or_else(|| Err(broke_down().into()))?.map_into_boxed_body())
        }
        Err(problem) => {
            let response = problem.error_response();
            Ok(ServiceResponse::new(request.into_parts().0, response).map_into_boxed_body())
        }
    }
}

/// What a future comes to; none if it panics, which would otherwise take the connection with it and answer nothing.
async fn caught<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = Box::pin(future);
    poll_fn(move |context| {
        let polled = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context)));
        polled.map_or(Poll::Ready(None), |polled| polled.map(Some))
    })
    .await
}

/// A fault of the service says under which number it stands in the log, since that is all a person can pass on.
fn numbered(response: HttpResponse, id: &str) -> HttpResponse {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    Problem::fault(id).error_response()
}

/// What a browser is told about every answer: it is nothing but what it says it is, shows in no frame of another page, and says to
/// nobody where somebody came from.
const GUARDS: [(&str, &str); 4] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
];
/// What an answer may load and run: nothing.
const ALONE: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/// What the page on which the document is read may: its own files; its library writes styles into the page.
const READING: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                       connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Tells the browser, if it is one, what it may do with an answer.
fn guard(response: &mut HttpResponse, route: &str) {
    let policy = if route.starts_with(READING_PAGE[1]) { READING } else { ALONE };
    for (name, value) in GUARDS.into_iter().chain([("content-security-policy", policy)]) {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
}

/// Names the request and the clock in its answer, which nobody on the way may keep.
fn sign(response: &mut HttpResponse, id: &str, reading: &Reading) {
    let now = reading.now.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let clock = format!("{}; {now}", reading.clock);
    let headers = response.headers_mut();
    for (name, value) in [("x-request-id", id), ("x-clock", clock.as_str()), ("cache-control", "no-store")] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

/// What the log says of a request.
struct Line<'a> {
    id: &'a str,
    method: &'a Method,
    /// The route's pattern and never the address itself: that may hold a code or a document.
    route: &'a str,
    actor: Option<Actor>,
    started: Instant,
}

impl Line<'_> {
    fn write(&self, service: &Service, response: &HttpResponse) {
        let Self { id, method, route, actor, started } = *self;
        let seconds = started.elapsed().as_secs_f64();
        let status = response.status().as_u16();
        service.metrics().answered(method, route, status, seconds);
        tracing::info!(
            request = %id,
            method = super::metrics::known(method),
            route,
            status,
            // To the microsecond: more figures say nothing.
            milliseconds = (seconds * 1e6).round() / 1e3,
            role = actor.map(Actor::role_name),
            "answered"
        );
        if status >= 500 {
            tracing::error!(request = %id, route, status, cause = cause(response), "failed");
        }
    }
}

/// What was behind a failure: for the log alone.
fn cause(response: &HttpResponse) -> String {
    let Some(error) = response.error() else { return String::new() };
    let of_problem = error.as_error::<Problem>().and_then(Problem::cause).map(str::to_owned);
    let of_refusal =
        || error.as_error::<Refusal>().and_then(|refusal| refusal.cause.as_ref()).map(ToString::to_string);
    of_problem.or_else(of_refusal).unwrap_or_else(|| error.to_string())
}

/// Who calls, if the route lets that in; nobody on a public route.
async fn admit(
    service: &Service,
    request: &ServiceRequest,
    pattern: Option<&str>,
) -> Result<Option<Actor>, Problem> {
    let Some(pattern) = pattern else { return Ok(None) };
    let power = match service.rules().of_request(pattern, request.method()) {
        Some(Some(Rule::Public)) => return Ok(None),
        Some(Some(Rule::With(power))) => power,
        None if let Some(taken) = service.rules().methods(pattern) => {
            return Err(Problem::method_not_allowed(&taken));
        }
        None if READING_PAGE.iter().any(|open| pattern.starts_with(open)) => return Ok(None),
        // A route that stands in no document, or says nothing there of who may call it, is nobody's.
        Some(None) | None => return Err(Problem::no_such_address()),
    };
    let shown = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let Some(secret) = shown.and_then(bearer) else {
        return Err(Problem::unauthorized("show a token: Authorization: Bearer ins_..."));
    };
    let secret = Secret::shown(secret.trim());
    let now = service.clock().now;
    let found = service.glance(move |read| tokens::who(read, &secret, now)).await?;
    let Some(actor) = found else {
        return Err(Problem::unauthorized(
            "this token is not known, was ended, or is past its last date: ask a coordinator for another",
        ));
    };
    if actor.may(power) { Ok(Some(actor)) } else { Err(Refusal::without(power, actor).into()) }
}

/// What stands behind `Bearer`, however that is written.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, secret) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(secret)
}

/// The caller's number for the request, if it is a plain one; else a new one.
fn request_id(request: &ServiceRequest) -> String {
    let plain = |text: &&str| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let given = request.headers().get("x-request-id").and_then(|value| value.to_str().ok()).filter(plain);
    given.map_or_else(
        || crate::app::random_uuid().map_or_else(|_| "-".to_owned(), |id| id.simple().to_string()),
        str::to_owned,
    )
}

/// What is answered where there is nothing.
pub(super) async fn nothing_here(_: HttpRequest) -> HttpResponse {
    Problem::no_such_address().error_response()
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::web;
    use utoipa::openapi::security::SecurityRequirement;

    use super::*;

    #[test]
    fn a_route_that_does_not_say_who_may_call_it_lets_nobody_in() {
        let mut document = crate::http::document::described();
        let path = "/api/v1/shelters";
        let route = |document: &OpenApi| Rules::of(document).of_request(path, &Method::GET);
        assert_eq!(route(&document), Some(Some(Rule::With(Power::SeeShelters))));
        let mut say = |security: Option<Vec<SecurityRequirement>>| {
            let item = document.paths.paths.get_mut(path).unwrap();
            item.get.as_mut().unwrap().security = security;
            route(&document)
        };
        let takes = |powers: &[&str]| vec![SecurityRequirement::new("token", powers.to_vec())];
        for unclear in [
            None,
            Some(takes(&[])),
            Some(takes(&["coordinator"])),
            Some(takes(&["see_shelters", "see_bans"])),
            Some([takes(&["see_shelters"]), takes(&["see_bans"])].concat()),
        ] {
            assert_eq!(say(unclear), Some(None));
        }
    }

    /// A service, and the gate before routes that fail in ways no route of the API is known to.
    async fn through(path: &str) -> (Service, u16, HashMap<String, String>, String) {
        let folder = tempfile::tempdir().unwrap();
        let database = crate::store::Database::Sqlite(folder.path().join("data.sqlite"));
        let service = Service::new(crate::http::Parts {
            store: crate::store::Store::open(&database).unwrap(),
            keys: std::sync::Arc::new(crate::app::Keys::new([7; 32])),
            clock: std::sync::Arc::new(crate::app::SystemClock),
            policy: crate::app::Policy::default(),
            workers: None,
        });
        let (state, route) = (service.clone(), path.to_owned());
        let app = actix_web::App::new()
            .route("/api/docs/breaks", web::get().to(breaks))
            .wrap(from_fn(fails))
            .wrap(from_fn(move |request, next| gate(state.clone(), request, next)));
        let app = actix_web::test::init_service(app).await;
        let request = actix_web::test::TestRequest::get().uri(&route).to_request();
        let response = match actix_web::dev::Service::call(&app, request).await {
            Ok(response) => response.into_parts().1,
            Err(error) => HttpResponse::from_error(error).map_into_boxed_body(),
        };
        let status = response.status().as_u16();
        let text = |value: &HeaderValue| value.to_str().unwrap().to_owned();
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
        (service, status, headers, String::from_utf8(body.to_vec()).unwrap())
    }

    /// It stands for a fault of ours.
    async fn breaks() -> HttpResponse {
        panic!("XQ 424242")
    }

    /// A layer that fails instead of answering.
    async fn fails(
        request: ServiceRequest,
        next: Next<impl MessageBody + 'static>,
    ) -> Result<ServiceResponse<impl MessageBody>, Error> {
        match request.path() {
            "/api/docs/fails" => Err(actix_web::error::ErrorInternalServerError("XQ 424242")),
            "/api/docs/refuses" => Err(Problem::too_large().into()),
            _ => next.call(request).await,
        }
    }

    #[actix_web::test]
    async fn whatever_fails_behind_the_gate_is_answered_signed_and_counted() {
        for (path, wanted, kind) in [
            ("/api/docs/breaks", 500, "/problems/internal"),
            ("/api/docs/fails", 500, "/problems/internal"),
            ("/api/docs/refuses", 413, "/problems/body-too-large"),
        ] {
            let (service, status, headers, body) = through(path).await;
            assert_eq!(status, wanted, "{path}: {body}");
            assert_eq!(headers["content-type"], "application/problem+json", "{path}");
            assert_eq!(headers["cache-control"], "no-store", "{path}");
            // Of the two that are refused before there is a route, nothing is known.
            let policy = if path.ends_with("breaks") { READING } else { ALONE };
            assert_eq!(headers["content-security-policy"], policy, "{path}");
            assert!(GUARDS.iter().all(|(name, value)| headers[*name] == *value), "{path}: {headers:?}");
            assert!(headers["x-clock"].starts_with("system; "), "{path}");
            let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
            assert_eq!(problem["type"], kind, "{path}: {body}");
            assert!(!body.contains("XQ"), "{path}: {body}");
            let numbered = problem["detail"].as_str().unwrap().contains(&headers["x-request-id"]);
            assert_eq!(numbered, wanted == 500, "{path}: {body}");
            let figures = service.metrics().text();
            assert!(figures.contains(&format!("status=\"{wanted}\"}} 1")), "{path}: {figures}");
            assert!(figures.contains("inskrivning_requests_under_way 0"), "{path}: {figures}");
        }
    }
}
