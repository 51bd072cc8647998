//! The desk calendar: on which days the desk is open, and which start nights each desk day gives out (domain.md, *Desk days
//! and start nights*).

use std::collections::BTreeMap;
use std::fmt;
use std::iter::successors;

use chrono::{Datelike, NaiveDate, Weekday};

pub use self::holiday::Holiday;
use super::countersigned::StatedReason;
use super::lottery::manifest::MAX_START_NIGHTS;
use super::night::{DateError, Night, Nights};
use super::word::words;

mod holiday;

/// More start nights than this are opened only after a confirmation.
pub const START_NIGHTS_WITHOUT_CONFIRMATION: u32 = 7;

/// Whether the desk is open on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Desk {
    /// It hands out tickets.
    Open,
    /// It does not.
    Closed,
}

words! { Desk { Open = "open", Closed = "closed" } }

/// What a coordinator decided about a day, whatever the calendar says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// Open or closed.
    pub desk: Desk,
    /// Why, in words.
    pub reason: StatedReason,
}

/// Why the desk is closed on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyClosed {
    /// A Saturday or Sunday that is no holiday.
    Weekend,
    /// A holiday, or an eve kept like one.
    Holiday(Holiday),
    /// A coordinator closed it, with this reason.
    ByHand(StatedReason),
    /// The calendar knows the years 2000-2199 only.
    OutsideTheCalendar,
}

impl fmt::Display for WhyClosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Weekend => f.write_str("a weekend"),
            Self::Holiday(holiday) => f.write_str(holiday.name_en()),
            Self::ByHand(reason) => write!(f, "closed by hand: {reason}"),
            Self::OutsideTheCalendar => f.write_str("outside the years 2000-2199"),
        }
    }
}

/// Why a day cannot be opened or closed by hand, or has no start nights.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The date lies outside the calendar.
    #[error(transparent)]
    Date(#[from] DateError),
    /// The desk is closed, so the day gives out nothing.
    #[error("{date} is no desk day ({why}): choose a day on which the desk is open")]
    NotADeskDay {
        /// The day.
        date: NaiveDate,
        /// Why the desk is closed.
        why: WhyClosed,
    },
    /// More than [`MAX_START_NIGHTS`] nights before the next desk day.
    #[error(
        "the desk day {desk_day} would give out {nights} start nights, and a draw holds at most {MAX_START_NIGHTS}: \
         open the desk by hand on {open_by} at the latest"
    )]
    TooManyStartNights {
        /// The desk day.
        desk_day: NaiveDate,
        /// How many nights it would give out.
        nights: u32,
        /// The last date on which the next desk day may be.
        open_by: NaiveDate,
    },
    /// The start nights that would change have begun to be handed out.
    #[error(
        "{date} can no longer be opened or closed by hand, because the desk day {opened} has been opened: choose a day \
         after {settled}, or mark a desk day that cannot be held as not held"
    )]
    TooLate {
        /// The day that was to be opened or closed.
        date: NaiveDate,
        /// The latest desk day that has been opened.
        opened: NaiveDate,
        /// The last day that is settled by it.
        settled: NaiveDate,
    },
    /// It is open as it is.
    #[error("the desk is already open on {0}: nothing needs to be done")]
    AlreadyOpen(NaiveDate),
    /// It is closed as it is.
    #[error("the desk is already closed on {date} ({why}): nothing needs to be done")]
    AlreadyClosed {
        /// The day.
        date: NaiveDate,
        /// Why the desk is closed.
        why: WhyClosed,
    },
}

/// The nights on which tickets of one desk day may start: a run of 1 to [`MAX_START_NIGHTS`], ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StartNights(Nights);

impl StartNights {
    /// These nights as start nights.
    ///
    /// # Errors
    /// [`CalendarError::TooManyStartNights`].
    pub fn new(nights: Nights) -> Result<Self, CalendarError> {
        if nights.count() <= MAX_START_NIGHTS {
            return Ok(Self(nights));
        }
        let desk_day = nights.first().date();
        let open_by = nights.first().plus(MAX_START_NIGHTS).date();
        Err(CalendarError::TooManyStartNights { desk_day, nights: nights.count(), open_by })
    }

    /// The nights.
    #[must_use]
    pub fn nights(self) -> Nights {
        self.0
    }

    /// Whether they are so many that the desk day is opened only after somebody has confirmed them: more than seven.
    #[must_use]
    pub fn needs_confirmation(self) -> bool {
        self.0.count() > START_NIGHTS_WITHOUT_CONFIRMATION
    }
}

/// The computed calendar, and the days a coordinator opened or closed by hand. The empty one is computed only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    by_hand: BTreeMap<NaiveDate, ByHand>,
}

impl Calendar {
    /// The calendar with the days decided by hand earlier, as they were stored.
    #[must_use]
    pub fn with(by_hand: BTreeMap<NaiveDate, ByHand>) -> Self {
        Self { by_hand }
    }

    /// The days decided by hand.
    #[must_use]
    pub fn by_hand(&self) -> &BTreeMap<NaiveDate, ByHand> {
        &self.by_hand
    }

    /// Why the desk is closed on `date`, or nothing if it is a desk day. A decision by hand goes before a holiday, a holiday
    /// before a weekend.
    #[must_use]
    pub fn why_closed(&self, date: NaiveDate) -> Option<WhyClosed> {
        if !in_the_calendar(date) {
            return Some(WhyClosed::OutsideTheCalendar);
        }
        if let Some(day) = self.by_hand.get(&date) {
            return match day.desk {
                Desk::Open => None,
                Desk::Closed => Some(WhyClosed::ByHand(day.reason.clone())),
            };
        }
        match (Holiday::on(date), date.weekday()) {
            (Some(holiday), _) => Some(WhyClosed::Holiday(holiday)),
            (None, Weekday::Sat | Weekday::Sun) => Some(WhyClosed::Weekend),
            _ => None,
        }
    }

    /// Whether the desk hands out tickets on `date`: Monday to Friday but for holidays and eves, unless decided by hand
    /// (domain.md, *Desk days and start nights*).
    #[must_use]
    pub fn is_desk_day(&self, date: NaiveDate) -> bool {
        self.why_closed(date).is_none()
    }

    /// The first desk day later than `after`, if the calendar has one.
    #[must_use]
    pub fn next_desk_day(&self, after: NaiveDate) -> Option<NaiveDate> {
        let first = after.succ_opt()?.max(Night::FIRST.date());
        let later = successors(Some(first), NaiveDate::succ_opt);
        later.take_while(|&date| in_the_calendar(date)).find(|&date| self.is_desk_day(date))
    }

    /// The last desk day earlier than `before`, if the calendar has one.
    #[must_use]
    pub fn previous_desk_day(&self, before: NaiveDate) -> Option<NaiveDate> {
        let last = before.pred_opt()?.min(Night::LAST.date());
        let earlier = successors(Some(last), NaiveDate::pred_opt);
        earlier.take_while(|&date| in_the_calendar(date)).find(|&date| self.is_desk_day(date))
    }

    /// The desk day that gives out tickets starting on `night`: the night's own date if the desk is open on it, else the
    /// last desk day before - for a Saturday, the Friday. None before the calendar's first desk day.
    #[must_use]
    pub fn desk_day_of(&self, night: Night) -> Option<NaiveDate> {
        self.previous_desk_day(night.next().date())
    }

    /// The nights before the next desk day, from the door's tonight on: those for which a walk-in may be given a place
    /// (domain.md, *Walk-ins*). None where the calendar has no later desk day.
    #[must_use]
    pub fn nights_before_next_desk_day(&self, tonight: Night) -> Option<Nights> {
        let next = Night::new(self.next_desk_day(tonight.date())?).ok()?;
        Nights::new(tonight, next.previous()).ok()
    }

    /// The start nights of a desk day: all nights up to, not including, the night of the next desk day (domain.md, *Desk
    /// days and start nights*); those of the last desk day run to the calendar's end.
    ///
    /// # Errors
    /// [`CalendarError::NotADeskDay`]; [`CalendarError::TooManyStartNights`].
    pub fn start_nights(&self, desk_day: NaiveDate) -> Result<StartNights, CalendarError> {
        if let Some(why) = self.why_closed(desk_day) {
            return Err(CalendarError::NotADeskDay { date: desk_day, why });
        }
        self.nights_until_open(desk_day, desk_day)
    }

    /// The nights from that of `desk_day` until the desk opens for the first time later than `closed_through`.
    fn nights_until_open(
        &self,
        desk_day: NaiveDate,
        closed_through: NaiveDate,
    ) -> Result<StartNights, CalendarError> {
        let first = Night::new(desk_day)?;
        let open = self.next_desk_day(closed_through).map(Night::new).transpose()?;
        StartNights::new(Nights::new(first, open.map_or(Night::LAST, Night::previous))?)
    }

    /// Opens or closes a day by hand, with a reason.
    ///
    /// What changes are the start nights of the desk day before `date` and those of `date` itself, so it must come before
    /// the earlier of the two is opened (domain.md, *Desk days and start nights*). `last_opened` is the latest desk day
    /// that has been opened, on whatever date: its own start nights run to the next desk day, so everything through that
    /// next desk day is settled, and the first day that can still be opened or closed is the one after it.
    ///
    /// # Errors
    /// In this order: [`CalendarError::Date`]; [`CalendarError::AlreadyOpen`], [`CalendarError::AlreadyClosed`];
    /// [`CalendarError::TooLate`]; [`CalendarError::TooManyStartNights`] if closing it
    /// would leave the desk day before with more than a draw holds. The calendar is then as it was.
    pub fn set_by_hand(
        &mut self,
        date: NaiveDate,
        day: ByHand,
        last_opened: Option<NaiveDate>,
    ) -> Result<(), CalendarError> {
        Night::new(date)?;
        match (day.desk, self.why_closed(date)) {
            (Desk::Open, None) => return Err(CalendarError::AlreadyOpen(date)),
            (Desk::Closed, Some(why)) => return Err(CalendarError::AlreadyClosed { date, why }),
            (Desk::Open, Some(_)) | (Desk::Closed, None) => {}
        }
        self.still_in_time(date, last_opened)?;
        if let (Desk::Closed, Some(before)) = (day.desk, self.previous_desk_day(date)) {
            self.nights_until_open(before, date)?;
        }
        self.by_hand.insert(date, day);
        Ok(())
    }

    fn still_in_time(&self, date: NaiveDate, last_opened: Option<NaiveDate>) -> Result<(), CalendarError> {
        let Some(opened) = last_opened else { return Ok(()) };
        let settled = self.next_desk_day(opened).unwrap_or(Night::LAST.date());
        if date > settled { Ok(()) } else { Err(CalendarError::TooLate { date, opened, settled }) }
    }
}

fn in_the_calendar(date: NaiveDate) -> bool {
    Night::new(date).is_ok()
}

#[cfg(test)]
mod tests;
