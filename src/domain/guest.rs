//! Guests (gäster): one person, known by a UNO code, never by name (domain.md, *What happens*).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::night::Night;

/// The service's own key of a guest. Never shown; people see the UNO code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuestId(pub Uuid);

/// A person's sex as it decides which places fit. `man`, `woman` or `other`, seated in this order in a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// Fits places for men and for any.
    Man,
    /// Fits places for women and for any.
    Woman,
    /// Fits places for any.
    Other,
}

/// Nobody younger may sleep in the shelters; a minor is referred to Socialjouren or the city's EU team.
pub const AGE_OF_MAJORITY: u32 = 18;

/// What the person showed at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentShown {
    /// A valid identity document.
    Valid,
    /// A document that is not valid: expired, damaged, somebody else's.
    NotValid,
    /// None.
    Nothing,
}

/// The date on which a person born on `birth` comes of age. Born on 29 February: on 1 March of a year without that day.
#[must_use]
pub fn comes_of_age(birth: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    let year = birth.year() + i32::try_from(AGE_OF_MAJORITY).unwrap_or(0);
    birth.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1)).unwrap_or(NaiveDate::MAX)
}

/// Whether the person is a minor on the evening the night begins.
#[must_use]
pub fn is_minor(birth: NaiveDate, night: Night) -> bool {
    night.date() < comes_of_age(birth)
}
