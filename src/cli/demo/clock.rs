//! The demo's clock: set by the story, and running on from there. Nothing else in the program can make one.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};

use crate::app::{Clock, Reading};

/// A clock that shows what the story says.
#[derive(Clone)]
pub(super) struct DemoClock(Arc<Mutex<(DateTime<Utc>, Instant)>>);

impl DemoClock {
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        Self(Arc::new(Mutex::new((now, Instant::now()))))
    }

    /// Sets it to a time of day in Stockholm.
    pub(super) fn set(&self, date: NaiveDate, hour: u32, minute: u32) {
        let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN);
        let local = chrono_tz::Europe::Stockholm.from_local_datetime(&date.and_time(time)).earliest();
        let now = local.map_or_else(|| date.and_time(time).and_utc(), |local| local.with_timezone(&Utc));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (now, Instant::now());
    }

    /// Moves it on.
    pub(super) fn pass(&self, minutes: i64) {
        let mut clock = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        clock.0 += TimeDelta::minutes(minutes);
    }
}

impl Clock for DemoClock {
    fn read(&self) -> Reading {
        let (set_to, at) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = TimeDelta::from_std(at.elapsed()).unwrap_or_default();
        Reading { now: set_to + since, clock: "demo" }
    }
}
