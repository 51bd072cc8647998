use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::arrival::tests::{arrival, at, closed, fa, night, pool, shelter, sm, ticket};
use crate::domain::arrival::{ArrivalState, move_tonight};
use crate::domain::place::Who;
use crate::domain::shelter::Admission;
use crate::domain::ticket::EndCause;

/// Reasons in an order of their own, to show that the sum follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reason {
    NoDocument,
    Under18,
    Karens,
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 27).unwrap()
}

fn guest(n: u8) -> Person {
    Person::Guest(GuestId(Uuid::from_u128(n.into())))
}

/// Registrations with their outcomes: lot, person, fate.
fn asked(rows: &[(u32, Person, Fate<Reason>)]) -> (Vec<Asked>, Vec<Outcome<Reason>>) {
    let asked = rows.iter().map(|&(lot, person, _)| Asked { lot: LotNumber(lot), person });
    let outcomes = rows.iter().map(|(lot, person, fate)| Outcome {
        lot: LotNumber(*lot),
        person: *person,
        fate: fate.clone(),
    });
    (asked.collect(), outcomes.collect())
}

fn counted(finished: bool, rows: &[(u32, Person, Fate<Reason>)]) -> DeskDaySum<Reason> {
    let (asked, outcomes) = asked(rows);
    DeskDaySum::count(day(), finished, &asked, &outcomes)
}

#[test]
fn a_desk_day_counts_persons_by_what_became_of_them() {
    let sum = counted(
        true,
        &[
            (1, guest(1), Fate::Collected),
            (1, guest(2), Fate::Collected),
            (2, guest(3), Fate::Declined),
            (3, guest(4), Fate::Lapsed),
            (4, guest(5), Fate::TurnedAway),
            (4, guest(6), Fate::TurnedAway),
            (4, guest(7), Fate::TurnedAway),
            (5, guest(8), Fate::Refused(Reason::Karens)),
            (6, guest(9), Fate::Withdrawn),
        ],
    );
    assert_eq!((sum.asked, sum.collected, sum.declined, sum.lapsed), (9, 2, 1, 1));
    assert_eq!((sum.turned_away, sum.refused(), sum.withdrawn, sum.still_undecided), (3, 1, 1, 0));
    assert_eq!(sum.discrepancies(), []);
}

#[test]
fn nobody_asked_and_the_sum_holds() {
    let sum = counted(true, &[]);
    assert_eq!((sum.asked, sum.discrepancies()), (0, Vec::new()));
}

#[test]
fn a_person_in_several_lots_counts_once_by_the_last() {
    let rows = [
        (3, guest(1), Fate::Collected),
        (1, guest(1), Fate::Refused(Reason::NoDocument)),
        (2, guest(1), Fate::Withdrawn),
        (2, guest(2), Fate::Withdrawn),
    ];
    let sum = counted(true, &rows);
    assert_eq!((sum.asked, sum.collected, sum.refused(), sum.withdrawn), (2, 1, 0, 1));
    assert_eq!(sum.refused_by, BTreeMap::new());
    assert_eq!(sum.discrepancies(), []);
}

#[test]
fn who_got_something_and_is_refused_for_asking_again_counts_by_what_it_got() {
    for got in [Fate::Collected, Fate::Declined, Fate::Lapsed, Fate::TurnedAway] {
        let again =
            counted(true, &[(1, guest(1), got.clone()), (2, guest(1), Fate::Refused(Reason::Karens))]);
        assert_eq!(again, counted(true, &[(1, guest(1), got)]));
    }
    // Of two that came to nothing the last counts.
    let rows = [(1, guest(1), Fate::Refused(Reason::NoDocument)), (2, guest(1), Fate::Withdrawn)];
    assert_eq!(counted(true, &rows).withdrawn, 1);
}

#[test]
fn a_person_without_a_document_counts_as_one_of_its_own() {
    let sum = counted(
        true,
        &[
            (1, Person::Logged(LotNumber(1)), Fate::Refused(Reason::NoDocument)),
            (2, Person::Logged(LotNumber(2)), Fate::Refused(Reason::NoDocument)),
        ],
    );
    assert_eq!((sum.asked, sum.refused()), (2, 2));
    assert_eq!(sum.discrepancies(), []);
}

#[test]
fn a_minor_counts_by_the_refused_lot_of_its_own() {
    let sum = counted(true, &[(1, guest(1), Fate::Collected), (2, guest(2), Fate::Refused(Reason::Under18))]);
    assert_eq!((sum.asked, sum.collected), (2, 1));
    assert_eq!(sum.refused_by, BTreeMap::from([(Reason::Under18, 1)]));
}

#[test]
fn the_refused_are_the_sum_of_their_main_reasons() {
    let reasons = [Reason::NoDocument, Reason::Karens, Reason::NoDocument, Reason::Under18];
    let rows: Vec<_> =
        (1..).zip(reasons).map(|(n, reason)| (u32::from(n), guest(n), Fate::Refused(reason))).collect();
    let sum = counted(true, &rows);
    let by = [(Reason::NoDocument, 2), (Reason::Under18, 1), (Reason::Karens, 1)];
    assert_eq!((sum.refused(), sum.refused_by.clone()), (4, BTreeMap::from(by)));
    assert_eq!(sum.discrepancies(), []);
}

#[test]
fn the_undecided_are_a_term_while_the_day_is_open_and_an_error_once_it_is_finished() {
    let rows = [(1, guest(1), Fate::Collected), (2, guest(2), Fate::Undecided)];
    assert_eq!(counted(false, &rows).still_undecided, 1);
    assert_eq!(counted(false, &rows).discrepancies(), []);
    let broken = counted(true, &rows).discrepancies();
    assert_eq!((broken.len(), broken[0].left, broken[0].right), (1, 2, 1));
}

#[test]
fn a_person_whose_last_lot_has_no_outcome_is_missed() {
    let (mut asked, outcomes) = asked(&[(1, guest(1), Fate::Withdrawn)]);
    asked.push(Asked { lot: LotNumber(2), person: guest(1) });
    let broken = DeskDaySum::count(day(), true, &asked, &outcomes).discrepancies();
    assert_eq!((broken.len(), broken[0].difference()), (1, 1));
}

#[test]
fn an_outcome_of_somebody_who_never_asked_is_found() {
    let (asked, mut outcomes) = asked(&[(1, guest(1), Fate::Collected)]);
    outcomes.push(Outcome { lot: LotNumber(2), person: guest(2), fate: Fate::Collected });
    let broken = DeskDaySum::count(day(), true, &asked, &outcomes).discrepancies();
    assert_eq!((broken.len(), broken[0].difference()), (1, -1));
}

#[test]
fn two_outcomes_of_one_person_with_one_lot_are_found() {
    let (asked, mut outcomes) = asked(&[(1, guest(1), Fate::Collected)]);
    outcomes.push(Outcome { lot: LotNumber(1), person: guest(1), fate: Fate::Lapsed });
    let broken = DeskDaySum::count(day(), true, &asked, &outcomes).discrepancies();
    assert_eq!((broken.len(), broken[0].difference()), (1, -1));
}

#[test]
fn a_discrepancy_says_which_sum_both_sides_and_the_difference() {
    let mut sum = counted(true, &[(1, guest(1), Fate::Collected), (2, guest(2), Fate::TurnedAway)]);
    sum.asked = 5;
    let said = sum.discrepancies()[0].to_string();
    let whole = "this sum does not hold: asked = what became of them, desk day 2026-11-27: 5 against 2 \
                 (collected 1 + declined 0 + lapsed 0 + turned away 1 + refused 0 + withdrawn 0), \
                 a difference of 3; correct what was recorded";
    assert_eq!(said, whole);
}

fn rows() -> impl Strategy<Value = Vec<(u32, Person, Fate<Reason>)>> {
    let reason = prop::sample::select(vec![Reason::NoDocument, Reason::Under18, Reason::Karens]);
    let refused = reason.prop_map(Fate::Refused);
    let decided = vec![
        Fate::Collected,
        Fate::Declined,
        Fate::Lapsed,
        Fate::TurnedAway,
        Fate::Withdrawn,
        Fate::Undecided,
    ];
    let fate = prop_oneof![3 => prop::sample::select(decided), 1 => refused];
    let person = prop_oneof![
        4 => (0..12u8).prop_map(guest),
        1 => (0..4u32).prop_map(|lot| Person::Logged(LotNumber(lot))),
    ];
    prop::collection::btree_map((0..8u32, person), fate, 0..40)
        .prop_map(|rows| rows.into_iter().map(|((lot, person), fate)| (lot, person, fate)).collect())
}

proptest! {
    #[test]
    fn the_desk_days_sum_holds_for_whoever_asked(rows in rows()) {
        let sum = counted(false, &rows);
        prop_assert_eq!(sum.discrepancies(), []);
        let persons: BTreeSet<Person> = rows.iter().map(|row| row.1).collect();
        prop_assert_eq!(sum.asked, tally(persons.len()));
        let stands = |fate: &Fate<Reason>| !matches!(fate, Fate::Refused(_) | Fate::Withdrawn);
        let of_counted_lot = |person: &Person| {
            rows.iter().filter(|row| row.1 == *person).max_by_key(|row| (stands(&row.2), row.0))
        };
        let collected = persons.iter().filter(|person| {
            of_counted_lot(person).is_some_and(|row| row.2 == Fate::Collected)
        });
        prop_assert_eq!(sum.collected, tally(collected.count()));
    }

    #[test]
    fn the_order_of_registration_changes_no_sum(rows in rows().prop_shuffle()) {
        let mut sorted = rows.clone();
        sorted.sort_by_key(|row| (row.0, row.1));
        prop_assert_eq!(counted(false, &rows), counted(false, &sorted));
    }

    #[test]
    fn a_broken_total_is_found(rows in rows(), broken in 0..8usize, by in 1..5u64) {
        let mut sum = counted(false, &rows);
        match broken {
            0 => sum.asked += by,
            1 => sum.collected += by,
            2 => sum.declined += by,
            3 => sum.lapsed += by,
            4 => sum.turned_away += by,
            5 => sum.withdrawn += by,
            6 => sum.still_undecided += by,
            _ => *sum.refused_by.entry(Reason::Karens).or_default() += by,
        }
        prop_assert!(!sum.discrepancies().is_empty());
    }

    #[test]
    fn a_person_left_out_or_made_up_is_found(rows in rows(), at in 0..40usize, made_up in prop::bool::ANY) {
        let (asked, mut outcomes) = asked(&rows);
        if made_up {
            outcomes.push(Outcome { lot: LotNumber(9), person: guest(99), fate: Fate::Collected });
        } else {
            prop_assume!(!rows.is_empty());
            let person = outcomes[at % rows.len()].person;
            outcomes.retain(|outcome| outcome.person != person);
        }
        let sum = DeskDaySum::count(day(), false, &asked, &outcomes);
        prop_assert!(!sum.discrepancies().is_empty());
    }
}

// The night of a shelter that scans: Tuesday 2026-11-24 at Filadelfia.

const TUESDAY: &str = "2026-11-24";

fn tickets(n: u8) -> Vec<Ticket> {
    (1..=n).map(|n| ticket(n, "2026-11-23", "2026-11-27")).collect()
}

fn open_night() -> DoorNight {
    DoorNight::open(&shelter(fa(), Admission::Scanned), night(TUESDAY)).unwrap()
}

fn pools(places: u32, closed: u32) -> [PoolNight; 1] {
    [PoolNight { pool: pool(fa(), Who::Any), places, closed }]
}

fn bed(n: u8) -> Bed {
    let guest = GuestId(Uuid::from_u128(n.into()));
    Bed { guest, night: night(TUESDAY), pool: pool(fa(), Who::Any), correction: false }
}

fn night_sum(
    door: &DoorNight,
    pools: &[PoolNight],
    tickets: &[Ticket],
    arrivals: &[Arrival],
    walk_ins: &[Bed],
) -> NightSum {
    NightSum::count(&NightFacts { door, pools, tickets, arrivals, walk_ins })
}

#[test]
fn a_closed_night_is_arrived_and_no_show_walk_ins_unassigned_and_closed() {
    let tickets = tickets(3);
    let arrivals = [arrival(&tickets[0], TUESDAY), arrival(&tickets[1], TUESDAY)];
    let sum = night_sum(&closed(TUESDAY, &tickets), &pools(10, 2), &tickets, &arrivals, &[bed(9)]);
    assert_eq!((sum.tickets_valid, sum.arrived, sum.no_show, sum.still_undecided), (3, 2, 1, 0));
    assert_eq!((sum.places, sum.walk_ins, sum.unassigned, sum.closed), (10, 1, 4, 2));
    assert_eq!(sum.discrepancies(), []);
}

#[test]
fn while_the_night_is_open_who_has_not_come_is_undecided() {
    let tickets = tickets(3);
    let arrivals = [arrival(&tickets[0], TUESDAY)];
    let sum = night_sum(&open_night(), &pools(10, 0), &tickets, &arrivals, &[]);
    assert_eq!((sum.tickets_valid, sum.arrived, sum.no_show, sum.still_undecided), (3, 1, 0, 2));
    assert_eq!(sum.discrepancies(), []);
}

#[test]
fn an_empty_shelter_and_a_closed_one_have_sums_that_hold() {
    let empty = night_sum(&closed(TUESDAY, &[]), &pools(10, 0), &[], &[], &[]);
    assert_eq!((empty.unassigned, empty.discrepancies()), (10, Vec::new()));
    let shut = night_sum(&closed(TUESDAY, &[]), &pools(10, 10), &[], &[], &[]);
    assert_eq!((shut.unassigned, shut.closed, shut.discrepancies()), (0, 10, Vec::new()));
    let none = night_sum(&closed(TUESDAY, &[]), &[], &[], &[], &[]);
    assert_eq!((none.places, none.discrepancies()), (0, Vec::new()));
}

#[test]
fn an_arrival_that_was_undone_counts_as_none_and_one_made_again_as_one() {
    let tickets = tickets(1);
    let undone = arrival(&tickets[0], TUESDAY).undo(at("2026-11-24 21:10"), false).unwrap();
    let door = closed(TUESDAY, &tickets);
    let sum = night_sum(&door, &pools(10, 0), &tickets, &[undone], &[]);
    assert_eq!((sum.arrived, sum.no_show, sum.discrepancies()), (0, 1, Vec::new()));
    let again = [undone, arrival(&tickets[0], TUESDAY)];
    let sum = night_sum(&door, &pools(10, 0), &tickets, &again, &[]);
    assert_eq!((sum.arrived, sum.no_show, sum.discrepancies()), (1, 0, Vec::new()));
}

#[test]
fn a_correction_after_the_close_turns_a_no_show_into_an_arrival_and_the_sum_holds() {
    let tickets = tickets(2);
    let door = closed(TUESDAY, &tickets);
    let late = Arrival { at: at("2026-11-25 02:00"), correction: true, ..arrival(&tickets[0], TUESDAY) };
    let sum = night_sum(&door, &pools(10, 0), &tickets, &[late], &[bed(9)]);
    assert_eq!((sum.arrived, sum.no_show, sum.walk_ins, sum.unassigned), (1, 1, 1, 7));
    assert_eq!(sum.discrepancies(), []);
}

#[test]
fn a_ticket_moved_before_the_close_counts_where_it_came_to() {
    let ticket = tickets(1).remove(0);
    let arrived = arrival(&ticket, TUESDAY);
    let to = pool(sm(), Who::Any);
    let (moved, undone) =
        move_tonight(ticket, Some(arrived), to, night(TUESDAY), &[], at("2026-11-24 22:00")).unwrap();
    let moved = [moved];
    let arrivals = [undone.unwrap(), arrival(&moved[0], TUESDAY)];
    let left = night_sum(&closed(TUESDAY, &moved), &pools(10, 0), &moved, &arrivals, &[]);
    assert_eq!((left.tickets_valid, left.arrived, left.no_show, left.unassigned), (0, 0, 0, 10));
    assert_eq!(left.discrepancies(), []);
    let there = DoorNight::open(&shelter(sm(), Admission::Scanned), night(TUESDAY)).unwrap();
    let there = there.close(&moved, at("2026-11-24 23:00")).unwrap();
    let came = night_sum(&there, &[PoolNight { pool: to, places: 5, closed: 0 }], &moved, &arrivals, &[]);
    assert_eq!(
        (came.tickets_valid, came.arrived, came.unassigned, came.discrepancies()),
        (1, 1, 4, Vec::new())
    );
}

#[test]
fn a_ticket_that_ends_after_the_close_leaves_the_nights_sum_as_it_was() {
    let ticket = tickets(1).remove(0);
    let door = closed(TUESDAY, std::slice::from_ref(&ticket));
    let ended = [ticket.end(EndCause::GivenBack, night("2026-11-25")).unwrap()];
    let sum = night_sum(&door, &pools(10, 0), &ended, &[], &[]);
    assert_eq!((sum.tickets_valid, sum.no_show, sum.discrepancies()), (1, 1, Vec::new()));
}

#[test]
fn a_ban_ordered_for_tonight_holds_once_the_arrival_is_undone_and_is_found_until_then() {
    let ticket = tickets(1).remove(0);
    let arrived = arrival(&ticket, TUESDAY);
    let banned = [ticket.end(EndCause::Banned, night(TUESDAY)).unwrap()];
    let door = closed(TUESDAY, &banned);
    assert_eq!(night_sum(&door, &pools(10, 0), &banned, &[arrived], &[]).discrepancies().len(), 2);
    let undone = arrived.undo(at("2026-11-24 22:00"), false).unwrap();
    let sum = night_sum(&door, &pools(10, 0), &banned, &[undone], &[]);
    assert_eq!((sum.tickets_valid, sum.arrived, sum.unassigned), (0, 0, 10));
    assert_eq!(sum.discrepancies(), []);
}

#[test]
fn an_arrival_of_a_ticket_that_was_not_valid_is_found() {
    let tickets = tickets(2);
    let arrivals = [arrival(&tickets[0], TUESDAY), arrival(&tickets[1], TUESDAY)];
    let sum = night_sum(&closed(TUESDAY, &tickets[..1]), &pools(10, 0), &tickets[..1], &arrivals, &[]);
    let broken = sum.discrepancies();
    let sums: Vec<Sum> = broken.iter().map(|broken| broken.sum).collect();
    assert_eq!(sums, [Sum::Tickets(fa(), night(TUESDAY)), Sum::Places(fa(), night(TUESDAY))]);
    assert_eq!((broken[0].left, broken[0].right, broken[0].difference()), (1, 2, -1));
}

#[test]
fn a_ticket_moved_after_the_close_against_the_rule_is_found() {
    let ticket = tickets(1).remove(0);
    let door = closed(TUESDAY, std::slice::from_ref(&ticket));
    let moved = [ticket.move_to(pool(sm(), Who::Any), night(TUESDAY)).unwrap()];
    let broken = night_sum(&door, &pools(10, 0), &moved, &[], &[]).discrepancies();
    assert_eq!((broken.len(), broken[0].sum), (1, Sum::Places(fa(), night(TUESDAY))));
}

#[test]
fn more_guests_than_places_in_one_pool_are_found_though_another_has_room() {
    let tickets = tickets(2);
    let two = [
        PoolNight { pool: pool(fa(), Who::Any), places: 2, closed: 0 },
        PoolNight { pool: pool(fa(), Who::Women), places: 5, closed: 0 },
    ];
    let sum = night_sum(&closed(TUESDAY, &tickets), &two, &tickets, &[], &[bed(9)]);
    let broken = sum.discrepancies();
    assert_eq!((broken.len(), broken[0].left, broken[0].right), (1, 7, 8));
}

#[test]
fn one_guest_in_two_walk_in_beds_is_found() {
    let sum = night_sum(&open_night(), &pools(10, 0), &[], &[], &[bed(9), bed(9)]);
    assert_eq!(sum.discrepancies().len(), 1);
}

#[test]
fn facts_of_another_night_or_shelter_change_nothing() {
    let tickets = tickets(1);
    let elsewhere = Bed { pool: pool(sm(), Who::Any), ..bed(8) };
    let yesterday = Bed { night: night("2026-11-23"), ..bed(9) };
    let arrivals =
        [arrival(&tickets[0], "2026-11-23"), Arrival { shelter: sm(), ..arrival(&tickets[0], TUESDAY) }];
    let both = [pools(10, 0)[0], PoolNight { pool: pool(sm(), Who::Any), places: 50, closed: 3 }];
    let door = closed(TUESDAY, &tickets);
    let sum = night_sum(&door, &both, &tickets, &arrivals, &[elsewhere, yesterday]);
    assert_eq!(sum, night_sum(&door, &pools(10, 0), &tickets, &[], &[]));
}

#[test]
fn a_head_count_is_held_against_the_places() {
    let count = HeadCount { women: 15, men: 4, other: 1 };
    let sum = |places| HeadCountSum { shelter: fa(), night: night(TUESDAY), count, places };
    assert_eq!(sum(20).discrepancy(), None);
    let broken = sum(19).discrepancy().unwrap();
    assert_eq!((broken.left, broken.right, broken.difference()), (20, 19, 1));
    assert_eq!(sum(19).discrepancy().unwrap().sum, Sum::HeadCount(fa(), night(TUESDAY)));
}

#[test]
fn totals_too_large_to_add_are_found_and_not_wrapped() {
    let mut sum = counted(true, &[]);
    (sum.collected, sum.lapsed) = (u64::MAX, 1);
    assert_eq!(sum.discrepancies()[0].difference(), -i128::from(u64::MAX));
}

/// What a guest with a ticket did that night.
#[derive(Clone, Copy, Debug)]
enum Did {
    Came,
    StayedAway,
    CameAndUndone,
    CameAgain,
    CameLate,
}

fn arrivals_of(ticket: &Ticket, did: Did) -> Vec<Arrival> {
    let came = arrival(ticket, TUESDAY);
    let undone = Arrival { state: ArrivalState::Undone { at: came.at, correction: false }, ..came };
    match did {
        Did::Came => vec![came],
        Did::StayedAway => Vec::new(),
        Did::CameAndUndone => vec![undone],
        Did::CameAgain => vec![undone, came],
        Did::CameLate => vec![Arrival { correction: true, ..came }],
    }
}

proptest! {
    #[test]
    fn the_nights_sum_holds_whatever_the_guests_did(
        did in prop::collection::vec(prop::sample::select(vec![
            Did::Came, Did::StayedAway, Did::CameAndUndone, Did::CameAgain, Did::CameLate,
        ]), 0..20),
        walk_ins in 0..5u8,
        free in 0..5u32,
        shut in 0..5u32,
        is_closed in prop::bool::ANY,
    ) {
        let tickets = tickets(u8::try_from(did.len()).unwrap());
        let arrivals: Vec<Arrival> =
            tickets.iter().zip(&did).flat_map(|(ticket, &did)| arrivals_of(ticket, did)).collect();
        let beds: Vec<Bed> = (100..100 + walk_ins).map(bed).collect();
        let places = u32::try_from(tickets.len() + beds.len()).unwrap() + free + shut;
        let door = if is_closed { closed(TUESDAY, &tickets) } else { open_night() };
        let sum = night_sum(&door, &pools(places, shut), &tickets, &arrivals, &beds);
        prop_assert_eq!(sum.discrepancies(), []);
        let came = did.iter().filter(|did| !matches!(did, Did::StayedAway | Did::CameAndUndone)).count();
        prop_assert_eq!((sum.arrived, sum.unassigned), (tally(came), free.into()));
    }

    #[test]
    fn a_broken_term_of_the_nights_sum_is_found(broken in 0..8usize, by in 1..5u64) {
        let tickets = tickets(4);
        let arrivals = [arrival(&tickets[0], TUESDAY)];
        let mut sum = night_sum(&closed(TUESDAY, &tickets), &pools(10, 1), &tickets, &arrivals, &[bed(9)]);
        let terms = [
            &mut sum.tickets_valid,
            &mut sum.arrived,
            &mut sum.no_show,
            &mut sum.still_undecided,
            &mut sum.places,
            &mut sum.walk_ins,
            &mut sum.unassigned,
            &mut sum.closed,
        ];
        let Some(term) = terms.into_iter().nth(broken) else { return Ok(()) };
        *term += by;
        prop_assert!(!sum.discrepancies().is_empty());
    }
}
