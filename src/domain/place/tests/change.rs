use super::*;
use crate::domain::head_count::Counted;
use crate::domain::place::change::{ChangeRefused, CountedMore, Shortfall, check_change, check_counted};
use crate::domain::place::entries::held_by;
use crate::domain::place::moving::room_for_party;

const TODAY: &str = "2026-11-27";

/// Whether a plan of `facts` may be joined by `more` on Friday 27 November 2026.
fn add(facts: &[Fact], more: Fact, held: &[Held]) -> Result<(), ChangeRefused> {
    let after: Vec<Fact> = facts.iter().copied().chain([more]).collect();
    check_change(&plan(facts), &plan(&after), held, night(TODAY))
}

fn shortfall(pool: Pool, on: &str, short: u32, holders: &[u128]) -> Shortfall {
    let holders = holders.iter().map(|&number| Holder::Ticket(ticket_id(number))).collect();
    Shortfall { pool, night: night(on), short, holders }
}

#[test]
fn a_change_that_touches_only_empty_places_goes_through() {
    let facts = [number(men(), "2026-01-01", 3)];
    let held = [held(1, men(), "2026-11-27", "2026-12-01")];
    assert_eq!(add(&facts, number(men(), "2026-11-27", 1), &held), Ok(()));
    assert_eq!(add(&facts, closure(Closed::Places(men(), 2), "2026-11-27", "2026-12-31"), &held), Ok(()));
    assert_eq!(add(&facts, closure(Closed::Shelter(code("fa")), "2026-12-02", "2026-12-31"), &held), Ok(()));
}

#[test]
fn a_lower_number_is_refused_with_each_night_short_and_all_who_hold_a_place_there() {
    let facts = [number(men(), "2026-01-01", 3)];
    let held = [
        held(2, men(), "2026-11-28", "2026-11-30"),
        held(1, men(), "2026-11-27", "2026-11-30"),
        held(3, men(), "2026-11-30", "2026-11-30"),
    ];
    let refused = add(&facts, number(men(), "2026-11-29", 1), &held).unwrap_err();
    assert_eq!(
        refused,
        ChangeRefused::WouldDisplace(vec![
            shortfall(men(), "2026-11-29", 1, &[1, 2]),
            shortfall(men(), "2026-11-30", 2, &[1, 2, 3]),
        ])
    );
    assert_eq!(
        refused.to_string(),
        "this change would leave 1 too few single places for men at fa on 2026-11-29 (the first of 2 shortfalls): \
         move or end tickets among the 3 listed first"
    );
}

#[test]
fn lending_a_place_somebody_holds_is_refused() {
    let facts = [number(men(), "2026-01-01", 1), number(women(), "2026-01-01", 3)];
    let held = [held(1, women(), "2026-11-27", "2026-11-28"), held(2, women(), "2026-11-28", "2026-11-29")];
    let lend = |count| lending(Direction::WomenToMen, "2026-11-27", "2026-12-31", count);
    assert_eq!(add(&facts, lend(1), &held), Ok(()));
    let refused = add(&facts, lend(2), &held).unwrap_err();
    assert_eq!(refused, ChangeRefused::WouldDisplace(vec![shortfall(women(), "2026-11-28", 1, &[1, 2])]));
    assert_eq!(
        refused.to_string(),
        "this change would leave 1 too few single places for women at fa on 2026-11-28: \
         move or end tickets among the 2 listed first"
    );
}

#[test]
fn a_lending_is_not_taken_back_while_the_borrowers_sleep_there() {
    let lent = |last| {
        plan(&[number(women(), "2026-01-01", 3), lending(Direction::WomenToMen, "2026-11-01", last, 2)])
    };
    let held = [held(1, men(), "2026-11-27", "2026-12-01")];
    let take_back = |last| check_change(&lent("2026-12-31"), &lent(last), &held, night(TODAY));
    assert_eq!(take_back("2026-12-01"), Ok(()));
    assert_eq!(
        take_back("2026-11-30"),
        Err(ChangeRefused::WouldDisplace(vec![shortfall(men(), "2026-12-01", 1, &[1])]))
    );
}

#[test]
fn an_extra_place_somebody_holds_is_not_taken_away() {
    let before = plan(&[extra(men(), "2026-11-28", 2)]);
    let held = [held(1, men(), "2026-11-28", "2026-11-28")];
    let left =
        |count| check_change(&before, &plan(&[extra(men(), "2026-11-28", count)]), &held, night(TODAY));
    assert_eq!(left(1), Ok(()));
    assert_eq!(
        check_change(&before, &plan(&[]), &held, night(TODAY)),
        Err(ChangeRefused::WouldDisplace(vec![shortfall(men(), "2026-11-28", 1, &[1])]))
    );
}

#[test]
fn a_walk_in_is_displaced_no_more_than_a_ticket() {
    let facts = [number(men(), "2026-01-01", 1)];
    let holder = Holder::WalkIn(GuestId(Uuid::from_u128(5)));
    let held = [Held { holder, pool: men(), nights: span(TODAY, TODAY) }];
    let short = Shortfall { pool: men(), night: night(TODAY), short: 1, holders: vec![holder] };
    assert_eq!(
        add(&facts, closure(Closed::Pool(men()), TODAY, TODAY), &held),
        Err(ChangeRefused::WouldDisplace(vec![short]))
    );
}

#[test]
fn a_night_that_has_begun_is_not_changed_any_more_for_more_or_for_fewer() {
    let facts = [number(men(), "2026-01-01", 3), number(women(), "2026-01-01", 3)];
    let begun =
        |pool, on: &str| Err(ChangeRefused::NightHasBegun { pool, night: night(on), first: night(TODAY) });
    assert_eq!(add(&facts, extra(women(), "2026-11-26", 1), &[]), begun(women(), "2026-11-26"));
    assert_eq!(add(&facts, extra(women(), "2026-11-27", 1), &[]), Ok(()));
    assert_eq!(add(&facts, number(men(), "2026-02-28", 2), &[]), begun(men(), "2026-02-28"));
    // Three are there still, but fewer are open: the sums of that night would change.
    let closed = closure(Closed::Places(men(), 1), "2026-11-20", "2026-11-30");
    assert_eq!(add(&facts, closed, &[]), begun(men(), "2026-11-20"));
    let ended = check_change(&plan(&facts), &plan(&facts[..1]), &[], night(TODAY));
    assert_eq!(ended, begun(women(), "2026-01-01"));
}

#[test]
fn a_night_keeps_as_many_places_as_people_were_counted_on_it() {
    let facts = [number(men(), "2026-01-01", 3), number(women(), "2026-01-01", 3)];
    let counted = |people| Counted { shelter: code("fa"), night: night(TODAY), people };
    let close = |before: &[Fact], places, on: &str, people| {
        let after: Vec<Fact> =
            before.iter().copied().chain([closure(Closed::Places(men(), places), on, on)]).collect();
        check_counted(&plan(before), &plan(&after), &[counted(people)])
    };
    assert_eq!(close(&facts, 2, TODAY, 4), Ok(()));
    assert_eq!(close(&facts, 3, "2026-11-28", 4), Ok(()), "another night");
    let refused = close(&facts, 3, TODAY, 4).unwrap_err();
    assert_eq!(refused, CountedMore { counted: counted(4), open: 3 });
    assert_eq!(
        refused.to_string(),
        "4 people were counted at fa on 2026-11-27, and this change would leave 3 places there: correct the head count first, \
         or let the change begin later"
    );
    // Too few before, and no fewer now: it may be the repair.
    let women_more = [&facts[..], &[extra(women(), TODAY, 1)]].concat();
    assert_eq!(check_counted(&plan(&facts), &plan(&women_more), &[counted(9)]), Ok(()));
    assert_eq!(check_counted(&plan(&facts), &plan(&facts), &[counted(9)]), Ok(()));
}

#[test]
fn the_earliest_night_begun_is_named_and_the_message_says_from_when_on() {
    let facts = [number(men(), "2026-01-01", 3), number(women(), "2026-01-01", 3)];
    let after = [
        number(men(), "2026-01-01", 3),
        number(women(), "2026-01-01", 3),
        extra(men(), "2026-11-25", 1),
        extra(women(), "2026-11-24", 1),
    ];
    let refused = check_change(&plan(&facts), &plan(&after), &[], night(TODAY)).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "on 2026-11-24 the single places for women at fa cannot be changed any more; \
         let the change begin on 2026-11-27 or later"
    );
}

#[test]
fn a_closure_may_be_ended_early_though_it_began_long_ago() {
    let closed_through = |last| {
        plan(&[number(men(), "2026-01-01", 3), closure(Closed::Shelter(code("fa")), "2026-11-01", last)])
    };
    assert_eq!(
        check_change(&closed_through("2026-12-31"), &closed_through("2026-11-26"), &[], night(TODAY)),
        Ok(())
    );
}

#[test]
fn a_change_that_mends_an_overbooked_night_in_part_goes_through() {
    let facts = [number(men(), "2026-01-01", 1)];
    let held = [1, 2, 3].map(|number| held(number, men(), "2026-11-28", "2026-11-28"));
    assert_eq!(add(&facts, extra(men(), "2026-11-28", 1), &held), Ok(()));
    assert_eq!(
        add(&facts, closure(Closed::Pool(men()), "2026-11-28", "2026-11-28"), &held),
        Err(ChangeRefused::WouldDisplace(vec![shortfall(men(), "2026-11-28", 3, &[1, 2, 3])]))
    );
}

#[test]
fn an_overbooked_night_stops_no_change_elsewhere() {
    let facts = [number(men(), "2026-01-01", 1)];
    let held = [1, 2].map(|number| held(number, men(), "2026-11-28", "2026-11-28"));
    assert_eq!(add(&facts, number(women(), "2026-11-28", 5), &held), Ok(()));
}

#[test]
fn a_shelter_flooded_at_five_is_closed_once_every_ticket_is_moved_or_ended() {
    let elsewhere = pool("sm", Kind::Single, Who::Men);
    let facts = [number(men(), "2026-01-01", 5), number(elsewhere, "2026-01-01", 1)];
    let flood = closure(Closed::Shelter(code("fa")), TODAY, "2026-12-31");
    let close = |tickets: [&Ticket; 2]| {
        let held: Vec<Held> = tickets.into_iter().flat_map(held_by).collect();
        add(&facts, flood, &held)
    };
    let first = ticket(1, men(), "2026-11-26", "2026-11-28").collect(true).unwrap();
    let second = ticket(2, men(), "2026-11-24", "2026-11-27").collect(true).unwrap();
    assert_eq!(
        close([&first, &second]),
        Err(ChangeRefused::WouldDisplace(vec![
            shortfall(men(), TODAY, 2, &[1, 2]),
            shortfall(men(), "2026-11-28", 1, &[1]),
        ]))
    );

    let nights_left = span(TODAY, "2026-11-28");
    let room = room_for_party(
        &plan(&facts),
        &held_by(&first),
        &shelter("sm", Admission::Scanned),
        &[Sex::Man],
        nights_left,
    );
    assert_eq!(room, Ok(Some(vec![elsewhere])));
    let first = first.move_to(elsewhere, night(TODAY)).unwrap();
    assert_eq!(
        close([&first, &second]),
        Err(ChangeRefused::WouldDisplace(vec![shortfall(men(), TODAY, 1, &[2])]))
    );

    let second = second.cut(night(TODAY)).unwrap();
    assert_eq!(close([&first, &second]), Ok(()));
}

#[test]
fn a_closure_cuts_the_ticket_only_after_it_was_ended_by_the_shelter() {
    let facts = [number(men(), "2026-01-01", 1)];
    let closed = closure(Closed::Pool(men()), "2026-11-30", "2026-12-31");
    let stays = ticket(1, men(), "2026-11-27", "2026-12-01").collect(true).unwrap();
    assert_eq!(
        add(&facts, closed, &held_by(&stays)),
        Err(ChangeRefused::WouldDisplace(vec![
            shortfall(men(), "2026-11-30", 1, &[1]),
            shortfall(men(), "2026-12-01", 1, &[1]),
        ]))
    );
    let cut = stays.cut(night("2026-11-30")).unwrap();
    assert_eq!(held_by(&cut), [held(1, men(), "2026-11-27", "2026-11-29")]);
    assert_eq!(add(&facts, closed, &held_by(&cut)), Ok(()));
}
