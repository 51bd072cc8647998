//! What the places promise. The words the tests share stand here; the laws over random plans in `laws`.

mod change;
mod entries;
mod laws;
mod moving;
mod plan;

use uuid::Uuid;

use super::entries::{Held, Holder};
use super::plan::{Closed, Direction, Fact, Plan};
use super::{Kind, PlaceEntry, Pool, Who};
use crate::domain::guest::{GuestId, Sex};
use crate::domain::night::{Night, Nights};
use crate::domain::shelter::{Admission, Shelter, ShelterCode, Terms};
use crate::domain::ticket::fixtures::waiting;
use crate::domain::ticket::{Ticket, TicketId};

#[test]
fn the_order_of_kind_and_who_is_that_of_the_entries_of_a_manifest() {
    assert!([Kind::Family, Kind::Single].is_sorted_by(|one, next| one < next));
    assert!([Who::Any, Who::Men, Who::Women].is_sorted_by(|one, next| one < next));
}

fn code(text: &str) -> ShelterCode {
    text.parse().unwrap()
}

fn night(text: &str) -> Night {
    text.parse().unwrap()
}

fn span(first: &str, last: &str) -> Nights {
    Nights::new(night(first), night(last)).unwrap()
}

fn pool(shelter: &str, kind: Kind, who: Who) -> Pool {
    Pool { shelter: code(shelter), kind, who }
}

/// Single places for men at fa.
fn men() -> Pool {
    pool("fa", Kind::Single, Who::Men)
}

/// Single places for women at fa.
fn women() -> Pool {
    pool("fa", Kind::Single, Who::Women)
}

fn shelter(text: &str, admission: Admission) -> Shelter {
    Shelter {
        code: code(text),
        name: text.to_uppercase(),
        terms: Terms::default(),
        admission,
        protected: false,
    }
}

fn number(pool: Pool, from: &str, count: u32) -> Fact {
    Fact::Number { pool, from: night(from), count }
}

fn closure(what: Closed, first: &str, last: &str) -> Fact {
    Fact::Closure { what, nights: span(first, last) }
}

/// Single places of fa, lent.
fn lending(direction: Direction, first: &str, last: &str, count: u32) -> Fact {
    Fact::Lending { shelter: code("fa"), kind: Kind::Single, direction, nights: span(first, last), count }
}

fn extra(pool: Pool, on: &str, count: u32) -> Fact {
    Fact::Extra { pool, night: night(on), count }
}

fn plan(facts: &[Fact]) -> Plan {
    Plan::new(facts).unwrap()
}

fn ticket_id(number: u128) -> TicketId {
    TicketId(Uuid::from_u128(number))
}

/// A place held by ticket `number`.
fn held(number: u128, pool: Pool, first: &str, last: &str) -> Held {
    Held { holder: Holder::Ticket(ticket_id(number)), pool, nights: span(first, last) }
}

/// `count` places free from `from` through `until`.
fn entry(pool: Pool, from: &str, until: Option<&str>, count: u32) -> PlaceEntry {
    PlaceEntry { pool, from: night(from), until: until.map(night), count }
}

/// Ticket `number`, waiting to be collected, with these nights in the pool.
fn ticket(number: u128, pool: Pool, first: &str, last: &str) -> Ticket {
    Ticket { id: ticket_id(number), pool, ..waiting(1, span(first, last)) }
}
