//! The one file that turns a no into a response: `application/problem+json` (RFC 9457).

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::app::{Refusal, RefusalKind};

/// Where the types of problems are named; docs/API.md lists them.
const TYPES: &str = "/problems/";

/// Why a request was not done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// A name that does not change, for programs: `/problems/` and the code.
    #[serde(rename = "type")]
    #[schema(value_type = String, example = "/problems/desk-day-not-now")]
    kind: Box<str>,
    /// What kind of no it is, in a few words.
    title: &'static str,
    /// The status.
    status: u16,
    /// A sentence that says what is wrong and what to do now.
    #[schema(value_type = String)]
    detail: Box<str>,
    /// What is wrong with each field, all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Field>,
    /// More about it, as data.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    more: Option<Box<Value>>,
    #[serde(skip)]
    cause: Option<Box<str>>,
    /// The methods that are taken, where another was used.
    #[serde(skip)]
    allow: Option<Box<str>>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Field {
    /// Where, as `members[1].birth`.
    field: String,
    /// What is wrong, and what to do.
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, code: &str, title: &'static str, detail: impl Into<Box<str>>) -> Self {
        Self {
            kind: format!("{TYPES}{code}").into(),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            more: None,
            cause: None,
            allow: None,
        }
    }

    pub(super) fn malformed(detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", "the request cannot be read", detail)
    }

    pub(super) fn too_large() -> Self {
        let detail = "a body holds at most 256 KiB: send less at once";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "the body is too large", detail)
    }

    pub(super) fn too_slow() -> Self {
        let detail = "the body did not arrive in time: send it again, under the same Idempotency-Key";
        Self::new(StatusCode::REQUEST_TIMEOUT, "body-too-slow", "the body did not arrive", detail)
    }

    pub(super) fn unauthorized(detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", "a token is needed", detail)
    }

    pub(super) fn no_such_address() -> Self {
        let detail = "there is nothing at this address: the addresses stand in /api/v1/openapi.json";
        Self::new(StatusCode::NOT_FOUND, "no-such-address", "there is nothing here", detail)
    }

    /// The address takes these methods, and another was used.
    pub(super) fn method_not_allowed(taken: &str) -> Self {
        let detail = format!("this address takes {taken}: /api/v1/openapi.json says for what");
        let title = "another method is asked";
        let problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", title, detail);
        Self { allow: Some(taken.into()), ..problem }
    }

    /// A fault of the service, under the number of the request it befell.
    pub(super) fn fault(request: &str) -> Self {
        let mut problem = Self::from(Refusal::internal(""));
        problem.detail = format!("{}, with the number of this request: {request}", problem.detail).into();
        problem
    }

    /// For the log: what was behind it.
    pub(super) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (status, title) = match refusal.kind {
            RefusalKind::Invalid => {
                (StatusCode::UNPROCESSABLE_ENTITY, "something in the request must be mended")
            }
            RefusalKind::NotFound => (StatusCode::NOT_FOUND, "there is no such thing here"),
            RefusalKind::Conflict => (StatusCode::CONFLICT, "it cannot be done as things stand"),
            RefusalKind::Forbidden => (StatusCode::FORBIDDEN, "it may not be done"),
            RefusalKind::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "not now"),
            RefusalKind::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "a fault of the service"),
        };
        let field = |field: crate::app::FieldError| Field { field: field.field, detail: field.text };
        Self {
            errors: refusal.fields.into_iter().map(field).collect(),
            more: refusal.details,
            cause: refusal.cause.map(|cause| cause.to_string().into()),
            ..Self::new(status, refusal.code, title, refusal.text)
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if self.status == StatusCode::UNAUTHORIZED.as_u16() {
            response.insert_header(("www-authenticate", "Bearer"));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE.as_u16() {
            response.insert_header(("retry-after", "1"));
        }
        if [StatusCode::REQUEST_TIMEOUT, StatusCode::PAYLOAD_TOO_LARGE].contains(&self.status_code()) {
            // The rest of the body is not waited for.
            response.force_close();
        }
        if let Some(taken) = &self.allow {
            response.insert_header(("allow", taken.as_ref()));
        }
        let body = serde_json::to_string(self).unwrap_or_default();
        response.content_type("application/problem+json").body(body)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        Problem::from(self.clone()).status_code()
    }

    fn error_response(&self) -> HttpResponse {
        Problem::from(self.clone()).error_response()
    }
}
