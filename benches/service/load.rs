//! Many clients at once, and what they saw.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::{Answer, Client, Request};
use crate::served::Served;

pub(crate) const HEADING: &str =
    "per second, p50 and p99 in milliseconds, processor time of the service per request in microseconds";

/// What a load came to.
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    /// Milliseconds.
    pub(crate) p50: f64,
    /// Milliseconds.
    pub(crate) p99: f64,
    /// Microseconds of the service's processor time per request; none where there is no service.
    pub(crate) cpu: Option<f64>,
}

impl Measured {
    pub(crate) fn of(mut took: Vec<Duration>, all: Duration) -> Self {
        took.sort_unstable();
        let at = |share: usize| took[(took.len() - 1) * share / 100].as_secs_f64() * 1e3;
        Self { per_second: took.len() as f64 / all.as_secs_f64(), p50: at(50), p99: at(99), cpu: None }
    }

    /// Of several rounds the one in the middle, by its p50.
    pub(crate) fn middle(mut rounds: Vec<Self>) -> Self {
        rounds.sort_by(|a, b| a.p50.total_cmp(&b.p50));
        let middle = rounds.len() / 2;
        rounds.swap_remove(middle)
    }

    pub(crate) fn line(&self, what: &str) -> String {
        let cpu = self.cpu.map_or_else(String::new, |cpu| format!("{cpu:>6.0}"));
        format!("{what:<58}{:>9.0}{:>9.3}{:>9.3}  {cpu}", self.per_second, self.p50, self.p99)
    }
}

/// Sends all requests, each once, from so many clients, each with a connection of its own. `right` says whether an answer's
/// status is what was asked for: a fast no is no measurement.
pub(crate) fn send_all(
    served: &Served,
    token: &str,
    clients: usize,
    requests: Vec<Request>,
    right: u16,
) -> Measured {
    drive(served, token, clients, requests, |_, request, answer| {
        assert_eq!(
            answer.status,
            right,
            "{} {}: {}",
            request.method,
            request.path,
            String::from_utf8_lossy(&answer.body)
        );
    })
}

/// The same for what is not measured: what is answered, in the order of the requests.
pub(crate) fn answers(served: &Served, token: &str, clients: usize, requests: Vec<Request>) -> Vec<Value> {
    if requests.is_empty() {
        return Vec::new();
    }
    let all = Mutex::new(vec![Value::Null; requests.len()]);
    drive(served, token, clients, requests, |place, _, answer| all.lock().unwrap()[place] = answer.yes());
    all.into_inner().unwrap()
}

fn drive(
    served: &Served,
    token: &str,
    clients: usize,
    requests: Vec<Request>,
    see: impl Fn(usize, &Request, &Answer) + Sync,
) -> Measured {
    let queue = Mutex::new(requests.into_iter().enumerate());
    let cpu_before = served.cpu();
    let mut ready: Vec<Client> = (0..clients).map(|_| Client::new(served.address, token)).collect();
    let started = Instant::now();
    let took: Vec<Duration> = std::thread::scope(|scope| {
        let threads: Vec<_> = ready
            .iter_mut()
            .map(|client| {
                let (queue, see) = (&queue, &see);
                scope.spawn(move || {
                    let mut took = Vec::new();
                    loop {
                        let Some((place, request)) = queue.lock().unwrap().next() else { return took };
                        let began = Instant::now();
                        let answer = client.send(&request);
                        took.push(began.elapsed());
                        see(place, &request, &answer);
                    }
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let all = started.elapsed();
    let count = took.len() as f64;
    Measured { cpu: Some((served.cpu() - cpu_before) / count * 1e6), ..Measured::of(took, all) }
}
