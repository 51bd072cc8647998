//! Tokens: what a worker's program shows to say who it is. Only a hash is kept.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Ctx, Refusal, random_bytes, random_uuid};
use crate::domain::audit::Event;
use crate::domain::lottery::hash::Hash32;
use crate::domain::night::wall_clock;
use crate::domain::role::{Actor, Powers, Role, Scope};
use crate::domain::word::Word;
use crate::store::{Read, TokenEntry, Tx};

/// How every token begins, so that one that leaked is recognised for what it is.
const PREFIX: &str = "ins_";
/// The longest name of a token, in characters.
const MAX_NAME: usize = 100;

/// A token's secret: shown once, when it is made.
pub struct Secret(String);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn new() -> Result<Self, Refusal> {
        Ok(Self(format!("{PREFIX}{}", hex::encode(random_bytes()?))))
    }

    /// What a request showed.
    #[must_use]
    pub fn shown(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The secret itself, to be shown once.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it. The secret holds 256 random bits, so a plain hash cannot be guessed back.
    #[must_use]
    pub fn hash(&self) -> Hash32 {
        Hash32(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What a token is to be.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What it is called.
    pub name: String,
    /// What it opens.
    pub scope: Scope,
    /// The last date in Stockholm on which it opens anything; none for one that is ended by hand.
    pub last_date: Option<NaiveDate>,
}

impl Wanted {
    /// A token for all that a role may, until it is ended.
    #[must_use]
    pub fn of(name: impl Into<String>, role: Role) -> Self {
        Self { name: name.into(), scope: Scope::whole(role), last_date: None }
    }
}

/// Makes a token.
///
/// # Errors
/// A refusal if there is no such shelter, the name is empty or too long, or its last date is past.
pub fn make(tx: &mut Tx<'_>, ctx: &Ctx, wanted: &Wanted, secret: &Secret) -> Result<Uuid, Refusal> {
    let (name, scope, last_date) = (wanted.name.trim(), wanted.scope, wanted.last_date);
    let fits = !name.is_empty() && name.chars().count() <= MAX_NAME && !name.contains(char::is_control);
    if !fits {
        return Err(Refusal::field(
            "name",
            "give the token a name of 1 to 100 characters: whose it is, and where",
        ));
    }
    if last_date.is_some_and(|last| last < wall_clock(ctx.now).date()) {
        return Err(Refusal::field("until", "this date is past: such a token opens nothing"));
    }
    let shelter = scope.role().shelter();
    if let Some(code) = shelter
        && tx.shelter(code)?.is_none()
    {
        return Err(Refusal::field("shelter", format!("there is no shelter {code}: add it first")));
    }
    let id = random_uuid()?;
    let name = name.to_owned();
    let entry = TokenEntry { id, name, scope, last_date, made_at: ctx.now, ended_at: None };
    tx.add_token(&entry, secret.hash())?;
    let (role, powers) = (scope.role().name().to_owned(), scope.narrowed_to().map(words_of));
    ctx.record(tx, &Event::TokenMade { token: id, role, shelter, powers, last_date })?;
    Ok(id)
}

fn words_of(powers: Powers) -> Vec<String> {
    powers.iter().map(|power| power.word().to_owned()).collect()
}

/// Ends a token, at once and for good.
///
/// # Errors
/// A refusal if there is none, or it was ended.
pub fn end(tx: &mut Tx<'_>, ctx: &Ctx, id: Uuid) -> Result<(), Refusal> {
    if !tx.end_token(id, ctx.now)? {
        return Err(Refusal::not_found("token"));
    }
    ctx.record(tx, &Event::TokenEnded { token: id })
}

/// Who shows this secret now; nobody, if it is not one, was ended, or its last date is past.
///
/// # Errors
/// When the database fails.
pub fn who(read: &mut Read<'_>, secret: &Secret, now: DateTime<Utc>) -> Result<Option<Actor>, Refusal> {
    let found = read.token(secret.hash())?.filter(|token| opens(token, now));
    Ok(found.map(|token| Actor::Worker { token: token.id, scope: token.scope }))
}

/// Whether a token opens anything now.
pub(super) fn opens(token: &TokenEntry, now: DateTime<Utc>) -> bool {
    token.ended_at.is_none() && token.last_date.is_none_or(|last| wall_clock(now).date() <= last)
}
