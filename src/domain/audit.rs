//! The audit log: one append-only chain in which every step of the service stands, each entry bound to the one before
//! (draw.md, section 2, `log`). It holds keys, numbers and dates; never a name, a document or a UNO code.

mod event;

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

pub use event::{Event, FactEvent, LotGuest, PoolEvent, Stay};

use super::lottery::hash::Hash32;
use super::role::Actor;

/// The end of the chain: all that comes before is fixed by its hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The number of the last entry; 0 before the first.
    pub seq: u64,
    /// Its hash; 32 zero bytes before the first.
    pub hash: Hash32,
}

impl Head {
    /// Of an empty log.
    pub const EMPTY: Self = Self { seq: 0, hash: Hash32([0; 32]) };
}

/// One entry of the chain, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 1, 2, 3 ... without gaps.
    pub seq: u64,
    /// When, to the microsecond.
    pub at: DateTime<Utc>,
    /// The token of the person; none if the operator or the service took the step.
    pub actor: Option<Uuid>,
    /// In which role.
    pub role: String,
    /// The event as JSON, on one line.
    pub event: String,
    /// The hash of the entry before.
    pub previous: Hash32,
    /// This entry's.
    pub hash: Hash32,
}

impl Entry {
    /// The entry that follows on `head`.
    #[must_use]
    pub fn next(head: Head, at: DateTime<Utc>, actor: Actor, event: String) -> Self {
        let mut entry = Self {
            seq: head.seq + 1,
            at,
            actor: actor.token(),
            role: actor.role_name().to_owned(),
            event,
            previous: head.hash,
            hash: head.hash,
        };
        entry.hash = entry.computed();
        entry
    }

    /// The head of the chain that ends with this entry.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { seq: self.seq, hash: self.hash }
    }

    /// The hash that the entry's fields give: SHA-256 over `inskrivning-audit/1`, the number, the instant in RFC 3339 with
    /// six decimals, the token (or -), the role and the event, each followed by a line feed, and then the 32 bytes of the
    /// entry before.
    #[must_use]
    pub fn computed(&self) -> Hash32 {
        let at = self.at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let actor = self.actor.map_or_else(|| "-".to_owned(), |token| token.to_string());
        let text =
            format!("inskrivning-audit/1\n{}\n{at}\n{actor}\n{}\n{}\n", self.seq, self.role, self.event);
        Hash32::sha256(&[text.as_bytes(), &self.previous.0])
    }
}

/// The first place at which a chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A number is missing, or stands twice.
    #[error("entry {found} stands where entry {wanted} should: an entry was removed or added")]
    Gap {
        /// The number that should come.
        wanted: u64,
        /// The number that came.
        found: u64,
    },
    /// An entry does not follow on the one before.
    #[error("entry {0} does not follow on the entry before it: one of the two was changed")]
    DoesNotFollow(u64),
    /// An entry was changed.
    #[error("entry {0} was changed: its fields do not give its hash")]
    Changed(u64),
    /// The chain does not reach the head that is known.
    #[error(
        "the log ends with entry {found}, but entry {wanted} with another hash is known: its tail was cut or rewritten"
    )]
    OtherHead {
        /// The number that is known.
        wanted: u64,
        /// The last number of the log.
        found: u64,
    },
}

/// Follows the chain on from `head` through the next entries.
///
/// # Errors
/// The first place at which it does not hold.
pub fn follow(head: Head, entries: &[Entry]) -> Result<Head, Broken> {
    entries.iter().try_fold(head, |head, entry| {
        let wanted = head.seq + 1;
        if entry.seq != wanted {
            return Err(Broken::Gap { wanted, found: entry.seq });
        }
        if entry.previous != head.hash {
            return Err(Broken::DoesNotFollow(entry.seq));
        }
        if entry.computed() != entry.hash {
            return Err(Broken::Changed(entry.seq));
        }
        Ok(entry.head())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: u64) -> Vec<Entry> {
        let at = "2026-11-27T09:00:00.000001Z".parse().unwrap();
        let mut entries: Vec<Entry> = Vec::new();
        for number in 1..=length {
            let head = entries.last().map_or(Head::EMPTY, Entry::head);
            entries.push(Entry::next(head, at, Actor::Service, format!("{{\"number\":{number}}}")));
        }
        entries
    }

    #[test]
    fn a_chain_that_nobody_touched_holds() {
        let entries = chain(5);
        let head = entries[4].head();
        assert_eq!(follow(Head::EMPTY, &entries), Ok(head));
        assert_eq!(follow(entries[1].head(), &entries[2..]), Ok(head));
        assert_eq!(follow(Head::EMPTY, &[]), Ok(Head::EMPTY));
    }

    #[test]
    fn an_entry_removed_or_put_in_is_named() {
        let mut entries = chain(5);
        entries.remove(2);
        assert_eq!(follow(Head::EMPTY, &entries), Err(Broken::Gap { wanted: 3, found: 4 }));
        let mut entries = chain(5);
        entries.insert(2, entries[1].clone());
        assert_eq!(follow(Head::EMPTY, &entries), Err(Broken::Gap { wanted: 3, found: 2 }));
    }

    #[test]
    fn every_field_changed_is_found_at_its_entry() {
        let changes: [fn(&mut Entry); 5] = [
            |entry| entry.at += chrono::TimeDelta::microseconds(1),
            |entry| entry.actor = Some(Uuid::from_u128(1)),
            |entry| entry.role.push('x'),
            |entry| entry.event.push(' '),
            |entry| entry.hash.0[0] ^= 1,
        ];
        for change in changes {
            let mut entries = chain(5);
            change(&mut entries[2]);
            assert_eq!(follow(Head::EMPTY, &entries), Err(Broken::Changed(3)));
        }
        let mut entries = chain(5);
        entries[2].previous.0[0] ^= 1;
        assert_eq!(follow(Head::EMPTY, &entries), Err(Broken::DoesNotFollow(3)));
    }

    #[test]
    fn an_entry_rewritten_with_a_fitting_hash_breaks_at_the_next() {
        let mut entries = chain(5);
        entries[2].event = "{\"number\":33}".to_owned();
        entries[2].hash = entries[2].computed();
        assert_eq!(follow(Head::EMPTY, &entries), Err(Broken::DoesNotFollow(4)));
    }
}
