//! Guests (gäster): one person, known by a UNO code, never by name (domain.md, *What happens*).

mod country;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::night::Night;
use super::word::words;
pub use country::{Country, NotACountry};

/// The service's own key of a guest. Never shown; people see the UNO code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
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

words! { Sex { Man = "man", Woman = "woman", Other = "other" } }

/// Nobody younger may sleep in the shelters; a minor is referred to Socialjouren or the city's EU team.
pub const AGE_OF_MAJORITY: u32 = 18;

/// Whom a minor was referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Referral {
    /// Socialjouren.
    Socialjouren,
    /// The city's EU team.
    EuTeam,
}

words! { Referral { Socialjouren = "socialjouren", EuTeam = "eu_team" } }

/// What the person showed at the desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentShown {
    /// A valid identity document.
    Valid,
    /// A document that is not valid: expired, damaged, somebody else's.
    NotValid,
    /// None.
    Nothing,
}

words! { DocumentShown { Valid = "valid", NotValid = "not_valid", Nothing = "nothing" } }

/// The text is no date of birth.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BirthError {
    /// Not a day of the calendar, or written otherwise.
    #[error("{0:?} is not a day that exists, written YYYY-MM-DD like 1980-01-05")]
    NotADay(String),
    /// Nobody alive was born then.
    #[error("{0} is no date of birth: check the year")]
    Impossible(NaiveDate),
    /// After the day on which somebody who was born is asked.
    #[error("{0} is still to come: check the date of birth")]
    ToCome(NaiveDate),
}

/// Reads a date of birth, `YYYY-MM-DD`. Nobody alive was born before 1900.
///
/// # Errors
/// [`BirthError`].
pub fn birth_date(text: &str) -> Result<NaiveDate, BirthError> {
    let exact = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| exact);
    let date = date.ok_or_else(|| BirthError::NotADay(text.chars().take(40).collect()))?;
    if (1900..=2199).contains(&date.year()) { Ok(date) } else { Err(BirthError::Impossible(date)) }
}

/// Stops a date of birth after the day of asking in Stockholm, `today`: who stands there is born.
///
/// # Errors
/// [`BirthError::ToCome`].
pub fn is_born(birth: NaiveDate, today: NaiveDate) -> Result<(), BirthError> {
    if birth > today { Err(BirthError::ToCome(birth)) } else { Ok(()) }
}

/// The text is no tag of a language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a language is written like ro or sv")]
pub struct NotALanguage;

/// Reads the tag of the language a guest is spoken to in, like `ro`: 2 to 8 small letters and hyphens. Only the shape is checked:
/// guests speak more languages than the service.
///
/// # Errors
/// [`NotALanguage`].
pub fn language_tag(text: &str) -> Result<String, NotALanguage> {
    let fits =
        (2..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    if fits { Ok(text.to_owned()) } else { Err(NotALanguage) }
}

/// The date on which a person born on `birth` comes of age. Born on 29 February: on 1 March of a year without that day.
#[must_use]
pub fn comes_of_age(birth: NaiveDate) -> NaiveDate {
    let year = birth.year() + i32::try_from(AGE_OF_MAJORITY).unwrap_or(0);
    birth.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1)).unwrap_or(NaiveDate::MAX)
}

/// Whether the person is a minor on the evening the night begins.
#[must_use]
pub fn is_minor(birth: NaiveDate, night: Night) -> bool {
    night.date() < comes_of_age(birth)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn minor(birth: &str, night: &str) -> bool {
        is_minor(date(birth), night.parse().unwrap())
    }

    #[test]
    fn who_turns_18_on_the_date_of_the_evening_may_sleep_that_night() {
        assert!(minor("2008-11-28", "2026-11-27"));
        assert!(!minor("2008-11-28", "2026-11-28"));
        assert!(!minor("2008-11-28", "2026-11-29"));
    }

    #[test]
    fn who_turns_18_on_new_years_day_is_a_minor_on_new_years_eve() {
        assert!(minor("2009-01-01", "2026-12-31"));
        assert!(!minor("2009-01-01", "2027-01-01"));
    }

    #[test]
    fn who_was_born_on_leap_day_comes_of_age_on_the_first_of_march() {
        // Eighteen years after a leap year is never one.
        assert_eq!(comes_of_age(date("2008-02-29")), date("2026-03-01"));
        assert!(minor("2008-02-29", "2026-02-28"));
        assert!(!minor("2008-02-29", "2026-03-01"));
        assert_eq!(comes_of_age(date("2010-02-28")), date("2028-02-28"));
        assert_eq!(comes_of_age(date("2010-03-01")), date("2028-03-01"));
    }

    #[test]
    fn a_birth_at_the_end_of_all_calendars_makes_a_minor() {
        assert_eq!(comes_of_age(NaiveDate::MAX), NaiveDate::MAX);
        assert!(is_minor(NaiveDate::MAX, "2199-12-31".parse().unwrap()));
        assert!(!is_minor(NaiveDate::MIN, "2000-01-01".parse().unwrap()));
    }

    #[test]
    fn a_date_of_birth_is_a_day_that_exists_after_1899() {
        for text in ["1900-01-01", "1980-02-29", "2026-11-27", "2199-12-31"] {
            assert_eq!(birth_date(text), Ok(date(text)));
        }
        for text in ["", "1981-02-29", "80-01-05", "1980-1-5", "+1980-01-5", "1980-01-05 ", "05/01/1980"] {
            assert_eq!(birth_date(text), Err(BirthError::NotADay(text.to_owned())), "{text:?}");
        }
        for text in ["1899-12-31", "2200-01-01"] {
            assert_eq!(birth_date(text), Err(BirthError::Impossible(date(text))));
        }
        assert_eq!(birth_date(&"9".repeat(99)), Err(BirthError::NotADay("9".repeat(40))));
    }

    #[test]
    fn who_asks_is_born_on_that_day_at_the_latest() {
        let today = date("2026-11-27");
        assert_eq!(is_born(date("1980-01-05"), today), Ok(()));
        assert_eq!(is_born(today, today), Ok(()));
        assert_eq!(is_born(date("2026-11-28"), today), Err(BirthError::ToCome(date("2026-11-28"))));
    }

    #[test]
    fn a_language_is_two_to_eight_small_letters_and_hyphens() {
        for text in ["ro", "sv", "rmy", "zh-hans", "abcdefgh"] {
            assert_eq!(language_tag(text).as_deref(), Ok(text));
        }
        for text in ["", "r", "RO", "ro ", "r0", "abcdefghi", "å"] {
            assert_eq!(language_tag(text), Err(NotALanguage), "{text:?}");
        }
    }
}
