//! Seating a family: together, in one shelter, for the same nights, or not at all (draw.md, section 6, *Seating a family*).

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use fixedbitset::FixedBitSet;

use super::matching::{self, Matching};
use super::placement::{Lot, Places, Seat};
use crate::domain::guest::Sex;
use crate::domain::night::Night;
use crate::domain::place::{Kind, PlaceEntry, Who};
use crate::domain::shelter::ShelterCode;

/// The order in which members are seated.
const SEATED: [Sex; 3] = [Sex::Man, Sex::Woman, Sex::Other];

/// Families that are alike: the order in which members were listed does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Family<'a> {
    /// How many men, women and others.
    members: [usize; 3],
    from: Night,
    accepts: &'a [ShelterCode],
}

impl<'a> Family<'a> {
    pub(super) fn of(lot: &'a Lot) -> Self {
        let members = SEATED.map(|sex| lot.members.iter().filter(|&&member| member == sex).count());
        Self { members, from: lot.from, accepts: &lot.accepts }
    }
}

/// Where and when a family could stay together.
#[derive(Clone, Copy, Debug)]
struct Stay {
    shelter: ShelterCode,
    start: Night,
    nights: u32,
}

/// What is needed to seat families beside everybody admitted in one [`Matching`].
pub(super) struct Seating<'a> {
    places: &'a Places,
    /// Per shelter, its entries in the order in which members take them.
    entries: HashMap<ShelterCode, Vec<usize>>,
    /// The kinds of lot that stand for the men, women and others of the family being seated.
    kinds: [matching::Kind; 3],
}

impl<'a> Seating<'a> {
    pub(super) fn new(places: &'a Places, matching: &mut Matching) -> Self {
        let mut in_order: Vec<usize> = (0..places.entries.len()).collect();
        in_order.sort_by_key(|&number| {
            let entry = &places.entries[number];
            let kind = (entry.pool.who == Who::Any, entry.pool.kind == Kind::Family);
            (kind, Reverse(entry.from), entry.until.is_none(), entry.until, number)
        });
        let mut entries: HashMap<ShelterCode, Vec<usize>> = HashMap::new();
        for number in in_order {
            entries.entry(places.entries[number].pool.shelter).or_default().push(number);
        }
        Self { places, entries, kinds: SEATED.map(|_| matching.add_kind(FixedBitSet::new())) }
    }

    /// Seats a family for good on the entries `on`. Everybody admitted in `matching` may have to move but keeps a place.
    pub(super) fn seat(&self, matching: &mut Matching, lot: &Lot, on: &FixedBitSet) -> Option<Seat> {
        let family = Family::of(lot);
        let left = matching.left_among(on);
        let stay = self.best_stay(matching, family, &left)?;
        let seated = self.settle(matching, family, &self.fitting(stay, &left))?;
        let mut next = seated.map(Vec::into_iter);
        let entries = lot.members.iter().filter_map(|&member| next[member as usize].next()).collect();
        Some(Seat { shelter: stay.shelter, start: stay.start, nights: stay.nights, entries })
    }

    /// For the shortest stay of a family in one shelter from one start night on: the entries that fit some member, and how
    /// many members at most could have a place on them beside everybody admitted.
    pub(super) fn could_be_seated(
        &self,
        matching: &mut Matching,
        lot: &Lot,
        (shelter, start): (ShelterCode, Night),
        on: &FixedBitSet,
    ) -> (BTreeSet<usize>, usize) {
        let family = Family::of(lot);
        let fitting = self.fitting(Stay { shelter, start, nights: self.places.min_nights }, on);
        let admitted = [0, 1, 2].map(|sex| self.admit(matching, family, &fitting, sex));
        self.dismiss(matching, admitted);
        let sexes = fitting.into_iter().zip(family.members).filter(|(_, members)| *members > 0);
        (sexes.flat_map(|(entries, _)| entries).collect(), admitted.into_iter().sum())
    }

    /// Among all shelters and start nights, the earliest start, then the longest stay, then the most wished shelter.
    fn best_stay(&self, matching: &mut Matching, family: Family<'_>, on: &FixedBitSet) -> Option<Stay> {
        let starts = self.places.start_nights.iter().filter(|&&start| start >= family.from);
        for &start in starts {
            let mut best: Option<Stay> = None;
            for &shelter in family.accepts {
                let lengths = self.lengths(shelter, start, on);
                let longest = lengths.partition_point(|&nights| {
                    let fitting = self.fitting(Stay { shelter, start, nights }, on);
                    self.seats(matching, family, &fitting)
                });
                let longest = lengths[..longest].last().copied();
                if let Some(nights) = longest.filter(|&nights| best.is_none_or(|best| nights > best.nights)) {
                    best = Some(Stay { shelter, start, nights });
                }
            }
            if best.is_some() {
                return best;
            }
        }
        None
    }

    /// A shelter's entries among `on` that are free from `start` on, in the order in which members take them.
    fn entries_from(
        &self,
        shelter: ShelterCode,
        start: Night,
        on: &FixedBitSet,
    ) -> impl Iterator<Item = (usize, &PlaceEntry)> {
        let entries = self.entries.get(&shelter).map_or(&[][..], Vec::as_slice);
        let entries = entries.iter().filter(|&&number| on.contains(number));
        entries
            .map(|&number| (number, &self.places.entries[number]))
            .filter(move |(_, entry)| entry.from <= start)
    }

    /// The lengths at which what fits changes, shortest first: what fits a stay fits every shorter one, and the longest
    /// possible stay is one of these.
    fn lengths(&self, shelter: ShelterCode, start: Night, on: &FixedBitSet) -> Vec<u32> {
        let lengths =
            self.entries_from(shelter, start, on).map(|(_, entry)| self.places.length(entry, start));
        let mut lengths: Vec<u32> = lengths.filter(|&nights| nights >= self.places.min_nights).collect();
        lengths.sort_unstable();
        lengths.dedup();
        lengths
    }

    /// The entries that fit a stay, in the order in which members take them, for men, women and others.
    fn fitting(&self, stay: Stay, on: &FixedBitSet) -> [Vec<usize>; 3] {
        let entries = self.entries_from(stay.shelter, stay.start, on);
        let long_enough = entries.filter(|(_, entry)| self.places.length(entry, stay.start) >= stay.nights);
        let fitting: Vec<(usize, Who)> =
            long_enough.map(|(number, entry)| (number, entry.pool.who)).collect();
        SEATED.map(|sex| fitting.iter().filter(|(_, who)| who.fits(sex)).map(|&(number, _)| number).collect())
    }

    /// Whether all members can be given distinct places; nobody holds one afterwards who did not before.
    fn seats(&self, matching: &mut Matching, family: Family<'_>, fitting: &[Vec<usize>; 3]) -> bool {
        let mut admitted = [0; 3];
        let all = (0..SEATED.len()).all(|sex| {
            admitted[sex] = self.admit(matching, family, fitting, sex);
            admitted[sex] == family.members[sex]
        });
        self.dismiss(matching, admitted);
        all
    }

    /// Admits as many members of a sex as can be given distinct places: how many.
    fn admit(
        &self,
        matching: &mut Matching,
        family: Family<'_>,
        fitting: &[Vec<usize>; 3],
        sex: usize,
    ) -> usize {
        let kind = self.kinds[sex];
        matching.set_usable(kind, fitting[sex].iter().copied().collect());
        (0..family.members[sex]).take_while(|_| matching.admit(kind)).count()
    }

    fn dismiss(&self, matching: &mut Matching, admitted: [usize; 3]) {
        for (kind, count) in self.kinds.into_iter().zip(admitted) {
            for _ in 0..count {
                matching.dismiss(kind);
            }
        }
    }

    /// Gives every member of a family that [`seats`](Self::seats) a place for good, each the first that leaves the members
    /// after it seatable: the entries of the men, the women and the others.
    fn settle(
        &self,
        matching: &mut Matching,
        family: Family<'_>,
        fitting: &[Vec<usize>; 3],
    ) -> Option<[Vec<usize>; 3]> {
        for sex in 0..SEATED.len() {
            self.admit(matching, family, fitting, sex);
        }
        let mut seated = [const { Vec::new() }; 3];
        for (sex, kind) in self.kinds.into_iter().enumerate() {
            for _ in 0..family.members[sex] {
                seated[sex].push(*fitting[sex].iter().find(|&&entry| matching.settle(kind, entry))?);
            }
        }
        Some(seated)
    }
}

#[cfg(test)]
mod tests;
