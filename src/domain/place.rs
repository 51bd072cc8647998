//! Places: pools of beds whose number changes by date, and what is free in them for how long (domain.md, *Places*;
//! draw.md, section 2, *From facts to entries*).
//!
//! [`plan`] holds what a coordinator decides and says how many places a pool has on a night; [`entries`] sets against it
//! who holds them and says what is free for how long; [`change`] says whether a plan may be changed; [`moving`] whether a
//! party fits another shelter. None of them knows guests, karens or bans.

pub mod change;
pub mod entries;
pub mod moving;
pub mod parts;
pub mod plan;

use std::fmt;

use serde::{Deserialize, Serialize};

use super::guest::Sex;
use super::night::Night;
use super::shelter::ShelterCode;
use super::word::words;

/// For whom a place is meant first (draw.md, section 6: each may use what the other left).
///
/// The order of the variants is normative: the entries of a manifest stand in it (draw.md, section 2: family < single).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Familjeplats.
    Family,
    /// Singelplats.
    Single,
}

words! { Kind { Single = "single", Family = "family" } }

/// Whom a place may take.
///
/// The order of the variants is normative: the entries of a manifest stand in it (draw.md, section 2: any < men < women).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// Everybody.
    Any,
    /// Men only.
    Men,
    /// Women only.
    Women,
}

words! { Who { Men = "men", Women = "women", Any = "any" } }

impl Who {
    /// A man fits men and any, a woman women and any, other fits any.
    #[must_use]
    pub fn fits(self, sex: Sex) -> bool {
        match self {
            Who::Any => true,
            Who::Men => sex == Sex::Man,
            Who::Women => sex == Sex::Woman,
        }
    }
}

/// A pool: places of one shelter that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pool {
    /// Whose.
    pub shelter: ShelterCode,
    /// For singles or families first.
    pub kind: Kind,
    /// For men, women or any.
    pub who: Who,
}

impl fmt::Display for Pool {
    /// In a worker's words: `single places for women at fa`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Family => "family",
            Kind::Single => "single",
        };
        let who = match self.who {
            Who::Any => "anyone",
            Who::Men => "men",
            Who::Women => "women",
        };
        write!(f, "{kind} places for {who} at {}", self.shelter)
    }
}

/// `count` equal places, free from the start night `from` through the night `until` (none: no end in sight).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlaceEntry {
    /// Where.
    pub pool: Pool,
    /// The first start night on which they are free.
    pub from: Night,
    /// The last night on which they are free.
    pub until: Option<Night>,
    /// How many.
    pub count: u32,
}

impl PlaceEntry {
    /// What entries are ordered by in a manifest: shelter, kind, who, from, until, where none comes last (draw.md,
    /// section 2). No two entries of a manifest have the same.
    #[must_use]
    pub fn sort_key(&self) -> (Pool, Night, bool, Option<Night>) {
        (self.pool, self.from, self.until.is_none(), self.until)
    }
}

#[cfg(test)]
mod tests;
