//! No-shows (uteblivna): after how many in a row the rest of a ticket goes back to the pool (domain.md, *Arrivals*).

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use super::arrival::{Arrival, DoorNight};
use super::night::Night;
use super::ticket::Ticket;

/// What no-shows do to a ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// Nothing.
    #[default]
    Off,
    /// After so many no-show nights in a row the rest of the ticket is released.
    ReleaseAfter(NonZeroU32),
}

/// What is known of a ticket on one night. A night of which nothing is known has no entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attendance {
    /// An arrival stands, whether the night is closed or not.
    Came,
    /// The night is closed and no arrival stands.
    NoShow,
}

/// The attendance of one ticket, from the closed nights of the doors and the arrivals. An arrival anywhere counts.
#[must_use]
pub fn attendance(
    ticket: &Ticket,
    nights: &[DoorNight],
    arrivals: &[Arrival],
) -> BTreeMap<Night, Attendance> {
    let missed = nights.iter().filter(|night| night.no_shows(arrivals).contains(&ticket.id));
    let came = arrivals.iter().filter(|arrival| arrival.ticket == ticket.id && arrival.stands());
    let missed = missed.map(|night| (night.night, Attendance::NoShow));
    missed.chain(came.map(|arrival| (arrival.night, Attendance::Came))).collect()
}

/// The first night to release, or none if the ticket keeps its nights. Nights are in a row when each follows on the one
/// before; an arrival, or a night of which nothing is known, breaks the row. `first_touched` is the first night that can
/// still be taken ([`super::night::first_night_touched`]): what is over is not released.
#[must_use]
pub fn released_from(
    policy: Policy,
    ticket: &Ticket,
    attendance: &BTreeMap<Night, Attendance>,
    first_touched: Night,
) -> Option<Night> {
    let Policy::ReleaseAfter(limit) = policy else { return None };
    let held = ticket.nights()?;
    let (&latest, _) = attendance.range(held.first()..=held.last()).next_back()?;
    let row = held
        .iter()
        .take_while(|night| *night <= latest)
        .fold(0, |row, night| if attendance.get(&night) == Some(&Attendance::NoShow) { row + 1 } else { 0 });
    let from = latest.next().max(first_touched);
    (row >= limit.get() && ticket.is_valid_on(from)).then_some(from)
}

#[cfg(test)]
mod tests;
