//! The record: everything about a draw that is needed to recompute it (draw.md, section 7).

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::bounded;
use super::canonical::{self, Refused};
use super::draw::Draw;
use super::hash::Hash32;
use super::manifest::{MAX_LOTS, VERSION};
use super::placement::Outcome;

/// The longest record that is read, in bytes: that of the longest manifest.
pub const MAX_BYTES: u64 = 3 << 30;

/// The most keys, places in the order, and outcomes a record can have.
const MOST: usize = MAX_LOTS as usize;

/// A record in its written form: fields in the order of RFC 8785. What the values mean is not checked here; that is
/// [`super::verify`]'s work, one step after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    pub(super) commitment: String,
    #[serde(deserialize_with = "bounded::present")]
    pub(super) entropy: Option<String>,
    #[serde(deserialize_with = "bounded::map::<_, _, MOST>")]
    pub(super) keys: BTreeMap<Name, String>,
    pub(super) manifest: String,
    #[serde(deserialize_with = "bounded::list::<_, _, MOST>")]
    pub(super) order: Vec<Integer>,
    #[serde(deserialize_with = "bounded::list::<_, _, MOST>")]
    pub(super) outcomes: Vec<WrittenOutcome>,
    pub(super) oversubscribed: bool,
    pub(super) result_hash: String,
    #[serde(deserialize_with = "bounded::present")]
    pub(super) seed: Option<String>,
    pub(super) v: String,
    #[serde(deserialize_with = "bounded::present")]
    pub(super) witnessed: Option<bool>,
}

/// What stands before a key: a lot's number, in a true record. Names are in the order of RFC 8785, that of their UTF-16 units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Name(String);

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.encode_utf16().cmp(other.0.encode_utf16())
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An outcome in its written form: one of two shapes, placed or reserve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenOutcome {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entries: Option<Vec<Integer>>,
    lot: Integer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nights: Option<Integer>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phase: Option<String>,
    rank: Integer,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reserve: Option<Integer>,
    result: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shelter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<String>,
}

/// An integer that RFC 8785 can write: at most 2^53 - 1 either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub(super) struct Integer(i64);

impl TryFrom<i64> for Integer {
    type Error = &'static str;

    fn try_from(value: i64) -> Result<Self, &'static str> {
        if value.unsigned_abs() < 1 << 53 {
            Ok(Self(value))
        } else {
            Err("the number is too large for RFC 8785")
        }
    }
}

impl From<Integer> for i64 {
    fn from(integer: Integer) -> Self {
        integer.0
    }
}

impl From<u32> for Integer {
    fn from(value: u32) -> Self {
        Self(value.into())
    }
}

impl Record {
    /// Reads a record: what draw.md calls its form.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refused> {
        let record: Self = canonical::read(bytes)?;
        if record.v != VERSION {
            return Err(Refused::new("v", format!("{:?} is not {VERSION:?}", record.v)));
        }
        match record.outcomes.iter().position(|outcome| !outcome.has_a_shape()) {
            Some(n) => Err(Refused::new(
                format!("outcomes[{n}]"),
                "neither a placed lot nor one on the reserve list",
            )),
            None => Ok(record),
        }
    }

    /// The record of a draw.
    pub(super) fn of(draw: &Draw) -> Result<Self, Refused> {
        let randomness = draw.randomness();
        let keys = randomness.into_iter().flat_map(|randomness| &randomness.keys);
        let order: Vec<Integer> = draw.order().iter().map(|lot| lot.0.into()).collect();
        let outcomes: Vec<WrittenOutcome> = draw.outcomes().iter().map(WrittenOutcome::of).collect();
        let result = canonical::to_string(&(&order, &outcomes))?;
        Ok(Self {
            commitment: draw.manifest().commitment().to_string(),
            entropy: randomness.map(|randomness| randomness.entropy.as_str().to_owned()),
            keys: keys.map(|(lot, key)| (Name(lot.to_string()), key.to_string())).collect(),
            manifest: draw.manifest().bytes().to_owned(),
            order,
            outcomes,
            oversubscribed: draw.is_oversubscribed(),
            result_hash: Hash32::sha256(&[result.as_bytes()]).to_string(),
            seed: randomness.map(|randomness| randomness.seed.to_string()),
            v: VERSION.to_owned(),
            witnessed: randomness.map(|_| draw.manifest().content().source.is_witnessed()),
        })
    }
}

/// The bytes of a draw's record, without a final newline.
///
/// # Errors
/// When they cannot be written as JSON, which a draw always can.
pub fn write(draw: &Draw) -> Result<String, Refused> {
    canonical::to_string(&Record::of(draw)?)
}

impl WrittenOutcome {
    fn of(outcome: &Outcome) -> Self {
        let mut written = Self {
            entries: None,
            lot: outcome.lot().0.into(),
            nights: None,
            phase: None,
            rank: outcome.rank().into(),
            reserve: None,
            result: String::new(),
            shelter: None,
            start: None,
        };
        match outcome {
            Outcome::Placed { phase, seat, .. } => {
                // An entry's number is below 1 024.
                let number = |&entry| u32::try_from(entry).unwrap_or(u32::MAX).into();
                written.entries = Some(seat.entries.iter().map(number).collect());
                written.nights = Some(seat.nights.into());
                written.phase = Some(format!("{phase:?}"));
                written.result = "placed".to_owned();
                written.shelter = Some(seat.shelter.to_string());
                written.start = Some(seat.start.to_string());
            }
            Outcome::Reserve { reserve, .. } => {
                written.reserve = Some((*reserve).into());
                written.result = "reserve".to_owned();
            }
        }
        written
    }

    fn has_a_shape(&self) -> bool {
        let placed = [
            self.entries.is_some(),
            self.nights.is_some(),
            self.phase.is_some(),
            self.shelter.is_some(),
            self.start.is_some(),
        ];
        match self.result.as_str() {
            "placed" => placed == [true; 5] && self.reserve.is_none(),
            "reserve" => placed == [false; 5] && self.reserve.is_some(),
            _ => false,
        }
    }
}
