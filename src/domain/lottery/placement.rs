//! Placement: who gets which place, a function of places, lots and order (draw.md, section 6).

use std::collections::{HashMap, HashSet};

use fixedbitset::FixedBitSet;
use serde::{Deserialize, Serialize};

use super::matching::{self, Matching};
use super::seating::{Family, Seating};
use super::single::{self, Choice};
use crate::domain::guest::Sex;
use crate::domain::night::Night;
use crate::domain::party::LotNumber;
use crate::domain::place::{Kind, PlaceEntry};
use crate::domain::shelter::ShelterCode;

/// A shelter in the draw, and the full length of its tickets in nights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShelterNights {
    /// Which.
    pub code: ShelterCode,
    /// The full length of its tickets.
    pub nights: u32,
}

/// All that is given out: the part of a manifest that is not lots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The shelters, by code.
    pub shelters: Vec<ShelterNights>,
    /// The start nights of the desk day, ascending.
    pub start_nights: Vec<Night>,
    /// The shortest stay, in nights.
    pub min_nights: u32,
    /// What is free; an entry's position is its number.
    pub entries: Vec<PlaceEntry>,
}

/// A lot that is `in`: one member is a single, more are a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Its number.
    pub number: LotNumber,
    /// Its members, in listed order.
    pub members: Vec<Sex>,
    /// The first start night from which all of them may sleep.
    pub from: Night,
    /// The shelters it would go to, after bans, most wished first.
    pub accepts: Vec<ShelterCode>,
}

/// The places one lot got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Where.
    pub shelter: ShelterCode,
    /// The first night.
    pub start: Night,
    /// How many nights.
    pub nights: u32,
    /// The number of the entry of each member, in listed order.
    pub entries: Vec<usize>,
}

/// The step of the placement in which a lot got its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Phase {
    /// Families on family places.
    F1,
    /// Singles on single places.
    S1,
    /// Families passed over, on both kinds.
    F2,
    /// Singles not admitted, on both kinds.
    S2,
    /// Families still not seated, on what is left.
    F3,
}

/// What became of a lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It got places.
    Placed {
        /// Which lot.
        lot: LotNumber,
        /// Its place in the order, from 1.
        rank: u32,
        /// When.
        phase: Phase,
        /// Which places.
        seat: Seat,
    },
    /// It stands on the reserve list.
    Reserve {
        /// Which lot.
        lot: LotNumber,
        /// Its place in the order, from 1.
        rank: u32,
        /// Its place on the reserve list, from 1.
        reserve: u32,
    },
}

impl Outcome {
    /// The lot it is about.
    #[must_use]
    pub fn lot(&self) -> LotNumber {
        match self {
            Outcome::Placed { lot, .. } | Outcome::Reserve { lot, .. } => *lot,
        }
    }

    /// The lot's place in the order, from 1.
    #[must_use]
    pub fn rank(&self) -> u32 {
        match self {
            Outcome::Placed { rank, .. } | Outcome::Reserve { rank, .. } => *rank,
        }
    }
}

impl Places {
    /// The full length of a shelter's tickets; 0 for a shelter that is not in the draw, where no stay is long enough.
    pub(super) fn full_nights(&self, shelter: ShelterCode) -> u32 {
        let found = self.shelters.iter().find(|listed| listed.code == shelter);
        found.map_or(0, |listed| listed.nights)
    }

    /// `length(p, s)`: the nights a stay from `start` on has in an entry.
    pub(super) fn length(&self, entry: &PlaceEntry, start: Night) -> u32 {
        let full = self.full_nights(entry.pool.shelter);
        entry.until.map_or(full, |until| full.min(start.through(until)))
    }

    /// The entries of these kinds.
    pub(super) fn entries_of(&self, kinds: &[Kind]) -> FixedBitSet {
        (0..self.entries.len()).filter(|&number| kinds.contains(&self.entries[number].pool.kind)).collect()
    }

    fn matching(&self) -> Matching {
        Matching::new(self.entries.iter().map(|entry| entry.count))
    }
}

/// Places the lots in the order given: an outcome for each, by rank. Numbers in `order` that no lot has are passed over.
#[must_use]
pub fn place(places: &Places, lots: &[Lot], order: &[LotNumber]) -> Vec<Outcome> {
    let by_number: HashMap<LotNumber, &Lot> = lots.iter().map(|lot| (lot.number, lot)).collect();
    let ranked: Vec<&Lot> = order.iter().filter_map(|number| by_number.get(number).copied()).collect();
    let given = Phases::new(places, &ranked).run();

    let (mut rank, mut reserve) = (0, 0);
    let outcomes = ranked.iter().zip(given).map(|(lot, given)| {
        rank += 1;
        match given {
            Some((phase, seat)) => Outcome::Placed { lot: lot.number, rank, phase, seat },
            None => {
                reserve += 1;
                Outcome::Reserve { lot: lot.number, rank, reserve }
            }
        }
    });
    outcomes.collect()
}

/// Seats one lot on what is free, singles by the order of *Assignment* and families by *Seating*, on both kinds: the rule for
/// places freed later and for direct mode (draw.md, section 8).
#[must_use]
pub fn seat(places: &Places, lot: &Lot) -> Option<Seat> {
    if lot.members.len() == 1 {
        let mut choices = single::choices(places, lot).into_iter();
        return choices
            .find(|choice| places.entries[choice.entry].count > 0)
            .map(|choice| choice.seat(places));
    }
    let mut matching = places.matching();
    let seating = Seating::new(places, &mut matching);
    seating.seat(&mut matching, lot, &places.entries_of(&[Kind::Family, Kind::Single]))
}

/// Singles that are alike.
struct Singles {
    /// What they can choose among, best first; worked out when the first of them is assigned a place, since most never are.
    choices: Option<Vec<Choice>>,
    /// How many of the choices, from the best on, have turned out to be beyond them.
    beyond: usize,
    /// Their kind in the matching, shared with all who can use the same entries.
    kind: matching::Kind,
}

/// The singles of a draw.
struct Grouped {
    /// Those that are alike.
    alike: Vec<Singles>,
    /// The entries that the singles of each kind can use.
    usable: Vec<(matching::Kind, FixedBitSet)>,
}

/// A single's place in `ranked`, from 0, and its group.
#[derive(Clone, Copy)]
struct Asker {
    position: usize,
    group: usize,
}

/// The phases of the placement. A position is a lot's place in `ranked`, from 0.
struct Phases<'a> {
    places: &'a Places,
    ranked: &'a [&'a Lot],
    given: Vec<Option<(Phase, Seat)>>,
    matching: Matching,
    seating: Seating<'a>,
}

impl<'a> Phases<'a> {
    fn new(places: &'a Places, ranked: &'a [&'a Lot]) -> Self {
        let mut matching = places.matching();
        let seating = Seating::new(places, &mut matching);
        Self { places, ranked, given: vec![None; ranked.len()], matching, seating }
    }

    fn run(mut self) -> Vec<Option<(Phase, Seat)>> {
        let family_places = self.places.entries_of(&[Kind::Family]);
        let single_places = self.places.entries_of(&[Kind::Single]);
        let all_places = self.places.entries_of(&[Kind::Family, Kind::Single]);
        let (singles, families): (Vec<usize>, Vec<usize>) =
            (0..self.ranked.len()).partition(|&position| self.ranked[position].members.len() == 1);
        let (mut grouped, singles) = self.group(&singles);

        let families = self.seat_families(Phase::F1, families, &family_places);
        self.let_singles_use(&grouped, &single_places);
        let (admitted, singles) = self.admit_singles(&grouped.alike, singles);
        let families = self.seat_families(Phase::F2, families, &all_places);
        self.let_singles_use(&grouped, &all_places);
        let (more, _) = self.admit_singles(&grouped.alike, singles);
        let first = admitted.into_iter().map(|asker| (asker, Phase::S1));
        let admitted = first.chain(more.into_iter().map(|asker| (asker, Phase::S2))).collect();
        self.assign(&mut grouped.alike, admitted);
        self.seat_families(Phase::F3, families, &all_places);
        self.given
    }

    /// Seats families in order, on the entries `on`: those passed over. One that failed fails for all alike, since places only
    /// ever get fewer within a phase.
    fn seat_families(&mut self, phase: Phase, families: Vec<usize>, on: &FixedBitSet) -> Vec<usize> {
        let mut failed: HashSet<Family<'_>> = HashSet::new();
        let mut passed_over = Vec::new();
        for position in families {
            let lot = self.ranked[position];
            let family = Family::of(lot);
            let seat =
                if failed.contains(&family) { None } else { self.seating.seat(&mut self.matching, lot, on) };
            match seat {
                Some(seat) => self.given[position] = Some((phase, seat)),
                None => {
                    failed.insert(family);
                    passed_over.push(position);
                }
            }
        }
        passed_over
    }

    /// Groups singles that are alike: the groups, and for every single its position and group.
    fn group(&mut self, singles: &[usize]) -> (Grouped, Vec<Asker>) {
        let mut grouped = Grouped { alike: Vec::new(), usable: Vec::new() };
        let mut groups = HashMap::new();
        let mut kinds = HashMap::new();
        let mut askers = Vec::with_capacity(singles.len());
        for &position in singles {
            let lot = self.ranked[position];
            let group = *groups.entry((lot.members[0], lot.from, &lot.accepts)).or_insert_with(|| {
                let usable = single::usable(self.places, lot);
                let kind = *kinds.entry(usable).or_insert_with_key(|usable| {
                    let kind = self.matching.add_kind(FixedBitSet::new());
                    grouped.usable.push((kind, usable.clone()));
                    kind
                });
                grouped.alike.push(Singles { choices: None, beyond: 0, kind });
                grouped.alike.len() - 1
            });
            askers.push(Asker { position, group });
        }
        (grouped, askers)
    }

    /// Lets singles use what is usable for them among the entries `on`.
    fn let_singles_use(&mut self, grouped: &Grouped, on: &FixedBitSet) {
        for (kind, usable) in &grouped.usable {
            let mut usable = usable.clone();
            usable.intersect_with(on);
            self.matching.set_usable(*kind, usable);
        }
    }

    /// Admits singles in order while all admitted can be given distinct places: those admitted, and the others. A kind that
    /// failed once fails for the rest of the phase.
    fn admit_singles(&mut self, alike: &[Singles], singles: Vec<Asker>) -> (Vec<Asker>, Vec<Asker>) {
        let mut failed = FixedBitSet::new();
        singles.into_iter().partition(|asker| {
            let kind = alike[asker.group].kind;
            let admitted = !failed.contains(kind) && self.matching.admit(kind);
            if !admitted {
                failed.grow_and_insert(kind);
            }
            admitted
        })
    }

    /// Gives every admitted single, in order, the best place that leaves every admitted single after it one.
    ///
    /// A choice beyond one single is beyond all alike that come later: could a later one have it, the two could have changed
    /// places.
    fn assign(&mut self, alike: &mut [Singles], mut admitted: Vec<(Asker, Phase)>) {
        admitted.sort_unstable_by_key(|(asker, _)| asker.position);
        for (Asker { position, group }, phase) in admitted {
            let Singles { choices, beyond, kind } = &mut alike[group];
            let choices = choices.get_or_insert_with(|| single::choices(self.places, self.ranked[position]));
            while let Some(choice) = choices.get(*beyond) {
                if self.matching.settle(*kind, choice.entry) {
                    self.given[position] = Some((phase, choice.seat(self.places)));
                    break;
                }
                *beyond += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests;
