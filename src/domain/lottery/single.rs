//! What a single can choose among, best first (draw.md, section 6: *usable* and the order of *Assignment*).

use std::cmp::Reverse;

use fixedbitset::FixedBitSet;

use super::placement::{Lot, Places, Seat};
use crate::domain::night::Night;
use crate::domain::place::{Kind, PlaceEntry, Who};

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
pub(super) fn choices(places: &Places, lot: &Lot) -> Vec<Choice> {
    let mut choices: Vec<Choice> = in_any_order(places, lot).collect();
    choices.sort_unstable();
    choices
}

/// The same entries as a set, as long as there are entries.
pub(super) fn usable(places: &Places, lot: &Lot) -> FixedBitSet {
    let mut usable = FixedBitSet::with_capacity(places.entries.len());
    usable.extend(in_any_order(places, lot).map(|choice| choice.entry));
    usable
}

fn in_any_order(places: &Places, lot: &Lot) -> impl Iterator<Item = Choice> {
    let fits = |free: &PlaceEntry| lot.members.iter().all(|&sex| free.pool.who.fits(sex));
    let numbered = places.entries.iter().enumerate().filter(move |(_, free)| fits(free));
    numbered.filter_map(|(entry, free)| {
        let wish = lot.accepts.iter().position(|&wished| wished == free.pool.shelter)?;
        let (start, nights) = stay(places, free, lot.from)?;
        let on_family_place = free.pool.kind == Kind::Family;
        let on_any_place = free.pool.who == Who::Any;
        Some(Choice { start, nights: Reverse(nights), wish, on_family_place, on_any_place, entry })
    })
}

/// The stay from the first start night on which the entry is free and the lot may sleep, if it is long enough.
fn stay(places: &Places, free: &PlaceEntry, from: Night) -> Option<(Night, u32)> {
    let start = *places.start_nights.iter().find(|&&start| start >= free.from && start >= from)?;
    let nights = places.length(free, start);
    (nights >= places.min_nights).then_some((start, nights))
}

#[cfg(test)]
mod tests {
    use super::super::hand_made::{friday, lot, night};
    use super::*;

    const NONE: [usize; 0] = [];

    /// The entries a single can use, best first, with the start and the length of the stay.
    fn stays(places: &Places, line: &str) -> Vec<(usize, Night, u32)> {
        let lot = lot(line);
        let choices = choices(places, &lot);
        choices.iter().map(|choice| (choice.entry, choice.start, choice.nights.0)).collect()
    }

    /// The entries a single can use, best first.
    fn entries(places: &Places, line: &str) -> Vec<usize> {
        stays(places, line).into_iter().map(|(entry, ..)| entry).collect()
    }

    #[test]
    fn only_shelters_that_are_accepted_can_be_used() {
        let places = friday(&["1 single any at cv from 11-27", "1 single any at fa from 11-27"]);
        assert_eq!(entries(&places, "1: man from 11-27 to fa"), [1]);
        assert_eq!(entries(&places, "1: man from 11-27 to sm"), NONE);
    }

    #[test]
    fn a_man_uses_places_for_men_and_any_a_woman_for_women_and_any_other_for_any() {
        let places = friday(&[
            "1 single any at fa from 11-27",
            "1 single men at fa from 11-27",
            "1 single women at fa from 11-27",
        ]);
        assert_eq!(entries(&places, "1: man from 11-27 to fa"), [1, 0]);
        assert_eq!(entries(&places, "1: woman from 11-27 to fa"), [2, 0]);
        assert_eq!(entries(&places, "1: other from 11-27 to fa"), [0]);
    }

    #[test]
    fn a_stay_starts_on_the_first_start_night_that_place_and_lot_allow() {
        let places = friday(&["1 single any at fa from 11-28"]);
        assert_eq!(stays(&places, "1: man from 11-27 to fa"), [(0, night("11-28"), 5)]);
        assert_eq!(stays(&places, "1: man from 11-28 to fa"), [(0, night("11-28"), 5)]);
        assert_eq!(stays(&places, "1: man from 11-29 to fa"), [(0, night("11-29"), 5)]);
        assert_eq!(stays(&places, "1: man from 11-30 to fa"), []);
    }

    #[test]
    fn who_may_sleep_from_a_night_between_start_nights_starts_on_the_next() {
        let mut places = friday(&["1 single any at fa from 11-27"]);
        places.start_nights.remove(1);
        assert_eq!(stays(&places, "1: man from 11-28 to fa"), [(0, night("11-29"), 5)]);
    }

    #[test]
    fn a_stay_is_as_long_as_a_ticket_of_the_shelter_unless_the_place_ends_before() {
        let places = friday(&[
            "1 single any at cv from 11-27 through 12-20",
            "1 single any at fa from 11-27",
            "1 single any at fa from 11-27 through 12-02",
            "1 single any at fa from 11-27 through 12-01",
            "1 single any at fa from 11-27 through 11-30",
        ]);
        let stays = stays(&places, "1: man from 11-27 to cv fa");
        let nights: Vec<(usize, u32)> = stays.into_iter().map(|(entry, _, nights)| (entry, nights)).collect();
        assert_eq!(nights, [(0, 7), (1, 5), (2, 5), (3, 5), (4, 4)]);
    }

    #[test]
    fn a_stay_over_the_turn_of_the_year_counts_both_its_first_and_its_last_night() {
        let mut places = friday(&["1 single any at fa from 12-31 through 2027-01-03"]);
        places.start_nights = vec![night("12-31")];
        assert_eq!(stays(&places, "1: man from 12-31 to fa"), [(0, night("12-31"), 4)]);
    }

    #[test]
    fn a_place_with_the_shortest_stay_can_be_used_and_one_night_less_cannot() {
        let places = friday(&[
            "1 single any at fa from 11-27 through 11-29",
            "1 single any at fa from 11-27 through 11-28",
        ]);
        assert_eq!(entries(&places, "1: man from 11-27 to fa"), [0]);
        assert_eq!(entries(&places, "1: man from 11-28 to fa"), NONE);
    }

    #[test]
    fn a_place_that_ended_before_the_lot_may_sleep_cannot_be_used() {
        let mut places = friday(&["1 single any at fa from 11-27 through 11-27"]);
        places.min_nights = 1;
        assert_eq!(entries(&places, "1: man from 11-27 to fa"), [0]);
        assert_eq!(entries(&places, "1: man from 11-28 to fa"), NONE);
        assert_eq!(entries(&places, "1: man from 11-29 to fa"), NONE);
    }

    #[test]
    fn an_earlier_start_comes_before_a_longer_stay_and_the_wish() {
        let places =
            friday(&["1 single men at sm from 11-28", "1 family any at fa from 11-27 through 11-29"]);
        assert_eq!(entries(&places, "1: man from 11-27 to sm fa"), [1, 0]);
    }

    #[test]
    fn a_longer_stay_comes_before_the_wish() {
        let places =
            friday(&["1 single men at sm from 11-27 through 11-30", "1 family any at fa from 11-27"]);
        assert_eq!(entries(&places, "1: man from 11-27 to sm fa"), [1, 0]);
    }

    #[test]
    fn the_wish_comes_before_the_kind_of_place() {
        let places = friday(&["1 single men at fa from 11-27", "1 family any at sm from 11-27"]);
        assert_eq!(entries(&places, "1: man from 11-27 to sm fa"), [1, 0]);
    }

    #[test]
    fn a_single_place_comes_before_a_family_place_even_one_for_men() {
        let places = friday(&["1 family men at fa from 11-27", "1 single any at fa from 11-27"]);
        assert_eq!(entries(&places, "1: man from 11-27 to fa"), [1, 0]);
    }

    #[test]
    fn a_place_for_men_or_women_comes_before_one_for_any() {
        let places = friday(&[
            "1 single any at fa from 11-27",
            "1 single men at fa from 11-27",
            "1 single women at fa from 11-27",
        ]);
        assert_eq!(entries(&places, "1: man from 11-27 to fa"), [1, 0]);
        assert_eq!(entries(&places, "1: woman from 11-27 to fa"), [2, 0]);
    }

    #[test]
    fn of_places_equal_in_all_this_the_lowest_number_comes_first() {
        let places =
            friday(&["1 single men at fa from 11-27 through 12-20", "1 single men at fa from 11-27"]);
        assert_eq!(entries(&places, "1: man from 11-27 to fa"), [0, 1]);
        let places = friday(&["1 single men at fa from 11-28", "1 single men at fa from 11-27"]);
        assert_eq!(entries(&places, "1: man from 11-28 to fa"), [0, 1]);
    }
}
