use super::*;
use crate::domain::place::plan::{MAX_PLACES, OnNight, PlanError};

#[test]
fn a_dated_number_holds_from_its_night_until_the_next() {
    let plan = plan(&[number(men(), "2026-12-31", 7), number(men(), "2024-02-29", 4)]);
    let places = |on| plan.pool_on(men(), night(on)).places;
    assert_eq!(places("2024-02-28"), 0, "before the first number there is nothing");
    assert_eq!(places("2024-02-29"), 4);
    assert_eq!(places("2026-12-30"), 4);
    assert_eq!(places("2026-12-31"), 7);
    assert_eq!(places("2199-12-31"), 7);
}

#[test]
fn a_pool_no_fact_names_has_no_places() {
    assert_eq!(plan(&[]).pool_on(men(), night("2026-11-27")), OnNight { places: 0, closed: 0 });
}

#[test]
fn a_closure_of_the_shelter_closes_every_place_of_all_its_pools_whatever_the_order_of_facts() {
    let facts = [
        closure(Closed::Shelter(code("fa")), "2023-07-04", "2023-07-31"),
        number(men(), "2023-01-01", 34),
        number(women(), "2023-01-01", 16),
        number(pool("sm", Kind::Single, Who::Any), "2023-01-01", 50),
        lending(Direction::WomenToMen, "2023-06-01", "2023-08-31", 8),
        extra(pool("fa", Kind::Family, Who::Any), "2023-07-31", 2),
    ];
    let plan = plan(&facts);
    let fa = |on| plan.shelter_on(code("fa"), night(on));
    assert_eq!(fa("2023-07-03"), OnNight { places: 50, closed: 0 });
    assert_eq!(fa("2023-07-04"), OnNight { places: 50, closed: 50 });
    assert_eq!(fa("2023-07-31"), OnNight { places: 52, closed: 52 });
    assert_eq!(fa("2023-08-01"), OnNight { places: 50, closed: 0 });
    assert_eq!(plan.shelter_on(code("sm"), night("2023-07-04")), OnNight { places: 50, closed: 0 });
}

#[test]
fn closures_of_some_places_add_up_to_no_more_than_the_pool_has() {
    let plan = plan(&[
        number(men(), "2026-01-01", 5),
        closure(Closed::Places(men(), 2), "2026-11-27", "2026-11-29"),
        closure(Closed::Places(men(), 1), "2026-11-28", "2026-11-30"),
        closure(Closed::Places(men(), 4), "2026-11-29", "2026-11-29"),
        closure(Closed::Pool(men()), "2026-12-01", "2026-12-01"),
    ]);
    let on = |day| plan.pool_on(men(), night(day));
    assert_eq!(on("2026-11-27"), OnNight { places: 5, closed: 2 });
    assert_eq!(on("2026-11-28"), OnNight { places: 5, closed: 3 });
    assert_eq!(on("2026-11-29"), OnNight { places: 5, closed: 5 });
    assert_eq!(on("2026-11-30"), OnNight { places: 5, closed: 1 });
    assert_eq!(on("2026-12-01"), OnNight { places: 5, closed: 5 });
    assert_eq!(on("2026-11-28").open(), 2);
}

#[test]
fn lending_moves_places_one_way_for_its_nights_and_back() {
    // Filadelfia, summer 2018: 34 men, 16 women, then 8 of the women's used for men.
    let plan = plan(&[
        number(men(), "2018-06-01", 34),
        number(women(), "2018-06-01", 16),
        lending(Direction::WomenToMen, "2018-07-31", "2018-08-01", 8),
        lending(Direction::MenToWomen, "2018-08-03", "2018-08-03", 4),
    ]);
    let both = |on| (plan.pool_on(men(), night(on)).places, plan.pool_on(women(), night(on)).places);
    assert_eq!(both("2018-07-30"), (34, 16));
    assert_eq!(both("2018-07-31"), (42, 8));
    assert_eq!(both("2018-08-01"), (42, 8));
    assert_eq!(both("2018-08-02"), (34, 16));
    assert_eq!(both("2018-08-03"), (30, 20));
}

#[test]
fn a_womens_shelter_may_lend_to_men_who_have_no_number_of_their_own() {
    let plan = plan(&[
        number(women(), "2018-06-01", 16),
        lending(Direction::WomenToMen, "2018-07-01", "2018-07-01", 16),
    ]);
    assert_eq!(plan.pool_on(men(), night("2018-07-01")).open(), 16);
    assert_eq!(plan.pool_on(women(), night("2018-07-01")).places, 0);
}

#[test]
fn lending_more_than_there_is_is_refused_on_the_first_night_it_happens() {
    let facts = [
        number(women(), "2018-06-01", 16),
        number(women(), "2018-08-01", 6),
        lending(Direction::WomenToMen, "2018-07-01", "2018-09-30", 4),
        lending(Direction::WomenToMen, "2018-07-20", "2018-08-10", 3),
    ];
    let refused =
        PlanError::LendsMoreThanItHas { pool: women(), night: night("2018-08-01"), open: 6, lent: 7 };
    assert_eq!(
        refused.to_string(),
        "on 2018-08-01 7 of the single places for women at fa are lent, but only 6 are there and open; lend fewer"
    );
    assert_eq!(Plan::new(&facts).unwrap_err(), refused);
}

#[test]
fn a_closed_place_cannot_be_lent() {
    let facts = |what| {
        [
            number(women(), "2018-06-01", 16),
            closure(what, "2018-07-05", "2018-07-06"),
            lending(Direction::WomenToMen, "2018-07-01", "2018-07-31", 8),
        ]
    };
    assert!(Plan::new(&facts(Closed::Places(women(), 8))).is_ok());
    let refused =
        |open| PlanError::LendsMoreThanItHas { pool: women(), night: night("2018-07-05"), open, lent: 8 };
    assert_eq!(Plan::new(&facts(Closed::Places(women(), 9))).unwrap_err(), refused(7));
    assert_eq!(Plan::new(&facts(Closed::Pool(women()))).unwrap_err(), refused(0));
}

#[test]
fn a_closed_shelter_cannot_hide_that_it_lends_more_than_it_has() {
    let facts = [
        number(women(), "2018-06-01", 6),
        closure(Closed::Shelter(code("fa")), "2018-07-01", "2018-07-31"),
        lending(Direction::WomenToMen, "2018-07-01", "2018-07-31", 7),
    ];
    let refused =
        PlanError::LendsMoreThanItHas { pool: women(), night: night("2018-07-01"), open: 6, lent: 7 };
    assert_eq!(Plan::new(&facts).unwrap_err(), refused);
}

#[test]
fn extra_places_are_there_for_their_night_only_and_add_up() {
    let plan =
        plan(&[number(men(), "2026-01-01", 5), extra(men(), "2026-12-31", 2), extra(men(), "2026-12-31", 1)]);
    let places = ["2026-12-30", "2026-12-31", "2027-01-01"].map(|on| plan.pool_on(men(), night(on)).places);
    assert_eq!(places, [5, 8, 5]);
}

#[test]
fn two_numbers_from_one_night_are_refused() {
    let facts = [number(men(), "2026-01-01", 5), number(men(), "2026-01-01", 6)];
    let refused = PlanError::NumberTwice { pool: men(), from: night("2026-01-01") };
    assert_eq!(Plan::new(&facts).unwrap_err(), refused);
}

#[test]
fn more_places_than_an_entry_can_count_are_refused() {
    let with = |more| Plan::new(&[number(men(), "2026-01-01", MAX_PLACES), extra(men(), "2026-03-01", more)]);
    let refused = PlanError::TooManyPlaces { pool: men(), night: night("2026-03-01") };
    assert!(with(0).is_ok());
    assert_eq!(with(1).unwrap_err(), refused);
    assert_eq!(with(u32::MAX).unwrap_err(), refused);
}

#[test]
fn a_shelter_that_admits_on_its_own_has_places_but_no_pool_in_the_draw() {
    let convictus = pool("cv", Kind::Single, Who::Women);
    let plan = plan(&[
        number(convictus, "2023-05-01", 20),
        number(men(), "2023-05-01", 7),
        number(pool("gone", Kind::Single, Who::Men), "2017-11-01", 50),
        number(pool("sm", Kind::Single, Who::Men), "2023-05-01", 3),
    ]);
    let shelters =
        [shelter("cv", Admission::Own), shelter("sm", Admission::Counted), shelter("fa", Admission::Scanned)];
    assert_eq!(plan.pools_in_the_draw(&shelters), [men(), pool("sm", Kind::Single, Who::Men)]);
    assert_eq!(plan.shelter_on(code("cv"), night("2023-07-01")).open(), 20);
}

#[test]
fn capacity_of_convictus_in_july_2023_is_sixty() {
    let plan = plan(&[
        number(pool("cv", Kind::Single, Who::Women), "2023-05-01", 20),
        closure(Closed::Shelter(code("cv")), "2023-07-04", "2023-07-31"),
    ]);
    let july = span("2023-07-01", "2023-07-31");
    let capacity: u32 = july.iter().map(|night| plan.shelter_on(code("cv"), night).open()).sum();
    assert_eq!(capacity, 60);
}
