//! What a single can choose among, best first (draw.md, section 6: *usable* and the order of *Assignment*).

use super::placement::{Places, Seat};
use crate::domain::guest::Sex;
use crate::domain::night::Night;
use crate::domain::place::{Kind, Who};
use crate::domain::shelter::ShelterCode;

/// An entry a single can use, and the stay it would have there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) entry: usize,
    pub(super) start: Night,
    pub(super) nights: u32,
    /// The shelter's position among the wishes.
    pub(super) wish: usize,
}

impl Choice {
    pub(super) fn seat(&self, places: &Places) -> Seat {
        let shelter = places.entries[self.entry].pool.shelter;
        Seat { shelter, start: self.start, nights: self.nights, entries: vec![self.entry] }
    }
}

/// The entries usable for a single, best first: earlier start, then longer stay, then the order of the wishes, then single
/// places before family places, places for men or women before those for any, then the entry's number.
pub(super) fn choices(places: &Places, sex: Sex, from: Night, accepts: &[ShelterCode]) -> Vec<Choice> {
    let mut choices: Vec<Choice> = (0..places.entries.len())
        .filter_map(|entry| {
            let pool = places.entries[entry].pool;
            let wish = accepts.iter().position(|&wished| wished == pool.shelter)?;
            if pool.who.fits(sex) { stay(places, entry, from, wish) } else { None }
        })
        .collect();
    choices.sort_by_key(|choice| {
        let pool = places.entries[choice.entry].pool;
        let stay = (choice.start, std::cmp::Reverse(choice.nights), choice.wish);
        (stay, pool.kind == Kind::Family, pool.who == Who::Any, choice.entry)
    });
    choices
}

/// The stay from the first start night on which the entry is free and the lot may sleep, if it is long enough.
fn stay(places: &Places, entry: usize, from: Night, wish: usize) -> Option<Choice> {
    let free = &places.entries[entry];
    let start = *places.start_nights.iter().find(|&&start| start >= free.from && start >= from)?;
    let nights = places.length(free, start);
    (nights >= places.min_nights).then_some(Choice { entry, start, nights, wish })
}
