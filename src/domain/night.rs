//! Nights, spans of nights, and the two notions of "tonight" (domain.md, *Night*).

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc};

use super::text::serde_as_text;

/// A night, named by the date of its evening: from the evening of that date to the next morning, Europe/Stockholm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Night(NaiveDate);

/// The hour from which a night is closed at a door without asking back, on the date of its evening, in Stockholm. No shelter of
/// the reports opens earlier.
pub const CLOSES_FROM: u32 = 20;

/// Why a date is not one the service works with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The text is not `YYYY-MM-DD`, or names a day that does not exist.
    #[error("{0:?} is not a day that exists, written YYYY-MM-DD like 2026-01-05")]
    NotADate(String),
    /// The year lies outside 2000-2199, the years the calendar knows.
    #[error("{0} lies outside the years 2000-2199 the calendar knows: check the year")]
    OutOfRange(NaiveDate),
    /// A span that ends before it begins.
    #[error("the nights from {first} through {last} end before they begin: check the two dates")]
    EndsBeforeItBegins {
        /// The first night given.
        first: Night,
        /// The last night given.
        last: Night,
    },
}

impl Night {
    /// The first night the calendar knows.
    pub const FIRST: Self = Self(NaiveDate::from_ymd_opt(2000, 1, 1).unwrap());
    /// The last night the calendar knows.
    pub const LAST: Self = Self(NaiveDate::from_ymd_opt(2199, 12, 31).unwrap());

    /// The night that begins on the evening of `date`.
    ///
    /// # Errors
    /// [`DateError::OutOfRange`] outside the years 2000-2199.
    pub fn new(date: NaiveDate) -> Result<Self, DateError> {
        let night = Self(date);
        if (Self::FIRST..=Self::LAST).contains(&night) { Ok(night) } else { Err(DateError::OutOfRange(date)) }
    }

    /// The date of its evening.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        self.0
    }

    /// The night `nights` later. Arithmetic may leave the years that can be read in, never the calendar.
    #[must_use]
    pub fn plus(self, nights: u32) -> Self {
        Self(self.0.checked_add_days(Days::new(nights.into())).unwrap_or(NaiveDate::MAX))
    }

    /// The night `nights` earlier.
    #[must_use]
    pub fn minus(self, nights: u32) -> Self {
        Self(self.0.checked_sub_days(Days::new(nights.into())).unwrap_or(NaiveDate::MIN))
    }

    /// Whether closing it `at` that instant is early, so that guests may still be to come: before [`CLOSES_FROM`] on its evening.
    #[must_use]
    pub fn closes_early(self, at: DateTime<Utc>) -> bool {
        self.0.and_hms_opt(CLOSES_FROM, 0, 0).is_some_and(|from| wall_clock(at) < from)
    }

    /// The night after this one.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// The night before this one.
    #[must_use]
    pub fn previous(self) -> Self {
        self.minus(1)
    }

    /// How many nights from this one through `last`, both counted; 0 if `last` comes before it.
    #[must_use]
    pub fn through(self, last: Night) -> u32 {
        u32::try_from((last.0 - self.0).num_days() + 1).unwrap_or(0)
    }
}

impl fmt::Display for Night {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Night {
    type Err = DateError;

    /// Reads exactly `YYYY-MM-DD`: ten characters, leading zeros, a day that exists.
    fn from_str(text: &str) -> Result<Self, DateError> {
        let date =
            date_of(text.as_bytes()).ok_or_else(|| DateError::NotADate(text.chars().take(40).collect()));
        Self::new(date?)
    }
}

/// The date written as `YYYY-MM-DD`. A list of a million lots holds a million dates, and chrono's own reader, which also takes
/// other forms, is ten times slower.
fn date_of(text: &[u8]) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return None };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
}

serde_as_text!(Night);

/// A run of consecutive nights, at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Nights {
    first: Night,
    last: Night,
}

impl Nights {
    /// The nights from `first` through `last`.
    ///
    /// # Errors
    /// [`DateError::EndsBeforeItBegins`].
    pub fn new(first: Night, last: Night) -> Result<Self, DateError> {
        if first <= last {
            Ok(Self { first, last })
        } else {
            Err(DateError::EndsBeforeItBegins { first, last })
        }
    }

    /// One night.
    #[must_use]
    pub fn one(night: Night) -> Self {
        Self { first: night, last: night }
    }

    /// `length` nights from `first` on; a length of 0 is read as 1, since a span holds a night.
    #[must_use]
    pub fn starting(first: Night, length: u32) -> Self {
        Self { first, last: first.plus(length.saturating_sub(1)) }
    }

    /// The first night.
    #[must_use]
    pub fn first(self) -> Night {
        self.first
    }

    /// The last night.
    #[must_use]
    pub fn last(self) -> Night {
        self.last
    }

    /// How many nights: 1 or more.
    #[must_use]
    pub fn count(self) -> u32 {
        self.first.through(self.last)
    }

    /// Whether `night` is one of them.
    #[must_use]
    pub fn contains(self, night: Night) -> bool {
        self.first <= night && night <= self.last
    }

    /// Whether the two runs share a night.
    #[must_use]
    pub fn touches(self, other: Nights) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// The nights of the run before `night`, or none.
    #[must_use]
    pub fn before(self, night: Night) -> Option<Nights> {
        Nights::new(self.first, self.last.min(night.previous())).ok()
    }

    /// Each night, in order.
    pub fn iter(self) -> impl Iterator<Item = Night> {
        (0..self.count()).map(move |n| self.first.plus(n))
    }
}

impl fmt::Display for Nights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

/// The clock on the wall in Stockholm at an instant. The zone's rules are known through 2099; later summers are read in
/// winter time.
#[must_use]
pub fn wall_clock(instant: DateTime<Utc>) -> NaiveDateTime {
    let utc = instant.naive_utc();
    let offset = chrono_tz::Europe::Stockholm.offset_from_utc_datetime(&utc).fix();
    // Only within an hour of the last instant chrono can hold is there no local time.
    utc.checked_add_offset(offset).unwrap_or(utc)
}

/// The night a wall clock belongs to when a new night begins at `hour` o'clock.
pub(super) fn night_turning_at(wall: NaiveDateTime, hour: u32) -> Night {
    let turn = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN);
    let today = Night(wall.date());
    if wall.time() < turn { today.previous() } else { today }
}

/// The hour at which the door's tonight turns.
const DOOR_TURNS_AT: u32 = 12;
/// The hour at which the desk's today begins, and the service finishes a desk day left unfinished.
pub const DESK_BEGINS_AT: u32 = 6;

/// The door's tonight: yesterday's date until noon, today's from noon on.
#[must_use]
pub fn tonight_at_the_door(instant: DateTime<Utc>) -> Night {
    night_turning_at(wall_clock(instant), DOOR_TURNS_AT)
}

/// The desk's tonight: yesterday's date until 06.00, today's from then on.
#[must_use]
pub fn tonight_at_the_desk(instant: DateTime<Utc>) -> Night {
    night_turning_at(wall_clock(instant), DESK_BEGINS_AT)
}

/// The nights of the longest ticket that any shelter may give (draw.md, section 2).
pub const LONGEST_TICKET: u32 = 366;

/// The first night touched at the desk, and by giving back, revoking, moving and closures: today's date from 06.00 on,
/// yesterday's before; but never a night that is over for the guest - `over` says whether the guest has arrived on it or
/// it is closed - then the next that is not.
///
/// Looks no further than a ticket can reach: if all those nights are over, it is the one after them.
#[must_use]
pub fn first_night_touched(instant: DateTime<Utc>, over: impl Fn(Night) -> bool) -> Night {
    let first = tonight_at_the_desk(instant);
    // As a rule only the night that runs can be over, so one step is enough. Any run of nights is stepped over all the
    // same, and the bound stops an `over` that never says no.
    let mut within_reach = Nights::starting(first, LONGEST_TICKET).iter();
    within_reach.find(|&night| !over(night)).unwrap_or_else(|| first.plus(LONGEST_TICKET))
}

#[cfg(test)]
mod tests;
