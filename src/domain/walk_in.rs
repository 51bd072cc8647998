//! Walk-ins: places that no ticket holds, given after the desk day for the nights before the next one (domain.md,
//! *Walk-ins*).
//!
//! Karens and the week rule neither stop a walk-in nor follow from it, so this room does not know of them. A party that
//! was turned away and sleeps here after all stays turned away in the desk day's sum.

use chrono::NaiveDate;

use super::guest::{DocumentShown, GuestId, Sex, comes_of_age, is_minor};
use super::hand_out::Rank;
use super::night::{Night, Nights};
use super::party::LotNumber;
use super::place::{Kind, Pool, Who};
use super::shelter::{Admission, Shelter, ShelterCode};
use super::ticket::Ticket;

/// Who gives the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Giver {
    /// A coordinator: any shelter's places.
    Coordinator,
    /// A shelter: its own.
    Shelter(ShelterCode),
}

/// How the person is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// By a UNO code.
    ByUnoCode,
    /// Registered now, with what was shown.
    Showing(DocumentShown),
}

/// A person who may take a place, and what is known of the person.
#[derive(Clone, Copy, Debug)]
pub struct Taker<'a> {
    /// Who.
    pub guest: GuestId,
    /// As it decides which places fit.
    pub sex: Sex,
    /// The date of birth.
    pub birth: NaiveDate,
    /// How the person is known.
    pub known: Known,
    /// The nights of the person's bans at the shelter that has the place.
    pub bans_here: &'a [Nights],
    /// The person's tickets to any shelter, whether past or to come.
    pub tickets: &'a [Ticket],
    /// The nights for which the person has a bed otherwise, as a walk-in say.
    pub beds: &'a [Night],
}

/// Places of a pool that nobody holds on a night, by ticket or as a walk-in, and that are not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Free {
    /// The night.
    pub night: Night,
    /// The pool.
    pub pool: Pool,
    /// How many.
    pub count: u32,
}

/// What is offered, and the facts about it.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// Who gives.
    pub giver: Giver,
    /// The shelter whose places are given.
    pub shelter: &'a Shelter,
    /// The nights that are offered.
    pub nights: Nights,
    /// The nights from tonight at the door up to, not including, the next desk day
    /// ([`Calendar::nights_before_next_desk_day`](super::calendar::Calendar::nights_before_next_desk_day)).
    pub before_next_desk_day: Nights,
    /// Whether the last desk day is finished, or was not held.
    pub desk_day_finished: bool,
    /// What is free.
    pub free: &'a [Free],
    /// The nights already closed at the shelter.
    pub closed: &'a [Night],
}

/// A place given to a walk-in for one night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bed {
    /// Who sleeps in it.
    pub guest: GuestId,
    /// When.
    pub night: Night,
    /// Where.
    pub pool: Pool,
    /// Whether the night was closed by then, so that the bed is a correction of it.
    pub correction: bool,
}

/// What was given: never nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkIn {
    /// Who gave.
    pub giver: Giver,
    /// A bed for each person and night given.
    pub beds: Vec<Bed>,
    /// Why the other nights that were offered are not given.
    pub left_out: Vec<Stop>,
}

/// A party turned away on the last desk day for lack of place.
#[derive(Clone, Debug)]
pub struct TurnedAway<'a> {
    /// Where it waited.
    pub rank: Rank,
    /// Its lot.
    pub lot: LotNumber,
    /// Its members.
    pub party: Vec<Taker<'a>>,
}

/// Why a place, or one night of it, is not given. A person is named by the position in the party, from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// Nobody is there to take it.
    #[error("nobody is named who takes the place; name at least one guest")]
    Nobody,
    /// The shelter admits on its own.
    #[error("shelter {0} admits on its own, so its places are not given as walk-ins; send the guest there")]
    AdmitsOnItsOwn(ShelterCode),
    /// A shelter gives its own places only.
    #[error("shelter {giver} cannot give a place of shelter {owner}; ask that shelter or a coordinator")]
    NotItsPlace {
        /// Who wanted to give.
        giver: ShelterCode,
        /// Whose place it is.
        owner: ShelterCode,
    },
    /// Until then free places belong to who waits at the desk.
    #[error("the desk day is not finished, so free places belong to who waits there; finish it first")]
    DeskDayOpen,
    /// The person is nobody the service knows.
    #[error(
        "guest {person} has no UNO code and showed no valid document; register the guest with a document"
    )]
    NotKnown {
        /// Which person.
        person: usize,
    },
    /// The night is past, or the next desk day hands it out.
    #[error(
        "the night {night} is not one of {window}, the nights before the next desk day; offer only those"
    )]
    NotBeforeNextDeskDay {
        /// The night.
        night: Night,
        /// The nights that may be given.
        window: Nights,
    },
    /// A minor.
    #[error(
        "guest {person} is under 18 on the night {night}, until {comes_of_age}; refer the minor to Socialjouren or \
         the city's EU team"
    )]
    Minor {
        /// Which person.
        person: usize,
        /// The night.
        night: Night,
        /// The 18th birthday.
        comes_of_age: NaiveDate,
    },
    /// A ban at this shelter.
    #[error("guest {person} is banned here on the night {night}, through {through}; try another shelter")]
    Banned {
        /// Which person.
        person: usize,
        /// The night.
        night: Night,
        /// The ban's last night.
        through: Night,
    },
    /// A ticket holds a place for the person.
    #[error("guest {person} holds a ticket for the night {night}; that place is kept all night")]
    HoldsTicket {
        /// Which person.
        person: usize,
        /// The night.
        night: Night,
    },
    /// The person has another bed.
    #[error("guest {person} has another bed for the night {night}")]
    HasBed {
        /// Which person.
        person: usize,
        /// The night.
        night: Night,
    },
    /// Not enough places that fit.
    #[error(
        "no free place that fits guest {person} is left on the night {night}; offer another night or shelter"
    )]
    NoPlace {
        /// The first person left without one.
        person: usize,
        /// The night.
        night: Night,
    },
}

impl Offer<'_> {
    /// Gives the nights that nothing stops to a party, whole or not at all on each night.
    ///
    /// # Errors
    /// Where no night can be given: every reason, at once.
    pub fn give(&self, party: &[Taker<'_>]) -> Result<WalkIn, Vec<Stop>> {
        let mut stops = self.stops_on_every_night(party);
        let none_possible = !stops.is_empty();
        let mut beds = Vec::new();
        for night in self.nights.iter() {
            let mut stopped = self.stops_on(night, party);
            let seated = self.seats(night, party);
            match seated {
                Ok(seats) if stopped.is_empty() => beds.extend(seats),
                Ok(_) => {}
                Err(stop) => stopped.push(stop),
            }
            stops.append(&mut stopped);
        }
        if none_possible || beds.is_empty() {
            return Err(stops);
        }
        Ok(WalkIn { giver: self.giver, beds, left_out: stops })
    }

    /// Of parties turned away, those that can be given a night, in the order in which they are asked: that in which they
    /// waited. Each is judged as if the others stayed away.
    #[must_use]
    pub fn in_drawn_order<'a>(&self, mut turned_away: Vec<TurnedAway<'a>>) -> Vec<(TurnedAway<'a>, WalkIn)> {
        turned_away.sort_by_key(|one| one.rank);
        let can_come = |one: TurnedAway<'a>| Some((self.give(&one.party).ok()?, one));
        turned_away.into_iter().filter_map(can_come).map(|(given, one)| (one, given)).collect()
    }

    fn stops_on_every_night(&self, party: &[Taker<'_>]) -> Vec<Stop> {
        let mut stops = Vec::new();
        let owner = self.shelter.code;
        if party.is_empty() {
            stops.push(Stop::Nobody);
        }
        if self.shelter.admission == Admission::Own {
            stops.push(Stop::AdmitsOnItsOwn(owner));
        }
        if let Giver::Shelter(giver) = self.giver
            && giver != owner
        {
            stops.push(Stop::NotItsPlace { giver, owner });
        }
        if !self.desk_day_finished {
            stops.push(Stop::DeskDayOpen);
        }
        let known = |taker: &Taker<'_>| {
            matches!(taker.known, Known::ByUnoCode | Known::Showing(DocumentShown::Valid))
        };
        stops.extend(
            numbered(party).filter(|(_, taker)| !known(taker)).map(|(person, _)| Stop::NotKnown { person }),
        );
        stops
    }

    fn stops_on(&self, night: Night, party: &[Taker<'_>]) -> Vec<Stop> {
        let window = self.before_next_desk_day;
        let outside = (!window.contains(night)).then_some(Stop::NotBeforeNextDeskDay { night, window });
        let persons = numbered(party).flat_map(|(person, taker)| taker.stops_on(night, person));
        outside.into_iter().chain(persons).collect()
    }

    /// A place for each of the party on one night. Places for men or women come first, since `any` may be all that fits
    /// the next; then singles' places, since families need what is meant for them.
    fn seats(&self, night: Night, party: &[Taker<'_>]) -> Result<Vec<Bed>, Stop> {
        let here = |free: &&Free| free.night == night && free.pool.shelter == self.shelter.code;
        let mut left: Vec<Free> = self.free.iter().filter(here).copied().collect();
        left.sort_by_key(|free| (free.pool.who == Who::Any, free.pool.kind == Kind::Family, free.pool));
        let correction = self.closed.contains(&night);
        let mut beds = Vec::new();
        for (person, taker) in numbered(party) {
            let fits = |free: &&mut Free| free.count > 0 && free.pool.who.fits(taker.sex);
            let place = left.iter_mut().find(fits).ok_or(Stop::NoPlace { person, night })?;
            place.count -= 1;
            beds.push(Bed { guest: taker.guest, night, pool: place.pool, correction });
        }
        Ok(beds)
    }
}

impl Taker<'_> {
    fn stops_on(&self, night: Night, person: usize) -> Vec<Stop> {
        let comes_of_age = comes_of_age(self.birth);
        let minor = is_minor(self.birth, night).then_some(Stop::Minor { person, night, comes_of_age });
        let bans = self.bans_here.iter().filter(|ban| ban.contains(night));
        let banned = bans.map(|ban| ban.last()).max().map(|through| Stop::Banned { person, night, through });
        let ticket = self.tickets.iter().any(|ticket| ticket.holds(night));
        let ticket = ticket.then_some(Stop::HoldsTicket { person, night });
        let bed = self.beds.contains(&night).then_some(Stop::HasBed { person, night });
        [minor, banned, ticket, bed].into_iter().flatten().collect()
    }
}

fn numbered<'p, 'a>(party: &'p [Taker<'a>]) -> impl Iterator<Item = (usize, &'p Taker<'a>)> {
    (1..).zip(party)
}

#[cfg(test)]
mod tests;
