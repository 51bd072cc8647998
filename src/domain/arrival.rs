//! The door: what a scan answers, arrivals (ankomster), and the closing of a night (domain.md, *Arrivals*, *Night*, and
//! the last sentence of *Walk-ins*).
//!
//! A ticket that is valid tonight opens its own door, whatever else is known of the guest. A ban therefore acts by ending
//! the ticket, never beside it: nobody with a valid ticket is turned away at the right door.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::code::TicketCode;
use super::night::{Night, Nights, tonight_at_the_door, wall_clock};
use super::place::Pool;
use super::shelter::{Admission, Shelter, ShelterCode};
use super::ticket::{EndCause, State, Ticket, TicketError, TicketId};

/// What the door answers to a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Let the guest in. `correction` when the night is already closed here.
    LetIn {
        /// Whether the arrival is entered as a correction of a closed night.
        correction: bool,
    },
    /// The ticket has been let in tonight.
    AlreadyIn {
        /// When.
        since: DateTime<Utc>,
    },
    /// The ticket is valid tonight at this other shelter.
    OtherShelter(ShelterCode),
    /// The ticket is valid tonight at a protected shelter, which this answer therefore does not name.
    BackToTheDesk,
    /// The ticket's nights are still to come.
    NotYet {
        /// Its first night.
        from: Night,
    },
    /// The nights it was issued for are past.
    Over {
        /// The first night the guest may ask for again; none where nothing holds the guest back.
        may_ask_again: Option<Night>,
    },
    /// Tonight was one of its nights and is no more, or the code was replaced by a new one.
    Ended(Ending),
    /// A ban at this shelter took tonight from it.
    BannedHere {
        /// The last night of the ban.
        through: Night,
    },
    /// No ticket in anyone's hands has this code: never issued, or not handed out, whatever became of it.
    Unknown,
}

/// Why a ticket no longer opens the door, in the words a door may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The guest gave it back.
    GivenBack,
    /// Staff took it back. Also what a door hears of a ban at another shelter, which is none of its business.
    Revoked,
    /// A ban at this shelter that is not in force tonight.
    Ban,
    /// Released after no-shows.
    Released,
    /// Its place went.
    PlaceGone,
    /// It was lost and printed anew; only the new code is good.
    CodeReplaced,
}

/// A code read at a door, and all that is known about it.
#[derive(Clone, Copy, Debug)]
pub struct Scan<'a> {
    /// The night it is read for: tonight at the door, or the closed night that is corrected.
    pub night: Night,
    /// The shelter at whose door.
    pub door: ShelterCode,
    /// The code as read.
    pub code: TicketCode,
    /// The ticket that has the code now or had it before it was printed anew.
    pub ticket: Option<&'a Ticket>,
    /// The nights of the guest's bans at this shelter.
    pub bans_here: &'a [Nights],
    /// When the ticket was let in on this night, if that arrival stands.
    pub arrived: Option<DateTime<Utc>>,
    /// Whether the night is closed at this shelter.
    pub night_closed: bool,
    /// Every protected shelter, of which no other door may hear.
    pub protected: &'a [ShelterCode],
    /// The first night the guest may ask for again; none where nothing holds the guest back.
    pub may_ask_again: Option<Night>,
}

impl Scan<'_> {
    /// What the door answers. Validity is judged before doubles (domain.md, *Arrivals*).
    #[must_use]
    pub fn answer(&self) -> Answer {
        let Some(ticket) = self.ticket else { return Answer::Unknown };
        if ticket.replaced.contains(&self.code) {
            return Answer::Ended(Ending::CodeReplaced);
        }
        if !ticket.is_valid_on(self.night) {
            return self.why_not_valid(ticket);
        }
        let shelter = ticket.pool_on(self.night).shelter;
        if shelter != self.door {
            let hidden = self.protected.contains(&shelter);
            return if hidden { Answer::BackToTheDesk } else { Answer::OtherShelter(shelter) };
        }
        match self.arrived {
            Some(since) => Answer::AlreadyIn { since },
            None => Answer::LetIn { correction: self.night_closed },
        }
    }

    fn why_not_valid(&self, ticket: &Ticket) -> Answer {
        if !ticket.was_handed_out() {
            return Answer::Unknown;
        }
        let cause = match ticket.state {
            State::Ended { cause, .. } => cause,
            _ => EndCause::PlaceGone,
        };
        if let Some(kept) = ticket.nights().filter(|kept| self.night < kept.first()) {
            return Answer::NotYet { from: kept.first() };
        }
        if self.night > ticket.issued.last() {
            return Answer::Over { may_ask_again: self.may_ask_again };
        }
        let tonight = self.bans_here.iter().filter(|ban| ban.contains(self.night));
        match tonight.map(|ban| ban.last()).max() {
            Some(through) => Answer::BannedHere { through },
            None => Answer::Ended(self.ending(ticket, cause)),
        }
    }

    fn ending(&self, ticket: &Ticket, cause: EndCause) -> Ending {
        match cause {
            EndCause::GivenBack => Ending::GivenBack,
            EndCause::Revoked => Ending::Revoked,
            EndCause::Banned if ticket.pool_on(self.night).shelter == self.door => Ending::Ban,
            EndCause::Banned => Ending::Revoked,
            EndCause::Released => Ending::Released,
            EndCause::PlaceGone => Ending::PlaceGone,
        }
    }

    /// Lets the guest in, `at` that instant.
    ///
    /// # Errors
    /// The door's answer, where it is any other than *let in*.
    pub fn enter(&self, at: DateTime<Utc>) -> Result<Arrival, Answer> {
        match (self.answer(), self.ticket) {
            (Answer::LetIn { correction }, Some(ticket)) => Ok(Arrival {
                ticket: ticket.id,
                night: self.night,
                shelter: self.door,
                at,
                correction,
                state: ArrivalState::Stands,
            }),
            (answer, _) => Err(answer),
        }
    }
}

/// A guest came through the door with a ticket. Never deleted: what was wrong is undone, and a new arrival may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The ticket that was let in.
    pub ticket: TicketId,
    /// The night.
    pub night: Night,
    /// The shelter.
    pub shelter: ShelterCode,
    /// When.
    pub at: DateTime<Utc>,
    /// Whether the night was closed by then.
    pub correction: bool,
    /// Whether it stands.
    pub state: ArrivalState,
}

/// Whether an arrival stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrivalState {
    /// The guest is in.
    Stands,
    /// It was taken back.
    Undone {
        /// When.
        at: DateTime<Utc>,
        /// Whether the night was closed by then, so that undoing it corrects the night.
        correction: bool,
    },
}

/// A step that an arrival or a door's night cannot take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArrivalError {
    /// It was undone before.
    #[error("this arrival was undone on {}; nothing is left to undo", clock(.0))]
    UndoneAlready(DateTime<Utc>),
    /// A closed night takes corrections of arrivals, no moves.
    #[error("the night {night} is closed at shelter {shelter}; move the ticket from the next night on")]
    ClosedToMoves {
        /// The night.
        night: Night,
        /// Where it is closed.
        shelter: ShelterCode,
    },
    /// The ticket cannot be moved.
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// No arrivals are kept there.
    #[error("shelter {0} checks no tickets at the door; report its head count instead")]
    NotScanned(ShelterCode),
    /// The night has not begun.
    #[error("the night {0} has not begun; close it when it has")]
    NotBegun(Night),
    /// It is closed.
    #[error("the night {night} was closed on {}; enter late arrivals as corrections", clock(.at))]
    ClosedAlready {
        /// The night.
        night: Night,
        /// When it was closed.
        at: DateTime<Utc>,
    },
}

/// An instant as a person at the desk reads it off the wall.
fn clock(at: &DateTime<Utc>) -> String {
    wall_clock(*at).format("%Y-%m-%d at %H.%M").to_string()
}

impl Arrival {
    /// Whether it stands.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.state == ArrivalState::Stands
    }

    /// Takes it back; `night_closed` makes that a correction of the night.
    ///
    /// # Errors
    /// [`ArrivalError::UndoneAlready`].
    pub fn undo(self, at: DateTime<Utc>, night_closed: bool) -> Result<Self, ArrivalError> {
        match self.state {
            ArrivalState::Undone { at, .. } => Err(ArrivalError::UndoneAlready(at)),
            ArrivalState::Stands => {
                Ok(Self { state: ArrivalState::Undone { at, correction: night_closed }, ..self })
            }
        }
    }
}

/// The arrival of `ticket` on `night` that stands, if one does.
#[must_use]
pub fn standing(arrivals: &[Arrival], ticket: TicketId, night: Night) -> Option<&Arrival> {
    arrivals.iter().find(|arrival| arrival.ticket == ticket && arrival.night == night && arrival.stands())
}

/// Moves a ticket from tonight on, first undoing the arrival that stands tonight (domain.md, *Night*). Within one shelter
/// the arrival is left: the guest is behind that door and will not come to it again. `closed` names the shelters where
/// tonight is closed.
///
/// # Errors
/// [`ArrivalError::ClosedToMoves`] where tonight is closed at the shelter the ticket leaves or comes to;
/// [`ArrivalError::Ticket`] if it holds no night from tonight on.
pub fn move_tonight(
    ticket: Ticket,
    arrived: Option<Arrival>,
    to: Pool,
    tonight: Night,
    closed: &[ShelterCode],
    at: DateTime<Utc>,
) -> Result<(Ticket, Option<Arrival>), ArrivalError> {
    let from = ticket.pool_on(tonight).shelter;
    if let Some(&shelter) = closed.iter().find(|&&shelter| shelter == from || shelter == to.shelter) {
        return Err(ArrivalError::ClosedToMoves { night: tonight, shelter });
    }
    let moved = ticket.move_to(to, tonight)?;
    let left = arrived.filter(|arrival| {
        arrival.stands()
            && arrival.ticket == moved.id
            && arrival.night == tonight
            && arrival.shelter != to.shelter
    });
    Ok((moved, left.map(|arrival| arrival.undo(at, false)).transpose()?))
}

/// A night at the door of a shelter that checks tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorNight {
    /// The shelter.
    pub shelter: ShelterCode,
    /// The night.
    pub night: Night,
    /// Whether it is closed.
    pub state: DoorState,
}

/// Whether a door's night is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DoorState {
    /// Guests are still expected.
    Open,
    /// Closed: it takes corrections only.
    Closed {
        /// When.
        at: DateTime<Utc>,
        /// The tickets valid here at that instant, for good.
        valid: BTreeSet<TicketId>,
    },
}

impl DoorNight {
    /// The open night of a shelter that checks tickets.
    ///
    /// # Errors
    /// [`ArrivalError::NotScanned`] for a shelter that reports a head count.
    pub fn open(shelter: &Shelter, night: Night) -> Result<Self, ArrivalError> {
        match shelter.admission {
            Admission::Scanned => Ok(Self { shelter: shelter.code, night, state: DoorState::Open }),
            Admission::Counted | Admission::Own => Err(ArrivalError::NotScanned(shelter.code)),
        }
    }

    /// Whether it is closed.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.state, DoorState::Closed { .. })
    }

    /// Closes it: of `tickets`, those valid here now and not arrived are no-shows from now on.
    ///
    /// # Errors
    /// [`ArrivalError::NotBegun`] before the door's tonight has come to it; [`ArrivalError::ClosedAlready`].
    pub fn close(self, tickets: &[Ticket], at: DateTime<Utc>) -> Result<Self, ArrivalError> {
        if let DoorState::Closed { at, .. } = self.state {
            return Err(ArrivalError::ClosedAlready { night: self.night, at });
        }
        if tonight_at_the_door(at) < self.night {
            return Err(ArrivalError::NotBegun(self.night));
        }
        let valid = self.valid(tickets);
        Ok(Self { state: DoorState::Closed { at, valid }, ..self })
    }

    /// The tickets valid here: at the close, or while it is open those of `tickets` that are valid now.
    #[must_use]
    pub fn valid(&self, tickets: &[Ticket]) -> BTreeSet<TicketId> {
        match &self.state {
            DoorState::Closed { valid, .. } => valid.clone(),
            DoorState::Open => {
                tickets.iter().filter(|ticket| self.expects(ticket)).map(|ticket| ticket.id).collect()
            }
        }
    }

    /// Whether a ticket as it is now is valid here on this night.
    #[must_use]
    pub fn expects(&self, ticket: &Ticket) -> bool {
        ticket.is_valid_on(self.night) && ticket.pool_on(self.night).shelter == self.shelter
    }

    /// The tickets with an arrival here that stands, whether they are valid or not.
    #[must_use]
    pub fn arrived(&self, arrivals: &[Arrival]) -> BTreeSet<TicketId> {
        let here = arrivals.iter().filter(|arrival| {
            arrival.stands() && arrival.night == self.night && arrival.shelter == self.shelter
        });
        here.map(|arrival| arrival.ticket).collect()
    }

    /// The no-shows: tickets valid at the close for which no arrival stands. None while the night is open. A correction
    /// in `arrivals` changes who they are.
    #[must_use]
    pub fn no_shows(&self, arrivals: &[Arrival]) -> BTreeSet<TicketId> {
        match &self.state {
            DoorState::Open => BTreeSet::new(),
            DoorState::Closed { valid, .. } => valid - &self.arrived(arrivals),
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
