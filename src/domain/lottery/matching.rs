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
    /// Per entry, the places that nobody holds.
    spare: Vec<u32>,
    /// Per entry, how many lots of each kind hold a place there for now. No zeros.
    held: Vec<BTreeMap<Kind, u32>>,
    /// Per kind, the entries its lots can use.
    usable: Vec<FixedBitSet>,
}

impl Matching {
    /// Nobody holds anything; entry `n` has `counts[n]` places.
    pub(super) fn new(counts: impl Iterator<Item = u32>) -> Self {
        let spare: Vec<u32> = counts.collect();
        Self { held: vec![BTreeMap::new(); spare.len()], spare, usable: Vec::new() }
    }

    /// A further kind of lot.
    pub(super) fn add_kind(&mut self, usable: FixedBitSet) -> Kind {
        self.usable.push(usable);
        self.usable.len() - 1
    }

    /// Changes what the lots of a kind can use. The places they hold must be among `usable`.
    pub(super) fn set_usable(&mut self, kind: Kind, usable: FixedBitSet) {
        self.usable[kind] = usable;
    }

    /// Admits one more lot of `kind` if all admitted and this one can be given distinct places. If not, nobody who was
    /// admitted has lost theirs.
    pub(super) fn admit(&mut self, kind: Kind) -> bool {
        let wanted: Vec<usize> = self.usable[kind].ones().collect();
        let Some(entry) = self.make_room(&wanted) else { return false };
        self.spare[entry] -= 1;
        self.hold(kind, entry);
        true
    }

    /// Gives one admitted lot of `kind` a place of `entry` for good, if everybody else admitted can keep one. If not, the lot
    /// stays admitted.
    pub(super) fn settle(&mut self, kind: Kind, entry: usize) -> bool {
        if self.held[entry].contains_key(&kind) {
            self.let_go(kind, entry);
            return true;
        }
        let Some(left) = self.dismiss(kind) else { return false };
        if self.make_room(&[entry]).is_some() {
            self.spare[entry] -= 1;
            return true;
        }
        self.spare[left] -= 1;
        self.hold(kind, left);
        false
    }

    /// Takes back the admission of one lot of `kind`: the entry whose place is spare again.
    pub(super) fn dismiss(&mut self, kind: Kind) -> Option<usize> {
        let entry = self.usable[kind].ones().find(|&entry| self.held[entry].contains_key(&kind))?;
        self.let_go(kind, entry);
        self.spare[entry] += 1;
        Some(entry)
    }

    fn hold(&mut self, kind: Kind, entry: usize) {
        *self.held[entry].entry(kind).or_insert(0) += 1;
    }

    fn let_go(&mut self, kind: Kind, entry: usize) {
        if let Some(count) = self.held[entry].get_mut(&kind) {
            *count -= 1;
            if *count == 0 {
                self.held[entry].remove(&kind);
            }
        }
    }

    /// Moves admitted lots so that one of the `wanted` entries has a spare place, if that is possible: that entry. Otherwise
    /// nothing is moved.
    fn make_room(&mut self, wanted: &[usize]) -> Option<usize> {
        if let Some(&entry) = wanted.iter().find(|&&entry| self.spare[entry] > 0) {
            return Some(entry);
        }
        let mut seen: FixedBitSet = FixedBitSet::with_capacity(self.spare.len());
        seen.extend(wanted.iter().copied());
        // For an entry reached by moving a lot there: the kind of that lot, and the entry it leaves.
        let mut moves: Vec<Option<(Kind, usize)>> = vec![None; self.spare.len()];
        let mut queue: VecDeque<usize> = wanted.iter().copied().collect();
        while let Some(from) = queue.pop_front() {
            for &kind in self.held[from].keys() {
                for to in self.usable[kind].difference(&seen).collect::<Vec<_>>() {
                    seen.insert(to);
                    moves[to] = Some((kind, from));
                    if self.spare[to] > 0 {
                        return Some(self.shift(&moves, to));
                    }
                    queue.push_back(to);
                }
            }
        }
        None
    }

    /// Moves one lot along each step of the path that ends at `last`: the entry at its beginning, which gains a spare place.
    fn shift(&mut self, moves: &[Option<(Kind, usize)>], last: usize) -> usize {
        self.spare[last] -= 1;
        let mut to = last;
        while let Some((kind, from)) = moves[to] {
            self.let_go(kind, from);
            self.hold(kind, to);
            to = from;
        }
        self.spare[to] += 1;
        to
    }
}
