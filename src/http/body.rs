//! Reading requests: the body with every fault named, who calls, and under which key a retry is known.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde::de::DeserializeOwned;

use super::limits::BODY_WITHIN;
use super::problem::Problem;
use super::reading::{self, Unread};
use super::saying::query_in_words;
use super::service::Service;
use crate::app::Refusal;
use crate::domain::lottery::hash::Hash32;
use crate::domain::role::Actor;

/// The longest key under which a retry is known, in characters.
const MAX_KEY: usize = 100;
/// How such a key is written, for the document: printed characters without spaces, in quotes or not.
pub(super) const RETRY_KEY: &str = "^(\"[!#-~]{1,100}\"|[!#-~]{1,100})$";

type Later<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

/// Who calls. The gate has let the caller through.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller(pub(super) Actor);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let actor = request.extensions().get::<Actor>().copied();
        std::future::ready(
            actor.map(Caller).ok_or_else(|| Problem::from(Refusal::forbidden("nobody is calling"))),
        )
    }
}

/// A call that writes.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// Who calls.
    pub(super) actor: Actor,
    /// Under which key a retry is known.
    pub(super) key: Option<String>,
    /// What the request is, so that the same key with another is seen.
    pub(super) fingerprint: Hash32,
}

/// A body read as what is asked, and the call it came with.
pub(super) struct Body<T> {
    pub(super) call: Call,
    pub(super) body: T,
}

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Later<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, bytes) = (request.clone(), arrived(request, payload));
        Box::pin(async move {
            let bytes = bytes.await?;
            let call = call(&request, &bytes)?;
            // Nothing sent is no field sent: which are missing is then said by name.
            let nothing = bytes.iter().all(u8::is_ascii_whitespace);
            Ok(Self { call, body: read(if nothing { b"{}" } else { &bytes })? })
        })
    }
}

/// A call that writes and has no body.
pub(super) struct Bare(pub(super) Call);

impl FromRequest for Bare {
    type Error = Problem;
    type Future = Later<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, bytes) = (request.clone(), arrived(request, payload));
        Box::pin(async move {
            let bytes = bytes.await?;
            if !bytes.iter().all(u8::is_ascii_whitespace) {
                let read: serde_json::Map<String, serde_json::Value> = read(&bytes)?;
                if let Some(field) = read.keys().next() {
                    let unknown = Refusal::field(field.clone(), "this request takes no fields: leave it out");
                    return Err(unknown.into());
                }
            }
            Ok(Self(call(&request, &bytes)?))
        })
    }
}

/// The bytes of a body, once all are there.
fn arrived(
    request: &HttpRequest,
    payload: &mut Payload,
) -> impl Future<Output = Result<web::Bytes, Problem>> + use<> {
    let arrived = tokio::time::timeout(BODY_WITHIN, web::Bytes::from_request(request, payload));
    async { arrived.await.map_err(|_| Problem::too_slow())?.map_err(|error| too_large_or_broken(&error)) }
}

fn too_large_or_broken(error: &actix_web::Error) -> Problem {
    let status = error.as_response_error().status_code();
    if status == actix_web::http::StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::too_large();
    }
    Problem::malformed("the body did not arrive whole: send it again")
}

/// What stands after the `?` of an address is not what is asked.
pub(super) fn unread_query(error: &actix_web::error::QueryPayloadError) -> Problem {
    let said = match error {
        actix_web::error::QueryPayloadError::Deserialize(error) => query_in_words(&error.to_string()),
        _ => "it is not written as name=value".to_owned(),
    };
    let text = format!("what stands after the ? cannot be read: {said}");
    Refusal::invalid_whole("invalid-query", text).into()
}

fn call(request: &HttpRequest, bytes: &[u8]) -> Result<Call, Problem> {
    let service = request.app_data::<web::Data<Service>>();
    let service = service.ok_or_else(|| Refusal::internal("a request without a service"))?;
    let actor = request.extensions().get::<Actor>().copied();
    let actor = actor.ok_or_else(|| Refusal::forbidden("nobody is calling"))?;
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    let fingerprint =
        service.keys().request(&[request.method().as_str().as_bytes(), target.as_bytes(), bytes]);
    Ok(Call { actor, key: key(request.headers())?, fingerprint })
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let quoted = |text: &str| Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned());
    let text = value.to_str().ok().map(|text| quoted(text).unwrap_or_else(|| text.to_owned()));
    let plain = |text: &String| text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
    match text.filter(|text| (1..=MAX_KEY).contains(&text.len()) && plain(text)) {
        Some(key) => Ok(Some(key)),
        None => Err(Problem::malformed(
            "an Idempotency-Key is 1 to 100 plain characters without spaces: a new random one for each step",
        )),
    }
}

/// Reads a JSON object as what is asked. Every fault is named with its field.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    reading::read(bytes).map_err(|unread| match unread {
        Unread::NotAnObject(text) => Problem::malformed(&text),
        Unread::Fields(fields) => Refusal::invalid(fields).into(),
    })
}
