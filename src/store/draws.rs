//! Frozen lists, the digits typed for them, records, and how lists ended that do not stand. Nothing here is ever changed.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::asking::Ask;
use super::change::update;
use super::convert::{corrupt, hash, instant, integer, key, number, stamp, uuid};
use super::schema::{countersignature, digit, draw_end, draw_record, frozen_list, service_bytes};
use super::{Read, StoreError, Tx};
use crate::domain::countersigned::{CoordinatorId, Countersigned, CountersignedStep, StatedReason};
use crate::domain::desk_day::{Die, DrawEnd, EntropySource, FrozenList, PastDraw, Stored};
use crate::domain::lottery::hash::Hash32;

/// When a list was frozen and drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrawEntry {
    /// Which draw of the day.
    pub draw: u32,
    /// When its list was frozen.
    pub frozen_at: DateTime<Utc>,
    /// When its result was stored.
    pub drawn_at: Option<DateTime<Utc>>,
}

/// A signature given beforehand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countersignature {
    /// Its key.
    pub id: Uuid,
    /// Who signed.
    pub by: CoordinatorId,
    /// For which day.
    pub day: NaiveDate,
    /// For what.
    pub step: CountersignedStep,
    /// Why, in the words of who signed.
    pub reason: StatedReason,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether it was used.
    pub used: bool,
}

#[derive(Queryable)]
struct SignatureRow {
    id: Vec<u8>,
    signed_by: Vec<u8>,
    step: String,
    day: NaiveDate,
    number: i32,
    reason: String,
    at: NaiveDateTime,
    used_at: Option<NaiveDateTime>,
}

impl SignatureRow {
    fn read(&self) -> Result<Countersignature, StoreError> {
        let step = CountersignedStep::read(&self.step, number(self.number)?);
        Ok(Countersignature {
            id: uuid(&self.id)?,
            by: CoordinatorId(uuid(&self.signed_by)?),
            day: self.day,
            step: step.ok_or_else(|| corrupt("a countersigned step", &self.step))?,
            reason: reason(&self.reason)?,
            at: instant(self.at),
            used: self.used_at.is_some(),
        })
    }
}

type ListRow = (i32, Option<Vec<u8>>, Vec<u8>, Option<i32>, Option<String>, i32, i32);
type EndRow = (i32, String, Option<String>, Option<Vec<u8>>, Option<Vec<u8>>);

fn reason(text: &str) -> Result<StatedReason, StoreError> {
    StatedReason::new(text).map_err(|error| corrupt("a reason", &error.to_string()))
}

fn read_end((_, why, said, by, countersigned): EndRow) -> Result<DrawEnd, StoreError> {
    let broken = || corrupt("the end of a draw", &why);
    let signed = match (by, countersigned) {
        (Some(by), Some(other)) => {
            let [by, other] = [uuid(&by)?, uuid(&other)?].map(CoordinatorId);
            Some(Countersigned::new(by, other).map_err(|_| broken())?)
        }
        _ => None,
    };
    let said = said.as_deref().map(reason).transpose()?;
    DrawEnd::read(&why, said, signed).ok_or_else(broken)
}

impl Read<'_> {
    /// The lists of a day that do not stand, and the one that does or is about to.
    pub(super) fn lists_of(
        &mut self,
        day: NaiveDate,
    ) -> Result<(Vec<PastDraw>, Option<FrozenList>), StoreError> {
        let rows: Vec<ListRow> = frozen_list::table
            .filter(frozen_list::day.eq(day))
            .order(frozen_list::draw)
            .select((
                frozen_list::draw,
                frozen_list::previous,
                frozen_list::commitment,
                frozen_list::dice,
                frozen_list::service_reason,
                frozen_list::last_lot,
                frozen_list::lots_in,
            ))
            .rows(self.conn)?;
        if rows.is_empty() {
            return Ok((Vec::new(), None));
        }
        let mut ends: Vec<EndRow> = draw_end::table
            .filter(draw_end::day.eq(day))
            .select((
                draw_end::draw,
                draw_end::why,
                draw_end::reason,
                draw_end::ended_by,
                draw_end::countersigned_by,
            ))
            .rows(self.conn)?;
        let (mut past, mut standing) = (Vec::new(), None);
        for row in rows {
            let draw = row.0;
            let list = self.list(day, row)?;
            match ends.iter().position(|end| end.0 == draw) {
                Some(position) => past.push(PastDraw { list, end: read_end(ends.swap_remove(position))? }),
                None => standing = Some(list),
            }
        }
        Ok((past, standing))
    }

    fn list(&mut self, day: NaiveDate, row: ListRow) -> Result<FrozenList, StoreError> {
        let (draw, previous, commitment, dice, service_reason, last_lot, lots_in) = row;
        let source = match (dice, service_reason) {
            (Some(dice), None) => EntropySource::Dice(number(dice)?),
            (None, Some(said)) => EntropySource::Service(reason(&said)?),
            _ => return Err(corrupt("a draw's source", "neither or both")),
        };
        Ok(FrozenList {
            draw: number(draw)?,
            previous: previous.map(|bytes| hash(&bytes)).transpose()?,
            commitment: hash(&commitment)?,
            stored: self.stored(day, draw)?,
            source,
            last_lot: number(last_lot)?,
            lots_in: number(lots_in)?,
        })
    }

    fn stored(&mut self, day: NaiveDate, draw: i32) -> Result<Stored, StoreError> {
        let bytes: Option<Vec<u8>> =
            service_bytes::table.find((day, draw)).select(service_bytes::bytes).row(self.conn).optional()?;
        if let Some(bytes) = bytes {
            return Ok(Stored::Service(hash(&bytes)?));
        }
        let digits: Vec<i32> = digit::table
            .filter(digit::day.eq(day))
            .filter(digit::draw.eq(draw))
            .order(digit::place)
            .select(digit::shown)
            .rows(self.conn)?;
        if digits.is_empty() {
            return Ok(Stored::Nothing);
        }
        let die = |shown: i32| {
            let shown = u8::try_from(shown).map_err(|_| corrupt("a digit", &shown.to_string()))?;
            Die::new(shown).map_err(|error| corrupt("a digit", &error.to_string()))
        };
        digits.into_iter().map(die).collect::<Result<_, _>>().map(Stored::Dice)
    }

    /// The manifest of a draw. To be given to nobody before [`crate::domain::desk_day::DeskDay::may_show_manifest`].
    ///
    /// # Errors
    /// When the database fails.
    pub fn manifest(&mut self, day: NaiveDate, draw: u32) -> Result<Option<String>, StoreError> {
        let found = frozen_list::table.find((day, integer(draw)?)).select(frozen_list::manifest);
        Ok(found.row(self.conn).optional()?)
    }

    /// The record of a draw, once there is a result.
    ///
    /// # Errors
    /// When the database fails.
    pub fn draw_record(&mut self, day: NaiveDate, draw: u32) -> Result<Option<String>, StoreError> {
        let found = draw_record::table.find((day, integer(draw)?)).select(draw_record::record);
        Ok(found.row(self.conn).optional()?)
    }

    /// When the lists of a day were frozen and drawn, first to last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn draws_of(&mut self, day: NaiveDate) -> Result<Vec<DrawEntry>, StoreError> {
        let rows: Vec<(i32, NaiveDateTime, Option<NaiveDateTime>)> = frozen_list::table
            .left_join(
                draw_record::table
                    .on(draw_record::day.eq(frozen_list::day).and(draw_record::draw.eq(frozen_list::draw))),
            )
            .filter(frozen_list::day.eq(day))
            .order(frozen_list::draw)
            .select((frozen_list::draw, frozen_list::at, draw_record::at.nullable()))
            .rows(self.conn)?;
        let read = |(draw, frozen, drawn): (i32, NaiveDateTime, Option<NaiveDateTime>)| {
            Ok(DrawEntry { draw: number(draw)?, frozen_at: instant(frozen), drawn_at: drawn.map(instant) })
        };
        rows.into_iter().map(read).collect()
    }

    /// A list that is frozen and whose randomness is not complete, if there is one: its manifest may leave the service by no
    /// way, a backup included (draw.md, section 3).
    ///
    /// # Errors
    /// When the database fails.
    pub fn secret_list(&mut self) -> Result<Option<(NaiveDate, u32)>, StoreError> {
        let Some(running) = self.running_desk_day()? else { return Ok(None) };
        let list = running.day.list().map(|list| list.draw);
        Ok(list.filter(|&draw| !running.day.may_show_manifest(draw)).map(|draw| (running.day.date(), draw)))
    }

    /// A signature given beforehand.
    ///
    /// # Errors
    /// When the database fails.
    pub fn countersignature(&mut self, id: Uuid) -> Result<Option<Countersignature>, StoreError> {
        let row: Option<SignatureRow> = countersignature::table.find(key(id)).row(self.conn).optional()?;
        row.map(|row| row.read()).transpose()
    }

    /// The signatures given for a day, first to last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn countersignatures(&mut self, day: NaiveDate) -> Result<Vec<Countersignature>, StoreError> {
        let rows: Vec<SignatureRow> = countersignature::table
            .filter(countersignature::day.eq(day))
            .order((countersignature::at, countersignature::id))
            .rows(self.conn)?;
        rows.iter().map(SignatureRow::read).collect()
    }
}

impl Tx<'_> {
    /// Keeps a frozen list and its manifest.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if the draw has a list already; when the database fails.
    pub fn add_list(
        &mut self,
        day: NaiveDate,
        list: &FrozenList,
        manifest: &str,
        by: Uuid,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (dice, service_reason) = match &list.source {
            EntropySource::Dice(dice) => (Some(integer(*dice)?), None),
            EntropySource::Service(reason) => (None, Some(reason.as_str())),
        };
        self.change(diesel::insert_into(frozen_list::table).values((
            frozen_list::day.eq(day),
            frozen_list::draw.eq(integer(list.draw)?),
            frozen_list::previous.eq(list.previous.map(|hash| hash.0.to_vec())),
            frozen_list::commitment.eq(list.commitment.0.to_vec()),
            frozen_list::dice.eq(dice),
            frozen_list::service_reason.eq(service_reason),
            frozen_list::last_lot.eq(integer(list.last_lot)?),
            frozen_list::lots_in.eq(integer(list.lots_in)?),
            frozen_list::manifest.eq(manifest),
            frozen_list::frozen_by.eq(key(by)),
            frozen_list::at.eq(stamp(at)),
        )))?;
        Ok(())
    }

    /// Keeps one digit.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if it is there already; [`StoreError::AgainstARule`] if the one before is not; when the database fails.
    pub fn add_digit(
        &mut self,
        (day, draw): (NaiveDate, u32),
        (place, die): (u32, Die),
        by: Uuid,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.change(diesel::insert_into(digit::table).values((
            digit::day.eq(day),
            digit::draw.eq(integer(draw)?),
            digit::place.eq(integer(place)?),
            digit::before.eq((place > 1).then(|| integer(place - 1)).transpose()?),
            digit::shown.eq(i32::from(die.shown())),
            digit::typed_by.eq(key(by)),
            digit::at.eq(stamp(at)),
        )))?;
        Ok(())
    }

    /// Keeps the service's own randomness.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if it is there already; when the database fails.
    pub fn add_service_bytes(
        &mut self,
        day: NaiveDate,
        draw: u32,
        bytes: Hash32,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.change(diesel::insert_into(service_bytes::table).values((
            service_bytes::day.eq(day),
            service_bytes::draw.eq(integer(draw)?),
            service_bytes::bytes.eq(bytes.0.to_vec()),
            service_bytes::at.eq(stamp(at)),
        )))?;
        Ok(())
    }

    /// Keeps the record of a draw.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if there is one already; when the database fails.
    pub fn add_draw_record(
        &mut self,
        day: NaiveDate,
        draw: u32,
        record: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.change(diesel::insert_into(draw_record::table).values((
            draw_record::day.eq(day),
            draw_record::draw.eq(integer(draw)?),
            draw_record::record.eq(record),
            draw_record::at.eq(stamp(at)),
        )))?;
        Ok(())
    }

    /// Keeps why a list does not stand.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if it ended already; when the database fails.
    pub fn add_draw_end(
        &mut self,
        day: NaiveDate,
        draw: u32,
        end: &DrawEnd,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (why, stated, signed) = end.written();
        self.change(diesel::insert_into(draw_end::table).values((
            draw_end::day.eq(day),
            draw_end::draw.eq(integer(draw)?),
            draw_end::why.eq(why),
            draw_end::reason.eq(stated.map(StatedReason::as_str)),
            draw_end::ended_by.eq(signed.map(|signed| key(signed.by().0))),
            draw_end::countersigned_by.eq(signed.map(|signed| key(signed.countersigned_by().0))),
            draw_end::at.eq(stamp(at)),
        )))?;
        Ok(())
    }

    /// Keeps a signature given beforehand.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_countersignature(&mut self, signature: &Countersignature) -> Result<(), StoreError> {
        let (step, of) = signature.step.written();
        self.change(diesel::insert_into(countersignature::table).values((
            countersignature::id.eq(key(signature.id)),
            countersignature::signed_by.eq(key(signature.by.0)),
            countersignature::step.eq(step),
            countersignature::day.eq(signature.day),
            countersignature::number.eq(integer(of)?),
            countersignature::reason.eq(signature.reason.as_str()),
            countersignature::at.eq(stamp(signature.at)),
        )))?;
        Ok(())
    }

    /// Uses a signature up.
    ///
    /// # Errors
    /// When the database fails.
    pub fn use_countersignature(&mut self, id: Uuid, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.change(
            update(countersignature::table.find(key(id))).set(countersignature::used_at.eq(Some(stamp(at)))),
        )?;
        Ok(())
    }
}
