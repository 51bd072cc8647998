//! What `place` and `seat` promise (draw.md, section 6), held to random halls from the outside. The order of the lots is given.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test that fails says so")]

mod halls;

use std::collections::BTreeMap;

use halls::count::{all_fit, most};
use halls::letter;
use halls::random::{Hall, Placed, cases, larger_halls, small_halls};
use inskrivning::domain::lottery::placement::{Outcome, Phase, Seat, place, seat};
use inskrivning::domain::place::{Kind, PlaceEntry, Pool};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const SINGLE: &[Kind] = &[Kind::Single];
const BOTH: &[Kind] = &[Kind::Family, Kind::Single];

/// The entries that each of some singles can use.
fn wanted<'a>(
    hall: &Hall,
    singles: impl IntoIterator<Item = &'a Placed<'a>>,
    kinds: &[Kind],
) -> Vec<Vec<usize>> {
    singles.into_iter().map(|single| letter::usable(&hall.places, single.lot, kinds)).collect()
}

fn is_admitted(placed: &Placed<'_>) -> bool {
    matches!(placed.phase(), Some(Phase::S1 | Phase::S2))
}

fn is_on_reserve(placed: &Placed<'_>) -> bool {
    placed.given.is_none()
}

/// What the families of F1 and F2 left for the singles.
fn left_for_singles(hall: &Hall, placed: &[Placed<'_>]) -> Vec<u32> {
    hall.left(placed, |placed| matches!(placed.phase(), Some(Phase::F1 | Phase::F2)))
}

#[test]
fn the_random_halls_come_to_every_phase_and_to_the_reserve_list() {
    let mut runner = TestRunner::new(cases(1));
    let mut halls: BTreeMap<Option<Phase>, u32> = BTreeMap::new();
    for _ in 0..500 {
        let hall = small_halls().new_tree(&mut runner).unwrap().current();
        let mut met: Vec<Option<Phase>> = hall.placed().iter().map(Placed::phase).collect();
        met.sort();
        met.dedup();
        met.into_iter().for_each(|phase| *halls.entry(phase).or_default() += 1);
    }
    assert_eq!(halls.len(), 6, "{halls:?}");
    assert!(halls.values().all(|&halls| halls >= 20), "{halls:?}");
}

proptest! {
    #![proptest_config(cases(800))]

    #[test]
    fn placement_agrees_with_the_text_read_literally(hall in small_halls()) {
        prop_assert_eq!(hall.place(), letter::place(&hall.places, &hall.lots, &hall.order));
    }

    #[test]
    fn placement_agrees_with_the_text_even_where_the_entries_are_numbered_backwards(mut hall in small_halls()) {
        hall.places.entries.reverse();
        prop_assert_eq!(hall.place(), letter::place(&hall.places, &hall.lots, &hall.order));
    }

    #[test]
    fn seating_one_lot_agrees_with_the_text_read_literally(hall in small_halls()) {
        let placed = hall.placed();
        for places in [&hall.places, &hall.left_over(&placed)] {
            for lot in &hall.lots {
                prop_assert_eq!(seat(places, lot), letter::seat(places, lot), "lot {}", lot.number);
            }
        }
    }

    #[test]
    fn the_literal_reading_finds_room_exactly_where_counting_does(
        wanted in vec(vec(0..5_usize, 0..4), 0..9),
        free in vec(0..4_u32, 5),
    ) {
        prop_assert_eq!(letter::can_be_given(&wanted, &free), all_fit(&wanted, &free));
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn placement_of_a_larger_hall_agrees_with_the_text_read_literally(hall in larger_halls()) {
        prop_assert_eq!(hall.place(), letter::place(&hall.places, &hall.lots, &hall.order));
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn every_lot_has_one_outcome_and_ranks_and_reserve_numbers_count_from_1(hall in small_halls()) {
        let outcomes = hall.place();
        let lots: Vec<_> = outcomes.iter().map(Outcome::lot).collect();
        prop_assert_eq!(&lots, &hall.order);
        let ranks: Vec<u32> = outcomes.iter().map(Outcome::rank).collect();
        prop_assert_eq!(ranks, (1..).take(outcomes.len()).collect::<Vec<u32>>());
        let waiting: Vec<u32> = outcomes
            .iter()
            .filter_map(|outcome| match outcome {
                Outcome::Reserve { reserve, .. } => Some(*reserve),
                Outcome::Placed { .. } => None,
            })
            .collect();
        prop_assert_eq!(&waiting, &(1..).take(waiting.len()).collect::<Vec<u32>>());
    }

    #[test]
    fn no_place_is_given_twice_and_capacity_is_never_exceeded(hall in small_halls()) {
        let mut given = vec![0; hall.places.entries.len()];
        for placed in &hall.placed() {
            placed.seat().iter().flat_map(|seat| &seat.entries).for_each(|&entry| given[entry] += 1);
        }
        for (entry, given) in hall.places.entries.iter().zip(given) {
            prop_assert!(given <= entry.count, "{given} on {entry:?}");
        }
    }

    #[test]
    fn a_stay_lies_within_the_place_and_suits_the_lot(hall in small_halls()) {
        for placed in &hall.placed() {
            let (Some(Seat { shelter, start, nights, entries }), lot) = (placed.seat(), placed.lot) else { continue };
            prop_assert!(lot.accepts.contains(shelter), "{lot:?} at {shelter}");
            prop_assert!(hall.places.start_nights.contains(start) && *start >= lot.from, "{lot:?} from {start}");
            prop_assert!(*nights >= hall.places.min_nights, "{lot:?} for {nights}");
            for (&entry, &member) in entries.iter().zip(&lot.members) {
                let PlaceEntry { pool, from, .. } = hall.places.entries[entry];
                prop_assert_eq!(pool.shelter, *shelter);
                prop_assert!(pool.who.fits(member) && from <= *start, "{lot:?} on entry {entry}");
                prop_assert!(*nights <= letter::length(&hall.places, &hall.places.entries[entry], *start));
            }
        }
    }

    #[test]
    fn a_family_is_placed_whole_or_not_at_all(hall in small_halls()) {
        for placed in &hall.placed() {
            if let Some(seat) = placed.seat() {
                prop_assert_eq!(seat.entries.len(), placed.lot.members.len());
            }
        }
    }

    #[test]
    fn families_use_family_places_alone_in_f1_and_singles_keep_to_s1_and_s2(hall in small_halls()) {
        for placed in &hall.placed() {
            let Some((phase, seat)) = &placed.given else { continue };
            let family_phase = matches!(phase, Phase::F1 | Phase::F2 | Phase::F3);
            prop_assert_eq!(family_phase, !placed.is_single());
            let on_family_places =
                seat.entries.iter().all(|&entry| hall.places.entries[entry].pool.kind == Kind::Family);
            prop_assert!(*phase != Phase::F1 || on_family_places);
        }
    }

    #[test]
    fn the_order_in_which_a_familys_members_are_listed_changes_nothing_for_anybody(
        hall in small_halls(),
        keys in vec(any::<u8>(), 5),
    ) {
        let mut other = hall.clone();
        for lot in &mut other.lots {
            let mut keyed: Vec<_> = keys.iter().zip(lot.members.clone()).collect();
            keyed.sort();
            lot.members = keyed.into_iter().map(|(_, member)| member).collect();
        }
        for (one, other) in hall.placed().iter().zip(other.placed()) {
            prop_assert_eq!(by_sex(one), by_sex(&other));
        }
    }

    #[test]
    fn s1_admits_as_many_singles_as_any_matching_could(hall in small_halls()) {
        let placed = hall.placed();
        let singles = placed.iter().filter(|placed| placed.is_single());
        let could = most(&wanted(&hall, singles, SINGLE), &hall.counts());
        prop_assert_eq!(placed.iter().filter(|placed| placed.phase() == Some(Phase::S1)).count(), could);
    }

    #[test]
    fn s1_and_s2_admit_as_many_singles_as_any_matching_could_beside_the_families(hall in small_halls()) {
        let placed = hall.placed();
        let singles = placed.iter().filter(|placed| placed.is_single());
        let could = most(&wanted(&hall, singles, BOTH), &left_for_singles(&hall, &placed));
        prop_assert_eq!(placed.iter().filter(|placed| is_admitted(placed)).count(), could);
    }

    #[test]
    fn s1_leaves_nobody_out_for_the_sake_of_a_lower_rank(hall in small_halls()) {
        let placed = hall.placed();
        for left_out in placed.iter().filter(|lot| lot.is_single() && lot.phase() != Some(Phase::S1)) {
            let before = placed.iter().filter(|lot| lot.phase() == Some(Phase::S1) && lot.rank < left_out.rank);
            let together = wanted(&hall, before.chain([left_out]), SINGLE);
            prop_assert!(!all_fit(&together, &hall.counts()), "lot {} fits", left_out.lot.number);
        }
    }

    #[test]
    fn s2_leaves_nobody_out_for_the_sake_of_a_lower_rank(hall in small_halls()) {
        let placed = hall.placed();
        let left = left_for_singles(&hall, &placed);
        for left_out in placed.iter().filter(|lot| lot.is_single() && is_on_reserve(lot)) {
            let before = placed.iter().filter(|lot| match lot.phase() {
                Some(Phase::S1) => true,
                Some(Phase::S2) => lot.rank < left_out.rank,
                _ => false,
            });
            let together = wanted(&hall, before.chain([left_out]), BOTH);
            prop_assert!(!all_fit(&together, &left), "lot {} fits", left_out.lot.number);
        }
    }

    #[test]
    fn families_of_f2_take_no_place_that_an_admitted_single_needs(hall in small_halls()) {
        let placed = hall.placed();
        let s1 = placed.iter().filter(|placed| placed.phase() == Some(Phase::S1));
        prop_assert!(all_fit(&wanted(&hall, s1, SINGLE), &left_for_singles(&hall, &placed)));
    }

    #[test]
    fn no_single_placed_or_not_prefers_a_place_that_stays_empty(hall in small_halls()) {
        let placed = hall.placed();
        let left = hall.left(&placed, |_| true);
        for single in placed.iter().filter(|placed| placed.is_single()) {
            let got = single.seat().map(|seat| seat.entries[0]);
            let usable = letter::usable(&hall.places, single.lot, BOTH);
            let empty = usable.into_iter().take_while(|&entry| Some(entry) != got).find(|&entry| left[entry] > 0);
            prop_assert_eq!(empty, None, "lot {} got {:?}", single.lot.number, got);
        }
    }

    #[test]
    fn nobody_on_the_reserve_list_fits_what_stays_empty(hall in small_halls()) {
        let placed = hall.placed();
        let left = hall.left_over(&placed);
        for waiting in placed.iter().filter(|placed| is_on_reserve(placed)) {
            prop_assert_eq!(letter::seat(&left, waiting.lot), None, "lot {}", waiting.lot.number);
        }
    }

    #[test]
    fn a_lower_ranked_single_never_blocks_one_on_the_reserve_list(hall in small_halls()) {
        let placed = hall.placed();
        let left = left_for_singles(&hall, &placed);
        for waiting in placed.iter().filter(|placed| placed.is_single() && is_on_reserve(placed)) {
            for later in placed.iter().filter(|placed| is_admitted(placed) && placed.rank > waiting.rank) {
                let others = placed.iter().filter(|placed| is_admitted(placed) && placed.rank != later.rank);
                let instead = wanted(&hall, others.chain([waiting]), BOTH);
                prop_assert!(!all_fit(&instead, &left), "lot {} blocks {}", later.lot.number, waiting.lot.number);
            }
        }
    }

    #[test]
    fn taking_out_a_reserve_lot_changes_no_placement(hall in small_halls()) {
        let placed = hall.placed();
        for waiting in placed.iter().filter(|placed| is_on_reserve(placed)) {
            let mut without = hall.clone();
            without.order.retain(|&number| number != waiting.lot.number);
            without.lots.retain(|lot| lot.number != waiting.lot.number);
            let others = placed.iter().filter(|placed| placed.rank != waiting.rank);
            for (one, other) in others.zip(without.placed()) {
                prop_assert_eq!((one.lot, &one.given), (other.lot, &other.given));
            }
        }
    }

    #[test]
    fn one_more_single_place_never_lowers_the_number_admitted_in_s1(hall in small_halls()) {
        let admitted_in = |hall: &Hall| hall.placed().iter().filter(|lot| lot.phase() == Some(Phase::S1)).count();
        let before = admitted_in(&hall);
        for entry in &hall.places.entries {
            let mut more = hall.clone();
            let pool = Pool { kind: Kind::Single, ..entry.pool };
            more.places.entries.push(PlaceEntry { pool, count: 1, ..*entry });
            prop_assert!(admitted_in(&more) >= before, "one more of {entry:?}");
        }
    }

    #[test]
    fn neither_the_numbers_of_the_lots_nor_where_they_are_listed_matter_but_their_order(hall in small_halls()) {
        let mut other = hall.clone();
        other.lots.reverse();
        prop_assert_eq!(hall.place(), other.place());
        other.lots.iter_mut().for_each(|lot| lot.number.0 = 100 - lot.number.0);
        other.order.iter_mut().for_each(|number| number.0 = 100 - number.0);
        for (one, other) in hall.placed().iter().zip(other.placed()) {
            prop_assert_eq!(&one.given, &other.given);
        }
    }

    #[test]
    fn numbers_in_the_order_that_no_lot_has_are_passed_over(hall in small_halls()) {
        let mut order = hall.order.clone();
        order.insert(order.len() / 2, inskrivning::domain::party::LotNumber(99));
        prop_assert_eq!(place(&hall.places, &hall.lots, &order), hall.place());
    }
}

/// All that was given to a lot, the entries by the sex of the member and, among those alike, in listed order.
fn by_sex(placed: &Placed<'_>) -> (u32, Option<(Phase, Seat)>) {
    let mut given = placed.given.clone();
    if let Some((_, seat)) = &mut given {
        let mut entries: Vec<_> = placed.lot.members.iter().zip(seat.entries.clone()).collect();
        entries.sort_by_key(|&(member, _)| member);
        seat.entries = entries.into_iter().map(|(_, entry)| entry).collect();
    }
    (placed.rank, given)
}
