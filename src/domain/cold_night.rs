//! Extra cold nights (EKN): church halls opened by decision, with open doors (domain.md, *Extra cold nights*).
//!
//! No tickets, no karens: nothing is asked of who comes, so nothing about a guest is known here but the count. A hall is
//! a shelter that admits on its own, with its own places. Rooms for the evicted in summer are the same under another name.

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};

use super::countersigned::{CoordinatorId, StatedReason};
use super::guest::Country;
use super::head_count::{Entry, HeadCount, HeadCountError, NightCount, Source};
use super::night::{Night, night_turning_at, tonight_at_the_door, wall_clock};
use super::shelter::{Admission, Shelter, ShelterCode};

/// A temperature in tenths of a degree Celsius.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Temperature(pub i16);

/// A forecast this cold or colder opens a night: minus seven degrees.
pub const COLD_ENOUGH: Temperature = Temperature(-70);

/// The hour of the day before from which a night is decided on: noon (domain.md, *Extra cold nights*).
pub const DECIDED_FROM: u32 = 12;

impl fmt::Display for Temperature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, tenths) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        write!(f, "{sign}{}.{} °C", tenths / 10, tenths % 10)
    }
}

/// What a night is opened on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The coldest temperature forecast for the night.
    Forecast(Temperature),
    /// A class 2 warning, whatever the forecast.
    Class2Warning,
    /// People were evicted from where they slept.
    Eviction,
}

/// A night that is not opened, or a count of it that cannot be entered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ColdNightError {
    /// The forecast opens nothing.
    #[error(
        "the forecast of {forecast} for the night {night} is warmer than {COLD_ENOUGH} and does not open it; \
         open it when the forecast is that cold or on a class 2 warning"
    )]
    NotColdEnough {
        /// The night.
        night: Night,
        /// Its forecast.
        forecast: Temperature,
    },
    /// The weather is not known yet.
    #[error("it is too early to decide on the night {0}: decide from {DECIDED_FROM}.00 on {day} on", day = .0.previous())]
    TooEarly(Night),
    /// Nobody can come any more.
    #[error("the night {0} is over and cannot be opened; check the date")]
    Over(Night),
    /// Not a hall with open doors.
    #[error(
        "shelter {0} takes guests by tickets and has no open doors; choose a hall that admits on its own"
    )]
    TakesTickets(ShelterCode),
    /// The countries are not those of the people counted.
    #[error(
        "{count}, but {by_country} by country at {venue} on the night {night}; count again, \
         with {unknown} for a country nobody knows",
        unknown = Country::UNKNOWN
    )]
    CountriesDoNotAddUp {
        /// The hall.
        venue: ShelterCode,
        /// The night.
        night: Night,
        /// Persons by women, men and other.
        count: HeadCount,
        /// Persons by country, all countries together.
        by_country: u64,
    },
    /// As any head count.
    #[error(transparent)]
    HeadCount(#[from] HeadCountError),
}

/// The decision that opens a night.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColdNight {
    night: Night,
    ground: Ground,
    by: CoordinatorId,
    at: DateTime<Utc>,
}

impl ColdNight {
    /// Opens `night`, by a decision made `at`: on the weather from noon of the day before on, since an earlier forecast
    /// does not decide, and on an eviction from any day on; until the night is over, because a cold that comes late, or
    /// a decision forgotten at noon, must not keep the doors shut.
    ///
    /// # Errors
    /// [`ColdNightError::NotColdEnough`], [`ColdNightError::TooEarly`], [`ColdNightError::Over`].
    pub fn open(
        night: Night,
        ground: Ground,
        by: CoordinatorId,
        at: DateTime<Utc>,
    ) -> Result<Self, ColdNightError> {
        let tonight = tonight_at_the_door(at);
        let decided_from = night_turning_at(wall_clock(at), DECIDED_FROM);
        match ground {
            _ if tonight > night => Err(ColdNightError::Over(night)),
            Ground::Forecast(forecast) if forecast > COLD_ENOUGH => {
                Err(ColdNightError::NotColdEnough { night, forecast })
            }
            Ground::Forecast(_) | Ground::Class2Warning if decided_from < night.previous() => {
                Err(ColdNightError::TooEarly(night))
            }
            _ => Ok(Self { night, ground, by, at }),
        }
    }

    /// The night.
    #[must_use]
    pub fn night(&self) -> Night {
        self.night
    }

    /// What it was opened on.
    #[must_use]
    pub fn ground(&self) -> Ground {
        self.ground
    }

    /// Who decided.
    #[must_use]
    pub fn by(&self) -> CoordinatorId {
        self.by
    }

    /// When it was decided.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }
}

/// A hall as it stands during the night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hall {
    /// The hall.
    pub venue: ShelterCode,
    /// Its places that night.
    pub places: u32,
    /// Persons in it now.
    pub inside: u32,
}

/// Where to send the next person: the first hall, in the order they open, that is not full. So the second opens only
/// when the first is full. None when all are.
#[must_use]
pub fn venue_to_send_to(halls: &[Hall]) -> Option<ShelterCode> {
    halls.iter().find(|hall| hall.inside < hall.places).map(|hall| hall.venue)
}

/// Persons by country; a country nobody came from is not in it.
pub type ByCountry = BTreeMap<Country, u32>;

/// The count of one cold night at one hall, by women, men, other and by country, with everything it said before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VenueCount {
    count: NightCount,
    // One beside each entry of the count.
    countries: Vec<ByCountry>,
}

impl VenueCount {
    /// A hall not yet counted on a night that was opened.
    ///
    /// # Errors
    /// [`ColdNightError::TakesTickets`] unless it admits on its own.
    pub fn unreported(opened: &ColdNight, venue: &Shelter) -> Result<Self, ColdNightError> {
        if venue.admission != Admission::Own {
            return Err(ColdNightError::TakesTickets(venue.code));
        }
        Ok(Self {
            count: NightCount::unreported(venue.code, Source::of(venue.admission), opened.night)?,
            countries: Vec::new(),
        })
    }

    /// The first report, then the corrections, each with its countries, in the order they were made. The last stands.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = (&Entry, &ByCountry)> {
        self.count.entries.iter().zip(&self.countries)
    }

    /// The first report. `places` are the hall's that night.
    ///
    /// # Errors
    /// [`ColdNightError::CountriesDoNotAddUp`]; those of [`NightCount::report`].
    pub fn report(
        self,
        count: HeadCount,
        countries: ByCountry,
        places: u32,
        at: DateTime<Utc>,
    ) -> Result<Self, ColdNightError> {
        self.add_up(count, &countries)?;
        Ok(Self { count: self.count.report(count, places, at)?, countries: self.countries }.with(countries))
    }

    /// A correction, with its reason. `places` as in [`Self::report`].
    ///
    /// # Errors
    /// [`ColdNightError::CountriesDoNotAddUp`]; those of [`NightCount::correct`].
    pub fn correct(
        self,
        count: HeadCount,
        countries: ByCountry,
        reason: StatedReason,
        places: u32,
        at: DateTime<Utc>,
    ) -> Result<Self, ColdNightError> {
        self.add_up(count, &countries)?;
        let corrected = self.count.correct(count, reason, places, at)?;
        Ok(Self { count: corrected, countries: self.countries }.with(countries))
    }

    fn add_up(&self, count: HeadCount, countries: &ByCountry) -> Result<(), ColdNightError> {
        let by_country: u64 = countries.values().copied().map(u64::from).sum();
        if by_country == count.total() {
            return Ok(());
        }
        let NightCount { shelter: venue, night, .. } = self.count;
        Err(ColdNightError::CountriesDoNotAddUp { venue, night, count, by_country })
    }

    fn with(mut self, mut countries: ByCountry) -> Self {
        countries.retain(|_, persons| *persons > 0);
        self.countries.push(countries);
        self
    }
}

#[cfg(test)]
mod tests;
