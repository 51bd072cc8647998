//! Desk days: one row each, put together with the lists that were frozen on it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::asking::Ask;
use super::change::update;
use super::convert::{Word, corrupt, instant, integer, key, nights, number, stamp, uuid};
use super::schema::desk_day;
use super::{Read, StoreError, Tx};
use crate::domain::calendar::StartNights;
use crate::domain::countersigned::{CoordinatorId, StatedReason};
use crate::domain::desk_day::{DeskDay, FinishedBy, FrozenList, Mode, PastDraw, Stage};

/// A desk day as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedDay {
    /// The day.
    pub day: DeskDay,
    /// Its shortest ticket, in nights.
    pub min_nights: u32,
    /// When it was opened; none if it was marked as not held before that.
    pub opened_at: Option<DateTime<Utc>>,
}

#[derive(Queryable)]
struct Row {
    date: NaiveDate,
    last_start_night: NaiveDate,
    mode: String,
    min_nights: i32,
    lots: i32,
    stage: String,
    last_lot: Option<i32>,
    finished_by: Option<String>,
    not_held_by: Option<Vec<u8>>,
    not_held_reason: Option<String>,
    opened_at: Option<NaiveDateTime>,
    _ended_at: Option<NaiveDateTime>,
}

impl Row {
    fn stage(&self, list: Option<FrozenList>) -> Result<Stage, StoreError> {
        let broken = || corrupt("a desk day's stage", &self.stage);
        let list_of = || list.clone().ok_or_else(broken);
        Ok(match self.stage.as_str() {
            "open" => Stage::Open,
            "closed" => Stage::Closed { last_lot: number(self.last_lot.ok_or_else(broken)?)? },
            "frozen" => Stage::Frozen(list_of()?),
            "awaiting_entropy" => Stage::AwaitingEntropy(list_of()?),
            "drawn" => Stage::Drawn(list_of()?),
            "handing_out" => Stage::HandingOut(list_of()?),
            "finished" => {
                let by = FinishedBy::read(self.finished_by.as_deref().ok_or_else(broken)?)?;
                Stage::Finished { list, by }
            }
            "not_held" => {
                let by = uuid(self.not_held_by.as_deref().ok_or_else(broken)?)?;
                let reason = self.not_held_reason.as_deref().ok_or_else(broken)?;
                let reason = StatedReason::new(reason).map_err(|_| broken())?;
                Stage::NotHeld { by: CoordinatorId(by), reason }
            }
            _ => return Err(broken()),
        })
    }

    fn into_day(self, past: Vec<PastDraw>, list: Option<FrozenList>) -> Result<SavedDay, StoreError> {
        let start_nights = StartNights::new(nights(self.date, self.last_start_night)?)
            .map_err(|error| corrupt("start nights", &error.to_string()))?;
        let day = DeskDay {
            start_nights,
            mode: Mode::read(&self.mode)?,
            lots: number(self.lots)?,
            past,
            stage: self.stage(list)?,
        };
        Ok(SavedDay { day, min_nights: number(self.min_nights)?, opened_at: self.opened_at.map(instant) })
    }
}

/// What a stage is called, and what else its row says.
struct StageColumns<'a> {
    stage: &'static str,
    last_lot: Option<u32>,
    finished_by: Option<&'static str>,
    not_held: Option<(&'a CoordinatorId, &'a StatedReason)>,
}

fn columns(stage: &Stage) -> StageColumns<'_> {
    let plain = |stage, last_lot| StageColumns { stage, last_lot, finished_by: None, not_held: None };
    match stage {
        // A planned day has no row; one that is saved was opened.
        Stage::Planned | Stage::Open => plain("open", None),
        Stage::Closed { last_lot } => plain("closed", Some(*last_lot)),
        Stage::Frozen(list) => plain("frozen", Some(list.last_lot)),
        Stage::AwaitingEntropy(list) => plain("awaiting_entropy", Some(list.last_lot)),
        Stage::Drawn(list) => plain("drawn", Some(list.last_lot)),
        Stage::HandingOut(list) => plain("handing_out", Some(list.last_lot)),
        Stage::Finished { list, by } => StageColumns {
            stage: "finished",
            last_lot: list.as_ref().map(|list| list.last_lot),
            finished_by: Some(by.word()),
            not_held: None,
        },
        Stage::NotHeld { by, reason } => StageColumns {
            stage: "not_held",
            last_lot: None,
            finished_by: None,
            not_held: Some((by, reason)),
        },
    }
}

impl Read<'_> {
    /// A desk day that was opened or marked as not held.
    ///
    /// # Errors
    /// When the database fails.
    pub fn desk_day(&mut self, date: NaiveDate) -> Result<Option<SavedDay>, StoreError> {
        let row: Option<Row> = desk_day::table.find(date).row(self.conn).optional()?;
        let Some(row) = row else { return Ok(None) };
        // Nothing was frozen yet on a day that is open.
        let (past, list) = if row.stage == "open" { (Vec::new(), None) } else { self.lists_of(date)? };
        row.into_day(past, list).map(Some)
    }

    /// The desk day that is neither finished nor marked as not held, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn running_desk_day(&mut self) -> Result<Option<SavedDay>, StoreError> {
        let date: Option<NaiveDate> = desk_day::table
            // In the words of the index `desk_day_running`, which holds at most this one day.
            .filter(sql::<Bool>("stage NOT IN ('finished', 'not_held')"))
            .select(desk_day::date)
            .row(self.conn)
            .optional()?;
        date.map_or(Ok(None), |date| self.desk_day(date))
    }

    /// The date of the latest desk day before (or on) `date` that was opened or marked as not held.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last_desk_day(&mut self, through: NaiveDate) -> Result<Option<NaiveDate>, StoreError> {
        let found = desk_day::table
            .filter(desk_day::date.le(through))
            .order(desk_day::date.desc())
            .select(desk_day::date)
            .row(self.conn)
            .optional()?;
        Ok(found)
    }

    /// The date of the latest desk day that was opened.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last_opened_day(&mut self) -> Result<Option<NaiveDate>, StoreError> {
        let found = desk_day::table
            .filter(desk_day::opened_at.is_not_null())
            .order(desk_day::date.desc())
            .select(desk_day::date)
            .row(self.conn)
            .optional()?;
        Ok(found)
    }

    /// The dates of desk days before `before`, latest first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn desk_days_before(
        &mut self,
        before: Option<NaiveDate>,
        limit: i64,
    ) -> Result<Vec<NaiveDate>, StoreError> {
        let mut query =
            desk_day::table.order(desk_day::date.desc()).select(desk_day::date).limit(limit).into_boxed();
        if let Some(before) = before {
            query = query.filter(desk_day::date.lt(before));
        }
        Ok(query.load(self.conn)?)
    }
}

impl Read<'_> {
    /// The dates of all finished desk days, first to last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn finished_desk_days(&mut self) -> Result<Vec<NaiveDate>, StoreError> {
        let finished = desk_day::table.filter(desk_day::stage.eq("finished"));
        Ok(finished.order(desk_day::date).select(desk_day::date).rows(self.conn)?)
    }
}

impl Tx<'_> {
    /// Keeps a desk day that was just opened, or marked as not held before that.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if it is there already, or another one runs; when the database fails.
    pub fn add_desk_day(&mut self, saved: &SavedDay, at: DateTime<Utc>) -> Result<(), StoreError> {
        let StageColumns { stage, last_lot, finished_by, not_held } = columns(&saved.day.stage);
        let ended = not_held.is_some();
        self.change(diesel::insert_into(desk_day::table).values((
            desk_day::date.eq(saved.day.date()),
            desk_day::last_start_night.eq(saved.day.start_nights.nights().last().date()),
            desk_day::mode.eq(saved.day.mode.word()),
            desk_day::min_nights.eq(integer(saved.min_nights)?),
            desk_day::lots.eq(integer(saved.day.lots)?),
            desk_day::stage.eq(stage),
            desk_day::last_lot.eq(last_lot.map(integer).transpose()?),
            desk_day::finished_by.eq(finished_by),
            desk_day::not_held_by.eq(not_held.map(|(by, _)| key(by.0))),
            desk_day::not_held_reason.eq(not_held.map(|(_, reason)| reason.as_str())),
            desk_day::opened_at.eq(saved.opened_at.map(stamp)),
            desk_day::ended_at.eq(ended.then(|| stamp(at))),
        )))?;
        Ok(())
    }

    /// Keeps where a desk day stands now. Lists, digits and their ends are kept as they come (draws.rs).
    ///
    /// # Errors
    /// When the database fails.
    pub fn save_desk_day(&mut self, day: &DeskDay, at: DateTime<Utc>) -> Result<(), StoreError> {
        let StageColumns { stage, last_lot, finished_by, not_held } = columns(&day.stage);
        let ended = finished_by.is_some() || not_held.is_some();
        self.change(update(desk_day::table.find(day.date())).set((
            desk_day::mode.eq(day.mode.word()),
            desk_day::lots.eq(integer(day.lots)?),
            desk_day::stage.eq(stage),
            desk_day::last_lot.eq(last_lot.map(integer).transpose()?),
            desk_day::finished_by.eq(finished_by),
            desk_day::not_held_by.eq(not_held.map(|(by, _)| key(by.0))),
            desk_day::not_held_reason.eq(not_held.map(|(_, reason)| reason.as_str())),
            desk_day::ended_at.eq(ended.then(|| stamp(at))),
        )))?;
        Ok(())
    }
}
