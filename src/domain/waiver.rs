//! Waivers: a coordinator lifts karens and the week rule (domain.md, *Waiver*).

use chrono::{DateTime, NaiveDate, Utc};

use super::countersigned::{CoordinatorId, StatedReason};
use super::guest::GuestId;
use super::night::{Night, Nights};

/// For whom a waiver holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Everyone who asks, as in hard cold.
    Everyone,
    /// One guest.
    Guest(GuestId),
}

/// Lifts karens and the week rule together, and no other rule, for the start nights of one desk day from one of them on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    whom: Whom,
    desk_day: NaiveDate,
    from: Night,
    reason: StatedReason,
    by: CoordinatorId,
    at: DateTime<Utc>,
}

/// Why this is no waiver.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaiverError {
    /// It would lift nothing, and the guest would learn that only when asking.
    #[error("{from} is no start night of this desk day: name one of {first} to {last}", first = of_day.first(), last = of_day.last())]
    NotAStartNight {
        /// The night named.
        from: Night,
        /// The start nights of the desk day.
        of_day: Nights,
    },
}

impl Waiver {
    /// The waiver that coordinator `by` gave `at` that instant, for the start nights of the desk day from `from` on.
    ///
    /// # Errors
    /// [`WaiverError::NotAStartNight`].
    pub fn new(
        whom: Whom,
        start_nights: Nights,
        from: Night,
        reason: StatedReason,
        by: CoordinatorId,
        at: DateTime<Utc>,
    ) -> Result<Self, WaiverError> {
        if !start_nights.contains(from) {
            return Err(WaiverError::NotAStartNight { from, of_day: start_nights });
        }
        // The first start night of a desk day is its own.
        let desk_day = start_nights.first().date();
        Ok(Self { whom, desk_day, from, reason, by, at })
    }

    /// Whether it lifts karens and the week rule for this guest, who asks on that desk day to start on that night.
    #[must_use]
    pub fn lifts(&self, guest: GuestId, desk_day: NaiveDate, start_night: Night) -> bool {
        let for_guest = match self.whom {
            Whom::Everyone => true,
            Whom::Guest(one) => one == guest,
        };
        for_guest && self.desk_day == desk_day && self.from <= start_night
    }

    /// For whom it holds.
    #[must_use]
    pub fn whom(&self) -> Whom {
        self.whom
    }

    /// The date of the desk day for which it holds.
    #[must_use]
    pub fn desk_day(&self) -> NaiveDate {
        self.desk_day
    }

    /// The first start night for which it holds.
    #[must_use]
    pub fn from(&self) -> Night {
        self.from
    }

    /// Why it was given.
    #[must_use]
    pub fn reason(&self) -> &StatedReason {
        &self.reason
    }

    /// Who gave it.
    #[must_use]
    pub fn by(&self) -> CoordinatorId {
        self.by
    }

    /// When it was given.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::karens::fixtures::{date, guest, night, nights};

    fn weekend(whom: Whom, from: &str) -> Result<Waiver, WaiverError> {
        let by = CoordinatorId(Uuid::from_u128(9));
        let at = "2026-11-27T09:00:00Z".parse().unwrap();
        Waiver::new(
            whom,
            nights("2026-11-27", "2026-11-29"),
            night(from),
            StatedReason::new("minus fourteen").unwrap(),
            by,
            at,
        )
    }

    #[test]
    fn a_waiver_for_everyone_lifts_for_everyone_on_its_desk_day_only() {
        let waiver = weekend(Whom::Everyone, "2026-11-27").unwrap();
        for start in ["2026-11-27", "2026-11-28", "2026-11-29"] {
            assert!(waiver.lifts(guest(1), date("2026-11-27"), night(start)), "{start}");
        }
        assert!(waiver.lifts(guest(2), date("2026-11-27"), night("2026-11-27")));
        assert!(!waiver.lifts(guest(1), date("2026-11-30"), night("2026-11-30")));
    }

    #[test]
    fn a_waiver_for_one_guest_lifts_for_no_other() {
        let waiver = weekend(Whom::Guest(guest(1)), "2026-11-27").unwrap();
        assert!(waiver.lifts(guest(1), date("2026-11-27"), night("2026-11-27")));
        assert!(!waiver.lifts(guest(2), date("2026-11-27"), night("2026-11-27")));
    }

    #[test]
    fn a_waiver_lifts_from_the_start_night_it_names_on() {
        let waiver = weekend(Whom::Everyone, "2026-11-28").unwrap();
        let lifts = |start| waiver.lifts(guest(1), date("2026-11-27"), night(start));
        assert_eq!([lifts("2026-11-27"), lifts("2026-11-28"), lifts("2026-11-29")], [false, true, true]);
    }

    #[test]
    fn a_waiver_names_a_start_night_of_its_desk_day() {
        for outside in ["2026-11-26", "2026-11-30"] {
            let error = weekend(Whom::Everyone, outside).unwrap_err();
            let of_day = nights("2026-11-27", "2026-11-29");
            assert_eq!(error, WaiverError::NotAStartNight { from: night(outside), of_day });
            let text =
                format!("{outside} is no start night of this desk day: name one of 2026-11-27 to 2026-11-29");
            assert_eq!(error.to_string(), text);
        }
        assert!(weekend(Whom::Everyone, "2026-11-29").is_ok());
    }

    #[test]
    fn a_waiver_says_why_by_whom_and_when() {
        let waiver = weekend(Whom::Guest(guest(1)), "2026-11-28").unwrap();
        assert_eq!(waiver.whom(), Whom::Guest(guest(1)));
        assert_eq!(waiver.desk_day(), date("2026-11-27"));
        assert_eq!(waiver.from(), night("2026-11-28"));
        assert_eq!(waiver.reason().as_str(), "minus fourteen");
        assert_eq!(waiver.by(), CoordinatorId(Uuid::from_u128(9)));
        assert_eq!(waiver.at().to_rfc3339(), "2026-11-27T09:00:00+00:00");
    }
}
