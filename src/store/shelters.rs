//! Shelters, and the days a coordinator opened or closed by hand.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use super::change::update;
use super::convert::{Word, corrupt, integer, key, number, stamp};
use super::schema::{calendar_day, shelter};
use super::{Read, StoreError, Tx, convert};
use crate::domain::calendar::{ByHand, Calendar, Desk};
use crate::domain::countersigned::{CoordinatorId, StatedReason};
use crate::domain::shelter::{Admission, Shelter, ShelterCode, Terms};

type Row = (String, String, i32, i32, String, bool);

fn read_shelter((code, name, full, karens, admission, protected): Row) -> Result<Shelter, StoreError> {
    Ok(Shelter {
        code: convert::shelter(&code)?,
        name,
        terms: Terms { full_nights: number(full)?, karens_nights: number(karens)? },
        admission: Admission::read(&admission)?,
        protected,
    })
}

impl Read<'_> {
    /// Every shelter, by code.
    ///
    /// # Errors
    /// When the database fails.
    pub fn shelters(&mut self) -> Result<Vec<Shelter>, StoreError> {
        let Self { conn, house } = self;
        house.shelters(|| {
            let rows: Vec<Row> = shelter::table.load(*conn)?;
            let mut shelters = rows.into_iter().map(read_shelter).collect::<Result<Vec<_>, _>>()?;
            // Databases differ in how they sort text.
            shelters.sort_by_key(|shelter| shelter.code);
            Ok(shelters)
        })
    }

    /// One shelter, if there is such a code.
    ///
    /// # Errors
    /// When the database fails.
    pub fn shelter(&mut self, code: ShelterCode) -> Result<Option<Shelter>, StoreError> {
        Ok(self.shelters()?.into_iter().find(|shelter| shelter.code == code))
    }

    /// The calendar, with the days decided by hand.
    ///
    /// # Errors
    /// When the database fails.
    pub fn calendar(&mut self) -> Result<Calendar, StoreError> {
        let Self { conn, house } = self;
        house.calendar(|| {
            let rows: Vec<(NaiveDate, String, String)> = calendar_day::table
                .select((calendar_day::date, calendar_day::desk, calendar_day::reason))
                .load(*conn)?;
            let by_hand = |(date, desk, reason): (NaiveDate, String, String)| {
                let desk = Desk::read(&desk)?;
                let reason =
                    StatedReason::new(&reason).map_err(|error| corrupt("a reason", &error.to_string()))?;
                Ok((date, ByHand { desk, reason }))
            };
            let days = rows.into_iter().map(by_hand).collect::<Result<BTreeMap<_, _>, StoreError>>()?;
            Ok(Calendar::with(days))
        })
    }
}

impl Tx<'_> {
    /// Adds a shelter or changes it. Its code stays for good.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save_shelter(&mut self, saved: &Shelter) -> Result<(), StoreError> {
        let values = (
            shelter::name.eq(&saved.name),
            shelter::full_nights.eq(integer(saved.terms.full_nights)?),
            shelter::karens_nights.eq(integer(saved.terms.karens_nights)?),
            shelter::admission.eq(saved.admission.word()),
            shelter::protected.eq(saved.protected),
        );
        let code = saved.code.as_str();
        if self.change(update(shelter::table.find(code)).set(values))? == 0 {
            self.change(diesel::insert_into(shelter::table).values((
                shelter::code.eq(code),
                shelter::name.eq(&saved.name),
                shelter::full_nights.eq(integer(saved.terms.full_nights)?),
                shelter::karens_nights.eq(integer(saved.terms.karens_nights)?),
                shelter::admission.eq(saved.admission.word()),
                shelter::protected.eq(saved.protected),
            )))?;
        }
        Ok(())
    }

    /// Keeps what a coordinator decided about a day of the calendar.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save_calendar_day(
        &mut self,
        date: NaiveDate,
        day: &ByHand,
        by: CoordinatorId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.change(diesel::delete(calendar_day::table.find(date)))?;
        self.change(diesel::insert_into(calendar_day::table).values((
            calendar_day::date.eq(date),
            calendar_day::desk.eq(day.desk.word()),
            calendar_day::reason.eq(day.reason.as_str()),
            calendar_day::decided_by.eq(key(by.0)),
            calendar_day::at.eq(stamp(at)),
        )))?;
        Ok(())
    }
}
