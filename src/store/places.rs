//! What coordinators decided about places, and who holds which.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::convert::{Word, corrupt, instant, integer, key, night, nights, number, stamp, uuid};
use super::schema::{bed, place_fact};
use super::{Read, StoreError, Tx, convert};
use crate::domain::guest::GuestId;
use crate::domain::night::{Night, Nights};
use crate::domain::place::entries::{Held, Holder};
use crate::domain::place::plan::{Closed, Direction, Fact, Plan};
use crate::domain::place::{Kind, Pool};
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
    /// It ends on another night, the one it has now.
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
    /// With which decision, as it is now.
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
    let incomplete = || corrupt("a decision about places", &fact);
    let of_pool = || match (&kind, &who) {
        (Some(kind), Some(who)) => convert::pool(&shelter, kind, who).map(Some),
        _ => Ok(None),
    };
    let places = || number(count.ok_or_else(incomplete)?);
    let span = || nights(first, last.ok_or_else(incomplete)?);
    let pool = of_pool()?;
    let read = match fact.as_str() {
        "number" => {
            Fact::Number { pool: pool.ok_or_else(incomplete)?, from: night(first)?, count: places()? }
        }
        "closure" => {
            let what = match (pool, count) {
                (None, _) => Closed::Shelter(convert::shelter(&shelter)?),
                (Some(pool), None) => Closed::Pool(pool),
                (Some(pool), Some(count)) => Closed::Places(pool, number(count)?),
            };
            Fact::Closure { what, nights: span()? }
        }
        "lending" => Fact::Lending {
            shelter: convert::shelter(&shelter)?,
            kind: Kind::read(&kind.clone().ok_or_else(incomplete)?)?,
            direction: Direction::read(&direction.clone().ok_or_else(incomplete)?)?,
            nights: span()?,
            count: places()?,
        },
        "extra" => Fact::Extra { pool: pool.ok_or_else(incomplete)?, night: night(first)?, count: places()? },
        _ => return Err(incomplete()),
    };
    Ok(FactEntry { id: FactId(uuid(&id)?), fact: read })
}

impl Read<'_> {
    /// Every decision about places that stands.
    ///
    /// # Errors
    /// When the database fails.
    pub fn facts(&mut self) -> Result<Vec<FactEntry>, StoreError> {
        let rows: Vec<FactRow> = place_fact::table
            .filter(place_fact::removed_at.is_null())
            .order((place_fact::first_night, place_fact::made_at, place_fact::id))
            .select(FACT)
            .load(self.conn)?;
        rows.into_iter().map(read_fact).collect()
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
        let since = place_fact::made_at
            .ge(from)
            .or(place_fact::changed_at.ge(from))
            .or(place_fact::removed_at.ge(from));
        type Times = (NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>);
        let rows: Vec<(FactRow, Times)> = place_fact::table
            .filter(since)
            .order((place_fact::made_at, place_fact::id))
            .select((FACT, (place_fact::made_at, place_fact::changed_at, place_fact::removed_at)))
            .load(self.conn)?;
        let mut changes = Vec::new();
        for (row, (made, changed, removed)) in rows {
            let entry = read_fact(row)?;
            let steps = [
                (Some(made), ChangeKind::Decided),
                (changed, ChangeKind::EndsOtherwise),
                (removed, ChangeKind::TakenBack),
            ];
            let within = |at: &NaiveDateTime| (from..before).contains(at);
            for (at, kind) in steps {
                if let Some(at) = at.filter(within) {
                    changes.push(PlaceChange { at: instant(at), kind, entry: entry.clone() });
                }
            }
        }
        changes.sort_by_key(|change| change.at);
        Ok(changes)
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
            .load(self.conn)?;
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
            .load(self.conn)?;
        rows.into_iter().map(night).collect()
    }
}

impl Tx<'_> {
    /// Keeps a decision about places.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a second number of one pool from one night; when the database fails.
    pub fn add_fact(&mut self, entry: &FactEntry, at: DateTime<Utc>) -> Result<(), StoreError> {
        let row = Columns::of(&entry.fact)?;
        diesel::insert_into(place_fact::table)
            .values((
                place_fact::id.eq(key(entry.id.0)),
                place_fact::fact.eq(row.fact),
                place_fact::shelter.eq(row.shelter),
                place_fact::kind.eq(row.kind),
                place_fact::who.eq(row.who),
                place_fact::direction.eq(row.direction),
                place_fact::first_night.eq(row.first),
                place_fact::last_night.eq(row.last),
                place_fact::count.eq(row.count),
                place_fact::made_at.eq(stamp(at)),
            ))
            .execute(self.read.conn)?;
        Ok(())
    }

    /// Ends a closure or a lending on another night.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_fact_on(&mut self, id: FactId, last: Night, at: DateTime<Utc>) -> Result<(), StoreError> {
        diesel::update(place_fact::table.find(key(id.0)))
            .set((place_fact::last_night.eq(Some(last.date())), place_fact::changed_at.eq(Some(stamp(at)))))
            .execute(self.read.conn)?;
        Ok(())
    }

    /// Takes a decision back.
    ///
    /// # Errors
    /// When the database fails.
    pub fn remove_fact(&mut self, id: FactId, at: DateTime<Utc>) -> Result<(), StoreError> {
        diesel::update(place_fact::table.find(key(id.0)))
            .set(place_fact::removed_at.eq(Some(stamp(at))))
            .execute(self.read.conn)?;
        Ok(())
    }

    /// Holds a place of the pool on each of the nights, under the lowest number nobody has. A number beyond the pool's open
    /// places of that night is given to nobody; that no two people have the same, and no person two, is held by keys.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if no place is left, or the guest has a bed on one of the nights; when the database fails.
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
                .load(self.read.conn)?;
            let open = plan.pool_on(pool, night).open();
            if u32::try_from(taken.len()).is_ok_and(|taken| taken >= open) {
                return Err(StoreError::Refused(format!("all {open} of the {pool} are held on {night}")));
            }
            let place = (1..).zip(&taken).find(|(number, taken)| number != *taken).map(|(number, _)| number);
            let place = place.unwrap_or(i32::try_from(taken.len()).unwrap_or(i32::MAX - 1) + 1);
            diesel::insert_into(bed::table)
                .values((
                    bed::night.eq(night.date()),
                    bed::shelter.eq(pool.shelter.as_str()),
                    bed::kind.eq(pool.kind.word()),
                    bed::who.eq(pool.who.word()),
                    bed::place.eq(place),
                    bed::guest.eq(key(guest.0)),
                    bed::ticket.eq(ticket.map(|ticket| key(ticket.0))),
                ))
                .execute(self.read.conn)?;
        }
        Ok(())
    }

    /// Frees the places a ticket holds from this night on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn free(&mut self, ticket: TicketId, from: Night) -> Result<(), StoreError> {
        let held = bed::table.filter(bed::ticket.eq(key(ticket.0))).filter(bed::night.ge(from.date()));
        diesel::delete(held).execute(self.read.conn)?;
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
        diesel::delete(held).execute(self.read.conn)?;
        Ok(())
    }
}

/// A decision as the columns of its row.
struct Columns {
    fact: &'static str,
    shelter: String,
    kind: Option<&'static str>,
    who: Option<&'static str>,
    direction: Option<&'static str>,
    first: NaiveDate,
    last: Option<NaiveDate>,
    count: Option<i32>,
}

impl Columns {
    fn of(fact: &Fact) -> Result<Self, StoreError> {
        let pool = |pool: Pool, fact, first: Night, last: Option<Night>, count: Option<u32>| {
            Ok(Self {
                fact,
                shelter: pool.shelter.to_string(),
                kind: Some(pool.kind.word()),
                who: Some(pool.who.word()),
                direction: None,
                first: first.date(),
                last: last.map(Night::date),
                count: count.map(integer).transpose()?,
            })
        };
        match *fact {
            Fact::Number { pool: of, from, count } => pool(of, "number", from, None, Some(count)),
            Fact::Extra { pool: of, night, count } => pool(of, "extra", night, Some(night), Some(count)),
            Fact::Closure { what: Closed::Pool(of), nights } => {
                pool(of, "closure", nights.first(), Some(nights.last()), None)
            }
            Fact::Closure { what: Closed::Places(of, count), nights } => {
                pool(of, "closure", nights.first(), Some(nights.last()), Some(count))
            }
            Fact::Closure { what: Closed::Shelter(shelter), nights } => Ok(Self {
                fact: "closure",
                shelter: shelter.to_string(),
                kind: None,
                who: None,
                direction: None,
                first: nights.first().date(),
                last: Some(nights.last().date()),
                count: None,
            }),
            Fact::Lending { shelter, kind, direction, nights, count } => Ok(Self {
                fact: "lending",
                shelter: shelter.to_string(),
                kind: Some(kind.word()),
                who: None,
                direction: Some(direction.word()),
                first: nights.first().date(),
                last: Some(nights.last().date()),
                count: Some(integer(count)?),
            }),
        }
    }
}
