//! Calling the service as its workers' programs do: over HTTP, with a token.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::Trouble;

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Who {
    Desk,
    Coordinator,
    /// The shelter with this code.
    Shelter(&'static str),
}

/// The demo's programs at the desk, the doors and the coordinator's.
pub(super) struct Caller {
    base: String,
    tokens: BTreeMap<Who, String>,
    agent: ureq::Agent,
    calls: Cell<u64>,
}

impl Caller {
    pub(super) fn new(base: String) -> Self {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Self { base, tokens: BTreeMap::new(), agent, calls: Cell::new(0) }
    }

    /// Gives somebody a token.
    pub(super) fn take(&mut self, who: Who, token: String) {
        self.tokens.insert(who, token);
    }

    pub(super) fn token(&self, who: Who) -> &str {
        self.tokens.get(&who).map_or("", String::as_str)
    }

    /// How many calls were made.
    pub(super) fn calls(&self) -> u64 {
        self.calls.get()
    }

    pub(super) fn get(&self, who: Who, path: &str) -> Result<Value, Trouble> {
        self.expect(who, "GET", path, None)
    }

    pub(super) fn post(&self, who: Who, path: &str, body: &Value) -> Result<Value, Trouble> {
        self.expect(who, "POST", path, Some(body))
    }

    pub(super) fn put(&self, who: Who, path: &str, body: &Value) -> Result<Value, Trouble> {
        self.expect(who, "PUT", path, Some(body))
    }

    fn expect(&self, who: Who, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Trouble> {
        match self.call(who, method, path, body)? {
            (200..=299, answer) => Ok(answer),
            (status, answer) => {
                let detail = answer["detail"].as_str().unwrap_or("no reason given");
                Err(Trouble(format!("{method} {path} was answered {status}: {detail}")))
            }
        }
    }

    fn call(
        &self,
        who: Who,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(u16, Value), Trouble> {
        let failed = |error: &dyn std::fmt::Display| Trouble(format!("{method} {path} failed: {error}"));
        let key = crate::app::random_uuid().map_err(|error| failed(&error))?;
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/api/v1{path}", self.base))
            .header("authorization", format!("Bearer {}", self.token(who)));
        if body.is_some() {
            request =
                request.header("content-type", "application/json").header("idempotency-key", key.to_string());
        }
        let text = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(text).map_err(|error| failed(&error))?;
        let mut response = self.agent.run(request).map_err(|error| failed(&error))?;
        self.calls.set(self.calls.get() + 1);
        let text = response.body_mut().with_config().limit(64 << 20).read_to_string();
        let text = text.map_err(|error| failed(&error))?;
        let answer = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok((response.status().as_u16(), answer))
    }
}
