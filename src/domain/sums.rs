//! Sums that must hold (domain.md, *Sums that must hold*).
//!
//! Each side of a sum is counted from its own facts: a total is never typed in, and never the terms added up. So the check
//! can fail, and when it does, something was recorded wrongly and the figures say where to look.

mod fate;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::NaiveDate;

pub use fate::{Fate, Traces};

use super::arrival::{Arrival, DoorNight};
use super::guest::GuestId;
use super::head_count::HeadCount;
use super::night::Night;
use super::party::LotNumber;
use super::place::Pool;
use super::shelter::ShelterCode;
use super::ticket::Ticket;
use super::walk_in::Bed;

/// One of the sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    /// Persons who asked = what became of them.
    DeskDay(NaiveDate),
    /// Tickets valid at the close = arrived + no-show.
    Tickets(ShelterCode, Night),
    /// Places = how each was used.
    Places(ShelterCode, Night),
    /// Persons counted <= places open.
    HeadCount(ShelterCode, Night),
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Sum::DeskDay(day) => write!(f, "asked = what became of them, desk day {day}"),
            Sum::Tickets(shelter, night) => {
                write!(f, "tickets valid = arrived or not, shelter {shelter}, night {night}")
            }
            Sum::Places(shelter, night) => write!(f, "places = their use, shelter {shelter}, night {night}"),
            Sum::HeadCount(shelter, night) => write!(f, "count <= places, shelter {shelter}, night {night}"),
        }
    }
}

/// A sum that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this sum does not hold: {sum}: {left} against {right} ({terms}), a difference of {}; correct what was recorded",
    self.difference()
)]
pub struct Discrepancy {
    /// Which.
    pub sum: Sum,
    /// Its left side.
    pub left: u64,
    /// Its right side.
    pub right: u64,
    /// The terms of the right side, in words.
    pub terms: String,
}

impl Discrepancy {
    /// Left less right.
    #[must_use]
    pub fn difference(&self) -> i128 {
        i128::from(self.left) - i128::from(self.right)
    }
}

/// Compares a left side with the terms of the right.
fn compare(sum: Sum, left: u64, terms: &[(&str, u64)]) -> Option<Discrepancy> {
    let right = terms.iter().fold(0u64, |total, (_, value)| total.saturating_add(*value));
    let words =
        || terms.iter().map(|(name, value)| format!("{name} {value}")).collect::<Vec<_>>().join(" + ");
    (left != right).then(|| Discrepancy { sum, left, right, terms: words() })
}

/// How many there are, as a term of a sum.
fn tally(count: usize) -> u64 {
    count.try_into().unwrap_or(u64::MAX)
}

/// A person as the desk day counts persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Person {
    /// A guest, once however many lots name the guest.
    Guest(GuestId),
    /// A person without a document, logged with a refused lot of its own; nobody can say whether it came twice.
    Logged(LotNumber),
}

/// That a person asked with a lot, as it was registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The lot.
    pub lot: LotNumber,
    /// Who.
    pub person: Person,
}

/// What became of a person with one lot. `R` are the reasons for a refusal, ordered as domain.md, *Eligibility* lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome<R> {
    /// The lot.
    pub lot: LotNumber,
    /// Who.
    pub person: Person,
    /// What.
    pub fate: Fate<R>,
}

/// The desk day's sum, in persons, each once, by what became of the person's last lot of the day that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskDaySum<R: Ord> {
    /// The desk day.
    pub day: NaiveDate,
    /// Whether it is finished, so that nobody may be undecided.
    pub finished: bool,
    /// Persons who asked, from the registrations.
    pub asked: u64,
    /// Persons who were handed a ticket.
    pub collected: u64,
    /// Persons who did not want theirs.
    pub declined: u64,
    /// Persons who did not come when called.
    pub lapsed: u64,
    /// Persons without a place.
    pub turned_away: u64,
    /// Persons a rule said no to, by main reason.
    pub refused_by: BTreeMap<R, u64>,
    /// Persons who took their question back.
    pub withdrawn: u64,
    /// Persons not yet decided on.
    pub still_undecided: u64,
}

impl<R: Ord + Clone> DeskDaySum<R> {
    /// Counts the sum: `asked` from the registrations alone, the terms from the outcomes, of which those of the lot by
    /// which a person is counted do.
    #[must_use]
    pub fn count(day: NaiveDate, finished: bool, asked: &[Asked], outcomes: &[Outcome<R>]) -> Self {
        let counted = counted_lots(asked, outcomes);
        let mut sum = Self {
            day,
            finished,
            asked: tally(asked.iter().map(|asked| asked.person).collect::<BTreeSet<_>>().len()),
            collected: 0,
            declined: 0,
            lapsed: 0,
            turned_away: 0,
            refused_by: BTreeMap::new(),
            withdrawn: 0,
            still_undecided: 0,
        };
        for outcome in outcomes.iter().filter(|outcome| counted.get(&outcome.person) == Some(&outcome.lot)) {
            sum.add(&outcome.fate);
        }
        sum
    }

    fn add(&mut self, fate: &Fate<R>) {
        let term = match fate {
            Fate::Collected => &mut self.collected,
            Fate::Declined => &mut self.declined,
            Fate::Lapsed => &mut self.lapsed,
            Fate::TurnedAway => &mut self.turned_away,
            Fate::Withdrawn => &mut self.withdrawn,
            Fate::Undecided => &mut self.still_undecided,
            Fate::Refused(reason) => self.refused_by.entry(reason.clone()).or_default(),
        };
        *term += 1;
    }

    /// Persons a rule said no to, whatever the reason.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused_by.values().sum()
    }

    /// What does not hold; nothing if all is well. While the day is open `still undecided` is one more term.
    #[must_use]
    pub fn discrepancies(&self) -> Vec<Discrepancy> {
        let mut terms = vec![
            ("collected", self.collected),
            ("declined", self.declined),
            ("lapsed", self.lapsed),
            ("turned away", self.turned_away),
            ("refused", self.refused()),
            ("withdrawn", self.withdrawn),
        ];
        if !self.finished {
            terms.push(("still undecided", self.still_undecided));
        }
        compare(Sum::DeskDay(self.day), self.asked, &terms).into_iter().collect()
    }
}

/// The lot by which each person is counted: the last, but one that was refused or withdrawn does not count beside one that was
/// neither (domain.md, *Eligibility*). Else a ticket holder registered by mistake a second time, and refused for it, would be
/// missing among those who got a ticket. A registration without an outcome counts too, so that what is missing is missed.
fn counted_lots<R: Ord>(asked: &[Asked], outcomes: &[Outcome<R>]) -> BTreeMap<Person, LotNumber> {
    let registered = asked.iter().map(|asked| ((asked.person, asked.lot), true));
    let decided = outcomes.iter().map(|outcome| {
        let stands = !matches!(outcome.fate, Fate::Refused(_) | Fate::Withdrawn);
        ((outcome.person, outcome.lot), stands)
    });
    // What was decided replaces what was registered.
    let lots: BTreeMap<(Person, LotNumber), bool> = registered.chain(decided).collect();
    let mut counted: BTreeMap<Person, (bool, LotNumber)> = BTreeMap::new();
    for ((person, lot), stands) in lots {
        let best = counted.entry(person).or_insert((stands, lot));
        *best = (stands, lot).max(*best);
    }
    counted.into_iter().map(|(person, (_, lot))| (person, lot)).collect()
}

/// A pool on one night, from the shelter's places and closures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolNight {
    /// The pool.
    pub pool: Pool,
    /// Its places, the closed ones included.
    pub places: u32,
    /// Those of them that are closed.
    pub closed: u32,
}

/// The facts of a night at a shelter that checks tickets; those of other shelters and nights are passed over.
#[derive(Clone, Copy, Debug)]
pub struct NightFacts<'a> {
    /// The door's night.
    pub door: &'a DoorNight,
    /// The shelter's pools.
    pub pools: &'a [PoolNight],
    /// The tickets as they are now.
    pub tickets: &'a [Ticket],
    /// The arrivals, undone ones and corrections included.
    pub arrivals: &'a [Arrival],
    /// The beds given to walk-ins.
    pub walk_ins: &'a [Bed],
}

/// The sum of a night at a shelter that checks tickets, in tickets and places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NightSum {
    /// The shelter.
    pub shelter: ShelterCode,
    /// The night.
    pub night: Night,
    /// Tickets valid at the close, or now while the night is open.
    pub tickets_valid: u64,
    /// Tickets with an arrival that stands.
    pub arrived: u64,
    /// Tickets valid at the close for which none stands.
    pub no_show: u64,
    /// The same while the night is open.
    pub still_undecided: u64,
    /// Places, the closed ones included.
    pub places: u64,
    /// Guests who sleep there without a ticket.
    pub walk_ins: u64,
    /// Open places that neither a ticket nor a walk-in holds, pool by pool.
    pub unassigned: u64,
    /// Closed places.
    pub closed: u64,
}

impl NightSum {
    /// Counts the sum: guests from the door's facts, places from the pools and what holds them.
    #[must_use]
    pub fn count(facts: &NightFacts<'_>) -> Self {
        let DoorNight { shelter, night, .. } = *facts.door;
        let valid = facts.door.valid(facts.tickets);
        let arrived = facts.door.arrived(facts.arrivals);
        let not_come = tally(valid.difference(&arrived).count());
        let closed = facts.door.is_closed();
        let pools = facts.pools.iter().filter(|pool| pool.pool.shelter == shelter);
        let guests: BTreeSet<GuestId> = facts.beds().map(|bed| bed.guest).collect();
        Self {
            shelter,
            night,
            tickets_valid: tally(valid.len()),
            arrived: tally(arrived.len()),
            no_show: if closed { not_come } else { 0 },
            still_undecided: if closed { 0 } else { not_come },
            places: pools.clone().map(|pool| u64::from(pool.places)).sum(),
            walk_ins: tally(guests.len()),
            unassigned: pools.clone().map(|pool| facts.unassigned(pool)).sum(),
            closed: pools.map(|pool| u64::from(pool.closed)).sum(),
        }
    }

    /// What does not hold; nothing if all is well. While the night is open `still undecided` is one more term.
    #[must_use]
    pub fn discrepancies(&self) -> Vec<Discrepancy> {
        let guests =
            [("arrived", self.arrived), ("no-show", self.no_show), ("still undecided", self.still_undecided)];
        let others = [("walk-ins", self.walk_ins), ("unassigned", self.unassigned), ("closed", self.closed)];
        let tickets = compare(Sum::Tickets(self.shelter, self.night), self.tickets_valid, &guests);
        let used = [guests, others].concat();
        let places = compare(Sum::Places(self.shelter, self.night), self.places, &used);
        [tickets, places].into_iter().flatten().collect()
    }
}

impl<'a> NightFacts<'a> {
    fn beds(&self) -> impl Iterator<Item = &'a Bed> {
        let DoorNight { shelter, night, .. } = *self.door;
        self.walk_ins.iter().filter(move |bed| bed.night == night && bed.pool.shelter == shelter)
    }

    /// A pool that is held more often than it has places has none left; the guests in it then break the sum of places.
    fn unassigned(&self, pool: &PoolNight) -> u64 {
        let night = self.door.night;
        let holds = |ticket: &&Ticket| self.door.expects(ticket) && ticket.pool_on(night) == pool.pool;
        let tickets = self.tickets.iter().filter(holds).count();
        let beds = self.beds().filter(|bed| bed.pool == pool.pool).count();
        let open = u64::from(pool.places).saturating_sub(pool.closed.into());
        open.saturating_sub(tally(tickets + beds))
    }
}

/// The sum of a night at a shelter that reports a head count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeadCountSum {
    /// The shelter.
    pub shelter: ShelterCode,
    /// The night.
    pub night: Night,
    /// Who slept there.
    pub count: HeadCount,
    /// The places that night less the closed ones.
    pub places: u32,
}

impl HeadCountSum {
    /// That more people were counted than there are places open, if so.
    #[must_use]
    pub fn discrepancy(&self) -> Option<Discrepancy> {
        let (left, right) = (self.count.total(), u64::from(self.places));
        let sum = Sum::HeadCount(self.shelter, self.night);
        let terms = format!("counted {}", self.count);
        self.count.too_many_for(self.places).map(|_| Discrepancy { sum, left, right, terms })
    }
}

#[cfg(test)]
mod tests;
