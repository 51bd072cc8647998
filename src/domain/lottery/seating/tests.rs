//! Families seated on all that is free, in small halls of their own.

use super::super::hand_made::{friday, lot, night};
use super::super::placement::seat;
use super::*;

/// The shelter, the start, the nights, and each member's entry.
type Seated = Option<(String, Night, u32, Vec<usize>)>;

fn seated(places: &Places, line: &str) -> Seated {
    let seat = seat(places, &lot(line))?;
    Some((seat.shelter.to_string(), seat.start, seat.nights, seat.entries))
}

fn stay(shelter: &str, start: &str, nights: u32, entries: &[usize]) -> Seated {
    Some((shelter.to_owned(), night(start), nights, entries.to_vec()))
}

#[test]
fn a_family_takes_the_earliest_start_before_the_longer_stay_and_the_wish() {
    let places = friday(&["2 family any at fa from 11-27 through 11-29", "2 family any at sm from 11-28"]);
    assert_eq!(seated(&places, "1: man woman from 11-27 to sm fa"), stay("fa", "11-27", 3, &[0, 0]));
}

#[test]
fn a_family_takes_the_longer_stay_before_the_wish() {
    let places = friday(&["2 family any at fa from 11-27", "2 family any at sm from 11-27 through 11-30"]);
    assert_eq!(seated(&places, "1: man woman from 11-27 to sm fa"), stay("fa", "11-27", 5, &[0, 0]));
}

#[test]
fn a_family_takes_the_most_wished_of_shelters_with_equal_stays() {
    let places = friday(&["2 family any at fa from 11-27", "2 family any at sm from 11-27"]);
    assert_eq!(seated(&places, "1: man woman from 11-27 to sm fa"), stay("sm", "11-27", 5, &[1, 1]));
    assert_eq!(seated(&places, "1: man woman from 11-27 to fa sm"), stay("fa", "11-27", 5, &[0, 0]));
}

#[test]
fn a_family_stays_as_long_as_all_its_members_have_a_place() {
    let places = friday(&[
        "1 family any at fa from 11-27 through 11-29",
        "1 family any at fa from 11-27 through 11-30",
        "1 family any at fa from 11-27",
    ]);
    assert_eq!(seated(&places, "1: man woman from 11-27 to fa"), stay("fa", "11-27", 4, &[1, 2]));
    assert_eq!(seated(&places, "1: man woman man from 11-27 to fa"), stay("fa", "11-27", 3, &[0, 2, 1]));
}

#[test]
fn a_family_stays_no_longer_than_the_tickets_of_the_shelter() {
    let places = friday(&["2 family any at cv from 11-27", "2 family any at fa from 11-27"]);
    assert_eq!(seated(&places, "1: man woman from 11-27 to fa"), stay("fa", "11-27", 5, &[1, 1]));
    assert_eq!(seated(&places, "1: man woman from 11-27 to fa cv"), stay("cv", "11-27", 7, &[0, 0]));
}

#[test]
fn a_family_is_not_seated_for_less_than_the_shortest_stay() {
    let mut places = friday(&["2 family any at fa from 11-27 through 11-28"]);
    assert_eq!(seated(&places, "1: man woman from 11-27 to fa"), None);
    places.min_nights = 2;
    assert_eq!(seated(&places, "1: man woman from 11-27 to fa"), stay("fa", "11-27", 2, &[0, 0]));
}

#[test]
fn a_family_is_not_seated_where_tickets_are_shorter_than_the_shortest_stay() {
    let mut places = friday(&["2 family any at fa from 11-27"]);
    places.min_nights = 6;
    assert_eq!(seated(&places, "1: man woman from 11-27 to fa"), None);
}

#[test]
fn a_family_is_never_spread_over_two_shelters() {
    let places = friday(&["1 family any at fa from 11-27", "1 family any at sm from 11-27"]);
    assert_eq!(seated(&places, "1: man woman from 11-27 to fa sm"), None);
}

#[test]
fn a_family_is_seated_only_where_it_accepts_to_go() {
    let places = friday(&["2 family any at fa from 11-27"]);
    assert_eq!(seated(&places, "1: man woman from 11-27 to sm cv"), None);
}

#[test]
fn a_family_starts_on_a_start_night_from_which_all_may_sleep() {
    let places = friday(&["2 family any at fa from 11-27"]);
    assert_eq!(seated(&places, "1: man woman from 11-28 to fa"), stay("fa", "11-28", 5, &[0, 0]));
    assert_eq!(seated(&places, "1: man woman from 11-29 to fa"), stay("fa", "11-29", 5, &[0, 0]));
    assert_eq!(seated(&places, "1: man woman from 11-30 to fa"), None);
}

#[test]
fn members_start_together_even_where_one_could_start_before() {
    let places = friday(&["1 family men at fa from 11-27", "1 family women at fa from 11-29"]);
    assert_eq!(seated(&places, "1: man woman from 11-27 to fa"), stay("fa", "11-29", 5, &[0, 1]));
}

#[test]
fn a_place_free_through_the_last_night_fits_and_one_free_a_night_less_does_not() {
    let places = friday(&["2 family any at fa from 11-27 through 12-01"]);
    assert_eq!(seated(&places, "1: man woman from 11-27 to fa"), stay("fa", "11-27", 5, &[0, 0]));
    let places = friday(&["2 family any at fa from 11-27 through 11-30"]);
    assert_eq!(seated(&places, "1: man woman from 11-27 to fa"), stay("fa", "11-27", 4, &[0, 0]));
}

#[test]
fn men_are_seated_first_then_women_then_others_and_those_alike_as_they_are_listed() {
    let places = friday(&[
        "1 family any at fa from 11-27 through 12-01",
        "1 family any at fa from 11-27 through 12-02",
        "1 family any at fa from 11-27 through 12-03",
        "1 family any at fa from 11-27 through 12-04",
    ]);
    let seated = seated(&places, "1: other man woman man from 11-27 to fa");
    assert_eq!(seated, stay("fa", "11-27", 5, &[3, 0, 2, 1]));
}

#[test]
fn men_and_women_take_places_of_their_own_before_places_for_any() {
    let places = friday(&[
        "2 single any at fa from 11-28 through 12-02",
        "1 family men at fa from 11-27",
        "1 family women at fa from 11-27",
    ]);
    assert_eq!(seated(&places, "1: man man from 11-28 to fa"), stay("fa", "11-28", 5, &[1, 0]));
    assert_eq!(seated(&places, "1: woman woman from 11-28 to fa"), stay("fa", "11-28", 5, &[2, 0]));
}

#[test]
fn members_sit_only_where_they_fit() {
    let places = friday(&["1 family any at fa from 11-27", "1 family men at fa from 11-27"]);
    assert_eq!(seated(&places, "1: other man from 11-27 to fa"), stay("fa", "11-27", 5, &[0, 1]));
    assert_eq!(seated(&places, "1: other woman from 11-27 to fa"), None);
    assert_eq!(seated(&places, "1: other other from 11-27 to fa"), None);
}

#[test]
fn members_take_single_places_before_family_places() {
    let places = friday(&["2 family any at fa from 11-28 through 12-02", "1 single any at fa from 11-27"]);
    assert_eq!(seated(&places, "1: man woman from 11-28 to fa"), stay("fa", "11-28", 5, &[1, 0]));
}

#[test]
fn members_take_the_place_free_from_the_latest_night_before_the_one_that_ends_first() {
    let places = friday(&["2 family any at fa from 11-27 through 12-02", "1 family any at fa from 11-28"]);
    assert_eq!(seated(&places, "1: man woman from 11-28 to fa"), stay("fa", "11-28", 5, &[1, 0]));
}

#[test]
fn members_take_the_place_that_ends_first_and_last_the_one_with_no_end() {
    let places = friday(&[
        "1 family any at fa from 11-27",
        "1 family any at fa from 11-27 through 12-03",
        "1 family any at fa from 11-27 through 12-02",
    ]);
    assert_eq!(seated(&places, "1: man man man from 11-27 to fa"), stay("fa", "11-27", 5, &[2, 1, 0]));
}

#[test]
fn of_places_alike_in_all_this_members_take_the_lowest_number() {
    let places = friday(&["1 family any at fa from 11-27", "1 family any at fa from 11-27"]);
    assert_eq!(seated(&places, "1: man man from 11-27 to fa"), stay("fa", "11-27", 5, &[0, 1]));
}

#[test]
fn a_full_place_is_passed_by() {
    let places = friday(&["0 family men at fa from 11-27", "2 family any at fa from 11-27"]);
    assert_eq!(seated(&places, "1: man man from 11-27 to fa"), stay("fa", "11-27", 5, &[1, 1]));
}

#[test]
fn families_are_alike_whatever_the_order_in_which_their_members_are_listed() {
    let [one, other] = ["1: man woman man from 11-27 to fa", "2: woman man man from 11-27 to fa"].map(lot);
    assert!(Family::of(&one) == Family::of(&other));
    for line in [
        "2: woman man woman from 11-27 to fa",
        "2: man woman man man from 11-27 to fa",
        "2: man woman man from 11-28 to fa",
        "2: man woman man from 11-27 to fa sm",
    ] {
        assert!(Family::of(&one) != Family::of(&lot(line)), "{line}");
    }
}
