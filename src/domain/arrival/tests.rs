use std::collections::BTreeMap;

use chrono::{NaiveDateTime, TimeZone};
use proptest::prelude::*;

use super::*;
use crate::domain::night::first_night_touched;
use crate::domain::place::{Kind, Who};
use crate::domain::shelter::Terms;
use crate::domain::ticket::Calls;
use crate::domain::ticket::fixtures::{code, waiting};

// Facts that the tests of the evening share.

pub(in crate::domain) fn night(date: &str) -> Night {
    date.parse().unwrap()
}

pub(in crate::domain) fn nights(first: &str, last: &str) -> Nights {
    Nights::new(night(first), night(last)).unwrap()
}

/// An instant by the clock on the wall in Stockholm: the first of the two when the clock is set back.
pub(in crate::domain) fn at(wall: &str) -> DateTime<Utc> {
    let wall = NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M").unwrap();
    chrono_tz::Europe::Stockholm.from_local_datetime(&wall).earliest().unwrap().to_utc()
}

pub(in crate::domain) fn fa() -> ShelterCode {
    "fa".parse().unwrap()
}

pub(in crate::domain) fn sm() -> ShelterCode {
    "sm".parse().unwrap()
}

pub(in crate::domain) fn shelter(code: ShelterCode, admission: Admission) -> Shelter {
    Shelter { code, name: "Filadelfia".to_owned(), terms: Terms::default(), admission, protected: false }
}

pub(in crate::domain) fn pool(shelter: ShelterCode, who: Who) -> Pool {
    Pool { shelter, kind: Kind::Single, who }
}

/// A ticket handed out to guest `n`, to a place for any at Filadelfia.
pub(in crate::domain) fn ticket(n: u8, first: &str, last: &str) -> Ticket {
    Ticket { state: State::Collected { sl_ticket: true }, ..waiting(n, nights(first, last)) }
}

pub(in crate::domain) fn arrival(ticket: &Ticket, at_night: &str) -> Arrival {
    let night = night(at_night);
    let shelter = ticket.pool_on(night).shelter;
    let at = at(&format!("{night} 21:05"));
    Arrival { ticket: ticket.id, night, shelter, at, correction: false, state: ArrivalState::Stands }
}

/// Filadelfia's night, closed at 23.00.
pub(in crate::domain) fn closed(date: &str, tickets: &[Ticket]) -> DoorNight {
    let open = DoorNight::open(&shelter(fa(), Admission::Scanned), night(date)).unwrap();
    open.close(tickets, at(&format!("{date} 23:00"))).unwrap()
}

fn scan<'a>(ticket: &'a Ticket, date: &str) -> Scan<'a> {
    Scan {
        night: night(date),
        door: fa(),
        code: ticket.code,
        ticket: Some(ticket),
        bans_here: &[],
        arrived: None,
        night_closed: false,
        protected: &[],
        may_ask_again: None,
    }
}

const LET_IN: Answer = Answer::LetIn { correction: false };

// The answers. Monday 2026-11-23 to Friday 2026-11-27.

#[test]
fn a_valid_ticket_is_let_in_on_each_of_its_nights() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    for date in ["2026-11-23", "2026-11-25", "2026-11-27"] {
        assert_eq!(scan(&ticket, date).answer(), LET_IN, "{date}");
    }
}

#[test]
fn an_arrival_at_half_past_one_belongs_to_the_night_before_also_when_the_clock_changes() {
    let winter = ticket(1, "2026-10-24", "2026-10-24");
    let summer = ticket(2, "2026-03-28", "2026-03-28");
    for (ticket, wall) in [
        (&winter, "2026-10-25 01:30"),
        (&winter, "2026-10-25 02:30"),
        (&winter, "2026-10-25 11:59"),
        (&summer, "2026-03-29 01:30"),
        (&summer, "2026-03-29 03:00"),
    ] {
        let scan = Scan { night: tonight_at_the_door(at(wall)), ..scan(ticket, "2026-01-01") };
        assert_eq!(scan.answer(), LET_IN, "{wall}");
    }
}

#[test]
fn a_ticket_over_new_year_and_one_over_the_leap_day_are_let_in_on_every_night() {
    let new_year = ticket(1, "2026-12-30", "2027-01-03");
    let leap = ticket(2, "2028-02-27", "2028-03-02");
    for ticket in [new_year, leap] {
        for night in ticket.issued.iter() {
            assert_eq!(scan(&ticket, &night.to_string()).answer(), LET_IN, "{night}");
        }
    }
}

#[test]
fn an_arrival_after_the_close_is_let_in_and_entered_as_a_correction() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let late = Scan { night_closed: true, ..scan(&ticket, "2026-11-23") };
    assert_eq!(late.answer(), Answer::LetIn { correction: true });
    let entered = late.enter(at("2026-11-24 02:10")).unwrap();
    assert!(entered.correction);
    assert_eq!((entered.night, entered.shelter), (night("2026-11-23"), fa()));
}

#[test]
fn who_is_in_already_hears_since_when() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let since = at("2026-11-23 21:05");
    let again = Scan { arrived: Some(since), ..scan(&ticket, "2026-11-23") };
    assert_eq!(again.answer(), Answer::AlreadyIn { since });
    assert_eq!(again.enter(at("2026-11-23 22:00")), Err(Answer::AlreadyIn { since }));
}

#[test]
fn validity_is_judged_before_doubles() {
    let banned = ticket(1, "2026-11-23", "2026-11-27").end(EndCause::Banned, night("2026-11-24")).unwrap();
    let facts = Scan {
        bans_here: &[nights("2026-11-24", "2026-12-24")],
        arrived: Some(at("2026-11-24 21:05")),
        ..scan(&banned, "2026-11-24")
    };
    assert_eq!(facts.answer(), Answer::BannedHere { through: night("2026-12-24") });
}

#[test]
fn the_wrong_door_names_the_right_one() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let wrong = Scan { door: sm(), ..scan(&ticket, "2026-11-23") };
    assert_eq!(wrong.answer(), Answer::OtherShelter(fa()));
    assert_eq!(wrong.enter(at("2026-11-23 21:00")), Err(Answer::OtherShelter(fa())));
}

#[test]
fn a_protected_shelter_is_named_at_no_other_door() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let wrong = Scan { door: sm(), protected: &[fa()], ..scan(&ticket, "2026-11-23") };
    assert_eq!(wrong.answer(), Answer::BackToTheDesk);
    assert!(!format!("{:?}", wrong.answer()).contains(fa().as_str()));
}

#[test]
fn a_protected_shelter_lets_in_its_own_and_names_the_others() {
    let ours = ticket(1, "2026-11-23", "2026-11-27");
    let protected = [fa()];
    assert_eq!(Scan { protected: &protected, ..scan(&ours, "2026-11-23") }.answer(), LET_IN);
    let theirs = ours.move_to(pool(sm(), Who::Any), night("2026-11-23")).unwrap();
    let answer = Scan { protected: &protected, ..scan(&theirs, "2026-11-23") }.answer();
    assert_eq!(answer, Answer::OtherShelter(sm()));
}

#[test]
fn a_moved_ticket_opens_the_old_door_before_the_move_and_the_new_one_from_then_on() {
    let moved = ticket(1, "2026-11-23", "2026-11-27");
    let moved = moved.move_to(pool(sm(), Who::Any), night("2026-11-25")).unwrap();
    assert_eq!(scan(&moved, "2026-11-24").answer(), LET_IN);
    assert_eq!(scan(&moved, "2026-11-25").answer(), Answer::OtherShelter(sm()));
    assert_eq!(Scan { door: sm(), ..scan(&moved, "2026-11-25") }.answer(), LET_IN);
}

#[test]
fn a_ticket_for_a_later_night_says_from_when() {
    let saturday = ticket(1, "2026-11-28", "2026-12-02");
    let answer = Answer::NotYet { from: night("2026-11-28") };
    assert_eq!(scan(&saturday, "2026-11-27").answer(), answer);
    let given_back_in_part = saturday.end(EndCause::GivenBack, night("2026-11-30")).unwrap();
    assert_eq!(scan(&given_back_in_part, "2026-11-27").answer(), answer);
}

#[test]
fn a_ticket_given_back_before_its_first_night_is_ended_and_not_to_come() {
    let saturday = ticket(1, "2026-11-28", "2026-12-02");
    let none_kept = saturday.end(EndCause::GivenBack, night("2026-11-28")).unwrap();
    assert_eq!(scan(&none_kept, "2026-11-27").answer(), Answer::Ended(Ending::GivenBack));
}

#[test]
fn a_ticket_whose_nights_are_past_says_when_the_guest_may_ask_again() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let may_ask_again = Some(night("2026-11-30"));
    let facts = Scan { may_ask_again, ..scan(&ticket, "2026-11-28") };
    assert_eq!(facts.answer(), Answer::Over { may_ask_again });
    assert_eq!(scan(&ticket, "2026-11-28").answer(), Answer::Over { may_ask_again: None });
}

#[test]
fn an_ended_ticket_says_how_it_ended() {
    for (cause, ending) in [
        (EndCause::GivenBack, Ending::GivenBack),
        (EndCause::Revoked, Ending::Revoked),
        (EndCause::Banned, Ending::Ban),
        (EndCause::Released, Ending::Released),
        (EndCause::PlaceGone, Ending::PlaceGone),
    ] {
        let ended = ticket(1, "2026-11-23", "2026-11-27").end(cause, night("2026-11-25")).unwrap();
        assert_eq!(scan(&ended, "2026-11-25").answer(), Answer::Ended(ending));
        assert_eq!(scan(&ended, "2026-11-27").answer(), Answer::Ended(ending));
    }
}

#[test]
fn an_ended_ticket_is_over_once_the_nights_it_was_issued_for_are_past() {
    let ended = ticket(1, "2026-11-23", "2026-11-27");
    let ended = ended.end(EndCause::GivenBack, night("2026-11-25")).unwrap();
    let may_ask_again = Some(night("2026-11-30"));
    let facts = Scan { may_ask_again, ..scan(&ended, "2026-11-28") };
    assert_eq!(facts.answer(), Answer::Over { may_ask_again });
}

#[test]
fn a_ticket_cut_short_says_that_its_place_went() {
    let cut = ticket(1, "2026-11-23", "2026-11-27").cut(night("2026-11-26")).unwrap();
    assert_eq!(scan(&cut, "2026-11-25").answer(), LET_IN);
    assert_eq!(scan(&cut, "2026-11-26").answer(), Answer::Ended(Ending::PlaceGone));
}

#[test]
fn a_ticket_that_ended_but_keeps_tonight_is_let_in_tonight() {
    let ended = ticket(1, "2026-11-23", "2026-11-27");
    let ended = ended.end(EndCause::Revoked, night("2026-11-26")).unwrap();
    assert_eq!(scan(&ended, "2026-11-25").answer(), LET_IN);
    assert_eq!(scan(&ended, "2026-11-26").answer(), Answer::Ended(Ending::Revoked));
}

#[test]
fn the_old_code_of_a_ticket_printed_anew_is_refused_and_the_new_one_let_in() {
    let anew = ticket(1, "2026-11-23", "2026-11-27").reprint(code(9)).unwrap();
    let old = Scan { code: code(1), ..scan(&anew, "2026-11-23") };
    assert_eq!(old.answer(), Answer::Ended(Ending::CodeReplaced));
    assert_eq!(scan(&anew, "2026-11-23").answer(), LET_IN);
    let doubled = Scan { arrived: Some(at("2026-11-23 21:05")), ..old };
    assert_eq!(doubled.answer(), Answer::Ended(Ending::CodeReplaced));
}

#[test]
fn a_lost_code_tells_its_finder_nothing_of_where_the_guest_sleeps() {
    let anew = ticket(1, "2026-11-23", "2026-11-27").reprint(code(9)).unwrap();
    let found = Scan { code: code(1), door: sm(), ..scan(&anew, "2026-11-23") };
    assert_eq!(found.answer(), Answer::Ended(Ending::CodeReplaced));
}

#[test]
fn a_ban_that_took_tonight_answers_banned_here_and_not_ended() {
    let banned = ticket(1, "2026-11-23", "2026-11-27").end(EndCause::Banned, night("2026-11-25")).unwrap();
    let bans = [nights("2026-11-25", "2026-12-01"), nights("2026-11-25", "2026-12-09")];
    let facts = Scan { bans_here: &bans, ..scan(&banned, "2026-11-25") };
    assert_eq!(facts.answer(), Answer::BannedHere { through: night("2026-12-09") });
}

#[test]
fn a_ban_whose_first_night_is_later_does_not_bite_tonight() {
    let banned = ticket(1, "2026-11-23", "2026-11-27").end(EndCause::Banned, night("2026-11-25")).unwrap();
    let bans = [nights("2026-11-25", "2026-12-01")];
    assert_eq!(Scan { bans_here: &bans, ..scan(&banned, "2026-11-24") }.answer(), LET_IN);
    let revoked = ticket(1, "2026-11-23", "2026-11-27");
    let revoked = revoked.end(EndCause::Revoked, night("2026-11-24")).unwrap();
    let answer = Scan { bans_here: &bans, ..scan(&revoked, "2026-11-24") }.answer();
    assert_eq!(answer, Answer::Ended(Ending::Revoked));
}

#[test]
fn a_ban_that_is_over_leaves_the_ticket_it_ended_ended() {
    let banned = ticket(1, "2026-11-23", "2026-11-27").end(EndCause::Banned, night("2026-11-24")).unwrap();
    let facts = Scan { bans_here: &[nights("2026-11-24", "2026-11-25")], ..scan(&banned, "2026-11-26") };
    assert_eq!(facts.answer(), Answer::Ended(Ending::Ban));
}

#[test]
fn another_door_does_not_hear_of_a_ban_that_is_not_its_own() {
    let banned = ticket(1, "2026-11-23", "2026-11-27").end(EndCause::Banned, night("2026-11-24")).unwrap();
    let facts = Scan { door: sm(), ..scan(&banned, "2026-11-24") };
    assert_eq!(facts.answer(), Answer::Ended(Ending::Revoked));
}

#[test]
fn a_ticket_that_nobody_was_handed_is_unknown_at_the_door() {
    let given = ticket(1, "2026-11-23", "2026-11-27");
    for state in [State::Waiting(Calls::None), State::Declined, State::Lapsed] {
        let not_given = Ticket { state, ..given.clone() };
        assert_eq!(scan(&not_given, "2026-11-23").answer(), Answer::Unknown);
        assert_eq!(scan(&not_given, "2026-11-30").answer(), Answer::Unknown);
    }
    assert_eq!(Scan { ticket: None, ..scan(&given, "2026-11-23") }.answer(), Answer::Unknown);
}

// Arrivals.

#[test]
fn an_arrival_can_be_undone_once_and_a_new_one_may_follow() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let first = scan(&ticket, "2026-11-23").enter(at("2026-11-23 21:05")).unwrap();
    let undone = first.undo(at("2026-11-23 21:06"), false).unwrap();
    assert!(first.stands() && !undone.stands());
    assert_eq!(undone.at, first.at, "what was undone is still told");
    let twice = undone.undo(at("2026-11-23 21:07"), false);
    assert_eq!(twice, Err(ArrivalError::UndoneAlready(at("2026-11-23 21:06"))));
    let history = [undone];
    let stands = standing(&history, ticket.id, night("2026-11-23"));
    assert_eq!(stands, None);
    let again = Scan { arrived: stands.map(|arrival| arrival.at), ..scan(&ticket, "2026-11-23") };
    let second = again.enter(at("2026-11-23 22:00")).unwrap();
    assert_eq!(standing(&[undone, second], ticket.id, night("2026-11-23")), Some(&second));
}

#[test]
fn an_arrival_undone_after_the_close_is_a_correction() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let undone = arrival(&ticket, "2026-11-23").undo(at("2026-11-24 07:00"), true).unwrap();
    let state = ArrivalState::Undone { at: at("2026-11-24 07:00"), correction: true };
    assert_eq!(undone.state, state);
}

#[test]
fn an_arrival_of_another_night_or_ticket_does_not_stand_for_this_one() {
    let (one, two) = (ticket(1, "2026-11-23", "2026-11-27"), ticket(2, "2026-11-23", "2026-11-27"));
    let arrivals = [arrival(&one, "2026-11-23"), arrival(&two, "2026-11-24")];
    assert_eq!(standing(&arrivals, one.id, night("2026-11-24")), None);
    assert_eq!(standing(&arrivals, two.id, night("2026-11-24")), Some(&arrivals[1]));
}

#[test]
fn a_move_for_tonight_first_undoes_the_arrival() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let arrived = arrival(&ticket, "2026-11-24");
    let when = at("2026-11-24 22:00");
    let to = pool(sm(), Who::Any);
    let (moved, undone) = move_tonight(ticket, Some(arrived), to, night("2026-11-24"), &[], when).unwrap();
    let undone = undone.unwrap();
    assert_eq!(undone.state, ArrivalState::Undone { at: when, correction: false });
    let facts = Scan { door: sm(), ..scan(&moved, "2026-11-24") };
    assert_eq!(facts.answer(), LET_IN);
    assert_eq!(scan(&moved, "2026-11-23").answer(), LET_IN, "the night before stays where it was");
}

#[test]
fn a_move_for_tonight_within_the_shelter_leaves_the_guest_in() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let arrived = arrival(&ticket, "2026-11-24");
    let to = pool(fa(), Who::Men);
    let when = at("2026-11-24 22:00");
    let (moved, undone) = move_tonight(ticket, Some(arrived), to, night("2026-11-24"), &[], when).unwrap();
    assert_eq!((moved.pool_on(night("2026-11-24")), undone), (to, None));
}

#[test]
fn a_move_for_tonight_undoes_no_other_arrival() {
    let (mine, other) = (ticket(1, "2026-11-23", "2026-11-27"), ticket(2, "2026-11-23", "2026-11-27"));
    let when = at("2026-11-24 22:00");
    let undone_before = arrival(&mine, "2026-11-24").undo(when, false).unwrap();
    for arrived in [arrival(&mine, "2026-11-23"), arrival(&other, "2026-11-24"), undone_before] {
        let to = pool(sm(), Who::Any);
        let moved = move_tonight(mine.clone(), Some(arrived), to, night("2026-11-24"), &[], when);
        assert_eq!(moved.unwrap().1, None);
    }
}

#[test]
fn a_closed_night_takes_no_move_at_either_door() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let tonight = night("2026-11-24");
    let to = pool(sm(), Who::Any);
    let when = at("2026-11-24 22:00");
    for shelter in [fa(), sm()] {
        let refused = move_tonight(ticket.clone(), None, to, tonight, &[shelter], when);
        assert_eq!(refused, Err(ArrivalError::ClosedToMoves { night: tonight, shelter }));
    }
    let elsewhere = "ny".parse().unwrap();
    assert!(move_tonight(ticket, None, to, tonight, &[elsewhere], when).is_ok());
}

#[test]
fn a_ticket_that_is_over_is_not_moved_tonight() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let tonight = night("2026-11-28");
    let refused = move_tonight(ticket, None, pool(sm(), Who::Any), tonight, &[], at("2026-11-28 22:00"));
    assert_eq!(refused, Err(ArrivalError::Ticket(TicketError::NoNightLeft(tonight))));
}

#[test]
fn what_touches_a_ticket_after_the_arrival_touches_the_next_night() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let arrivals = [arrival(&ticket, "2026-11-24")];
    let arrived = |night| standing(&arrivals, ticket.id, night).is_some();
    let touched = first_night_touched(at("2026-11-24 22:00"), arrived);
    assert_eq!(touched, night("2026-11-25"));
    let given_back = ticket.clone().end(EndCause::GivenBack, touched).unwrap();
    let answer = Scan { arrived: Some(arrivals[0].at), ..scan(&given_back, "2026-11-24") }.answer();
    assert_eq!(answer, Answer::AlreadyIn { since: arrivals[0].at });
}

// Closing a night.

#[test]
fn tickets_valid_at_the_close_that_did_not_come_are_no_shows() {
    let came = ticket(1, "2026-11-23", "2026-11-27");
    let missing = ticket(2, "2026-11-23", "2026-11-27");
    let undone = ticket(3, "2026-11-23", "2026-11-27");
    let arrivals = [
        arrival(&came, "2026-11-24"),
        arrival(&missing, "2026-11-23"),
        arrival(&undone, "2026-11-24").undo(at("2026-11-24 21:10"), false).unwrap(),
    ];
    let night = closed("2026-11-24", &[came, missing.clone(), undone.clone()]);
    assert_eq!(night.no_shows(&arrivals), BTreeSet::from([missing.id, undone.id]));
}

#[test]
fn only_tickets_valid_here_on_that_night_can_be_no_shows() {
    let given = ticket(1, "2026-11-23", "2026-11-27");
    let tickets = [
        Ticket { state: State::Waiting(Calls::None), ..given.clone() },
        given.clone().end(EndCause::GivenBack, night("2026-11-24")).unwrap(),
        given.clone().move_to(pool(sm(), Who::Any), night("2026-11-24")).unwrap(),
        ticket(2, "2026-11-25", "2026-11-29"),
        ticket(3, "2026-11-19", "2026-11-23"),
    ];
    assert_eq!(closed("2026-11-24", &tickets).no_shows(&[]), BTreeSet::new());
    let keeps_tonight = given.end(EndCause::GivenBack, night("2026-11-25")).unwrap();
    let night = closed("2026-11-24", std::slice::from_ref(&keeps_tonight));
    assert_eq!(night.no_shows(&[]), BTreeSet::from([keeps_tonight.id]));
}

#[test]
fn nobody_is_a_no_show_while_the_night_is_open() {
    let door = DoorNight::open(&shelter(fa(), Admission::Scanned), night("2026-11-24")).unwrap();
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    assert_eq!(door.no_shows(&[]), BTreeSet::new());
    assert_eq!(door.valid(std::slice::from_ref(&ticket)), BTreeSet::from([ticket.id]));
    assert!(!door.is_closed() && closed("2026-11-24", &[]).is_closed());
}

#[test]
fn a_correction_after_the_close_turns_a_no_show_into_an_arrival_and_back() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let night = closed("2026-11-24", std::slice::from_ref(&ticket));
    assert_eq!(night.no_shows(&[]).len(), 1);
    let late = Scan { night_closed: night.is_closed(), ..scan(&ticket, "2026-11-24") };
    let late = late.enter(at("2026-11-25 02:00")).unwrap();
    assert_eq!(night.no_shows(&[late]), BTreeSet::new());
    let undone = late.undo(at("2026-11-25 02:05"), true).unwrap();
    assert_eq!(night.no_shows(&[undone]).len(), 1);
}

#[test]
fn an_arrival_at_another_door_does_not_count_here() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let elsewhere = Arrival { shelter: sm(), ..arrival(&ticket, "2026-11-24") };
    let night = closed("2026-11-24", std::slice::from_ref(&ticket));
    assert_eq!(night.no_shows(&[elsewhere]), BTreeSet::from([ticket.id]));
}

#[test]
fn who_was_valid_at_the_close_stays_so_whatever_becomes_of_the_ticket() {
    let ticket = ticket(1, "2026-11-23", "2026-11-27");
    let night = closed("2026-11-24", std::slice::from_ref(&ticket));
    let later = ticket.clone().end(EndCause::GivenBack, night.night.next()).unwrap();
    assert_eq!(night.valid(&[later]), BTreeSet::from([ticket.id]));
    assert_eq!(night.valid(&[]), BTreeSet::from([ticket.id]));
}

#[test]
fn a_night_is_closed_once_and_not_before_it_begins() {
    let door = DoorNight::open(&shelter(fa(), Admission::Scanned), night("2026-11-24")).unwrap();
    let early = door.clone().close(&[], at("2026-11-24 11:59"));
    assert_eq!(early, Err(ArrivalError::NotBegun(night("2026-11-24"))));
    let when = at("2026-11-25 07:00");
    let closed = door.close(&[], when).unwrap();
    let again = closed.close(&[], at("2026-11-25 07:05"));
    assert_eq!(again, Err(ArrivalError::ClosedAlready { night: night("2026-11-24"), at: when }));
}

#[test]
fn a_shelter_that_does_not_scan_has_no_arrivals_and_no_no_shows() {
    for admission in [Admission::Counted, Admission::Own] {
        let refused = DoorNight::open(&shelter(fa(), admission), night("2026-11-24"));
        assert_eq!(refused, Err(ArrivalError::NotScanned(fa())));
    }
}

#[test]
fn errors_say_when_by_the_clock_on_the_wall() {
    let said = ArrivalError::UndoneAlready(at("2026-07-01 00:30")).to_string();
    assert!(said.contains("2026-07-01 at 00.30"), "{said}");
}

// The law of the door.

#[derive(Clone, Debug)]
enum Step {
    End(EndCause, u32),
    Cut(u32),
    Move(ShelterCode, u32),
    Reprint,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let cause = prop::sample::select(vec![
        EndCause::GivenBack,
        EndCause::Revoked,
        EndCause::Banned,
        EndCause::Released,
        EndCause::PlaceGone,
    ]);
    let step = prop_oneof![
        (cause, 0..9u32).prop_map(|(cause, from)| Step::End(cause, from)),
        (0..9u32).prop_map(Step::Cut),
        (prop::bool::ANY, 0..9u32).prop_map(|(home, from)| Step::Move(if home { fa() } else { sm() }, from)),
        Just(Step::Reprint),
    ];
    prop::collection::vec(step, 0..4)
}

/// The ticket after its steps, and beside it, kept by hand, the shelter of each night that is left.
fn live_through(steps: &[Step]) -> (Ticket, BTreeMap<Night, ShelterCode>) {
    let mut ticket = ticket(1, "2026-11-25", "2026-11-29");
    let start = night("2026-11-23");
    let mut left: BTreeMap<Night, ShelterCode> = ticket.issued.iter().map(|night| (night, fa())).collect();
    for (n, step) in (10..).zip(steps) {
        let next = match *step {
            Step::End(cause, from) => ticket.clone().end(cause, start.plus(from)),
            Step::Cut(from) => ticket.clone().cut(start.plus(from)),
            Step::Move(to, from) => ticket.clone().move_to(pool(to, Who::Any), start.plus(from)),
            Step::Reprint => ticket.clone().reprint(code(n)),
        };
        let Ok(next) = next else { continue };
        ticket = next;
        match *step {
            Step::End(_, from) | Step::Cut(from) => left.retain(|night, _| *night < start.plus(from)),
            Step::Move(to, from) => left.range_mut(start.plus(from)..).for_each(|(_, shelter)| *shelter = to),
            Step::Reprint => {}
        }
    }
    (ticket, left)
}

proptest! {
    #[test]
    fn nobody_with_a_valid_ticket_is_turned_away_at_the_right_door(
        steps in steps(),
        tonight in 0..9u32,
        at_home in prop::bool::ANY,
        bans in prop::collection::vec((0..9u32, 1..30u32), 0..3),
        arrived in prop::bool::ANY,
        night_closed in prop::bool::ANY,
        secret in prop::bool::ANY,
    ) {
        let (ticket, left) = live_through(&steps);
        let start = night("2026-11-23");
        let bans: Vec<Nights> =
            bans.iter().map(|&(from, length)| Nights::starting(start.plus(from), length)).collect();
        let since = at("2026-11-23 21:05");
        let door = if at_home { fa() } else { sm() };
        let protected = if secret { vec![fa(), sm()] } else { Vec::new() };
        let scan = Scan {
            night: start.plus(tonight),
            door,
            code: ticket.code,
            ticket: Some(&ticket),
            bans_here: &bans,
            arrived: arrived.then_some(since),
            night_closed,
            protected: &protected,
            may_ask_again: None,
        };
        let expected = match left.get(&scan.night) {
            Some(&shelter) if shelter == door && arrived => Some(Answer::AlreadyIn { since }),
            Some(&shelter) if shelter == door => Some(Answer::LetIn { correction: night_closed }),
            Some(_) if secret => Some(Answer::BackToTheDesk),
            Some(&shelter) => Some(Answer::OtherShelter(shelter)),
            None => None,
        };
        let answer = scan.answer();
        if let Some(expected) = expected {
            prop_assert_eq!(answer, expected);
        } else {
            let closed_door = matches!(
                answer,
                Answer::NotYet { .. } | Answer::Over { .. } | Answer::Ended(_) | Answer::BannedHere { .. }
            );
            prop_assert!(closed_door, "{:?}", answer);
        }
    }
}
