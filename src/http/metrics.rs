//! Figures about the service itself for Prometheus. Nothing in them is about a person.

use actix_web::http::Method;
use chrono::{DateTime, Utc};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: String,
    route: String,
}

/// What is counted.
pub(super) struct Metrics {
    registry: Registry,
    answers: Family<Answer, Counter>,
    seconds: Family<Route, Histogram>,
    under_way: Gauge,
    due_failures: Counter,
}

/// Counts a request as under way until it is dropped, even if the caller went away.
pub(super) struct UnderWay(Gauge);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    pub(super) fn new(started: DateTime<Utc>, database: &'static str) -> Self {
        let mut registry = Registry::with_prefix("inskrivning");
        let answers = Family::<Answer, Counter>::default();
        registry.register("answers", "Requests answered", answers.clone());
        let seconds = Family::<Route, Histogram>::new_with_constructor(|| {
            Histogram::new(exponential_buckets(0.000_25, 2.0, 14))
        });
        registry.register("answer_seconds", "How long answers took, in seconds", seconds.clone());
        let build = Info::new([("version", env!("CARGO_PKG_VERSION")), ("database", database)]);
        registry.register("build", "Which version runs, on which database", build);
        let start: Gauge = Gauge::default();
        start.set(started.timestamp());
        registry.register("start_time_seconds", "When the service started, in seconds since 1970", start);
        let under_way = Gauge::default();
        registry.register("requests_under_way", "Requests that are not answered yet", under_way.clone());
        let due_failures = Counter::default();
        let help = "Looks, every 20 seconds, at which what falls due could not be done";
        registry.register("due_failures", help, due_failures.clone());
        Self { registry, answers, seconds, under_way, due_failures }
    }

    /// Counts a request that begins.
    pub(super) fn under_way(&self) -> UnderWay {
        self.under_way.inc();
        UnderWay(self.under_way.clone())
    }

    pub(super) fn could_not_do_what_is_due(&self) {
        self.due_failures.inc();
    }

    pub(super) fn answered(&self, method: &Method, route: &str, status: u16, seconds: f64) {
        let (method, route) = (known(method).to_owned(), route.to_owned());
        self.answers.get_or_create(&Answer { method: method.clone(), route: route.clone(), status }).inc();
        self.seconds.get_or_create(&Route { method, route }).observe(seconds);
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// The name of a method that some route may take. Anybody may invent others, and none of them is kept.
pub(super) fn known(method: &Method) -> &'static str {
    let taken = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    taken.into_iter().find(|name| *name == method.as_str()).unwrap_or("OTHER")
}
