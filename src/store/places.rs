//! What coordinators decided about places, and who holds which.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::asking::Ask;
use super::change::update;
use super::convert::{Word, corrupt, instant, integer, key, night, number, stamp, uuid};
use super::schema::{bed, place_end, place_fact};
use super::{Read, StoreError, Tx, convert};
use crate::domain::guest::GuestId;
use crate::domain::night::{Night, Nights};
use crate::domain::place::entries::{Held, Holder};
use crate::domain::place::parts::{Decision, Parts};
use crate::domain::place::plan::{Direction, Fact, Plan};
use crate::domain::place::{Kind, Pool, Who};
use crate::domain::ticket::TicketId;

/// The key of a decision about places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactId(pub Uuid);

/// A decision about places that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactEntry {
    /// Its key.
    pub id: FactId,
    /// What was decided.
    pub fact: Fact,
}

/// What was done with a decision about places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was made.
    Decided,
    /// It was made to end on another night.
    EndsOtherwise,
    /// It was taken back.
    TakenBack,
}

/// A change of places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceChange {
    /// When.
    pub at: DateTime<Utc>,
    /// What was done.
    pub kind: ChangeKind,
    /// With which decision, as it was from then on.
    pub entry: FactEntry,
}

type FactRow = (
    Vec<u8>,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    NaiveDate,
    Option<NaiveDate>,
    Option<i32>,
);

/// An end given to a closure or a lending.
#[derive(diesel::Queryable)]
struct End {
    /// The one it had before; not known of the first migrated.
    instead_of: Option<NaiveDate>,
    last: NaiveDate,
    at: NaiveDateTime,
}

const FACT: (
    place_fact::id,
    place_fact::fact,
    place_fact::shelter,
    place_fact::kind,
    place_fact::who,
    place_fact::direction,
    place_fact::first_night,
    place_fact::last_night,
    place_fact::count,
) = (
    place_fact::id,
    place_fact::fact,
    place_fact::shelter,
    place_fact::kind,
    place_fact::who,
    place_fact::direction,
    place_fact::first_night,
    place_fact::last_night,
    place_fact::count,
);

fn read_fact(row: FactRow) -> Result<FactEntry, StoreError> {
    let (id, fact, shelter, kind, who, direction, first, last, count) = row;
    let parts = Parts {
        decision: Decision::read(&fact)?,
        shelter: convert::shelter(&shelter)?,
        kind: kind.as_deref().map(Kind::read).transpose()?,
        who: who.as_deref().map(Who::read).transpose()?,
        direction: direction.as_deref().map(Direction::read).transpose()?,
        first: night(first)?,
        last: last.map(night).transpose()?,
        count: count.map(number).transpose()?,
    };
    let read = parts.fact().ok_or_else(|| corrupt("a decision about places", &fact))?;
    Ok(FactEntry { id: FactId(uuid(&id)?), fact: read })
}

impl Read<'_> {
    /// Every decision about places that stands.
    ///
    /// # Errors
    /// When the database fails.
    pub fn facts(&mut self) -> Result<Vec<FactEntry>, StoreError> {
        let Self { conn, house } = self;
        house.facts(|| {
            let rows: Vec<FactRow> = place_fact::table
                .filter(place_fact::removed_at.is_null())
                .order((place_fact::first_night, place_fact::made_at, place_fact::id))
                .select(FACT)
                .load(*conn)?;
            rows.into_iter().map(read_fact).collect()
        })
    }

    /// The decisions about places that were made, ended on another night or taken back since an instant and before another.
    ///
    /// # Errors
    /// When the database fails.
    pub fn place_changes(
        &mut self,
        from: DateTime<Utc>,
        before: DateTime<Utc>,
    ) -> Result<Vec<PlaceChange>, StoreError> {
        let (from, before) = (stamp(from), stamp(before));
        let ended = place_end::table.filter(place_end::at.ge(from)).select(place_end::fact);
        let since =
            place_fact::made_at.ge(from).or(place_fact::removed_at.ge(from)).or(place_fact::id.eq_any(ended));
        let rows: Vec<(FactRow, NaiveDateTime, Option<NaiveDateTime>)> = place_fact::table
            .filter(since)
            .order((place_fact::made_at, place_fact::id))
            .select((FACT, place_fact::made_at, place_fact::removed_at))
            .rows(self.conn)?;
        let mut changes = Vec::new();
        for (row, made, removed) in rows {
            let ends = self.ends_of(&row.0)?;
            let entry = read_fact(row)?;
            let with_end = |last: Option<NaiveDate>| -> Result<FactEntry, StoreError> {
                let parts = Parts { last: last.map(night).transpose()?, ..entry.fact.parts() };
                let fact = parts
                    .fact()
                    .ok_or_else(|| corrupt("the end of a decision about places", &format!("{last:?}")))?;
                Ok(FactEntry { id: entry.id, fact })
            };
            let now = entry.fact.parts().last.map(Night::date);
            // Of what was ended otherwise before its ends were kept, the end it was given then is the first that is known.
            let first = ends.first().map_or(now, |end| Some(end.instead_of.unwrap_or(end.last)));
            let mut steps = vec![(made, ChangeKind::Decided, first)];
            steps.extend(ends.iter().map(|end| (end.at, ChangeKind::EndsOtherwise, Some(end.last))));
            steps.extend(removed.map(|at| (at, ChangeKind::TakenBack, now)));
            for (at, kind, last) in steps.into_iter().filter(|(at, ..)| (from..before).contains(at)) {
                changes.push(PlaceChange { at: instant(at), kind, entry: with_end(last)? });
            }
        }
        changes.sort_by_key(|change| change.at);
        Ok(changes)
    }

    /// The ends given to a decision after it was made, in their order.
    fn ends_of(&mut self, fact: &[u8]) -> Result<Vec<End>, StoreError> {
        let ends = place_end::table
            .filter(place_end::fact.eq(fact))
            .order(place_end::number)
            .select((place_end::instead_of, place_end::last_night, place_end::at))
            .rows(self.conn)?;
        Ok(ends)
    }

    /// The places held on this night and every later one, night by night.
    ///
    /// # Errors
    /// When the database fails.
    pub fn held_from(&mut self, first: Night) -> Result<Vec<Held>, StoreError> {
        type Row = (NaiveDate, String, String, String, Vec<u8>, Option<Vec<u8>>);
        let rows: Vec<Row> = bed::table
            .filter(bed::night.ge(first.date()))
            .select((bed::night, bed::shelter, bed::kind, bed::who, bed::guest, bed::ticket))
            .rows(self.conn)?;
        let read = |(date, shelter, kind, who, guest, ticket): Row| {
            let holder = match ticket {
                Some(ticket) => Holder::Ticket(TicketId(uuid(&ticket)?)),
                None => Holder::WalkIn(GuestId(uuid(&guest)?)),
            };
            let pool = convert::pool(&shelter, &kind, &who)?;
            Ok(Held { holder, pool, nights: Nights::one(night(date)?) })
        };
        rows.into_iter().map(read).collect()
    }

    /// The nights from `first` on for which a guest has a bed, by ticket or as a walk-in.
    ///
    /// # Errors
    /// When the database fails.
    pub fn beds_of(&mut self, guest: GuestId, first: Night) -> Result<Vec<Night>, StoreError> {
        let rows: Vec<NaiveDate> = bed::table
            .filter(bed::guest.eq(key(guest.0)))
            .filter(bed::night.ge(first.date()))
            .select(bed::night)
            .rows(self.conn)?;
        rows.into_iter().map(night).collect()
    }
}

impl Tx<'_> {
    /// Keeps a decision about places.
    ///
    /// # Errors
    /// [`StoreError::Taken`] for a second number of one pool from one night; when the database fails.
    pub fn add_fact(&mut self, entry: &FactEntry, at: DateTime<Utc>) -> Result<(), StoreError> {
        let parts = entry.fact.parts();
        self.change(diesel::insert_into(place_fact::table).values((
            place_fact::id.eq(key(entry.id.0)),
            place_fact::fact.eq(parts.decision.word()),
            place_fact::shelter.eq(parts.shelter.as_str()),
            place_fact::kind.eq(parts.kind.map(Word::word)),
            place_fact::who.eq(parts.who.map(Word::word)),
            place_fact::direction.eq(parts.direction.map(Word::word)),
            place_fact::first_night.eq(parts.first.date()),
            place_fact::last_night.eq(parts.last.map(Night::date)),
            place_fact::count.eq(parts.count.map(integer).transpose()?),
            place_fact::made_at.eq(stamp(at)),
        )))?;
        Ok(())
    }

    /// Ends a closure or a lending on another night.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_fact_on(&mut self, id: FactId, last: Night, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.change(update(place_fact::table.find(key(id.0))).set((
            place_fact::last_night.eq(Some(last.date())),
            place_fact::changed_at.eq(Some(stamp(at))),
        )))?;
        Ok(())
    }

    /// Takes a decision back.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_fact(&mut self, id: FactId, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.change(
            update(place_fact::table.find(key(id.0))).set(place_fact::removed_at.eq(Some(stamp(at)))),
        )?;
        Ok(())
    }

    /// Holds a place of the pool on each of the nights, under the lowest number nobody has. A number beyond the pool's open
    /// places of that night is given to nobody; that no two people have the same, and no person two, is held by keys.
    ///
    /// # Errors
    /// [`StoreError::NoPlaceLeft`]; [`StoreError::Taken`] if the guest has a bed on one of the nights; when the database fails.
    pub fn hold(
        &mut self,
        pool: Pool,
        nights: Nights,
        guest: GuestId,
        ticket: Option<TicketId>,
    ) -> Result<(), StoreError> {
        let facts: Vec<Fact> = self.facts()?.into_iter().map(|entry| entry.fact).collect();
        let plan = Plan::new(&facts).map_err(|error| corrupt("the plan of places", &error.to_string()))?;
        for night in nights.iter() {
            let taken: Vec<i32> = bed::table
                .filter(bed::night.eq(night.date()))
                .filter(bed::shelter.eq(pool.shelter.as_str()))
                .filter(bed::kind.eq(pool.kind.word()))
                .filter(bed::who.eq(pool.who.word()))
                .order(bed::place)
                .select(bed::place)
                .rows(self.read.conn)?;
            let open = plan.pool_on(pool, night).open();
            if u32::try_from(taken.len()).is_ok_and(|taken| taken >= open) {
                return Err(StoreError::NoPlaceLeft(format!("all {open} of the {pool} are held on {night}")));
            }
            let place = (1..).zip(&taken).find(|(number, taken)| number != *taken).map(|(number, _)| number);
            let place = place.unwrap_or(i32::try_from(taken.len()).unwrap_or(i32::MAX - 1) + 1);
            self.change(diesel::insert_into(bed::table).values((
                bed::night.eq(night.date()),
                bed::shelter.eq(pool.shelter.as_str()),
                bed::kind.eq(pool.kind.word()),
                bed::who.eq(pool.who.word()),
                bed::place.eq(place),
                bed::guest.eq(key(guest.0)),
                bed::ticket.eq(ticket.map(|ticket| key(ticket.0))),
            )))?;
        }
        Ok(())
    }

    /// Frees the places a ticket holds from this night on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn free(&mut self, ticket: TicketId, from: Night) -> Result<(), StoreError> {
        let held = bed::table.filter(bed::ticket.eq(key(ticket.0))).filter(bed::night.ge(from.date()));
        self.change(diesel::delete(held))?;
        Ok(())
    }

    /// Frees the bed of a walk-in.
    ///
    /// # Errors
    /// When the database fails.
    pub fn free_walk_in(&mut self, guest: GuestId, night: Night) -> Result<(), StoreError> {
        let held = bed::table
            .filter(bed::guest.eq(key(guest.0)))
            .filter(bed::night.eq(night.date()))
            .filter(bed::ticket.is_null());
        self.change(diesel::delete(held))?;
        Ok(())
    }
}
