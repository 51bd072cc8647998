use proptest::prelude::*;

use super::fixtures::{code, night, pool, waiting};
use super::*;

fn nights(first: &str, last: &str) -> Nights {
    Nights::new(night(first), night(last)).unwrap()
}

/// Monday 2026-11-23 through Friday.
fn week() -> Ticket {
    waiting(1, nights("2026-11-23", "2026-11-27"))
}

fn collected() -> Ticket {
    week().collect(true).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn first_call() -> DateTime<Utc> {
    at("2026-11-23T10:00:00Z")
}

fn once() -> Ticket {
    week().call(first_call()).unwrap()
}

fn twice() -> Ticket {
    once().call(first_call() + BETWEEN_CALLS).unwrap()
}

fn name(ticket: &Ticket) -> &'static str {
    match &ticket.state {
        State::Waiting(Calls::None) => "Waiting",
        State::Waiting(Calls::Once(_)) => "Called once",
        State::Waiting(Calls::Twice(_)) => "Called twice",
        State::Collected { .. } => "Collected",
        State::Declined => "Declined",
        State::Lapsed => "Lapsed",
        State::Ended { kept: Some(_), .. } => "Ended",
        State::Ended { kept: None, .. } => "Ended without a night",
    }
}

fn outcome(result: Result<Ticket, TicketError>) -> &'static str {
    match result {
        Ok(ticket) => name(&ticket),
        Err(TicketError::NotWaiting) => "not waiting",
        Err(TicketError::NotCollected) => "not collected",
        Err(TicketError::CalledTooSoon { .. }) => "too soon",
        Err(TicketError::NotCalledTwice) => "not called twice",
        Err(TicketError::NoNightLeft(_)) => "no night",
        Err(TicketError::CodeUsed) => "code used",
        Err(TicketError::NotAStartNight(_) | TicketError::WrongLength { .. }) => "not issued",
    }
}

const STEPS: [&str; 11] = [
    "call",
    "collect",
    "decline",
    "lapse",
    "lapse uncollected",
    "end from its first night",
    "end from Wednesday",
    "cut from its first night",
    "cut from Wednesday",
    "reprint",
    "move",
];

fn take(step: &str, ticket: Ticket) -> Result<Ticket, TicketError> {
    let (monday, wednesday) = (night("2026-11-23"), night("2026-11-25"));
    match step {
        "call" => ticket.call(first_call() + BETWEEN_CALLS),
        "collect" => ticket.collect(false),
        "decline" => ticket.decline(),
        "lapse" => ticket.lapse(),
        "lapse uncollected" => ticket.lapse_uncollected(),
        "end from its first night" => ticket.end(EndCause::Revoked, monday),
        "end from Wednesday" => ticket.end(EndCause::Revoked, wednesday),
        "cut from its first night" => ticket.cut(monday),
        "cut from Wednesday" => ticket.cut(wednesday),
        "reprint" => ticket.reprint(code(9)),
        "move" => ticket.move_to(pool("sm"), wednesday),
        _ => panic!("no step {step}"),
    }
}

/// A ticket in every state, and where each of `STEPS` takes it from there.
#[rustfmt::skip]
fn table() -> Vec<(Ticket, [&'static str; 11])> {
    const ONCE: &str = "Called once";
    const TWICE: &str = "Called twice";
    const C: &str = "Collected";
    const D: &str = "Declined";
    const L: &str = "Lapsed";
    const E: &str = "Ended";
    const NO: &str = "Ended without a night";
    const NOT: &str = "not waiting";
    const GONE: &str = "no night";
    const NOT_C: &str = "not collected";
    const CALL: &str = "not called twice";
    let over = [NOT, NOT, NOT, NOT, NOT, GONE, GONE, GONE, GONE, NOT_C, GONE];
    vec![
        (week(), [ONCE, C, D, CALL, L, NO, NO, NO, "Waiting", NOT_C, "Waiting"]),
        (once(), [TWICE, C, D, CALL, L, NO, NO, NO, ONCE, NOT_C, ONCE]),
        (twice(), [TWICE, C, D, L, L, NO, NO, NO, TWICE, NOT_C, TWICE]),
        (collected(), [NOT, NOT, NOT, NOT, NOT, NO, E, NO, C, C, C]),
        (collected().end(EndCause::GivenBack, night("2026-11-26")).unwrap(),
            [NOT, NOT, NOT, NOT, NOT, NO, E, NO, E, E, E]),
        (week().decline().unwrap(), over),
        (twice().lapse().unwrap(), over),
        (collected().end(EndCause::Revoked, night("2026-11-23")).unwrap(), over),
    ]
}

#[test]
fn every_step_from_every_state() {
    for (ticket, expected) in table() {
        for (step, expected) in STEPS.into_iter().zip(expected) {
            assert_eq!(outcome(take(step, ticket.clone())), expected, "{step} from {}", name(&ticket));
        }
    }
}

#[test]
fn the_document_names_every_step_that_can_be_taken_and_no_other() {
    let mut taken: Vec<String> = Vec::new();
    for (ticket, outcomes) in table() {
        for (step, to) in STEPS.into_iter().zip(outcomes).filter(|(_, to)| to.starts_with(char::is_uppercase))
        {
            let step = step.split(" from").next().unwrap();
            taken.push(format!("| {} | {step} | {to} |", name(&ticket)));
        }
    }
    taken.sort();
    taken.dedup();
    let document = include_str!("../../../docs/STATES.md");
    let section = document.split("## ").find(|section| section.starts_with("The ticket")).unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| from"));
    let mut written: Vec<String> = rows
        .map(|row| format!("|{}|", row.split('|').skip(1).take(3).collect::<Vec<_>>().join("|")))
        .collect();
    written.sort();
    assert_eq!(written, taken);
}

#[test]
fn the_second_call_is_refused_before_ten_minutes_have_passed() {
    let early = first_call() + TimeDelta::milliseconds(599_999);
    let from = at("2026-11-23T10:10:00Z");
    assert_eq!(once().call(early), Err(TicketError::CalledTooSoon { from }));
    // The hour is the one on the wall, and no minute too early.
    let said = |from: &str| TicketError::CalledTooSoon { from: at(from) }.to_string();
    assert_eq!(
        said("2026-11-23T10:10:00Z"),
        "call the second time from 11.10 on, 10 minutes after the first"
    );
    assert!(said("2026-11-23T10:09:00.001Z").contains("from 11.10 on"));
    assert_eq!(once().call(from).unwrap().state, State::Waiting(Calls::Twice(from)));
    // A clock set back does not let the second call come early.
    assert_eq!(once().call(first_call() - TimeDelta::hours(1)), Err(TicketError::CalledTooSoon { from }));
}

#[test]
fn a_call_at_the_end_of_time_is_no_panic() {
    let ticket = week().call(DateTime::<Utc>::MAX_UTC).unwrap();
    assert!(ticket.call(DateTime::<Utc>::MAX_UTC).is_ok());
}

#[test]
fn a_ticket_that_waits_keeps_its_place_and_opens_no_door() {
    let monday = night("2026-11-23");
    assert!(twice().holds(monday));
    assert!(!twice().is_valid_on(monday));
    assert!(collected().is_valid_on(monday));
}

#[test]
fn a_ticket_is_valid_on_its_first_and_last_night_and_on_none_around_them() {
    let valid = |text| collected().is_valid_on(night(text));
    assert!(!valid("2026-11-22") && valid("2026-11-23") && valid("2026-11-27") && !valid("2026-11-28"));
}

#[test]
fn declined_lapsed_or_ended_with_no_night_kept_leaves_no_trace() {
    let no_trace = ["Declined", "Lapsed", "Ended without a night"];
    for (ticket, _) in table() {
        assert_eq!(ticket.nights().is_none(), no_trace.contains(&name(&ticket)), "{}", name(&ticket));
    }
}

#[test]
fn a_ticket_ended_before_it_was_handed_out_keeps_nothing_even_of_nights_begun() {
    let ended = twice().end(EndCause::Banned, night("2026-11-25")).unwrap();
    let state = State::Ended { cause: EndCause::Banned, kept: None, sl_ticket: None };
    assert_eq!(ended.state, state);
    assert!(!ended.was_handed_out());
}

#[test]
fn given_back_on_wednesday_keeps_monday_and_tuesday_and_the_sl_ticket_is_remembered() {
    let back = collected().end(EndCause::GivenBack, night("2026-11-25")).unwrap();
    let kept = Some(nights("2026-11-23", "2026-11-24"));
    assert_eq!(back.state, State::Ended { cause: EndCause::GivenBack, kept, sl_ticket: Some(true) });
    assert_eq!(back.nights(), kept);
    assert!(back.was_handed_out());
    assert!(back.is_valid_on(night("2026-11-24")) && !back.is_valid_on(night("2026-11-25")));
    let without = week().collect(false).unwrap().end(EndCause::GivenBack, night("2026-11-25")).unwrap();
    assert!(matches!(without.state, State::Ended { sl_ticket: Some(false), .. }));
}

#[test]
fn a_ticket_ends_from_its_first_night_through_its_last_and_not_after() {
    let end = |from| collected().end(EndCause::Revoked, night(from)).map(|ticket| ticket.nights());
    assert_eq!(end("2026-11-22"), Ok(None));
    assert_eq!(end("2026-11-23"), Ok(None));
    assert_eq!(end("2026-11-27"), Ok(Some(nights("2026-11-23", "2026-11-26"))));
    assert_eq!(end("2026-11-28"), Err(TicketError::NoNightLeft(night("2026-11-28"))));
}

#[test]
fn what_was_given_back_cannot_be_ended_again_but_what_it_kept_can() {
    let back = || collected().end(EndCause::GivenBack, night("2026-11-26")).unwrap();
    assert_eq!(
        back().end(EndCause::Banned, night("2026-11-26")),
        Err(TicketError::NoNightLeft(night("2026-11-26")))
    );
    let banned = back().end(EndCause::Banned, night("2026-11-25")).unwrap();
    let kept = Some(nights("2026-11-23", "2026-11-24"));
    assert_eq!(banned.state, State::Ended { cause: EndCause::Banned, kept, sl_ticket: Some(true) });
}

#[test]
fn nights_are_kept_across_the_end_of_the_year_and_the_leap_day() {
    let kept = |first, last, from| {
        let ticket = waiting(1, nights(first, last)).collect(true).unwrap();
        ticket.end(EndCause::GivenBack, night(from)).unwrap().nights()
    };
    assert_eq!(kept("2026-12-30", "2027-01-03", "2027-01-01"), Some(nights("2026-12-30", "2026-12-31")));
    assert_eq!(kept("2028-02-27", "2028-03-02", "2028-03-01"), Some(nights("2028-02-27", "2028-02-29")));
}

#[test]
fn a_closure_cuts_a_ticket_and_leaves_it_in_the_guests_hands() {
    let cut = collected().cut(night("2026-11-26")).unwrap();
    assert_eq!(cut.state, State::Collected { sl_ticket: true });
    assert_eq!(cut.nights(), Some(nights("2026-11-23", "2026-11-25")));
    assert_eq!(cut.cut_to, Some(night("2026-11-25")));
    assert!(!cut.is_valid_on(night("2026-11-26")));
}

#[test]
fn a_ticket_whose_every_night_goes_ends_with_its_place() {
    let cut = collected().cut(night("2026-11-23")).unwrap();
    let state = State::Ended { cause: EndCause::PlaceGone, kept: None, sl_ticket: Some(true) };
    assert_eq!(cut.state, state);
}

#[test]
fn ended_by_the_shelter_is_a_cut() {
    let from = night("2026-11-26");
    assert_eq!(collected().end(EndCause::PlaceGone, from), collected().cut(from));
    assert_eq!(week().end(EndCause::PlaceGone, from), week().cut(from));
}

#[test]
fn a_cut_ticket_that_is_given_back_remembers_the_cut() {
    let back = collected().cut(night("2026-11-26")).unwrap().end(EndCause::GivenBack, night("2026-11-25"));
    let back = back.unwrap();
    assert_eq!(back.nights(), Some(nights("2026-11-23", "2026-11-24")));
    assert_eq!(back.cut_to, Some(night("2026-11-25")));
}

#[test]
fn a_ticket_given_back_is_cut_further_and_keeps_its_cause() {
    let back = collected().end(EndCause::GivenBack, night("2026-11-26")).unwrap();
    let cut = back.cut(night("2026-11-25")).unwrap();
    let kept = Some(nights("2026-11-23", "2026-11-24"));
    assert_eq!(cut.state, State::Ended { cause: EndCause::GivenBack, kept, sl_ticket: Some(true) });
}

#[test]
fn a_lost_ticket_gets_a_new_code_and_every_old_one_is_kept_to_be_refused() {
    let anew = collected().reprint(code(2)).unwrap().reprint(code(3)).unwrap();
    assert_eq!((anew.code, anew.replaced), (code(3), vec![code(1), code(2)]));
}

#[test]
fn an_old_code_never_comes_back() {
    assert_eq!(collected().reprint(code(1)), Err(TicketError::CodeUsed));
    let anew = collected().reprint(code(2)).unwrap();
    assert_eq!(anew.reprint(code(1)), Err(TicketError::CodeUsed));
}

#[test]
fn a_moved_ticket_keeps_its_nights_and_its_terms() {
    let moved = collected().move_to(pool("sm"), night("2026-11-25")).unwrap();
    assert_eq!((moved.nights(), moved.terms), (collected().nights(), collected().terms));
    assert_eq!(moved.pool_on(night("2026-11-24")), pool("fa"));
    assert_eq!(moved.pool_on(night("2026-11-25")), pool("sm"));
    assert_eq!(moved.pool_on(night("2026-11-27")), pool("sm"));
}

#[test]
fn moved_before_its_first_night_it_was_never_anywhere_else() {
    let moved = collected().move_to(pool("sm"), night("2026-11-20")).unwrap();
    assert_eq!((moved.pool, &moved.moves[..]), (pool("sm"), &[][..]));
    assert_eq!(moved.pool_on(night("2026-11-22")), pool("sm"));
}

#[test]
fn the_last_move_wins_from_its_night_on() {
    let moved = collected().move_to(pool("sm"), night("2026-11-26")).unwrap();
    let moved = moved.move_to(pool("bo"), night("2026-11-24")).unwrap();
    assert_eq!(moved.pool_on(night("2026-11-23")), pool("fa"));
    assert_eq!(moved.pool_on(night("2026-11-26")), pool("bo"));
}

#[test]
fn only_a_ticket_of_fewer_nights_than_the_full_length_was_issued_short() {
    let short = waiting(1, nights("2026-11-23", "2026-11-26"));
    assert!(short.was_issued_short() && !week().was_issued_short());
    // Cut later is not issued short.
    assert!(!week().cut(night("2026-11-25")).unwrap().was_issued_short());
}

/// Any step, by number, at any instant or from any night near the ticket.
fn step(ticket: Ticket, step: u8, shift: u32) -> Result<Ticket, TicketError> {
    let from = night("2026-11-21").plus(shift);
    let instant = first_call() + TimeDelta::minutes(i64::from(shift) * 4);
    let causes =
        [EndCause::GivenBack, EndCause::Revoked, EndCause::Banned, EndCause::Released, EndCause::PlaceGone];
    match step {
        0 => ticket.call(instant),
        1 => ticket.collect(shift.is_multiple_of(2)),
        2 => ticket.decline(),
        3 => ticket.lapse(),
        4 => ticket.lapse_uncollected(),
        5 => ticket.cut(from),
        6 => ticket.reprint(code(u8::try_from(shift).unwrap())),
        7 => ticket.move_to(pool("sm"), from),
        n => ticket.end(causes[usize::from(n) % causes.len()], from),
    }
}

proptest! {
    #[test]
    fn whatever_happens_a_ticket_never_gains_a_night_and_keeps_those_from_its_first_on(
        steps in proptest::collection::vec((0_u8..16, 0_u32..9), 0..12)
    ) {
        let mut ticket = week();
        for (number, shift) in steps {
            let before = ticket.nights();
            let Ok(after) = step(ticket.clone(), number, shift) else { continue };
            if let Some(kept) = after.nights() {
                prop_assert_eq!(kept.first(), after.issued.first());
                prop_assert!(before.is_some_and(|before| kept.last() <= before.last()));
            }
            prop_assert!(!ticket.was_handed_out() || after.was_handed_out());
            prop_assert!(!after.replaced.contains(&after.code));
            prop_assert!(after.moves.is_sorted_by(|one, next| one.from < next.from));
            ticket = after;
        }
    }
}

#[test]
fn a_ticket_is_issued_for_nights_from_a_start_night_and_no_longer_than_the_shelter_gives() {
    let friday = StartNights::new(Nights::starting(night("2026-11-27"), 3)).unwrap();
    let issue = |first: &str, length| {
        let nights = Nights::starting(night(first), length);
        let issue =
            Issue { start_nights: friday, lot: LotNumber(1), nights, terms: Terms::default(), min_nights: 3 };
        let id = Uuid::from_u128(1);
        Ticket::issue(&issue, TicketId(id), GuestId(id), code(1), pool("fa"))
    };
    let ticket = issue("2026-11-28", 5).unwrap();
    assert_eq!((ticket.desk_day, ticket.nights()), (night("2026-11-27").date(), Some(ticket.issued)));
    assert_eq!(ticket.state, State::Waiting(Calls::None));
    assert!(issue("2026-11-29", 1).is_ok());
    assert_eq!(issue("2026-11-27", 6), Err(TicketError::WrongLength { nights: 6, full: 5 }));
    for outside in ["2026-11-26", "2026-11-30"] {
        assert_eq!(issue(outside, 5), Err(TicketError::NotAStartNight(night(outside))));
    }
}

#[test]
fn the_words_of_a_refusal_carry_the_minutes_between_calls() {
    let minutes = format!("{} minutes", BETWEEN_CALLS.num_minutes());
    assert!(TicketError::NotCalledTwice.to_string().contains(&minutes));
}

#[test]
fn a_ticket_that_ended_before_it_was_handed_out_is_as_if_it_had_never_been() {
    let first = week().issued.first();
    for cause in [EndCause::Revoked, EndCause::Banned] {
        assert!(week().end(cause, first).unwrap().was_taken_back());
        assert!(!week().collect(false).unwrap().end(cause, first).unwrap().was_taken_back());
    }
    for counts in [week(), week().collect(true).unwrap(), week().decline().unwrap()] {
        assert!(!counts.was_taken_back());
    }
}
