//! How an answer leaves. In slices, so that of one that nobody reads little is copied for its connection. And with what is unread of
//! its request: the server hangs up soon on a body that is still held by somebody, but would read one that is let go to its end, and a
//! body without a length has none.

use std::cell::RefCell;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::error::PayloadError;
use actix_web::http::header::TRANSFER_ENCODING;
use actix_web::web::Bytes;
use actix_web::{HttpMessage, HttpResponse};
use futures_core::Stream;

/// How much of an answer is handed to its connection at once, in bytes.
const SLICE: usize = 16 * 1024;

/// A body on its way in, which its reader and its answer hold together.
#[derive(Clone)]
pub(super) struct Incoming(Rc<RefCell<Payload>>);

impl Incoming {
    /// Takes hold of the body of a request, if that has no length.
    pub(super) fn of(request: &mut ServiceRequest) -> Option<Self> {
        if !request.headers().contains_key(TRANSFER_ENCODING) {
            return None;
        }
        let incoming = Self(Rc::new(RefCell::new(request.take_payload())));
        request.set_payload(Payload::Stream { payload: Box::pin(incoming.clone()) });
        Some(incoming)
    }
}

impl Stream for Incoming {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(context)
    }
}

/// What is left of an answer.
struct Leaving {
    left: Bytes,
    _held: Option<Incoming>,
}

impl MessageBody for Leaving {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.left.len() as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let length = self.left.len().min(SLICE);
        let slice = self.left.split_to(length);
        Poll::Ready((length > 0).then_some(Ok(slice)))
    }
}

/// The answer, as it leaves.
pub(super) fn leaving(answer: HttpResponse, held: Option<Incoming>) -> HttpResponse {
    answer.map_body(|_, body| match body.try_into_bytes() {
        Ok(left) => BoxBody::new(Leaving { left, _held: held }),
        Err(body) => body,
    })
}
