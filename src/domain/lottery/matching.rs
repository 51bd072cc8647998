//! Distinct places for many lots at once: who could sit where, kept while lots come and go (draw.md, section 6).
//!
//! Lots that can use the same entries are of one *kind* and counted, not listed. A lot that is *admitted* holds some place
//! for now and may be moved, so long as everybody admitted keeps one; a lot that is *settled* has its place for good.

use std::collections::{BTreeMap, VecDeque};

use fixedbitset::FixedBitSet;

/// Lots that can use the same entries; a position in [`Matching`].
pub(super) type Kind = usize;

/// Places held for now, by kind of lot, and places still spare.
pub(super) struct Matching {
    /// Per entry, the places that are not given for good.
    left: Vec<u32>,
    /// Per entry, those of them that nobody holds.
    spare: Vec<u32>,
    /// Per entry, how many lots of each kind hold a place there for now. No zeros.
    held: Vec<BTreeMap<Kind, u32>>,
    /// Per kind, the entries its lots can use.
    usable: Vec<FixedBitSet>,
    /// Per entry, the ways out of it.
    ways: Vec<Ways>,
    /// Kept between searches for its memory alone.
    search: Search,
}

/// A search for an entry with a spare place.
#[derive(Default)]
struct Search {
    /// Entries still to be looked at.
    queue: VecDeque<usize>,
    /// Entries reached.
    seen: FixedBitSet,
    /// For an entry reached by moving a lot there, the entry the lot would leave.
    came_from: Vec<Option<usize>>,
}

/// Where the lots that hold an entry for now could go instead.
#[derive(Clone)]
struct Ways {
    /// Per other entry, how many of the kinds held here can use it.
    kinds: Vec<u32>,
    /// The entries for which that is not zero.
    open: FixedBitSet,
}

impl Matching {
    /// Nobody holds anything; entry `n` has `counts[n]` places.
    pub(super) fn new(counts: impl Iterator<Item = u32>) -> Self {
        let spare: Vec<u32> = counts.collect();
        let entries = spare.len();
        let ways = Ways { kinds: vec![0; entries], open: FixedBitSet::with_capacity(entries) };
        Self {
            left: spare.clone(),
            spare,
            held: vec![BTreeMap::new(); entries],
            usable: Vec::new(),
            ways: vec![ways; entries],
            search: Search::default(),
        }
    }

    /// A further kind of lot.
    pub(super) fn add_kind(&mut self, usable: FixedBitSet) -> Kind {
        self.usable.push(usable);
        self.usable.len() - 1
    }

    /// Changes what the lots of a kind can use. The places they hold must be among `usable`.
    pub(super) fn set_usable(&mut self, kind: Kind, usable: FixedBitSet) {
        let holding: Vec<usize> = self.entries_held_by(kind).collect();
        holding.iter().for_each(|&entry| self.close_ways(kind, entry));
        self.usable[kind] = usable;
        holding.iter().for_each(|&entry| self.open_ways(kind, entry));
    }

    /// Those of the entries `on` that have a place not given for good.
    pub(super) fn left_among(&self, on: &FixedBitSet) -> FixedBitSet {
        on.ones().filter(|&entry| self.left[entry] > 0).collect()
    }

    /// Admits one more lot of `kind` if all admitted and this one can be given distinct places. If not, nobody who was
    /// admitted has lost theirs.
    pub(super) fn admit(&mut self, kind: Kind) -> bool {
        // Out of the way for the search: it starts from all of these entries, so no lot of this kind is moved among them.
        let usable = std::mem::take(&mut self.usable[kind]);
        let entry = self.make_room(&usable);
        self.usable[kind] = usable;
        let Some(entry) = entry else { return false };
        self.spare[entry] -= 1;
        self.hold(kind, entry);
        true
    }

    /// Gives one admitted lot of `kind` a place of `entry` for good, if everybody else admitted can keep one. If not, the lot
    /// stays admitted.
    pub(super) fn settle(&mut self, kind: Kind, entry: usize) -> bool {
        let settled = self.left[entry] > 0 && self.exchange(kind, entry);
        if settled {
            self.left[entry] -= 1;
        }
        settled
    }

    /// Takes the place that one admitted lot of `kind` holds in exchange for one of `entry`; neither is held by anybody then.
    fn exchange(&mut self, kind: Kind, entry: usize) -> bool {
        if self.held[entry].contains_key(&kind) {
            self.let_go(kind, entry);
            return true;
        }
        let Some(held) = self.dismiss(kind) else { return false };
        let mut wanted = FixedBitSet::with_capacity(self.spare.len());
        wanted.insert(entry);
        if self.make_room(&wanted).is_some() {
            self.spare[entry] -= 1;
            return true;
        }
        self.spare[held] -= 1;
        self.hold(kind, held);
        false
    }

    /// Takes back the admission of one lot of `kind`: the entry whose place is spare again.
    pub(super) fn dismiss(&mut self, kind: Kind) -> Option<usize> {
        let entry = self.entries_held_by(kind).next()?;
        self.let_go(kind, entry);
        self.spare[entry] += 1;
        Some(entry)
    }

    fn entries_held_by(&self, kind: Kind) -> impl Iterator<Item = usize> {
        self.usable[kind].ones().filter(move |&entry| self.held[entry].contains_key(&kind))
    }

    fn hold(&mut self, kind: Kind, entry: usize) {
        let count = self.held[entry].entry(kind).or_insert(0);
        *count += 1;
        if *count == 1 {
            self.open_ways(kind, entry);
        }
    }

    fn let_go(&mut self, kind: Kind, entry: usize) {
        let Some(count) = self.held[entry].get_mut(&kind) else { return };
        *count -= 1;
        if *count == 0 {
            self.held[entry].remove(&kind);
            self.close_ways(kind, entry);
        }
    }

    fn open_ways(&mut self, kind: Kind, from: usize) {
        let Ways { kinds, open } = &mut self.ways[from];
        for to in self.usable[kind].ones() {
            kinds[to] += 1;
            open.insert(to);
        }
    }

    fn close_ways(&mut self, kind: Kind, from: usize) {
        let Ways { kinds, open } = &mut self.ways[from];
        for to in self.usable[kind].ones() {
            kinds[to] -= 1;
            open.set(to, kinds[to] > 0);
        }
    }

    /// Moves admitted lots so that one of the `wanted` entries has a spare place, if that is possible: that entry. Otherwise
    /// nothing is moved.
    fn make_room(&mut self, wanted: &FixedBitSet) -> Option<usize> {
        if let Some(entry) = wanted.ones().find(|&entry| self.spare[entry] > 0) {
            return Some(entry);
        }
        let mut search = std::mem::take(&mut self.search);
        let found = self.search(wanted, &mut search).map(|last| self.shift(&search.came_from, last));
        self.search = search;
        found
    }

    /// The nearest entry with a spare place that lots could be moved towards, to make room in a `wanted` one.
    fn search(&self, wanted: &FixedBitSet, search: &mut Search) -> Option<usize> {
        let Search { queue, seen, came_from } = search;
        queue.clear();
        queue.extend(wanted.ones());
        seen.clone_from(wanted);
        seen.grow(self.spare.len());
        came_from.clear();
        came_from.resize(self.spare.len(), None);
        while let Some(from) = queue.pop_front() {
            for to in self.ways[from].open.difference(seen) {
                came_from[to] = Some(from);
                if self.spare[to] > 0 {
                    return Some(to);
                }
                queue.push_back(to);
            }
            seen.union_with(&self.ways[from].open);
        }
        None
    }

    /// Moves one lot along each step of the way that ends at `last`: the entry at its beginning, which gains a spare place.
    fn shift(&mut self, came_from: &[Option<usize>], last: usize) -> usize {
        self.spare[last] -= 1;
        let mut to = last;
        while let Some(from) = came_from[to] {
            let movable = self.held[from].keys().find(|&&kind| self.usable[kind].contains(to));
            if let Some(&kind) = movable {
                self.let_go(kind, from);
                self.hold(kind, to);
            }
            to = from;
        }
        self.spare[to] += 1;
        to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matching(counts: &[u32]) -> Matching {
        Matching::new(counts.iter().copied())
    }

    fn entries(entries: &[usize]) -> FixedBitSet {
        entries.iter().copied().collect()
    }

    #[test]
    fn a_kind_is_admitted_until_its_places_are_held() {
        let mut matching = matching(&[2, 1]);
        let kind = matching.add_kind(entries(&[0]));
        assert_eq!([(); 3].map(|()| matching.admit(kind)), [true, true, false]);
    }

    #[test]
    fn a_kind_that_can_use_nothing_is_never_admitted() {
        let mut matching = matching(&[2]);
        let kind = matching.add_kind(entries(&[]));
        assert!(!matching.admit(kind));
        assert_eq!(matching.dismiss(kind), None);
    }

    #[test]
    fn a_lot_admitted_is_moved_so_that_another_gets_a_place() {
        let mut matching = matching(&[1, 1]);
        let wide = matching.add_kind(entries(&[0, 1]));
        let narrow = matching.add_kind(entries(&[0]));
        assert!(matching.admit(wide) && matching.admit(narrow));
        assert!(!matching.admit(wide) && !matching.admit(narrow));
    }

    #[test]
    fn several_lots_move_along_where_one_move_is_not_enough() {
        let mut matching = matching(&[1, 1, 1, 1]);
        let chain = [[0, 1], [1, 2], [2, 3]].map(|pair| matching.add_kind(entries(&pair)));
        assert!(chain.iter().all(|&kind| matching.admit(kind)));
        let first = matching.add_kind(entries(&[0]));
        assert!(matching.admit(first));
        assert!(!matching.admit(first));
    }

    #[test]
    fn a_lot_that_is_not_admitted_moves_nobody() {
        let mut matching = matching(&[1, 1]);
        let (left, right) = (matching.add_kind(entries(&[0])), matching.add_kind(entries(&[1])));
        assert!(matching.admit(left) && matching.admit(right));
        let both = matching.add_kind(entries(&[0, 1]));
        assert!(!matching.admit(both));
        assert_eq!((matching.dismiss(left), matching.dismiss(right)), (Some(0), Some(1)));
    }

    #[test]
    fn the_place_of_a_lot_that_is_dismissed_is_spare_again() {
        let mut matching = matching(&[1]);
        let (one, other) = (matching.add_kind(entries(&[0])), matching.add_kind(entries(&[0])));
        assert!(matching.admit(one) && !matching.admit(other));
        assert_eq!(matching.dismiss(one), Some(0));
        assert!(matching.admit(other));
    }

    #[test]
    fn a_lot_that_is_settled_is_never_moved_again() {
        let mut matching = matching(&[1, 1]);
        let wide = matching.add_kind(entries(&[0, 1]));
        let narrow = matching.add_kind(entries(&[0]));
        assert!(matching.admit(wide) && matching.settle(wide, 0));
        assert!(!matching.admit(narrow));
        assert_eq!(matching.dismiss(wide), None);
    }

    #[test]
    fn a_lot_settles_away_from_the_place_it_holds_for_now() {
        let mut matching = matching(&[1, 1]);
        let wide = matching.add_kind(entries(&[0, 1]));
        assert!(matching.admit(wide) && matching.settle(wide, 1));
        assert!(matching.admit(wide) && !matching.admit(wide));
        assert_eq!(matching.dismiss(wide), Some(0));
    }

    #[test]
    fn a_lot_settles_on_a_place_that_another_can_leave() {
        let mut matching = matching(&[1, 1, 1]);
        let (first, second) = (matching.add_kind(entries(&[0, 1])), matching.add_kind(entries(&[1, 2])));
        assert!(matching.admit(second) && matching.admit(first));
        assert!(matching.settle(first, 1));
        assert_eq!(matching.dismiss(second), Some(2));
    }

    #[test]
    fn a_lot_that_cannot_settle_where_another_would_lose_its_place_stays_admitted() {
        let mut matching = matching(&[1, 1]);
        let wide = matching.add_kind(entries(&[0, 1]));
        let narrow = matching.add_kind(entries(&[1]));
        assert!(matching.admit(wide) && matching.admit(narrow));
        assert!(!matching.settle(wide, 1));
        assert!(!matching.admit(narrow));
        assert!(matching.settle(wide, 0) && matching.settle(narrow, 1));
    }

    #[test]
    fn a_lot_that_was_never_admitted_cannot_settle() {
        let mut matching = matching(&[1]);
        let kind = matching.add_kind(entries(&[0]));
        assert!(!matching.settle(kind, 0));
    }

    #[test]
    fn a_lot_can_still_move_after_another_that_could_go_the_same_way_is_dismissed() {
        let mut matching = matching(&[2, 1]);
        let (one, other) = (matching.add_kind(entries(&[0, 1])), matching.add_kind(entries(&[1, 0])));
        assert!(matching.admit(one) && matching.admit(other));
        assert_eq!(matching.dismiss(one), Some(0));
        let narrow = matching.add_kind(entries(&[0]));
        assert_eq!([(); 3].map(|()| matching.admit(narrow)), [true, true, false]);
    }

    #[test]
    fn lots_admitted_before_move_onto_what_their_kind_may_use_from_now_on() {
        let mut matching = matching(&[1, 1]);
        let kind = matching.add_kind(entries(&[0]));
        assert!(matching.admit(kind) && !matching.admit(kind));
        matching.set_usable(kind, entries(&[0, 1]));
        let other = matching.add_kind(entries(&[0]));
        assert!(matching.admit(other));
        assert_eq!(matching.dismiss(kind), Some(1));
    }

    #[test]
    fn lots_admitted_before_no_longer_move_onto_what_their_kind_may_not_use_any_more() {
        let mut matching = matching(&[1, 1]);
        let kind = matching.add_kind(entries(&[0, 1]));
        assert!(matching.admit(kind));
        matching.set_usable(kind, entries(&[0]));
        let other = matching.add_kind(entries(&[0]));
        assert!(!matching.admit(other));
    }
}
