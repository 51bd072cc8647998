//! Head counts: the night of a shelter that does not check tickets at the door (domain.md, *Head count*).

use std::fmt;

use chrono::{DateTime, Utc};

use super::countersigned::StatedReason;
use super::night::{Night, tonight_at_the_door};
use super::shelter::{Admission, ShelterCode};

/// Where a night's figures come from: one source, never two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Arrivals at the door.
    Arrivals,
    /// A head count.
    HeadCount,
}

impl Source {
    /// The source of a night at a shelter that takes guests in this way.
    #[must_use]
    pub fn of(admission: Admission) -> Self {
        match admission {
            Admission::Scanned => Source::Arrivals,
            Admission::Counted | Admission::Own => Source::HeadCount,
        }
    }
}

/// Who slept there, in persons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct HeadCount {
    /// Women.
    pub women: u32,
    /// Men.
    pub men: u32,
    /// Other.
    pub other: u32,
}

impl HeadCount {
    /// All of them, in persons.
    #[must_use]
    pub fn total(self) -> u64 {
        u64::from(self.women) + u64::from(self.men) + u64::from(self.other)
    }

    /// How many persons too many for this many open places; none if they are no more than the places (domain.md, *Head
    /// count*).
    #[must_use]
    pub fn too_many_for(self, places: u32) -> Option<u64> {
        self.total().checked_sub(places.into()).filter(|&over| over > 0)
    }
}

/// How many people slept at a shelter on a night, by its last head count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The shelter.
    pub shelter: ShelterCode,
    /// The night.
    pub night: Night,
    /// The people.
    pub people: u64,
}

impl fmt::Display for HeadCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} women, {} men and {} other, {} in all", self.women, self.men, self.other, self.total())
    }
}

/// A count that cannot be entered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadCountError {
    /// Its arrivals are its count.
    #[error("shelter {0} checks tickets at the door, so its arrivals are the count; correct those instead")]
    CountedByArrivals(ShelterCode),
    /// The night has not begun.
    #[error("the night {0} has not begun; report it when it has")]
    NotBegun(Night),
    /// More people than places.
    #[error(
        "{count} is {over} more than the {places} places open at shelter {shelter} on the night {night}; \
         check the count, or have a coordinator open the places that were used"
    )]
    MoreThanPlaces {
        /// The shelter.
        shelter: ShelterCode,
        /// The night.
        night: Night,
        /// The count.
        count: HeadCount,
        /// The places open that night.
        places: u32,
        /// How many too many.
        over: u64,
    },
    /// A night has one count.
    #[error(
        "the night {night} at shelter {shelter} is already reported with {current}; \
         enter a correction with its reason"
    )]
    ReportedAlready {
        /// The shelter.
        shelter: ShelterCode,
        /// The night.
        night: Night,
        /// What stands.
        current: HeadCount,
    },
    /// There is nothing to correct.
    #[error("the night {night} at shelter {shelter} is not reported yet; report it first")]
    NotReported {
        /// The shelter.
        shelter: ShelterCode,
        /// The night.
        night: Night,
    },
}

/// One entry in the history of a night's count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who slept there.
    pub count: HeadCount,
    /// When it was entered.
    pub at: DateTime<Utc>,
    /// Why it replaces the entry before it; none for the first report.
    pub correction: Option<StatedReason>,
}

/// The count of one night at one shelter, with everything it said before. Entries are added, never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NightCount {
    /// The shelter.
    pub shelter: ShelterCode,
    /// The night.
    pub night: Night,
    /// The first report, then the corrections, in the order they were made.
    pub entries: Vec<Entry>,
}

impl NightCount {
    /// A night not yet reported.
    ///
    /// # Errors
    /// [`HeadCountError::CountedByArrivals`] at a shelter that checks tickets at the door.
    pub fn unreported(shelter: ShelterCode, source: Source, night: Night) -> Result<Self, HeadCountError> {
        match source {
            Source::HeadCount => Ok(Self { shelter, night, entries: Vec::new() }),
            Source::Arrivals => Err(HeadCountError::CountedByArrivals(shelter)),
        }
    }

    /// What stands now; none before the first report.
    #[must_use]
    pub fn current(&self) -> Option<HeadCount> {
        self.entries.last().map(|entry| entry.count)
    }

    /// The first report. `places` are the shelter's places that night less the closed ones.
    ///
    /// # Errors
    /// [`HeadCountError::ReportedAlready`], [`HeadCountError::NotBegun`], [`HeadCountError::MoreThanPlaces`].
    pub fn report(self, count: HeadCount, places: u32, at: DateTime<Utc>) -> Result<Self, HeadCountError> {
        if let Some(current) = self.current() {
            return Err(HeadCountError::ReportedAlready {
                shelter: self.shelter,
                night: self.night,
                current,
            });
        }
        self.with(Entry { count, at, correction: None }, places)
    }

    /// A correction, with its reason. `places` as in [`Self::report`].
    ///
    /// # Errors
    /// [`HeadCountError::NotReported`], [`HeadCountError::MoreThanPlaces`].
    pub fn correct(
        self,
        count: HeadCount,
        reason: StatedReason,
        places: u32,
        at: DateTime<Utc>,
    ) -> Result<Self, HeadCountError> {
        if self.entries.is_empty() {
            return Err(HeadCountError::NotReported { shelter: self.shelter, night: self.night });
        }
        self.with(Entry { count, at, correction: Some(reason) }, places)
    }

    fn with(mut self, entry: Entry, places: u32) -> Result<Self, HeadCountError> {
        let Self { shelter, night, .. } = self;
        if tonight_at_the_door(entry.at) < night {
            return Err(HeadCountError::NotBegun(night));
        }
        let count = entry.count;
        if let Some(over) = count.too_many_for(places) {
            return Err(HeadCountError::MoreThanPlaces { shelter, night, count, places, over });
        }
        self.entries.push(entry);
        Ok(self)
    }
}

#[cfg(test)]
mod tests;
