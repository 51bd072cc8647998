use super::*;
use crate::domain::place::entries::{Overbooked, entries, free, held_by};
use crate::domain::ticket::EndCause;

/// The entries of men's and women's places at fa.
fn of_fa(facts: &[Fact], held: &[Held], start_nights: Nights) -> Vec<PlaceEntry> {
    entries(&plan(facts), held, &[men(), women()], start_nights).unwrap()
}

/// Friday 27 November 2026, which hands out for the weekend too.
fn friday() -> Nights {
    span("2026-11-27", "2026-11-29")
}

#[test]
fn places_nobody_holds_are_free_with_no_end_in_sight() {
    let facts = [number(men(), "2026-01-01", 7)];
    assert_eq!(of_fa(&facts, &[], friday()), [entry(men(), "2026-11-27", None, 7)]);
}

#[test]
fn no_facts_give_no_entries() {
    assert_eq!(of_fa(&[], &[], friday()), []);
    assert_eq!(entries(&plan(&[number(men(), "2026-01-01", 7)]), &[], &[], friday()), Ok(vec![]));
}

#[test]
fn a_number_that_falls_during_a_stay_ends_as_many_runs_the_night_before() {
    let facts = [number(men(), "2026-01-01", 7), number(men(), "2026-12-01", 4)];
    assert_eq!(
        of_fa(&facts, &[], friday()),
        [entry(men(), "2026-11-27", Some("2026-11-30"), 3), entry(men(), "2026-11-27", None, 4)]
    );
}

#[test]
fn a_number_that_rises_within_the_start_nights_opens_runs_there() {
    let facts = [number(men(), "2026-01-01", 4), number(men(), "2026-11-29", 6)];
    assert_eq!(
        of_fa(&facts, &[], friday()),
        [entry(men(), "2026-11-27", None, 4), entry(men(), "2026-11-29", None, 2)]
    );
}

#[test]
fn runs_that_open_after_the_last_start_night_are_left_out() {
    let facts = [number(men(), "2026-11-29", 4), number(men(), "2026-11-30", 6)];
    assert_eq!(of_fa(&facts, &[], friday()), [entry(men(), "2026-11-29", None, 4)]);
}

#[test]
fn a_closure_ahead_cuts_what_is_free_and_nothing_reopens_for_this_day() {
    let facts = [
        number(men(), "2026-01-01", 7),
        closure(Closed::Places(men(), 2), "2026-11-30", "2026-12-31"),
        closure(Closed::Shelter(code("fa")), "2026-12-02", "2026-12-03"),
    ];
    assert_eq!(
        of_fa(&facts, &[], friday()),
        [
            entry(men(), "2026-11-27", Some("2026-11-29"), 2),
            entry(men(), "2026-11-27", Some("2026-12-01"), 5),
        ]
    );
}

#[test]
fn a_place_held_until_friday_is_free_from_saturday() {
    let facts = [number(men(), "2026-01-01", 2)];
    let held = [held(1, men(), "2026-11-23", "2026-11-27")];
    assert_eq!(
        of_fa(&facts, &held, friday()),
        [entry(men(), "2026-11-27", None, 1), entry(men(), "2026-11-28", None, 1)]
    );
}

#[test]
fn the_runs_that_opened_first_end_first() {
    let facts = [number(men(), "2026-01-01", 3)];
    let held = [
        held(1, men(), "2026-11-23", "2026-11-27"),
        held(2, men(), "2026-11-24", "2026-11-28"),
        held(3, men(), "2026-12-01", "2026-12-05"),
        held(4, men(), "2026-12-02", "2026-12-06"),
    ];
    assert_eq!(
        of_fa(&facts, &held, friday()),
        [
            entry(men(), "2026-11-27", Some("2026-11-30"), 1),
            entry(men(), "2026-11-28", Some("2026-12-01"), 1),
            entry(men(), "2026-11-29", None, 1),
        ]
    );
}

#[test]
fn a_rise_and_an_equal_fall_on_one_night_end_no_run() {
    let facts = [number(men(), "2026-01-01", 2)];
    let held = [held(1, men(), "2026-11-23", "2026-11-27"), held(2, men(), "2026-11-28", "2026-12-02")];
    assert_eq!(of_fa(&facts, &held, friday()), [entry(men(), "2026-11-27", None, 1)]);
}

#[test]
fn a_freed_saturday_leaves_one_single_night_run_on_friday_of_two() {
    let facts = [number(men(), "2026-01-01", 3)];
    let held = [
        held(1, men(), "2026-11-23", "2026-11-27"),
        held(2, men(), "2026-11-28", "2026-12-02"),
        held(3, men(), "2026-11-28", "2026-12-02"),
    ];
    assert_eq!(
        of_fa(&facts, &held, friday()),
        [entry(men(), "2026-11-27", Some("2026-11-27"), 1), entry(men(), "2026-11-27", None, 1)]
    );
}

#[test]
fn a_pool_taken_again_on_saturday_is_a_single_night_on_friday() {
    let facts = [number(men(), "2026-01-01", 1)];
    let held = [held(1, men(), "2026-11-28", "2026-12-02")];
    assert_eq!(of_fa(&facts, &held, friday()), [entry(men(), "2026-11-27", Some("2026-11-27"), 1)]);
}

#[test]
fn an_extra_place_for_a_single_night_makes_a_one_night_run() {
    let facts = [extra(men(), "2026-11-28", 2)];
    assert_eq!(of_fa(&facts, &[], friday()), [entry(men(), "2026-11-28", Some("2026-11-28"), 2)]);
}

#[test]
fn an_extra_place_ends_the_oldest_run_of_a_pool_that_has_others() {
    let facts = [number(men(), "2026-01-01", 1), extra(men(), "2026-11-28", 1)];
    assert_eq!(
        of_fa(&facts, &[], friday()),
        [entry(men(), "2026-11-27", Some("2026-11-28"), 1), entry(men(), "2026-11-28", None, 1)]
    );
}

#[test]
fn lending_is_seen_on_both_sides_and_when_it_ends() {
    let facts = [
        number(men(), "2026-01-01", 1),
        number(women(), "2026-01-01", 3),
        lending(Direction::WomenToMen, "2026-11-28", "2026-11-28", 2),
    ];
    assert_eq!(
        of_fa(&facts, &[], friday()),
        [
            entry(men(), "2026-11-27", Some("2026-11-28"), 1),
            entry(men(), "2026-11-28", Some("2026-11-28"), 1),
            entry(men(), "2026-11-28", None, 1),
            entry(women(), "2026-11-27", Some("2026-11-27"), 2),
            entry(women(), "2026-11-27", None, 1),
            entry(women(), "2026-11-29", None, 2),
        ]
    );
}

#[test]
fn entries_cross_the_month_the_year_and_the_leap_day() {
    let facts = [number(men(), "2023-12-31", 2), number(men(), "2024-03-01", 0)];
    let held = [held(1, men(), "2024-01-01", "2024-02-28")];
    assert_eq!(
        of_fa(&facts, &held, span("2023-12-31", "2023-12-31")),
        [
            entry(men(), "2023-12-31", Some("2023-12-31"), 1),
            entry(men(), "2023-12-31", Some("2024-02-29"), 1),
        ]
    );
    assert_eq!(
        of_fa(&facts, &held, span("2024-02-28", "2024-02-29")),
        [
            entry(men(), "2024-02-28", Some("2024-02-29"), 1),
            entry(men(), "2024-02-29", Some("2024-02-29"), 1),
        ]
    );
}

#[test]
fn the_nights_of_the_clock_change_are_nights_like_others() {
    for (before, change, after) in
        [("2026-03-27", "2026-03-28", "2026-03-29"), ("2026-10-23", "2026-10-24", "2026-10-25")]
    {
        let facts = [number(men(), "2026-01-01", 1), extra(men(), change, 1), number(men(), after, 0)];
        assert_eq!(
            of_fa(&facts, &[], span(before, after)),
            [entry(men(), before, Some(change), 1), entry(men(), change, Some(change), 1)]
        );
    }
}

#[test]
fn entries_come_by_shelter_kind_who_from_and_until_whatever_the_order_asked_for() {
    let pools = [
        pool("fa", Kind::Family, Who::Any),
        pool("fa", Kind::Family, Who::Women),
        pool("fa", Kind::Single, Who::Any),
        pool("fa", Kind::Single, Who::Men),
        pool("fa", Kind::Single, Who::Women),
        pool("fab", Kind::Family, Who::Any),
        pool("sm", Kind::Family, Who::Men),
    ];
    let mut facts: Vec<Fact> = pools.map(|pool| number(pool, "2026-01-01", 1)).to_vec();
    facts.reverse();
    let asked: Vec<Pool> = pools.into_iter().rev().chain(pools).collect();
    assert_eq!(
        entries(&plan(&facts), &[], &asked, friday()).unwrap(),
        pools.map(|pool| entry(pool, "2026-11-27", None, 1))
    );
}

#[test]
fn no_end_in_sight_comes_after_every_date() {
    let key = |until| entry(men(), "2026-11-27", until, 1).sort_key();
    assert!(key(Some("2026-11-27")) < key(Some("2026-11-28")));
    assert!(key(Some("2199-12-31")) < key(None));
    assert!(key(None) < entry(men(), "2026-11-28", Some("2026-11-28"), 1).sort_key());
    assert!(
        entry(men(), "2026-11-28", None, 9).sort_key() < entry(women(), "2026-11-27", None, 1).sort_key()
    );
}

#[test]
fn what_is_free_on_one_night_and_for_how_long_is_the_entries_of_that_night() {
    let facts = [number(men(), "2026-01-01", 3)];
    let held = [held(1, men(), "2026-11-23", "2026-11-27"), held(2, men(), "2026-11-30", "2026-12-04")];
    assert_eq!(
        of_fa(&facts, &held, span("2026-11-28", "2026-11-28")),
        [entry(men(), "2026-11-28", Some("2026-11-29"), 1), entry(men(), "2026-11-28", None, 2)]
    );
}

#[test]
fn free_is_what_is_open_less_what_tickets_and_walk_ins_hold() {
    let plan = plan(&[
        number(men(), "2026-01-01", 5),
        closure(Closed::Places(men(), 1), "2026-11-28", "2026-11-28"),
    ]);
    let walk_in = Held {
        holder: Holder::WalkIn(GuestId(Uuid::from_u128(9))),
        pool: men(),
        nights: span("2026-11-27", "2026-11-28"),
    };
    let held = [
        held(1, men(), "2026-11-28", "2026-11-30"),
        walk_in,
        held(2, pool("sm", Kind::Single, Who::Men), "2026-11-28", "2026-11-30"),
    ];
    let free = |on| free(&plan, &held, men(), night(on)).unwrap();
    assert_eq!(free("2026-11-26"), 5);
    assert_eq!(free("2026-11-27"), 4);
    assert_eq!(free("2026-11-28"), 2);
    assert_eq!(free("2026-11-30"), 4);
    assert_eq!(free("2026-12-01"), 5);
}

#[test]
fn more_held_than_open_is_an_error_and_never_nothing_free() {
    let facts = [number(men(), "2026-01-01", 2), closure(Closed::Pool(men()), "2026-12-01", "2026-12-01")];
    let held = [held(1, men(), "2026-11-27", "2026-12-01"), held(2, men(), "2026-11-28", "2026-12-01")];
    let overbooked = Overbooked { pool: men(), night: night("2026-12-01"), held: 2, open: 0 };
    assert_eq!(
        overbooked.to_string(),
        "on 2026-12-01 2 of the single places for men at fa are held, but only 0 are open; \
         move or end tickets there first"
    );
    assert_eq!(free(&plan(&facts), &held, men(), night("2026-12-01")), Err(overbooked));
    assert_eq!(entries(&plan(&facts), &held, &[women(), men()], friday()), Err(overbooked));
    assert_eq!(free(&plan(&facts), &held, men(), night("2026-11-30")), Ok(0));
}

#[test]
fn what_was_overbooked_before_the_first_start_night_stops_no_draw() {
    let facts = [number(men(), "2026-01-01", 0), number(men(), "2026-11-27", 1)];
    let held = [held(1, men(), "2026-11-22", "2026-11-26")];
    assert_eq!(of_fa(&facts, &held, friday()), [entry(men(), "2026-11-27", None, 1)]);
}

#[test]
fn a_ticket_holds_its_place_for_all_its_nights_also_while_it_waits_to_be_collected() {
    let waiting = ticket(1, men(), "2026-12-29", "2027-01-02");
    let all = [held(1, men(), "2026-12-29", "2027-01-02")];
    assert_eq!(held_by(&waiting), all);
    assert_eq!(held_by(&waiting.collect(true).unwrap()), all);
}

#[test]
fn a_declined_ticket_holds_nothing_and_one_given_back_only_the_nights_it_kept() {
    let waiting = || ticket(1, men(), "2026-11-27", "2026-12-01");
    assert_eq!(held_by(&waiting().decline().unwrap()), []);
    let given_back = waiting().collect(true).unwrap().end(EndCause::GivenBack, night("2026-11-29")).unwrap();
    assert_eq!(held_by(&given_back), [held(1, men(), "2026-11-27", "2026-11-28")]);
}

#[test]
fn a_ticket_moved_in_mid_stay_holds_a_place_in_each_pool_for_its_nights_there() {
    let elsewhere = pool("sm", Kind::Family, Who::Any);
    let moved = ticket(1, men(), "2026-11-27", "2026-12-01")
        .move_to(elsewhere, night("2026-11-29"))
        .and_then(|ticket| ticket.move_to(men(), night("2026-12-01")))
        .unwrap();
    assert_eq!(
        held_by(&moved),
        [
            held(1, men(), "2026-11-27", "2026-11-28"),
            held(1, elsewhere, "2026-11-29", "2026-11-30"),
            held(1, men(), "2026-12-01", "2026-12-01"),
        ]
    );
}

#[test]
fn a_place_given_back_on_friday_is_free_at_once_and_for_a_later_start_its_friday_counts() {
    let facts = [number(men(), "2026-01-01", 1)];
    let given_back = ticket(1, men(), "2026-11-25", "2026-11-29")
        .collect(true)
        .and_then(|ticket| ticket.end(EndCause::GivenBack, night("2026-11-27")))
        .unwrap();
    assert_eq!(of_fa(&facts, &held_by(&given_back), friday()), [entry(men(), "2026-11-27", None, 1)]);
}
