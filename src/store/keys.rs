//! What lets people and retries in: tokens, kept as hashes; the key file's mark; answers given to requests that may be sent
//! again.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::asking::Ask;
use super::change::update;
use super::convert::{Word, corrupt, hash, instant, key, stamp, uuid};
use super::schema::{idempotency, key_check, token};
use super::{Read, StoreError, Tx, convert};
use crate::domain::lottery::hash::Hash32;
use crate::domain::role::{Power, Powers, Role, RoleKind, Scope};
use crate::domain::shelter::ShelterCode;

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenEntry {
    /// Its key, which stands in the audit log.
    pub id: Uuid,
    /// What it is called, so that the right one is ended.
    pub name: String,
    /// What it opens.
    pub scope: Scope,
    /// The last date on which it opens anything, if there is one.
    pub last_date: Option<NaiveDate>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it was ended, if it was.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What was answered to a request before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// What the request was, under the key file: the same key with another request is refused.
    pub fingerprint: Hash32,
    /// The status that was answered.
    pub status: u16,
    /// What was made or changed, for making the answer anew.
    pub resource: String,
}

#[derive(Queryable)]
struct TokenRow {
    id: Vec<u8>,
    _hash: Vec<u8>,
    name: String,
    role: String,
    shelter: Option<String>,
    made_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
    powers: Option<String>,
    last_date: Option<NaiveDate>,
}

fn read_token(row: TokenRow) -> Result<TokenEntry, StoreError> {
    let TokenRow { id, name, role, shelter, made_at, ended_at, powers, last_date, .. } = row;
    let shelter = shelter.as_deref().map(convert::shelter).transpose()?;
    let known = RoleKind::read(&role)?;
    let role = Role::new(known, shelter).ok_or_else(|| corrupt("the shelter of a role", &role))?;
    let scope = match powers {
        None => Scope::whole(role),
        Some(words) => {
            let only: Powers = words.split(',').map(Power::read).collect::<Result<_, _>>()?;
            Scope::only(role, only).map_err(|_| corrupt("the powers of a token", &words))?
        }
    };
    let (made_at, ended_at) = (instant(made_at), ended_at.map(instant));
    Ok(TokenEntry { id: uuid(&id)?, name, scope, last_date, made_at, ended_at })
}

impl Read<'_> {
    /// The token with this hash, ended or not.
    ///
    /// # Errors
    /// When the database fails.
    pub fn token(&mut self, of: Hash32) -> Result<Option<TokenEntry>, StoreError> {
        let row: Option<TokenRow> =
            token::table.filter(token::hash.eq(of.0.to_vec())).row(self.conn).optional()?;
        row.map(read_token).transpose()
    }

    /// The token with this key, ended or not.
    ///
    /// # Errors
    /// When the database fails.
    pub fn token_by_id(&mut self, id: Uuid) -> Result<Option<TokenEntry>, StoreError> {
        let row: Option<TokenRow> = token::table.find(key(id)).row(self.conn).optional()?;
        row.map(read_token).transpose()
    }

    /// All tokens, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn tokens(&mut self) -> Result<Vec<TokenEntry>, StoreError> {
        let rows: Vec<TokenRow> = token::table.order((token::made_at, token::id)).rows(self.conn)?;
        rows.into_iter().map(read_token).collect()
    }

    /// What the key file that belongs to these data makes of a fixed text; none before the first start.
    ///
    /// # Errors
    /// When the database fails.
    pub fn key_check(&mut self) -> Result<Option<Hash32>, StoreError> {
        let mac: Option<Vec<u8>> = key_check::table.select(key_check::mac).row(self.conn).optional()?;
        mac.map(|mac| hash(&mac)).transpose()
    }

    /// Whether answers are kept that were given before an instant.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_replays_before(&mut self, before: DateTime<Utc>) -> Result<bool, StoreError> {
        let old = idempotency::table.filter(idempotency::at.lt(stamp(before)));
        Ok(diesel::select(diesel::dsl::exists(old)).get_result(self.conn)?)
    }

    /// What was answered to this actor under this key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn replay(&mut self, actor: Uuid, under: &str) -> Result<Option<Replay>, StoreError> {
        let row: Option<(Vec<u8>, i32, String)> = idempotency::table
            .find((key(actor), under))
            .select((idempotency::fingerprint, idempotency::status, idempotency::resource))
            .row(self.conn)
            .optional()?;
        row.map(|(fingerprint, status, resource)| {
            let status = u16::try_from(status).map_err(|_| corrupt("a status", &status.to_string()))?;
            Ok(Replay { fingerprint: hash(&fingerprint)?, status, resource })
        })
        .transpose()
    }
}

impl Tx<'_> {
    /// Keeps a new token, of which only the hash is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_token(&mut self, entry: &TokenEntry, of: Hash32) -> Result<(), StoreError> {
        let role = entry.scope.role();
        let shelter = role.shelter();
        let words = |powers: Powers| powers.iter().map(Word::word).collect::<Vec<_>>().join(",");
        self.change(diesel::insert_into(token::table).values((
            token::id.eq(key(entry.id)),
            token::hash.eq(of.0.to_vec()),
            token::name.eq(&entry.name),
            token::role.eq(role.name()),
            token::shelter.eq(shelter.as_ref().map(ShelterCode::as_str)),
            token::made_at.eq(stamp(entry.made_at)),
            token::powers.eq(entry.scope.narrowed_to().map(words)),
            token::last_date.eq(entry.last_date),
        )))?;
        Ok(())
    }

    /// Ends a token. Whether there was one to end.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_token(&mut self, id: Uuid, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let live = token::table.filter(token::id.eq(key(id))).filter(token::ended_at.is_null());
        Ok(self.change(update(live).set(token::ended_at.eq(Some(stamp(at)))))? > 0)
    }

    /// Binds a key file to these data, once.
    ///
    /// # Errors
    /// When the database fails, or one is bound already.
    pub fn bind_key(&mut self, mac: Hash32) -> Result<(), StoreError> {
        self.change(
            diesel::insert_into(key_check::table)
                .values((key_check::id.eq(1), key_check::mac.eq(mac.0.to_vec()))),
        )?;
        Ok(())
    }

    /// Keeps what is answered to a request, for when it is sent again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remember(
        &mut self,
        actor: Uuid,
        under: &str,
        replay: &Replay,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.change(diesel::insert_into(idempotency::table).values((
            idempotency::actor.eq(key(actor)),
            idempotency::idempotency_key.eq(under),
            idempotency::fingerprint.eq(replay.fingerprint.0.to_vec()),
            idempotency::status.eq(i32::from(replay.status)),
            idempotency::resource.eq(&replay.resource),
            idempotency::at.eq(stamp(at)),
        )))?;
        Ok(())
    }

    /// Forgets answers kept before an instant.
    ///
    /// # Errors
    /// When the database fails.
    pub fn forget_replays(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        let old = idempotency::table.filter(idempotency::at.lt(stamp(before)));
        self.change(diesel::delete(old))
    }
}
