//! Those who wait for a place during the hand-out, and how their waiting ended.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use super::asking::Ask;
use super::change::update;
use super::convert::{Word, codes, codes_text, corrupt, integer, night, number, stamp};
use super::schema::{declined_place, waiting};
use super::{Read, StoreError, Tx, convert};
use crate::domain::hand_out::{OfferedPlace, Rank, WaitEnd};
use crate::domain::night::Night;
use crate::domain::party::LotNumber;
use crate::domain::shelter::ShelterCode;

/// A party that waits, or waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingEntry {
    /// The desk day.
    pub day: NaiveDate,
    /// Where it stands.
    pub rank: Rank,
    /// The lot.
    pub lot: LotNumber,
    /// Which members of the lot, by position from 1: all but after a ban.
    pub members: Vec<u32>,
    /// The shelters it would go to, after bans, most wished first.
    pub accepts: Vec<ShelterCode>,
    /// The first start night on which they may all sleep.
    pub from: Night,
    /// The places it declined for a short stay.
    pub declined: Vec<OfferedPlace>,
    /// How it ended; none while it waits.
    pub ended: Option<WaitEnd>,
}

impl WaitingEntry {
    /// Whether it still waits.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.ended.is_none()
    }
}

fn columns(rank: Rank) -> Result<(i32, i32), StoreError> {
    let (part, place) = rank.stored();
    Ok((integer(part)?, integer(place)?))
}

fn read_rank(part: i32, place: i32) -> Result<Rank, StoreError> {
    let rank = Rank::of_stored(number(part)?, number(place)?);
    rank.ok_or_else(|| corrupt("a part of the queue", &part.to_string()))
}

#[derive(Queryable)]
struct Row {
    day: NaiveDate,
    part: i32,
    place: i32,
    lot: i32,
    members: String,
    accepts: String,
    from_night: NaiveDate,
    _since: NaiveDateTime,
    ended: Option<String>,
    _ended_at: Option<NaiveDateTime>,
    _turn: i32,
}

#[derive(Queryable)]
struct DeclinedRow {
    _day: NaiveDate,
    part: i32,
    place: i32,
    _number: i32,
    shelter: String,
    kind: String,
    who: String,
    from_night: NaiveDate,
    until_night: Option<NaiveDate>,
    count: i32,
}

impl DeclinedRow {
    fn read(&self) -> Result<OfferedPlace, StoreError> {
        Ok(OfferedPlace {
            pool: convert::pool(&self.shelter, &self.kind, &self.who)?,
            from: night(self.from_night)?,
            until: self.until_night.map(night).transpose()?,
            count: number(self.count)?,
        })
    }
}

impl Read<'_> {
    /// Everybody who waits or waited on a desk day, in the order of the queue.
    ///
    /// # Errors
    /// When the database fails.
    pub fn queue(&mut self, day: NaiveDate) -> Result<Vec<WaitingEntry>, StoreError> {
        let mut entries = self.waits(day)?;
        entries.sort_by_key(|entry| entry.rank.stored());
        Ok(entries)
    }

    /// The same in the order in which they began to wait, or last began to wait again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn waits(&mut self, day: NaiveDate) -> Result<Vec<WaitingEntry>, StoreError> {
        let rows: Vec<Row> = waiting::table
            .filter(waiting::day.eq(day))
            .order((waiting::turn, waiting::part, waiting::place))
            .rows(self.conn)?;
        let declined: Vec<DeclinedRow> = declined_place::table
            .filter(declined_place::day.eq(day))
            .order((declined_place::part, declined_place::place, declined_place::number))
            .rows(self.conn)?;
        let read = |row: Row| {
            let own = declined.iter().filter(|place| (place.part, place.place) == (row.part, row.place));
            let members = row.members.split(',').map(str::parse).collect::<Result<_, _>>();
            Ok(WaitingEntry {
                day: row.day,
                rank: read_rank(row.part, row.place)?,
                lot: convert::lot(row.lot)?,
                members: members.map_err(|_| corrupt("members of a waiting party", &row.members))?,
                accepts: codes(&row.accepts)?,
                from: night(row.from_night)?,
                declined: own.map(DeclinedRow::read).collect::<Result<_, _>>()?,
                ended: row.ended.map(|ended| WaitEnd::read(&ended)).transpose()?,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// Whether a party stood at this place of the queue once, and waits there no more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn waits_no_more(&mut self, day: NaiveDate, rank: Rank) -> Result<bool, StoreError> {
        let (part, place) = columns(rank)?;
        let at = waiting::table.find((day, part, place)).select(waiting::ended);
        let ended: Option<Option<String>> = at.row(self.conn).optional()?;
        Ok(ended.flatten().is_some())
    }

    /// How many began to wait on the day until now, those who began again included.
    fn next_turn(&mut self, day: NaiveDate) -> Result<i32, StoreError> {
        let last: Option<i32> =
            waiting::table.filter(waiting::day.eq(day)).select(max(waiting::turn)).row(self.conn)?;
        Ok(last.map_or(0, |last| last.saturating_add(1)))
    }
}

impl Tx<'_> {
    /// Keeps that a party waits.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if its place is taken; when the database fails.
    pub fn add_waiting(&mut self, entry: &WaitingEntry, at: DateTime<Utc>) -> Result<(), StoreError> {
        let (part, place) = columns(entry.rank)?;
        let members: Vec<String> = entry.members.iter().map(u32::to_string).collect();
        let turn = self.next_turn(entry.day)?;
        self.change(diesel::insert_into(waiting::table).values((
            waiting::day.eq(entry.day),
            waiting::part.eq(part),
            waiting::place.eq(place),
            waiting::lot.eq(integer(entry.lot.0)?),
            waiting::members.eq(members.join(",")),
            waiting::accepts.eq(codes_text(&entry.accepts)),
            waiting::from_night.eq(entry.from.date()),
            waiting::since.eq(stamp(at)),
            waiting::turn.eq(turn),
        )))?;
        Ok(())
    }

    /// Keeps how waiting ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_waiting(
        &mut self,
        day: NaiveDate,
        rank: Rank,
        how: WaitEnd,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (part, place) = columns(rank)?;
        self.change(
            update(waiting::table.find((day, part, place)))
                .set((waiting::ended.eq(Some(how.word())), waiting::ended_at.eq(Some(stamp(at))))),
        )?;
        Ok(())
    }

    /// Keeps that a party waits again where it stood.
    ///
    /// # Errors
    /// When the database fails.
    pub fn wait_again(&mut self, day: NaiveDate, rank: Rank) -> Result<(), StoreError> {
        let (part, place) = columns(rank)?;
        let waits: (Option<&str>, Option<NaiveDateTime>) = (None, None);
        let turn = self.next_turn(day)?;
        self.change(update(waiting::table.find((day, part, place))).set((
            waiting::ended.eq(waits.0),
            waiting::ended_at.eq(waits.1),
            waiting::turn.eq(turn),
        )))?;
        Ok(())
    }

    /// Keeps that a party waits again where it stood, for what it accepts now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn wait_anew(&mut self, entry: &WaitingEntry) -> Result<(), StoreError> {
        self.wait_again(entry.day, entry.rank)?;
        let (part, place) = columns(entry.rank)?;
        self.change(update(waiting::table.find((entry.day, part, place))).set((
            waiting::accepts.eq(codes_text(&entry.accepts)),
            waiting::from_night.eq(entry.from.date()),
        )))?;
        Ok(())
    }

    /// Forgets the reserve list of a draw that is set aside, and who stood before it. What it was stays in the record and the
    /// audit log.
    ///
    /// # Errors
    /// When the database fails.
    pub fn clear_reserve_list(&mut self, day: NaiveDate) -> Result<(), StoreError> {
        let declined =
            declined_place::table.filter(declined_place::day.eq(day)).filter(declined_place::part.le(1));
        self.change(diesel::delete(declined))?;
        let drawn = waiting::table.filter(waiting::day.eq(day)).filter(waiting::part.le(1));
        self.change(diesel::delete(drawn))?;
        Ok(())
    }

    /// Keeps what a waiting party accepts now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save_accepts(
        &mut self,
        day: NaiveDate,
        rank: Rank,
        accepts: &[ShelterCode],
    ) -> Result<(), StoreError> {
        let (part, place) = columns(rank)?;
        self.change(
            update(waiting::table.find((day, part, place))).set(waiting::accepts.eq(codes_text(accepts))),
        )?;
        Ok(())
    }

    /// Keeps the places a party declined for a short stay, all of them.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save_declined(
        &mut self,
        day: NaiveDate,
        rank: Rank,
        declined: &[OfferedPlace],
    ) -> Result<(), StoreError> {
        let (part, place) = columns(rank)?;
        let of_party = declined_place::table
            .filter(declined_place::day.eq(day))
            .filter(declined_place::part.eq(part))
            .filter(declined_place::place.eq(place));
        self.change(diesel::delete(of_party))?;
        for (count, offered) in (1..).zip(declined) {
            self.change(diesel::insert_into(declined_place::table).values((
                declined_place::day.eq(day),
                declined_place::part.eq(part),
                declined_place::place.eq(place),
                declined_place::number.eq(count),
                declined_place::shelter.eq(offered.pool.shelter.as_str()),
                declined_place::kind.eq(offered.pool.kind.word()),
                declined_place::who.eq(offered.pool.who.word()),
                declined_place::from_night.eq(offered.from.date()),
                declined_place::until_night.eq(offered.until.map(Night::date)),
                declined_place::count.eq(integer(offered.count)?),
            )))?;
        }
        Ok(())
    }
}
