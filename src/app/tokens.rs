//! Tokens: what a worker's program shows to say who it is. Only a hash is kept.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Ctx, Refusal, random_bytes, random_uuid};
use crate::domain::audit::Event;
use crate::domain::lottery::hash::Hash32;
use crate::domain::role::{Actor, Role};
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

/// Makes a token for a role.
///
/// # Errors
/// A refusal if there is no such shelter, or the name is empty or too long.
pub fn make(tx: &mut Tx<'_>, ctx: &Ctx, name: &str, role: Role, secret: &Secret) -> Result<Uuid, Refusal> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= MAX_NAME && !name.contains(char::is_control);
    if !fits {
        return Err(Refusal::field(
            "name",
            "give the token a name of 1 to 100 characters: whose it is, and where",
        ));
    }
    let shelter = match role {
        Role::Shelter(code) => Some(code),
        Role::Desk | Role::Coordinator => None,
    };
    if let Some(code) = shelter
        && tx.shelter(code)?.is_none()
    {
        return Err(Refusal::field("shelter", format!("there is no shelter {code}: add it first")));
    }
    let id = random_uuid()?;
    let entry = TokenEntry { id, name: name.to_owned(), role, made_at: ctx.now, ended_at: None };
    tx.add_token(&entry, secret.hash())?;
    ctx.record(tx, &Event::TokenMade { token: id, role: role.name().to_owned(), shelter })?;
    Ok(id)
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

/// Who shows this secret; nobody, if it is not one, or was ended.
///
/// # Errors
/// When the database fails.
pub fn who(read: &mut Read<'_>, secret: &Secret) -> Result<Option<Actor>, Refusal> {
    let found = read.token(secret.hash())?.filter(|token| token.ended_at.is_none());
    Ok(found.map(|token| Actor::Worker { token: token.id, role: token.role }))
}
