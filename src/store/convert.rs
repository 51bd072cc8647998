//! Between the domain's words and what a column holds. What cannot be read back is a fault of the database, and said so.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike, Utc};
use uuid::Uuid;

use super::StoreError;
use crate::domain::lottery::hash::Hash32;
use crate::domain::night::{Night, Nights};
use crate::domain::party::LotNumber;
use crate::domain::place::{Kind, Pool, Who};
use crate::domain::shelter::ShelterCode;
use crate::domain::word::NotAWord;
pub(super) use crate::domain::word::Word;

impl From<NotAWord> for StoreError {
    fn from(error: NotAWord) -> Self {
        corrupt("a word", &error.0)
    }
}

pub(super) fn corrupt(what: &str, found: &str) -> StoreError {
    StoreError::Corrupt(format!("{what}: {:?}", found.chars().take(60).collect::<String>()))
}

/// Both databases keep microseconds; what is compared later must be what was kept.
pub(super) fn to_microsecond(at: DateTime<Utc>) -> DateTime<Utc> {
    at.with_nanosecond(at.nanosecond() / 1000 * 1000).unwrap_or(at)
}

pub(super) fn stamp(at: DateTime<Utc>) -> NaiveDateTime {
    to_microsecond(at).naive_utc()
}

pub(super) fn instant(stamp: NaiveDateTime) -> DateTime<Utc> {
    stamp.and_utc()
}

pub(super) fn key(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

pub(super) fn uuid(bytes: &[u8]) -> Result<Uuid, StoreError> {
    Uuid::from_slice(bytes).map_err(|error| corrupt("a key", &error.to_string()))
}

pub(super) fn hash(bytes: &[u8]) -> Result<Hash32, StoreError> {
    bytes.try_into().map(Hash32).map_err(|_| corrupt("a hash", "not 32 bytes"))
}

pub(super) fn night(date: NaiveDate) -> Result<Night, StoreError> {
    Night::new(date).map_err(|error| corrupt("a night", &error.to_string()))
}

pub(super) fn nights(first: NaiveDate, last: NaiveDate) -> Result<Nights, StoreError> {
    Nights::new(night(first)?, night(last)?).map_err(|error| corrupt("nights", &error.to_string()))
}

pub(super) fn shelter(code: &str) -> Result<ShelterCode, StoreError> {
    code.parse().map_err(|_| corrupt("a shelter code", code))
}

pub(super) fn pool(shelter_code: &str, kind: &str, who: &str) -> Result<Pool, StoreError> {
    Ok(Pool { shelter: shelter(shelter_code)?, kind: Kind::read(kind)?, who: Who::read(who)? })
}

pub(super) fn number(stored: i32) -> Result<u32, StoreError> {
    u32::try_from(stored).map_err(|_| corrupt("a number", &stored.to_string()))
}

/// A number as a column holds it.
pub(super) fn integer(value: u32) -> Result<i32, StoreError> {
    i32::try_from(value).map_err(|_| StoreError::TooLarge(value))
}

pub(super) fn lot(stored: i32) -> Result<LotNumber, StoreError> {
    number(stored).map(LotNumber)
}

/// Shelter codes as one text, in order.
pub(super) fn codes_text(codes: &[ShelterCode]) -> String {
    codes.iter().map(ShelterCode::as_str).collect::<Vec<_>>().join(",")
}

pub(super) fn codes(text: &str) -> Result<Vec<ShelterCode>, StoreError> {
    text.split(',').filter(|code| !code.is_empty()).map(shelter).collect()
}
