//! Places: pools of beds whose number changes by date, and what is free in them for how long (domain.md, *Places*;
//! draw.md, section 2, *From facts to entries*).

use serde::{Deserialize, Serialize};

use super::guest::Sex;
use super::night::Night;
use super::shelter::ShelterCode;

/// For whom a place is meant first (draw.md, section 6: each may use what the other left).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Familjeplats.
    Family,
    /// Singelplats.
    Single,
}

/// Whom a place may take.
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

/// `count` equal places, free from the start night `from` through the night `until` (none: no end in sight). The order of
/// its fields is the order of entries in a manifest, but for `until`, where none comes last.
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
