//! Somebody who calls a service over HTTP, keeps the connection, and waits a bounded time for each answer.

#![allow(dead_code, reason = "each test program calls as it needs")]

use std::time::Duration;

use serde_json::Value;

/// Longer than any bound of the service's own: what is not answered by then is a service that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn is_yes(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body of a yes.
    #[track_caller]
    pub(crate) fn yes(self) -> Value {
        assert!(self.is_yes(), "{}: {:#}", self.status, self.body);
        self.body
    }

    /// Checks that it is a no of this status and type, with a sentence.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        assert_eq!(self.body["type"], format!("/problems/{code}"), "{:#}", self.body);
        assert!(self.body["detail"].as_str().is_some_and(|text| text.len() > 10), "{:#}", self.body);
        self.body
    }
}

/// Who calls one service.
#[derive(Clone)]
pub(crate) struct Caller {
    agent: ureq::Agent,
    base: String,
}

impl Caller {
    /// Calls the service at `http://HOST:PORT`.
    pub(crate) fn to(base: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .timeout_global(Some(PATIENCE))
            .build();
        Self { agent: agent.into(), base: base.to_owned() }
    }

    /// The same, with a connection of its own.
    pub(crate) fn apart(&self) -> Self {
        Self::to(&self.base)
    }

    /// Sends a request: its status and what it answered, if an answer came. The address is the whole path.
    pub(crate) fn raw(
        &self,
        method: &str,
        token: &str,
        path: &str,
        body: Option<String>,
        key: Option<&str>,
    ) -> Result<(u16, String), ureq::Error> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let mut response = self.agent.run(request.body(body.unwrap_or_default())?)?;
        let text = response.body_mut().with_config().limit(64 << 20).read_to_string()?;
        Ok((response.status().as_u16(), text))
    }

    /// The same below `/api/v1`, with an answer read as JSON; nothing if none came.
    pub(crate) fn send(
        &self,
        method: &str,
        token: &str,
        path: &str,
        body: Option<&Value>,
        key: Option<&str>,
    ) -> Option<Answer> {
        let path = format!("/api/v1{path}");
        let (status, text) = self.raw(method, token, &path, body.map(Value::to_string), key).ok()?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Some(Answer { status, body })
    }

    /// Asks, and is answered.
    #[track_caller]
    pub(crate) fn get(&self, token: &str, path: &str) -> Answer {
        self.send("GET", token, path, None, None).expect("no answer came")
    }

    /// Tells, and is answered.
    #[track_caller]
    pub(crate) fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.send("POST", token, path, Some(body), None).expect("no answer came")
    }

    #[track_caller]
    pub(crate) fn put(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.send("PUT", token, path, Some(body), None).expect("no answer came")
    }
}
