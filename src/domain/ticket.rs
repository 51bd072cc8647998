//! Tickets (biljetter): one person's consecutive nights in a shelter, and everything that may become of them
//! (domain.md, *Ticket*, *Ending early*, *What leaves no trace*, *Hand-out*; drawn in docs/STATES.md).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::calendar::StartNights;
use super::code::TicketCode;
use super::guest::GuestId;
use super::night::{Night, Nights, wall_clock};
use super::party::LotNumber;
use super::place::Pool;
use super::shelter::Terms;
use super::word::words;

/// The shortest stay that is given out in a draw, unless the desk day says otherwise, in nights (domain.md, *Shortest ticket*).
pub const MIN_NIGHTS: u32 = 3;
/// How long after the first call the second may be made.
pub const BETWEEN_CALLS: TimeDelta = TimeDelta::minutes(10);

/// From when on, on the wall in Stockholm, in minutes that have begun by then.
fn whole_minute(from: DateTime<Utc>) -> String {
    let within = from.checked_add_signed(TimeDelta::minutes(1) - TimeDelta::nanoseconds(1)).unwrap_or(from);
    wall_clock(within).format("%H.%M").to_string()
}

/// The service's own key of a ticket. Never shown; people see the ticket code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketId(pub Uuid);

/// One person's ticket. A family's tickets are of one lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The service's key.
    pub id: TicketId,
    /// Whose.
    pub guest: GuestId,
    /// The date of the desk day that issued it.
    pub desk_day: NaiveDate,
    /// The lot it was issued to.
    pub lot: LotNumber,
    /// The code the guest carries.
    pub code: TicketCode,
    /// Codes printed before it and lost, each refused at the door.
    pub replaced: Vec<TicketCode>,
    /// The nights it was issued for.
    pub issued: Nights,
    /// The terms of the shelter when it was issued.
    pub terms: Terms,
    /// The desk day's shortest ticket (`min_nights`) when it was issued, in nights.
    pub min_nights: u32,
    /// Where the guest sleeps from the first night on.
    pub pool: Pool,
    /// Where else, from which later nights on, in their order.
    pub moves: Vec<Move>,
    /// The last night left by a shelter whose place went, if nights were cut off for that.
    pub cut_to: Option<Night>,
    /// Where it stands.
    pub state: State,
}

/// That a ticket holds its place in another pool from a night on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// The first night there.
    pub from: Night,
    /// The pool.
    pub to: Pool,
}

/// Where a ticket stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits to be collected; the place is kept.
    Waiting(Calls),
    /// Handed out.
    Collected {
        /// Whether an SL ticket for the journey went with it.
        sl_ticket: bool,
    },
    /// The guest did not want it.
    Declined,
    /// The guest was called twice and did not come.
    Lapsed,
    /// It ended before its time, for the nights not kept.
    Ended {
        /// Why.
        cause: EndCause,
        /// The nights it kept; none leaves no trace.
        kept: Option<Nights>,
        /// Whether an SL ticket went with it; none if it was never handed out.
        sl_ticket: Option<bool>,
    },
}

/// How often the guest was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// Not yet.
    None,
    /// Once.
    Once(DateTime<Utc>),
    /// Twice: it may lapse.
    Twice(DateTime<Utc>),
}

/// Why a ticket ended before its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndCause {
    /// The guest gave it back.
    GivenBack,
    /// Staff took it back.
    Revoked,
    /// A ban.
    Banned,
    /// Released after no-shows.
    Released,
    /// Its place went: the shelter closed or has fewer places.
    PlaceGone,
}

words! {
    EndCause {
        GivenBack = "given_back",
        Revoked = "revoked",
        Banned = "banned",
        Released = "released",
        PlaceGone = "place_gone",
    }
}

/// A step that this ticket cannot take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// It is not waiting to be collected.
    #[error("this ticket no longer waits: it was collected, declined or lapsed, or it ended")]
    NotWaiting,
    /// It is not in the guest's hands.
    #[error("this ticket was not handed out, or keeps no night: there is nothing to print anew")]
    NotCollected,
    /// The second call comes at the earliest ten minutes after the first.
    #[error(
        "call the second time from {} on, {} minutes after the first",
        whole_minute(*from),
        BETWEEN_CALLS.num_minutes()
    )]
    CalledTooSoon {
        /// The earliest instant of the second call.
        from: DateTime<Utc>,
    },
    /// It lapses only after two calls.
    #[error("call the guest twice, {} minutes apart, before the ticket lapses", BETWEEN_CALLS.num_minutes())]
    NotCalledTwice,
    /// It has no night from that one on.
    #[error("this ticket holds no night from {0} on: there is nothing to end, cut or move")]
    NoNightLeft(Night),
    /// It would start on no start night of its desk day.
    #[error("a ticket of this desk day starts on one of its start nights, not on {0}")]
    NotAStartNight(Night),
    /// It would be longer than the shelter gives, or no night long.
    #[error("a ticket to this shelter is for 1 to {full} nights, not {nights}")]
    WrongLength {
        /// How many nights it would be for.
        nights: u32,
        /// The shelter's full length.
        full: u32,
    },
    /// The new code is not new.
    #[error("this ticket had that code before: print it with another")]
    CodeUsed,
}

/// What all tickets of one lot have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The start nights of the desk day that issues them.
    pub start_nights: StartNights,
    /// The lot.
    pub lot: LotNumber,
    /// The nights.
    pub nights: Nights,
    /// The shelter's terms.
    pub terms: Terms,
    /// The desk day's shortest ticket, in nights.
    pub min_nights: u32,
}

impl Ticket {
    /// Issues a ticket, which waits to be collected: consecutive nights from a start night of its desk day, no more than the
    /// shelter's full length (domain.md, *Ticket*). A family's tickets share one [`Issue`].
    ///
    /// A ticket that was stored is put together from its fields; a new one comes from here.
    ///
    /// # Errors
    /// [`TicketError::NotAStartNight`]; [`TicketError::WrongLength`].
    pub fn issue(
        issue: &Issue,
        id: TicketId,
        guest: GuestId,
        code: TicketCode,
        pool: Pool,
    ) -> Result<Self, TicketError> {
        let (nights, full) = (issue.nights.count(), issue.terms.full_nights);
        if !issue.start_nights.nights().contains(issue.nights.first()) {
            return Err(TicketError::NotAStartNight(issue.nights.first()));
        }
        if nights > full {
            return Err(TicketError::WrongLength { nights, full });
        }
        Ok(Self {
            id,
            guest,
            desk_day: issue.start_nights.nights().first().date(),
            lot: issue.lot,
            code,
            replaced: Vec::new(),
            issued: issue.nights,
            terms: issue.terms,
            min_nights: issue.min_nights,
            pool,
            moves: Vec::new(),
            cut_to: None,
            state: State::Waiting(Calls::None),
        })
    }

    /// The nights for which it holds a place: none after it was declined, lapsed, or ended with no night kept.
    #[must_use]
    pub fn nights(&self) -> Option<Nights> {
        match self.state {
            State::Waiting(_) | State::Collected { .. } => match self.cut_to {
                Some(last) => self.issued.before(last.next()),
                None => Some(self.issued),
            },
            State::Ended { kept, .. } => kept,
            State::Declined | State::Lapsed => None,
        }
    }

    /// Whether it holds a place on `night`.
    #[must_use]
    pub fn holds(&self, night: Night) -> bool {
        self.nights().is_some_and(|nights| nights.contains(night))
    }

    /// Whether it waits to be collected.
    #[must_use]
    pub fn waits(&self) -> bool {
        matches!(self.state, State::Waiting(_))
    }

    /// Whether it opens the door on `night`: handed out, and the night is one it keeps.
    #[must_use]
    pub fn is_valid_on(&self, night: Night) -> bool {
        !self.waits() && self.holds(night)
    }

    /// The pool it holds a place in on `night`; for a night before its first, that of the first.
    #[must_use]
    pub fn pool_on(&self, night: Night) -> Pool {
        let moved = self.moves.iter().rev().find(|moved| moved.from <= night);
        moved.map_or(self.pool, |moved| moved.to)
    }

    /// Whether the guest ever had it in hand, whatever became of it then.
    #[must_use]
    pub fn was_handed_out(&self) -> bool {
        matches!(self.state, State::Collected { .. } | State::Ended { sl_ticket: Some(_), .. })
    }

    /// Whether it ended before anybody was handed it: taken back by a ban, or with a list that was set aside. It is as if it had
    /// never been, and its lot has no ticket by it.
    #[must_use]
    pub fn was_taken_back(&self) -> bool {
        matches!(self.state, State::Ended { .. }) && !self.was_handed_out()
    }

    /// Whether it was issued for fewer nights than the shelter's full length.
    #[must_use]
    pub fn was_issued_short(&self) -> bool {
        self.issued.count() < self.terms.full_nights
    }

    /// Calls the guest to the desk: first, then again after [`BETWEEN_CALLS`].
    ///
    /// # Errors
    /// [`TicketError::NotWaiting`]; [`TicketError::CalledTooSoon`].
    pub fn call(self, at: DateTime<Utc>) -> Result<Self, TicketError> {
        let calls = match self.state {
            State::Waiting(Calls::None) => Calls::Once(at),
            State::Waiting(Calls::Once(first)) => match first.checked_add_signed(BETWEEN_CALLS) {
                Some(from) if at < from => return Err(TicketError::CalledTooSoon { from }),
                _ => Calls::Twice(at),
            },
            State::Waiting(Calls::Twice(_)) => Calls::Twice(at),
            _ => return Err(TicketError::NotWaiting),
        };
        Ok(Self { state: State::Waiting(calls), ..self })
    }

    /// Hands it out.
    ///
    /// # Errors
    /// [`TicketError::NotWaiting`].
    pub fn collect(self, sl_ticket: bool) -> Result<Self, TicketError> {
        self.leave_waiting(State::Collected { sl_ticket })
    }

    /// The guest does not want it. Leaves no trace.
    ///
    /// # Errors
    /// [`TicketError::NotWaiting`].
    pub fn decline(self) -> Result<Self, TicketError> {
        self.leave_waiting(State::Declined)
    }

    /// The guest was called twice and did not come. Leaves no trace.
    ///
    /// # Errors
    /// [`TicketError::NotWaiting`]; [`TicketError::NotCalledTwice`].
    pub fn lapse(self) -> Result<Self, TicketError> {
        match self.state {
            State::Waiting(Calls::None | Calls::Once(_)) => Err(TicketError::NotCalledTwice),
            _ => self.leave_waiting(State::Lapsed),
        }
    }

    /// Lapses it without calls, when the service finishes a desk day left unfinished.
    ///
    /// # Errors
    /// [`TicketError::NotWaiting`].
    pub fn lapse_uncollected(self) -> Result<Self, TicketError> {
        self.leave_waiting(State::Lapsed)
    }

    fn leave_waiting(self, state: State) -> Result<Self, TicketError> {
        match self.state {
            State::Waiting(_) => Ok(Self { state, ..self }),
            _ => Err(TicketError::NotWaiting),
        }
    }

    /// Ends it: the nights from `from` on return to the pool, karens counts from the last night kept. A ticket that was
    /// not yet handed out keeps nothing. One that ends because its place went is [cut](Self::cut).
    ///
    /// # Errors
    /// [`TicketError::NoNightLeft`] if it holds no night from `from` on.
    pub fn end(self, cause: EndCause, from: Night) -> Result<Self, TicketError> {
        if cause == EndCause::PlaceGone {
            return self.cut(from);
        }
        let held = self.nights_if_any_from(from)?;
        let kept = if self.waits() { None } else { held.before(from) };
        let sl_ticket = self.sl_ticket();
        Ok(Self { state: State::Ended { cause, kept, sl_ticket }, ..self })
    }

    /// Cuts off the nights from `from` on because the place goes. Where it stands is left as it is while a night remains;
    /// otherwise it ends. Karens and the week rule do not count the nights lost.
    ///
    /// # Errors
    /// [`TicketError::NoNightLeft`] if it holds no night from `from` on.
    pub fn cut(self, from: Night) -> Result<Self, TicketError> {
        let kept = self.nights_if_any_from(from)?.before(from);
        let sl_ticket = self.sl_ticket();
        let state = match (kept, self.state) {
            (None, _) => State::Ended { cause: EndCause::PlaceGone, kept, sl_ticket },
            (_, State::Ended { cause, .. }) => State::Ended { cause, kept, sl_ticket },
            (_, state) => state,
        };
        Ok(Self { state, cut_to: Some(from.previous()), ..self })
    }

    fn nights_if_any_from(&self, from: Night) -> Result<Nights, TicketError> {
        self.nights().filter(|nights| nights.last() >= from).ok_or(TicketError::NoNightLeft(from))
    }

    fn sl_ticket(&self) -> Option<bool> {
        match self.state {
            State::Collected { sl_ticket } => Some(sl_ticket),
            State::Ended { sl_ticket, .. } => sl_ticket,
            State::Waiting(_) | State::Declined | State::Lapsed => None,
        }
    }

    /// Prints it anew with a new code; the old one is refused from now on.
    ///
    /// # Errors
    /// [`TicketError::NotCollected`] unless it is in the guest's hands and keeps a night; [`TicketError::CodeUsed`].
    pub fn reprint(mut self, code: TicketCode) -> Result<Self, TicketError> {
        if code == self.code || self.replaced.contains(&code) {
            return Err(TicketError::CodeUsed);
        }
        match self.state {
            State::Collected { .. } | State::Ended { kept: Some(_), .. } => {
                self.replaced.push(self.code);
                Ok(Self { code, ..self })
            }
            _ => Err(TicketError::NotCollected),
        }
    }

    /// Moves it: the same nights, from `from` on in another pool. What it was issued for and on what terms stays.
    ///
    /// # Errors
    /// [`TicketError::NoNightLeft`] if it holds no night from `from` on.
    pub fn move_to(mut self, pool: Pool, from: Night) -> Result<Self, TicketError> {
        let first = self.nights_if_any_from(from)?.first();
        if from <= first {
            return Ok(Self { pool, moves: Vec::new(), ..self });
        }
        self.moves.retain(|moved| moved.from < from);
        self.moves.push(Move { from, to: pool });
        Ok(self)
    }
}

#[cfg(test)]
pub(super) mod fixtures;
#[cfg(test)]
mod tests;
