//! Between the domain's words and what a column holds. What cannot be read back is a fault of the database, and said so.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Timelike, Utc};
use uuid::Uuid;

use super::StoreError;
use super::guests::BanReason;
use super::lots::{Asked, Referral};
use super::queue::WaitEnd;
use crate::domain::desk_day::{FinishedBy, Mode};
use crate::domain::eligibility::ReasonKind;
use crate::domain::guest::{DocumentShown, Sex};
use crate::domain::hand_out::Choice;
use crate::domain::lottery::hash::Hash32;
use crate::domain::night::{Night, Nights};
use crate::domain::party::{LotNumber, LotStatus};
use crate::domain::place::plan::Direction;
use crate::domain::place::{Kind, Pool, Who};
use crate::domain::shelter::{Admission, ShelterCode};
use crate::domain::ticket::EndCause;

/// A value that is stored as one of a few words.
pub(super) trait Word: Copy + Sized + 'static {
    const WORDS: &'static [(Self, &'static str)];

    fn word(self) -> &'static str;

    fn read(word: &str) -> Result<Self, StoreError> {
        let found = Self::WORDS.iter().find(|(_, known)| *known == word);
        found.map(|(value, _)| *value).ok_or_else(|| corrupt("a word", word))
    }
}

macro_rules! words {
    ($($type:ident { $($variant:ident = $word:literal),+ })+) => {$(
        impl Word for $type {
            const WORDS: &'static [(Self, &'static str)] = &[$(($type::$variant, $word)),+];

            fn word(self) -> &'static str {
                match self { $($type::$variant => $word),+ }
            }
        }
    )+};
}

words! {
    Sex { Man = "man", Woman = "woman", Other = "other" }
    DocumentShown { Valid = "valid", NotValid = "not_valid", Nothing = "nothing" }
    Kind { Single = "single", Family = "family" }
    Who { Men = "men", Women = "women", Any = "any" }
    Admission { Scanned = "scanned", Counted = "counted", Own = "own" }
    Direction { MenToWomen = "men_to_women", WomenToMen = "women_to_men" }
    Mode { Lottery = "lottery", Direct = "direct" }
    FinishedBy { Desk = "desk", Service = "service" }
    LotStatus { In = "in", Withdrawn = "withdrawn", Refused = "refused" }
    EndCause { GivenBack = "given_back", Revoked = "revoked", Banned = "banned", Released = "released", PlaceGone = "place_gone" }
    BanReason { Violence = "violence", Threats = "threats", Drugs = "drugs", Theft = "theft", Other = "other" }
    Choice { RestTakeTheirPlaces = "rest", AllTogether = "together" }
    Asked { InTheDraw = "draw", AtOnce = "at_once", AsLateComer = "late", Logged = "logged" }
    Referral { Socialjouren = "socialjouren", EuTeam = "eu_team" }
    WaitEnd { Placed = "placed", Withdrawn = "withdrawn", Refused = "refused", TurnedAway = "turned_away" }
    ReasonKind {
        NoDocument = "no_document", Under18 = "under_18", HoldsTicket = "holds_ticket", Karens = "karens",
        WeekRule = "week_rule", InALot = "in_a_lot", Banned = "banned", NeverFits = "never_fits"
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

pub(super) fn integer(value: u32) -> Result<i32, StoreError> {
    i32::try_from(value).map_err(|_| StoreError::Refused(format!("{value} is too large a number")))
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
