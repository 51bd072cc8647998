//! What every handler is given: the way to read, and the way to write so that a request sent twice is done once.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::Serialize;

use super::body::Call;
use super::gate::Rules;
use super::metrics::Metrics;
use super::patience::{self, Lookers, Unseen};
use super::{Parts, document};
use crate::app::{Clock, Ctx, Keys, Policy, Reading, RecomputedDraws, Refusal};
use crate::domain::role::Actor;
use crate::store::{ANSWER_WITHIN, READERS, Read, Replay, Store, StoreError, Tx};

/// The service, as its handlers see it. Clones share it.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    store: Store,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
    policy: Policy,
    rules: Rules,
    metrics: Metrics,
    draws: Arc<RecomputedDraws>,
    lookers: Lookers,
}

/// What was made or changed: written down for a retry, from which the answer is made anew.
pub(super) trait Resource: ToString + FromStr + Send + 'static {}

impl<T: ToString + FromStr + Send + 'static> Resource for T {}

/// What was made or done, where one key or date does not tell it: written down as the data it is. No personal data may be in
/// it.
pub(super) struct Kept<T>(pub(super) T);

impl<T: Serialize> fmt::Display for Kept<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&self.0).map_err(|_| fmt::Error)?)
    }
}

impl<T: serde::de::DeserializeOwned> FromStr for Kept<T> {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(Self)
    }
}

impl Service {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { store, keys, clock, policy, .. } = parts;
        let rules = Rules::of(&document::described());
        let metrics = Metrics::new(clock.read().now, store.kind());
        // Each of them has a connection to read with, and none waits for one.
        let lookers = Lookers::new(READERS);
        Self(Arc::new(Inner { store, keys, clock, policy, rules, metrics, draws: Arc::default(), lookers }))
    }

    /// The database behind it.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub(super) fn rules(&self) -> &Rules {
        &self.0.rules
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.0.keys
    }

    /// The draws that were made, for those who ask about them.
    pub(super) fn draws(&self) -> Arc<RecomputedDraws> {
        Arc::clone(&self.0.draws)
    }

    /// What time it is, and by whose clock.
    #[must_use]
    pub fn clock(&self) -> Reading {
        self.0.clock.read()
    }

    /// Who takes a step now.
    #[must_use]
    pub fn ctx(&self, actor: Actor) -> Ctx {
        Ctx { now: self.clock().now, actor, keys: Arc::clone(&self.0.keys), policy: self.0.policy }
    }

    /// Looks at the database, off the threads that answer.
    ///
    /// # Errors
    /// What `look` answers.
    pub async fn read<T: Send + 'static>(
        &self,
        actor: Actor,
        look: impl FnOnce(&mut Read<'_>, &Ctx) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let ctx = self.ctx(actor);
        self.blocking(move |store| store.read(|read| look(read, &ctx))).await
    }

    /// Looks at the database with a single statement, off the threads that answer.
    ///
    /// # Errors
    /// What `look` answers.
    pub(super) async fn glance<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Read<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.blocking(move |store| store.glance(look)).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Store) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (store, left) = (self.0.store.clone(), patience::left());
        let looked = self.0.lookers.look(left, move || look(&store));
        patience::counted(looked).await.unwrap_or_else(|unseen| {
            Err(match unseen {
                Unseen::Late => StoreError::silent(ANSWER_WITHIN).into(),
                Unseen::BrokeDown => Refusal::internal("a thread that read broke down"),
            })
        })
    }

    /// Takes a step in the time this request has left.
    pub(super) async fn step<T: Send + 'static>(
        &self,
        step: impl FnMut(&mut Tx<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        patience::counted(self.0.store.write_within(patience::left(), step)).await
    }

    /// Looks at the database and answers what was found.
    pub(super) async fn show<T: Serialize + Send + 'static>(
        &self,
        actor: Actor,
        look: impl FnOnce(&mut Read<'_>, &Ctx) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<HttpResponse, Refusal> {
        Ok(HttpResponse::Ok().json(self.read(actor, look).await?))
    }

    /// Takes a step and answers with what it made, shown as it then is. Sent again under the same key, the step is not taken
    /// again: the answer is made anew from what was made the first time.
    pub(super) async fn write<K: Resource, T: Serialize + Send + 'static>(
        &self,
        call: Call,
        status: StatusCode,
        mut step: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<K, Refusal> + Send + 'static,
        show: impl Fn(&mut Read<'_>, &Ctx, &K) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<HttpResponse, Refusal> {
        self.write_as(call, move |tx, ctx| Ok((status, step(tx, ctx)?)), show).await
    }

    /// The same for a step whose status depends on what it did.
    pub(super) async fn write_as<K: Resource, T: Serialize + Send + 'static>(
        &self,
        call: Call,
        mut step: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<(StatusCode, K), Refusal> + Send + 'static,
        show: impl Fn(&mut Read<'_>, &Ctx, &K) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<HttpResponse, Refusal> {
        let ctx = self.ctx(call.actor);
        let written = self.step(move |tx| -> Result<(StatusCode, T), Refusal> {
            if let Some(key) = &call.key
                && let Some(replay) = tx.replay(ctx.by(), key)?
            {
                let made = resource_of(&replay, &call)?;
                let status = StatusCode::from_u16(replay.status).unwrap_or(StatusCode::OK);
                return Ok((status, show(tx, &ctx, &made)?));
            }
            let (status, made) = step(tx, &ctx)?;
            if let Some(key) = &call.key {
                let replay = Replay {
                    fingerprint: call.fingerprint,
                    status: status.as_u16(),
                    resource: made.to_string(),
                };
                tx.remember(ctx.by(), key, &replay, ctx.now)?;
            }
            Ok((status, show(tx, &ctx, &made)?))
        });
        let (status, shown) = written.await?;
        Ok(HttpResponse::build(status).json(shown))
    }
}

fn resource_of<K: Resource>(replay: &Replay, call: &Call) -> Result<K, Refusal> {
    if replay.fingerprint != call.fingerprint {
        return Err(Refusal::invalid_whole(
            "idempotency-key-reused",
            "this Idempotency-Key was used for another request: send this one with a key of its own",
        ));
    }
    replay.resource.parse().map_err(|_| Refusal::internal("a kept answer cannot be read"))
}
