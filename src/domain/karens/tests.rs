use proptest::prelude::*;

use super::fixtures::{any_ticket, night, nights, ticket};
use super::*;
use crate::domain::shelter::Terms;
use crate::domain::ticket::Calls;

const ON_THE_GUESTS_SIDE: [EndCause; 4] =
    [EndCause::GivenBack, EndCause::Revoked, EndCause::Banned, EndCause::Released];

fn terms(ticket: Ticket, full_nights: u32, karens_nights: u32) -> Ticket {
    Ticket { terms: Terms { full_nights, karens_nights }, ..ticket }
}

#[test]
fn a_start_on_monday_lets_start_again_on_monday() {
    let monday = ticket("2026-11-23", "2026-11-27");
    assert_eq!(karens(&monday), Some(nights("2026-11-28", "2026-11-29")));
    assert_eq!(week_rule(&monday, WeekRule::On), None);
    assert_eq!(may_start_again(&[monday], WeekRule::On), Some(night("2026-11-30")));
}

#[test]
fn karens_that_ends_on_a_friday_lets_start_on_saturday() {
    let mut saturday = ticket("2026-11-28", "2026-12-02");
    saturday.desk_day = night("2026-11-27").date();
    assert_eq!(karens(&saturday), Some(nights("2026-12-03", "2026-12-04")));
    assert_eq!(may_start_again(&[saturday], WeekRule::On), Some(night("2026-12-05")));
}

#[test]
fn karens_that_ends_on_a_saturday_lets_start_on_sunday() {
    let sunday = ticket("2026-11-29", "2026-12-03");
    assert_eq!(karens(&sunday), Some(nights("2026-12-04", "2026-12-05")));
    assert_eq!(may_start_again(&[sunday], WeekRule::On), Some(night("2026-12-06")));
}

#[test]
fn karens_counts_nights_over_leap_day_new_year_and_both_clock_changes() {
    for (first, last, karens_first, karens_last) in [
        ("2028-02-24", "2028-02-28", "2028-02-29", "2028-03-01"),
        ("2027-02-24", "2027-02-28", "2027-03-01", "2027-03-02"),
        ("2026-12-26", "2026-12-30", "2026-12-31", "2027-01-01"),
        ("2027-03-22", "2027-03-26", "2027-03-27", "2027-03-28"),
        ("2026-10-19", "2026-10-23", "2026-10-24", "2026-10-25"),
    ] {
        assert_eq!(karens(&ticket(first, last)), Some(nights(karens_first, karens_last)), "{first}");
    }
}

#[test]
fn each_shelter_has_karens_of_its_own_length() {
    let convictus = terms(ticket("2026-11-02", "2026-11-08"), 7, 2);
    assert_eq!(karens(&convictus), Some(nights("2026-11-09", "2026-11-10")));
    let one = terms(ticket("2026-11-02", "2026-11-06"), 5, 1);
    assert_eq!(karens(&one), Some(nights("2026-11-07", "2026-11-07")));
    let none = terms(ticket("2026-11-02", "2026-11-06"), 5, 0);
    assert_eq!(karens(&none), None);
    assert_eq!(may_start_again(&[none], WeekRule::On), Some(night("2026-11-07")));
}

#[test]
fn karens_counts_from_the_last_night_kept_whatever_ended_the_ticket() {
    for cause in ON_THE_GUESTS_SIDE {
        let ended = ticket("2026-11-23", "2026-11-27").end(cause, night("2026-11-25")).unwrap();
        assert_eq!(karens(&ended), Some(nights("2026-11-25", "2026-11-26")), "{cause:?}");
    }
}

#[test]
fn a_ticket_declined_lapsed_or_ended_with_no_night_kept_leaves_no_trace() {
    let collected = || ticket("2026-11-23", "2026-11-27");
    let waiting = || Ticket { state: State::Waiting(Calls::None), ..collected() };
    for traceless in [
        waiting().decline().unwrap(),
        waiting().lapse_uncollected().unwrap(),
        waiting().end(EndCause::Banned, night("2026-11-25")).unwrap(),
        collected().end(EndCause::GivenBack, night("2026-11-23")).unwrap(),
        collected().cut(night("2026-11-23")).unwrap(),
    ] {
        assert_eq!(karens(&traceless), None, "{traceless:?}");
        assert_eq!(week_rule(&traceless, WeekRule::On), None, "{traceless:?}");
        assert_eq!(may_start_again(&[traceless], WeekRule::On), None);
    }
}

#[test]
fn a_ticket_that_waits_counts_as_one_that_will_be_kept() {
    let waiting = Ticket { state: State::Waiting(Calls::None), ..ticket("2026-11-27", "2026-12-01") };
    assert_eq!(karens(&waiting), Some(nights("2026-12-02", "2026-12-03")));
    assert_eq!(week_rule(&waiting, WeekRule::On), None);
}

#[test]
fn a_ticket_shorter_than_the_shortest_has_karens_no_longer_than_itself() {
    let one = ticket("2026-11-23", "2026-11-23");
    assert_eq!(karens(&one), Some(nights("2026-11-24", "2026-11-24")));
    let two_of_four = terms(ticket("2026-11-23", "2026-11-24"), 5, 4);
    assert_eq!(karens(&two_of_four), Some(nights("2026-11-25", "2026-11-26")));
    let the_shortest = terms(ticket("2026-11-23", "2026-11-25"), 5, 4);
    assert_eq!(karens(&the_shortest), Some(nights("2026-11-26", "2026-11-29")));
    let karens_is_shorter = terms(ticket("2026-11-23", "2026-11-24"), 5, 1);
    assert_eq!(karens(&karens_is_shorter), Some(nights("2026-11-25", "2026-11-25")));
}

#[test]
fn a_short_ticket_given_back_has_karens_no_longer_than_the_nights_it_kept() {
    let short = ticket("2026-11-23", "2026-11-24").end(EndCause::GivenBack, night("2026-11-24")).unwrap();
    assert_eq!(karens(&short), Some(nights("2026-11-24", "2026-11-24")));
}

#[test]
fn a_full_ticket_given_back_after_one_night_has_its_karens_whole() {
    let full = ticket("2026-11-23", "2026-11-27").end(EndCause::GivenBack, night("2026-11-24")).unwrap();
    assert_eq!(karens(&full), Some(nights("2026-11-24", "2026-11-25")));
}

#[test]
fn nights_lost_to_a_closure_count_for_nothing() {
    let cut_to_one = ticket("2026-11-23", "2026-11-27").cut(night("2026-11-24")).unwrap();
    assert_eq!(karens(&cut_to_one), Some(nights("2026-11-24", "2026-11-24")));
    assert_eq!(week_rule(&cut_to_one, WeekRule::On), None);
    let cut_to_three = ticket("2026-11-23", "2026-11-27").cut(night("2026-11-26")).unwrap();
    assert_eq!(karens(&cut_to_three), Some(nights("2026-11-26", "2026-11-27")));
    let ended_by_shelter =
        ticket("2026-11-23", "2026-11-27").end(EndCause::PlaceGone, night("2026-11-24")).unwrap();
    assert_eq!(karens(&ended_by_shelter), Some(nights("2026-11-24", "2026-11-24")));
    assert_eq!(week_rule(&ended_by_shelter, WeekRule::On), None);
}

#[test]
fn a_cut_ticket_given_back_counts_as_issued_for_the_nights_the_shelter_left_it() {
    let left_three = ticket("2026-11-23", "2026-11-27").cut(night("2026-11-26")).unwrap();
    let given_back = left_three.end(EndCause::GivenBack, night("2026-11-24")).unwrap();
    assert_eq!(karens(&given_back), Some(nights("2026-11-24", "2026-11-25")));
    assert_eq!(week_rule(&given_back, WeekRule::On), None);
    let given_back_first =
        ticket("2026-11-23", "2026-11-27").end(EndCause::GivenBack, night("2026-11-26")).unwrap();
    let then_cut = given_back_first.cut(night("2026-11-24")).unwrap();
    assert_eq!(karens(&then_cut), Some(nights("2026-11-24", "2026-11-24")));
    assert_eq!(week_rule(&then_cut, WeekRule::On), None);
}

#[test]
fn a_ticket_ended_early_on_the_guests_side_lets_start_again_seven_nights_after_its_start() {
    for cause in ON_THE_GUESTS_SIDE {
        let ended = ticket("2026-12-28", "2027-01-01").end(cause, night("2026-12-30")).unwrap();
        assert_eq!(week_rule(&ended, WeekRule::On), Some(night("2027-01-04")), "{cause:?}");
        assert_eq!(may_start_again(&[ended], WeekRule::On), Some(night("2027-01-04")), "{cause:?}");
    }
}

#[test]
fn the_week_rule_can_be_switched_off_and_karens_stands() {
    let ended = ticket("2026-11-23", "2026-11-27").end(EndCause::GivenBack, night("2026-11-24")).unwrap();
    assert_eq!(week_rule(&ended, WeekRule::Off), None);
    assert_eq!(may_start_again(&[ended], WeekRule::Off), Some(night("2026-11-26")));
    assert_eq!(WeekRule::default(), WeekRule::On);
}

#[test]
fn the_week_rule_does_not_count_a_ticket_issued_short() {
    let short = ticket("2026-11-23", "2026-11-26").end(EndCause::GivenBack, night("2026-11-24")).unwrap();
    assert_eq!(week_rule(&short, WeekRule::On), None);
    let full_there = terms(ticket("2026-11-23", "2026-11-26"), 4, 2);
    let full_there = full_there.end(EndCause::GivenBack, night("2026-11-24")).unwrap();
    assert_eq!(week_rule(&full_there, WeekRule::On), Some(night("2026-11-30")));
}

#[test]
fn the_latest_of_several_tickets_decides_when_the_guest_may_start_again() {
    let old = ticket("2026-11-09", "2026-11-13");
    let given_back =
        ticket("2026-11-16", "2026-11-20").end(EndCause::GivenBack, night("2026-11-17")).unwrap();
    let lapsed = Ticket { state: State::Lapsed, ..ticket("2026-11-30", "2026-12-04") };
    let tickets = [given_back, old, lapsed];
    assert_eq!(may_start_again(&tickets, WeekRule::On), Some(night("2026-11-23")));
    assert_eq!(may_start_again(&[], WeekRule::On), None);
}

proptest! {
    #[test]
    fn karens_follows_the_last_night_kept_and_is_never_longer_than_its_shelter_asks(ticket in any_ticket()) {
        let kept = ticket.nights();
        match karens(&ticket) {
            None => prop_assert!(kept.is_none() || ticket.terms.karens_nights == 0),
            Some(karens) => {
                let kept = kept.unwrap();
                prop_assert_eq!(karens.first(), kept.last().next());
                prop_assert!(karens.count() <= ticket.terms.karens_nights);
                let asked = karens.count() == ticket.terms.karens_nights;
                prop_assert!(asked || (karens.count() == kept.count() && kept.count() < ticket.min_nights));
            }
        }
    }
}
