//! The hand-out: who is called when, who is offered a place that came free, and what a ban made after the freeze does to
//! tickets not yet handed out (domain.md, *Hand-out*, *Finishing*, *Bans*; draw.md, section 8).
//!
//! Nothing here remembers: the queue and what is free come in, an offer or a verdict goes out.

mod after_ban;

use std::collections::BTreeSet;

pub use after_ban::{AfterBan, Choice, accepts_without, ban_before_hand_out, without_shelter};

use super::lottery::placement::{Lot, Places, Seat, seat};
use super::night::{Night, Nights};
use super::party::LotNumber;
use super::place::{PlaceEntry, Pool};
use super::shelter::ShelterCode;
use super::ticket::{State, Ticket, TicketError};
use super::word::words;

/// Where a party stands in the queue. The order of the variants is the order of the queue (draw.md, section 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Put at the head by a ban, in the order in which that happened.
    Head(u32),
    /// On the reserve list: in drawn order, or in `direct` mode in order of lot.
    Reserve(u32),
    /// Refused or withdrawn by mistake and reinstated, by lot number.
    Reinstated(LotNumber),
    /// Asked after the close, in order of lot.
    LateComer(LotNumber),
}

impl Rank {
    /// How it is stored and logged: a number for each variant, and the place among those of that variant.
    #[must_use]
    pub fn stored(self) -> (u32, u32) {
        match self {
            Self::Head(place) => (0, place),
            Self::Reserve(place) => (1, place),
            Self::Reinstated(lot) => (2, lot.0),
            Self::LateComer(lot) => (3, lot.0),
        }
    }

    /// The rank that is stored so, if there is such a one.
    #[must_use]
    pub fn of_stored(part: u32, place: u32) -> Option<Self> {
        match part {
            0 => Some(Self::Head(place)),
            1 => Some(Self::Reserve(place)),
            2 => Some(Self::Reinstated(LotNumber(place))),
            3 => Some(Self::LateComer(LotNumber(place))),
            _ => None,
        }
    }

    /// Where a party is put that lost its place by a ban: ahead of the reserve list, behind all whom a ban put there before it.
    /// `taken` are the places of the day's whole queue: those who wait no more keep theirs, so that none is given twice.
    #[must_use]
    pub fn next_at_head(taken: impl IntoIterator<Item = Self>) -> Self {
        let numbers = taken.into_iter().filter_map(|rank| match rank {
            Self::Head(number) => Some(number),
            Self::Reserve(_) | Self::Reinstated(_) | Self::LateComer(_) => None,
        });
        Self::Head(numbers.max().map_or(0, |last| last.saturating_add(1)))
    }

    /// With whom it is offered places: everything that is free is offered to one part of the queue before the next. Who was put
    /// at the head by a ban is of the same part as the reserve list, ahead of it.
    fn offered_with(self) -> u8 {
        match self {
            Rank::Head(_) | Rank::Reserve(_) => 0,
            Rank::Reinstated(_) => 1,
            Rank::LateComer(_) => 2,
        }
    }
}

/// How waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitEnd {
    /// It got tickets.
    Placed,
    /// It took its question back.
    Withdrawn,
    /// A rule said no after all: a ban.
    Refused,
    /// The desk day was finished.
    TurnedAway,
}

words! {
    WaitEnd { Placed = "placed", Withdrawn = "withdrawn", Refused = "refused", TurnedAway = "turned_away" }
}

/// A party that waits for a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Where it stands; no two stand in one place.
    pub rank: Rank,
    /// Who it is and what it accepts, after bans.
    pub lot: Lot,
    /// The places it has declined for a stay shorter than `min_nights`.
    pub declined: Vec<OfferedPlace>,
}

/// A place as it was offered. Places of one pool that are free as long are alike: who declined one has declined all that
/// were free then, but for one that is free from an earlier night on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferedPlace {
    /// Where.
    pub pool: Pool,
    /// The first start night on which it was free.
    pub from: Night,
    /// The last night on which it was free (none: no end in sight).
    pub until: Option<Night>,
    /// How many places alike were free.
    pub count: u32,
}

/// Whether an offer may be declined without losing rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// The day's `min_nights` or longer: who declines it leaves the queue.
    Full,
    /// Shorter: who declines it keeps its rank and is not offered that place again.
    Short,
}

/// The places that are to be offered next, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Where the party stands.
    pub rank: Rank,
    /// Its number.
    pub lot: LotNumber,
    /// What it is offered.
    pub seat: Seat,
    /// The place of each member, in listed order.
    pub places: Vec<OfferedPlace>,
    /// What declining it means.
    pub length: Length,
}

/// Why a step of the hand-out cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandOutError {
    /// A ticket waits to be collected.
    #[error(
        "lot {0} has a ticket that waits to be collected: hand it out, or call the guest twice and let it lapse"
    )]
    TicketWaits(LotNumber),
    /// A place fits a party that waits.
    #[error("a place at {shelter} for {nights} fits lot {lot}, who waits: offer it first")]
    PlaceNotOffered {
        /// Whom it fits.
        lot: LotNumber,
        /// Where.
        shelter: ShelterCode,
        /// For which nights.
        nights: Nights,
    },
    /// The party is in the queue already.
    #[error("lot {0} waits in the queue already")]
    WaitsAlready(LotNumber),
    /// The ban is not about a ticket that waits to be collected at that shelter.
    #[error(
        "the banned person has no ticket to {0} that waits to be collected: a ticket handed out is ended instead"
    )]
    NoTicketThere(ShelterCode),
    /// The members of the party and the tickets given do not belong together.
    #[error("lot {lot} has {members} members but {tickets} tickets: read the party again and repeat the ban")]
    NotATicketEach {
        /// Which party.
        lot: LotNumber,
        /// How many it has.
        members: usize,
        /// How many were given.
        tickets: usize,
    },
    /// A member holds a ticket in hand, or none any more.
    #[error("not every ticket of lot {0} still waits to be collected: the rest of the family keep theirs")]
    NotAllWait(LotNumber),
    /// The family named no other shelter.
    #[error(
        "lot {lot} accepts no shelter but {shelter}: the rest of the family can only take their places there"
    )]
    NoOtherShelter {
        /// Which party.
        lot: LotNumber,
        /// The only one it accepts.
        shelter: ShelterCode,
    },
    /// The ticket cannot take the step.
    #[error(transparent)]
    Ticket(#[from] TicketError),
}

/// Those who wait, in the order in which they are offered what comes free.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue(Vec<Waiting>);

/// What a party got that asked in `direct` mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Directly {
    /// These places, at once.
    Placed(Seat),
    /// This place on the reserve list.
    Waits(Rank),
}

impl Queue {
    /// The queue of these parties.
    ///
    /// # Errors
    /// [`HandOutError::WaitsAlready`] if two stand in one place.
    pub fn new(mut waiting: Vec<Waiting>) -> Result<Self, HandOutError> {
        waiting.sort_by_key(|party| party.rank);
        let twice =
            waiting.iter().zip(waiting.iter().skip(1)).find(|(ahead, behind)| ahead.rank == behind.rank);
        match twice {
            Some((_, behind)) => Err(HandOutError::WaitsAlready(behind.lot.number)),
            None => Ok(Self(waiting)),
        }
    }

    /// The next offer, if anything free fits anybody: the first on the reserve list who can be seated with the day's
    /// `min_nights` on all that is free; only if nobody there can, the first who can be seated for a shorter stay, on what it
    /// has not declined (draw.md, section 8, *Places freed later*). A family ahead is thus passed by while only single places
    /// come free. Only what fits nobody on the reserve list is offered to those reinstated, and then to late-comers.
    #[must_use]
    pub fn next_offer(&self, free: &Places) -> Option<Offer> {
        let mut parts = self.0.chunk_by(|one, next| one.rank.offered_with() == next.rank.offered_with());
        parts.find_map(|part| {
            let full = part.iter().find_map(|party| offer(party, free, free, Length::Full));
            full.or_else(|| part.iter().find_map(|party| party.short_offer(free)))
        })
    }

    /// Places a party that asks in `direct` mode: at once, if it can be seated with `min_nights` beside all who came before it
    /// and still wait for what is free; else it joins the reserve list, which then stands in order of lot (domain.md, *Modes
    /// of a desk day*).
    #[must_use]
    pub fn place_directly(&self, free: &Places, lot: &Lot) -> Directly {
        let mut left = free.clone();
        for party in &self.0 {
            for entry in seat(&left, &party.lot).into_iter().flat_map(|seat| seat.entries) {
                if let Some(taken) = left.entries.get_mut(entry) {
                    taken.count = taken.count.saturating_sub(1);
                }
            }
        }
        seat(&left, lot).map_or(Directly::Waits(Rank::Reserve(lot.number.0)), Directly::Placed)
    }
}

impl Waiting {
    /// An offer of a stay shorter than `min_nights`, on all that is free but what it has declined.
    fn short_offer(&self, free: &Places) -> Option<Offer> {
        let mut left = Places { min_nights: 1, ..free.clone() };
        // The entries stay in the list, since their position is their number.
        for entry in &mut left.entries {
            entry.count = entry.count.saturating_sub(self.declined_of(entry, &free.entries));
        }
        offer(self, &left, free, Length::Short)
    }

    /// How many places of this entry it has declined. A place declined when it was free from an earlier night on may be among
    /// them now, unless it is still free from that night on.
    fn declined_of(&self, entry: &PlaceEntry, free: &[PlaceEntry]) -> u32 {
        let alike = |pool: Pool, until: Option<Night>| (pool, until) == (entry.pool, entry.until);
        let still_there = |from: Night| -> u32 {
            let earlier = |other: &&PlaceEntry| {
                alike(other.pool, other.until) && from <= other.from && other.from < entry.from
            };
            free.iter().filter(earlier).map(|other| other.count).sum()
        };
        let declined =
            self.declined.iter().filter(|place| alike(place.pool, place.until) && place.from <= entry.from);
        declined.map(|place| place.count.saturating_sub(still_there(place.from))).max().unwrap_or(0)
    }
}

/// The offer of a seat among those `left` to the party, of all that is `free`.
fn offer(party: &Waiting, left: &Places, free: &Places, length: Length) -> Option<Offer> {
    let seat = seat(left, &party.lot)?;
    let entries = seat.entries.iter().filter_map(|&number| free.entries.get(number));
    let places = entries
        .map(|&PlaceEntry { pool, from, until, count }| OfferedPlace { pool, from, until, count })
        .collect();
    Some(Offer { rank: party.rank, lot: party.lot.number, seat, places, length })
}

impl Offer {
    /// All the places the party is to be taken to have declined, should it not want this one, if `declined` it has before. None
    /// for a stay of full length: who declines that leaves the queue.
    #[must_use]
    pub fn if_declined(&self, declined: &[OfferedPlace]) -> Option<Vec<OfferedPlace>> {
        match self.length {
            Length::Full => None,
            Length::Short => Some(declined.iter().chain(&self.places).copied().collect()),
        }
    }
}

/// Whether a party that was placed waits again where it stood; `latest` are the latest tickets of all its members. Declining a
/// short stay costs no rank, if all of it declined: who took it has a place, and the others asked together with them
/// (domain.md, *Shortest ticket*).
#[must_use]
pub fn keeps_rank(latest: &[&Ticket]) -> bool {
    latest.iter().all(|ticket| ticket.state == State::Declined && ticket.issued.count() < ticket.min_nights)
}

/// The placed parties whose tickets wait to be collected, in the order in which they are called: by lot number (domain.md,
/// *Hand-out*).
#[must_use]
pub fn calling_order(tickets: &[Ticket]) -> Vec<LotNumber> {
    let waiting = tickets.iter().filter(|ticket| ticket.waits());
    let lots: BTreeSet<LotNumber> = waiting.map(|ticket| ticket.lot).collect();
    lots.into_iter().collect()
}

/// Whether the desk day may be finished, as far as the hand-out goes: no ticket of the day waits to be collected, and nothing
/// free fits anybody who waits and was not offered it (domain.md, *Finishing*).
///
/// # Errors
/// [`HandOutError::TicketWaits`], [`HandOutError::PlaceNotOffered`].
pub fn may_finish(tickets: &[Ticket], queue: &Queue, free: &Places) -> Result<(), HandOutError> {
    if let Some(&lot) = calling_order(tickets).first() {
        return Err(HandOutError::TicketWaits(lot));
    }
    match queue.next_offer(free) {
        None => Ok(()),
        Some(Offer { lot, seat, .. }) => {
            let nights = Nights::starting(seat.start, seat.nights);
            Err(HandOutError::PlaceNotOffered { lot, shelter: seat.shelter, nights })
        }
    }
}

#[cfg(test)]
mod tests;
