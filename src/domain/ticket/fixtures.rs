//! Tickets for tests.

use super::*;
use crate::domain::place::{Kind, Who};

pub(in crate::domain) fn code(n: u8) -> TicketCode {
    TicketCode::from_random(u64::from(n))
}

pub(in crate::domain) fn night(text: &str) -> Night {
    text.parse().unwrap()
}

pub(in crate::domain) fn pool(shelter: &str) -> Pool {
    Pool { shelter: shelter.parse().unwrap(), kind: Kind::Single, who: Who::Any }
}

/// The ticket of guest `n`, who waits to collect it, to `fa`: issued for these nights, of at most a week, on the date of the
/// first.
pub(in crate::domain) fn waiting(n: u8, issued: Nights) -> Ticket {
    let week = Terms { full_nights: 7, ..Terms::default() };
    let issue = Issue {
        start_nights: StartNights::new(Nights::one(issued.first())).unwrap(),
        lot: LotNumber(n.into()),
        nights: issued,
        terms: week,
        min_nights: MIN_NIGHTS,
    };
    let id = Uuid::from_u128(n.into());
    let ticket = Ticket::issue(&issue, TicketId(id), GuestId(id), code(n), pool("fa")).unwrap();
    Ticket { terms: Terms::default(), ..ticket }
}
