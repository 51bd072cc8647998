//! Nights, guests and tickets for the tests of every rule that reads tickets.

use chrono::NaiveDate;
use proptest::prelude::*;
use uuid::Uuid;

use crate::domain::guest::GuestId;
use crate::domain::night::{Night, Nights};
use crate::domain::shelter::{ShelterCode, Terms};
use crate::domain::ticket::fixtures::waiting;
pub(in crate::domain) use crate::domain::ticket::fixtures::{night, pool};
use crate::domain::ticket::{Calls, EndCause, State, Ticket};

pub(in crate::domain) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(in crate::domain) fn nights(first: &str, last: &str) -> Nights {
    Nights::new(night(first), night(last)).unwrap()
}

pub(in crate::domain) fn guest(number: u128) -> GuestId {
    GuestId(Uuid::from_u128(number))
}

pub(in crate::domain) fn code(text: &str) -> ShelterCode {
    text.parse().unwrap()
}

/// Guest 1's ticket to `fa` for these nights, handed out; five nights and two of karens, `min_nights` three.
pub(in crate::domain) fn ticket(first: &str, last: &str) -> Ticket {
    of_nights(nights(first, last))
}

fn of_nights(issued: Nights) -> Ticket {
    Ticket { state: State::Collected { sl_ticket: true }, ..waiting(1, issued) }
}

/// Any ticket that starts in the fortnight from 2026-11-16 on, whatever became of it.
pub(in crate::domain) fn any_ticket() -> impl Strategy<Value = Ticket> {
    let issue = (0..14_u32, 1..=7_u32, 1..=7_u32, 0..=3_u32, 1..=4_u32);
    let fate = (0..9_u8, 0..=7_u32, proptest::option::of(0..=7_u32));
    (issue, fate).prop_map(|((start, length, full_nights, karens_nights, min_nights), (fate, after, cut))| {
        let first = night("2026-11-16").plus(start);
        let issued = of_nights(Nights::starting(first, length.min(full_nights)));
        let issued = Ticket { terms: Terms { full_nights, karens_nights }, min_nights, ..issued };
        let became = become_of(issued, fate, first.plus(after));
        // A ticket with no night left from then on stays as it is.
        cut.and_then(|cut| became.clone().cut(first.plus(cut)).ok()).unwrap_or(became)
    })
}

fn become_of(ticket: Ticket, fate: u8, from: Night) -> Ticket {
    let end = |cause| ticket.clone().end(cause, from).unwrap_or_else(|_| ticket.clone());
    match fate {
        0 => Ticket { state: State::Waiting(Calls::None), ..ticket },
        1 => Ticket { state: State::Declined, ..ticket },
        2 => Ticket { state: State::Lapsed, ..ticket },
        3 => end(EndCause::GivenBack),
        4 => end(EndCause::Revoked),
        5 => end(EndCause::Banned),
        6 => end(EndCause::Released),
        7 => end(EndCause::PlaceGone),
        _ => ticket,
    }
}
