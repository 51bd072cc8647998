//! Tickets: what was issued, where it moved, which codes it had, and where it stands.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::asking::Ask;
use super::change::update;
use super::convert::{Word, corrupt, instant, integer, key, night, nights, number, stamp, uuid};
use super::schema::{bed, ticket, ticket_code, ticket_move};
use super::{Read, StoreError, Tx, convert};
use crate::domain::code::TicketCode;
use crate::domain::guest::GuestId;
use crate::domain::karens::{WeekRule, may_start_again};
use crate::domain::night::{Night, Nights};
use crate::domain::party::LotNumber;
use crate::domain::place::entries::held_by;
use crate::domain::shelter::{ShelterCode, Terms};
use crate::domain::ticket::{Calls, EndCause, Move, State, Ticket, TicketId};

#[derive(Queryable)]
struct Row {
    id: Vec<u8>,
    code: String,
    guest: Vec<u8>,
    day: NaiveDate,
    lot: i32,
    position: i32,
    first_night: NaiveDate,
    last_night: NaiveDate,
    full_nights: i32,
    karens_nights: i32,
    min_nights: i32,
    shelter: String,
    kind: String,
    who: String,
    state: String,
    calls: i32,
    called_at: Option<NaiveDateTime>,
    sl_ticket: Option<bool>,
    cut_to: Option<NaiveDate>,
    end_cause: Option<String>,
    kept_to: Option<NaiveDate>,
    _matters_to: NaiveDate,
    _issued_at: NaiveDateTime,
    _turn: i32,
}

/// What belongs to each of several tickets, by the ticket's key.
type OfTickets<T> = HashMap<Vec<u8>, Vec<T>>;
/// How many keys one statement names; a database takes only so many.
const AT_ONCE: usize = 500;

fn read_code(code: &str) -> Result<TicketCode, StoreError> {
    code.parse().map_err(|_| corrupt("a ticket's code", code))
}

impl Row {
    fn state(&self, issued: Nights) -> Result<State, StoreError> {
        let broken = || corrupt("a ticket's state", &self.state);
        let called = || self.called_at.map(instant).ok_or_else(broken);
        Ok(match (self.state.as_str(), self.calls) {
            ("waiting", 0) => State::Waiting(Calls::None),
            ("waiting", 1) => State::Waiting(Calls::Once(called()?)),
            ("waiting", 2) => State::Waiting(Calls::Twice(called()?)),
            ("collected", _) => State::Collected { sl_ticket: self.sl_ticket.ok_or_else(broken)? },
            ("declined", _) => State::Declined,
            ("lapsed", _) => State::Lapsed,
            ("ended", _) => {
                let cause = EndCause::read(self.end_cause.as_deref().ok_or_else(broken)?)?;
                let kept = self.kept_to.map(night).transpose()?.and_then(|last| issued.before(last.next()));
                State::Ended { cause, kept, sl_ticket: self.sl_ticket }
            }
            _ => return Err(broken()),
        })
    }

    fn into_ticket(self, replaced: Vec<TicketCode>, moves: Vec<Move>) -> Result<Ticket, StoreError> {
        let issued = nights(self.first_night, self.last_night)?;
        Ok(Ticket {
            id: TicketId(uuid(&self.id)?),
            guest: GuestId(uuid(&self.guest)?),
            desk_day: self.day,
            lot: convert::lot(self.lot)?,
            code: read_code(&self.code)?,
            replaced,
            issued,
            terms: Terms {
                full_nights: number(self.full_nights)?,
                karens_nights: number(self.karens_nights)?,
            },
            min_nights: number(self.min_nights)?,
            pool: convert::pool(&self.shelter, &self.kind, &self.who)?,
            moves,
            cut_to: self.cut_to.map(night).transpose()?,
            state: self.state(issued)?,
        })
    }
}

/// How a ticket stands, as columns.
struct StateColumns {
    state: &'static str,
    calls: i32,
    called_at: Option<NaiveDateTime>,
    sl_ticket: Option<bool>,
    end_cause: Option<&'static str>,
    kept_to: Option<NaiveDate>,
}

fn columns(state: &State) -> StateColumns {
    let plain = |state| StateColumns {
        state,
        calls: 0,
        called_at: None,
        sl_ticket: None,
        end_cause: None,
        kept_to: None,
    };
    match *state {
        State::Waiting(Calls::None) => plain("waiting"),
        State::Waiting(Calls::Once(at)) => {
            StateColumns { calls: 1, called_at: Some(stamp(at)), ..plain("waiting") }
        }
        State::Waiting(Calls::Twice(at)) => {
            StateColumns { calls: 2, called_at: Some(stamp(at)), ..plain("waiting") }
        }
        State::Collected { sl_ticket } => StateColumns { sl_ticket: Some(sl_ticket), ..plain("collected") },
        State::Declined => plain("declined"),
        State::Lapsed => plain("lapsed"),
        State::Ended { cause, kept, sl_ticket } => StateColumns {
            sl_ticket,
            end_cause: Some(cause.word()),
            kept_to: kept.map(|kept| kept.last().date()),
            ..plain("ended")
        },
    }
}

/// The last night on which the ticket, its karens or the week rule may still matter to anybody.
fn matters_to(ticket: &Ticket) -> NaiveDate {
    let again = may_start_again(std::slice::from_ref(ticket), WeekRule::On);
    again.unwrap_or_else(|| ticket.issued.last()).max(ticket.issued.last()).date()
}

impl Read<'_> {
    /// The tickets of these rows, in their order.
    fn put_together(&mut self, rows: Vec<Row>) -> Result<Vec<Ticket>, StoreError> {
        let ids: Vec<Vec<u8>> = rows.iter().map(|row| row.id.clone()).collect();
        let (mut replaced, mut moves) = (self.replaced_codes(&ids)?, self.moves(&ids)?);
        let put_together = |row: Row| {
            let (replaced, moves) = (replaced.remove(&row.id), moves.remove(&row.id));
            row.into_ticket(replaced.unwrap_or_default(), moves.unwrap_or_default())
        };
        rows.into_iter().map(put_together).collect()
    }

    /// The codes these tickets had before they were printed anew, first to last, by ticket.
    fn replaced_codes(&mut self, tickets: &[Vec<u8>]) -> Result<OfTickets<TicketCode>, StoreError> {
        let mut replaced = OfTickets::new();
        for some in tickets.chunks(AT_ONCE) {
            let all = ticket_code::table
                .filter(ticket_code::replaced_at.is_not_null())
                .order((ticket_code::replaced_at, ticket_code::code))
                .select((ticket_code::ticket, ticket_code::code));
            // A list of keys is planned anew each time.
            let codes: Vec<(Vec<u8>, String)> = match some {
                [one] => all.filter(ticket_code::ticket.eq(one)).rows(self.conn)?,
                some => all.filter(ticket_code::ticket.eq_any(some)).rows(self.conn)?,
            };
            for (ticket, code) in codes {
                replaced.entry(ticket).or_default().push(read_code(&code)?);
            }
        }
        Ok(replaced)
    }

    /// The moves of these tickets, first to last, by ticket.
    fn moves(&mut self, tickets: &[Vec<u8>]) -> Result<OfTickets<Move>, StoreError> {
        let mut moves = OfTickets::new();
        for some in tickets.chunks(AT_ONCE) {
            let all = ticket_move::table.order(ticket_move::from_night).select((
                ticket_move::ticket,
                ticket_move::from_night,
                ticket_move::shelter,
                ticket_move::kind,
                ticket_move::who,
            ));
            let rows: Vec<(Vec<u8>, NaiveDate, String, String, String)> = match some {
                [one] => all.filter(ticket_move::ticket.eq(one)).rows(self.conn)?,
                some => all.filter(ticket_move::ticket.eq_any(some)).rows(self.conn)?,
            };
            for (ticket, from, shelter, kind, who) in rows {
                let to = convert::pool(&shelter, &kind, &who)?;
                moves.entry(ticket).or_default().push(Move { from: night(from)?, to });
            }
        }
        Ok(moves)
    }

    /// A ticket by key.
    ///
    /// # Errors
    /// When the database fails.
    pub fn ticket(&mut self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        let rows: Vec<Row> = ticket::table.find(key(id.0)).rows(self.conn)?;
        Ok(self.put_together(rows)?.pop())
    }

    /// The ticket that has this code or had it before it was printed anew.
    ///
    /// # Errors
    /// When the database fails.
    pub fn ticket_by_code(&mut self, code: TicketCode) -> Result<Option<Ticket>, StoreError> {
        let rows: Vec<Row> = ticket_code::table
            .inner_join(ticket::table.on(ticket::id.eq(ticket_code::ticket)))
            .filter(ticket_code::code.eq(code.as_str()))
            .select(ticket::all_columns)
            .rows(self.conn)?;
        Ok(self.put_together(rows)?.pop())
    }

    /// The tickets of a guest that may still matter on `from` or later, by first night.
    ///
    /// # Errors
    /// When the database fails.
    pub fn tickets_of(&mut self, guest: GuestId, from: Night) -> Result<Vec<Ticket>, StoreError> {
        let rows: Vec<Row> = ticket::table
            .filter(ticket::guest.eq(key(guest.0)))
            .filter(ticket::matters_to.ge(from.date()))
            .order((ticket::first_night, ticket::id))
            .rows(self.conn)?;
        self.put_together(rows)
    }

    /// The latest tickets of a guest, latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn last_tickets_of(&mut self, guest: GuestId, limit: i64) -> Result<Vec<Ticket>, StoreError> {
        let rows: Vec<Row> = ticket::table
            .filter(ticket::guest.eq(key(guest.0)))
            .order((ticket::first_night.desc(), ticket::id))
            .limit(limit)
            .rows(self.conn)?;
        self.put_together(rows)
    }

    /// Every ticket of a desk day, by lot; a member's in the order in which they were issued.
    ///
    /// # Errors
    /// When the database fails.
    pub fn tickets_of_day(&mut self, day: NaiveDate) -> Result<Vec<Ticket>, StoreError> {
        let rows: Vec<Row> = ticket::table
            .filter(ticket::day.eq(day))
            .order((ticket::lot, ticket::turn, ticket::issued_at, ticket::position))
            .rows(self.conn)?;
        self.put_together(rows)
    }

    /// Every ticket of a lot, with the position of its member; a member's in the order in which they were issued.
    ///
    /// # Errors
    /// When the database fails.
    pub fn tickets_of_lot(
        &mut self,
        day: NaiveDate,
        lot: LotNumber,
    ) -> Result<Vec<(u32, Ticket)>, StoreError> {
        let rows: Vec<Row> = ticket::table
            .filter(ticket::day.eq(day))
            .filter(ticket::lot.eq(integer(lot.0)?))
            .order((ticket::turn, ticket::issued_at, ticket::position))
            .rows(self.conn)?;
        let positions: Vec<u32> = rows.iter().map(|row| number(row.position)).collect::<Result<_, _>>()?;
        Ok(positions.into_iter().zip(self.put_together(rows)?).collect())
    }

    /// The tickets that hold a place at a shelter on a night, waiting ones included.
    ///
    /// # Errors
    /// When the database fails.
    pub fn tickets_at(&mut self, shelter: ShelterCode, on: Night) -> Result<Vec<Ticket>, StoreError> {
        let rows: Vec<Row> = bed::table
            .inner_join(ticket::table.on(bed::ticket.eq(ticket::id.nullable())))
            .filter(bed::night.eq(on.date()))
            .filter(bed::shelter.eq(shelter.as_str()))
            .select(ticket::all_columns)
            .order(ticket::id)
            .rows(self.conn)?;
        self.put_together(rows)
    }
}

impl Tx<'_> {
    /// Keeps a new ticket of the lot's member at `position` (from 1), and holds its places.
    ///
    /// # Errors
    /// As [`Tx::hold`]; [`StoreError::AgainstARule`] if the code is not new; when the database fails.
    pub fn add_ticket(
        &mut self,
        issued: &Ticket,
        position: u32,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let StateColumns { state, calls, called_at, sl_ticket, .. } = columns(&issued.state);
        let before: i64 = ticket::table
            .filter(ticket::day.eq(issued.desk_day))
            .filter(ticket::lot.eq(integer(issued.lot.0)?))
            .filter(ticket::position.eq(integer(position)?))
            .count()
            .row(self.read.conn)?;
        self.change(diesel::insert_into(ticket::table).values((
            ticket::id.eq(key(issued.id.0)),
            ticket::code.eq(issued.code.as_str()),
            ticket::guest.eq(key(issued.guest.0)),
            ticket::day.eq(issued.desk_day),
            ticket::lot.eq(integer(issued.lot.0)?),
            ticket::position.eq(integer(position)?),
            ticket::first_night.eq(issued.issued.first().date()),
            ticket::last_night.eq(issued.issued.last().date()),
            ticket::full_nights.eq(integer(issued.terms.full_nights)?),
            ticket::karens_nights.eq(integer(issued.terms.karens_nights)?),
            ticket::min_nights.eq(integer(issued.min_nights)?),
            ticket::shelter.eq(issued.pool.shelter.as_str()),
            ticket::kind.eq(issued.pool.kind.word()),
            ticket::who.eq(issued.pool.who.word()),
            ticket::state.eq(state),
            ticket::calls.eq(calls),
            ticket::called_at.eq(called_at),
            ticket::sl_ticket.eq(sl_ticket),
            ticket::matters_to.eq(matters_to(issued)),
            ticket::issued_at.eq(stamp(at)),
            ticket::turn.eq(
                i32::try_from(before).map_err(|_| corrupt("the tickets of a member", &before.to_string()))?,
            ),
        )))?;
        self.add_code(issued.id, issued.code)?;
        self.hold(issued.pool, issued.issued, issued.guest, Some(issued.id))
    }

    fn add_code(&mut self, id: TicketId, code: TicketCode) -> Result<(), StoreError> {
        self.change(
            diesel::insert_into(ticket_code::table)
                .values((ticket_code::code.eq(code.as_str()), ticket_code::ticket.eq(key(id.0)))),
        )?;
        Ok(())
    }

    /// Keeps where a ticket stands now, and frees the places it no longer holds. Moves and new codes have steps of their own.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save_ticket(&mut self, saved: &Ticket) -> Result<(), StoreError> {
        let StateColumns { state, calls, called_at, sl_ticket, end_cause, kept_to } = columns(&saved.state);
        self.change(update(ticket::table.find(key(saved.id.0))).set((
            ticket::state.eq(state),
            ticket::calls.eq(calls),
            ticket::called_at.eq(called_at),
            ticket::sl_ticket.eq(sl_ticket),
            ticket::cut_to.eq(saved.cut_to.map(Night::date)),
            ticket::end_cause.eq(end_cause),
            ticket::kept_to.eq(kept_to),
            ticket::matters_to.eq(matters_to(saved)),
        )))?;
        let free_from = saved.nights().map_or(saved.issued.first(), |kept| kept.last().next());
        if free_from <= saved.issued.last() { self.free(saved.id, free_from) } else { Ok(()) }
    }

    /// Keeps a ticket printed anew: its new code, and that the old one is refused.
    ///
    /// # Errors
    /// [`StoreError::AgainstARule`] if the code is not new; when the database fails.
    pub fn save_reprint(&mut self, saved: &Ticket, at: DateTime<Utc>) -> Result<(), StoreError> {
        let old = ticket_code::table
            .filter(ticket_code::ticket.eq(key(saved.id.0)))
            .filter(ticket_code::replaced_at.is_null());
        self.change(update(old).set(ticket_code::replaced_at.eq(Some(stamp(at)))))?;
        self.change(update(ticket::table.find(key(saved.id.0))).set(ticket::code.eq(saved.code.as_str())))?;
        self.add_code(saved.id, saved.code)
    }

    /// Keeps a moved ticket: its pools, and the places it holds from `from` on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save_move(&mut self, saved: &Ticket, from: Night) -> Result<(), StoreError> {
        self.change(update(ticket::table.find(key(saved.id.0))).set((
            ticket::shelter.eq(saved.pool.shelter.as_str()),
            ticket::kind.eq(saved.pool.kind.word()),
            ticket::who.eq(saved.pool.who.word()),
        )))?;
        let moves = ticket_move::table.filter(ticket_move::ticket.eq(key(saved.id.0)));
        self.change(diesel::delete(moves))?;
        for moved in &saved.moves {
            self.change(diesel::insert_into(ticket_move::table).values((
                ticket_move::ticket.eq(key(saved.id.0)),
                ticket_move::from_night.eq(moved.from.date()),
                ticket_move::shelter.eq(moved.to.shelter.as_str()),
                ticket_move::kind.eq(moved.to.kind.word()),
                ticket_move::who.eq(moved.to.who.word()),
            )))?;
        }
        self.free(saved.id, from)?;
        for held in held_by(saved) {
            for night in held.nights.iter().filter(|&night| night >= from) {
                self.hold(held.pool, Nights::one(night), saved.guest, Some(saved.id))?;
            }
        }
        Ok(())
    }
}
