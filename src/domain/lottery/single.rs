//! What a single can choose among, best first (draw.md, section 6: *usable* and the order of *Assignment*).

use std::cmp::Reverse;

use super::placement::{Places, Seat};
use crate::domain::guest::Sex;
use crate::domain::night::Night;
use crate::domain::place::{Kind, PlaceEntry, Who};
use crate::domain::shelter::ShelterCode;

/// An entry a single can use, and the stay it would have there. The order of the fields is the order of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Choice {
    pub(super) start: Night,
    pub(super) nights: Reverse<u32>,
    /// The shelter's position among the wishes.
    wish: usize,
    /// Single places come before family places.
    on_family_place: bool,
    /// Places for men or women come before those for any.
    on_any_place: bool,
    /// The entry's number.
    pub(super) entry: usize,
}

impl Choice {
    pub(super) fn seat(&self, places: &Places) -> Seat {
        let shelter = places.entries[self.entry].pool.shelter;
        Seat { shelter, start: self.start, nights: self.nights.0, entries: vec![self.entry] }
    }
}

/// The entries usable for a single, best first.
pub(super) fn choices(places: &Places, sex: Sex, from: Night, accepts: &[ShelterCode]) -> Vec<Choice> {
    let numbered = places.entries.iter().enumerate().filter(|(_, free)| free.pool.who.fits(sex));
    let mut choices: Vec<Choice> = numbered
        .filter_map(|(entry, free)| {
            let wish = accepts.iter().position(|&wished| wished == free.pool.shelter)?;
            let (start, nights) = stay(places, free, from)?;
            let on_family_place = free.pool.kind == Kind::Family;
            let on_any_place = free.pool.who == Who::Any;
            Some(Choice { start, nights: Reverse(nights), wish, on_family_place, on_any_place, entry })
        })
        .collect();
    choices.sort_unstable();
    choices
}

/// The stay from the first start night on which the entry is free and the lot may sleep, if it is long enough.
fn stay(places: &Places, free: &PlaceEntry, from: Night) -> Option<(Night, u32)> {
    let start = *places.start_nights.iter().find(|&&start| start >= free.from && start >= from)?;
    let nights = places.length(free, start);
    (nights >= places.min_nights).then_some((start, nights))
}
