//! Each phase in a small hall of its own. The lots are drawn in the order in which they are listed.

use super::super::hand_made::{friday, lot, night, placed};
use super::*;

#[test]
fn in_f1_a_family_takes_family_places_before_a_single_drawn_ahead_of_it() {
    let places = friday(&["2 family any at fa from 11-27"]);
    let lots = ["1: man from 11-27 to fa", "2: man woman from 11-27 to fa"];
    assert_eq!(placed(&places, &lots), ["1: reserve 1", "2: F1 fa 11-27, 5 nights on 0 0"]);
}

#[test]
fn in_f1_families_are_seated_in_the_order_drawn() {
    let places = friday(&["2 family any at fa from 11-27"]);
    let lots = ["2: man woman from 11-27 to fa", "1: man woman from 11-27 to fa"];
    assert_eq!(placed(&places, &lots), ["2: F1 fa 11-27, 5 nights on 0 0", "1: reserve 1"]);
}

#[test]
fn in_f1_a_family_too_large_is_passed_over_and_the_next_is_seated() {
    let places = friday(&["2 family any at fa from 11-27"]);
    let lots = ["1: man woman man from 11-27 to fa", "2: man woman from 11-27 to fa"];
    assert_eq!(placed(&places, &lots), ["1: reserve 1", "2: F1 fa 11-27, 5 nights on 0 0"]);
}

#[test]
fn in_f1_no_family_takes_a_single_place() {
    let places = friday(&["1 family any at fa from 11-27", "1 single any at fa from 11-27"]);
    let lots = ["1: man woman from 11-27 to fa", "2: man from 11-27 to fa"];
    assert_eq!(placed(&places, &lots), ["1: reserve 1", "2: S1 fa 11-27, 5 nights on 1"]);
}

#[test]
fn in_s1_singles_are_admitted_in_the_order_drawn() {
    let places = friday(&["1 single any at fa from 11-27"]);
    let lots = ["3: man from 11-27 to fa", "1: man from 11-27 to fa", "2: man from 11-27 to fa"];
    assert_eq!(placed(&places, &lots), ["3: S1 fa 11-27, 5 nights on 0", "1: reserve 1", "2: reserve 2"]);
}

#[test]
fn in_s1_a_single_who_fits_no_more_is_passed_over_and_the_next_is_admitted() {
    let places = friday(&["1 single men at fa from 11-27", "1 single women at fa from 11-27"]);
    let lots = ["1: man from 11-27 to fa", "2: man from 11-27 to fa", "3: woman from 11-27 to fa"];
    let expected = ["1: S1 fa 11-27, 5 nights on 0", "2: reserve 1", "3: S1 fa 11-27, 5 nights on 1"];
    assert_eq!(placed(&places, &lots), expected);
}

#[test]
fn in_s1_a_single_takes_a_worse_place_where_that_admits_one_more() {
    let places = friday(&["1 single any at fa from 11-27", "1 single any at sm from 11-28"]);
    let lots = ["1: man from 11-27 to fa sm", "2: man from 11-27 to fa"];
    let expected = ["1: S1 sm 11-28, 5 nights on 1", "2: S1 fa 11-27, 5 nights on 0"];
    assert_eq!(placed(&places, &lots), expected);
}

#[test]
fn in_s1_nobody_drawn_before_loses_a_place_so_that_others_get_one() {
    let places = friday(&["1 single any at fa from 11-27"]);
    let lots = ["1: man from 11-27 to fa sm", "2: man from 11-27 to fa"];
    assert_eq!(placed(&places, &lots), ["1: S1 fa 11-27, 5 nights on 0", "2: reserve 1"]);
}

#[test]
fn in_s1_no_single_is_admitted_on_a_family_place() {
    let places = friday(&["1 family any at fa from 11-27", "1 single any at fa from 11-27"]);
    let lots = ["1: man from 11-27 to fa", "2: man from 11-27 to fa"];
    let expected = ["1: S1 fa 11-27, 5 nights on 1", "2: S2 fa 11-27, 5 nights on 0"];
    assert_eq!(placed(&places, &lots), expected);
}

#[test]
fn in_f2_a_family_takes_places_of_both_kinds_before_singles_take_family_places() {
    let places = friday(&["1 family any at fa from 11-27", "2 single men at fa from 11-27"]);
    let lots = ["1: man from 11-27 to fa", "2: woman from 11-27 to fa", "3: man woman from 11-27 to fa"];
    let expected = ["1: S1 fa 11-27, 5 nights on 1", "2: reserve 1", "3: F2 fa 11-27, 5 nights on 1 0"];
    assert_eq!(placed(&places, &lots), expected);
}

#[test]
fn in_f2_families_passed_over_are_seated_in_the_order_drawn() {
    let places = friday(&["2 single any at fa from 11-27"]);
    let lots = ["2: man woman from 11-27 to fa", "1: man woman from 11-27 to fa"];
    assert_eq!(placed(&places, &lots), ["2: F2 fa 11-27, 5 nights on 0 0", "1: reserve 1"]);
}

#[test]
fn in_f2_an_admitted_single_moves_to_another_single_place_to_let_a_family_sit_together() {
    let places = friday(&["2 single any at fa from 11-27", "1 single any at sm from 11-28"]);
    let lots = ["1: man from 11-27 to fa sm", "2: man woman from 11-27 to fa"];
    let expected = ["1: S1 sm 11-28, 5 nights on 1", "2: F2 fa 11-27, 5 nights on 0 0"];
    assert_eq!(placed(&places, &lots), expected);
}

#[test]
fn in_f2_no_admitted_single_is_moved_onto_a_family_place() {
    let places = friday(&["1 family men at fa from 11-27", "2 single any at fa from 11-27"]);
    let lots = ["1: woman woman from 11-27 to fa", "2: man from 11-27 to fa"];
    assert_eq!(placed(&places, &lots), ["1: reserve 1", "2: S1 fa 11-27, 5 nights on 1"]);
}

#[test]
fn in_f2_a_family_stays_shorter_where_the_longer_stay_needs_the_only_place_of_an_admitted_single() {
    let places = friday(&["1 single any at fa from 11-27 through 11-30", "2 single any at fa from 11-27"]);
    let family = "2: man woman from 11-27 to fa";
    let expected = ["1: S1 fa 11-27, 4 nights on 0", "2: F2 fa 11-27, 5 nights on 1 1"];
    assert_eq!(placed(&places, &["1: man from 11-27 to fa", family]), expected);
    let expected = ["1: S1 fa 11-29, 5 nights on 1", "2: F2 fa 11-27, 4 nights on 0 1"];
    assert_eq!(placed(&places, &["1: man from 11-29 to fa", family]), expected);
}

#[test]
fn in_f2_a_member_leaves_the_place_it_would_take_first_to_the_single_who_has_no_other() {
    let places = friday(&["2 single any at fa from 11-27 through 11-29", "1 single men at fa from 11-27"]);
    let lots = ["1: man from 11-28 to fa", "2: man woman from 11-27 to fa"];
    let expected = ["1: S1 fa 11-28, 5 nights on 1", "2: F2 fa 11-27, 3 nights on 0 0"];
    assert_eq!(placed(&places, &lots), expected);
}

#[test]
fn in_s2_a_single_left_out_takes_a_family_place_that_no_family_took() {
    let places = friday(&["1 family any at fa from 11-27"]);
    let lots = ["1: man from 11-27 to fa", "2: man woman from 11-27 to fa"];
    assert_eq!(placed(&places, &lots), ["1: S2 fa 11-27, 5 nights on 0", "2: reserve 1"]);
}

#[test]
fn in_s2_singles_left_out_are_admitted_in_the_order_drawn() {
    let places = friday(&["1 family any at fa from 11-27"]);
    let lots = ["2: man from 11-27 to fa", "1: man from 11-27 to fa"];
    assert_eq!(placed(&places, &lots), ["2: S2 fa 11-27, 5 nights on 0", "1: reserve 1"]);
}

#[test]
fn in_s2_a_single_of_s1_moves_to_a_family_place_so_that_another_gets_the_single_place() {
    let places = friday(&["1 single any at fa from 11-27", "1 family any at sm from 11-28"]);
    let lots = ["1: man from 11-27 to fa sm", "2: man from 11-27 to fa"];
    let expected = ["1: S1 sm 11-28, 5 nights on 1", "2: S2 fa 11-27, 5 nights on 0"];
    assert_eq!(placed(&places, &lots), expected);
}

#[test]
fn places_are_assigned_by_rank_and_not_by_phase() {
    let places = friday(&[
        "1 family any at fa from 11-27",
        "1 family any at fa from 11-28",
        "1 single women at fa from 11-28",
    ]);
    let lots = ["1: man from 11-27 to fa", "2: woman from 11-27 to fa"];
    let expected = ["1: S2 fa 11-27, 5 nights on 0", "2: S1 fa 11-28, 5 nights on 2"];
    assert_eq!(placed(&places, &lots), expected);
    let expected = ["2: S1 fa 11-27, 5 nights on 0", "1: S2 fa 11-28, 5 nights on 1"];
    assert_eq!(placed(&places, &[lots[1], lots[0]]), expected);
}

#[test]
fn a_single_takes_the_best_place_that_leaves_everyone_admitted_after_it_one() {
    let places = friday(&[
        "1 single any at cv from 11-27",
        "1 single any at fa from 11-27",
        "1 single any at sm from 11-27",
    ]);
    let lots = ["1: man from 11-27 to cv fa sm", "2: man from 11-27 to cv", "3: man from 11-27 to fa cv"];
    let expected =
        ["1: S1 sm 11-27, 5 nights on 2", "2: S1 cv 11-27, 7 nights on 0", "3: S1 fa 11-27, 5 nights on 1"];
    assert_eq!(placed(&places, &lots), expected);
}

#[test]
fn singles_alike_take_the_better_places_in_the_order_drawn() {
    let places = friday(&["2 single any at fa from 11-28", "1 single any at fa from 11-27"]);
    let lots = ["3: man from 11-27 to fa", "1: man from 11-27 to fa", "2: man from 11-27 to fa"];
    let expected =
        ["3: S1 fa 11-27, 5 nights on 1", "1: S1 fa 11-28, 5 nights on 0", "2: S1 fa 11-28, 5 nights on 0"];
    assert_eq!(placed(&places, &lots), expected);
}

#[test]
fn a_single_leaves_its_single_place_for_a_better_family_place() {
    let places = friday(&["1 family any at fa from 11-27", "1 single any at fa from 11-28"]);
    assert_eq!(placed(&places, &["1: man from 11-27 to fa"]), ["1: S1 fa 11-27, 5 nights on 0"]);
}

#[test]
fn in_f3_a_family_takes_what_singles_left_for_better_places() {
    let places = friday(&["1 family men at fa from 11-27", "2 single any at fa from 11-28"]);
    let lots = ["1: woman woman from 11-27 to fa", "2: man from 11-27 to fa"];
    let expected = ["1: F3 fa 11-28, 5 nights on 1 1", "2: S1 fa 11-27, 5 nights on 0"];
    assert_eq!(placed(&places, &lots), expected);
}

#[test]
fn in_f3_families_are_seated_in_the_order_drawn() {
    let places = friday(&["1 family men at fa from 11-27", "2 single any at fa from 11-28"]);
    let lots =
        ["3: man from 11-27 to fa", "2: woman woman from 11-27 to fa", "1: woman woman from 11-27 to fa"];
    let expected = ["3: S1 fa 11-27, 5 nights on 0", "2: F3 fa 11-28, 5 nights on 1 1", "1: reserve 1"];
    assert_eq!(placed(&places, &lots), expected);
}

#[test]
fn the_reserve_list_is_in_the_order_drawn_families_and_singles_together() {
    let places = friday(&[]);
    let lots = ["2: man from 11-27 to fa", "3: man woman from 11-27 to fa", "1: woman from 11-27 to fa"];
    assert_eq!(placed(&places, &lots), ["2: reserve 1", "3: reserve 2", "1: reserve 3"]);
}

#[test]
fn a_place_given_for_a_short_stay_is_not_shared_with_a_later_one() {
    let mut places = friday(&["1 single any at fa from 11-27"]);
    (places.min_nights, places.shelters[1].nights) = (1, 1);
    let lots = ["1: man from 11-27 to fa", "2: man from 11-29 to fa"];
    assert_eq!(placed(&places, &lots), ["1: S1 fa 11-27, 1 nights on 0", "2: reserve 1"]);
}

/// What one lot is offered of what is free: the entry of each member.
fn offered(places: &Places, line: &str) -> Option<Vec<usize>> {
    seat(places, &lot(line)).map(|seat| seat.entries)
}

#[test]
fn a_freed_place_goes_to_a_single_by_the_order_of_assignment_on_both_kinds() {
    let places = friday(&[
        "1 family men at fa from 11-27",
        "1 single men at fa from 11-28",
        "0 single men at sm from 11-27",
    ]);
    assert_eq!(offered(&places, "1: man from 11-27 to sm fa"), Some(vec![0]));
    assert_eq!(offered(&places, "1: man from 11-28 to sm fa"), Some(vec![1]));
    assert_eq!(offered(&places, "1: woman from 11-27 to sm fa"), None);
    let seat = seat(&places, &lot("1: man from 11-27 to sm fa")).unwrap();
    assert_eq!((seat.shelter, seat.start, seat.nights), ("fa".parse().unwrap(), night("11-27"), 5));
}

#[test]
fn freed_places_of_both_kinds_go_to_a_family_together() {
    let places = friday(&["1 family any at fa from 11-27", "1 single any at fa from 11-27"]);
    assert_eq!(offered(&places, "1: man woman from 11-27 to fa"), Some(vec![1, 0]));
    assert_eq!(offered(&places, "1: man woman man from 11-27 to fa"), None);
}

#[test]
fn a_freed_place_too_short_for_the_shortest_stay_fits_once_one_night_is_enough() {
    let mut places = friday(&["2 single any at fa from 11-27 through 11-28"]);
    let both = ["1: man from 11-27 to fa", "2: man woman from 11-27 to fa"];
    assert_eq!(both.map(|line| offered(&places, line)), [None, None]);
    places.min_nights = 1;
    assert_eq!(both.map(|line| offered(&places, line)), [Some(vec![0]), Some(vec![0, 0])]);
}
