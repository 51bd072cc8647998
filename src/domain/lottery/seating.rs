//! Seating a family: together, in one shelter, for the same nights, or not at all (draw.md, section 6, *Seating a family*).

use std::cmp::Reverse;

use fixedbitset::FixedBitSet;

use super::matching::{self, Matching};
use super::placement::{Lot, Places, Seat};
use crate::domain::guest::Sex;
use crate::domain::night::Night;
use crate::domain::place::{Kind, Who};
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

/// The kinds of lot that stand for a family's men, women and others while it is being seated.
#[derive(Clone, Copy)]
pub(super) struct MemberKinds([matching::Kind; 3]);

impl MemberKinds {
    pub(super) fn new(matching: &mut Matching) -> Self {
        Self(SEATED.map(|_| matching.add_kind(FixedBitSet::new())))
    }
}

/// Seats a family on the entries `on`, beside everybody admitted in `matching`, who may have to move but keep a place.
/// Members get their entries in seating order; the caller's [`Lot`] says in which order they were listed.
pub(super) fn seat(
    places: &Places,
    matching: &mut Matching,
    kinds: MemberKinds,
    lot: &Lot,
    on: &FixedBitSet,
) -> Option<Seat> {
    let family = Family::of(lot);
    let stay = best_stay(places, matching, kinds, family, on)?;
    let fitting = Fitting::new(places, stay, on);
    let seated = fitting.settle(matching, kinds, family)?;
    let mut next = seated.map(Vec::into_iter);
    let entries = lot.members.iter().filter_map(|&member| next[member as usize].next()).collect();
    Some(Seat { shelter: stay.shelter, start: stay.start, nights: stay.nights, entries })
}

/// For the shortest stay of a family in one shelter from one start night on: the entries that fit some member, and how many
/// members at most could have a place on them beside everybody admitted.
pub(super) fn could_be_seated(
    places: &Places,
    matching: &mut Matching,
    kinds: MemberKinds,
    lot: &Lot,
    (shelter, start): (ShelterCode, Night),
    on: &FixedBitSet,
) -> (Vec<usize>, u32) {
    let family = Family::of(lot);
    let fitting = Fitting::new(places, Stay { shelter, start, nights: places.min_nights }, on);
    let seated: usize = fitting.seatable(matching, kinds, family).into_iter().sum();
    let sexes = (0..SEATED.len()).filter(|&sex| family.members[sex] > 0);
    let mut entries: Vec<usize> = sexes.flat_map(|sex| fitting.0[sex].iter().copied()).collect();
    entries.sort_unstable();
    entries.dedup();
    (entries, u32::try_from(seated).unwrap_or(u32::MAX))
}

/// Among all shelters and start nights, the earliest start, then the longest stay, then the most wished shelter.
fn best_stay(
    places: &Places,
    matching: &mut Matching,
    kinds: MemberKinds,
    family: Family<'_>,
    on: &FixedBitSet,
) -> Option<Stay> {
    for &start in places.start_nights.iter().filter(|&&start| start >= family.from) {
        let mut best: Option<Stay> = None;
        for &shelter in family.accepts {
            let longer = best.map_or(places.min_nights, |stay| stay.nights + 1);
            let stays =
                lengths(places, shelter, start, on).into_iter().take_while(|&nights| nights >= longer);
            let stays = stays.map(|nights| Stay { shelter, start, nights });
            let mut stays = stays.filter(|&stay| {
                Fitting::new(places, stay, on).seatable(matching, kinds, family) == family.members
            });
            best = stays.next().or(best);
        }
        if best.is_some() {
            return best;
        }
    }
    None
}

/// The lengths at which what fits changes, longest first: the longest possible stay is one of them.
fn lengths(places: &Places, shelter: ShelterCode, start: Night, on: &FixedBitSet) -> Vec<u32> {
    let entries = on.ones().map(|number| &places.entries[number]);
    let entries = entries.filter(|entry| entry.pool.shelter == shelter && entry.from <= start);
    let mut lengths: Vec<u32> = entries.map(|entry| places.length(entry, start)).collect();
    lengths.sort_unstable_by_key(|&nights| Reverse(nights));
    lengths.dedup();
    lengths
}

/// The entries that fit a stay, in the order in which members take them, for men, women and others.
struct Fitting([Vec<usize>; 3]);

impl Fitting {
    fn new(places: &Places, stay: Stay, on: &FixedBitSet) -> Self {
        let mut fitting: Vec<usize> = on
            .ones()
            .filter(|&number| {
                let entry = &places.entries[number];
                entry.pool.shelter == stay.shelter
                    && entry.from <= stay.start
                    && places.length(entry, stay.start) >= stay.nights
            })
            .collect();
        fitting.sort_by_key(|&number| {
            let entry = &places.entries[number];
            let kind = (entry.pool.who == Who::Any, entry.pool.kind == Kind::Family);
            (kind, Reverse(entry.from), entry.until.is_none(), entry.until, number)
        });
        let fits = |sex| {
            fitting.iter().copied().filter(|&number| places.entries[number].pool.who.fits(sex)).collect()
        };
        Self(SEATED.map(fits))
    }

    /// How many men, women and others at most can be given distinct places; nobody holds one afterwards who did not before.
    fn seatable(&self, matching: &mut Matching, kinds: MemberKinds, family: Family<'_>) -> [usize; 3] {
        let admitted = self.admit(matching, kinds, family);
        for (kind, count) in kinds.0.into_iter().zip(admitted) {
            for _ in 0..count {
                matching.dismiss(kind);
            }
        }
        admitted
    }

    /// Admits as many members as can be given distinct places: how many of each sex.
    fn admit(&self, matching: &mut Matching, kinds: MemberKinds, family: Family<'_>) -> [usize; 3] {
        let mut admitted = [0; 3];
        for (sex, kind) in kinds.0.into_iter().enumerate() {
            matching.set_usable(kind, self.0[sex].iter().copied().collect());
            while admitted[sex] < family.members[sex] && matching.admit(kind) {
                admitted[sex] += 1;
            }
        }
        admitted
    }

    /// Gives every member a place for good, each the first that leaves the members after it seatable: the entries of the
    /// men, the women and the others.
    fn settle(
        &self,
        matching: &mut Matching,
        kinds: MemberKinds,
        family: Family<'_>,
    ) -> Option<[Vec<usize>; 3]> {
        if self.admit(matching, kinds, family) != family.members {
            return None;
        }
        let mut seated = [const { Vec::new() }; 3];
        for (sex, kind) in kinds.0.into_iter().enumerate() {
            for _ in 0..family.members[sex] {
                seated[sex].push(*self.0[sex].iter().find(|&&entry| matching.settle(kind, entry))?);
            }
        }
        Some(seated)
    }
}

#[cfg(test)]
mod tests;
