//! "Why not me?" Why a lot got what it got, from the draw alone (draw.md, section 8).

use std::collections::{BTreeSet, HashMap, HashSet};

use super::draw::Draw;
use super::manifest::OutLot;
use super::matching::Matching;
use super::placement::{Lot, Outcome, Phase, Places, Seat};
use super::seating::Seating;
use super::single::{self, Choice};
use crate::domain::night::Night;
use crate::domain::party::LotNumber;
use crate::domain::place::Kind;
use crate::domain::shelter::ShelterCode;

/// Why a lot got what it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explanation {
    /// It was withdrawn or refused before the list was frozen.
    Out(OutLot),
    /// A single with a place.
    PlacedSingle {
        /// The lot's place in the order, from 1.
        rank: u32,
        /// Whether it was admitted on single places alone (S1) or on both kinds (S2).
        phase: Phase,
        /// What it got.
        seat: Seat,
        /// The entries it would have preferred, best first, and why it has none of them.
        passed: Vec<Passed>,
    },
    /// A family with places.
    PlacedFamily {
        /// The lot's place in the order, from 1.
        rank: u32,
        /// When it was seated.
        phase: Phase,
        /// What it got.
        seat: Seat,
        /// The turns at which it was passed over before.
        turns: Vec<Turn>,
    },
    /// A single on the reserve list.
    ReserveSingle {
        /// The lot's place in the order, from 1.
        rank: u32,
        /// Its place on the reserve list, from 1.
        reserve: u32,
        /// The entries it could use, and those that could be reached from them by moving singles with a place: who holds
        /// them. Empty if it could use none at all.
        taken: Vec<Taken>,
    },
    /// A family on the reserve list.
    ReserveFamily {
        /// The lot's place in the order, from 1.
        rank: u32,
        /// Its place on the reserve list, from 1.
        reserve: u32,
        /// Its three turns.
        turns: Vec<Turn>,
    },
}

/// An entry that a placed single would have preferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed {
    /// The entry's number.
    pub entry: usize,
    /// The stay would have begun on this night.
    pub start: Night,
    /// The stay would have been so long.
    pub nights: u32,
    /// Whether it was full when the lot's turn came; otherwise it was needed so that everyone admitted gets a place.
    pub full: bool,
}

/// An entry with no place for a single on the reserve list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The entry's number.
    pub entry: usize,
    /// How many places it has.
    pub places: u32,
    /// How many of them families hold.
    pub families: u32,
    /// How many of them singles hold.
    pub singles: u32,
    /// The last rank among these singles. None of them was drawn after the lot.
    pub last_rank: Option<u32>,
}

/// A family's turn in one phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The phase.
    pub phase: Phase,
    /// What there was in every shelter it accepts, for every start night.
    pub offers: Vec<Offer>,
}

/// What there was for a family in one shelter from one night on, for the shortest stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The shelter.
    pub shelter: ShelterCode,
    /// The start night.
    pub start: Night,
    /// The places that fit some member and were not given to a family or, in F3, to anybody.
    pub free: u32,
    /// How many of its members, at most, could have had one of them, everyone admitted keeping a place.
    pub members: usize,
}

/// Explains a lot of a draw; none if no lot has the number.
#[must_use]
pub fn explain(draw: &Draw, number: LotNumber) -> Option<Explanation> {
    let content = draw.manifest().content();
    if let Some(out) = content.out.iter().find(|lot| lot.number == number) {
        return Some(Explanation::Out(out.clone()));
    }
    let hall = Hall { draw, places: &content.places };
    let lot = hall.lot(number)?;
    let outcome = draw.outcomes().iter().find(|outcome| outcome.lot() == number)?;
    let is_family = lot.members.len() > 1;
    Some(match outcome {
        Outcome::Placed { rank, phase, seat, .. } => {
            let (rank, phase, seat) = (*rank, *phase, seat.clone());
            if is_family {
                let turns = hall.turns(lot, rank, |turn| turn < phase);
                Explanation::PlacedFamily { rank, phase, seat, turns }
            } else {
                let passed = hall.passed(lot, rank, seat.entries[0]);
                Explanation::PlacedSingle { rank, phase, seat, passed }
            }
        }
        Outcome::Reserve { rank, reserve, .. } => {
            let (rank, reserve) = (*rank, *reserve);
            if is_family {
                Explanation::ReserveFamily { rank, reserve, turns: hall.turns(lot, rank, |_| true) }
            } else {
                Explanation::ReserveSingle { rank, reserve, taken: hall.taken(lot) }
            }
        }
    })
}

/// A lot with places.
struct Placed<'a> {
    lot: &'a Lot,
    rank: u32,
    phase: Phase,
    seat: &'a Seat,
}

impl Placed<'_> {
    fn is_family(&self) -> bool {
        self.lot.members.len() > 1
    }
}

struct Hall<'a> {
    draw: &'a Draw,
    places: &'a Places,
}

impl<'a> Hall<'a> {
    fn lot(&self, number: LotNumber) -> Option<&'a Lot> {
        let lots = &self.draw.manifest().content().lots;
        lots.binary_search_by_key(&number, |lot| lot.number).ok().map(|position| &lots[position])
    }

    fn placed(&self) -> impl Iterator<Item = Placed<'a>> {
        self.draw.outcomes().iter().filter_map(|outcome| match outcome {
            Outcome::Placed { lot, rank, phase, seat } => {
                Some(Placed { lot: self.lot(*lot)?, rank: *rank, phase: *phase, seat })
            }
            Outcome::Reserve { .. } => None,
        })
    }

    /// What is left of each entry when those who were given places before have them.
    fn left(&self, before: impl Fn(&Placed<'_>) -> bool) -> Vec<u32> {
        let mut left: Vec<u32> = self.places.entries.iter().map(|entry| entry.count).collect();
        let given = self.placed().filter(before).flat_map(|placed| &placed.seat.entries);
        given.for_each(|&entry| left[entry] -= 1);
        left
    }

    /// The choices of a placed single that it prefers to what it got.
    fn passed(&self, lot: &Lot, rank: u32, got: usize) -> Vec<Passed> {
        let left = self.left(|placed| match placed.phase {
            Phase::F1 | Phase::F2 => true,
            Phase::S1 | Phase::S2 => placed.rank < rank,
            Phase::F3 => false,
        });
        let better = single::choices(self.places, lot).into_iter().take_while(|choice| choice.entry != got);
        let passed = |Choice { entry, start, nights, .. }| {
            let full = left[entry] == 0;
            Passed { entry, start, nights: nights.0, full }
        };
        better.map(passed).collect()
    }

    /// Who holds the entries that a single on the reserve list could use, or that could be reached from them.
    fn taken(&self, lot: &Lot) -> Vec<Taken> {
        let mut taken: Vec<Taken> = self
            .places
            .entries
            .iter()
            .enumerate()
            .map(|(entry, listed)| Taken {
                entry,
                places: listed.count,
                families: 0,
                singles: 0,
                last_rank: None,
            })
            .collect();
        let mut singles_on = vec![HashSet::new(); taken.len()];
        for placed in self.placed() {
            for &entry in &placed.seat.entries {
                if placed.is_family() {
                    taken[entry].families += 1;
                } else {
                    taken[entry].singles += 1;
                    taken[entry].last_rank = taken[entry].last_rank.max(Some(placed.rank));
                    singles_on[entry].insert(single::usable(self.places, placed.lot));
                }
            }
        }
        let mut reached: BTreeSet<usize> = BTreeSet::new();
        let mut next: Vec<usize> = single::usable(self.places, lot).ones().collect();
        while let Some(entry) = next.pop() {
            if reached.insert(entry) {
                singles_on[entry].iter().for_each(|usable| next.extend(usable.ones()));
            }
        }
        reached.into_iter().map(|entry| taken[entry]).collect()
    }

    /// A family's turns in the phases asked for.
    fn turns(&self, lot: &Lot, rank: u32, asked: impl Fn(Phase) -> bool) -> Vec<Turn> {
        let phases = [Phase::F1, Phase::F2, Phase::F3].into_iter().filter(|&phase| asked(phase));
        phases.map(|phase| self.turn(lot, rank, phase)).collect()
    }

    fn turn(&self, lot: &Lot, rank: u32, phase: Phase) -> Turn {
        let left = self.left(|placed| match placed.phase {
            Phase::S1 | Phase::S2 => phase == Phase::F3,
            earlier => earlier < phase || (earlier == phase && placed.rank < rank),
        });
        let mut matching = Matching::new(left.iter().copied());
        let seating = Seating::new(self.places, &mut matching);
        if phase == Phase::F2 {
            self.admit_singles(&mut matching);
        }
        let on = match phase {
            Phase::F1 => self.places.entries_of(&[Kind::Family]),
            _ => self.places.entries_of(&[Kind::Family, Kind::Single]),
        };
        let mut offers = Vec::new();
        for &start in self.places.start_nights.iter().filter(|&&start| start >= lot.from) {
            for &shelter in &lot.accepts {
                let (fitting, members) = seating.could_be_seated(&mut matching, lot, (shelter, start), &on);
                let free = fitting.into_iter().map(|entry| left[entry]).sum();
                offers.push(Offer { shelter, start, free, members });
            }
        }
        Turn { phase, offers }
    }

    /// Admits the singles of S1 on single places, as they stood when families came to them.
    fn admit_singles(&self, matching: &mut Matching) {
        let single_places = self.places.entries_of(&[Kind::Single]);
        let mut kinds = HashMap::new();
        for placed in self.placed().filter(|placed| placed.phase == Phase::S1) {
            let mut usable = single::usable(self.places, placed.lot);
            usable.intersect_with(&single_places);
            let kind = *kinds.entry(usable).or_insert_with_key(|usable| matching.add_kind(usable.clone()));
            matching.admit(kind);
        }
    }
}

#[cfg(test)]
mod tests;
