//! The evening: arrivals, walk-ins, nights closed at the doors, head counts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::asking::Ask;
use super::change::update;
use super::convert::{Word, corrupt, instant, integer, key, night, number, stamp, uuid};
use super::schema::{arrival, door_night, head_count, valid_ticket, walk_in};
use super::{Read, StoreError, Tx, convert};
use crate::domain::arrival::{Arrival, ArrivalState, DoorNight, DoorState};
use crate::domain::countersigned::StatedReason;
use crate::domain::guest::GuestId;
use crate::domain::head_count::{Counted, HeadCount};
use crate::domain::night::{Night, Nights};
use crate::domain::shelter::ShelterCode;
use crate::domain::ticket::TicketId;
use crate::domain::walk_in::{Bed, Giver};

/// A bed given to a walk-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkInEntry {
    /// The bed.
    pub bed: Bed,
    /// When it was given.
    pub at: DateTime<Utc>,
    /// When that was taken back, if it was.
    pub undone_at: Option<DateTime<Utc>>,
}

impl WalkInEntry {
    /// Whether it stands.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.undone_at.is_none()
    }
}

/// A head count as it was reported; the last of a night stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadCountEntry {
    /// Which, from 1.
    pub number: u32,
    /// Who slept there.
    pub count: HeadCount,
    /// Why the one before was wrong; none for the first.
    pub reason: Option<StatedReason>,
    /// When it was reported.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Uuid,
}

#[derive(Queryable)]
struct ArrivalRow {
    ticket: Vec<u8>,
    night: NaiveDate,
    _number: i32,
    shelter: String,
    at: NaiveDateTime,
    correction: bool,
    undone_at: Option<NaiveDateTime>,
    undone_correction: Option<bool>,
}

impl ArrivalRow {
    fn read(self) -> Result<Arrival, StoreError> {
        let state = match (self.undone_at, self.undone_correction) {
            (Some(at), Some(correction)) => ArrivalState::Undone { at: instant(at), correction },
            _ => ArrivalState::Stands,
        };
        Ok(Arrival {
            ticket: TicketId(uuid(&self.ticket)?),
            night: night(self.night)?,
            shelter: convert::shelter(&self.shelter)?,
            at: instant(self.at),
            correction: self.correction,
            state,
        })
    }
}

impl Read<'_> {
    /// The arrivals of a ticket, undone ones included.
    ///
    /// # Errors
    /// When the database fails.
    pub fn arrivals_of(&mut self, ticket: TicketId) -> Result<Vec<Arrival>, StoreError> {
        let rows: Vec<ArrivalRow> = arrival::table
            .filter(arrival::ticket.eq(key(ticket.0)))
            .order((arrival::night, arrival::number))
            .rows(self.conn)?;
        rows.into_iter().map(ArrivalRow::read).collect()
    }

    /// The arrivals at a shelter on a night, undone ones included, in order of time.
    ///
    /// # Errors
    /// When the database fails.
    pub fn arrivals_at(&mut self, shelter: ShelterCode, on: Night) -> Result<Vec<Arrival>, StoreError> {
        let rows: Vec<ArrivalRow> = arrival::table
            .filter(arrival::shelter.eq(shelter.as_str()))
            .filter(arrival::night.eq(on.date()))
            .order((arrival::at, arrival::ticket, arrival::number))
            .rows(self.conn)?;
        rows.into_iter().map(ArrivalRow::read).collect()
    }

    /// The beds given to walk-ins at a shelter on a night, undone ones included, in order of time.
    ///
    /// # Errors
    /// When the database fails.
    pub fn walk_ins_at(&mut self, shelter: ShelterCode, on: Night) -> Result<Vec<WalkInEntry>, StoreError> {
        type Row = (Vec<u8>, NaiveDate, String, String, String, NaiveDateTime, bool, Option<NaiveDateTime>);
        let rows: Vec<Row> = walk_in::table
            .filter(walk_in::shelter.eq(shelter.as_str()))
            .filter(walk_in::night.eq(on.date()))
            .order((walk_in::at, walk_in::guest, walk_in::number))
            .select((
                walk_in::guest,
                walk_in::night,
                walk_in::shelter,
                walk_in::kind,
                walk_in::who,
                walk_in::at,
                walk_in::correction,
                walk_in::undone_at,
            ))
            .rows(self.conn)?;
        let read = |(guest, on, shelter, kind, who, at, correction, undone): Row| {
            let bed = Bed {
                guest: GuestId(uuid(&guest)?),
                night: night(on)?,
                pool: convert::pool(&shelter, &kind, &who)?,
                correction,
            };
            Ok(WalkInEntry { bed, at: instant(at), undone_at: undone.map(instant) })
        };
        rows.into_iter().map(read).collect()
    }

    /// A night at a door: closed, with the tickets valid then, or open.
    ///
    /// # Errors
    /// When the database fails.
    pub fn door_night(&mut self, shelter: ShelterCode, on: Night) -> Result<DoorNight, StoreError> {
        let closed: Option<NaiveDateTime> = door_night::table
            .find((shelter.as_str(), on.date()))
            .select(door_night::closed_at)
            .row(self.conn)
            .optional()?;
        let state = match closed {
            None => DoorState::Open,
            Some(at) => {
                let valid: Vec<Vec<u8>> = valid_ticket::table
                    .filter(valid_ticket::shelter.eq(shelter.as_str()))
                    .filter(valid_ticket::night.eq(on.date()))
                    .select(valid_ticket::ticket)
                    .rows(self.conn)?;
                let valid =
                    valid.iter().map(|id| uuid(id).map(TicketId)).collect::<Result<BTreeSet<_>, _>>()?;
                DoorState::Closed { at: instant(at), valid }
            }
        };
        Ok(DoorNight { shelter, night: on, state })
    }

    /// Whether a night is closed at a door.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_closed(&mut self, shelter: ShelterCode, on: Night) -> Result<bool, StoreError> {
        let found: i64 = door_night::table
            .filter(door_night::shelter.eq(shelter.as_str()))
            .filter(door_night::night.eq(on.date()))
            .count()
            .row(self.conn)?;
        Ok(found > 0)
    }

    /// The nights among these that are closed at a door.
    ///
    /// # Errors
    /// When the database fails.
    pub fn closed_nights(&mut self, shelter: ShelterCode, among: Nights) -> Result<Vec<Night>, StoreError> {
        let found: Vec<NaiveDate> = door_night::table
            .filter(door_night::shelter.eq(shelter.as_str()))
            .filter(door_night::night.between(among.first().date(), among.last().date()))
            .order(door_night::night)
            .select(door_night::night)
            .rows(self.conn)?;
        found.into_iter().map(night).collect()
    }

    /// Every night that is settled at a shelter, by its close or by a head count: by shelter and night.
    ///
    /// # Errors
    /// When the database fails.
    pub fn settled_nights(&mut self) -> Result<BTreeSet<(ShelterCode, Night)>, StoreError> {
        let mut found: Vec<(String, NaiveDate)> =
            door_night::table.select((door_night::shelter, door_night::night)).rows(self.conn)?;
        found.extend(head_count::table.select((head_count::shelter, head_count::night)).load::<(
            String,
            NaiveDate,
        )>(
            self.conn
        )?);
        found.into_iter().map(|(code, on)| Ok((convert::shelter(&code)?, night(on)?))).collect()
    }

    /// The last head count of each night from `from` on, at every shelter.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last_head_counts(&mut self, from: Night) -> Result<Vec<Counted>, StoreError> {
        let rows: Vec<(String, NaiveDate, i32, i32, i32)> = head_count::table
            .filter(head_count::night.ge(from.date()))
            .order((head_count::night, head_count::shelter, head_count::number))
            .select((
                head_count::shelter,
                head_count::night,
                head_count::women,
                head_count::men,
                head_count::other,
            ))
            .rows(self.conn)?;
        let mut last = BTreeMap::new();
        for (shelter, on, women, men, other) in rows {
            let count = HeadCount { women: number(women)?, men: number(men)?, other: number(other)? };
            last.insert((night(on)?, convert::shelter(&shelter)?), count.total());
        }
        Ok(last.into_iter().map(|((night, shelter), people)| Counted { shelter, night, people }).collect())
    }

    /// The head counts of a night at a shelter, first to last.
    ///
    /// # Errors
    /// When the database fails.
    pub fn head_counts(
        &mut self,
        shelter: ShelterCode,
        on: Night,
    ) -> Result<Vec<HeadCountEntry>, StoreError> {
        type Row = (i32, i32, i32, i32, Option<String>, NaiveDateTime, Vec<u8>);
        let rows: Vec<Row> = head_count::table
            .filter(head_count::shelter.eq(shelter.as_str()))
            .filter(head_count::night.eq(on.date()))
            .order(head_count::number)
            .select((
                head_count::number,
                head_count::women,
                head_count::men,
                head_count::other,
                head_count::reason,
                head_count::at,
                head_count::reported_by,
            ))
            .rows(self.conn)?;
        let read = |(of, women, men, other, reason, at, by): Row| {
            let reason = reason.map(|reason| {
                StatedReason::new(&reason).map_err(|error| corrupt("a reason", &error.to_string()))
            });
            Ok(HeadCountEntry {
                number: number(of)?,
                count: HeadCount { women: number(women)?, men: number(men)?, other: number(other)? },
                reason: reason.transpose()?,
                at: instant(at),
                by: uuid(&by)?,
            })
        };
        rows.into_iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// Keeps an arrival.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if one stands already; when the database fails.
    pub fn add_arrival(&mut self, entered: &Arrival) -> Result<(), StoreError> {
        let before: i64 = arrival::table
            .filter(arrival::ticket.eq(key(entered.ticket.0)))
            .filter(arrival::night.eq(entered.night.date()))
            .count()
            .row(self.read.conn)?;
        let of = i32::try_from(before).unwrap_or(i32::MAX - 1) + 1;
        self.change(diesel::insert_into(arrival::table).values((
            arrival::ticket.eq(key(entered.ticket.0)),
            arrival::night.eq(entered.night.date()),
            arrival::number.eq(of),
            arrival::shelter.eq(entered.shelter.as_str()),
            arrival::at.eq(stamp(entered.at)),
            arrival::correction.eq(entered.correction),
        )))?;
        Ok(())
    }

    /// Keeps that the arrival of a ticket on a night was taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save_undone(
        &mut self,
        undone: &Arrival,
        at: DateTime<Utc>,
        correction: bool,
    ) -> Result<(), StoreError> {
        let standing = arrival::table
            .filter(arrival::ticket.eq(key(undone.ticket.0)))
            .filter(arrival::night.eq(undone.night.date()))
            .filter(arrival::undone_at.is_null());
        self.change(
            update(standing).set((
                arrival::undone_at.eq(Some(stamp(at))),
                arrival::undone_correction.eq(Some(correction)),
            )),
        )?;
        Ok(())
    }

    /// Keeps a bed given to a walk-in, and holds the place.
    ///
    /// # Errors
    /// As [`Tx::hold`]; [`StoreError::Taken`] if the guest walked in that night already; when the database fails.
    pub fn add_walk_in(&mut self, bed: &Bed, giver: Giver, at: DateTime<Utc>) -> Result<(), StoreError> {
        let before: i64 = walk_in::table
            .filter(walk_in::guest.eq(key(bed.guest.0)))
            .filter(walk_in::night.eq(bed.night.date()))
            .count()
            .row(self.read.conn)?;
        let given_by = match giver {
            Giver::Coordinator => "coordinator",
            Giver::Shelter(_) => "shelter",
        };
        self.change(diesel::insert_into(walk_in::table).values((
            walk_in::guest.eq(key(bed.guest.0)),
            walk_in::night.eq(bed.night.date()),
            walk_in::number.eq(i32::try_from(before).unwrap_or(i32::MAX - 1) + 1),
            walk_in::shelter.eq(bed.pool.shelter.as_str()),
            walk_in::kind.eq(bed.pool.kind.word()),
            walk_in::who.eq(bed.pool.who.word()),
            walk_in::given_by.eq(given_by),
            walk_in::at.eq(stamp(at)),
            walk_in::correction.eq(bed.correction),
        )))?;
        self.hold(bed.pool, Nights::one(bed.night), bed.guest, None)
    }

    /// Takes a walk-in's bed back. Whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn undo_walk_in(&mut self, guest: GuestId, on: Night, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let standing = walk_in::table
            .filter(walk_in::guest.eq(key(guest.0)))
            .filter(walk_in::night.eq(on.date()))
            .filter(walk_in::undone_at.is_null());
        let undone = self.change(update(standing).set(walk_in::undone_at.eq(Some(stamp(at)))))?;
        self.free_walk_in(guest, on)?;
        Ok(undone > 0)
    }

    /// Keeps that a night was closed at a door, with the tickets valid then. Nothing for a night that is open.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if it is closed already; when the database fails.
    pub fn add_door_night(&mut self, closed: &DoorNight, by: Uuid) -> Result<(), StoreError> {
        let DoorState::Closed { at, valid } = &closed.state else { return Ok(()) };
        self.change(diesel::insert_into(door_night::table).values((
            door_night::shelter.eq(closed.shelter.as_str()),
            door_night::night.eq(closed.night.date()),
            door_night::closed_at.eq(stamp(*at)),
            door_night::closed_by.eq(key(by)),
        )))?;
        for ticket in valid {
            self.change(diesel::insert_into(valid_ticket::table).values((
                valid_ticket::shelter.eq(closed.shelter.as_str()),
                valid_ticket::night.eq(closed.night.date()),
                valid_ticket::ticket.eq(key(ticket.0)),
            )))?;
        }
        Ok(())
    }

    /// Keeps a head count.
    ///
    /// # Errors
    /// [`StoreError::Taken`] if there is one with that number; when the database fails.
    pub fn add_head_count(
        &mut self,
        shelter: ShelterCode,
        on: Night,
        entry: &HeadCountEntry,
    ) -> Result<(), StoreError> {
        self.change(diesel::insert_into(head_count::table).values((
            head_count::shelter.eq(shelter.as_str()),
            head_count::night.eq(on.date()),
            head_count::number.eq(integer(entry.number)?),
            head_count::women.eq(integer(entry.count.women)?),
            head_count::men.eq(integer(entry.count.men)?),
            head_count::other.eq(integer(entry.count.other)?),
            head_count::reason.eq(entry.reason.as_ref().map(StatedReason::as_str)),
            head_count::at.eq(stamp(entry.at)),
            head_count::reported_by.eq(key(entry.by)),
        )))?;
        Ok(())
    }
}
