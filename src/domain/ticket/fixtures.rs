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

/// The ticket of guest `n`, who waits to collect it, to `fa`.
pub(in crate::domain) fn waiting(n: u8, issued: Nights) -> Ticket {
    Ticket {
        id: TicketId(Uuid::from_u128(n.into())),
        guest: GuestId(Uuid::from_u128(n.into())),
        desk_day: issued.first().date(),
        lot: LotNumber(n.into()),
        code: code(n),
        replaced: Vec::new(),
        issued,
        terms: Terms::default(),
        min_nights: 3,
        pool: pool("fa"),
        moves: Vec::new(),
        cut_to: None,
        state: State::Waiting(Calls::None),
    }
}
