use super::*;
use crate::domain::arrival::tests::{arrival, at, closed, night, sm, ticket};
use crate::domain::ticket::{Calls, EndCause, State};

use Attendance::{Came, NoShow};

fn after(nights: u32) -> Policy {
    Policy::ReleaseAfter(NonZeroU32::new(nights).unwrap())
}

/// Attendance from Monday 2026-11-23 on, night after night; `None` where nothing is known.
fn week(marks: &[Option<Attendance>]) -> BTreeMap<Night, Attendance> {
    let nights = (0..).map(|n| night("2026-11-23").plus(n));
    nights.zip(marks).filter_map(|(night, mark)| Some((night, (*mark)?))).collect()
}

fn released(policy: Policy, marks: &[Option<Attendance>], touched: &str) -> Option<String> {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    released_from(policy, &ticket, &week(marks), night(touched)).map(|night| night.to_string())
}

#[test]
fn nothing_is_released_by_default() {
    assert_eq!(Policy::default(), Policy::Off);
    assert_eq!(released(Policy::default(), &[Some(NoShow); 4], "2026-11-24"), None);
}

#[test]
fn the_rest_is_released_after_so_many_no_shows_in_a_row() {
    let touched = "2026-11-24";
    assert_eq!(released(after(1), &[Some(NoShow)], touched), Some("2026-11-24".to_owned()));
    assert_eq!(released(after(2), &[Some(NoShow)], touched), None);
    assert_eq!(released(after(2), &[Some(NoShow); 2], touched), Some("2026-11-25".to_owned()));
    assert_eq!(released(after(2), &[Some(NoShow); 3], touched), Some("2026-11-26".to_owned()));
}

#[test]
fn an_arrival_resets_the_row() {
    let marks = [Some(NoShow), Some(Came), Some(NoShow)];
    assert_eq!(released(after(2), &marks, "2026-11-26"), None);
    let marks = [Some(NoShow), Some(NoShow), Some(Came)];
    assert_eq!(released(after(2), &marks, "2026-11-26"), None);
    let marks = [Some(Came), Some(NoShow), Some(NoShow)];
    assert_eq!(released(after(2), &marks, "2026-11-26"), Some("2026-11-26".to_owned()));
}

#[test]
fn a_night_of_which_nothing_is_known_breaks_the_row() {
    let marks = [Some(NoShow), None, Some(NoShow)];
    assert_eq!(released(after(2), &marks, "2026-11-26"), None);
}

#[test]
fn only_nights_of_the_ticket_count() {
    let from_wednesday = ticket(1, "2026-11-25", "2026-11-29");
    let marks = week(&[Some(NoShow); 3]);
    assert_eq!(released_from(after(2), &from_wednesday, &marks, night("2026-11-26")), None);
    let touched = released_from(after(1), &from_wednesday, &marks, night("2026-11-26"));
    assert_eq!(touched, Some(night("2026-11-26")));
    let three_nights = ticket(1, "2026-11-23", "2026-11-25");
    let marks = week(&[Some(NoShow), Some(NoShow), None, Some(Came)]);
    let touched = released_from(after(2), &three_nights, &marks, night("2026-11-25"));
    assert_eq!(touched, Some(night("2026-11-25")));
}

#[test]
fn what_is_over_cannot_be_released() {
    assert_eq!(released(after(2), &[Some(NoShow); 2], "2026-11-27"), Some("2026-11-27".to_owned()));
    assert_eq!(released(after(2), &[Some(NoShow); 2], "2026-11-28"), None);
    assert_eq!(released(after(2), &[Some(NoShow); 5], "2026-11-24"), None);
    assert_eq!(released(after(9), &[Some(NoShow); 5], "2026-11-24"), None);
    assert_eq!(released(after(1), &[], "2026-11-24"), None);
}

#[test]
fn a_ticket_released_or_not_handed_out_is_not_released() {
    let given = ticket(1, "2026-11-23", "2026-11-27");
    let marks = week(&[Some(NoShow); 2]);
    let touched = night("2026-11-25");
    let ended = given.clone().end(EndCause::Released, touched).unwrap();
    assert_eq!(released_from(after(2), &ended, &marks, touched), None);
    let waiting = Ticket { state: State::Waiting(Calls::None), ..given.clone() };
    assert_eq!(released_from(after(2), &waiting, &marks, touched), None);
    let lapsed = Ticket { state: State::Lapsed, ..given };
    assert_eq!(released_from(after(2), &lapsed, &marks, touched), None);
}

#[test]
fn the_row_runs_over_the_turn_of_the_year_and_the_leap_day() {
    for (first, last, from) in
        [("2026-12-30", "2027-01-03", "2027-01-01"), ("2028-02-28", "2028-03-03", "2028-03-01")]
    {
        let ticket = ticket(1, first, last);
        let marks = ticket.issued.iter().take(2).map(|night| (night, NoShow)).collect();
        assert_eq!(released_from(after(2), &ticket, &marks, night(first)), Some(night(from)));
    }
}

#[test]
fn attendance_comes_from_closed_nights_and_arrivals_that_stand() {
    let one = ticket(1, "2026-11-23", "2026-11-27");
    let other = ticket(2, "2026-11-23", "2026-11-27");
    let tickets = [one.clone(), other.clone()];
    let nights = [closed("2026-11-23", &tickets), closed("2026-11-24", &tickets)];
    let arrivals = [
        arrival(&one, "2026-11-23"),
        arrival(&one, "2026-11-24").undo(at("2026-11-24 21:30"), false).unwrap(),
        arrival(&other, "2026-11-24"),
        arrival(&one, "2026-11-25"),
    ];
    assert_eq!(attendance(&one, &nights, &arrivals), week(&[Some(Came), Some(NoShow), Some(Came)]));
}

#[test]
fn a_correction_takes_back_the_no_show() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let nights = [closed("2026-11-23", std::slice::from_ref(&ticket))];
    let released = |arrivals: &[Arrival]| {
        let marks = attendance(&ticket, &nights, arrivals);
        released_from(after(1), &ticket, &marks, night("2026-11-24"))
    };
    assert_eq!(released(&[]), Some(night("2026-11-24")));
    assert_eq!(released(&[arrival(&ticket, "2026-11-23")]), None);
}

#[test]
fn an_arrival_at_any_door_counts_as_coming() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let nights = [closed("2026-11-23", std::slice::from_ref(&ticket))];
    let elsewhere = Arrival { shelter: sm(), ..arrival(&ticket, "2026-11-23") };
    assert_eq!(attendance(&ticket, &nights, &[elsewhere]), week(&[Some(Came)]));
}
